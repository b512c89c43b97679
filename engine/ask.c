/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Token requests. See ask.h.
 */

#include <string.h>

#include "ask.h"
#include "assertion.h"
#include "hide.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define JWT_BEARER_GRANT "urn:ietf:params:oauth:grant-type:jwt-bearer"

/* Microsoft Learn, "How to use managed identities ... to acquire a token". */
#define IDENTITY_VERSION "2018-02-01"
#define IDENTITY_HEADER "Metadata: true"

/* Room for a host and a port in a sentence. */
#define MAX_HOST 300

static enum status
judge(struct ask *ask, const char *url, const struct http_answer *answer,
    struct oauth_token *token, struct diag *diag)
{
	char host[MAX_HOST];

	ask->retry_after_s = answer->retry_after_s;
	ask->is_gone = oauth_is_gone(answer->code);
	http_host(url, host, sizeof(host));
	if (!oauth_grant_needs_person(ask->endpoint->grant))
		return oauth_judge_alone(answer->code, buf_text(&answer->body),
		    answer->body.length, host, token, diag);
	return oauth_judge_token(answer->code, buf_text(&answer->body),
	    answer->body.length, host, token, diag);
}

enum status
ask_with(struct ask *ask, const struct oauth_field *fields, size_t count,
    struct oauth_token *token, struct diag *diag)
{
	const char *url = ask->endpoint->settings.text[OPTION_TOKEN_ENDPOINT];
	int64_t now = ask->renewer->now();
	struct http_answer answer;
	enum status r;

	http_answer_init(&answer);
	r = endpoint_post(ask->renewer, ask->endpoint, url, fields, count,
	    ask->timeout_ms, &answer, diag);
	ask->asked_at = answer.was_asked ? now : 0;
	ask->retry_after_s = answer.retry_after_s;
	if (r == STATUS_OK) {
		r = judge(ask, url, &answer, token, diag);
		/* It comes only once, and so may a refresh token in it. */
		if (r == STATUS_NOMEM)
			r = judge(ask, url, &answer, token, diag);
	}
	if (r != STATUS_OK)
		hide_secrets(&answer.sent, diag);
	http_answer_clear(&answer);
	return r;
}

/*
 * RFC 8707. A preset's resource is for the grant that cannot do without; where
 * there is a scope that names the resource, Microsoft refuses both together.
 */
static const char *
resource(const struct ask *ask)
{
	const struct settings *settings = &ask->endpoint->settings;

	return settings->origin[OPTION_RESOURCE] == ORIGIN_FILE ?
	    settings->text[OPTION_RESOURCE] :
	    NULL;
}

static enum status
ask_by_refresh_token(struct ask *ask, const char *refresh_token,
    struct oauth_token *token, struct diag *diag)
{
	const char *const *text = ask->endpoint->settings.text;
	const struct oauth_field fields[] = {
		{ "grant_type", "refresh_token" },
		{ "refresh_token", refresh_token },
		{ "scope", text[OPTION_SCOPE] },
		{ "resource", resource(ask) },
	};

	return ask_with(ask, fields, COUNT(fields), token, diag);
}

static enum status
ask_by_client(struct ask *ask, struct oauth_token *token, struct diag *diag)
{
	const char *const *text = ask->endpoint->settings.text;
	const struct oauth_field fields[] = {
		{ "grant_type", "client_credentials" },
		{ "scope", text[OPTION_SCOPE] },
		{ "resource", resource(ask) },
	};

	return ask_with(ask, fields, COUNT(fields), token, diag);
}

static enum status
ask_by_service_account(struct ask *ask, struct oauth_token *token,
    struct diag *diag)
{
	const char *const *text = ask->endpoint->settings.text;
	struct oauth_field fields[] = {
		{ "grant_type", JWT_BEARER_GRANT },
		{ "assertion", NULL },
	};
	struct buf assertion;
	enum status r;

	buf_init_secret(&assertion, OAUTH_MAX_BODY);
	r = assertion_service_account(ask->endpoint->service_account,
	    text[OPTION_SCOPE], text[OPTION_SUBJECT],
	    text[OPTION_TOKEN_ENDPOINT], ask->renewer->now(), &assertion, diag);
	if (r == STATUS_OK) {
		fields[1].value = buf_text(&assertion);
		r = ask_with(ask, fields, COUNT(fields), token, diag);
	}
	buf_clear(&assertion);
	return r;
}

/* The service's address with what is asked of it. */
static enum status
build_identity_url(const struct endpoint *endpoint, struct buf *url,
    struct diag *diag)
{
	const char *const *text = endpoint->settings.text;
	struct buf query;

	buf_init(&query, OAUTH_MAX_BODY);
	oauth_add_field(&query, "api-version", IDENTITY_VERSION);
	oauth_add_field(&query, "resource", text[OPTION_RESOURCE]);
	if (text[OPTION_CLIENT_ID] != NULL)
		oauth_add_field(&query, "client_id", text[OPTION_CLIENT_ID]);
	buf_add_string(url, text[OPTION_IDENTITY_ENDPOINT]);
	buf_add_string(url, "?");
	buf_add_string(url, buf_text(&query));
	if (buf_status(&query) != STATUS_OK || buf_status(url) != STATUS_OK) {
		buf_clear(&query);
		return diag_set_nomem(diag);
	}
	buf_clear(&query);
	return STATUS_OK;
}

/*
 * The service is being updated when it answers with 404 or 410, and works
 * again within a minute or so.
 */
static enum status
judge_identity(struct ask *ask, const char *url,
    const struct http_answer *answer, struct oauth_token *token,
    struct diag *diag)
{
	if (answer->code == 404 || answer->code == 410)
		return diag_set(diag, STATUS_AGAIN,
		    "the instance metadata service is being updated (HTTP "
		    "status %ld); try again in a minute",
		    answer->code);
	return judge(ask, url, answer, token, diag);
}

static enum status
ask_by_identity(struct ask *ask, struct oauth_token *token, struct diag *diag)
{
	struct http_request request;
	struct http_answer answer;
	struct diag cause;
	struct buf url;
	enum status r;

	buf_init(&url, OAUTH_MAX_BODY);
	http_answer_init(&answer);
	if ((r = build_identity_url(ask->endpoint, &url, diag)) != STATUS_OK)
		goto out;
	request = endpoint_request(ask->renewer, ask->endpoint, buf_text(&url),
	    ask->timeout_ms);
	request.is_local = true;
	request.header = IDENTITY_HEADER;
	if (request.connect_timeout_ms > ASK_IDENTITY_CONNECT_MS)
		request.connect_timeout_ms = ASK_IDENTITY_CONNECT_MS;
	ask->asked_at = ask->renewer->now();
	r = ask->renewer->send(&request, &answer, &cause);
	if (r == STATUS_OK)
		r = judge_identity(ask, buf_text(&url), &answer, token, diag);
	else
		diag_set(diag, r,
		    "%s; a managed identity exists only on a machine of Azure",
		    cause.text);
out:
	http_answer_clear(&answer);
	buf_clear(&url);
	return r;
}

enum status
ask_token(struct ask *ask, const char *refresh_token, struct oauth_token *token,
    struct diag *diag)
{
	switch (ask->endpoint->grant) {
	case OAUTH_GRANT_CLIENT:
		return ask_by_client(ask, token, diag);
	case OAUTH_GRANT_SERVICE_ACCOUNT:
		return ask_by_service_account(ask, token, diag);
	case OAUTH_GRANT_IDENTITY:
		return ask_by_identity(ask, token, diag);
	default:
		return ask_by_refresh_token(ask, refresh_token, token, diag);
	}
}
