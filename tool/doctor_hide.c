/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A text that names nobody. See doctor_hide.h.
 *
 * The text is freed of percent-encoding and of secrets (explain_show()), and is
 * then read once from its beginning: at each place the first of the rules that
 * fits takes what it fits and says what stands for it.
 *
 * BUGS: a host without a dot, and a user's name, that nothing here knows and
 * that stand in running text, cannot be told from words.
 */

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "doctor_hide_names.h"
#include "explain.h"
#include "hex.h"

#define HIDDEN "[hidden]"

/* Percent-encoding of percent-encoding, and so on. */
#define MAX_DECODINGS 4

/* A known value of so many bytes is one in the middle of a word too. */
#define MIN_INSIDE 8

/* So much of a known value at the end of a text that was cut is a find, and so
 * much anywhere: a sentence has limits for what it quotes. */
#define MIN_CUT 4
#define MIN_PART 24

/* A sentence of so many bytes has been cut; a character may be gone besides. */
#define MIN_CUT_TEXT (DIAG_MAX_TEXT - 4)

#define CUT "..."

/* Shorter runs in base64 or hex hold no address. */
#define MIN_BASE64 12
#define MIN_HEX 16

/* RFC 4122: 8 hexadecimal digits, then groups. */
#define GUID_HEAD 8
#define GUID_LENGTH 36

struct reader {
	struct doctor_hide *hide;
	const char *text;
	size_t length, at;
	struct buf *out;
};

typedef bool rule(struct reader *reader);

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

static bool
is_host_char(char c)
{
	return is_alnum(c) || c == '-' || c == '_';
}

/* What a mail address begins with. */
static bool
is_local_begin(char c)
{
	return is_alnum(c) || (c != '\0' && strchr("._+-", c) != NULL);
}

static bool
is_local_char(char c)
{
	return is_alnum(c) ||
	    (c != '\0' && strchr("._+-~!#$&'*?^`{|}", c) != NULL);
}

/* The byte before the place, or NUL. */
static char
before(const struct reader *reader)
{
	return reader->at > 0 ? reader->text[reader->at - 1] : '\0';
}

static const char *
here(const struct reader *reader)
{
	return reader->text + reader->at;
}

/* How many bytes from there on are of that kind. */
static size_t
span(const char *text, bool is_one(char))
{
	size_t n = 0;

	while (text[n] != '\0' && is_one(text[n]))
		n++;
	return n;
}

/* Dots and hyphens at the end of a name belong to the sentence. */
static size_t
without_end(const char *text, size_t length)
{
	while (length > 0 && strchr(".-", text[length - 1]) != NULL)
		length--;
	return length;
}

static void
take(struct reader *reader, enum doctor_hide_kind kind, size_t length)
{
	doctor_hide_add(reader->hide, kind, here(reader), length, reader->out);
	reader->at += length;
}

static void
take_secret(struct reader *reader, size_t length)
{
	buf_add_string(reader->out, HIDDEN);
	reader->at += length;
}

/* How much of the text there is the value; 0: none of it. */
static size_t
match_value(const struct reader *reader, const char *value)
{
	size_t length = strlen(value), n = 0, left;
	const char *text = here(reader);

	if (length < MIN_INSIDE && is_alnum(value[0]) &&
	    is_alnum(before(reader)))
		return 0;
	while (n < length && strncasecmp(text + n, value + n, 1) == 0)
		n++;
	if (n == length)
		return length < MIN_INSIDE && is_alnum(text[n]) ? 0 : n;
	/* A text that is cut ends with what is left of it. */
	left = strlen(text + n);
	if (n >= MIN_CUT && !is_alnum(before(reader)) &&
	    (left == 0 || strcmp(text + n, CUT) == 0))
		return n;
	return n >= MIN_PART ? n : 0;
}

/* One word that somebody has chosen may be a part of more. */
static bool
is_chosen_word(const struct doctor_hide_name *name)
{
	return name->kind == DOCTOR_HIDE_NAME &&
	    strchr(name->value, ' ') == NULL;
}

