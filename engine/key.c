/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Private keys: where a URI leads, and what may be used. See key.h.
 *
 * BUGS: the software of a token or TPM keeps descriptors of its own, and
 * blocks as long as it likes; nothing here can set it a deadline. After a
 * fork(2) such a key works in the child only as far as that software allows:
 * libp11 opens the token anew, a TPM's connection is shared.
 */

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "key_store.h"

/* As much of an unknown scheme is shown. */
#define MAX_SCHEME 32

/* NIST SP 800-131A, and Microsoft's own limit. */
#define MIN_RSA_BITS 2048

#define MAX_PROVIDERS \
	(sizeof(((struct key *)NULL)->providers) / sizeof(OSSL_PROVIDER *))

/*
 * What a TPM or token has for this key would go with the child's copy, and the
 * parent's key with it: the child leaves it alone.
 */
static bool
is_of_parent(const struct key *key)
{
	return key->loader != getpid() &&
	    (key->engine != NULL || key->properties[0] != '\0');
}

void
key_free(struct key **key)
{
	struct key *own = *key;
	size_t i;

	if (own == NULL)
		return;
	if (!is_of_parent(own)) {
		EVP_PKEY_free(own->pkey);
		key_engine_free(own);
		for (i = 0; i < MAX_PROVIDERS; i++)
			if (own->providers[i] != NULL)
				OSSL_PROVIDER_unload(own->providers[i]);
		OSSL_LIB_CTX_free(own->context);
	}
	pthread_mutex_destroy(&own->lock);
	free(own);
	*key = NULL;
}

bool
key_add_provider(struct key *key, const char *name)
{
	size_t i = 0;

	while (i < MAX_PROVIDERS && key->providers[i] != NULL)
		i++;
	if (i == MAX_PROVIDERS)
		return false;
	key->providers[i] = OSSL_PROVIDER_load(key->context, name);
	/* What cannot be loaded is not there; what is there may not start. */
	if (key->providers[i] == NULL &&
	    ERR_GET_REASON(ERR_peek_last_error()) == ERR_R_INIT_FAIL)
		key->fails_to_start = true;
	return key->providers[i] != NULL;
}

/* A URI may have a PIN behind its '?'. */
static void
set_name(struct key *key, const char *what)
{
	bool path = what[0] == '/' || key_has_scheme(what, "file");
	size_t length = path ? strlen(what) : strcspn(what, "?");
	const char *pin = path ? NULL : strstr(what, "pin-value");

	/* Some take it among the other attributes as well. */
	if (pin != NULL && (size_t)(pin - what) < length)
		length = (size_t)(pin - what);
	if (length >= sizeof(key->name))
		length = sizeof(key->name) - 1;
	memcpy(key->name, what, length);
	key->name[length] = '\0';
}

static enum status
new_key(struct key **key, const char *what, struct diag *diag)
{
	struct key *new = calloc(1, sizeof(*new));

	if (new == NULL)
		return diag_set_nomem(diag);
	if (pthread_mutex_init(&new->lock, NULL) != 0) {
		free(new);
		return diag_set_nomem(diag);
	}
	new->loader = getpid();
	set_name(new, what);
	new->context = OSSL_LIB_CTX_new();
	if (new->context == NULL || !key_add_provider(new, "default")) {
		key_free(&new);
		return diag_set(diag, STATUS_NOMEM,
		    "OpenSSL cannot load its default provider");
	}
	*key = new;
	return STATUS_OK;
}

static bool
is_p256(const EVP_PKEY *pkey)
{
	char curve[32];
	size_t length;

	return EVP_PKEY_get_group_name(pkey, curve, sizeof(curve), &length) ==
	    1 &&
	    (strcmp(curve, "prime256v1") == 0 || strcmp(curve, "P-256") == 0);
}

/* Can any algorithm of ours sign with it? */
static enum status
check_kind(const struct key *key, struct diag *diag)
{
	if (EVP_PKEY_is_a(key->pkey, "RSA") ||
	    EVP_PKEY_is_a(key->pkey, "RSA-PSS")) {
		if (EVP_PKEY_get_bits(key->pkey) >= MIN_RSA_BITS)
			return STATUS_OK;
		return diag_set(diag, STATUS_CONFIG,
		    "the RSA key %s has %d bits; providers want at least %d",
		    key->name, EVP_PKEY_get_bits(key->pkey), MIN_RSA_BITS);
	}
	if (!EVP_PKEY_is_a(key->pkey, "EC"))
		return diag_set(diag, STATUS_CONFIG,
		    "%s is neither an RSA nor an EC key", key->name);
	if (is_p256(key->pkey))
		return STATUS_OK;
	return diag_set(diag, STATUS_CONFIG,
	    "the EC key %s is on another curve than P-256, which ES256 wants",
	    key->name);
}

/*
 * OpenSSL would take the default provider where it can, which has but the
 * public half of a TPM's key.
 */
