/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Shows a text without its secrets. See explain.h.
 *
 * BUGS: a password that stands in running text, with no name before it, or that
 * looks like a word, cannot be told from one.
 */

#include <string.h>
#include <strings.h>

#include "explain.h"

#define HIDDEN "[hidden]"

/* Shorter runs of letters and digits are names and ids. */
#define MIN_OPAQUE 24
#define MIN_HEX 40
#define MIN_BEARER 8

/* So many different characters a secret has. */
#define MIN_KINDS 8

struct shower {
	const char *text;
	size_t length, at;
	char *out;
	size_t space, used;
	bool is_full;
};

static void
put(struct shower *shower, const char *bytes, size_t length)
{
	if (shower->is_full || shower->used + length + 4 > shower->space) {
		shower->is_full = true;
		return;
	}
	memcpy(shower->out + shower->used, bytes, length);
	shower->used += length;
}

static bool
is_token_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || (c != '\0' && strchr("-._~+/=!*$", c));
}

static bool
is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* How many of the bytes lie in that range. */
static size_t
count_range(const char *p, size_t length, char first, char last)
{
	size_t i, n = 0;

	for (i = 0; i < length; i++)
		n += p[i] >= first && p[i] <= last;
	return n;
}

/* A GUID: five groups of hexadecimal digits. */
static bool
is_guid(const char *p, size_t length)
{
	return length == 36 && p[8] == '-' && p[13] == '-' && p[18] == '-' &&
	    p[23] == '-' && strspn(p, "0123456789abcdefABCDEF-") >= length;
}

/* Letters of both cases and digits without an order a person would write. */
static bool
is_opaque(const char *p, size_t length)
{
	size_t i, upper = 0, lower = 0, digits = 0, others = 0, changes = 0;
	size_t kinds;
	unsigned seen = 0;

	if (length >= 12 &&
	    (strncmp(p, "eyJ", 3) == 0 || strncmp(p, "ya29.", 5) == 0 ||
		strncmp(p, "1//0", 4) == 0 || strncmp(p, "EwB", 3) == 0 ||
		strncmp(p, "EwA", 3) == 0 || strncmp(p, "GOCSPX-", 7) == 0 ||
		strncmp(p, "4/0A", 4) == 0 || strncmp(p, "M.C5", 4) == 0))
		return true;
	if (is_guid(p, length))
		return false;
	for (i = 0; i < length; i++) {
		upper += p[i] >= 'A' && p[i] <= 'Z';
		lower += p[i] >= 'a' && p[i] <= 'z';
		digits += p[i] >= '0' && p[i] <= '9';
		others += p[i] == '/' || p[i] == '.';
		changes += i > 0 && ((p[i] ^ p[i - 1]) & 0x60) != 0;
		seen |= 1U << (p[i] & 31);
	}
	for (kinds = 0; seen != 0; seen &= seen - 1)
		kinds++;
	if (kinds < MIN_KINDS)
		return false; /* a line of dashes or the like */
	if (length >= MIN_HEX && digits >= 6 && others == 0)
		return true;
	if (length >= 2 * MIN_HEX && others * 12 < length)
		return true;
	return length >= MIN_OPAQUE && upper >= 2 && lower >= 2 &&
	    digits >= 2 && others * 8 < length && changes * 5 >= length;
}

/* Names whose values are secrets. */
static bool
is_secret_name(const char *p, size_t length)
{
	static const char *const names[] = { "access_token", "refresh_token",
		"id_token", "client_secret", "client_assertion", "assertion",
		"password", "passwd", "pwd", "pass", "device_code",
		"code_verifier", "secret", "token", "accesstoken",
		"refreshtoken", "clientsecret", "api_key", "apikey",
		"authorization", "user_code", "otc", "sig", "id_token_hint",
		"login_hint_token", "cookie", "set-cookie", "passwort",
		"contrasena", "x-identity-header", "kennwort" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == length &&
		    strncasecmp(p, names[i], length) == 0)
			return true;
	return false;
}

/* The name that ends there. */
static size_t
name_before(const struct shower *shower, size_t end)
{
	size_t begin = end;

	while (begin > 0 && is_name_byte(shower->text[begin - 1]))
		begin--;
	return begin;
}

/* Is that the value of a secret name: name=value, "name": "value"? */
static bool
is_secret_value(const struct shower *shower)
{
	size_t end = shower->at, begin;
	char sign = 0;

	while (end > 0 && strchr("\"'\\ ", shower->text[end - 1]) != NULL &&
	    shower->at - end < 6)
		end--;
	if (end == 0 || strchr("=:", shower->text[end - 1]) == NULL)
		return false;
	sign = shower->text[--end];
	while (end > 0 && strchr("\"'\\ ", shower->text[end - 1]) != NULL &&
	    shower->at - end < 10)
		end--;
	begin = name_before(shower, end);
	if (is_secret_name(shower->text + begin, end - begin))
		return true;
	/* A code is a secret only where it is a field of a form or query. */
	return sign == '=' && end - begin == 4 &&
	    strncasecmp(shower->text + begin, "code", 4) == 0 &&
	    (begin == 0 || strchr("?&; \n\"'", shower->text[begin - 1]));
}

