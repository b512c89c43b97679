/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Signing: RFC 7518, 3.3 to 3.5. See key.h.
 */

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <string.h>

#include "forklock.h"
#include "key_store.h"

/* A coordinate of P-256. */
#define P256_LENGTH 32

enum assertion_alg
key_choose_alg(const struct key *key, const char *name)
{
	enum assertion_alg alg;

	if (name != NULL && assertion_alg_find(name, &alg))
		return alg;
	if (EVP_PKEY_is_a(key->pkey, "EC"))
		return ASSERTION_ES256;
	return EVP_PKEY_is_a(key->pkey, "RSA-PSS") ? ASSERTION_PS256 :
						     ASSERTION_RS256;
}

static bool
fits(const struct key *key, enum assertion_alg alg)
{
	switch (alg) {
	case ASSERTION_RS256:
		return EVP_PKEY_is_a(key->pkey, "RSA");
	case ASSERTION_PS256:
		return EVP_PKEY_is_a(key->pkey, "RSA") ||
		    EVP_PKEY_is_a(key->pkey, "RSA-PSS");
	case ASSERTION_ES256:
		return EVP_PKEY_is_a(key->pkey, "EC");
	}
	return false;
}

/* An engine's key has no provider, and takes no library context. */
static bool
begin(const struct key *key, EVP_MD_CTX *digest, EVP_PKEY_CTX **pkey)
{
	if (key->engine != NULL)
		return EVP_DigestSignInit(digest, pkey, EVP_sha256(), NULL,
			   key->pkey) == 1;
	return EVP_DigestSignInit_ex(digest, pkey, "SHA256", key->context,
		   key->properties[0] != '\0' ? key->properties : NULL,
		   key->pkey, NULL) == 1;
}

/* RFC 7518, 3.5: MGF1 with the same hash, and as much salt. */
static bool
set_pss(EVP_PKEY_CTX *pkey)
{
	return EVP_PKEY_CTX_set_rsa_padding(pkey, RSA_PKCS1_PSS_PADDING) > 0 &&
	    EVP_PKEY_CTX_set_rsa_pss_saltlen(pkey, RSA_PSS_SALTLEN_DIGEST) > 0;
}

/* room has KEY_MAX_SIGNATURE bytes. */
static bool
sign(const struct key *key, enum assertion_alg alg, const char *bytes,
    size_t length, unsigned char *room, size_t *size)
{
	EVP_MD_CTX *digest = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pkey = NULL;
	bool done;

	*size = KEY_MAX_SIGNATURE;
	done = digest != NULL && begin(key, digest, &pkey) &&
	    (alg != ASSERTION_PS256 || set_pss(pkey)) &&
	    EVP_DigestSign(digest, room, size, (const unsigned char *)bytes,
		length) == 1;
	EVP_MD_CTX_free(digest);
	return done;
}

/* RFC 7518, 3.4: both numbers in full length, one behind the other. */
static bool
unpack_ecdsa(unsigned char *room, size_t *size)
{
	const unsigned char *der = room;
	ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)*size);
	bool done;

	done = pair != NULL &&
	    BN_bn2binpad(ECDSA_SIG_get0_r(pair), room, P256_LENGTH) ==
		P256_LENGTH &&
	    BN_bn2binpad(ECDSA_SIG_get0_s(pair), room + P256_LENGTH,
		P256_LENGTH) == P256_LENGTH;
	ECDSA_SIG_free(pair);
	*size = (size_t)2 * P256_LENGTH;
	return done;
}

/* What to do about a token that does not sign. */
static enum status
judge(struct key *key, enum assertion_alg alg, const struct key_errors *errors,
    struct diag *diag)
{
	key->refused = errors->pin_wrong || errors->pin_locked;
	if (errors->pin_locked)
		return diag_set(diag, STATUS_CONFIG,
		    "%s is locked after too many wrong PINs; unlock it with "
		    "the tools of the token or TPM, and restart this program",
		    key->name);
	if (errors->pin_wrong)
		return diag_set(diag, STATUS_CONFIG,
		    "%s refuses its PIN; correct it and restart this program, "
		    "for more wrong ones may lock the key",
		    key->name);
	return diag_set(diag, STATUS_AGAIN,
	    "%s does not sign %s (%s); if it is in a token or TPM, see whether "
	    "that is there and lets it sign in this way",
	    key->name, assertion_alg_name(alg), errors->reason);
}

/* With the lock, and errors that will be put back. */
static enum status
sign_alone(struct key *key, enum assertion_alg alg, const char *bytes,
    size_t length, struct buf *signature, struct diag *diag)
{
	unsigned char room[KEY_MAX_SIGNATURE];
	struct key_errors errors;
	enum status r = STATUS_OK;
	size_t size = 0;

	if (key->refused)
		return diag_set(diag, STATUS_CONFIG,
		    "%s has refused its PIN; correct it and restart this "
		    "program",
		    key->name);
	key_errors_begin(&errors);
	if (sign(key, alg, bytes, length, room, &size) &&
	    (alg != ASSERTION_ES256 || unpack_ecdsa(room, &size))) {
		buf_add(signature, room, size);
		if ((r = buf_status(signature)) != STATUS_OK)
			r = diag_set_nomem(diag);
	} else {
		key_errors_read(&errors);
		r = judge(key, alg, &errors, diag);
	}
	key_errors_end(&errors);
	return r;
}

static const char *
kind(const struct key *key)
{
	if (EVP_PKEY_is_a(key->pkey, "EC"))
		return "EC";
	return EVP_PKEY_is_a(key->pkey, "RSA-PSS") ? "RSA-PSS" : "RSA";
}

enum status
key_sign(const struct key *key, enum assertion_alg alg, const char *bytes,
    size_t length, struct buf *signature, struct diag *diag)
{
	/* Its lock and its refusal are all that changes. */
	struct key *own = (struct key *)(uintptr_t)key;
	enum status r;

	if (!fits(key, alg))
		return diag_set(diag, STATUS_CONFIG,
		    "%s is of the kind %s and cannot sign %s; correct "
		    "client_assertion_alg",
		    key->name, kind(key), assertion_alg_name(alg));
	forklock_lock(&own->lock);
	r = sign_alone(own, alg, bytes, length, signature, diag);
	forklock_unlock(&own->lock);
	return r;
}

void
key_lock(struct key *key)
{
	forklock_lock(&key->lock);
}

void
key_unlock(struct key *key)
{
	forklock_unlock(&key->lock);
}
