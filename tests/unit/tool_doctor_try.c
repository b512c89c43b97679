/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What another user can do, in and out of a chroot. Needs root.
 */

#include "unit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "doctor_try.h"
#include "setup.h"

#define ACCOUNT "me@example.com"
#define RENEWER 12346

static const struct doctor_user renewer = { "12346", RENEWER, RENEWER, NULL };
static const struct doctor_user stranger = { "12350", 12350, 12350, NULL };

/* A state directory of the renewer, with a record and a lock. */
static void
open_state(const struct scratch *scratch, struct session *session)
{
	static const struct owners owners = { true, RENEWER, RENEWER, RENEWER,
		RENEWER, { "" } };
	struct record empty, record;
	struct store store;
	struct diag diag;

	memset(session, 0, sizeof(*session));
	snprintf(session->place.state, sizeof(session->place.state), "%s/state",
	    scratch->path);
	snprintf(session->place.conf, sizeof(session->place.conf), "%s/conf",
	    scratch->path);
	scratch_write(scratch, "conf", "timeout = 5\n");
	assert_status(setup_directories(session->place.state, &owners,
			  &session->state, &diag),
	    STATUS_OK, &diag);
	record_init(&empty);
	record_init(&record);
	assert_status(
	    store_open_account(&store, &session->state, ACCOUNT, NULL, &diag),
	    STATUS_OK, &diag);
	assert_int_equal(record_renew(&record, &empty, "token", 1, 2, 3),
	    STATUS_OK);
	assert_status(store_lock(&store, 0, &diag), STATUS_OK, &diag);
	assert_status(setup_save_record(&store, &owners, &record, &diag),
	    STATUS_OK, &diag);
	store_close(&store);
	record_clear(&record);
}

static void
try(const struct session *session, const struct doctor_user *user,
    unsigned wanted, struct doctor_trials *trials)
{
	struct diag diag;

	memset(trials, 0, sizeof(*trials));
	trials->account = ACCOUNT;
	trials->wanted = wanted;
	assert_status(doctor_try(session, user, trials, &diag), STATUS_OK,
	    &diag);
}

static void
assert_tried(const struct doctor_trials *trials, enum doctor_trial trial,
    enum status status)
{
	assert_status(trials->of[trial].status, status,
	    &trials->of[trial].diag);
}

static void
who_renews_can_do_everything(void **state)
{
	const struct scratch *scratch = *state;
	struct doctor_trials trials;
	struct session session;

	open_state(scratch, &session);
	try(&session, &renewer, TRY(TRY_RECORD) | TRY_TO_RENEW, &trials);
	assert_tried(&trials, TRY_RECORD, STATUS_OK);
	assert_tried(&trials, TRY_GRANT, STATUS_NOACCOUNT);
	assert_tried(&trials, TRY_GRANTS, STATUS_OK);
	assert_tried(&trials, TRY_TOKENS, STATUS_OK);
	assert_tried(&trials, TRY_LOCK, STATUS_OK);
	assert_int_equal(scratch_count(scratch, "state/grants"), 1);
	assert_int_equal(scratch_count(scratch, "state/tokens"), 1);
	assert_int_equal(geteuid(), 0);
	dir_close(&session.state);
}

static void
others_can_do_nothing(void **state)
{
	const struct scratch *scratch = *state;
	struct doctor_trials trials;
	struct session session;

	open_state(scratch, &session);
	try(&session, &stranger, TRY(TRY_RECORD) | TRY_TO_RENEW, &trials);
	assert_tried(&trials, TRY_RECORD, STATUS_ACCESS);
	assert_contains(trials.of[TRY_RECORD].diag.text, "12350");
	assert_tried(&trials, TRY_GRANT, STATUS_ACCESS);
	assert_tried(&trials, TRY_GRANTS, STATUS_ACCESS);
	assert_tried(&trials, TRY_TOKENS, STATUS_ACCESS);
	dir_close(&session.state);
}

static void
a_chroot_hides_nothing_beneath_the_open_directory(void **state)
{
	const struct scratch *scratch = *state;
	struct doctor_user jailed = renewer;
	struct doctor_trials trials;
	struct session session;

	open_state(scratch, &session);
	scratch_mkdir(scratch, "jail");
	scratch_chmod(scratch, "jail", 0755);
	jailed.root = scratch_path(scratch, "jail");
	/* By its path there is nothing: so it was there that we were. */
	try(&session, &jailed, TRY(TRY_CONF) | TRY(TRY_RECORD) | TRY_TO_RENEW,
	    &trials);
	assert_tried(&trials, TRY_CONF, STATUS_NOACCOUNT);
	assert_tried(&trials, TRY_RECORD, STATUS_OK);
	assert_tried(&trials, TRY_GRANTS, STATUS_OK);
	assert_tried(&trials, TRY_LOCK, STATUS_OK);
	dir_close(&session.state);
}

