/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Asks a person for a secret, which must not stand on a command line.
 */

#ifndef PROMPT_H
#define PROMPT_H

#include "status.h"

/* The longest secret: a refresh token has some kB. */
#define PROMPT_MAX_SECRET 16384

/*
 * On a terminal, prints the question to standard error and reads a line that
 * is not shown; elsewhere reads the first line of standard input without a
 * word. White space around it is cut off. *secret is for secret_free().
 *
 * STATUS_CONFIG when nothing was typed, DATA when it is too long or has
 * control bytes in it, CANCELLED at an interrupt (interrupt.h), NOMEM.
 */
enum status prompt_secret(const char *question, char **secret,
    struct diag *diag);

#endif
