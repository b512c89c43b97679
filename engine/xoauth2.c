/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Token files in the form of sasl-xoauth2. See xoauth2.h.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "provider.h"
#include "xoauth2.h"

#define OWN_MEMBER "sasl-bearer"

/* Members of either file that are options of ours. */
static const struct {
	const char *name;
	enum option option;
} members[] = {
	{ "client_id", OPTION_CLIENT_ID },
	{ "token_endpoint", OPTION_TOKEN_ENDPOINT },
	{ "scope", OPTION_SCOPE },
	{ "proxy", OPTION_PROXY },
	{ "ca_bundle_file", OPTION_CA_FILE },
	{ "ca_certs_dir", OPTION_CA_DIR },
	{ "user", OPTION_USER },
};

/* The file's JSON object, owned by the caller. */
static enum status
parse_json(const struct store *store, const struct buf *text,
    struct json_object **json, struct diag *diag)
{
	const char *reason;
	enum status r;

	if ((r = json_read_object(buf_text(text), text->length, json,
		 &reason)) != STATUS_OK)
		r = diag_set(diag, r, "the token file %s is damaged: %s",
		    store->account, reason);
	return r;
}

static enum status
read_json(struct store *store, struct json_object **json, struct diag *diag)
{
	struct buf text;
	enum status r;

	buf_init_secret(&text, XOAUTH2_MAX_FILE);
	r = file_read(store->dir, store->files.token, &text, diag);
	if (r == STATUS_NOACCOUNT)
		r = diag_set(diag, STATUS_NOACCOUNT,
		    "there is no token file %s (inside a chroot the path is "
		    "looked for there); make it or correct the password",
		    store->account);
	else if (r == STATUS_OK)
		r = parse_json(store, &text, json, diag);
	buf_clear(&text);
	return r;
}

/* Our own member; NULL if there is none. */
static struct json_object *
own_member(struct json_object *json)
{
	struct json_object *own;

	if (json_object_object_get_ex(json, OWN_MEMBER, &own) &&
	    json_object_is_type(own, json_type_object))
		return own;
	return NULL;
}

/*
 * What sasl-xoauth2 does not write is guessed: a token that it obtained has
 * been there for ever, and is to be renewed by our usual margin.
 */
static enum status
make_record(struct json_object *json, const char *token, int64_t expiry,
    struct record *record)
{
	struct json_object *own = own_member(json);
	int64_t obtained_at = 1, renew_at = expiry - 600, own_expiry;
	struct record whole;

	if (own != NULL &&
	    json_whole(own, "expiry", &own_expiry) == JSON_NUMBER_VALID &&
	    own_expiry == expiry) {
		json_whole(own, "obtained_at", &obtained_at);
		json_whole(own, "renew_at", &renew_at);
	}
	record_init(&whole);
	whole.access_token = token;
	whole.token_length = strlen(token);
	whole.obtained_at = obtained_at > 0 ? obtained_at : 1;
	whole.renew_at = renew_at > 0 ? renew_at : 1;
	whole.expires_at = expiry;
	record_set_user(&whole, RECORD_SERVICE_ANY, json_text(json, "user"));
	whole.has_refused =
	    own != NULL && json_fingerprint(own, "refused", &whole.refused);
	return record_copy(record, &whole);
}

/* STATUS_NOACCOUNT: there is a file, but no token in it that can be used. */
static enum status
file_read_record(struct store *store, struct record *record, struct diag *diag)
{
	struct json_object *json;
	const char *token;
	int64_t expiry = 0;
	enum status r;

	if ((r = read_json(store, &json, diag)) != STATUS_OK)
		return r == STATUS_NOACCOUNT ? STATUS_CONFIG : r;
	token = json_text(json, "access_token");
	if (token == NULL ||
	    json_whole(json, "expiry", &expiry) != JSON_NUMBER_VALID ||
	    expiry <= 0 ||
	    make_record(json, token, expiry, record) != STATUS_OK)
		r = STATUS_NOACCOUNT;
	json_free(json);
	return r;
}

static enum status
file_parse_grant(struct store *store, struct buf *text, struct grant *grant,
    const char *name, struct diag *diag)
{
	struct json_object *json, *own;
	enum status r;

	(void)name;
	if ((r = parse_json(store, text, &json, diag)) != STATUS_OK)
		return r;
	grant_clear(grant);
	r = grant_set(&grant->refresh_token, json_text(json, "refresh_token"));
	if (r == STATUS_OK && (own = own_member(json)) != NULL) {
		json_whole(own, "renewed_at", &grant->renewed_at);
		json_whole(own, "forced_at", &grant->forced_at);
		json_whole(own, "serial", &grant->serial);
		json_whole(own, "interrupted_at", &grant->interrupted_at);
		r = grant_parse_failure(grant, own);
	}
	json_free(json);
	return r == STATUS_OK ? r : diag_set_nomem(diag);
}