static void
prefer_provider(struct key *key)
{
	const OSSL_PROVIDER *provider = EVP_PKEY_get0_provider(key->pkey);
	const char *name =
	    provider == NULL ? NULL : OSSL_PROVIDER_get0_name(provider);

	if (name != NULL && strcmp(name, "default") != 0 &&
	    strlen(name) < sizeof(key->properties) / 2)
		snprintf(key->properties, sizeof(key->properties),
		    "?provider=%s", name);
}

static enum status
finish(struct key *key, struct diag *diag)
{
	struct key_errors errors;
	enum status r;

	key_errors_begin(&errors);
	prefer_provider(key);
	r = check_kind(key, diag);
	key_errors_end(&errors);
	return r;
}

enum status
key_parse(struct key **key, const char *bytes, size_t length, const char *what,
    const char *passphrase, struct diag *diag)
{
	struct key *new = NULL;
	struct key_errors errors;
	enum status r;

	key_errors_begin(&errors);
	r = new_key(&new, what, diag);
	if (r == STATUS_OK)
		r = key_store_parse(new, bytes, length, passphrase, diag);
	if (r == STATUS_OK)
		r = finish(new, diag);
	if (r == STATUS_OK)
		*key = new;
	else
		key_free(&new);
	key_errors_end(&errors);
	return r;
}

/* The path of file:/x, file:///x and file://localhost/x; NULL: none. */
static const char *
find_path(const char *uri)
{
	static const char local[] = "//localhost/";

	if (uri[0] == '/')
		return uri;
	uri += strlen("file:");
	if (strncmp(uri, "///", 3) == 0)
		uri += 2;
	else if (strncmp(uri, local, strlen(local)) == 0)
		uri += strlen(local) - 1;
	return uri[0] == '/' && uri[1] != '/' && strchr(uri, '%') == NULL ?
	    uri :
	    NULL;
}

static enum status
load_file(struct key **key, const char *uri, uid_t owner,
    const char *passphrase, struct diag *diag)
{
	const char *path = find_path(uri);
	struct buf bytes;
	enum status r;

	if (path == NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "%s is not the absolute path of a key; write file:/PATH, "
		    "without percent signs",
		    uri);
	buf_init_secret(&bytes, KEY_MAX_FILE);
	r = file_read_secret(path, owner, &bytes, diag);
	if (r == STATUS_NOACCOUNT)
		r = diag_set(diag, STATUS_CONFIG,
		    "there is no key file %s, which the configuration names",
		    path);
	else if (r == STATUS_OK)
		r = key_parse(key, buf_text(&bytes), bytes.length, path,
		    passphrase, diag);
	buf_clear(&bytes);
	return r;
}

/* What to do when nothing here knows the scheme. */
static enum status
unknown_scheme(const struct key *key, const char *uri, struct diag *diag)
{
	int length = (int)strcspn(uri, ":");

	if (key_has_scheme(uri, "pkcs11"))
		return diag_set(diag, STATUS_CONFIG,
		    "OpenSSL has neither a provider nor an engine for pkcs11: "
		    "keys; install pkcs11-provider or libengine-pkcs11-openssl");
	if (key->fails_to_start &&
	    (key_has_scheme(uri, "handle") || key_has_scheme(uri, "object")))
		return key_judge_tpm(key, diag);
	if (key_has_scheme(uri, "handle") || key_has_scheme(uri, "object"))
		return diag_set(diag, STATUS_CONFIG,
		    "OpenSSL has no provider for %.*s: keys; install "
		    "tpm2-openssl",
		    length, uri);
	return diag_set(diag, STATUS_CONFIG,
	    "OpenSSL has no provider for %.*s: keys; activate one in "
	    "openssl.cnf, or name a file by its absolute path",
	    length > MAX_SCHEME ? MAX_SCHEME : length, uri);
}

static enum status
load_token(struct key *key, const char *uri, const char *pin, struct diag *diag)
{
	bool known = false;
	enum status r;

	if ((r = key_store_open(key, uri, pin, &known, diag)) != STATUS_OK)
		return r;
	if (!known) {
		r = STATUS_NOACCOUNT;
		if (key_has_scheme(uri, "pkcs11"))
			r = key_engine_open(key, uri, pin, diag);
		if (r == STATUS_NOACCOUNT)
			return unknown_scheme(key, uri, diag);
	}
	return r == STATUS_OK ? finish(key, diag) : r;
}

enum status
key_load(struct key **key, const char *uri, uid_t owner, const char *passphrase,
    struct diag *diag)
{
	struct key *new = NULL;
	struct key_errors errors;
	enum status r;

	if (uri[0] == '/' || key_has_scheme(uri, "file"))
		return load_file(key, uri, owner, passphrase, diag);
	key_errors_begin(&errors);
	if ((r = new_key(&new, uri, diag)) == STATUS_OK)
		r = load_token(new, uri, passphrase, diag);
	if (r == STATUS_OK)
		*key = new;
	else
		key_free(&new);
	key_errors_end(&errors);
	return r;
}
