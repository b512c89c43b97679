/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What is counted of renewals, beside what they need.
 */

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine_fake.h"
#include "ledger.h"
#include "limit.h"
#include "token.h"

static struct ledger
ledger_of(const struct fake *fake)
{
	struct ledger ledger;

	ledger_look(&fake->scratch->dir, LOCK_FILE, &ledger);
	return ledger;
}

static int
open_lock(const struct scratch *scratch)
{
	int fd = open(scratch_path(scratch, "lock"), O_RDWR | O_CREAT, 0600);

	assert_true(fd >= 0);
	return fd;
}

static void
renewals_are_counted_and_what_costs_nothing_is_not(void **state)
{
	struct fake *fake = *state;
	struct ledger ledger;

	fake_record(fake, "OLD", -10, 1000, 2000, "");
	fake_renew(fake, RENEW_IF_DUE);
	assert_false(scratch_has(fake->scratch, LOCK_FILE));
	assert_int_equal(fake_renew(fake, RENEW_NOW), STATUS_OK);
	assert_int_equal(fake_renew(fake, RENEW_NOW), STATUS_OK);
	ledger = ledger_of(fake);
	assert_int_equal(ledger.renewals, 2);
	assert_int_equal(ledger.requests, 2);
	assert_int_equal(ledger.refusals, 0);
	assert_int_equal(ledger.failures[STATUS_AGAIN], 0);
}

static const struct failing {
	const char *name;
	long code;
	const char *body;
	enum status status;
} failings[] = {
	{ "an outage", 503, "", STATUS_AGAIN },
	{ "revoked", 400, "{\"error\":\"invalid_grant\"}", STATUS_REAUTH },
	{ "the client", 401, "{\"error\":\"invalid_client\"}", STATUS_CONFIG },
	{ "no token", 200, "{\"access_token\":\"a b\"}", STATUS_DATA },
};

static void
failures_are_counted_by_how_to_react_and_once(void **state)
{
	struct fake *fake = *state;
	struct ledger ledger;
	size_t i;

	for (i = 0; i < COUNT(failings); i++) {
		unit_row("%s", failings[i].name);
		fake_forget_requests(fake, LOCK_FILE);
		fake_grant(fake, "");
		fake_record(fake, "OLD", -4000, -1000, -1, "");
		fake_answer(fake, failings[i].code, failings[i].body);
		fake->requests = 0;
		assert_status(fake_renew(fake, RENEW_IF_DUE),
		    failings[i].status, &fake->diag);
		/* What is remembered is not tried, and not counted. */
		assert_status(fake_renew(fake, RENEW_IF_DUE),
		    failings[i].status, &fake->diag);
		ledger = ledger_of(fake);
		assert_row_int(fake->requests, 1);
		assert_row_int(ledger.requests, 1);
		assert_row_int(ledger.failures[failings[i].status], 1);
		assert_row_int(ledger.renewals, 0);
	}
}

static void
refusals_are_counted(void **state)
{
	struct fake *fake = *state;
	struct store store;
	struct record seen;
	int i;

	record_init(&seen);
	fake_record(fake, "OLD", -10, 1000, 2000, "");
	assert_status(
	    store_open_account(&store, &fake->scratch->dir, ME, NULL, NULL),
	    STATUS_OK, NULL);
	assert_status(store_read(&store, &seen, NULL), STATUS_OK, NULL);
	for (i = 0; i < 2; i++) {
		assert_status(renew_mark_refused(&store, &seen, NULL),
		    STATUS_OK, NULL);
		store_close(&store);
	}
	record_clear(&seen);
	assert_int_equal(ledger_of(fake).refusals, 2);
	/* That nobody has asked yet is seen as it was before. */
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	assert_int_equal(ledger_of(fake).renewals, 1);
	assert_int_equal(ledger_of(fake).refusals, 2);
}

