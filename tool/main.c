/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * sasl-bearer(1): the command line, the table of verbs, and exit codes.
 */

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "libraries.h"
#include "message.h"
#include "verb.h"

/* 128 + SIGINT, as a shell has it. */
#define EXIT_INTERRUPTED 130

/* What main.c does itself; beside FLAG_... of verb.h. */
#define FLAG_HELP 256U
#define FLAG_VERSION 512U

/* Options that need no naming in the table of verbs. */
#define FLAGS_COMMON (FLAG_VERBOSE | FLAG_HELP | FLAG_VERSION)

struct verb {
	const char *name;
	const char *operands; /* for the usage line */
	int min, max;         /* how many operands */
	unsigned flags;       /* options beside FLAGS_COMMON */
	unsigned all_flag;    /* an option that replaces the operands, or 0 */
	verb_function *run;
	const char *summary;
	const char *help;
};

static const struct verb verbs[] = {
	{
	    .name = "login",
	    .operands = "ACCOUNT",
	    .min = 1,
	    .max = 1,
	    .run = verb_login,
	    .summary = "log an account in with a code for any browser",
	    .help =
		"Asks the provider for a code, which a person enters on a web\n"
		"page with any device, and stores what the provider gives.\n"
		"Nothing is replaced before that. Run by root, it makes the\n"
		"directories and files for the users that the options reader\n"
		"and renewer name.\n",
	},
	{
	    .name = "token",
	    .operands = "ACCOUNT",
	    .min = 1,
	    .max = 1,
	    .run = verb_token,
	    .summary = "print the access token, renewed if that is due",
	    .help =
		"Prints the access token and a newline, and nothing else, for\n"
		"programs that take it from a command.\n",
	},
	{
	    .name = "status",
	    .operands = "[ACCOUNT...]",
	    .max = INT_MAX,
	    .flags = FLAG_JSON,
	    .run = verb_status,
	    .summary = "show accounts, their times and their last error",
	    .help =
		"Shows the given accounts, or all that are configured or "
		"logged\n"
		"in. Exits with 0 when each of them can be used and renewed.\n",
	},
	{
	    .name = "refresh",
	    .operands = "[ACCOUNT...]",
	    .min = 1,
	    .max = INT_MAX,
	    .flags = FLAG_DUE | FLAG_FORCE,
	    .all_flag = FLAG_DUE,
	    .run = verb_refresh,
	    .summary = "renew tokens now, or those that are due",
	    .help =
		"Renews the tokens of the given accounts now. With --due, of\n"
		"those among them, or of all accounts, whose token is due: "
		"for\n"
		"cron. With --force, even if it has failed recently.\n",
	},
	{
	    .name = "logout",
	    .operands = "ACCOUNT",
	    .min = 1,
	    .max = 1,
	    .run = verb_logout,
	    .summary = "remove an account's token and grant from this host",
	    .help =
		"Removes them here. The provider still knows the grant, until\n"
		"it ends or is revoked there.\n",
	},
	{
	    .name = "config",
	    .operands = "[ACCOUNT]",
	    .max = 1,
	    .flags = FLAG_JSON,
	    .run = verb_config,
	    .summary = "show every option, its value, and from where it is",
	    .help =
		"Shows every option of sasl-bearer.conf(5) as it is in force\n"
		"for the account. Without one, as it is outside of sections,\n"
		"and then what is different for each account.\n",
	},
};

#define VERB_COUNT (sizeof(verbs) / sizeof(verbs[0]))

/* Long options without a letter are above all letters. */
enum long_option { LONG_DUE = 256, LONG_FORCE, LONG_JSON };

static const struct option_help {
	struct option option;
	unsigned flag;
	const char *text;
} options[] = {
	{ { "due", no_argument, NULL, LONG_DUE }, FLAG_DUE,
	    "      --due      only where the token is due" },
	{ { "force", no_argument, NULL, LONG_FORCE }, FLAG_FORCE,
	    "      --force    even if a renewal has failed recently" },
	{ { "json", no_argument, NULL, LONG_JSON }, FLAG_JSON,
	    "      --json     print JSON" },
	{ { "verbose", no_argument, NULL, 'v' }, FLAG_VERBOSE,
	    "  -v, --verbose  say on standard error what is done" },
	{ { "help", no_argument, NULL, 'h' }, FLAG_HELP,
	    "  -h, --help     print this text" },
	{ { "version", no_argument, NULL, 'V' }, FLAG_VERSION,
	    "  -V, --version  print versions, of libraries too" },
};

#define OPTION_HELP_COUNT (sizeof(options) / sizeof(options[0]))

/* What the caller is told, by how to react: sysexits(3). */
static const int exit_codes[STATUS_COUNT] = {
	[STATUS_OK] = EX_OK,
	[STATUS_AGAIN] = EX_TEMPFAIL,
	[STATUS_REAUTH] = EX_NOPERM,
	[STATUS_CONFIG] = EX_CONFIG,
	[STATUS_NOACCOUNT] = EX_NOUSER,
	[STATUS_REFUSED] = EX_NOPERM,
	[STATUS_DATA] = EX_DATAERR,
	[STATUS_ACCESS] = EX_CANTCREAT,
	[STATUS_NOMEM] = EX_OSERR,
	[STATUS_BUG] = EX_SOFTWARE,
	[STATUS_CANCELLED] = EXIT_INTERRUPTED,
};

static int
exit_code(enum status status)
{
	return (unsigned)status < STATUS_COUNT ? exit_codes[status] :
						 EX_SOFTWARE;
}

