/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * JSON with all checks made. See json.h.
 *
 * json-c frees its strings without wiping them, and its printer and its parser
 * leave copies behind whenever their buffers grow. So an object's strings are
 * wiped in place, text is made by a printer of our own, and the parser gets all
 * the space that it can need at once.
 */

#include <inttypes.h>
#include <json-c/json_visit.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

/* The parser counts in int, with room to spare. */
#define JSON_MAX_TEXT ((size_t)INT_MAX / 2)

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

/* Wipes a string; for a visit. json-c has no call that lends one for writing. */
static int
wipe_string(struct json_object *value, int flags, struct json_object *parent,
    /* NOLINTNEXTLINE(readability-non-const-parameter): a type of json-c */
    const char *name, size_t *at, void *unused)
{
	const char *text;
	char *writable;

	(void)flags;
	(void)parent;
	(void)name;
	(void)at;
	(void)unused;
	if (json_object_is_type(value, json_type_string)) {
		text = json_object_get_string(value);
		memcpy(&writable, &text, sizeof(writable));
		explicit_bzero(writable,
		    (size_t)json_object_get_string_len(value));
	}
	return JSON_C_VISIT_RETURN_CONTINUE;
}

/* Every string in it. */
static void
wipe(struct json_object *json)
{
	json_c_visit(json, 0, wipe_string, NULL);
}

void
json_free(struct json_object *object)
{
	wipe(object);
	json_object_put(object);
}

/* A parser with space for a string as long as all of the text, which it then
 * has no need to get. */
static struct json_tokener *
new_tokener(size_t length)
{
	struct json_tokener *tokener = json_tokener_new_ex(JSON_MAX_DEPTH);

	if (tokener == NULL)
		return NULL;
	if (printbuf_memset(tokener->pb, 0, 0, (int)length + 1) < 0) {
		json_tokener_free(tokener);
		return NULL;
	}
	json_tokener_set_flags(tokener, JSON_TOKENER_VALIDATE_UTF8);
	return tokener;
}

/* With what was read of a text that is wrong further on. */
static void
free_tokener(struct json_tokener *tokener)
{
	int i;

	for (i = 0; i <= tokener->depth; i++)
		wipe(tokener->stack[i].current);
	explicit_bzero(tokener->pb->buf, (size_t)tokener->pb->size);
	json_tokener_free(tokener);
}

enum status
json_read_object(const char *bytes, size_t length, struct json_object **object,
    const char **reason)
{
	struct json_tokener *tokener;
	struct json_object *json = NULL;
	enum status r = STATUS_DATA;

	if (length == 0 || length >= JSON_MAX_TEXT) {
		*reason = "it is empty";
		return STATUS_DATA;
	}
	if ((tokener = new_tokener(length)) == NULL) {
		*reason = "out of memory";
		return STATUS_NOMEM;
	}
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
	free_tokener(tokener);
	if (r == STATUS_OK)
		*object = json;
	else
		json_free(json);
	return r;
}

size_t
json_find_end(const char *bytes, size_t length)
{
	struct json_tokener *tokener;
	size_t end;

	if (length == 0 || length >= JSON_MAX_TEXT ||
	    (tokener = new_tokener(length)) == NULL)
		return 0;
	json_free(json_tokener_parse_ex(tokener, bytes, (int)length));
	end = json_tokener_get_parse_end(tokener);
	free_tokener(tokener);
	return end;
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

static void write_value(struct json_object *json, int depth, struct buf *out);

static void
write_string(const char *text, size_t length, struct buf *out)
{
	static const char escaped[] = "\"\\\b\f\n\r\t";
	static const char letters[] = "\"\\bfnrt";
	const char *found;
	size_t i, plain = 0;

	buf_add(out, "\"", 1);
	for (i = 0; i < length; i++) {
		found = text[i] != '\0' ? strchr(escaped, text[i]) : NULL;
		if (found == NULL && (unsigned char)text[i] >= 0x20)
			continue;
		buf_add(out, text + plain, i - plain);
		plain = i + 1;
		if (found != NULL) {
			buf_add(out, "\\", 1);
			buf_add(out, &letters[found - escaped], 1);
		} else {
			buf_add_format(out, "\\u%04x", (unsigned)text[i]);
		}
	}
	buf_add(out, text + plain, length - plain);
	buf_add(out, "\"", 1);
}

/* A new line, indented. */
static void
write_line(int depth, struct buf *out)
{
	buf_add_format(out, "\n%*s", 2 * depth, "");
}

static void /* NOLINTNEXTLINE(misc-no-recursion): ends at JSON_MAX_DEPTH */
write_array(struct json_object *json, int depth, struct buf *out)
{
	size_t i, count = json_object_array_length(json);

	buf_add(out, "[", 1);
	for (i = 0; i < count; i++) {
		if (i > 0)
			buf_add(out, ",", 1);
		write_line(depth + 1, out);
		write_value(json_object_array_get_idx(json, i), depth + 1, out);
	}
	if (count > 0)
		write_line(depth, out);
	buf_add(out, "]", 1);
}

static void /* NOLINTNEXTLINE(misc-no-recursion): ends at JSON_MAX_DEPTH */
write_object(struct json_object *json, int depth, struct buf *out)
{
	struct json_object_iterator i = json_object_iter_begin(json);
	struct json_object_iterator end = json_object_iter_end(json);
	const char *name, *comma = "";

	buf_add(out, "{", 1);
	for (; !json_object_iter_equal(&i, &end); json_object_iter_next(&i)) {
		buf_add_string(out, comma);
		comma = ",";
		write_line(depth + 1, out);
		name = json_object_iter_peek_name(&i);
		write_string(name, strlen(name), out);
		buf_add(out, ":", 1);
		write_value(json_object_iter_peek_value(&i), depth + 1, out);
	}
	if (json_object_object_length(json) > 0)
		write_line(depth, out);
	buf_add(out, "}", 1);
}

static void /* NOLINTNEXTLINE(misc-no-recursion): ends at JSON_MAX_DEPTH */
write_value(struct json_object *json, int depth, struct buf *out)
{
	const char *text;

	if (depth > JSON_MAX_DEPTH) {
		out->failed = STATUS_DATA;
		return;
	}
	switch (json_object_get_type(json)) {
	case json_type_string:
		write_string(json_object_get_string(json),
		    (size_t)json_object_get_string_len(json), out);
		break;
	case json_type_array:
		write_array(json, depth, out);
		break;
	case json_type_object:
		write_object(json, depth, out);
		break;
	default: /* numbers and their like hold no secret */
		text = json_object_to_json_string(json);
		if (text == NULL)
			out->failed = STATUS_NOMEM;
		else
			buf_add_string(out, text);
	}
}

enum status
json_write(struct json_object *object, struct buf *out)
{
	write_value(object, 0, out);
	buf_add(out, "\n", 1);
	return buf_status(out);
}

/* The member of that name, which will be removed, is wiped. */
static void
wipe_member(struct json_object *object, const char *name)
{
	struct json_object *member;

	if (json_object_object_get_ex(object, name, &member))
		wipe(member);
}

/* Takes over the member. */
static enum status
set(struct json_object *object, const char *name, struct json_object *member)
{
	if (member == NULL)
		return STATUS_NOMEM;
	wipe_member(object, name);
	if (json_object_object_add(object, name, member) != 0) {
		json_free(member);
		return STATUS_NOMEM;
	}
	return STATUS_OK;
}

enum status
json_set_text(struct json_object *object, const char *name, const char *value)
{
	if (value == NULL) {
		wipe_member(object, name);
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