static void
the_time_that_requests_took_is_summed(void **state)
{
	const struct scratch *scratch = *state;
	struct ledger_event event = { STATUS_OK, true, 250 };
	struct ledger ledger;
	int fd = open_lock(scratch);

	ledger_count_renewal(fd, &event);
	event = (struct ledger_event){ STATUS_AGAIN, true, 40 };
	ledger_count_renewal(fd, &event);
	event = (struct ledger_event){ STATUS_AGAIN, false, 9 };
	ledger_count_renewal(fd, &event);
	/* A clock that was set back. */
	event = (struct ledger_event){ STATUS_OK, true, -7 };
	ledger_count_renewal(fd, &event);
	ledger_read(fd, &ledger);
	assert_int_equal(ledger.requests, 3);
	assert_int_equal(ledger.request_ms, 290);
	assert_int_equal(ledger.last_request_ms, 0);
	assert_int_equal(ledger.renewals, 2);
	assert_int_equal(ledger.failures[STATUS_AGAIN], 2);
	close(fd);
}

/* Why a login failed: until one succeeds, and whatever is counted meanwhile. */
static void
a_login_that_failed_is_kept_until_one_succeeds(void **state)
{
	const struct scratch *scratch = *state;
	const struct ledger_event event = { STATUS_OK, true, 250 };
	struct ledger ledger;
	struct diag diag;
	int fd = open_lock(scratch);

	diag_set(&diag, STATUS_CONFIG, "no; mend that");
	ledger_note_login(fd, STATUS_CONFIG, &diag, 1790000000);
	ledger_count_renewal(fd, &event);
	ledger_read(fd, &ledger);
	assert_string_equal(ledger.login_failed, "no; mend that");
	assert_int_equal(ledger.login_failed_at, 1790000000);
	assert_int_equal(ledger.login_failed_status, STATUS_CONFIG);
	assert_int_equal(ledger.renewals, 1);
	diag_set(&diag, STATUS_REAUTH, "once more");
	ledger_note_login(fd, STATUS_REAUTH, &diag, 1790000001);
	ledger_read(fd, &ledger);
	assert_string_equal(ledger.login_failed, "once more");
	ledger_count_login(fd);
	ledger_read(fd, &ledger);
	assert_string_equal(ledger.login_failed, "");
	assert_int_equal(ledger.login_failed_at, 0);
	close(fd);
}

#define LINE(name, number) name " " number "\n"
#define FORTY_TWO "00000000000000000042"

static const struct torn {
	const char *name, *text;
	int64_t renewals, refusals;
} torns[] = {
	{ "whole", LINE("renewals", FORTY_TWO) LINE("refusals", FORTY_TWO), 42,
	    42 },
	{ "nothing", "", 0, 0 },
	{ "cut", LINE("refusals", FORTY_TWO) "renewals 0000000000", 0, 42 },
	{ "short", LINE("renewals", "42"), 0, 0 },
	{ "negative", LINE("renewals", "-0000000000000000042"), 0, 0 },
	{ "too large", LINE("renewals", "99999999999999999999"), 0, 0 },
	{ "no digits", LINE("renewals", "0000000000000000042x"), 0, 0 },
	{ "garbage before", "\x01\xff\n" LINE("refusals", FORTY_TWO), 0, 42 },
	{ "unknown ones",
	    LINE("later_ones", FORTY_TWO) LINE("renewals", FORTY_TWO), 42, 0 },
};

static void
what_is_torn_counts_as_nothing(void **state)
{
	struct ledger ledger;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(torns); i++) {
		unit_row("%s", torns[i].name);
		ledger_parse(torns[i].text, strlen(torns[i].text), &ledger,
		    NULL);
		assert_row_int(ledger.renewals, torns[i].renewals);
		assert_row_int(ledger.refusals, torns[i].refusals);
	}
}

