/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * How often a provider is asked for one account, whatever is broken here.
 */

#include <fcntl.h>
#include <inttypes.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine_fake.h"
#include "limit.h"
#include "token.h"

/* A record that a renewal finds again and again, as one that is not saved. */
static void
expire(const struct fake *fake)
{
	fake_record(fake, "OLD", -4000, -1000, -1, "");
}

static void
renew_until_the_limit(struct fake *fake)
{
	unsigned i;

	for (i = 0; i < LIMIT_REQUESTS; i++) {
		expire(fake);
		assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK,
		    &fake->diag);
	}
	expire(fake);
	assert_int_equal(fake->requests, LIMIT_REQUESTS);
}

static void
a_token_that_is_never_saved_is_not_asked_for_without_end(void **state)
{
	struct fake *fake = *state;

	renew_until_the_limit(fake);
	fake->now += LIMIT_WINDOW_S - 1;
	expire(fake);
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_AGAIN,
	    &fake->diag);
	assert_contains(fake->diag.text,
	    "token of " ME " was asked for 6 times within 60 s");
	assert_contains(fake->diag.text, "no new token is in");
	assert_contains(fake->diag.text, TOKEN_FILE);
	assert_contains(fake->diag.text, "asked for again in 1 s");
	assert_int_equal(fake->requests, LIMIT_REQUESTS);
	fake->now++;
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	assert_int_equal(fake->requests, LIMIT_REQUESTS + 1);
	assert_int_equal(fake->warnings, 0);
}

static void
the_window_is_any_one(void **state)
{
	struct fake *fake = *state;
	unsigned i;

	for (i = 0; i < 4 * LIMIT_REQUESTS; i++, fake->now += 5) {
		expire(fake);
		(void)fake_renew(fake, RENEW_IF_DUE);
	}
	/* 24 tries in two minutes: at 0, 5, .. 25, 60, 65, .. 85 */
	assert_int_equal(fake->requests, 2 * LIMIT_REQUESTS);
}

static void
tokens_that_live_for_seconds_are_named(void **state)
{
	struct fake *fake = *state;
	unsigned i;

	fake_answer(fake, 200,
	    "{\"access_token\":\"NEW\",\"token_type\":\"Bearer\","
	    "\"expires_in\":2}");
	for (i = 0; i < LIMIT_REQUESTS; i++, fake->now += 3)
		assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK,
		    &fake->diag);
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_AGAIN,
	    &fake->diag);
	assert_contains(fake->diag.text, "its tokens live for 2 s");
	assert_int_equal(fake->requests, LIMIT_REQUESTS);
}

static void
a_token_that_is_still_good_is_used_meanwhile_without_a_word(void **state)
{
	struct fake *fake = *state;

	renew_until_the_limit(fake);
	fake_record(fake, "OLD", -3000, -1, 600, "");
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	assert_string_equal(fake->record.access_token, "OLD");
	assert_int_equal(fake->requests, LIMIT_REQUESTS);
	assert_int_equal(fake->warnings, 0);
}

static void
failures_that_cannot_be_remembered_end_too(void **state)
{
	struct fake *fake = *state;
	unsigned i;

	fake_answer(fake, 503, "");
	for (i = 0; i < 3 * LIMIT_REQUESTS; i++) {
		fake_grant(fake, ""); /* without the failure in it */
		expire(fake);
		assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_AGAIN,
		    &fake->diag);
	}
	assert_int_equal(fake->requests, LIMIT_REQUESTS);
	assert_contains(fake->diag.text, "was asked for 6 times");
}

/* Dies while the provider is asked. */
static void
die(const struct scratch *scratch)
{
	(void)scratch;
	_exit(99);
}

static int
renew_once(void *context)
{
	(void)fake_renew(context, RENEW_IF_DUE);
	return 0;
}

static void
renewals_that_are_killed_are_counted(void **state)
{
	struct fake *fake = *state;
	unsigned i, killed = 0;

	fake->during = die;
	for (i = 0; i < 3 * LIMIT_REQUESTS; i++) {
		expire(fake);
		killed += unit_child(renew_once, fake) == 99;
	}
	assert_int_equal(killed, LIMIT_REQUESTS);
}

static void
a_person_is_counted_but_not_held_up(void **state)
{
	struct fake *fake = *state;
	unsigned i;

	for (i = 0; i < 2 * LIMIT_REQUESTS; i++)
		assert_status(
		    fake_renew(fake, i % 2 == 0 ? RENEW_NOW : RENEW_FORCE),
		    STATUS_OK, &fake->diag);
	assert_int_equal(fake->requests, 2 * LIMIT_REQUESTS);
	expire(fake);
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_AGAIN,
	    &fake->diag);
	assert_int_equal(fake->requests, 2 * LIMIT_REQUESTS);
}

