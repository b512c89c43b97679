/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The world around a client step. See plugin_fake.h.
 */

#include <dlfcn.h>
#include <ftw.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "plugin_fake.h"

client_function sasl_bearer_client;

static struct fake *current; /* for malloc, which has no context */

static void *
fake_malloc(size_t size)
{
	if (current->failures > 0) {
		current->failures--;
		return NULL;
	}
	current->live++;
	return malloc(size);
}

static void
fake_free(void *block)
{
	current->live--;
	free(block);
}

static void
fake_log(sasl_conn_t *conn, int level, const char *format, ...)
{
	struct fake *fake = (struct fake *)conn;
	va_list arguments;
	const char *text;
	size_t used;

	assert_string_equal(format, "%s");
	va_start(arguments, format);
	text = va_arg(arguments, const char *);
	va_end(arguments);
	if (level == SASL_LOG_WARN) {
		fake->warnings++;
		snprintf(fake->warning, sizeof(fake->warning), "%s", text);
	} else if (level == SASL_LOG_NOTE) {
		used = strlen(fake->notes);
		snprintf(fake->notes + used, sizeof(fake->notes) - used, "%s\n",
		    text);
	} else {
		assert_int_equal(level, SASL_LOG_DEBUG);
		fake->debugs++;
		snprintf(fake->debug, sizeof(fake->debug), "%s", text);
	}
}

static void
fake_seterror(sasl_conn_t *conn, unsigned flags, const char *format, ...)
{
	struct fake *fake = (struct fake *)conn;
	va_list arguments;

	assert_int_equal(flags, SASL_NOLOG);
	assert_string_equal(format, "%s");
	va_start(arguments, format);
	snprintf(fake->error, sizeof(fake->error), "%s",
	    va_arg(arguments, const char *));
	va_end(arguments);
}

static int
simple_callback(void *context, int id, const char **result, unsigned *length)
{
	struct offered *offered = context;

	(void)id;
	offered->asked++;
	*result = offered->value;
	assert_non_null(length); /* left alone, as old applications do */
	return offered->code;
}

static int
secret_callback(sasl_conn_t *conn, void *context, int id,
    sasl_secret_t **secret)
{
	static union {
		sasl_secret_t secret;
		char space[20000];
	} room;
	struct offered *offered = context;
	size_t length;

	(void)conn;
	assert_int_equal(id, SASL_CB_PASS);
	offered->asked++;
	if (offered->value == NULL)
		return offered->code;
	length = offered->length >= 0 ? (size_t)offered->length :
					strlen(offered->value);
	room.secret.len = length;
	memcpy(room.secret.data, offered->value, length);
	*secret = &room.secret;
	return offered->code;
}

static struct offered *
find_offered(struct fake *fake, unsigned long id)
{
	switch (id) {
	case SASL_CB_USER:
		return &fake->user;
	case SASL_CB_AUTHNAME:
		return &fake->authname;
	case SASL_CB_PASS:
		return &fake->pass;
	default:
		fail_msg("asked for callback %lu", id);
		return NULL;
	}
}

static int
fake_getcallback(sasl_conn_t *conn, unsigned long id, sasl_callback_ft *proc,
    void **context)
{
	struct fake *fake = (struct fake *)conn;
	struct offered *offered = find_offered(fake, id);

	*proc = NULL;
	*context = NULL;
	if (offered->offer == OFFER_PROMPT)
		return SASL_INTERACT;
	if (offered->offer == OFFER_NONE) {
		/* as libsasl2: the probe leaves its own text behind */
		snprintf(fake->error, sizeof(fake->error),
		    "Unable to find a callback: %lu", id);
		return SASL_FAIL;
	}
	*proc = id == SASL_CB_PASS ?
	    (sasl_callback_ft)(void (*)(void))secret_callback :
	    (sasl_callback_ft)(void (*)(void))simple_callback;
	*context = offered;
	return SASL_OK;
}

static int
fake_canon_user(sasl_conn_t *conn, const char *in, unsigned length,
    unsigned flags, sasl_out_params_t *oparams)
{
	struct fake *fake = (struct fake *)conn;
	size_t used = length != 0 ? length : strlen(in);

	if (strcmp(in, "all space") == 0)
		return SASL_FAIL;
	assert_true(used < sizeof(fake->canonical[0]));
	if (flags & SASL_CU_AUTHZID) {
		snprintf(fake->canonical[0], sizeof(fake->canonical[0]), "%.*s",
		    (int)used, in);
		oparams->user = fake->canonical[0];
		oparams->ulen = (unsigned)used;
	}
	if (flags & SASL_CU_AUTHID) {
		snprintf(fake->canonical[1], sizeof(fake->canonical[1]), "%.*s",
		    (int)used, in);
		oparams->authid = fake->canonical[1];
		oparams->alen = (unsigned)used;
	}
	return SASL_OK;
}

/* It knows nobody, and has been asked nothing. */
static void
reset_engine(struct fake_engine *engine)
{
	memset(engine, 0, sizeof(*engine));
	engine->find = STATUS_NOACCOUNT;
	engine->refuse = STATUS_REFUSED;
	engine->sentence = "the engine says why";
	engine->token = "RENEWED";
}

