/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Names and passwords: callbacks, prompts, rounds of them, and which of the
 * names is sent.
 */

#include "plugin_fake.h"

static void
prompts_are_gathered_in_one_round(void **state)
{
	struct fake *fake = *state;

	fake_record(fake, "TOKEN", 600, 1200, "");
	fake->user.offer = fake->authname.offer = OFFER_PROMPT;
	fake->user.value = ME;
	assert_int_equal(fake_new(fake, REPLY_XOAUTH2), SASL_OK);
	assert_int_equal(fake_step(fake, NULL, 0), SASL_INTERACT);
	assert_null(fake->out);
	assert_int_equal(fake->prompts[0].id, SASL_CB_USER);
	assert_int_equal(fake->prompts[1].id, SASL_CB_AUTHNAME);
	assert_int_equal(fake->prompts[2].id, SASL_CB_LIST_END);
	fake_answer(fake);
	assert_int_equal(fake_step(fake, NULL, 0), SASL_CONTINUE);
	assert_null(fake->prompts);
	assert_sent(fake, "user=" ME "|auth=Bearer TOKEN||");
	assert_int_equal(fake->warnings, 0);
}

static void
only_what_is_missing_is_prompted_for(void **state)
{
	struct fake *fake = *state;

	fake_record(fake, "TOKEN", 600, 1200, "");
	fake->user.offer = OFFER_CALLBACK;
	fake->authname.offer = OFFER_PROMPT;
	assert_int_equal(fake_new(fake, REPLY_XOAUTH2), SASL_OK);
	assert_int_equal(fake_step(fake, NULL, 0), SASL_INTERACT);
	assert_int_equal(fake->prompts[0].id, SASL_CB_AUTHNAME);
	assert_int_equal(fake->prompts[1].id, SASL_CB_LIST_END);
	fake_answer(fake);
	assert_int_equal(fake_step(fake, NULL, 0), SASL_CONTINUE);
	assert_int_equal(fake->user.asked, 1); /* mech_new() asked, once */
	fake_dispose(fake);

	fake->user.offer = OFFER_PROMPT;
	fake->authname.offer = OFFER_CALLBACK;
	fake->authname.asked = 0;
	assert_int_equal(fake_new(fake, REPLY_XOAUTH2), SASL_OK);
	assert_int_equal(fake_step(fake, NULL, 0), SASL_INTERACT);
	assert_int_equal(fake->prompts[0].id, SASL_CB_USER);
	assert_int_equal(fake->prompts[1].id, SASL_CB_LIST_END);
	fake_answer(fake);
	assert_int_equal(fake_step(fake, NULL, 0), SASL_CONTINUE);
	assert_int_equal(fake->authname.asked, 1);
}

static void
the_password_is_a_second_round_and_asked_once(void **state)
{
	struct fake *fake = *state;

	fake->authname.offer = fake->pass.offer = OFFER_PROMPT;
	fake->pass.value = "PASSTOKEN and what follows";
	fake->pass.length = 9; /* which ends it: there is no NUL */
	assert_int_equal(fake_new(fake, REPLY_XOAUTH2), SASL_OK);
	assert_int_equal(fake_step(fake, NULL, 0), SASL_INTERACT);
	fake_answer(fake);
	assert_int_equal(fake_step(fake, NULL, 0), SASL_INTERACT);
	assert_int_equal(fake->prompts[0].id, SASL_CB_PASS);
	assert_int_equal(fake->prompts[1].id, SASL_CB_LIST_END);
	fake_answer(fake);
	assert_int_equal(fake_step(fake, NULL, 0), SASL_CONTINUE);
	assert_sent(fake, "user=" ME "|auth=Bearer PASSTOKEN||");
	assert_int_equal(fake->authname.asked, 1);
	assert_int_equal(fake->pass.asked, 1);
}

static void
an_account_is_never_asked_for_a_password(void **state)
{
	struct fake *fake = *state;

	fake_record(fake, "TOKEN", 600, 1200, "");
	fake->pass.offer = OFFER_CALLBACK;
	fake->pass.value = "PASSTOKEN";
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_CONTINUE);
	assert_int_equal(fake->pass.asked, 0);
}

static void
a_callback_is_asked_for_the_password_once(void **state)
{
	struct fake *fake = *state;

	fake->pass.offer = OFFER_CALLBACK;
	fake->pass.value = "PASSTOKEN";
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_CONTINUE);
	assert_int_equal(fake_step(fake, NULL, 0), SASL_OK);
	assert_int_equal(fake->pass.asked, 1);
	assert_int_equal(fake->authname.asked, 1);
}

