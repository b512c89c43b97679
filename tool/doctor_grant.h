/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What is kept of an account, for the areas that judge by it.
 */

#ifndef DOCTOR_GRANT_H
#define DOCTOR_GRANT_H

#include "doctor.h"
#include "grant.h"
#include "record.h"

/* Both as they lie there; empty where this user sees none. */
struct doctor_kept {
	struct grant grant;
	struct record record;
};

/* Reads them, of the account at hand. To be cleared in any case. */
void doctor_read_kept(struct doctor *doctor, struct doctor_kept *kept);
void doctor_clear_kept(struct doctor_kept *kept);

/* Is there a token that can be used at the time now? */
bool doctor_has_token(const struct doctor_kept *kept, int64_t now);

#endif
