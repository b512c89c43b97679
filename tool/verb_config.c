/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * sasl-bearer config: every option, its value, and where that comes from.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account.h"
#include "inforce.h"
#include "jsonwrite.h"
#include "message.h"
#include "session.h"

static void
print_option(const struct session *session, const struct settings *settings,
    enum option option)
{
	struct inforce_shown shown;

	inforce_show(session, settings, option, &shown);
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
	    inforce_conf_choice(session),
	    place->conf_exists ? "" : "; it does not exist");
	printf("state:         %s (%s%s)\n", place->state,
	    inforce_state_choice(session),
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
	    inforce_conf_choice(session));
	write_place(json, "state", place->state, place->state_exists,
	    inforce_state_choice(session));
}

static void
write_option(struct jsonwrite *json, const struct session *session,
    const struct settings *settings, enum option option)
{
	struct inforce_shown shown;

	inforce_show(session, settings, option, &shown);
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

/* Shows one account in the form that is wanted; json is NULL for people. */
static enum status
show_account(const struct session *session, const char *account,
    const struct settings *common, struct jsonwrite *json, bool *hidden,
    struct diag *diag)
{
	struct inforce inforce;
	enum status r;

	if ((r = inforce_find(session, account, &inforce, diag)) != STATUS_OK)
		goto out;
	if (inforce.missing.text[0] != '\0')
		message("%s", inforce.missing.text);
	if (inforce.is_hidden)
		*hidden = true;
	if (json != NULL)
		write_account(json, session, &inforce.settings, account);
	else
		print_account(session, &inforce.settings, account, common);
out:
	inforce_clear(&inforce);
	return r;
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
