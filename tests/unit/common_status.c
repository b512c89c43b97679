/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Sentences: what may reach a log, and how one that is too long is cut.
 */

#include "log.h"
#include "unit.h"

static const struct cleaning {
	const char *name, *text, *clean;
} cleanings[] = {
	{ "plain", "a plain sentence", "a plain sentence" },
	{ "empty", "", "" },
	{ "line ends", "a\r\nb\tc", "a??b?c" },
	{ "control bytes", "\001\033[31m\037", "??[31m?" },
	{ "DEL", "a\177b", "a?b" },
	{ "two bytes", "m\xc3\xbcller", "m\xc3\xbcller" },
	{ "three bytes", "\xe2\x82\xac", "\xe2\x82\xac" },
	{ "four bytes", "\xf0\x9f\x94\x91", "\xf0\x9f\x94\x91" },
	{ "the last code point", "\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf" },
	{ "beyond Unicode", "\xf4\x90\x80\x80", "????" },
	{ "a surrogate", "\xed\xa0\x80", "???" },
	{ "before the surrogates", "\xed\x9f\xbf", "\xed\x9f\xbf" },
	{ "overlong slash, 2", "\xc0\xaf", "??" },
	{ "overlong slash, 3", "\xe0\x80\xaf", "???" },
	{ "overlong, 4", "\xf0\x8f\xbf\xbf", "????" },
	{ "a lone continuation", "a\x80z", "a?z" },
	{ "cut, 2 of 3", "\xe2\x82", "??" },
	{ "cut before a letter", "\xc3z", "?z" },
	{ "Latin-1", "m\xfcller", "m?ller" },
	{ "U+0085, next line",
	    "a\xc2\x85"
	    "b",
	    "a??b" },
	{ "U+009B, CSI",
	    "\xc2\x9b"
	    "31m",
	    "??31m" },
	{ "U+00A0", "\xc2\xa0", "\xc2\xa0" },
	{ "never in UTF-8", "\xfe\xff\xf5", "???" },
};

static void
what_could_fool_a_terminal_becomes_a_question_mark(void **state)
{
	char text[64];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cleanings); i++) {
		unit_row("%s", cleanings[i].name);
		strcpy(text, cleanings[i].text);
		diag_clean(text);
		assert_row_text(text, cleanings[i].clean);
	}
}

static void
a_sentence_returns_its_status_and_is_clean(void **state)
{
	struct diag diag;

	(void)state;
	assert_int_equal(
	    diag_set(&diag, STATUS_REAUTH, "log %s in %d", "m\ne", 5),
	    STATUS_REAUTH);
	assert_string_equal(diag.text, "log m?e in 5");
	assert_int_equal(diag_set(NULL, STATUS_DATA, "%s", "x"), STATUS_DATA);
	assert_int_equal(diag_set_nomem(&diag), STATUS_NOMEM);
	assert_string_equal(diag.text, "out of memory");
	assert_int_equal(diag_set_nomem(NULL), STATUS_NOMEM);
}

/* A character of some bytes that begins at each place near the end. */
static void
a_long_sentence_is_cut_between_characters(void **state)
{
	static const char *const characters[] = {
		"\xc3\xbc",
		"\xe2\x82\xac",
		"\xf0\x9f\x94\x91",
	};
	char text[2 * DIAG_MAX_TEXT];
	struct diag diag;
	size_t i, before;

	(void)state;
	for (i = 0; i < COUNT(characters); i++)
		for (before = DIAG_MAX_TEXT - 6; before < DIAG_MAX_TEXT;
		     before++) {
			unit_row("%zu bytes and %zu", before, i + 2);
			memset(text, 'a', before);
			strcpy(text + before, characters[i]);
			strcat(text, " and more that is cut off");
			diag_set(&diag, STATUS_OK, "%s", text);
			assert_true(strlen(diag.text) < DIAG_MAX_TEXT);
			assert_true(strlen(diag.text) >= DIAG_MAX_TEXT - 5);
			assert_lacks(diag.text, "?");
			assert_memory_equal(diag.text, text, strlen(diag.text));
		}
}

static void
every_status_has_a_word_and_every_word_its_status(void **state)
{
	int i, j;

	(void)state;
	for (i = 0; i < STATUS_COUNT; i++) {
		assert_int_equal(status_find(status_name((enum status)i)), i);
		for (j = 0; j < i; j++)
			assert_string_not_equal(status_name((enum status)i),
			    status_name((enum status)j));
	}
	assert_string_equal(status_name(STATUS_REAUTH), "reauth");
	assert_string_equal(status_name((enum status)STATUS_COUNT), "bug");
	assert_string_equal(status_name((enum status) - 1), "bug");
	assert_int_equal(status_find("no such word"), STATUS_BUG);
	assert_int_equal(status_find(""), STATUS_BUG);
}

struct written {
	char line[DIAG_MAX_TEXT];
	enum log_level level;
	unsigned count;
};

static void
take_line(void *context, enum log_level level, const char *line)
{
	struct written *written = context;

	strcpy(written->line, line);
	written->level = level;
	written->count++;
}

static void
a_log_line_is_clean_and_short(void **state)
{
	struct written written = { .count = 0 };
	struct log log = { take_line, &written };
	char text[2 * DIAG_MAX_TEXT];

	(void)state;
	log_line(&log, LOG_LEVEL_NOTICE, "renewed %s\n", "m\033e");
	assert_string_equal(written.line, "renewed m?e?");
	assert_int_equal(written.level, LOG_LEVEL_NOTICE);
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	log_line(&log, LOG_LEVEL_WARNING, "%s", text);
	assert_int_equal(strlen(written.line), DIAG_MAX_TEXT - 1);
	assert_int_equal(written.level, LOG_LEVEL_WARNING);
	assert_int_equal(written.count, 2);
}

static void
no_sink_takes_every_line(void **state)
{
	static const struct log none;

	(void)state;
	log_line(&none, LOG_LEVEL_WARNING, "%s", "lost");
	log_line(NULL, LOG_LEVEL_WARNING, "%s", "lost");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    what_could_fool_a_terminal_becomes_a_question_mark),
		cmocka_unit_test(a_sentence_returns_its_status_and_is_clean),
		cmocka_unit_test(a_long_sentence_is_cut_between_characters),
		cmocka_unit_test(
		    every_status_has_a_word_and_every_word_its_status),
		cmocka_unit_test(a_log_line_is_clean_and_short),
		cmocka_unit_test(no_sink_takes_every_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
