/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * sasl-bearer(1): the command line, and exit codes.
 */

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#elif defined(__FreeBSD__)
#include <sys/procctl.h>
#endif
#include <sys/resource.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "libraries.h"
#include "message.h"
#include "secret.h"
#include "verbs.h"

/* 128 + SIGINT, as a shell has it. */
#define EXIT_INTERRUPTED 130

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

static void
print_options(unsigned flags)
{
	const struct verb_option *option;
	size_t i;

	puts("\nOptions, before or after the operands:");
	for (i = 0; (option = verbs_option_at(i)) != NULL; i++)
		if ((option->flag & flags) != 0)
			puts(option->text);
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
	const struct verb *verb;
	size_t i;

	puts("Usage: " PROGRAM " VERB [OPTION...] [OPERAND...]\n"
	     "OAuth 2.0 logins for mail programs that use Cyrus SASL.\n\n"
	     "Verbs, each with a --help of its own:");
	for (i = 0; (verb = verbs_at(i)) != NULL; i++)
		printf("  %-10s %-12s  %s\n", verb->name, verb->operands,
		    verb->summary);
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
	const struct verb_option *option;
	size_t i;

	for (i = 0; (option = verbs_option_at(i)) != NULL; i++)
		if (option->option.val == value)
			return option->flag;
	return 0;
}

/* What getopt_long() stopped at: optopt is a letter or says which option. */
static void
complain(char **arguments)
{
	if (optopt > 0 && optopt < VERBS_LONG_OPTION && find_flag(optopt) == 0)
		message("there is no option -%c", optopt);
	else
		message("the option %s is unknown or ambiguous, or takes no "
			"value, or lacks one",
		    arguments[optind - 1]);
}

/* Takes what getopt_long() returned into the command. */
static void
take_option(int value, struct command *command)
{
	const struct verb_option *option;
	size_t i;

	for (i = 0; (option = verbs_option_at(i)) != NULL; i++) {
		if (option->option.val != value)
			continue;
		command->flags |= option->flag;
		if (option->value != 0)
			memcpy((char *)command + option->value, &optarg,
			    sizeof(optarg));
	}
}

/* Moves the operands behind the options; false when an option is wrong. */
static bool
parse_options(int count, char **arguments, struct command *command)
{
	struct option table[VERBS_MAX_OPTIONS + 1] = { { 0 } };
	const struct verb_option *option;
	int value;
	size_t i;

	for (i = 0; (option = verbs_option_at(i)) != NULL; i++)
		table[i] = option->option;
	opterr = 0;
	while (
	    (value = getopt_long(count, arguments, "hvV", table, NULL)) != -1) {
		if (value == '?') {
			complain(arguments);
			return false;
		}
		take_option(value, command);
	}
	return true;
}

/* Has the verb these options, and this number of operands? */
static bool
check_usage(const struct verb *verb, const struct command *command)
{
	const struct verb_option *option;
	unsigned excess = command->flags & ~(verb->flags | FLAGS_COMMON);
	size_t i;

	for (i = 0; (option = verbs_option_at(i)) != NULL; i++)
		if ((option->flag & excess) != 0) {
			message("%s has no option --%s", verb->name,
			    option->option.name);
			return false;
		}
	if (command->count < verb->min &&
	    (command->flags & verb->all_flag) == 0) {
		if (verb->min > 1 || strstr(verb->operands, "ACCOUNT") == NULL)
			message("%s needs %s", verb->name, verb->operands);
		else
			message("%s needs the name of an account%s", verb->name,
			    verb->all_flag == FLAG_DUE     ? ", or --due" :
				verb->all_flag == FLAG_ALL ? ", or --all" :
							     "");
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

	*command->exit_code = -1;
	status = verb->run(command, &diag);
	if (status != STATUS_OK && diag.text[0] != '\0') {
		fflush(stdout); /* what came before stands before */
		message("%s", diag.text);
	}
	return *command->exit_code >= 0 ? *command->exit_code :
					  exit_code(status);
}

/* Is the argument exactly an option of the verb? */
static bool
is_option(const struct verb *verb, const char *argument)
{
	const struct verb_option *help;
	size_t i;

	for (i = 0; (help = verbs_option_at(i)) != NULL; i++) {
		if ((help->flag & (verb->flags | FLAGS_COMMON)) == 0)
			continue;
		if (argument[0] == '-' && argument[1] == '-' &&
		    strcmp(argument + 2, help->option.name) == 0)
			return true;
		if (argument[0] == '-' && argument[1] != '\0' &&
		    argument[1] == help->option.val && argument[2] == '\0')
			return true;
	}
	return false;
}

/*
 * Of the arguments of a verb that takes any text, such as "-ERR no", only what
 * is exactly an option is one, and nothing behind --. Moves the options, and
 * the --, before the verb. Returns how many arguments getopt shall see.
 */
static int
separate_text(int count, char **arguments)
{
	const struct verb *verb;
	char *option;
	int i, j, front = 1;
	bool is_end = false;

	for (i = 1; i < count && arguments[i][0] == '-'; i++)
		;
	if (i == count || (verb = verbs_find(arguments[i])) == NULL ||
	    !verb->is_text)
		return count;
	for (i = 1; i < count && !is_end; i++) {
		option = arguments[i];
		is_end = strcmp(option, "--") == 0;
		if (!is_end && !is_option(verb, option))
			continue;
		for (j = i; j > front; j--)
			arguments[j] = arguments[j - 1];
		arguments[front++] = option;
	}
	return front;
}

static int
run(int count, char **arguments)
{
	const struct verb *verb = NULL;
	int own_code;
	struct command command = { .flags = 0, .exit_code = &own_code };

	if (!parse_options(separate_text(count, arguments), arguments,
		&command))
		return usage_error(NULL);
	if (optind < count && (verb = verbs_find(arguments[optind])) == NULL) {
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
	if (!check_usage(verb, &command) ||
	    (verb->check != NULL && !verb->check(&command)))
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

/*
 * No core dump, and where the system can do that no other process of the same
 * user looks into this one: a program that it starts is as open as ever.
 */
static bool
close_process(void)
{
	const struct rlimit no_core = { 0, 0 };

	secret_lock_pages();
	if (setrlimit(RLIMIT_CORE, &no_core) != 0)
		return false;
#ifdef __linux__
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
#elif defined(__FreeBSD__)
	int closed = PROC_TRACE_CTL_DISABLE;

	return procctl(P_PID, getpid(), PROC_TRACE_CTL, &closed) == 0;
#else
	return true;
#endif
}

int
main(int argc, char **argv)
{
	int code;

	/* The process holds secrets: no look into it, no file for others. */
	if (!hold_standard_files() || !close_process())
		return EX_OSERR;
	umask(S_IRWXG | S_IRWXO);
	/* A TPM's libraries write to standard error of themselves. */
	if (setenv("TSS2_LOG", "all+NONE", 0) != 0)
		return EX_OSERR;
	code = run(argc, argv);
	if (ferror(stdout) || fclose(stdout) != 0) {
		message("cannot write to standard output: %s", strerror(errno));
		return EX_IOERR;
	}
	return code;
}
