/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The examination of what is configured for an account: what is in force and
 * from where, values that cannot be meant, the files that are named, and when
 * what is in them ends. See doctor.h.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "clock.h"
#include "doctor.h"
#include "doctor_values.h"
#include "doctor_who.h"
#include "inforce.h"
#include "key.h"
#include "message.h"
#include "provider.h"
#include "shellquote.h"

/* What counts most; `sasl-bearer config ACCOUNT` has the long list. */
static const enum option shown_options[] = { OPTION_PROVIDER,
	OPTION_DEFAULT_PROVIDER, OPTION_ISSUER, OPTION_GRANT, OPTION_CLIENT_ID,
	OPTION_TENANT, OPTION_SERVICES, OPTION_LOGIN, OPTION_RENEWER,
	OPTION_READER, OPTION_GRANT_KEY, OPTION_CLIENT_SECRET_FILE,
	OPTION_CLIENT_KEY, OPTION_SERVICE_ACCOUNT_FILE, OPTION_CA_FILE,
	OPTION_CA_DIR, OPTION_PROXY };

/* Room in one line. */
#define MAX_VALUE 60
#define GOOGLE_CLIENT ".apps.googleusercontent.com"

/* Adds "name value (line 3)" to the text, as far as there is room. */
static void
add_shown(struct diag *text, const struct session *session,
    const struct settings *settings, enum option option)
{
	struct inforce_shown shown;
	size_t used = strlen(text->text), space = sizeof(text->text) - used;
	char where[32];

	inforce_show(session, settings, option, &shown);
	if (settings->origin[option] == ORIGIN_FILE)
		snprintf(where, sizeof(where), "line %d",
		    settings->line[option]);
	else
		snprintf(where, sizeof(where), "%.20s", shown.from);
	snprintf(text->text + used, space, "%s%s %.*s%s (%s)",
	    used > 0 ? ", " : "", conf_options[option].name, MAX_VALUE,
	    shown.value, strlen(shown.value) > MAX_VALUE ? "..." : "", where);
}

/* One line: what is in force, by the file and by a login. */
static void
tell_in_force(struct doctor *doctor, const struct settings *settings)
{
	struct diag text = { "" };
	enum option option;
	size_t i;

	for (i = 0; i < sizeof(shown_options) / sizeof(shown_options[0]); i++) {
		option = shown_options[i];
		if (settings->text[option] == NULL ||
		    (settings->origin[option] != ORIGIN_FILE &&
			settings->origin[option] != ORIGIN_LOGIN) ||
		    (option == OPTION_DEFAULT_PROVIDER &&
			settings->text[OPTION_PROVIDER] != NULL))
			continue;
		add_shown(&text, &doctor->session, settings, option);
	}
	doctor_ok(doctor, "in force: %s",
	    text.text[0] != '\0' ? text.text : "what is built in alone");
}

/* "FILE, line 3": where an option was set. */
static void
name_place(const struct doctor *doctor, const struct settings *settings,
    enum option option, struct diag *place)
{
	diag_set(place, STATUS_OK, "%s, line %d",
	    conf_path(doctor->session.conf), settings->line[option]);
}

static void
judge_client_id(struct doctor *doctor, const struct settings *settings)
{
	const char *id = settings->text[OPTION_CLIENT_ID];
	const struct provider *preset = settings->preset;
	struct diag place;

	if (id == NULL || settings->origin[OPTION_CLIENT_ID] != ORIGIN_FILE)
		return;
	name_place(doctor, settings, OPTION_CLIENT_ID, &place);
	if (doctor_is_placeholder(id)) {
		doctor_wrong(doctor, STATUS_CONFIG,
		    "%s: client_id is \"%.60s\", which stands for an id in "
		    "manuals and belongs to no application",
		    place.text, id);
		doctor_next(doctor,
		    "write the id of your application at %s there%s%s",
		    preset != NULL ? preset->title : "the provider",
		    preset != NULL && preset->registration != NULL ? "; " : "",
		    preset != NULL && preset->registration != NULL ?
			preset->registration :
			"");
	} else if (preset != NULL && preset->is_exchange &&
	    !doctor_is_guid(id)) {
		doctor_warn(doctor,
		    "%s: client_id is \"%.60s\", and Microsoft's are GUIDs; "
		    "the page of the application calls it Application "
		    "(client) ID",
		    place.text, id);
		doctor_next(doctor, "look it up there, and correct %s",
		    place.text);
	} else if (preset != NULL && strcmp(preset->name, "google") == 0 &&
	    strstr(id, GOOGLE_CLIENT) == NULL) {
		doctor_warn(doctor,
		    "%s: client_id is \"%.60s\", and Google's end in " GOOGLE_CLIENT,
		    place.text, id);
		doctor_next(doctor, "look it up there, and correct %s",
		    place.text);
	}
}

