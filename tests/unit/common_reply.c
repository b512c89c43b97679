/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The bytes of the messages, and what never becomes one.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reply.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define GOOGLE_TOKEN "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"

/* 0x01 is written as '|', which is in none of the values. */
static const struct vector {
	enum reply_form form;
	const char *user, *host, *port, *token;
	const char *message;
	size_t length;
} vectors[] = {
	{ REPLY_XOAUTH2, "someuser@example.com", NULL, NULL, GOOGLE_TOKEN,
	    "user=someuser@example.com|auth=Bearer " GOOGLE_TOKEN "||", 85 },
	{ REPLY_XOAUTH2, "me@contoso.example", NULL, NULL, "TOKEN",
	    "user=me@contoso.example|auth=Bearer TOKEN||", 43 },
	/* XOAUTH2 escapes nothing and knows neither host nor port */
	{ REPLY_XOAUTH2, "a,b=c@example.org", "mx", "25", "TOKEN",
	    "user=a,b=c@example.org|auth=Bearer TOKEN||", 42 },
	{ REPLY_OAUTHBEARER, "me@contoso.example", "imap.example", "993",
	    "TOKEN",
	    "n,a=me@contoso.example,|host=imap.example|port=993|"
	    "auth=Bearer TOKEN||",
	    70 },
	{ REPLY_OAUTHBEARER, "a,b=c@example.org", NULL, NULL, "TOKEN",
	    "n,a=a=2Cb=3Dc@example.org,|auth=Bearer TOKEN||", 46 },
	{ REPLY_OAUTHBEARER, "=,=", "", "",
	    "a+/-._~9==", "n,a==3D=2C=3D,|auth=Bearer a+/-._~9==||", 39 },
	{ REPLY_OAUTHBEARER, "me@x", "imap.example", NULL, "TOKEN",
	    "n,a=me@x,|host=imap.example|auth=Bearer TOKEN||", 47 },
	/* a host that the grammar cannot carry is left out */
	{ REPLY_OAUTHBEARER, "me@x", "a\001port=1", "993", "TOKEN",
	    "n,a=me@x,|port=993|auth=Bearer TOKEN||", 38 },
	{ REPLY_OAUTHBEARER, "me@x", "m\xc3\xbcller.example", NULL, "TOKEN",
	    "n,a=me@x,|auth=Bearer TOKEN||", 29 },
	{ REPLY_OAUTHBEARER, "me@x", "a b", NULL, "TOKEN",
	    "n,a=me@x,|auth=Bearer TOKEN||", 29 },
	/* UTF-8 in a user name is sent as it is */
	{ REPLY_OAUTHBEARER, "m\xc3\xbc@x", NULL, NULL, "TOKEN",
	    "n,a=m\xc3\xbc@x,|auth=Bearer TOKEN||", 30 },
};

static void
assert_message(const struct buf *buf, const char *message, size_t length)
{
	size_t i;

	assert_int_equal(strlen(message), length);
	assert_int_equal(buf->length, length);
	for (i = 0; i < length; i++)
		assert_int_equal(buf->data[i],
		    message[i] == '|' ? '\001' : message[i]);
}

static void
messages_are_exact(void **state)
{
	const struct vector *vector;
	struct reply reply;
	struct buf buf;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(vectors); i++) {
		vector = &vectors[i];
		reply = (struct reply){
			.user = vector->user,
			.host = vector->host,
			.port = vector->port,
			.token = vector->token,
			.token_length = strlen(vector->token),
		};
		buf_init(&buf, REPLY_MAX_LENGTH);
		assert_int_equal(reply_format(vector->form, &reply, &buf, NULL),
		    STATUS_OK);
		assert_message(&buf, vector->message, vector->length);
		buf_clear(&buf);
	}
}

static const struct refusal {
	const char *user;
	const char *token;
	size_t token_length;
	const char *part; /* of the sentence */
} refusals[] = {
	{ "", "TOKEN", 5, "user name is empty" },
	{ "me\001auth=Bearer x", "TOKEN", 5, "control byte" },
	{ "me\n", "TOKEN", 5, "control byte" },
	{ "me\t@x", "TOKEN", 5, "control byte" },
	{ "me\177", "TOKEN", 5, "control byte" },
	{ "me@x", "", 0, "has not the form" },
	{ "me@x", "TO KEN", 6, "has not the form" },
	{ "me@x", "TOKEN\r\n", 7, "has not the form" },
	{ "me@x", "TOK\001EN", 6, "has not the form" },
	{ "me@x", "TO\0KEN", 6, "has not the form" },
	{ "me@x", "=", 1, "has not the form" },
	{ "me@x", "TO=KEN", 6, "has not the form" },
};

