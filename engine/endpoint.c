/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a token request needs, worked out and loaded. See endpoint.h;
 * endpoint_post.c has the request itself.
 */

#include <stdlib.h>
#include <string.h>

#include "discovery.h"
#include "endpoint.h"
#include "provider.h"
#include "token.h"
#include "words.h"
#include "xoauth2.h"

/* client_auth as it is set, or what is configured suggests. */
enum oauth_auth
endpoint_auth(const struct endpoint *endpoint)
{
	static const struct {
		const char *word;
		enum oauth_auth auth;
	} words[] = {
		{ CLIENT_AUTH_NONE, OAUTH_AUTH_NONE },
		{ CLIENT_AUTH_BODY, OAUTH_AUTH_BODY },
		{ CLIENT_AUTH_BASIC, OAUTH_AUTH_BASIC },
		{ CLIENT_AUTH_KEY, OAUTH_AUTH_KEY },
		{ CLIENT_AUTH_FEDERATED, OAUTH_AUTH_FEDERATED },
	};
	const char *const *text = endpoint->settings.text;
	const char *option = text[OPTION_CLIENT_AUTH];
	size_t i;

	for (i = 0; option != NULL && i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].word, option) == 0)
			return words[i].auth;
	if (text[OPTION_CLIENT_KEY] != NULL)
		return OAUTH_AUTH_KEY;
	if (text[OPTION_CLIENT_ASSERTION_FILE] != NULL)
		return OAUTH_AUTH_FEDERATED;
	if (text[OPTION_CLIENT_SECRET_FILE] != NULL || endpoint->secret != NULL)
		return OAUTH_AUTH_BODY;
	/* An application without a person must prove itself somehow. */
	return endpoint->grant == OAUTH_GRANT_CLIENT ? OAUTH_AUTH_BODY :
						       OAUTH_AUTH_NONE;
}

static enum status
missing(const struct renewer *renewer, enum option wanted, enum option option,
    struct diag *diag)
{
	return diag_set(diag, STATUS_CONFIG,
	    "%s wants %s, which is not set in %s", conf_options[wanted].name,
	    conf_options[option].name, conf_path(renewer->conf));
}

static enum status
load_secret(const struct renewer *renewer, struct endpoint *endpoint,
    struct diag *diag)
{
	const char *path = endpoint->settings.text[OPTION_CLIENT_SECRET_FILE];
	const struct buf *secret;
	enum status r;

	endpoint->client.secret = endpoint->secret;
	if (endpoint->secret != NULL || path == NULL)
		return STATUS_OK; /* the grant may have it */
	if ((r = preload_get(renewer->preload, PRELOAD_SECRET, path, &secret,
		 diag)) == STATUS_OK)
		endpoint->client.secret = buf_text(secret);
	return r;
}

/* Is it Microsoft's own endpoint for organizations? */
static bool
is_microsoft(const struct settings *settings)
{
	return settings->preset != NULL && settings->preset->is_exchange &&
	    settings->origin[OPTION_TOKEN_ENDPOINT] == ORIGIN_PRESET;
}

static enum status
load_key(const struct renewer *renewer, struct endpoint *endpoint,
    struct diag *diag)
{
	const char *const *text = endpoint->settings.text;

	if (text[OPTION_CLIENT_KEY] == NULL)
		return missing(renewer, OPTION_CLIENT_AUTH, OPTION_CLIENT_KEY,
		    diag);
	/* There a key is known by its certificate alone (AADSTS700027). */
	if (is_microsoft(&endpoint->settings) &&
	    text[OPTION_CLIENT_CERTIFICATE] == NULL)
		return missing(renewer, OPTION_CLIENT_KEY,
		    OPTION_CLIENT_CERTIFICATE, diag);
	return preload_get_key(renewer->preload, text[OPTION_CLIENT_KEY],
	    text[OPTION_CLIENT_CERTIFICATE], text[OPTION_CLIENT_KEY_PIN_FILE],
	    &endpoint->key, diag);
}

/* How the client proves itself: what that takes, and is there. */
static enum status
load_client(const struct renewer *renewer, struct endpoint *endpoint,
    struct diag *diag)
{
	const char *const *text = endpoint->settings.text;
	const struct provider *preset = endpoint->settings.preset;
	struct oauth_client *client = &endpoint->client;

