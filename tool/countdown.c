/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Waiting with a countdown. See countdown.h.
 */

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "countdown.h"
#include "interrupt.h"

void
countdown_init(struct countdown *countdown)
{
	countdown->is_terminal = isatty(STDERR_FILENO) == 1;
	countdown->is_shown = false;
}

/* Every text has the same width, so that none leaves a rest of another. */
static void
show(struct countdown *countdown, int64_t left_ms)
{
	int64_t left_s = left_ms > 0 ? (left_ms + 999) / 1000 : 0;

	if (!countdown->is_terminal)
		return;
	fprintf(stderr,
	    "\rwaiting for the code to be entered; %3" PRId64 ":%02" PRId64
	    " left ",
	    left_s / 60, left_s % 60);
	fflush(stderr);
	countdown->is_shown = true;
}

/* A second at most, and no longer than until the given time. */
static void
sleep_towards(int64_t left_ms)
{
	struct timespec pause = { 1, 0 };

	if (left_ms < 1000) {
		pause.tv_sec = 0;
		pause.tv_nsec = (long)left_ms * 1000000;
	}
	nanosleep(&pause, NULL);
}

void
countdown_clear(struct countdown *countdown)
{
	if (!countdown->is_shown)
		return;
	fprintf(stderr, "\r%50s\r", "");
	fflush(stderr);
	countdown->is_shown = false;
}

/*
 * A signal ends the sleep; one that comes between the test and the sleep is
 * seen a second later.
 */
enum status
countdown_wait(void *context, int64_t until_ms, int64_t expires_ms,
    struct diag *diag)
{
	struct countdown *countdown = context;
	int64_t now_ms;

	while (*interrupt_flag() == 0) {
		now_ms = clock_elapsed_ms();
		show(countdown, expires_ms - now_ms);
		if (now_ms >= until_ms)
			return STATUS_OK;
		sleep_towards(until_ms - now_ms);
	}
	return diag_set(diag, STATUS_CANCELLED, "interrupted");
}
