/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the readers of foreign JSON share.
 */

#ifndef IMPORT_JSON_H
#define IMPORT_JSON_H

#include "import.h"
#include "json.h"

/*
 * One JSON object, as lenient as the programs that write such files: comments
 * and a comma behind the last member are fine. STATUS_DATA names the line.
 */
enum status import_read_json(const char *bytes, size_t length, const char *what,
    struct json_object **json, struct diag *diag);

/*
 * A member's text into *value, unless that is set or the member is absent,
 * null or empty. STATUS_DATA when it is something else; STATUS_NOMEM.
 */
enum status import_take_text(struct json_object *json, const char *name,
    const char *what, char **value, struct diag *diag);

/* Notes a member that is not taken over; each name once. */
void import_ignore(struct import_facts *facts, const char *name);

/* The two forms. */
enum status import_take_xoauth2(struct import_facts *facts,
    struct json_object *json, const char *what, struct diag *diag);
enum status import_take_mutt(struct import_facts *facts,
    struct json_object *json, const char *what, struct diag *diag);

#endif
