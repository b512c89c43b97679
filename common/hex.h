/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Hexadecimal digits, as escapes in URLs and JSON have them.
 */

#ifndef HEX_H
#define HEX_H

/* The digit's value, in either case; -1 when it is none. */
int hex_value(char digit);

#endif
