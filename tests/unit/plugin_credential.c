/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Where the token comes from: the record, the engine, the password.
 */

#include <fcntl.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plugin_fake.h"
#include "statedir.h"

#define AGED(renew, expires) (renew), (expires)
#define FRESH AGED(600, 1200)
#define DUE AGED(-60, 600)
#define EXPIRED AGED(-1200, -600)

/* token_fingerprint("TOKEN") */
#define REFUSED_LINE "refused d19297d85eb4a3f2\n"

#define RENEWED "open renew(" ME ")"

static const struct record_case {
	long renew_in_s, expires_in_s;
	const char *lines; /* in the record besides */
	enum status renew;
	int code;
	const char *token; /* that is sent */
	const char *calls;
	unsigned warnings;
	const char *warning;
} record_cases[] = {
	{ FRESH, "", STATUS_BUG, SASL_CONTINUE, "TOKEN", "", 0, "" },
	{ DUE, "", STATUS_OK, SASL_CONTINUE, "RENEWED", RENEWED, 0, "" },
	{ EXPIRED, "", STATUS_OK, SASL_CONTINUE, "RENEWED", RENEWED, 0, "" },
	/* valid still, so that a failure to renew it does no harm */
	{ DUE, "", STATUS_AGAIN, SASL_CONTINUE, "TOKEN", RENEWED, 1,
	    "used while it is valid: the engine says why" },
	{ EXPIRED, "", STATUS_AGAIN, SASL_UNAVAIL, NULL, RENEWED, 1, "why" },
	{ EXPIRED, "", STATUS_REAUTH, SASL_EXPIRED, NULL, RENEWED, 1, "why" },
	{ EXPIRED, "", STATUS_CONFIG, SASL_CONFIGERR, NULL, RENEWED, 1, "why" },
	{ EXPIRED, "", STATUS_ACCESS, SASL_FAIL, NULL, RENEWED, 1, "why" },
	{ EXPIRED, "", STATUS_DATA, SASL_FAIL, NULL, RENEWED, 1, "why" },
	{ EXPIRED, "", STATUS_NOMEM, SASL_NOMEM, NULL, RENEWED, 1, "why" },
	/* an account it is: no password is asked for */
	{ EXPIRED, "", STATUS_NOACCOUNT, SASL_EXPIRED, NULL, RENEWED, 1,
	    "why" },
	{ FRESH, REFUSED_LINE, STATUS_OK, SASL_CONTINUE, "RENEWED", RENEWED, 0,
	    "" },
	{ FRESH, REFUSED_LINE, STATUS_AGAIN, SASL_UNAVAIL, NULL, RENEWED, 1,
	    "why" },
	{ FRESH, "refused 0000000000000001\n", STATUS_BUG, SASL_CONTINUE,
	    "TOKEN", "", 0, "" },
};

static void
assert_token(const struct fake *fake, const char *token)
{
	char message[200];

	snprintf(message, sizeof(message), "user=" ME "|auth=Bearer %s||",
	    token);
	assert_sent(fake, message);
}

static void
a_record_is_used_or_renewed_by_its_age(void **state)
{
	struct fake *fake = *state;
	const struct record_case *c;
	size_t i;

	for (i = 0; i < COUNT(record_cases); i++) {
		c = &record_cases[i];
		fake_use_engine(fake, getenv("FAKE_ENGINE"));
		fake_record(fake, "TOKEN", c->renew_in_s, c->expires_in_s,
		    c->lines);
		fake->engine->renew = c->renew;
		fake->warnings = 0;
		fake->pass =
		    (struct offered){ OFFER_CALLBACK, "WORD", -1, 0, 0 };
		assert_int_equal(fake_login(fake, REPLY_XOAUTH2), c->code);
		assert_string_equal(fake->engine->calls, c->calls);
		assert_int_equal(fake->warnings, c->warnings);
		assert_int_equal(fake->pass.asked, 0);
		if (c->warnings > 0)
			assert_non_null(strstr(fake->warning, c->warning));
		if (c->token != NULL)
			assert_token(fake, c->token);
		else
			assert_reported(fake, c->warning);
		fake_dispose(fake);
	}
}

