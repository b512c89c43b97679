/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What is made for the probe, and of what it says.
 */

#include "unit.h"

#include <unistd.h>

#include "doctor_login.h"
#include "doctor_object.h"
#include "doctor_probe_start.h"

/* Its entries with commas between, in the order they came. */
static void
assert_environment(const struct doctor_client *client, const char *how,
    const char *expected)
{
	static char path[] = "PATH=/bin", home[] = "HOME=/root",
		    sasl[] = "SASL_PATH=/mine", conf[] = "SASL_BEARER_CONF=/c",
		    xdg[] = "XDG_STATE_HOME=/root/s", user[] = "USER=root";
	char *from[] = { path, home, sasl, conf, xdg, user, NULL };
	char text[512] = "", **made;
	size_t i, length = 0;

	made = doctor_probe_environment(client, how, "/home/me", from);
	assert_non_null(made);
	for (i = 0; made[i] != NULL; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length,
		    "%s%s", i > 0 ? "," : "", made[i]);
	assert_row_text(text, expected);
	doctor_probe_environment_free(made);
}

static void
the_environment_is_the_clients(void **state)
{
	static char me[] = "me", theirs[] = "/theirs";
	struct doctor_client client = { .name = NULL };

	(void)state;
	unit_row("nobody else");
	assert_environment(&client, PROBE_SAME,
	    "PATH=/bin,HOME=/root,SASL_PATH=/mine,SASL_BEARER_CONF=/c,"
	    "XDG_STATE_HOME=/root/s,USER=root");
	unit_row("a daemon without SASL_PATH");
	client.name = "Postfix";
	client.user = me;
	assert_environment(&client, PROBE_ROOT,
	    "PATH=/bin,SASL_BEARER_CONF=/c");
	unit_row("a daemon with it");
	client.sasl_path = theirs;
	assert_environment(&client, PROBE_ROOT,
	    "PATH=/bin,SASL_BEARER_CONF=/c,SASL_PATH=/theirs");
	unit_row("another person's program");
	assert_environment(&client, PROBE_USER,
	    "PATH=/bin,SASL_BEARER_CONF=/c,SASL_PATH=/theirs,HOME=/home/me,"
	    "USER=me,LOGNAME=me");
}

static void
a_message_is_taken_apart(void **state)
{
	static const struct {
		const char *message, *user, *token;
	} rows[] = {
		{ "user=me@x\001auth=Bearer TOK\001\001", "me@x", "TOK" },
		{ "n,a=me@x,\001host=mx\001port=1\001auth=Bearer TOK\001\001",
		    "me@x", "TOK" },
		{ "", "", "" },
		{ "\001\001", "", "" },
		{ "user=", "", "" },
		{ "something else", "", "" },
	};
	struct buf message, user, token;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%s", rows[i].message);
		buf_init(&message, 1000);
		buf_init(&user, 100);
		buf_init(&token, 100);
		buf_add_string(&message, rows[i].message);
		doctor_login_take_apart(&message, &user, &token);
		assert_row_text(buf_text(&user), rows[i].user);
		assert_row_text(buf_text(&token), rows[i].token);
		buf_clear(&message);
		buf_clear(&user);
		buf_clear(&token);
	}
}

static void
a_package_is_named(void **state)
{
	static const struct {
		const char *said, *name;
	} rows[] = {
		{ "libsasl2-modules:amd64: /usr/lib/a/libplain.so",
		    "libsasl2-modules" },
		{ "sasl-xoauth2: /usr/lib/a/libxoauth2.so", "sasl-xoauth2" },
		{ "one, two: /usr/lib/a/libx.so", "one" },
		{ "", NULL },
		{ "nothing", NULL },
		{ ": /usr", NULL },
	};
	struct doctor_package package;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%s", rows[i].said);
		assert_row_int(doctor_object_parse_dpkg(rows[i].said, &package),
		    rows[i].name != NULL);
		if (rows[i].name != NULL)
			assert_row_text(package.name, rows[i].name);
	}
}

static void
a_sentence_of_libsasl2_loses_what_stands_before(void **state)
{
	static const struct {
		const char *text, *words;
	} rows[] = {
		{ "SASL(-1): generic failure: the reason: more",
		    "the reason: more" },
		{ "SASL(-6): no more", "no more" },
		{ "a sentence: of another", "a sentence: of another" },
		{ NULL, "" },
	};
	struct doctor_result result = { .text = NULL };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%s", rows[i].words);
		result.text = rows[i].text;
		assert_row_text(doctor_probe_words(&result), rows[i].words);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_environment_is_the_clients),
		cmocka_unit_test(a_message_is_taken_apart),
		cmocka_unit_test(a_package_is_named),
		cmocka_unit_test(
		    a_sentence_of_libsasl2_loses_what_stands_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