static enum status
set_grant(struct json_object *json, struct json_object *own,
    const struct grant *grant, int64_t serial)
{
	enum status r;

	if ((r = json_set_text(json, "refresh_token", grant->refresh_token)) !=
		STATUS_OK ||
	    (r = json_set_whole(own, "renewed_at", grant->renewed_at)) !=
		STATUS_OK ||
	    (r = json_set_whole(own, "forced_at", grant->forced_at)) !=
		STATUS_OK ||
	    (r = json_set_whole(own, "serial", serial)) != STATUS_OK ||
	    (r = json_set_whole(own, "interrupted_at",
		 grant->interrupted_at)) != STATUS_OK)
		return r;
	return grant_format_failure(&grant->failure, own);
}

static enum status
set_record(struct json_object *json, struct json_object *own,
    const struct record *record)
{
	enum status r;

	if ((r = json_set_text(json, "access_token", record->access_token)) !=
		STATUS_OK ||
	    (r = json_set_whole(json, "expiry", record->expires_at)) !=
		STATUS_OK ||
	    (r = json_set_whole(own, "expiry", record->expires_at)) !=
		STATUS_OK ||
	    (r = json_set_whole(own, "obtained_at", record->obtained_at)) !=
		STATUS_OK ||
	    (r = json_set_whole(own, "renew_at", record->renew_at)) !=
		STATUS_OK)
		return r;
	if (!record->has_refused)
		return json_set_text(own, "refused", NULL);
	return json_set_fingerprint(own, "refused", record->refused);
}

/* Puts grant and record into the object; makes our member when needed. */
static enum status
merge(struct json_object *json, const struct store *store,
    const struct grant *grant, const struct record *record)
{
	struct json_object *own = own_member(json);
	enum status r = STATUS_OK;

	if (own == NULL) {
		if ((own = json_object_new_object()) == NULL)
			return STATUS_NOMEM;
		if (json_object_object_add(json, OWN_MEMBER, own) != 0) {
			json_object_put(own);
			return STATUS_NOMEM;
		}
	}
	if (grant != NULL)
		r = set_grant(json, own, grant,
		    store_next_serial(store, grant));
	if (r == STATUS_OK && record != NULL)
		r = set_record(json, own, record);
	return r;
}

/* So that nothing has to be read between an answer and its saving. */
static enum status
file_prepare(struct store *store, struct diag *diag)
{
	json_free(store->json);
	store->json = NULL;
	return read_json(store, &store->json, diag);
}

/* What the file is to hold. */
static enum status
make_text(const struct store *store, const struct grant *grant,
    const struct record *record, struct buf *text)
{
	enum status r;

	buf_clear(text);
	if ((r = merge(store->json, store, grant, record)) == STATUS_OK)
		r = json_write(store->json, text);
	return r;
}

static enum status
file_save(struct store *store, const struct grant *grant,
    const struct record *record, struct diag *diag)
{
	struct buf text;
	enum status r;

	if (store->json == NULL && (r = file_prepare(store, diag)) != STATUS_OK)
		return r;
	buf_init_secret(&text, XOAUTH2_MAX_FILE);
	/* Twice: there may be a refresh token in it that is nowhere else. */
	if (make_text(store, grant, record, &text) != STATUS_OK &&
	    (r = make_text(store, grant, record, &text)) != STATUS_OK) {
		diag_set(diag, r,
		    "the token file %s cannot be written: it is "
		    "too large, or memory is out",
		    store->account);
		goto out;
	}
	if (grant != NULL)
		store->serial = store_next_serial(store, grant);
	r = store_write_grant(store, &text, diag);
out:
	buf_clear(&text);
	return r;
}

static const struct store_ops file_ops = {
	.read = file_read_record,
	.parse = file_parse_grant,
	.save = file_save,
	.prepare = file_prepare,
};

enum status
xoauth2_open(struct store *store, const char *path, struct diag *diag)
{
	const char *name = strrchr(path, '/');
	char directory[FILE_MAX_PATH];
	int length;
	enum status r;

	memset(store, 0, sizeof(*store));
	store->ops = &file_ops;
	store->account = path;
	store->dir = &store->own_dir;
	store->own_dir.fd = -1;
	store->lock = -1;
	store->draft.fd = -1;
	length = snprintf(directory, sizeof(directory), "%.*s/",
	    (int)(name - path), path);
	if (length < 0 || (size_t)length >= sizeof(directory) ||
	    strlen(name + 1) == 0 || strlen(name + 1) > ACCOUNT_MAX_FILE)
		return diag_set(diag, STATUS_DATA,
		    "the path of the token file %s is too long, or that of a "
		    "directory",
		    path);
	strcpy(store->files.token, name + 1);
	strcpy(store->files.grant, name + 1);
	snprintf(store->files.lock, sizeof(store->files.lock), ".%s.lock",
	    name + 1);
	r = dir_open(&store->own_dir, directory, diag);
	if (r == STATUS_NOACCOUNT)
		return diag_set(diag, STATUS_CONFIG,
		    "there is no token file %s (inside a chroot the path is "
		    "looked for there); make it or correct the password",
		    path);
	return r == STATUS_OK ? dir_check(store->dir, ".", diag) : r;
}

