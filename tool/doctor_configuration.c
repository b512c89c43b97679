/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The examination of sasl-bearer.conf as a file, and of what it says for all
 * accounts: is it understood, is it the one that the mail program reads, and
 * are there the users that it names? See doctor.h; doctor_settings.c goes on
 * with an account.
 */

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doctor.h"
#include "doctor_who.h"
#include "inforce.h"
#include "message.h"
#include "shellquote.h"

#define SYSTEM_CONF SYSCONFDIR "/sasl-bearer.conf"
#define OWN_CONF "/.config/sasl-bearer.conf"

static void
tell_unreadable(struct doctor *doctor, enum status r, const struct diag *diag)
{
	/* Nothing else can be known of what is configured. */
	doctor_hide_know_quoted(doctor->hide, diag->text);
	doctor_wrong(doctor, r, "%s", diag->text);
	if (r == STATUS_CONFIG)
		doctor_next(doctor, "mend that line of %s, and run this again",
		    doctor->session.place.conf);
	else
		doctor_next_of(doctor, diag,
		    "let this user read it, and run this again");
}

/*
 * The person who has become root, if their own configuration is there. False:
 * nobody, or there is none.
 */
static bool
find_person(char *path, size_t space, const char **name)
{
	const struct passwd *user;

	*name = geteuid() == 0 ? secure_getenv("SUDO_USER") : NULL;
	if (*name == NULL || (user = getpwnam(*name)) == NULL ||
	    user->pw_uid < PLACE_MIN_PERSON_UID)
		return false;
	snprintf(path, space, "%s" OWN_CONF, user->pw_dir);
	return access(path, F_OK) == 0;
}

static void
tell_absent(struct doctor *doctor)
{
	const char *conf = doctor->session.place.conf, *person;
	char own[PLACE_MAX_PATH];

	if (find_person(own, sizeof(own), &person)) {
		doctor_warn(doctor,
		    "there is no %s; %s has a configuration of their own, %s, "
		    "which Postfix and other programs of the system do not "
		    "read",
		    conf, person, own);
		doctor_next(doctor,
		    "for a program of the system move it: install -o root -g "
		    "root -m 0644 %s %s && rm %s; for one of %s run this as "
		    "that user",
		    shell_operand(own).text, shell_operand(conf).text,
		    shell_operand(own).text, person);
		return;
	}
	doctor_warn(doctor, "there is no %s, so nothing is configured", conf);
	doctor_next(doctor,
	    "write %s, which the manual page sasl-bearer.conf(5) "
	    "describes; then run: " PROGRAM " login ACCOUNT",
	    conf);
}

/* Which file, and why that one. */
static void
tell_understood(struct doctor *doctor)
{
	const struct session *session = &doctor->session;
	const char *variable = secure_getenv("SASL_BEARER_CONF"), *person;
	char own[PLACE_MAX_PATH];

	if (variable != NULL)
		doctor_ok(doctor,
		    "%s is understood; SASL_BEARER_CONF names it, which must "
		    "be in the environment of the mail program, too",
		    session->place.conf);
	else
		doctor_ok(doctor, "%s is understood; it is %s",
		    session->place.conf, inforce_conf_choice(session));
	if (variable == NULL && find_person(own, sizeof(own), &person))
		doctor_unsure(doctor,
		    "%s, which programs of %s read instead, is not looked at; "
		    "run this as that user for them",
		    own, person);
}

/* Who reads it by its path, when tokens are renewed. */
static void
try_reading(struct doctor *doctor, const struct doctor_who *who)
{
	struct doctor_trials trials = { .account = "",
		.wanted = TRY(TRY_CONF) };
	struct doctor_user user = who->client;
	struct diag diag;

	user.root = NULL;
	if (doctor_is_postfix(doctor) || !doctor_can_become(&user) ||
	    doctor_try(&doctor->session, &user, &trials, &diag) != STATUS_OK ||
	    trials.of[TRY_CONF].status == STATUS_OK ||
	    trials.of[TRY_CONF].status == STATUS_NOACCOUNT)
		return;
	doctor_warn(doctor,
	    "%s may not read %s; only a program that loads the module as root, "
	    "as Postfix does, can renew then",
	    user.name, doctor->session.place.conf);
	doctor_next(doctor, "run: chmod a+r %s",
	    shell_operand(doctor->session.place.conf).text);
}

/* Nobody is configured to renew: may the mail program? */
static void
tell_of_owners(struct doctor *doctor, const struct doctor_who *who)
{
	const struct diag *warning = &who->owners.warning;
	const char *user = doctor->client.user;

	if (warning->text[0] == '\0' || !doctor->session.place.conf_exists)
		return;
	if (who->owners.renewer == 0 && user != NULL &&
	    doctor->client.uid != 0) {
		doctor_wrong(doctor, STATUS_CONFIG,
		    "no renewer is configured, so tokens are root's alone, and "
		    "%s runs as %s",
		    doctor->client.name, user);
		doctor_next(doctor,
		    "write renewer = \"%s\" into %s, and log in again: " PROGRAM
		    " login ACCOUNT",
		    user, doctor->session.place.conf);
		return;
	}
	doctor_warn(doctor, "%s", warning->text);
	doctor_next_of(doctor, warning,
	    "correct the configuration, and run this again");
}

/* Token files of that form are renewed with what stands there. */
static void
look_for_xoauth2(struct doctor *doctor)
{
	struct settings settings;
	const char *path;

	(void)conf_resolve(doctor->session.conf, NULL, &settings, NULL);
	path = settings.text[OPTION_XOAUTH2_CONF];
	if (path != NULL && access(path, F_OK) == 0)
		doctor_ok(doctor,
		    "%s is there as well; it is for token files that a "
		    "password names, and for nothing else",
		    path);
	settings_clear(&settings);
}

void
doctor_examine_configuration(struct doctor *doctor)
{
	struct session *session = &doctor->session;
	struct doctor_who who;
	struct diag diag;
	enum status r;

	if ((r = session_load(session, &diag)) != STATUS_OK) {
		tell_unreadable(doctor, r, &diag);
		return;
	}
	if (session->place.conf_exists)
		tell_understood(doctor);
	else
		tell_absent(doctor);
	(void)doctor_is_elsewhere(doctor, "configuration", session->place.conf,
	    SYSTEM_CONF, "SASL_BEARER_CONF");
	look_for_xoauth2(doctor);
	if ((r = doctor_find_who(doctor, NULL, &who, &diag)) != STATUS_OK) {
		doctor_wrong(doctor, r, "%s", diag.text);
		doctor_next_of(doctor, &diag,
		    "correct the configuration, and run this again");
		return;
	}
	tell_of_owners(doctor, &who);
	if (session->place.conf_exists)
		try_reading(doctor, &who);
}
