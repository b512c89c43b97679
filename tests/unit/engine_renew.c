/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * When a token is renewed, and by whom.
 */

#include <inttypes.h>

#include "engine_fake.h"
#include "token.h"

/* token_fingerprint("OLD") as a line of a record */
static const char *
refused(const char *token)
{
	static char line[64];

	snprintf(line, sizeof(line), "refused %016" PRIx64 "\n",
	    token_fingerprint(token, strlen(token)));
	return line;
}

static void
a_fresh_token_is_used_without_a_question(void **state)
{
	struct fake *fake = *state;

	fake_record(fake, "OLD", -10, 1000, 2000, "user u@x\n");
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	assert_string_equal(fake->record.access_token, "OLD");
	assert_string_equal(record_user(&fake->record, "smtp"), "u@x");
	assert_int_equal(fake->requests, 0);
	assert_int_equal(fake->warnings + fake->notices, 0);
	assert_false(scratch_has(fake->scratch, LOCK_FILE));
}

struct renewed {
	const char *name;
	int64_t obtained, renew, expires;
	bool is_refused;
	enum renew_why why;
};

static const struct renewed reneweds[] = {
	{ "due", -3000, -1, 600, false, RENEW_IF_DUE },
	{ "due this second", -3000, 0, 600, false, RENEW_IF_DUE },
	{ "expired", -4000, -1000, -1, false, RENEW_IF_DUE },
	{ "expired this second", -4000, -1000, 0, false, RENEW_IF_DUE },
	{ "refused", -10, 1000, 2000, true, RENEW_IF_DUE },
	{ "obtained in the future", 301, 1000, 2000, false, RENEW_IF_DUE },
	{ "fresh, but asked for", -10, 1000, 2000, false, RENEW_NOW },
	{ "fresh, but forced", -10, 1000, 2000, false, RENEW_FORCE },
};

static void
one_request_renews_grant_and_record(void **state)
{
	struct fake *fake = *state;
	size_t i;

	for (i = 0; i < COUNT(reneweds); i++) {
		unit_row("%s", reneweds[i].name);
		fake->requests = fake->notices = 0;
		fake_grant(fake, "");
		fake_record(fake, "OLD", reneweds[i].obtained,
		    reneweds[i].renew, reneweds[i].expires,
		    reneweds[i].is_refused ? refused("OLD") : "");
		assert_status(fake_renew(fake, reneweds[i].why), STATUS_OK,
		    &fake->diag);
		assert_row_text(fake->record.access_token, "NEW");
		assert_row_int(fake->requests, 1);
		assert_row_int(fake->warnings, 0);
		assert_row_int(fake->notices, 1);
		assert_contains(fake->notice, "renewed the token of " ME);
		assert_lacks(fake->notice, "NEW");
		assert_token_on_disk(fake, "NEW");
		assert_refresh_token(fake, "R1");
		assert_row_int(fake_temporaries(fake), 0);
	}
}

/* Two renewals, a minute and ten apart, and what each says of the end. */
static const struct end {
	const char *name, *first, *second;
	int64_t expires, moved; /* from the time of the first one */
} ends[] = {
	{ "nothing said", "", "", -NOW, -NOW },
	{ "an end that stays", ",\"refresh_token_expires_in\":604800",
	    ",\"refresh_token_expires_in\":604140", 604800, -NOW },
	{ "the same, rounded", ",\"refresh_token_expires_in\":604800",
	    ",\"refresh_token_expires_in\":604141", 604801, -NOW },
	{ "counted anew", ",\"refresh_expires_in\":1800",
	    ",\"refresh_expires_in\":1800", 2460, 660 },
	{ "said once", ",\"refresh_expires_in\":1800", "", 1800, -NOW },
};

