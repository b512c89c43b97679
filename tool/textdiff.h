/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a change does to a text, as diff -u shows it.
 */

#ifndef TEXTDIFF_H
#define TEXTDIFF_H

#include "buf.h"

/* Longer texts are shown as if every line between the first and the last that
 * differ had changed. */
#define TEXTDIFF_MAX_CELLS 4000000

/*
 * Appends a unified diff of two texts, with three lines around each change;
 * nothing where they are the same. The name heads it. STATUS_NOMEM and
 * STATUS_DATA are the buffer's.
 */
void textdiff(const char *name, const char *before, const char *after,
    struct buf *out);

#endif
