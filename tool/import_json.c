/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Foreign JSON: which form it is, and what the forms share. See import.h.
 */

#include <ctype.h>
#include <string.h>

#include "import_json.h"

#define ARMOR "-----BEGIN PGP MESSAGE-----"

void
import_init(struct import_facts *facts)
{
	memset(facts, 0, sizeof(*facts));
	buf_init(&facts->ignored, IMPORT_MAX_NAMES);
}

void
import_clear(struct import_facts *facts)
{
	size_t i;

	secret_free(&facts->account);
	secret_free(&facts->refresh_token);
	secret_free(&facts->client_secret);
	for (i = 0; i < OPTION_COUNT; i++)
		secret_free(&facts->values[i]);
	buf_clear(&facts->ignored);
	import_init(facts);
}

/* The types of packets that a message begins with: RFC 9580, 5 and 10.3. */
static bool
begins_message(unsigned type)
{
	return type == 1 || type == 3 || type == 9 || type == 18 || type == 20;
}

bool
import_is_encrypted(const char *bytes, size_t length)
{
	unsigned first;

	while (length > 0 && isspace((unsigned char)*bytes)) {
		bytes++;
		length--;
	}
	if (length >= strlen(ARMOR) && memcmp(bytes, ARMOR, strlen(ARMOR)) == 0)
		return true;
	if (length == 0 || ((first = (unsigned char)*bytes) & 0x80) == 0)
		return false;
	/* the type is in the new format or in the old one */
	return begins_message(
	    (first & 0x40) != 0 ? first & 0x3f : first >> 2 & 0xf);
}

/* The line on which json-c gives up; 1 is the first. */
static int
find_line(const char *bytes, size_t length)
{
	size_t end = json_find_end(bytes, length), i;
	int line = 1;

	/* Empty lines at the end are not where something is missing. */
	while (length > 0 && isspace((unsigned char)bytes[length - 1]))
		length--;
	for (i = 0; i < end && i < length; i++)
		line += bytes[i] == '\n';
	return line;
}

enum status
import_read_json(const char *bytes, size_t length, const char *what,
    struct json_object **json, struct diag *diag)
{
	const char *reason = "it is too large";
	enum status r = STATUS_DATA;
	struct buf text;

	buf_init_secret(&text, IMPORT_MAX_FILE + 1);
	buf_add(&text, bytes, length);
	/* A comment at the very end needs one. */
	buf_add(&text, "\n", 1);
	if (buf_status(&text) == STATUS_NOMEM)
		r = STATUS_NOMEM;
	else if (buf_status(&text) == STATUS_OK)
		r = json_read_object(buf_text(&text), text.length, json,
		    &reason);
	if (r == STATUS_NOMEM)
		diag_set_nomem(diag);
	else if (r != STATUS_OK && length < IMPORT_MAX_FILE &&
	    strspn(buf_text(&text), " \t\r\n") == text.length)
		diag_set(diag, r, "%s is empty", what);
	else if (r != STATUS_OK)
		diag_set(diag, r, "%s, line %d: %s", what,
		    find_line(buf_text(&text), text.length), reason);
	buf_clear(&text);
	return r;
}

enum status
import_take_text(struct json_object *json, const char *name, const char *what,
    char **value, struct diag *diag)
{
	struct json_object *member;
	const char *text;

	if (*value != NULL || !json_object_object_get_ex(json, name, &member) ||
	    member == NULL)
		return STATUS_OK;
	if ((text = json_text(json, name)) == NULL)
		return diag_set(diag, STATUS_DATA,
		    "%s: the member %s is not a text", what, name);
	if (text[0] == '\0')
		return STATUS_OK;
	if ((*value = secret_copy(text)) == NULL)
		return diag_set_nomem(diag);
	return STATUS_OK;
}

/* Is the name, not an empty one, among those that were noted? They stand with ", " between. */
static bool
is_noted(const char *names, const char *name)
{
	size_t length = strlen(name);
	const char *p = names;

	while ((p = strstr(p, name)) != NULL) {
		if ((p == names || p[-1] == ' ') &&
		    (p[length] == '\0' || p[length] == ','))
			return true;
		p += length;
	}
	return false;
}

void
import_ignore(struct import_facts *facts, const char *name)
{
	struct buf *ignored = &facts->ignored;

	if (name[0] == '\0' || is_noted(buf_text(ignored), name) ||
	    ignored->length + strlen(name) + 2 > ignored->max)
		return;
	buf_add_string(ignored, ignored->length > 0 ? ", " : "");
	buf_add_string(ignored, name);
}

enum status
import_parse(struct import_facts *facts, const char *bytes, size_t length,
    const char *what, struct diag *diag)
{
	struct json_object *json;
	enum status r;

	if ((r = import_read_json(bytes, length, what, &json, diag)) !=
	    STATUS_OK)
		return r;
	if (json_object_object_get_ex(json, "registration", NULL))
		r = import_take_mutt(facts, json, what, diag);
	else
		r = import_take_xoauth2(facts, json, what, diag);
	json_free(json);
	return r;
}
