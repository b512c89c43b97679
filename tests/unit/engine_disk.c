/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Renewals on a disk that fails: no token is lost, and none is asked for that
 * could not be kept.
 *
 * Linked with renameat() wrapped, to see the order of files:
 * wrap: renameat
 */

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine_fake.h"

static char order[256];    /* what was replaced, one name behind another */
static const char *broken; /* that name cannot be replaced */
static bool dies_between;  /* killed after the first */

int __real_renameat(int fd, const char *from, int fd2, const char *to);
int __wrap_renameat(int fd, const char *from, int fd2, const char *to);

int
__wrap_renameat(int fd, const char *from, int fd2, const char *to)
{
	if (dies_between && order[0] != '\0')
		kill(getpid(), SIGKILL);
	strcat(order, to);
	strcat(order, " ");
	if (broken != NULL && strcmp(to, broken) == 0) {
		errno = EROFS;
		return -1;
	}
	return __real_renameat(fd, from, fd2, to);
}

static int
setup(void **state)
{
	order[0] = '\0';
	broken = NULL;
	dies_between = false;
	return fake_setup(state);
}

static void
the_grant_is_on_disk_before_the_record(void **state)
{
	struct fake *fake = *state;

	fake_answer(fake, 200, ROTATED_ANSWER);
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	assert_string_equal(order, GRANT_FILE " " TOKEN_FILE " ");
}

static int
renew_and_die(void *context)
{
	fake_renew(context, RENEW_IF_DUE);
	return 0;
}

static void
killed_between_the_two_the_login_is_kept(void **state)
{
	struct fake *fake = *state;

	fake_answer(fake, 200, ROTATED_ANSWER);
	dies_between = true;
	assert_int_equal(unit_child(renew_and_die, fake), 256 + SIGKILL);
	dies_between = false;
	assert_refresh_token(fake, "R2");
	assert_false(scratch_has(fake->scratch, TOKEN_FILE));
	assert_int_equal(fake_temporaries(fake), 1);
	fake_answer(fake, 200, GOOD_ANSWER);
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	assert_contains(fake->body, "refresh_token=R2");
	assert_int_equal(fake_temporaries(fake), 0);
}

static void
a_record_that_cannot_be_saved_is_used_with_a_warning(void **state)
{
	struct fake *fake = *state;

	fake_record(fake, "OLD", -4000, -1000, -1, "");
	fake_answer(fake, 200, ROTATED_ANSWER);
	broken = TOKEN_FILE;
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	assert_string_equal(fake->record.access_token, "NEW");
	assert_int_equal(fake->warnings, 1);
	assert_contains(fake->warning,
	    "the new token of " ME " is used, but could not be saved");
	assert_contains(fake->warning, "Read-only file system");
	assert_lacks(fake->warning, "NEW");
	assert_refresh_token(fake, "R2");
	assert_token_on_disk(fake, "OLD");
	assert_int_equal(fake_temporaries(fake), 0);
}

static void
a_grant_that_cannot_be_saved_costs_nobody_the_token(void **state)
{
	struct fake *fake = *state;

	fake_record(fake, "OLD", -4000, -1000, -1, "");
	fake_answer(fake, 200, ROTATED_ANSWER);
	broken = GRANT_FILE;
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	assert_string_equal(fake->record.access_token, "NEW");
	assert_int_equal(fake->warnings, 1);
	assert_contains(fake->warning, "could not be saved");
	assert_token_on_disk(fake, "NEW");
	assert_refresh_token(fake, "R1");
	/* What could not be put in place is there for the next one. */
	broken = NULL;
	fake_answer(fake, 200, GOOD_ANSWER);
	assert_status(fake_renew(fake, RENEW_NOW), STATUS_OK, &fake->diag);
	assert_contains(fake->body, "refresh_token=R2");
	assert_refresh_token(fake, "R2");
	assert_int_equal(fake_temporaries(fake), 0);
}

#define DRAFT_FILE "grants/." ME ".tmp"

/* As a renewal leaves it that is killed while it waits for an answer. */
static void
leave_reservation(const struct fake *fake)
{
	static const char zeros[32768];

	scratch_write_bytes(fake->scratch, DRAFT_FILE, zeros, sizeof(zeros));
	scratch_chmod(fake->scratch, DRAFT_FILE, 0600);
}

