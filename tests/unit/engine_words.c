/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Lists of words, as scopes and our own tables have them.
 */

#include "unit.h"
#include "words.h"

static void
a_list_is_taken_apart_at_its_spaces(void **state)
{
	static const struct {
		const char *list, *joined; /* each word in brackets */
	} rows[] = {
		{ NULL, "" },
		{ "", "" },
		{ "   ", "" },
		{ "a", "[a]" },
		{ " a ", "[a]" },
		{ "a b", "[a][b]" },
		{ "  a   bb  c", "[a][bb][c]" },
		{ "https://x/.default offline_access",
		    "[https://x/.default][offline_access]" },
	};
	char joined[128];
	struct word word;
	const char *list;
	size_t i, used;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("\"%s\"", rows[i].list != NULL ? rows[i].list : "-");
		list = rows[i].list;
		joined[0] = '\0';
		for (used = 0; words_next(&list, &word);
		     used += word.length + 2)
			snprintf(joined + used, sizeof(joined) - used, "[%.*s]",
			    (int)word.length, word.text);
		assert_row_text(joined, rows[i].joined);
		assert_false(words_next(&list, &word)); /* and stays there */
	}
}

static const struct search {
	const char *list, *word;
	bool is_there, is_like;
} searches[] = {
	{ "smtp imap", "imap", true, true },
	{ "smtp imap", "smtp", true, true },
	{ "smtp imap", "Smtp", false, true },
	{ "smtp imap", "ima", false, false },
	{ "smtp imap", "imaps", false, false },
	{ "smtp imap", "smtp imap", false, false },
	{ "SMTP.Send", "smtp.send", false, true },
	{ "offline_access", "offline", false, false },
	{ "", "smtp", false, false },
	{ NULL, "smtp", false, false },
	{ "smtp", "", false, false },
};

static void
a_word_is_found_as_a_whole(void **state)
{
	struct word word;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(searches); i++) {
		unit_row("row %zu, %s", i, searches[i].word);
		word.text = searches[i].word;
		word.length = strlen(word.text);
		assert_row_int(words_have(searches[i].list, searches[i].word),
		    searches[i].is_there);
		assert_row_int(words_have_like(searches[i].list, &word),
		    searches[i].is_like);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_is_taken_apart_at_its_spaces),
		cmocka_unit_test(a_word_is_found_as_a_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
