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
#include "scope.h"
#include "token.h"

/* How much of a provider's own words is shown. */
#define MAX_DESCRIPTION 120

#define ASSERTION_TYPE "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

static const char *const grant_names[OAUTH_GRANT_COUNT] = {
	[OAUTH_GRANT_CODE] = "authorization_code",
	[OAUTH_GRANT_DEVICE] = "device_code",
	[OAUTH_GRANT_CLIENT] = "client_credentials",
	[OAUTH_GRANT_SERVICE_ACCOUNT] = "service_account",
	[OAUTH_GRANT_IDENTITY] = "managed_identity",
};

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

static void
add_client(struct buf *body, const struct oauth_client *client)
{
	/* RFC 6749, 2.3.1: credentials stand in one place, never in both. */
	if (client->id == NULL || client->auth == OAUTH_AUTH_BASIC)
		return;
	oauth_add_field(body, "client_id", client->id);
	if (client->auth == OAUTH_AUTH_BODY)
		oauth_add_field(body, "client_secret", client->secret);
	if (client->auth != OAUTH_AUTH_KEY &&
	    client->auth != OAUTH_AUTH_FEDERATED)
		return;
	oauth_add_field(body, "client_assertion_type", ASSERTION_TYPE);
	oauth_add_field(body, "client_assertion", client->assertion);
}

void
oauth_build(const struct oauth_client *client, const struct oauth_field *fields,
    size_t count, struct buf *body)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (fields[i].value != NULL)
			oauth_add_field(body, fields[i].name, fields[i].value);
	add_client(body, client);
}

enum oauth_grant
oauth_grant_find(const char *name)
{
	int i;

	for (i = 0; name != NULL && i < OAUTH_GRANT_COUNT; i++)
		if (grant_names[i] != NULL && strcmp(grant_names[i], name) == 0)
			return (enum oauth_grant)i;
	return OAUTH_GRANT_UNSET;
}

const char *
oauth_grant_name(enum oauth_grant grant)
{
	return grant_names[grant];
}

bool
oauth_grant_needs_person(enum oauth_grant grant)
{
	return grant < OAUTH_GRANT_CLIENT;
}

void
oauth_token_clear(struct oauth_token *token)
{
	secret_free(&token->access_token);
	secret_free(&token->refresh_token);
	secret_free(&token->scope);
	secret_free(&token->id_token);
	memset(token, 0, sizeof(*token));
}

bool
oauth_is_gone(long code)
{
	return code == 404 || code == 410;
}

/* RFC 9110, 15.5.11: 410 is for good. 404 may be a server that starts. */
static enum status
say_gone(long code, const char *host, struct diag *diag)
{
	return diag_set(diag, code == 410 ? STATUS_CONFIG : STATUS_AGAIN,
	    "%s has no endpoint at that address (HTTP status %ld); if it lasts, "
	    "the provider may have moved it: set token_endpoint or "
	    "device_endpoint to the new one",
	    host, code);
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
		    "%s has trouble (HTTP status %ld); try again later", host,
		    code);
	if (oauth_is_gone(code))
		return say_gone(code, host, diag);
	return diag_set(diag, STATUS_AGAIN,
	    "%s answered with something that is not a token response (HTTP "
	    "status %ld; %s); if it lasts, check the endpoint and the proxy",
	    host, code, reason);
}

/* "; the provider says: ..." or nothing, cut so that the rest fits. */
static void
quote_description(struct json_object *json, char *quote, size_t space)
{
	const char *text = json_text(json, "error_description"), *tail;
	char shown[MAX_DESCRIPTION + 1];
	size_t length;

	quote[0] = '\0';
	if (text == NULL || text[0] == '\0')
		return;
	/* The ids behind it stand in the sentence, or help nobody. */
	length = strcspn(text, "\r\n");
	tail = strstr(text, " Trace ID:");
	if (tail != NULL && tail > text && (size_t)(tail - text) < length)
		length = (size_t)(tail - text);
	explain_show(text, length, shown, sizeof(shown));
	snprintf(quote, space, "; the provider says: %s", shown);
}

/* Where nobody can log in, the next step is there. */
#define ALONE_NEXT "check at the provider what the application is allowed"
#define ALONE_RULE "ask the tenant's administrator for an exception"

