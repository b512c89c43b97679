/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Mail services and their scopes. See services.h.
 */

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "services.h"
#include "words.h"

const struct service services[SERVICE_COUNT] = {
	{ SERVICE_SMTP, "smtp" },
	{ SERVICE_IMAP, "imap" },
	{ SERVICE_POP, "pop" },
};

static bool
is_name(const char *name, size_t length, const char *known)
{
	return strlen(known) == length && strncasecmp(known, name, length) == 0;
}

static unsigned
find_bit(const char *name, size_t length)
{
	size_t i;

	for (i = 0; i < SERVICE_COUNT; i++)
		if (is_name(name, length, services[i].name))
			return services[i].bit;
	return is_name(name, length, "pop3") ? SERVICE_POP : 0;
}

unsigned
services_parse(const char *text)
{
	static const char separators[] = " ,";
	unsigned set = 0, bit;
	size_t length;

	for (text += strspn(text, separators); *text != '\0';
	     text += strspn(text, separators)) {
		length = strcspn(text, separators);
		if ((bit = find_bit(text, length)) == 0)
			return 0;
		set |= bit;
		text += length;
	}
	return set;
}

void
services_name(unsigned set, char *text, size_t space)
{
	size_t i, used = 0;

	text[0] = '\0';
	for (i = 0; i < SERVICE_COUNT; i++)
		if ((set & services[i].bit) != 0 && used < space)
			used += (size_t)snprintf(text + used, space - used,
			    "%s%s", used > 0 ? ", " : "", services[i].name);
}

unsigned
services_lacking(const struct provider *provider, unsigned set)
{
	size_t i;

	for (i = 0; i < SERVICE_COUNT; i++)
		if (provider->scope_of[i] != NULL)
			set &= ~services[i].bit;
	return set;
}

/* Appends the words that the scope does not have yet. */
static void
add_words(const char *words, struct buf *scope)
{
	struct word word;

	while (words_next(&words, &word)) {
		if (words_have_like(buf_text(scope), &word))
			continue;
		if (scope->length > 0)
			buf_add(scope, " ", 1);
		buf_add(scope, word.text, word.length);
	}
}

void
services_add_scope(const struct provider *provider, unsigned set,
    struct buf *scope)
{
	size_t i;

	for (i = 0; i < SERVICE_COUNT; i++)
		if ((set & services[i].bit) != 0)
			add_words(provider->scope_of[i], scope);
	if (scope->length > 0)
		add_words(provider->scope_always, scope);
}
