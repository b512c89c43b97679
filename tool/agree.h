/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Asks a person for a yes.
 */

#ifndef AGREE_H
#define AGREE_H

#include <stdbool.h>

/* Is there a person who can be asked: are input and standard error a terminal? */
bool agree_can_ask(void);

/*
 * Prints the question and " [y/N] " to standard error, and reads a line. True
 * for one that begins with y; false for anything else, also where input ends
 * or is interrupted (interrupt.h).
 */
bool agree_ask(const char *question);

#endif
