/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The part of the examination of the state that is about SELinux and AppArmor:
 * findings for what doctor_label.h sees.
 */

#ifndef DOCTOR_LABELS_H
#define DOCTOR_LABELS_H

#include "doctor.h"

/*
 * Judges the state directory for the mail program, on a system that looks like
 * what is below root ("": this one). What is off is passed over in silence.
 */
void doctor_examine_labels(struct doctor *doctor, const char *root);

#endif
