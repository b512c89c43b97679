/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The form of a bearer token. See token.h.
 */

#include "token.h"

/*
 * 1 for each byte of b64token before its padding. Comparisons take three times
 * as long: the bytes of a token are random, so no branch can be foreseen.
 */
/* clang-format off */
static const unsigned char is_token_byte[256] = {
	[0x20] = 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 1,
	[0x30] = 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0,
	[0x40] = 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	[0x50] = 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1,
	[0x60] = 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	[0x70] = 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 0,
};
/* clang-format on */

bool
token_is_bearer(const char *token, size_t length)
{
	const unsigned char *p = (const unsigned char *)token;
	unsigned char ok = 1;
	size_t i;

	if (length > TOKEN_MAX_LENGTH)
		return false;
	while (length > 0 && p[length - 1] == '=')
		length--;
	if (length == 0)
		return false;
	/* Four at once: this is done for every byte of every login. */
	for (i = 0; i + 4 <= length; i += 4)
		ok &= is_token_byte[p[i]] & is_token_byte[p[i + 1]] &
		    is_token_byte[p[i + 2]] & is_token_byte[p[i + 3]];
	for (; i < length; i++)
		ok &= is_token_byte[p[i]];
	return ok != 0;
}

uint64_t
token_fingerprint(const char *token, size_t length)
{
	uint64_t hash = 0xcbf29ce484222325;
	size_t i;

	for (i = 0; i < length; i++) {
		hash ^= (unsigned char)token[i];
		hash *= 0x100000001b3;
	}
	return hash;
}
