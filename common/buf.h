/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A byte buffer with a hard maximum, for bytes that may be secret.
 *
 * It wipes what it gives back. The first failure (no memory, or a byte more
 * than the maximum) sticks: later calls do nothing, so that a message is built
 * without a test at each step and judged once, with buf_status().
 */

#ifndef BUF_H
#define BUF_H

#include <stddef.h>

#include "secret.h"
#include "status.h"

struct buf_memory;

struct buf {
	char *data;    /* length bytes and a NUL behind them; NULL when empty */
	size_t length; /* without the NUL */
	size_t space;  /* allocated bytes */
	size_t max;    /* the most that length may be */
	enum status failed;
	const struct buf_memory *memory; /* NULL: malloc(3) */
};

/* Makes an empty buffer that takes at most max bytes. Allocates nothing. */
void buf_init(struct buf *buf, size_t max);

/* The same for what no core dump may hold: in the memory of secret.h. */
void buf_init_secret(struct buf *buf, size_t max);

/* Wipes and frees the bytes; the buffer is as it was made. */
void buf_clear(struct buf *buf);

/* Appends. The bytes may not lie in the buffer itself. */
void buf_add(struct buf *buf, const void *bytes, size_t length);
void buf_add_string(struct buf *buf, const char *string);
void buf_add_format(struct buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Makes room for length more bytes and returns where they go, or NULL when the
 * buffer has failed. buf_grow() then says how many of them were written.
 */
char *buf_reserve(struct buf *buf, size_t length);
void buf_grow(struct buf *buf, size_t length);

/* STATUS_OK, STATUS_NOMEM, or STATUS_DATA when max did not suffice. */
enum status buf_status(const struct buf *buf);

/* The text so far, never NULL. */
const char *buf_text(const struct buf *buf);

/* A copy of a string, or of its first length bytes, or NULL; in memory of
 * malloc(3). secret_copy() is for secrets. */
char *string_copy(const char *string);
char *string_copy_n(const char *bytes, size_t length);

#endif
