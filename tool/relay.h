/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Copies between a mail program and a mail server until one of them is done.
 */

#ifndef RELAY_H
#define RELAY_H

#include "front.h"
#include "status.h"
#include "stream.h"

/* Room for a full line of either side and all that may be answered to it. */
#define RELAY_MAX_BYTES (4 * 65536)

/* A client that ends its input may still be waiting for answers: how long a
 * silent server is waited for, and how long its good-bye. */
#define RELAY_SILENCE_MS 10000
#define RELAY_GOODBYE_MS 5000

/* Whose bytes go where. */
struct relay {
	struct stream *stream;
	struct front *front;
	int in, out;          /* of the mail program; may be one socket */
	struct buf to_client; /* the first that it gets */
};

/*
 * Runs until the server hangs up, or the mail program is gone, or has ended
 * its input and has had every answer: STATUS_OK. Blocks as long as that takes.
 * The descriptors are not changed, so they may be anybody's. Clear to_client,
 * with a maximum of RELAY_MAX_BYTES, in any case.
 *
 * STATUS_AGAIN: the connection broke. STATUS_DATA, STATUS_NOMEM: see front.h.
 */
enum status relay_run(struct relay *relay, struct diag *diag);

/* Writes all of it, which may block; false where nobody reads it. */
bool relay_write(int out, const char *bytes, size_t length);

#endif
