/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Keys out of OpenSSL's store, and what OpenSSL says when it has none. See
 * key_store.h.
 *
 * BUGS: the libraries beneath a provider may write to standard error by
 * themselves: those of a TPM do when it cannot be reached, unless TSS2_LOG is
 * set to all+NONE.
 */

#include <openssl/bio.h>
#include <openssl/conf.h>
#include <openssl/err.h>
#include <openssl/store.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "key_store.h"

/* A TPM's key, wrapped for it, in a file: the form of tpm2-openssl. */
#define WRAPPED_KEY "-----BEGIN TSS2 PRIVATE KEY-----"

/* Where tpm2-openssl finds the TPM: there, unless the variable says else. */
#define TPM_DEVICE "/dev/tpmrm0"
#define TPM_VARIABLE "TPM2OPENSSL_TCTI"

/* The provider of a scheme, where openssl.cnf does not activate one. */
static const struct {
	const char *scheme, *provider;
} usual_providers[] = {
	{ "pkcs11", "pkcs11" },
	{ "handle", "tpm2" },
	{ "object", "tpm2" },
};

/* What a store held. */
struct found {
	EVP_PKEY *pkey;
	bool public_key;
	bool certificate;
};

/* OpenSSL's way to ask: gives the passphrase, or none. */
static int
answer(char *room, int size, int verify, void *context)
{
	struct key_secret *secret = context;
	size_t length;

	(void)verify;
	secret->asked++;
	if (secret->text == NULL)
		return -1;
	length = strlen(secret->text);
	if (size < 0 || length > (size_t)size)
		return -1;
	memcpy(room, secret->text, length);
	return (int)length;
}

UI_METHOD *
key_secret_method(void)
{
	return UI_UTIL_wrap_read_pem_callback(answer, 0);
}

/* Everything in the store, until there is a private key. */
static void
search(OSSL_STORE_CTX *store, struct found *found)
{
	OSSL_STORE_INFO *info;

	while (found->pkey == NULL && OSSL_STORE_eof(store) == 0) {
		/* What cannot be understood is passed over. */
		if ((info = OSSL_STORE_load(store)) == NULL) {
			if (OSSL_STORE_error(store) != 0)
				break;
			continue;
		}
		switch (OSSL_STORE_INFO_get_type(info)) {
		case OSSL_STORE_INFO_PKEY:
			found->pkey = OSSL_STORE_INFO_get1_PKEY(info);
			break;
		case OSSL_STORE_INFO_PUBKEY:
			found->public_key = true;
			break;
		case OSSL_STORE_INFO_CERT:
			found->certificate = true;
			break;
		default:
			break;
		}
		OSSL_STORE_INFO_free(info);
	}
}

static enum status
judge_file(const struct key *key, const struct found *found,
    const struct key_secret *secret, const struct key_errors *errors,
    struct diag *diag)
{
	if (secret->asked > 0 && secret->text == NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "%s is encrypted and no passphrase is configured; set "
		    "client_key_pin_file",
		    key->name);
	if (secret->asked > 0)
		return diag_set(diag, STATUS_CONFIG,
		    "the passphrase does not open %s, or that is damaged (%s); "
		    "check client_key_pin_file",
		    key->name, errors->reason);
	if (found->certificate || found->public_key)
		return diag_set(diag, STATUS_CONFIG,
		    "%s holds a %s but no private key", key->name,
		    found->certificate ? "certificate" : "public key");
	return diag_set(diag, STATUS_CONFIG,
	    "%s holds no private key that OpenSSL understands (%s); it should "
	    "be PEM, DER or PKCS#12",
	    key->name, errors->reason);
}

static enum status
load_file(struct key *key, BIO *bytes, const char *passphrase,
    struct diag *diag)
{
	struct key_secret secret = { passphrase, 0 };
	struct found found = { NULL, false, false };
	UI_METHOD *method = key_secret_method();
	OSSL_STORE_CTX *store = NULL;
	struct key_errors errors;
	enum status r = STATUS_OK;

	key_errors_begin(&errors);
	if (method != NULL)
		store = OSSL_STORE_attach(bytes, "file", key->context, NULL,
		    method, &secret, NULL, NULL, NULL);
	if (store == NULL) {
		key_errors_read(&errors);
		r = diag_set(diag, STATUS_NOMEM, "OpenSSL cannot read %s: %s",
		    key->name, errors.reason);
		goto out;
	}
	search(store, &found);
	if ((key->pkey = found.pkey) == NULL) {
		key_errors_read(&errors);
		r = judge_file(key, &found, &secret, &errors, diag);
	}
out:
	OSSL_STORE_close(store);
	UI_destroy_method(method);
	key_errors_end(&errors);
	return r;
}

