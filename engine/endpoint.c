/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a token request needs, worked out and loaded, and the request itself.
 * See renew.h.
 */

#include <string.h>

#include "clock.h"
#include "renew.h"
#include "xoauth2.h"

/* A repeated request with less time than this cannot succeed. */
#define MIN_REPEAT_MS 1000

/* client_auth as it is set, or what the presence of a secret suggests. */
static enum oauth_auth
choose_auth(const char *option, bool has_secret)
{
	if (option == NULL)
		return has_secret ? OAUTH_AUTH_BODY : OAUTH_AUTH_NONE;
	if (strcmp(option, "none") == 0)
		return OAUTH_AUTH_NONE;
	return strcmp(option, "basic") == 0 ? OAUTH_AUTH_BASIC :
					      OAUTH_AUTH_BODY;
}

static enum status
load_client(const struct renewer *renewer, struct renew_endpoint *endpoint,
    struct diag *diag)
{
	const struct settings *settings = &endpoint->settings;
	const char *path = settings->text[OPTION_CLIENT_SECRET_FILE];
	struct oauth_client *client = &endpoint->client;
	const struct buf *secret;
	enum status r;

	client->id = settings->text[OPTION_CLIENT_ID];
	client->secret = endpoint->secret;
	client->auth = choose_auth(settings->text[OPTION_CLIENT_AUTH],
	    path != NULL || endpoint->secret != NULL);
	if (client->id == NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "no client_id is configured; register an application at "
		    "the provider and set its id in %s",
		    conf_path(renewer->conf));
	if (client->auth == OAUTH_AUTH_NONE || client->secret != NULL)
		return STATUS_OK;
	if (path == NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "client_auth wants a secret; set client_secret_file in %s",
		    conf_path(renewer->conf));
	if ((r = preload_get(renewer->preload, PRELOAD_SECRET, path, &secret,
		 diag)) == STATUS_OK)
		client->secret = buf_text(secret);
	return r;
}

static enum status
load_certificates(const struct renewer *renewer,
    struct renew_endpoint *endpoint, struct diag *diag)
{
	const char *file = endpoint->settings.text[OPTION_CA_FILE];
	const char *directory = endpoint->settings.text[OPTION_CA_DIR];

	if (file != NULL)
		return preload_get(renewer->preload, PRELOAD_CA_FILE, file,
		    &endpoint->certificates, diag);
	if (directory != NULL)
		return preload_get(renewer->preload, PRELOAD_CA_DIRECTORY,
		    directory, &endpoint->certificates, diag);
	return preload_get(renewer->preload, PRELOAD_CA_SYSTEM, "",
	    &endpoint->certificates, diag);
}

static enum status
load_grant_key(const struct renewer *renewer, struct renew_endpoint *endpoint,
    struct diag *diag)
{
	const char *path = endpoint->settings.text[OPTION_GRANT_KEY];
	const struct buf *key;
	enum status r;

	if (path == NULL)
		return STATUS_OK;
	if ((r = preload_get(renewer->preload, PRELOAD_FILE, path, &key,
		 diag)) != STATUS_OK)
		return r;
	if (key->length != GRANT_KEY_LENGTH)
		return diag_set(diag, STATUS_CONFIG,
		    "grant_key %s has %zu bytes; it must have exactly %d "
		    "random ones",
		    path, key->length, GRANT_KEY_LENGTH);
	endpoint->grant_key = (const unsigned char *)key->data;
	return STATUS_OK;
}

enum status
renew_prepare_settings(const struct renewer *renewer,
    struct renew_endpoint *endpoint, struct diag *diag)
{
	enum status r;

	/* Certificates first: they are needed whatever else is missing. */
	if ((r = load_certificates(renewer, endpoint, diag)) != STATUS_OK ||
	    (r = load_client(renewer, endpoint, diag)) != STATUS_OK)
		return r;
	if (endpoint->settings.text[OPTION_TOKEN_ENDPOINT] == NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "no provider is configured; set default_provider, or "
		    "provider in an account section, in %s",
		    conf_path(renewer->conf));
	return STATUS_OK;
}

