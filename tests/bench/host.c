/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A program that logs in through libsasl2, and measures what that takes.
 *
 *	host version
 *		libsasl2's version
 *	host init
 *		sasl_client_init(3): nanoseconds, mapped objects, private kB.
 *		Of those only the dirty ones: whether a clean page of a file is
 *		private depends on who else has it mapped.
 *	host show MECHANISM
 *		one login: what the client sends
 *	host once MECHANISM
 *		one login
 *	host first MECHANISM
 *		nanoseconds for sasl_client_init(3) and one login, with all that
 *		is loaded for it
 *	host login MECHANISM COUNT BATCHES
 *		nanoseconds for one login: the median of the batches
 *	host memory MECHANISM COUNT
 *		resident kB after COUNT/10 and after COUNT logins, and the peak
 *	host crowd MECHANISM COUNT
 *		COUNT processes at once that log in once each: nanoseconds
 *		until the last has ended, nanoseconds of CPU, failures
 *
 * Who logs in is in $BENCH_USER, and the password in $BENCH_PASSWORD, which is
 * told only when prompted if there is a $BENCH_PROMPT. Figures go to standard
 * output, separated by spaces; the exit code is 0, or 1 with the reason on
 * standard error. It must not know anything of the plugin.
 */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <sasl/sasl.h>

#define HOST_SERVICE "smtp"
#define HOST_SERVER "mail.example.com"

/* A path, and what stands before it in /proc/self/maps. */
#define HOST_MAX_LINE 4352

/* libsasl2 wants its callbacks as functions without arguments. */
#define HOST_CALLBACK(function) ((int (*)(void))(void (*)(void))(function))

static sasl_secret_t *secret;

