/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Keys and certificates that the tests make, and an independent look at what
 * was signed with them.
 */

#ifndef MADE_KEY_H
#define MADE_KEY_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>

#include "assertion.h"

enum made {
	MADE_RSA,   /* of RFC 7515, A.2.1 */
	MADE_P256,  /* of RFC 7515, A.3.1 */
	MADE_OTHER, /* another one of P-256 */
	MADE_PSS,   /* MADE_RSA, for PSS only */
	MADE_P384,
	MADE_SMALL, /* RSA with 1024 bits */
	MADE_ED25519,
	MADE_COUNT,
};

/* Lives as long as the process. */
EVP_PKEY *made_key(enum made made);

/*
 * To be freed: the private key as PEM, encrypted with the passphrase unless
 * that is NULL; a certificate for it, by itself.
 */
char *made_pem(enum made made, const char *passphrase);
char *made_certificate(enum made made, int64_t begins_at, int64_t ends_at);

/* The key, loaded. */
struct key *made_load(enum made made);

/*
 * A service account's key file as Google ships it, without one member (NULL:
 * complete), to be freed. Its endpoint is somebody else's.
 */
#define MADE_TOKEN_URI "https://evil.example.com/token"
#define MADE_EMAIL "mailer@project.iam.gserviceaccount.com"
#define MADE_KEY_ID "0123456789abcdef"
char *made_service_account(enum made made, const char *without);

/* Is the signature of the compact JWS right? */
bool made_verify(enum made made, enum assertion_alg alg, const char *jws);

/* What base64url stands for, to be freed; and its length. */
char *made_decode(const char *text, size_t length, size_t *size);

/* The text of its header (0) or payload (1), to be freed. */
char *made_part(const char *jws, unsigned index);

#endif
