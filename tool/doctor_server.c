/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The examination of the mail server, by a login there. See doctor.h.
 */

#include <string.h>

#include "clock.h"
#include "doctor.h"
#include "doctor_login.h"
#include "doctor_object.h"
#include "explain.h"
#include "known_server.h"
#include "overview.h"
#include "services.h"
#include "shellquote.h"

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

/* The next step of an explanation, which may be a login of "ACCOUNT". */
static void
advise(struct doctor *doctor, const char *next)
{
	if (next == NULL)
		return;
	if (strcmp(next, EXPLAIN_LOGIN) == 0)
		doctor_next(doctor, "run: sasl-bearer login %s",
		    shell_operand(doctor->account).text);
	else
		doctor_next(doctor, "%s", next);
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
	advise(doctor, login->mail.next);
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
	doctor_wait(doctor, "logging in to %s, port %s", server.host,
	    server.port);
	log_in(doctor, &server, &again);
	if (again && doctor->failed == STATUS_OK) {
		doctor_wait(doctor, "logging in to %s once more", server.host);
		again = false;
		log_in(doctor, &server, &again);
	}
}

/* No server is known: at least the message can be made. */
static void
examine_message(struct doctor *doctor)
{
	struct doctor_login login;
	struct diag diag;
	enum status r;

	doctor_login_init(&login, doctor->account);
	if ((r = doctor_login_load(&login, doctor, &diag)) != STATUS_OK) {
		tell_no_login(doctor, &login, r, &diag);
		doctor_login_clear(&login);
		return;
	}
	r = doctor_login_try(&login, &diag);
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
		    "have that tried: sasl-bearer doctor %s "
		    "--server=smtp://HOST:587",
		    doctor->account, shell_quote(doctor->account).text);
	doctor_login_clear(&login);
}

/* The services that the account is for: those that are configured, or to
 * send. */
static unsigned
find_services(struct doctor *doctor)
{
	struct settings settings;
	struct diag diag;
	unsigned set = SERVICE_SMTP;

	if (conf_resolve(doctor->session.conf, doctor->account, &settings,
		&diag) == STATUS_OK &&
	    settings.text[OPTION_SERVICES] != NULL)
		set = services_parse(settings.text[OPTION_SERVICES]);
	settings_clear(&settings);
	return set;
}

/* The servers of the account's provider; how many are known. */
static size_t
examine_known(struct doctor *doctor)
{
	unsigned set = find_services(doctor);
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

void
doctor_examine_server(struct doctor *doctor)
{
	struct session *session = &doctor->session;
	struct diag diag;

	if (session->state.fd < 0 &&
	    session_open_state(session, &diag) != STATUS_OK) {
		doctor_unsure(doctor, "no login was tried: %s", diag.text);
		return;
	}
	if (accounts_check(session, doctor->account, &diag) != STATUS_OK) {
		doctor_unsure(doctor, "no login was tried: %s", diag.text);
		return;
	}
	if (doctor->command->server != NULL)
		examine_server(doctor, doctor->command->server);
	else if (doctor->client.server != NULL)
		examine_server(doctor, doctor->client.server);
	else if (examine_known(doctor) == 0)
		examine_message(doctor);
}
