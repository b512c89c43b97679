/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Base64. See base64.h.
 */

#include <stdbool.h>
#include <string.h>

#include "base64.h"

#define LETTERS_AND_DIGITS \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ" \
	"abcdefghijklmnopqrstuvwxyz0123456789"

static const char digits[] = LETTERS_AND_DIGITS "+/";
static const char url_digits[] = LETTERS_AND_DIGITS "-_";

static void
encode(struct buf *out, const void *bytes, size_t length, const char *alphabet,
    bool is_padded)
{
	const unsigned char *in = bytes;
	unsigned group;
	char four[4];
	size_t i, n;

	for (; length > 0; in += n, length -= n) {
		n = length < 3 ? length : 3;
		group = (unsigned)in[0] << 16;
		group |= n > 1 ? (unsigned)in[1] << 8 : 0;
		group |= n > 2 ? (unsigned)in[2] : 0;
		for (i = 0; i < sizeof(four); i++)
			four[i] =
			    i <= n ? alphabet[group >> (18 - 6 * i) & 63] : '=';
		buf_add(out, four, is_padded ? sizeof(four) : n + 1);
	}
}

void
base64_encode(struct buf *out, const void *bytes, size_t length)
{
	encode(out, bytes, length, digits, true);
}

void
base64_encode_url(struct buf *out, const void *bytes, size_t length)
{
	encode(out, bytes, length, url_digits, false);
}

/* Adds six bits to the group; false when the byte is no digit. */
static bool
take_digit(char digit, unsigned *group)
{
	const char *found;

	if (digit == '\0' || (found = strchr(digits, digit)) == NULL)
		return false;
	*group = *group << 6 | (unsigned)(found - digits);
	return true;
}

enum status
base64_decode(struct buf *out, const char *text, size_t length)
{
	unsigned char three[3];
	unsigned group;
	size_t padding, i;

	if (length % 4 != 0)
		return STATUS_DATA;
	for (; length > 0; text += 4, length -= 4) {
		padding = 0;
		if (length == 4 && text[3] == '=')
			padding = text[2] == '=' ? 2 : 1;
		for (group = 0, i = 0; i < 4 - padding; i++)
			if (!take_digit(text[i], &group))
				return STATUS_DATA;
		group <<= 6 * padding;
		three[0] = (unsigned char)(group >> 16);
		three[1] = (unsigned char)(group >> 8 & 255);
		three[2] = (unsigned char)(group & 255);
		buf_add(out, three, 3 - padding);
	}
	return buf_status(out);
}
