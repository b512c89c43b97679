/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The script for bash(1), of version 4 or later, which needs nothing beside it.
 *
 * bash breaks words at = and : and before @ as well, and what is completed is
 * the last piece; so the script takes the line apart by itself. What the tool
 * prints is never expanded: an account may have any name.
 *
 * BUGS: words in quotes are taken apart at their blanks.
 */

#include "completion.h"
#include "verbs.h"

static const char begin[] =
    "# bash completion for sasl-bearer, made by: sasl-bearer completion bash\n"
    "\n";

/* Behind the tables: how they are used. */
static const char end[] =
    "# Adds those of standard input that begin with CURRENT; STEM stands before\n"
    "# it in the word.\n"
    "_sasl_bearer_add() # STEM CURRENT\n"
    "{\n"
    "\tlocal typed=$1$2 cut='' word character\n"
    "\n"
    "\tfor character in @ = :; do\n"
    "\t\t[[ $COMP_WORDBREAKS == *\"$character\"* ]] || continue\n"
    "\t\tword=${typed%\"${typed##*\"$character\"}\"}\n"
    "\t\tword=${word%@}\n"
    "\t\t((${#word} > ${#cut})) && cut=$word\n"
    "\tdone\n"
    "\twhile IFS= read -r word; do\n"
    "\t\t[[ -n $word && $word == \"$2\"* ]] || continue\n"
    "\t\t[[ $word == *= ]] && compopt -o nospace 2>/dev/null\n"
    "\t\tword=$1$word\n"
    "\t\tword=${word#\"$cut\"}\n"
    "\t\t[[ $word == *[!A-Za-z0-9@%+=:,./_-]* ]] &&\n"
    "\t\t\tprintf -v word %q \"$word\"\n"
    "\t\tCOMPREPLY+=(\"$word\")\n"
    "\tdone\n"
    "}\n"
    "\n"
    "_sasl_bearer_place() # PROGRAM KIND STEM CURRENT\n"
    "{\n"
    "\tlocal before words=${2#* }\n"
    "\n"
    "\tcase $2 in\n"
    "\taccounts | providers)\n"
    "\t\t_sasl_bearer_add \"$3\" \"$4\" < <(\n"
    "\t\t\t\"$1\" completion \"$2\" 2>/dev/null)\n"
    "\t\t;;\n"
    "\tfiles)\n"
    "\t\tcompopt -o filenames 2>/dev/null\n"
    "\t\t_sasl_bearer_add \"$3\" \"$4\" < <(compgen -f -- \"$4\")\n"
    "\t\t;;\n"
    "\twords*)\n"
    "\t\t_sasl_bearer_add \"$3\" \"$4\" <<<\"${words//' '/$'\\n'}\"\n"
    "\t\t;;\n"
    "\tlist*)\n"
    "\t\tcompopt -o nospace 2>/dev/null\n"
    "\t\tbefore=${4%\"${4##*,}\"}\n"
    "\t\t_sasl_bearer_add \"$3$before\" \"${4##*,}\" "
    "<<<\"${words//' '/$'\\n'}\"\n"
    "\t\t;;\n"
    "\tesac\n"
    "}\n"
    "\n"
    "_sasl_bearer()\n"
    "{\n"
    "\tlocal line=${COMP_LINE:0:COMP_POINT} current='' verb='' option='' word\n"
    "\tlocal -a words\n"
    "\tlocal -i count=0\n"
    "\n"
    "\tCOMPREPLY=()\n"
    "\tread -r -a words <<<\"$line\"\n"
    "\tif [[ $line != *[[:blank:]] ]]; then\n"
    "\t\tcurrent=${words[${#words[@]} - 1]}\n"
    "\t\tunset \"words[${#words[@]} - 1]\"\n"
    "\tfi\n"
    "\tfor word in \"${words[@]:1}\"; do\n"
    "\t\tif [[ -n $option ]]; then\n"
    "\t\t\toption=\n"
    "\t\telif [[ $word == -* ]]; then\n"
    "\t\t\t[[ -n $(_sasl_bearer_value \"$word\") ]] && option=$word\n"
    "\t\telif [[ -z $verb ]]; then\n"
    "\t\t\tverb=$word\n"
    "\t\telse\n"
    "\t\t\tcount+=1\n"
    "\t\tfi\n"
    "\tdone\n"
    "\tif [[ -n $option ]]; then\n"
    "\t\t_sasl_bearer_place \"$1\" \"$(_sasl_bearer_value \"$option\")\" "
    "'' \"$current\"\n"
    "\telif [[ $current == --*=* ]]; then\n"
    "\t\toption=${current%%=*}\n"
    "\t\t_sasl_bearer_place \"$1\" \"$(_sasl_bearer_value \"$option\")\" \\\n"
    "\t\t\t\"$option=\" \"${current#*=}\"\n"
    "\telif [[ $current == -* ]]; then\n"
    "\t\t_sasl_bearer_place \"$1\" \"words $(_sasl_bearer_options \"$verb\")\" "
    "'' \"$current\"\n"
    "\telif [[ -z $verb ]]; then\n"
    "\t\t_sasl_bearer_place \"$1\" \"words $(_sasl_bearer_verbs)\" "
    "'' \"$current\"\n"
    "\telse\n"
    "\t\t_sasl_bearer_place \"$1\" "
    "\"$(_sasl_bearer_operand \"$verb\" \"$((count + 1))\")\" \\\n"
    "\t\t\t'' \"$current\"\n"
    "\tfi\n"
    "}\n"
    "\n"
    "complete -F _sasl_bearer sasl-bearer\n";

