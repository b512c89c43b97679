/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * An address as a QR code, to be opened with a telephone.
 */

#ifndef QR_H
#define QR_H

#include <stdbool.h>

#include "buf.h"

/* All of them: 8 bytes for each of some 100 x 100 signs. */
#define QR_MAX_TEXT 262144

/* The bright margin; the standard wants 4, readers are content with 2. */
#define QR_MARGIN 4
#define QR_MIN_MARGIN 2

/* What a terminal can show. */
struct qr_terminal {
	unsigned columns, rows;
	bool is_utf8;
};

/*
 * Appends the code as lines for such a terminal: half blocks with UTF-8, else
 * two signs for each module. The colours are forced, dark on bright, for many
 * readers want it so. False where it does not fit: nothing is appended then.
 */
bool qr_format(const char *text, const struct qr_terminal *terminal,
    struct buf *lines);

/*
 * Looks what the terminal at standard output is, and prints the code to it.
 * False where it has not: no terminal, a plain or a small one.
 */
bool qr_print(const char *text);

#endif
