/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Files and prompts of an import. See import_source.h.
 */

#include <string.h>
#include <unistd.h>

#include "account.h"
#include "file.h"
#include "gpg.h"
#include "import_source.h"
#include "prompt.h"
#include "shellquote.h"

void
import_source_init(struct import_source *source, const struct command *command)
{
	memset(source, 0, sizeof(*source));
	source->command = command;
	import_init(&source->facts);
}

void
import_source_clear(struct import_source *source)
{
	import_clear(&source->facts);
	conf_free(&source->conf);
}

/* Which operand is what: a file has a slash in its name, or is there. */
static enum status
take_operands(struct import_source *source, struct diag *diag)
{
	const struct command *command = source->command;
	const char *first = command->operands[0];

	if (command->count == 2) {
		source->file = first;
		source->account = command->operands[1];
	} else if (strchr(first, '/') != NULL || access(first, F_OK) == 0)
		source->file = first;
	else
		source->account = first;
	if (source->file == NULL && command->conf != NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "there is no file %s, and --conf goes with one", first);
	return STATUS_OK;
}

/* The configuration that is in force, and will be added to. */
static enum status
load_conf(struct import_source *source, struct diag *diag)
{
	struct place place;

	place_find(&place, PLACE_CREATE);
	if (place.conf[0] == '\0')
		return diag_set(diag, STATUS_CONFIG,
		    "the path of the configuration is empty or too long; check "
		    "SASL_BEARER_CONF, XDG_CONFIG_HOME and HOME");
	strcpy(source->path, place.conf);
	return conf_load(&source->conf, source->path, diag);
}

static enum status
read_file(const char *path, struct buf *text, struct diag *diag)
{
	enum status r = file_read_path(path, text, diag);

	if (r == STATUS_NOACCOUNT)
		r = diag_set(diag, STATUS_ACCESS, "there is no file %s", path);
	return r;
}

/* The token file, decrypted where it is encrypted. */
static enum status
read_token_file(struct import_source *source, struct diag *diag)
{
	struct buf text, plain;
	enum status r;

	buf_init_secret(&text, IMPORT_MAX_FILE);
	buf_init_secret(&plain, IMPORT_MAX_FILE);
	if ((r = read_file(source->file, &text, diag)) != STATUS_OK)
		goto out;
	if (!import_is_encrypted(buf_text(&text), text.length))
		r = import_parse(&source->facts, buf_text(&text), text.length,
		    source->file, diag);
	else if ((r = gpg_decrypt(buf_text(&text), text.length, source->file,
		      &plain, diag)) == STATUS_OK)
		r = import_parse(&source->facts, buf_text(&plain), plain.length,
		    source->file, diag);
out:
	buf_clear(&plain);
	buf_clear(&text);
	return r;
}

/* Does the token file do without the configuration? */
static bool
is_complete(const struct import_facts *facts)
{
	return facts->values[OPTION_CLIENT_ID] != NULL &&
	    facts->values[OPTION_TOKEN_ENDPOINT] != NULL;
}

/* What sasl-xoauth2's own configuration says besides, if there is one. */
static enum status
read_other_conf(struct import_source *source, struct diag *diag)
{
	const char *path = source->command->conf;
	struct settings settings;
	struct buf text;
	enum status r;

	memset(&settings, 0, sizeof(settings));
	buf_init_secret(&text, IMPORT_MAX_FILE);
	(void)conf_resolve(source->conf, NULL, &settings, NULL);
	if (path == NULL)
		path = settings.text[OPTION_XOAUTH2_CONF];
	r = file_read_path(path, &text, diag);
	if (r == STATUS_OK)
		r = import_parse_conf(&source->facts, buf_text(&text),
		    text.length, path, diag);
	else if (source->command->conf == NULL &&
	    (r == STATUS_NOACCOUNT || is_complete(&source->facts)))
		r = STATUS_OK;
	else if (r == STATUS_NOACCOUNT)
		r = diag_set(diag, STATUS_ACCESS, "there is no file %s", path);
	settings_clear(&settings);
	buf_clear(&text);
	return r;
}

