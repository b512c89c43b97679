/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Assertions: the short-lived JWTs that we sign to say who we are (RFC 7523).
 * They are built here; who sends them, and where, is no matter.
 */

#ifndef ASSERTION_H
#define ASSERTION_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "status.h"

struct key;
struct service_account;

/* An assertion is used at once; Microsoft advises five to ten minutes. */
#define ASSERTION_LIFETIME_S 600

/* Room for one: claims of some hundred bytes and a signature. */
#define ASSERTION_MAX_LENGTH 16384

/* How it is signed: RFC 7518, 3.1. */
enum assertion_alg {
	ASSERTION_RS256, /* RSASSA-PKCS1-v1_5 with SHA-256 */
	ASSERTION_PS256, /* RSASSA-PSS with SHA-256, MGF1 with the same */
	ASSERTION_ES256, /* ECDSA on P-256 with SHA-256 */
};

/* By the names of RFC 7518, "RS256". False when there is no such name. */
bool assertion_alg_find(const char *name, enum assertion_alg *alg);
const char *assertion_alg_name(enum assertion_alg alg);

/*
 * Appends the assertion by which a client authenticates itself (RFC 7523, 3;
 * OpenID Connect Core, 9: private_key_jwt): iss and sub are the client's id,
 * jti is random, it begins now (Unix time) and lives ASSERTION_LIFETIME_S.
 * The header names the certificate, if the key has one (x5t#S256), and key_id
 * (kid) unless that is NULL.
 *
 * STATUS_CONFIG when the algorithm does not fit the key, or its certificate is
 * not valid now; else as key_sign(). May wait for a token or TPM. A chroot is
 * no matter.
 */
enum status assertion_client(const struct key *key, enum assertion_alg alg,
    const char *key_id, const char *client_id, const char *audience,
    int64_t now, struct buf *out, struct diag *diag);

/*
 * Appends the assertion by which a Google service account asks for a token
 * (RFC 7523, 2.1), signed RS256. subject is the mailbox it wants to act for
 * by domain-wide delegation, or NULL. Statuses as above.
 */
enum status assertion_service_account(const struct service_account *account,
    const char *scope, const char *subject, const char *audience, int64_t now,
    struct buf *out, struct diag *diag);

#endif
