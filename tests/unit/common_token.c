/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The form of a bearer token: RFC 6750, section 2.1.
 */

#include "token.h"
#include "unit.h"

static const struct form {
	const char *token;
	bool is_bearer;
} forms[] = {
	{ "a", true },
	{ "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg", true },
	{ "eyJ0eXAiOiJKV1QifQ.eyJhdWQiOiJ4In0.c2ln", true }, { "-._~+/", true },
	{ "AZaz09", true }, { "abc=", true }, { "abc====", true },
	{ "", false }, { "=", false }, { "====", false }, { "=a", false },
	{ "a=b", false }, { "a b", false }, { " a", false }, { "a ", false },
	{ "a\n", false }, { "a\r\nb", false }, { "a\001auth=", false },
	{ "a,b", false }, { "\xc3\xbc", false }, { "p@ssword", false },
	{ "/var/lib/token", true }, /* a path has the form of one */
};

static void
only_the_bytes_of_rfc_6750_are_a_token(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(forms); i++) {
		unit_row("\"%s\"", forms[i].token);
		assert_row_int(
		    token_is_bearer(forms[i].token, strlen(forms[i].token)),
		    forms[i].is_bearer);
	}
}

/* Every byte, alone and after a good one. */
static void
every_byte_is_judged(void **state)
{
	static const char good[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "abcdefghijklmnopqrstuvwxyz0123456789-._~+/";
	char token[3] = "aa";
	int byte;
	bool is_good;

	(void)state;
	for (byte = 0; byte < 256; byte++) {
		unit_row("byte %02x", (unsigned)byte);
		token[1] = (char)byte;
		is_good = byte != 0 && strchr(good, byte) != NULL;
		assert_row_int(token_is_bearer(token + 1, 1), is_good);
		assert_row_int(token_is_bearer(token, 2),
		    is_good || byte == '=');
	}
}

static void
a_token_has_9216_bytes_at_most(void **state)
{
	static char token[TOKEN_MAX_LENGTH + 10];

	(void)state;
	memset(token, 'a', sizeof(token));
	assert_true(token_is_bearer(token, TOKEN_MAX_LENGTH));
	assert_false(token_is_bearer(token, TOKEN_MAX_LENGTH + 1));
	memset(token + TOKEN_MAX_LENGTH - 2, '=', 12);
	assert_true(token_is_bearer(token, TOKEN_MAX_LENGTH));
	assert_false(token_is_bearer(token, TOKEN_MAX_LENGTH + 1));
}

/* Vectors of FNV-1a; files hold the value, so it must never change. */
static void
a_fingerprint_is_the_same_everywhere(void **state)
{
	(void)state;
	assert_true(token_fingerprint("", 0) == 0xcbf29ce484222325);
	assert_true(token_fingerprint("a", 1) == 0xaf63dc4c8601ec8c);
	assert_true(token_fingerprint("foobar", 6) == 0x85944171f73967e8);
	assert_true(token_fingerprint("TOKEN", 5) == 0xd19297d85eb4a3f2);
	assert_true(
	    token_fingerprint("\xff", 1) != token_fingerprint("\x7f", 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_bytes_of_rfc_6750_are_a_token),
		cmocka_unit_test(every_byte_is_judged),
		cmocka_unit_test(a_token_has_9216_bytes_at_most),
		cmocka_unit_test(a_fingerprint_is_the_same_everywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
