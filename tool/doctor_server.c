/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The examination of the mail server, by a login there. See doctor.h.
 */

#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "doctor.h"
#include "doctor_grant.h"
#include "doctor_login.h"
#include "doctor_object.h"
#include "known_server.h"
#include "mailaccount.h"
#include "overview.h"
#include "postfix_where.h"
#include "recipe.h"
#include "scope.h"
#include "secret.h"
#include "services.h"
#include "shellquote.h"

#define ALL_SERVICES (SERVICE_SMTP | SERVICE_IMAP | SERVICE_POP)

/* What a sentence shows of a list. */
#define MAX_SHOWN 120

/* What is about a login that has failed, as far as it came. */
static void
tell_connection(struct doctor *doctor, const struct doctor_login *login,
    const struct mailserver *server)
{
	const struct mailsession *mail = &login->mail;

	if (login->stream == NULL || stream_protocol(login->stream)[0] == '\0')
		return;
	doctor_ok(doctor, "%s, port %s, speaks %s in %s%s", server->host,
	    server->port, mailsession_name(server->protocol),
	    stream_protocol(login->stream),
	    mail->forms != 0 ? ", and its certificate is accepted" : "");
	if (mail->forms != 0)
		doctor_ok(doctor, "%s offers %.*s", server->host, MAX_SHOWN,
		    buf_text(&mail->offered));
}

static void
tell_success(struct doctor *doctor, const struct doctor_login *login,
    const struct mailserver *server)
{
	const char *user = buf_text(&login->user);
	bool is_other = user[0] != '\0' && strcmp(user, login->account) != 0;

	doctor_ok(doctor, "%s is logged in to %s%s%.100s, by %s through %.120s",
	    login->account, server->host, is_other ? " as " : "",
	    is_other ? user : "", login->name,
	    login->object != NULL ? login->object : "libsasl2");
}

static void
tell_module_failure(struct doctor *doctor, enum status r,
    const struct diag *diag)
{
	const char *who =
	    doctor->client.user != NULL ? doctor->client.user : "this user";

	doctor_wrong(doctor, r, "the module has no message for %s, as %s: %s",
	    doctor->account, who, diag->text);
	if (r == STATUS_REAUTH || r == STATUS_NOACCOUNT)
		doctor_next(doctor, "run: sasl-bearer login %s",
		    shell_operand(doctor->account).text);
	else
		doctor_next_of(doctor, diag, "mend that, and run this again");
}

/* The login could not even begin; of the module that was said before. */
static void
tell_no_login(struct doctor *doctor, const struct doctor_login *login,
    enum status r, const struct diag *diag)
{
	if (r == STATUS_CANCELLED || r == STATUS_NOMEM)
		doctor->failed = r;
	else if (login->is_local)
		doctor_unsure(doctor, "no login was tried: %s", diag->text);
	else
		doctor_wrong(doctor, r, "%s", diag->text);
}

/* Has the module written down that the token was refused? */
static bool
is_marked(struct doctor *doctor)
{
	struct overview overview;
	struct diag diag;
	bool is_refused = false;

	if (overview_find(&doctor->session, doctor->account, clock_unix_s(),
		&overview, &diag) == STATUS_OK)
		is_refused = overview.state == OVERVIEW_REFUSED;
	overview_clear(&overview);
	return is_refused;
}

static void
tell_failure(struct doctor *doctor, const struct doctor_login *login,
    const struct mailserver *server, enum status r, const struct diag *diag)
{
	if (r == STATUS_CANCELLED || r == STATUS_NOMEM) {
		doctor->failed = r;
		return;
	}
	tell_connection(doctor, login, server);
	if (login->is_local) {
		tell_module_failure(doctor, r, diag);
		return;
	}
	doctor_wrong(doctor, r, "%s", diag->text);
	if (login->mail.next != NULL)
		doctor_next_step(doctor, login->mail.next, NULL);
}

/*
 * One login. *again: the token was refused, and another one would be got for
 * the next; where that may be tried, it has been said.
 */
static void
log_in(struct doctor *doctor, const struct mailserver *server, bool *again)
{
	struct doctor_login login;
	struct diag diag;
	enum status r;

	doctor_login_init(&login, doctor->account);
	if ((r = doctor_login_load(&login, doctor, &diag)) != STATUS_OK) {
		*again = false;
		tell_no_login(doctor, &login, r, &diag);
		doctor_login_clear(&login);
		return;
	}
	r = doctor_login_run(&login, server, &diag);
	if (login.stream != NULL && login.mail.dialogue != NULL &&
	    !login.is_local)
		mailserver_finish(login.stream, &login.mail);
	if (r == STATUS_REFUSED && login.mail.is_refused && *again &&
	    is_marked(doctor)) {
		doctor_warn(doctor,
		    "%s; the module has marked that token, and gets another "
		    "for the next login",
		    diag.text);
		if (!doctor->may_renew)
			doctor_next(doctor,
			    "run this again with --renew, to see whether "
			    "another token is taken");
		doctor_login_clear(&login);
		return;
	}
	*again = false;
	if (r == STATUS_OK) {
		tell_connection(doctor, &login, server);
		tell_success(doctor, &login, server);
	} else
		tell_failure(doctor, &login, server, r, &diag);
	doctor_login_clear(&login);
}

