/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A sign of life while something is waited for: on a terminal, one line of
 * standard error that turns, and goes without a trace. Elsewhere nothing.
 */

#ifndef SPINNER_H
#define SPINNER_H

#include <pthread.h>
#include <stdbool.h>

#define SPINNER_MAX_TEXT 72

struct spinner {
	bool is_terminal;
	bool is_turning;
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t ended;
	bool is_over;
	char text[SPINNER_MAX_TEXT + 1];
};

/* Looks whether standard error is a terminal. */
void spinner_init(struct spinner *spinner);

/* Starts, or goes on with another text, which is cut. */
void spinner_start(struct spinner *spinner, const char *text);

/* Removes the line. Nothing happens where none turns. */
void spinner_stop(struct spinner *spinner);

#endif
