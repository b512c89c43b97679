/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What can be said of a bearer token without understanding it.
 */

#ifndef TOKEN_H
#define TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The longest access token taken: a message with it must fit the 12288 base64
 * octets that RFC 4954 (section 4) makes servers accept, so 9216 raw ones.
 */
#define TOKEN_MAX_LENGTH 9216

/*
 * Has it the form of a bearer token: RFC 6750, section 2.1,
 * b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
 * and at most TOKEN_MAX_LENGTH bytes? Nothing else is ever put in a message.
 */
bool token_is_bearer(const char *token, size_t length);

/*
 * Tells tokens apart, in a log and where a refused one is remembered: 64-bit
 * FNV-1a. It identifies; it protects nothing, and nothing rests on that.
 */
uint64_t token_fingerprint(const char *token, size_t length);

#endif
