/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Words that may be hosts, and words that may be encoded. See doctor_reader.h.
 */

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "doctor_reader.h"

/* Shorter runs in base64 or hex hold no address. */
#define MIN_BASE64 12
#define MIN_HEX 16

static bool
is_in(const char *const *list, const char *text, size_t length)
{
	for (; *list != NULL; list++)
		if (strlen(*list) == length &&
		    strncasecmp(*list, text, length) == 0)
			return true;
	return false;
}

/* Files that have the same name everywhere. */
static bool
is_common_file(const char *text, size_t length)
{
	static const char *const names[] = { "sasl-bearer.conf",
		"sasl-xoauth2.conf", "sasl-bearer-engine.so",
		"sasl-bearer-client.so", "libsaslbearer.so", "libsasl2.so",
		"libsasl-xoauth2.so", "main.cf", "master.cf", "resolv.conf",
		"nsswitch.conf", "hosts.conf", "ca-certificates.crt",
		"ca-bundle.crt", "ca-bundle.pem", "cert.pem", "openssl.cnf",
		"smtpd.conf", "mutt_oauth2.py", "libplain.so", "liblogin.so",
		"postfix.service", "sasl-bearer-refresh.timer",
		"sasl-bearer-refresh.service", NULL };

	return is_in(names, text, length);
}

/* How long what ends like a file is without that end; 0: it does not. */
static size_t
file_stem(const char *text, size_t length)
{
	static const char *const ends[] = { "conf", "cf", "cnf", "so", "la",
		"crt", "cer", "pem", "key", "p12", "pfx", "json", "txt", "log",
		"db", "lmdb", "cdb", "socket", "sock", "service", "timer",
		"lock", "tmp", "py", "sh", "pid", "bak", "old", "d", NULL };
	const char *dot = memrchr(text, '.', length);
	size_t stem = dot != NULL ? (size_t)(dot - text) : 0;

	return stem > 0 && is_in(ends, dot + 1, length - stem - 1) ? stem : 0;
}

/* Permissions look like hosts: SMTP.Send, IMAP.AccessAsUser.All. */
static bool
is_permission(const char *text, size_t length)
{
	static const char *const first[] = { "SMTP", "IMAP", "POP", "Mail",
		"User", "EWS", "Exchange", "Calendars", "Contacts", NULL };
	static const char *const last[] = { "Send", "SendAsApp", "All",
		"AccessAsApp", "Read", "ReadWrite", "ReadBasic", "Shared",
		"ManageAsApp", NULL };
	const char *dot = memchr(text, '.', length);
	const char *end = memrchr(text, '.', length);

	return dot != NULL && is_in(first, text, (size_t)(dot - text)) &&
	    is_in(last, end + 1, length - (size_t)(end + 1 - text)) &&
	    text[0] >= 'A' && text[0] <= 'Z' && end[1] >= 'A' && end[1] <= 'Z';
}

/* Could the last label be a top-level domain? */
static bool
is_host(const char *text, size_t length)
{
	const char *dot = memrchr(text, '.', length);
	size_t i, size;

	if (dot == NULL || dot == text)
		return false;
	size = length - (size_t)(dot + 1 - text);
	if (size >= 4 && strncasecmp(dot + 1, "xn--", 4) == 0)
		return true;
	for (i = 1; i <= size; i++)
		if (!reader_is_alnum(dot[i]) ||
		    (dot[i] >= '0' && dot[i] <= '9'))
			return false;
	return size >= 2;
}

/* Is this a part of a path? */
static bool
is_in_path(const struct doctor_reader *reader)
{
	return reader_before(reader) == '/' &&
	    (reader->at < 2 || reader->text[reader->at - 2] != '/');
}

/* As it is, but for known words in it. */
static void
take_plain(struct doctor_reader *reader, size_t length)
{
	const char *end = reader_here(reader) + length;

	while (reader_here(reader) < end)
		if (!reader_take_value(reader) && !reader_take_word(reader))
			buf_add(reader->out, reader->text + reader->at++, 1);
}

/* Names with dots: hosts, addresses, files, permissions, versions. */
bool
reader_take_dotted(struct doctor_reader *reader)
{
	const char *text = reader_here(reader);
	size_t length, stem;

	if (!reader_is_host_char(text[0]) ||
	    reader_is_domain_char(reader_before(reader)))
		return false;
	length =
	    reader_without_end(text, reader_span(text, reader_is_domain_char));
	if (length == 0 || memchr(text, '.', length) == NULL)
		return false;
	stem = is_in_path(reader) ? file_stem(text, length) : 0;
	if (reader_is_address(AF_INET, text, length)) {
		reader_take(reader, DOCTOR_HIDE_IP, length);
	} else if (is_common_file(text, length) ||
	    is_permission(text, length)) {
		take_plain(reader, length);
	} else if (stem > 0 && !is_host(text, stem)) {
		take_plain(reader, length);
	} else if (stem > 0) {
		reader_take(reader, DOCTOR_HIDE_HOST, stem);
		take_plain(reader, length - stem);
	} else if (is_host(text, length)) {
		reader_take(reader, DOCTOR_HIDE_HOST, length);
	} else {
		take_plain(reader, length);
	}
	return true;
}

static bool
is_base64_char(char c)
{
	return (reader_is_alnum(c) && (unsigned char)c < 0x80) ||
	    (c != '\0' && strchr("+/-_", c) != NULL);
}

static bool
is_padding(char c)
{
	return c == '=';
}

static int
base64_value(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *digit;

	if (c == '-')
		return 62;
	if (c == '_')
		return 63;
	digit = c != '\0' ? strchr(digits, c) : NULL;
	return digit != NULL ? (int)(digit - digits) : 0;
}

/*
 * Is it text in base64? Words are none: of their bytes, most would not be
 * printable. A byte that is in no word but in an address makes a short one.
 */
static bool
is_coded_text(const char *text, size_t length)
{
	unsigned bits = 0, count = 0;
	bool is_marked = false;
	size_t i, bytes = 0;
	unsigned char byte;

	for (i = 0; i < length; i++) {
		bits = bits << 6 | (unsigned)base64_value(text[i]);
		count += 6;
		if (count < 8)
			continue;
		count -= 8;
		byte = (unsigned char)(bits >> count);
		if ((byte < ' ' && byte != 1) || byte > '~')
			return false;
		is_marked = is_marked || strchr("@.=:\001", byte) != NULL;
		bytes++;
	}
	return is_marked || bytes >= MIN_BASE64;
}

/* A run in base64 or hex that says something. */
bool
reader_take_coded(struct doctor_reader *reader)
{
	const char *text = reader_here(reader);
	size_t length, from;

	if (is_base64_char(reader_before(reader)))
		return false;
	length = reader_span(text, reader_is_hex);
	if (length >= MIN_HEX && !reader_is_alnum(text[length])) {
		reader_hide(reader, length);
		return true;
	}
	length = reader_span(text, is_base64_char);
	for (from = 0; from < 4 && length >= MIN_BASE64 + from; from++)
		if (is_coded_text(text + from, length - from)) {
			reader_hide(reader,
			    length + reader_span(text + length, is_padding));
			return true;
		}
	return false;
}
