/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The state machine: what is sent when, and how an attempt ends.
 */

#include <pthread.h>

#include "plugin_fake.h"

#define THREADS 16
#define REFUSAL "{\"status\":\"401\"}"

static void
a_fresh_token_is_sent_and_an_empty_step_ends_it(void **state)
{
	struct fake *fake = *state;

	fake_record(fake, "TOKEN", 600, 1200, "");
	assert_int_equal(fake_new(fake, REPLY_XOAUTH2), SASL_OK);
	assert_int_equal(fake_step(fake, NULL, 0), SASL_CONTINUE);
	assert_sent(fake, "user=" ME "|auth=Bearer TOKEN||");
	assert_int_equal(fake->oparams.doneflag, 0);
	assert_string_equal(fake->oparams.user, ME);
	assert_string_equal(fake->oparams.authid, ME);

	fake->oparams.mech_ssf = 56;
	assert_int_equal(fake_step(fake, NULL, 0), SASL_OK);
	assert_null(fake->out);
	assert_int_equal(fake->out_length, 0);
	assert_int_equal(fake->oparams.doneflag, 1);
	assert_int_equal(fake->oparams.mech_ssf, 0);
	assert_int_equal(fake->warnings, 0);
	assert_string_equal(fake->engine->calls, ""); /* not even opened */
}

static void
empty_steps_may_come_with_a_pointer(void **state)
{
	struct fake *fake = *state;

	fake_record(fake, "TOKEN", 600, 1200, "");
	assert_int_equal(fake_new(fake, REPLY_OAUTHBEARER), SASL_OK);
	assert_int_equal(fake_step(fake, "", 0), SASL_CONTINUE);
	assert_sent(fake, "n,a=" ME ",|auth=Bearer TOKEN||");
	assert_int_equal(fake_step(fake, "", 0), SASL_OK);
	assert_int_equal(fake->oparams.doneflag, 1);
}

static void
host_and_port_are_said_where_they_are_known(void **state)
{
	struct fake *fake = *state;

	fake_record(fake, "TOKEN", 600, 1200, "");
	fake->params.serverFQDN = "imap.example";
	fake->params.iplocalport = "192.0.2.1;40000";
	fake->params.ipremoteport = "192.0.2.2;993";
	assert_int_equal(fake_login(fake, REPLY_OAUTHBEARER), SASL_CONTINUE);
	assert_sent(fake,
	    "n,a=" ME ",|host=imap.example|port=993|auth=Bearer TOKEN||");
}

static void
a_server_that_speaks_first_gets_no_token(void **state)
{
	struct fake *fake = *state;

	fake_record(fake, "TOKEN", 600, 1200, "");
	assert_int_equal(fake_new(fake, REPLY_XOAUTH2), SASL_OK);
	assert_int_equal(fake_step(fake, "hello", 5), SASL_BADPROT);
	assert_null(fake->out);
	assert_reported(fake, "nothing was expected");
	/* not afterwards either */
	assert_int_equal(fake_step(fake, NULL, 0), SASL_BADPROT);
	assert_null(fake->out);
	assert_int_equal(fake->warnings, 1);
}

/* The token, then the challenge. */
static void
be_refused(struct fake *fake, enum reply_form form, const char *challenge,
    size_t length)
{
	assert_int_equal(fake_login(fake, form), SASL_CONTINUE);
	assert_int_equal(fake_step(fake, challenge, length), SASL_CONTINUE);
}

static void
a_refusal_is_explained_and_answered(void **state)
{
	static const struct {
		enum reply_form form;
		const char *answer;
	} cases[] = {
		{ REPLY_XOAUTH2, "" },
		{ REPLY_OAUTHBEARER, "|" },
	};
	struct fake *fake = *state;
	size_t i;

	fake_record(fake, "TOKEN", 600, 1200, "");
	for (i = 0; i < COUNT(cases); i++) {
		fake_use_engine(fake, getenv("FAKE_ENGINE"));
		fake->warnings = 0;
		fake->notes[0] = '\0';
		be_refused(fake, cases[i].form, REFUSAL, strlen(REFUSAL));
		assert_sent(fake, cases[i].answer);
		assert_string_equal(fake->engine->calls,
		    "open refuse(" ME ") token(TOKEN)");
		assert_int_equal(fake->engine->challenge_length,
		    strlen(REFUSAL));
		assert_reported(fake, "the engine says why");
		assert_string_equal(fake->notes, "marked as refused\n");
		assert_int_equal(fake->oparams.doneflag, 0);
		/* The server's last word is next; we have nothing to add. */
		assert_int_equal(fake_step(fake, NULL, 0), SASL_OK);
		assert_null(fake->out);
		assert_int_equal(fake->oparams.doneflag, 1);
		fake->oparams.doneflag = 0;
		fake_dispose(fake);
	}
}

