/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * One authentication: the state machine behind libsasl2's calls, and the one
 * table from statuses to SASL codes.
 *
 * The message is sent in one step, which returns SASL_CONTINUE: a server that
 * refuses the token answers with a challenge, which must be taken and answered
 * before it says its last word (RFC 7628, section 3.2.3). An empty step means
 * that the server was content.
 *
 * Where the names can be had without prompting, the token is got in mech_new():
 * the application then learns of a failure before it has sent an AUTH command.
 *
 * It must not know how a token is found or what the messages look like.
 */

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "client_abi.h"
#include "credential.h"
#include "engineload.h"
#include "names.h"
#include "reply.h"
#include "sasllog.h"
#include "statedir.h"

enum client_state {
	CLIENT_NAMES,    /* the names must be asked for */
	CLIENT_ACCOUNT,  /* the account of that name must be found */
	CLIENT_PASSWORD, /* there is none: ask for the password */
	CLIENT_READY,    /* the token is at hand */
	CLIENT_SENT,     /* it was sent: the server's word is next */
	CLIENT_REFUSED,  /* which was a refusal */
	CLIENT_ENDED,
};

/* One connection. */
struct client {
	enum client_state state;
	enum reply_form form;
	const struct place *place;
	bool reported; /* the warning for this attempt has been written */
	struct names names;
	struct credential credential;
	struct buf message; /* libsasl2 reads it after the step */
};

/*
 * Postfix shows the text of the code, sasl_errstring(3), beside our sentence:
 * what each code says there is behind it.
 */
static const int sasl_codes[STATUS_COUNT] = {
	[STATUS_OK] = SASL_OK,
	[STATUS_AGAIN] = SASL_UNAVAIL,    /* remote server unavailable */
	[STATUS_REAUTH] = SASL_EXPIRED,   /* has expired, must be reset */
	[STATUS_CONFIG] = SASL_CONFIGERR, /* error in configuration */
	[STATUS_NOACCOUNT] = SASL_NOUSER, /* user not found */
	[STATUS_REFUSED] = SASL_BADAUTH,  /* authentication failure */
	[STATUS_DATA] = SASL_FAIL,        /* generic failure */
	[STATUS_ACCESS] = SASL_FAIL,
	[STATUS_NOMEM] = SASL_NOMEM, /* no memory available */
	[STATUS_BUG] = SASL_FAIL,
	[STATUS_CANCELLED] = SASL_UNAVAIL,
};

/* Says why, in the log once for an attempt. */
static void
report(struct client *client, const sasl_utils_t *utils,
    const struct diag *diag)
{
	if (!client->reported)
		utils->log(utils->conn, SASL_LOG_WARN, "%s", diag->text);
	client->reported = true;
	utils->seterror(utils->conn, SASL_NOLOG, "%s", diag->text);
}

/* Ends the attempt. Returns code. */
static int
fail(struct client *client, const sasl_utils_t *utils, int code,
    const struct diag *diag)
{
	report(client, utils, diag);
	client->state = CLIENT_ENDED;
	return code;
}

static int
get_names(struct client *client, const sasl_client_params_t *params,
    sasl_interact_t **prompt_need, struct diag *diag)
{
	int code;

	code = names_get(&client->names, params, prompt_need, diag);
	if (code == SASL_OK)
		client->state = CLIENT_ACCOUNT;
	return code;
}

static int
find_account(struct client *client, const struct credential_request *request,
    struct diag *diag)
{
	enum status r;

	r = credential_find(&client->credential, request, diag);
	if (r == STATUS_NOACCOUNT) {
		client->state = CLIENT_PASSWORD;
		return SASL_OK;
	}
	if (r == STATUS_OK)
		client->state = CLIENT_READY;
	return sasl_codes[r];
}

static int
use_password(struct client *client, const struct credential_request *request,
    const sasl_client_params_t *params, sasl_interact_t **prompt_need,
    struct diag *diag)
{
	struct names_password password;
	enum status r;
	int code;

	code = names_get_password(&password, params, prompt_need, diag);
	if (code != SASL_OK)
		return code;
	r = credential_from_password(&client->credential, request,
	    password.data, password.length, diag);
	if (r == STATUS_OK)
		client->state = CLIENT_READY;
	return sasl_codes[r];
}

/*
 * Gets the names and the token, as far as that goes without prompts or with
 * those that were answered. SASL_OK with CLIENT_READY, SASL_INTERACT, or a
 * code with its sentence.
 */
