/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Reading files, and what is never read.
 */

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "unit.h"

/* Nothing here may block for longer. */
#define PATIENCE_S 20

#define MAX 1000

static enum status
read_name(const struct dir *dir, const char *name, struct diag *diag)
{
	struct buf text;
	enum status r;

	buf_init(&text, MAX);
	strcpy(diag->text, "");
	r = file_read(dir, name, &text, diag);
	buf_clear(&text);
	return r;
}

static void
a_file_is_read_whole_behind_what_is_there(void **state)
{
	struct scratch *s = *state;
	struct diag diag;
	struct buf text;

	scratch_write_bytes(s, "file", "a\0b", 3);
	buf_init(&text, 5);
	buf_add_string(&text, "> ");
	assert_status(file_read(&s->dir, "file", &text, &diag), STATUS_OK,
	    &diag);
	assert_int_equal(text.length, 5);
	assert_memory_equal(text.data, "> a\0b", 5);
	buf_clear(&text);
	assert_int_equal(file_read_path(scratch_path(s, "file"), &text, &diag),
	    STATUS_OK);
	assert_int_equal(text.length, 3);
	buf_clear(&text);
	scratch_write(s, "empty", "");
	assert_int_equal(file_read(&s->dir, "empty", &text, &diag), STATUS_OK);
	assert_string_equal(buf_text(&text), "");
	buf_clear(&text);
}

static void
no_file_is_no_account_and_no_sentence(void **state)
{
	struct scratch *s = *state;
	struct diag diag;

	assert_int_equal(read_name(&s->dir, "none", &diag), STATUS_NOACCOUNT);
	assert_string_equal(diag.text, "");
	assert_int_equal(read_name(&s->dir, "none/none", &diag),
	    STATUS_NOACCOUNT);
	assert_false(file_exists(&s->dir, "none"));
}

static void
make_socket(const struct scratch *s, const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s",
	    scratch_path(s, name));
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)),
	    0);
	close(fd);
}

static void
what_is_no_regular_file_is_refused_at_once(void **state)
{
	struct scratch *s = *state;
	struct diag diag;
	struct dir devices;

	alarm(PATIENCE_S);
	assert_int_equal(mkfifo(scratch_path(s, "fifo"), 0600), 0);
	assert_int_equal(read_name(&s->dir, "fifo", &diag), STATUS_ACCESS);
	assert_contains(diag.text, "fifo is not a regular file");
	scratch_mkdir(s, "directory");
	assert_int_equal(read_name(&s->dir, "directory", &diag), STATUS_ACCESS);
	assert_contains(diag.text, "is not a regular file; move it away");
	make_socket(s, "socket");
	assert_int_equal(read_name(&s->dir, "socket", &diag), STATUS_ACCESS);
	assert_contains(diag.text, "socket");
	assert_int_equal(dir_open(&devices, "/dev", &diag), STATUS_OK);
	assert_int_equal(read_name(&devices, "null", &diag), STATUS_ACCESS);
	assert_string_equal(diag.text,
	    "/dev/null is not a regular file; move it away");
	dir_close(&devices);
	alarm(0);
}

static void
a_link_is_followed_only_for_an_administrators_file(void **state)
{
	struct scratch *s = *state;
	struct diag diag;
	struct buf text;

	scratch_write(s, "file", "text");
	assert_int_equal(symlink("file", scratch_path(s, "link")), 0);
	assert_int_equal(symlink("none", scratch_path(s, "dangling")), 0);
	assert_int_equal(read_name(&s->dir, "link", &diag), STATUS_ACCESS);
	assert_contains(diag.text, "it is a symbolic link");
	assert_true(file_exists(&s->dir, "dangling"));
	buf_init(&text, MAX);
	assert_int_equal(file_read_path(scratch_path(s, "link"), &text, &diag),
	    STATUS_OK);
	assert_string_equal(buf_text(&text), "text");
	buf_clear(&text);
}

static const struct writable {
	mode_t mode;
	bool is_refused;
} writables[] = {
	{ 0600, false },
	{ 0640, false },
	{ 0644, false },
	{ 0660, true },
	{ 0602, true },
	{ 0620, true },
	{ 0666, true },
};

static void
what_others_may_write_is_not_trusted(void **state)
{
	struct scratch *s = *state;
	char sentence[512];
	struct diag diag;
	size_t i;

	scratch_write(s, "file", "text");
	scratch_mkdir(s, "sub");
	for (i = 0; i < COUNT(writables); i++) {
		unit_row("mode %04o", (unsigned)writables[i].mode);
		scratch_chmod(s, "file", writables[i].mode);
		assert_status(read_name(&s->dir, "file", &diag),
		    writables[i].is_refused ? STATUS_ACCESS : STATUS_OK, &diag);
		snprintf(sentence, sizeof(sentence), "run: chmod go-w %s/file",
		    s->path);
		if (writables[i].is_refused)
			assert_contains(diag.text, sentence);
		scratch_chmod(s, "sub", writables[i].mode | S_IXUSR);
		assert_status(dir_check(&s->dir, "sub", &diag),
		    writables[i].is_refused ? STATUS_ACCESS : STATUS_OK, &diag);
		snprintf(sentence, sizeof(sentence), "run: chmod go-w %s/sub",
		    s->path);
		if (writables[i].is_refused)
			assert_contains(diag.text, sentence);
	}
}

