/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * sasl-bearer config: every option, its value, and where that comes from.
 *
 * Secrets stand in files of their own, so there is but one value to hide: a
 * proxy's password.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account.h"
#include "endpoint.h"
#include "jsonwrite.h"
#include "message.h"
#include "session.h"
#include "store.h"

/* Room for "FILE:LINE", and for a value. */
#define MAX_FROM (PLACE_MAX_PATH + 16)
#define MAX_VALUE (CONF_MAX_VALUE + 1)

/* One option as it is shown. */
struct shown {
	char value[MAX_VALUE]; /* "" when it is not set */
	char from[MAX_FROM];
};

/* How place_find() came to a path. */
static const char *
say_choice(const char *variable, const char *path, const char *system)
{
	if (secure_getenv(variable) != NULL)
		return "named by the environment";
	return strcmp(path, system) == 0 ? "the system's" : "your own";
}

static const char *
say_conf_choice(const struct session *session)
{
	return say_choice("SASL_BEARER_CONF", session->place.conf,
	    SYSCONFDIR "/sasl-bearer.conf");
}

static const char *
say_state_choice(const struct session *session)
{
	return say_choice("SASL_BEARER_STATE", session->place.state,
	    LOCALSTATEDIR "/lib/sasl-bearer");
}

/* The value with what stands before the @ of a proxy's address left out. */
static void
show_proxy(const char *value, char *out, size_t space)
{
	const char *start = strstr(value, "://"), *at = strrchr(value, '@');

	if (start == NULL || at == NULL || at < start)
		snprintf(out, space, "%s", value);
	else
		snprintf(out, space, "%.*s://...%s", (int)(start - value),
		    value, at);
}

static void
show_from(const struct session *session, const struct settings *settings,
    enum option option, struct shown *shown)
{
	switch (settings->origin[option]) {
	case ORIGIN_UNSET:
		snprintf(shown->from, sizeof(shown->from), "not set");
		break;
	case ORIGIN_DEFAULT:
		snprintf(shown->from, sizeof(shown->from), "default");
		break;
	case ORIGIN_PRESET:
		snprintf(shown->from, sizeof(shown->from), "preset %s",
		    settings->text[OPTION_PROVIDER]);
		break;
	case ORIGIN_LOGIN:
		snprintf(shown->from, sizeof(shown->from), "login");
		break;
	case ORIGIN_DISCOVERED:
		snprintf(shown->from, sizeof(shown->from), "issuer");
		break;
	case ORIGIN_FILE:
		snprintf(shown->from, sizeof(shown->from), "%s:%d",
		    conf_path(session->conf), settings->line[option]);
		break;
	}
}

static void
show(const struct session *session, const struct settings *settings,
    enum option option, struct shown *shown)
{
	const char *text = settings->text[option];

	shown->value[0] = '\0';
	if (settings->origin[option] != ORIGIN_UNSET && text != NULL) {
		if (option == OPTION_PROXY)
			show_proxy(text, shown->value, sizeof(shown->value));
		else
			snprintf(shown->value, sizeof(shown->value), "%s",
			    text);
	}
	diag_clean(shown->value);
	show_from(session, settings, option, shown);
}

static void
print_option(const struct session *session, const struct settings *settings,
    enum option option)
{
	struct shown shown;

	show(session, settings, option, &shown);
	if (shown.value[0] == '\0')
		printf("%-18s  (%s)\n", conf_options[option].name, shown.from);
	else
		printf("%-18s  %s  (%s)\n", conf_options[option].name,
		    shown.value, shown.from);
}

static void
print_places(const struct session *session)
{
	const struct place *place = &session->place;

	printf("configuration: %s (%s%s)\n", place->conf,
	    say_conf_choice(session),
	    place->conf_exists ? "" : "; it does not exist");
	printf("state:         %s (%s%s)\n", place->state,
	    say_state_choice(session),
	    place->state_exists ? "" : "; it does not exist");
}

/* Is the option another than without an account, or from elsewhere? */
static bool
differs(const struct settings *settings, const struct settings *common, int i)
{
	const char *a = settings->text[i], *b = common->text[i];

	return settings->origin[i] != common->origin[i] ||
	    settings->line[i] != common->line[i] ||
	    (a != b && (a == NULL || b == NULL || strcmp(a, b) != 0));
}

/* One account: all of it, or what differs from the settings in common. */
static void
print_account(const struct session *session, const struct settings *settings,
    const char *account, const struct settings *common)
{
	int i;

	if (account == NULL)
		puts("\noutside of sections:");
	else
		printf("\naccount %s%s:\n", account,
		    conf_has_account(session->conf, account) ?
			"" :
			", which has no section of its own");
	for (i = 0; i < OPTION_COUNT; i++)
		if (common == NULL || differs(settings, common, i))
			print_option(session, settings, (enum option)i);
}

static void
write_place(struct jsonwrite *json, const char *name, const char *path,
    bool exists, const char *choice)
{
	jsonwrite_open(json, name, '{');
	jsonwrite_text(json, "path", path);
	jsonwrite_bool(json, "exists", exists);
	jsonwrite_text(json, "chosen", choice);
	jsonwrite_close(json, '}');
}

static void
write_places(struct jsonwrite *json, const struct session *session)
{
	const struct place *place = &session->place;

	write_place(json, "configuration", place->conf, place->conf_exists,
	    say_conf_choice(session));
	write_place(json, "state", place->state, place->state_exists,
	    say_state_choice(session));
}