/*
 * Would a login renew the token, and nobody has agreed to that? Then that is
 * said. One that is due may be renewed by any login, so it is like one that has
 * ended.
 */
static bool
must_not_renew(struct doctor *doctor)
{
	static const char *const what[] = {
		[RECORD_DUE] = "is due",
		[RECORD_EXPIRED] = "has ended",
		[RECORD_REFUSED] = "was refused",
	};
	struct doctor_kept kept;
	enum record_age age = RECORD_EXPIRED;
	bool has_token;

	if (doctor->may_renew)
		return false;
	doctor_read_kept(doctor, &kept);
	has_token = kept.record.access_token != NULL;
	if (has_token)
		age = record_judge(&kept.record, clock_unix_s());
	doctor_clear_kept(&kept);
	if (age == RECORD_FRESH)
		return false;
	if (has_token)
		doctor_unsure(doctor,
		    "no login was tried: the token of %s %s, and a login would "
		    "renew the token; --renew does",
		    doctor->account, what[age]);
	else
		doctor_unsure(doctor,
		    "no login was tried: no token of %s is seen here, and a "
		    "login would renew the token; --renew does",
		    doctor->account);
	return true;
}

/* A mail program comes again later; with another token it may be taken. */
static void
examine_server(struct doctor *doctor, const char *url)
{
	struct mailserver server;
	struct diag diag;
	bool again = true;

	if (mailserver_parse_url(&server, url, &diag) != STATUS_OK) {
		doctor_wrong(doctor, STATUS_CONFIG, "%s", diag.text);
		return;
	}
	if (must_not_renew(doctor))
		return;
	doctor_wait(doctor, "logging in to %s, port %s", server.host,
	    server.port);
	log_in(doctor, &server, &again);
	if (!again || doctor->failed != STATUS_OK)
		return;
	if (!doctor->may_renew) {
		doctor_unsure(doctor,
		    "no other login was tried: it would renew the token; "
		    "--renew does");
	} else {
		doctor_wait(doctor, "logging in to %s once more", server.host);
		again = false;
		log_in(doctor, &server, &again);
	}
}

/* No server is known: at least the message can be made. */
static void
examine_message(struct doctor *doctor)
{
	const struct recipe *recipe = doctor->client.recipe;
	bool reads = recipe != NULL && recipe->reads != NULL;
	struct doctor_login login;
	struct diag diag;
	enum status r;

	if (must_not_renew(doctor))
		return;
	doctor_login_init(&login, doctor->account);
	if ((r = doctor_login_load(&login, doctor, &diag)) != STATUS_OK) {
		tell_no_login(doctor, &login, r, &diag);
		doctor_login_clear(&login);
		return;
	}
	r = doctor_login_try(&login, reads ? "imap" : "smtp", &diag);
	if (r == STATUS_CANCELLED || r == STATUS_NOMEM)
		doctor->failed = r;
	else if (r != STATUS_OK)
		tell_module_failure(doctor, r, &diag);
	else
		doctor_ok(doctor, "%.120s has a token for %s",
		    doctor_object_name(
			login.object != NULL ? login.object : "libsasl2"),
		    doctor->account);
	if (r == STATUS_OK)
		doctor_unsure(doctor,
		    "which mail server %s logs in to is not known; name it to "
		    "have that tried: sasl-bearer doctor%s%s %s --server=%s",
		    doctor->account, recipe != NULL ? " --client=" : "",
		    recipe != NULL ? recipe->name : "",
		    shell_quote(doctor->account).text,
		    reads ? "imaps://HOST:993" : "smtp://HOST:587");
	doctor_login_clear(&login);
}

/* The services that are configured for the account; 0: none are. */
static unsigned
find_configured(struct doctor *doctor)
{
	struct settings settings;
	struct diag diag;
	unsigned set = 0;

	if (conf_resolve(doctor->session.conf, doctor->account, &settings,
		&diag) == STATUS_OK &&
	    settings.text[OPTION_SERVICES] != NULL)
		set = services_parse(settings.text[OPTION_SERVICES]);
	settings_clear(&settings);
	return set;
}

/* Those of the set that the login has not asked for, as far as that is known. */
static unsigned
find_ungranted(struct doctor *doctor, unsigned set)
{
	const struct provider *preset =
	    known_server_preset(&doctor->session, doctor->account);
	char *granted = mailaccount_granted(&doctor->session, doctor->account);
	unsigned lacking = 0;
	struct word missing;
	size_t i;

	for (i = 0; preset != NULL && i < SERVICE_COUNT; i++)
		if ((set & services[i].bit) != 0 &&
		    preset->scope_of[i] != NULL &&
		    scope_find_missing(granted, preset->scope_of[i], &missing))
			lacking |= services[i].bit;
	secret_free(&granted);
	return lacking;
}