static void
a_login_that_a_kill_has_cost_is_told_as_that(void **state)
{
	struct fake *fake = *state;
	struct grant grant;

	leave_reservation(fake);
	fake_answer(fake, 400, "{\"error\":\"invalid_grant\"}");
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_REAUTH,
	    &fake->diag);
	assert_contains(fake->diag.text, "sasl-bearer login " ME);
	assert_contains(fake->diag.text,
	    "was killed, or could not write, "
	    "before the provider's answer was "
	    "saved");
	assert_int_equal(fake->notices, 1);
	/* and remembered, for those who come later */
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_REAUTH,
	    &fake->diag);
	assert_contains(fake->diag.text, "before the provider's answer");
	assert_int_equal(fake->requests, 1);
	fake_load_grant(fake, &grant);
	assert_true(grant.interrupted_at > 0);
	grant_clear(&grant);
	assert_int_equal(fake_temporaries(fake), 0);
}

static void
a_kill_is_remembered_through_an_outage_and_forgotten_with_a_token(void **state)
{
	struct fake *fake = *state;
	struct grant grant;

	leave_reservation(fake);
	fake->replies[0] = (struct fake_reply){ .status = STATUS_AGAIN,
		.body = "out of order" };
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_AGAIN,
	    &fake->diag);
	assert_lacks(fake->diag.text, "killed");
	fake_load_grant(fake, &grant);
	assert_true(grant.interrupted_at > 0);
	grant_clear(&grant);
	fake_answer(fake, 200, GOOD_ANSWER);
	assert_status(fake_renew(fake, RENEW_FORCE), STATUS_OK, &fake->diag);
	fake_load_grant(fake, &grant);
	assert_int_equal(grant.interrupted_at, 0);
	grant_clear(&grant);
}

static void
a_record_that_was_half_written_is_cleared_away(void **state)
{
	struct fake *fake = *state;

	scratch_write(fake->scratch, "tokens/." ME ".tmp", "sasl-be");
	fake_answer(fake, 400, "{\"error\":\"invalid_grant\"}");
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_REAUTH,
	    &fake->diag);
	assert_int_equal(fake_temporaries(fake), 0);
}

/* Whoever can write there can put a grant in the place of another. */
static void
in_a_directory_of_others_nothing_is_asked(void **state)
{
	struct fake *fake = *state;

	scratch_chmod(fake->scratch, "grants", 0770);
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_ACCESS,
	    &fake->diag);
	assert_contains(fake->diag.text, "chmod go-w");
	assert_contains(fake->diag.text, "/grants");
	assert_int_equal(fake->requests, 0);
}

static void
a_failure_that_cannot_be_remembered_is_told_all_the_same(void **state)
{
	struct fake *fake = *state;

	fake_answer(fake, 400, "{\"error\":\"invalid_grant\"}");
	broken = GRANT_FILE;
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_REAUTH,
	    &fake->diag);
	assert_contains(fake->diag.text, "the login has ended");
	assert_int_equal(fake->warnings, 0);
	assert_refresh_token(fake, "R1");
	/* The next one takes over that memory, too. */
	broken = NULL;
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_REAUTH,
	    &fake->diag);
	assert_int_equal(fake->requests, 1);
	assert_int_equal(fake_temporaries(fake), 0);
}

static int
renew_when_full(void *context)
{
	const struct rlimit limit = { 4096, 4096 };
	struct fake *fake = context;
	enum status r;

	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
		return 1;
	r = fake_renew(fake, RENEW_IF_DUE);
	if (fake->requests != 0)
		return 2;
	if (fake->record.access_token == NULL)
		return r == STATUS_ACCESS && fake->warnings == 0 &&
			strstr(fake->diag.text, "cannot write") != NULL ?
		    0 :
		    3;
	return r == STATUS_OK && fake->warnings == 1 ? 0 : 4;
}

static void
without_space_nothing_is_asked(void **state)
{
	struct fake *fake = *state;

	fake_record(fake, "OLD", -4000, -1000, -1, "");
	assert_int_equal(unit_child(renew_when_full, fake), 0);
	fake_record(fake, "OLD", -3000, -1, 600, "");
	assert_int_equal(unit_child(renew_when_full, fake), 0);
	assert_token_on_disk(fake, "OLD");
	assert_refresh_token(fake, "R1");
	assert_int_equal(fake_temporaries(fake), 0);
}