static void
write_option(struct jsonwrite *json, const struct session *session,
    const struct settings *settings, enum option option)
{
	struct shown shown;

	show(session, settings, option, &shown);
	jsonwrite_open(json, conf_options[option].name, '{');
	jsonwrite_text(json, "value",
	    shown.value[0] != '\0' ? shown.value : NULL);
	jsonwrite_text(json, "from", shown.from);
	jsonwrite_close(json, '}');
}

static void
write_account(struct jsonwrite *json, const struct session *session,
    const struct settings *settings, const char *account)
{
	int i;

	jsonwrite_open(json, NULL, '{');
	jsonwrite_text(json, "account", account);
	jsonwrite_bool(json, "has_section",
	    account != NULL && conf_has_account(session->conf, account));
	jsonwrite_open(json, "options", '{');
	for (i = 0; i < OPTION_COUNT; i++)
		write_option(json, session, settings, (enum option)i);
	jsonwrite_close(json, '}');
	jsonwrite_close(json, '}');
}

/*
 * What a login has chosen, as far as this user may know; the grant is empty
 * where nobody has logged in. False: it is there, and cannot be read.
 */
static bool
load_grant(const struct session *session, const char *account,
    struct grant *grant)
{
	struct grant_keys keys;
	enum status r = STATUS_NOACCOUNT;
	struct store store;
	struct dir state;

	if (account == NULL ||
	    dir_open(&state, session->place.state, NULL) != STATUS_OK)
		return true;
	(void)endpoint_grant_keys(&session->renewer, &keys, NULL);
	if (store_open_account(&store, &state, account, &keys, NULL) ==
	    STATUS_OK)
		r = store_load(&store, grant, NULL);
	store_close(&store);
	dir_close(&state);
	return r == STATUS_OK || r == STATUS_NOACCOUNT;
}

/* As renewals have it: see prepare_account() of renew.c. */
static enum status
resolve(const struct session *session, const char *account,
    const struct grant *grant, struct settings *settings, struct diag *diag)
{
	enum status r;

	r = conf_resolve_with(session->conf, account, grant->provider, settings,
	    diag);
	/* A section that is gone since keeps nobody from seeing the rest. */
	if (r == STATUS_CONFIG && grant->provider != NULL)
		message("%s", diag->text);
	else if (r != STATUS_OK)
		return r;
	if (settings->text[OPTION_SCOPE] == NULL &&
	    grant->asked_scope != NULL &&
	    settings_set(settings, OPTION_SCOPE, grant->asked_scope,
		ORIGIN_LOGIN) != STATUS_OK)
		return diag_set_nomem(diag);
	return STATUS_OK;
}

/* Shows one account in the form that is wanted; json is NULL for people. */
static enum status
show_account(const struct session *session, const char *account,
    const struct settings *common, struct jsonwrite *json, bool *hidden,
    struct diag *diag)
{
	struct settings settings;
	struct grant grant;
	enum status r;

	grant_init(&grant);
	if (!load_grant(session, account, &grant))
		*hidden = true;
	r = resolve(session, account, &grant, &settings, diag);
	grant_clear(&grant);
	if (r != STATUS_OK) {
		settings_clear(&settings);
		return r;
	}
	if (json != NULL)
		write_account(json, session, &settings, account);
	else
		print_account(session, &settings, account, common);
	settings_clear(&settings);
	return STATUS_OK;
}

/* What is outside of sections, and every account that has one. */
static enum status
show_all(const struct session *session, struct jsonwrite *json, bool *hidden,
    struct diag *diag)
{
	struct settings common;
	const char *name;
	enum status r;
	size_t i;

	if ((r = conf_resolve(session->conf, NULL, &common, diag)) != STATUS_OK)
		return r;
	r = show_account(session, NULL, NULL, json, hidden, diag);
	for (i = 0; r == STATUS_OK &&
	     (name = conf_account_at(session->conf, i)) != NULL;
	     i++)
		r = show_account(session, name, &common, json, hidden, diag);
	settings_clear(&common);
	return r;
}

static enum status
show_json(const struct session *session, const char *account, bool *hidden,
    struct diag *diag)
{
	struct jsonwrite json;
	enum status r;

	jsonwrite_init(&json, stdout);
	jsonwrite_open(&json, NULL, '{');
	write_places(&json, session);
	jsonwrite_open(&json, "accounts", '[');
	r = account != NULL ?
	    show_account(session, account, NULL, &json, hidden, diag) :
	    show_all(session, &json, hidden, diag);
	jsonwrite_close(&json, ']');
	jsonwrite_close(&json, '}');
	return r != STATUS_OK ? r : jsonwrite_end(&json, diag);
}

enum status
verb_config(const struct command *command, struct diag *diag)
{
	const char *account = command->count > 0 ? command->operands[0] : NULL;
	struct session session;
	bool hidden = false;
	enum status r;

	session_init(&session, command, PLACE_READ);
	if ((r = session_load(&session, diag)) != STATUS_OK ||
	    (account != NULL &&
		(r = account_check(account, diag)) != STATUS_OK))
		goto out;
	if ((command->flags & FLAG_JSON) != 0) {
		r = show_json(&session, account, &hidden, diag);
	} else {
		print_places(&session);
		r = account != NULL ?
		    show_account(&session, account, NULL, NULL, &hidden, diag) :
		    show_all(&session, NULL, &hidden, diag);
	}
	if (r == STATUS_OK && hidden)
		message("provider and scope may be others than shown, as a "
			"login has chosen them: this user may not read the "
			"grants");
out:
	session_close(&session);
	return r;
}
