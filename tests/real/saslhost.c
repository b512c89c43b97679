// SPDX-FileCopyrightText: the sasl-bearer authors
// SPDX-License-Identifier: BSD-2-Clause
/*
 * A program that logs in through libsasl2, as small as they come: for tests
 * that want many at once, or a caller with odd habits.
 *
 *	saslhost MECHANISMS SERVICE HOST USER [PASSWORD]
 *
 * MECHANISMS is what the server offers. Without PASSWORD the program cannot
 * be asked for one. On standard output: the mechanism that libsasl2 chose, and the client's message in
 * base64. On standard error what the module logged, and why it failed. The
 * exit code is 0, or the negative SASL code made positive.
 *
 * In the environment:
 *	SASLHOST_CHALLENGES	a file with one challenge a line, in base64: what the
 *				server says afterwards. Each step prints its code
 *				and the answer in base64.
 *	SASLHOST_EARLY		the first of them comes before any message
 *	SASLHOST_TIMES		logs in as often, through init and done each time,
 *				and prints the peak of its memory, in kB, after
 *				each tenth of them
 *	SASLHOST_THREADS	logs in from as many threads at once, through three
 *				rounds of init and done
 *	SASLHOST_USERS		the names of these, with commas between
 *	SASLHOST_STOP		stops itself at the end, for a look into its memory
 *	SASLHOST_LOG_LEVEL	up to which of libsasl2's levels lines are printed,
 *				SASL_LOG_WARN if it is not set
 *	SASLHOST_SYSLOG		no callback takes the lines: libsasl2 sends them to
 *				syslog, up to that level
 */
#include <sasl/sasl.h>
#include <sasl/saslutil.h>

#include <sys/resource.h>

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int (*callback)(void);

#define MAX_THREADS 64
#define LOGINS 20

static _Thread_local const char *user;
static const char *password;
static char **arguments;

static int
get_simple(void *context, int id, const char **result, unsigned *len)
{
	(void)context;
	(void)id;
	*result = user;
	if (len != NULL)
		*len = (unsigned)strlen(user);
	return SASL_OK;
}

static int
get_secret(sasl_conn_t *conn, void *context, int id, sasl_secret_t **secret)
{
	static sasl_secret_t *copy;
	size_t len;

	(void)conn;
	(void)context;
	(void)id;
	fprintf(stderr, "the password was asked for\n");
	len = strlen(password);
	free(copy);
	copy = malloc(sizeof *copy + len + 1);
	if (copy == NULL)
		return SASL_NOMEM;
	copy->len = len;
	memcpy(copy->data, password, len + 1);
	*secret = copy;
	return SASL_OK;
}

static const char *
log_level(void)
{
	const char *text = getenv("SASLHOST_LOG_LEVEL");

	return text != NULL ? text : "3"; /* SASL_LOG_WARN */
}

/* libsasl2 hands every level to a callback; its option is for syslog alone. */
static int
get_option(void *context, const char *plugin, const char *option,
    const char **result, unsigned *len)
{
	(void)context;
	(void)plugin;
	if (strcmp(option, "log_level") != 0)
		return SASL_FAIL;
	*result = log_level();
	if (len != NULL)
		*len = (unsigned)strlen(*result);
	return SASL_OK;
}

static int
print_log(void *context, int level, const char *message)
{
	(void)context;
	if (level <= atoi(log_level()))
		fprintf(stderr, "log %d: %s\n", level, message);
	return SASL_OK;
}

static int
fail(sasl_conn_t *conn, const char *where, int code)
{
	fprintf(stderr, "%s: %d %s\n", where, code,
	    conn != NULL ? sasl_errdetail(conn) :
			   sasl_errstring(code, NULL, NULL));
	return code;
}

static int
print_message(const char *message, unsigned len)
{
	char coded[16384];
	unsigned coded_len;

	if (sasl_encode64(message, len, coded, sizeof coded, &coded_len) !=
	    SASL_OK)
		return SASL_BUFOVER;
	printf("%s\n", coded);
	return SASL_OK;
}

/* The server's next challenge; its length, or -1 at the end. */
static int
next_challenge(FILE *file, char **challenge)
{
	static char *line;
	static size_t space;
	ssize_t length = getline(&line, &space, file);
	unsigned count = 0;

	if (length < 0)
		return -1;
	if (length > 0 && line[length - 1] == '\n')
		length--;
	free(*challenge);
	*challenge = calloc(1, (size_t)length + 1);
	if (*challenge == NULL)
		return -1;
	if (length > 0 &&
	    sasl_decode64(line, (unsigned)length, *challenge,
		(unsigned)length + 1, &count) != SASL_OK)
		return -1;
	return (int)count;
}

static int
converse(sasl_conn_t *conn, FILE *file)
{
	char *challenge = NULL;
	const char *answer;
	unsigned length;
	int count, r = SASL_OK;

	while ((count = next_challenge(file, &challenge)) >= 0) {
		answer = NULL;
		length = 0;
		r = sasl_client_step(conn, challenge, (unsigned)count, NULL,
		    &answer, &length);
		printf("%d %s", r, answer != NULL ? "" : "nothing\n");
		if (answer != NULL && length == 0)
			puts("empty");
		else if (answer != NULL)
			print_message(answer, length);
		if (r != SASL_OK && r != SASL_CONTINUE)
			fail(conn, "step", r);
	}
	free(challenge);
	return r;
}