static void
a_second_challenge_breaks_the_protocol(void **state)
{
	struct fake *fake = *state;

	fake_record(fake, "TOKEN", 600, 1200, "");
	be_refused(fake, REPLY_OAUTHBEARER, REFUSAL, strlen(REFUSAL));
	assert_int_equal(fake_step(fake, REFUSAL, strlen(REFUSAL)),
	    SASL_BADPROT);
	assert_null(fake->out);
	assert_non_null(strstr(fake->error, "nothing was expected"));
	assert_string_equal(fake->warning, "the engine says why");
	assert_int_equal(fake->warnings, 1);
}

static void
a_step_after_the_end_breaks_the_protocol(void **state)
{
	struct fake *fake = *state;

	fake_record(fake, "TOKEN", 600, 1200, "");
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_CONTINUE);
	assert_int_equal(fake_step(fake, NULL, 0), SASL_OK);
	assert_int_equal(fake_step(fake, NULL, 0), SASL_BADPROT);
	assert_null(fake->out);
}

static void
a_long_challenge_is_cut(void **state)
{
	struct fake *fake = *state;
	size_t length = 1000000;
	char *challenge = malloc(length);

	assert_non_null(challenge);
	memset(challenge, 'x', length);
	fake_record(fake, "TOKEN", 600, 1200, "");
	be_refused(fake, REPLY_XOAUTH2, challenge, length);
	assert_int_equal(fake->engine->challenge_length, 65536);
	free(challenge);
}

static void
without_the_engine_the_servers_words_are_shown(void **state)
{
	static const char challenge[] = "no\001\0\033[2J\xff way";
	struct fake *fake = *state;

	fake_record(fake, "TOKEN", 600, 1200, "");
	fake_use_engine(fake, "/nonexistent/engine.so");
	be_refused(fake, REPLY_XOAUTH2, challenge, sizeof(challenge) - 1);
	assert_sent(fake, "");
	assert_reported(fake, "refused the token of " ME ": no???[2J? way");
}

static void
without_the_engine_a_long_challenge_is_cut_short(void **state)
{
	struct fake *fake = *state;
	char challenge[5000];

	memset(challenge, '.', sizeof(challenge));
	fake_record(fake, "TOKEN", 600, 1200, "");
	fake_use_engine(fake, "/nonexistent/engine.so");
	be_refused(fake, REPLY_XOAUTH2, challenge, sizeof(challenge));
	assert_true(strlen(fake->warning) < 300);
	assert_reported(fake, "refused the token");
}

/* base64 of 9216 bytes is what servers must take. */
static void
a_token_too_long_for_mail_servers_is_refused(void **state)
{
	struct fake *fake = *state;
	char token[9201];
	size_t overhead = strlen("user=" ME "|auth=Bearer ||");

	memset(token, 'x', sizeof(token));
	token[9216 - overhead] = '\0';
	fake_record(fake, token, 600, 1200, "");
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_CONTINUE);
	assert_int_equal(fake->out_length, 9216);
	fake_dispose(fake);

	token[9216 - overhead] = 'x';
	token[9217 - overhead] = '\0';
	fake_record(fake, token, 600, 1200, "");
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_CONFIGERR);
	assert_reported(fake, "groups or roles");
}

static void
a_layer_that_we_do_not_have_is_not_promised(void **state)
{
	struct fake *fake = *state;

	fake_record(fake, "TOKEN", 600, 1200, "");
	fake->params.props.min_ssf = 1;
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_TOOWEAK);
	assert_reported(fake, "use TLS");
	fake_dispose(fake);

	fake->params.external_ssf = 128; /* TLS has done it */
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_CONTINUE);
}

static void
a_failure_without_prompts_comes_before_the_command(void **state)
{
	struct fake *fake = *state;

	assert_int_equal(fake_new(fake, REPLY_XOAUTH2), SASL_NOUSER);
	assert_null(fake->context);
	assert_reported(fake, "run: sasl-bearer login " ME);
}

