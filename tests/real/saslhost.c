// SPDX-FileCopyrightText: 2026 the sasl-bearer authors
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
 */
#include <sasl/sasl.h>
#include <sasl/saslutil.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef int (*callback)(void);

static const char *user;
static const char *password;

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

static int
print_log(void *context, int level, const char *message)
{
	(void)context;
	if (level <= SASL_LOG_WARN)
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

static int
log_in(sasl_conn_t *conn, const char *mechanisms)
{
	const char *message = NULL, *chosen = NULL;
	unsigned len = 0;
	int r;

	r = sasl_client_start(conn, mechanisms, NULL, &message, &len, &chosen);
	if (r != SASL_OK && r != SASL_CONTINUE)
		return fail(conn, "start", r);
	printf("%s\n", chosen);
	if (message == NULL)
		r = sasl_client_step(conn, "", 0, NULL, &message, &len);
	if (r != SASL_OK && r != SASL_CONTINUE)
		return fail(conn, "step", r);
	return print_message(message, len);
}

int
main(int argc, char **argv)
{
	sasl_callback_t callbacks[] = {
		{ SASL_CB_AUTHNAME, (callback)get_simple, NULL },
		{ SASL_CB_LOG, (callback)print_log, NULL },
		{ SASL_CB_LIST_END, NULL, NULL }, /* PASS, if there is one */
		{ SASL_CB_LIST_END, NULL, NULL },
	};
	sasl_conn_t *conn = NULL;
	int r;

	if (argc < 5 || argc > 6) {
		fprintf(stderr,
		    "usage: saslhost MECHANISMS SERVICE HOST USER "
		    "[PASSWORD]\n");
		return 64;
	}
	user = argv[4];
	password = argv[5];
	if (password != NULL)
		callbacks[2] = (sasl_callback_t){ SASL_CB_PASS,
			(callback)get_secret, NULL };
	r = sasl_client_init(callbacks);
	if (r != SASL_OK)
		return abs(fail(NULL, "init", r));
	r = sasl_client_new(argv[2], argv[3], NULL, NULL, NULL, 0, &conn);
	if (r == SASL_OK)
		r = log_in(conn, argv[1]);
	else
		fail(NULL, "new", r);
	sasl_dispose(&conn);
	sasl_client_done();
	return abs(r);
}
