/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Is this the token that was meant? See check.h; check_rights.c has what it
 * allows.
 *
 * BUGS: names are compared as they are written, so another spelling of the
 * same mailbox, as Gmail has them with and without dots, is another person;
 * the option login settles it.
 */

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "check.h"
#include "check_rights.h"
#include "clock.h"
#include "key.h"
#include "provider.h"
#include "words.h"

/* Microsoft Graph, by its address and by its id. */
#define GRAPH "https://graph.microsoft.com 00000003-0000-0000-c000-000000000000"

/* A GUID: 8-4-4-4-12 hexadecimal digits. */
#define GUID_LENGTH 36

struct diag *
check_next(struct check *check, enum check_grade grade, enum status status)
{
	struct finding *finding;

	if (check->count == CHECK_MAX_FINDINGS)
		return NULL;
	finding = &check->findings[check->count++];
	finding->grade = grade;
	finding->status = status;
	return &finding->diag;
}

size_t
check_count(const struct check *check, enum check_grade grade)
{
	size_t i, count = 0;

	for (i = 0; i < check->count; i++)
		if (check->findings[i].grade >= grade)
			count++;
	return count;
}

/* Where the path of a URL begins; the end of what is none. */
static size_t
host_end(const struct word *url)
{
	const char *host = memmem(url->text, url->length, "://", 3);
	const char *slash;

	if (host == NULL)
		return url->length;
	host += 3;
	slash = memchr(host, '/', url->length - (size_t)(host - url->text));
	return slash != NULL ? (size_t)(slash - url->text) : url->length;
}

static struct word
without_slash(struct word word)
{
	if (word.length > 0 && word.text[word.length - 1] == '/')
		word.length--;
	return word;
}

/* The case of a host or an id, and a slash at the end, do not count. */
static bool
is_same_audience(struct word a, struct word b)
{
	size_t host;

	a = without_slash(a);
	b = without_slash(b);
	host = host_end(&a);
	return a.length == b.length && host == host_end(&b) &&
	    strncasecmp(a.text, b.text, host) == 0 &&
	    memcmp(a.text + host, b.text + host, a.length - host) == 0;
}

/* Is one of the token's audiences in the list? */
static bool
is_for(const struct claims *access, const char *list)
{
	struct word one, audience;
	size_t i;

	while (words_next(&list, &one))
		for (i = 0; i < access->audience_count; i++) {
			audience.text = access->audiences[i];
			audience.length = strlen(audience.text);
			if (is_same_audience(audience, one))
				return true;
		}
	return false;
}

/* What the token should be for; NULL where that is not known. */
static const char *
wanted_resource(const struct settings *settings)
{
	return settings->origin[OPTION_RESOURCE] == ORIGIN_FILE ?
	    settings->text[OPTION_RESOURCE] :
	    NULL;
}

/* What asks for the mail servers of this provider, by the grant in use. */
static const char *
right_scope(const struct endpoint *endpoint)
{
	const struct provider *preset = endpoint->settings.preset;

	if (oauth_grant_needs_person(endpoint->grant))
		return preset != NULL && preset->scope_of[0] != NULL ?
		    preset->scope_of[0] :
		    "https://outlook.office.com/SMTP.Send";
	if (endpoint->grant == OAUTH_GRANT_IDENTITY)
		return "resource = https://outlook.office365.com/";
	return preset != NULL && preset->scope_app != NULL ?
	    preset->scope_app :
	    "https://outlook.office365.com/.default";
}

/* False: it is for something else, so that its rights mean nothing here. */
static bool
check_audience(struct check *check, const struct claims *access)
{
	const struct settings *settings = &check->endpoint->settings;
	const char *resource = wanted_resource(settings);
	const char *audiences =
	    settings->preset != NULL ? settings->preset->audiences : NULL;

	if (access->audience_count == 0 || is_for(access, audiences) ||
	    (resource != NULL && is_for(access, resource) &&
		!is_for(access, GRAPH)))
		return true;
	if (is_for(access, GRAPH)) {
		check_add(check, CHECK_WRONG, STATUS_CONFIG,
		    "the token of %.80s is for Microsoft Graph, and no mail "
		    "server takes it; ask for %s instead (the scope names the "
		    "mail servers, though the portal lists the permission "
		    "under Graph)",
		    check->account, right_scope(check->endpoint));
		return false;
	}
	if (audiences == NULL && resource == NULL)
		return true;
	check_add(check, CHECK_WRONG, STATUS_CONFIG,
	    "the token of %.80s is for %.100s (aud) and not for %.100s; check "
	    "the options scope and resource",
	    check->account, access->audiences[0],
	    resource != NULL ? resource : settings->preset->title);
	return false;
}