	client->id = text[OPTION_CLIENT_ID];
	if (client->id == NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "no client_id is configured; register an application at "
		    "%s and write client_id = \"ITS-ID\" into %s%s%s",
		    preset != NULL ? preset->title : "the provider",
		    conf_path(renewer->conf),
		    preset != NULL && preset->registration != NULL ? "; " : "",
		    preset != NULL && preset->registration != NULL ?
			preset->registration :
			"");
	if (text[OPTION_CLIENT_CERTIFICATE] != NULL &&
	    text[OPTION_CLIENT_KEY] == NULL)
		return missing(renewer, OPTION_CLIENT_CERTIFICATE,
		    OPTION_CLIENT_KEY, diag);
	client->auth = endpoint_auth(endpoint);
	switch (client->auth) {
	case OAUTH_AUTH_NONE:
		return STATUS_OK;
	case OAUTH_AUTH_KEY:
		return load_key(renewer, endpoint, diag);
	case OAUTH_AUTH_FEDERATED:
		if (text[OPTION_CLIENT_ASSERTION_FILE] == NULL)
			return missing(renewer, OPTION_CLIENT_AUTH,
			    OPTION_CLIENT_ASSERTION_FILE, diag);
		preload_mounted(renewer->preload,
		    text[OPTION_CLIENT_ASSERTION_FILE]);
		return STATUS_OK;
	default:
		return load_secret(renewer, endpoint, diag);
	}
}

static enum status
load_service_account(const struct renewer *renewer, const char *account,
    struct endpoint *endpoint, struct diag *diag)
{
	struct settings *settings = &endpoint->settings;

	if (is_microsoft(settings))
		return diag_set(diag, STATUS_CONFIG,
		    "grant service_account is Google's; for %s set grant to "
		    "client_credentials in %s",
		    settings->preset->title, conf_path(renewer->conf));
	if (settings->text[OPTION_SERVICE_ACCOUNT_FILE] == NULL)
		return missing(renewer, OPTION_GRANT,
		    OPTION_SERVICE_ACCOUNT_FILE, diag);
	if (settings->text[OPTION_SUBJECT] == NULL && account != NULL &&
	    settings_set(settings, OPTION_SUBJECT, account, ORIGIN_DEFAULT) !=
		STATUS_OK)
		return diag_set_nomem(diag);
	return preload_get_service_account(renewer->preload,
	    settings->text[OPTION_SERVICE_ACCOUNT_FILE],
	    &endpoint->service_account, diag);
}

static enum status
check_identity(const struct renewer *renewer, const struct endpoint *endpoint,
    struct diag *diag)
{
	if (endpoint->settings.text[OPTION_RESOURCE] != NULL)
		return STATUS_OK;
	return missing(renewer, OPTION_GRANT, OPTION_RESOURCE, diag);
}

/* libcurl would not say which file it is. */
static enum status
load_bundle(const struct renewer *renewer, const char *path,
    const struct buf **certificates, struct diag *diag)
{
	enum status r;

	r = preload_get(renewer->preload, PRELOAD_CA_FILE, path, certificates,
	    diag);
	if (r != STATUS_OK ||
	    strstr(buf_text(*certificates), "CERTIFICATE-----") != NULL)
		return r;
	return diag_set(diag, STATUS_CONFIG,
	    "%s, which ca_file names, holds no CA certificate in PEM form; set "
	    "ca_file to a bundle of CA certificates",
	    path);
}

static enum status
load_certificates(const struct renewer *renewer, struct endpoint *endpoint,
    struct diag *diag)
{
	const char *file = endpoint->settings.text[OPTION_CA_FILE];
	const char *directory = endpoint->settings.text[OPTION_CA_DIR];

	if (file != NULL)
		return load_bundle(renewer, file, &endpoint->certificates,
		    diag);
	if (directory != NULL)
		return preload_get(renewer->preload, PRELOAD_CA_DIRECTORY,
		    directory, &endpoint->certificates, diag);
	return preload_get(renewer->preload, PRELOAD_CA_SYSTEM, "",
	    &endpoint->certificates, diag);
}

