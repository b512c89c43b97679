/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * sasl-bearer import: takes over the login of another program.
 *
 * What its files say is read, and compared with what is configured here. Then
 * the refresh token is proved by a renewal. A provider that rotates has ended
 * the old token by its answer, so the new one is saved before anything else;
 * after that the configuration gets the section that it lacks. The files of
 * the other program are left as they are.
 */

#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "attention.h"
#include "import_conf.h"
#include "import_plan.h"
#include "import_source.h"
#include "interrupt.h"
#include "login.h"
#include "message.h"
#include "provider.h"
#include "shellquote.h"
#include "when.h"
#include "words.h"

#define OFFLINE_SCOPE "offline_access"

struct import {
	struct import_source source;
	struct import_plan plan;
	struct import_conf edit;
	struct login login;
};

static void
print_ignored(const struct import *import)
{
	if (import->source.facts.ignored.length > 0)
		message("not taken over, for it has no meaning here: %s",
		    buf_text(&import->source.facts.ignored));
	if (import->plan.ignored.length > 0)
		message("not taken over, for its value is not possible here: "
			"%s",
		    buf_text(&import->plan.ignored));
}

/* User and password in the address of a proxy, the one secret of a section. */
static const char *
find_secret(const char *text, size_t *length)
{
	const char *line = strstr(text, "proxy = \"");
	const char *start = line != NULL ? strstr(line, "://") : NULL;

	if (start == NULL)
		return NULL;
	start += strlen("://");
	*length = strcspn(start, "@\"\n");
	return start[*length] == '@' ? start : NULL;
}

/* What is to be added, or was. */
static void
print_text(const struct import *import, const char *what)
{
	const char *text = buf_text(&import->plan.text), *secret;
	size_t length;

	if (text[0] == '\0')
		return;
	printf("%s %s:\n%s", what, import->source.path,
	    text[0] == '\n' ? "" : "\n");
	if ((secret = find_secret(text, &length)) != NULL) {
		printf("%.*s...", (int)(secret - text), text);
		text = secret + length;
	}
	printf("%s\n", text);
	fflush(stdout);
}

static enum status
make_plan(struct import *import, struct diag *diag)
{
	enum status r;

	r = import_plan(import->source.conf, import->source.account,
	    import->source.command->provider, &import->source.facts,
	    import->source.file != NULL ? import->source.file :
					  "a refresh token",
	    &import->plan, diag);
	print_ignored(import);
	if (r == STATUS_CONFIG && import->plan.had_section)
		print_text(import, "What is imported, as lines of");
	return r;
}

static void
print_dry_run(const struct import *import)
{
	print_text(import, "This would be added to");
	if (!import_source_has_client(&import->source))
		puts("The client_id of its application would be asked for.");
	printf("%s would be imported; nothing was changed, and the provider "
	       "was not asked.\n",
	    import->source.account);
}

/* Makes sure that the configuration can get what it lacks. */
static enum status
prepare_conf(struct import *import, struct diag *diag)
{
	struct diag cause;
	size_t length;
	enum status r;

	if (import->plan.text.length == 0)
		return STATUS_OK;
	r = import_conf_open(&import->edit, import->source.path,
	    find_secret(buf_text(&import->plan.text), &length) != NULL, &cause);
	if (r == STATUS_OK)
		return r;
	if (r == STATUS_ACCESS)
		print_text(import, "These lines are missing in");
	return diag_set(diag, r, "%s%s", cause.text,
	    r == STATUS_ACCESS ? "; have the lines above added to the "
				 "configuration, and import again" :
				 "");
}

static enum status
prepare(struct import *import, struct diag *diag)
{
	struct login *login = &import->login;
	enum status r;

	login->account = import->source.account;
	login->secret = import->source.facts.client_secret;
	login->keeps_scope = true;
	strcpy(login->session.place.conf, import->source.path);
	login->session.addition = buf_text(&import->plan.text);
	if ((r = login_prepare(login, diag)) != STATUS_OK)
		return r;
	if (oauth_grant_needs_person(login->endpoint.grant))
		return STATUS_OK;
	return diag_set(diag, STATUS_CONFIG,
	    "the grant of %s is %s, for which there is no refresh token; run: "
	    "sasl-bearer login %s",
	    import->source.account, oauth_grant_name(login->endpoint.grant),
	    shell_operand(import->source.account).text);
}

