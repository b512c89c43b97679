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
#include "jsonwrite.h"
#include "session.h"

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
print_table(const struct session *session, const struct settings *settings,
    const char *account)
{
	const struct place *place = &session->place;
	struct shown shown;
	int i;

	printf("configuration: %s (%s%s)\n", place->conf,
	    say_conf_choice(session),
	    place->conf_exists ? "" : "; it does not exist");
	printf("state:         %s (%s%s)\n", place->state,
	    say_state_choice(session),
	    place->state_exists ? "" : "; it does not exist");
	if (account == NULL)
		puts("account:       none; what is outside of sections");
	else
		printf("account:       %s (%s)\n", account,
		    conf_has_account(session->conf, account) ?
		    "has a section" : "has no section of its own");
	putchar('\n');
	for (i = 0; i < OPTION_COUNT; i++) {
		show(session, settings, (enum option)i, &shown);
		if (shown.value[0] == '\0')
			printf("%-18s  (%s)\n", conf_options[i].name,
			    shown.from);
		else
			printf("%-18s  %s  (%s)\n", conf_options[i].name,
			    shown.value, shown.from);
	}
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

static enum status
write_json(const struct session *session, const struct settings *settings,
    const char *account, struct diag *diag)
{
	const struct place *place = &session->place;
	struct jsonwrite json;
	int i;

	jsonwrite_init(&json, stdout);
	jsonwrite_open(&json, NULL, '{');
	write_place(&json, "configuration", place->conf, place->conf_exists,
	    say_conf_choice(session));
	write_place(&json, "state", place->state, place->state_exists,
	    say_state_choice(session));
	jsonwrite_text(&json, "account", account);
	jsonwrite_bool(&json, "has_section", account != NULL &&
	    conf_has_account(session->conf, account));
	jsonwrite_open(&json, "options", '{');
	for (i = 0; i < OPTION_COUNT; i++)
		write_option(&json, session, settings, (enum option)i);
	jsonwrite_close(&json, '}');
	jsonwrite_close(&json, '}');
	return jsonwrite_end(&json, diag);
}

enum status
verb_config(const struct command *command, struct diag *diag)
{
	const char *account = command->count > 0 ? command->operands[0] : NULL;
	struct settings settings;
	struct session session;
	enum status r;

	memset(&settings, 0, sizeof(settings));
	session_init(&session, command, PLACE_READ);
	if ((r = session_load(&session, diag)) != STATUS_OK)
		goto out;
	if (account != NULL &&
	    (r = account_check(account, diag)) != STATUS_OK)
		goto out;
	if ((r = conf_resolve(session.conf, account, &settings, diag)) !=
	    STATUS_OK)
		goto out;
	if ((command->flags & FLAG_JSON) != 0)
		r = write_json(&session, &settings, account, diag);
	else
		print_table(&session, &settings, account);
out:
	settings_clear(&settings);
	session_close(&session);
	return r;
}
