/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The examination of an account's files: can the mail program read its token,
 * can who renews it do that, and are they whole? See doctor.h. What a user can
 * do is tried; owners and modes then say what to mend.
 */

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account.h"
#include "clock.h"
#include "doctor.h"
#include "doctor_mend.h"
#include "doctor_who.h"
#include "message.h"
#include "overview.h"
#include "shellquote.h"
#include "store.h"
#include "when.h"

#define LOOK_AT_IT \
	"see what is the matter with it: ls -l, lsattr, mount, and the " \
	"kernel's log"

/* What is looked at, and with whose eyes. */
struct look {
	struct doctor *doctor;
	struct doctor_who who;
	struct account_files files;
	struct mends mends;
	bool has_record, has_grant;
};

static void
find_mends(struct look *look)
{
	const struct session *session = &look->doctor->session;
	const struct owners *owners = &look->who.owners;

	mends_init(&look->mends);
	if (!look->who.is_ours)
		return;
	mends_add(&look->mends, session, owners, SETUP_RECORD,
	    look->files.token);
	mends_add(&look->mends, session, owners, SETUP_GRANT,
	    look->files.grant);
	mends_add(&look->mends, session, owners, SETUP_GRANT, look->files.lock);
}

/* The directories are told of before, where they keep nobody out. */
static void
find_more_mends(struct look *look)
{
	const struct session *session = &look->doctor->session;
	const struct owners *owners = &look->who.owners;

	if (!look->who.is_ours)
		return;
	mends_add(&look->mends, session, owners, SETUP_STATE, ".");
	mends_add(&look->mends, session, owners, SETUP_TOKENS,
	    ACCOUNT_TOKENS_DIR);
	mends_add(&look->mends, session, owners, SETUP_GRANTS,
	    ACCOUNT_GRANTS_DIR);
}

/* Is the program one of those whom the configuration lets read? */
static bool
is_meant(const struct look *look)
{
	const struct doctor_user *client = &look->who.client;
	const struct owners *owners = &look->who.owners;

	return !owners->by_root || client->uid == owners->renewer ||
	    owners_is_member(client->name, client->gid, owners->account_reader);
}

/*
 * The program is another user than the one who is configured: no owner that
 * the configuration wants helps it.
 */
static void
advise_configuration(struct look *look)
{
	const struct doctor *doctor = look->doctor;
	const char *conf = doctor->session.place.conf;
	const struct doctor_who *who = &look->who;

	if (!who->owners.by_root)
		doctor_next(look->doctor,
		    "run this as root: sudo " PROGRAM " doctor %s",
		    shell_operand(doctor->account).text);
	else
		doctor_next(look->doctor,
		    "write renewer = \"%s\" into %s in place of \"%s\", or "
		    "reader = a group of %s, and run: " PROGRAM " login %s",
		    who->client.name, conf, who->renewer.name, who->client.name,
		    shell_operand(doctor->account).text);
}

/* Up to the next step, which follows a semicolon. */
static int
cause_length(const char *text)
{
	const char *next = strstr(text, "; ");

	return (int)(next != NULL ? (size_t)(next - text) : strlen(text));
}

/* Or is it a matter of the disk, or of what lies there? */
static bool
is_of_rights(const struct diag *diag)
{
	return strstr(diag->text, " may ") != NULL ||
	    strstr(diag->text, "Permission denied") != NULL ||
	    strstr(diag->text, "chown") != NULL;
}

static void
tell_refused(struct look *look, const struct doctor_user *user,
    const char *what, const struct doctor_tried *tried)
{
	struct doctor *doctor = look->doctor;

	/* Its own next step is for the program. */
	doctor_wrong(doctor, tried->status, "%s cannot %s: %.*s", user->name,
	    what, cause_length(tried->diag.text), tried->diag.text);
	find_more_mends(look);
	if (tried->status == STATUS_DATA)
		doctor_next(doctor, "run: " PROGRAM " login %s",
		    shell_operand(doctor->account).text);
	else if (!is_of_rights(&tried->diag))
		doctor_next_of(doctor, &tried->diag, LOOK_AT_IT);
	else if (user->uid == look->who.client.uid && !is_meant(look))
		advise_configuration(look);
	else if (look->mends.count > 0)
		mends_tell(&look->mends, doctor);
	else if (strstr(tried->diag.text, "; run: ") != NULL)
		doctor_next_of(doctor, &tried->diag, LOOK_AT_IT);
	else
		advise_configuration(look);
}