static void
each_login_has_the_record_of_its_moment(void **state)
{
	struct fake *fake = *state;
	char old[PLACE_MAX_PATH + 50], new[PLACE_MAX_PATH + 50];

	snprintf(new, sizeof(new), "%s/tokens/" ME, fake->place.state);
	snprintf(old, sizeof(old), "%s/tokens/old", fake->place.state);
	fake_record(fake, "FIRST", FRESH, "");
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_CONTINUE);
	assert_token(fake, "FIRST");
	fake_dispose(fake);

	fake_record(fake, "WRITTEN", FRESH, ""); /* in place */
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_CONTINUE);
	assert_token(fake, "WRITTEN");
	fake_dispose(fake);

	assert_int_equal(rename(new, old), 0);
	fake_record(fake, "REPLACED", FRESH, "");
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_CONTINUE);
	assert_token(fake, "REPLACED");
	fake_dispose(fake);

	assert_int_equal(remove(new), 0);
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_NOUSER);
}

static void
a_due_token_serves_without_an_engine(void **state)
{
	struct fake *fake = *state;

	fake_use_engine(fake, "/nonexistent/engine.so");
	fake_record(fake, "TOKEN", DUE, "");
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_CONTINUE);
	assert_token(fake, "TOKEN");
	assert_int_equal(fake->warnings, 1);
	assert_non_null(strstr(fake->warning, "/nonexistent/engine.so"));
	fake_dispose(fake);

	fake->warnings = 0;
	fake_record(fake, "TOKEN", EXPIRED, "");
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_CONFIGERR);
	assert_reported(fake, "cannot load what renews tokens");
}

static void
an_engine_of_another_version_is_not_used(void **state)
{
	struct fake *fake = *state;
	const char *other = getenv("FAKE_ENGINE_OTHER");

	if (other == NULL)
		fail_msg("FAKE_ENGINE_OTHER must name the other fake engine");
	fake_use_engine(fake, other);
	fake_record(fake, "TOKEN", EXPIRED, "");
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_CONFIGERR);
	assert_reported(fake, "is of another version");
	assert_string_equal(fake->engine->calls, "");
}

static void
an_engine_that_cannot_start_is_tried_again(void **state)
{
	struct fake *fake = *state;

	fake_record(fake, "TOKEN", EXPIRED, "");
	fake->engine->open = STATUS_NOMEM;
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_NOMEM);
	fake->engine->open = STATUS_OK;
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_CONTINUE);
	assert_string_equal(fake->engine->calls, "open open renew(" ME ")");
}

static void
warnings_are_notices_where_the_attempt_fails(void **state)
{
	struct fake *fake = *state;

	fake_record(fake, "TOKEN", EXPIRED, "");
	fake->engine->warning = "the disk is full";
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_CONTINUE);
	assert_int_equal(fake->warnings, 1);
	assert_string_equal(fake->warning, "the disk is full");
	assert_string_equal(fake->notes, "asked for a token\n");
	assert_string_equal(fake->debug, "thought about it");
	assert_int_equal(fake->debugs, 1);
	fake_dispose(fake);

	fake->warnings = 0;
	fake->notes[0] = '\0';
	fake->engine->renew = STATUS_AGAIN;
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_UNAVAIL);
	assert_reported(fake, "the engine says why");
	assert_string_equal(fake->notes,
	    "asked for a token\nthe disk is full\n");
}

