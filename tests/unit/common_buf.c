/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The bounded buffer.
 *
 * Linked with free() wrapped, to look at what is given back:
 * wrap: free
 */

#include "buf.h"
#include "unit.h"

#define SECRET "ya29.sentinel"

void __real_free(void *block);
void __wrap_free(void *block);

static void *watched; /* a block that is to be wiped */
static bool was_wiped;

void
__wrap_free(void *block)
{
	if (block != NULL && block == watched) {
		was_wiped = memcmp(block, SECRET, strlen(SECRET)) != 0;
		watched = NULL;
	}
	__real_free(block);
}

static void
watch(void *block)
{
	watched = block;
	was_wiped = false;
}

static void
assert_wiped(void)
{
	assert_null(watched);
	assert_true(was_wiped);
}

static void
nothing_secret_stays_in_freed_memory(void **state)
{
	struct buf buf;
	char *copy;

	(void)state;
	buf_init(&buf, 10000);
	buf_add_string(&buf, SECRET);
	watch(buf.data);
	assert_non_null(buf_reserve(&buf, 5000)); /* grows */
	assert_wiped();
	watch(buf.data);
	buf_clear(&buf);
	assert_wiped();
	copy = string_copy(SECRET);
	watch(copy);
	secret_free(&copy);
	assert_wiped();
}

static void
an_empty_buffer_has_an_empty_text(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 10);
	assert_string_equal(buf_text(&buf), "");
	assert_null(buf.data);
	assert_int_equal(buf_status(&buf), STATUS_OK);
	buf_add(&buf, NULL, 0);
	buf_add_string(&buf, "");
	assert_string_equal(buf_text(&buf), "");
	assert_int_equal(buf.length, 0);
	buf_clear(&buf);
}

static void
what_is_added_stands_one_behind_the_other(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 100);
	buf_add_string(&buf, "user=");
	buf_add(&buf, "me\0x", 2);
	buf_add_format(&buf, " %d %s", 42, "bytes");
	assert_string_equal(buf_text(&buf), "user=me 42 bytes");
	assert_int_equal(buf.length, 16);
	buf_clear(&buf);
	assert_null(buf.data);
	assert_int_equal(buf.length, 0);
	assert_int_equal(buf.max, 100);
}

static void
it_grows_up_to_its_maximum_and_not_by_a_byte_more(void **state)
{
	static const size_t maxima[] = { 1, 255, 256, 257, 1000, 70000 };
	struct buf buf;
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(maxima); i++) {
		unit_row("%zu bytes", maxima[i]);
		buf_init(&buf, maxima[i]);
		for (j = 0; j < maxima[i]; j++)
			buf_add(&buf, &"0123456789"[j % 10], 1);
		assert_status(buf_status(&buf), STATUS_OK, NULL);
		assert_row_int(buf.length, maxima[i]);
		assert_true(buf.space <= maxima[i] + 1);
		for (j = 0; j < maxima[i]; j++)
			assert_row_int(buf.data[j], "0123456789"[j % 10]);
		buf_add(&buf, "x", 1);
		assert_status(buf_status(&buf), STATUS_DATA, NULL);
		assert_row_int(buf.length, maxima[i]);
		buf_clear(&buf);
		assert_status(buf_status(&buf), STATUS_OK, NULL);
	}
}

static void
the_first_failure_sticks(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 4);
	buf_add_string(&buf, "ab");
	buf_add_string(&buf, "cde");
	buf_add_string(&buf, "f");
	buf_add_format(&buf, "%s", "g");
	assert_null(buf_reserve(&buf, 1));
	buf_grow(&buf, 1);
	assert_string_equal(buf_text(&buf), "ab");
	assert_int_equal(buf.length, 2);
	assert_int_equal(buf_status(&buf), STATUS_DATA);
	buf_clear(&buf);
}

static void
a_length_that_would_overflow_is_refused(void **state)
{
	static const size_t lengths[] = {
		SIZE_MAX,
		SIZE_MAX - 1,
		SIZE_MAX - 2,
		SIZE_MAX / 2,
	};
	struct buf buf;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(lengths); i++) {
		buf_init(&buf, 1000);
		buf_add_string(&buf, "abc");
		assert_null(buf_reserve(&buf, lengths[i]));
		assert_int_equal(buf_status(&buf), STATUS_DATA);
		assert_string_equal(buf_text(&buf), "abc");
		buf_clear(&buf);
	}
}

static void
reserved_room_is_written_by_its_owner(void **state)
{
	struct buf buf;
	char *room;

	(void)state;
	buf_init(&buf, 300);
	buf_add_string(&buf, "token: ");
	assert_non_null(room = buf_reserve(&buf, 290));
	assert_string_equal(buf_text(&buf), "token: ");
	memcpy(room, "abc", 3);
	buf_grow(&buf, 3);
	assert_string_equal(buf_text(&buf), "token: abc");
	buf_clear(&buf);
}

static void
format_knows_its_length_beforehand(void **state)
{
	char text[600];
	struct buf buf;

	(void)state;
	memset(text, 'z', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	buf_init(&buf, sizeof(text));
	buf_add_format(&buf, "%s", text);
	assert_string_equal(buf_text(&buf), text);
	buf_add_format(&buf, "%c%c", 'a', 'b');
	assert_int_equal(buf_status(&buf), STATUS_DATA);
	buf_clear(&buf);
}

static void
copies_end_where_they_are_told(void **state)
{
	char *a = string_copy("secret"), *b = string_copy_n("secret", 3);
	char *none = NULL;

	(void)state;
	assert_string_equal(a, "secret");
	assert_string_equal(b, "sec");
	secret_free(&a);
	secret_free(&b);
	secret_free(&none);
	assert_null(a);
	assert_null(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_secret_stays_in_freed_memory),
		cmocka_unit_test(an_empty_buffer_has_an_empty_text),
		cmocka_unit_test(what_is_added_stands_one_behind_the_other),
		cmocka_unit_test(
		    it_grows_up_to_its_maximum_and_not_by_a_byte_more),
		cmocka_unit_test(the_first_failure_sticks),
		cmocka_unit_test(a_length_that_would_overflow_is_refused),
		cmocka_unit_test(reserved_room_is_written_by_its_owner),
		cmocka_unit_test(format_knows_its_length_beforehand),
		cmocka_unit_test(copies_end_where_they_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
