/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a change does to a text, as a person is shown it.
 */

#include "textdiff.h"
#include "unit.h"

#define MAX_DIFF 65536

static const struct row {
	const char *name, *before, *after, *diff;
} rows[] = {
	{ "nothing", "a\nb\n", "a\nb\n", "" },
	{ "empty texts", "", "", "" },
	{ "a new file", "", "a\nb\n",
	    "--- f\n+++ f\n@@ -0,0 +1,2 @@\n+a\n+b\n" },
	{ "a file that is emptied", "a\n", "",
	    "--- f\n+++ f\n@@ -1,1 +0,0 @@\n-a\n" },
	{ "a line at the end", "a\nb\nc\nd\ne\n", "a\nb\nc\nd\ne\nf\n",
	    "--- f\n+++ f\n@@ -3,3 +3,4 @@\n c\n d\n e\n+f\n" },
	{ "a line in the middle", "a\nb\nc\nd\ne\nf\ng\nh\ni\n",
	    "a\nb\nc\nd\nE\nf\ng\nh\ni\n",
	    "--- f\n+++ f\n@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n" },
	{ "two changes far apart", "a\n1\n2\n3\n4\n5\n6\n7\nb\n",
	    "A\n1\n2\n3\n4\n5\n6\n7\nB\n",
	    "--- f\n+++ f\n@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n"
	    "@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n+B\n" },
	{ "two changes close by", "a\n1\n2\nb\n", "A\n1\n2\nB\n",
	    "--- f\n+++ f\n@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n-b\n+B\n" },
	{ "a line that moves", "a\nb\nc\n", "b\nc\na\n",
	    "--- f\n+++ f\n@@ -1,3 +1,3 @@\n-a\n b\n c\n+a\n" },
};

static void
changes_are_shown(void **state)
{
	struct buf out;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%s", rows[i].name);
		buf_init(&out, MAX_DIFF);
		textdiff("f", rows[i].before, rows[i].after, &out);
		assert_row_text(buf_text(&out), rows[i].diff);
		buf_clear(&out);
	}
}

/* Texts so long and so different that no table is made. */
static void
long_texts_are_shown_whole(void **state)
{
	struct buf before, after, out;
	size_t i;

	(void)state;
	buf_init(&before, MAX_DIFF * 16);
	buf_init(&after, MAX_DIFF * 16);
	buf_init(&out, MAX_DIFF * 32);
	for (i = 0; i < 2500; i++) {
		buf_add_format(&before, "a%zu\n", i);
		buf_add_format(&after, "b%zu\n", i);
	}
	textdiff("f", buf_text(&before), buf_text(&after), &out);
	assert_contains(buf_text(&out), "@@ -1,2500 +1,2500 @@\n-a0\n");
	assert_contains(buf_text(&out), "-a2499\n+b0\n");
	buf_clear(&before);
	buf_clear(&after);
	buf_clear(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changes_are_shown),
		cmocka_unit_test(long_texts_are_shown_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