static void
a_broken_record_is_reported_with_its_path(void **state)
{
	struct fake *fake = *state;
	char path[PLACE_MAX_PATH + 50];

	snprintf(path, sizeof(path), "%s/tokens/" ME ", line 2 is malformed",
	    fake->place.state);
	fake->pass = (struct offered){ OFFER_CALLBACK, "WORD", -1, 0, 0 };
	fake_write(fake, "tokens/" ME, 0600, "sasl-bearer-token 1\nrubbish\n");
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_FAIL);
	assert_reported(fake, path);
	assert_string_equal(fake->engine->calls, "");
	assert_int_equal(fake->pass.asked, 0);
}

static void
what_others_can_write_is_not_trusted(void **state)
{
	static const char *const directories[] = { "", "/tokens" };
	struct fake *fake = *state;
	char path[PLACE_MAX_PATH + 50];
	size_t i;

	fake_record(fake, "TOKEN", FRESH, "");
	for (i = 0; i < COUNT(directories); i++) {
		fake->client->close();
		fake->warnings = 0;
		snprintf(path, sizeof(path), "%s%s", fake->place.state,
		    directories[i]);
		assert_int_equal(chmod(path, 0770), 0);
		assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_FAIL);
		assert_reported(fake, "chmod go-w");
		/* and it is seen when that was done */
		assert_int_equal(chmod(path, 0700), 0);
		assert_int_equal(fake_login(fake, REPLY_XOAUTH2),
		    SASL_CONTINUE);
		fake_dispose(fake);
	}
	fake->warnings = 0;
	snprintf(path, sizeof(path), "%s/tokens/" ME, fake->place.state);
	assert_int_equal(chmod(path, 0660), 0);
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_FAIL);
	assert_reported(fake, "chmod go-w");
}

/* There is no record of the name. */
static const struct {
	bool state, conf; /* in sight */
	enum status find;
	const char *password;
	int code;
	const char *token;
	const char *calls;
	const char *part; /* of the sentence */
} unknown_cases[] = {
	/* only the engine knows what is configured */
	{ true, false, STATUS_OK, NULL, SASL_CONTINUE, "RENEWED",
	    "open find(" ME ") renew(" ME ")", NULL },
	{ false, true, STATUS_OK, NULL, SASL_CONTINUE, "RENEWED",
	    "open find(" ME ") renew(" ME ")", NULL },
	{ false, true, STATUS_CONFIG, "WORD", SASL_CONFIGERR, NULL,
	    "open find(" ME ")", "the engine says why" },
	{ false, true, STATUS_ACCESS, "WORD", SASL_FAIL, NULL,
	    "open find(" ME ")", "the engine says why" },
	/* then the password counts */
	{ true, true, STATUS_NOACCOUNT, "WORD", SASL_CONTINUE, "WORD",
	    "open find(" ME ")", NULL },
	{ false, false, STATUS_BUG, "WORD", SASL_CONTINUE, "WORD", "", NULL },
	{ false, false, STATUS_BUG, "/etc/tokens/me", SASL_CONTINUE, "RENEWED",
	    "open renew_file(/etc/tokens/me)", NULL },
	{ false, false, STATUS_BUG, "pass word", SASL_NOUSER, NULL, "",
	    "neither an access token nor the path" },
	{ false, false, STATUS_BUG, "", SASL_NOUSER, NULL, "",
	    "run: sasl-bearer login " ME },
	{ false, false, STATUS_BUG, NULL, SASL_NOUSER, NULL, "",
	    "run: sasl-bearer login " ME },
	{ true, true, STATUS_NOACCOUNT, NULL, SASL_NOUSER, NULL,
	    "open find(" ME ")", "there is no account " ME },
};

