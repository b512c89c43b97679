/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A file that stays open between two readings.
 */

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

struct reading {
	struct scratch *s;
	struct held_file held;
	struct buf text;
	struct diag diag;
};

static enum status
read_again(struct reading *r, const char *name)
{
	buf_clear(&r->text);
	return file_read_held(&r->held, &r->s->dir, name, FILE_NOBODY, &r->text,
	    &r->diag);
}

static void
start(struct reading *r, void **state)
{
	memset(r, 0, sizeof(*r));
	r->s = *state;
	r->held.fd = -1;
	buf_init(&r->text, 1000);
	scratch_write(r->s, "file", "one");
	assert_status(read_again(r, "file"), STATUS_OK, &r->diag);
	assert_string_equal(buf_text(&r->text), "one");
	assert_true(r->held.fd > 2);
	assert_int_equal(fcntl(r->held.fd, F_GETFD), FD_CLOEXEC);
}

static void
end(struct reading *r)
{
	held_file_close(&r->held);
	assert_int_equal(r->held.fd, -1);
	held_file_close(&r->held);
	buf_clear(&r->text);
}

static void
the_same_file_is_read_through_the_same_descriptor(void **state)
{
	struct reading r;
	int fd, i;

	start(&r, state);
	fd = r.held.fd;
	for (i = 0; i < 3; i++) {
		assert_int_equal(read_again(&r, "file"), STATUS_OK);
		assert_string_equal(buf_text(&r.text), "one");
		assert_int_equal(r.held.fd, fd);
	}
	end(&r);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
}

static void
a_replaced_file_is_the_new_one(void **state)
{
	struct reading r;
	int i;
	char text[16];

	start(&r, state);
	for (i = 0; i < 5; i++) {
		sprintf(text, "%d", i);
		assert_int_equal(file_replace(&r.s->dir, "file", 0600, text,
				     strlen(text), &r.diag),
		    STATUS_OK);
		assert_int_equal(read_again(&r, "file"), STATUS_OK);
		assert_string_equal(buf_text(&r.text), text);
	}
	end(&r);
}

static void
a_removed_or_moved_file_is_gone(void **state)
{
	struct reading r;

	start(&r, state);
	unlink(scratch_path(r.s, "file"));
	assert_int_equal(read_again(&r, "file"), STATUS_NOACCOUNT);
	assert_int_equal(r.held.fd, -1);
	scratch_write(r.s, "file", "two");
	assert_int_equal(read_again(&r, "file"), STATUS_OK);
	usleep(20000); /* for a clock that ticks slowly */
	rename(scratch_path(r.s, "file"), scratch_path(r.s, "moved"));
	assert_int_equal(read_again(&r, "file"), STATUS_NOACCOUNT);
	end(&r);
}

static void
a_file_that_others_may_write_now_is_refused(void **state)
{
	struct reading r;

	start(&r, state);
	scratch_chmod(r.s, "file", 0622);
	assert_int_equal(read_again(&r, "file"), STATUS_ACCESS);
	assert_contains(r.diag.text, "chmod go-w");
	end(&r);
}

static void
another_name_is_another_file(void **state)
{
	struct reading r;

	start(&r, state);
	scratch_write(r.s, "other", "two");
	assert_int_equal(read_again(&r, "other"), STATUS_OK);
	assert_string_equal(buf_text(&r.text), "two");
	assert_int_equal(read_again(&r, "file"), STATUS_OK);
	assert_string_equal(buf_text(&r.text), "one");
	end(&r);
}

/* Programs close what they do not know, and use the number again. */
static void
a_descriptor_that_was_taken_away_is_left_alone(void **state)
{
	struct reading r;
	int fd, other;

	start(&r, state);
	fd = r.held.fd;
	close(fd);
	assert_int_equal(read_again(&r, "file"), STATUS_OK);
	assert_string_equal(buf_text(&r.text), "one");
	fd = r.held.fd;
	other = open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_int_equal(dup2(other, fd), fd);
	assert_int_equal(read_again(&r, "file"), STATUS_OK);
	assert_string_equal(buf_text(&r.text), "one");
	assert_int_equal(fcntl(fd, F_GETFD), 0); /* still the program's */
	close(fd);
	close(other);
	end(&r);
}

#define HELD_TEST(name) \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		HELD_TEST(the_same_file_is_read_through_the_same_descriptor),
		HELD_TEST(a_replaced_file_is_the_new_one),
		HELD_TEST(a_removed_or_moved_file_is_gone),
		HELD_TEST(a_file_that_others_may_write_now_is_refused),
		HELD_TEST(another_name_is_another_file),
		HELD_TEST(a_descriptor_that_was_taken_away_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
