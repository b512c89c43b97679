/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Renewals that fail: what is remembered, for how long, and what ends it.
 */

#include <signal.h>

#include "engine_fake.h"
#include "failure.h"

#define INVALID_GRANT "{\"error\":\"invalid_grant\"}"
#define INVALID_CLIENT "{\"error\":\"invalid_client\"}"

/* Only a lifetime this short is left in the window. */
#define IN_WINDOW fake_record(fake, "OLD", -3000, -1, 600, "")
#define EXPIRED fake_record(fake, "OLD", -4000, -1000, -1, "")

struct outcome {
	const char *name;
	struct fake_reply reply;
	enum status status;
	int64_t pause; /* so long nobody asks; 0: it is not remembered */
};

static const struct outcome outcomes[] = {
	{ "invalid_grant", { .code = 400, .body = INVALID_GRANT },
	    STATUS_REAUTH, FAILURE_REAUTH_PAUSE_S },
	{ "invalid_client", { .code = 401, .body = INVALID_CLIENT },
	    STATUS_CONFIG, FAILURE_CONFIG_PAUSE_S },
	{ "a redirect", { .status = STATUS_CONFIG, .body = "redirects" },
	    STATUS_CONFIG, FAILURE_CONFIG_PAUSE_S },
	{ "503", { .code = 503, .body = "" }, STATUS_AGAIN,
	    FAILURE_MIN_PAUSE_S },
	{ "503 with Retry-After",
	    { .code = 503, .body = "", .retry_after_s = 77 }, STATUS_AGAIN,
	    77 },
	{ "429 with Retry-After",
	    { .code = 429, .body = INVALID_GRANT, .retry_after_s = 3000 },
	    STATUS_AGAIN, 3000 },
	{ "no answer", { .status = STATUS_AGAIN, .body = "no answer" },
	    STATUS_AGAIN, FAILURE_MIN_PAUSE_S },
	{ "HTML", { .code = 200, .body = "<html>" }, STATUS_AGAIN,
	    FAILURE_MIN_PAUSE_S },
	{ "a token of another type",
	    { .code = 200,
		.body = "{\"access_token\":\"x\",\"token_type\":\"mac\"}" },
	    STATUS_DATA, FAILURE_MIN_PAUSE_S },
	{ "out of memory", { .status = STATUS_NOMEM, .body = "memory" },
	    STATUS_NOMEM, 0 },
	{ "interrupted", { .status = STATUS_CANCELLED, .body = "stop" },
	    STATUS_CANCELLED, 0 },
};

/* Asks at the first and the last second of the pause, and behind it. */
static void
check_pause(struct fake *fake, const struct outcome *row)
{
	fake->now += row->pause - 1;
	assert_status(fake_renew(fake, RENEW_IF_DUE), row->status, &fake->diag);
	assert_row_int(fake->requests, 1);
	assert_contains(fake->diag.text, "not asked again for 1 s");
	assert_contains(fake->diag.text, ME);
	assert_status(fake_renew(fake, RENEW_NOW), row->status, &fake->diag);
	assert_row_int(fake->requests, 1);
	fake->now++;
	assert_status(fake_renew(fake, RENEW_IF_DUE), row->status, &fake->diag);
	assert_row_int(fake->requests, 2);
}

static void
a_failure_is_remembered_until_its_pause_ends(void **state)
{
	struct fake *fake = *state;
	size_t i;

	for (i = 0; i < COUNT(outcomes); i++) {
		unit_row("%s", outcomes[i].name);
		fake->now = NOW;
		fake->requests = 0;
		fake_forget_requests(fake, LOCK_FILE);
		EXPIRED;
		fake_grant(fake, "");
		fake_answer(fake, 0, NULL);
		fake->replies[0] = outcomes[i].reply;
		assert_status(fake_renew(fake, RENEW_IF_DUE),
		    outcomes[i].status, &fake->diag);
		assert_row_int(fake->requests, 1);
		assert_null(fake->record.access_token);
		assert_refresh_token(fake, "R1");
		assert_token_on_disk(fake, "OLD");
		assert_row_int(fake_temporaries(fake), 0);
		assert_row_int(fake->warnings, 0);
		if (outcomes[i].pause > 0)
			check_pause(fake, &outcomes[i]);
	}
}

