/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The login of an account, and whether it can be renewed. See doctor.h;
 * doctor_token.c has the token itself.
 *
 * A renewal is real: the provider counts it, and may replace the refresh
 * token. So it takes a yes, or --renew.
 */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agree.h"
#include "browser.h"
#include "clock.h"
#include "doctor_grant.h"
#include "doctor_redirect.h"
#include "doctor_token.h"
#include "explain.h"
#include "message.h"
#include "overview.h"
#include "provider.h"
#include "shellquote.h"
#include "when.h"

#define QUESTION "Ask the provider for a new token now?"

/* What an account is examined by. */
struct login {
	struct doctor *doctor;
	struct endpoint endpoint;
	struct overview overview;
	struct doctor_kept kept;
	struct doctor_remarks remarks;
	bool has_failed; /* that is told, so that nothing more is */
	bool no_browser; /* the provider would not send one back */
};

void
doctor_read_kept(struct doctor *doctor, struct doctor_kept *kept)
{
	struct session *session = &doctor->session;
	struct grant_keys keys;
	struct store store;

	grant_init(&kept->grant);
	record_init(&kept->record);
	if (session->state.fd < 0)
		(void)session_open_state(session, NULL);
	if (session->state.fd < 0)
		return;
	(void)endpoint_grant_keys(&session->renewer, &keys, NULL);
	if (store_open_account(&store, &session->state, doctor->account, &keys,
		NULL) != STATUS_OK)
		return;
	if (store_load(&store, &kept->grant, NULL) != STATUS_OK)
		grant_clear(&kept->grant);
	if (store_read(&store, &kept->record, NULL) != STATUS_OK)
		record_clear(&kept->record);
	store_close(&store);
}

void
doctor_clear_kept(struct doctor_kept *kept)
{
	grant_clear(&kept->grant);
	record_clear(&kept->record);
}

bool
doctor_has_token(const struct doctor_kept *kept, int64_t now)
{
	enum record_age age;

	if (kept->record.access_token == NULL)
		return false;
	age = record_judge(&kept->record, now);
	return age == RECORD_FRESH || age == RECORD_DUE;
}

/* Can a person log in by a code for any device? */
static bool
has_codes(const struct login *login)
{
	const struct settings *settings = &login->endpoint.settings;
	const struct provider *preset = settings->preset;

	return login->endpoint.grant != OAUTH_GRANT_CODE &&
	    settings->text[OPTION_DEVICE_ENDPOINT] != NULL &&
	    (preset == NULL || preset->no_device_code == NULL);
}

/* How a person logs the account in from here, by what suits this host. */
static void
advise_login(const struct login *login)
{
	if ((browser_exists() && !login->no_browser) ||
	    !oauth_grant_needs_person(login->endpoint.grant))
		doctor_next(login->doctor, "run: " PROGRAM " login %s",
		    shell_operand(login->doctor->account).text);
	else if (has_codes(login))
		doctor_next(login->doctor,
		    "run: " PROGRAM " login --device %s (it shows a code for a "
		    "browser anywhere)",
		    shell_operand(login->doctor->account).text);
	else
		doctor_next(login->doctor,
		    "run: " PROGRAM " login --browser %s (paste back the "
		    "address that a browser elsewhere ends at)",
		    shell_operand(login->doctor->account).text);
}

/* Is there any trace of it? */
static bool
is_known(struct login *login)
{
	struct doctor *doctor = login->doctor;

	if (overview_is_known(&login->overview))
		return true;
	doctor_wrong(doctor, STATUS_NOACCOUNT,
	    "%s is neither configured nor logged in on this host",
	    doctor->account);
	doctor_next(doctor, "run: " PROGRAM " login %s",
	    shell_operand(doctor->account).text);
	return false;
}

