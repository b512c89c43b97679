/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Revocation. See revoke.h.
 */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "hide.h"
#include "json.h"
#include "provider.h"
#include "revoke.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Room for a host and a port in a sentence. */
#define MAX_HOST 300

/* One revocation: whose, and with what. */
struct revocation {
	const struct renewer *renewer;
	const char *account;
	const struct grant *grant;
	const char *token;
	const char *hint; /* its kind: RFC 7009, 2.1 */
	struct endpoint endpoint;
};

static bool
is_set(const char *text)
{
	return text != NULL && text[0] != '\0';
}

static bool
is_equal(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* The error of an answer; the object, if there is one, is the caller's. */
static const char *
read_error(const char *body, size_t length, struct json_object **json)
{
	const char *reason;

	*json = NULL;
	return json_read_object(body, length, json, &reason) == STATUS_OK ?
	    json_text(*json, "error") :
	    NULL;
}

static enum status
judge_trouble(long code, int64_t retry_after_s, const char *host,
    struct diag *diag)
{
	char when[64] = "";

	if (retry_after_s > 0)
		snprintf(when, sizeof(when),
		    " and wants %" PRId64 " s of peace", retry_after_s);
	return diag_set(diag, STATUS_AGAIN,
	    "%.100s could not revoke it just now (HTTP status %ld)%s", host,
	    code, when);
}

static enum status
judge_error(long code, const char *error, const char *host, struct diag *diag)
{
	if (error == NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "%.100s answered with HTTP status %ld and without a "
		    "reason; check revocation_endpoint",
		    host, code);
	/* Google's word for a token that is none any more. */
	if (strcmp(error, "invalid_token") == 0)
		return STATUS_OK;
	if (strcmp(error, "unsupported_token_type") == 0)
		return diag_set(diag, STATUS_CONFIG,
		    "%.100s does not revoke tokens of this kind "
		    "(unsupported_token_type); remove the application's "
		    "access on the account's page there",
		    host);
	if (strcmp(error, "invalid_client") == 0 ||
	    strcmp(error, "unauthorized_client") == 0)
		return diag_set(diag, STATUS_CONFIG,
		    "%.100s does not accept the application (%s), so it did "
		    "not revoke the login; remove the application's access on "
		    "the account's page there",
		    host, error);
	return diag_set(diag, STATUS_CONFIG,
	    "%.100s refuses to revoke it with \"%.60s\"; remove the "
	    "application's access on the account's page there",
	    host, error);
}

enum status
revoke_judge(long code, const char *body, size_t length, int64_t retry_after_s,
    const char *host, struct diag *diag)
{
	struct json_object *json;
	const char *error;
	enum status r;

	if (code >= 200 && code < 300)
		return STATUS_OK; /* whatever the body: RFC 7009, 2.2 */
	if (code >= 500 || code == 429 || code == 408)
		return judge_trouble(code, retry_after_s, host, diag);
	error = read_error(body, length, &json);
	r = judge_error(code, error, host, diag);
	json_free(json);
	return r;
}

/*
 * The grant's own provider and client. Its secret is known only where a person
 * typed it; without it a public client is assumed.
 */
static enum status
use_grant(struct revocation *revocation, struct diag *diag)
{
	const struct grant *grant = revocation->grant;
	struct endpoint *endpoint = &revocation->endpoint;

	if (!is_equal(grant->client_id, endpoint->client.id)) {
		endpoint->client.id = grant->client_id;
		endpoint->client.secret = grant->client_secret;
		endpoint->client.auth = is_set(grant->client_secret) ?
		    OAUTH_AUTH_BODY :
		    OAUTH_AUTH_NONE;
	}
	if (settings_set(&endpoint->settings, OPTION_REVOCATION_ENDPOINT,
		grant->revocation_endpoint, ORIGIN_LOGIN) != STATUS_OK)
		return diag_set_nomem(diag);
	return STATUS_OK;
}

static bool
is_never_revoked(const struct settings *settings)
{
	return settings->preset != NULL &&
	    settings->preset->no_revocation != NULL &&
	    settings->text[OPTION_REVOCATION_ENDPOINT] == NULL;
}

/* Another provider than the grant's, or none that can be used. */
static enum status
prepare_by_grant(struct revocation *revocation, enum status failure,
    struct diag *diag)
{
	struct endpoint *endpoint = &revocation->endpoint;
	const struct grant *grant = revocation->grant;

	if (is_set(grant->revocation_endpoint) && grant->client_id != NULL &&
	    endpoint->certificates != NULL)
		return use_grant(revocation, diag);
	if (failure != STATUS_OK && !is_never_revoked(&endpoint->settings))
		return failure;
	endpoint->settings.text[OPTION_REVOCATION_ENDPOINT] = NULL;
	return STATUS_OK;
}

/* STATUS_OK also where there is no address in the end. */
static enum status
prepare(struct revocation *revocation, struct diag *diag)
{
	const struct grant *grant = revocation->grant;
	struct endpoint *endpoint = &revocation->endpoint;
	struct settings *settings = &endpoint->settings;
	enum status r;

	r = endpoint_prepare(revocation->renewer, revocation->account,
	    grant->provider, endpoint, diag);
	if (r == STATUS_OK)
		r = endpoint_complete(revocation->renewer, endpoint, grant,
		    settings->seconds[OPTION_TIMEOUT] * 1000, diag);
	if (r == STATUS_NOMEM || r == STATUS_CANCELLED)
		return r;
	if (!endpoint_is_grantor(endpoint, grant))
		return prepare_by_grant(revocation, r, diag);
	if (r != STATUS_OK)
		return is_never_revoked(settings) ? STATUS_OK : r;
	if (settings->text[OPTION_REVOCATION_ENDPOINT] == NULL &&
	    is_set(grant->revocation_endpoint))
		return use_grant(revocation, diag);
	return STATUS_OK;
}

/* Why there is no address to revoke it at, and what to do. */
static void
say_impossible(const struct revocation *revocation, struct diag *diag)
{
	const struct settings *settings = &revocation->endpoint.settings;
	const char *url = revocation->grant->token_endpoint;
	char host[MAX_HOST] = "the provider";

	if (is_never_revoked(settings)) {
		diag_set(diag, STATUS_OK, "%s",
		    settings->preset->no_revocation);
		return;
	}
	if (url != NULL)
		http_host(url, host, sizeof(host));
	diag_set(diag, STATUS_OK,
	    "no revocation_endpoint of %.100s is known; remove the "
	    "application's access on the account's page there",
	    host);
}

static enum status
post(const struct revocation *revocation, struct diag *diag)
{
	const struct endpoint *endpoint = &revocation->endpoint;
	const struct settings *settings = &endpoint->settings;
	const char *url = settings->text[OPTION_REVOCATION_ENDPOINT];
	const struct oauth_field fields[] = {
		{ "token", revocation->token },
		{ "token_type_hint", revocation->hint },
	};
	struct http_answer answer;
	char host[MAX_HOST];
	enum status r;

	http_answer_init(&answer);
	http_host(url, host, sizeof(host));
	r = endpoint_post(revocation->renewer, endpoint, url, fields,
	    COUNT(fields), settings->seconds[OPTION_TIMEOUT] * 1000, &answer,
	    diag);
	if (r == STATUS_OK)
		r = revoke_judge(answer.code, buf_text(&answer.body),
		    answer.body.length, answer.retry_after_s, host, diag);
	if (r != STATUS_OK)
		hide_secrets(&answer.sent, diag);
	http_answer_clear(&answer);
	return r;
}

/* Nobody signed in: the application can get as many tokens as it likes. */
static enum status
refuse_application(enum oauth_grant grant, struct diag *diag)
{
	return diag_set(diag, STATUS_OK, "%s",
	    grant == OAUTH_GRANT_IDENTITY ?
		"there is no login to revoke; to stop it for good, take this "
		"machine's identity out of the mailbox's permissions, or "
		"remove the identity" :
		"there is no login to revoke, for the application gets tokens "
		"by its own secret or key; to stop it for good, delete that "
		"at the provider");
}

static void
choose_token(const struct grant *grant, const char *access_token,
    struct revocation *revocation)
{
	bool has_refresh = is_set(grant->refresh_token);

	revocation->token = has_refresh ? grant->refresh_token : access_token;
	revocation->hint = has_refresh ? "refresh_token" : "access_token";
}

/* With the endpoint that was found. */
static enum status
revoke_there(const struct revocation *revocation, enum revoke_result *result,
    struct diag *diag)
{
	const struct endpoint *endpoint = &revocation->endpoint;
	enum status r;

	/* A grant that is lost does not say what it was. */
	if (revocation->grant->kind == NULL &&
	    !oauth_grant_needs_person(endpoint->grant))
		return refuse_application(endpoint->grant, diag);
	if (endpoint->settings.text[OPTION_REVOCATION_ENDPOINT] == NULL) {
		say_impossible(revocation, diag);
		return STATUS_OK;
	}
	r = post(revocation, diag);
	*result = r == STATUS_OK ? REVOKE_DONE : REVOKE_FAILED;
	return r;
}

enum status
revoke_login(const struct renewer *renewer, const char *account,
    const struct grant *grant, const char *access_token,
    enum revoke_result *result, struct diag *diag)
{
	struct revocation revocation = {
		.renewer = renewer,
		.account = account,
		.grant = grant,
	};
	enum oauth_grant kind = oauth_grant_find(grant->kind);
	enum status r;

	*result = REVOKE_IMPOSSIBLE;
	choose_token(grant, access_token, &revocation);
	if (!oauth_grant_needs_person(kind))
		return refuse_application(kind, diag);
	if (!is_set(revocation.token))
		return diag_set(diag, STATUS_OK,
		    "there is no token left to revoke it by; remove the "
		    "application's access on the account's page at the "
		    "provider");
	r = prepare(&revocation, diag);
	if (r == STATUS_OK)
		r = revoke_there(&revocation, result, diag);
	else
		*result = REVOKE_FAILED;
	endpoint_clear(&revocation.endpoint);
	return r;
}