static void
what_others_write_is_kept_and_garbage_goes(void **state)
{
	const struct scratch *scratch = *state;
	char text[LIMIT_TEXT_LENGTH + 4096] = "", *again;
	int fd = open_lock(scratch), i;
	struct ledger ledger;
	size_t length;

	memset(text, 'x', LIMIT_TEXT_LENGTH);
	strcat(text, LINE("later_ones", FORTY_TWO) "\x01 not a line\n");
	for (i = 0; i < 60; i++)
		strcat(text, "garbage in the way of numbers\n");
	length = strlen(text);
	assert_int_equal(write(fd, text, length), (ssize_t)length);
	ledger_count_login(fd);
	ledger_count_login(fd);
	ledger_read(fd, &ledger);
	assert_int_equal(ledger.logins, 2);
	again = scratch_read(scratch, "lock");
	/* The times before it are as they were. */
	assert_memory_equal(again, text, LIMIT_TEXT_LENGTH);
	assert_contains(again, LINE("later_ones", FORTY_TWO));
	assert_lacks(again, "garbage");
	free(again);
	close(fd);
}

static void
a_full_number_stays_as_it_is(void **state)
{
	const struct scratch *scratch = *state;
	struct ledger ledger = { .logins = INT64_C(1000000000000000) };
	int fd = open_lock(scratch);

	assert_int_equal(ledger_write(fd, &ledger), 0);
	ledger_count_login(fd);
	ledger_read(fd, &ledger);
	assert_int_equal(ledger.logins, INT64_C(1000000000000000));
	close(fd);
}

static void
who_may_not_look_is_told_so(void **state)
{
	const struct scratch *scratch = *state;
	struct ledger ledger;

	assert_status(ledger_look(&scratch->dir, "lock", &ledger),
	    STATUS_NOACCOUNT, NULL);
	assert_int_equal(symlink("/dev/null", scratch_path(scratch, "lock")),
	    0);
	assert_status(ledger_look(&scratch->dir, "lock", &ledger),
	    STATUS_ACCESS, NULL);
	scratch_mkdir(scratch, "directory");
	assert_status(ledger_look(&scratch->dir, "directory", &ledger),
	    STATUS_ACCESS, NULL);
}

/* A renewal that cannot count is a renewal. */
static void
a_number_that_cannot_be_written_costs_nothing(void **state)
{
	struct ledger_event event = { STATUS_OK, true, 1 };
	const struct scratch *scratch = *state;
	struct ledger ledger;
	int fd = open_lock(scratch);

	close(fd);
	fd = open(scratch_path(scratch, "lock"), O_RDONLY);
	ledger_count_renewal(fd, &event);
	ledger_count_refusal(fd);
	ledger_read(fd, &ledger);
	assert_int_equal(ledger.renewals + ledger.refusals, 0);
	close(fd);
	ledger_count_renewal(-1, &event);
}

static void
another_file_of_that_name_is_left_alone_by_root(void **state)
{
	const struct scratch *scratch = *state;
	int fd;

	if (geteuid() != 0)
		skip();
	scratch_write(scratch, "precious", "as it was\n");
	assert_int_equal(link(scratch_path(scratch, "precious"),
			     scratch_path(scratch, "lock")),
	    0);
	fd = open_lock(scratch);
	ledger_count_login(fd);
	assert_file(scratch, "precious", "as it was\n");
	close(fd);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FAKE_TEST(renewals_are_counted_and_what_costs_nothing_is_not),
		FAKE_TEST(failures_are_counted_by_how_to_react_and_once),
		FAKE_TEST(refusals_are_counted),
		TEST(the_time_that_requests_took_is_summed),
		TEST(a_login_that_failed_is_kept_until_one_succeeds),
		TEST(what_is_torn_counts_as_nothing),
		TEST(what_others_write_is_kept_and_garbage_goes),
		TEST(a_full_number_stays_as_it_is),
		TEST(who_may_not_look_is_told_so),
		TEST(a_number_that_cannot_be_written_costs_nothing),
		TEST(another_file_of_that_name_is_left_alone_by_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
