/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Files that are replaced whole or not at all: with system calls that fail, and
 * with a process that is killed at each of them.
 *
 * Linked with these wrapped:
 * wrap: pwrite
 * wrap: fsync
 * wrap: ftruncate
 * wrap: renameat
 * wrap: fchmod
 * wrap: fchown
 * wrap: unlinkat
 */

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

#define OLD "the old bytes, which are longer\n"
#define NEW "the new bytes\n"

enum call {
	CALL_NONE,
	CALL_WRITE,
	CALL_FSYNC,
	CALL_FTRUNCATE,
	CALL_RENAMEAT,
	CALL_FCHMOD,
	CALL_FCHOWN,
	CALL_UNLINKAT,
};

/* What fails; and when to die, counted over all of them. */
static struct {
	enum call call;
	unsigned skip;  /* so many of it work */
	unsigned times; /* that often; 0 is once */
	int error;
	unsigned die_at; /* 0: never */
	unsigned done;
} fault;

static bool
fails(enum call call)
{
	if (fault.die_at > 0 && ++fault.done == fault.die_at)
		kill(getpid(), SIGKILL);
	if (fault.call != call || fault.skip-- > 0)
		return false;
	fault.skip = 0;
	if (fault.times <= 1)
		fault.call = CALL_NONE;
	else
		fault.times--;
	errno = fault.error;
	return true;
}

#define WRAP(type, name, call, parameters, arguments) \
	type __real_##name parameters; \
	type __wrap_##name parameters; \
	type __wrap_##name parameters \
	{ \
		return fails(call) ? -1 : __real_##name arguments; \
	} \
	struct wrapped_##name

WRAP(ssize_t, pwrite, CALL_WRITE,
    (int fd, const void *bytes, size_t length, off_t at),
    (fd, bytes, length, at));
WRAP(int, fsync, CALL_FSYNC, (int fd), (fd));
WRAP(int, ftruncate, CALL_FTRUNCATE, (int fd, off_t length), (fd, length));
WRAP(int, renameat, CALL_RENAMEAT,
    (int fd, const char *from, int fd2, const char *to), (fd, from, fd2, to));
WRAP(int, fchmod, CALL_FCHMOD, (int fd, mode_t mode), (fd, mode));
WRAP(int, fchown, CALL_FCHOWN, (int fd, uid_t user, gid_t group),
    (fd, user, group));
WRAP(int, unlinkat, CALL_UNLINKAT, (int fd, const char *name, int flags),
    (fd, name, flags));

static enum status
replace(const struct scratch *s, struct diag *diag)
{
	return file_replace(&s->dir, "sub/file", 0640, NEW, strlen(NEW), diag);
}

static void
refill(const struct scratch *s)
{
	memset(&fault, 0, sizeof(fault));
	scratch_write(s, "sub/file", OLD);
}

static void
fill(const struct scratch *s)
{
	scratch_mkdir(s, "sub");
	refill(s);
}

static void
a_replaced_file_has_the_new_bytes_only(void **state)
{
	struct scratch *s = *state;
	struct diag diag;

	fill(s);
	assert_status(replace(s, &diag), STATUS_OK, &diag);
	assert_file(s, "sub/file", NEW);
	assert_int_equal(scratch_count(s, "sub"), 1);
	assert_int_equal(file_replace(&s->dir, "top", 0600, "", 0, &diag),
	    STATUS_OK);
	assert_file(s, "top", "");
}

static void
a_new_file_has_the_given_mode_and_a_replaced_one_keeps_its_own(void **state)
{
	static const mode_t modes[][2] = {
		/* before, after */
		{ 0600, 0600 },
		{ 0640, 0640 },
		{ 0644, 0644 },
		{ 0400, 0400 },
		{ 0666, 0644 },
		{ 0660, 0640 },
		{ 04755, 0744 },
	};
	struct scratch *s = *state;
	struct diag diag;
	size_t i;

	fill(s);
	umask(0);
	for (i = 0; i < COUNT(modes); i++) {
		unit_row("mode %04o", (unsigned)modes[i][0]);
		scratch_chmod(s, "sub/file", modes[i][0]);
		assert_status(replace(s, &diag), STATUS_OK, &diag);
		assert_row_int(scratch_mode(s, "sub/file"), modes[i][1]);
	}
	umask(0777);
	assert_int_equal(file_replace(&s->dir, "sub/new", 0640, "", 0, &diag),
	    STATUS_OK);
	umask(022);
	assert_int_equal(scratch_mode(s, "sub/new"), 0640);
}

