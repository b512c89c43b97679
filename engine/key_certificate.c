/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The certificate of a key: is it this key's, what is it called, and until
 * when is it valid? See key.h. Nobody asks who issued it: it is a name for the
 * key, by which the provider knows it.
 */

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <string.h>

#include "clock.h"
#include "key_store.h"

/* Certificates in one file; a chain has three or four. */
#define MAX_CERTIFICATES 32

/* The same public key, as DER where OpenSSL cannot compare the two. */
static bool
is_same_key(const EVP_PKEY *a, const EVP_PKEY *b)
{
	unsigned char *one = NULL, *other = NULL;
	int equal = EVP_PKEY_eq(a, b), length;

	if (equal == 0 || equal == 1)
		return equal == 1;
	length = i2d_PUBKEY(a, &one);
	equal = length > 0 && i2d_PUBKEY(b, &other) == length &&
	    memcmp(one, other, (size_t)length) == 0;
	OPENSSL_free(one);
	OPENSSL_free(other);
	return equal == 1;
}

static bool
read_time(const ASN1_TIME *time, int64_t *unix_s)
{
	struct tm tm;

	if (time == NULL || ASN1_TIME_to_tm(time, &tm) != 1)
		return false;
	*unix_s = (int64_t)timegm(&tm);
	return true;
}

static bool
take(struct key *key, const X509 *certificate)
{
	unsigned char sha1[SHA_DIGEST_LENGTH];
	unsigned length;
	size_t i;

	if (!read_time(X509_get0_notBefore(certificate), &key->begins_at) ||
	    !read_time(X509_get0_notAfter(certificate), &key->expires_at) ||
	    X509_digest(certificate, EVP_sha256(), key->thumbprint, &length) !=
		1 ||
	    X509_digest(certificate, EVP_sha1(), sha1, &length) != 1)
		return false;
	for (i = 0; i < sizeof(sha1); i++)
		snprintf(key->thumbprint_text + 2 * i, 3, "%02X", sha1[i]);
	key->certified = true;
	return true;
}

/* The next certificate of the text; NULL after the last. */
static X509 *
next(const struct key *key, BIO *text)
{
	X509 *certificate = X509_new_ex(key->context, NULL), *read;

	if (certificate == NULL)
		return NULL;
	read = PEM_read_bio_X509(text, &certificate, NULL, NULL);
	if (read == NULL)
		X509_free(certificate);
	return read;
}

/* Sets *count to how many there are, up to the right one. */
static bool
find(struct key *key, BIO *text, unsigned *count)
{
	X509 *certificate;
	bool found = false;

	while (!found && *count < MAX_CERTIFICATES &&
	    (certificate = next(key, text)) != NULL) {
		(*count)++;
		found = is_same_key(key->pkey, X509_get0_pubkey(certificate)) &&
		    take(key, certificate);
		X509_free(certificate);
	}
	return found;
}

enum status
key_set_certificate(struct key *key, const char *pem, size_t length,
    struct diag *diag)
{
	struct key_errors errors;
	unsigned count = 0;
	BIO *text = NULL;
	bool found;

	if (length > KEY_MAX_FILE)
		return diag_set(diag, STATUS_CONFIG,
		    "the certificate for %s is too large", key->name);
	key_errors_begin(&errors);
	text = BIO_new_mem_buf(pem, (int)length);
	found = text != NULL && find(key, text, &count);
	BIO_free(text);
	key_errors_end(&errors);
	if (found)
		return STATUS_OK;
	if (text == NULL)
		return diag_set_nomem(diag);
	if (count == 0)
		return diag_set(diag, STATUS_CONFIG,
		    "there is no certificate in PEM form for %s; correct "
		    "client_certificate",
		    key->name);
	return diag_set(diag, STATUS_CONFIG,
	    "the certificate belongs to another key than %s; correct "
	    "client_key or client_certificate",
	    key->name);
}

int64_t
key_expires_at(const struct key *key)
{
	return key->certified ? key->expires_at : 0;
}

int64_t
key_read_end(const char *pem, size_t length)
{
	struct key_errors errors;
	X509 *certificate = NULL;
	BIO *text = NULL;
	int64_t end = 0;

	if (length > KEY_MAX_FILE)
		return 0;
	key_errors_begin(&errors);
	if ((text = BIO_new_mem_buf(pem, (int)length)) != NULL)
		certificate = PEM_read_bio_X509(text, NULL, NULL, NULL);
	if (certificate != NULL &&
	    !read_time(X509_get0_notAfter(certificate), &end))
		end = 0;
	X509_free(certificate);
	BIO_free(text);
	key_errors_end(&errors);
	return end;
}

const unsigned char *
key_thumbprint(const struct key *key)
{
	return key->certified ? key->thumbprint : NULL;
}

const char *
key_thumbprint_text(const struct key *key)
{
	return key->thumbprint_text;
}

enum status
key_check_time(const struct key *key, int64_t now, struct diag *diag)
{
	char date[CLOCK_TEXT_SIZE];

	if (!key->certified)
		return STATUS_OK;
	if (now > key->expires_at)
		return diag_set(diag, STATUS_CONFIG,
		    "the certificate of %s expired on %s; register a new one "
		    "with the provider, configure it, and restart what runs",
		    key->name, clock_format(key->expires_at, date));
	if (now < key->begins_at)
		return diag_set(diag, STATUS_CONFIG,
		    "the certificate of %s is not valid before %s; check the "
		    "clock of this machine",
		    key->name, clock_format(key->begins_at, date));
	return STATUS_OK;
}
