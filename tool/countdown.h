/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Waiting before a person's eyes: on a terminal, one line that is rewritten
 * says how long the code is still good. Elsewhere nothing is printed.
 */

#ifndef COUNTDOWN_H
#define COUNTDOWN_H

#include <stdbool.h>
#include <stdint.h>

#include "status.h"

struct countdown {
	bool is_terminal;
	bool is_shown;
};

/* Looks whether standard error is a terminal. */
void countdown_init(struct countdown *countdown);

/*
 * device_clock.wait() for clock_elapsed_ms(); context is a struct countdown.
 * STATUS_CANCELLED at an interrupt (see interrupt.h).
 */
enum status countdown_wait(void *context, int64_t until_ms, int64_t expires_ms,
    struct diag *diag);

/* Removes the line, before anything else is printed. */
void countdown_clear(struct countdown *countdown);

#endif
