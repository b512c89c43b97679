/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The one table of verbs and of their options: what the command line is parsed
 * by, --help prints, and completions are made of.
 */

#ifndef VERBS_H
#define VERBS_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>

#include "verb.h"

/* What main.c does itself, beside FLAG_... of verb.h. */
#define FLAG_HELP (1U << 30)
#define FLAG_VERSION (1U << 31)

/* Options that need no naming in the table of verbs. */
#define FLAGS_COMMON (FLAG_VERBOSE | FLAG_HELP | FLAG_VERSION)

struct verb {
	const char *name;
	const char *operands; /* for the usage line */
	int min, max;         /* how many operands */
	unsigned flags;       /* options beside FLAGS_COMMON */
	unsigned all_flag;    /* an option that replaces the operands, or 0 */
	bool is_text;         /* the operands are any text, a leading - too */
	verb_check *check;    /* or NULL */
	verb_function *run;
	const char *summary;
	const char *help;
};

/* An option, and its line or lines of help. */
struct verb_option {
	struct option option;
	unsigned flag;
	size_t value; /* in struct command, of an option that has one; or 0 */
	const char *text;
};

/* Above the values of all options that have a letter. */
#define VERBS_LONG_OPTION 256

/* More options there are never. */
#define VERBS_MAX_OPTIONS 64

/* In the order in which they are shown; NULL after the last. */
const struct verb *verbs_at(size_t index);
const struct verb_option *verbs_option_at(size_t index);

/* NULL: there is none. */
const struct verb *verbs_find(const char *name);

#endif
