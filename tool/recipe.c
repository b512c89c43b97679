/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Recipes for mail programs. See recipe.h.
 *
 * In their lines "{word}" stands for what differs: {account}, {word} (the same
 * in a shell's command), {operand} (likewise, in a command inside of quotation
 * marks), {user}, {url} (the user in a URL), {label} (a name for a section),
 * {place} (a directory for its mail), {host}, {port}, {s} ("s" where TLS comes
 * first), {ssl} (as mbsync calls it), {starttls} ("on" or "off"), {tls} (an
 * option of imtest).
 */

#include <ctype.h>
#include <string.h>

#include "recipe.h"
#include "shellquote.h"

#define MBSYNC_LINES \
	"IMAPAccount {label}\n" \
	"Host {host}\n" \
	"Port {port}\n" \
	"User {account}\n" \
	"Pass \"(none)\"\n" \
	"AuthMechs XOAUTH2\n" \
	"SSLType {ssl}\n" \
	"\n" \
	"IMAPStore {label}-remote\n" \
	"Account {label}\n" \
	"\n" \
	"MaildirStore {label}-local\n" \
	"Path {place}\n" \
	"Inbox {place}INBOX\n" \
	"SubFolders Verbatim\n" \
	"\n" \
	"Channel {label}\n" \
	"Far :{label}-remote:\n" \
	"Near :{label}-local:\n" \
	"Patterns *\n" \
	"Create Near\n"

#define MUTT_READS \
	"set imap_user = \"{user}\"\n" \
	"set folder = \"imap{s}://{host}:{port}/\"\n" \
	"set spoolfile = \"imap{s}://{host}:{port}/INBOX\"\n" \
	"set imap_authenticators = \"xoauth2\"\n" \
	"set imap_oauth_refresh_command = \"sasl-bearer token {operand}\"\n" \
	"set ssl_force_tls = yes\n"

#define MUTT_SENDS \
	"set from = \"{account}\"\n" \
	"set smtp_url = \"smtp{s}://{url}@{host}:{port}/\"\n" \
	"set smtp_authenticators = \"xoauth2\"\n" \
	"set smtp_oauth_refresh_command = \"sasl-bearer token {operand}\"\n" \
	"set ssl_force_tls = yes\n"

#define MSMTP_LINES \
	"account {label}\n" \
	"host {host}\n" \
	"port {port}\n" \
	"tls on\n" \
	"tls_starttls {starttls}\n" \
	"auth xoauth2\n" \
	"user {user}\n" \
	"from {account}\n" \
	"passwordeval \"sasl-bearer token {operand}\"\n"

#define FETCHMAIL_LINES \
	"poll {label} via {host} protocol imap\n" \
	"  plugin \"sasl-bearer connect imap {host}:{port} {operand}\"\n" \
	"  auth external\n" \
	"  username \"{account}\" password \"unused\" sslproto ''\n"

#define IMTEST_LINES \
	"imtest {tls} -m XOAUTH2 -u {word} -a {word} -w unused " \
	"-p {port} {host}\n"

static const struct recipe recipes[] = {
	{ "mbsync", "~/.mbsyncrc", NULL, true, MBSYNC_LINES, NULL },
	{ "imtest", NULL, "/usr/lib/cyrus/bin/imtest", true, IMTEST_LINES,
	    NULL },
	{ "msmtp", "~/.msmtprc", NULL, false, NULL, MSMTP_LINES },
	{ "neomutt", "~/.neomuttrc", NULL, false, MUTT_READS, MUTT_SENDS },
	{ "mutt", "~/.muttrc", NULL, false, MUTT_READS, MUTT_SENDS },
	{ "fetchmail", "~/.fetchmailrc", NULL, false, FETCHMAIL_LINES, NULL },
};

#define RECIPE_COUNT (sizeof(recipes) / sizeof(recipes[0]))

const struct recipe *
recipe_at(size_t index)
{
	return index < RECIPE_COUNT ? &recipes[index] : NULL;
}

