/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Known secrets in a sentence. See hide.h.
 *
 * BUGS: one that a server gives back in base64 or hex is left to
 * explain_show().
 */

#include <string.h>
#include <strings.h>

#include "hex.h"
#include "hide.h"

#define HIDDEN "[hidden]"

/* What is as short stands everywhere; HIDDEN must not be longer than it. */
#define MIN_SECRET 8

/*
 * Does the text begin with that character? Returns how many bytes of it that
 * are, or 0.
 */
static size_t
match_char(const char *text, char wanted)
{
	if (strncasecmp(text, &wanted, 1) == 0)
		return 1;
	if (*text == '+' && wanted == ' ')
		return 1;
	if (*text == '%' && hex_value(text[1]) >= 0 &&
	    hex_value(text[2]) >= 0 &&
	    hex_value(text[1]) * 16 + hex_value(text[2]) ==
		(unsigned char)wanted)
		return 3;
	return 0;
}

/* How many bytes of text are the longest part of the secret; 0: too few. */
static size_t
match(const char *text, const char *secret, size_t length, size_t least)
{
	size_t best = 0, from, n, bytes, step;

	for (from = 0; from + least <= length; from++) {
		bytes = 0;
		for (n = from; n < length; n++) {
			step = match_char(text + bytes, secret[n]);
			if (step == 0)
				break;
			bytes += step;
		}
		if (n - from >= least && bytes > best)
			best = bytes;
	}
	return best;
}

void
hide_secret(const char *secret, struct diag *diag)
{
	size_t length, least, bytes;
	char *in, *out;

	if (secret == NULL || diag == NULL)
		return;
	length = strlen(secret);
	least = length < HIDE_MIN ? length : HIDE_MIN;
	if (length < MIN_SECRET)
		return;
	for (in = out = diag->text; *in != '\0';) {
		bytes = match(in, secret, length, least);
		if (bytes == 0) {
			*out++ = *in++;
			continue;
		}
		memcpy(out, HIDDEN, sizeof(HIDDEN) - 1);
		out += sizeof(HIDDEN) - 1;
		in += bytes;
	}
	*out = '\0';
}

void
hide_secrets(const struct buf *list, struct diag *diag)
{
	const char *one;
	size_t at;

	for (at = 0; at < list->length; at += strlen(one) + 1) {
		one = list->data + at;
		hide_secret(one, diag);
	}
}

void
hide_add(struct buf *list, const char *secret)
{
	if (secret != NULL)
		buf_add(list, secret, strlen(secret) + 1);
}
