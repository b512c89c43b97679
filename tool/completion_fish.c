/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The script for fish(1).
 */

#include "completion.h"
#include "verbs.h"

/* What stands behind a backslash between single quotes. */
#define SPECIALS "'\\"

static const char begin[] =
    "# fish completion for sasl-bearer, made by: sasl-bearer completion fish\n"
    "\n"
    "function __sasl_bearer_at # VERB NUMBER: is this operand wanted? 0: any\n"
    "\tset -l words (commandline -opc)\n"
    "\tset -l operands\n"
    "\tset -l is_value\n"
    "\tfor word in $words[2..-1]\n"
    "\t\tif test -n \"$is_value\"\n"
    "\t\t\tset is_value\n"
    "\t\telse if contains -- $word $__sasl_bearer_values\n"
    "\t\t\tset is_value yes\n"
    "\t\telse if not string match -q -- '-*' $word\n"
    "\t\t\tset -a operands $word\n"
    "\t\tend\n"
    "\tend\n"
    "\ttest \"$operands[1]\" = $argv[1]; or return 1\n"
    "\ttest $argv[2] -eq 0; or test (count $operands) -eq $argv[2]\n"
    "end\n"
    "\n"
    "function __sasl_bearer_list # WORD...: one or several with commas\n"
    "\tset -l before (string match -r -- '^.*,' (commandline -ct | "
    "string replace -r -- '^--[^=]*=' ''))\n"
    "\tfor word in $argv\n"
    "\t\techo \"$before$word\"\n"
    "\tend\n"
    "end\n"
    "\n"
    "complete -c sasl-bearer -f\n";

/* What -a has: words, or a command. */
static void
write_place(FILE *file, const struct completion_place *place)
{
	switch (place->kind) {
	case COMPLETION_UNKNOWN:
	case COMPLETION_NOTHING:
		break;
	case COMPLETION_ACCOUNTS:
		fputs(" -a '(command sasl-bearer completion accounts "
		      "2>/dev/null)'",
		    file);
		break;
	case COMPLETION_PROVIDERS:
		fputs(" -a '(command sasl-bearer completion providers "
		      "2>/dev/null)'",
		    file);
		break;
	case COMPLETION_FILES:
		fputs(" -F", file);
		break;
	case COMPLETION_WORDS:
		fprintf(file, " -a '%s'", place->words);
		break;
	case COMPLETION_LIST:
		fprintf(file, " -a '(__sasl_bearer_list %s)'", place->words);
		break;
	}
}

/* The options whose value may be the next word. */
static void
write_values(FILE *file)
{
	const struct verb_option *option;
	size_t i;

	fputs("set -g __sasl_bearer_values", file);
	for (i = 0; (option = verbs_option_at(i)) != NULL; i++)
		if (completion_has_value(option))
			fprintf(file, " --%s", option->option.name);
	fputs("\n\n", file);
}

/* verb NULL: everywhere. */
static void
write_option(FILE *file, const struct verb *verb,
    const struct verb_option *option)
{
	struct completion_place place;
	char text[COMPLETION_MAX_TEXT];

	fputs("complete -c sasl-bearer", file);
	if (verb != NULL)
		fprintf(file, " -n '__sasl_bearer_at %s 0'", verb->name);
	if (option->option.val < VERBS_LONG_OPTION)
		fprintf(file, " -s %c", option->option.val);
	fprintf(file, " -l %s", option->option.name);
	if (completion_has_value(option)) {
		completion_value(option, &place);
		fputs(place.kind == COMPLETION_FILES ? " -r" : " -x", file);
		write_place(file, &place);
	}
	completion_describe(option, text);
	fputs(" -d ", file);
	completion_quote(file, text, SPECIALS);
	putc('\n', file);
}

static void
write_operands(FILE *file, const struct verb *verb)
{
	struct completion_operands operands;
	size_t i;

	completion_operands(verb, &operands);
	for (i = 0; i < operands.count; i++) {
		if (operands.places[i].kind == COMPLETION_NOTHING)
			continue;
		fprintf(file,
		    "complete -c sasl-bearer -n '__sasl_bearer_at "
		    "%s %zu'",
		    verb->name,
		    operands.is_repeated && i + 1 == operands.count ? 0 :
								      i + 1);
		write_place(file, &operands.places[i]);
		putc('\n', file);
	}
}

static void
write_verb(FILE *file, const struct verb *verb)
{
	const struct verb_option *option;
	size_t i;

	fprintf(file,
	    "\ncomplete -c sasl-bearer -n '__sasl_bearer_at \"\" 0' "
	    "-a %s -d ",
	    verb->name);
	completion_quote(file, verb->summary, SPECIALS);
	putc('\n', file);
	for (i = 0; (option = verbs_option_at(i)) != NULL; i++)
		if ((option->flag & verb->flags) != 0)
			write_option(file, verb, option);
	write_operands(file, verb);
}

void
completion_write_fish(FILE *file)
{
	const struct verb_option *option;
	const struct verb *verb;
	size_t i;

	fputs(begin, file);
	write_values(file);
	for (i = 0; (option = verbs_option_at(i)) != NULL; i++)
		if (completion_applies(NULL, option))
			write_option(file, NULL, option);
	for (i = 0; (verb = verbs_at(i)) != NULL; i++)
		write_verb(file, verb);
}
