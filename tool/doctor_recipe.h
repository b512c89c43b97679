/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The two kinds of mail programs, in the area DOCTOR_CLIENT.
 */

#ifndef DOCTOR_RECIPE_H
#define DOCTOR_RECIPE_H

#include "doctor.h"

doctor_examine doctor_examine_postfix;
doctor_examine doctor_examine_recipe;

#endif
