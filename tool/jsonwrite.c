/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Writing JSON. See jsonwrite.h.
 */

#include <inttypes.h>
#include <stdlib.h>

#include "buf.h"
#include "jsonwrite.h"

void
jsonwrite_init(struct jsonwrite *json, FILE *file)
{
	json->file = file;
	json->depth = 0;
	json->has_member = false;
	json->failed = STATUS_OK;
}

static void
new_line(const struct jsonwrite *json)
{
	fprintf(json->file, "\n%*s", 2 * json->depth, "");
}

/* A string in quotes. */
static void
put_string(struct jsonwrite *json, const char *value)
{
	char *text = string_copy(value), *p;

	if (text == NULL) {
		json->failed = STATUS_NOMEM;
		return;
	}
	/* Afterwards no control byte is left to escape. */
	diag_clean(text);
	putc('"', json->file);
	for (p = text; *p != '\0'; p++) {
		if (*p == '"' || *p == '\\')
			putc('\\', json->file);
		putc(*p, json->file);
	}
	putc('"', json->file);
	free(text);
}

/* What stands before a value: comma, line break, name. */
static void
begin(struct jsonwrite *json, const char *name)
{
	if (json->has_member)
		putc(',', json->file);
	if (json->depth > 0)
		new_line(json);
	json->has_member = true;
	if (name != NULL) {
		put_string(json, name);
		fputs(": ", json->file);
	}
}

void
jsonwrite_open(struct jsonwrite *json, const char *name, char bracket)
{
	begin(json, name);
	putc(bracket, json->file);
	json->depth++;
	json->has_member = false;
}

void
jsonwrite_close(struct jsonwrite *json, char bracket)
{
	json->depth--;
	if (json->has_member)
		new_line(json);
	putc(bracket, json->file);
	json->has_member = true;
}

void
jsonwrite_text(struct jsonwrite *json, const char *name, const char *value)
{
	begin(json, name);
	if (value == NULL)
		fputs("null", json->file);
	else
		put_string(json, value);
}

void
jsonwrite_number(struct jsonwrite *json, const char *name, int64_t value)
{
	begin(json, name);
	fprintf(json->file, "%" PRId64, value);
}

void
jsonwrite_bool(struct jsonwrite *json, const char *name, bool value)
{
	begin(json, name);
	fputs(value ? "true" : "false", json->file);
}

enum status
jsonwrite_end(struct jsonwrite *json, struct diag *diag)
{
	putc('\n', json->file);
	if (json->failed != STATUS_OK)
		return diag_set_nomem(diag);
	return STATUS_OK;
}
