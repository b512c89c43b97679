/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * poll(2) with a deadline. See await.h.
 *
 * BUGS: A signal that comes between the look at the flag and poll() is noticed
 * when the pause ends.
 */

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "await.h"
#include "clock.h"

/* How long a signal may go unnoticed. */
#define MAX_PAUSE_MS 500

enum status
await_fd(int fd, short events, int64_t deadline_ms,
    const volatile sig_atomic_t *cancelled, struct diag *diag)
{
	struct pollfd ready = { fd, events, 0 };
	int64_t left_ms;
	int found;

	for (;;) {
		if (cancelled != NULL && *cancelled != 0)
			return diag_set(diag, STATUS_CANCELLED, "interrupted");
		if ((left_ms = deadline_ms - clock_elapsed_ms()) <= 0)
			return STATUS_AGAIN;
		if (left_ms > MAX_PAUSE_MS)
			left_ms = MAX_PAUSE_MS;
		found = poll(&ready, 1, (int)left_ms);
		if (found > 0)
			return STATUS_OK;
		if (found < 0 && errno != EINTR)
			return diag_set(diag, STATUS_BUG,
			    "cannot wait for a connection: %s",
			    strerror(errno));
	}
}