/*
 * One renewal. From here on an interrupt waits: the answer may hold the only
 * refresh token that is still good.
 */
static enum status
prove(struct import *import, struct login_result *result, struct diag *diag)
{
	struct login *login = &import->login;
	struct ask ask = {
		.renewer = &login->session.renewer,
		.endpoint = &login->endpoint,
		.timeout_ms =
		    login->endpoint.settings.seconds[OPTION_TIMEOUT] * 1000,
	};
	struct diag cause;
	enum status r;

	if (*interrupt_flag() != 0)
		return STATUS_CANCELLED;
	login->session.renewer.cancelled = NULL;
	r = ask_token(&ask, import->source.facts.refresh_token, &result->token,
	    &cause);
	result->asked_at = ask.asked_at;
	if (r == STATUS_OK)
		return r;
	if (r == STATUS_REAUTH)
		return diag_set(diag, r,
		    "the refresh token cannot be used (%s); log in instead: "
		    "sasl-bearer login %s",
		    cause.text, shell_operand(import->source.account).text);
	return diag_set(diag, r, "%s", cause.text);
}

/* What has been granted is what is asked for from now on. */
static enum status
keep_scope(struct login *login, const struct oauth_token *token,
    struct diag *diag)
{
	struct settings *settings = &login->endpoint.settings;
	const struct provider *preset = settings->preset;
	enum status r = STATUS_OK;
	struct buf scope;

	if (settings->text[OPTION_SCOPE] != NULL || token->scope == NULL)
		return STATUS_OK;
	buf_init(&scope, CONF_MAX_VALUE);
	buf_add_string(&scope, token->scope);
	/* Microsoft does not repeat it, and gives no refresh token without. */
	if (preset != NULL && words_have(preset->scope_always, OFFLINE_SCOPE) &&
	    !words_have(token->scope, OFFLINE_SCOPE))
		buf_add_string(&scope, " " OFFLINE_SCOPE);
	if (buf_status(&scope) == STATUS_NOMEM ||
	    (buf_status(&scope) == STATUS_OK &&
		settings_set(settings, OPTION_SCOPE, buf_text(&scope),
		    ORIGIN_LOGIN) != STATUS_OK))
		r = diag_set_nomem(diag);
	buf_clear(&scope);
	return r;
}

/* Has the provider replaced the refresh token? */
static bool
is_rotated(const struct import *import, const struct login_result *result)
{
	const char *token = result->token.refresh_token;

	return token != NULL &&
	    strcmp(token, import->source.facts.refresh_token) != 0;
}

/*
 * Is it the token that was meant? One that has replaced the other program's is
 * taken anyway, with the warnings, for it cannot be had again; but not in the
 * place of a login that is there.
 */
static enum status
check(struct import *import, const struct login_result *result,
    struct diag *diag)
{
	struct login *login = &import->login;
	struct command lenient = *login->command;
	struct diag cause;
	enum status r;

	if (!is_rotated(import, result))
		return login_check(login, result, diag);
	if (login->before.refresh_token == NULL) {
		lenient.flags |= FLAG_ANYWAY;
		login->command = &lenient;
		r = login_check(login, result, diag);
		login->command = import->source.command;
		return r;
	}
	if ((r = login_check(login, result, &cause)) == STATUS_OK)
		return r;
	return diag_set(diag, r,
	    "%s; and the refresh token that was imported is used up by now",
	    cause.text);
}

/* The new refresh token, or the old one where that goes on; then the rest. */
static enum status
save(struct import *import, struct login_result *result, struct record *record,
    struct diag *diag)
{
	struct import_facts *facts = &import->source.facts;
	char **token = &result->token.refresh_token;
	struct diag cause;
	enum status r;

