/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The lines between the tool and its probe, both ways.
 */

#include "unit.h"

#include "probeline.h"

static void
a_line_goes_both_ways(void **state)
{
	struct probeline line;
	struct buf out, text;

	(void)state;
	buf_init(&out, 1000);
	buf_init(&text, 1000);
	probeline_init(&line);
	probeline_begin(&out, "step");
	probeline_add_text(&out, "two words\n\001");
	probeline_add_text(&out, NULL);
	probeline_add_text(&out, "");
	probeline_add_number(&out, 4711);
	probeline_add(&out, "a\0b", 3);
	probeline_end(&out);
	buf_add_string(&out, "next");
	assert_true(probeline_take(&out, &text));
	assert_string_equal(buf_text(&out), "next");
	assert_int_equal(probeline_parse(&line, text.data), STATUS_OK);
	assert_string_equal(line.word, "step");
	assert_int_equal(line.count, 5);
	assert_string_equal(probeline_text(&line, 0), "two words\n\001");
	assert_null(probeline_text(&line, 1));
	assert_string_equal(probeline_text(&line, 2), "");
	assert_int_equal(probeline_number(&line, 3), 4711);
	assert_int_equal(line.fields[4].length, 3);
	assert_null(probeline_text(&line, 5));
	assert_int_equal(probeline_number(&line, 0), -1);
	assert_int_equal(probeline_number(&line, 5), -1);
	assert_false(probeline_take(&out, &text));
	probeline_clear(&line);
	buf_clear(&out);
	buf_clear(&text);
}

static void
what_is_no_line_is_refused(void **state)
{
	static const char *const bad[] = { "", " x", "step  ", "step ?",
		"step Zg", "step - - - - - - -" };
	struct probeline line;
	char text[64];
	size_t i;

	(void)state;
	probeline_init(&line);
	for (i = 0; i < COUNT(bad); i++) {
		unit_row("\"%s\"", bad[i]);
		snprintf(text, sizeof(text), "%s", bad[i]);
		assert_row_int(probeline_parse(&line, text), STATUS_DATA);
	}
	probeline_clear(&line);
}

static void
lines_come_in_parts(void **state)
{
	struct buf input, text;

	(void)state;
	buf_init(&input, 100);
	buf_init(&text, 100);
	assert_false(probeline_take(&input, &text));
	buf_add_string(&input, "rea");
	assert_false(probeline_take(&input, &text));
	buf_add_string(&input, "dy\n\nlast\n");
	assert_true(probeline_take(&input, &text));
	assert_string_equal(buf_text(&text), "ready");
	assert_true(probeline_take(&input, &text));
	assert_string_equal(buf_text(&text), "");
	assert_true(probeline_take(&input, &text));
	assert_string_equal(buf_text(&text), "last");
	assert_false(probeline_take(&input, &text));
	buf_clear(&input);
	buf_clear(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_goes_both_ways),
		cmocka_unit_test(what_is_no_line_is_refused),
		cmocka_unit_test(lines_come_in_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