/* Whose secret may be read; only root can give a file away. */
static const struct secret {
	mode_t mode;
	uid_t owner;
	const char *remedy; /* NULL: it is read */
} secrets[] = {
	{ 0400, 0, NULL },
	{ 0600, 0, NULL },
	{ 0640, 0, NULL },
	{ 0440, 0, NULL }, /* as an access list on a credential shows */
	{ 0600, UNIT_PERSON, NULL },
	{ 0644, 0, "may read" },
	{ 0604, 0, "chmod g-w,o-rwx" },
	{ 0601, 0, "chmod g-w,o-rwx" },
	{ 0602, 0, "may write to" },
	{ 0660, 0, "chmod g-w,o-rwx" },
	{ 0600, UNIT_PERSON + 1, "chown 0" },
};

static void
a_secret_is_kept_from_others_and_from_strangers(void **state)
{
	struct scratch *s = *state;
	const char *path = scratch_path(s, "file");
	const struct secret *row;
	struct diag diag;
	struct buf text;
	enum status r;

	scratch_write(s, "file", "text");
	for (row = secrets; row < secrets + COUNT(secrets); row++) {
		unit_row("%04o of %ld", (unsigned)row->mode, (long)row->owner);
		if (row->owner != 0 && geteuid() != 0)
			continue;
		if (geteuid() == 0)
			assert_int_equal(chown(path, row->owner, 0), 0);
		scratch_chmod(s, "file", row->mode);
		buf_init(&text, MAX);
		r = file_read_secret(path, UNIT_PERSON, &text, &diag);
		assert_status(r,
		    row->remedy == NULL ? STATUS_OK : STATUS_ACCESS, &diag);
		if (row->remedy != NULL) {
			assert_contains(diag.text, row->remedy);
			assert_contains(diag.text, path);
			assert_row_int(text.length, 0);
		}
		buf_clear(&text);
	}
}

/* 0: sub/file is refused to whoever does not know of its owner. */
static int
read_of_stranger(void *context)
{
	const struct scratch *s = context;
	struct diag diag = { { 0 } };
	struct buf text;
	enum status r;
	bool is_fine;

	buf_init(&text, MAX);
	r = file_read_owned(&s->dir, "sub/file", FILE_NOBODY, &text, &diag);
	is_fine = r == STATUS_ACCESS &&
	    strstr(diag.text, "run: chown 0 ") != NULL &&
	    strstr(diag.text, "/sub/file") != NULL && text.length == 0 &&
	    file_read_owned(&s->dir, "sub/file", UNIT_PERSON + 1, &text,
		&diag) == STATUS_OK;
	buf_clear(&text);
	return is_fine ? 0 : 1;
}

/* 0: it is read without that. */
static int
read_of_owner(void *context)
{
	const struct scratch *s = context;
	struct diag diag;
	struct buf text;
	enum status r;

	buf_init(&text, MAX);
	r = file_read_owned(&s->dir, "sub/file", FILE_NOBODY, &text, &diag);
	buf_clear(&text);
	return r == STATUS_OK ? 0 : 1;
}

static void
a_file_of_a_stranger_is_refused_beneath_a_directory(void **state)
{
	struct scratch *s = *state;

	if (geteuid() != 0)
		skip();
	scratch_mkdir(s, "sub");
	scratch_write(s, "sub/file", "text");
	scratch_chmod(s, ".", 0755);
	scratch_chmod(s, "sub", 0755);
	scratch_chmod(s, "sub/file", 0640);
	assert_int_equal(
	    chown(scratch_path(s, "sub/file"), UNIT_PERSON + 1, UNIT_PERSON),
	    0);
	assert_int_equal(unit_person(read_of_stranger, s), 0);
	/* Only root can have given it away, and so takes it. */
	assert_int_equal(read_of_owner(s), 0);
	assert_int_equal(
	    chown(scratch_path(s, "sub"), UNIT_PERSON + 1, UNIT_PERSON), 0);
	assert_int_equal(unit_person(read_of_owner, s), 0);
}

static void
a_file_beyond_the_limit_is_data(void **state)
{
	struct scratch *s = *state;
	char bytes[MAX + 1];
	struct diag diag;

	memset(bytes, 'x', sizeof(bytes));
	scratch_write_bytes(s, "file", bytes, MAX);
	assert_int_equal(read_name(&s->dir, "file", &diag), STATUS_OK);
	scratch_write_bytes(s, "file", bytes, MAX + 1);
	assert_int_equal(read_name(&s->dir, "file", &diag), STATUS_DATA);
	assert_contains(diag.text, "is larger than 1000 bytes");
	/* a hole of 100 MB costs nothing */
	assert_int_equal(truncate(scratch_path(s, "file"), 100000000), 0);
	assert_int_equal(read_name(&s->dir, "file", &diag), STATUS_DATA);
}