/* What is known of an answer with an error. */
struct refusal {
	const char *error; /* NULL: the answer has none that is text */
	enum status status;
	bool is_known;
	struct explanation explanation;
};

/*
 * The error word decides what is to be done, unless a number or a suberror
 * beside it says otherwise; both may say what has happened.
 */
static void
read_refusal(struct json_object *json, struct refusal *refusal)
{
	const char *text = json_object_to_json_string_ext(json,
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	struct explanation *found = &refusal->explanation, word;
	enum status status;

	explain_text(text != NULL ? text : "", text != NULL ? strlen(text) : 0,
	    found);
	status = explain_status(found->class);
	refusal->error = json_text(json, "error");
	refusal->is_known = status != STATUS_OK && status != STATUS_REFUSED;
	refusal->status = status;
	if (refusal->error == NULL) {
		refusal->is_known = refusal->is_known && !found->is_guess;
		return;
	}
	if (refusal->is_known && found->is_specific)
		return;
	refusal->is_known = explain_find(refusal->error, &word);
	if (!refusal->is_known)
		return;
	refusal->status = explain_status(word.class);
	if (refusal->status == STATUS_REFUSED)
		refusal->status = STATUS_REAUTH;
	if (status != refusal->status) {
		found->cause = word.cause;
		found->next = word.next;
		found->code[0] = '\0';
	}
}

/* "cause (error, number from host); next; correlation id ...; words" */
static enum status
say_refusal(const struct refusal *refusal, const char *host, const char *quote,
    struct diag *diag)
{
	const struct explanation *found = &refusal->explanation;
	const char *error = refusal->error != NULL ? refusal->error : "";
	char next[EXPLAIN_MAX_NEXT + 1];
	bool has_code = found->code[0] != '\0' && !found->is_guess &&
	    strcmp(found->code, error) != 0 && strchr(found->code, ' ') == NULL;
	bool has_id = found->correlation_id[0] != '\0';

	/* With STATUS_REAUTH the caller says how to log in. */
	explain_shorten_next(found->next, next);
	return diag_set(diag, refusal->status,
	    "%s (%.60s%s%s from %s)%s%s%s%s%s", found->cause, error,
	    has_code && error[0] != '\0' ? ", " : "",
	    has_code ? found->code : "", host, next[0] != '\0' ? "; " : "",
	    next, has_id ? "; correlation id " : "", found->correlation_id,
	    quote);
}

static enum status
judge_error(long code, struct json_object *json, const char *host,
    bool needs_person, struct diag *diag)
{
	struct refusal refusal;
	char quote[MAX_DESCRIPTION + 32];

	quote_description(json, quote, sizeof(quote));
	read_refusal(json, &refusal);
	if (code >= 500 || code == 429)
		return diag_set(diag, STATUS_AGAIN,
		    "%s has trouble (HTTP status %ld%s%.40s); try again "
		    "later%s",
		    host, code, refusal.error != NULL ? ", " : "",
		    refusal.error != NULL ? refusal.error : "", quote);
	if (!needs_person && refusal.status == STATUS_REAUTH) {
		refusal.status = STATUS_CONFIG;
		refusal.explanation.next = ALONE_NEXT;
	}
	if (!needs_person &&
	    strstr(refusal.explanation.next, "login --browser") != NULL)
		refusal.explanation.next = ALONE_RULE;
	if (refusal.is_known)
		return say_refusal(&refusal, host, quote, diag);
	if (refusal.error == NULL && oauth_is_gone(code))
		return say_gone(code, host, diag);
	if (refusal.error == NULL)
		return diag_set(diag, STATUS_AGAIN,
		    "%s answered with HTTP status %ld and without a reason; "
		    "if it lasts, check the endpoint",
		    host, code);
	/* An error that is news to us: a new login mends most of them. */
	return diag_set(diag,
	    code == 401 || !needs_person ? STATUS_CONFIG : STATUS_REAUTH,
	    "%s refuses with \"%.60s\"%s", host, refusal.error, quote);
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

/* How long the refresh token is good: Google's name for it, and Keycloak's. */
static int64_t
read_refresh_lifetime(struct json_object *json)
{
	int64_t seconds = 0;

	if (json_whole(json, "refresh_token_expires_in", &seconds) !=
	    JSON_NUMBER_VALID)
		json_whole(json, "refresh_expires_in", &seconds);
	return seconds > 0 && seconds < OAUTH_MAX_LIFETIME_S ? seconds : 0;
}

/* The other tokens and the scope, where the answer has usable ones. */
static enum status
read_rest(struct json_object *json, const char *host, struct oauth_token *token,
    struct diag *diag)
{
	const char *refresh = json_text(json, "refresh_token");
	const char *scope = json_text(json, "scope");
	const char *id = json_text(json, "id_token");

	token->refresh_expires_in_s = read_refresh_lifetime(json);
	if (refresh != NULL && refresh[0] != '\0') {
		if (strlen(refresh) > OAUTH_MAX_REFRESH_TOKEN ||
		    has_control(refresh))
			return diag_set(diag, STATUS_DATA,
			    "%s gave a refresh token that is too long or has "
			    "control bytes in it",
			    host);
		if ((token->refresh_token = secret_copy(refresh)) == NULL)
			return diag_set_nomem(diag);
	}
	if (scope != NULL && scope[0] != '\0' && !has_control(scope) &&
	    (token->scope = string_copy(scope)) == NULL)
		return diag_set_nomem(diag);
	if (id != NULL && (token->id_token = secret_copy(id)) == NULL)
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
	if ((token->access_token = secret_copy(access)) == NULL)
		return diag_set_nomem(diag);
	return STATUS_OK;
}

static enum status
read_success(long code, const char *body, size_t length, const char *host,
    bool needs_person, struct json_object **result, struct diag *diag)
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
	r = judge_error(code, json, host, needs_person, diag);
	json_free(json);
	return r;
}

enum status
oauth_read_success(long code, const char *body, size_t length, const char *host,
    struct json_object **result, struct diag *diag)
{
	return read_success(code, body, length, host, true, result, diag);
}

static enum status
judge_token(long code, const char *body, size_t length, const char *host,
    bool needs_person, struct oauth_token *token, struct diag *diag)
{
	struct json_object *json = NULL;
	struct oauth_token new;
	enum status r;

	if ((r = read_success(code, body, length, host, needs_person, &json,
		 diag)) != STATUS_OK)
		return r;
	memset(&new, 0, sizeof(new));
	r = read_token(json, host, &new, diag);
	json_free(json);
	if (r == STATUS_OK)
		*token = new;
	else
		oauth_token_clear(&new);
	return r;
}

enum status
oauth_judge_token(long code, const char *body, size_t length, const char *host,
    struct oauth_token *token, struct diag *diag)
{
	return judge_token(code, body, length, host, true, token, diag);
}

enum status
oauth_judge_alone(long code, const char *body, size_t length, const char *host,
    struct oauth_token *token, struct diag *diag)
{
	return judge_token(code, body, length, host, false, token, diag);
}

/* Some servers name the scope in every refusal: it may be a granted one. */
static bool
wants_another_scope(const char *status, const char *scope, const char *granted)
{
	struct word missing;

	return strcmp(status, "insufficient_scope") == 0 ||
	    scope_find_missing(granted, scope, &missing);
}

enum status
oauth_judge_challenge(const char *challenge, size_t length, const char *account,
    const char *granted, struct diag *diag)
{
	struct json_object *json;
	struct explanation found;
	const char *reason, *status, *scope;
	bool is_more;
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
	explain_text(challenge, length, &found);
	is_more = found.class != EXPLAIN_UNKNOWN &&
	    found.class != EXPLAIN_REFUSED && !found.is_guess;
	if (wants_another_scope(status, scope, granted))
		r = diag_set(diag, STATUS_CONFIG,
		    "the mail server wants another scope for %s: \"%.120s\"; "
		    "set scope to it, then log the account in again",
		    account, scope != NULL ? scope : "it does not say which");
	else
		diag_set(diag, STATUS_REFUSED,
		    "the mail server refused the token of %s (%.40s%s%.120s)"
		    "%s%s; the next attempt renews it; if that does not help, "
		    "check the user name, the scope and the rights of the "
		    "mailbox",
		    account, status, scope != NULL ? ", it wants scope " : "",
		    scope != NULL ? scope : "", is_more ? ": " : "",
		    is_more ? found.cause : "");
	json_free(json); /* it may repeat the token */
	return r;
}
