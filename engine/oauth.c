/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Request bodies, and the judgement of answers. See oauth.h; oauth_device.c
 * has what concerns device codes.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "explain.h"
#include "json.h"
#include "oauth.h"
#include "oauth_answer.h"
#include "token.h"

/* How much of a provider's own words is shown. */
#define MAX_DESCRIPTION 120

static int
is_unreserved(unsigned char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
	    c == '~';
}

void
oauth_encode(struct buf *out, const char *value)
{
	static const char hex[] = "0123456789ABCDEF";
	char escape[3] = "%";

	for (; *value != '\0'; value++) {
		if (is_unreserved((unsigned char)*value)) {
			buf_add(out, value, 1);
			continue;
		}
		escape[1] = hex[(unsigned char)*value >> 4];
		escape[2] = hex[(unsigned char)*value & 15];
		buf_add(out, escape, sizeof(escape));
	}
}

void
oauth_add_field(struct buf *body, const char *name, const char *value)
{
	if (body->length > 0)
		buf_add(body, "&", 1);
	oauth_encode(body, name);
	buf_add(body, "=", 1);
	oauth_encode(body, value);
}

void
oauth_add_client(struct buf *body, const struct oauth_client *client)
{
	/* RFC 6749, 2.3.1: credentials stand in one place, never in both. */
	if (client->auth == OAUTH_AUTH_BASIC)
		return;
	oauth_add_field(body, "client_id", client->id);
	if (client->auth == OAUTH_AUTH_BODY)
		oauth_add_field(body, "client_secret", client->secret);
}

void
oauth_build_refresh(const struct oauth_client *client,
    const char *refresh_token, const char *scope, struct buf *body)
{
	oauth_add_field(body, "grant_type", "refresh_token");
	oauth_add_client(body, client);
	oauth_add_field(body, "refresh_token", refresh_token);
	if (scope != NULL)
		oauth_add_field(body, "scope", scope);
}

void
oauth_token_clear(struct oauth_token *token)
{
	secret_free(&token->access_token);
	secret_free(&token->refresh_token);
	secret_free(&token->scope);
	memset(token, 0, sizeof(*token));
}

static enum status
read_answer(long code, const char *body, size_t length, const char *host,
    struct json_object **json, struct diag *diag)
{
	const char *reason;
	enum status r;

	r = json_read_object(body, length, json, &reason);
	if (r == STATUS_OK)
		return STATUS_OK;
	if (r == STATUS_NOMEM)
		return diag_set_nomem(diag);
	if (code >= 500 || code == 429)
		return diag_set(diag, STATUS_AGAIN,
		    "%s has trouble (HTTP status %ld); it is tried again", host,
		    code);
	return diag_set(diag, STATUS_AGAIN,
	    "%s answered with something that is not a token response (HTTP "
	    "status %ld; %s); if it lasts, check the endpoint and the proxy",
	    host, code, reason);
}

/* "; the provider says: ..." or nothing, cut so that the rest fits. */
static void
quote_description(struct json_object *json, char *quote, size_t space)
{
	const char *text = json_text(json, "error_description");

	if (text == NULL || text[0] == '\0')
		quote[0] = '\0';
	else
		snprintf(quote, space, "; the provider says: %.*s",
		    (int)strcspn(text, "\r\n"), text);
}

static enum status
judge_error(long code, struct json_object *json, const char *host,
    struct diag *diag)
{
	const char *error = json_text(json, "error");
	const struct explanation *explanation;
	char quote[MAX_DESCRIPTION + 32];

	quote_description(json, quote, sizeof(quote));
	if (code >= 500 || code == 429)
		return diag_set(diag, STATUS_AGAIN,
		    "%s has trouble (HTTP status %ld%s%.40s); it is tried "
		    "again%s",
		    host, code, error != NULL ? ", " : "",
		    error != NULL ? error : "", quote);
	if (error == NULL)
		return diag_set(diag, STATUS_AGAIN,
		    "%s answered with HTTP status %ld and without a reason; "
		    "if it lasts, check the endpoint",
		    host, code);
	if ((explanation = explain_find(error)) != NULL)
		return diag_set(diag, explanation->status,
		    "%s (%s from %s)"
		    "%s%s%s",
		    explanation->cause, error, host,
		    explanation->next != NULL ? "; " : "",
		    explanation->next != NULL ? explanation->next : "", quote);
	/* An error that is news to us: a new login mends most of them. */
	return diag_set(diag, code == 401 ? STATUS_CONFIG : STATUS_REAUTH,
	    "%s refuses with \"%.60s\"%s", host, error, quote);
}

static enum status
read_lifetime(struct json_object *json, const char *host,
    struct oauth_token *token, struct diag *diag)
{
	int64_t seconds = 0;

