/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * An examination as a text that may be shown in public.
 */

#ifndef DOCTOR_REPORT_H
#define DOCTOR_REPORT_H

#include "doctor.h"

/*
 * Prints it, at the end, when everything is known that must not be in it:
 * versions first, then each finding, then the next step. STATUS_NOMEM: nothing
 * was printed.
 */
enum status doctor_report(struct doctor *doctor, struct diag *diag);

#endif