static void
assert_owner(const struct scratch *s, const char *name, uid_t user, gid_t group)
{
	struct stat st;

	assert_int_equal(stat(scratch_path(s, name), &st), 0);
	assert_int_equal(st.st_uid, user);
	assert_int_equal(st.st_gid, group);
}

static void
root_keeps_the_owner_and_gives_new_files_to_the_directorys(void **state)
{
	struct scratch *s = *state;
	struct diag diag;
	int lock;

	if (geteuid() != 0)
		skip(); /* only root can give a file to somebody else */
	fill(s);
	assert_int_equal(chown(scratch_path(s, "sub"), 101, 102), 0);
	assert_int_equal(chown(scratch_path(s, "sub/file"), 103, 104), 0);
	assert_int_equal(replace(s, &diag), STATUS_OK);
	assert_owner(s, "sub/file", 103, 104);
	assert_int_equal(file_replace(&s->dir, "sub/new", 0640, "", 0, &diag),
	    STATUS_OK);
	assert_owner(s, "sub/new", 101, 102);
	assert_int_equal(file_lock(&s->dir, "sub/lock", 0, &lock, &diag),
	    STATUS_OK);
	assert_owner(s, "sub/lock", 101, 102);
	file_unlock(&lock);
}

/* A person replaces a file of root's in a directory of their own. */
static int
replace_as_person(void *context)
{
	return replace(context, NULL) == STATUS_OK ? 0 : 1;
}

static void
a_file_that_changes_hands_loses_the_rights_of_its_group(void **state)
{
	struct scratch *s = *state;

	if (geteuid() != 0)
		skip(); /* only root can give a file to somebody else */
	fill(s);
	scratch_chmod(s, "sub/file", 0640);
	assert_int_equal(chmod(s->path, 0755), 0);
	assert_int_equal(
	    chown(scratch_path(s, "sub"), UNIT_PERSON, UNIT_PERSON), 0);
	assert_int_equal(unit_person(replace_as_person, s), 0);
	assert_owner(s, "sub/file", UNIT_PERSON, UNIT_PERSON);
	assert_int_equal(scratch_mode(s, "sub/file"), 0600);
}

static void
root_takes_no_file_from_its_owner(void **state)
{
	struct scratch *s = *state;
	struct diag diag;

	if (geteuid() != 0)
		skip(); /* only root has a file of somebody else to replace */
	fill(s);
	assert_int_equal(chown(scratch_path(s, "sub/file"), 103, 104), 0);
	fault.call = CALL_FCHOWN;
	fault.times = 2;
	fault.error = EPERM;
	assert_int_equal(replace(s, &diag), STATUS_ACCESS);
	fault.call = CALL_NONE;
	fault.times = 0;
	assert_contains(diag.text, "cannot set the owner of");
	assert_owner(s, "sub/file", 103, 104);
	assert_file(s, "sub/file", OLD);
}

static const struct failing {
	enum call call;
	unsigned skip;
	int error;
	const char *sentence;
} failings[] = {
	{ CALL_FCHMOD, 0, EPERM, "cannot set the owner of" },
	{ CALL_WRITE, 0, ENOSPC, "No space left on device; free some space" },
	{ CALL_WRITE, 0, EDQUOT, "free some space there" },
	{ CALL_WRITE, 0, EIO, "Input/output error" },
	{ CALL_FTRUNCATE, 0, EIO, "cannot write" },
	{ CALL_FSYNC, 0, EIO, "cannot write" },
	{ CALL_FSYNC, 0, ENOSPC, "free some space" },
	{ CALL_RENAMEAT, 0, EROFS, "cannot replace" },
	{ CALL_RENAMEAT, 0, EIO, "cannot replace" },
};

