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

#endif
