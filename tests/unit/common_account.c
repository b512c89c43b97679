/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Account names and their files.
 */

#include "account.h"
#include "unit.h"

static const struct pair {
	const char *name, *file;
} pairs[] = {
	{ "me@example.com", "me@example.com" },
	{ "First.Last+tag_x-y@EXAMPLE.com", "First.Last+tag_x-y@EXAMPLE.com" },
	{ "../x", "%2E.%2Fx" },
	{ "..", "%2E." },
	{ ".", "%2E" },
	{ "a/b", "a%2Fb" },
	{ "/etc/passwd", "%2Fetc%2Fpasswd" },
	{ ".hidden", "%2Ehidden" },
	{ "..hidden", "%2E.hidden" },
	{ "a..b", "a..b" },
	{ "x", "x" },
	{ "x.lock", "x%2Elock" },
	{ "x.lock.lock", "x.lock%2Elock" },
	{ ".lock", "%2Elock" },
	{ "x.locks", "x.locks" },
	{ "x.lock@example.com", "x.lock@example.com" },
	{ "x.tmp", "x.tmp" },
	{ "100%", "100%25" },
	{ "%2E", "%252E" },
	{ "a b", "a%20b" },
	{ "m\xc3\xbcller@example.com", "m%C3%BCller@example.com" },
	{ "\xff\xfe", "%FF%FE" },
	{ "*?[]\\'\"$`", "%2A%3F%5B%5D%5C%27%22%24%60" },
};

static void
no_name_leaves_the_directory(void **state)
{
	struct account_files files;
	char expected[512], path[sizeof(files.token)];
	struct diag diag;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(pairs); i++) {
		unit_row("%s", pairs[i].name);
		assert_status(account_files(pairs[i].name, &files, &diag),
		    STATUS_OK, &diag);
		snprintf(expected, sizeof(expected), "tokens/%s",
		    pairs[i].file);
		assert_row_text(files.token, expected);
		assert_status(account_token_file(pairs[i].name, path,
				  sizeof(path), &diag),
		    STATUS_OK, &diag);
		assert_row_text(path, expected);
		snprintf(expected, sizeof(expected), "grants/%s",
		    pairs[i].file);
		assert_row_text(files.grant, expected);
		strcat(expected, ".lock");
		assert_row_text(files.lock, expected);
	}
}

static void
the_file_tells_the_name(void **state)
{
	char name[ACCOUNT_MAX_NAME + 1];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(pairs); i++) {
		unit_row("%s", pairs[i].file);
		assert_status(account_name(pairs[i].file, name), STATUS_OK,
		    NULL);
		assert_row_text(name, pairs[i].name);
	}
}

/* All that is made has a name of its own, and none is hidden. */
static void
no_account_meets_a_file_of_another(void **state)
{
	struct account_files a, b;
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(pairs); i++)
		for (j = 0; j < COUNT(pairs); j++) {
			unit_row("%s and %s", pairs[i].name, pairs[j].name);
			account_files(pairs[i].name, &a, NULL);
			account_files(pairs[j].name, &b, NULL);
			assert_string_not_equal(a.lock, b.grant);
			assert_row_int(strcmp(a.grant, b.grant) == 0, i == j);
			assert_lacks(a.grant + strlen("grants/"), "/");
			assert_true(a.grant[strlen("grants/")] != '.');
		}
}

static const char *const strangers[] = {
	"",
	".",
	"..",
	".x.tmp",
	".hidden",
	"a/b",
	"a b",
	"a%",
	"a%2",
	"a%zz",
	"a%2e",
	"a%00",
	"a%0A",
	"a%7F",
	"m\xc3\xbcller",
	"a~",
	"a\nb",
	/* not as a name is written, and the lock of x */
	"%41",
	"me%40x",
	"x.lock",
	"%2Ex.lock",
	"a%2Eb",
};

static void
other_files_belong_to_no_account(void **state)
{
	char name[ACCOUNT_MAX_NAME + 1];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(strangers); i++) {
		unit_row("%s", strangers[i]);
		assert_status(account_name(strangers[i], name), STATUS_DATA,
		    NULL);
	}
}

static void
a_name_without_a_meaning_is_refused_with_a_sentence(void **state)
{
	struct account_files files;
	struct diag diag;
	char name[3] = "ab";
	int byte;

	(void)state;
	assert_int_equal(account_check("", &diag), STATUS_DATA);
	assert_contains(diag.text, "empty");
	for (byte = 1; byte < 256; byte++) {
		unit_row("byte %02x", (unsigned)byte);
		name[1] = (char)byte;
		assert_status(account_files(name, &files, &diag),
		    byte < 0x20 || byte == 0x7f ? STATUS_DATA : STATUS_OK,
		    &diag);
	}
	assert_int_equal(account_check("a\nb", &diag), STATUS_DATA);
	assert_string_equal(diag.text,
	    "the account name \"a?b\" contains a control byte");
}

static void
a_name_has_320_bytes_and_its_file_240_at_most(void **state)
{
	char name[ACCOUNT_MAX_NAME + 2], back[ACCOUNT_MAX_NAME + 1];
	struct account_files files;
	struct diag diag;
	size_t length;

	(void)state;
	memset(name, 'a', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(account_check(name, &diag), STATUS_DATA);
	assert_contains(diag.text, "321 bytes; at most 320");
	assert_int_equal(account_name(name, back), STATUS_DATA);
	name[ACCOUNT_MAX_NAME] = '\0';
	assert_int_equal(account_check(name, &diag), STATUS_OK);
	assert_int_equal(account_name(name, back), STATUS_DATA);
	assert_int_equal(account_files(name, &files, &diag), STATUS_DATA);
	assert_contains(diag.text, "too long for a file name");
	for (length = 1; length <= 238; length++) {
		name[238] = 'a';
		name[length] = '\0';
		assert_int_equal(account_files(name, &files, &diag), STATUS_OK);
		assert_true(strlen(files.lock) < sizeof(files.lock) - 1);
		assert_int_equal(account_name(name, back), STATUS_OK);
		assert_string_equal(back, name);
		name[length] = 'a';
	}
}

static void
an_encoded_name_stays_within_its_space(void **state)
{
	char name[ACCOUNT_MAX_NAME + 1];
	struct account_files files;
	struct diag diag;

	(void)state;
	memset(name, ' ', sizeof(name));
	name[80] = '\0';
	assert_int_equal(account_files(name, &files, &diag), STATUS_OK);
	assert_int_equal(strlen(files.token),
	    strlen(ACCOUNT_TOKENS_DIR "/") + ACCOUNT_MAX_FILE);
	name[80] = ' ';
	name[81] = '\0';
	assert_int_equal(account_files(name, &files, &diag), STATUS_DATA);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_name_leaves_the_directory),
		cmocka_unit_test(the_file_tells_the_name),
		cmocka_unit_test(no_account_meets_a_file_of_another),
		cmocka_unit_test(other_files_belong_to_no_account),
		cmocka_unit_test(
		    a_name_without_a_meaning_is_refused_with_a_sentence),
		cmocka_unit_test(a_name_has_320_bytes_and_its_file_240_at_most),
		cmocka_unit_test(an_encoded_name_stays_within_its_space),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