/* The longest of the known values there, but for chosen words, or those. */
static bool
take_known(struct reader *reader, bool is_word)
{
	const struct doctor_hide *hide = reader->hide;
	size_t i, length, best = 0, found = 0;

	for (i = 0; i < hide->count; i++) {
		if (!hide->names[i].is_known ||
		    is_chosen_word(&hide->names[i]) != is_word)
			continue;
		length = match_value(reader, hide->names[i].value);
		if (length <= best)
			continue;
		best = length;
		found = i;
	}
	if (best == 0)
		return false;
	doctor_hide_add_name(reader->hide, found, reader->out);
	reader->at += best;
	return true;
}

static bool
take_value(struct reader *reader)
{
	return take_known(reader, false);
}

static bool
take_word(struct reader *reader)
{
	return take_known(reader, true);
}

static bool
is_domain_char(char c)
{
	return is_host_char(c) || c == '.';
}

/* me@host, "me and you"@host; and @host behind what a rule has taken. */
static bool
take_mail_address(struct reader *reader)
{
	const char *text = here(reader), *end;
	size_t local, domain;

	if (text[0] == '"' && (end = strstr(text + 1, "\"@")) != NULL)
		local = (size_t)(end + 1 - text);
	else if (is_local_begin(text[0]) && is_local_begin(before(reader)))
		return false;
	else
		local = is_local_begin(text[0]) ? span(text, is_local_char) : 0;
	if (text[local] != '@')
		return false;
	domain = span(text + local + 1, is_domain_char);
	domain = without_end(text + local + 1, domain);
	if (domain == 0)
		return false;
	if (local > 0) {
		take(reader, DOCTOR_HIDE_USER, local + 1 + domain);
		return true;
	}
	buf_add_string(reader->out, "@");
	reader->at++;
	take(reader, DOCTOR_HIDE_HOST, domain);
	return true;
}

static bool
is_url_char(char c)
{
	return (unsigned char)c > ' ' && strchr("\"'<>()", c) == NULL;
}

/* A host or an address, with or without brackets, of which all is hidden. */
static void
take_authority(struct reader *reader, size_t length)
{
	const char *text = here(reader);
	size_t host;

	if (length > 0 && text[0] == '[') {
		buf_add_string(reader->out, "[");
		reader->at++;
		host = strcspn(text + 1, "]");
		take(reader, DOCTOR_HIDE_IP, host < length ? host : length - 1);
		return;
	}
	for (host = 0; host < length && text[host] != ':'; host++)
		;
	if (host > 0)
		take(reader, DOCTOR_HIDE_HOST, host);
}

/* What is behind a host, up to its end: a port, or nothing that is known. */
static void
take_port(struct reader *reader, const char *end)
{
	static const char digits[] = ":]0123456789";
	size_t length = here(reader) < end ? (size_t)(end - here(reader)) : 0;

	if (strspn(here(reader), digits) < length) {
		take_secret(reader, length);
		return;
	}
	buf_add(reader->out, here(reader), length);
	reader->at += length;
}