static int
read_unreadable(void *context)
{
	const struct scratch *s = context;
	struct diag diag;

	return read_name(&s->dir, "file", &diag) == STATUS_ACCESS &&
		strstr(diag.text, "may not read ") != NULL &&
		strstr(diag.text, "file; ") != NULL &&
		strstr(diag.text, "chmod g+rX") != NULL ?
	    0 :
	    1;
}

static void
a_file_of_somebody_else_is_access_with_its_path(void **state)
{
	struct scratch *s = *state;

	scratch_write(s, "file", "text");
	scratch_chmod(s, "file", 0);
	assert_int_equal(unit_person(read_unreadable, s), 0);
}

static void
a_directory_is_named_with_its_slash(void **state)
{
	struct scratch *s = *state;
	char path[FILE_MAX_PATH + 2];
	struct diag diag;
	struct dir dir;

	assert_int_equal(s->dir.path[strlen(s->dir.path) - 1], '/');
	assert_int_equal(dir_open(&dir, "/tmp/", &diag), STATUS_OK);
	assert_string_equal(dir.path, "/tmp/");
	assert_int_equal(fcntl(dir.fd, F_GETFD), FD_CLOEXEC);
	dir_close(&dir);
	assert_int_equal(dir.fd, -1);
	dir_close(&dir);
	assert_int_equal(dir_open(&dir, "", &diag), STATUS_DATA);
	memset(path, 'a', sizeof(path));
	path[FILE_MAX_PATH - 1] = '\0';
	assert_int_equal(dir_open(&dir, path, &diag), STATUS_DATA);
	assert_int_equal(dir.fd, -1);
}

static void
what_is_no_directory_is_not_opened(void **state)
{
	struct scratch *s = *state;
	struct diag diag;
	struct dir dir;

	scratch_write(s, "file", "");
	assert_int_equal(dir_open(&dir, scratch_path(s, "none"), &diag),
	    STATUS_NOACCOUNT);
	assert_contains(diag.text, "there is no directory");
	assert_int_equal(dir_open(&dir, scratch_path(s, "file"), &diag),
	    STATUS_ACCESS);
	assert_int_equal(dir_check(&s->dir, "file", &diag), STATUS_ACCESS);
	assert_contains(diag.text, "is not a directory");
	assert_int_equal(dir_check(&s->dir, "none", &diag), STATUS_NOACCOUNT);
	assert_int_equal(dir_check(&s->dir, ".", &diag), STATUS_OK);
}

/* In a program that closed its standard streams. */
static int
open_low(void *context)
{
	struct scratch *s = context;
	struct dir dir;
	int lock;

	close(0);
	close(1);
	close(2);
	if (dir_open(&dir, s->path, NULL) != STATUS_OK || dir.fd < 3 ||
	    file_lock(&dir, "lock", 0, &lock, NULL) != STATUS_OK || lock < 3)
		return 1;
	return fcntl(lock, F_GETFD) == FD_CLOEXEC &&
		fcntl(dir.fd, F_GETFD) == FD_CLOEXEC &&
		fcntl(0, F_GETFD) == -1 ?
	    0 :
	    2;
}

static void
standard_streams_are_never_taken(void **state)
{
	assert_int_equal(unit_child(open_low, *state), 0);
}

static void
removing_is_done_once_and_fine_twice(void **state)
{
	struct scratch *s = *state;
	struct diag diag;

	scratch_write(s, "file", "");
	scratch_mkdir(s, "sub");
	assert_int_equal(file_remove(&s->dir, "file", &diag), STATUS_OK);
	assert_false(scratch_has(s, "file"));
	assert_int_equal(file_remove(&s->dir, "file", &diag), STATUS_OK);
	assert_int_equal(file_remove(&s->dir, "sub", &diag), STATUS_ACCESS);
	assert_contains(diag.text, "cannot remove");
}

#define FILE_TEST(name) \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FILE_TEST(a_file_is_read_whole_behind_what_is_there),
		FILE_TEST(no_file_is_no_account_and_no_sentence),
		FILE_TEST(what_is_no_regular_file_is_refused_at_once),
		FILE_TEST(a_link_is_followed_only_for_an_administrators_file),
		FILE_TEST(what_others_may_write_is_not_trusted),
		FILE_TEST(a_secret_is_kept_from_others_and_from_strangers),
		FILE_TEST(a_file_of_a_stranger_is_refused_beneath_a_directory),
		FILE_TEST(a_file_beyond_the_limit_is_data),
		FILE_TEST(a_file_of_somebody_else_is_access_with_its_path),
		FILE_TEST(a_directory_is_named_with_its_slash),
		FILE_TEST(what_is_no_directory_is_not_opened),
		FILE_TEST(standard_streams_are_never_taken),
		FILE_TEST(removing_is_done_once_and_fine_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