static void
a_failing_disk_keeps_the_old_file_whole(void **state)
{
	struct scratch *s = *state;
	struct diag diag;
	size_t i;

	fill(s);
	for (i = 0; i < COUNT(failings); i++) {
		unit_row("row %zu: %s", i, failings[i].sentence);
		fault.call = failings[i].call;
		fault.skip = failings[i].skip;
		fault.error = failings[i].error;
		assert_status(replace(s, &diag), STATUS_ACCESS, &diag);
		assert_row_int(fault.call, CALL_NONE);
		assert_contains(diag.text, failings[i].sentence);
		assert_contains(diag.text, s->path);
		assert_file(s, "sub/file", OLD);
		assert_row_int(scratch_count(s, "sub"), 1);
	}
}

/* The name means the new bytes by then, which is said to be in doubt. */
static void
a_directory_that_cannot_be_synced_is_reported(void **state)
{
	struct scratch *s = *state;
	struct diag diag;

	fill(s);
	fault.call = CALL_FSYNC;
	fault.skip = 1;
	fault.error = EIO;
	assert_int_equal(replace(s, &diag), STATUS_ACCESS);
	assert_contains(diag.text, "cannot make durable");
	assert_file(s, "sub/file", NEW);
	assert_int_equal(scratch_count(s, "sub"), 1);
	fault.call = CALL_FSYNC;
	fault.skip = 1;
	fault.error = EINVAL; /* some file systems cannot, and need not */
	assert_int_equal(replace(s, &diag), STATUS_OK);
}

static void
interrupted_writes_go_on(void **state)
{
	struct scratch *s = *state;
	struct diag diag;

	fill(s);
	fault.call = CALL_WRITE;
	fault.error = EINTR;
	assert_status(replace(s, &diag), STATUS_OK, &diag);
	assert_file(s, "sub/file", NEW);
}

static int
replace_and_die(void *context)
{
	return replace(context, NULL) == STATUS_OK ? 0 : 1;
}

static void
killed_at_any_call_the_file_is_old_or_new(void **state)
{
	struct scratch *s = *state;
	struct diag diag;
	unsigned n;
	char *text;
	int end;

	fill(s);
	for (n = 1, end = -1; end != 0; n++) {
		unit_row("killed at call %u", n);
		scratch_write(s, "sub/file", OLD);
		fault.done = 0;
		fault.die_at = n;
		end = unit_child(replace_and_die, s);
		fault.die_at = 0;
		assert_true(end == 0 || end == 256 + SIGKILL);
		text = scratch_read(s, "sub/file");
		assert_true(strcmp(text, OLD) == 0 || strcmp(text, NEW) == 0);
		free(text);
		/* the next writer clears up */
		assert_status(replace(s, &diag), STATUS_OK, &diag);
		assert_file(s, "sub/file", NEW);
		assert_row_int(scratch_count(s, "sub"), 1);
	}
	assert_true(n > 6); /* it was killed at something */
}

static int
replace_when_full(void *context)
{
	const struct rlimit limit = { 8, 8 };
	const struct scratch *s = context;
	struct draft draft;

	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
		return 1;
	if (replace(s, NULL) != STATUS_ACCESS)
		return 2;
	return draft_open(&draft, &s->dir, "sub/file", 0600, 9, NULL) ==
		    STATUS_ACCESS &&
		draft.fd == -1 ?
	    0 :
	    3;
}

static void
a_full_disk_keeps_the_old_token(void **state)
{
	struct scratch *s = *state;

	fill(s);
	assert_int_equal(unit_child(replace_when_full, s), 0);
	assert_file(s, "sub/file", OLD);
	assert_int_equal(scratch_count(s, "sub"), 1);
}