enum status
endpoint_grant_key(const struct renewer *renewer, enum option option,
    const char *path, const unsigned char **result, struct diag *diag)
{
	const struct buf *key;
	struct diag cause;
	enum status r;

	*result = NULL;
	if ((r = preload_get(renewer->preload, PRELOAD_KEY, path, &key,
		 &cause)) != STATUS_OK)
		return diag_set(diag, r, "%s cannot be used: %.200s%s",
		    conf_options[option].name, cause.text,
		    r == STATUS_CONFIG ?
			"; bring that key back, or log in again with a new "
			"one (sasl-bearer seal --key-file=FILE)" :
			"");
	if (key->length != GRANT_KEY_LENGTH)
		return diag_set(diag, STATUS_CONFIG,
		    "%s %s has %zu bytes; it must have exactly %d random ones",
		    conf_options[option].name, path, key->length,
		    GRANT_KEY_LENGTH);
	*result = (const unsigned char *)key->data;
	return STATUS_OK;
}

enum status
endpoint_grant_keys(const struct renewer *renewer, struct grant_keys *keys,
    struct diag *diag)
{
	enum status r = STATUS_OK;
	struct settings settings;
	const char *present, *old;

	memset(keys, 0, sizeof(*keys));
	/* They stand outside of sections, whatever is wrong with a provider. */
	(void)conf_resolve(renewer->conf, NULL, &settings, NULL);
	present = settings.text[OPTION_GRANT_KEY];
	old = settings.text[OPTION_GRANT_KEY_OLD];
	keys->must_seal = present != NULL;
	if (old != NULL)
		(void)endpoint_grant_key(renewer, OPTION_GRANT_KEY_OLD, old,
		    &keys->old, &keys->missing);
	if (present != NULL &&
	    (r = endpoint_grant_key(renewer, OPTION_GRANT_KEY, present,
		 &keys->present, &keys->missing)) != STATUS_OK)
		diag_set(diag, r, "%s", keys->missing.text);
	settings_clear(&settings);
	return r;
}

/*
 * Where each tenant has an endpoint of its own, an application without a person
 * belongs to one of them; the shared ones always refuse it (AADSTS9001023).
 */
static enum status
check_tenant(const struct renewer *renewer, const struct endpoint *endpoint,
    struct diag *diag)
{
	const struct settings *settings = &endpoint->settings;

	if (endpoint->grant != OAUTH_GRANT_CLIENT || settings->preset == NULL ||
	    !settings->preset->is_exchange ||
	    settings->origin[OPTION_TOKEN_ENDPOINT] != ORIGIN_PRESET ||
	    !words_have("common organizations consumers",
		settings->text[OPTION_TENANT]))
		return STATUS_OK;
	return diag_set(diag, STATUS_CONFIG,
	    "grant %s wants the tenant's own name; set tenant to contoso.com, "
	    "say, or its GUID in %s",
	    settings->text[OPTION_GRANT], conf_path(renewer->conf));
}

enum status
endpoint_prepare_settings(const struct renewer *renewer,
    struct endpoint *endpoint, struct diag *diag)
{
	enum status r;

	endpoint->grant =
	    oauth_grant_find(endpoint->settings.text[OPTION_GRANT]);
	if (endpoint->grant == OAUTH_GRANT_IDENTITY)
		return check_identity(renewer, endpoint, diag);
	/* Certificates first: they are needed whatever else is missing. */
	if ((r = load_certificates(renewer, endpoint, diag)) != STATUS_OK)
		return r;
	if (endpoint->grant != OAUTH_GRANT_SERVICE_ACCOUNT &&
	    ((r = check_tenant(renewer, endpoint, diag)) != STATUS_OK ||
		(r = load_client(renewer, endpoint, diag)) != STATUS_OK))
		return r;
	if (endpoint->settings.text[OPTION_TOKEN_ENDPOINT] == NULL &&
	    endpoint->settings.text[OPTION_ISSUER] == NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "no provider is configured; set default_provider, or "
		    "provider in an account section, in %s",
		    conf_path(renewer->conf));
	return STATUS_OK;
}

enum status
endpoint_prepare(const struct renewer *renewer, const char *account,
    const char *provider, struct endpoint *endpoint, struct diag *diag)
{
	enum status r;

	memset(endpoint, 0, sizeof(*endpoint));
	if ((r = conf_resolve_with(renewer->conf, account, provider,
		 &endpoint->settings, diag)) != STATUS_OK ||
	    (r = endpoint_prepare_settings(renewer, endpoint, diag)) !=
		STATUS_OK)
		return r;
	if (endpoint->grant == OAUTH_GRANT_SERVICE_ACCOUNT)
		return load_service_account(renewer, account, endpoint, diag);
	return STATUS_OK;
}

