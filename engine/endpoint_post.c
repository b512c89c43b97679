/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A request to the provider, with the client's credentials. See endpoint.h.
 */

#include <string.h>

#include "assertion.h"
#include "clock.h"
#include "base64.h"
#include "endpoint.h"
#include "hide.h"
#include "key.h"
#include "token.h"

/* A repeated request with less time than this cannot succeed. */
#define MIN_REPEAT_MS 1000

struct http_request
endpoint_request(const struct renewer *renewer, const struct endpoint *endpoint,
    const char *url, int timeout_ms)
{
	const struct settings *settings = &endpoint->settings;
	const char *proxy = settings->text[OPTION_PROXY];
	struct http_request request = {
		.url = url,
		.certificates = endpoint->certificates,
		.connect_timeout_ms =
		    settings->seconds[OPTION_CONNECT_TIMEOUT] * 1000,
		.timeout_ms = timeout_ms,
		.cancelled = renewer->cancelled,
	};

	if (proxy != NULL)
		request.proxy = strcmp(proxy, "none") == 0 ? "" : proxy;
	return request;
}

#define BASIC "Authorization: Basic "

/* One request's parts, made anew for each. */
struct form {
	struct buf body, authorization, assertion;
};

static void
form_init(struct form *form)
{
	buf_init_secret(&form->body, OAUTH_MAX_BODY);
	buf_init_secret(&form->authorization, 2 * OAUTH_MAX_BODY);
	buf_init_secret(&form->assertion, OAUTH_MAX_BODY);
}

static void
form_clear(struct form *form)
{
	buf_clear(&form->body);
	buf_clear(&form->authorization);
	buf_clear(&form->assertion);
}

/* HTTP Basic, both halves form-encoded (RFC 6749, 2.3.1). */
static enum status
make_basic(const struct oauth_client *client, struct buf *authorization)
{
	struct buf pair;
	enum status r;

	if (client->auth != OAUTH_AUTH_BASIC)
		return STATUS_OK;
	buf_init_secret(&pair, OAUTH_MAX_BODY);
	oauth_encode(&pair, client->id);
	buf_add_string(&pair, ":");
	oauth_encode(&pair, client->secret);
	if ((r = buf_status(&pair)) == STATUS_OK) {
		buf_add_string(authorization, BASIC);
		base64_encode(authorization, pair.data, pair.length);
		r = buf_status(authorization);
	}
	buf_clear(&pair);
	return r;
}

/* Another issuer's token, as it is in its file at this moment. */
static enum status
read_assertion(const struct renewer *renewer, const struct endpoint *endpoint,
    struct buf *assertion, struct diag *diag)
{
	const char *path =
	    endpoint->settings.text[OPTION_CLIENT_ASSERTION_FILE];
	enum status r;

	if ((r = preload_read_mounted(renewer->preload, path, assertion,
		 diag)) != STATUS_OK)
		return r;
	if (token_is_bearer(buf_text(assertion), assertion->length))
		return STATUS_OK;
	return diag_set(diag, STATUS_CONFIG,
	    "the file %s of client_assertion_file holds no token", path);
}

static enum status
make_assertion(const struct renewer *renewer, const struct endpoint *endpoint,
    struct buf *assertion, struct diag *diag)
{
	const char *const *text = endpoint->settings.text;

	if (endpoint->client.auth == OAUTH_AUTH_FEDERATED)
		return read_assertion(renewer, endpoint, assertion, diag);
	if (endpoint->client.auth != OAUTH_AUTH_KEY)
		return STATUS_OK;
	return assertion_client(endpoint->key,
	    key_choose_alg(endpoint->key, text[OPTION_CLIENT_ASSERTION_ALG]),
	    text[OPTION_CLIENT_KEY_ID], endpoint->client.id,
	    text[OPTION_TOKEN_ENDPOINT], renewer->now(), assertion, diag);
}

/* Fields that are no secrets; whatever else there is may be one. */
static bool
is_public(const char *name)
{
	static const char *const names[] = { "grant_type", "scope", "resource",
		"redirect_uri", "token_type_hint" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static void
note_sent(const struct oauth_client *client, const struct form *form,
    const struct oauth_field *fields, size_t count, struct buf *sent)
{
	size_t i;

	buf_clear(sent); /* of the first request, where this repeats it */
	for (i = 0; i < count; i++)
		if (!is_public(fields[i].name))
			hide_add(sent, fields[i].value);
	hide_add(sent, client->secret);
	hide_add(sent, client->assertion);
	if (client->auth == OAUTH_AUTH_BASIC)
		hide_add(sent, form->authorization.data + strlen(BASIC));
}

static enum status
send_form(const struct renewer *renewer, const struct endpoint *endpoint,
    struct http_request *request, const struct oauth_field *fields,
    size_t count, struct http_answer *answer, struct diag *diag)
{
	struct oauth_client client = endpoint->client;
	struct form form;
	enum status r;

	form_init(&form);
	if ((r = make_assertion(renewer, endpoint, &form.assertion, diag)) !=
	    STATUS_OK)
		goto out;
	client.assertion = buf_text(&form.assertion);
	oauth_build(&client, fields, count, &form.body);
	if (buf_status(&form.body) != STATUS_OK ||
	    make_basic(&client, &form.authorization) != STATUS_OK) {
		r = diag_set(diag, STATUS_DATA,
		    "the token request is too large, or memory is out");
		goto out;
	}
	request->body = buf_text(&form.body);
	request->body_length = form.body.length;
	request->authorization = form.authorization.data;
	note_sent(&client, &form, fields, count, &answer->sent);
	answer->was_asked = true;
	r = renewer->send(request, answer, diag);
	if (r != STATUS_OK)
		hide_secrets(&answer->sent, diag);
out:
	form_clear(&form);
	return r;
}

enum status
endpoint_post(const struct renewer *renewer, const struct endpoint *endpoint,
    const char *url, const struct oauth_field *fields, size_t count,
    int timeout_ms, struct http_answer *answer, struct diag *diag)
{
	struct http_request request =
	    endpoint_request(renewer, endpoint, url, timeout_ms);
	int64_t deadline = clock_elapsed_ms() + timeout_ms;
	int64_t left;
	enum status r;

	r = send_form(renewer, endpoint, &request, fields, count, answer, diag);
	left = deadline - clock_elapsed_ms();
	if (r != STATUS_AGAIN || !answer->can_repeat || left < MIN_REPEAT_MS)
		return r;
	http_answer_clear(answer);
	request.timeout_ms = (int)left;
	return send_form(renewer, endpoint, &request, fields, count, answer,
	    diag);
}
