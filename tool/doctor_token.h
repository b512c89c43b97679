/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The token that is there: is it the one that was meant?
 */

#ifndef DOCTOR_TOKEN_H
#define DOCTOR_TOKEN_H

#include "doctor_grant.h"
#include "log.h"

/* A renewal has a few at most; more are left out. */
#define DOCTOR_MAX_REMARKS 8

/* What a renewal warned of. */
struct doctor_remarks {
	struct diag lines[DOCTOR_MAX_REMARKS];
	size_t count;
};

/* For struct log, whose context is the remarks. */
void doctor_take_remark(void *context, enum log_level level, const char *line);

/*
 * Tells what the token of the account at hand says of itself, what of it is not
 * as it is meant to be, and the remarks that are not the same.
 */
void doctor_examine_token(struct doctor *doctor,
    const struct endpoint *endpoint, const struct doctor_kept *kept,
    const struct doctor_remarks *remarks);

#endif
