/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Names in commands that a person copies: a shell takes them as one word.
 */

#include "shellquote.h"
#include "unit.h"

static const struct row {
	const char *name, *text, *quoted, *operand;
} rows[] = {
	{ "an account", "me@contoso.com", "me@contoso.com", "me@contoso.com" },
	{ "a path", "/var/lib/a_b-c/m%3De,+x", "/var/lib/a_b-c/m%3De,+x",
	    "/var/lib/a_b-c/m%3De,+x" },
	{ "nothing", "", "''", "''" },
	{ "a command behind it", "me@contoso.com;id|sh",
	    "'me@contoso.com;id|sh'", "'me@contoso.com;id|sh'" },
	{ "a substitution", "$(id)`id`", "'$(id)`id`'", "'$(id)`id`'" },
	{ "a home", "~root", "'~root'", "'~root'" },
	{ "spaces", "a b", "'a b'", "'a b'" },
	{ "a line's end", "a\nb", "'a\nb'", "'a\nb'" },
	{ "apostrophes", "a';id;'b", "'a'\\'';id;'\\''b'",
	    "'a'\\'';id;'\\''b'" },
	{ "only an apostrophe", "'", "''\\'''", "''\\'''" },
	{ "beyond ASCII", "m\xc3\xbcller", "'m\xc3\xbcller'",
	    "'m\xc3\xbcller'" },
	{ "an option", "-rf", "-rf", "-- -rf" },
	{ "an odd option", "-r f", "'-r f'", "-- '-r f'" },
};

static void
a_name_is_one_word(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%s", rows[i].name);
		assert_row_text(shell_quote(rows[i].text).text, rows[i].quoted);
		assert_row_text(shell_operand(rows[i].text).text,
		    rows[i].operand);
	}
}

/* A cut one would end in the middle of what is quoted. */
static void
what_has_no_room_is_not_cut(void **state)
{
	char name[SHELL_MAX_WORD + 1] = "";

	(void)state;
	memset(name, 'a', SHELL_MAX_WORD - 1);
	assert_string_equal(shell_quote(name).text, name);
	name[0] = ';';
	assert_null(strpbrk(shell_quote(name).text, "';"));
	memset(name, '\'', SHELL_MAX_WORD / 2);
	assert_null(strpbrk(shell_quote(name).text, "'"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_one_word),
		cmocka_unit_test(what_has_no_room_is_not_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
