/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What is somebody's by its form: addresses, ids, homes. See doctor_reader.h.
 */

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "doctor_reader.h"

/* RFC 4122: 8 hexadecimal digits, then groups. */
#define GUID_HEAD 8
#define GUID_LENGTH 36

/* A fingerprint in hex, with colons between the bytes. */
#define MIN_HEX 16

/* What a mail address begins with. */
static bool
is_local_begin(char c)
{
	return reader_is_alnum(c) || (c != '\0' && strchr("._+-", c) != NULL);
}

static bool
is_local_char(char c)
{
	return reader_is_alnum(c) ||
	    (c != '\0' && strchr("._+-~!#$&'*?^`{|}", c) != NULL);
}

/* me@host, "me and you"@host; and @host behind what a rule has taken. */
bool
reader_take_mail_address(struct doctor_reader *reader)
{
	const char *text = reader_here(reader), *end;
	size_t local, domain;

	if (text[0] == '"' && (end = strstr(text + 1, "\"@")) != NULL)
		local = (size_t)(end + 1 - text);
	else if (is_local_begin(text[0]) &&
	    is_local_begin(reader_before(reader)))
		return false;
	else
		local = is_local_begin(text[0]) ?
		    reader_span(text, is_local_char) :
		    0;
	if (text[local] != '@')
		return false;
	domain = reader_span(text + local + 1, reader_is_domain_char);
	domain = reader_without_end(text + local + 1, domain);
	if (domain == 0)
		return false;
	if (local > 0) {
		reader_take(reader, DOCTOR_HIDE_USER, local + 1 + domain);
		return true;
	}
	buf_add_string(reader->out, "@");
	reader->at++;
	reader_take(reader, DOCTOR_HIDE_HOST, domain);
	return true;
}

/* A host or an address, with or without brackets, of which all is hidden. */
static void
take_authority(struct doctor_reader *reader, size_t length)
{
	const char *text = reader_here(reader);
	size_t host;

	if (length > 0 && text[0] == '[') {
		buf_add_string(reader->out, "[");
		reader->at++;
		host = strcspn(text + 1, "]");
		reader_take(reader, DOCTOR_HIDE_IP,
		    host < length ? host : length - 1);
		return;
	}
	for (host = 0; host < length && text[host] != ':'; host++)
		;
	if (host > 0)
		reader_take(reader, DOCTOR_HIDE_HOST, host);
}

/* What is behind a host, up to its end: a port, or nothing that is known. */
static void
take_port(struct doctor_reader *reader, const char *end)
{
	static const char digits[] = ":]0123456789";
	size_t length =
	    reader_here(reader) < end ? (size_t)(end - reader_here(reader)) : 0;

	if (strspn(reader_here(reader), digits) < length) {
		reader_hide(reader, length);
		return;
	}
	buf_add(reader->out, reader_here(reader), length);
	reader->at += length;
}

/* A path has names of tenants and realms; what ends it may be a sentence's. */
static void
take_url_path(struct doctor_reader *reader)
{
	const char *text = reader_here(reader);
	size_t length = reader_span(text, reader_is_url_char), path = length;

	if (length == 0)
		return;
	while (path > 0 && strchr(".,;:", text[path - 1]) != NULL)
		path--;
	if (path > 1)
		buf_add_string(reader->out, "/...");
	buf_add(reader->out, text + path, length - path);
	reader->at += length;
}

/* ://user:password@host:port/path */
bool
reader_take_url(struct doctor_reader *reader)
{
	const char *text = reader_here(reader), *user;
	size_t authority;

	if (strncmp(text, "://", 3) != 0)
		return false;
	buf_add_string(reader->out, "://");
	reader->at += 3;
	text += 3;
	authority = strcspn(text, "/?#");
	if (authority > reader_span(text, reader_is_url_char))
		authority = reader_span(text, reader_is_url_char);
	if ((user = memrchr(text, '@', authority)) != NULL) {
		reader_hide(reader, (size_t)(user - text));
		buf_add_string(reader->out, "@");
		reader->at++;
	}
	if (!reader_take_value(reader))
		take_authority(reader,
		    (size_t)(text + authority - reader_here(reader)));
	take_port(reader, text + authority);
	take_url_path(reader);
	return true;
}

/* A label of a PKCS#11 token is whatever somebody has called it. */
bool
reader_take_token_uri(struct doctor_reader *reader)
{
	static const char scheme[] = "pkcs11:";

	if (strncasecmp(reader_here(reader), scheme, strlen(scheme)) != 0)
		return false;
	buf_add_string(reader->out, scheme);
	reader->at += strlen(scheme);
	if (reader_is_url_char(*reader_here(reader)))
		reader_hide(reader,
		    reader_span(reader_here(reader), reader_is_url_char));
	return true;
}

static bool
is_guid_char(char c)
{
	return reader_is_hex(c) || c == '-';
}

/* Also one that was cut. */
bool
reader_take_guid(struct doctor_reader *reader)
{
	const char *text = reader_here(reader);
	size_t length;

	if (reader_is_alnum(reader_before(reader)) ||
	    reader_span(text, reader_is_hex) != GUID_HEAD ||
	    text[GUID_HEAD] != '-')
		return false;
	length = reader_without_end(text, reader_span(text, is_guid_char));
	if (length <= GUID_HEAD + 1 || length > GUID_LENGTH)
		return false;
	reader_take(reader, DOCTOR_HIDE_ID, length);
	return true;
}

static bool
is_ip6_char(char c)
{
	return reader_is_hex(c) || c == ':' || c == '.';
}

/* An IPv6 address; or a fingerprint of hex with colons. */
bool
reader_take_ip6(struct doctor_reader *reader)
{
	const char *text = reader_here(reader);
	size_t length, i, colons = 0;

	if (reader_is_alnum(reader_before(reader)) ||
	    reader_before(reader) == ':')
		return false;
	length = reader_span(text, is_ip6_char);
	while (length > 0 && strchr(".:", text[length - 1]) != NULL &&
	    !reader_is_address(AF_INET6, text, length))
		length--;
	for (i = 0; i < length; i++)
		colons += text[i] == ':';
	if (colons < 2)
		return false;
	if (reader_is_address(AF_INET6, text, length))
		reader_take(reader, DOCTOR_HIDE_IP, length);
	else if (length >= MIN_HEX && memchr(text, '.', length) == NULL)
		reader_hide(reader, length);
	else
		return false;
	return true;
}

static bool
is_path_name(char c)
{
	return reader_is_url_char(c) && strchr("/:,;", c) == NULL;
}

/* Whose home it is. */
bool
reader_take_home(struct doctor_reader *reader)
{
	static const char *const homes[] = { "/home/", "/Users/", "~" };
	const char *text = reader_here(reader);
	size_t i, length, name;

	for (i = 0; i < sizeof(homes) / sizeof(homes[0]); i++) {
		length = strlen(homes[i]);
		if (strncmp(text, homes[i], length) != 0 ||
		    (text[0] == '~' &&
			reader_is_host_char(reader_before(reader))))
			continue;
		name = reader_span(text + length, is_path_name);
		name = reader_without_end(text + length, name);
		if (name == 0)
			continue;
		buf_add(reader->out, text, length);
		reader->at += length;
		if (!reader_take_value(reader))
			reader_take(reader, DOCTOR_HIDE_USER, name);
		return true;
	}
	return false;
}
