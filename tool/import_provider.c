/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The provider of an imported account. See import_provider.h.
 */

#include <string.h>

#include "conf_check.h"
#include "http.h"
#include "import_provider.h"
#include "provider.h"
#include "words.h"

#define TENANT "{tenant}"

/* Microsoft's word for personal accounts, and the preset for them. */
#define PERSONAL_TENANT "consumers"
#define PERSONAL_PRESET "outlook"

bool
import_match_endpoint(const char *template, const char *url,
    const char **tenant, size_t *length)
{
	const char *mark = strstr(template, TENANT);
	size_t before, rest, whole = strlen(url);

	*tenant = NULL;
	*length = 0;
	if (mark == NULL)
		return strcmp(template, url) == 0;
	before = (size_t)(mark - template);
	rest = strlen(mark + strlen(TENANT));
	if (whole <= before + rest || strncmp(template, url, before) != 0 ||
	    strcmp(mark + strlen(TENANT), url + whole - rest) != 0 ||
	    memchr(url + before, '/', whole - before - rest) != NULL)
		return false;
	*tenant = url + before;
	*length = whole - before - rest;
	return true;
}

static bool
is_at(const struct provider *preset, const char *url, const char **tenant,
    size_t *length)
{
	const char *template = preset->values[OPTION_TOKEN_ENDPOINT];

	return template != NULL &&
	    import_match_endpoint(template, url, tenant, length);
}

/* Is the account one of the domains of personal mail? */
static bool
is_personal(const char *account)
{
	const struct provider *personal = provider_find(PERSONAL_PRESET);
	const char *at = strrchr(account, '@');
	struct word domain;

	if (at == NULL)
		return false;
	domain.text = at + 1;
	domain.length = strlen(at + 1);
	return words_have_like(personal->domains, &domain);
}

/*
 * The first preset with that endpoint; personal accounts have the same one as
 * those of organizations.
 */
static const struct provider *
find_preset(const char *account, const char *url)
{
	const struct provider *preset, *personal;
	const char *tenant;
	size_t length, i;

	personal = provider_find(PERSONAL_PRESET);
	if (is_at(personal, url, &tenant, &length) &&
	    (is_personal(account) ||
		(length == strlen(PERSONAL_TENANT) &&
		    strncmp(tenant, PERSONAL_TENANT, length) == 0)))
		return personal;
	for (i = 0; (preset = provider_at(i)) != NULL; i++)
		if (is_at(preset, url, &tenant, &length))
			return preset;
	return NULL;
}

/* A provider section with that endpoint; NULL: none. */
static const char *
find_section(const struct conf *conf, const char *url)
{
	struct settings settings;
	const char *name;
	bool found;
	size_t i;

	for (i = 0; (name = conf_provider_at(conf, i)) != NULL; i++) {
		found = conf_resolve_with(conf, NULL, name, &settings, NULL) ==
			STATUS_OK &&
		    settings.text[OPTION_TOKEN_ENDPOINT] != NULL &&
		    strcmp(settings.text[OPTION_TOKEN_ENDPOINT], url) == 0;
		settings_clear(&settings);
		if (found)
			return name;
	}
	return NULL;
}

static bool
has_provider(const struct conf *conf, const char *name)
{
	const char *other;
	size_t i;

	for (i = 0; (other = conf_provider_at(conf, i)) != NULL; i++)
		if (strcmp(other, name) == 0)
			return true;
	return provider_find(name) != NULL;
}

/* A name for a section: the endpoint's host, or all of it if that is taken. */
static enum status
name_section(struct import_plan *plan, const struct conf *conf, const char *url,
    struct diag *diag)
{
	char host[CONF_MAX_VALUE];
	struct diag reason;

	if (http_check_url(url, &reason) != STATUS_OK)
		return diag_set(diag, STATUS_DATA,
		    "the token endpoint cannot be used: %s", reason.text);
	http_host(url, host, sizeof(host));
	plan->section = string_copy(has_provider(conf, host) ? url : host);
	if (plan->section == NULL)
		return diag_set_nomem(diag);
	plan->lines[OPTION_PROVIDER] = plan->section;
	return STATUS_OK;
}

