/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * sasl-bearer login: chooses the way, and tells how it ended. See login.h.
 */

#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "attention.h"
#include "browser.h"
#include "interrupt.h"
#include "login.h"
#include "message.h"
#include "provider.h"
#include "services.h"
#include "when.h"
#include "words.h"

/* A way to ask: what does it, and what it needs of the provider. */
typedef enum status login_way(struct login *login, struct login_result *result,
    struct diag *diag);

/* Nobody is needed: the same request as at every renewal. */
static enum status
login_alone(struct login *login, struct login_result *result, struct diag *diag)
{
	struct ask ask = {
		.renewer = &login->session.renewer,
		.endpoint = &login->endpoint,
		.timeout_ms =
		    login->endpoint.settings.seconds[OPTION_TIMEOUT] * 1000,
	};
	struct diag cause;
	enum status r;

	r = ask_token(&ask, NULL, &result->token, &cause);
	result->asked_at = ask.asked_at;
	if (r == STATUS_OK)
		return r;
	/* A secret that was typed once is not asked for again by itself. */
	if (r == STATUS_CONFIG && login->endpoint.secret != NULL)
		return diag_set(diag, r, "%s; for another secret add --ask",
		    cause.text);
	return diag_set(diag, r, "%s", cause.text);
}

/* Why the provider cannot be asked by device code; NULL: it can. */
static const char *
why_no_device(const struct settings *settings)
{
	if (settings->preset != NULL &&
	    settings->preset->no_device_code != NULL &&
	    settings->origin[OPTION_DEVICE_ENDPOINT] != ORIGIN_FILE)
		return settings->preset->no_device_code;
	return settings->text[OPTION_DEVICE_ENDPOINT] == NULL ?
	    "no device_endpoint is known for it (RFC 8628); set that, or "
	    "issuer" :
	    NULL;
}

static enum status
choose_device(const struct login *login, login_way **way, struct diag *diag)
{
	const struct settings *settings = &login->endpoint.settings;
	const char *why = why_no_device(settings);

	if (why != NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "%s cannot be logged in by device code: %s%s",
		    login->account, why,
		    settings->text[OPTION_AUTHORIZATION_ENDPOINT] != NULL ?
			", or use --browser" :
			"");
	*way = login_by_device;
	return STATUS_OK;
}

static enum status
choose_browser(const struct login *login, login_way **way, struct diag *diag)
{
	if (login->endpoint.settings.text[OPTION_AUTHORIZATION_ENDPOINT] ==
	    NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "no authorization_endpoint is known for %s; set it, or "
		    "issuer, in %s",
		    login->account, conf_path(login->session.conf));
	*way = login_by_browser;
	return STATUS_OK;
}

/*
 * A browser of this session is the simplest; without one the code, which any
 * device takes; and where that cannot be, an address to open elsewhere.
 */
static enum status
choose_freely(const struct login *login, login_way **way, struct diag *diag)
{
	const struct settings *settings = &login->endpoint.settings;
	bool can_browse = settings->text[OPTION_AUTHORIZATION_ENDPOINT] != NULL;

	if (can_browse && (browser_exists() || why_no_device(settings) != NULL))
		return choose_browser(login, way, diag);
	return choose_device(login, way, diag);
}

static enum status
choose_way(const struct login *login, login_way **way, struct diag *diag)
{
	enum oauth_grant grant = login->endpoint.grant;
	unsigned flags = login->command->flags & (FLAG_BROWSER | FLAG_DEVICE);

	if (!oauth_grant_needs_person(grant)) {
		*way = login_alone;
		return STATUS_OK;
	}
	/* Only a browser comes back to a port. */
	if ((login->command->flags & FLAG_PORT) != 0)
		flags = FLAG_BROWSER;
	if (flags == FLAG_BROWSER || (flags == 0 && grant == OAUTH_GRANT_CODE))
		return choose_browser(login, way, diag);
	if (flags == FLAG_DEVICE || grant == OAUTH_GRANT_DEVICE)
		return choose_device(login, way, diag);
	return choose_freely(login, way, diag);
}

