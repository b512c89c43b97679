/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Sentences for a person: one line each on standard error, as
 * "sasl-bearer: sentence", clean for a terminal (see diag_clean()).
 */

#ifndef MESSAGE_H
#define MESSAGE_H

#include <stdbool.h>

#include "log.h"

#define PROGRAM "sasl-bearer"

/* Writes one line, cut at DIAG_MAX_TEXT. */
void message(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * A log whose lines become messages: warnings always, the rest when verbose.
 * It holds no pointer to anything that ends.
 */
struct log message_log(bool verbose);

#endif
