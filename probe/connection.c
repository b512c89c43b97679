/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A login through libsasl2. See connection.h.
 *
 * As Postfix does it: a name and a password are there, and no authorization
 * name. The password is empty, so that nothing is sent that anybody could use.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sasl/sasl.h>
#include <sasl/saslplug.h>

#include "connection.h"
#include "report.h"
#include "watch.h"

/* A sentence of libsasl2 is cut there. */
#define MAX_SAID 1024

static sasl_conn_t *connection;
static const char *chosen; /* mechanism; libsasl2's */
static struct buf user;

static const struct {
	int code;
	const char *word;
} words[] = {
	{ SASL_OK, PROBE_OK },
	{ SASL_CONTINUE, PROBE_CONTINUE },
	{ SASL_NOMECH, PROBE_NO_MECHANISM },
	{ SASL_NOUSER, PROBE_NO_USER },
	{ SASL_CONFIGERR, PROBE_CONFIG },
	{ SASL_UNAVAIL, PROBE_AGAIN },
	{ SASL_EXPIRED, PROBE_REAUTH },
	{ SASL_BADAUTH, PROBE_REFUSED },
};

static const char *
word_of(int code)
{
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].code == code)
			return words[i].word;
	return PROBE_FAILED;
}

static int
get_name(void *context, int id, const char **result, unsigned *length)
{
	(void)context;
	(void)id;
	*result = buf_text(&user);
	if (length != NULL)
		*length = (unsigned)user.length;
	return SASL_OK;
}

static int
get_password(sasl_conn_t *conn, void *context, int id, sasl_secret_t **secret)
{
	static sasl_secret_t empty; /* with room for a NUL */

	(void)conn;
	(void)context;
	(void)id;
	*secret = &empty;
	return SASL_OK;
}

static int
take_log(void *context, int level, const char *text)
{
	(void)context;
	if (level <= SASL_LOG_WARN && text != NULL)
		report_texts("log", 1, &text);
	return SASL_OK;
}

typedef int callback_function(void);

static const sasl_callback_t callbacks[] = {
	{ SASL_CB_LOG, (callback_function *)(void (*)(void))take_log, NULL },
	{ SASL_CB_AUTHNAME, (callback_function *)(void (*)(void))get_name,
	    NULL },
	{ SASL_CB_PASS, (callback_function *)(void (*)(void))get_password,
	    NULL },
	{ SASL_CB_LIST_END, NULL, NULL },
};

static void
report_plugin(client_sasl_mechanism_t *mechanism,
    sasl_info_callback_stage_t stage, void *context)
{
	const sasl_client_plug_t *plug;
	const char *texts[3];

	(void)context;
	if (stage != SASL_INFO_LIST_MECH || mechanism == NULL)
		return;
	plug = mechanism->plug;
	texts[0] = plug->mech_name;
	texts[1] = mechanism->plugname;
	texts[2] = watch_object_of(*(void *const *)&plug->mech_new);
	report_texts("plugin", 3, texts);
}

enum status
connection_load(struct diag *diag)
{
	int code;

	buf_init(&user, PROBELINE_MAX_LENGTH);
	watch_start();
	if ((code = sasl_client_init(callbacks)) != SASL_OK)
		return diag_set(diag, STATUS_CONFIG,
		    "libsasl2 cannot be started: %s",
		    sasl_errstring(code, NULL, NULL));
	if (sasl_client_plugin_info(NULL, report_plugin, NULL) != SASL_OK)
		return diag_set(diag, STATUS_CONFIG,
		    "libsasl2 does not tell which plugins it has");
	return STATUS_OK;
}

static void
report_result(int code, const char *message, unsigned length)
{
	const void *name = NULL;
	const char *text = NULL;
	char said[MAX_SAID];
	struct buf line;

	if (code < SASL_OK) {
		text = connection != NULL ? sasl_errdetail(connection) :
					    sasl_errstring(code, NULL, NULL);
		snprintf(said, sizeof(said), "%s", text != NULL ? text : "");
		text = said;
	}
	/* Where there is none, that is the connection's next sentence. */
	if (connection != NULL &&
	    sasl_getprop(connection, SASL_AUTHSOURCE, &name) != SASL_OK)
		name = NULL;
	report_begin(&line, "result");
	probeline_add_text(&line, word_of(code));
	probeline_add_text(&line, chosen);
	probeline_add_text(&line, name);
	probeline_add(&line, message, length);
	probeline_add_text(&line, text);
	report_end(&line);
}

void
connection_start(const struct probeline *request, bool wants_message)
{
	const char *message = NULL, *offered = probeline_text(request, 3);
	unsigned length = 0;
	int code;

	connection_end();
	buf_add_string(&user, buf_text(&request->fields[2]));
	code = sasl_client_new(buf_text(&request->fields[0]),
	    buf_text(&request->fields[1]), NULL, NULL, NULL, 0, &connection);
	if (code == SASL_OK)
		code = sasl_client_start(connection,
		    offered != NULL ? offered : "", NULL,
		    wants_message ? &message : NULL,
		    wants_message ? &length : NULL, &chosen);
	report_result(code, message, length);
}

void
connection_step(const struct probeline *request)
{
	const char *message = NULL;
	unsigned length = 0;
	int code = SASL_NOTINIT;

	if (connection != NULL)
		code = sasl_client_step(connection, probeline_text(request, 0),
		    (unsigned)request->fields[0].length, NULL, &message,
		    &length);
	report_result(code, message, length);
}

void
connection_end(void)
{
	sasl_dispose(&connection);
	connection = NULL;
	chosen = NULL;
	buf_clear(&user);
}
