/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Reads tokens without verifying them. See claims.h.
 */

#include <string.h>

#include "base64.h"
#include "buf.h"
#include "claims.h"
#include "json.h"

/* Base64url without padding, RFC 7515, 2: in other digits than base64. */
static enum status
decode(const char *text, size_t length, struct buf *out)
{
	struct buf plain;
	enum status r = STATUS_DATA;
	char *to;
	size_t i;

	buf_init(&plain, CLAIMS_MAX_TOKEN + 4);
	if (length % 4 == 1)
		goto out;
	if ((to = buf_reserve(&plain, length)) == NULL) {
		r = STATUS_NOMEM;
		goto out;
	}
	for (i = 0; i < length; i++) {
		if (strchr("+/=", text[i]) != NULL)
			goto out;
		to[i] = text[i];
		if (text[i] == '-')
			to[i] = '+';
		else if (text[i] == '_')
			to[i] = '/';
	}
	buf_grow(&plain, length);
	buf_add(&plain, "==", (4 - length % 4) % 4);
	if ((r = buf_status(&plain)) == STATUS_OK)
		r = base64_decode(out, buf_text(&plain), plain.length);
out:
	buf_clear(&plain);
	return r;
}

/* One part of a token as the JSON object that it must be. */
static enum status
read_part(const char *text, size_t length, struct json_object **object)
{
	const char *reason;
	struct buf json;
	enum status r;

	buf_init(&json, CLAIMS_MAX_TOKEN);
	if ((r = decode(text, length, &json)) == STATUS_OK)
		r = json_read_object(buf_text(&json), json.length, object,
		    &reason);
	buf_clear(&json);
	return r;
}

static void
add_audience(struct claims *claims, const char *text)
{
	if (text != NULL && claims->audience_count < CLAIMS_MAX_AUDIENCES)
		claims->audiences[claims->audience_count++] = text;
}

/* A member of an array that is a string without a NUL byte in it, or NULL. */
static const char *
text_at(struct json_object *array, size_t index)
{
	struct json_object *item = json_object_array_get_idx(array, index);
	const char *text;

	if (!json_object_is_type(item, json_type_string))
		return NULL;
	text = json_object_get_string(item);
	return strlen(text) == (size_t)json_object_get_string_len(item) ? text :
									  NULL;
}

/* The member of that name, if it is an array; else NULL. */
static struct json_object *
find_array(struct json_object *json, const char *name)
{
	struct json_object *array;

	return json_object_object_get_ex(json, name, &array) &&
		json_object_is_type(array, json_type_array) ?
	    array :
	    NULL;
}

/* RFC 7519, 4.1.3: one string, or an array of them. */
static void
take_audiences(struct claims *claims)
{
	struct json_object *array = find_array(claims->json, "aud");
	size_t i, count = array != NULL ? json_object_array_length(array) : 0;

	add_audience(claims, json_text(claims->json, "aud"));
	for (i = 0; i < count; i++)
		add_audience(claims, text_at(array, i));
}

/* In the order in which providers' names for a person are of use. */
static void
take_names(struct claims *claims)
{
	static const char *const names[CLAIMS_MAX_NAMES] = { "upn",
		"preferred_username", "email", "unique_name" };
	const char *text;
	size_t i;

	for (i = 0; i < CLAIMS_MAX_NAMES; i++)
		if ((text = json_text(claims->json, names[i])) != NULL &&
		    text[0] != '\0')
			claims->names[claims->name_count++] = text;
}

static const char *
first_of(struct json_object *json, const char *name, const char *other)
{
	const char *text = json_text(json, name);

	return text != NULL ? text : json_text(json, other);
}

static void
take_claims(struct claims *claims)
{
	struct json_object *json = claims->json;

	take_audiences(claims);
	take_names(claims);
	claims->scope = first_of(json, "scp", "scope");
	claims->tenant = json_text(json, "tid");
	claims->object = json_text(json, "oid");
	claims->subject = json_text(json, "sub");
	claims->application = first_of(json, "appid", "azp");
	if (claims->application == NULL)
		claims->application = json_text(json, "client_id");
	claims->kind = json_text(json, "idtyp");
	claims->has_roles = find_array(json, "roles") != NULL;
	(void)json_whole(json, "exp", &claims->expires_at);
	(void)json_whole(json, "nbf", &claims->not_before);
}

enum status
claims_read(const char *token, struct claims *claims)
{
	struct json_object *header = NULL;
	const char *payload, *end;
	enum status r;

	memset(claims, 0, sizeof(*claims));
	if (token == NULL || strlen(token) > CLAIMS_MAX_TOKEN ||
	    (payload = strchr(token, '.')) == NULL ||
	    (end = strchr(payload + 1, '.')) == NULL ||
	    strchr(end + 1, '.') != NULL)
		return STATUS_DATA;
	if ((r = read_part(token, (size_t)(payload - token), &header)) !=
	    STATUS_OK)
		return r;
	json_object_put(header);
	payload++;
	if ((r = read_part(payload, (size_t)(end - payload), &claims->json)) ==
	    STATUS_OK)
		take_claims(claims);
	return r;
}

void
claims_clear(struct claims *claims)
{
	json_object_put(claims->json);
	memset(claims, 0, sizeof(*claims));
}

const char *
claims_role_at(const struct claims *claims, size_t index)
{
	struct json_object *array = find_array(claims->json, "roles");
	const char *text;

	if (array == NULL || index >= json_object_array_length(array))
		return NULL;
	text = text_at(array, index);
	return text != NULL ? text : "";
}

bool
claims_has_role(const struct claims *claims, const char *role)
{
	const char *one;
	size_t i;

	for (i = 0; (one = claims_role_at(claims, i)) != NULL; i++)
		if (strcmp(one, role) == 0)
			return true;
	return false;
}
