/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Token files in the form of sasl-xoauth2.
 */

#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine_fake.h"
#include "json.h"
#include "token.h"
#include "xoauth2.h"

#define NAME "token"

/* What a file has that names its application itself. */
#define COMPLETE \
	"\"client_id\":\"fileapp\",\"token_endpoint\":" \
	"\"https://file.example/t\",\"refresh_token\":\"R1\""

static void
write_file(const struct fake *fake, const char *token, int64_t expires,
    const char *members)
{
	char text[1024];

	snprintf(text, sizeof(text),
	    "{\"access_token\":\"%s\",\"expiry\":%" PRId64 ",%s}", token,
	    fake->now + expires, members);
	scratch_write(fake->scratch, NAME, text);
}

static enum status
renew_it(struct fake *fake)
{
	record_clear(&fake->record);
	return renew_file(&fake->renewer, scratch_path(fake->scratch, NAME),
	    &fake->log, &fake->record, &fake->diag);
}

static struct json_object *
read_json(const struct fake *fake)
{
	char *text = scratch_read(fake->scratch, NAME);
	struct json_object *json = NULL;
	const char *reason;

	assert_int_equal(json_read_object(text, strlen(text), &json, &reason),
	    STATUS_OK);
	free(text);
	return json;
}

/* Also the configuration of the system must not be read in a test. */
static int
setup(void **state)
{
	int r = fake_setup(state);
	struct fake *fake = *state;
	char conf[256];

	snprintf(conf, sizeof(conf), "xoauth2_conf = \"%s\"\n",
	    scratch_path(fake->scratch, "xoauth2.conf"));
	fake_configure(fake, conf);
	return r;
}

static void
a_fresh_file_is_used_as_it_is(void **state)
{
	struct fake *fake = *state;

	write_file(fake, "OLD", 601, COMPLETE ",\"user\":\"u@x\"");
	assert_status(renew_it(fake), STATUS_OK, &fake->diag);
	assert_string_equal(fake->record.access_token, "OLD");
	assert_string_equal(record_user(&fake->record, "smtp"), "u@x");
	assert_int_equal(fake->requests, 0);
	assert_int_equal(scratch_count(fake->scratch, "."), 5);
}

static void
it_is_renewed_in_place_and_other_members_are_kept(void **state)
{
	struct fake *fake = *state;
	struct json_object *json, *member;
	int64_t expiry = 0;

	write_file(fake, "OLD", 600,
	    COMPLETE ",\"x\":{\"y\":[1]},"
		     "\"user\":\"u@x\"");
	scratch_chmod(fake->scratch, NAME, 0640);
	fake_answer(fake, 200, ROTATED_ANSWER);
	assert_status(renew_it(fake), STATUS_OK, &fake->diag);
	assert_string_equal(fake->record.access_token, "NEW");
	assert_string_equal(fake->url, "https://file.example/t");
	assert_string_equal(fake->body,
	    "grant_type=refresh_token&refresh_token=R1&client_id=fileapp");
	assert_int_equal(scratch_mode(fake->scratch, NAME), 0640);
	json = read_json(fake);
	assert_string_equal(json_text(json, "access_token"), "NEW");
	assert_string_equal(json_text(json, "refresh_token"), "R2");
	assert_string_equal(json_text(json, "client_id"), "fileapp");
	assert_string_equal(json_text(json, "user"), "u@x");
	assert_int_equal(json_whole(json, "expiry", &expiry),
	    JSON_NUMBER_VALID);
	assert_int_equal(expiry, NOW + 3600);
	assert_true(json_object_object_get_ex(json, "x", &member));
	json_object_put(json);
	/* and again it is fresh, by our own window */
	fake->now += 3600 - 900 - 100;
	assert_status(renew_it(fake), STATUS_OK, &fake->diag);
	assert_int_equal(fake->requests, 1);
	fake->now += 100;
	assert_status(renew_it(fake), STATUS_OK, &fake->diag);
	assert_int_equal(fake->requests, 2);
	assert_contains(fake->body, "refresh_token=R2");
	assert_false(scratch_has(fake->scratch, "." NAME ".tmp"));
}

