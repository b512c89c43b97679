/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The token record. See record.h.
 *
 * Parsing is on the path of every login: it copies nothing, and cuts the text
 * into strings where it lies.
 */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "record.h"
#include "token.h"

#define RECORD_MAGIC "sasl-bearer-token "
#define RECORD_VERSION "1"

/* Digits of a time: enough for 30 million years, too few to overflow. */
#define RECORD_MAX_DIGITS 15

static const char *const user_names[RECORD_SERVICE_COUNT] = {
	[RECORD_SERVICE_ANY] = "user",
	[RECORD_SERVICE_SMTP] = "user_smtp",
	[RECORD_SERVICE_IMAP] = "user_imap",
	[RECORD_SERVICE_POP] = "user_pop",
	[RECORD_SERVICE_LDAP] = "user_ldap",
};

/* Service names that programs give to sasl_client_new(). */
static const struct {
	char name[11];
	enum record_service service;
} services[] = {
	{ "smtp", RECORD_SERVICE_SMTP },
	{ "lmtp", RECORD_SERVICE_SMTP },
	{ "submission", RECORD_SERVICE_SMTP },
	{ "imap", RECORD_SERVICE_IMAP },
	{ "pop", RECORD_SERVICE_POP },
	{ "pop3", RECORD_SERVICE_POP },
	{ "ldap", RECORD_SERVICE_LDAP },
};

void
record_init(struct record *record)
{
	memset(record, 0, sizeof(*record));
	buf_init(&record->text, RECORD_MAX_FILE);
	buf_init(&record->unknown, RECORD_MAX_FILE);
}

void
record_clear(struct record *record)
{
	buf_clear(&record->text);
	buf_clear(&record->unknown);
	record_init(record);
}

static bool
parse_time(const char *value, size_t length, int64_t *result)
{
	int64_t time = 0;
	size_t i;

	if (length == 0 || length > RECORD_MAX_DIGITS || *result != 0)
		return false;
	for (i = 0; i < length; i++) {
		if (value[i] < '0' || value[i] > '9')
			return false;
		time = time * 10 + (value[i] - '0');
	}
	*result = time;
	return true;
}

static bool
parse_fingerprint(const char *value, size_t length, struct record *record)
{
	char *end;

	if (record->has_refused || length != 16 ||
	    strspn(value, "0123456789abcdef") != 16)
		return false;
	record->refused = strtoull(value, &end, 16);
	record->has_refused = true;
	return true;
}

/* No NUL or another control byte in a value. */
static bool
is_clean(const char *value, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++)
		if ((unsigned char)value[i] < 0x20 || value[i] == 0x7f)
			return false;
	return true;
}

static bool
parse_text(const char *value, size_t length, const char **result)
{
	if (*result != NULL || length == 0 || !is_clean(value, length))
		return false;
	*result = value;
	return true;
}

static bool
parse_token(const char *value, size_t length, struct record *record)
{
	if (record->access_token != NULL || !token_is_bearer(value, length))
		return false;
	record->access_token = value;
	record->token_length = length;
	return true;
}

/* One line, whose name and value are strings by now. */
static bool
parse_line(struct record *record, const char *name, const char *value,
    size_t length)
{
	int service;

	if (strcmp(name, "access_token") == 0)
		return parse_token(value, length, record);
	if (strcmp(name, "obtained_at") == 0)
		return parse_time(value, length, &record->obtained_at);
	if (strcmp(name, "renew_at") == 0)
		return parse_time(value, length, &record->renew_at);
	if (strcmp(name, "expires_at") == 0)
		return parse_time(value, length, &record->expires_at);
	if (strcmp(name, "refused") == 0)
		return parse_fingerprint(value, length, record);
	for (service = 0; service < RECORD_SERVICE_COUNT; service++)
		if (strcmp(name, user_names[service]) == 0)
			return parse_text(value, length,
			    &record->users[service]);
	if (!is_clean(value, length))
		return false;
	buf_add_string(&record->unknown, name);
	buf_add(&record->unknown, " ", 1);
	buf_add_string(&record->unknown, value);
	buf_add(&record->unknown, "\n", 1);
	return true;
}

static enum status
check_version(const char *line, const char *what, struct diag *diag)
{
	size_t length = strlen(RECORD_MAGIC);

	/* What is no number is not shown: lines may have run together. */
	if (strncmp(line, RECORD_MAGIC, length) != 0 || line[length] == '\0' ||
	    line[length + strspn(line + length, "0123456789")] != '\0')
		return diag_set(diag, STATUS_DATA,
		    "%s is not a token record; move it away, then log the "
		    "account in again",
		    what);
	if (strcmp(line + length, RECORD_VERSION) != 0)
		return diag_set(diag, STATUS_DATA,
		    "%s was written by another version of sasl-bearer (format "
		    "%s, this one knows %s); install one version everywhere",
		    what, line + length, RECORD_VERSION);
	return STATUS_OK;
}

