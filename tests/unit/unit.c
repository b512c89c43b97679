/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the tests share. See unit.h.
 */

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "unit.h"

/* More than any file in a test. */
#define MAX_TEXT (256 * 1024)

static char row[128];

void
unit_row(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(row, sizeof(row), format, arguments);
	va_end(arguments);
}

static void
fail_row(const char *file, int line)
{
	if (row[0] != '\0')
		print_error("in the row: %s\n", row);
	_fail(file, line);
}

void
unit_assert_status(enum status status, enum status expected,
    const struct diag *diag, const char *file, int line)
{
	if (status == expected)
		return;
	print_error("status %s, expected %s\n", status_name(status),
	    status_name(expected));
	if (diag != NULL && status != STATUS_OK)
		print_error("sentence: %s\n", diag->text);
	fail_row(file, line);
}

void
unit_assert_contains(const char *text, const char *part, bool wanted,
    const char *file, int line)
{
	if ((strstr(text, part) != NULL) == wanted)
		return;
	print_error("\"%s\" %s \"%s\"\n", text, wanted ? "lacks" : "contains",
	    part);
	fail_row(file, line);
}

void
unit_assert_int(int64_t value, int64_t expected, const char *file, int line)
{
	if (value == expected)
		return;
	print_error("%lld, expected %lld\n", (long long)value,
	    (long long)expected);
	fail_row(file, line);
}

void
unit_assert_text(const char *text, const char *expected, const char *file,
    int line)
{
	if (text == expected ||
	    (text != NULL && expected != NULL && strcmp(text, expected) == 0))
		return;
	print_error("\"%s\", expected \"%s\"\n", text != NULL ? text : "(null)",
	    expected != NULL ? expected : "(null)");
	fail_row(file, line);
}

unsigned
unit_descriptors(void)
{
	DIR *directory = opendir("/proc/self/fd");
	unsigned count = 0;

	if (directory == NULL)
		return 0;
	while (readdir(directory) != NULL)
		count++;
	closedir(directory);
	return count;
}

int
scratch_setup(void **state)
{
	struct scratch *scratch = calloc(1, sizeof(*scratch));

	row[0] = '\0';
	scratch->descriptors = unit_descriptors();
	umask(S_IWGRP | S_IWOTH);
	strcpy(scratch->path, "/tmp/sasl-bearer-unit.XXXXXX");
	if (mkdtemp(scratch->path) == NULL ||
	    dir_open(&scratch->dir, scratch->path, NULL) != STATUS_OK)
		return -1;
	*state = scratch;
	return 0;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

int
scratch_teardown(void **state)
{
	struct scratch *scratch = *state;
	int r = 0;

	dir_close(&scratch->dir);
	nftw(scratch->path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	if (scratch->descriptors != unit_descriptors()) {
		print_error("the test left a descriptor open\n");
		r = -1;
	}
	free(scratch);
	return r;
}

const char *
scratch_path(const struct scratch *scratch, const char *name)
{
	static char paths[4][256];
	static unsigned next;
	char *path = paths[next++ % COUNT(paths)];

	snprintf(path, sizeof(paths[0]), "%s/%s", scratch->path, name);
	return path;
}

void
scratch_mkdir(const struct scratch *scratch, const char *name)
{
	assert_int_equal(mkdir(scratch_path(scratch, name), S_IRWXU), 0);
}

void
scratch_write_bytes(const struct scratch *scratch, const char *name,
    const void *bytes, size_t length)
{
	const char *path = scratch_path(scratch, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
	chmod(path, S_IRUSR | S_IWUSR);
}

void
scratch_write(const struct scratch *scratch, const char *name, const char *text)
{
	scratch_write_bytes(scratch, name, text, strlen(text));
}

void
scratch_chmod(const struct scratch *scratch, const char *name, mode_t mode)
{
	assert_int_equal(chmod(scratch_path(scratch, name), mode), 0);
}

mode_t
scratch_mode(const struct scratch *scratch, const char *name)
{
	struct stat st;

	assert_int_equal(lstat(scratch_path(scratch, name), &st), 0);
	return st.st_mode & 07777;
}

bool
scratch_has(const struct scratch *scratch, const char *name)
{
	struct stat st;

	return lstat(scratch_path(scratch, name), &st) == 0;
}

unsigned
scratch_count(const struct scratch *scratch, const char *name)
{
	DIR *directory = opendir(scratch_path(scratch, name));
	struct dirent *item;
	unsigned count = 0;

	assert_non_null(directory);
	while ((item = readdir(directory)) != NULL)
		count += strcmp(item->d_name, ".") != 0 &&
		    strcmp(item->d_name, "..") != 0;
	closedir(directory);
	return count;
}

char *
scratch_read(const struct scratch *scratch, const char *name)
{
	FILE *file = fopen(scratch_path(scratch, name), "r");
	char *text = malloc(MAX_TEXT + 1);

	assert_non_null(text);
	assert_non_null(file);
	text[fread(text, 1, MAX_TEXT, file)] = '\0';
	fclose(file);
	return text;
}

void
assert_file(const struct scratch *scratch, const char *name, const char *text)
{
	char *found = scratch_read(scratch, name);
	struct stat st;

	assert_row_text(found, text);
	free(found);
	/* a NUL would hide what is behind it */
	assert_int_equal(stat(scratch_path(scratch, name), &st), 0);
	assert_row_int(st.st_size, strlen(text));
}

int
unit_child(int (*body)(void *context), void *context)
{
	int status;
	pid_t pid;

	fflush(NULL);
	if ((pid = fork()) == 0)
		_exit(body(context));
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status))
		return 256 + WTERMSIG(status);
	return WEXITSTATUS(status);
}

/* gcc says it by a macro, clang by a feature. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED true
#endif
#endif
#ifndef SANITIZED
#define SANITIZED false
#endif

bool
unit_child_has_memory(void)
{
	return !SANITIZED && getenv("UNIT_MEMCHECK") == NULL;
}

struct person {
	int (*body)(void *context);
	void *context;
};

static int
become_person(void *context)
{
	const struct person *person = context;

	if (geteuid() == 0 &&
	    (setgid(UNIT_PERSON) != 0 || setuid(UNIT_PERSON) != 0))
		return 99;
	return person->body(person->context);
}

int
unit_person(int (*body)(void *context), void *context)
{
	struct person person = { body, context };

	return unit_child(become_person, &person);
}

/* The life of the process that holds the lock. */
static int
hold(const struct holder *holder, int ready, int release)
{
	const struct timespec time = { holder->for_ms / 1000,
		holder->for_ms % 1000 * 1000000L };
	int lock = -1;
	char byte = 0;

	if (file_lock(&holder->scratch->dir, holder->lock, 0, &lock, NULL) !=
		STATUS_OK ||
	    write(ready, &byte, 1) != 1)
		return 1;
	if (holder->for_ms > 0)
		nanosleep(&time, NULL);
	else if (read(release, &byte, 1) < 0)
		return 1;
	if (holder->finish != NULL)
		holder->finish(holder->scratch);
	file_unlock(&lock);
	return 0;
}

void
holder_start(struct holder *holder)
{
	int ready[2], release[2];
	char byte;

	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(release), 0);
	fflush(NULL);
	if ((holder->pid = fork()) == 0) {
		close(release[1]);
		_exit(hold(holder, ready[1], release[0]));
	}
	close(ready[1]);
	close(release[0]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	holder->release = release[1];
}

void
holder_stop(struct holder *holder)
{
	int status;

	close(holder->release);
	assert_int_equal(waitpid(holder->pid, &status, 0), holder->pid);
	assert_int_equal(status, 0);
}
