/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * How often the provider was asked for an account's tokens, by all processes:
 * the times of the last requests, which are the content of the account's lock
 * file. So they are there also when neither grant nor record can be saved, and
 * when whoever asked was killed.
 */

#ifndef LIMIT_H
#define LIMIT_H

#include <stdint.h>

/*
 * So many requests in any so many seconds, and no more. The most that honest
 * use makes is four: failures at 0, 10 and 30 s, and a renewal that a server's
 * refusal forces. What lies above comes of something broken, and providers
 * lock an application out that asks too often.
 */
#define LIMIT_REQUESTS 6
#define LIMIT_WINDOW_S 60

/* The times are so many bytes at the beginning of the file, in lines that are
 * always as long; what is behind them is ledger.h's. */
#define LIMIT_LINE_LENGTH 27
#define LIMIT_TEXT_LENGTH (LIMIT_REQUESTS * LIMIT_LINE_LENGTH)

struct limit {
	int64_t asked_at[LIMIT_REQUESTS]; /* oldest first; 0: never */
};

/*
 * Reads the times from a lock file that is held. What is not their text is no
 * time at all: a file that is new, or was emptied, begins anew.
 */
void limit_read(int lock, struct limit *limit);

/*
 * How many seconds have to pass before another request; 0: none. A time that
 * lies in the future counts as far as one in the past does: a clock that was
 * set stops nobody for long.
 */
int64_t limit_wait_s(const struct limit *limit, int64_t now);

/*
 * Adds a request that is about to be sent, or was sent, now, to a lock file
 * that is held. 0, or -1 with errno.
 */
int limit_note(int lock, int64_t now);

/*
 * Root works in a directory of the renewer, who could have given another file
 * of the machine that name as well: no byte of such a one is changed. 0, or -1
 * with errno.
 */
int limit_check_own(int lock);

#endif