	if (*token == NULL) {
		*token = facts->refresh_token;
		facts->refresh_token = NULL; /* now the result's */
	}
	if ((r = keep_scope(&import->login, &result->token, diag)) !=
		STATUS_OK ||
	    (r = login_save(&import->login, result, record, diag)) !=
		STATUS_OK ||
	    import->plan.text.length == 0)
		return r;
	r = import_conf_add(&import->edit, &import->plan.text, &cause);
	if (r == STATUS_OK)
		return r;
	print_text(import, "These lines are missing in");
	return diag_set(diag, r,
	    "the login is imported, but the configuration could not be "
	    "written: %s; add the lines above to it",
	    cause.text);
}

static void
print_hints(const struct import *import, bool rotated)
{
	const char *other = import->source.file != NULL ? import->source.file :
							  "the other program";

	if (rotated)
		message("the provider has given a new refresh token, and that "
			"in %s is used up or soon will be; do not use it with "
			"the other program any more",
		    other);
	else if (import->source.file != NULL)
		message("%s was left as it is; do not use it with the other "
			"program any more, for a refresh token can be used up "
			"by either, and remove it when this works",
		    other);
	if (import->source.facts.form == IMPORT_XOAUTH2)
		message("for Postfix set smtp_sasl_tls_security_options = "
			"noanonymous in main.cf: other than sasl-xoauth2, "
			"this module does not claim to be noplaintext");
}

static void
print_success(const struct import *import, const struct record *record,
    bool rotated)
{
	print_text(import, "This was added to");
	printf("%s is imported; the token is valid until %s and renews "
	       "itself\n",
	    import->source.account, when_local(record->expires_at).text);
	printf("Next: give mail programs the user name %s and no password; "
	       "it is not used.\n",
	    import->source.account);
	fflush(stdout);
	print_hints(import, rotated);
}

static enum status
take_over(struct import *import, struct diag *diag)
{
	struct login_result result;
	struct record record;
	bool rotated;
	enum status r;

	memset(&result, 0, sizeof(result));
	record_init(&record);
	if ((r = prepare_conf(import, diag)) != STATUS_OK ||
	    (r = prepare(import, diag)) != STATUS_OK ||
	    (r = prove(import, &result, diag)) != STATUS_OK ||
	    (r = check(import, &result, diag)) != STATUS_OK)
		goto out;
	rotated = is_rotated(import, &result);
	if ((r = save(import, &result, &record, diag)) == STATUS_OK)
		print_success(import, &record, rotated);
out:
	record_clear(&record);
	oauth_token_clear(&result.token);
	return r;
}

/* Its line, for any end that it comes to. Returns the status. */
static enum status
audit(const struct import *import, enum status status, const struct diag *diag)
{
	const struct session *session = &import->login.session;

	audit_event(session->renewer.audit, &session->log, AUDIT_IMPORT,
	    import->source.account, status, status != STATUS_OK ? diag : NULL);
	return status;
}

static enum status
run(struct import *import, struct diag *diag)
{
	bool is_dry = (import->source.command->flags & FLAG_DRY_RUN) != 0;
	enum status r;

	if ((r = import_source_read(&import->source, diag)) != STATUS_OK ||
	    (!is_dry &&
		(r = import_source_ask(&import->source, diag)) != STATUS_OK) ||
	    (r = make_plan(import, diag)) != STATUS_OK)
		return r;
	if (!is_dry)
		return audit(import, take_over(import, diag), diag);
	print_dry_run(import);
	return STATUS_OK;
}

enum status
verb_import(const struct command *command, struct diag *diag)
{
	struct import import;
	enum status r;

	interrupt_catch();
	memset(&import, 0, sizeof(import));
	import_source_init(&import.source, command);
	import_conf_init(&import.edit);
	login_init(&import.login, command);
	r = run(&import, diag);
	if (r == STATUS_CANCELLED)
		diag_set(diag, r, "interrupted; nothing was changed");
	if (r == STATUS_OK && (command->flags & FLAG_DRY_RUN) == 0)
		attention_check(&import.login.session, import.source.account);
	login_clear(&import.login);
	import_conf_close(&import.edit);
	import_plan_clear(&import.plan);
	import_source_clear(&import.source);
	return r;
}