static int
log_in(sasl_conn_t *conn, const char *mechanisms)
{
	const char *path = getenv("SASLHOST_CHALLENGES");
	int is_early = getenv("SASLHOST_EARLY") != NULL;
	FILE *file = path != NULL ? fopen(path, "r") : NULL;
	const char *message = NULL, *chosen = NULL;
	unsigned len = 0;
	int r;

	r = sasl_client_start(conn, mechanisms, NULL,
	    is_early ? NULL : &message, is_early ? NULL : &len, &chosen);
	if (r != SASL_OK && r != SASL_CONTINUE)
		return fail(conn, "start", r);
	printf("%s\n", chosen);
	if (message == NULL && !is_early)
		r = sasl_client_step(conn, "", 0, NULL, &message, &len);
	if (r != SASL_OK && r != SASL_CONTINUE)
		return fail(conn, "step", r);
	if (!is_early)
		r = print_message(message, len);
	if (file != NULL) {
		r = converse(conn, file);
		fclose(file);
	}
	return r;
}

static int
run_once(sasl_callback_t *callbacks, char **argv)
{
	sasl_conn_t *conn = NULL;
	int r;

	r = sasl_client_init(callbacks);
	if (r != SASL_OK)
		return fail(NULL, "init", r);
	r = sasl_client_new(argv[2], argv[3], NULL, NULL, NULL, 0, &conn);
	if (r == SASL_OK)
		r = log_in(conn, argv[1]);
	else
		fail(NULL, "new", r);
	sasl_dispose(&conn);
	sasl_client_done();
	return r;
}

static void *
work(void *context)
{
	const char *message, *chosen;
	sasl_conn_t *conn;
	unsigned length;
	int i, r = SASL_OK;

	user = context;
	for (i = 0; i < LOGINS && r >= SASL_OK; i++) {
		r = sasl_client_new(arguments[2], arguments[3], NULL, NULL,
		    NULL, 0, &conn);
		if (r != SASL_OK) {
			fail(NULL, "new", r);
			break;
		}
		message = NULL;
		length = 0;
		r = sasl_client_start(conn, arguments[1], NULL, &message,
		    &length, &chosen);
		if (r >= SASL_OK && message == NULL)
			r = sasl_client_step(conn, "", 0, NULL, &message,
			    &length);
		if (r < SASL_OK)
			fail(conn, "start", r);
		else if (message == NULL || length == 0)
			r = fail(conn, "no message", SASL_FAIL);
		sasl_dispose(&conn);
	}
	return r < SASL_OK ? context : NULL;
}

/* The number of threads that failed. */
static int
run_threads(sasl_callback_t *callbacks, int count)
{
	pthread_t threads[MAX_THREADS];
	char *names = strdup(getenv("SASLHOST_USERS")), *rest = names;
	char *users[MAX_THREADS];
	int i, known = 0, failed = 0;
	void *result;

	while (known < MAX_THREADS && rest != NULL)
		users[known++] = strsep(&rest, ",");
	if (sasl_client_init(callbacks) != SASL_OK)
		return count;
	for (i = 0; i < count; i++)
		if (pthread_create(&threads[i], NULL, work, users[i % known]) !=
		    0)
			return count;
	for (i = 0; i < count; i++) {
		pthread_join(threads[i], &result);
		failed += result != NULL;
	}
	sasl_client_done();
	free(names);
	return failed;
}

int
main(int argc, char **argv)
{
	sasl_callback_t callbacks[] = {
		{ SASL_CB_AUTHNAME, (callback)get_simple, NULL },
		{ SASL_CB_GETOPT, (callback)get_option, NULL },
		{ SASL_CB_LIST_END, NULL, NULL }, /* LOG, unless to syslog */
		{ SASL_CB_LIST_END, NULL, NULL }, /* PASS, if there is one */
		{ SASL_CB_LIST_END, NULL, NULL },
	}, *next;
	const char *text = getenv("SASLHOST_TIMES");
	int i, r, times = text != NULL ? atoi(text) : 1;
	const char *threads = getenv("SASLHOST_THREADS");
	struct rusage usage;

	if (argc < 5 || argc > 6) {
		fprintf(stderr,
		    "usage: saslhost MECHANISMS SERVICE HOST USER "
		    "[PASSWORD]\n");
		return 64;
	}
	user = argv[4];
	password = argv[5];
	next = &callbacks[2];
	if (getenv("SASLHOST_SYSLOG") == NULL)
		*next++ =
		    (sasl_callback_t){ SASL_CB_LOG, (callback)print_log, NULL };
	if (password != NULL)
		*next = (sasl_callback_t){ SASL_CB_PASS, (callback)get_secret,
			NULL };
	arguments = argv;
	for (i = 0, r = 0; threads != NULL && i < 3; i++)
		r += run_threads(callbacks, atoi(threads));
	if (threads != NULL)
		return r;
	r = run_once(callbacks, argv);
	for (i = 2; i <= times && r == SASL_OK; i++) {
		r = run_once(callbacks, argv);
		if (i % (times / 10) == 0 &&
		    getrusage(RUSAGE_SELF, &usage) == 0)
			fprintf(stderr, "peak %ld\n", usage.ru_maxrss);
	}
	if (getenv("SASLHOST_STOP") != NULL)
		raise(SIGSTOP);
	return abs(r);
}