static void
judge_tenant(struct doctor *doctor, const struct settings *settings)
{
	const char *tenant = settings->text[OPTION_TENANT];
	struct diag place;

	if (tenant == NULL || settings->origin[OPTION_TENANT] != ORIGIN_FILE ||
	    (!doctor_is_placeholder(tenant) && !doctor_is_example(tenant)))
		return;
	name_place(doctor, settings, OPTION_TENANT, &place);
	doctor_warn(doctor,
	    "%s: tenant is \"%.60s\", which is an example of manuals",
	    place.text, tenant);
	doctor_next(doctor,
	    "write your organisation's domain or its tenant's GUID at %s",
	    place.text);
}

/* When that ends by which the application proves itself. */
static void
tell_end(struct doctor *doctor, const char *what, int64_t end)
{
	char text[CLOCK_TEXT_SIZE];
	int64_t now = clock_unix_s();

	if (end == 0)
		return;
	clock_format(end, text);
	if (end > now + CHECK_BEFORE_END_S) {
		doctor_ok(doctor, "the application's %s is good until %.*s",
		    what, CLOCK_DATE_LENGTH, text);
		return;
	}
	doctor_warn(doctor, "the application's %s %s on %.*s", what,
	    end > now ? "ends" : "ended", CLOCK_DATE_LENGTH, text);
	doctor_next(doctor, "make a new %s at the provider, and configure it",
	    what);
}

static void
judge_ends(struct doctor *doctor, const struct endpoint *endpoint)
{
	const char *day = endpoint->settings.text[OPTION_CLIENT_SECRET_EXPIRES];
	struct diag diag;
	enum status r;

	if (endpoint->client.auth == OAUTH_AUTH_KEY && endpoint->key != NULL) {
		r = key_check_time(endpoint->key, clock_unix_s(), &diag);
		if (r != STATUS_OK) {
			doctor_wrong(doctor, r, "%s", diag.text);
			doctor_next_of(doctor, &diag,
			    "make a new certificate, and configure it");
		} else {
			tell_end(doctor, "certificate",
			    key_expires_at(endpoint->key));
		}
	} else if (endpoint->client.secret != NULL && day != NULL) {
		tell_end(doctor, "secret", conf_date(day));
	}
}

/* The same files, by who renews, and by their paths. */
static void
try_files(struct doctor *doctor, const char *provider)
{
	struct doctor_trials trials = { .account = doctor->account,
		.provider = provider,
		.wanted = TRY(TRY_FILES) };
	const struct doctor_tried *tried = &trials.of[TRY_FILES];
	struct doctor_who who;
	struct diag diag;

	if (doctor_find_who(doctor, doctor->account, &who, &diag) !=
		STATUS_OK ||
	    who.renewer.uid == geteuid())
		return;
	if (doctor_try(&doctor->session, &who.renewer, &trials, &diag) !=
	    STATUS_OK) {
		doctor_unsure(doctor, "%s, which renews tokens: %s",
		    who.renewer.name, diag.text);
		return;
	}
	if (tried->status == STATUS_OK)
		return;
	if (doctor_is_postfix(doctor)) {
		doctor_ok(doctor,
		    "Postfix reads as root what %s by itself may not",
		    who.renewer.name);
		return;
	}
	doctor_warn(doctor, "as %s, which renews tokens: %s", who.renewer.name,
	    tried->diag.text);
	doctor_next(doctor, "let %s read it; its group may, others must not",
	    who.renewer.name);
}

/* What systemd gives to the program's unit, and to nobody else. */
static bool
is_elsewhere(struct doctor *doctor, const struct settings *settings)
{
	static const enum option options[] = { OPTION_CLIENT_SECRET_FILE,
		OPTION_CLIENT_KEY, OPTION_CLIENT_KEY_PIN_FILE,
		OPTION_SERVICE_ACCOUNT_FILE, OPTION_GRANT_KEY };
	const char *text;
	size_t i;

	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		text = settings->text[options[i]];
		if (text == NULL ||
		    strncmp(text, "credential:", strlen("credential:")) != 0 ||
		    secure_getenv("CREDENTIALS_DIRECTORY") != NULL)
			continue;
		doctor_unsure(doctor,
		    "%s is %s, which systemd gives to the mail program's unit "
		    "alone; what a renewal reads is not looked at",
		    conf_options[options[i]].name, text);
		return true;
	}
	return false;
}