static void
reserved_space_is_no_part_of_the_file(void **state)
{
	struct scratch *s = *state;
	struct draft draft;
	struct diag diag;
	struct stat st;

	fill(s);
	assert_int_equal(
	    draft_open(&draft, &s->dir, "sub/file", 0600, 10000, &diag),
	    STATUS_OK);
	assert_int_equal(fstat(draft.fd, &st), 0);
	assert_int_equal(st.st_size, 10000);
	assert_file(s, "sub/file", OLD);
	assert_int_equal(draft_commit(&draft, NEW, strlen(NEW), &diag),
	    STATUS_OK);
	assert_file(s, "sub/file", NEW);
	draft_abandon(&draft);
	assert_file(s, "sub/file", NEW);
}

static void
an_abandoned_draft_leaves_nothing(void **state)
{
	struct scratch *s = *state;
	struct draft draft;
	struct diag diag;

	fill(s);
	assert_int_equal(
	    draft_open(&draft, &s->dir, "sub/file", 0600, 100, &diag),
	    STATUS_OK);
	assert_int_equal(scratch_count(s, "sub"), 2);
	draft_abandon(&draft);
	draft_abandon(&draft);
	assert_int_equal(scratch_count(s, "sub"), 1);
	assert_file(s, "sub/file", OLD);
}

#define DRAFT "sub/.file.tmp"

/* Opens a draft that is to be kept, and commits it while a call fails. */
static enum status
commit_kept(const struct scratch *s, enum call call, unsigned times,
    struct diag *diag)
{
	struct draft draft;
	enum status r;

	if ((r = draft_open(&draft, &s->dir, "sub/file", 0600, 100, diag)) !=
	    STATUS_OK)
		return r;
	draft.keep = true;
	fault.call = call;
	fault.times = times;
	fault.error = EIO;
	r = draft_commit(&draft, NEW, strlen(NEW), diag);
	fault.call = CALL_NONE;
	return r;
}

static void
what_must_not_be_lost_is_written_a_second_time(void **state)
{
	static const enum call calls[] = { CALL_WRITE, CALL_FTRUNCATE,
		CALL_FSYNC };
	struct scratch *s = *state;
	struct diag diag;
	size_t i;

	scratch_mkdir(s, "sub");
	for (i = 0; i < COUNT(calls); i++) {
		unit_row("call %zu", i);
		refill(s);
		assert_status(commit_kept(s, calls[i], 1, &diag), STATUS_OK,
		    &diag);
		assert_file(s, "sub/file", NEW);
		assert_row_int(scratch_count(s, "sub"), 1);
	}
}

static void
what_cannot_be_put_in_place_is_left_for_the_next_writer(void **state)
{
	static const enum call calls[] = { CALL_FTRUNCATE, CALL_FSYNC,
		CALL_RENAMEAT };
	struct scratch *s = *state;
	struct diag diag;
	int64_t since;
	struct buf text;
	size_t i;

	scratch_mkdir(s, "sub");
	for (i = 0; i < COUNT(calls); i++) {
		unit_row("call %zu", i);
		refill(s);
		assert_status(commit_kept(s, calls[i], 2, &diag), STATUS_ACCESS,
		    NULL);
		assert_contains(diag.text, "Input/output error");
		assert_file(s, "sub/file", OLD);
		buf_init(&text, 1000);
		assert_status(
		    draft_find(&s->dir, "sub/file", &text, &since, &diag),
		    STATUS_OK, &diag);
		assert_memory_equal(buf_text(&text), NEW, strlen(NEW));
		assert_true(since > 0);
		buf_clear(&text);
		assert_status(
		    draft_adopt(&s->dir, "sub/file", strlen(NEW), &diag),
		    STATUS_OK, &diag);
		assert_file(s, "sub/file", NEW);
		assert_row_int(scratch_count(s, "sub"), 1);
	}
}

