/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a mail program other than Postfix needs, printed for an account. See
 * doctor.h.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "doctor_client.h"
#include "doctor_recipe.h"
#include "file.h"
#include "known_server.h"
#include "program.h"
#include "recipe.h"

#define MAX_LINES 16384

/* Configurations of a person's programs. */
#define MAX_FILE (1024 * 1024)

static void
examine_program(struct doctor *doctor, const struct recipe *recipe)
{
	char path[1024];

	if (program_find(recipe->name, path, sizeof(path)) ||
	    (recipe->program != NULL &&
		program_find(recipe->program, path, sizeof(path)))) {
		doctor_ok(doctor, "%s is %s", recipe->name, path);
		return;
	}
	doctor_warn(doctor, "%s is not installed, or not in PATH",
	    recipe->name);
	doctor_next(doctor, "install %s", recipe->name);
}

/* The server of a service, from --server or from the account's provider. */
static bool
find_server(struct doctor *doctor, const char *account, unsigned service,
    struct mailserver *server)
{
	static const enum mail_protocol protocols[] = { MAIL_SMTP, MAIL_IMAP,
		MAIL_POP };
	const char *known;
	struct diag diag;
	size_t i;

	for (i = 0; i < SERVICE_COUNT; i++) {
		if (services[i].bit != service)
			continue;
		if (doctor->client.server != NULL &&
		    mailserver_parse_url(server, doctor->client.server,
			&diag) == STATUS_OK &&
		    server->protocol == protocols[i])
			return true;
		known = doctor->session.conf != NULL ?
		    known_server_of(&doctor->session, account, service) :
		    NULL;
		return known != NULL &&
		    mailserver_parse_url(server, known, &diag) == STATUS_OK;
	}
	return false;
}

/* The name that a program presents itself: as the module would. */
static const char *
find_user(struct doctor *doctor, const char *account, const char *service,
    struct settings *settings)
{
	struct record record;
	const char *user;

	record_init(&record);
	(void)conf_resolve(doctor->session.conf, account, settings, NULL);
	settings_apply_users(settings, &record);
	user = record_user(&record, service);
	record_clear(&record);
	return user != NULL ? user : account;
}

static void
print_lines(struct doctor *doctor, const char *text)
{
	size_t length;

	for (; *text != '\0'; text += length + (text[length] == '\n')) {
		length = strcspn(text, "\n");
		doctor_line(doctor, "%.*s", (int)length, text);
	}
}

/* Is there another account, whose lines may stand in the same file? */
static bool
has_others(const struct accounts *known, const char *account)
{
	size_t i;

	for (i = 0; i < known->count; i++)
		if (strcmp(known->names[i], account) != 0)
			return true;
	return false;
}

static void
print_part(struct doctor *doctor, const struct accounts *known,
    const char *account, const char *lines, const struct mailserver *server)
{
	struct recipe_words words = { account, account, server,
		has_others(known, account) };
	const struct recipe *recipe = doctor->client.recipe;
	struct settings settings;
	struct buf text;

	buf_init(&text, MAX_LINES);
	if (doctor->session.conf != NULL)
		words.user =
		    find_user(doctor, account, server->service, &settings);
	recipe_format(lines, &words, &text);
	if (buf_status(&text) != STATUS_OK)
		doctor->failed = STATUS_NOMEM;
	if (recipe->file != NULL)
		doctor_ok(doctor,
		    "%s needs this in %s, for %s at %s:", recipe->name,
		    recipe->file, account, server->host);
	else
		doctor_ok(doctor, "run this, for %s at %s:", account,
		    server->host);
	print_lines(doctor, buf_text(&text));
	if (doctor->session.conf != NULL)
		settings_clear(&settings);
	buf_clear(&text);
}

static void
examine_part(struct doctor *doctor, const struct accounts *known,
    const char *account, const char *lines, unsigned service,
    const char *scheme)
{
	struct mailserver server;

	if (lines == NULL)
		return;
	if (find_server(doctor, account, service, &server)) {
		print_part(doctor, known, account, lines, &server);
		return;
	}
	doctor_unsure(doctor,
	    "what %s needs for %s cannot be said without the name of the "
	    "server: --server=%s://HOST",
	    doctor->client.name, account, scheme);
}

/* A block of ~/.mbsyncrc about one account. */
struct mbsync_block {
	char host[256], user[256], mechanisms[256];
	unsigned pass_command; /* its line; 0: none */
};

