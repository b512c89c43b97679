/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * json-c without its surprises: it takes trailing garbage, reads "12abc" as a
 * number and hides NUL bytes in strings, unless one looks.
 */

#ifndef JSON_H
#define JSON_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "status.h"

/* No answer or file of ours nests deeper. */
#define JSON_MAX_DEPTH 8

/*
 * Understands one JSON object and nothing behind it but white space. The
 * caller owns the object. STATUS_DATA: reason says what is wrong; NOMEM.
 */
enum status json_read_object(const char *bytes, size_t length,
    struct json_object **object, const char **reason);

/* How many of the bytes json-c takes before it gives up, or is done. */
size_t json_find_end(const char *bytes, size_t length);

/*
 * Wipes every string in an object that is the caller's alone, and frees it.
 * For all that may hold a secret. NULL is fine.
 */
void json_free(struct json_object *object);

/*
 * The string member of that name; NULL when it is absent, null, no string, or
 * has a NUL byte in it. Belongs to the object.
 */
const char *json_text(struct json_object *object, const char *name);

/* What a number member was. */
enum json_number {
	JSON_NUMBER_ABSENT, /* or null */
	JSON_NUMBER_VALID,
	JSON_NUMBER_WRONG, /* not a number, or out of range */
};

/*
 * A whole number: as a number, as one with a fraction, which is cut off, or as a
 * string of digits, which some endpoints send. What is beyond 2^53 or -2^53 is
 * taken for that. Sets the value only when it is valid.
 */
enum json_number json_whole(struct json_object *object, const char *name,
    int64_t *value);

/*
 * A fingerprint (token.h), which JSON's numbers are too small for: a string of
 * 16 hexadecimal digits. False when there is none.
 */
bool json_fingerprint(struct json_object *object, const char *name,
    uint64_t *print);

/*
 * Appends the object's text and a newline to out, pretty, for files that people
 * open. No copy of a string stays anywhere else. STATUS_NOMEM; STATUS_DATA when
 * out is full, or it nests deeper than JSON_MAX_DEPTH.
 */
enum status json_write(struct json_object *object, struct buf *out);

/*
 * Sets a member to a string (NULL: removes it) or a number. What it was before
 * is wiped. STATUS_NOMEM.
 */
enum status json_set_text(struct json_object *object, const char *name,
    const char *value);
enum status json_set_whole(struct json_object *object, const char *name,
    int64_t value);
enum status json_set_fingerprint(struct json_object *object, const char *name,
    uint64_t print);

#endif