static void
judge_record(struct look *look, const struct doctor_trials *trials)
{
	const struct doctor_tried *tried = &trials->of[TRY_RECORD];
	struct doctor *doctor = look->doctor;
	struct diag name;

	if (tried->status == STATUS_NOACCOUNT)
		return;
	look->has_record = true;
	if (tried->status != STATUS_OK) {
		tell_refused(look, &look->who.client, "read the token", tried);
		return;
	}
	doctor_name_client(doctor, &look->who, &name);
	doctor_ok(doctor, "%s can read the token, %s%s", name.text,
	    doctor->session.state.path, look->files.token);
}

static void
judge_renewal(struct look *look, const struct doctor_user *user,
    const struct doctor_trials *trials)
{
	static const enum doctor_trial order[] = { TRY_GRANT, TRY_GRANTS,
		TRY_TOKENS, TRY_LOCK };
	const struct doctor_tried *tried;
	size_t i;

	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		tried = &trials->of[order[i]];
		if (tried->status != STATUS_OK &&
		    tried->status != STATUS_NOACCOUNT) {
			tell_refused(look, user, "renew the token", tried);
			return;
		}
	}
	doctor_ok(look->doctor,
	    "%s can renew: it reads the grant, and writes and locks files "
	    "beside it",
	    user->name);
}

/* False: it could not be tried, which was told. */
static bool
try_as(struct look *look, const struct doctor_user *user, unsigned wanted,
    struct doctor_trials *trials)
{
	struct doctor *doctor = look->doctor;
	struct diag diag;
	enum status r;

	trials->account = doctor->account;
	trials->provider = NULL;
	trials->wanted = wanted;
	r = doctor_try(&doctor->session, user, trials, &diag);
	if (r != STATUS_OK)
		doctor_unsure(doctor, "%s; run: sudo " PROGRAM " doctor %s",
		    diag.text, shell_operand(doctor->account).text);
	return r == STATUS_OK;
}

/* Who presents, and who renews; often one user. */
static void
try_users(struct look *look)
{
	const struct doctor_who *who = &look->who;
	bool is_one = who->client.uid == who->renewer.uid;
	struct doctor_trials trials;
	unsigned wanted = TRY(TRY_RECORD) | (is_one ? TRY_TO_RENEW : 0);

	if (try_as(look, &who->client, wanted, &trials)) {
		judge_record(look, &trials);
		if (is_one && !doctor_is_wrong(look->doctor, DOCTOR_STATE))
			judge_renewal(look, &who->client, &trials);
	}
	if (is_one || doctor_is_wrong(look->doctor, DOCTOR_STATE))
		return;
	if (try_as(look, &who->renewer, TRY_TO_RENEW, &trials))
		judge_renewal(look, &who->renewer, &trials);
	if (who->owners.by_root &&
	    !doctor_is_wrong(look->doctor, DOCTOR_STATE)) {
		doctor_warn(look->doctor,
		    "%s reads tokens, and %s alone renews them",
		    who->client.name, who->renewer.name);
		doctor_next(look->doctor,
		    "let %s run, every few minutes: " PROGRAM " refresh --due",
		    who->renewer.name);
	}
}

/* Killed renewals have left a trace that the next one goes on from. */
static void
tell_leftovers(struct look *look, const struct overview *overview)
{
	struct doctor *doctor = look->doctor;

	if (overview->written_at != 0)
		doctor_ok(doctor,
		    "a renewal of %s was stopped before its end; the next one "
		    "takes over what it has written",
		    when_local(overview->written_at).text);
	else if (overview->interrupted_at != 0) {
		doctor_warn(doctor,
		    "a renewal of %s was stopped before it saved an answer, "
		    "so a new refresh token may be lost with it",
		    when_local(overview->interrupted_at).text);
		doctor_next(doctor, "run: " PROGRAM " refresh --force %s",
		    shell_operand(doctor->account).text);
	}
}

