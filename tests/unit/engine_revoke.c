/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What is sent to revoke a login, to whom, and what answers mean.
 */

#include "engine_fake.h"
#include "revoke.h"

#define REVOKE "https://login.example.com/revoke"
#define REVOKE_CONF "revocation_endpoint = \"" REVOKE "\"\n"

/* The grant that is on the disk, revoked. */
static enum status
revoke_me(struct fake *fake, const char *access_token,
    enum revoke_result *result)
{
	struct grant grant;
	enum status r;

	memset(&fake->diag, 0, sizeof(fake->diag));
	fake_load_grant(fake, &grant);
	r = revoke_login(&fake->renewer, ME, &grant, access_token, result,
	    &fake->diag);
	grant_clear(&grant);
	return r;
}

static void
assert_revoked(struct fake *fake, const char *access_token)
{
	enum revoke_result result;

	assert_status(revoke_me(fake, access_token, &result), STATUS_OK,
	    &fake->diag);
	assert_row_int(result, REVOKE_DONE);
	assert_row_int(fake->requests, 1);
}

/* By design, so that nobody was asked. */
static void
assert_impossible(struct fake *fake, const char *access_token,
    const char *sentence)
{
	enum revoke_result result;

	assert_status(revoke_me(fake, access_token, &result), STATUS_OK,
	    &fake->diag);
	assert_row_int(result, REVOKE_IMPOSSIBLE);
	assert_row_int(fake->requests, 0);
	assert_contains(fake->diag.text, sentence);
}

static void
assert_failed(struct fake *fake, enum status status, const char *sentence)
{
	enum revoke_result result;

	assert_status(revoke_me(fake, NULL, &result), status, &fake->diag);
	assert_row_int(result, REVOKE_FAILED);
	assert_contains(fake->diag.text, sentence);
}

static void
the_refresh_token_is_revoked(void **state)
{
	struct fake *fake = *state;

	fake_configure(fake, REVOKE_CONF);
	fake_answer(fake, 200, "");
	assert_revoked(fake, "ACCESS");
	assert_string_equal(fake->url, REVOKE);
	assert_string_equal(fake->body,
	    "token=R1&token_type_hint=refresh_token&client_id=app");
}

static void
the_access_token_is_revoked_where_there_is_no_other(void **state)
{
	struct fake *fake = *state;

	fake_configure(fake, REVOKE_CONF);
	fake_grant(fake, ",\"refresh_token\":\"\"");
	fake_answer(fake, 200, "{}");
	assert_revoked(fake, "ACCESS");
	assert_contains(fake->body,
	    "token=ACCESS&token_type_hint=access_token");
}

static void
without_a_token_nothing_is_asked(void **state)
{
	struct fake *fake = *state;

	fake_configure(fake, REVOKE_CONF);
	fake_grant(fake, ",\"refresh_token\":\"\"");
	assert_impossible(fake, NULL, "no token left to revoke it by");
}

static void
the_client_proves_itself_as_configured(void **state)
{
	struct fake *fake = *state;
	char conf[512];

	scratch_write(fake->scratch, "secret", "s&c\n");
	scratch_chmod(fake->scratch, "secret", 0600);
	snprintf(conf, sizeof(conf),
	    REVOKE_CONF "client_auth = \"basic\"\n"
			"client_secret_file = \"%s\"\n",
	    scratch_path(fake->scratch, "secret"));
	fake_configure(fake, conf);
	fake_answer(fake, 200, "");
	assert_revoked(fake, NULL);
	/* app:s%26c */
	assert_string_equal(fake->authorization,
	    "Authorization: Basic YXBwOnMlMjZj");
	assert_string_equal(fake->body,
	    "token=R1&token_type_hint=refresh_token");
}

static void
an_endpoint_that_is_not_known_is_no_failure(void **state)
{
	struct fake *fake = *state;

	assert_impossible(fake, NULL,
	    "no revocation_endpoint of login.example.com is known");
}

static void
the_endpoint_that_was_discovered_is_used(void **state)
{
	struct fake *fake = *state;

	fake_grant(fake, ",\"revocation_endpoint\":\"" REVOKE "\"");
	fake_answer(fake, 200, "");
	assert_revoked(fake, NULL);
	assert_string_equal(fake->url, REVOKE);
}

static void
a_provider_that_never_revokes_is_not_asked(void **state)
{
	struct fake *fake = *state;

	fake_configure(fake, "default_provider = \"office365\"\n");
	assert_impossible(fake, NULL, "Microsoft has no way to revoke one");
	fake_configure(fake,
	    "default_provider = \"office365\"\n"
	    "client_secret_file = \"/nonexistent\"\n");
	assert_impossible(fake, NULL, "Microsoft has no way to revoke one");
	/* nor does it need to be configured any more */
	fake_configure_only(fake, "default_provider = \"office365\"\n");
	assert_impossible(fake, NULL, "Microsoft has no way to revoke one");
}

static void
an_application_has_no_login_to_revoke(void **state)
{
	struct fake *fake = *state;

	fake_configure(fake, REVOKE_CONF);
	fake_grant(fake, ",\"kind\":\"client_credentials\"");
	assert_impossible(fake, "ACCESS", "there is no login to revoke");
	assert_contains(fake->diag.text, "delete that at the provider");
	fake_grant(fake, ",\"kind\":\"managed_identity\"");
	assert_impossible(fake, "ACCESS", "machine's identity");
}

