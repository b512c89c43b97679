/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Waiting with a countdown. See countdown.h.
 */

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "countdown.h"
#include "interrupt.h"
#include "when.h"

void
countdown_init(struct countdown *countdown)
{
	countdown->is_terminal = isatty(STDERR_FILENO) == 1;
	countdown->is_shown = false;
}

/* Every text has the same width, so that none leaves a rest of another. */
static void
show(struct countdown *countdown, int64_t left_s)
{
	if (!countdown->is_terminal)
		return;
	if (left_s < 0)
		left_s = 0;
	fprintf(stderr, "\rwaiting for the code to be entered; %3" PRId64
	    ":%02" PRId64 " left ", left_s / 60, left_s % 60);
	fflush(stderr);
	countdown->is_shown = true;
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
countdown_wait(void *context, int64_t until, int64_t expires,
    struct diag *diag)
{
	const struct timespec second = { 1, 0 };
	struct countdown *countdown = context;
	int64_t now;

	(void)diag;
	while (*interrupt_flag() == 0) {
		now = when_elapsed();
		show(countdown, expires - now);
		if (now >= until)
			return STATUS_OK;
		nanosleep(&second, NULL);
	}
	return STATUS_CANCELLED;
}