const struct recipe *
recipe_find(const char *name)
{
	size_t i;

	for (i = 0; i < RECIPE_COUNT; i++)
		if (strcmp(recipes[i].name, name) == 0)
			return &recipes[i];
	return NULL;
}

/* What may stand in the name of a section, and of a directory. */
static void
add_plain(const char *text, size_t length, struct buf *out)
{
	for (; length > 0; length--, text++)
		if (isalnum((unsigned char)*text) || *text == '-')
			buf_add(out, text, 1);
}

/* The name of the domain without what follows its first dot: "contoso"; among
 * others "me-contoso". */
static void
add_label(const struct recipe_words *words, struct buf *out)
{
	const char *account = words->account, *at = strrchr(account, '@');
	size_t before = out->length;

	if (at != NULL && words->has_others) {
		add_plain(account, (size_t)(at - account), out);
		buf_add_string(out, "-");
	}
	at = at != NULL ? at + 1 : account;
	add_plain(at, strcspn(at, "."), out);
	if (out->length == before)
		buf_add_string(out, "mail");
}

/* Where mail lies: of several accounts, not in one place. */
static void
add_place(const struct recipe_words *words, struct buf *out)
{
	buf_add_string(out, "~/Mail/");
	if (!words->has_others)
		return;
	add_label(words, out);
	buf_add_string(out, "/");
}

/* A user name inside a URL (RFC 3986, section 2). */
static void
add_url(const char *user, struct buf *out)
{
	for (; *user != '\0'; user++) {
		if (isalnum((unsigned char)*user) ||
		    strchr("-._~", *user) != NULL)
			buf_add(out, user, 1);
		else
			buf_add_format(out, "%%%02X", (unsigned char)*user);
	}
}

/* Nothing ends the quotation marks that are around it, or runs as a command. */
static void
add_escaped(const char *text, struct buf *out)
{
	for (; *text != '\0'; text++) {
		if (strchr("\"`$\\", *text) != NULL)
			buf_add(out, "\\", 1);
		buf_add(out, text, 1);
	}
}

static void
add_word(const char *name, const struct recipe_words *words, struct buf *out)
{
	bool has_starttls = words->server->has_starttls;

	if (strcmp(name, "account") == 0)
		add_escaped(words->account, out);
	else if (strcmp(name, "word") == 0)
		buf_add_string(out, shell_quote(words->account).text);
	else if (strcmp(name, "operand") == 0)
		add_escaped(shell_operand(words->account).text, out);
	else if (strcmp(name, "user") == 0)
		add_escaped(words->user, out);
	else if (strcmp(name, "url") == 0)
		add_url(words->user, out);
	else if (strcmp(name, "label") == 0)
		add_label(words, out);
	else if (strcmp(name, "place") == 0)
		add_place(words, out);
	else if (strcmp(name, "host") == 0)
		buf_add_string(out, words->server->host);
	else if (strcmp(name, "port") == 0)
		buf_add_string(out, words->server->port);
	else if (strcmp(name, "s") == 0)
		buf_add_string(out, has_starttls ? "" : "s");
	else if (strcmp(name, "ssl") == 0)
		buf_add_string(out, has_starttls ? "STARTTLS" : "IMAPS");
	else if (strcmp(name, "starttls") == 0)
		buf_add_string(out, has_starttls ? "on" : "off");
	else if (strcmp(name, "tls") == 0)
		buf_add_string(out, has_starttls ? "-t ''" : "-s");
}

void
recipe_format(const char *lines, const struct recipe_words *words,
    struct buf *out)
{
	char name[16];
	size_t length;

	while (*lines != '\0') {
		length = strcspn(lines, "{");
		buf_add(out, lines, length);
		lines += length;
		if (*lines == '\0')
			break;
		length = strcspn(++lines, "}");
		if (length < sizeof(name)) {
			memcpy(name, lines, length);
			name[length] = '\0';
			add_word(name, words, out);
		}
		lines += length + (lines[length] == '}');
	}
}