static const struct jump {
	const char *name;
	int64_t by;
	enum status status;
} jumps[] = {
	{ "back a little", -30, STATUS_AGAIN },
	{ "back a year", -31536000, STATUS_OK },
	{ "ahead a year", 31536000, STATUS_OK },
};

static void
a_clock_that_is_set_stops_nobody_for_long(void **state)
{
	struct fake *fake = *state;
	size_t i;

	for (i = 0; i < COUNT(jumps); i++) {
		unit_row("%s", jumps[i].name);
		fake->requests = 0;
		fake->now = NOW;
		unlink(scratch_path(fake->scratch, LOCK_FILE));
		renew_until_the_limit(fake);
		fake->now += jumps[i].by;
		expire(fake);
		assert_status(fake_renew(fake, RENEW_IF_DUE), jumps[i].status,
		    &fake->diag);
	}
}

static const struct text {
	const char *name, *text;
} texts[] = {
	{ "empty", "" },
	{ "cut", "asked 00000000001700000000\nasked 000" },
	{ "of somebody else",
	    "root:x:0:0:root:/root:/bin/sh\n"
	    "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
	    "bin:x:2:2:bin:/bin:/usr/sbin/nologin\n"
	    "sys:x:3:3:sys:/dev:/usr/sbin/nologin\n" },
};

static void
a_lock_file_with_another_text_begins_anew(void **state)
{
	struct fake *fake = *state;
	struct limit limit;
	size_t i;
	int fd;

	for (i = 0; i < COUNT(texts); i++) {
		unit_row("%s", texts[i].name);
		scratch_write(fake->scratch, LOCK_FILE, texts[i].text);
		fd = open(scratch_path(fake->scratch, LOCK_FILE), O_RDWR);
		limit_read(fd, &limit);
		assert_row_int(limit.asked_at[LIMIT_REQUESTS - 1], 0);
		assert_row_int(limit_wait_s(&limit, NOW), 0);
		assert_row_int(limit_note(fd, NOW), 0);
		limit_read(fd, &limit);
		assert_row_int(limit.asked_at[LIMIT_REQUESTS - 1], NOW);
		assert_row_int(limit.asked_at[LIMIT_REQUESTS - 2], 0);
		close(fd);
	}
}

static void
root_changes_no_other_file_that_has_the_locks_name(void **state)
{
	struct fake *fake = *state;

	if (geteuid() != 0)
		skip();
	scratch_write(fake->scratch, "precious", "as it was\n");
	assert_int_equal(link(scratch_path(fake->scratch, "precious"),
			     scratch_path(fake->scratch, LOCK_FILE)),
	    0);
	expire(fake);
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_AGAIN,
	    &fake->diag);
	assert_contains(fake->diag.text, "cannot be written down in");
	assert_contains(fake->diag.text, LOCK_FILE);
	assert_file(fake->scratch, "precious", "as it was\n");
	assert_int_equal(fake->requests, 0);
}

/* What a process of the crowd has asked is its exit code. */
static int
renew_in_the_crowd(void *context)
{
	struct fake *fake = context;

	fake->requests = 0;
	(void)fake_renew(fake, RENEW_IF_DUE);
	return (int)fake->requests;
}

static void
a_server_that_refuses_forces_one_renewal_a_minute_over_processes(void **state)
{
	struct fake *fake = *state;
	unsigned i, asked = 0;
	char line[64];

	snprintf(line, sizeof(line), "refused %016" PRIx64 "\n",
	    token_fingerprint("BAD", 3));
	for (i = 0; i < 10; i++, fake->now += 6) {
		fake_record(fake, "BAD", -10, 1000, 2000, line);
		asked += (unsigned)unit_child(renew_in_the_crowd, fake);
	}
	assert_int_equal(asked, 1);
	asked += (unsigned)unit_child(renew_in_the_crowd, fake);
	assert_int_equal(asked, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FAKE_TEST(
		    a_token_that_is_never_saved_is_not_asked_for_without_end),
		FAKE_TEST(the_window_is_any_one),
		FAKE_TEST(tokens_that_live_for_seconds_are_named),
		FAKE_TEST(
		    a_token_that_is_still_good_is_used_meanwhile_without_a_word),
		FAKE_TEST(failures_that_cannot_be_remembered_end_too),
		FAKE_TEST(renewals_that_are_killed_are_counted),
		FAKE_TEST(a_person_is_counted_but_not_held_up),
		FAKE_TEST(a_clock_that_is_set_stops_nobody_for_long),
		FAKE_TEST(a_lock_file_with_another_text_begins_anew),
		FAKE_TEST(root_changes_no_other_file_that_has_the_locks_name),
		FAKE_TEST(
		    a_server_that_refuses_forces_one_renewal_a_minute_over_processes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
