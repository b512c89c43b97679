/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * XOAUTH2 and OAUTHBEARER messages. See reply.h.
 *
 * Whatever comes from outside is judged before the first byte is written. It
 * knows nothing of libsasl2, and leaves base64 to the application.
 */

#include <string.h>

#include "reply.h"
#include "token.h"

/* Ends a field, and stands alone for an empty one: kvsep of RFC 7628. */
#define SEPARATOR "\001"

static const char authorization[] = "auth=Bearer ";

/* RFC 5801, section 4: "=2C" and "=3D" are the only escapes of a saslname. */
static void
add_saslname(struct buf *out, const char *name)
{
	size_t plain;

	while (*name != '\0') {
		plain = strcspn(name, ",=");
		buf_add(out, name, plain);
		name += plain;
		if (*name != '\0')
			buf_add_string(out, *name++ == ',' ? "=2C" : "=3D");
	}
}

static size_t
saslname_length(const char *name)
{
	size_t length = 0;

	for (; *name != '\0'; name++)
		length += *name == ',' || *name == '=' ? 3 : 1;
	return length;
}

static bool
is_present(const char *value)
{
	return value != NULL && value[0] != '\0';
}

static enum status
check_user(const char *user, struct diag *diag)
{
	const char *p;

	if (user[0] == '\0')
		return diag_set(diag, STATUS_DATA,
		    "the user name is empty; give the mailbox's name, such as "
		    "me@example.com");
	for (p = user; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			return diag_set(diag, STATUS_DATA,
			    "the user name \"%s\" contains a control byte",
			    user);
	return STATUS_OK;
}

/* The length is known before anything is built: the buffer grows once. */
static enum status
check_length(size_t length, const struct reply *reply, struct diag *diag)
{
	if (length <= REPLY_MAX_LENGTH)
		return STATUS_OK;
	return diag_set(diag, STATUS_CONFIG,
	    "the token of %.100s has %zu bytes and cannot be sent: a login "
	    "with it takes %zu bytes, and mail servers need not accept more "
	    "than %d; have the account's groups or roles reduced in the token",
	    reply->user, reply->token_length, length, REPLY_MAX_LENGTH);
}

/* value of RFC 7628 without its spaces, which no host name has. */
static bool
is_host(const char *host)
{
	const char *p;

	if (!is_present(host))
		return false;
	for (p = host; *p != '\0'; p++)
		if (*p <= 0x20 || *p >= 0x7f)
			return false;
	return true;
}

static void
add_token(struct buf *out, const struct reply *reply)
{
	buf_add(out, authorization, sizeof(authorization) - 1);
	buf_add(out, reply->token, reply->token_length);
	buf_add_string(out, SEPARATOR SEPARATOR);
}

static size_t
token_part_length(const struct reply *reply)
{
	return sizeof(authorization) - 1 + reply->token_length + 2;
}

static size_t
xoauth2_length(const struct reply *reply)
{
	return strlen("user=" SEPARATOR) + strlen(reply->user) +
	    token_part_length(reply);
}

static void
add_xoauth2(struct buf *out, const struct reply *reply)
{
	buf_add_string(out, "user=");
	buf_add_string(out, reply->user);
	buf_add_string(out, SEPARATOR);
	add_token(out, reply);
}

static void
add_field(struct buf *out, const char *name, const char *value)
{
	buf_add_string(out, name);
	buf_add_string(out, value);
	buf_add_string(out, SEPARATOR);
}

static size_t
oauthbearer_length(const struct reply *reply)
{
	size_t length = strlen("n,a=," SEPARATOR) +
	    saslname_length(reply->user) + token_part_length(reply);

	if (is_host(reply->host))
		length += strlen("host=" SEPARATOR) + strlen(reply->host);
	if (is_present(reply->port))
		length += strlen("port=" SEPARATOR) + strlen(reply->port);
	return length;
}

static void
add_oauthbearer(struct buf *out, const struct reply *reply)
{
	buf_add_string(out, "n,a=");
	add_saslname(out, reply->user);
	buf_add_string(out, "," SEPARATOR);
	if (is_host(reply->host))
		add_field(out, "host=", reply->host);
	if (is_present(reply->port))
		add_field(out, "port=", reply->port);
	add_token(out, reply);
}

/* How the mechanisms differ. */
static const struct {
	size_t (*length)(const struct reply *reply);
	void (*add)(struct buf *out, const struct reply *reply);
	char to_error[2];
} forms[] = {
	[REPLY_XOAUTH2] = { xoauth2_length, add_xoauth2, "" },
	[REPLY_OAUTHBEARER] = { oauthbearer_length, add_oauthbearer,
	    SEPARATOR },
};

enum status
reply_format(enum reply_form form, const struct reply *reply, struct buf *out,
    struct diag *diag)
{
	enum status r;
	size_t length;

	if ((r = check_user(reply->user, diag)) != STATUS_OK)
		return r;
	length = forms[form].length(reply);
	if ((r = check_length(length, reply, diag)) != STATUS_OK)
		return r;
	if (!token_is_bearer(reply->token, reply->token_length))
		return diag_set(diag, STATUS_DATA,
		    "what is stored as the token of %.100s has not the form of "
		    "one; log the account in again",
		    reply->user);
	buf_reserve(out, length);
	forms[form].add(out, reply);
	if (buf_status(out) != STATUS_OK)
		return diag_set_nomem(diag);
	return STATUS_OK;
}

const char *
reply_to_error(enum reply_form form, size_t *length)
{
	*length = strlen(forms[form].to_error);
	return forms[form].to_error;
}

void
reply_find_port(const char *address, char port[REPLY_PORT_SPACE])
{
	const char *digits;
	size_t length;
	long number = 0;
	size_t i;

	port[0] = '\0';
	if (address == NULL || (digits = strrchr(address, ';')) == NULL)
		return;
	length = strlen(++digits);
	if (length == 0 || length >= REPLY_PORT_SPACE || digits[0] == '0' ||
	    strspn(digits, "0123456789") != length)
		return;
	for (i = 0; i < length; i++)
		number = number * 10 + (digits[i] - '0');
	if (number <= 65535)
		memcpy(port, digits, length + 1);
}
