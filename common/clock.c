/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Clocks. See clock.h.
 */

#include <time.h>

#include "clock.h"

int64_t
clock_unix_s(void)
{
	return (int64_t)time(NULL);
}

int64_t
clock_elapsed_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
