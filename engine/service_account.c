/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Google's key file. See service_account.h.
 *
 * BUGS: what json.c confesses holds for the private key too.
 */

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "json.h"
#include "key.h"
#include "service_account.h"

void
service_account_free(struct service_account **account)
{
	if (*account == NULL)
		return;
	key_free(&(*account)->key);
	free((*account)->email);
	free((*account)->client_id);
	free((*account)->key_id);
	free((*account)->token_uri);
	free(*account);
	*account = NULL;
}

/* A file of Google's, but another one? */
static enum status
judge_type(struct json_object *json, const char *what, struct diag *diag)
{
	const char *type = json_text(json, "type");

	if (json_object_object_get_ex(json, "installed", NULL) ||
	    json_object_object_get_ex(json, "web", NULL))
		return diag_set(diag, STATUS_CONFIG,
		    "%s is an OAuth client's file, not a service account's; "
		    "make a key for the service account in the Cloud console",
		    what);
	if (type == NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "%s is not the key file of a service account: it has no "
		    "\"type\"",
		    what);
	if (strcmp(type, "service_account") == 0)
		return STATUS_OK;
	if (strcmp(type, "authorized_user") == 0)
		return diag_set(diag, STATUS_CONFIG,
		    "%s holds the login of a person (authorized_user), not the "
		    "key of a service account; make one in the Cloud console",
		    what);
	return diag_set(diag, STATUS_CONFIG,
	    "%s is not the key file of a service account, but of the type "
	    "\"%.40s\"",
	    what, type);
}

/* A copy of a member; that there is none is fine. */
static enum status
copy(struct json_object *json, const char *name, char **member,
    struct diag *diag)
{
	const char *text = json_text(json, name);

	if (text == NULL)
		return STATUS_OK;
	return (*member = string_copy(text)) != NULL ? STATUS_OK :
						       diag_set_nomem(diag);
}

static enum status
read_key(struct json_object *json, struct service_account *account,
    const char *what, struct diag *diag)
{
	const char *pem = json_text(json, "private_key");
	enum status r;

	if (account->email == NULL || account->email[0] == '\0' || pem == NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "%s lacks %s; download the key again", what,
		    pem == NULL ? "private_key" : "client_email");
	r = key_parse(&account->key, pem, strlen(pem), what, NULL, diag);
	if (r == STATUS_NOMEM)
		return r;
	if (r != STATUS_OK)
		return diag_set(diag, STATUS_CONFIG,
		    "the private_key in %s is damaged; download the key again",
		    what);
	if (key_choose_alg(account->key, NULL) == ASSERTION_RS256)
		return STATUS_OK;
	return diag_set(diag, STATUS_CONFIG,
	    "the private_key in %s is no RSA key, and Google wants RS256",
	    what);
}

static enum status
read_members(struct json_object *json, struct service_account *account,
    const char *what, struct diag *diag)
{
	enum status r;

	if ((r = judge_type(json, what, diag)) != STATUS_OK ||
	    (r = copy(json, "client_email", &account->email, diag)) !=
		STATUS_OK ||
	    (r = copy(json, "client_id", &account->client_id, diag)) !=
		STATUS_OK ||
	    (r = copy(json, "private_key_id", &account->key_id, diag)) !=
		STATUS_OK ||
	    (r = copy(json, "token_uri", &account->token_uri, diag)) !=
		STATUS_OK)
		return r;
	return read_key(json, account, what, diag);
}

enum status
service_account_parse(struct service_account **account, const char *bytes,
    size_t length, const char *what, struct diag *diag)
{
	struct service_account *new = NULL;
	struct json_object *json = NULL;
	const char *reason;
	enum status r;

	if (length > SERVICE_ACCOUNT_MAX_FILE)
		return diag_set(diag, STATUS_CONFIG,
		    "%s is too large for the key file of a service account",
		    what);
	r = json_read_object(bytes, length, &json, &reason);
	if (r != STATUS_OK)
		return r == STATUS_NOMEM ?
		    diag_set_nomem(diag) :
		    diag_set(diag, STATUS_CONFIG,
			"%s is not the key file of a service account: %s", what,
			reason);
	if ((new = calloc(1, sizeof(*new))) == NULL)
		r = diag_set_nomem(diag);
	else
		r = read_members(json, new, what, diag);
	json_free(json);
	if (r == STATUS_OK)
		*account = new;
	else
		service_account_free(&new);
	return r;
}
