/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The form of a bearer token. See token.h.
 */

#include "token.h"

/* The bytes of b64token before its padding. */
static bool
is_token_byte(unsigned char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (c >= '-' && c <= '9') || c == '+' || c == '_' || c == '~';
}

bool
token_is_bearer(const char *token, size_t length)
{
	size_t i;

	while (length > 0 && token[length - 1] == '=')
		length--;
	if (length == 0 || length > TOKEN_MAX_LENGTH)
		return false;
	for (i = 0; i < length; i++)
		if (!is_token_byte((unsigned char)token[i]))
			return false;
	return true;
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
