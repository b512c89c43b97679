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
#include "verb.h"

/* 128 + SIGINT, as a shell has it. */
#define EXIT_INTERRUPTED 130

/* What main.c does itself; beside FLAG_... of verb.h. */
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

static const struct verb verbs[] = {
	{
	    .name = "login",
	    .operands = "ACCOUNT",
	    .min = 1,
	    .max = 1,
	    .flags = FLAG_BROWSER | FLAG_DEVICE | FLAG_ANYWAY | FLAG_ASK |
		FLAG_PROVIDER | FLAG_FOR | FLAG_PORT,
	    .check = verb_check_login,
	    .run = verb_login,
	    .summary = "log an account in: browser, code, or no person",
	    .help =
		"Has a person sign in, with a browser here or by a code that\n"
		"any device takes, or proves that an account without a person\n"
		"works, and stores what the provider gives. Nothing is\n"
		"replaced before that. Run by root, it makes the directories\n"
		"and files for the users that the options reader and renewer\n"
		"name.\n",
	},
	{
	    .name = "import",
	    .operands = "[FILE] [ACCOUNT]",
	    .min = 1,
	    .max = 2,
	    .flags = FLAG_PROVIDER | FLAG_CONF | FLAG_DRY_RUN | FLAG_ANYWAY,
	    .run = verb_import,
	    .summary = "take over the login of another program",
	    .help =
		"Takes over a refresh token: from a token file of "
		"sasl-xoauth2\n"
		"or mutt_oauth2.py, which gpg decrypts, or without a FILE from "
		"a\n"
		"prompt or the first line of standard input. It is proved by "
		"a\n"
		"renewal before anything is replaced, and the configuration "
		"gets\n"
		"the section that it lacks. FILE is left as it is.\n",
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
	    .operands = "[ACCOUNT]",
	    .min = 1,
	    .max = 1,
	    .flags = FLAG_ALL | FLAG_ANYWAY,
	    .all_flag = FLAG_ALL,
	    .run = verb_logout,
	    .summary = "revoke a login and remove it from this host",
	    .help =
		"Has the provider revoke the login where that can be, and "
		"removes\n"
		"its token and its grant here. With --all, of every account.\n"
		"While the provider does not answer nothing is removed, unless\n"
		"with --anyway.\n",
	},
	{
	    .name = "seal",
	    .operands = "[ACCOUNT...]",
	    .max = INT_MAX,
	    .flags = FLAG_KEY_FILE,
	    .run = verb_seal,
	    .summary = "seal grants with the key that is configured",
	    .help = "Seals the grants of the given accounts, or of all, with\n"
		    "grant_key. With --key-file that is made the key first: a "
		    "file\n"
		    "that is not there is made, and the key before it becomes\n"
		    "grant_key_old.\n",
	},
	{
	    .name = "connect",
	    .operands = "imap|pop|smtp HOST[:PORT] ACCOUNT",
	    .min = 3,
	    .max = 3,
	    .flags = FLAG_STARTTLS,
	    .run = verb_connect,
	    .summary = "hand over a session that is logged in already",
	    .help =
		"Connects to the mail server by TLS, logs in with the token, "
		"and\n"
		"then copies between the server and standard input and output: "
		"a\n"
		"tunnel for fetchmail, mbsync and other programs.\n",
	},
	{
	    .name = "explain",
	    .operands = "[TEXT...]",
	    .max = INT_MAX,
	    .flags = FLAG_JSON,
	    .is_text = true,
	    .run = verb_explain,
	    .summary = "say what an error message means, and what to do",
	    .help =
		"Takes any message: a code, a log line, an answer in JSON, a\n"
		"reply of a server, a page's words; without one, or with -,\n"
		"from standard input. Exits with 0 for what it does not know\n"
		"too. Secrets in the text are not shown again.\n",
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
enum long_option {
	LONG_DUE = 256,
	LONG_FORCE,
	LONG_JSON,
	LONG_STARTTLS,
	LONG_BROWSER,
	LONG_DEVICE,
	LONG_ANYWAY,
	LONG_ASK,
	LONG_PROVIDER,
	LONG_FOR,
	LONG_PORT,
	LONG_ALL,
	LONG_CONF,
	LONG_DRY_RUN,
	LONG_KEY_FILE,
};

/* Where the value of an option goes; 0 is no place, for the flags are there. */
#define VALUE(member) offsetof(struct command, member)

static const struct option_help {
	struct option option;
	unsigned flag;
	size_t value; /* VALUE() of an option that has one */
	const char *text;
} options[] = {
	{ { "browser", no_argument, NULL, LONG_BROWSER }, FLAG_BROWSER, 0,
	    "      --browser  sign in with a browser, which comes back here" },
	{ { "device", no_argument, NULL, LONG_DEVICE }, FLAG_DEVICE, 0,
	    "      --device   sign in by a code that any device takes" },
	{ { "for", required_argument, NULL, LONG_FOR }, FLAG_FOR,
	    VALUE(services),
	    "      --for=WHAT ask for smtp, imap or pop, or several of them" },
	{ { "provider", required_argument, NULL, LONG_PROVIDER }, FLAG_PROVIDER,
	    VALUE(provider),
	    "      --provider=NAME\n"
	    "                 a preset or a provider section; not looked up" },
	{ { "port", required_argument, NULL, LONG_PORT }, FLAG_PORT,
	    VALUE(port),
	    "      --port=N   where the browser comes back to (ssh -L)" },
	{ { "ask", no_argument, NULL, LONG_ASK }, FLAG_ASK, 0,
	    "      --ask      ask for the application's secret anew" },
	{ { "anyway", no_argument, NULL, LONG_ANYWAY }, FLAG_ANYWAY, 0,
	    "      --anyway   login, import: keep a token that looks wrong;\n"
	    "                 logout: remove here what could not be revoked" },
	{ { "conf", required_argument, NULL, LONG_CONF }, FLAG_CONF,
	    VALUE(conf),
	    "      --conf=FILE\n"
	    "                 sasl-xoauth2's, if not /etc/sasl-xoauth2.conf" },
	{ { "dry-run", no_argument, NULL, LONG_DRY_RUN }, FLAG_DRY_RUN, 0,
	    "      --dry-run  say what would be done, and do nothing" },
	{ { "key-file", required_argument, NULL, LONG_KEY_FILE }, FLAG_KEY_FILE,
	    VALUE(key_file),
	    "      --key-file=FILE\n"
	    "                 the key to seal with from now on; made if need "
	    "be" },
	{ { "all", no_argument, NULL, LONG_ALL }, FLAG_ALL, 0,
	    "      --all      every account" },
	{ { "due", no_argument, NULL, LONG_DUE }, FLAG_DUE, 0,
	    "      --due      only where the token is due" },
	{ { "force", no_argument, NULL, LONG_FORCE }, FLAG_FORCE, 0,
	    "      --force    even if a renewal has failed recently" },
	{ { "json", no_argument, NULL, LONG_JSON }, FLAG_JSON, 0,
	    "      --json     print JSON" },
	{ { "starttls", no_argument, NULL, LONG_STARTTLS }, FLAG_STARTTLS, 0,
	    "      --starttls  begin without TLS, and switch to it" },
	{ { "verbose", no_argument, NULL, 'v' }, FLAG_VERBOSE, 0,
	    "  -v, --verbose  say on standard error what is done" },
	{ { "help", no_argument, NULL, 'h' }, FLAG_HELP, 0,
	    "  -h, --help     print this text" },
	{ { "version", no_argument, NULL, 'V' }, FLAG_VERSION, 0,
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
		message("the option %s is unknown or ambiguous, or takes no "
			"value, or lacks one",
		    arguments[optind - 1]);
}

/* Takes what getopt_long() returned into the command. */
static void
take_option(int value, struct command *command)
{
	size_t i;

	for (i = 0; i < OPTION_HELP_COUNT; i++) {
		if (options[i].option.val != value)
			continue;
		command->flags |= options[i].flag;
		if (options[i].value != 0)
			memcpy((char *)command + options[i].value, &optarg,
			    sizeof(optarg));
	}
}

/* Moves the operands behind the options; false when an option is wrong. */
static bool
parse_options(int count, char **arguments, struct command *command)
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
		take_option(value, command);
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
		if (verb->min > 1)
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

	status = verb->run(command, &diag);
	if (status != STATUS_OK && diag.text[0] != '\0') {
		fflush(stdout); /* what came before stands before */
		message("%s", diag.text);
	}
	return exit_code(status);
}

/* Is the argument exactly an option of the verb? */
static bool
is_option(const struct verb *verb, const char *argument)
{
	const struct option_help *help;
	size_t i;

	for (i = 0; i < OPTION_HELP_COUNT; i++) {
		help = &options[i];
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
	if (i == count || (verb = find_verb(arguments[i])) == NULL ||
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
	struct command command = { .flags = 0 };

	if (!parse_options(separate_text(count, arguments), arguments,
		&command))
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
