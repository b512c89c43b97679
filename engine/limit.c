/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The times of the last requests. See limit.h.
 *
 * They are not synced to the disk: who comes back from a crash of the whole
 * machine has waited.
 *
 * BUGS: the clock is that of the machine, so one that jumps by more than the
 * window between any two requests is not noticed.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "limit.h"

/* A line, always as long, so that the file is written over in place. */
#define LINE_FORMAT "asked %020" PRId64 "\n"
#define LINE_LENGTH LIMIT_LINE_LENGTH
#define TEXT_LENGTH LIMIT_TEXT_LENGTH

/* The time of a line; 0 if it is none. */
static int64_t
read_line(const char *line)
{
	char again[LINE_LENGTH + 1];
	int64_t time;

	if (strncmp(line, "asked ", 6) != 0)
		return 0;
	time = strtoll(line + 6, NULL, 10);
	if (time < 0 ||
	    snprintf(again, sizeof(again), LINE_FORMAT, time) != LINE_LENGTH ||
	    strncmp(line, again, LINE_LENGTH) != 0)
		return 0;
	return time;
}

void
limit_read(int lock, struct limit *limit)
{
	char text[TEXT_LENGTH + 1];
	ssize_t count;
	size_t i;

	memset(limit, 0, sizeof(*limit));
	do {
		count = pread(lock, text, TEXT_LENGTH, 0);
	} while (count < 0 && errno == EINTR);
	if (count != TEXT_LENGTH)
		return;
	text[TEXT_LENGTH] = '\0';
	for (i = 0; i < LIMIT_REQUESTS; i++)
		limit->asked_at[i] = read_line(text + i * LINE_LENGTH);
}

int64_t
limit_wait_s(const struct limit *limit, int64_t now)
{
	int64_t wait = INT64_MAX, left;
	size_t i;

	for (i = 0; i < LIMIT_REQUESTS; i++) {
		if (limit->asked_at[i] <= now - LIMIT_WINDOW_S ||
		    limit->asked_at[i] >= now + LIMIT_WINDOW_S)
			return 0;
		left = limit->asked_at[i] + LIMIT_WINDOW_S - now;
		if (left < wait)
			wait = left;
	}
	return wait;
}

int
limit_check_own(int lock)
{
	struct stat st;

	if (fstat(lock, &st) != 0)
		return -1;
	if (geteuid() == 0 && st.st_nlink > 1) {
		errno = EMLINK;
		return -1;
	}
	return 0;
}

int
limit_note(int lock, int64_t now)
{
	char text[TEXT_LENGTH + 1];
	struct limit limit;
	ssize_t count;
	size_t i;

	if (limit_check_own(lock) != 0)
		return -1;
	limit_read(lock, &limit);
	for (i = 0; i < LIMIT_REQUESTS; i++)
		snprintf(text + i * LINE_LENGTH, LINE_LENGTH + 1, LINE_FORMAT,
		    i + 1 < LIMIT_REQUESTS ? limit.asked_at[i + 1] : now);
	do {
		count = pwrite(lock, text, TEXT_LENGTH, 0);
	} while (count < 0 && errno == EINTR);
	if (count >= 0 && count < TEXT_LENGTH)
		errno = ENOSPC;
	return count == TEXT_LENGTH ? 0 : -1;
}