static bool
is_after_word(const struct shower *shower, const char *word)
{
	size_t n = strlen(word);

	return shower->at > n && shower->text[shower->at - 1] == ' ' &&
	    strncasecmp(shower->text + shower->at - n - 1, word, n) == 0;
}

static bool
has_digit(const char *p, size_t length)
{
	return count_range(p, length, '0', '9') > 0;
}

/*
 * Is that the password of name:password, as a line of a password map, an
 * address of the web or curl -u has it? A port is none.
 */
static bool
is_login_value(const struct shower *shower, size_t length)
{
	const char *text = shower->text;
	size_t colon = shower->at - 1, begin;
	char after = shower->at + length < shower->length ?
	    text[shower->at + length] :
	    ' ';

	if (shower->at < 2 || text[colon] != ':' ||
	    count_range(text + shower->at, length, '0', '9') == length)
		return false;
	for (begin = colon; begin > 0 && is_token_byte(text[begin - 1]) &&
	     text[begin - 1] != '/' && text[begin - 1] != '=';)
		begin--;
	if (begin == colon || begin == 0)
		return false;
	if (text[begin - 1] == '@')
		return true;
	return (text[begin - 1] == '/' && after == '@') ||
	    (begin > 3 && strncmp(text + begin - 3, "-u ", 3) == 0);
}

/* Base64 behind the name of a mechanism, or a password behind the word. */
static bool
is_spoken_value(const struct shower *shower, const char *p, size_t length)
{
	static const char *const mechanisms[] = { "plain", "login", "xoauth2",
		"oauthbearer", "cram-md5" };
	bool is_padded =
	    shower->at + length < shower->length && p[length] == '=';
	size_t i;

	if (is_after_word(shower, "password"))
		return length >= 6 && has_digit(p, length);
	if (length < MIN_BEARER || (!is_padded && !has_digit(p, length)) ||
	    count_range(p, length, 'A', 'Z') == 0 ||
	    count_range(p, length, 'a', 'z') == 0)
		return false;
	for (i = 0; i < sizeof(mechanisms) / sizeof(mechanisms[0]); i++)
		if (is_after_word(shower, mechanisms[i]))
			return true;
	return false;
}

/* A run that begins here: shown or hidden, as a whole. */
static size_t
show_run(struct shower *shower)
{
	const char *p = shower->text + shower->at;
	size_t left = shower->length - shower->at, n = 0;
	bool hide;

	while (n < left && is_token_byte(p[n]) && p[n] != '=')
		n++;
	if (is_secret_value(shower)) {
		/* a scheme is none, what follows it is */
		hide = !(n == 6 && strncasecmp(p, "bearer", 6) == 0) &&
		    !(n == 5 && strncasecmp(p, "basic", 5) == 0);
		while (hide && n < left &&
		    strchr("\"'& \t\r\n,;}>\\", p[n]) == NULL)
			n++;
	} else if (is_after_word(shower, "bearer") ||
	    is_after_word(shower, "basic")) {
		hide = n >= 20 || (n >= MIN_BEARER && has_digit(p, n));
	} else {
		hide = is_opaque(p, n) || is_login_value(shower, n) ||
		    is_spoken_value(shower, p, n);
	}
	if (hide) {
		put(shower, HIDDEN, sizeof(HIDDEN) - 1);
		while (n < left && p[n] == '=')
			n++;
	} else if (n > 0) {
		/* a longer run than fits is cut */
		if (n > shower->space - shower->used - 4)
			n = shower->space > shower->used + 5 ?
			    shower->space - shower->used - 4 :
			    n;
		put(shower, p, n);
	}
	return n;
}

static size_t
show_other(struct shower *shower)
{
	const char *p = shower->text + shower->at;
	size_t left = shower->length - shower->at, n = 1;

	if (strchr(" \t\r\n", *p) != NULL) {
		if (shower->used > 0 && shower->out[shower->used - 1] != ' ')
			put(shower, " ", 1);
		return 1;
	}
	while (n < left && n < 4 && ((unsigned char)p[n] & 0xc0) == 0x80)
		n++;
	put(shower, p, n);
	return n;
}

void
explain_show(const char *text, size_t length, char *out, size_t space)
{
	struct shower shower = { text, length, 0, out, space, 0, false };
	size_t n;

	if (space < 16) {
		out[0] = '\0';
		return;
	}
	while (shower.at < length && !shower.is_full) {
		n = 0;
		if (is_token_byte(text[shower.at]) && text[shower.at] != '=')
			n = show_run(&shower);
		shower.at += n > 0 ? n : show_other(&shower);
	}
	while (shower.used > 0 && out[shower.used - 1] == ' ')
		shower.used--;
	if (shower.is_full || shower.at < length) {
		memcpy(out + shower.used, "...", 3);
		shower.used += 3;
	}
	out[shower.used] = '\0';
	/* NUL bytes ended it early; the rest is for a terminal */
	diag_clean(out);
}
