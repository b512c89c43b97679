/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The addresses of a host, within a deadline.
 */

#ifndef RESOLVE_H
#define RESOLVE_H

#include <netdb.h>
#include <signal.h>
#include <stdint.h>

#include "status.h"

/*
 * Looks a name, or an address in digits, up for a TCP connection. The result
 * is for freeaddrinfo(), and is set on success only.
 *
 * getaddrinfo() knows no deadline, so it runs in a thread; where that does not
 * end in time it is left behind, and ends with its own patience or with the
 * process. deadline_ms is of clock_elapsed_ms(); cancelled may be NULL.
 *
 * STATUS_AGAIN: not found, or not in time. STATUS_CANCELLED. STATUS_NOMEM.
 */
enum status resolve_host(const char *host, const char *port,
    int64_t deadline_ms, const volatile sig_atomic_t *cancelled,
    struct addrinfo **addresses, struct diag *diag);

#endif