/* What the account is configured with, where it can be used at all. */
static bool
look_at_configuration(struct login *login)
{
	struct doctor *doctor = login->doctor;
	struct diag diag;
	enum status r;

	r = endpoint_prepare(&doctor->session.renewer, doctor->account,
	    login->kept.grant.provider, &login->endpoint, &diag);
	if (r == STATUS_OK)
		return true;
	if (r == STATUS_ACCESS && geteuid() != 0) {
		doctor_unsure(doctor, "%s; run this as root", diag.text);
		return false;
	}
	doctor_wrong(doctor, r, "%s", diag.text);
	doctor_next(doctor, "mend that in %s, then run: " PROGRAM " login %s",
	    doctor->session.place.conf, shell_operand(doctor->account).text);
	return false;
}

/* The verb that asks the provider once more. */
static const char *
again(const struct login *login)
{
	return login->overview.state == OVERVIEW_LOGGED_OUT ? "login" :
							      "refresh --force";
}

/*
 * What only somebody at the provider can change, or another way to log in goes
 * around: what to do stands in the explanation. False: it is nothing of that.
 */
static bool
advise_asking(const struct login *login, const char *text)
{
	struct explanation found;
	struct diag then;

	if (!oauth_grant_needs_person(login->endpoint.grant))
		return false;
	explain_text(text, strlen(text), &found);
	if (found.class != EXPLAIN_ADMIN || !found.is_specific)
		return false;
	diag_set(&then, STATUS_OK, ", and then run: " PROGRAM " %s %s",
	    again(login), shell_operand(login->doctor->account).text);
	doctor_next_step(login->doctor, found.next,
	    strstr(found.next, EXPLAIN_LOGIN) == NULL ? then.text : NULL);
	return true;
}

/* Providers say of an application that they refuse it, and no more. */
static const char *
client_step(const struct login *login)
{
	switch (login->endpoint.client.auth) {
	case OAUTH_AUTH_NONE:
		return "no secret was sent: if the application has one, set "
		       "client_secret_file; else check client_id";
	case OAUTH_AUTH_BODY:
	case OAUTH_AUTH_BASIC:
		return "a secret was sent: check client_secret_file and "
		       "client_auth, remove both if the application is a "
		       "public one, and check client_id";
	default:
		return NULL;
	}
}

/* What is to be changed here. False: no explanation has it. */
static bool
advise_mending(const struct login *login, const char *text)
{
	/* The provider's own code, which stands in brackets. */
	const char *code = strchr(text, '(');
	struct explanation found, client;
	const char *step = NULL;
	struct diag then;

	if (code == NULL)
		return false;
	explain_text(code, strcspn(code, ")"), &found);
	if (found.class != EXPLAIN_CONFIG || strstr(text, found.cause) == NULL)
		return false;
	if (explain_find("invalid_client", &client) &&
	    strcmp(client.cause, found.cause) == 0)
		step = client_step(login);
	diag_set(&then, STATUS_OK, ", then run: " PROGRAM " %s %s",
	    again(login), shell_operand(login->doctor->account).text);
	doctor_next_step(login->doctor, step != NULL ? step : found.next,
	    then.text);
	return true;
}

/* Nobody has logged in; somebody may have tried. */
static void
tell_nobody(struct login *login)
{
	const struct overview *overview = &login->overview;
	const struct ledger *ledger = &overview->ledger;
	struct doctor *doctor = login->doctor;

	if (!overview_login_failed(overview)) {
		doctor_wrong(doctor, STATUS_REAUTH,
		    "nobody has logged %s in on this host", doctor->account);
		advise_login(login);
		return;
	}
	doctor_wrong(doctor, STATUS_REAUTH,
	    "nobody has logged %.80s in on this host; the last attempt, %s, "
	    "failed: %s",
	    doctor->account, when_local(ledger->login_failed_at).text,
	    ledger->login_failed);
	if (advise_asking(login, ledger->login_failed) ||
	    advise_mending(login, ledger->login_failed))
		return;
	if (ledger->login_failed_status != STATUS_CONFIG)
		advise_login(login);
	else
		doctor_next(doctor, "mend that, then run: " PROGRAM " login %s",
		    shell_operand(doctor->account).text);
}