static void
an_end_that_a_renewal_puts_off_is_known_from_one_that_stays(void **state)
{
	struct fake *fake = *state;
	struct grant grant;
	char answer[256];
	size_t i, round;

	for (i = 0; i < COUNT(ends); i++) {
		unit_row("%s", ends[i].name);
		fake->now = NOW;
		fake_grant(fake, "");
		for (round = 0; round < 2; round++) {
			snprintf(answer, sizeof(answer),
			    "{\"access_token\":\"NEW\",\"token_type\":"
			    "\"Bearer\",\"expires_in\":3600%s}",
			    round == 0 ? ends[i].first : ends[i].second);
			fake_answer(fake, 200, answer);
			assert_status(fake_renew(fake, RENEW_NOW), STATUS_OK,
			    &fake->diag);
			if (round == 0)
				fake->now += 660;
		}
		fake_load_grant(fake, &grant);
		assert_row_int(grant.refresh_expires_at, NOW + ends[i].expires);
		assert_row_int(grant.refresh_moved_at, NOW + ends[i].moved);
		grant_clear(&grant);
	}
}

static void
without_a_record_the_grant_is_enough(void **state)
{
	struct fake *fake = *state;

	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	assert_int_equal(fake->requests, 1);
	assert_token_on_disk(fake, "NEW");
	assert_int_equal(scratch_mode(fake->scratch, TOKEN_FILE), 0640);
	assert_int_equal(scratch_mode(fake->scratch, GRANT_FILE), 0600);
}

static const struct client {
	const char *conf, *body, *authorization;
} clients[] = {
	{ "",
	    "grant_type=refresh_token&refresh_token=R1&scope=mail"
	    "&client_id=app",
	    "(none)" },
	{ "client_secret_file = \"@\"\n",
	    "grant_type=refresh_token&refresh_token=R1&scope=mail"
	    "&client_id=app&client_secret=s%26%3D%20t",
	    "(none)" },
	{ "client_secret_file = \"@\"\nclient_auth = \"basic\"\n",
	    "grant_type=refresh_token&refresh_token=R1&scope=mail",
	    "Authorization: Basic YXBwOnMlMjYlM0QlMjB0" },
	{ "client_secret_file = \"@\"\nclient_auth = \"none\"\n",
	    "grant_type=refresh_token&refresh_token=R1&scope=mail"
	    "&client_id=app",
	    "(none)" },
};

static void
the_request_is_what_the_client_is_configured_for(void **state)
{
	struct fake *fake = *state;
	char conf[256], *mark;
	size_t i;

	scratch_write(fake->scratch, "secret", "s&= t\n");
	for (i = 0; i < COUNT(clients); i++) {
		unit_row("%s", clients[i].conf);
		strcpy(conf, clients[i].conf);
		if ((mark = strchr(conf, '@')) != NULL)
			sprintf(mark, "%s%s",
			    scratch_path(fake->scratch, "secret"),
			    strchr(clients[i].conf, '@') + 1);
		fake_configure(fake, conf);
		assert_status(fake_renew(fake, RENEW_NOW), STATUS_OK,
		    &fake->diag);
		assert_row_text(fake->url, ENDPOINT);
		assert_row_text(fake->body, clients[i].body);
		assert_row_text(fake->authorization, clients[i].authorization);
		assert_true(
		    fake->timeout_ms > 4000 && fake->timeout_ms <= 5000);
	}
}

static const struct proxy {
	const char *conf, *proxy;
} proxies[] = {
	{ "", "(none)" },
	{ "proxy = \"none\"\n", "" },
	{ "proxy = \"http://p:3128\"\n", "http://p:3128" },
};

static void
the_proxy_is_passed_on(void **state)
{
	struct fake *fake = *state;
	size_t i;

	for (i = 0; i < COUNT(proxies); i++) {
		unit_row("%s", proxies[i].conf);
		fake_configure(fake, proxies[i].conf);
		assert_status(fake_renew(fake, RENEW_NOW), STATUS_OK,
		    &fake->diag);
		assert_row_text(fake->proxy, proxies[i].proxy);
	}
}