/* The same object that the plugin will load. */
static struct fake_engine *
get_engine(const char *path)
{
	fake_engine_function *function;
	void *object = NULL;

	if (path != NULL)
		object = dlopen(path, RTLD_NOW);
	if (object == NULL)
		fail_msg("FAKE_ENGINE must name the fake engine's object");
	*(void **)&function = dlsym(object, FAKE_ENGINE_SYMBOL);
	assert_non_null(function);
	return function();
}

void
fake_use_engine(struct fake *fake, const char *path)
{
	fake->client->close();
	fake->engine->calls[0] = '\0';
	assert_int_equal(setenv("SASL_BEARER_ENGINE", path, 1), 0);
}

int
fake_setup(void **state)
{
	struct fake *fake = calloc(1, sizeof(*fake));
	char path[PLACE_MAX_PATH + 10];
	char template[] = "/tmp/plugin-test.XXXXXX";

	assert_non_null(fake);
	assert_non_null(mkdtemp(template));
	fake->engine = get_engine(getenv("FAKE_ENGINE"));
	reset_engine(fake->engine);
	fake->client = sasl_bearer_client();
	fake_use_engine(fake, getenv("FAKE_ENGINE"));
	snprintf(fake->place.state, sizeof(fake->place.state), "%s", template);
	fake->place.state_exists = true;
	snprintf(path, sizeof(path), "%s/tokens", template);
	assert_int_equal(mkdir(path, 0700), 0);
	fake->utils.conn = (sasl_conn_t *)fake;
	fake->utils.malloc = fake_malloc;
	fake->utils.free = fake_free;
	fake->utils.log = fake_log;
	fake->utils.seterror = fake_seterror;
	fake->utils.getcallback = fake_getcallback;
	fake->params.utils = &fake->utils;
	fake->params.service = "imap";
	fake->params.canon_user = fake_canon_user;
	fake->authname.offer = OFFER_CALLBACK;
	fake->authname.value = ME;
	fake->user.length = fake->authname.length = fake->pass.length = -1;
	*state = current = fake;
	return 0;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

int
fake_teardown(void **state)
{
	struct fake *fake = *state;

	fake_dispose(fake);
	assert_int_equal(fake->live, 0); /* every prompt was freed */
	fake->client->close();
	assert_int_equal(fake->engine->is_open, 0);
	nftw(fake->place.state, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(fake);
	return 0;
}

void
fake_write(struct fake *fake, const char *name, mode_t mode, const char *text)
{
	char path[PLACE_MAX_PATH + 100];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", fake->place.state, name);
	assert_non_null(file = fopen(path, "w"));
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, mode), 0);
}

void
fake_record(struct fake *fake, const char *token, long renew_in_s,
    long expires_in_s, const char *more)
{
	size_t space = strlen(token) + strlen(more) + 200;
	long now = (long)time(NULL);
	char *text = malloc(space);

	assert_non_null(text);
	snprintf(text, space,
	    "sasl-bearer-token 1\naccess_token %s\nobtained_at %ld\n"
	    "renew_at %ld\nexpires_at %ld\n%s",
	    token, now - 3600, now + renew_in_s, now + expires_in_s, more);
	fake_write(fake, "tokens/" ME, 0600, text);
	free(text);
}

int
fake_new(struct fake *fake, enum reply_form form)
{
	return fake->client->mech_new(form, &fake->place, &fake->params,
	    &fake->context);
}

int
fake_step(struct fake *fake, const char *challenge, size_t length)
{
	fake->out = "not set";
	fake->out_length = 7;
	return fake->client->mech_step(fake->context, &fake->params, challenge,
	    (unsigned)length, &fake->prompts, &fake->out, &fake->out_length,
	    &fake->oparams);
}

int
fake_step_without_prompts(struct fake *fake)
{
	return fake->client->mech_step(fake->context, &fake->params, NULL, 0,
	    NULL, &fake->out, &fake->out_length, &fake->oparams);
}

void
fake_answer(struct fake *fake)
{
	sasl_interact_t *prompt;
	struct offered *offered;

	assert_non_null(fake->prompts);
	for (prompt = fake->prompts; prompt->id != SASL_CB_LIST_END; prompt++) {
		offered = find_offered(fake, prompt->id);
		assert_int_equal(offered->offer, OFFER_PROMPT);
		assert_non_null(prompt->prompt);
		offered->asked++;
		prompt->result = offered->value;
		if (offered->value != NULL)
			prompt->len = offered->length >= 0 ?
			    (unsigned)offered->length :
			    (unsigned)strlen(offered->value);
	}
}

int
fake_login(struct fake *fake, enum reply_form form)
{
	int code;

	if ((code = fake_new(fake, form)) != SASL_OK)
		return code;
	while ((code = fake_step(fake, NULL, 0)) == SASL_INTERACT)
		fake_answer(fake);
	return code;
}

void
fake_dispose(struct fake *fake)
{
	fake->client->mech_dispose(fake->context, &fake->utils);
	fake->context = NULL;
}

void
assert_sent(const struct fake *fake, const char *message)
{
	size_t i;

	assert_non_null(fake->out);
	assert_int_equal(fake->out_length, strlen(message));
	for (i = 0; i < fake->out_length; i++)
		assert_int_equal(fake->out[i],
		    message[i] == '|' ? '\001' : message[i]);
	assert_int_equal(fake->out[i], '\0');
}

void
assert_reported(const struct fake *fake, const char *part)
{
	if (strstr(fake->error, part) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", fake->error, part);
	assert_string_equal(fake->warning, fake->error);
	assert_int_equal(fake->warnings, 1);
}