void
endpoint_clear(struct endpoint *endpoint)
{
	settings_clear(&endpoint->settings);
	secret_free(&endpoint->secret);
	memset(endpoint, 0, sizeof(*endpoint));
}

void
endpoint_preload(const struct renewer *renewer)
{
	struct endpoint endpoint;
	const char *account = NULL;
	struct grant_keys keys;
	size_t i = 0;

	(void)endpoint_grant_keys(renewer, &keys, NULL);
	do {
		(void)endpoint_prepare(renewer, account, NULL, &endpoint, NULL);
		endpoint_clear(&endpoint);
		account = conf_account_at(renewer->conf, i++);
	} while (account != NULL);
	xoauth2_preload(renewer);
}

bool
endpoint_wants_secret(const struct endpoint *endpoint)
{
	return endpoint->client.id != NULL &&
	    (endpoint->client.auth == OAUTH_AUTH_BODY ||
		endpoint->client.auth == OAUTH_AUTH_BASIC) &&
	    endpoint->client.secret == NULL;
}

/* The secret that a person typed at the login. */
static enum status
complete_secret(const struct renewer *renewer, struct endpoint *endpoint,
    const struct grant *grant, struct diag *diag)
{
	if (!endpoint_wants_secret(endpoint))
		return STATUS_OK;
	if (endpoint->secret == NULL && grant->client_secret != NULL &&
	    (endpoint->secret = secret_copy(grant->client_secret)) == NULL)
		return diag_set_nomem(diag);
	endpoint->client.secret = endpoint->secret;
	if (endpoint->client.secret != NULL)
		return STATUS_OK;
	return diag_set(diag, STATUS_CONFIG,
	    "the application's secret is not known; set client_secret_file in "
	    "%s, or log in and type it",
	    conf_path(renewer->conf));
}

/*
 * Where nothing is configured: what was granted, for no renewal may ask for
 * more (RFC 6749, 6). Microsoft wants offline_access each time and does not
 * name it among what was granted, so there it is what the login asked for.
 */
static enum status
complete_scope(struct endpoint *endpoint, const struct grant *grant,
    struct diag *diag)
{
	const struct provider *preset = endpoint->settings.preset;
	const char *scope = grant->scope;

	if (grant->asked_scope != NULL &&
	    (scope == NULL || (preset != NULL && preset->is_exchange)))
		scope = grant->asked_scope;
	if (endpoint->settings.text[OPTION_SCOPE] != NULL || scope == NULL)
		return STATUS_OK;
	if (settings_set(&endpoint->settings, OPTION_SCOPE, scope,
		ORIGIN_UNSET) != STATUS_OK)
		return diag_set_nomem(diag);
	return STATUS_OK;
}

/* An endpoint that was found, unless another one is configured. */
static enum status
take_discovered(struct settings *settings, enum option option, const char *url)
{
	if (url == NULL || settings->origin[option] == ORIGIN_FILE)
		return STATUS_OK;
	return settings_set(settings, option, url, ORIGIN_DISCOVERED);
}

static enum status
discover(const struct renewer *renewer, struct endpoint *endpoint,
    int timeout_ms, struct diag *diag)
{
	struct settings *settings = &endpoint->settings;
	const char *issuer = settings->text[OPTION_ISSUER];
	const struct http_request like =
	    endpoint_request(renewer, endpoint, issuer, timeout_ms);
	struct discovery found = { .issuer = NULL };
	enum status r;

	if ((r = discovery_fetch(renewer->send, issuer, &like, &found, diag)) !=
	    STATUS_OK)
		return r;
	if (take_discovered(settings, OPTION_TOKEN_ENDPOINT,
		found.token_endpoint) != STATUS_OK ||
	    take_discovered(settings, OPTION_AUTHORIZATION_ENDPOINT,
		found.authorization_endpoint) != STATUS_OK ||
	    take_discovered(settings, OPTION_DEVICE_ENDPOINT,
		found.device_endpoint) != STATUS_OK ||
	    take_discovered(settings, OPTION_REVOCATION_ENDPOINT,
		found.revocation_endpoint) != STATUS_OK)
		r = diag_set_nomem(diag);
	endpoint->discovered_at = renewer->now();
	endpoint->sends_issuer = found.sends_iss;
	discovery_clear(&found);
	return r;
}