	switch (json_whole(json, "expires_in", &seconds)) {
	case JSON_NUMBER_ABSENT:
		token->expires_in_s = OAUTH_DEFAULT_LIFETIME_S;
		token->expires_assumed = true;
		return STATUS_OK;
	case JSON_NUMBER_VALID:
		if (seconds > 0)
			break;
		/* FALLTHROUGH */
	case JSON_NUMBER_WRONG:
		return diag_set(diag, STATUS_DATA,
		    "%s gave a token with no usable lifetime (expires_in); "
		    "check the endpoint",
		    host);
	}
	token->expires_in_s =
	    seconds < OAUTH_MAX_LIFETIME_S ? seconds : OAUTH_MAX_LIFETIME_S;
	return STATUS_OK;
}

static bool
has_control(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return true;
	return false;
}

/* The refresh token and the scope, where the answer has usable ones. */
static enum status
read_rest(struct json_object *json, const char *host, struct oauth_token *token,
    struct diag *diag)
{
	const char *refresh = json_text(json, "refresh_token");
	const char *scope = json_text(json, "scope");

	if (refresh != NULL && refresh[0] != '\0') {
		if (strlen(refresh) > OAUTH_MAX_REFRESH_TOKEN ||
		    has_control(refresh))
			return diag_set(diag, STATUS_DATA,
			    "%s gave a refresh token that is too long or has "
			    "control bytes in it",
			    host);
		if ((token->refresh_token = string_copy(refresh)) == NULL)
			return diag_set_nomem(diag);
	}
	if (scope != NULL && scope[0] != '\0' && !has_control(scope) &&
	    (token->scope = string_copy(scope)) == NULL)
		return diag_set_nomem(diag);
	return STATUS_OK;
}

static enum status
read_token(struct json_object *json, const char *host,
    struct oauth_token *token, struct diag *diag)
{
	const char *access = json_text(json, "access_token");
	const char *type = json_text(json, "token_type");
	enum status r;

	if (access == NULL || !token_is_bearer(access, strlen(access)))
		return diag_set(diag, STATUS_DATA,
		    "%s gave no access token of the form that mail servers "
		    "take (RFC 6750); check the endpoint",
		    host);
	if (type == NULL || strcasecmp(type, "bearer") != 0)
		return diag_set(diag, STATUS_DATA,
		    "%s gave a token of type \"%.40s\"; mail servers take "
		    "bearer tokens only",
		    host, type != NULL ? type : "");
	if ((r = read_lifetime(json, host, token, diag)) != STATUS_OK ||
	    (r = read_rest(json, host, token, diag)) != STATUS_OK)
		return r;
	if ((token->access_token = string_copy(access)) == NULL)
		return diag_set_nomem(diag);
	return STATUS_OK;
}

enum status
oauth_read_success(long code, const char *body, size_t length, const char *host,
    struct json_object **result, struct diag *diag)
{
	struct json_object *json;
	enum status r;

	if ((r = read_answer(code, body, length, host, &json, diag)) !=
	    STATUS_OK)
		return r;
	if (code == 200 && json_text(json, "error") == NULL) {
		*result = json; /* now the caller's */
		return STATUS_OK;
	}
	r = judge_error(code, json, host, diag);
	json_object_put(json);
	return r;
}

enum status
oauth_judge_token(long code, const char *body, size_t length, const char *host,
    struct oauth_token *token, struct diag *diag)
{
	struct json_object *json;
	struct oauth_token new;
	enum status r;

	if ((r = oauth_read_success(code, body, length, host, &json, diag)) !=
	    STATUS_OK)
		return r;
	memset(&new, 0, sizeof(new));
	r = read_token(json, host, &new, diag);
	json_object_put(json);
	if (r == STATUS_OK)
		*token = new;
	else
		oauth_token_clear(&new);
	return r;
}

enum status
oauth_judge_challenge(const char *challenge, size_t length, const char *account,
    struct diag *diag)
{
	struct json_object *json;
	const char *reason, *status, *scope;
	enum status r = STATUS_REFUSED;

	if (json_read_object(challenge, length, &json, &reason) != STATUS_OK)
		return diag_set(diag, STATUS_REFUSED,
		    "the mail server refused the token of %s without a reason "
		    "that can be read; the next attempt renews it",
		    account);
	status = json_text(json, "status");
	scope = json_text(json, "scope");
	if (status == NULL || status[0] == '\0')
		status = "no status";
	if (strcmp(status, "insufficient_scope") == 0)
		r = diag_set(diag, STATUS_CONFIG,
		    "the mail server wants another scope for %s: \"%.120s\"; "
		    "set scope to it, then log the account in again",
		    account, scope != NULL ? scope : "it does not say which");
	else
		diag_set(diag, STATUS_REFUSED,
		    "the mail server refused the token of %s (%.40s%s%.120s); "
		    "the next attempt renews it; if that does not help, check "
		    "the user name, the scope and the rights of the mailbox",
		    account, status, scope != NULL ? ", it wants scope " : "",
		    scope != NULL ? scope : "");
	json_object_put(json);
	return r;
}