static int
prepare(struct client *client, const sasl_client_params_t *params,
    sasl_interact_t **prompt_need, struct diag *diag)
{
	struct sasllog sasllog;
	struct credential_request request = {
		.place = client->place,
		.account = client->names.authname,
		.log = &sasllog.log,
	};
	int code = SASL_OK;

	sasllog_open(&sasllog, params->utils);
	if (client->state == CLIENT_NAMES)
		code = get_names(client, params, prompt_need, diag);
	if (code == SASL_OK && client->state == CLIENT_ACCOUNT)
		code = find_account(client, &request, diag);
	if (code == SASL_OK && client->state == CLIENT_PASSWORD)
		code =
		    use_password(client, &request, params, prompt_need, diag);
	sasllog_close(&sasllog,
	    code == SASL_OK ? SASL_LOG_WARN : SASL_LOG_NOTE);
	return code;
}

/* The mailbox to open: the application's word, the record's, the account's. */
static const char *
wire_user(const struct client *client, const char *service)
{
	const char *authname = client->names.authname;
	const char *user = client->names.user;

	if (user[0] != '\0' && strcmp(user, authname) != 0)
		return user;
	user = record_user(&client->credential.record,
	    service == NULL ? "" : service);
	return user != NULL ? user : authname;
}

/* libsasl2 wants both names, and may change them. */
static int
canonicalize(const struct client *client, const sasl_client_params_t *params,
    sasl_out_params_t *oparams, struct diag *diag)
{
	const char *authname = client->names.authname;
	const char *user = wire_user(client, params->service);
	sasl_conn_t *conn = params->utils->conn;
	int code;

	if (strcmp(user, authname) == 0)
		code = params->canon_user(conn, user, 0,
		    SASL_CU_AUTHZID | SASL_CU_AUTHID, oparams);
	else if ((code = params->canon_user(conn, user, 0, SASL_CU_AUTHZID,
		      oparams)) == SASL_OK)
		code = params->canon_user(conn, authname, 0, SASL_CU_AUTHID,
		    oparams);
	if (code != SASL_OK)
		diag_set(diag, STATUS_DATA,
		    "libsasl2 does not take \"%.100s\" as a user name", user);
	return code;
}

/* Builds the message from the names as libsasl2 left them. */
static int
build(struct client *client, const sasl_client_params_t *params,
    sasl_out_params_t *oparams, struct diag *diag)
{
	const struct record *record = &client->credential.record;
	char port[REPLY_PORT_SPACE];
	struct reply reply = {
		.host = params->serverFQDN,
		.port = port,
		.token = record->access_token,
		.token_length = record->token_length,
	};
	int code;

	if ((code = canonicalize(client, params, oparams, diag)) != SASL_OK)
		return code;
	reply.user = oparams->user;
	reply_find_port(params->ipremoteport, port);
	return sasl_codes[reply_format(client->form, &reply, &client->message,
	    diag)];
}

/* The demands that must be met before anything is done. */
static int
check_demands(const sasl_client_params_t *params, struct diag *diag)
{
	if (params->props.min_ssf <= params->external_ssf)
		return SASL_OK;
	diag_set(diag, STATUS_CONFIG,
	    "the program demands that the login encrypts the connection, which "
	    "OAuth cannot; let it use TLS, or demand less");
	return SASL_TOOWEAK;
}

static int
send_token(struct client *client, const sasl_client_params_t *params,
    sasl_interact_t **prompt_need, const char **clientout,
    unsigned *clientoutlen, sasl_out_params_t *oparams)
{
	const sasl_utils_t *utils = params->utils;
	struct diag diag;
	int code;

	diag.text[0] = '\0';
	if ((code = check_demands(params, &diag)) == SASL_OK)
		code = prepare(client, params, prompt_need, &diag);
	if (code == SASL_INTERACT && prompt_need != NULL)
		return code;
	if (code == SASL_INTERACT) {
		diag_set(&diag, STATUS_DATA,
		    "the program tells the user's name or password only when "
		    "prompted, and cannot be prompted");
		code = SASL_BADPARAM;
	}
	if (code == SASL_OK)
		code = build(client, params, oparams, &diag);
	if (code != SASL_OK)
		return fail(client, utils, code, &diag);
	client->state = CLIENT_SENT;
	*clientout = client->message.data;
	*clientoutlen = (unsigned)client->message.length;
	return SASL_CONTINUE;
}

/* The server has said no: says why, and lets it finish. */
static int
take_refusal(struct client *client, const sasl_utils_t *utils,
    const char *challenge, unsigned length, const char **clientout,
    unsigned *clientoutlen)
{
	struct sasllog sasllog;
	struct credential_request request = {
		.place = client->place,
		.account = client->names.authname,
		.log = &sasllog.log,
	};
	struct diag diag;
	size_t answer_length;

	diag.text[0] = '\0';
	sasllog_open(&sasllog, utils);
	(void)credential_refuse(&client->credential, &request, challenge,
	    length, &diag);
	sasllog_close(&sasllog, SASL_LOG_NOTE);
	report(client, utils, &diag);
	client->state = CLIENT_REFUSED;
	*clientout = reply_to_error(client->form, &answer_length);
	*clientoutlen = (unsigned)answer_length;
	return SASL_CONTINUE;
}

