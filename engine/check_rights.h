/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The parts of check.h that are about what a token allows.
 */

#ifndef CHECK_RIGHTS_H
#define CHECK_RIGHTS_H

#include "check.h"
#include "claims.h"

/* Adds a finding; the sentence as diag_set() has it. */
#define check_add(check, grade, status, ...) \
	diag_set(check_next(check, grade, status), status, __VA_ARGS__)
struct diag *check_next(struct check *check, enum check_grade grade,
    enum status status);

/*
 * Does the token allow what was asked for? answered is the scope that came with
 * it; NULL: none.
 */
void check_scope(struct check *check, const char *answered,
    const struct claims *access);

/* The roles of an application, where the token names any. */
void check_roles(struct check *check, const struct claims *access);

#endif
