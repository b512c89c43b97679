/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The compact form of a signed message: RFC 7515, 7.1.
 */

#ifndef JWS_H
#define JWS_H

#include <stddef.h>

#include "assertion.h"
#include "buf.h"
#include "status.h"

/*
 * Appends header.payload.signature. header is the JSON text of the protected
 * header, whose "alg" the caller makes agree with alg; payload is any text.
 * What is in out already is not signed; what a failure leaves there is worth
 * nothing. STATUS_DATA when out is too small; else as key_sign().
 */
enum status jws_sign(const struct key *key, enum assertion_alg alg,
    const char *header, const char *payload, struct buf *out,
    struct diag *diag);

#endif
