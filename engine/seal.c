/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Sealing a grant: AES-256-GCM (NIST SP 800-38D) by OpenSSL. See grant.h.
 *
 * A sealed file is one line of text and then base64 of nonce, ciphertext and
 * tag. The account name and that line are the associated data.
 */

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

#include "grant.h"

#define SEAL_MAGIC "sasl-bearer-sealed-grant 1\n"

/* 96 random bits, as SP 800-38D, 8.2.2 has it; a grant is sealed hourly. */
#define NONCE_LENGTH 12
#define TAG_LENGTH 16

/* The longest sealed bytes: what fits a grant file as base64. */
#define SEAL_MAX_RAW (GRANT_MAX_FILE / 4 * 3 - 64)

bool
grant_is_sealed(const char *bytes, size_t length)
{
	return length >= strlen(SEAL_MAGIC) &&
	    memcmp(bytes, SEAL_MAGIC, strlen(SEAL_MAGIC)) == 0;
}

/* Starts a cipher and gives it the associated data; 1 on success. */
static int
begin(EVP_CIPHER_CTX *cipher, int encrypt, const unsigned char *key,
    const unsigned char *nonce, const char *account)
{
	int count;

	return EVP_CipherInit_ex(cipher, EVP_aes_256_gcm(), NULL, key, nonce,
		   encrypt) == 1 &&
	    EVP_CipherUpdate(cipher, NULL, &count,
		(const unsigned char *)SEAL_MAGIC,
		(int)strlen(SEAL_MAGIC)) == 1 &&
	    EVP_CipherUpdate(cipher, NULL, &count,
		(const unsigned char *)account, (int)strlen(account)) == 1;
}

/* raw: nonce, ciphertext, tag. */
static bool
encrypt(const unsigned char *key, const char *account, const char *bytes,
    int length, unsigned char *raw)
{
	EVP_CIPHER_CTX *cipher;
	unsigned char *text = raw + NONCE_LENGTH;
	int count = 0, last = 0;
	bool done;

	/* The host's error queue is not ours. */
	ERR_set_mark();
	cipher = EVP_CIPHER_CTX_new();
	done = cipher != NULL && RAND_bytes(raw, NONCE_LENGTH) == 1 &&
	    begin(cipher, 1, key, raw, account) &&
	    EVP_CipherUpdate(cipher, text, &count, (const unsigned char *)bytes,
		length) == 1 &&
	    EVP_CipherFinal_ex(cipher, text + count, &last) == 1 &&
	    EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, TAG_LENGTH,
		text + length) == 1;
	ERR_pop_to_mark();
	EVP_CIPHER_CTX_free(cipher);
	return done;
}

static bool
decrypt(const unsigned char *key, const char *account, unsigned char *raw,
    int length, unsigned char *text)
{
	EVP_CIPHER_CTX *cipher;
	int body = length - NONCE_LENGTH - TAG_LENGTH;
	int count = 0, last = 0;
	bool done;

	ERR_set_mark();
	cipher = EVP_CIPHER_CTX_new();
	done = cipher != NULL && begin(cipher, 0, key, raw, account) &&
	    EVP_CipherUpdate(cipher, text, &count, raw + NONCE_LENGTH, body) ==
		1 &&
	    EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, TAG_LENGTH,
		raw + length - TAG_LENGTH) == 1 &&
	    EVP_CipherFinal_ex(cipher, text + count, &last) == 1;
	ERR_pop_to_mark();
	EVP_CIPHER_CTX_free(cipher);
	return done;
}

enum status
grant_make_key(unsigned char *key, struct diag *diag)
{
	if (RAND_priv_bytes(key, GRANT_KEY_LENGTH) == 1)
		return STATUS_OK;
	return diag_set(diag, STATUS_BUG, "OpenSSL has no random bytes");
}