static const struct fallback {
	const char *name, *file, *conf;
	const char *url, *body;
} fallbacks[] = {
	{ "all from the configuration", "\"refresh_token\":\"R1\"",
	    "{\"client_id\":\"c\",\"client_secret\":\"s\","
	    "\"token_endpoint\":\"https://conf.example/t\"}",
	    "https://conf.example/t",
	    "grant_type=refresh_token&refresh_token=R1&client_id=c"
	    "&client_secret=s" },
	{ "the file wins",
	    "\"refresh_token\":\"R1\",\"client_id\":\"f\","
	    "\"client_secret\":\"fs\",\"scope\":\"a b\"",
	    "{\"client_id\":\"c\",\"client_secret\":\"s\",\"scope\":\"c\"}",
	    "https://oauth2.googleapis.com/token",
	    "grant_type=refresh_token&refresh_token=R1&scope=a%20b"
	    "&client_id=f&client_secret=fs" },
	{ "empty is missing",
	    "\"refresh_token\":\"R1\",\"client_id\":\"\","
	    "\"token_endpoint\":\"\",\"client_secret\":\"\"",
	    "{\"client_id\":\"c\",\"client_secret\":\"\"}",
	    "https://oauth2.googleapis.com/token",
	    "grant_type=refresh_token&refresh_token=R1&client_id=c" },
};

static void
what_is_missing_comes_from_the_configuration_of_sasl_xoauth2(void **state)
{
	struct fake *fake = *state;
	size_t i;

	for (i = 0; i < COUNT(fallbacks); i++) {
		unit_row("%s", fallbacks[i].name);
		preload_free(&fake->renewer.preload); /* it keeps files */
		preload_new(&fake->renewer.preload);
		scratch_write(fake->scratch, "xoauth2.conf", fallbacks[i].conf);
		write_file(fake, "OLD", -1, fallbacks[i].file);
		assert_status(renew_it(fake), STATUS_OK, &fake->diag);
		assert_row_text(fake->url, fallbacks[i].url);
		assert_row_text(fake->body, fallbacks[i].body);
	}
}

static const struct broken {
	const char *name, *text;
	enum status status;
	const char *sentence;
} brokens[] = {
	{ "no file", NULL, STATUS_CONFIG, "there is no token file" },
	{ "empty", "", STATUS_DATA, "is damaged: it is empty" },
	{ "cut", "{\"access_token\":", STATUS_DATA, "it is cut off" },
	{ "no JSON", "TOKEN", STATUS_DATA, "is damaged" },
	{ "no client", "{\"refresh_token\":\"R\"}", STATUS_CONFIG,
	    "no client_id" },
	{ "http",
	    "{\"refresh_token\":\"R\",\"client_id\":\"c\","
	    "\"token_endpoint\":\"http://x/t\"}",
	    STATUS_CONFIG, "does not begin with https://" },
	{ "no refresh token", "{\"client_id\":\"c\"}", STATUS_REAUTH,
	    "no refresh token" },
	{ "a refresh token of another type",
	    "{\"client_id\":\"c\","
	    "\"refresh_token\":{}}",
	    STATUS_REAUTH, "no refresh token" },
	{ "an empty refresh token",
	    "{\"client_id\":\"c\",\"refresh_token\":\"\"}", STATUS_REAUTH,
	    "no refresh token" },
	{ "ca_bundle_file",
	    "{\"client_id\":\"c\",\"refresh_token\":\"R\","
	    "\"ca_bundle_file\":\"/nonexistent/ca\"}",
	    STATUS_CONFIG, "/nonexistent/ca" },
};

static void
a_file_of_no_use_is_told_with_its_path(void **state)
{
	struct fake *fake = *state;
	size_t i;

	for (i = 0; i < COUNT(brokens); i++) {
		unit_row("%s", brokens[i].name);
		unlink(scratch_path(fake->scratch, NAME));
		if (brokens[i].text != NULL)
			scratch_write(fake->scratch, NAME, brokens[i].text);
		assert_status(renew_it(fake), brokens[i].status, &fake->diag);
		assert_contains(fake->diag.text, brokens[i].sentence);
		assert_contains(fake->diag.text, "/" NAME);
	}
	assert_int_equal(fake->requests, 0);
}

static void
a_damaged_configuration_of_sasl_xoauth2_is_named(void **state)
{
	struct fake *fake = *state;

	scratch_write(fake->scratch, "xoauth2.conf", "{");
	write_file(fake, "OLD", -1, COMPLETE);
	assert_status(renew_it(fake), STATUS_CONFIG, &fake->diag);
	assert_contains(fake->diag.text, "/xoauth2.conf is damaged");
}

static void
a_path_that_is_none_is_refused(void **state)
{
	struct fake *fake = *state;
	char path[2 * FILE_MAX_PATH];

	assert_int_equal(renew_file(&fake->renewer, "/nonexistent/dir/token",
			     &fake->log, &fake->record, &fake->diag),
	    STATUS_CONFIG);
	assert_contains(fake->diag.text, "/nonexistent/dir/token");
	assert_int_equal(renew_file(&fake->renewer, "/tmp/", &fake->log,
			     &fake->record, &fake->diag),
	    STATUS_DATA);
	memset(path, 'a', sizeof(path));
	path[0] = path[FILE_MAX_PATH + 10] = '/';
	path[FILE_MAX_PATH + 20] = '\0';
	assert_int_equal(renew_file(&fake->renewer, path, &fake->log,
			     &fake->record, &fake->diag),
	    STATUS_DATA);
	assert_null(fake->record.access_token);
}

