/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a message is made of, whoever gave it: NUL-terminated, the user, the
 * server's name and its address with a port; then the token. A message that is
 * made can be read again and says just that; what cannot be sent is refused.
 */

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "reply.h"
#include "token.h"

const char fuzz_name[] = "message";

/* A message that is read, from its front. */
struct cursor {
	const char *at, *end;
};

static void
take(struct cursor *cursor, const char *expected)
{
	size_t length = strlen(expected);

	MUST((size_t)(cursor->end - cursor->at) >= length);
	MUST(memcmp(cursor->at, expected, length) == 0);
	cursor->at += length;
}

/* Up to that byte, which is taken too. */
static struct cursor
take_until(struct cursor *cursor, char stop)
{
	struct cursor found = { cursor->at, cursor->at };

	found.end = memchr(cursor->at, stop, (size_t)(cursor->end - found.at));
	MUST(found.end != NULL);
	cursor->at = found.end + 1;
	return found;
}

static bool
is_text(const struct cursor *part, const char *text)
{
	return (size_t)(part->end - part->at) == strlen(text) &&
	    memcmp(part->at, text, strlen(text)) == 0;
}

/* A saslname (RFC 5801, section 4), read as its grammar has it. */
static void
check_saslname(struct cursor name, const char *user)
{
	char byte;

	for (; name.at < name.end; user++) {
		if ((byte = *name.at++) == '=') {
			MUST(name.end - name.at >= 2);
			MUST(memcmp(name.at, "2C", 2) == 0 ||
			    memcmp(name.at, "3D", 2) == 0);
			byte = name.at[0] == '2' ? ',' : '=';
			name.at += 2;
		}
		MUST(byte == *user);
	}
	MUST(*user == '\0');
}

static void
check_token(struct cursor *cursor, const struct reply *reply)
{
	struct cursor token;

	take(cursor, "auth=Bearer ");
	token = take_until(cursor, '\001');
	MUST((size_t)(token.end - token.at) == reply->token_length);
	MUST(memcmp(token.at, reply->token, reply->token_length) == 0);
	take(cursor, "\001");
	MUST(cursor->at == cursor->end);
}

static void
check_xoauth2(struct cursor cursor, const struct reply *reply)
{
	struct cursor user;

	take(&cursor, "user=");
	user = take_until(&cursor, '\001');
	MUST(is_text(&user, reply->user));
	check_token(&cursor, reply);
}

static bool
is_visible(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x21 || (unsigned char)*text > 0x7e)
			return false;
	return true;
}

static void
check_field(struct cursor *cursor, const char *name, const char *value)
{
	struct cursor found;

	if (value == NULL || value[0] == '\0' || !is_visible(value))
		return;
	take(cursor, name);
	found = take_until(cursor, '\001');
	MUST(is_text(&found, value));
}

static void
check_oauthbearer(struct cursor cursor, const struct reply *reply)
{
	take(&cursor, "n,a=");
	check_saslname(take_until(&cursor, ','), reply->user);
	take(&cursor, "\001");
	check_field(&cursor, "host=", reply->host);
	check_field(&cursor, "port=", reply->port);
	check_token(&cursor, reply);
}

/* RFC 6750, section 2.1, slowly. */
static bool
is_bearer(const char *token, size_t length)
{
	static const char bytes[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-._~+/";
	size_t i = 0;

	while (
	    i < length && token[i] != '\0' && strchr(bytes, token[i]) != NULL)
		i++;
	if (i == 0 || length > TOKEN_MAX_LENGTH)
		return false;
	while (i < length && token[i] == '=')
		i++;
	return i == length;
}

static bool
has_control(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return true;
	return false;
}

static void
make(enum reply_form form, const struct reply *reply)
{
	bool can_send = reply->user[0] != '\0' && !has_control(reply->user) &&
	    is_bearer(reply->token, reply->token_length);
	struct diag diag = { "" };
	struct cursor cursor;
	enum status r;
	struct buf out;

	buf_init(&out, REPLY_MAX_LENGTH);
	r = reply_format(form, reply, &out, &diag);
	if (r == STATUS_OK) {
		MUST(can_send && out.length <= REPLY_MAX_LENGTH);
		cursor.at = out.data;
		cursor.end = out.data + out.length;
		if (form == REPLY_XOAUTH2)
			check_xoauth2(cursor, reply);
		else
			check_oauthbearer(cursor, reply);
	} else {
		MUST(diag.text[0] != '\0' && !has_control(diag.text));
		/* nothing else than its length is against it */
		MUST(!can_send || r == STATUS_CONFIG || fuzz_failing);
		MUST(out.length == 0);
	}
	buf_clear(&out);
}

/* The port is one, and it is the address's last word. */
static void
check_port(const char *address, const char *port)
{
	size_t length = strlen(port);

	if (length == 0)
		return;
	MUST(length < REPLY_PORT_SPACE && port[0] != '0');
	MUST(strspn(port, "0123456789") == length && atol(port) <= 65535);
	MUST(strlen(address) > length);
	address += strlen(address) - length - 1;
	MUST(address[0] == ';' && strcmp(address + 1, port) == 0);
}

/* The next string, copied, so that a read beyond its end is seen. */
static char *
next_string(const uint8_t **data, size_t *size)
{
	size_t length = strnlen((const char *)*data, *size);
	char *text = string_copy_n((const char *)*data, length);

	if (length < *size)
		length++;
	*data += length;
	*size -= length;
	return text;
}

static void
check(const char *user, const char *host, const char *address,
    const char *token, size_t length)
{
	char port[REPLY_PORT_SPACE];
	struct reply reply = {
		.user = user,
		.host = host,
		.port = port,
		.token = token,
		.token_length = length,
	};

	reply_find_port(address, port);
	check_port(address, port);
	MUST(token_is_bearer(token, length) == is_bearer(token, length));
	make(REPLY_XOAUTH2, &reply);
	make(REPLY_OAUTHBEARER, &reply);
	reply.host = reply.port = NULL;
	make(REPLY_OAUTHBEARER, &reply);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *user, *host, *address;

	if (size == 0)
		return 0;
	user = next_string(&data, &size);
	host = next_string(&data, &size);
	address = next_string(&data, &size);
	if (WORKS(user != NULL && host != NULL && address != NULL))
		check(user, host, address, (const char *)data, size);
	free(user);
	free(host);
	free(address);
	return 0;
}