/* What the program of a recipe needs, and the account is not for. */
static void
tell_lacking(struct doctor *doctor, unsigned set, bool is_configured)
{
	char names[SERVICES_MAX_NAMES], all[SERVICES_MAX_NAMES];

	services_name(set, names, sizeof(names));
	services_name(set |
		(ALL_SERVICES & ~find_ungranted(doctor, ALL_SERVICES)),
	    all, sizeof(all));
	doctor_warn(doctor, "%s needs %s, %s %s", doctor->client.name, names,
	    is_configured ? "which is not among the services of" :
			    "and that was not asked for in the login of",
	    doctor->account);
	if (is_configured)
		doctor_next(doctor,
		    "add %s to services of %s in %s, then run: sasl-bearer "
		    "login %s",
		    names, doctor->account, doctor->session.place.conf,
		    shell_operand(doctor->account).text);
	else
		doctor_next(doctor, "run: sasl-bearer login --for='%s' %s", all,
		    shell_operand(doctor->account).text);
}

/*
 * The services that the program is for, and the account too; without a program,
 * those that are configured, or to send.
 */
static unsigned
find_services(struct doctor *doctor)
{
	const struct recipe *recipe = doctor->client.recipe;
	unsigned configured = find_configured(doctor), set = 0, lacking;

	if (recipe == NULL)
		return configured != 0 ? configured : SERVICE_SMTP;
	if (recipe->reads != NULL)
		set |= SERVICE_IMAP;
	if (recipe->sends != NULL)
		set |= SERVICE_SMTP;
	lacking =
	    configured != 0 ? set & ~configured : find_ungranted(doctor, set);
	if (lacking != 0)
		tell_lacking(doctor, lacking, configured != 0);
	return set & ~lacking;
}

/* The servers of the account's provider; how many are known. */
static size_t
examine_known(struct doctor *doctor, unsigned set)
{
	const char *url;
	size_t i, count = 0;

	for (i = 0; i < SERVICE_COUNT; i++) {
		if ((set & services[i].bit) == 0 ||
		    (url = known_server_of(&doctor->session, doctor->account,
			 services[i].bit)) == NULL)
			continue;
		count++;
		examine_server(doctor, url);
	}
	return count;
}

/* Each account has its own: a token is for nobody else's server. */
static void
examine_postfix(struct doctor *doctor)
{
	const struct postfix *postfix = doctor->client.postfix;
	struct postfix_destination destination;
	char url[POSTFIX_MAX_URL];
	struct diag diag;
	enum status r;

	if (geteuid() != 0) {
		doctor_unsure(doctor,
		    "no login was tried: where Postfix logs in as %s is for "
		    "root to look at",
		    doctor->account);
		return;
	}
	r = postfix_where(postfix, doctor->account, &destination, &diag);
	if (r == STATUS_NOMEM || r == STATUS_CANCELLED) {
		doctor->failed = r;
	} else if (r == STATUS_NOACCOUNT) {
		doctor_unsure(doctor,
		    "no login was tried: by its maps, Postfix does not log in "
		    "with %s; to try a server: sasl-bearer doctor %s "
		    "--server=smtp://HOST:587",
		    doctor->account, shell_quote(doctor->account).text);
	} else if (r != STATUS_OK) {
		doctor_unsure(doctor,
		    "no login was tried: where Postfix logs in as %s cannot be "
		    "looked at: %s",
		    doctor->account, diag.text);
	} else if (known_server_is_of_other(&doctor->session, doctor->account,
		       destination.host)) {
		doctor_warn(doctor,
		    "Postfix logs in at %s as %s, and that is another "
		    "provider's server; no login was tried",
		    destination.text, doctor->account);
		doctor_next(doctor,
		    "give %s the server of its provider in Postfix's maps",
		    doctor->account);
	} else {
		postfix_where_url(postfix, &destination, url, sizeof(url));
		examine_server(doctor, url);
	}
}

void
doctor_examine_server(struct doctor *doctor)
{
	struct session *session = &doctor->session;
	struct diag diag;
	unsigned set;

	if (session->state.fd < 0 &&
	    session_open_state(session, &diag) != STATUS_OK) {
		doctor_unsure(doctor, "no login was tried: %s", diag.text);
		return;
	}
	if (accounts_check(session, doctor->account, &diag) != STATUS_OK) {
		doctor_unsure(doctor, "no login was tried: %s", diag.text);
		return;
	}
	if (doctor->command->server != NULL) {
		examine_server(doctor, doctor->command->server);
	} else if (doctor->client.postfix != NULL) {
		examine_postfix(doctor);
	} else {
		set = find_services(doctor);
		if (set != 0 && examine_known(doctor, set) == 0)
			examine_message(doctor);
	}
}