static bool
is_guid(const char *text)
{
	size_t i;

	if (text == NULL || strlen(text) != GUID_LENGTH)
		return false;
	for (i = 0; i < GUID_LENGTH; i++)
		if (strchr(i == 8 || i == 13 || i == 18 || i == 23 ?
			    "-" :
			    "0123456789abcdefABCDEF",
			text[i]) == NULL)
			return false;
	return true;
}

/* A domain's GUID is not known here, so only two of them are compared. */
static void
check_tenant(struct check *check, const struct claims *access,
    const struct claims *id)
{
	const char *meant = check->endpoint->settings.text[OPTION_TENANT];
	const char *tenant =
	    access->tenant != NULL ? access->tenant : id->tenant;

	if (meant == NULL || tenant == NULL || !is_guid(meant) ||
	    !is_guid(tenant) || strcasecmp(meant, tenant) == 0)
		return;
	check_add(check, CHECK_WRONG, STATUS_CONFIG,
	    "the token of %.80s is of the tenant %s, and %s is configured; "
	    "change the option tenant, or sign in with an account of that one",
	    check->account, tenant, meant);
}

static void
check_times(struct check *check, const struct claims *access)
{
	int64_t now = check->now;

	if (check->is_kept)
		return;
	if (access->expires_at != 0 && access->expires_at <= now)
		check_add(check, CHECK_WRONG, STATUS_CONFIG,
		    "the token of %.80s, just obtained, ended %" PRId64
		    " s ago (exp); set the clock of this host",
		    check->account, now - access->expires_at);
	else if (access->not_before > now + CHECK_MAX_SKEW_S)
		check_add(check, CHECK_WRONG, STATUS_CONFIG,
		    "the token of %.80s is not valid for another %" PRId64
		    " s (nbf); set the clock of this host",
		    check->account, access->not_before - now);
}

/* Microsoft's tokens of applications; of others' nothing is known. */
static bool
is_application(const struct claims *access)
{
	if (access->kind != NULL)
		return strcmp(access->kind, "app") == 0;
	return access->scope == NULL && access->object != NULL &&
	    access->subject != NULL &&
	    strcmp(access->object, access->subject) == 0;
}

static bool
is_person(const struct claims *access)
{
	if (access->kind != NULL)
		return strcmp(access->kind, "user") == 0;
	return access->tenant != NULL && access->scope != NULL;
}

static void
check_kind(struct check *check, const struct claims *access)
{
	bool wants_person = oauth_grant_needs_person(check->endpoint->grant);

	if (wants_person ? is_application(access) : is_person(access))
		check_add(check, CHECK_NOTE, STATUS_OK,
		    "the token of %.80s is %s, where %s is meant; check the "
		    "option grant",
		    check->account,
		    wants_person ? "an application's" : "a person's",
		    wants_person ? "a person's" : "an application's");
}

/* A mail address and a bare name are two kinds; neither tells of the other. */
static bool
is_comparable(const char *a, const char *b)
{
	return (strchr(a, '@') != NULL) == (strchr(b, '@') != NULL);
}

/*
 * Was it somebody else? Then the name that says so. One name that is right is
 * enough: a mail address and a login name may differ.
 */
static const char *
find_other_person(const struct claims *claims, const char *meant)
{
	const char *other = NULL;
	size_t i;

	for (i = 0; i < claims->name_count; i++) {
		if (strcasecmp(claims->names[i], meant) == 0)
			return NULL;
		if (other == NULL && is_comparable(claims->names[i], meant))
			other = claims->names[i];
	}
	return other;
}