/* There is no security layer. */
static int
finish(struct client *client, sasl_out_params_t *oparams)
{
	client->state = CLIENT_ENDED;
	oparams->doneflag = 1;
	oparams->mech_ssf = 0;
	oparams->maxoutbuf = 0;
	oparams->encode_context = NULL;
	oparams->encode = NULL;
	oparams->decode_context = NULL;
	oparams->decode = NULL;
	oparams->param_version = 0;
	return SASL_OK;
}

static int
refuse_protocol(struct client *client, const sasl_utils_t *utils)
{
	struct diag diag;

	diag_set(&diag, STATUS_DATA,
	    "the mail server sent something where nothing was expected during "
	    "the login of %.100s",
	    client->names.authname);
	return fail(client, utils, SASL_BADPROT, &diag);
}

static int
client_step(void *context, sasl_client_params_t *params, const char *serverin,
    unsigned serverinlen, sasl_interact_t **prompt_need, const char **clientout,
    unsigned *clientoutlen, sasl_out_params_t *oparams)
{
	struct client *client = context;

	*clientout = NULL;
	*clientoutlen = 0;
	switch (client->state) {
	case CLIENT_SENT:
		if (serverinlen > 0)
			return take_refusal(client, params->utils, serverin,
			    serverinlen, clientout, clientoutlen);
		return finish(client, oparams);
	case CLIENT_REFUSED:
		/* We have nothing to add; the server has the last word. */
		if (serverinlen > 0)
			return refuse_protocol(client, params->utils);
		return finish(client, oparams);
	case CLIENT_ENDED:
		return refuse_protocol(client, params->utils);
	case CLIENT_NAMES:
	case CLIENT_ACCOUNT:
	case CLIENT_PASSWORD:
	case CLIENT_READY:
		break;
	}
	if (serverinlen > 0)
		return refuse_protocol(client, params->utils);
	return send_token(client, params, prompt_need, clientout, clientoutlen,
	    oparams);
}

static void
client_dispose(void *context, const sasl_utils_t *utils)
{
	struct client *client = context;

	(void)utils;
	if (client == NULL)
		return;
	credential_clear(&client->credential);
	buf_clear(&client->message);
	free(client);
}

static int
client_new(enum reply_form form, const struct place *place,
    sasl_client_params_t *params, void **context)
{
	const sasl_utils_t *utils = params->utils;
	struct client *client;
	struct diag diag;
	int code;

	*context = NULL;
	if ((client = calloc(1, sizeof(*client))) == NULL)
		return SASL_NOMEM;
	client->state = CLIENT_NAMES;
	client->form = form;
	client->place = place;
	credential_init(&client->credential);
	buf_init(&client->message, REPLY_MAX_LENGTH);
	diag.text[0] = '\0';
	code = prepare(client, params, NULL, &diag);
	if (code != SASL_OK && code != SASL_INTERACT) {
		fail(client, utils, code, &diag);
		client_dispose(client, utils);
		return code;
	}
	*context = client; /* now libsasl2's */
	return SASL_OK;
}

static void
client_prepare(const struct place *place)
{
	struct engineload engine;
	struct diag diag;
	struct dir dir;

	(void)statedir_get(place, &dir, &diag);
	(void)engineload_get(&engine, &diag);
}

static void
client_close(void)
{
	engineload_close();
	statedir_close();
}

static _Thread_local bool forks_without; /* locks */

/*
 * A child of fork(2) has no thread that would let go of these. Where the
 * software of a token forks, though, this thread has some of them, and would
 * wait for itself; or for one that waits for this one. Its child has no use
 * for us.
 */
static void
lock_all(void)
{
	forks_without = engineload_is_here();
	if (forks_without)
		return;
	engineload_lock();
	statedir_lock();
}

static void
unlock_all(void)
{
	if (forks_without)
		return;
	statedir_unlock();
	engineload_unlock();
}

static void
expect_forks(void)
{
	(void)pthread_atfork(lock_all, unlock_all, unlock_all);
}

/* The one exported function. */
client_function sasl_bearer_client __attribute__((visibility("default")));

const struct client_table *
sasl_bearer_client(void)
{
	static const struct client_table table = {
		.abi = CLIENT_ABI,
		.prepare = client_prepare,
		.close = client_close,
		.mech_new = client_new,
		.mech_step = client_step,
		.mech_dispose = client_dispose,
	};

	static pthread_once_t once = PTHREAD_ONCE_INIT;

	(void)pthread_once(&once, expect_forks);
	return &table;
}