static enum status
parse_lines(struct record *record, const char *what, struct diag *diag)
{
	char *line = record->text.data, *end = line + record->text.length;
	char *newline, *space;
	enum status r;
	int number;

	for (number = 1; line < end; line = newline + 1, number++) {
		if ((newline = memchr(line, '\n', (size_t)(end - line))) ==
		    NULL)
			return diag_set(diag, STATUS_DATA,
			    "%s is cut off in line %d; log the account in "
			    "again",
			    what, number);
		*newline = '\0';
		if (number == 1) {
			if ((r = check_version(line, what, diag)) != STATUS_OK)
				return r;
			continue;
		}
		space = memchr(line, ' ', (size_t)(newline - line));
		if (space != NULL)
			*space = '\0';
		if (space == NULL ||
		    !parse_line(record, line, space + 1,
			(size_t)(newline - space - 1)))
			return diag_set(diag, STATUS_DATA,
			    "%s, line %d is malformed; log the account in "
			    "again",
			    what, number);
	}
	return buf_status(&record->unknown);
}

enum status
record_parse(struct record *record, const char *what, struct diag *diag)
{
	enum status r;

	if (record->text.length == 0)
		return diag_set(diag, STATUS_DATA,
		    "%s is empty; log the account in again", what);
	if ((r = parse_lines(record, what, diag)) != STATUS_OK)
		return r == STATUS_NOMEM ? diag_set_nomem(diag) : r;
	if (record->access_token == NULL || record->obtained_at == 0 ||
	    record->renew_at == 0 || record->expires_at == 0)
		return diag_set(diag, STATUS_DATA,
		    "%s lacks the token or one of its times; log the account "
		    "in again",
		    what);
	return STATUS_OK;
}

void
record_format(const struct record *record, struct buf *out)
{
	int service;

	buf_add_string(out, RECORD_MAGIC RECORD_VERSION "\naccess_token ");
	buf_add(out, record->access_token, record->token_length);
	buf_add_format(out,
	    "\nobtained_at %" PRId64 "\nrenew_at %" PRId64
	    "\nexpires_at %" PRId64 "\n",
	    record->obtained_at, record->renew_at, record->expires_at);
	for (service = 0; service < RECORD_SERVICE_COUNT; service++)
		if (record->users[service] != NULL)
			buf_add_format(out, "%s %s\n", user_names[service],
			    record->users[service]);
	if (record->has_refused)
		buf_add_format(out, "refused %016" PRIx64 "\n",
		    record->refused);
	buf_add(out, record->unknown.data, record->unknown.length);
}

enum status
record_copy(struct record *record, const struct record *from)
{
	enum status r;

	int service;

	record_clear(record);
	if (from->access_token == NULL)
		return STATUS_OK;
	for (service = 0; service < RECORD_SERVICE_COUNT; service++)
		if (from->users[service] != NULL &&
		    !is_clean(from->users[service],
			strlen(from->users[service])))
			return STATUS_DATA;
	record_format(from, &record->text);
	if ((r = buf_status(&record->text)) == STATUS_OK)
		r = record_parse(record, "", NULL);
	if (r != STATUS_OK)
		record_clear(record);
	return r;
}

enum status
record_renew(struct record *record, const struct record *old, const char *token,
    int64_t obtained_at, int64_t renew_at, int64_t expires_at)
{
	struct record next = *old; /* borrows all but what is replaced */

	if (!token_is_bearer(token, strlen(token)))
		return STATUS_DATA;
	next.has_refused = false;
	next.access_token = token;
	next.token_length = strlen(token);
	next.obtained_at = obtained_at;
	next.renew_at = renew_at;
	next.expires_at = expires_at;
	return record_copy(record, &next);
}

void
record_set_user(struct record *record, enum record_service service,
    const char *user)
{
	record->users[service] = user;
}

enum record_age
record_judge(const struct record *record, int64_t now)
{
	if (record->access_token == NULL || now >= record->expires_at ||
	    record->obtained_at > now + RECORD_MAX_SKEW_S)
		return RECORD_EXPIRED;
	if (record->has_refused &&
	    record->refused ==
		token_fingerprint(record->access_token, record->token_length))
		return RECORD_REFUSED;
	return now >= record->renew_at ? RECORD_DUE : RECORD_FRESH;
}

const char *
record_user(const struct record *record, const char *service)
{
	size_t i;

	for (i = 0; i < sizeof(services) / sizeof(services[0]); i++)
		if (record->users[services[i].service] != NULL &&
		    strcasecmp(service, services[i].name) == 0)
			return record->users[services[i].service];
	return record->users[RECORD_SERVICE_ANY];
}