static void
an_unknown_account_is_looked_for_in_order(void **state)
{
	struct fake *fake = *state;
	char path[PLACE_MAX_PATH];
	size_t i;

	memcpy(path, fake->place.state, sizeof(path));
	for (i = 0; i < COUNT(unknown_cases); i++) {
		fake_use_engine(fake, getenv("FAKE_ENGINE"));
		snprintf(fake->place.state, sizeof(fake->place.state), "%s",
		    unknown_cases[i].state ? path : "/nonexistent/state");
		fake->place.conf_exists = unknown_cases[i].conf;
		fake->engine->find = unknown_cases[i].find;
		fake->warnings = 0;
		fake->pass = (struct offered){
			.offer = unknown_cases[i].password == NULL ?
			    OFFER_NONE :
			    OFFER_CALLBACK,
			.value = unknown_cases[i].password,
			.length = -1,
		};
		assert_int_equal(fake_login(fake, REPLY_XOAUTH2),
		    unknown_cases[i].code);
		assert_string_equal(fake->engine->calls,
		    unknown_cases[i].calls);
		if (unknown_cases[i].token != NULL) {
			assert_token(fake, unknown_cases[i].token);
			assert_int_equal(fake->warnings, 0);
		} else
			assert_reported(fake, unknown_cases[i].part);
		fake_dispose(fake);
	}
	memcpy(fake->place.state, path, sizeof(path));
}

static void
without_an_engine_it_is_not_guessed_who_is_configured(void **state)
{
	struct fake *fake = *state;

	fake_use_engine(fake, "/nonexistent/engine.so");
	fake->place.conf_exists = true;
	fake->pass = (struct offered){ OFFER_CALLBACK, "WORD", -1, 0, 0 };
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_CONFIGERR);
	assert_reported(fake, "cannot load what renews tokens");
	assert_int_equal(fake->pass.asked, 0);
}

static void
a_password_with_a_nul_is_no_path(void **state)
{
	struct fake *fake = *state;

	fake->pass = (struct offered){ OFFER_CALLBACK, "/etc\0/x", 7, 0, 0 };
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_NOUSER);
	assert_reported(fake, "neither an access token nor the path");
}

static void
a_token_files_user_is_the_one_it_names(void **state)
{
	struct fake *fake = *state;

	fake->engine->user = "box@x";
	fake->pass = (struct offered){ OFFER_CALLBACK, "/t", -1, 0, 0 };
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_CONTINUE);
	assert_sent(fake, "user=box@x|auth=Bearer RENEWED||");
}

static void
a_refused_token_is_marked_where_it_came_from(void **state)
{
	struct fake *fake = *state;

	fake->pass = (struct offered){ OFFER_CALLBACK, "/t", -1, 0, 0 };
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_CONTINUE);
	assert_int_equal(fake_step(fake, "no", 2), SASL_CONTINUE);
	assert_string_equal(fake->engine->calls,
	    "open find(" ME ") "
	    "renew_file(/t) refuse_file(/t) token(RENEWED)");
	assert_reported(fake, "the engine says why");
	fake_dispose(fake);

	/* A password that was the token is nobody's to mark. */
	fake->warnings = 0;
	fake->engine->calls[0] = '\0';
	fake->pass.value = "WORD";
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_CONTINUE);
	assert_int_equal(fake_step(fake, "no", 2), SASL_CONTINUE);
	assert_string_equal(fake->engine->calls, "find(" ME ")");
	assert_reported(fake, "refused the token of " ME ": no");
}

static void
a_state_directory_made_later_is_found(void **state)
{
	struct fake *fake = *state;
	char old[PLACE_MAX_PATH], new[PLACE_MAX_PATH];

	fake_record(fake, "TOKEN", FRESH, "");
	snprintf(old, sizeof(old), "%s", fake->place.state);
	snprintf(new, sizeof(new), "%.900s.away", old);
	assert_int_equal(rename(old, new), 0);
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_NOUSER);
	assert_int_equal(rename(new, old), 0);
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_CONTINUE);
	assert_token(fake, "TOKEN");
}

/* The least number that no descriptor has. */
static int
next_descriptor(void)
{
	int number = dup(STDIN_FILENO);

	assert_true(number > STDERR_FILENO);
	close(number);
	return number;
}

