/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A connection to a mail server: TCP, and then TLS over it.
 *
 * TLS 1.2 or later, certificate and name verified; there is no way around
 * that. The program must ignore SIGPIPE. Deadlines are moments of
 * clock_elapsed_ms().
 */

#ifndef STREAM_H
#define STREAM_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "status.h"

struct stream;

struct stream_target {
	const char *host; /* a name, or an address without brackets */
	const char *port; /* digits */
	const struct buf *certificates; /* PEM: whom to trust */
	/* When not NULL and set by a signal handler, waits end soon. */
	const volatile sig_atomic_t *cancelled;
};

/*
 * Connects, to one address of the host after the other. The target must
 * outlive the stream. STATUS_AGAIN: nobody answers there, or not in time.
 * STATUS_CANCELLED, STATUS_NOMEM.
 */
enum status stream_open(struct stream **stream,
    const struct stream_target *target, int64_t deadline_ms, struct diag *diag);

/* Closes without a word; see stream_finish(). NULL is fine. */
void stream_close(struct stream **stream);

/*
 * The TLS handshake; from then on all bytes are protected. STATUS_CONFIG: the
 * certificate is not accepted, or there is nothing to accept one with.
 * STATUS_AGAIN, STATUS_CANCELLED, STATUS_NOMEM.
 */
enum status stream_secure(struct stream *stream, int64_t deadline_ms,
    struct diag *diag);

/* "TLSv1.3", or "" before the handshake. */
const char *stream_protocol(const struct stream *stream);

/*
 * Reads what there is, at least one byte; a length of 0 is the end.
 * STATUS_AGAIN: the connection broke, or the deadline is over.
 */
enum status stream_read(struct stream *stream, void *bytes, size_t space,
    size_t *length, int64_t deadline_ms, struct diag *diag);

/* Writes all of it. */
enum status stream_write(struct stream *stream, const void *bytes,
    size_t length, int64_t deadline_ms, struct diag *diag);

/* What became of an attempt that does not wait. */
enum stream_try {
	STREAM_DONE,       /* some bytes at least */
	STREAM_WANT_READ,  /* again when stream_fd() can be read */
	STREAM_WANT_WRITE, /* again when it can be written */
	STREAM_END,        /* the server has nothing more to say */
	STREAM_BROKEN,     /* the sentence says how */
};

/*
 * One attempt each. A write that is wanted again must be made with the same
 * bytes, or more behind them.
 */
enum stream_try stream_try_read(struct stream *stream, void *bytes,
    size_t space, size_t *length, struct diag *diag);
enum stream_try stream_try_write(struct stream *stream, const void *bytes,
    size_t length, size_t *written, struct diag *diag);

int stream_fd(const struct stream *stream);

/* Tells the server that nothing more will come, if that can be done at once. */
void stream_finish(struct stream *stream);

#endif
