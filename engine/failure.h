/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What is remembered of a failed renewal, in the grant, so that every process
 * knows it: nobody asks again before a pause is over, or before somebody logs
 * in or changes what would be asked.
 */

#ifndef FAILURE_H
#define FAILURE_H

#include "grant.h"

/* The first pause after passing trouble; it doubles up to the second. */
#define FAILURE_MIN_PAUSE_S 10
#define FAILURE_MAX_PAUSE_S 900

/* How long a permanent failure is remembered; a login ends it at once. */
#define FAILURE_REAUTH_PAUSE_S 3600
#define FAILURE_CONFIG_PAUSE_S 300

/*
 * Is a failure to be repeated at the time `now`, for the request with that
 * fingerprint? Then its status, with the sentence; else STATUS_OK. is_forced:
 * only a time that the provider has named counts.
 */
enum status failure_check(const struct grant *grant, uint64_t request,
    int64_t now, bool is_forced, struct diag *diag);

/*
 * Puts a failure into the grant, to be saved by the caller. False for one that
 * is not worth remembering, and the grant is as it was.
 */
bool failure_remember(struct grant *grant, enum status status,
    const struct diag *diag, uint64_t request, int64_t now,
    int64_t retry_after_s);

/* Forgets it. */
void failure_forget(struct grant *grant);

#endif
