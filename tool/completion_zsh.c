/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The script for zsh(1), to be a file _sasl-bearer in a directory of fpath, or
 * read by source behind compinit.
 */

#include "completion.h"
#include "verbs.h"

static const char begin[] =
    "#compdef sasl-bearer\n"
    "# zsh completion for sasl-bearer, made by: sasl-bearer completion zsh\n"
    "\n"
    "_sasl_bearer_ask() # for compadd..., KIND\n"
    "{\n"
    "\tlocal -a names\n"
    "\n"
    "\tnames=(${(f)\"$(_call_program $argv[-1] \\\n"
    "\t\t${(q)program} completion $argv[-1] 2>/dev/null)\"})\n"
    "\tcompadd \"${(@)argv[1,-2]}\" -a names\n"
    "}\n"
    "\n"
    "_sasl_bearer()\n"
    "{\n"
    "\tlocal curcontext=$curcontext state line program=${(Q)words[1]}\n"
    "\tlocal -a verbs common\n"
    "\n";

static const char between[] =
    "\t_arguments -C $common '1:verb:->verb' '*::operand:->operand' && "
    "return\n"
    "\tcase $state in\n"
    "\tverb)\n"
    "\t\t_describe verb verbs\n"
    "\t\treturn\n"
    "\t\t;;\n"
    "\tesac\n"
    "\tcase $words[1] in\n";

static const char end[] = "\tesac\n"
			  "}\n"
			  "\n"
			  "if [[ $funcstack[1] == _sasl-bearer ]]; then\n"
			  "\t_sasl_bearer \"$@\"\n"
			  "else\n"
			  "\tcompdef _sasl_bearer sasl-bearer\n"
			  "fi\n";

/* A text between the quotes of a specification. */
static void
write_text(FILE *file, const char *text)
{
	for (; *text != '\0'; text++)
		if (*text == '\'')
			fputs("'\\''", file);
		else if (*text == '[' || *text == ']' || *text == ':')
			fprintf(file, "\\%c", *text);
		else
			putc(*text, file);
}

/* How one place is filled. */
static void
write_action(FILE *file, const struct completion_place *place)
{
	switch (place->kind) {
	case COMPLETION_UNKNOWN:
	case COMPLETION_NOTHING:
		break;
	case COMPLETION_ACCOUNTS:
		fputs("_sasl_bearer_ask accounts", file);
		break;
	case COMPLETION_PROVIDERS:
		fputs("_sasl_bearer_ask providers", file);
		break;
	case COMPLETION_FILES:
		fputs("_files", file);
		break;
	case COMPLETION_WORDS:
		fprintf(file, "(%s)", place->words);
		break;
	case COMPLETION_LIST:
		fprintf(file, "_values -s , service %s", place->words);
		break;
	}
}

/* '--name[text]', or '--name=[text]:name:action'. */
static void
write_option(FILE *file, const struct verb_option *option)
{
	struct completion_place place;
	char text[COMPLETION_MAX_TEXT];

	completion_describe(option, text);
	fprintf(file, " \\\n\t\t    '--%s%s[", option->option.name,
	    completion_has_value(option) ? "=" : "");
	write_text(file, text);
	putc(']', file);
	if (completion_has_value(option)) {
		completion_value(option, &place);
		fprintf(file, ":%s:", option->option.name);
		write_action(file, &place);
	}
	putc('\'', file);
}

static void
write_common(FILE *file)
{
	const struct verb_option *option;
	size_t i;

	fputs("\tcommon=(", file);
	for (i = 0; (option = verbs_option_at(i)) != NULL; i++)
		if (completion_applies(NULL, option))
			write_option(file, option);
	fputs(")\n", file);
}

static void
write_verbs(FILE *file)
{
	const struct verb *verb;
	size_t i;

	fputs("\tverbs=(", file);
	for (i = 0; (verb = verbs_at(i)) != NULL; i++) {
		fprintf(file, "\n\t\t'%s:", verb->name);
		write_text(file, verb->summary);
		putc('\'', file);
	}
	fputs(")\n", file);
}

static void
write_operands(FILE *file, const struct verb *verb)
{
	struct completion_operands operands;
	size_t i;

	completion_operands(verb, &operands);
	for (i = 0; i < operands.count; i++) {
		if (operands.is_repeated && i + 1 == operands.count)
			fputs(" \\\n\t\t    '*:operand:", file);
		else
			fprintf(file, " \\\n\t\t    '%zu:operand:", i + 1);
		write_action(file, &operands.places[i]);
		putc('\'', file);
	}
}

static void
write_verb(FILE *file, const struct verb *verb)
{
	const struct verb_option *option;
	size_t i;

	fprintf(file, "\t%s)\n\t\t_arguments $common", verb->name);
	for (i = 0; (option = verbs_option_at(i)) != NULL; i++)
		if ((option->flag & verb->flags) != 0)
			write_option(file, option);
	write_operands(file, verb);
	fputs("\n\t\t;;\n", file);
}

void
completion_write_zsh(FILE *file)
{
	const struct verb *verb;
	size_t i;

	fputs(begin, file);
	write_common(file);
	write_verbs(file);
	fputs(between, file);
	for (i = 0; (verb = verbs_at(i)) != NULL; i++)
		write_verb(file, verb);
	fputs(end, file);
}