static void
write_verbs(FILE *file)
{
	const struct verb *verb;
	size_t i;

	fputs("_sasl_bearer_verbs()\n{\n\techo", file);
	for (i = 0; (verb = verbs_at(i)) != NULL; i++)
		fprintf(file, " %s", verb->name);
	fputs("\n}\n\n", file);
}

static void
write_options_of(FILE *file, const struct verb *verb)
{
	const struct verb_option *option;
	size_t i;

	fprintf(file, "\t%s) echo '", verb == NULL ? "*" : verb->name);
	for (i = 0; (option = verbs_option_at(i)) != NULL; i++)
		if (completion_applies(verb, option))
			fprintf(file, "--%s%s ", option->option.name,
			    completion_has_value(option) ? "=" : "");
	fputs("' ;;\n", file);
}

static void
write_options(FILE *file)
{
	const struct verb *verb;
	size_t i;

	fputs("_sasl_bearer_options() # VERB\n{\n\tcase $1 in\n", file);
	for (i = 0; (verb = verbs_at(i)) != NULL; i++)
		write_options_of(file, verb);
	write_options_of(file, NULL);
	fputs("\tesac\n}\n\n", file);
}

/* One kind, as the functions of the script know it. */
static void
write_kind(FILE *file, const struct completion_place *place)
{
	static const char *const names[] = {
		[COMPLETION_UNKNOWN] = "nothing",
		[COMPLETION_NOTHING] = "nothing",
		[COMPLETION_ACCOUNTS] = "accounts",
		[COMPLETION_PROVIDERS] = "providers",
		[COMPLETION_FILES] = "files",
		[COMPLETION_WORDS] = "words ",
		[COMPLETION_LIST] = "list ",
	};

	fprintf(file, "echo '%s%s' ;;\n", names[place->kind], place->words);
}

static void
write_values(FILE *file)
{
	const struct verb_option *option;
	struct completion_place place;
	size_t i;

	fputs("_sasl_bearer_value() # OPTION\n{\n\tcase $1 in\n", file);
	for (i = 0; (option = verbs_option_at(i)) != NULL; i++) {
		if (!completion_has_value(option))
			continue;
		completion_value(option, &place);
		fprintf(file, "\t--%s) ", option->option.name);
		write_kind(file, &place);
	}
	fputs("\tesac\n}\n\n", file);
}

static void
write_operands(FILE *file)
{
	struct completion_operands operands;
	const struct verb *verb;
	size_t i, j;

	fputs("_sasl_bearer_operand() # VERB NUMBER\n{\n\tcase $1:$2 in\n",
	    file);
	for (i = 0; (verb = verbs_at(i)) != NULL; i++) {
		completion_operands(verb, &operands);
		for (j = 0; j < operands.count; j++) {
			if (operands.is_repeated && j + 1 == operands.count)
				fprintf(file, "\t%s:*) ", verb->name);
			else
				fprintf(file, "\t%s:%zu) ", verb->name, j + 1);
			write_kind(file, &operands.places[j]);
		}
	}
	fputs("\tesac\n}\n\n", file);
}

void
completion_write_bash(FILE *file)
{
	fputs(begin, file);
	write_verbs(file);
	write_options(file);
	write_values(file);
	write_operands(file);
	fputs(end, file);
}