/* A login that is there, and a later attempt at another one. */
static void
look_at_attempt(struct login *login)
{
	const struct ledger *ledger = &login->overview.ledger;

	if (login->overview.state != OVERVIEW_LOGGED_OUT &&
	    overview_login_failed(&login->overview))
		doctor_unsure(login->doctor,
		    "the last attempt to log in, %s, failed: %s",
		    when_local(ledger->login_failed_at).text,
		    ledger->login_failed);
}

/* Where the next login is by browser: does the provider send it back? */
static void
look_at_redirect(struct login *login)
{
	const struct overview *overview = &login->overview;
	bool is_only = !has_codes(login);
	bool is_first = overview->state == OVERVIEW_LOGGED_OUT;

	if (!oauth_grant_needs_person(login->endpoint.grant) ||
	    login->endpoint.grant == OAUTH_GRANT_DEVICE ||
	    (!is_only && !(is_first && browser_exists())))
		return;
	login->no_browser = !doctor_examine_redirect(login->doctor,
	    &login->endpoint, is_only && is_first);
}

/* Has anybody logged in, and can that be read? */
static bool
look_at_login(struct login *login)
{
	const struct overview *overview = &login->overview;
	struct doctor *doctor = login->doctor;

	if (overview->state == OVERVIEW_LOGGED_OUT) {
		tell_nobody(login);
		return false;
	}
	if (overview->state == OVERVIEW_UNREADABLE) {
		doctor_wrong(doctor, overview->error, "%s",
		    overview->error_text);
		if (overview->error == STATUS_DATA)
			advise_login(login);
		return false;
	}
	if (overview->grant_hidden) {
		doctor_unsure(doctor,
		    "this user may not read the grant, so it is not known "
		    "whether it can be renewed; run this as root");
		return true;
	}
	if (!overview->can_renew) {
		doctor_wrong(doctor, STATUS_REAUTH,
		    "there is no refresh token, so it ends with the token that "
		    "is there");
		advise_login(login);
		return false;
	}
	if (overview->state == OVERVIEW_REFUSED)
		doctor_warn(doctor,
		    "a mail server refused the token that is there; it is "
		    "renewed before its next use");
	if (!oauth_grant_needs_person(login->endpoint.grant))
		doctor_ok(doctor, "it needs no person (grant %s)",
		    login->endpoint.settings.text[OPTION_GRANT]);
	else
		doctor_ok(doctor, "%s logged in on %s",
		    login->kept.grant.login != NULL ? login->kept.grant.login :
						      "somebody",
		    when_local(overview->granted_at).text);
	return true;
}

/*
 * Why it could not be renewed, now or then. until: nobody asks again before; 0:
 * not known.
 */
static void
tell_failure(struct login *login, enum status status, const char *text,
    int64_t until)
{
	struct doctor *doctor = login->doctor;
	int64_t now = clock_unix_s();

	if (status == STATUS_AGAIN && doctor_has_token(&login->kept, now)) {
		doctor_warn(doctor,
		    "%s; mail goes on with the token that is there, until %s",
		    text, when_local(login->kept.record.expires_at).text);
	} else {
		login->has_failed = true;
		doctor_wrong(doctor, status, "%s", text);
	}
	if (status != STATUS_AGAIN &&
	    (advise_asking(login, text) || advise_mending(login, text)))
		return;
	if (status == STATUS_REAUTH)
		advise_login(login);
	else if (until > now)
		doctor_next(doctor,
		    "mend that, if it does not pass, and run: " PROGRAM
		    " refresh --force %s (else nobody asks before %s)",
		    shell_operand(doctor->account).text,
		    when_local(until).text);
	else
		doctor_next(doctor,
		    "%s, then run: " PROGRAM " refresh --force %s",
		    status == STATUS_AGAIN ? "wait" : "mend that",
		    shell_operand(doctor->account).text);
}

