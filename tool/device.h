/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A login by device code (RFC 8628): asking for the code, and asking whether
 * it has been entered. Time and transport are arguments.
 */

#ifndef DEVICE_H
#define DEVICE_H

#include <stdint.h>

#include "endpoint.h"

/* What slow_down adds to the interval, for good (RFC 8628, 3.5). */
#define DEVICE_SLOW_DOWN_S 5

/* The longest pause between two polls, after network trouble. */
#define DEVICE_MAX_PAUSE_S 60

/* The clock that the polling goes by, in milliseconds. */
struct device_clock {
	int64_t (*now_ms)(void); /* of a clock that nobody sets */
	/*
	 * Returns at the time until_ms, or with STATUS_CANCELLED before. The
	 * code is good until expires_ms.
	 */
	enum status (*wait)(void *context, int64_t until_ms, int64_t expires_ms,
	    struct diag *diag);
	void *context;
};

/*
 * Asks the endpoint's device_endpoint for a code. The caller clears the
 * device, which is set only on success. As endpoint_post() and
 * oauth_judge_device().
 */
enum status device_ask(const struct renewer *renewer,
    const struct endpoint *endpoint, struct oauth_device *device,
    struct diag *diag);

/*
 * Polls until the code has been entered, and fills the token. asked_at is the
 * Unix time of the request that got it. Passing trouble is waited out, with
 * pauses that double up to DEVICE_MAX_PAUSE_S.
 *
 * STATUS_REAUTH when the code has expired or the person declined, AGAIN when
 * it expired amid network trouble, CANCELLED, or as oauth_judge_poll().
 */
enum status device_poll(const struct renewer *renewer,
    const struct endpoint *endpoint, const struct oauth_device *device,
    const struct device_clock *clock, struct oauth_token *token,
    int64_t *asked_at, struct diag *diag);

#endif