static void
warn_of_end(const struct login *login)
{
	const char *scope = login->endpoint.settings.text[OPTION_SCOPE];

	if (words_have(scope, "offline_access"))
		message("the provider gave no refresh token although "
			"offline_access was asked for, so the login ends with "
			"this token; look at what the application is allowed "
			"there");
	else
		message(
		    "the provider gave no refresh token, so the login ends "
		    "with this token; add what the provider wants for one, "
		    "usually offline_access, to the option scope and log in "
		    "again");
}

static void
print_success(const struct login *login, const struct oauth_token *token,
    const struct record *record)
{
	bool renews = token->refresh_token != NULL ||
	    !oauth_grant_needs_person(login->endpoint.grant);

	printf("%s is logged in; the token is valid until %s%s\n",
	    login->account, when_local(record->expires_at).text,
	    renews ? " and renews itself" : "");
	printf("Next: give mail programs the user name %s and no password; "
	       "it is not used.\n",
	    login->account);
	fflush(stdout);
	if (!renews)
		warn_of_end(login);
}

/* As it is said with -v. */
static const char *
say_way(const struct login *login, login_way *way)
{
	if (way == login_by_browser)
		return "a browser";
	return way == login_by_device ? "a device code" :
					oauth_grant_name(login->endpoint.grant);
}

static enum status
ask_provider(struct login *login, struct login_result *result,
    struct diag *diag)
{
	login_way *way = NULL;
	enum status r;

	if ((r = choose_way(login, &way, diag)) != STATUS_OK)
		return r;
	login_narrate(login, say_way(login, way));
	return way(login, result, diag);
}

static enum status
log_in(struct login *login, struct diag *diag)
{
	struct login_result result;
	struct record record;
	enum status r;

	memset(&result, 0, sizeof(result));
	record_init(&record);
	if ((r = login_prepare(login, diag)) == STATUS_OK &&
	    (r = ask_provider(login, &result, diag)) == STATUS_OK &&
	    (r = login_check(login, &result, diag)) == STATUS_OK &&
	    (r = login_save(login, &result, &record, diag)) == STATUS_OK) {
		print_success(login, &result.token, &record);
		login_print_steps(login, &result);
	}
	login_browser_finish(login, r, diag);
	record_clear(&record);
	oauth_token_clear(&result.token);
	return r;
}

bool
verb_check_login(const struct command *command)
{
	unsigned both = FLAG_BROWSER | FLAG_DEVICE;
	const char *port = command->port, *wanted = command->services;

	if ((command->flags & both) == both)
		message("--browser and --device are two ways; choose one");
	else if (port != NULL && (command->flags & FLAG_DEVICE) != 0)
		message("--port is for a browser, which --device does without");
	else if (port != NULL && login_read_port(port) == 0)
		message("--port is \"%s\"; it is a number from 1 to 65535",
		    port);
	else if (wanted != NULL && services_parse(wanted) == 0)
		message("--for is \"%s\"; it is smtp, imap or pop, or several "
			"of them, with commas between",
		    wanted);
	else
		return true;
	return false;
}

enum status
verb_login(const struct command *command, struct diag *diag)
{
	struct login login;
	enum status r;

	interrupt_catch();
	login_init(&login, command);
	r = log_in(&login, diag);
	if (r == STATUS_CANCELLED)
		diag_set(diag, r, "interrupted; nothing was changed");
	audit_event(login.session.renewer.audit, &login.session.log,
	    AUDIT_LOGIN, login.account, r, r != STATUS_OK ? diag : NULL);
	if (r != STATUS_OK)
		login_note_failure(&login, r, diag);
	else
		attention_check(&login.session, login.account);
	login_clear(&login);
	return r;
}
