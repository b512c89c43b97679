/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The two clocks: one that says when a token ends, also to other processes,
 * and one for deadlines, which nobody sets.
 */

#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

/* Unix time, in seconds. It may jump. */
int64_t clock_unix_s(void);

/* Milliseconds since some moment in the past. */
int64_t clock_elapsed_ms(void);

/* "2026-12-31 23:59:59 UTC": its first CLOCK_DATE_LENGTH bytes are the day. */
#define CLOCK_TEXT_SIZE 80
#define CLOCK_DATE_LENGTH 10

/*
 * Writes a Unix time for people, or "a time beyond reckoning" where it is not
 * of the years 1970 to 9999; returns text. Unlike gmtime(3) and strftime(3) it
 * takes no lock of the C library, in which the child of a program with threads
 * could wait for ever.
 */
const char *clock_format(int64_t unix_s, char text[CLOCK_TEXT_SIZE]);

#endif
