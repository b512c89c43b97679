/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The least that a plugin for these mechanisms can do: it copies a constant
 * token, $BENCH_TOKEN, into the message. What a login costs with it is what
 * libsasl2 takes around any plugin.
 *
 * Its mechanisms are declared as ours are, so that the conversation is the
 * same; the bench compares the messages. It checks nothing.
 */

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <sasl/sasl.h>
#include <sasl/saslplug.h>

/* One connection. */
struct constant {
	bool is_xoauth2;
	bool sent;
	char *message;
};

static const char *token;
static size_t token_length;
static char xoauth2, oauthbearer;

static char *
add(char *end, const char *bytes, size_t length)
{
	memcpy(end, bytes, length);
	return end + length;
}

static char *
add_string(char *end, const char *string)
{
	return add(end, string, strlen(string));
}

/* Room for whatever the names are: libsasl2 has bounded them. */
static char *
format(bool is_xoauth2, const char *user, const char *host, size_t *length)
{
	char *message, *end;

	message = malloc(strlen(user) + strlen(host) + token_length + 64);
	if (message == NULL)
		return NULL;
	end = add_string(message, is_xoauth2 ? "user=" : "n,a=");
	end = add_string(end, user);
	if (!is_xoauth2) {
		end = add_string(end, ",\001host=");
		end = add_string(end, host);
	}
	end = add_string(end, "\001auth=Bearer ");
	end = add(end, token, token_length);
	end = add_string(end, "\001\001");
	*length = (size_t)(end - message);
	return message;
}

static int
mech_new(void *glob_context, sasl_client_params_t *params, void **context)
{
	struct constant *constant;

	(void)params;
	if ((constant = calloc(1, sizeof(*constant))) == NULL)
		return SASL_NOMEM;
	constant->is_xoauth2 = glob_context == &xoauth2;
	*context = constant; /* now libsasl2's */
	return SASL_OK;
}

static int
set_user(sasl_client_params_t *params, sasl_out_params_t *oparams)
{
	const sasl_utils_t *utils = params->utils;
	sasl_callback_ft callback;
	sasl_getsimple_t *getsimple;
	void *callback_context;
	const char *user;
	unsigned length;
	int code;

	code = utils->getcallback(utils->conn, SASL_CB_AUTHNAME, &callback,
	    &callback_context);
	if (code != SASL_OK)
		return code;
	getsimple = (sasl_getsimple_t *)(void (*)(void))callback;
	code = getsimple(callback_context, SASL_CB_AUTHNAME, &user, &length);
	if (code != SASL_OK)
		return code;
	return params->canon_user(utils->conn, user, 0,
	    SASL_CU_AUTHID | SASL_CU_AUTHZID, oparams);
}

static int
mech_step(void *context, sasl_client_params_t *params, const char *serverin,
    unsigned serverinlen, sasl_interact_t **prompt_need, const char **clientout,
    unsigned *clientoutlen, sasl_out_params_t *oparams)
{
	struct constant *constant = context;
	size_t length;
	int code;

	(void)serverin;
	(void)serverinlen;
	(void)prompt_need;
	*clientout = NULL;
	*clientoutlen = 0;
	if (constant->sent) {
		oparams->doneflag = 1;
		return SASL_OK;
	}
	if ((code = set_user(params, oparams)) != SASL_OK)
		return code;
	constant->message = format(constant->is_xoauth2, oparams->user,
	    params->serverFQDN, &length);
	if (constant->message == NULL)
		return SASL_NOMEM;
	constant->sent = true;
	*clientout = constant->message;
	*clientoutlen = (unsigned)length;
	return SASL_CONTINUE;
}

static void
mech_dispose(void *context, const sasl_utils_t *utils)
{
	struct constant *constant = context;

	(void)utils;
	if (constant == NULL)
		return;
	free(constant->message);
	free(constant);
}

static const unsigned long required_prompts[] = {
	SASL_CB_AUTHNAME,
	SASL_CB_LIST_END,
};

#define CONSTANT_MECHANISM(name, form) \
	{ \
		.mech_name = name, \
		.security_flags = SASL_SEC_NODICTIONARY | \
		    SASL_SEC_PASS_CREDENTIALS | SASL_SEC_NOANONYMOUS, \
		.features = SASL_FEAT_ALLOWS_PROXY | SASL_FEAT_SERVER_FIRST, \
		.required_prompts = required_prompts, .glob_context = form, \
		.mech_new = mech_new, .mech_step = mech_step, \
		.mech_dispose = mech_dispose, \
	}

static sasl_client_plug_t mechanisms[] = {
	CONSTANT_MECHANISM("OAUTHBEARER", &oauthbearer),
	CONSTANT_MECHANISM("XOAUTH2", &xoauth2),
};

sasl_client_plug_init_t sasl_client_plug_init;

int
sasl_client_plug_init(const sasl_utils_t *utils, int max_version,
    int *out_version, sasl_client_plug_t **pluglist, int *plugcount)
{
	(void)utils;
	(void)max_version;
	if ((token = getenv("BENCH_TOKEN")) == NULL)
		return SASL_FAIL;
	token_length = strlen(token);
	*out_version = SASL_CLIENT_PLUG_VERSION;
	*pluglist = mechanisms;
	*plugcount = sizeof(mechanisms) / sizeof(mechanisms[0]);
	return SASL_OK;
}