static long long
now_ns(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int
get_user(void *context, int id, const char **result, unsigned *length)
{
	static const char *user;

	(void)context;
	(void)id;
	if (user == NULL && (user = getenv("BENCH_USER")) == NULL)
		return SASL_FAIL;
	*result = user;
	if (length != NULL)
		*length = (unsigned)strlen(user);
	return SASL_OK;
}

static int
get_password(sasl_conn_t *conn, void *context, int id, sasl_secret_t **result)
{
	(void)conn;
	(void)context;
	(void)id;
	*result = secret;
	return SASL_OK;
}

static int
drop_log(void *context, int level, const char *message)
{
	(void)context;
	(void)level;
	(void)message;
	return SASL_OK;
}

static sasl_callback_t callbacks[] = {
	{ SASL_CB_AUTHNAME, HOST_CALLBACK(get_user), NULL },
	{ SASL_CB_LOG, HOST_CALLBACK(drop_log), NULL },
	{ SASL_CB_PASS, HOST_CALLBACK(get_password), NULL },
	{ SASL_CB_LIST_END, NULL, NULL },
};

static bool
load_secret(void)
{
	sasl_callback_t *callback = callbacks;
	const char *password = getenv("BENCH_PASSWORD");
	size_t length;

	length = password == NULL ? 0 : strlen(password);
	if ((secret = malloc(sizeof(*secret) + length)) == NULL)
		return false;
	secret->len = length;
	memcpy(secret->data, length == 0 ? "" : password, length + 1);
	while (callback->id != SASL_CB_PASS)
		callback++;
	if (getenv("BENCH_PROMPT") != NULL)
		callback->proc = NULL;
	return true;
}

static void
complain(sasl_conn_t *conn, const char *where, int code)
{
	fprintf(stderr, "%s: %s\n", where,
	    conn != NULL ? sasl_errdetail(conn) :
			   sasl_errstring(code, NULL, NULL));
}

/* Writes a message without its control bytes. */
static void
show(const char *message, unsigned length)
{
	unsigned i;

	for (i = 0; i < length; i++)
		putchar((unsigned char)message[i] < ' ' ? '|' : message[i]);
	putchar('\n');
}

/* Some plugins ask by prompts what they could ask by callbacks. */
static void
answer(sasl_interact_t *prompt)
{
	const char *user = getenv("BENCH_USER");

	for (; prompt->id != SASL_CB_LIST_END; prompt++) {
		if (prompt->id == SASL_CB_PASS) {
			prompt->result = secret->data;
			prompt->len = (unsigned)secret->len;
		} else {
			prompt->result = user;
			prompt->len = (unsigned)strlen(user);
		}
	}
}

static int
start(sasl_conn_t *conn, const char *mechanism, const char **message,
    unsigned *length)
{
	sasl_interact_t *prompts = NULL;
	int code;

	while ((code = sasl_client_start(conn, mechanism, &prompts, message,
		    length, NULL)) == SASL_INTERACT)
		answer(prompts);
	return code;
}

static int
step(sasl_conn_t *conn, const char *challenge, const char **message,
    unsigned *length)
{
	sasl_interact_t *prompts = NULL;
	int code;

	while ((code = sasl_client_step(conn, challenge, 0, &prompts, message,
		    length)) == SASL_INTERACT)
		answer(prompts);
	return code;
}

/* From the first step to the server's approval; the message if is_shown. */
static int
converse(sasl_conn_t *conn, const char *mechanism, bool is_shown)
{
	const char *message = NULL;
	unsigned length = 0;
	int code;

	code = start(conn, mechanism, &message, &length);
	if (code == SASL_CONTINUE && length == 0)
		code = step(conn, "", &message, &length);
	if (code != SASL_OK && code != SASL_CONTINUE)
		return code;
	if (is_shown)
		show(message, length);
	if (code == SASL_CONTINUE)
		code = step(conn, NULL, &message, &length);
	return code;
}

/* One authentication. Returns whether it succeeded. */
static bool
log_in(const char *mechanism, bool is_shown)
{
	sasl_conn_t *conn = NULL;
	int code;

	code = sasl_client_new(HOST_SERVICE, HOST_SERVER, NULL, NULL, NULL, 0,
	    &conn);
	if (code == SASL_OK)
		code = converse(conn, mechanism, is_shown);
	if (code != SASL_OK)
		complain(conn, "login", code);
	sasl_dispose(&conn);
	return code == SASL_OK;
}

static bool
log_in_often(const char *mechanism, long count)
{
	while (count-- > 0)
		if (!log_in(mechanism, false))
			return false;
	return true;
}

/* The number in the line of a file in /proc that begins with name; or -1. */
static long
read_number(const char *path, const char *name)
{
	char line[HOST_MAX_LINE];
	long number = -1;
	FILE *file;

	if ((file = fopen(path, "r")) == NULL)
		return -1;
	while (fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, name, strlen(name)) == 0)
			number = strtol(line + strlen(name), NULL, 10);
	fclose(file);
	return number;
}

/* How many files are mapped: the lines for one file follow each other. */
static int
count_objects(void)
{
	char line[HOST_MAX_LINE], last[HOST_MAX_LINE] = "";
	const char *path;
	int count = 0;
	FILE *file;

	if ((file = fopen("/proc/self/maps", "r")) == NULL)
		return -1;
	while (fgets(line, sizeof(line), file) != NULL) {
		if ((path = strchr(line, '/')) == NULL ||
		    strcmp(path, last) == 0)
			continue;
		strcpy(last, path);
		count++;
	}
	fclose(file);
	return count;
}

static bool
measure_init(long long taken_ns)
{
	long kb;

	kb = read_number("/proc/self/smaps_rollup", "Private_Dirty:");
	printf("%lld %d %ld\n", taken_ns, count_objects(), kb);
	return true;
}