enum status
grant_seal(const unsigned char *key, const char *account, const char *bytes,
    size_t length, struct buf *out, struct diag *diag)
{
	size_t raw_length = NONCE_LENGTH + length + TAG_LENGTH;
	enum status r = STATUS_OK;
	struct buf raw;
	char *room;

	if (raw_length > SEAL_MAX_RAW)
		return diag_set(diag, STATUS_DATA,
		    "the grant of %s is too "
		    "large to be sealed",
		    account);
	buf_init_secret(&raw, SEAL_MAX_RAW);
	if (buf_reserve(&raw, raw_length) == NULL)
		return diag_set_nomem(diag);
	if (!encrypt(key, account, bytes, (int)length,
		(unsigned char *)raw.data)) {
		r = diag_set(diag, STATUS_BUG, "OpenSSL cannot seal a grant");
		goto out;
	}
	buf_grow(&raw, raw_length);
	buf_add_string(out, SEAL_MAGIC);
	if ((room = buf_reserve(out, (raw_length + 2) / 3 * 4 + 1)) == NULL) {
		r = diag_set_nomem(diag);
		goto out;
	}
	buf_grow(out,
	    (size_t)EVP_EncodeBlock((unsigned char *)room,
		(unsigned char *)raw.data, (int)raw_length));
	buf_add(out, "\n", 1);
	r = buf_status(out);
out:
	buf_clear(&raw);
	return r;
}

/* Base64 into raw; the number of bytes, or -1. */
static int
decode(const char *text, size_t length, struct buf *raw)
{
	size_t padding = 0;
	int count;

	while (length > 0 && text[length - 1] == '\n')
		length--;
	while (padding < 2 && padding < length &&
	    text[length - 1 - padding] == '=')
		padding++;
	if (length == 0 || length % 4 != 0 ||
	    buf_reserve(raw, length / 4 * 3) == NULL)
		return -1;
	count = EVP_DecodeBlock((unsigned char *)raw->data,
	    (const unsigned char *)text, (int)length);
	return count < 0 ? -1 : count - (int)padding;
}

/* Why it stays shut; the file is left as it is. */
static enum status
say_shut(const struct grant_keys *keys, const char *what, struct diag *diag)
{
	if (keys->missing.text[0] != '\0')
		return diag_set(diag, STATUS_CONFIG, "%s is sealed, and %s",
		    what, keys->missing.text);
	if (keys->present == NULL && keys->old == NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "%s is sealed, but no grant_key is configured; set "
		    "grant_key to the key that it was sealed with, or log in "
		    "again",
		    what);
	return diag_set(diag, STATUS_CONFIG,
	    "%s was sealed with another key, for another account, or is "
	    "damaged; check grant_key, name the key that it was sealed with in "
	    "grant_key_old, or log in again",
	    what);
}

/* With either key; false: it stays shut. */
static bool
try_keys(const struct grant_keys *keys, const char *account, struct buf *raw,
    int length, unsigned char *text, enum grant_sealing *sealing)
{
	unsigned char *bytes = (unsigned char *)raw->data;

	*sealing = GRANT_SEALED;
	if (keys->present != NULL &&
	    decrypt(keys->present, account, bytes, length, text))
		return true;
	*sealing = GRANT_SEALED_OLD;
	return keys->old != NULL &&
	    decrypt(keys->old, account, bytes, length, text);
}

enum status
grant_open(const struct grant_keys *keys, const char *account,
    const char *bytes, size_t length, struct buf *out,
    enum grant_sealing *sealing, const char *what, struct diag *diag)
{
	size_t magic = strlen(SEAL_MAGIC);
	enum status r = STATUS_OK;
	struct buf raw;
	char *room;
	int count;

	if (keys->present == NULL && keys->old == NULL)
		return say_shut(keys, what, diag);
	buf_init_secret(&raw, SEAL_MAX_RAW + 3);
	count = decode(bytes + magic, length - magic, &raw);
	if (count < NONCE_LENGTH + TAG_LENGTH) {
		r = diag_set(diag, STATUS_DATA,
		    "%s is damaged; log the account in again", what);
		goto out;
	}
	if ((room = buf_reserve(out, (size_t)count)) == NULL) {
		r = diag_set_nomem(diag);
		goto out;
	}
	if (!try_keys(keys, account, &raw, count, (unsigned char *)room,
		sealing)) {
		r = say_shut(keys, what, diag);
		goto out;
	}
	buf_grow(out, (size_t)(count - NONCE_LENGTH - TAG_LENGTH));
out:
	buf_clear(&raw);
	return r;
}