static void
check_who(struct check *check, const struct claims *access,
    const struct claims *id)
{
	const char *other;

	if (check->person == NULL ||
	    !oauth_grant_needs_person(check->endpoint->grant))
		return;
	other =
	    find_other_person(id->name_count > 0 ? id : access, check->person);
	if (other != NULL)
		check_add(check, CHECK_WRONG, STATUS_REAUTH,
		    "%.80s signed in, and %.80s was meant; sign in as %.80s, "
		    "or, if that mailbox is a shared one, set login = \"%.80s\" "
		    "in its account section",
		    other, check->person, check->person, other);
}

static void
check_end(struct check *check, const char *what, int64_t end, const char *next)
{
	char text[CLOCK_TEXT_SIZE];

	if (end == 0 || end > check->now + CHECK_BEFORE_END_S)
		return;
	check_add(check, CHECK_WARNING, STATUS_OK,
	    "the %s by which %.80s gets its tokens %s on %.*s; make a new one at "
	    "the provider and %s",
	    what, check->account, end > check->now ? "ends" : "ended",
	    CLOCK_DATE_LENGTH, clock_format(end, text), next);
}

/* What the application proves itself with, where its end is known. */
static void
check_credentials(struct check *check)
{
	const struct endpoint *endpoint = check->endpoint;
	const char *day = endpoint->settings.text[OPTION_CLIENT_SECRET_EXPIRES];

	if (endpoint->client.auth == OAUTH_AUTH_KEY && endpoint->key != NULL)
		check_end(check, "certificate", key_expires_at(endpoint->key),
		    "set client_key and client_certificate");
	else if (endpoint->client.secret != NULL && day != NULL)
		check_end(check, "secret", conf_date(day),
		    "set client_secret_expires anew");
}

/* Google's delegation is to a key, and for a domain. */
static void
check_reach(struct check *check)
{
	if (check->endpoint->grant == OAUTH_GRANT_SERVICE_ACCOUNT)
		check_add(check, CHECK_NOTE, STATUS_OK,
		    "the service account of %.80s can act for every user of "
		    "the domain that delegated to it, not for this mailbox "
		    "alone; keep its key accordingly",
		    check->account);
}

static void
judge(struct check *check, const char *scope, const struct claims *access,
    const struct claims *id)
{
	check->count = 0;
	check_who(check, access, id);
	check_tenant(check, access, id);
	if (check_audience(check, access)) {
		check_scope(check, scope, access);
		check_roles(check, access);
	}
	check_times(check, access);
	check_kind(check, access);
	check_credentials(check);
	check_reach(check);
}

enum status
check_token(struct check *check, const struct oauth_token *token)
{
	struct claims access, id;
	enum status r, r2;

	check->is_kept = false;
	r = claims_read(token->access_token, &access);
	r2 = claims_read(token->id_token, &id);
	if (r == STATUS_NOMEM || r2 == STATUS_NOMEM) {
		check->count = 0;
		r = STATUS_NOMEM;
	} else {
		r = STATUS_OK;
		judge(check, token->scope, &access, &id);
	}
	claims_clear(&access);
	claims_clear(&id);
	return r;
}

enum status
check_kept_token(struct check *check, const char *access_token,
    const char *scope, const char *login)
{
	struct claims access, id = { .json = NULL };
	enum status r;

	check->is_kept = true;
	check->count = 0;
	if ((r = claims_read(access_token, &access)) != STATUS_NOMEM) {
		r = STATUS_OK;
		if (login != NULL)
			id.names[id.name_count++] = login;
		judge(check, scope, &access, &id);
	}
	claims_clear(&access);
	return r;
}

enum status
check_read_login(const struct oauth_token *token, char **login)
{
	struct claims claims;
	enum status r;

	*login = NULL;
	if ((r = claims_read(token->id_token, &claims)) == STATUS_DATA ||
	    (r == STATUS_OK && claims.name_count == 0)) {
		claims_clear(&claims);
		r = claims_read(token->access_token, &claims);
	}
	if (r == STATUS_OK && claims.name_count > 0 &&
	    (*login = string_copy(claims.names[0])) == NULL)
		r = STATUS_NOMEM;
	claims_clear(&claims);
	return r == STATUS_NOMEM ? r : STATUS_OK;
}