/* What was asked for, and with what secret, as the grant knows it. */
static bool
complete(struct login *login)
{
	struct endpoint *endpoint = &login->endpoint;
	struct doctor *doctor = login->doctor;
	struct diag diag;
	enum status r;

	if (login->overview.grant_hidden)
		return true;
	r = endpoint_complete(&doctor->session.renewer, endpoint,
	    &login->kept.grant,
	    endpoint->settings.seconds[OPTION_TIMEOUT] * 1000, &diag);
	if (r == STATUS_OK)
		return true;
	tell_failure(login, r, diag.text, 0);
	return false;
}

static bool
may_renew(const struct login *login)
{
	const struct doctor *doctor = login->doctor;

	if ((doctor->command->flags & FLAG_RENEW) != 0)
		return true;
	return doctor->form == DOCTOR_TEXT && agree_can_ask() &&
	    agree_ask(login->overview.error != STATUS_OK ?
		    "The last renewal failed. " QUESTION :
		    QUESTION);
}

static void
renew(struct login *login)
{
	const struct log log = { doctor_take_remark, &login->remarks };
	struct doctor *doctor = login->doctor;
	struct session *session = &doctor->session;
	struct record record;
	struct diag diag;
	enum status r;

	doctor_wait(doctor, "asking the provider for a token");
	record_init(&record);
	r = renew_account(&session->renewer, &session->state, doctor->account,
	    RENEW_FORCE, &log, &record, &diag);
	if (r == STATUS_OK)
		doctor_ok(doctor, "the provider gave a new token, until %s",
		    when_local(record.expires_at).text);
	else
		tell_failure(login, r, diag.text, 0);
	record_clear(&record);
	doctor_clear_kept(&login->kept);
	doctor_read_kept(doctor, &login->kept);
}

static void
look_at_renewal(struct login *login)
{
	struct doctor *doctor = login->doctor;

	if (login->overview.grant_hidden)
		return;
	doctor->may_renew = may_renew(login);
	if (doctor->may_renew)
		renew(login);
	else if (login->overview.error != STATUS_OK)
		tell_failure(login, login->overview.error,
		    login->overview.error_text, login->overview.error_until);
	else
		doctor_unsure(doctor,
		    "a renewal was not tried, for the provider counts it; "
		    "--renew does");
}

/* STATUS_OK: overview and kept are filled. */
static enum status
open_login(struct login *login, struct diag *diag)
{
	struct session *session = &login->doctor->session;
	enum status r;

	if (session->state.fd < 0 &&
	    (r = session_open_state(session, diag)) != STATUS_OK)
		return r;
	return overview_find(session, login->doctor->account, clock_unix_s(),
	    &login->overview, diag);
}

/* All that is about the provider. */
static void
examine(struct login *login)
{
	look_at_redirect(login);
	look_at_attempt(login);
	if (!look_at_login(login) || !complete(login))
		return;
	look_at_renewal(login);
	if (!login->has_failed)
		doctor_examine_token(login->doctor, &login->endpoint,
		    &login->kept, &login->remarks);
}

void
doctor_examine_grant(struct doctor *doctor)
{
	struct login login = { .doctor = doctor };
	struct diag diag;
	enum status r;

	doctor->may_renew = (doctor->command->flags & FLAG_RENEW) != 0;
	doctor_read_kept(doctor, &login.kept);
	if ((r = open_login(&login, &diag)) != STATUS_OK)
		doctor_wrong(doctor, r, "%s", diag.text);
	else if (is_known(&login) && look_at_configuration(&login))
		examine(&login);
	overview_clear(&login.overview);
	endpoint_clear(&login.endpoint);
	doctor_clear_kept(&login.kept);
}