enum status
key_judge_tpm(const struct key *key, struct diag *diag)
{
	const char *other = secure_getenv(TPM_VARIABLE);

	if (other != NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "the TPM of %s cannot be opened: it is not where " TPM_VARIABLE
		    " says (%.100s)",
		    key->name, other);
	if (access(TPM_DEVICE, R_OK | W_OK) == 0)
		return diag_set(diag, STATUS_CONFIG,
		    "the TPM of %s cannot be opened, although this user may "
		    "use " TPM_DEVICE "; see what tpm2_getrandom 8 says",
		    key->name);
	if (errno == EACCES)
		return diag_set(diag, STATUS_CONFIG,
		    "the TPM of %s cannot be opened: this user may not use " TPM_DEVICE
		    "; add the user to its group (usually tss)",
		    key->name);
	return diag_set(diag, STATUS_CONFIG,
	    "the TPM of %s cannot be opened (" TPM_DEVICE ": %s); switch it on "
	    "in the firmware; the device is for root and its group, usually "
	    "tss",
	    key->name, strerror(errno));
}

enum status
key_store_parse(struct key *key, const char *bytes, size_t length,
    const char *passphrase, struct diag *diag)
{
	BIO *source;
	enum status r;

	if (length > KEY_MAX_FILE)
		return diag_set(diag, STATUS_CONFIG,
		    "%s is too large for a key", key->name);
	if (memmem(bytes, length, WRAPPED_KEY, strlen(WRAPPED_KEY)) != NULL &&
	    !key_add_provider(key, "tpm2"))
		return key->fails_to_start ?
		    key_judge_tpm(key, diag) :
		    diag_set(diag, STATUS_CONFIG,
			"%s is a TPM's key, and OpenSSL's provider tpm2 cannot "
			"be loaded; install tpm2-openssl",
			key->name);
	if ((source = BIO_new_mem_buf(bytes, (int)length)) == NULL)
		return diag_set_nomem(diag);
	r = load_file(key, source, passphrase, diag);
	BIO_free(source);
	return r;
}

bool
key_has_scheme(const char *uri, const char *scheme)
{
	size_t length = strlen(scheme);

	return strncasecmp(uri, scheme, length) == 0 && uri[length] == ':';
}

static bool
has_loader(const struct key *key, const char *scheme)
{
	OSSL_STORE_LOADER *loader =
	    OSSL_STORE_LOADER_fetch(key->context, scheme, NULL);

	OSSL_STORE_LOADER_free(loader);
	return loader != NULL;
}

/*
 * Makes sure of a provider for the URI: those of openssl.cnf come first, for
 * they have their settings there.
 */
static bool
find_loader(struct key *key, const char *uri)
{
	char scheme[32], *file = CONF_get1_default_config_file();
	size_t i, length = strcspn(uri, ":");

	if (file != NULL)
		OSSL_LIB_CTX_load_config(key->context, file);
	OPENSSL_free(file);
	if (length >= sizeof(scheme))
		return false;
	memcpy(scheme, uri, length);
	scheme[length] = '\0';
	if (has_loader(key, scheme))
		return true;
	for (i = 0; i < sizeof(usual_providers) / sizeof(*usual_providers); i++)
		if (key_has_scheme(uri, usual_providers[i].scheme) &&
		    key_add_provider(key, usual_providers[i].provider))
			return has_loader(key, scheme);
	return false;
}

enum status
key_judge_token(const struct key *key, const struct key_secret *secret,
    const struct key_errors *errors, struct diag *diag)
{
	if (secret->asked > 0 && secret->text == NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "the token wants a PIN for %s; set client_key_pin_file",
		    key->name);
	if (errors->pin_locked)
		return diag_set(diag, STATUS_REFUSED,
		    "the PIN of the token of %s is locked after too many wrong "
		    "ones; unlock it with the token's own tool",
		    key->name);
	if (errors->pin_wrong)
		return diag_set(diag, STATUS_REFUSED,
		    "the token refuses the PIN for %s; correct it and restart "
		    "this program, for more wrong ones may lock the token",
		    key->name);
	if (errors->no_token)
		return diag_set(diag, STATUS_CONFIG,
		    "the token of %s is not present; insert it", key->name);
	return diag_set(diag, STATUS_CONFIG,
	    "there is no private key at %s, or its token is not present (%s)",
	    key->name, errors->reason);
}

enum status
key_store_open(struct key *key, const char *uri, const char *pin, bool *known,
    struct diag *diag)
{
	struct key_secret secret = { pin, 0 };
	struct found found = { NULL, false, false };
	UI_METHOD *method = key_secret_method();
	OSSL_STORE_CTX *store = NULL;
	struct key_errors errors;
	enum status r = STATUS_OK;

	key_errors_begin(&errors);
	if (method == NULL) {
		r = diag_set_nomem(diag);
		goto out;
	}
	if (!(*known = find_loader(key, uri)))
		goto out;
	/* What was tried in vain is of no interest. */
	ERR_clear_error();
	store = OSSL_STORE_open_ex(uri, key->context, NULL, method, &secret,
	    NULL, NULL, NULL);
	if (store != NULL)
		search(store, &found);
	if ((key->pkey = found.pkey) == NULL) {
		key_errors_read(&errors);
		r = key_judge_token(key, &secret, &errors, diag);
	}
out:
	OSSL_STORE_close(store);
	UI_destroy_method(method);
	key_errors_end(&errors);
	return r;
}