static const struct missing {
	const char *conf;
	enum status status;
	const char *sentence;
} missings[] = {
	{ "", STATUS_CONFIG, "no client_id is configured" },
	{ "client_id = \"app\"\n", STATUS_CONFIG, "no provider is configured" },
	{ FAKE_CONF "client_auth = \"body\"\n", STATUS_CONFIG,
	    "set client_secret_file" },
	{ FAKE_CONF "client_secret_file = \"/nonexistent/x\"\n", STATUS_CONFIG,
	    "there is no file /nonexistent/x" },
	{ FAKE_CONF "ca_file = \"/nonexistent/ca\"\n", STATUS_CONFIG,
	    "there is no file /nonexistent/ca" },
	{ FAKE_CONF "ca_dir = \"/nonexistent\"\n", STATUS_CONFIG,
	    "cannot open the directory" },
	{ FAKE_CONF "grant_key = \"/nonexistent/key\"\n", STATUS_CONFIG,
	    "there is no file /nonexistent/key" },
	{ FAKE_CONF "grant_key = \"/etc/hostname\"\n", STATUS_ACCESS,
	    "others may read /etc/hostname" },
	{ "default_provider = \"corp\"\n", STATUS_CONFIG,
	    "no provider \"corp\"" },
};

static void
what_the_configuration_lacks_is_said_and_nothing_asked(void **state)
{
	struct fake *fake = *state;
	size_t i;

	for (i = 0; i < COUNT(missings); i++) {
		unit_row("%s", missings[i].conf);
		fake_configure_only(fake, missings[i].conf);
		fake_record(fake, "OLD", -4000, -1000, -1, "");
		assert_status(fake_renew(fake, RENEW_IF_DUE),
		    missings[i].status, &fake->diag);
		assert_contains(fake->diag.text, missings[i].sentence);
		assert_row_int(fake->warnings, 0);
		/* in the window the token is used, with one warning */
		fake_record(fake, "OLD", -3000, -1, 600, "");
		assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK,
		    &fake->diag);
		assert_row_text(fake->record.access_token, "OLD");
		assert_row_int(fake->warnings, 1);
		assert_contains(fake->warning, missings[i].sentence);
		fake->warnings = 0;
	}
	assert_int_equal(fake->requests, 0);
}

static void
in_the_window_nobody_waits_for_the_renewer(void **state)
{
	struct fake *fake = *state;
	struct holder holder = { .scratch = fake->scratch, .lock = LOCK_FILE };

	fake_record(fake, "OLD", -3000, -1, 600, "");
	holder_start(&holder);
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	holder_stop(&holder);
	assert_string_equal(fake->record.access_token, "OLD");
	assert_int_equal(fake->requests, 0);
	assert_int_equal(fake->warnings, 0);
}

static void
an_expired_token_waits_until_the_deadline(void **state)
{
	struct fake *fake = *state;
	struct holder holder = { .scratch = fake->scratch, .lock = LOCK_FILE };

	fake_configure(fake, "account \"" ME "\" { timeout = 1 }\n");
	fake_record(fake, "OLD", -4000, -1000, -1, "");
	holder_start(&holder);
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_AGAIN,
	    &fake->diag);
	holder_stop(&holder);
	assert_contains(fake->diag.text, "another process has held");
	assert_contains(fake->diag.text, ME);
	assert_null(fake->record.access_token);
	assert_int_equal(fake->requests, 0);
	assert_int_equal(fake->warnings, 0);
}

/* What the one with the lock writes before it lets go. */
static void
finish_renewal(const struct scratch *scratch)
{
	char text[256];

	sprintf(text,
	    "sasl-bearer-token 1\naccess_token THEIRS\n"
	    "obtained_at %" PRId64 "\nrenew_at %" PRId64 "\nexpires_at %" PRId64
	    "\n",
	    NOW, NOW + 1000, NOW + 2000);
	file_replace(&scratch->dir, TOKEN_FILE, 0640, text, strlen(text), NULL);
}