static enum status
no_token(const struct import_source *source, struct diag *diag)
{
	const char *account =
	    source->account != NULL ? source->account : "ACCOUNT";

	if (source->facts.is_alone)
		return diag_set(diag, STATUS_REAUTH,
		    "%s has no refresh token, for its application works "
		    "without a person; set grant = \"client_credentials\" for "
		    "the account and run: sasl-bearer login %s",
		    source->file, shell_operand(account).text);
	return diag_set(diag, STATUS_REAUTH,
	    "%s has no refresh token, so there is nothing to import; log in "
	    "instead: sasl-bearer login %s",
	    source->file, shell_operand(account).text);
}

/* Whose it is: said here, there, or by the name of a token file. */
static enum status
find_account(struct import_source *source, struct diag *diag)
{
	const char *slash, *name = source->file;

	if (source->account == NULL)
		source->account = source->facts.account;
	if (source->account == NULL && name != NULL) {
		slash = strrchr(name, '/');
		name = slash != NULL ? slash + 1 : name;
		if (strchr(name, '@') != NULL)
			source->account = name;
	}
	if (source->account == NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "%s does not say whose it is; name the account: "
		    "sasl-bearer import %s ACCOUNT",
		    source->file, shell_operand(source->file).text);
	return account_check(source->account, diag);
}

enum status
import_source_read(struct import_source *source, struct diag *diag)
{
	struct import_facts *facts = &source->facts;
	enum status r;

	if ((r = take_operands(source, diag)) != STATUS_OK ||
	    (r = load_conf(source, diag)) != STATUS_OK)
		return r;
	if (source->file == NULL)
		return find_account(source, diag);
	if ((r = read_token_file(source, diag)) != STATUS_OK)
		return r;
	if (facts->form == IMPORT_XOAUTH2 &&
	    (r = read_other_conf(source, diag)) != STATUS_OK)
		return r;
	if ((r = find_account(source, diag)) != STATUS_OK)
		return r;
	return facts->refresh_token != NULL ? STATUS_OK :
					      no_token(source, diag);
}

bool
import_source_has_client(const struct import_source *source)
{
	struct settings settings;
	bool has = source->facts.values[OPTION_CLIENT_ID] != NULL;

	memset(&settings, 0, sizeof(settings));
	(void)conf_resolve_with(source->conf, source->account,
	    source->command->provider, &settings, NULL);
	has = has || settings.text[OPTION_CLIENT_ID] != NULL;
	settings_clear(&settings);
	return has;
}

static enum status
ask_token(struct import_facts *facts, struct diag *diag)
{
	enum status r;

	if (facts->refresh_token != NULL)
		return STATUS_OK;
	r = prompt_secret("Refresh token", &facts->refresh_token, diag);
	if (r == STATUS_CONFIG)
		diag_set(diag, r,
		    "no refresh token was given; type it, or make it the first "
		    "line of standard input");
	return r;
}

enum status
import_source_ask(struct import_source *source, struct diag *diag)
{
	struct import_facts *facts = &source->facts;
	char **id = &facts->values[OPTION_CLIENT_ID];
	enum status r;

	if ((r = ask_token(facts, diag)) != STATUS_OK)
		return r;
	if (import_source_has_client(source))
		return STATUS_OK;
	r = prompt_secret("Id of the application (client_id) that it was "
			  "given to",
	    id, diag);
	if (r == STATUS_CONFIG)
		return diag_set(diag, r,
		    "the client_id of the application that the token was given "
		    "to is not known; set it in %s, or type it",
		    source->path);
	if (r != STATUS_OK)
		return r;
	r = prompt_secret("Secret of the application, or nothing if it has "
			  "none",
	    &facts->client_secret, diag);
	return r == STATUS_CONFIG ? STATUS_OK : r;
}
