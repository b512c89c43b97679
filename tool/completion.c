/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What completions need to know of verbs and options. See completion.h.
 *
 * The table of verbs has for each place a word that a person understands, as
 * ACCOUNT or FILE; here is what a shell makes of it.
 */

#include <ctype.h>
#include <string.h>

#include "completion.h"
#include "recipe.h"
#include "verbs.h"

static const struct {
	const char *word;
	enum completion_kind kind;
	const char *words;
} meanings[] = {
	{ "ACCOUNT", COMPLETION_ACCOUNTS, "" },
	{ "FILE", COMPLETION_FILES, "" },
	{ "NAME", COMPLETION_PROVIDERS, "" },
	{ "WHAT", COMPLETION_LIST, "smtp imap pop" },
	{ "PROGRAM", COMPLETION_WORDS, "" }, /* see take_programs() */
	{ "N", COMPLETION_NOTHING, "" },
	{ "TIME", COMPLETION_NOTHING, "" },
	{ "URL", COMPLETION_NOTHING, "" },
	{ "TEXT", COMPLETION_NOTHING, "" },
	{ "HOST[:PORT]", COMPLETION_NOTHING, "" },
};

/* Words that stand for themselves: "imap|pop|smtp". */
static void
take_words(const char *word, size_t length, struct completion_place *place)
{
	char *p;

	if (length >= sizeof(place->words))
		return;
	place->kind = COMPLETION_WORDS;
	memcpy(place->words, word, length);
	place->words[length] = '\0';
	for (p = place->words; *p != '\0'; p++)
		if (*p == '|')
			*p = ' ';
}

/* Those that doctor knows lines for. */
static void
take_programs(struct completion_place *place)
{
	const struct recipe *recipe;
	size_t used = 0, length, i;

	for (i = 0; (recipe = recipe_at(i)) != NULL; i++) {
		length = strlen(recipe->name);
		if (used + length + 2 > sizeof(place->words))
			return;
		if (used > 0)
			place->words[used++] = ' ';
		memcpy(place->words + used, recipe->name, length + 1);
		used += length;
	}
}

static void
find_meaning(const char *word, size_t length, struct completion_place *place)
{
	size_t i;

	memset(place, 0, sizeof(*place));
	if (memchr(word, '|', length) != NULL) {
		take_words(word, length, place);
		return;
	}
	for (i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (strlen(meanings[i].word) == length &&
		    memcmp(meanings[i].word, word, length) == 0) {
			place->kind = meanings[i].kind;
			strcpy(place->words, meanings[i].words);
		}
	if (place->kind == COMPLETION_WORDS)
		take_programs(place);
}

void
completion_operands(const struct verb *verb,
    struct completion_operands *operands)
{
	const char *word = verb->operands;
	size_t length;

	memset(operands, 0, sizeof(*operands));
	while (*word != '\0' && operands->count < COMPLETION_MAX_OPERANDS) {
		length = strcspn(word, " ");
		if (word[0] == '[' && word[length - 1] == ']') {
			word++;
			length -= 2;
		}
		operands->is_repeated =
		    length > 3 && memcmp(word + length - 3, "...", 3) == 0;
		find_meaning(word, operands->is_repeated ? length - 3 : length,
		    &operands->places[operands->count++]);
		word += length;
		word += strspn(word, "] ");
	}
}

bool
completion_has_value(const struct verb_option *option)
{
	return option->option.has_arg != no_argument;
}

void
completion_value(const struct verb_option *option,
    struct completion_place *place)
{
	const char *word;

	memset(place, 0, sizeof(*place));
	place->kind = COMPLETION_NOTHING;
	if (!completion_has_value(option) ||
	    (word = strchr(option->text, '=')) == NULL)
		return;
	word++;
	find_meaning(word, strcspn(word, " \n"), place);
}

bool
completion_applies(const struct verb *verb, const struct verb_option *option)
{
	unsigned flags = FLAGS_COMMON;

	if (verb != NULL)
		flags |= verb->flags;
	return (option->flag & flags) != 0;
}

void
completion_describe(const struct verb_option *option,
    char text[COMPLETION_MAX_TEXT])
{
	const char *p = option->text;
	size_t length = 0;

	for (p += strspn(p, " \n"); *p == '-'; p += strspn(p, " \n"))
		p += strcspn(p, " \n");
	for (; *p != '\0' && length < COMPLETION_MAX_TEXT - 1; p++) {
		if (!isspace((unsigned char)*p))
			text[length++] = *p;
		else if (text[length - 1] != ' ')
			text[length++] = ' ';
	}
	text[length] = '\0';
}

void
completion_quote(FILE *file, const char *text, const char *specials)
{
	putc('\'', file);
	for (; *text != '\0'; text++) {
		if (strchr(specials, *text) != NULL)
			putc('\\', file);
		putc(*text, file);
	}
	putc('\'', file);
}
