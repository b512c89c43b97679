/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Scopes that are the same although they are written otherwise, and which of
 * them a token lacks. A list is one of words.h.
 */

#ifndef SCOPE_H
#define SCOPE_H

#include <stdbool.h>

#include "words.h"

/*
 * Is a scope in the list? Entra's tokens have the last part alone, and its
 * answers change case, order and even host.
 */
bool scope_has(const char *list, const struct word *scope);

/* Is it one about the answer itself, of whose echo nothing can be told? */
bool scope_is_beside(const struct word *scope);

/*
 * Finds the first scope that is wanted and known not to be granted. False when
 * there is none, and when what was granted is not known: granted is NULL or
 * empty, or stands for whatever the application may do (Entra's .default).
 */
bool scope_find_missing(const char *granted, const char *wanted,
    struct word *missing);

#endif
