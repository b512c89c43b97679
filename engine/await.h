/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Waits for a descriptor, but not for ever.
 */

#ifndef AWAIT_H
#define AWAIT_H

#include <poll.h>
#include <signal.h>
#include <stdint.h>

#include "status.h"

/*
 * Waits until one of the events (POLLIN, POLLOUT), an end or an error is
 * there: STATUS_OK. STATUS_AGAIN, without a sentence: not before deadline_ms
 * of clock_elapsed_ms(). STATUS_CANCELLED: a signal came and set *cancelled,
 * which may be NULL.
 */
enum status await_fd(int fd, short events, int64_t deadline_ms,
    const volatile sig_atomic_t *cancelled, struct diag *diag);

#endif