/* An expiry or a token that is none: it must be renewed first. */
static void
a_file_without_a_usable_token_is_renewed(void **state)
{
	static const char *const starts[] = {
		"",
		"\"access_token\":\"\",\"expiry\":1700003600,",
		"\"access_token\":\"a b\",\"expiry\":1700003600,",
		"\"access_token\":\"OLD\",",
		"\"access_token\":\"OLD\",\"expiry\":0,",
		"\"access_token\":\"OLD\",\"expiry\":-5,",
		"\"access_token\":\"OLD\",\"expiry\":\"never\",",
		"\"access_token\":{},\"expiry\":1700003600,",
		"\"access_token\":\"OLD\",\"expiry\":1699999999,",
	};
	struct fake *fake = *state;
	char text[512];
	size_t i;

	for (i = 0; i < COUNT(starts); i++) {
		unit_row("%s", starts[i]);
		fake->requests = 0;
		fake_forget_requests(fake, "." NAME ".lock");
		snprintf(text, sizeof(text), "{%s" COMPLETE "}", starts[i]);
		scratch_write(fake->scratch, NAME, text);
		assert_status(renew_it(fake), STATUS_OK, &fake->diag);
		assert_row_text(fake->record.access_token, "NEW");
		assert_row_int(fake->requests, 1);
	}
}

static void
a_refused_token_in_a_file_is_renewed_once(void **state)
{
	struct fake *fake = *state;
	struct store store;

	write_file(fake, "OLD", 2000, COMPLETE);
	assert_status(renew_it(fake), STATUS_OK, &fake->diag);
	assert_int_equal(fake->requests, 0);
	assert_int_equal(xoauth2_open(&store, scratch_path(fake->scratch, NAME),
			     &fake->diag),
	    STATUS_OK);
	assert_status(renew_mark_refused(&store, &fake->record, &fake->diag),
	    STATUS_OK, &fake->diag);
	store_close(&store);
	fake_answer(fake, 200, TOKEN_ANSWER("N2", ""));
	assert_status(renew_it(fake), STATUS_OK, &fake->diag);
	assert_string_equal(fake->record.access_token, "N2");
	assert_int_equal(fake->requests, 1);
	/* and the new one, too */
	assert_int_equal(xoauth2_open(&store, scratch_path(fake->scratch, NAME),
			     &fake->diag),
	    STATUS_OK);
	assert_int_equal(renew_mark_refused(&store, &fake->record, &fake->diag),
	    STATUS_OK);
	store_close(&store);
	assert_status(renew_it(fake), STATUS_REFUSED, &fake->diag);
	assert_int_equal(fake->requests, 1);
}

static void
a_failure_is_remembered_in_the_file(void **state)
{
	struct fake *fake = *state;
	struct json_object *json;

	write_file(fake, "OLD", -1, COMPLETE ",\"x\":1");
	fake_answer(fake, 400, "{\"error\":\"invalid_grant\"}");
	assert_status(renew_it(fake), STATUS_REAUTH, &fake->diag);
	assert_status(renew_it(fake), STATUS_REAUTH, &fake->diag);
	assert_int_equal(fake->requests, 1);
	json = read_json(fake);
	assert_string_equal(json_text(json, "refresh_token"), "R1");
	assert_string_equal(json_text(json, "access_token"), "OLD");
	json_object_put(json);
	/* somebody has put a new login there */
	write_file(fake, "OLD", -1, COMPLETE);
	fake_answer(fake, 200, GOOD_ANSWER);
	assert_status(renew_it(fake), STATUS_OK, &fake->diag);
}

static void
the_window_of_the_file_is_obeyed_where_it_is_longer(void **state)
{
	struct fake *fake = *state;

	write_file(fake, "OLD", -1, COMPLETE ",\"refresh_window\":1700");
	assert_status(renew_it(fake), STATUS_OK, &fake->diag);
	assert_true(fake->record.renew_at <= NOW + 3600 - 1700);
	write_file(fake, "OLD", -1, COMPLETE ",\"refresh_window\":10");
	assert_status(renew_it(fake), STATUS_OK, &fake->diag);
	assert_true(fake->record.renew_at <= NOW + 3600 - 600);
}