static const struct verb *
find_verb(const char *name)
{
	size_t i;

	for (i = 0; i < VERB_COUNT; i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

static void
print_options(unsigned flags)
{
	size_t i;

	puts("\nOptions, before or after the operands:");
	for (i = 0; i < OPTION_HELP_COUNT; i++)
		if ((options[i].flag & flags) != 0)
			puts(options[i].text);
}

static void
print_verb_help(const struct verb *verb)
{
	printf("Usage: " PROGRAM " %s [OPTION...] %s\n\n%s", verb->name,
	    verb->operands, verb->help);
	print_options(verb->flags | FLAGS_COMMON);
}

static void
print_help(void)
{
	size_t i;

	puts("Usage: " PROGRAM " VERB [OPTION...] [OPERAND...]\n"
	     "OAuth 2.0 logins for mail programs that use Cyrus SASL.\n\n"
	     "Verbs, each with a --help of its own:");
	for (i = 0; i < VERB_COUNT; i++)
		printf("  %-7s %-12s  %s\n", verbs[i].name, verbs[i].operands,
		    verbs[i].summary);
	print_options(FLAGS_COMMON);
	puts("\nSee sasl-bearer(1) and sasl-bearer.conf(5).");
}

static void
print_version(void)
{
	const char *library;
	size_t i;

	puts(PROGRAM " " PACKAGE_VERSION);
	for (i = 0; (library = libraries_at(i)) != NULL; i++)
		puts(library);
}

/* Returns the exit code for a command line that makes no sense. */
static int
usage_error(const struct verb *verb)
{
	if (verb != NULL)
		message("see: " PROGRAM " %s --help", verb->name);
	else
		message("see: " PROGRAM " --help");
	return EX_USAGE;
}

/* The flag of what getopt_long() returned. */
static unsigned
find_flag(int value)
{
	size_t i;

	for (i = 0; i < OPTION_HELP_COUNT; i++)
		if (options[i].option.val == value)
			return options[i].flag;
	return 0;
}

/* What getopt_long() stopped at: optopt is a letter or says which option. */
static void
complain(char **arguments)
{
	if (optopt > 0 && optopt < LONG_DUE && find_flag(optopt) == 0)
		message("there is no option -%c", optopt);
	else
		message("the option %s is unknown, ambiguous, or takes no "
			"value",
		    arguments[optind - 1]);
}

/* Moves the operands behind the options; false when an option is wrong. */
static bool
parse_options(int count, char **arguments, unsigned *flags)
{
	struct option table[OPTION_HELP_COUNT + 1];
	int value;
	size_t i;

	memset(table, 0, sizeof(table));
	for (i = 0; i < OPTION_HELP_COUNT; i++)
		table[i] = options[i].option;
	opterr = 0;
	while (
	    (value = getopt_long(count, arguments, "hvV", table, NULL)) != -1) {
		if (value == '?') {
			complain(arguments);
			return false;
		}
		*flags |= find_flag(value);
	}
	return true;
}

/* Has the verb these options, and this number of operands? */
static bool
check_usage(const struct verb *verb, const struct command *command)
{
	unsigned excess = command->flags & ~(verb->flags | FLAGS_COMMON);
	size_t i;

	for (i = 0; i < OPTION_HELP_COUNT; i++)
		if ((options[i].flag & excess) != 0) {
			message("%s has no option --%s", verb->name,
			    options[i].option.name);
			return false;
		}
	if (command->count < verb->min &&
	    (command->flags & verb->all_flag) == 0) {
		message("%s needs the name of an account%s", verb->name,
		    verb->all_flag == FLAG_DUE ? ", or --due" : "");
		return false;
	}
	if (command->count > verb->max) {
		message("%s takes %d operand%s, but there is also \"%s\"",
		    verb->name, verb->max, verb->max == 1 ? "" : "s",
		    command->operands[verb->max]);
		return false;
	}
	return true;
}

static int
run_verb(const struct verb *verb, const struct command *command)
{
	struct diag diag = { "" };
	enum status status;

	status = verb->run(command, &diag);
	if (status != STATUS_OK && diag.text[0] != '\0') {
		fflush(stdout); /* what came before stands before */
		message("%s", diag.text);
	}
	return exit_code(status);
}

static int
run(int count, char **arguments)
{
	const struct verb *verb = NULL;
	struct command command = { 0, NULL, 0 };

	if (!parse_options(count, arguments, &command.flags))
		return usage_error(NULL);
	if (optind < count && (verb = find_verb(arguments[optind])) == NULL) {
		message("there is no verb \"%s\"", arguments[optind]);
		return usage_error(NULL);
	}
	if ((command.flags & FLAG_HELP) != 0) {
		if (verb != NULL)
			print_verb_help(verb);
		else
			print_help();
		return EX_OK;
	}
	if ((command.flags & FLAG_VERSION) != 0) {
		print_version();
		return EX_OK;
	}
	if (verb == NULL) {
		message("which verb?");
		return usage_error(NULL);
	}
	command.operands = arguments + optind + 1;
	command.count = count - optind - 1;
	if (!check_usage(verb, &command))
		return usage_error(verb);
	return run_verb(verb, &command);
}

/*
 * Where one of the three standard descriptors is closed, the next file opened
 * would take its place, and output would go there. What stands in for it fails
 * when it is used.
 */
static bool
hold_standard_files(void)
{
	int fd;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null",
			fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			return false;
	return true;
}

int
main(int argc, char **argv)
{
	const struct rlimit no_core = { 0, 0 };
	int code;

	/* The process holds secrets: no core dump, no file for others. */
	if (!hold_standard_files() || setrlimit(RLIMIT_CORE, &no_core) != 0)
		return EX_OSERR;
	umask(S_IRWXG | S_IRWXO);
	code = run(argc, argv);
	if (ferror(stdout) || fclose(stdout) != 0) {
		message("cannot write to standard output: %s", strerror(errno));
		return EX_IOERR;
	}
	return code;
}
