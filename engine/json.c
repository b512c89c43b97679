/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * JSON with all checks made. See json.h.
 *
 * BUGS: json-c frees its strings without wiping them, so secrets that were
 * read from JSON may stay in freed memory.
 */

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

/* 64 bits. */
#define FINGERPRINT_DIGITS 16

/* Only white space left? JSON_TOKENER_STRICT would check it, but 0.18 breaks
 * on text that is not ASCII. */
static bool
is_blank(const char *bytes, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++)
		if (bytes[i] == '\0' || strchr(" \t\r\n", bytes[i]) == NULL)
			return false;
	return true;
}

enum status
json_read_object(const char *bytes, size_t length, struct json_object **object,
    const char **reason)
{
	struct json_tokener *tokener;
	struct json_object *json = NULL;
	enum status r = STATUS_DATA;

	if (length == 0 || length > INT_MAX) {
		*reason = "it is empty";
		return STATUS_DATA;
	}
	if ((tokener = json_tokener_new_ex(JSON_MAX_DEPTH)) == NULL) {
		*reason = "out of memory";
		return STATUS_NOMEM;
	}
	json_tokener_set_flags(tokener, JSON_TOKENER_VALIDATE_UTF8);
	json = json_tokener_parse_ex(tokener, bytes, (int)length);
	if (json_tokener_get_error(tokener) == json_tokener_continue)
		*reason = "it is cut off";
	else if (json_tokener_get_error(tokener) != json_tokener_success)
		*reason = "it is not JSON";
	else if (!json_object_is_type(json, json_type_object))
		*reason = "it is not a JSON object";
	else if (!is_blank(bytes + json_tokener_get_parse_end(tokener),
		     length - json_tokener_get_parse_end(tokener)))
		*reason = "something follows the JSON object";
	else
		r = STATUS_OK;
	json_tokener_free(tokener);
	if (r == STATUS_OK)
		*object = json;
	else
		json_object_put(json);
	return r;
}

const char *
json_text(struct json_object *object, const char *name)
{
	struct json_object *member;
	const char *text;

	if (!json_object_object_get_ex(object, name, &member) ||
	    !json_object_is_type(member, json_type_string))
		return NULL;
	text = json_object_get_string(member);
	if (strlen(text) != (size_t)json_object_get_string_len(member))
		return NULL;
	return text;
}

/*
 * Digits, perhaps with a sign and a fraction, and nothing else. Not strtod(),
 * which takes what the locale has for a decimal point.
 */
static bool
parse_whole(const char *text, int64_t *value)
{
	const char *digits = text + (text[0] == '-');
	size_t count = strspn(digits, "0123456789");
	const char *rest = digits + count;

	if (rest[0] == '.')
		rest += 1 + strspn(rest + 1, "0123456789");
	if (count == 0 || rest[0] != '\0')
		return false;
	*value = strtoll(text, NULL, 10); /* beyond its range: its limits */
	return true;
}

/* Within what is exact as a double, and far from overflow. */
static int64_t
clip(int64_t value)
{
	const int64_t limit = INT64_C(1) << 53;

	return value > limit ? limit : value < -limit ? -limit : value;
}

enum json_number
json_whole(struct json_object *object, const char *name, int64_t *value)
{
	struct json_object *member;
	const char *text;
	int64_t whole;
	double number;

	if (!json_object_object_get_ex(object, name, &member) || member == NULL)
		return JSON_NUMBER_ABSENT;
	switch (json_object_get_type(member)) {
	case json_type_int:
		whole = json_object_get_int64(member);
		break;
	case json_type_double:
		number = json_object_get_double(member);
		if (!isfinite(number))
			return JSON_NUMBER_WRONG;
		whole = fabs(number) < 1e18 ? (int64_t)number :
		    number > 0              ? INT64_MAX :
					      INT64_MIN;
		break;
	case json_type_string:
		if ((text = json_text(object, name)) == NULL ||
		    !parse_whole(text, &whole))
			return JSON_NUMBER_WRONG;
		break;
	default:
		return JSON_NUMBER_WRONG;
	}
	*value = clip(whole);
	return JSON_NUMBER_VALID;
}

bool
json_fingerprint(struct json_object *object, const char *name, uint64_t *print)
{
	const char *text = json_text(object, name);

	if (text == NULL || strlen(text) != FINGERPRINT_DIGITS ||
	    strspn(text, "0123456789abcdef") != FINGERPRINT_DIGITS)
		return false;
	*print = strtoull(text, NULL, 16);
	return true;
}

enum status
json_write(struct json_object *object, struct buf *out)
{
	const char *text = json_object_to_json_string_ext(object,
	    JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE);

	if (text == NULL)
		return STATUS_NOMEM;
	buf_add_string(out, text);
	buf_add(out, "\n", 1);
	return buf_status(out);
}

/* Takes over the member. */
static enum status
set(struct json_object *object, const char *name, struct json_object *member)
{
	if (member == NULL)
		return STATUS_NOMEM;
	if (json_object_object_add(object, name, member) != 0) {
		json_object_put(member);
		return STATUS_NOMEM;
	}
	return STATUS_OK;
}

enum status
json_set_text(struct json_object *object, const char *name, const char *value)
{
	if (value == NULL) {
		json_object_object_del(object, name);
		return STATUS_OK;
	}
	return set(object, name, json_object_new_string(value));
}

enum status
json_set_whole(struct json_object *object, const char *name, int64_t value)
{
	return set(object, name, json_object_new_int64(value));
}

enum status
json_set_fingerprint(struct json_object *object, const char *name,
    uint64_t print)
{
	char text[FINGERPRINT_DIGITS + 1];

	snprintf(text, sizeof(text), "%016" PRIx64, print);
	return json_set_text(object, name, text);
}
