/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The examination of the state directory: is it there, can it be trusted, is
 * there room, can the mail program come to it, and what do SELinux and AppArmor
 * say? See doctor.h; doctor_files.c goes on with an account's files.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "account.h"
#include "doctor.h"
#include "doctor_labels.h"
#include "doctor_mend.h"
#include "doctor_who.h"
#include "inforce.h"
#include "message.h"
#include "shellquote.h"

/* A renewal reserves 48 kB; below that much a log may take them first. */
#define FEW_BYTES (1024 * 1024)

static void
tell_place(struct doctor *doctor)
{
	const struct session *session = &doctor->session;

	if (secure_getenv("SASL_BEARER_STATE") != NULL)
		doctor_ok(doctor,
		    "%s is used; SASL_BEARER_STATE names it, which must be in "
		    "the environment of the mail program, too",
		    session->place.state);
	else
		doctor_ok(doctor, "%s is used; it is %s", session->place.state,
		    inforce_state_choice(session));
}

/* A disk that takes nothing loses what a provider answers. */
static void
examine_space(struct doctor *doctor)
{
	const char *state = doctor->session.place.state;
	unsigned long long left;
	struct statvfs space;

	if (statvfs(state, &space) != 0)
		return;
	left = (unsigned long long)space.f_bavail * space.f_frsize;
	if ((space.f_flag & ST_RDONLY) != 0) {
		doctor_wrong(doctor, STATUS_ACCESS,
		    "%s is on a file system that is mounted read-only, so "
		    "nothing can be renewed",
		    state);
		doctor_next(doctor,
		    "mount it writable; df %s shows which one it is",
		    shell_operand(state).text);
	} else if (left == 0) {
		doctor_wrong(doctor, STATUS_ACCESS,
		    "the disk of %s is full, so nothing can be renewed", state);
		doctor_next(doctor,
		    "free some space there; df %s shows which disk it is",
		    shell_operand(state).text);
	} else if (left < FEW_BYTES) {
		doctor_warn(doctor, "the disk of %s has %llu bytes left", state,
		    left);
		doctor_next(doctor, "free some space there; see: df %s",
		    shell_operand(state).text);
	}
}

/* The directories alone; those of each account come with its files. */
static void
examine_owners(struct doctor *doctor, const struct doctor_who *who)
{
	const struct session *session = &doctor->session;
	struct mends mends;

	if (!who->is_ours)
		return;
	mends_init(&mends);
	mends_add(&mends, session, &who->owners, SETUP_STATE, ".");
	mends_add(&mends, session, &who->owners, SETUP_TOKENS,
	    ACCOUNT_TOKENS_DIR);
	mends_add(&mends, session, &who->owners, SETUP_GRANTS,
	    ACCOUNT_GRANTS_DIR);
	if (mends.count == 0)
		return;
	doctor_warn(doctor, "%s", mends.of[0].what.text);
	mends_tell(&mends, doctor);
}

/*
 * Can it be reached by its path? Who loads the module as root has it open
 * before; refresh(8) by a timer, and programs of people, have not.
 */
static void
examine_path(struct doctor *doctor, const struct doctor_who *who)
{
	struct doctor_trials trials = { .account = "",
		.wanted = TRY(TRY_PATH) };
	struct doctor_user user = who->client;
	struct diag diag;

	user.root = NULL;
	if (!doctor_can_become(&user) ||
	    doctor_try(&doctor->session, &user, &trials, &diag) != STATUS_OK ||
	    trials.of[TRY_PATH].status == STATUS_OK)
		return;
	if (doctor_is_postfix(doctor)) {
		doctor_ok(doctor,
		    "%s may not enter %s, but Postfix opens the directory "
		    "before, as root",
		    user.name, trials.of[TRY_PATH].diag.text);
		return;
	}
	doctor_wrong(doctor, STATUS_ACCESS,
	    "%s may not enter %s, so it does not come to its tokens", user.name,
	    trials.of[TRY_PATH].diag.text);
	doctor_next(doctor, "run, as root: chmod a+x %s",
	    shell_operand(trials.of[TRY_PATH].diag.text).text);
}

void
doctor_examine_state(struct doctor *doctor)
{
	struct session *session = &doctor->session;
	struct doctor_who who;
	struct diag diag;
	enum status r;

	if (doctor_is_elsewhere(doctor, "state", session->place.state,
		LOCALSTATEDIR "/lib/sasl-bearer", "SASL_BEARER_STATE"))
		return;
	if ((r = session_open_state(session, &diag)) != STATUS_OK) {
		doctor_wrong(doctor, r, "%s", diag.text);
		doctor_next_of(doctor, &diag,
		    "let this user enter it, or run this as root");
		return;
	}
	if (session->state.fd < 0) {
		doctor_unsure(doctor,
		    "there is no %s yet; the first login makes it",
		    session->place.state);
		return;
	}
	tell_place(doctor);
	if (doctor_find_who(doctor, NULL, &who, &diag) != STATUS_OK)
		return; /* told of with the configuration */
	examine_space(doctor);
	examine_path(doctor, &who);
	examine_owners(doctor, &who);
	doctor_examine_labels(doctor, "");
}