static void
passing_trouble_is_asked_about_ever_more_seldom(void **state)
{
	static const int64_t pauses[] = {
		10,
		20,
		40,
		80,
		160,
		320,
		640,
		900,
		900,
		900,
	};
	struct fake *fake = *state;
	size_t i;

	EXPIRED;
	fake_answer(fake, 500, "");
	for (i = 0; i < COUNT(pauses); i++) {
		unit_row("pause %zu", i);
		assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_AGAIN,
		    &fake->diag);
		fake->now += pauses[i] - 1;
		assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_AGAIN,
		    &fake->diag);
		assert_row_int(fake->requests, i + 1);
		fake->now++;
	}
	fake_answer(fake, 200, GOOD_ANSWER);
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	/* and success makes up for all */
	fake->now += 4000;
	fake_answer(fake, 500, "");
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_AGAIN,
	    &fake->diag);
	fake->now += FAILURE_MIN_PAUSE_S;
	fake_answer(fake, 200, GOOD_ANSWER);
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
}

static void
in_the_window_a_failure_costs_one_warning(void **state)
{
	struct fake *fake = *state;
	size_t i;

	for (i = 0; i < COUNT(outcomes); i++) {
		unit_row("%s", outcomes[i].name);
		if (outcomes[i].status == STATUS_CANCELLED)
			continue;
		fake->warnings = fake->requests = 0;
		fake_forget_requests(fake, LOCK_FILE);
		IN_WINDOW;
		fake_grant(fake, "");
		fake_answer(fake, 0, NULL);
		fake->replies[0] = outcomes[i].reply;
		assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK,
		    &fake->diag);
		assert_row_text(fake->record.access_token, "OLD");
		assert_row_int(fake->requests, 1);
		assert_row_int(fake->warnings, 1);
		assert_contains(fake->warning, ME);
		assert_contains(fake->warning, "for another 600 s");
		if (outcomes[i].pause == 0)
			continue;
		/* who comes later is not told again */
		assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK,
		    &fake->diag);
		assert_row_int(fake->requests, 1);
		assert_row_int(fake->warnings, 1);
	}
	assert_int_equal(fake->notices, 0);
}

static void
an_interrupted_renewal_gives_no_token(void **state)
{
	struct fake *fake = *state;

	IN_WINDOW;
	fake->replies[0] =
	    (struct fake_reply){ .status = STATUS_CANCELLED, .body = "stop" };
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_CANCELLED,
	    &fake->diag);
	assert_null(fake->record.access_token);
}

static void
a_token_that_expires_while_it_is_renewed_is_not_used(void **state)
{
	struct fake *fake = *state;

	IN_WINDOW;
	fake_answer(fake, 400, INVALID_GRANT);
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	fake->now += 600;
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_REAUTH,
	    &fake->diag);
	assert_contains(fake->diag.text, "run: sasl-bearer login " ME);
	assert_contains(fake->diag.text, "the login has ended");
	assert_int_equal(fake->requests, 1);
}

static void
another_configuration_ends_the_pause(void **state)
{
	static const char *const changes[] = {
		"client_secret_file = \"@\"\n",
		"account \"" ME "\" { scope = \"other\" }\n",
		"account \"" ME "\" { client_auth = \"basic\"\n"
		"client_secret_file = \"@\" }\n",
	};
	struct fake *fake = *state;
	char conf[256], *mark;
	size_t i;

	scratch_write(fake->scratch, "secret", "s");
	for (i = 0; i < COUNT(changes); i++) {
		unit_row("%s", changes[i]);
		fake->requests = 0;
		EXPIRED;
		fake_grant(fake, "");
		fake_configure(fake, "");
		fake_answer(fake, 401, INVALID_CLIENT);
		fake_renew(fake, RENEW_IF_DUE);
		fake_renew(fake, RENEW_IF_DUE);
		assert_row_int(fake->requests, 1);
		strcpy(conf, changes[i]);
		if ((mark = strchr(conf, '@')) != NULL && mark[1] == '"')
			sprintf(mark, "%s%s",
			    scratch_path(fake->scratch, "secret"),
			    strchr(changes[i], '@') + 1);
		else if (mark != NULL && (mark = strstr(conf, "\"@\"")))
			sprintf(mark + 1, "%s%s",
			    scratch_path(fake->scratch, "secret"),
			    strstr(changes[i], "\"@\"") + 2);
		fake_configure(fake, conf);
		fake_answer(fake, 200, GOOD_ANSWER);
		assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK,
		    &fake->diag);
		assert_row_int(fake->requests, 2);
	}
}

