/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a mail server says during a login. The first byte names the mechanism
 * (X or O), the second one where the token is from: a for an account, t for a
 * password that is one, n for an account where the engine cannot be loaded.
 * Then come the server's words, each ended by 0x1e.
 *
 * The plugin's client is run with a libsasl2 that is made up. The token is
 * sent once, what is logged is one clean line for each attempt, and nothing
 * follows the end.
 */

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base64.h"
#include "client_abi.h"
#include "engineload.h"
#include "fuzz.h"
#include "oauth.h"

#define TOKEN "made-up.access.token"
#define ME "me@example.com"
#define END 0x1e

const char fuzz_name[] = "challenge";

client_function sasl_bearer_client;

/* One connection. */
struct world {
	enum reply_form form;
	char source;
	bool may_say_token; /* the server said it first */
	unsigned warnings, sent, answered;
	bool ended;
	sasl_utils_t utils;
	sasl_client_params_t params;
	sasl_out_params_t oparams;
};

static struct world *current; /* for the engine */
static struct place place;

/* The engine: what a challenge means is told by the real one. */

static enum status
find(struct engine *engine, const struct engine_request *request,
    struct diag *diag)
{
	(void)engine;
	(void)request;
	(void)diag;
	return STATUS_NOACCOUNT;
}

static enum status
refuse(struct engine *engine, const struct engine_request *request,
    bool is_file, const struct record *record, const char *challenge,
    size_t length, struct diag *diag)
{
	(void)engine;
	MUST(!is_file && strcmp(record->access_token, TOKEN) == 0);
	log_line(request->log, LOG_LEVEL_WARNING, "it was not written down");
	return oauth_judge_challenge(challenge, length, request->account, NULL,
	    diag);
}

static const struct engine_table table = {
	.abi = ENGINE_ABI,
	.find = find,
	.refuse = refuse,
};

enum status
engineload_get(struct engineload *loaded, struct diag *diag)
{
	if (current->source == 'n')
		return diag_set(diag, STATUS_CONFIG, "there is no engine");
	loaded->table = &table;
	loaded->engine = NULL;
	return STATUS_OK;
}

void
engineload_close(void)
{
}

void
engineload_lock(void)
{
}

void
engineload_unlock(void)
{
}

bool
engineload_is_here(void)
{
	return false;
}

/* What libsasl2 and the application do. */

static void
check_line(const struct world *world, const char *text)
{
	const char *p;

	for (p = text; *p != '\0'; p++)
		MUST((unsigned char)*p >= 0x20 && *p != 0x7f);
	MUST(p > text && p - text < 1024);
	MUST(world->may_say_token || strstr(text, TOKEN) == NULL);
}

static void
take_line(sasl_conn_t *conn, int level, const char *format, ...)
{
	struct world *world = (struct world *)conn;
	va_list arguments;

	MUST(strcmp(format, "%s") == 0);
	va_start(arguments, format);
	check_line(world, va_arg(arguments, const char *));
	va_end(arguments);
	world->warnings += level == SASL_LOG_WARN;
}

static void
take_error(sasl_conn_t *conn, unsigned flags, const char *format, ...)
{
	va_list arguments;

	MUST(flags == SASL_NOLOG && strcmp(format, "%s") == 0);
	va_start(arguments, format);
	check_line((struct world *)conn, va_arg(arguments, const char *));
	va_end(arguments);
}

static int
tell_name(void *context, int id, const char **result, unsigned *length)
{
	struct world *world = context;

	MUST(id == SASL_CB_AUTHNAME);
	*result = world->source == 't' ? "nobody" : ME;
	*length = (unsigned)strlen(*result);
	return SASL_OK;
}

static int
tell_password(sasl_conn_t *conn, void *context, int id, sasl_secret_t **secret)
{
	static union {
		sasl_secret_t secret;
		char space[sizeof(sasl_secret_t) + sizeof(TOKEN)];
	} room;

	(void)conn;
	(void)context;
	MUST(id == SASL_CB_PASS);
	room.secret.len = sizeof(TOKEN) - 1;
	memcpy(room.secret.data, TOKEN, sizeof(TOKEN));
	*secret = &room.secret;
	return SASL_OK;
}

static int
find_callback(sasl_conn_t *conn, unsigned long id, sasl_callback_ft *proc,
    void **context)
{
	*context = conn;
	switch (id) {
	case SASL_CB_AUTHNAME:
		*proc = (sasl_callback_ft)(void (*)(void))tell_name;
		return SASL_OK;
	case SASL_CB_PASS:
		*proc = (sasl_callback_ft)(void (*)(void))tell_password;
		return SASL_OK;
	default:
		return SASL_FAIL;
	}
}

static int
canonicalize(sasl_conn_t *conn, const char *in, unsigned length, unsigned flags,
    sasl_out_params_t *oparams)
{
	(void)conn;
	(void)length;
	if (flags & SASL_CU_AUTHZID)
		oparams->user = in;
	if (flags & SASL_CU_AUTHID)
		oparams->authid = in;
	return SASL_OK;
}

/* The account, once for all inputs: nothing here writes to it. */

static char directory[] = "/tmp/sasl-bearer-fuzz.XXXXXX";

