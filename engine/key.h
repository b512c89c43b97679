/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A private key that signs assertions, in a file, a token or a TPM, and what
 * its certificate says.
 *
 * OpenSSL loads it into a library context of its own: of the host program's
 * OpenSSL nothing changes, and its error queue is left as it was. The one
 * exception is PKCS#11 by the engine of libp11 (key_engine.c).
 *
 * Nothing here ever asks on a terminal.
 */

#ifndef KEY_H
#define KEY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "assertion.h"
#include "buf.h"
#include "status.h"

/* A key file; PKCS#12 with a chain of certificates has some kB. */
#define KEY_MAX_FILE 65536

/* A signature by RSA with 16384 bits, the most that OpenSSL makes. */
#define KEY_MAX_SIGNATURE 2048

/* SHA-256 of a certificate. */
#define KEY_THUMBPRINT_LENGTH 32

struct key;

/*
 * Loads the key that uri names: an absolute path or file: (PEM, DER or
 * PKCS#12; also a TPM's wrapped key in PEM), pkcs11: (RFC 7512), handle: or
 * object: (tpm2-openssl), or the scheme of any provider that openssl.cnf
 * activates. passphrase opens it, also where it is called PIN; NULL: there is
 * none, or the URI has it. It is not kept, but by a token's own software.
 *
 * A file is read as by file_read_secret(), to which owner goes. RSA has at
 * least 2048 bits, EC is P-256.
 *
 * STATUS_CONFIG: there is no such file, token or key, it is of another kind, a
 * passphrase is missing or opens no file. STATUS_REFUSED: the token refuses the
 * PIN, and asking again may lock it. STATUS_ACCESS: the file. STATUS_AGAIN:
 * what serves the token does not start. STATUS_NOMEM. May block as long as the
 * token's software does. In a chroot only files are likely to be found.
 */
enum status key_load(struct key **key, const char *uri, uid_t owner,
    const char *passphrase, struct diag *diag);

/* The same from the bytes of a file, which what names in sentences. */
enum status key_parse(struct key **key, const char *bytes, size_t length,
    const char *what, const char *passphrase, struct diag *diag);

/*
 * Takes over from the PEM text the certificate of this key; others, such as
 * the rest of its chain, may be around it. STATUS_CONFIG when none is there,
 * or all are of other keys. Its times are not judged: see key_check_time().
 * Not to be called once several threads use the key.
 */
enum status key_set_certificate(struct key *key, const char *pem, size_t length,
    struct diag *diag);

/* Unix time when the certificate ends; 0: there is none. */
int64_t key_expires_at(const struct key *key);

/*
 * The same of the first certificate in a PEM text, for those who do not need
 * the key: 0 where there is none.
 */
int64_t key_read_end(const char *pem, size_t length);

/* STATUS_CONFIG, with the date, when the certificate is not valid at now. */
enum status key_check_time(const struct key *key, int64_t now,
    struct diag *diag);

/*
 * SHA-256 of the certificate; NULL: there is none. In hexadecimal SHA-1, which
 * is what Microsoft's portal shows; "" likewise. They live as long as the key.
 */
const unsigned char *key_thumbprint(const struct key *key);
const char *key_thumbprint_text(const struct key *key);

/*
 * The algorithm of that name (RFC 7518); where it is NULL or no such name, what
 * fits the key: ES256 for EC, RS256 for RSA.
 */
enum assertion_alg key_choose_alg(const struct key *key, const char *name);

/*
 * Appends the signature of the bytes, in the form of RFC 7518, 3.3 to 3.5:
 * ECDSA's is 64 bytes, not DER. May be called from several threads; those of
 * one token's key wait for each other. STATUS_CONFIG when alg does not fit the
 * key; STATUS_AGAIN when a token or TPM does not sign, STATUS_NOMEM.
 */
enum status key_sign(const struct key *key, enum assertion_alg alg,
    const char *bytes, size_t length, struct buf *signature, struct diag *diag);

/* For fork(2): no other thread is signing with it between these two. */
void key_lock(struct key *key);
void key_unlock(struct key *key);

/* NULL is fine. */
void key_free(struct key **key);

#endif