static void
in_the_window_a_lock_that_is_held_makes_nobody_wait(void **state)
{
	struct fake *fake = *state;
	struct holder holder = { .scratch = fake->scratch,
		.lock = "." NAME ".lock" };

	write_file(fake, "OLD", 300, COMPLETE);
	holder_start(&holder);
	assert_status(renew_it(fake), STATUS_OK, &fake->diag);
	holder_stop(&holder);
	assert_string_equal(fake->record.access_token, "OLD");
	assert_int_equal(fake->requests + fake->warnings, 0);
}

#define DRAFT "." NAME ".tmp"

static void
what_a_killed_renewal_wrote_is_taken_over(void **state)
{
	struct fake *fake = *state;
	char text[1024];

	write_file(fake, "OLD", -1, COMPLETE);
	snprintf(text, sizeof(text),
	    "{\"access_token\":\"THEIRS\",\"expiry\":%" PRId64
	    ",\"client_id\":\"fileapp\",\"refresh_token\":\"R2\","
	    "\"sasl-bearer\":{\"serial\":1}}\n",
	    fake->now + 3000);
	scratch_write(fake->scratch, DRAFT, text);
	scratch_chmod(fake->scratch, DRAFT, 0600);
	assert_status(renew_it(fake), STATUS_OK, &fake->diag);
	assert_string_equal(fake->record.access_token, "THEIRS");
	assert_int_equal(fake->requests, 0);
	assert_false(scratch_has(fake->scratch, DRAFT));
}

static void
a_token_that_a_kill_has_cost_is_told_as_that(void **state)
{
	static const char zeros[32768];
	struct fake *fake = *state;

	write_file(fake, "OLD", -1, COMPLETE);
	scratch_write_bytes(fake->scratch, DRAFT, zeros, sizeof(zeros));
	scratch_chmod(fake->scratch, DRAFT, 0600);
	fake_answer(fake, 400, "{\"error\":\"invalid_grant\"}");
	assert_status(renew_it(fake), STATUS_REAUTH, &fake->diag);
	assert_contains(fake->diag.text, "before the provider's answer was");
	assert_false(scratch_has(fake->scratch, DRAFT));
}

static void
spoil(const struct scratch *scratch)
{
	scratch_write(scratch, NAME, "");
}

/* Nothing is read between the answer and its saving. */
static void
what_must_be_known_to_save_is_read_before_asking(void **state)
{
	struct fake *fake = *state;
	struct json_object *json;

	write_file(fake, "OLD", -1, COMPLETE);
	fake_answer(fake, 200, ROTATED_ANSWER);
	fake->during = spoil;
	assert_status(renew_it(fake), STATUS_OK, &fake->diag);
	assert_int_equal(fake->warnings, 0);
	json = read_json(fake);
	assert_string_equal(json_text(json, "refresh_token"), "R2");
	assert_string_equal(json_text(json, "client_id"), "fileapp");
	json_object_put(json);
}

static void
in_a_directory_of_others_nothing_is_used(void **state)
{
	struct fake *fake = *state;

	write_file(fake, "OLD", 3000, COMPLETE);
	scratch_chmod(fake->scratch, ".", 0777);
	assert_status(renew_it(fake), STATUS_ACCESS, &fake->diag);
	assert_contains(fake->diag.text, "chmod go-w");
	scratch_chmod(fake->scratch, ".", 0700);
}

#define XOAUTH2_TEST(name) \
	cmocka_unit_test_setup_teardown(name, setup, fake_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		XOAUTH2_TEST(a_fresh_file_is_used_as_it_is),
		XOAUTH2_TEST(what_a_killed_renewal_wrote_is_taken_over),
		XOAUTH2_TEST(a_token_that_a_kill_has_cost_is_told_as_that),
		XOAUTH2_TEST(what_must_be_known_to_save_is_read_before_asking),
		XOAUTH2_TEST(in_a_directory_of_others_nothing_is_used),
		XOAUTH2_TEST(it_is_renewed_in_place_and_other_members_are_kept),
		XOAUTH2_TEST(
		    what_is_missing_comes_from_the_configuration_of_sasl_xoauth2),
		XOAUTH2_TEST(a_file_of_no_use_is_told_with_its_path),
		XOAUTH2_TEST(a_damaged_configuration_of_sasl_xoauth2_is_named),
		XOAUTH2_TEST(a_path_that_is_none_is_refused),
		XOAUTH2_TEST(a_file_without_a_usable_token_is_renewed),
		XOAUTH2_TEST(a_refused_token_in_a_file_is_renewed_once),
		XOAUTH2_TEST(a_failure_is_remembered_in_the_file),
		XOAUTH2_TEST(
		    the_window_of_the_file_is_obeyed_where_it_is_longer),
		XOAUTH2_TEST(
		    in_the_window_a_lock_that_is_held_makes_nobody_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