static void
a_refresh_token_goes_to_nobody_else(void **state)
{
	struct fake *fake = *state;

	fake_configure(fake, REVOKE_CONF);
	scratch_write(fake->scratch, GRANT_FILE,
	    "{\"format\":1,\"refresh_token\":\"R1\",\"client_id\":\"app\","
	    "\"token_endpoint\":\"https://other.example.net/token\"}");
	assert_impossible(fake, NULL, "other.example.net");
	scratch_write(fake->scratch, GRANT_FILE,
	    "{\"format\":1,\"refresh_token\":\"R1\",\"client_id\":\"other\","
	    "\"token_endpoint\":\"" ENDPOINT "\"}");
	assert_impossible(fake, NULL, "is known");
}

static void
the_grants_own_provider_and_client_are_asked(void **state)
{
	struct fake *fake = *state;

	fake_configure(fake, REVOKE_CONF);
	scratch_write(fake->scratch, GRANT_FILE,
	    "{\"format\":1,\"refresh_token\":\"R1\",\"client_id\":\"other\","
	    "\"client_secret\":\"typed\","
	    "\"token_endpoint\":\"https://other.example.net/token\","
	    "\"revocation_endpoint\":\"https://other.example.net/revoke\"}");
	fake_answer(fake, 200, "");
	assert_revoked(fake, NULL);
	assert_string_equal(fake->url, "https://other.example.net/revoke");
	assert_contains(fake->body, "client_id=other&client_secret=typed");
}

static void
a_configuration_that_is_not_enough_is_a_failure(void **state)
{
	struct fake *fake = *state;

	fake_configure(fake,
	    REVOKE_CONF "client_secret_file = \"/nonexistent/secret\"\n");
	assert_failed(fake, STATUS_CONFIG, "/nonexistent/secret");
	assert_int_equal(fake->requests, 0);
	fake_configure(fake, "account \"" ME "\" { provider = \"nowhere\" }\n");
	assert_failed(fake, STATUS_CONFIG, "nowhere");
}

static void
no_answer_is_a_failure_that_passes(void **state)
{
	struct fake *fake = *state;

	fake_configure(fake, REVOKE_CONF);
	fake->replies[0].status = STATUS_AGAIN;
	fake->replies[0].body = "nobody is there";
	assert_failed(fake, STATUS_AGAIN, "nobody is there");
	assert_int_equal(fake->timeout_ms, 5000);
}

static const struct answer {
	long code;
	const char *body;
	int64_t retry_after_s;
	enum status status;
	const char *sentence;
} answers[] = {
	{ 200, "", 0, STATUS_OK, NULL },
	{ 200, "{\"error\":\"x\"}", 0, STATUS_OK, NULL },
	{ 204, "", 0, STATUS_OK, NULL },
	/* Google's, for what is not valid any more */
	{ 400,
	    "{\"error\":\"invalid_token\",\"error_description\":\"Token "
	    "expired or revoked\"}",
	    0, STATUS_OK, NULL },
	{ 400, "{\"error\":\"unsupported_token_type\"}", 0, STATUS_CONFIG,
	    "host does not revoke tokens of this kind" },
	{ 401, "{\"error\":\"invalid_client\"}", 0, STATUS_CONFIG,
	    "host does not accept the application (invalid_client)" },
	{ 400, "{\"error\":\"invalid_request\"}", 0, STATUS_CONFIG,
	    "refuses to revoke it with \"invalid_request\"" },
	{ 400, "{\"error\":\"a\\u001bb\"}", 0, STATUS_CONFIG, "\"a?b\"" },
	{ 400, "{\"error\":7}", 0, STATUS_CONFIG, "HTTP status 400" },
	{ 404, "<html>", 0, STATUS_CONFIG,
	    "HTTP status 404 and without a reason; check "
	    "revocation_endpoint" },
	{ 400, "", 0, STATUS_CONFIG, "without a reason" },
	{ 503, "{\"error\":\"invalid_token\"}", 0, STATUS_AGAIN,
	    "host could not revoke it just now (HTTP status 503)" },
	{ 503, "", 120, STATUS_AGAIN, "and wants 120 s of peace" },
	{ 429, "", 7, STATUS_AGAIN, "(HTTP status 429) and wants 7 s" },
};

static void
every_answer_has_its_meaning(void **state)
{
	struct diag diag;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(answers); i++) {
		unit_row("%ld %s", answers[i].code, answers[i].body);
		memset(&diag, 0, sizeof(diag));
		assert_status(revoke_judge(answers[i].code, answers[i].body,
				  strlen(answers[i].body),
				  answers[i].retry_after_s, "host", &diag),
		    answers[i].status, &diag);
		if (answers[i].sentence != NULL)
			assert_contains(diag.text, answers[i].sentence);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FAKE_TEST(the_refresh_token_is_revoked),
		FAKE_TEST(the_access_token_is_revoked_where_there_is_no_other),
		FAKE_TEST(without_a_token_nothing_is_asked),
		FAKE_TEST(the_client_proves_itself_as_configured),
		FAKE_TEST(an_endpoint_that_is_not_known_is_no_failure),
		FAKE_TEST(the_endpoint_that_was_discovered_is_used),
		FAKE_TEST(a_provider_that_never_revokes_is_not_asked),
		FAKE_TEST(an_application_has_no_login_to_revoke),
		FAKE_TEST(a_refresh_token_goes_to_nobody_else),
		FAKE_TEST(the_grants_own_provider_and_client_are_asked),
		FAKE_TEST(a_configuration_that_is_not_enough_is_a_failure),
		FAKE_TEST(no_answer_is_a_failure_that_passes),
		cmocka_unit_test(every_answer_has_its_meaning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
