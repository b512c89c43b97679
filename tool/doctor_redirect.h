/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Would the browser of a person who logs in come back?
 */

#ifndef DOCTOR_REDIRECT_H
#define DOCTOR_REDIRECT_H

#include "doctor.h"
#include "endpoint.h"

/*
 * Asks the provider (redirect.h) for the redirect address of the account at
 * hand, and tells what it says, if it does. is_wrong: nothing works without.
 * False: the provider does not know the address.
 */
bool doctor_examine_redirect(struct doctor *doctor,
    const struct endpoint *endpoint, bool is_wrong);

#endif