static void
a_login_ends_the_pause(void **state)
{
	struct fake *fake = *state;

	EXPIRED;
	fake_answer(fake, 400, INVALID_GRANT);
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_REAUTH,
	    &fake->diag);
	fake_grant(fake, ""); /* as login writes it */
	fake_answer(fake, 200, GOOD_ANSWER);
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	assert_int_equal(fake->requests, 2);
}

static void
a_person_can_force_what_no_server_forbade(void **state)
{
	struct fake *fake = *state;

	EXPIRED;
	fake_answer(fake, 400, INVALID_GRANT);
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_REAUTH,
	    &fake->diag);
	assert_status(fake_renew(fake, RENEW_FORCE), STATUS_REAUTH,
	    &fake->diag);
	assert_int_equal(fake->requests, 2);
	fake_answer(fake, 429, "");
	fake->replies[0].retry_after_s = 100;
	assert_status(fake_renew(fake, RENEW_FORCE), STATUS_AGAIN, &fake->diag);
	assert_status(fake_renew(fake, RENEW_FORCE), STATUS_AGAIN, &fake->diag);
	assert_contains(fake->diag.text, "not asked again for 100 s");
	assert_int_equal(fake->requests, 3);
}

static void
a_clock_set_back_does_not_prolong_the_pause(void **state)
{
	struct fake *fake = *state;

	EXPIRED;
	fake_answer(fake, 400, INVALID_GRANT);
	fake_renew(fake, RENEW_IF_DUE);
	fake->now = NOW - 86400;
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_REAUTH,
	    &fake->diag);
	assert_int_equal(fake->requests, 2);
}

static const struct unusable {
	const char *grant;
	enum status status;
	const char *sentence;
} unusables[] = {
	{ NULL, STATUS_REAUTH, "run: sasl-bearer login " ME },
	{ "{\"format\":1}", STATUS_REAUTH, "no refresh token" },
	{ "{\"format\":1,\"refresh_token\":\"R\",\"token_endpoint\":"
	  "\"https://other.example/\",\"client_id\":\"app\"}",
	    STATUS_REAUTH, "logged in at another endpoint" },
	{ "{\"format\":1,\"refresh_token\":\"R\",\"token_endpoint\":\"" ENDPOINT
	  "\",\"client_id\":\"other\"}",
	    STATUS_REAUTH, "another client_id" },
	{ "{\"format\":2,\"refresh_token\":\"R\"}", STATUS_DATA,
	    "another version" },
	{ "", STATUS_DATA, "is damaged: it is empty" },
	{ "{\"format\":1,\"refresh", STATUS_DATA, "is cut off" },
	{ "[]", STATUS_DATA, "not a JSON object" },
	{ "sasl-bearer-sealed-grant 1\nAAAA\n", STATUS_CONFIG,
	    "no grant_key is configured" },
};

static void
a_grant_of_no_use_is_not_asked_with(void **state)
{
	struct fake *fake = *state;
	size_t i;

	for (i = 0; i < COUNT(unusables); i++) {
		unit_row("%s", unusables[i].sentence);
		EXPIRED;
		if (unusables[i].grant != NULL)
			scratch_write(fake->scratch, GRANT_FILE,
			    unusables[i].grant);
		else
			remove(scratch_path(fake->scratch, GRANT_FILE));
		assert_status(fake_renew(fake, RENEW_IF_DUE),
		    unusables[i].status, &fake->diag);
		assert_contains(fake->diag.text, unusables[i].sentence);
		assert_contains(fake->diag.text, ME);
		assert_row_int(fake_temporaries(fake), 0);
	}
	assert_int_equal(fake->requests, 0);
}