static void
a_directory_that_others_can_write_to_is_closed_with_the_rest(void **state)
{
	struct fake *fake = *state;
	int i, number = next_descriptor();

	fake_record(fake, "TOKEN", FRESH, "");
	assert_int_equal(chmod(fake->place.state, 0770), 0);
	for (i = 0; i < 3; i++) {
		assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_FAIL);
		assert_true(fcntl(number, F_GETFD) >= 0);
		fake->client->close();
		assert_int_equal(next_descriptor(), number);
	}
}

/* Ours was refused, and the program has closed it and used its number. */
static void
a_directory_of_the_program_is_never_taken_for_ours(void **state)
{
	struct fake *fake = *state;
	int own, number = next_descriptor();

	fake_record(fake, "TOKEN", FRESH, "");
	assert_int_equal(chmod(fake->place.state, 0770), 0);
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_FAIL);
	assert_int_equal(chmod(fake->place.state, 0700), 0);
	assert_int_equal(close(number), 0);
	own = open("/", O_RDONLY | O_DIRECTORY);
	assert_int_equal(own, number);
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_CONTINUE);
	assert_token(fake, "TOKEN");
	fake_dispose(fake);
	fake->client->close();
	assert_int_equal(close(own), 0);
}

#ifdef __GLIBC__
#define LOSSES 1000

/* Some programs close every descriptor again and again. */
static void
a_directory_that_is_lost_again_and_again_costs_no_memory(void **state)
{
	struct fake *fake = *state;
	int i, number = next_descriptor();
	size_t before = 0;

	fake_record(fake, "TOKEN", FRESH, "");
	for (i = 0; i < LOSSES; i++) {
		if (i == 1)
			before = mallinfo2().uordblks;
		assert_int_equal(fake_login(fake, REPLY_XOAUTH2),
		    SASL_CONTINUE);
		fake_dispose(fake);
		assert_int_equal(close(number), 0);
		assert_int_equal(close(number + 1), 0);
	}
	assert_true(mallinfo2().uordblks < before + LOSSES);
}
#endif

/* Any users other than root. */
#define RENEWER 1234
#define READER 1235

/* Another state directory, in which there is nothing yet but that file. */
static int
read_elsewhere(struct fake *fake, const char *directory)
{
	struct dir dir;
	struct diag diag;
	struct buf bytes;
	enum status r;

	if (seteuid(READER) != 0 ||
	    statedir_get(&fake->place, &dir, &diag) != STATUS_OK)
		return 1;
	statedir_close();
	snprintf(fake->place.state, sizeof(fake->place.state), "%.900s",
	    directory);
	if (statedir_get(&fake->place, &dir, &diag) != STATUS_OK)
		return 2;
	buf_init(&bytes, 100);
	r = statedir_read(&dir, "file", &bytes, &diag);
	buf_clear(&bytes);
	return r == STATUS_ACCESS ? 0 : 3;
}