static void
an_adoption_that_fails_can_be_tried_again(void **state)
{
	static const enum call calls[] = { CALL_FTRUNCATE, CALL_FSYNC,
		CALL_RENAMEAT };
	struct scratch *s = *state;
	struct diag diag;
	size_t i;

	scratch_mkdir(s, "sub");
	for (i = 0; i < COUNT(calls); i++) {
		unit_row("call %zu", i);
		refill(s);
		scratch_write(s, DRAFT, NEW "and more");
		fault.call = calls[i];
		fault.error = EIO;
		assert_status(
		    draft_adopt(&s->dir, "sub/file", strlen(NEW), &diag),
		    STATUS_ACCESS, NULL);
		assert_file(s, "sub/file", OLD);
		assert_status(
		    draft_adopt(&s->dir, "sub/file", strlen(NEW), &diag),
		    STATUS_OK, &diag);
		assert_file(s, "sub/file", NEW);
	}
}

static void
put_nothing(const struct scratch *s)
{
	(void)s;
}

static void
put_writable(const struct scratch *s)
{
	scratch_write(s, DRAFT, NEW);
	scratch_chmod(s, DRAFT, 0620);
}

static void
put_link(const struct scratch *s)
{
	assert_int_equal(symlink("file", scratch_path(s, DRAFT)), 0);
}

static void
put_second_name(const struct scratch *s)
{
	char from[PATH_MAX];

	snprintf(from, sizeof(from), "%s", scratch_path(s, "sub/file"));
	assert_int_equal(link(from, scratch_path(s, DRAFT)), 0);
}

static void
put_directory(const struct scratch *s)
{
	scratch_mkdir(s, DRAFT);
}

static void
put_giant(const struct scratch *s)
{
	scratch_write(s, DRAFT, NEW);
	assert_int_equal(truncate(scratch_path(s, DRAFT), 1001), 0);
}

static void
only_what_can_be_trusted_is_found(void **state)
{
	static const struct {
		const char *name;
		void (*put)(const struct scratch *s);
	} rows[] = {
		{ "nothing", put_nothing },
		{ "writable by the group", put_writable },
		{ "a link", put_link },
		{ "a second name of a file", put_second_name },
		{ "a directory", put_directory },
		{ "larger than it can be", put_giant },
	};
	struct scratch *s = *state;
	struct diag diag;
	int64_t since;
	struct buf text;
	size_t i;

	scratch_mkdir(s, "sub");
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%s", rows[i].name);
		refill(s);
		rows[i].put(s);
		buf_init(&text, 1000);
		assert_status(
		    draft_find(&s->dir, "sub/file", &text, &since, &diag),
		    STATUS_NOACCOUNT, NULL);
		assert_row_int(text.length, 0);
		buf_clear(&text);
		if (strcmp(rows[i].name, "a directory") == 0)
			assert_int_equal(rmdir(scratch_path(s, DRAFT)), 0);
		else
			draft_discard(&s->dir, "sub/file");
		assert_row_int(scratch_count(s, "sub"), 1);
	}
}

/* Were it removed first, a kill in between would leave no trace of it. */
static void
what_a_killed_writer_left_is_written_over_in_place(void **state)
{
	struct scratch *s = *state;
	struct stat before, after;
	struct draft draft;
	struct diag diag;

	fill(s);
	scratch_write(s, DRAFT, "half of some");
	assert_int_equal(stat(scratch_path(s, DRAFT), &before), 0);
	fault.call = CALL_FCHMOD;
	fault.error = EIO;
	assert_status(draft_open(&draft, &s->dir, "sub/file", 0600, 100, &diag),
	    STATUS_ACCESS, NULL);
	assert_file(s, DRAFT, "half of some");
	assert_status(draft_open(&draft, &s->dir, "sub/file", 0600, 100, &diag),
	    STATUS_OK, &diag);
	assert_int_equal(fstat(draft.fd, &after), 0);
	assert_true(before.st_ino == after.st_ino);
	assert_int_equal(after.st_size, 100);
	assert_status(draft_commit(&draft, NEW, strlen(NEW), &diag), STATUS_OK,
	    &diag);
	assert_file(s, "sub/file", NEW);
}