static void
who_was_never_here_leaves_nothing_behind(void **state)
{
	struct fake *fake = *state;

	remove(scratch_path(fake->scratch, GRANT_FILE));
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_REAUTH,
	    &fake->diag);
	assert_int_equal(scratch_count(fake->scratch, "grants"), 0);
	assert_int_equal(scratch_count(fake->scratch, "tokens"), 0);
}

static void
a_failed_connection_is_tried_once_more_and_nothing_else_is(void **state)
{
	static const struct {
		struct fake_reply first;
		unsigned requests;
		enum status status;
	} rows[] = {
		{ { .status = STATUS_AGAIN,
		      .body = "reset",
		      .can_repeat = true },
		    2, STATUS_OK },
		{ { .status = STATUS_AGAIN, .body = "timeout" }, 1,
		    STATUS_AGAIN },
		{ { .status = STATUS_CONFIG,
		      .body = "certificate",
		      .can_repeat = true },
		    1, STATUS_CONFIG },
		{ { .code = 500, .body = "", .can_repeat = true }, 1,
		    STATUS_AGAIN },
	};
	struct fake *fake = *state;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		unit_row("row %zu", i);
		fake->requests = 0;
		EXPIRED;
		fake_grant(fake, "");
		fake->replies[0] = rows[i].first;
		fake->replies[1].code = 200;
		fake->replies[1].body = GOOD_ANSWER;
		assert_status(fake_renew(fake, RENEW_IF_DUE), rows[i].status,
		    &fake->diag);
		assert_row_int(fake->requests, rows[i].requests);
		assert_row_int(fake->warnings, 0);
	}
}

static void
a_connection_that_fails_twice_is_not_tried_thrice(void **state)
{
	struct fake *fake = *state;

	EXPIRED;
	fake->replies[0] = (struct fake_reply){ .status = STATUS_AGAIN,
		.body = "reset",
		.can_repeat = true };
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_AGAIN,
	    &fake->diag);
	assert_int_equal(fake->requests, 2);
}

/* Numbers that no clock gives, as a damaged file may have them. */
static void
absurd_times_in_a_grant_harm_nobody(void **state)
{
	static const char *const members[] = {
		",\"forced_at\":-9223372036854775808",
		",\"forced_at\":9223372036854775807",
		",\"failure\":{\"status\":\"again\",\"text\":\"x\","
		"\"at\":-9223372036854775808,"
		"\"until\":9223372036854775807,\"request\":0}",
		",\"failure\":{\"status\":\"nonsense\",\"text\":\"x\"}",
		",\"failure\":{\"status\":\"again\"}",
		",\"failure\":[]",
		",\"renewed_at\":\"x\",\"granted_at\":{}",
	};
	struct fake *fake = *state;
	size_t i;

	for (i = 0; i < COUNT(members); i++) {
		unit_row("%s", members[i]);
		fake_record(fake, "OLD", -10, 1000, 2000,
		    "refused 0000000000000000\n");
		fake_grant(fake, members[i]);
		assert_status(fake_renew(fake, RENEW_NOW), STATUS_OK,
		    &fake->diag);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FAKE_TEST(a_failure_is_remembered_until_its_pause_ends),
		FAKE_TEST(passing_trouble_is_asked_about_ever_more_seldom),
		FAKE_TEST(in_the_window_a_failure_costs_one_warning),
		FAKE_TEST(an_interrupted_renewal_gives_no_token),
		FAKE_TEST(a_token_that_expires_while_it_is_renewed_is_not_used),
		FAKE_TEST(another_configuration_ends_the_pause),
		FAKE_TEST(a_login_ends_the_pause),
		FAKE_TEST(a_person_can_force_what_no_server_forbade),
		FAKE_TEST(a_clock_set_back_does_not_prolong_the_pause),
		FAKE_TEST(a_grant_of_no_use_is_not_asked_with),
		FAKE_TEST(who_was_never_here_leaves_nothing_behind),
		FAKE_TEST(
		    a_failed_connection_is_tried_once_more_and_nothing_else_is),
		FAKE_TEST(a_connection_that_fails_twice_is_not_tried_thrice),
		FAKE_TEST(absurd_times_in_a_grant_harm_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