static bool
is_equal(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* What the grant remembers of this issuer. */
static bool
knows_issuer(const struct endpoint *endpoint, const struct grant *grant)
{
	return grant->token_endpoint != NULL &&
	    is_equal(grant->issuer, endpoint->settings.text[OPTION_ISSUER]);
}

static enum status
complete_endpoints(const struct renewer *renewer, struct endpoint *endpoint,
    const struct grant *grant, int timeout_ms, struct diag *diag)
{
	struct settings *settings = &endpoint->settings;
	int64_t age = renewer->now() - grant->discovered_at;
	bool is_known;
	enum status r;

	if (settings->text[OPTION_ISSUER] == NULL ||
	    settings->origin[OPTION_TOKEN_ENDPOINT] == ORIGIN_FILE)
		return STATUS_OK;
	is_known = knows_issuer(endpoint, grant);
	if (!is_known || age < 0 || age >= ENDPOINT_MAX_DISCOVERY_S) {
		r = discover(renewer, endpoint,
		    is_known ? timeout_ms / ENDPOINT_DISCOVERY_PART :
			       timeout_ms,
		    diag);
		if (r == STATUS_OK || !is_known || r == STATUS_CANCELLED ||
		    r == STATUS_NOMEM)
			return r;
	}
	if (take_discovered(settings, OPTION_TOKEN_ENDPOINT,
		grant->token_endpoint) != STATUS_OK ||
	    take_discovered(settings, OPTION_REVOCATION_ENDPOINT,
		grant->revocation_endpoint) != STATUS_OK)
		return diag_set_nomem(diag);
	return STATUS_OK;
}

enum status
endpoint_complete(const struct renewer *renewer, struct endpoint *endpoint,
    const struct grant *grant, int timeout_ms, struct diag *diag)
{
	enum status r;

	if (endpoint->grant == OAUTH_GRANT_IDENTITY)
		return STATUS_OK;
	if ((r = complete_secret(renewer, endpoint, grant, diag)) !=
		STATUS_OK ||
	    (r = complete_scope(endpoint, grant, diag)) != STATUS_OK)
		return r;
	return complete_endpoints(renewer, endpoint, grant, timeout_ms, diag);
}

bool
endpoint_is_grantor(const struct endpoint *endpoint, const struct grant *grant)
{
	const char *const *text = endpoint->settings.text;

	if (grant->client_id != NULL &&
	    !is_equal(grant->client_id, endpoint->client.id))
		return false;
	if (grant->issuer != NULL && text[OPTION_ISSUER] != NULL)
		return is_equal(grant->issuer, text[OPTION_ISSUER]);
	return grant->token_endpoint == NULL ||
	    is_equal(grant->token_endpoint, text[OPTION_TOKEN_ENDPOINT]);
}

uint64_t
endpoint_fingerprint(const struct endpoint *endpoint)
{
	static const enum option options[] = { OPTION_TOKEN_ENDPOINT,
		OPTION_ISSUER, OPTION_GRANT, OPTION_CLIENT_ID,
		OPTION_CLIENT_KEY, OPTION_CLIENT_CERTIFICATE,
		OPTION_CLIENT_KEY_ID, OPTION_CLIENT_ASSERTION_ALG,
		OPTION_CLIENT_ASSERTION_FILE, OPTION_SERVICE_ACCOUNT_FILE,
		OPTION_SUBJECT, OPTION_RESOURCE, OPTION_IDENTITY_ENDPOINT };
	const char *parts[sizeof(options) / sizeof(options[0]) + 3];
	uint64_t print = (uint64_t)endpoint->client.auth;
	size_t i, count = 0;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		parts[count++] = endpoint->settings.text[options[i]];
	parts[count++] = endpoint->settings.text[OPTION_SCOPE];
	parts[count++] = endpoint->client.id;
	parts[count++] = endpoint->client.secret;
	for (i = 0; i < count; i++) {
		print *= 31;
		if (parts[i] != NULL)
			print += token_fingerprint(parts[i], strlen(parts[i]));
	}
	return print;
}
