/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Callbacks and prompts. See names.h.
 *
 * BUGS: an application that forgets the prompts it was given, instead of
 * calling again with them, loses their memory, as with every other mechanism.
 */

#include <string.h>

#include "names.h"

/* The most that is asked for in one round. */
#define NAMES_MAX_PROMPTS 2

/* The members that tell the application what is wanted. */
static const sasl_interact_t user_prompt = {
	.id = SASL_CB_USER,
	.challenge = "Authorization Name",
	.prompt = "Mailbox to open, if it is not your own",
};

static const sasl_interact_t authname_prompt = {
	.id = SASL_CB_AUTHNAME,
	.challenge = "Authentication Name",
	.prompt = "Login name of the account",
};

static const sasl_interact_t password_prompt = {
	.id = SASL_CB_PASS,
	.challenge = "Password",
	.prompt = "Access token, or the path of a token file",
};

static const sasl_interact_t *
find_answer(sasl_interact_t **prompt_need, unsigned long id)
{
	const sasl_interact_t *prompt;

	if (prompt_need == NULL || *prompt_need == NULL)
		return NULL;
	for (prompt = *prompt_need; prompt->id != SASL_CB_LIST_END; prompt++)
		if (prompt->id == id)
			return prompt;
	return NULL;
}

static void
free_prompts(const sasl_utils_t *utils, sasl_interact_t **prompt_need)
{
	if (prompt_need == NULL || *prompt_need == NULL)
		return;
	utils->free(*prompt_need);
	*prompt_need = NULL;
}

/* Hands the prompts to the application. */
static int
ask(const sasl_utils_t *utils, const sasl_interact_t *const *wanted,
    size_t count, sasl_interact_t **prompt_need, struct diag *diag)
{
	sasl_interact_t *prompts;
	size_t i;

	if (prompt_need == NULL)
		return SASL_INTERACT;
	prompts = utils->malloc((count + 1) * sizeof(*prompts));
	if (prompts == NULL) {
		diag_set_nomem(diag);
		return SASL_NOMEM;
	}
	for (i = 0; i < count; i++)
		prompts[i] = *wanted[i];
	memset(&prompts[count], 0, sizeof(*prompts)); /* SASL_CB_LIST_END */
	*prompt_need = prompts;
	return SASL_INTERACT;
}

/* A name of length bytes, which need not be terminated, may be anything. */
static int
take_name(char name[ACCOUNT_MAX_NAME + 1], const char *value, size_t length,
    struct diag *diag)
{
	name[0] = '\0';
	if (value == NULL || length == 0)
		return SASL_OK;
	if (length > ACCOUNT_MAX_NAME) {
		diag_set(diag, STATUS_DATA,
		    "the user name has %zu bytes; at most %d are possible",
		    length, ACCOUNT_MAX_NAME);
		return SASL_BADPARAM;
	}
	memcpy(name, value, length);
	name[length] = '\0';
	if (strlen(name) == length && account_check(name, diag) == STATUS_OK)
		return SASL_OK;
	diag_set(diag, STATUS_DATA,
	    "the user name \"%s\" contains a control byte", name);
	name[0] = '\0';
	return SASL_BADPARAM;
}

/*
 * One name, from an answered prompt or by the callback. SASL_INTERACT when
 * only a prompt can tell it. SASL_FAIL, without a sentence, when the
 * application knows no such thing.
 */
static int
get_name(char name[ACCOUNT_MAX_NAME + 1], const sasl_utils_t *utils,
    sasl_interact_t **prompt_need, unsigned long id, struct diag *diag)
{
	const sasl_interact_t *answer;
	sasl_callback_ft callback = NULL;
	sasl_getsimple_t *getsimple;
	void *context = NULL;
	const char *value = NULL;
	unsigned length = 0;
	int code;

	if ((answer = find_answer(prompt_need, id)) != NULL)
		return take_name(name, answer->result, answer->len, diag);
	code = utils->getcallback(utils->conn, id, &callback, &context);
	if (code != SASL_OK || callback == NULL)
		return code == SASL_OK ? SASL_FAIL : code;
	getsimple = (sasl_getsimple_t *)(void (*)(void))callback;
	code = getsimple(context, (int)id, &value, &length);
	if (code != SASL_OK && code != SASL_INTERACT)
		diag_set(diag, STATUS_DATA,
		    "the program could not tell the user name: its callback "
		    "ended with code %d",
		    code);
	if (code != SASL_OK)
		return code == SASL_FAIL ? SASL_BADPARAM : code;
	/* Old applications set no length. */
	return take_name(name, value, value == NULL ? 0 : strlen(value), diag);
}