static int
compare(const void *a, const void *b)
{
	const long long *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static bool
measure_login(const char *mechanism, long count, long batches)
{
	long long *batch_ns, start;
	bool ok = true;
	long i;

	if ((batch_ns = calloc((size_t)batches, sizeof(*batch_ns))) == NULL)
		return false;
	for (i = 0; i < batches && ok; i++) {
		start = now_ns(CLOCK_MONOTONIC);
		ok = log_in_often(mechanism, count);
		batch_ns[i] = now_ns(CLOCK_MONOTONIC) - start;
	}
	qsort(batch_ns, (size_t)batches, sizeof(*batch_ns), compare);
	if (ok)
		printf("%.1f\n", (double)batch_ns[batches / 2] / (double)count);
	free(batch_ns);
	return ok;
}

/* One login in a process that has done nothing before but begin to load. */
static bool
measure_first(const char *mechanism, long long start)
{
	if (!log_in(mechanism, false))
		return false;
	printf("%lld\n", now_ns(CLOCK_MONOTONIC) - start);
	return true;
}

static bool
measure_memory(const char *mechanism, long count)
{
	long early;

	if (!log_in_often(mechanism, count / 10))
		return false;
	early = read_number("/proc/self/status", "VmRSS:");
	if (!log_in_often(mechanism, count - count / 10))
		return false;
	printf("%ld %ld %ld\n", early,
	    read_number("/proc/self/status", "VmRSS:"),
	    read_number("/proc/self/status", "VmHWM:"));
	return true;
}

/* A child waits until the gate is closed, and becomes a login of its own. */
static void
run_child(const char *program, const char *mechanism, const int gate[2])
{
	char byte;

	close(gate[1]);
	(void)!read(gate[0], &byte, 1);
	execl(program, program, "once", mechanism, (char *)NULL);
	_exit(127);
}

static long long
cpu_ns(void)
{
	struct rusage usage;

	getrusage(RUSAGE_CHILDREN, &usage);
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000LL +
	    (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000LL;
}

static bool
measure_crowd(const char *program, const char *mechanism, long count)
{
	long started, failed = 0;
	int gate[2], status;
	long long start;
	pid_t child;

	if (pipe(gate) != 0)
		return false;
	for (started = 0; started < count; started++) {
		if ((child = fork()) < 0)
			break;
		if (child == 0)
			run_child(program, mechanism, gate);
	}
	failed = count - started;
	start = now_ns(CLOCK_MONOTONIC);
	close(gate[0]);
	close(gate[1]);
	while (wait(&status) > 0)
		failed += status != 0;
	printf("%lld %lld %ld\n", now_ns(CLOCK_MONOTONIC) - start, cpu_ns(),
	    failed);
	return true;
}

static bool
print_version(void)
{
	const char *version;

	sasl_version_info(NULL, &version, NULL, NULL, NULL, NULL);
	puts(version);
	return true;
}

/* The part of the work that needs plugins. */
static bool
run(int argc, char **argv)
{
	const char *mode = argv[1];
	long long start;
	int code;

	if (!load_secret())
		return false;
	start = now_ns(CLOCK_MONOTONIC);
	if ((code = sasl_client_init(callbacks)) != SASL_OK) {
		complain(NULL, "init", code);
		return false;
	}
	if (strcmp(mode, "init") == 0)
		return measure_init(now_ns(CLOCK_MONOTONIC) - start);
	if (strcmp(mode, "show") == 0 && argc == 3)
		return log_in(argv[2], true);
	if (strcmp(mode, "once") == 0 && argc == 3)
		return log_in(argv[2], false);
	if (strcmp(mode, "first") == 0 && argc == 3)
		return measure_first(argv[2], start);
	if (strcmp(mode, "login") == 0 && argc == 5)
		return measure_login(argv[2], atol(argv[3]), atol(argv[4]));
	if (strcmp(mode, "memory") == 0 && argc == 4)
		return measure_memory(argv[2], atol(argv[3]));
	return false;
}

int
main(int argc, char **argv)
{
	bool ok;

	if (argc < 2) {
		fprintf(stderr, "host: see the head of host.c\n");
		return 1;
	}
	if (strcmp(argv[1], "version") == 0)
		ok = print_version();
	else if (strcmp(argv[1], "crowd") == 0 && argc == 4)
		ok = measure_crowd(argv[0], argv[2], atol(argv[3]));
	else
		ok = run(argc, argv);
	fflush(stdout);
	return ok ? 0 : 1;
}