static void
who_waited_takes_what_the_first_one_got(void **state)
{
	struct fake *fake = *state;
	struct holder holder = { .scratch = fake->scratch,
		.lock = LOCK_FILE,
		.for_ms = 150,
		.finish = finish_renewal };
	int why;

	for (why = RENEW_IF_DUE; why <= RENEW_FORCE; why++) {
		unit_row("why %d", why);
		fake_record(fake, "OLD", -4000, -1000, -1, "");
		holder_start(&holder);
		assert_status(fake_renew(fake, (enum renew_why)why), STATUS_OK,
		    &fake->diag);
		holder_stop(&holder);
		assert_row_text(fake->record.access_token, "THEIRS");
		assert_row_int(fake->requests, 0);
	}
}

static void
a_rotated_refresh_token_replaces_the_old_one(void **state)
{
	struct fake *fake = *state;

	fake_answer(fake, 200, ROTATED_ANSWER);
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	assert_refresh_token(fake, "R2");
	fake->now += 4000;
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	assert_contains(fake->body, "refresh_token=R2");
	fake_answer(fake, 200, TOKEN_ANSWER("N3", ",\"refresh_token\":\"\""));
	fake->now += 4000;
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	assert_refresh_token(fake, "R2");
}

static void
a_refused_token_is_renewed_once_a_minute(void **state)
{
	struct fake *fake = *state;
	struct grant grant;

	fake_record(fake, "OLD", -10, 1000, 2000, refused("OLD"));
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	assert_int_equal(fake->requests, 1);
	fake_load_grant(fake, &grant);
	assert_int_equal(grant.forced_at, NOW);
	grant_clear(&grant);
	/* the new one is refused, too */
	fake->now += 59;
	fake_record(fake, "NEW", -59, 1000, 2000, refused("NEW"));
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_REFUSED,
	    &fake->diag);
	assert_contains(fake->diag.text, "refused also the token of " ME);
	assert_contains(fake->diag.text, "renewed 59 s ago");
	assert_contains(fake->diag.text, "next renewal in 1 s");
	assert_int_equal(fake->requests, 1);
	fake->now++;
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	assert_int_equal(fake->requests, 2);
	assert_int_equal(fake->warnings, 0);
}

static void
a_refusal_does_not_stop_what_a_person_wants(void **state)
{
	struct fake *fake = *state;

	fake_grant(fake, ",\"forced_at\":1699999999");
	fake_record(fake, "OLD", -10, 1000, 2000, refused("OLD"));
	assert_status(fake_renew(fake, RENEW_FORCE), STATUS_OK, &fake->diag);
	assert_int_equal(fake->requests, 1);
}

static void
only_the_refused_token_itself_is_marked(void **state)
{
	struct fake *fake = *state;
	struct record seen;
	struct store store;

	fake_record(fake, "OLD", -10, 1000, 2000, "x y\n");
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	record_init(&seen);
	assert_int_equal(record_copy(&seen, &fake->record), STATUS_OK);
	fake_record(fake, "OTHER", -10, 1000, 2000, "");
	store_open_account(&store, &fake->scratch->dir, ME, NULL, NULL);
	assert_int_equal(renew_mark_refused(&store, &seen, &fake->diag),
	    STATUS_OK);
	store_close(&store);
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	assert_int_equal(fake->requests, 0);
	fake_record(fake, "OLD", -10, 1000, 2000, "x y\n");
	store_open_account(&store, &fake->scratch->dir, ME, NULL, NULL);
	assert_int_equal(renew_mark_refused(&store, &seen, &fake->diag),
	    STATUS_OK);
	store_close(&store);
	record_clear(&seen);
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	assert_int_equal(fake->requests, 1);
	assert_string_equal(fake->record.access_token, "NEW");
	assert_contains(buf_text(&fake->record.unknown), "x");
}

static const struct span {
	int64_t lifetime;
	const char *conf;
	int64_t before_min, before_max; /* renew_at before expires_at */
} spans[] = {
	/* never more than half of it */
	{ 60, "", 30, 30 },
	{ 600, "", 300, 300 },
	/* ten minutes, and some spread */
	{ 3600, "", 900, 990 },
	{ 1800, "", 600, 660 },
	/* a quarter */
	{ 7200, "", 1800, 1980 },
	{ 86400, "", 21600, 23760 },
	/* as configured */
	{ 3600, "renew_before = 1200\n", 1200, 1320 },
	{ 3600, "renew_before = 0\n", 900, 990 },
	{ 86400, "renew_before = 86400\n", 43200, 43200 },
};

