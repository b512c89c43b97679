/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * From facts to lines of the configuration. See import_plan.h;
 * import_provider.c finds the provider.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf_check.h"
#include "import_plan.h"
#include "import_provider.h"
#include "words.h"

/* A section; each value may be as long as an option's. */
#define MAX_TEXT (16 * CONF_MAX_VALUE)

/* Options that name this host's ways to the network: nothing depends on them
 * but whether the provider can be reached, which is tried. */
static bool
is_dispensable(enum option option)
{
	return option == OPTION_PROXY || option == OPTION_CA_FILE ||
	    option == OPTION_CA_DIR;
}

static bool
is_same(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static void
ignore(struct import_plan *plan, enum option option)
{
	buf_add_string(&plan->ignored, plan->ignored.length > 0 ? ", " : "");
	buf_add_string(&plan->ignored, conf_options[option].name);
}

/* A line for the option, where something else is in force. */
static enum status
add_line(struct import_plan *plan, const struct settings *settings,
    enum option option, const char *value, struct diag *diag)
{
	struct diag reason;
	int seconds;

	if (value == NULL || is_same(settings->text[option], value))
		return STATUS_OK;
	if (conf_check_value(option, value, &seconds, &reason) == STATUS_OK)
		plan->lines[option] = value;
	else if (is_dispensable(option))
		ignore(plan, option);
	else
		return diag_set(diag, STATUS_DATA,
		    "what is imported cannot be configured: %s", reason.text);
	return STATUS_OK;
}

/* Does the application prove itself by a secret, as things are? */
static bool
has_secret(const struct settings *settings)
{
	const char *auth = settings->text[OPTION_CLIENT_AUTH];

	if (auth == NULL)
		return settings->text[OPTION_CLIENT_SECRET_FILE] != NULL;
	return strcmp(auth, CLIENT_AUTH_BODY) == 0 ||
	    strcmp(auth, CLIENT_AUTH_BASIC) == 0;
}

/* Is it configured to prove itself by anything? */
static bool
has_proof(const struct settings *settings)
{
	const char *auth = settings->text[OPTION_CLIENT_AUTH];

	if (auth != NULL)
		return strcmp(auth, CLIENT_AUTH_NONE) != 0;
	return settings->text[OPTION_CLIENT_SECRET_FILE] != NULL ||
	    settings->text[OPTION_CLIENT_KEY] != NULL ||
	    settings->text[OPTION_CLIENT_ASSERTION_FILE] != NULL;
}

/*
 * The application. A secret file that is in force belongs to the application
 * that is configured; a section cannot take an option back.
 */
static enum status
plan_client(struct import_plan *plan, const struct conf *conf,
    const struct settings *settings, const struct import_facts *facts,
    struct diag *diag)
{
	const char *id = facts->values[OPTION_CLIENT_ID];
	bool is_other =
	    id != NULL && !is_same(id, settings->text[OPTION_CLIENT_ID]);
	enum status r;

	if ((r = add_line(plan, settings, OPTION_CLIENT_ID, id, diag)) !=
	    STATUS_OK)
		return r;
	if (facts->client_secret == NULL) {
		if (is_other && has_proof(settings))
			plan->lines[OPTION_CLIENT_AUTH] = CLIENT_AUTH_NONE;
		return STATUS_OK;
	}
	if (is_other && settings->text[OPTION_CLIENT_SECRET_FILE] != NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "%s, line %d: this client_secret_file is of another "
		    "application than what is imported; move it, with its "
		    "client_id, into the sections that it is meant for, and "
		    "import again",
		    conf_path(conf), settings->line[OPTION_CLIENT_SECRET_FILE]);
	if (!has_secret(settings))
		plan->lines[OPTION_CLIENT_AUTH] = CLIENT_AUTH_BODY;
	return STATUS_OK;
}

static enum status
plan_options(struct import_plan *plan, const struct settings *settings,
    const char *account, const struct import_facts *facts, struct diag *diag)
{
	static const enum option options[] = { OPTION_SCOPE, OPTION_PROXY,
		OPTION_CA_FILE, OPTION_CA_DIR };
	enum status r;
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if ((r = add_line(plan, settings, options[i],
			 facts->values[options[i]], diag)) != STATUS_OK)
			return r;
	if (!is_same(facts->account, account) &&
	    (r = add_line(plan, settings, OPTION_USER, facts->account, diag)) !=
		STATUS_OK)
		return r;
	if (facts->window_s > settings->seconds[OPTION_RENEW_BEFORE]) {
		snprintf(plan->window, sizeof(plan->window), "%d",
		    (int)facts->window_s);
		plan->lines[OPTION_RENEW_BEFORE] = plan->window;
	}
	return STATUS_OK;
}

/* In quotes, where a backslash takes the meaning of one of the two. */
static void
add_quoted(struct buf *text, const char *value)
{
	buf_add_string(text, "\"");
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			buf_add_string(text, "\\");
		buf_add(text, value, 1);
	}
	buf_add_string(text, "\"");
}