static void
prompts_that_are_not_answered_are_asked_again(void **state)
{
	struct fake *fake = *state;

	fake_record(fake, "TOKEN", 600, 1200, "");
	fake->authname.offer = OFFER_PROMPT;
	assert_int_equal(fake_new(fake, REPLY_XOAUTH2), SASL_OK);
	assert_int_equal(fake_step(fake, NULL, 0), SASL_INTERACT);
	/* an application that starts anew: the prompts are its to free */
	fake->utils.free(fake->prompts);
	fake->prompts = NULL;
	assert_int_equal(fake_step(fake, NULL, 0), SASL_INTERACT);
	fake_answer(fake);
	assert_int_equal(fake_step(fake, NULL, 0), SASL_CONTINUE);
}

static void
a_program_that_cannot_be_prompted_is_told(void **state)
{
	struct fake *fake = *state;

	fake->authname.offer = OFFER_PROMPT;
	assert_int_equal(fake_new(fake, REPLY_XOAUTH2), SASL_OK);
	assert_int_equal(fake_step_without_prompts(fake), SASL_BADPARAM);
	assert_null(fake->out);
	assert_reported(fake, "cannot be prompted");
	fake_dispose(fake);

	fake->warnings = 0;
	fake->authname.offer = OFFER_CALLBACK;
	fake->pass.offer = OFFER_PROMPT;
	assert_int_equal(fake_new(fake, REPLY_XOAUTH2), SASL_OK);
	assert_int_equal(fake_step_without_prompts(fake), SASL_BADPARAM);
	assert_reported(fake, "cannot be prompted");
}

static void
no_prompts_are_needed_where_callbacks_tell_all(void **state)
{
	struct fake *fake = *state;

	fake_record(fake, "TOKEN", 600, 1200, "");
	assert_int_equal(fake_new(fake, REPLY_XOAUTH2), SASL_OK);
	assert_int_equal(fake_step_without_prompts(fake), SASL_CONTINUE);
	assert_sent(fake, "user=" ME "|auth=Bearer TOKEN||");
}

static void
memory_that_libsasl2_does_not_have_is_reported(void **state)
{
	struct fake *fake = *state;

	fake->authname.offer = fake->pass.offer = OFFER_PROMPT;
	assert_int_equal(fake_new(fake, REPLY_XOAUTH2), SASL_OK);
	fake->failures = 1;
	assert_int_equal(fake_step(fake, NULL, 0), SASL_NOMEM);
	assert_null(fake->prompts);
	assert_reported(fake, "out of memory");
	fake_dispose(fake);

	fake->warnings = 0;
	assert_int_equal(fake_new(fake, REPLY_XOAUTH2), SASL_OK);
	assert_int_equal(fake_step(fake, NULL, 0), SASL_INTERACT);
	fake_answer(fake);
	fake->failures = 1; /* the second round */
	assert_int_equal(fake_step(fake, NULL, 0), SASL_NOMEM);
	assert_null(fake->prompts);
	assert_reported(fake, "out of memory");
}

static char long_name[400];

/* What an application may tell as the user's name, and what that gives. */
static const struct bad_name {
	enum offer offer;
	const char *value;
	int length;
	int callback_code;
	int code;
	const char *part;
} bad_names[] = {
	{ OFFER_NONE, NULL, -1, 0, SASL_BADPARAM, "gives no user name" },
	{ OFFER_CALLBACK, NULL, -1, 0, SASL_BADPARAM, "gives no user name" },
	{ OFFER_CALLBACK, "", -1, 0, SASL_BADPARAM, "gives no user name" },
	{ OFFER_PROMPT, NULL, -1, 0, SASL_BADPARAM, "gives no user name" },
	{ OFFER_PROMPT, "", -1, 0, SASL_BADPARAM, "gives no user name" },
	{ OFFER_PROMPT, "me@x\0y", 6, 0, SASL_BADPARAM, "control byte" },
	{ OFFER_PROMPT, "\0me", 3, 0, SASL_BADPARAM, "control byte" },
	{ OFFER_PROMPT, "me\n", -1, 0, SASL_BADPARAM, "control byte" },
	{ OFFER_CALLBACK, "me\001", -1, 0, SASL_BADPARAM, "control byte" },
	{ OFFER_CALLBACK, "me\177", -1, 0, SASL_BADPARAM, "control byte" },
	{ OFFER_CALLBACK, long_name, -1, 0, SASL_BADPARAM, "has 399 bytes" },
	{ OFFER_CALLBACK, "me", -1, SASL_FAIL, SASL_BADPARAM, "code -1" },
	{ OFFER_CALLBACK, "me", -1, SASL_NOMEM, SASL_NOMEM, "code -2" },
};

static void
names_that_cannot_be_are_refused(void **state)
{
	struct fake *fake = *state;
	const struct bad_name *name;
	size_t i;

	memset(long_name, 'x', sizeof(long_name) - 1);
	for (i = 0; i < COUNT(bad_names); i++) {
		name = &bad_names[i];
		fake->authname = (struct offered){ name->offer, name->value,
			name->length, name->callback_code, 0 };
		fake->warnings = 0;
		assert_int_equal(fake_login(fake, REPLY_XOAUTH2), name->code);
		assert_reported(fake, name->part);
		fake_dispose(fake);
	}
	/* The name to act for is judged alike; to have none is its right. */
	for (i = 5; i < COUNT(bad_names); i++) {
		name = &bad_names[i];
		fake->authname =
		    (struct offered){ OFFER_CALLBACK, ME, -1, 0, 0 };
		fake->user = (struct offered){ name->offer, name->value,
			name->length, name->callback_code, 0 };
		fake->warnings = 0;
		assert_int_equal(fake_login(fake, REPLY_XOAUTH2), name->code);
		assert_reported(fake, name->part);
		fake_dispose(fake);
	}
}

