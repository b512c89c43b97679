/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Completions for shells, made of the table of verbs (verbs.h). They write
 * scripts, and know nothing of accounts: a script asks the tool for them when
 * somebody presses a key.
 */

#ifndef COMPLETION_H
#define COMPLETION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct verb;
struct verb_option;

/* More operands than these no verb has by name. */
#define COMPLETION_MAX_OPERANDS 8

/* A line of help about an option, in one line. */
#define COMPLETION_MAX_TEXT 256

/* What can stand in a place. */
enum completion_kind {
	COMPLETION_UNKNOWN,   /* a word that completion.c must be told of */
	COMPLETION_NOTHING,   /* anything, such as a number */
	COMPLETION_ACCOUNTS,  /* asked for when it is needed, */
	COMPLETION_PROVIDERS, /* likewise */
	COMPLETION_FILES,
	COMPLETION_WORDS, /* one of the words, */
	COMPLETION_LIST,  /* or several with commas */
};

struct completion_place {
	enum completion_kind kind;
	char words[64]; /* with blanks between; of WORDS and LIST */
};

struct completion_operands {
	struct completion_place places[COMPLETION_MAX_OPERANDS];
	size_t count;
	bool is_repeated; /* the last one */
};

/* What the operands of a verb are, by the words of its usage line. */
void completion_operands(const struct verb *verb,
    struct completion_operands *operands);

/*
 * What the value of an option is, by its name in the help. NOTHING also for an
 * option that has none: see completion_has_value().
 */
void completion_value(const struct verb_option *option,
    struct completion_place *place);
bool completion_has_value(const struct verb_option *option);

/* Has the verb the option? NULL: the options that every verb has. */
bool completion_applies(const struct verb *verb,
    const struct verb_option *option);

/* The help about an option, without its name, in one line. */
void completion_describe(const struct verb_option *option,
    char text[COMPLETION_MAX_TEXT]);

/* 'TEXT', with every byte of specials behind a backslash. */
void completion_quote(FILE *file, const char *text, const char *specials);

/* Write the scripts. */
void completion_write_bash(FILE *file);
void completion_write_zsh(FILE *file);
void completion_write_fish(FILE *file);

#endif
