/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a token allows, and what was wanted. See check_rights.h.
 *
 * BUGS: a scope of one's own that stands for a service goes by its last part,
 * so it is not recognised where a preset's name is quite another.
 */

#include <string.h>

#include "check_rights.h"
#include "provider.h"
#include "scope.h"
#include "services.h"

/* How much of a list of roles a sentence shows. */
#define MAX_LIST 120

/* Google has one scope for all services: it is looked at once. */
static bool
is_repeated(const struct provider *preset, size_t index)
{
	size_t i;

	for (i = 0; i < index; i++)
		if (preset->scope_of[i] != NULL &&
		    strcmp(preset->scope_of[i], preset->scope_of[index]) == 0)
			return true;
	return false;
}

static void
check_services(struct check *check, const char *asked, const char *granted)
{
	const struct provider *preset = check->endpoint->settings.preset;
	struct word scope;
	size_t i;

	for (i = 0; i < SERVICE_COUNT; i++) {
		if ((scope.text = preset->scope_of[i]) == NULL ||
		    is_repeated(preset, i))
			continue;
		scope.length = strlen(scope.text);
		if (scope_has(asked, &scope) && !scope_has(granted, &scope))
			check_add(check, CHECK_WRONG, STATUS_CONFIG,
			    "the token of %.80s lacks %s, so the mail server "
			    "will refuse it for %s; give the application that "
			    "permission at %s, consent to it, and log in again",
			    check->account, scope.text, services[i].name,
			    preset->title);
	}
}

/* At a provider whose scopes we do not know, one that was not given. */
static void
check_unknown(struct check *check, const char *asked, const char *granted)
{
	struct word scope;

	while (words_next(&asked, &scope)) {
		if (scope_is_beside(&scope) || scope_has(granted, &scope))
			continue;
		check_add(check, CHECK_NOTE, STATUS_OK,
		    "the provider did not give %.80s all of the scope: %.*s is "
		    "not in its answer; if mail is refused, look at what the "
		    "application is allowed there",
		    check->account, scope.length < 80 ? (int)scope.length : 80,
		    scope.text);
		return;
	}
}

void
check_scope(struct check *check, const char *answered,
    const struct claims *access)
{
	const struct settings *settings = &check->endpoint->settings;
	const char *asked = settings->text[OPTION_SCOPE];
	const char *granted = access->scope != NULL ? access->scope : answered;

	/* An answer without it means: as asked for (RFC 6749, 5.1). */
	if (granted == NULL || asked == NULL ||
	    !oauth_grant_needs_person(check->endpoint->grant))
		return;
	if (settings->preset != NULL)
		check_services(check, asked, granted);
	else if (answered != NULL)
		check_unknown(check, asked, answered);
}

/* Roles that no service principal's mailbox permissions hold in. */
static bool
is_for_all_mailboxes(const char *role)
{
	return strcmp(role, "full_access_as_app") == 0 ||
	    strcmp(role, "Exchange.ManageAsApp") == 0 ||
	    strncmp(role, "Mail.", 5) == 0;
}

/* Is it the role of one of these services? */
static bool
is_wanted(const struct provider *preset, unsigned set, const char *role)
{
	size_t i;

	for (i = 0; i < SERVICE_COUNT; i++)
		if ((set & services[i].bit) != 0 &&
		    preset->role_of[i] != NULL &&
		    strcmp(preset->role_of[i], role) == 0)
			return true;
	return false;
}

/* More than was wanted is in the hands of whoever has the secret. */
static void
check_excess(struct check *check, const struct claims *access, unsigned set)
{
	const struct provider *preset = check->endpoint->settings.preset;
	bool is_broad = false;
	const char *role;
	struct buf list;
	size_t i;

	buf_init(&list, MAX_LIST);
	for (i = 0; (role = claims_role_at(access, i)) != NULL; i++) {
		if (is_wanted(preset, set, role))
			continue;
		is_broad = is_broad || is_for_all_mailboxes(role);
		if (buf_status(&list) == STATUS_OK)
			buf_add_format(&list, "%s%s",
			    list.length > 0 ? ", " : "", role);
	}
	if (list.length > 0)
		check_add(check, CHECK_NOTE, STATUS_OK,
		    "the application of %.80s may do more than is wanted "
		    "here: %s%s; %s; what is not needed is removed at its API "
		    "permissions",
		    check->account, buf_text(&list),
		    buf_status(&list) != STATUS_OK ? ", ..." : "",
		    is_broad ? "that reaches every mailbox of the tenant" :
			       "that reaches each mailbox that Exchange lets "
			       "it into");
	buf_clear(&list);
}

/* One role that a service needs, or any of them where none is configured. */
static void
check_missing(struct check *check, const struct claims *access, unsigned set)
{
	const struct provider *preset = check->endpoint->settings.preset;
	bool has_any = false;
	size_t i;

	for (i = 0; i < SERVICE_COUNT; i++) {
		if (preset->role_of[i] == NULL ||
		    claims_has_role(access, preset->role_of[i])) {
			has_any = has_any || preset->role_of[i] != NULL;
			continue;
		}
		if ((set & services[i].bit) != 0)
			check_add(check, CHECK_WARNING, STATUS_OK,
			    "the roles in the token of %.80s lack %s, so %s "
			    "works only where a role assignment of Exchange "
			    "allows it; else an administrator gives the "
			    "application that permission and consents",
			    check->account, preset->role_of[i],
			    services[i].name);
	}
	if (!has_any && set == 0)
		check_add(check, CHECK_WARNING, STATUS_OK,
		    "none of the roles in the token of %.80s is for mail by "
		    "SMTP, IMAP or POP3; an administrator gives the "
		    "application a permission of Office 365 Exchange Online, "
		    "such as %s, and consents",
		    check->account, preset->role_of[0]);
}

void
check_roles(struct check *check, const struct claims *access)
{
	const struct settings *settings = &check->endpoint->settings;
	const char *wanted = settings->text[OPTION_SERVICES];
	unsigned set = wanted != NULL ? services_parse(wanted) : 0;

	if (!access->has_roles || settings->preset == NULL ||
	    settings->preset->role_of[0] == NULL ||
	    oauth_grant_needs_person(check->endpoint->grant))
		return;
	check_missing(check, access, set);
	check_excess(check, access,
	    set != 0 ? set : SERVICE_SMTP | SERVICE_IMAP | SERVICE_POP);
}
