/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Finds what says nothing, so that nobody draws conclusions from it. See
 * explain_quiet.h.
 */

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "explain_quiet.h"

/* A longer line is no frame; a longer label no end of a name. */
#define MAX_FRAME 400
#define MAX_LABEL 8

static bool
is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool
is_letter(char c)
{
	return is_lower(c) || (c >= 'A' && c <= 'Z');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A line may end by a backslash and an n, where JSON has it. */
static bool
ends_line(const char *text, size_t length, size_t at)
{
	return at >= length || text[at] == '\n' ||
	    (text[at] == '\\' && at + 1 < length && text[at + 1] == 'n');
}

static bool
begins_line(const char *text, size_t at)
{
	return at == 0 || text[at - 1] == '\n' ||
	    (at > 1 && text[at - 1] == 'n' && text[at - 2] == '\\');
}

size_t
quiet_frame(const char *text, size_t length, size_t at)
{
	bool has_place = false;
	size_t i = at, words;

	if (!begins_line(text, at))
		return 0;
	while (i < length && (text[i] == ' ' || text[i] == '\t'))
		i++;
	if (length - i < 8 ||
	    (strncmp(text + i, "at ", 3) != 0 &&
		strncmp(text + i, "File \"", 6) != 0))
		return 0;
	for (words = i + 3; !ends_line(text, length, i); i++) {
		if (i - at > MAX_FRAME)
			return 0;
		has_place =
		    has_place || (i > words && strchr("(:/", text[i]) != NULL);
	}
	return has_place ? i - at : 0;
}

static bool
ends_address(char c)
{
	return strchr(" \t\r\n\"'<>`()[]{}\\,|^", c) != NULL;
}

/*
 * The last parts of names of hosts and files. Words of a language are not
 * among them, but two letters behind several dots are a country.
 */
static bool
is_last_label(const char *label, size_t length, size_t dots)
{
	static const char labels[] =
	    " com net org edu gov info de fr es nl pl ru uk eu io ch se dk fi "
	    "cz hu gr tr jp cn kr br pt au ca local lan corp test example "
	    "internal invalid py js php log conf pem crt cnf ini xml json "
	    "html cfg yml ";
	char word[MAX_LABEL + 3];

	if (length < 2 || length > MAX_LABEL)
		return false;
	snprintf(word, sizeof(word), " %.*s ", (int)length, label);
	return strstr(labels, word) != NULL || (dots > 1 && length == 2);
}

/* The length of a name with dots that begins there. */
static size_t
dotted_length(const char *text, size_t length, size_t at)
{
	size_t i, label = at, dots = 0;
	char c;

	if (at > 0 &&
	    (is_letter(text[at - 1]) || is_digit(text[at - 1]) ||
		strchr("._-", text[at - 1]) != NULL))
		return 0;
	for (i = at; i < length; i++) {
		c = text[i];
		if (c == '.' && i + 1 < length && is_lower(text[i + 1])) {
			dots++;
			label = i + 1;
		} else if (!is_lower(c) && !is_digit(c) && c != '-') {
			break;
		}
	}
	if (dots == 0 ||
	    (i < length &&
		(is_letter(text[i]) || text[i] == '(' || text[i] == '_')))
		return 0;
	return is_last_label(text + label, i - label, dots) ? i - at : 0;
}

static size_t
scheme_length(const char *text, size_t left)
{
	if (left >= 8 && strncasecmp(text, "https://", 8) == 0)
		return 8;
	return left >= 7 && strncasecmp(text, "http://", 7) == 0 ? 7 : 0;
}

size_t
quiet_name(const char *text, size_t length, size_t at, struct quiet *quiet)
{
	size_t scheme = scheme_length(text + at, length - at), i;

	if (scheme > 0) {
		for (i = at + scheme; i < length && !ends_address(text[i]) &&
		     strchr("/?#", text[i]) == NULL;
		     i++)
			;
		quiet->from = i;
		while (i < length && !ends_address(text[i]))
			i++;
		quiet->to = i;
		return scheme;
	}
	if (at >= quiet->to && (i = dotted_length(text, length, at)) > 0) {
		quiet->from = at;
		quiet->to = at + i;
	}
	return 0;
}
