/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Takes the wrapping off a text, one layer a call. See explain_fold.h.
 */

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "explain_fold.h"
#include "hex.h"

/* The shortest base64 that is worth a look, and what a header line holds. */
#define MIN_BASE64 16
#define MAX_BASE64 8192

/* A longer tag is no tag. */
#define MAX_TAG 2000

/* Where the decoder stands. */
struct decoder {
	const char *text;
	size_t length, at;
	bool is_html, plus_is_space;
	struct buf *out;
};

static void
put_code_point(struct buf *out, uint32_t c)
{
	char bytes[4];
	size_t n = 0;

	if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return;
	if (c < 0x80) {
		bytes[n++] = (char)c;
	} else if (c < 0x800) {
		bytes[n++] = (char)(0xc0 | (c >> 6));
		bytes[n++] = (char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		bytes[n++] = (char)(0xe0 | (c >> 12));
		bytes[n++] = (char)(0x80 | ((c >> 6) & 0x3f));
		bytes[n++] = (char)(0x80 | (c & 0x3f));
	} else {
		bytes[n++] = (char)(0xf0 | (c >> 18));
		bytes[n++] = (char)(0x80 | ((c >> 12) & 0x3f));
		bytes[n++] = (char)(0x80 | ((c >> 6) & 0x3f));
		bytes[n++] = (char)(0x80 | (c & 0x3f));
	}
	buf_add(out, bytes, n);
}

/* How many bytes of well-formed UTF-8 begin there; 0: none do. */
static size_t
utf8_length(const unsigned char *p, size_t left)
{
	size_t n, i;

	if (p[0] < 0x80)
		return 1;
	n = p[0] >= 0xf0 && p[0] <= 0xf4 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || n > left)
		return 0;
	for (i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

/* Every second byte is zero in UTF-16 of most languages. */
static int
find_utf16(const unsigned char *p, size_t length)
{
	size_t i, zeros[2] = { 0, 0 }, letters = 0;

	for (i = 0; i < length; i++) {
		zeros[i % 2] += p[i] == 0;
		letters += p[i] >= 0x20 && p[i] < 0x7f;
	}
	/* A mark before what is plain text is only rubbish. */
	if (zeros[0] + zeros[1] < length / 8 && letters > length / 2)
		return -1;
	if (length >= 2 && p[0] == 0xff && p[1] == 0xfe)
		return 1;
	if (length >= 2 && p[0] == 0xfe && p[1] == 0xff)
		return 0;
	if (length >= 4 && zeros[1] * 4 > length)
		return 1;
	return length >= 4 && zeros[0] * 4 > length ? 0 : -1;
}

static void
convert_utf16(const unsigned char *p, size_t length, int high, struct buf *out)
{
	uint32_t unit, first = 0;
	size_t i;

	for (i = 0; i + 1 < length; i += 2) {
		unit = (uint32_t)p[i + (size_t)high] << 8 |
		    p[i + 1 - (size_t)high];
		if (unit >= 0xd800 && unit < 0xdc00) {
			first = unit;
			continue;
		}
		if (unit >= 0xdc00 && unit < 0xe000 && first != 0)
			unit = 0x10000 + ((first - 0xd800) << 10) +
			    (unit - 0xdc00);
		first = 0;
		put_code_point(out, unit == 0xfeff ? ' ' : unit);
	}
}

/* The wide forms of ASCII, U+FF01 to U+FF5E, are narrowed. */
static void
put_wide(struct buf *out, const unsigned char *p)
{
	uint32_t c = 0xf000 | (uint32_t)(p[1] & 63) << 6 | (p[2] & 63);

	put_code_point(out, c > 0xff00 && c < 0xff5f ? c - 0xfee0 : c);
}

void
fold_to_utf8(const char *text, size_t length, struct buf *out)
{
	const unsigned char *p = (const unsigned char *)text;
	int high = find_utf16(p, length);
	size_t i, n;

	if (high >= 0) {
		convert_utf16(p, length, high, out);
		return;
	}
	for (i = 0; i < length; i += n) {
		n = utf8_length(p + i, length - i);
		if (n == 3 && p[i] == 0xef && (p[i + 1] & 0xfe) == 0xbc)
			put_wide(out, p + i);
		else if (n > 0 && p[i] != 0)
			buf_add(out, p + i, n);
		else if (n == 0)
			put_code_point(out, p[i]);
		if (n == 0)
			n = 1;
	}
}

/* digits hexadecimal digits at p. */
static bool
read_hex(const char *p, size_t left, size_t digits, uint32_t *value)
{
	size_t i;

	*value = 0;
	for (i = 0; i < digits; i++) {
		if (i >= left || hex_value(p[i]) < 0)
			return false;
		*value = *value << 4 | (uint32_t)hex_value(p[i]);
	}
	return true;
}

/* \uXXXX, and the second half of a pair. */
static size_t
decode_unicode(const char *p, size_t left, struct buf *out)
{
	uint32_t c, low;

	if (!read_hex(p + 2, left - 2, 4, &c))
		return 0;
	if (c >= 0xd800 && c < 0xdc00 && left >= 12 && p[6] == '\\' &&
	    p[7] == 'u' && read_hex(p + 8, left - 8, 4, &low) &&
	    low >= 0xdc00 && low < 0xe000) {
		put_code_point(out,
		    0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00));
		return 12;
	}
	put_code_point(out, c);
	return 6;
}

/* An escape of JSON or C. Returns its length, or 0. */
static size_t
decode_escape(const char *p, size_t left, struct buf *out)
{
	uint32_t c;

	if (left < 2)
		return 0;
	switch (p[1]) {
	case '"':
	case '\'':
	case '\\':
	case '/':
		buf_add(out, p + 1, 1);
		return 2;
	case 'n':
	case 'r':
		buf_add(out, "\n", 1);
		return 2;
	case 't':
		buf_add(out, " ", 1);
		return 2;
	case 'u':
		return left > 2 ? decode_unicode(p, left, out) : 0;
	case 'x':
		if (!read_hex(p + 2, left - 2, 2, &c) || c == 0)
			return 0;
		buf_add(out, &(char){ (char)c }, 1);
		return 4;
	default:
		return 0;
	}
}

static size_t
decode_percent(const char *p, size_t left, struct buf *out)
{
	uint32_t c;

	if (!read_hex(p + 1, left - 1, 2, &c) || c == 0)
		return 0;
	buf_add(out, &(char){ (char)c }, 1);
	return 3;
}

/* Quoted-printable: soft line breaks, and the two escapes that tell it. */
static size_t
decode_equals(const char *p, size_t left, struct buf *out)
{
	if (left >= 2 && p[1] == '\n')
		return 2;
	if (left >= 3 && p[1] == '\r' && p[2] == '\n')
		return 3;
	if (left >= 3 && p[1] == '3' && p[2] == 'D') {
		buf_add(out, "=", 1);
		return 3;
	}
	if (left >= 3 && p[1] == '2' && p[2] == '0') {
		buf_add(out, " ", 1);
		return 3;
	}
	return 0;
}

static size_t
decode_number_entity(const char *p, size_t left, struct buf *out)
{
	uint32_t c = 0;
	size_t i = 2;
	bool is_hex = left > 3 && (p[2] == 'x' || p[2] == 'X');

	if (is_hex)
		i++;
	for (; i < left && i < 10 && p[i] != ';'; i++) {
		if (hex_value(p[i]) < 0 || (!is_hex && hex_value(p[i]) > 9))
			return 0;
		c = c * (is_hex ? 16 : 10) + (uint32_t)hex_value(p[i]);
	}
	if (i >= left || p[i] != ';')
		return 0;
	put_code_point(out, c);
	return i + 1;
}

static size_t
decode_entity(const char *p, size_t left, struct buf *out)
{
	static const struct {
		const char *name, *text;
	} entities[] = {
		{ "&amp;", "&" },
		{ "&lt;", "<" },
		{ "&gt;", ">" },
		{ "&quot;", "\"" },
		{ "&apos;", "'" },
		{ "&nbsp;", " " },
		{ "&rsquo;", "'" },
		{ "&hellip;", "..." },
		{ "&eacute;", "e" },
		{ "&egrave;", "e" },
		{ "&agrave;", "a" },
		{ "&uuml;", "u" },
		{ "&ouml;", "o" },
		{ "&auml;", "a" },
		{ "&szlig;", "ss" },
	};
	size_t i, n;

	if (left > 3 && p[1] == '#')
		return decode_number_entity(p, left, out);
	for (i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
		n = strlen(entities[i].name);
		if (n <= left && memcmp(p, entities[i].name, n) == 0) {
			buf_add_string(out, entities[i].text);
			return n;
		}
	}
	return 0;
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A tag counts as a space; what an style sheet holds is left out. */
static size_t
decode_tag(const char *p, size_t left, struct buf *out)
{
	const char *end, *style;
	size_t n = 1;

	if (left < 3 || !(is_letter(p[1]) || p[1] == '/' || p[1] == '!'))
		return 0;
	while (n < left &&
	    (is_letter(p[n]) || p[n] == '/' || p[n] == '!' ||
		(p[n] >= '0' && p[n] <= '9')))
		n++;
	/* <me@example.com> is none */
	if (n < left && strchr(" \t\r\n>-", p[n]) == NULL)
		return 0;
	end = memchr(p, '>', left < MAX_TAG ? left : MAX_TAG);
	if (end == NULL)
		return 0;
	if (left > 7 && strncasecmp(p, "<style", 6) == 0 &&
	    (style = memmem(end, left - (size_t)(end - p), "</style", 7)) !=
		NULL)
		end = style - 1;
	buf_add(out, " ", 1);
	return (size_t)(end - p) + 1;
}

static int
base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+' || c == '-')
		return 62;
	if (c == '/' || c == '_')
		return 63;
	return -1;
}

/* A line break within base64, which mail and terminals put there. */
static size_t
skip_break(const char *p, size_t left, size_t line)
{
	size_t n = 0;

	if (left > 1 && p[0] == '=' && (p[1] == '\r' || p[1] == '\n'))
		n = 1; /* quoted-printable */
	else if (line < 60 || line % 4 != 0)
		return 0;
	while (n < left && n < 4 && (p[n] == '\r' || p[n] == '\n'))
		n++;
	return n > 0 && n < left && base64_value(p[n]) >= 0 ? n : 0;
}

/* Is that what a server or a program says, and not a token or a picture? */
static bool
is_spoken(const struct buf *text)
{
	const char *p = buf_text(text);
	size_t i;

	for (i = 0; i < text->length; i++)
		if ((unsigned char)p[i] < 0x20 &&
		    strchr("\r\n\t\1", p[i]) == NULL)
			return false;
	return strchr(p, '{') != NULL || strstr(p, "error") != NULL ||
	    strncmp(p, "user=", 5) == 0 || strncmp(p, "n,", 2) == 0;
}

/* Base64 of text. Parts of a JWT, which have dots beside them, stay. */
static size_t
decode_base64(const char *p, size_t left, char before, struct buf *out)
{
	size_t i, skip, line = 0;
	uint32_t bits = 0;
	unsigned count = 0;
	struct buf text;
	char byte;

	buf_init(&text, MAX_BASE64);
	for (i = 0; i < left; i++, line++) {
		if (base64_value(p[i]) < 0) {
			skip = skip_break(p + i, left - i, line);
			if (skip == 0)
				break;
			i += skip;
			line = 0;
		}
		bits = bits << 6 | (uint32_t)base64_value(p[i]);
		if (++count % 4 != 1) {
			byte = (char)(bits >> (6 - 2 * ((count - 1) % 4)));
			buf_add(&text, &byte, 1);
		}
	}
	if (count < MIN_BASE64 || buf_status(&text) != STATUS_OK ||
	    before == '.' || (i < left && p[i] == '.') || !is_spoken(&text)) {
		i = 0;
	} else {
		buf_add(out, " ", 1);
		buf_add(out, text.data, text.length);
		buf_add(out, " ", 1);
		while (i < left && p[i] == '=')
			i++;
	}
	buf_clear(&text);
	return i;
}

/* From here to the next blank: has it the look of a query? */
static bool
is_query(const char *p, size_t left)
{
	size_t n = 0;

	while (n < left && strchr(" \t\r\n<>", p[n]) == NULL)
		n++;
	return memmem(p, n, "error", 5) != NULL && memchr(p, '=', n) != NULL &&
	    memchr(p, '{', n) == NULL;
}

/* One character, or what stands for some. Returns how much was read. */
static size_t
decode_next(struct decoder *decoder)
{
	const char *p = decoder->text + decoder->at;
	size_t left = decoder->length - decoder->at;
	char before = decoder->at > 0 ? p[-1] : ' ';
	struct buf *out = decoder->out;

	if (strchr(" \t\r\n", before) != NULL)
		decoder->plus_is_space = is_query(p, left);
	switch (*p) {
	case '\\':
		return decode_escape(p, left, out);
	case '%':
		return decode_percent(p, left, out);
	case '=':
		return decode_equals(p, left, out);
	case '&':
		return decode_entity(p, left, out);
	case '<':
		return decoder->is_html ? decode_tag(p, left, out) : 0;
	case '+':
		if (!decoder->plus_is_space || before == ' ')
			return 0;
		buf_add(out, " ", 1);
		return 1;
	default:
		if (base64_value(*p) < 0 || base64_value(before) >= 0)
			return 0;
		return decode_base64(p, left, before, out);
	}
}

void
fold_decode(const char *text, size_t length, struct buf *out)
{
	struct decoder decoder = { text, length, 0, false, false, out };
	size_t n;

	decoder.is_html = memmem(text, length, "</", 2) != NULL ||
	    memmem(text, length, "<br", 3) != NULL ||
	    memmem(text, length, "<!", 2) != NULL;
	while (decoder.at < length) {
		n = decode_next(&decoder);
		if (n == 0) {
			buf_add(out, text + decoder.at, 1);
			n = 1;
		}
		decoder.at += n;
	}
}
