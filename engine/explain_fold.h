/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Text as the tables have it: decoded, then folded.
 */

#ifndef EXPLAIN_FOLD_H
#define EXPLAIN_FOLD_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

/*
 * Appends the bytes as UTF-8: UTF-16 (by its mark or its zeros) is converted,
 * bytes that are no UTF-8 are taken for Latin-1, zeros are left out.
 */
void fold_to_utf8(const char *text, size_t length, struct buf *out);

/*
 * Appends the text with one layer of wrapping taken off: percent and + of a
 * query, escapes of JSON, tags and entities of HTML, soft line breaks of
 * quoted-printable, and base64 that holds text.
 */
void fold_decode(const char *text, size_t length, struct buf *out);

/*
 * Appends folded text: lower case, Latin letters without accents, words apart
 * by one space each; _ stays. The end of a sentence is a newline. What stands
 * in brackets as a response code of IMAP has "bracket " before it. With
 * split_camel a word ends where a capital begins another, with a _ between.
 */
void fold_text(const char *text, size_t length, bool split_camel,
    struct buf *out);

#endif