/* A path has names of tenants and realms; what ends it may be a sentence's. */
static void
take_url_path(struct reader *reader)
{
	const char *text = here(reader);
	size_t length = span(text, is_url_char), path = length;

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
static bool
take_url(struct reader *reader)
{
	const char *text = here(reader), *user;
	size_t authority;

	if (strncmp(text, "://", 3) != 0)
		return false;
	buf_add_string(reader->out, "://");
	reader->at += 3;
	text += 3;
	authority = strcspn(text, "/?#");
	if (authority > span(text, is_url_char))
		authority = span(text, is_url_char);
	if ((user = memrchr(text, '@', authority)) != NULL) {
		take_secret(reader, (size_t)(user - text));
		buf_add_string(reader->out, "@");
		reader->at++;
	}
	if (!take_value(reader))
		take_authority(reader,
		    (size_t)(text + authority - here(reader)));
	take_port(reader, text + authority);
	take_url_path(reader);
	return true;
}

/* A label of a PKCS#11 token is whatever somebody has called it. */
static bool
take_token_uri(struct reader *reader)
{
	static const char scheme[] = "pkcs11:";

	if (strncasecmp(here(reader), scheme, strlen(scheme)) != 0)
		return false;
	buf_add_string(reader->out, scheme);
	reader->at += strlen(scheme);
	if (is_url_char(*here(reader)))
		take_secret(reader, span(here(reader), is_url_char));
	return true;
}

static bool
is_hex(char c)
{
	return hex_value(c) >= 0;
}

static bool
is_guid_char(char c)
{
	return is_hex(c) || c == '-';
}

/* Also one that was cut. */
static bool
take_guid(struct reader *reader)
{
	const char *text = here(reader);
	size_t length;

	if (is_alnum(before(reader)) || span(text, is_hex) != GUID_HEAD ||
	    text[GUID_HEAD] != '-')
		return false;
	length = without_end(text, span(text, is_guid_char));
	if (length <= GUID_HEAD + 1 || length > GUID_LENGTH)
		return false;
	take(reader, DOCTOR_HIDE_ID, length);
	return true;
}

static bool
is_ip6_char(char c)
{
	return is_hex(c) || c == ':' || c == '.';
}

static bool
is_address(int family, const char *text, size_t length)
{
	unsigned char address[sizeof(struct in6_addr)];
	char copy[INET6_ADDRSTRLEN];

	if (length == 0 || length >= sizeof(copy))
		return false;
	memcpy(copy, text, length);
	copy[length] = '\0';
	return inet_pton(family, copy, address) == 1;
}

/* An IPv6 address; or a fingerprint of hex with colons. */
static bool
take_ip6(struct reader *reader)
{
	const char *text = here(reader);
	size_t length, i, colons = 0;

	if (is_alnum(before(reader)) || before(reader) == ':')
		return false;
	length = span(text, is_ip6_char);
	while (length > 0 && strchr(".:", text[length - 1]) != NULL &&
	    !is_address(AF_INET6, text, length))
		length--;
	for (i = 0; i < length; i++)
		colons += text[i] == ':';
	if (colons < 2)
		return false;
	if (is_address(AF_INET6, text, length))
		take(reader, DOCTOR_HIDE_IP, length);
	else if (length >= MIN_HEX && memchr(text, '.', length) == NULL)
		take_secret(reader, length);
	else
		return false;
	return true;
}

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
		if (!is_alnum(dot[i]) || (dot[i] >= '0' && dot[i] <= '9'))
			return false;
	return size >= 2;
}

/* Is this a part of a path? */
static bool
is_in_path(const struct reader *reader)
{
	return before(reader) == '/' &&
	    (reader->at < 2 || reader->text[reader->at - 2] != '/');
}

/* As it is, but for known words in it. */
static void
take_plain(struct reader *reader, size_t length)
{
	const char *end = here(reader) + length;

	while (here(reader) < end)
		if (!take_value(reader) && !take_word(reader))
			buf_add(reader->out, reader->text + reader->at++, 1);
}

/* Names with dots: hosts, addresses, files, permissions, versions. */
static bool
take_dotted(struct reader *reader)
{
	const char *text = here(reader);
	size_t length, stem;

	if (!is_host_char(text[0]) || is_domain_char(before(reader)))
		return false;
	length = without_end(text, span(text, is_domain_char));
	if (length == 0 || memchr(text, '.', length) == NULL)
		return false;
	stem = is_in_path(reader) ? file_stem(text, length) : 0;
	if (is_address(AF_INET, text, length)) {
		take(reader, DOCTOR_HIDE_IP, length);
	} else if (is_common_file(text, length) ||
	    is_permission(text, length)) {
		take_plain(reader, length);
	} else if (stem > 0 && !is_host(text, stem)) {
		take_plain(reader, length);
	} else if (stem > 0) {
		take(reader, DOCTOR_HIDE_HOST, stem);
		take_plain(reader, length - stem);
	} else if (is_host(text, length)) {
		take(reader, DOCTOR_HIDE_HOST, length);
	} else {
		take_plain(reader, length);
	}
	return true;
}

static bool
is_path_name(char c)
{
	return is_url_char(c) && strchr("/:,;", c) == NULL;
}