static void
the_window_begins_in_time(void **state)
{
	struct fake *fake = *state;
	char answer[128];
	int64_t before;
	size_t i;

	for (i = 0; i < COUNT(spans); i++) {
		unit_row("%lld s, %s", (long long)spans[i].lifetime,
		    spans[i].conf);
		fake_configure(fake, spans[i].conf);
		sprintf(answer,
		    "{\"access_token\":\"NEW\",\"token_type\":"
		    "\"Bearer\",\"expires_in\":%" PRId64 "}",
		    spans[i].lifetime);
		fake_answer(fake, 200, answer);
		assert_status(fake_renew(fake, RENEW_NOW), STATUS_OK,
		    &fake->diag);
		before = fake->record.expires_at - fake->record.renew_at;
		assert_row_int(fake->record.obtained_at, NOW);
		assert_row_int(fake->record.expires_at,
		    NOW + spans[i].lifetime);
		assert_true(before >= spans[i].before_min);
		assert_true(before <= spans[i].before_max);
	}
}

/* High Volume Email refuses a token with less than ten minutes left. */
static void
a_token_of_an_hour_is_renewed_ten_minutes_before_its_end(void **state)
{
	struct fake *fake = *state;

	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	fake->now += 3600 - 600;
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	assert_int_equal(fake->requests, 2);
}

static struct fake *sleeper;

static void
sleep_for_a_day(const struct scratch *scratch)
{
	(void)scratch;
	sleeper->now += 86400;
}

static void
a_token_that_is_over_when_it_comes_is_not_used(void **state)
{
	struct fake *fake = *state;

	sleeper = fake;
	fake->during = sleep_for_a_day;
	fake_answer(fake, 200, ROTATED_ANSWER);
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_AGAIN,
	    &fake->diag);
	assert_contains(fake->diag.text, "was over when it came");
	assert_null(fake->record.access_token);
	assert_refresh_token(fake, "R2");
	fake->during = NULL;
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	assert_int_equal(fake->requests, 2);
}

static void
configured_users_are_in_the_new_record(void **state)
{
	struct fake *fake = *state;

	fake_configure(fake, "account \"" ME "\" { user_smtp = \"s@x\" }\n");
	fake_record(fake, "OLD", -3000, -1, 600, "user gone@x\n");
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	assert_string_equal(record_user(&fake->record, "smtp"), "s@x");
	assert_null(record_user(&fake->record, "imap"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FAKE_TEST(a_fresh_token_is_used_without_a_question),
		FAKE_TEST(one_request_renews_grant_and_record),
		FAKE_TEST(
		    an_end_that_a_renewal_puts_off_is_known_from_one_that_stays),
		FAKE_TEST(without_a_record_the_grant_is_enough),
		FAKE_TEST(the_request_is_what_the_client_is_configured_for),
		FAKE_TEST(the_proxy_is_passed_on),
		FAKE_TEST(
		    what_the_configuration_lacks_is_said_and_nothing_asked),
		FAKE_TEST(in_the_window_nobody_waits_for_the_renewer),
		FAKE_TEST(an_expired_token_waits_until_the_deadline),
		FAKE_TEST(who_waited_takes_what_the_first_one_got),
		FAKE_TEST(a_rotated_refresh_token_replaces_the_old_one),
		FAKE_TEST(a_refused_token_is_renewed_once_a_minute),
		FAKE_TEST(a_refusal_does_not_stop_what_a_person_wants),
		FAKE_TEST(only_the_refused_token_itself_is_marked),
		FAKE_TEST(the_window_begins_in_time),
		FAKE_TEST(
		    a_token_of_an_hour_is_renewed_ten_minutes_before_its_end),
		FAKE_TEST(a_token_that_is_over_when_it_comes_is_not_used),
		FAKE_TEST(configured_users_are_in_the_new_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
