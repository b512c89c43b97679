/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The text of a password map: changed by one entry, and shown without its
 * passwords. See postfix_change.h.
 */

#include <string.h>
#include <strings.h>

#include "postfix_change.h"

#define BLANKS " \t"

#define HIDDEN "********"

/* Is it part of the entry before? */
static bool
is_continued(const char *line)
{
	return *line == ' ' || *line == '\t';
}

static bool
is_entry(const char *line)
{
	return *line != '#' && *line != '\n' && *line != '\0' &&
	    !is_continued(line);
}

static bool
has_key(const char *line, const char *key)
{
	size_t length = strcspn(line, " \t\n");

	return is_entry(line) && length == strlen(key) &&
	    strncasecmp(line, key, length) == 0;
}

static const char *
skip_line(const char *line)
{
	line += strcspn(line, "\n");
	return line + (*line == '\n');
}

/* Comments and empty lines, which end no entry. */
static bool
is_between(const char *line)
{
	return *line == '#' ||
	    (*line != '\0' && line[strspn(line, BLANKS)] == '\n');
}

/* Behind the entry that begins there, all of its lines. */
static const char *
skip_entry(const char *line)
{
	const char *end = skip_line(line), *next = end;

	for (;;) {
		while (is_between(next))
			next = skip_line(next);
		if (!is_continued(next))
			return end;
		next = end = skip_line(next);
	}
}

/* The entry anew: another value, or another key with what follows it. */
static void
add_changed(const char *line, const char *end,
    const struct postfix_change *change, struct buf *out)
{
	size_t key = strcspn(line, " \t\n");

	if (change->kind == POSTFIX_RENAME) {
		buf_add_string(out, change->value);
		buf_add(out, line + key, (size_t)(end - line) - key);
	} else {
		buf_add_format(out, "%s %s\n", change->key, change->value);
	}
}

void
postfix_source_change(const char *text, const struct postfix_change *change,
    struct buf *out)
{
	bool is_done = false;
	const char *end;

	for (; *text != '\0'; text = end) {
		end = skip_entry(text);
		if (!is_done && has_key(text, change->key)) {
			add_changed(text, end, change, out);
			is_done = true;
		} else {
			buf_add(out, text, (size_t)(end - text));
		}
		if (end[-1] != '\n' &&
		    (out->length == 0 || out->data[out->length - 1] != '\n'))
			buf_add_string(out, "\n");
	}
	if (!is_done && change->kind == POSTFIX_ENTRY)
		buf_add_format(out, "%s %s\n", change->key, change->value);
}

/* A comment may be an entry that somebody has taken out. */
static void
add_comment(const char *line, size_t length, const char *delimiters,
    struct buf *out)
{
	if (strcspn(line, delimiters) < length)
		buf_add_string(out, "# " HIDDEN);
	else
		buf_add(out, line, length);
}

/* One line of an entry, its key and its login. */
static void
add_hidden(const char *line, size_t length, const char *delimiters,
    struct buf *out)
{
	size_t shown = strcspn(line, " \t\n"), login;

	shown += strspn(line + shown, BLANKS);
	login = shown < length ? strcspn(line + shown, delimiters) : 0;
	if (shown + login >= length) {
		buf_add(out, line, length);
		return;
	}
	buf_add(out, line, shown + login + 1);
	if (shown + login + 1 < length)
		buf_add_string(out, HIDDEN);
}

void
postfix_source_hide(const char *text, const char *delimiters, struct buf *out)
{
	size_t length;

	for (; *text != '\0'; text = skip_line(text)) {
		length = strcspn(text, "\n");
		if (is_continued(text) && text[strspn(text, BLANKS)] != '\n')
			buf_add_string(out, " " HIDDEN);
		else if (*text == '#')
			add_comment(text, length, delimiters, out);
		else if (is_entry(text))
			add_hidden(text, length, delimiters, out);
		else
			buf_add(out, text, length);
		buf_add_string(out, "\n");
	}
}