/* With which key it is sealed, if with any. */
static void
examine_sealing(struct look *look)
{
	struct doctor *doctor = look->doctor;
	struct grant_keys keys;
	struct store store;
	struct grant grant;
	enum status r;

	(void)endpoint_grant_keys(&doctor->session.renewer, &keys, NULL);
	grant_init(&grant);
	r = store_open_account(&store, &doctor->session.state, doctor->account,
	    &keys, NULL);
	if (r == STATUS_OK)
		r = store_load(&store, &grant, NULL);
	if (r == STATUS_OK && store.sealing == GRANT_SEALED) {
		doctor_ok(doctor,
		    "the grant is sealed, and grant_key opens it");
	} else if (r == STATUS_OK && keys.must_seal) {
		doctor_warn(doctor, "the grant is %s",
		    store.sealing == GRANT_SEALED_OLD ?
			"sealed with grant_key_old, not with grant_key" :
			"not sealed, although grant_key is configured");
		doctor_next(doctor, "run: " PROGRAM " seal");
	}
	grant_clear(&grant);
	store_close(&store);
}

static void
examine_contents(struct look *look)
{
	struct doctor *doctor = look->doctor;
	struct overview overview;
	struct diag diag;

	if (overview_find(&doctor->session, doctor->account, clock_unix_s(),
		&overview, &diag) != STATUS_OK) {
		doctor->failed = STATUS_NOMEM;
		return;
	}
	look->has_record |= overview.has_record;
	look->has_grant = overview.has_grant || overview.grant_hidden;
	if (overview.state == OVERVIEW_UNREADABLE &&
	    overview.error == STATUS_ACCESS && geteuid() != 0 &&
	    look->who.client.uid != geteuid()) {
		doctor_unsure(doctor,
		    "this user may not read the files; run: sudo " PROGRAM
		    " doctor %s",
		    shell_operand(doctor->account).text);
	} else if (overview.state == OVERVIEW_UNREADABLE &&
	    !doctor_is_wrong(doctor, DOCTOR_STATE)) {
		diag_set(&diag, STATUS_OK, "%s", overview.error_text);
		doctor_wrong(doctor, overview.error, "%s", diag.text);
		if (overview.error == STATUS_DATA)
			doctor_next(doctor, "run: " PROGRAM " login %s",
			    shell_operand(doctor->account).text);
		else
			doctor_next_of(doctor, &diag, LOOK_AT_IT);
	} else if (overview.state != OVERVIEW_UNREADABLE) {
		tell_leftovers(look, &overview);
		examine_sealing(look);
	}
	overview_clear(&overview);
}

/* Did the person who has become root log in before, for themselves? */
static void
look_for_other_login(struct look *look)
{
	const char *person = geteuid() == 0 ? secure_getenv("SUDO_USER") : NULL;
	struct doctor *doctor = look->doctor;
	char path[PLACE_MAX_PATH];
	const struct passwd *user;

	if (person == NULL || (user = getpwnam(person)) == NULL)
		return;
	snprintf(path, sizeof(path), "%s/.local/state/sasl-bearer/%s",
	    user->pw_dir, look->files.token);
	if (access(path, F_OK) != 0)
		return;
	doctor_wrong(doctor, STATUS_REAUTH,
	    "%s has logged this account in as a person, and its token is %s, "
	    "where programs of the system do not look",
	    person, path);
	doctor_next(doctor, "run, as root: " PROGRAM " login %s",
	    shell_operand(doctor->account).text);
}

void
doctor_examine_files(struct doctor *doctor)
{
	struct look look;
	struct diag diag;
	enum status r;

	memset(&look, 0, sizeof(look));
	look.doctor = doctor;
	if (doctor_is_wrong(doctor, DOCTOR_STATE)) {
		doctor_unsure(doctor,
		    "not looked at, for it rests on what is wrong with the "
		    "directory");
		return;
	}
	if ((r = account_files(doctor->account, &look.files, &diag)) !=
		STATUS_OK ||
	    (r = doctor_find_who(doctor, doctor->account, &look.who, &diag)) !=
		STATUS_OK) {
		doctor_wrong(doctor, r, "%s", diag.text);
		doctor_next_of(doctor, &diag,
		    "correct the configuration, and run this again");
		return;
	}
	if (doctor->session.state.fd >= 0) {
		find_mends(&look);
		try_users(&look);
		examine_contents(&look);
	}
	if (!look.has_record && !look.has_grant)
		look_for_other_login(&look);
	if (look.mends.count > 0 && !doctor_is_wrong(doctor, DOCTOR_STATE)) {
		doctor_warn(doctor, "%s", look.mends.of[0].what.text);
		mends_tell(&look.mends, doctor);
	}
}