/*
 * A file that is kept from this user is no wonder where others renew: false
 * where it is one.
 */
static bool
is_kept_from_us(struct doctor *doctor, enum status r)
{
	struct doctor_who who;

	return r == STATUS_ACCESS && geteuid() != 0 &&
	    doctor_find_who(doctor, doctor->account, &who, NULL) == STATUS_OK &&
	    who.renewer.uid != geteuid();
}

/* All that a renewal reads before it asks. */
static void
examine_endpoint(struct doctor *doctor, const char *provider)
{
	struct endpoint endpoint;
	struct grant_keys keys;
	struct diag diag;
	enum status r;

	memset(&endpoint, 0, sizeof(endpoint));
	r = endpoint_grant_keys(&doctor->session.renewer, &keys, &diag);
	if (r == STATUS_OK)
		r = endpoint_prepare(&doctor->session.renewer, doctor->account,
		    provider, &endpoint, &diag);
	if (is_kept_from_us(doctor, r)) {
		doctor_unsure(doctor,
		    "%s; root can look at it: sudo " PROGRAM " doctor %s",
		    diag.text, shell_operand(doctor->account).text);
	} else if (r != STATUS_OK) {
		doctor_wrong(doctor, r, "%s", diag.text);
		doctor_next_of(doctor, &diag,
		    "correct the configuration, and run this again");
	} else {
		judge_ends(doctor, &endpoint);
		try_files(doctor, provider);
	}
	endpoint_clear(&endpoint);
}

/* A name that nothing is known of, and that is nearly another one. */
static void
look_for_slip(struct doctor *doctor)
{
	const char *account = doctor->account, *similar;
	struct accounts others;

	if (accounts_check(&doctor->session, account, NULL) != STATUS_NOACCOUNT)
		return;
	accounts_init(&others);
	(void)accounts_find(&doctor->session, true, &others, NULL);
	if ((similar = doctor_find_similar(&others, account)) != NULL) {
		doctor_wrong(doctor, STATUS_NOACCOUNT,
		    "%s is neither configured nor logged in here; is %s meant?",
		    account, similar);
		doctor_next(doctor,
		    "give the mail program the user name %s as it stands here, "
		    "or run: " PROGRAM " login %s",
		    similar, shell_operand(account).text);
	}
	accounts_clear(&others);
}

/* Is the provider to be chosen at a login that is yet to come? */
static bool
is_open(const struct inforce *inforce)
{
	const char *const *text = inforce->settings.text;

	return text[OPTION_TOKEN_ENDPOINT] == NULL &&
	    text[OPTION_ISSUER] == NULL && !inforce->is_hidden &&
	    inforce->grant.granted_at == 0 &&
	    oauth_grant_needs_person(oauth_grant_find(text[OPTION_GRANT]));
}

void
doctor_examine_settings(struct doctor *doctor)
{
	const struct session *session = &doctor->session;
	struct inforce inforce;
	struct diag diag;
	enum status r;

	if (session->conf == NULL)
		return; /* told of already */
	look_for_slip(doctor);
	r = inforce_find(session, doctor->account, &inforce, &diag);
	if (r == STATUS_OK && inforce.missing.text[0] != '\0') {
		r = STATUS_CONFIG;
		diag = inforce.missing;
	}
	if (r == STATUS_NOMEM) {
		doctor->failed = r;
	} else if (r != STATUS_OK) {
		doctor_wrong(doctor, r, "%s", diag.text);
		doctor_next_of(doctor, &diag,
		    "correct that line, and run this again");
	} else {
		tell_in_force(doctor, &inforce.settings);
		judge_client_id(doctor, &inforce.settings);
		judge_tenant(doctor, &inforce.settings);
		if (is_open(&inforce))
			doctor_unsure(doctor,
			    "no provider is configured for it; " PROGRAM
			    " login %s looks where its mail goes",
			    shell_operand(doctor->account).text);
		else if (!doctor_is_wrong(doctor, DOCTOR_CONFIGURATION) &&
		    !is_elsewhere(doctor, &inforce.settings))
			examine_endpoint(doctor, inforce.grant.provider);
	}
	inforce_clear(&inforce);
}