/* "Keyword value", with the quotes gone; false: it is another keyword. */
static bool
take_value(const char *line, const char *keyword, char *value, size_t space)
{
	size_t length = strlen(keyword), end;

	line += strspn(line, " \t");
	if (strncasecmp(line, keyword, length) != 0 ||
	    (line[length] != ' ' && line[length] != '\t'))
		return false;
	line += length + strspn(line + length, " \t");
	end = *line == '"' ? strcspn(++line, "\"\n") : strcspn(line, "\n");
	while (end > 0 && line[end - 1] == ' ')
		end--;
	snprintf(value, space, "%.*s", (int)end, line);
	return true;
}

static void
judge_block(struct doctor *doctor, const struct mbsync_block *block,
    const char *account, const char *path)
{
	if (strcasecmp(block->user, account) != 0)
		return;
	doctor_hide_know_server(doctor->hide, block->host);
	if (block->mechanisms[0] != '\0' &&
	    strchr(block->mechanisms, '*') == NULL &&
	    strcasestr(block->mechanisms, "XOAUTH2") == NULL &&
	    strcasestr(block->mechanisms, "OAUTHBEARER") == NULL) {
		doctor_wrong(doctor, STATUS_CONFIG,
		    "%s: AuthMechs of %s at %s is %s, without XOAUTH2", path,
		    account, block->host, block->mechanisms);
		doctor_next(doctor, "change it in %s: AuthMechs XOAUTH2", path);
		return;
	}
	if (block->pass_command == 0)
		return;
	doctor_warn(doctor,
	    "%s, line %u: PassCmd for %s is run each time, and what it prints "
	    "is not used",
	    path, block->pass_command, account);
	doctor_next(doctor, "put in its place in %s: Pass \"(none)\"", path);
}

static void
examine_mbsyncrc_text(struct doctor *doctor, const char *text,
    const char *account, const char *path)
{
	struct mbsync_block block;
	char ignored[256];
	unsigned line;
	size_t length;

	memset(&block, 0, sizeof(block));
	for (line = 1; *text != '\0'; line++) {
		length = strcspn(text, "\n");
		if (length == strspn(text, " \t")) {
			judge_block(doctor, &block, account, path);
			memset(&block, 0, sizeof(block));
		}
		(void)take_value(text, "Host", block.host, sizeof(block.host));
		(void)take_value(text, "User", block.user, sizeof(block.user));
		(void)take_value(text, "AuthMechs", block.mechanisms,
		    sizeof(block.mechanisms));
		if (take_value(text, "PassCmd", ignored, sizeof(ignored)))
			block.pass_command = line;
		text += length + (text[length] == '\n');
	}
	judge_block(doctor, &block, account, path);
}

/* What stands there already, of a version before 1.5 too. */
static void
examine_mbsyncrc(struct doctor *doctor, const char *account)
{
	const char *home = getenv("HOME");
	struct buf text;
	char path[1024];

	snprintf(path, sizeof(path), "%s/.mbsyncrc", home != NULL ? home : "");
	/* A PassCmd may have a secret in it. */
	buf_init_secret(&text, MAX_FILE);
	if (file_read_path(path, &text, NULL) == STATUS_OK)
		examine_mbsyncrc_text(doctor, buf_text(&text), account, path);
	buf_clear(&text);
}

static void
examine_account(struct doctor *doctor, const struct accounts *known,
    const char *account)
{
	const struct recipe *recipe = doctor->client.recipe;

	examine_part(doctor, known, account, recipe->reads, SERVICE_IMAP,
	    "imap");
	examine_part(doctor, known, account, recipe->sends, SERVICE_SMTP,
	    "smtp");
	if (strcmp(recipe->name, "mbsync") == 0)
		examine_mbsyncrc(doctor, account);
}

void
doctor_examine_recipe(struct doctor *doctor)
{
	const struct command *command = doctor->command;
	struct accounts known;
	struct diag diag;
	enum status r;
	size_t i;

	examine_program(doctor, doctor->client.recipe);
	r = doctor_client_accounts(doctor, &known, &diag);
	if (command->count > 0) {
		examine_account(doctor, &known, command->operands[0]);
	} else if (r != STATUS_OK) {
		doctor_unsure(doctor, "%s", diag.text);
	} else if (known.count == 0) {
		doctor_unsure(doctor,
		    "what %s needs is printed for an account: sasl-bearer "
		    "doctor --client=%s ACCOUNT",
		    doctor->client.name, doctor->client.name);
	}
	for (i = 0; command->count == 0 && i < known.count; i++)
		examine_account(doctor, &known, known.names[i]);
	accounts_clear(&known);
}