enum status
renew_prepare(const struct renewer *renewer, const char *account,
    struct renew_endpoint *endpoint, struct diag *diag)
{
	enum status r;

	memset(endpoint, 0, sizeof(*endpoint));
	if ((r = conf_resolve(renewer->conf, account, &endpoint->settings,
		 diag)) != STATUS_OK ||
	    (r = load_grant_key(renewer, endpoint, diag)) != STATUS_OK)
		return r;
	return renew_prepare_settings(renewer, endpoint, diag);
}

void
renew_endpoint_clear(struct renew_endpoint *endpoint)
{
	settings_clear(&endpoint->settings);
	secret_free(&endpoint->secret);
	memset(endpoint, 0, sizeof(*endpoint));
}

void
renew_preload(const struct renewer *renewer)
{
	struct renew_endpoint endpoint;
	const char *account = NULL;
	size_t i = 0;

	do {
		(void)renew_prepare(renewer, account, &endpoint, NULL);
		renew_endpoint_clear(&endpoint);
		account = conf_account_at(renewer->conf, i++);
	} while (account != NULL);
	xoauth2_preload(renewer);
}

/* Both halves of HTTP Basic, form-encoded (RFC 6749, 2.3.1). */
static enum status
encode_basic(const struct oauth_client *client, struct buf *id,
    struct buf *secret)
{
	if (client->auth != OAUTH_AUTH_BASIC)
		return STATUS_OK;
	oauth_encode(id, client->id);
	oauth_encode(secret, client->secret);
	if (buf_status(id) != STATUS_OK)
		return buf_status(id);
	return buf_status(secret);
}

static enum status
post_within(const struct renewer *renewer, struct http_request *request,
    int timeout_ms, struct http_answer *answer, struct diag *diag)
{
	int64_t deadline = clock_elapsed_ms() + timeout_ms;
	int64_t left;
	enum status r;

	request->timeout_ms = timeout_ms;
	r = renewer->send(request, answer, diag);
	left = deadline - clock_elapsed_ms();
	if (r != STATUS_AGAIN || !answer->can_repeat || left < MIN_REPEAT_MS)
		return r;
	http_answer_clear(answer);
	request->timeout_ms = (int)left;
	return renewer->send(request, answer, diag);
}

enum status
renew_post(const struct renewer *renewer, const struct renew_endpoint *endpoint,
    const char *url, const struct buf *body, int timeout_ms,
    struct http_answer *answer, struct diag *diag)
{
	const struct settings *settings = &endpoint->settings;
	const char *proxy = settings->text[OPTION_PROXY];
	struct http_request request = {
		.url = url,
		.body = buf_text(body),
		.body_length = body->length,
		.certificates = endpoint->certificates,
		.connect_timeout_ms =
		    settings->seconds[OPTION_CONNECT_TIMEOUT] * 1000,
		.cancelled = renewer->cancelled,
	};
	struct buf id, secret;
	enum status r;

	if (proxy != NULL)
		request.proxy = strcmp(proxy, "none") == 0 ? "" : proxy;
	buf_init(&id, OAUTH_MAX_BODY);
	buf_init(&secret, OAUTH_MAX_BODY);
	if (buf_status(body) != STATUS_OK ||
	    encode_basic(&endpoint->client, &id, &secret) != STATUS_OK) {
		r = diag_set(diag, STATUS_DATA,
		    "the token request is too large, or memory is out");
		goto out;
	}
	if (endpoint->client.auth == OAUTH_AUTH_BASIC) {
		request.username = buf_text(&id);
		request.password = buf_text(&secret);
	}
	r = post_within(renewer, &request, timeout_ms, answer, diag);
out:
	buf_clear(&id);
	buf_clear(&secret);
	return r;
}
