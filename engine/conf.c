/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The configuration, and what is in force for an account. See conf.h;
 * conf_parse.c reads the file.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "conf_check.h"
#include "conf_sections.h"
#include "explain.h"
#include "oauth.h"
#include "provider.h"
#include "services.h"

struct section *
conf_add_section(struct conf *conf, unsigned scope, const char *title)
{
	struct section *sections, *section;

	sections =
	    realloc(conf->sections, (conf->count + 1) * sizeof(*sections));
	if (sections == NULL)
		return NULL;
	conf->sections = sections;
	section = &sections[conf->count];
	memset(section, 0, sizeof(*section));
	section->scope = scope;
	if ((section->title = string_copy(title)) == NULL)
		return NULL;
	conf->count++;
	return section;
}

struct section *
conf_find_section(const struct conf *conf, unsigned scope, const char *title)
{
	size_t i;

	for (i = 0; i < conf->count; i++)
		if (conf->sections[i].scope == scope &&
		    strcmp(conf->sections[i].title, title) == 0)
			return &conf->sections[i];
	return NULL;
}

enum status
conf_load(struct conf **result, const char *path, struct diag *diag)
{
	return conf_load_with(result, path, NULL, diag);
}

enum status
conf_load_with(struct conf **result, const char *path, const char *text,
    struct diag *diag)
{
	struct conf *conf = calloc(1, sizeof(*conf));
	enum status r;

	if (conf == NULL || (conf->path = string_copy(path)) == NULL ||
	    conf_add_section(conf, OPTION_IN_GLOBAL, "") == NULL)
		r = diag_set_nomem(diag);
	else {
		conf->addition = text;
		r = conf_parse_file(conf, diag);
		conf->addition = NULL; /* the caller's */
	}
	if (r == STATUS_OK) {
		*result = conf;
		conf = NULL; /* now the caller's */
	}
	conf_free(&conf);
	return r;
}

void
conf_free(struct conf **conf)
{
	size_t i, option;

	if (*conf == NULL)
		return;
	for (i = 0; i < (*conf)->count; i++) {
		for (option = 0; option < OPTION_COUNT; option++)
			free((*conf)->sections[i].values[option].text);
		free((*conf)->sections[i].title);
	}
	free((*conf)->sections);
	free((*conf)->path);
	free(*conf);
	*conf = NULL;
}

const char *
conf_path(const struct conf *conf)
{
	return conf->path;
}

uid_t
conf_owner(const struct conf *conf)
{
	return conf->owner;
}

bool
conf_has_account(const struct conf *conf, const char *account)
{
	return conf_find_section(conf, OPTION_IN_ACCOUNT, account) != NULL;
}

bool
conf_has_own(const struct conf *conf, const char *account, enum option option)
{
	const struct section *section = account == NULL ?
	    &conf->sections[0] :
	    conf_find_section(conf, OPTION_IN_ACCOUNT, account);

	return section != NULL && section->values[option].line != 0;
}

static const char *
title_at(const struct conf *conf, unsigned scope, size_t index)
{
	size_t i;

	for (i = 0; i < conf->count; i++)
		if (conf->sections[i].scope == scope && index-- == 0)
			return conf->sections[i].title;
	return NULL;
}

const char *
conf_account_at(const struct conf *conf, size_t index)
{
	return title_at(conf, OPTION_IN_ACCOUNT, index);
}

const char *
conf_provider_at(const struct conf *conf, size_t index)
{
	return title_at(conf, OPTION_IN_PROVIDER, index);
}

/* The section's value, where it has one and nothing nearer had. */
static void
apply_section(struct settings *settings, const struct section *section)
{
	size_t i;

	if (section == NULL)
		return;
	for (i = 0; i < OPTION_COUNT; i++) {
		const struct value *value = &section->values[i];

		if (value->line == 0 || settings->origin[i] != ORIGIN_UNSET)
			continue;
		settings->text[i] = value->text;
		settings->seconds[i] = value->seconds;
		settings->origin[i] = ORIGIN_FILE;
		settings->line[i] = value->line;
	}
}

/* A preset's value with the tenant in it. */
static enum status
expand(struct settings *settings, enum option option, const char *value)
{
	static const char mark[] = "{tenant}";
	const char *found = strstr(value, mark);
	const char *tenant = settings->text[OPTION_TENANT];
	struct buf text;

	if (found == NULL || tenant == NULL) {
		settings->text[option] = value;
		return STATUS_OK;
	}
	buf_init(&text, CONF_MAX_VALUE);
	buf_add(&text, value, (size_t)(found - value));
	buf_add_string(&text, tenant);
	buf_add_string(&text, found + strlen(mark));
	if (buf_status(&text) == STATUS_OK)
		settings->expanded[option] = string_copy(buf_text(&text));
	buf_clear(&text);
	settings->text[option] = settings->expanded[option];
	return settings->text[option] != NULL ? STATUS_OK : STATUS_NOMEM;
}

enum status
settings_set(struct settings *settings, enum option option, const char *text,
    enum option_origin origin)
{
	char *copy = string_copy(text);

	if (copy == NULL)
		return STATUS_NOMEM;
	free(settings->expanded[option]);
	settings->expanded[option] = copy;
	settings->text[option] = copy;
	settings->origin[option] = origin;
	return STATUS_OK;
}

/* OPTION_TENANT comes before the options that it is put into. */
static enum status
apply_preset(struct settings *settings, const struct provider *preset)
{
	enum status r;
	size_t i;

	for (i = 0; preset != NULL && i < OPTION_COUNT; i++) {
		if (preset->values[i] == NULL ||
		    settings->origin[i] != ORIGIN_UNSET)
			continue;
		settings->origin[i] = ORIGIN_PRESET;
		if ((r = expand(settings, (enum option)i, preset->values[i])) !=
		    STATUS_OK)
			return r;
		conf_check_value((enum option)i, settings->text[i],
		    &settings->seconds[i], NULL);
	}
	return STATUS_OK;
}

