/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Asks a person for a yes, before something is changed.
 */

#ifndef CONFIRM_H
#define CONFIRM_H

#include "status.h"

/*
 * Prints the question to standard error and reads a line: STATUS_OK for "yes",
 * or "y". STATUS_CANCELLED for everything else and at an interrupt
 * (interrupt.h); STATUS_CONFIG where standard input is no terminal: a pipe
 * gives no permission.
 */
enum status confirm(const char *question, struct diag *diag);

#endif