static bool
format_lines(const struct import_plan *plan, struct buf *text)
{
	bool found = false;
	size_t i;

	for (i = 0; i < OPTION_COUNT; i++) {
		if (plan->lines[i] == NULL)
			continue;
		found = true;
		buf_add_format(text, "    %s = ", conf_options[i].name);
		add_quoted(text, plan->lines[i]);
		buf_add_string(text, "\n");
	}
	return found;
}

static void
format_provider(struct import_plan *plan, const struct import_facts *facts)
{
	struct buf *text = &plan->text;

	if (plan->section == NULL)
		return;
	buf_add_string(text, "provider ");
	add_quoted(text, plan->section);
	buf_add_string(text, " {\n    token_endpoint = ");
	add_quoted(text, facts->values[OPTION_TOKEN_ENDPOINT]);
	buf_add_string(text, "\n}\n");
}

static enum status
format(struct import_plan *plan, const char *account,
    const struct import_facts *facts, const char *from, struct diag *diag)
{
	struct buf *text = &plan->text;
	struct diag origin;
	struct buf lines;

	buf_init(&lines, MAX_TEXT);
	buf_clear(text);
	if (!format_lines(plan, &lines))
		return STATUS_OK;
	diag_set(&origin, STATUS_OK, "%s", from); /* on one line */
	if (!plan->had_section)
		buf_add_format(text, "\n# Imported from %s.\n", origin.text);
	format_provider(plan, facts);
	if (!plan->had_section) {
		buf_add_string(text, "account ");
		add_quoted(text, account);
		buf_add_string(text, " {\n");
	}
	buf_add(text, buf_text(&lines), lines.length);
	if (!plan->had_section)
		buf_add_string(text, "}\n");
	if (buf_status(&lines) != STATUS_OK || buf_status(text) != STATUS_OK) {
		buf_clear(&lines);
		return diag_set_nomem(diag);
	}
	buf_clear(&lines);
	return STATUS_OK;
}

/* What is in force with the text; and is that what was meant? */
static enum status
check_text(struct import_plan *plan, const struct conf *conf,
    const char *account, const char *provider, const struct import_facts *facts,
    struct diag *diag)
{
	const char *url = facts->values[OPTION_TOKEN_ENDPOINT];
	struct conf *whole = NULL;
	struct settings settings;
	enum status r;
	size_t i;