static void
a_callback_may_ask_for_a_prompt_instead(void **state)
{
	struct fake *fake = *state;

	fake_record(fake, "TOKEN", 600, 1200, "");
	fake->authname.code = SASL_INTERACT;
	assert_int_equal(fake_new(fake, REPLY_XOAUTH2), SASL_OK);
	assert_int_equal(fake_step(fake, NULL, 0), SASL_INTERACT);
	assert_int_equal(fake->prompts[0].id, SASL_CB_AUTHNAME);
	fake->prompts[0].result = ME;
	fake->prompts[0].len = (unsigned)strlen(ME);
	assert_int_equal(fake_step(fake, NULL, 0), SASL_CONTINUE);
}

static void
a_password_callback_that_fails_is_reported(void **state)
{
	struct fake *fake = *state;

	fake->pass = (struct offered){ OFFER_CALLBACK, NULL, -1, SASL_FAIL, 0 };
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_FAIL);
	assert_reported(fake, "could not tell the password");
}

/* The application's word, the record's for the service, the record's. */
static const struct {
	const char *user; /* that the application tells */
	const char *service;
	const char *record; /* its lines about users */
	const char *sent;
	const char *authzid;
} users[] = {
	{ NULL, "imap", "", ME, ME },
	{ "", "imap", "", ME, ME },
	{ ME, "imap", "", ME, ME },
	{ "team@x", "imap", "", "team@x", "team@x" },
	{ NULL, "imap", "user all@x\n", "all@x", "all@x" },
	{ ME, "imap", "user all@x\n", "all@x", "all@x" },
	{ NULL, "imap", "user all@x\nuser_imap box@x\n", "box@x", "box@x" },
	{ NULL, "smtp", "user all@x\nuser_imap box@x\n", "all@x", "all@x" },
	{ NULL, "smtp", "user_imap box@x\n", ME, ME },
	{ NULL, NULL, "user_imap box@x\n", ME, ME },
	{ "team@x", "imap", "user all@x\nuser_imap b@x\n", "team@x", "team@x" },
};

static void
the_name_that_is_sent_follows_the_order(void **state)
{
	struct fake *fake = *state;
	char message[200];
	size_t i;

	for (i = 0; i < COUNT(users); i++) {
		fake->user.offer =
		    users[i].user == NULL ? OFFER_NONE : OFFER_CALLBACK;
		fake->user.value = users[i].user;
		fake->params.service = users[i].service;
		fake_record(fake, "TOKEN", 600, 1200, users[i].record);
		assert_int_equal(fake_login(fake, REPLY_XOAUTH2),
		    SASL_CONTINUE);
		snprintf(message, sizeof(message),
		    "user=%s|auth=Bearer TOKEN||", users[i].sent);
		assert_sent(fake, message);
		assert_string_equal(fake->oparams.user, users[i].authzid);
		assert_string_equal(fake->oparams.authid, ME);
		fake_dispose(fake);
	}
}

static void
a_name_that_libsasl2_refuses_is_reported(void **state)
{
	struct fake *fake = *state;

	fake_record(fake, "TOKEN", 600, 1200, "");
	fake->user.offer = OFFER_CALLBACK;
	fake->user.value = "all space";
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_FAIL);
	assert_reported(fake, "libsasl2 does not take \"all space\"");
}

#define NAMES_TEST(name) \
	cmocka_unit_test_setup_teardown(name, fake_setup, fake_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		NAMES_TEST(prompts_are_gathered_in_one_round),
		NAMES_TEST(only_what_is_missing_is_prompted_for),
		NAMES_TEST(the_password_is_a_second_round_and_asked_once),
		NAMES_TEST(an_account_is_never_asked_for_a_password),
		NAMES_TEST(a_callback_is_asked_for_the_password_once),
		NAMES_TEST(prompts_that_are_not_answered_are_asked_again),
		NAMES_TEST(a_program_that_cannot_be_prompted_is_told),
		NAMES_TEST(no_prompts_are_needed_where_callbacks_tell_all),
		NAMES_TEST(memory_that_libsasl2_does_not_have_is_reported),
		NAMES_TEST(names_that_cannot_be_are_refused),
		NAMES_TEST(a_callback_may_ask_for_a_prompt_instead),
		NAMES_TEST(a_password_callback_that_fails_is_reported),
		NAMES_TEST(the_name_that_is_sent_follows_the_order),
		NAMES_TEST(a_name_that_libsasl2_refuses_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
