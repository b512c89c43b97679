/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Locks: held by another process, waited for, and left by a killed one.
 */

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "unit.h"

static long long
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
a_held_lock_is_again_at_once_or_at_the_deadline(void **state)
{
	struct scratch *s = *state;
	struct holder holder = { .scratch = s, .lock = "lock" };
	struct diag diag;
	long long start;
	int lock = -1;

	holder_start(&holder);
	assert_int_equal(file_lock(&s->dir, "lock", 0, &lock, &diag),
	    STATUS_AGAIN);
	assert_contains(diag.text, "fuser -v");
	assert_int_equal(lock, -1);
	start = now_ms();
	assert_int_equal(file_lock(&s->dir, "lock", 200, &lock, &diag),
	    STATUS_AGAIN);
	assert_true(now_ms() - start >= 200);
	holder_stop(&holder);
	assert_int_equal(file_lock(&s->dir, "lock", 0, &lock, &diag),
	    STATUS_OK);
	file_unlock(&lock);
	assert_int_equal(lock, -1);
	file_unlock(&lock);
	assert_int_equal(scratch_mode(s, "lock"), 0600);
}

static void
who_waits_gets_the_lock_when_it_ends(void **state)
{
	struct scratch *s = *state;
	struct holder holder = { .scratch = s, .lock = "lock", .for_ms = 150 };
	struct diag diag;
	int lock;

	holder_start(&holder);
	assert_status(file_lock(&s->dir, "lock", 20000, &lock, &diag),
	    STATUS_OK, &diag);
	holder_stop(&holder);
	file_unlock(&lock);
}

static void
a_lock_of_a_killed_process_is_free(void **state)
{
	struct scratch *s = *state;
	struct holder holder = { .scratch = s, .lock = "lock" };
	int lock;

	holder_start(&holder);
	kill(holder.pid, SIGKILL);
	close(holder.release);
	assert_int_equal(waitpid(holder.pid, NULL, 0), holder.pid);
	assert_int_equal(file_lock(&s->dir, "lock", 20000, &lock, NULL),
	    STATUS_OK);
	file_unlock(&lock);
}

static void
what_is_no_file_is_no_lock(void **state)
{
	struct scratch *s = *state;
	struct diag diag;
	int lock = -1;

	alarm(20);
	scratch_mkdir(s, "directory");
	assert_int_equal(mkfifo(scratch_path(s, "fifo"), 0600), 0);
	assert_int_equal(symlink("file", scratch_path(s, "link")), 0);
	assert_int_equal(file_lock(&s->dir, "directory", 0, &lock, &diag),
	    STATUS_ACCESS);
	assert_int_equal(file_lock(&s->dir, "fifo", 0, &lock, &diag),
	    STATUS_ACCESS);
	assert_int_equal(file_lock(&s->dir, "link", 0, &lock, &diag),
	    STATUS_ACCESS);
	assert_int_equal(file_lock(&s->dir, "none/lock", 0, &lock, &diag),
	    STATUS_ACCESS);
	assert_int_equal(lock, -1);
	assert_false(scratch_has(s, "file"));
	alarm(0);
}

#define LOCK_TEST(name) \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LOCK_TEST(a_held_lock_is_again_at_once_or_at_the_deadline),
		LOCK_TEST(who_waits_gets_the_lock_when_it_ends),
		LOCK_TEST(a_lock_of_a_killed_process_is_free),
		LOCK_TEST(what_is_no_file_is_no_lock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
