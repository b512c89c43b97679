/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The grant as JSON. See grant.h; seal.c encrypts it.
 */

#include <stdlib.h>
#include <string.h>

#include "grant.h"
#include "json.h"
#include "oauth.h"

#define GRANT_FORMAT 1

/* Members that are numbers, and where they go. */
static const struct {
	const char *name;
	size_t offset;
} times[] = {
	{ "granted_at", offsetof(struct grant, granted_at) },
	{ "renewed_at", offsetof(struct grant, renewed_at) },
	{ "forced_at", offsetof(struct grant, forced_at) },
	{ "discovered_at", offsetof(struct grant, discovered_at) },
	{ "refresh_expires_at", offsetof(struct grant, refresh_expires_at) },
	{ "refresh_moved_at", offsetof(struct grant, refresh_moved_at) },
	{ "serial", offsetof(struct grant, serial) },
	{ "interrupted_at", offsetof(struct grant, interrupted_at) },
};

/* Members that are strings. */
static const struct {
	const char *name;
	size_t offset;
} texts[] = {
	{ "kind", offsetof(struct grant, kind) },
	{ "provider", offsetof(struct grant, provider) },
	{ "refresh_token", offsetof(struct grant, refresh_token) },
	{ "client_secret", offsetof(struct grant, client_secret) },
	{ "issuer", offsetof(struct grant, issuer) },
	{ "token_endpoint", offsetof(struct grant, token_endpoint) },
	{ "client_id", offsetof(struct grant, client_id) },
	{ "scope", offsetof(struct grant, scope) },
	{ "asked_scope", offsetof(struct grant, asked_scope) },
	{ "revocation_endpoint", offsetof(struct grant, revocation_endpoint) },
	{ "login", offsetof(struct grant, login) },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static char **
text_member(const struct grant *grant, size_t i)
{
	return (char **)((uintptr_t)grant + texts[i].offset);
}

static int64_t *
time_member(const struct grant *grant, size_t i)
{
	return (int64_t *)((uintptr_t)grant + times[i].offset);
}

void
grant_init(struct grant *grant)
{
	memset(grant, 0, sizeof(*grant));
}

void
grant_clear(struct grant *grant)
{
	size_t i;

	for (i = 0; i < COUNT(texts); i++)
		secret_free(text_member(grant, i));
	secret_free(&grant->failure.text);
	json_free(grant->rest);
	grant_init(grant);
}

bool
grant_can_renew(const struct grant *grant)
{
	return grant->refresh_token != NULL ||
	    !oauth_grant_needs_person(oauth_grant_find(grant->kind));
}

enum status
grant_set(char **member, const char *value)
{
	char *copy = NULL;

	if (value != NULL && (copy = secret_copy(value)) == NULL)
		return STATUS_NOMEM;
	secret_free(member);
	*member = copy;
	return STATUS_OK;
}

enum status
grant_set_failure(struct grant *grant, const struct grant_failure *failure)
{
	struct grant_failure *mine = &grant->failure;
	unsigned count = mine->status == failure->status ? mine->count : 0;

	if (grant_set(&mine->text, failure->text) != STATUS_OK)
		return STATUS_NOMEM;
	mine->status = failure->status;
	mine->at = failure->at;
	mine->until = failure->until;
	mine->count = failure->status == STATUS_OK ? 0 : count + 1;
	mine->ordered = failure->ordered;
	mine->request = failure->request;
	return STATUS_OK;
}

enum status
grant_parse_failure(struct grant *grant, struct json_object *json)
{
	struct json_object *object;
	const char *status, *text;
	int64_t count = 0, ordered = 0;
	struct grant_failure failure = { .status = STATUS_OK };

	if (!json_object_object_get_ex(json, "failure", &object) ||
	    !json_object_is_type(object, json_type_object) ||
	    (status = json_text(object, "status")) == NULL ||
	    (text = json_text(object, "text")) == NULL)
		return STATUS_OK;
	json_whole(object, "at", &failure.at);
	json_whole(object, "until", &failure.until);
	json_whole(object, "count", &count);
	json_whole(object, "ordered", &ordered);
	json_fingerprint(object, "request", &failure.request);
	if (grant_set(&failure.text, text) != STATUS_OK)
		return STATUS_NOMEM;
	failure.status = status_find(status);
	failure.count = count > 0 && count < 1000 ? (unsigned)count : 1;
	failure.ordered = ordered != 0;
	secret_free(&grant->failure.text);
	grant->failure = failure;
	return STATUS_OK;
}

static enum status
parse_members(struct grant *grant, struct json_object *json)
{
	enum status r;
	size_t i;

	for (i = 0; i < COUNT(texts); i++)
		if ((r = grant_set(text_member(grant, i),
			 json_text(json, texts[i].name))) != STATUS_OK)
			return r;
	for (i = 0; i < COUNT(times); i++)
		json_whole(json, times[i].name, time_member(grant, i));
	return grant_parse_failure(grant, json);
}

/* What is left is rest: no second copy of a secret. */
static void
forget_members(struct json_object *json)
{
	size_t i;

	for (i = 0; i < COUNT(texts); i++)
		json_set_text(json, texts[i].name, NULL);
	for (i = 0; i < COUNT(times); i++)
		json_set_text(json, times[i].name, NULL);
	json_set_text(json, "failure", NULL);
}

enum status
grant_parse(struct grant *grant, const char *bytes, size_t length,
    const char *what, struct diag *diag)
{
	struct json_object *json;
	const char *reason;
	int64_t format = 0;
	enum status r;

	if ((r = json_read_object(bytes, length, &json, &reason)) != STATUS_OK)
		return r == STATUS_NOMEM ? diag_set_nomem(diag) :
					   diag_set(diag, STATUS_DATA,
					       "%s is damaged: %s; log the "
					       "account in again",
					       what, reason);
	grant_clear(grant);
	grant->rest = json;
	json_whole(json, "format", &format);
	if (format != GRANT_FORMAT)
		return diag_set(diag, STATUS_DATA,
		    "%s was written by another version of sasl-bearer; "
		    "install one version everywhere",
		    what);
	if (parse_members(grant, json) != STATUS_OK)
		return diag_set_nomem(diag);
	forget_members(json);
	return STATUS_OK;
}

enum status
grant_format_failure(const struct grant_failure *failure,
    struct json_object *json)
{
	struct json_object *object;
	enum status r;

	json_object_object_del(json, "failure");
	if (failure->status == STATUS_OK)
		return STATUS_OK;
	if ((object = json_object_new_object()) == NULL)
		return STATUS_NOMEM;
	if (json_object_object_add(json, "failure", object) != 0) {
		json_object_put(object);
		return STATUS_NOMEM;
	}
	if ((r = json_set_text(object, "status",
		 status_name(failure->status))) != STATUS_OK ||
	    (r = json_set_text(object, "text", failure->text)) != STATUS_OK ||
	    (r = json_set_whole(object, "at", failure->at)) != STATUS_OK ||
	    (r = json_set_whole(object, "until", failure->until)) !=
		STATUS_OK ||
	    (r = json_set_whole(object, "count", failure->count)) !=
		STATUS_OK ||
	    (r = json_set_whole(object, "ordered", failure->ordered)) !=
		STATUS_OK)
		return r;
	return json_set_fingerprint(object, "request", failure->request);
}

enum status
grant_format(const struct grant *grant, struct buf *out)
{
	struct json_object *json = NULL;
	enum status r = STATUS_NOMEM;
	size_t i;

	if (grant->rest == NULL)
		json = json_object_new_object();
	else if (json_object_deep_copy(grant->rest, &json, NULL) != 0)
		json = NULL;
	if (json == NULL ||
	    (r = json_set_whole(json, "format", GRANT_FORMAT)) != STATUS_OK)
		goto out;
	for (i = 0; i < COUNT(texts); i++)
		if ((r = json_set_text(json, texts[i].name,
			 *text_member(grant, i))) != STATUS_OK)
			goto out;
	for (i = 0; i < COUNT(times); i++)
		if ((r = json_set_whole(json, times[i].name,
			 *time_member(grant, i))) != STATUS_OK)
			goto out;
	if ((r = grant_format_failure(&grant->failure, json)) == STATUS_OK)
		r = json_write(json, out);
out:
	json_free(json);
	return r;
}