static int
get_user(struct names *names, const sasl_utils_t *utils,
    sasl_interact_t **prompt_need, struct diag *diag)
{
	int code;

	if (names->has_user)
		return SASL_OK;
	code = get_name(names->user, utils, prompt_need, SASL_CB_USER, diag);
	if (code == SASL_FAIL) /* it offers none, which is usual */
		code = SASL_OK;
	names->has_user = code == SASL_OK;
	return code;
}

static int
get_authname(struct names *names, const sasl_utils_t *utils,
    sasl_interact_t **prompt_need, struct diag *diag)
{
	int code;

	if (names->has_authname)
		return SASL_OK;
	code = get_name(names->authname, utils, prompt_need, SASL_CB_AUTHNAME,
	    diag);
	if (code == SASL_FAIL || (code == SASL_OK && !names->authname[0])) {
		diag_set(diag, STATUS_DATA,
		    "the program gives no user name; set the login name of the "
		    "account in its configuration");
		code = SASL_BADPARAM;
	}
	names->has_authname = code == SASL_OK;
	return code;
}

int
names_get(struct names *names, const sasl_client_params_t *params,
    sasl_interact_t **prompt_need, struct diag *diag)
{
	const sasl_interact_t *wanted[NAMES_MAX_PROMPTS];
	const sasl_utils_t *utils = params->utils;
	size_t count = 0;
	int code;

	/* The optional one first: where it is missing, libsasl2 says so. */
	code = get_user(names, utils, prompt_need, diag);
	if (code == SASL_INTERACT)
		wanted[count++] = &user_prompt;
	if (code == SASL_OK || code == SASL_INTERACT) {
		code = get_authname(names, utils, prompt_need, diag);
		if (code == SASL_INTERACT)
			wanted[count++] = &authname_prompt;
	}
	free_prompts(utils, prompt_need);
	if (code != SASL_OK && code != SASL_INTERACT)
		return code;
	if (count == 0)
		return SASL_OK;
	return ask(utils, wanted, count, prompt_need, diag);
}

/* Through the callback. As get_name(). */
static int
call_for_password(struct names_password *password, const sasl_utils_t *utils,
    struct diag *diag)
{
	sasl_callback_ft callback = NULL;
	sasl_getsecret_t *getsecret;
	sasl_secret_t *secret = NULL;
	void *context = NULL;
	int code;

	code =
	    utils->getcallback(utils->conn, SASL_CB_PASS, &callback, &context);
	if (code == SASL_INTERACT)
		return code;
	if (code != SASL_OK || callback == NULL)
		return SASL_OK; /* it has none, which is fine */
	getsecret = (sasl_getsecret_t *)(void (*)(void))callback;
	code = getsecret(utils->conn, context, SASL_CB_PASS, &secret);
	if (code == SASL_OK && secret != NULL) {
		password->data = (const char *)secret->data;
		password->length = secret->len;
	} else if (code != SASL_OK && code != SASL_INTERACT)
		diag_set(diag, STATUS_DATA,
		    "the program could not tell the password: its callback "
		    "ended with code %d",
		    code);
	return code;
}

int
names_get_password(struct names_password *password,
    const sasl_client_params_t *params, sasl_interact_t **prompt_need,
    struct diag *diag)
{
	static const sasl_interact_t *const wanted[] = { &password_prompt };
	const sasl_utils_t *utils = params->utils;
	const sasl_interact_t *answer;
	int code;

	memset(password, 0, sizeof(*password));
	if ((answer = find_answer(prompt_need, SASL_CB_PASS)) == NULL) {
		code = call_for_password(password, utils, diag);
		if (code != SASL_INTERACT)
			return code;
		return ask(utils, wanted, 1, prompt_need, diag);
	}
	password->data = answer->result;
	password->length = answer->len;
	free_prompts(utils, prompt_need);
	return SASL_OK;
}
