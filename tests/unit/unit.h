/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the tests of common/ and engine/ share: cmocka with what its header
 * needs, rows of tables that are named when they fail, a directory of one's
 * own for each test, and a second process that holds a lock.
 */

#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include <cmocka.h>

#include "file.h"
#include "status.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Any user other than root, with an id that people have. */
#define UNIT_PERSON 12345

/* Names the row of a table that the assertions below are about. */
void unit_row(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The status is the expected one; else the sentence is shown. */
#define assert_status(status, expected, diag) \
	unit_assert_status(status, expected, diag, __FILE__, __LINE__)
void unit_assert_status(enum status status, enum status expected,
    const struct diag *diag, const char *file, int line);

/* The text contains the part. */
#define assert_contains(text, part) \
	unit_assert_contains(text, part, true, __FILE__, __LINE__)
#define assert_lacks(text, part) \
	unit_assert_contains(text, part, false, __FILE__, __LINE__)
void unit_assert_contains(const char *text, const char *part, bool wanted,
    const char *file, int line);

/* As assert_int_equal() and assert_string_equal(), with the row's name. */
#define assert_row_int(value, expected) \
	unit_assert_int((int64_t)(value), (int64_t)(expected), __FILE__, \
	    __LINE__)
void unit_assert_int(int64_t value, int64_t expected, const char *file,
    int line);
#define assert_row_text(text, expected) \
	unit_assert_text(text, expected, __FILE__, __LINE__)
void unit_assert_text(const char *text, const char *expected, const char *file,
    int line);

/* How many descriptors are open; 0 where the system does not tell. */
unsigned unit_descriptors(void);

/* A directory that is open, for one test. */
struct scratch {
	char path[64]; /* without a final slash */
	struct dir dir;
	unsigned descriptors; /* that were open before the test */
};

/* A test must leave no descriptor open: scratch_teardown() fails then. */
int scratch_setup(void **state);
int scratch_teardown(void **state);

/* The path of a name in it; valid until the next call but three. */
const char *scratch_path(const struct scratch *scratch, const char *name);

void scratch_mkdir(const struct scratch *scratch, const char *name);
void scratch_write(const struct scratch *scratch, const char *name,
    const char *text);
void scratch_write_bytes(const struct scratch *scratch, const char *name,
    const void *bytes, size_t length);
void scratch_chmod(const struct scratch *scratch, const char *name,
    mode_t mode);
mode_t scratch_mode(const struct scratch *scratch, const char *name);
bool scratch_has(const struct scratch *scratch, const char *name);

/* How many names, hidden ones too, a directory in it has. */
unsigned scratch_count(const struct scratch *scratch, const char *name);

/* The file's text, to be freed. */
char *scratch_read(const struct scratch *scratch, const char *name);
void assert_file(const struct scratch *scratch, const char *name,
    const char *text);

/*
 * Can a child of a program with threads use malloc(3), and end without a leak?
 * glibc sees to the former; the memory of a sanitizer may stay locked by a
 * thread that the child has not, and valgrind misses what that thread had.
 */
bool unit_child_has_memory(void);

/* Runs body in a child and returns its result; 256 + signal if it died. */
int unit_child(int (*body)(void *context), void *context);

/* The same as a person: with another user id when this is root. */
int unit_person(int (*body)(void *context), void *context);

/* Another process that has a lock; it may do something before it ends it. */
struct holder {
	const struct scratch *scratch;
	const char *lock;
	int for_ms; /* 0: until holder_stop() */
	void (*finish)(const struct scratch *scratch);
	pid_t pid;
	int release;
};
void holder_start(struct holder *holder);
void holder_stop(struct holder *holder);

#endif