/* A member that was not set before, copied into the settings. */
static enum status
take_text(struct settings *settings, enum option option, const char *text)
{
	if (text == NULL || text[0] == '\0' ||
	    settings->expanded[option] != NULL)
		return STATUS_OK;
	if ((settings->expanded[option] = string_copy(text)) == NULL)
		return STATUS_NOMEM;
	settings->text[option] = settings->expanded[option];
	settings->origin[option] = ORIGIN_FILE;
	return STATUS_OK;
}

/* What one of the two files says; the first that is applied wins. */
static enum status
apply_json(struct endpoint *endpoint, struct json_object *json)
{
	struct settings *settings = &endpoint->settings;
	const char *secret = json_text(json, "client_secret");
	int64_t window;
	size_t i;

	for (i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (take_text(settings, members[i].option,
			json_text(json, members[i].name)) != STATUS_OK)
			return STATUS_NOMEM;
	if (json_whole(json, "refresh_window", &window) == JSON_NUMBER_VALID &&
	    window > settings->seconds[OPTION_RENEW_BEFORE] &&
	    window <= conf_options[OPTION_RENEW_BEFORE].max)
		settings->seconds[OPTION_RENEW_BEFORE] = (int)window;
	if (endpoint->secret == NULL && secret != NULL && secret[0] != '\0' &&
	    (endpoint->secret = secret_copy(secret)) == NULL)
		return STATUS_NOMEM;
	return STATUS_OK;
}

/* The configuration of sasl-xoauth2; that there is none is fine. */
static enum status
apply_conf(const struct renewer *renewer, struct endpoint *endpoint,
    struct diag *diag)
{
	const char *path = endpoint->settings.text[OPTION_XOAUTH2_CONF];
	const struct buf *text;
	struct json_object *json;
	const char *reason;
	enum status r;

	if (preload_get(renewer->preload, PRELOAD_FILE, path, &text, NULL) !=
	    STATUS_OK)
		return STATUS_OK;
	if (json_read_object(buf_text(text), text->length, &json, &reason) !=
	    STATUS_OK)
		return diag_set(diag, STATUS_CONFIG, "%s is damaged: %s", path,
		    reason);
	r = apply_json(endpoint, json);
	json_free(json);
	return r == STATUS_OK ? r : diag_set_nomem(diag);
}

/*
 * Of our own configuration only how to reach the network applies: a token file
 * belongs to the application that its own configuration names.
 */
static void
forget_others(struct settings *settings)
{
	static const enum option foreign[] = {
		OPTION_GRANT,
		OPTION_ISSUER,
		OPTION_CLIENT_ID,
		OPTION_CLIENT_AUTH,
		OPTION_CLIENT_SECRET_FILE,
		OPTION_CLIENT_KEY,
		OPTION_CLIENT_ASSERTION_FILE,
		OPTION_RESOURCE,
		OPTION_TOKEN_ENDPOINT,
		OPTION_SCOPE,
	};
	size_t i;

	for (i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		free(settings->expanded[foreign[i]]);
		settings->expanded[foreign[i]] = NULL;
		settings->text[foreign[i]] = NULL;
	}
}

enum status
xoauth2_prepare(const struct renewer *renewer, struct store *store,
    struct endpoint *endpoint, struct diag *diag)
{
	struct settings *settings = &endpoint->settings;
	struct json_object *json;
	enum status r;

	memset(endpoint, 0, sizeof(*endpoint));
	if ((r = conf_resolve(renewer->conf, NULL, settings, diag)) !=
		STATUS_OK ||
	    (r = read_json(store, &json, diag)) != STATUS_OK)
		return r;
	forget_others(settings);
	r = apply_json(endpoint, json);
	json_free(json);
	if (r != STATUS_OK)
		return diag_set_nomem(diag);
	if ((r = apply_conf(renewer, endpoint, diag)) != STATUS_OK)
		return r;
	/* The default of sasl-xoauth2 is Google. */
	if (settings->text[OPTION_TOKEN_ENDPOINT] == NULL)
		settings->text[OPTION_TOKEN_ENDPOINT] =
		    provider_find("google")->values[OPTION_TOKEN_ENDPOINT];
	if ((r = http_check_url(settings->text[OPTION_TOKEN_ENDPOINT], diag)) !=
	    STATUS_OK)
		return r;
	return endpoint_prepare_settings(renewer, endpoint, diag);
}

void
xoauth2_preload(const struct renewer *renewer)
{
	struct endpoint endpoint;

	memset(&endpoint, 0, sizeof(endpoint));
	(void)conf_resolve(renewer->conf, NULL, &endpoint.settings, NULL);
	forget_others(&endpoint.settings);
	if (endpoint.settings.text[OPTION_XOAUTH2_CONF] != NULL &&
	    apply_conf(renewer, &endpoint, NULL) == STATUS_OK)
		(void)endpoint_prepare_settings(renewer, &endpoint, NULL);
	endpoint_clear(&endpoint);
}