/*
 * The scope where none is set: for a grant without a person the one that the
 * preset has for it, else that of the configured services. Where these are not
 * configured either, the login decides.
 */
static enum status
apply_scope(struct settings *settings, const struct provider *preset)
{
	const char *grant = settings->text[OPTION_GRANT];
	const char *set = settings->text[OPTION_SERVICES];
	struct buf scope;
	enum status r = STATUS_OK;

	if (preset == NULL || settings->origin[OPTION_SCOPE] != ORIGIN_UNSET)
		return STATUS_OK;
	buf_init(&scope, CONF_MAX_VALUE);
	if (!oauth_grant_needs_person(oauth_grant_find(grant)))
		buf_add_string(&scope,
		    preset->scope_app != NULL ? preset->scope_app : "");
	else if (set != NULL)
		services_add_scope(preset, services_parse(set), &scope);
	if (buf_status(&scope) != STATUS_OK)
		r = STATUS_NOMEM;
	else if (scope.length > 0)
		r = settings_set(settings, OPTION_SCOPE, buf_text(&scope),
		    ORIGIN_PRESET);
	buf_clear(&scope);
	return r;
}

static void
apply_defaults(struct settings *settings)
{
	size_t i;

	for (i = 0; i < OPTION_COUNT; i++) {
		if (conf_options[i].fallback == NULL ||
		    settings->origin[i] != ORIGIN_UNSET)
			continue;
		settings->text[i] = conf_options[i].fallback;
		settings->origin[i] = ORIGIN_DEFAULT;
		conf_check_value((enum option)i, settings->text[i],
		    &settings->seconds[i], NULL);
	}
}

/* The account's provider, which may be the default one; NULL: none. */
static const char *
choose_provider(struct settings *settings, const char *provider,
    const struct section *global)
{
	const struct value *value = &global->values[OPTION_DEFAULT_PROVIDER];

	if (settings->origin[OPTION_PROVIDER] != ORIGIN_UNSET)
		return settings->text[OPTION_PROVIDER];
	if (provider != NULL) {
		if (settings_set(settings, OPTION_PROVIDER, provider,
			ORIGIN_LOGIN) != STATUS_OK)
			return NULL;
	} else if (value->line != 0) {
		settings->text[OPTION_PROVIDER] = value->text;
		settings->origin[OPTION_PROVIDER] = ORIGIN_FILE;
		settings->line[OPTION_PROVIDER] = value->line;
	}
	return settings->text[OPTION_PROVIDER];
}

static enum status
no_provider(const struct conf *conf, const struct settings *settings,
    struct diag *diag)
{
	const char *name = settings->text[OPTION_PROVIDER];
	char where[64], shown[128];

	explain_show(name, strlen(name), shown, sizeof(shown));
	snprintf(where, sizeof(where), ", line %d",
	    settings->line[OPTION_PROVIDER]);
	return diag_set(diag, STATUS_CONFIG,
	    "%s%s: there is no provider \"%s\"; it is neither a preset (such "
	    "as office365 or google) nor a provider section",
	    conf->path, settings->line[OPTION_PROVIDER] != 0 ? where : "",
	    shown);
}

enum status
conf_resolve_with(const struct conf *conf, const char *account,
    const char *chosen, struct settings *settings, struct diag *diag)
{
	const struct section *section = NULL, *provider = NULL;
	const struct provider *preset = NULL;
	const char *name;

	memset(settings, 0, sizeof(*settings));
	if (account != NULL)
		section = conf_find_section(conf, OPTION_IN_ACCOUNT, account);
	apply_section(settings, section);
	name = choose_provider(settings, chosen, &conf->sections[0]);
	if (name != NULL) {
		provider = conf_find_section(conf, OPTION_IN_PROVIDER, name);
		preset = provider_find(name);
	}
	apply_section(settings, provider);
	apply_section(settings, &conf->sections[0]);
	settings->preset = preset;
	if (apply_preset(settings, preset) != STATUS_OK ||
	    apply_scope(settings, preset) != STATUS_OK)
		return diag_set_nomem(diag);
	apply_defaults(settings);
	if (name != NULL && provider == NULL && preset == NULL)
		return no_provider(conf, settings, diag);
	return STATUS_OK;
}

enum status
conf_resolve(const struct conf *conf, const char *account,
    struct settings *settings, struct diag *diag)
{
	return conf_resolve_with(conf, account, NULL, settings, diag);
}

void
settings_clear(struct settings *settings)
{
	size_t i;

	for (i = 0; i < OPTION_COUNT; i++)
		free(settings->expanded[i]);
	memset(settings, 0, sizeof(*settings));
}

void
settings_apply_users(const struct settings *settings, struct record *record)
{
	static const enum option users[RECORD_SERVICE_COUNT] = {
		[RECORD_SERVICE_ANY] = OPTION_USER,
		[RECORD_SERVICE_SMTP] = OPTION_USER_SMTP,
		[RECORD_SERVICE_IMAP] = OPTION_USER_IMAP,
		[RECORD_SERVICE_POP] = OPTION_USER_POP,
		[RECORD_SERVICE_LDAP] = OPTION_USER_LDAP,
	};
	int service;

	for (service = 0; service < RECORD_SERVICE_COUNT; service++)
		record_set_user(record, (enum record_service)service,
		    settings->text[users[service]]);
}