static void
remove_account(void)
{
	char path[sizeof(directory) + 40];

	snprintf(path, sizeof(path), "%s/tokens/" ME, directory);
	unlink(path);
	snprintf(path, sizeof(path), "%s/tokens", directory);
	rmdir(path);
	rmdir(directory);
}

static void
make_account(void)
{
	char path[sizeof(directory) + 40];
	FILE *file;

	MUST(mkdtemp(directory) != NULL);
	atexit(remove_account);
	snprintf(place.state, sizeof(place.state), "%s", directory);
	place.state_exists = true;
	snprintf(path, sizeof(path), "%s/tokens", directory);
	MUST(mkdir(path, S_IRWXU) == 0);
	snprintf(path, sizeof(path), "%s/tokens/" ME, directory);
	MUST((file = fopen(path, "w")) != NULL);
	fprintf(file,
	    "sasl-bearer-token 1\naccess_token " TOKEN "\nobtained_at 1\n"
	    "renew_at 4000000000\nexpires_at 4000000000\n");
	MUST(fclose(file) == 0 && chmod(path, S_IRUSR) == 0);
}

/* One step of the client, with all that is true after any. */
static int
step(struct world *world, void *context, const char *said, size_t length)
{
	const char *out = "unset";
	unsigned out_length = 7;
	int code;

	code = sasl_bearer_client()->mech_step(context, &world->params, said,
	    (unsigned)length, NULL, &out, &out_length, &world->oparams);
	MUST((code == SASL_CONTINUE) == (out != NULL));
	MUST(code == SASL_CONTINUE || out_length == 0);
	MUST(world->warnings <= 1);
	if (world->ended)
		MUST(code == SASL_BADPROT);
	if (code != SASL_CONTINUE) {
		world->ended = true;
		MUST(code == SASL_OK || world->warnings == 1);
		MUST(code != SASL_OK || world->oparams.doneflag == 1);
		return code;
	}
	if (memmem(out, out_length, TOKEN, strlen(TOKEN)) != NULL)
		MUST(++world->sent == 1 && world->answered == 0 && length == 0);
	else {
		MUST(++world->answered == 1 && world->sent == 1 && length > 0);
		MUST(out_length == (world->form == REPLY_OAUTHBEARER));
		MUST(out_length == 0 || out[0] == '\001');
		MUST(world->warnings == 1);
	}
	return code;
}

/* The mechanism speaks first, and then hears one word after the other. */
static void
talk(struct world *world, void *context, const uint8_t *said, size_t size)
{
	const uint8_t *end;
	size_t length;

	if (step(world, context, NULL, 0) != SASL_CONTINUE)
		return;
	while (size > 0) {
		end = memchr(said, END, size);
		length = end != NULL ? (size_t)(end - said) : size;
		step(world, context, (const char *)said, length);
		if (end != NULL)
			length++;
		said += length;
		size -= length;
	}
	MUST(world->sent == 1);
}

static void
login(struct world *world, const uint8_t *said, size_t size)
{
	const struct client_table *client = sasl_bearer_client();
	void *context = NULL;

	world->utils.conn = (sasl_conn_t *)world;
	world->utils.malloc = malloc;
	world->utils.free = free;
	world->utils.log = take_line;
	world->utils.seterror = take_error;
	world->utils.getcallback = find_callback;
	world->params.utils = &world->utils;
	world->params.service = "imap";
	world->params.serverFQDN = "mx.example.com";
	world->params.ipremoteport = "192.0.2.1;993";
	world->params.canon_user = canonicalize;
	current = world;
	if (client->mech_new(world->form, &place, &world->params, &context) ==
	    SASL_OK)
		talk(world, context, said, size);
	else
		MUST(context == NULL && (world->warnings == 1 || fuzz_failing));
	client->mech_dispose(context, &world->utils);
}

static void
judge(const char *challenge, size_t length, const char *granted)
{
	struct diag diag = { "" };
	enum status r;
	const char *p;

	r = oauth_judge_challenge(challenge, length, ME, granted, &diag);
	MUST(r == STATUS_REFUSED || r == STATUS_CONFIG);
	MUST(diag.text[0] != '\0');
	for (p = diag.text; *p != '\0'; p++)
		MUST((unsigned char)*p >= 0x20 && *p != 0x7f);
}

/* As the engine sees it, and as it is on the wire. */
static void
judge_both(const char *bytes, size_t size)
{
	struct buf plain;

	judge(bytes, size, NULL);
	judge(bytes, size, "mail https://mail.google.com/");
	buf_init(&plain, size + 1);
	if (base64_decode(&plain, bytes, size) == STATUS_OK)
		judge(buf_text(&plain), plain.length, "mail");
	buf_clear(&plain);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct world world = { .form = REPLY_XOAUTH2 };

	if (size < 2)
		return 0;
	if (place.state[0] == '\0')
		make_account();
	world.form = data[0] == 'X' ? REPLY_XOAUTH2 : REPLY_OAUTHBEARER;
	world.source = (char)data[1];
	data += 2;
	size -= 2;
	world.may_say_token = memmem(data, size, TOKEN, strlen(TOKEN)) != NULL;
	login(&world, data, size);
	judge_both((const char *)data, size);
	return 0;
}