/* What cannot be kept must not cost the login. */
static void
a_record_without_room_for_the_token_does_not_lose_the_login(void **state)
{
	struct fake *fake = *state;
	char *text = malloc(RECORD_MAX_FILE + 1), *answer = malloc(9400);

	sprintf(answer,
	    "{\"access_token\":\"%09000d\",\"refresh_token\":"
	    "\"R2\",\"token_type\":\"Bearer\",\"expires_in\":3600}",
	    0);
	sprintf(text,
	    "sasl-bearer-token 1\naccess_token OLD\n"
	    "obtained_at 1\nrenew_at 2\nexpires_at 3\nfuture %064000d\n",
	    0);
	scratch_write(fake->scratch, TOKEN_FILE, text);
	fake_answer(fake, 200, answer);
	fake_renew(fake, RENEW_IF_DUE);
	assert_int_equal(fake->requests, 1);
	assert_refresh_token(fake, "R2");
	free(text);
	free(answer);
}

static int
renew_as_reader(void *context)
{
	struct fake *fake = context;

	if (fake_renew(fake, RENEW_IF_DUE) != STATUS_ACCESS)
		return 1;
	return strstr(fake->diag.text, "which this user may not do") != NULL &&
		strstr(fake->diag.text, ME) != NULL && fake->requests == 0 ?
	    0 :
	    2;
}

static int
use_as_reader(void *context)
{
	struct fake *fake = context;

	return fake_renew(fake, RENEW_IF_DUE) == STATUS_OK &&
		fake->warnings == 0 && fake->requests == 0 ?
	    0 :
	    1;
}

static void
who_may_only_read_uses_the_token_and_is_told_who_renews(void **state)
{
	struct fake *fake = *state;

	if (geteuid() != 0)
		skip(); /* only root can become another user */
	chmod(fake->scratch->path, 0755);
	scratch_chmod(fake->scratch, "tokens", 0755);
	scratch_chmod(fake->scratch, "ca.pem", 0644);
	fake_record(fake, "OLD", -3000, -1, 600, "");
	scratch_chmod(fake->scratch, TOKEN_FILE, 0644);
	assert_int_equal(unit_person(use_as_reader, fake), 0);
	fake_record(fake, "OLD", -4000, -1000, -1, "");
	scratch_chmod(fake->scratch, TOKEN_FILE, 0644);
	assert_int_equal(unit_person(renew_as_reader, fake), 0);
}

static void
a_broken_record_is_data_and_stays_as_it_is(void **state)
{
	struct fake *fake = *state;

	scratch_write(fake->scratch, TOKEN_FILE, "garbage\n");
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_DATA, &fake->diag);
	assert_contains(fake->diag.text, TOKEN_FILE);
	assert_int_equal(fake->requests, 0);
	assert_file(fake->scratch, TOKEN_FILE, "garbage\n");
}

#define DISK_TEST(name) \
	cmocka_unit_test_setup_teardown(name, setup, fake_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		DISK_TEST(the_grant_is_on_disk_before_the_record),
		DISK_TEST(killed_between_the_two_the_login_is_kept),
		DISK_TEST(a_record_that_cannot_be_saved_is_used_with_a_warning),
		DISK_TEST(a_grant_that_cannot_be_saved_costs_nobody_the_token),
		DISK_TEST(
		    a_failure_that_cannot_be_remembered_is_told_all_the_same),
		DISK_TEST(a_login_that_a_kill_has_cost_is_told_as_that),
		DISK_TEST(
		    a_kill_is_remembered_through_an_outage_and_forgotten_with_a_token),
		DISK_TEST(a_record_that_was_half_written_is_cleared_away),
		DISK_TEST(in_a_directory_of_others_nothing_is_asked),
		DISK_TEST(without_space_nothing_is_asked),
		DISK_TEST(
		    a_record_without_room_for_the_token_does_not_lose_the_login),
		DISK_TEST(
		    who_may_only_read_uses_the_token_and_is_told_who_renews),
		DISK_TEST(a_broken_record_is_data_and_stays_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
