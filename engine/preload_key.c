/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Keys kept in memory, with what opens and names them. See preload.h.
 */

#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "forklock.h"
#include "key.h"
#include "preload_files.h"
#include "service_account.h"

/* A key by what it was asked for with; or why there will be none. */
struct held_key {
	struct held_key *next;
	char *uri;
	char *certificate; /* or NULL */
	char *pin;         /* or NULL */
	struct key *key;   /* NULL: the token has refused the PIN */
	struct diag refusal;
};

struct held_account {
	struct held_account *next;
	char *path;
	struct service_account *account;
};

static void
free_held_key(struct held_key *held)
{
	key_free(&held->key);
	free(held->uri);
	free(held->certificate);
	free(held->pin);
	free(held);
}

static void
free_held_account(struct held_account *held)
{
	service_account_free(&held->account);
	free(held->path);
	free(held);
}

void
preload_free_keys(struct preload *preload)
{
	struct held_account *account;
	struct held_key *key;

	while ((key = preload->first_key) != NULL) {
		preload->first_key = key->next;
		free_held_key(key);
	}
	while ((account = preload->first_account) != NULL) {
		preload->first_account = account->next;
		free_held_account(account);
	}
}

/* The PIN or passphrase, for as long as it is needed. */
static enum status
load_key(const struct preload *preload, const char *uri, const char *pin,
    struct key **key, struct diag *diag)
{
	char full[FILE_MAX_PATH];
	enum status r = STATUS_OK;
	struct buf secret;

	buf_init_secret(&secret, PRELOAD_MAX_SECRET);
	if (preload_is_credential(uri)) {
		r = preload_find_credential(uri, full, sizeof(full), diag);
		uri = full;
	}
	if (r == STATUS_OK && pin != NULL &&
	    (r = preload_read_secret(preload, pin, &secret, diag)) == STATUS_OK)
		r = preload_trim(pin, &secret, diag);
	if (r == STATUS_OK)
		r = key_load(key, uri, preload->owner,
		    pin != NULL ? buf_text(&secret) : NULL, diag);
	buf_clear(&secret);
	return r;
}

static enum status
load_certificate(struct key *key, const char *path, struct diag *diag)
{
	struct buf pem;
	enum status r;

	if (path == NULL)
		return STATUS_OK;
	buf_init(&pem, KEY_MAX_FILE);
	if ((r = preload_read(path, &pem, diag)) == STATUS_OK)
		r = key_set_certificate(key, buf_text(&pem), pem.length, diag);
	buf_clear(&pem);
	return r;
}

static bool
is_same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* A copy that may be of nothing. */
static bool
copy_name(const char *name, char **copy)
{
	return name == NULL || (*copy = string_copy(name)) != NULL;
}

/* Sets *result to a key, or to the refusal of its PIN, which is kept too. */
static enum status
new_key(const struct preload *preload, const char *uri, const char *certificate,
    const char *pin, struct held_key **result, struct diag *diag)
{
	struct held_key *held = calloc(1, sizeof(*held));
	enum status r;

	if (held == NULL)
		return diag_set_nomem(diag);
	if (!copy_name(uri, &held->uri) || !copy_name(pin, &held->pin) ||
	    !copy_name(certificate, &held->certificate)) {
		free_held_key(held);
		return diag_set_nomem(diag);
	}
	r = load_key(preload, uri, pin, &held->key, &held->refusal);
	if (r == STATUS_OK &&
	    (r = load_certificate(held->key, certificate, &held->refusal)) !=
		STATUS_OK)
		key_free(&held->key);
	if (r == STATUS_OK || r == STATUS_REFUSED) {
		*result = held;
		return STATUS_OK;
	}
	diag_set(diag, r, "%s", held->refusal.text);
	free_held_key(held);
	return r;
}

enum status
preload_get_key(struct preload *preload, const char *uri,
    const char *certificate, const char *pin, const struct key **key,
    struct diag *diag)
{
	enum status r = STATUS_OK;
	struct held_key *held;

	forklock_lock(&preload->lock);
	for (held = preload->first_key; held != NULL; held = held->next)
		if (is_same(held->uri, uri) && is_same(held->pin, pin) &&
		    is_same(held->certificate, certificate))
			break;
	if (held == NULL &&
	    (r = new_key(preload, uri, certificate, pin, &held, diag)) ==
		STATUS_OK) {
		held->next = preload->first_key;
		preload->first_key = held;
	}
	forklock_unlock(&preload->lock);
	if (r != STATUS_OK)
		return r;
	if (held->key == NULL)
		return diag_set(diag, STATUS_CONFIG, "%s", held->refusal.text);
	*key = held->key;
	return STATUS_OK;
}

static enum status
new_account(const struct preload *preload, const char *path,
    struct held_account **result, struct diag *diag)
{
	struct held_account *held = calloc(1, sizeof(*held));
	struct buf bytes;
	enum status r;

	if (held == NULL)
		return diag_set_nomem(diag);
	buf_init_secret(&bytes, SERVICE_ACCOUNT_MAX_FILE);
	if (!copy_name(path, &held->path))
		r = diag_set_nomem(diag);
	else if ((r = preload_read_secret(preload, path, &bytes, diag)) ==
	    STATUS_OK)
		r = service_account_parse(&held->account, buf_text(&bytes),
		    bytes.length, path, diag);
	buf_clear(&bytes);
	if (r == STATUS_OK)
		*result = held;
	else
		free_held_account(held);
	return r;
}

enum status
preload_get_service_account(struct preload *preload, const char *path,
    const struct service_account **account, struct diag *diag)
{
	struct held_account *held;
	enum status r = STATUS_OK;

	forklock_lock(&preload->lock);
	for (held = preload->first_account; held != NULL; held = held->next)
		if (strcmp(held->path, path) == 0)
			break;
	if (held == NULL &&
	    (r = new_account(preload, path, &held, diag)) == STATUS_OK) {
		held->next = preload->first_account;
		preload->first_account = held;
	}
	forklock_unlock(&preload->lock);
	if (r == STATUS_OK)
		*account = held->account;
	return r;
}

void
preload_lock_keys(struct preload *preload)
{
	struct held_key *held;

	for (held = preload->first_key; held != NULL; held = held->next)
		if (held->key != NULL)
			key_lock(held->key);
}

void
preload_unlock_keys(struct preload *preload)
{
	struct held_key *held;

	for (held = preload->first_key; held != NULL; held = held->next)
		if (held->key != NULL)
			key_unlock(held->key);
}
