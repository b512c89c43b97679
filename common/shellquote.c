/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Names in commands that are shown. See shellquote.h.
 */

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "shellquote.h"

/* What every shell takes as it is. */
#define PLAIN \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" \
	"@%+=:,./_-"

#define TOO_LONG "NAME-TOO-LONG-TO-SHOW"

static bool
add(struct shell_word *word, size_t *length, const char *text, size_t size)
{
	if (size >= sizeof(word->text) - *length)
		return false;
	memcpy(word->text + *length, text, size);
	*length += size;
	word->text[*length] = '\0';
	return true;
}

static bool
add_quoted(struct shell_word *word, size_t *length, const char *name)
{
	size_t plain = strspn(name, PLAIN);
	bool fits;

	if (name[0] != '\0' && name[plain] == '\0')
		return add(word, length, name, plain);
	fits = add(word, length, "'", 1);
	for (; fits && *name != '\0'; name++)
		fits = *name == '\'' ? add(word, length, "'\\''", 4) :
				       add(word, length, name, 1);
	return fits && add(word, length, "'", 1);
}

static struct shell_word
quote(const char *before, const char *name)
{
	struct shell_word word = { "" };
	size_t length = 0;

	if (!add(&word, &length, before, strlen(before)) ||
	    !add_quoted(&word, &length, name))
		memcpy(word.text, TOO_LONG, sizeof(TOO_LONG));
	return word;
}

struct shell_word
shell_quote(const char *name)
{
	return quote("", name);
}

struct shell_word
shell_operand(const char *name)
{
	return quote(name[0] == '-' ? "-- " : "", name);
}