static void
nothing_is_built_of_bad_values(void **state)
{
	struct reply reply = { .host = "h" };
	struct diag diag;
	struct buf buf;
	size_t i;
	int form;

	(void)state;
	buf_init(&buf, REPLY_MAX_LENGTH);
	for (i = 0; i < COUNT(refusals); i++)
		for (form = REPLY_XOAUTH2; form <= REPLY_OAUTHBEARER; form++) {
			reply.user = refusals[i].user;
			reply.token = refusals[i].token;
			reply.token_length = refusals[i].token_length;
			assert_int_equal(reply_format((enum reply_form)form,
					     &reply, &buf, &diag),
			    STATUS_DATA);
			assert_non_null(strstr(diag.text, refusals[i].part));
			assert_int_equal(buf.length, 0);
		}
	buf_clear(&buf);
}

/* The longest message is 9216 bytes, that is 12288 in base64. */
static void
a_message_that_servers_need_not_take_is_refused(void **state)
{
	static const size_t overhead[] = {
		[REPLY_XOAUTH2] = 20 + 4,
		[REPLY_OAUTHBEARER] = 20 + 4,
	};
	char token[REPLY_MAX_LENGTH];
	struct reply reply = { .user = "me@x", .token = token };
	struct diag diag;
	struct buf buf;
	int form;

	(void)state;
	memset(token, 'x', sizeof(token));
	for (form = REPLY_XOAUTH2; form <= REPLY_OAUTHBEARER; form++) {
		buf_init(&buf, REPLY_MAX_LENGTH);
		reply.token_length = REPLY_MAX_LENGTH - overhead[form];
		assert_int_equal(
		    reply_format((enum reply_form)form, &reply, &buf, &diag),
		    STATUS_OK);
		assert_int_equal(buf.length, REPLY_MAX_LENGTH);
		buf_clear(&buf);
		reply.token_length++;
		assert_int_equal(
		    reply_format((enum reply_form)form, &reply, &buf, &diag),
		    STATUS_CONFIG);
		assert_non_null(strstr(diag.text, "has 9193 bytes"));
		assert_non_null(strstr(diag.text, "takes 9217 bytes"));
		assert_non_null(strstr(diag.text, "groups or roles"));
		buf_clear(&buf);
	}
}

static void
errors_are_answered_as_the_mechanism_wants(void **state)
{
	size_t length;

	(void)state;
	assert_string_equal(reply_to_error(REPLY_XOAUTH2, &length), "");
	assert_int_equal(length, 0);
	assert_string_equal(reply_to_error(REPLY_OAUTHBEARER, &length), "\001");
	assert_int_equal(length, 1);
}

static void
the_port_is_what_follows_the_address(void **state)
{
	static const struct {
		const char *address, *port;
	} cases[] = {
		{ NULL, "" },
		{ "", "" },
		{ "192.0.2.1;993", "993" },
		{ "2001:db8::1;65535", "65535" },
		{ "192.0.2.1;1", "1" },
		{ "192.0.2.1", "" },
		{ "192.0.2.1;", "" },
		{ "192.0.2.1;0", "" },
		{ "192.0.2.1;025", "" },
		{ "192.0.2.1;65536", "" },
		{ "192.0.2.1;123456", "" },
		{ "192.0.2.1;25\001", "" },
		{ "192.0.2.1;smtp", "" },
	};
	char port[REPLY_PORT_SPACE];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		reply_find_port(cases[i].address, port);
		assert_string_equal(port, cases[i].port);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_are_exact),
		cmocka_unit_test(nothing_is_built_of_bad_values),
		cmocka_unit_test(
		    a_message_that_servers_need_not_take_is_refused),
		cmocka_unit_test(errors_are_answered_as_the_mechanism_wants),
		cmocka_unit_test(the_port_is_what_follows_the_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