/* The tenant of the endpoint's path, or the one that the file names. */
static enum status
take_tenant(struct import_plan *plan, const struct import_facts *facts,
    const char *tenant, size_t length, struct diag *diag)
{
	if (tenant == NULL && facts->values[OPTION_TENANT] != NULL) {
		tenant = facts->values[OPTION_TENANT];
		length = strlen(tenant);
	}
	if (tenant == NULL)
		return STATUS_OK;
	if ((plan->tenant = string_copy_n(tenant, length)) == NULL)
		return diag_set_nomem(diag);
	return STATUS_OK;
}

/* By what the file calls the provider. */
static enum status
choose_by_name(struct import_plan *plan, const struct settings *settings,
    const char *account, const struct import_facts *facts, struct diag *diag)
{
	const struct provider *preset = provider_find(facts->preset);
	const char *template = preset->values[OPTION_TOKEN_ENDPOINT];
	const char *url = settings->text[OPTION_TOKEN_ENDPOINT];
	const char *tenant;
	size_t length;

	if (url == NULL ||
	    !import_match_endpoint(template, url, &tenant, &length)) {
		if (strstr(template, TENANT) != NULL && is_personal(account))
			preset = provider_find(PERSONAL_PRESET);
		plan->lines[OPTION_PROVIDER] = preset->name;
	}
	return take_tenant(plan, facts, NULL, 0, diag);
}

static enum status
choose_by_endpoint(struct import_plan *plan, const struct conf *conf,
    const struct settings *settings, const char *account, const char *url,
    const struct import_facts *facts, struct diag *diag)
{
	const struct provider *preset = settings->preset;
	const char *tenant = NULL, *name;
	size_t length = 0;

	if (settings->text[OPTION_TOKEN_ENDPOINT] != NULL &&
	    strcmp(settings->text[OPTION_TOKEN_ENDPOINT], url) == 0)
		return STATUS_OK;
	/* A section's own endpoint comes before that of a preset. */
	if (settings->origin[OPTION_TOKEN_ENDPOINT] != ORIGIN_FILE &&
	    preset != NULL && is_at(preset, url, &tenant, &length))
		return take_tenant(plan, facts, tenant, length, diag);
	if ((name = find_section(conf, url)) != NULL) {
		plan->lines[OPTION_PROVIDER] = name;
		return STATUS_OK;
	}
	if ((preset = find_preset(account, url)) == NULL)
		return name_section(plan, conf, url, diag);
	plan->lines[OPTION_PROVIDER] = preset->name;
	(void)is_at(preset, url, &tenant, &length);
	return take_tenant(plan, facts, tenant, length, diag);
}

enum status
import_plan_provider(struct import_plan *plan, const struct conf *conf,
    const char *account, const char *provider, const struct import_facts *facts,
    struct diag *diag)
{
	const char *url = facts->values[OPTION_TOKEN_ENDPOINT];
	struct settings settings;
	enum status r;

	r = conf_resolve_with(conf, account, provider, &settings, diag);
	if (r == STATUS_OK && url != NULL)
		r = choose_by_endpoint(plan, conf, &settings, account, url,
		    facts, diag);
	else if (r == STATUS_OK && facts->preset != NULL)
		r = choose_by_name(plan, &settings, account, facts, diag);
	settings_clear(&settings);
	return r;
}

enum status
import_plan_endpoint(struct import_plan *plan, const struct settings *settings,
    const struct import_facts *facts, struct diag *diag)
{
	const char *url = facts->values[OPTION_TOKEN_ENDPOINT];
	const char *in_force = settings->text[OPTION_TOKEN_ENDPOINT];
	const char *tenant = settings->text[OPTION_TENANT];
	struct diag reason;
	int seconds;

	if (plan->tenant != NULL &&
	    (tenant == NULL || strcmp(tenant, plan->tenant) != 0)) {
		if (conf_check_value(OPTION_TENANT, plan->tenant, &seconds,
			&reason) != STATUS_OK)
			return diag_set(diag, STATUS_DATA,
			    "what is imported cannot be configured: %s",
			    reason.text);
		plan->lines[OPTION_TENANT] = plan->tenant;
	}
	/* A preset has it by the tenant, unless one stands outside. */
	if (url != NULL && plan->section == NULL && in_force != NULL &&
	    strcmp(in_force, url) != 0 &&
	    settings->origin[OPTION_TOKEN_ENDPOINT] == ORIGIN_FILE)
		plan->lines[OPTION_TOKEN_ENDPOINT] = url;
	return STATUS_OK;
}
