/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Signals that end the program. See interrupt.h.
 */

#include <stddef.h>
#include <string.h>

#include "interrupt.h"

static volatile sig_atomic_t interrupted;

static void
handle(int signal_number)
{
	(void)signal_number;
	interrupted = 1;
}

static const int signals[] = { SIGINT, SIGTERM, SIGHUP };

void
interrupt_catch(void)
{
	struct sigaction action, old;
	size_t i;

	memset(&action, 0, sizeof(action));
	action.sa_handler = handle;
	/* Without SA_RESTART: a sleep or a poll is to end at once. */
	action.sa_flags = (int)SA_RESETHAND;
	sigemptyset(&action.sa_mask);
	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (sigaction(signals[i], NULL, &old) == 0 &&
		    old.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
}

void
interrupt_release(void)
{
	struct sigaction old;
	size_t i;

	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (sigaction(signals[i], NULL, &old) == 0 &&
		    old.sa_handler == handle)
			signal(signals[i], SIG_DFL);
}

const volatile sig_atomic_t *
interrupt_flag(void)
{
	return &interrupted;
}