/* Whose home it is. */
static bool
take_home(struct reader *reader)
{
	static const char *const homes[] = { "/home/", "/Users/", "~" };
	const char *text = here(reader);
	size_t i, length, name;

	for (i = 0; i < sizeof(homes) / sizeof(homes[0]); i++) {
		length = strlen(homes[i]);
		if (strncmp(text, homes[i], length) != 0 ||
		    (text[0] == '~' && is_host_char(before(reader))))
			continue;
		name = span(text + length, is_path_name);
		name = without_end(text + length, name);
		if (name == 0)
			continue;
		buf_add(reader->out, text, length);
		reader->at += length;
		if (!take_value(reader))
			take(reader, DOCTOR_HIDE_USER, name);
		return true;
	}
	return false;
}

static bool
is_base64_char(char c)
{
	return (is_alnum(c) && (unsigned char)c < 0x80) ||
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
static bool
take_coded(struct reader *reader)
{
	const char *text = here(reader);
	size_t length, from;

	if (is_base64_char(before(reader)))
		return false;
	length = span(text, is_hex);
	if (length >= MIN_HEX && !is_alnum(text[length])) {
		take_secret(reader, length);
		return true;
	}
	length = span(text, is_base64_char);
	for (from = 0; from < 4 && length >= MIN_BASE64 + from; from++)
		if (is_coded_text(text + from, length - from)) {
			take_secret(reader,
			    length + span(text + length, is_padding));
			return true;
		}
	return false;
}

static void
read_all(struct reader *reader)
{
	static rule *const rules[] = { take_value, take_url, take_token_uri,
		take_home, take_mail_address, take_guid, take_ip6, take_coded,
		take_dotted, take_word };
	size_t i;

	while (reader->at < reader->length) {
		for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
			if (rules[i](reader))
				break;
		if (i == sizeof(rules) / sizeof(rules[0]))
			buf_add(reader->out, reader->text + reader->at++, 1);
	}
}

/* Frees the text of percent-encoding, in place. Was there any? */
static bool
decode(char *text)
{
	const char *from = text;
	bool is_changed = false;
	char *to = text;
	int byte;

	while (*from != '\0') {
		byte = 0;
		if (from[0] == '%' && is_hex(from[1]) && is_hex(from[2]))
			byte = hex_value(from[1]) * 16 + hex_value(from[2]);
		if (byte == 0) {
			*to++ = *from++;
			continue;
		}
		*to++ = (char)byte;
		from += 3;
		is_changed = true;
	}
	*to = '\0';
	return is_changed;
}

/* A text that was cut may end in the middle of one. */
static void
drop_half(char *text)
{
	size_t length = strlen(text);

	if (length > 0 && text[length - 1] == '%')
		text[length - 1] = '\0';
	else if (length > 1 && text[length - 2] == '%' &&
	    is_hex(text[length - 1]))
		text[length - 2] = '\0';
}

/* Half of what was cut looks like nothing: the last word goes. */
static void
drop_last_word(char *text)
{
	size_t length = strlen(text), mark = strlen(CUT);
	bool is_marked =
	    length >= mark && strcmp(text + length - mark, CUT) == 0;

	if (length < MIN_CUT_TEXT && !is_marked)
		return;
	while (length > 0 && text[length - 1] != ' ')
		length--;
	/* What is cut was longer than the mark. */
	if (strlen(text + length) >= mark)
		memcpy(text + length, CUT, mark + 1);
	else
		text[length] = '\0';
}

enum status
doctor_hide_text(struct doctor_hide *hide, const char *text, struct buf *out)
{
	size_t length = strnlen(text, DOCTOR_HIDE_MAX_TEXT), space, i;
	struct reader reader = { .hide = hide, .out = out };
	char *plain, *shown = NULL;

	/* A secret may become longer when it is hidden. */
	space = 4 * length + sizeof(HIDDEN);
	if ((plain = string_copy_n(text, length)) == NULL ||
	    (shown = malloc(space)) == NULL) {
		hide->failed = STATUS_NOMEM;
		goto out;
	}
	drop_last_word(plain);
	for (i = 0; i < MAX_DECODINGS && decode(plain); i++)
		;
	drop_half(plain);
	explain_show(plain, strlen(plain), shown, space);
	reader.text = shown;
	reader.length = strlen(shown);
	read_all(&reader);
out:
	free(plain);
	free(shown);
	return hide->failed != STATUS_OK ? hide->failed : buf_status(out);
}