	memset(&settings, 0, sizeof(settings));
	if ((r = conf_load_with(&whole, conf_path(conf), buf_text(&plan->text),
		 diag)) != STATUS_OK ||
	    (r = conf_resolve_with(whole, account, provider, &settings,
		 diag)) != STATUS_OK)
		goto out;
	for (i = 0; r == STATUS_OK && i < OPTION_COUNT; i++)
		if (plan->lines[i] != NULL &&
		    !is_same(plan->lines[i], settings.text[i]))
			r = diag_set(diag, STATUS_DATA,
			    "%s is imported with a value that no "
			    "configuration can have",
			    conf_options[i].name);
	if (r == STATUS_OK && url != NULL &&
	    !is_same(url, settings.text[OPTION_TOKEN_ENDPOINT]))
		r = diag_set(diag, STATUS_CONFIG,
		    "%s: the token endpoint of what is imported cannot come "
		    "into force beside what stands there; write a section for "
		    "%s by hand",
		    conf_path(conf), account);
out:
	settings_clear(&settings);
	conf_free(&whole);
	return r;
}

/* The account's own section differs: says where. */
static enum status
differs(const struct import_plan *plan, const struct conf *conf,
    const char *account, const struct settings *settings, struct diag *diag)
{
	struct buf names;
	enum status r;
	size_t i;

	buf_init(&names, DIAG_MAX_TEXT / 2);
	for (i = 0; i < OPTION_COUNT; i++) {
		if (plan->lines[i] == NULL)
			continue;
		buf_add_string(&names, names.length > 0 ? ", " : "");
		buf_add_string(&names, conf_options[i].name);
		if (conf_has_own(conf, account, (enum option)i))
			buf_add_format(&names, " (line %d)", settings->line[i]);
	}
	r = diag_set(diag, STATUS_CONFIG,
	    "%s: the section of %s says something else than what is imported: "
	    "%s; change it as shown above, or remove it, and import again",
	    conf_path(conf), account, buf_text(&names));
	buf_clear(&names);
	return r;
}

void
import_plan_clear(struct import_plan *plan)
{
	buf_clear(&plan->text);
	buf_clear(&plan->ignored);
	free(plan->section);
	free(plan->tenant);
	memset(plan, 0, sizeof(*plan));
}

/* The lines, by what is in force with the provider that was found. */
static enum status
plan_lines(struct import_plan *plan, const struct conf *conf,
    const char *account, const char *provider, const struct import_facts *facts,
    const char *from, struct diag *diag)
{
	const char *chosen = plan->lines[OPTION_PROVIDER] != NULL ?
	    plan->lines[OPTION_PROVIDER] :
	    provider;
	struct settings settings;
	enum status r;

	/* That a new provider is not there yet is no matter. */
	r = conf_resolve_with(conf, account, chosen, &settings, diag);
	if (r == STATUS_CONFIG && plan->section != NULL)
		r = STATUS_OK;
	if (r == STATUS_OK &&
	    (r = import_plan_endpoint(plan, &settings, facts, diag)) ==
		STATUS_OK &&
	    (r = plan_client(plan, conf, &settings, facts, diag)) ==
		STATUS_OK &&
	    (r = plan_options(plan, &settings, account, facts, diag)) ==
		STATUS_OK &&
	    (r = format(plan, account, facts, from, diag)) == STATUS_OK &&
	    plan->had_section && plan->text.length > 0)
		r = differs(plan, conf, account, &settings, diag);
	settings_clear(&settings);
	return r;
}

enum status
import_plan(const struct conf *conf, const char *account, const char *provider,
    const struct import_facts *facts, const char *from,
    struct import_plan *plan, struct diag *diag)
{
	enum status r;

	memset(plan, 0, sizeof(*plan));
	buf_init(&plan->text, MAX_TEXT);
	buf_init(&plan->ignored, IMPORT_MAX_NAMES);
	plan->had_section = conf_has_account(conf, account);
	if ((r = import_plan_provider(plan, conf, account, provider, facts,
		 diag)) != STATUS_OK ||
	    (r = plan_lines(plan, conf, account, provider, facts, from,
		 diag)) != STATUS_OK ||
	    plan->text.length == 0)
		return r;
	return check_text(plan, conf, account, provider, facts, diag);
}
