/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A text on its way into a report: where it is read, and the values that are
 * known. See doctor_reader.h.
 */

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "doctor_reader.h"
#include "hex.h"

/* A known value of so many bytes is one in the middle of a word too. */
#define MIN_INSIDE 8

/*
 * So much of a known value at the end of a text that was cut is a find, and so
 * much anywhere: a sentence has limits for what it quotes.
 */
#define MIN_CUT 4
#define MIN_PART 24

#define HIDDEN "[hidden]"

bool
reader_is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

bool
reader_is_host_char(char c)
{
	return reader_is_alnum(c) || c == '-' || c == '_';
}

bool
reader_is_domain_char(char c)
{
	return reader_is_host_char(c) || c == '.';
}

bool
reader_is_url_char(char c)
{
	return (unsigned char)c > ' ' && strchr("\"'<>()", c) == NULL;
}

bool
reader_is_hex(char c)
{
	return hex_value(c) >= 0;
}

char
reader_before(const struct doctor_reader *reader)
{
	return reader->at > 0 ? reader->text[reader->at - 1] : '\0';
}

const char *
reader_here(const struct doctor_reader *reader)
{
	return reader->text + reader->at;
}

size_t
reader_span(const char *text, bool is_one(char))
{
	size_t n = 0;

	while (text[n] != '\0' && is_one(text[n]))
		n++;
	return n;
}

/* Dots and hyphens at the end of a name belong to the sentence. */
size_t
reader_without_end(const char *text, size_t length)
{
	while (length > 0 && strchr(".-", text[length - 1]) != NULL)
		length--;
	return length;
}

void
reader_take(struct doctor_reader *reader, enum doctor_hide_kind kind,
    size_t length)
{
	doctor_hide_add(reader->hide, kind, reader_here(reader), length,
	    reader->out);
	reader->at += length;
}

void
reader_hide(struct doctor_reader *reader, size_t length)
{
	buf_add_string(reader->out, HIDDEN);
	reader->at += length;
}

bool
reader_is_address(int family, const char *text, size_t length)
{
	unsigned char address[sizeof(struct in6_addr)];
	char copy[INET6_ADDRSTRLEN];

	if (length == 0 || length >= sizeof(copy))
		return false;
	memcpy(copy, text, length);
	copy[length] = '\0';
	return inet_pton(family, copy, address) == 1;
}

/* How much of the text there is the value; 0: none of it. */
static size_t
match_value(const struct doctor_reader *reader, const char *value)
{
	size_t length = strlen(value), n = 0, left;
	const char *text = reader_here(reader);

	if (length < MIN_INSIDE && reader_is_alnum(value[0]) &&
	    reader_is_alnum(reader_before(reader)))
		return 0;
	while (n < length && strncasecmp(text + n, value + n, 1) == 0)
		n++;
	if (n == length)
		return length < MIN_INSIDE && reader_is_alnum(text[n]) ? 0 : n;
	/* A text that is cut ends with what is left of it. */
	left = strlen(text + n);
	if (n >= MIN_CUT && !reader_is_alnum(reader_before(reader)) &&
	    (left == 0 || strcmp(text + n, DOCTOR_READER_CUT) == 0))
		return n;
	return n >= MIN_PART ? n : 0;
}

/* One word that somebody has chosen may be a part of more. */
static bool
is_chosen_word(const struct doctor_hide_name *name)
{
	return name->kind == DOCTOR_HIDE_NAME &&
	    strchr(name->value, ' ') == NULL;
}

/* The longest of the known values there, but for chosen words, or those. */
static bool
take_known(struct doctor_reader *reader, bool is_word)
{
	const struct doctor_hide *hide = reader->hide;
	size_t i, length, best = 0, found = 0;

	for (i = 0; i < hide->count; i++) {
		if (!hide->names[i].is_known ||
		    is_chosen_word(&hide->names[i]) != is_word)
			continue;
		length = match_value(reader, hide->names[i].value);
		if (length <= best)
			continue;
		best = length;
		found = i;
	}
	if (best == 0)
		return false;
	doctor_hide_add_name(reader->hide, found, reader->out);
	reader->at += best;
	return true;
}

bool
reader_take_value(struct doctor_reader *reader)
{
	return take_known(reader, false);
}

bool
reader_take_word(struct doctor_reader *reader)
{
	return take_known(reader, true);
}