static void
a_link_that_cannot_be_removed_is_told(void **state)
{
	struct scratch *s = *state;
	struct diag diag;

	fill(s);
	put_link(s);
	fault.call = CALL_UNLINKAT;
	fault.error = EIO;
	assert_status(replace(s, &diag), STATUS_ACCESS, NULL);
	assert_contains(diag.text, "cannot remove");
	assert_file(s, "sub/file", OLD);
}

static void
what_a_killed_writer_left_is_removed_even_if_it_is_a_link(void **state)
{
	struct scratch *s = *state;
	struct diag diag;

	fill(s);
	scratch_write(s, "victim", "untouched");
	assert_int_equal(symlink("../victim", scratch_path(s, "sub/.file.tmp")),
	    0);
	assert_status(replace(s, &diag), STATUS_OK, &diag);
	assert_file(s, "victim", "untouched");
	assert_file(s, "sub/file", NEW);
	assert_int_equal(scratch_count(s, "sub"), 1);
}

static void
a_link_is_replaced_and_not_followed(void **state)
{
	struct scratch *s = *state;
	struct diag diag;

	fill(s);
	scratch_write(s, "victim", "untouched");
	unlink(scratch_path(s, "sub/file"));
	assert_int_equal(symlink("../victim", scratch_path(s, "sub/file")), 0);
	assert_status(replace(s, &diag), STATUS_OK, &diag);
	assert_file(s, "victim", "untouched");
	assert_file(s, "sub/file", NEW);
}

static void
a_name_too_long_for_its_temporary_is_data(void **state)
{
	struct scratch *s = *state;
	char name[FILE_MAX_NAME + 1];
	struct draft draft;
	struct diag diag;

	memset(name, 'a', sizeof(name));
	name[FILE_MAX_NAME] = '\0';
	assert_int_equal(draft_open(&draft, &s->dir, name, 0600, 0, &diag),
	    STATUS_DATA);
	assert_int_equal(draft.fd, -1);
	name[FILE_MAX_NAME - 3] = '\0';
	assert_int_equal(draft_open(&draft, &s->dir, name, 0600, 0, &diag),
	    STATUS_DATA);
}

#define SAVE_TEST(name) \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SAVE_TEST(a_replaced_file_has_the_new_bytes_only),
		SAVE_TEST(
		    a_new_file_has_the_given_mode_and_a_replaced_one_keeps_its_own),
		SAVE_TEST(
		    root_keeps_the_owner_and_gives_new_files_to_the_directorys),
		SAVE_TEST(
		    a_file_that_changes_hands_loses_the_rights_of_its_group),
		SAVE_TEST(root_takes_no_file_from_its_owner),
		SAVE_TEST(a_failing_disk_keeps_the_old_file_whole),
		SAVE_TEST(a_directory_that_cannot_be_synced_is_reported),
		SAVE_TEST(interrupted_writes_go_on),
		SAVE_TEST(killed_at_any_call_the_file_is_old_or_new),
		SAVE_TEST(a_full_disk_keeps_the_old_token),
		SAVE_TEST(reserved_space_is_no_part_of_the_file),
		SAVE_TEST(an_abandoned_draft_leaves_nothing),
		SAVE_TEST(what_must_not_be_lost_is_written_a_second_time),
		SAVE_TEST(
		    what_cannot_be_put_in_place_is_left_for_the_next_writer),
		SAVE_TEST(an_adoption_that_fails_can_be_tried_again),
		SAVE_TEST(only_what_can_be_trusted_is_found),
		SAVE_TEST(what_a_killed_writer_left_is_written_over_in_place),
		SAVE_TEST(a_link_that_cannot_be_removed_is_told),
		SAVE_TEST(
		    what_a_killed_writer_left_is_removed_even_if_it_is_a_link),
		SAVE_TEST(a_link_is_replaced_and_not_followed),
		SAVE_TEST(a_name_too_long_for_its_temporary_is_data),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
