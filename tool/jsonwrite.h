/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Writes JSON (RFC 8259) to a stream, indented by two spaces a level.
 *
 * The caller opens and closes objects and arrays in pairs; the commas come by
 * themselves. Text that is not UTF-8 is cleaned first (see diag_clean()).
 */

#ifndef JSONWRITE_H
#define JSONWRITE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "status.h"

struct jsonwrite {
	FILE *file;
	int depth;
	bool has_member; /* something stands before, at this depth */
	enum status failed;
};

void jsonwrite_init(struct jsonwrite *json, FILE *file);

/*
 * name is that of the member; NULL within an array and at the top. bracket is
 * '{' or '[', and the one of the closing call is '}' or ']'.
 */
void jsonwrite_open(struct jsonwrite *json, const char *name, char bracket);
void jsonwrite_close(struct jsonwrite *json, char bracket);

/* NULL becomes null. */
void jsonwrite_text(struct jsonwrite *json, const char *name,
    const char *value);
void jsonwrite_number(struct jsonwrite *json, const char *name, int64_t value);
void jsonwrite_bool(struct jsonwrite *json, const char *name, bool value);

/* Ends the text with a newline. STATUS_OK or NOMEM; the stream has its own. */
enum status jsonwrite_end(struct jsonwrite *json, struct diag *diag);

#endif
