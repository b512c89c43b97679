/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The table of verbs. See verbs.h.
 */

#include <limits.h>
#include <stddef.h>
#include <string.h>

#include "verbs.h"

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
	    .flags = FLAG_JSON | FLAG_WATCH | FLAG_NAGIOS | FLAG_PROMETHEUS |
		FLAG_WARNING | FLAG_CRITICAL,
	    .check = verb_check_status,
	    .run = verb_status,
	    .summary = "show accounts, their times, and who must act",
	    .help =
		"Shows the given accounts, or all that are configured or "
		"logged\n"
		"in; a single one with all that is known. Exits with 0 when "
		"each\n"
		"of them can be used and renewed.\n",
	},
	{
	    .name = "doctor",
	    .operands = "[ACCOUNT]",
	    .max = 1,
	    .flags = FLAG_JSON | FLAG_POSTFIX | FLAG_MBSYNC | FLAG_CLIENT |
		FLAG_SERVER | FLAG_REPORT | FLAG_FIX | FLAG_RENEW,
	    .check = verb_check_doctor,
	    .run = verb_doctor,
	    .summary = "find what is wrong, and say what to do first",
	    .help = "Looks at everything that a login needs, in the order in "
		    "which\n"
		    "one thing rests on another, and ends with the next step.\n"
		    "Changes nothing.\n",
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
	{
	    .name = "completion",
	    .operands = "bash|zsh|fish|accounts|providers",
	    .min = 1,
	    .max = 1,
	    .check = verb_check_completion,
	    .run = verb_completion,
	    .summary = "print a shell's completions",
	    .help = "Prints the script with which bash, zsh or fish completes\n"
		    "sasl-bearer's command line, or what such a script asks "
		    "for:\n"
		    "the names of accounts or of providers, one a line.\n",
	},
};

#define VERB_COUNT (sizeof(verbs) / sizeof(verbs[0]))

/* Long options without a letter are above all letters. */
enum long_option {
	LONG_DUE = VERBS_LONG_OPTION,
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
	LONG_WATCH,
	LONG_NAGIOS,
	LONG_PROMETHEUS,
	LONG_WARNING,
	LONG_CRITICAL,
	LONG_POSTFIX,
	LONG_MBSYNC,
	LONG_CLIENT,
	LONG_SERVER,
	LONG_REPORT,
	LONG_FIX,
	LONG_RENEW,
};

/* Where the value of an option goes; 0 is no place, for the flags are there. */
#define VALUE(member) offsetof(struct command, member)

static const struct verb_option options[] = {
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
	{ { "watch", no_argument, NULL, LONG_WATCH }, FLAG_WATCH, 0,
	    "      --watch    show it again every two seconds, until Ctrl-C" },
	{ { "nagios", no_argument, NULL, LONG_NAGIOS }, FLAG_NAGIOS, 0,
	    "      --nagios   one line and an exit code, as a monitoring plugin" },
	{ { "warning", required_argument, NULL, LONG_WARNING }, FLAG_WARNING,
	    VALUE(warning),
	    "      --warning=TIME\n"
	    "                 how long before somebody must act; 3d" },
	{ { "critical", required_argument, NULL, LONG_CRITICAL }, FLAG_CRITICAL,
	    VALUE(critical),
	    "      --critical=TIME\n"
	    "                 the same for CRITICAL; 1d" },
	{ { "prometheus", no_argument, NULL, LONG_PROMETHEUS }, FLAG_PROMETHEUS,
	    0,
	    "      --prometheus\n"
	    "                 print metrics for node_exporter's textfiles" },
	{ { "starttls", no_argument, NULL, LONG_STARTTLS }, FLAG_STARTTLS, 0,
	    "      --starttls  begin without TLS, and switch to it" },
	{ { "postfix", no_argument, NULL, LONG_POSTFIX }, FLAG_POSTFIX, 0,
	    "      --postfix  look at Postfix, as it is configured here" },
	{ { "mbsync", no_argument, NULL, LONG_MBSYNC }, FLAG_MBSYNC, 0,
	    "      --mbsync   what mbsync needs for the account" },
	{ { "client", required_argument, NULL, LONG_CLIENT }, FLAG_CLIENT,
	    VALUE(client),
	    "      --client=PROGRAM\n"
	    "                 the same for another mail program" },
	{ { "server", required_argument, NULL, LONG_SERVER }, FLAG_SERVER,
	    VALUE(server),
	    "      --server=URL\n"
	    "                 log in at smtp://HOST:PORT, imap:// or pop://" },
	{ { "renew", no_argument, NULL, LONG_RENEW }, FLAG_RENEW, 0,
	    "      --renew    get a new token, without a question" },
	{ { "fix", no_argument, NULL, LONG_FIX }, FLAG_FIX, 0,
	    "      --fix      change Postfix's configuration, after a yes" },
	{ { "report", no_argument, NULL, LONG_REPORT }, FLAG_REPORT, 0,
	    "      --report   print a text that may be shown in public" },
	{ { "verbose", no_argument, NULL, 'v' }, FLAG_VERBOSE, 0,
	    "  -v, --verbose  say on standard error what is done" },
	{ { "help", no_argument, NULL, 'h' }, FLAG_HELP, 0,
	    "  -h, --help     print this text" },
	{ { "version", no_argument, NULL, 'V' }, FLAG_VERSION, 0,
	    "  -V, --version  print versions, of libraries too" },
};

#define VERB_OPTION_COUNT (sizeof(options) / sizeof(options[0]))

_Static_assert(VERB_OPTION_COUNT <= VERBS_MAX_OPTIONS, "more options");

const struct verb *
verbs_at(size_t index)
{
	return index < VERB_COUNT ? &verbs[index] : NULL;
}

const struct verb_option *
verbs_option_at(size_t index)
{
	return index < VERB_OPTION_COUNT ? &options[index] : NULL;
}

const struct verb *
verbs_find(const char *name)
{
	size_t i;

	for (i = 0; i < VERB_COUNT; i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}
