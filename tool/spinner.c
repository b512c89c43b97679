/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A line that turns, by a thread of its own. See spinner.h.
 *
 * The thread takes no signal: an interrupt is for whoever waits.
 */

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "spinner.h"

#define TURN_NS 120000000L

void
spinner_init(struct spinner *spinner)
{
	memset(spinner, 0, sizeof(*spinner));
	spinner->is_terminal = isatty(STDERR_FILENO) == 1;
	pthread_mutex_init(&spinner->mutex, NULL);
	pthread_cond_init(&spinner->ended, NULL);
}

static void
wait_a_turn(struct spinner *spinner)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += TURN_NS;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_nsec -= 1000000000L;
		until.tv_sec++;
	}
	while (!spinner->is_over &&
	    pthread_cond_timedwait(&spinner->ended, &spinner->mutex, &until) !=
		ETIMEDOUT)
		;
}

/* A wait that is over at once shows nothing. */
static void *
turn(void *context)
{
	static const char signs[] = "|/-\\";
	struct spinner *spinner = context;
	unsigned i;

	pthread_mutex_lock(&spinner->mutex);
	wait_a_turn(spinner);
	for (i = 0; !spinner->is_over; i++) {
		fprintf(stderr, "\r%c %s \033[K", signs[i % 4], spinner->text);
		fflush(stderr);
		wait_a_turn(spinner);
	}
	if (i > 0) {
		fputs("\r\033[K", stderr);
		fflush(stderr);
	}
	pthread_mutex_unlock(&spinner->mutex);
	return NULL;
}

void
spinner_start(struct spinner *spinner, const char *text)
{
	sigset_t all, before;

	if (!spinner->is_terminal)
		return;
	spinner_stop(spinner);
	snprintf(spinner->text, sizeof(spinner->text), "%s", text);
	spinner->is_over = false;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	spinner->is_turning =
	    pthread_create(&spinner->thread, NULL, turn, spinner) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void
spinner_stop(struct spinner *spinner)
{
	if (!spinner->is_turning)
		return;
	pthread_mutex_lock(&spinner->mutex);
	spinner->is_over = true;
	pthread_cond_signal(&spinner->ended);
	pthread_mutex_unlock(&spinner->mutex);
	pthread_join(spinner->thread, NULL);
	spinner->is_turning = false;
}