static void
who_renewed_in_another_directory_is_nobody_here(void **state)
{
	struct fake *fake = *state;
	char path[PLACE_MAX_PATH + 50];
	int status;
	pid_t child;

	if (geteuid() != 0)
		skip();
	assert_int_equal(chmod(fake->place.state, 0755), 0);
	snprintf(path, sizeof(path), "%s/tokens", fake->place.state);
	assert_int_equal(chown(path, RENEWER, (gid_t)-1), 0);
	snprintf(path, sizeof(path), "%s/other", fake->place.state);
	assert_int_equal(mkdir(path, 0755), 0);
	fake_write(fake, "other/file", 0644, "text");
	snprintf(path, sizeof(path), "%s/other/file", fake->place.state);
	assert_int_equal(chown(path, RENEWER, (gid_t)-1), 0);
	*strrchr(path, '/') = '\0';
	if ((child = fork()) == 0)
		_exit(read_elsewhere(fake, path));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

#define FORKS 100
#define PATIENCE_S 20

static atomic_bool is_over;

static void *
load_and_close(void *context)
{
	struct fake *fake = context;

	while (!is_over) {
		fake->client->prepare(&fake->place);
		fake->client->close();
	}
	return NULL;
}

static void
a_child_is_not_left_with_a_lock_of_another_thread(void **state)
{
	struct fake *fake = *state;
	pthread_t thread;
	pid_t child;
	int i, status = 0;

	is_over = false;
	assert_int_equal(pthread_create(&thread, NULL, load_and_close, fake),
	    0);
	for (i = 0; i < FORKS && status == 0; i++) {
		if ((child = fork()) == 0) {
			alarm(PATIENCE_S);
			fake->client->prepare(&fake->place);
			fake->client->close();
			_exit(0);
		}
		assert_int_equal(waitpid(child, &status, 0), child);
	}
	is_over = true;
	pthread_join(thread, NULL);
	assert_int_equal(status, 0);
}

/* As software of tokens does, which the engine loads. */
static void
fork_here(void)
{
	int status = -1;
	pid_t child;

	alarm(PATIENCE_S);
	if ((child = fork()) == 0)
		_exit(0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	alarm(0);
}

static void
what_the_engine_loads_may_fork_while_it_is_loaded(void **state)
{
	struct fake *fake = *state;

	fake->engine->opening = fork_here;
	fake->client->prepare(&fake->place);
	assert_string_equal(fake->engine->calls, "open");
	fork_here(); /* and everything is let go of */
	fake->client->prepare(&fake->place);
	assert_string_equal(fake->engine->calls, "open");
	fake->client->close();
	fake->client->prepare(&fake->place);
	assert_string_equal(fake->engine->calls, "open close open");
}

static void
what_signs_for_the_engine_may_fork(void **state)
{
	struct fake *fake = *state;

	fake->engine->signing = fork_here;
	fake_record(fake, "TOKEN", EXPIRED, "");
	assert_int_equal(fake_login(fake, REPLY_XOAUTH2), SASL_CONTINUE);
	assert_token(fake, "RENEWED");
	fork_here();
}

#define CREDENTIAL_TEST(name) \
	cmocka_unit_test_setup_teardown(name, fake_setup, fake_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CREDENTIAL_TEST(a_record_is_used_or_renewed_by_its_age),
		CREDENTIAL_TEST(each_login_has_the_record_of_its_moment),
		CREDENTIAL_TEST(a_due_token_serves_without_an_engine),
		CREDENTIAL_TEST(an_engine_of_another_version_is_not_used),
		CREDENTIAL_TEST(an_engine_that_cannot_start_is_tried_again),
		CREDENTIAL_TEST(warnings_are_notices_where_the_attempt_fails),
		CREDENTIAL_TEST(a_broken_record_is_reported_with_its_path),
		CREDENTIAL_TEST(what_others_can_write_is_not_trusted),
		CREDENTIAL_TEST(an_unknown_account_is_looked_for_in_order),
		CREDENTIAL_TEST(
		    without_an_engine_it_is_not_guessed_who_is_configured),
		CREDENTIAL_TEST(a_password_with_a_nul_is_no_path),
		CREDENTIAL_TEST(a_token_files_user_is_the_one_it_names),
		CREDENTIAL_TEST(a_refused_token_is_marked_where_it_came_from),
		CREDENTIAL_TEST(a_state_directory_made_later_is_found),
		CREDENTIAL_TEST(
		    a_directory_that_others_can_write_to_is_closed_with_the_rest),
		CREDENTIAL_TEST(
		    a_directory_of_the_program_is_never_taken_for_ours),
#ifdef __GLIBC__
		CREDENTIAL_TEST(
		    a_directory_that_is_lost_again_and_again_costs_no_memory),
#endif
		CREDENTIAL_TEST(
		    who_renewed_in_another_directory_is_nobody_here),
		CREDENTIAL_TEST(
		    a_child_is_not_left_with_a_lock_of_another_thread),
		CREDENTIAL_TEST(
		    what_the_engine_loads_may_fork_while_it_is_loaded),
		CREDENTIAL_TEST(what_signs_for_the_engine_may_fork),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
