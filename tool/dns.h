/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * One question to the name servers that resolv.conf(5) names, with a deadline.
 */

#ifndef DNS_H
#define DNS_H

#include "buf.h"
#include "status.h"

/* No answer is longer (RFC 1035, 4.2.2). */
#define DNS_MAX_ANSWER 65535

/*
 * Asks for the records of a type (arpa/nameser.h) that a name has, exactly as
 * it is, and appends the answer, of whatever code, to a buffer that takes
 * DNS_MAX_ANSWER bytes.
 *
 * STATUS_AGAIN: no usable answer from any of the servers, or not in time.
 * STATUS_CONFIG: this is no name. STATUS_CANCELLED: Ctrl-C. STATUS_NOMEM.
 * Blocks until timeout_ms at most.
 */
enum status dns_ask(const char *name, int type, int timeout_ms,
    struct buf *answer, struct diag *diag);

#endif