static void
dispose_takes_no_context(void **state)
{
	struct fake *fake = *state;

	fake->client->mech_dispose(NULL, &fake->utils);
}

static void
the_engine_is_ready_before_a_chroot(void **state)
{
	struct fake *fake = *state;

	fake_record(fake, "TOKEN", -10, -5, "");
	fake->engine->renew = STATUS_OK;
	fake->client->prepare(&fake->place);
	assert_string_equal(fake->engine->calls, "open");
	/* From here on neither path can be opened any more. */
	assert_int_equal(setenv("SASL_BEARER_ENGINE", "/nonexistent", 1), 0);
	fake->place.state[0] = 'X';
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_CONTINUE);
	fake->place.state[0] = '/';
	assert_sent(fake, "user=" ME "|auth=Bearer RENEWED||");
	assert_string_equal(fake->engine->calls, "open renew(" ME ")");
}

static void
what_failed_before_a_chroot_is_what_is_said(void **state)
{
	struct fake *fake = *state;

	fake_record(fake, "TOKEN", -10, -5, "");
	fake_use_engine(fake, "/nonexistent/outside.so");
	fake->client->prepare(&fake->place);
	assert_int_equal(setenv("SASL_BEARER_ENGINE", "/inside", 1), 0);
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_CONFIGERR);
	assert_reported(fake, "/nonexistent/outside.so");
}

/* One connection in a thread of its own; returns it when all went well. */
static void *
run_connection(void *context)
{
	struct fake *fake = context;
	bool good;

	good = fake_new(fake, REPLY_XOAUTH2) == SASL_OK &&
	    fake_step(fake, NULL, 0) == SASL_CONTINUE &&
	    fake_step(fake, "no", 2) == SASL_CONTINUE &&
	    fake_step(fake, NULL, 0) == SASL_OK && fake->warnings == 1;
	fake_dispose(fake);
	return good ? context : NULL;
}

static void
connections_in_threads_share_one_engine(void **state)
{
	struct fake *fake = *state, *each;
	pthread_t threads[THREADS];
	void *result;
	size_t i;

	fake_record(fake, "TOKEN", -10, -5, "");
	assert_non_null(each = calloc(THREADS, sizeof(*each)));
	for (i = 0; i < THREADS; i++) {
		each[i] = *fake;
		each[i].utils.conn = (sasl_conn_t *)&each[i];
		each[i].params.utils = &each[i].utils;
		assert_int_equal(
		    pthread_create(&threads[i], NULL, run_connection, &each[i]),
		    0);
	}
	for (i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(threads[i], &result), 0);
		assert_ptr_equal(result, &each[i]);
	}
	assert_int_equal(fake->engine->is_open, 1);
	assert_ptr_equal(strstr(fake->engine->calls, "open"),
	    fake->engine->calls);
	assert_null(strstr(fake->engine->calls + 1, "open"));
	free(each);
}

#define STEP_TEST(name) \
	cmocka_unit_test_setup_teardown(name, fake_setup, fake_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		STEP_TEST(a_fresh_token_is_sent_and_an_empty_step_ends_it),
		STEP_TEST(empty_steps_may_come_with_a_pointer),
		STEP_TEST(host_and_port_are_said_where_they_are_known),
		STEP_TEST(a_server_that_speaks_first_gets_no_token),
		STEP_TEST(a_refusal_is_explained_and_answered),
		STEP_TEST(a_second_challenge_breaks_the_protocol),
		STEP_TEST(a_step_after_the_end_breaks_the_protocol),
		STEP_TEST(a_long_challenge_is_cut),
		STEP_TEST(without_the_engine_the_servers_words_are_shown),
		STEP_TEST(without_the_engine_a_long_challenge_is_cut_short),
		STEP_TEST(a_token_too_long_for_mail_servers_is_refused),
		STEP_TEST(a_layer_that_we_do_not_have_is_not_promised),
		STEP_TEST(a_failure_without_prompts_comes_before_the_command),
		STEP_TEST(dispose_takes_no_context),
		STEP_TEST(the_engine_is_ready_before_a_chroot),
		STEP_TEST(what_failed_before_a_chroot_is_what_is_said),
		STEP_TEST(connections_in_threads_share_one_engine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
