/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Base64 as SASL has it: RFC 4648, section 4, padded, without line breaks; and
 * as tokens have it: section 5, without padding (RFC 7515, section 2).
 */

#ifndef BASE64_H
#define BASE64_H

#include "buf.h"

/* Appends the bytes, encoded. */
void base64_encode(struct buf *out, const void *bytes, size_t length);
void base64_encode_url(struct buf *out, const void *bytes, size_t length);

/*
 * Appends what the text stands for. STATUS_DATA when it is not base64; bytes
 * may have been appended then. STATUS_NOMEM.
 */
enum status base64_decode(struct buf *out, const char *text, size_t length);

#endif