static void
a_chroot_that_is_not_there_is_told(void **state)
{
	const struct scratch *scratch = *state;
	struct doctor_user jailed = renewer;
	struct doctor_trials trials;
	struct session session;
	struct diag diag;

	open_state(scratch, &session);
	jailed.root = scratch_path(scratch, "nowhere");
	memset(&trials, 0, sizeof(trials));
	trials.account = ACCOUNT;
	trials.wanted = TRY(TRY_RECORD);
	assert_status(doctor_try(&session, &jailed, &trials, &diag),
	    STATUS_ACCESS, &diag);
	assert_contains(diag.text, "nowhere");
	dir_close(&session.state);
}

static void
the_directory_that_is_shut_is_named(void **state)
{
	const struct scratch *scratch = *state;
	struct doctor_trials trials;
	struct session session;

	open_state(scratch, &session);
	scratch_chmod(scratch, ".", 0755);
	try(&session, &stranger, TRY(TRY_PATH), &trials);
	assert_tried(&trials, TRY_PATH, STATUS_OK);
	scratch_chmod(scratch, ".", 0700);
	try(&session, &stranger, TRY(TRY_PATH) | TRY(TRY_CONF), &trials);
	assert_tried(&trials, TRY_PATH, STATUS_ACCESS);
	assert_string_equal(trials.of[TRY_PATH].diag.text, scratch->path);
	assert_tried(&trials, TRY_CONF, STATUS_ACCESS);
	dir_close(&session.state);
}

static void
a_token_file_is_opened_in_the_chroot(void **state)
{
	const struct scratch *scratch = *state;
	struct doctor_user jailed = renewer;
	struct doctor_trials trials = { .account = "/token",
		.wanted = TRY(TRY_TOKEN_FILE) | TRY(TRY_BESIDE) };
	struct session session;
	struct diag diag;

	memset(&session, 0, sizeof(session));
	session.state.fd = -1;
	scratch_chmod(scratch, ".", 0755);
	jailed.root = scratch->path;
	assert_status(doctor_try(&session, &jailed, &trials, &diag), STATUS_OK,
	    &diag);
	assert_tried(&trials, TRY_TOKEN_FILE, STATUS_NOACCOUNT);
	scratch_write(scratch, "token", "{}");
	scratch_chmod(scratch, "token", 0600);
	assert_status(doctor_try(&session, &jailed, &trials, &diag), STATUS_OK,
	    &diag);
	assert_tried(&trials, TRY_TOKEN_FILE, STATUS_ACCESS);
	assert_tried(&trials, TRY_BESIDE, STATUS_ACCESS);
	scratch_chmod(scratch, "token", 0644);
	scratch_chmod(scratch, ".", 0777);
	assert_status(doctor_try(&session, &jailed, &trials, &diag), STATUS_OK,
	    &diag);
	assert_tried(&trials, TRY_TOKEN_FILE, STATUS_OK);
	assert_tried(&trials, TRY_BESIDE, STATUS_OK);
}

/* The exit code tells what it may: 1 itself, 2 others, 4 itself in a jail. */
static int
become(void *context)
{
	struct doctor_user self = { "self", geteuid(), getegid(), NULL };
	int may;

	(void)context;
	may = doctor_can_become(&self) ? 1 : 0;
	may |= doctor_can_become(&stranger) ? 2 : 0;
	self.root = "/";
	return may | (doctor_can_become(&self) ? 4 : 0);
}

static void
a_person_becomes_nobody_else(void **state)
{
	(void)state;
	assert_int_equal(become(NULL), 7);
	assert_int_equal(unit_person(become, NULL), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(who_renews_can_do_everything,
		    scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(others_can_do_nothing,
		    scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(
		    a_chroot_hides_nothing_beneath_the_open_directory,
		    scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(
		    a_chroot_that_is_not_there_is_told, scratch_setup,
		    scratch_teardown),
		cmocka_unit_test_setup_teardown(
		    the_directory_that_is_shut_is_named, scratch_setup,
		    scratch_teardown),
		cmocka_unit_test_setup_teardown(
		    a_token_file_is_opened_in_the_chroot, scratch_setup,
		    scratch_teardown),
		cmocka_unit_test(a_person_becomes_nobody_else),
	};

	if (geteuid() != 0) {
		puts("skipped: only root can become somebody else");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
