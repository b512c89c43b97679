/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Finds codes and numbers in a text. A number counts only by what stands
 * around it: logs are full of dates, ports, process and queue ids.
 */

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "explain_marks.h"

/* How much before a number says what it is. */
#define MAX_LABEL 32

/* How far words around it are looked for. */
#define AROUND 80

/* Where the scanner stands: at the first character of a word or number. */
struct scan {
	struct marks *marks;
	const char *text;
	size_t length, at;
	char label[MAX_LABEL]; /* lower case, one space between words */
};

void
marks_add(struct marks *marks, const struct mark *mark)
{
	if (mark->strength > marks->best.strength)
		marks->best = *mark;
}

const struct explain_code *
marks_find_code(enum code_kind kind, uint32_t number)
{
	const struct explain_codes *codes = explain_codes[kind];
	size_t i;

	for (i = 0; i < codes->count; i++)
		if (codes->rows[i].number == number)
			return &codes->rows[i];
	return NULL;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_word(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') ||
	    (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static char
char_at(const struct scan *scan, size_t at)
{
	return at < scan->length ? scan->text[at] : ' ';
}

static char
char_before(const struct scan *scan, size_t back)
{
	return scan->at >= back ? scan->text[scan->at - back] : '\n';
}

/* What stands before, folded a little. */
static void
read_label(struct scan *scan)
{
	char reversed[MAX_LABEL];
	size_t i, n = 0;
	char c;

	for (i = 1; i <= scan->at && i < 2 * (size_t)MAX_LABEL &&
	     n < sizeof(reversed) - 1;
	     i++) {
		c = scan->text[scan->at - i];
		if (c == '\n' && n == 0 && i > 1)
			break;
		if (!is_word(c) || c == '_')
			c = ' ';
		if (c == ' ' && (n == 0 || reversed[n - 1] == ' '))
			continue;
		reversed[n++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
	}
	for (i = 0; i < n; i++)
		scan->label[i] = reversed[n - 1 - i];
	scan->label[n] = '\0';
}

/* Does the label end with one of these words, which | separates? */
static bool
has_label(const struct scan *scan, const char *words)
{
	size_t have = strlen(scan->label), n;

	for (;; words += n + 1) {
		n = strcspn(words, "|");
		if (n <= have &&
		    memcmp(scan->label + have - n, words, n) == 0 &&
		    (n == have || scan->label[have - n - 1] == ' ' ||
			(unsigned char)words[0] >= 0x80))
			return true;
		if (words[n] == '\0')
			return false;
	}
}

/* Do these words follow soon, in any case? */
static bool
has_around(const struct scan *scan, const char *words)
{
	size_t from = scan->at > AROUND ? scan->at - AROUND : 0;
	size_t to = scan->at + AROUND, i, n;

	if (to > scan->length)
		to = scan->length;
	for (;; words += n + 1) {
		n = strcspn(words, "|");
		for (i = from; i + n <= to; i++)
			if (strncasecmp(scan->text + i, words, n) == 0)
				return true;
		if (words[n] == '\0')
			return false;
	}
}

static bool
is_alone(const struct scan *scan, size_t end)
{
	size_t i;

	for (i = 0; i < scan->at; i++)
		if (is_word(scan->text[i]))
			return false;
	for (i = end; i < scan->length; i++)
		if (is_word(scan->text[i]))
			return false;
	return true;
}

/* The digit that a letter was, where a machine read a picture; else 0. */
static char
look_like_digit(char c)
{
	static const char letters[] = "OoQlIiSsBZz";
	const char *found = c != '\0' ? strchr(letters, c) : NULL;

	return found != NULL ? "00011155822"[found - letters] : '\0';
}

/* As read_number(), where nothing but digits can be. */
static size_t
read_digits(const struct scan *scan, size_t at, uint32_t *number)
{
	size_t n;
	char c;

	for (*number = 0, n = 0; n < 9; n++) {
		c = char_at(scan, at + n);
		if (!is_digit(c) &&
		    (n == 0 || (c = look_like_digit(c)) == '\0'))
			break;
		*number = *number * 10 + (uint32_t)(c - '0');
	}
	return is_word(char_at(scan, at + n)) ? 0 : n;
}

/* Digits, at most so many; returns how many there are in all. */
static size_t
read_number(const struct scan *scan, size_t at, uint32_t *number)
{
	size_t n = 0;

	for (*number = 0; is_digit(char_at(scan, at + n)); n++)
		if (n < 9)
			*number =
			    *number * 10 + (uint32_t)(scan->text[at + n] - '0');
	return n;
}

static void
add_row(struct marks *marks, const struct explain_code *row, const char *code,
    int more, bool is_guess)
{
	struct mark mark = { row->meaning, (uint8_t)(row->strength + more),
		is_guess, row->cause, row->next, "" };

	snprintf(mark.code, sizeof(mark.code), "%s", code);
	marks_add(marks, &mark);
}

static void
add_family(struct marks *marks, enum meaning meaning, int strength,
    const char *code)
{
	struct mark mark = { (uint8_t)meaning, (uint8_t)strength, true, NULL,
		NULL, "" };

	snprintf(mark.code, sizeof(mark.code), "%s", code);
	marks_add(marks, &mark);
}

/* The row of a number, if there is one. */
static bool
add_number(struct scan *scan, enum code_kind kind, uint32_t number)
{
	const struct explain_code *row = marks_find_code(kind, number);
	char code[EXPLAIN_MAX_CODE];

	if (row == NULL)
		return false;
	snprintf(code, sizeof(code), "%s%u", explain_codes[kind]->prefix,
	    number);
	add_row(scan->marks, row, code, 0, false);
	return true;
}

/* Which numbers of Entra ID belong together, where that is sound. */
static const struct {
	uint32_t first, last;
	uint8_t meaning;
} families[] = {
	{ 53000, 53099, MEANS_POLICY },
	{ 530000, 530999, MEANS_POLICY },
	{ 65000, 65099, MEANS_CONSENT },
	{ 650000, 650999, MEANS_RESOURCE },
	{ 700200, 700299, MEANS_FEDERATED },
	{ 700000, 700099, MEANS_CLIENT_MAY_NOT },
	{ 7000000, 7000999, MEANS_CLIENT_MAY_NOT },
	{ 75000, 75099, MEANS_REQUEST },
	{ 80000, 80099, MEANS_PROVIDER_SETUP },
	{ 81000, 81099, MEANS_PROVIDER_SETUP },
	{ 900100, 900499, MEANS_REQUEST },
	{ 9000000, 9009999, MEANS_REQUEST },
	{ 120000, 120099, MEANS_PASSWORD_EXPIRED },
	{ 130000, 130999, MEANS_SECOND_FACTOR },
	{ 135000, 135999, MEANS_DEVICE },
};

/* Those with several meanings: at least the words beside them win. */
static const struct {
	uint32_t first, last;
	uint8_t meaning;
} wide_families[] = {
	{ 50000, 50999, MEANS_PERSON_NEEDED },
	{ 500000, 500999, MEANS_PERSON_NEEDED },
	{ 51000, 51999, MEANS_USER_UNKNOWN },
	{ 70000, 70999, MEANS_LOGIN_ENDED },
	{ 90000, 90999, MEANS_REQUEST },
};

static void
add_entra(struct scan *scan, uint32_t number)
{
	char code[24];
	size_t i;

	snprintf(code, sizeof(code), "AADSTS%u", number);
	scan->marks->seen |= SEEN_ENTRA;
	if (scan->marks->entra[0] == '\0')
		memcpy(scan->marks->entra, code, sizeof(code));
	if (add_number(scan, CODE_AADSTS, number))
		return;
	for (i = 0; i < EXPLAIN_ROWS(families); i++)
		if (number >= families[i].first && number <= families[i].last)
			add_family(scan->marks, families[i].meaning,
			    STRENGTH_FAMILY, code);
	for (i = 0; i < EXPLAIN_ROWS(wide_families); i++)
		if (number >= wide_families[i].first &&
		    number <= wide_families[i].last)
			add_family(scan->marks, wide_families[i].meaning,
			    STRENGTH_CLASS, code);
	add_family(scan->marks, MEANS_NEWS, STRENGTH_HINT, code);
}

/* AADSTS and MSIS, with what people and programs put before the digits. */
static void
scan_prefixed(struct scan *scan)
{
	const char *p = scan->text + scan->at;
	size_t left = scan->length - scan->at, n;
	uint32_t number;

	if (left > 8 && strncasecmp(p, "aadsts", 6) == 0) {
		for (n = 6; n < 9 &&
		     strchr(" :#-_", char_at(scan, scan->at + n)) != NULL;
		     n++)
			;
		left = read_number(scan, scan->at + n, &number);
		if (is_word(char_at(scan, scan->at + n + left)))
			left = read_digits(scan, scan->at + n, &number);
		if (left >= 4 && left <= 9)
			add_entra(scan, number);
	} else if (left > 6 && strncasecmp(p, "msis", 4) == 0 &&
	    read_number(scan, scan->at + 4, &number) >= 3) {
		scan->marks->seen |= SEEN_ENTRA;
		if (!add_number(scan, CODE_MSIS, number))
			add_family(scan->marks, MEANS_NEWS, STRENGTH_HINT + 1,
			    "MSIS");
	}
}

static bool
read_hex(const struct scan *scan, size_t at, uint32_t *number)
{
	size_t i;
	char c;

	for (*number = 0, i = 0; i < 8; i++) {
		c = char_at(scan, at + i);
		if (is_digit(c))
			c = (char)(c - '0');
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			c = (char)((c | 32) - 'a' + 10);
		else
			return false;
		*number = *number << 4 | (unsigned char)c;
	}
	return !is_word(char_at(scan, at + 8));
}

/* HRESULTs whose lower half is the number of something else. */
static void
add_hresult(struct scan *scan, uint32_t number)
{
	const struct explain_code *row = marks_find_code(CODE_HEX, number);
	char code[EXPLAIN_MAX_CODE];

	snprintf(code, sizeof(code), "0x%08X", number);
	if (row != NULL)
		add_row(scan->marks, row, code, 0, false);
	else if (number >> 16 == 0x8019 &&
	    (row = marks_find_code(CODE_HTTP, number & 0xffff)) != NULL)
		add_row(scan->marks, row, code, 0, false);
	else if (number >> 16 == 0x8007 &&
	    (row = marks_find_code(CODE_ERRNO, number & 0xffff)) != NULL)
		add_row(scan->marks, row, code, 0, true);
	else if (number >> 16 == 0x8009 || number >> 16 == 0x800b)
		add_family(scan->marks, MEANS_TLS_FAILED, STRENGTH_REPLY, code);
	else if (number >> 12 == 0x80048 || number >> 16 == 0xcaa2 ||
	    number >> 16 == 0xcaa9)
		add_family(scan->marks, MEANS_PERSON_NEEDED, STRENGTH_REPLY,
		    code);
	else if (number >> 16 == 0xcaa7 || number >> 16 == 0xcaa8)
		add_family(scan->marks, MEANS_CONNECTION_REFUSED,
		    STRENGTH_REPLY, code);
	else
		add_family(scan->marks, MEANS_NEWS, STRENGTH_HINT, code);
}

/* 0x8004..., the same without 0x, and OpenSSL's error:0A000086: */
static void
scan_hex(struct scan *scan)
{
	uint32_t number;
	bool has_prefix = char_at(scan, scan->at) == '0' &&
	    (char_at(scan, scan->at + 1) | 32) == 'x';
	size_t at = scan->at + (has_prefix ? 2 : 0);

	if (!read_hex(scan, at, &number))
		return;
	if (!has_prefix && has_label(scan, "error") &&
	    (char_at(scan, at + 8) == ':' || number >> 24 == 0x0a)) {
		/* the reason is in the lower bits; 1.1 had 12 of them */
		number =
		    number >> 24 == 0x0a ? number & 0x7fffff : number & 0xfff;
		add_number(scan, CODE_OPENSSL, number);
		return;
	}
	if (has_prefix || number >> 20 == 0x800 || number >> 20 == 0xcaa)
		if (number >> 28 == 8 || number >> 28 == 0xc)
			add_hresult(scan, number);
}

/* What an enhanced status says by its class and subject alone. */
static enum meaning
enhanced_family(uint32_t class, uint32_t subject)
{
	static const uint8_t subjects[] = { MEANS_MESSAGE, MEANS_ADDRESS,
		MEANS_ADDRESS, MEANS_MESSAGE, MEANS_ADDRESS,
		MEANS_OUT_OF_SEQUENCE, MEANS_MESSAGE, MEANS_NO_RIGHTS };

	if (class == 2)
		return MEANS_SUCCESS;
	return class == 4 ? MEANS_MAIL_TROUBLE : subjects[subject];
}

static void
add_enhanced(struct scan *scan, uint32_t class, uint32_t subject,
    uint32_t detail)
{
	/* Postfix makes 4.7.8 of a server's 5.7.8: that is the weaker one. */
	bool is_dsn = has_label(scan, "dsn");
	const struct explain_code *row =
	    marks_find_code(CODE_ENHANCED, ENHANCED(class, subject, detail));
	char code[EXPLAIN_MAX_CODE];

	snprintf(code, sizeof(code), "%u.%u.%u", class, subject, detail);
	scan->marks->seen |= SEEN_MAIL;
	if (!is_dsn && class > 2)
		scan->marks->seen |= class == 4 ? SEEN_LATER : SEEN_FINAL;
	if (subject == 1 && class > 2)
		scan->marks->seen |= SEEN_ADDRESS;
	if (row == NULL && class == 4)
		row = marks_find_code(CODE_ENHANCED,
		    ENHANCED(5, subject, detail));
	if (row != NULL)
		add_row(scan->marks, row, code,
		    is_dsn ? -(row->strength / 2) : 0, false);
	else
		add_family(scan->marks, enhanced_family(class, subject),
		    class == 2 || is_dsn ? STRENGTH_HINT : STRENGTH_CLASS + 5,
		    code);
}

#define HTTP_LABELS \
	"http|http 1 0|http 1 1|http 2|http 2 0|http 3|status|status code|" \
	"statuscode|http status|http code|http error|response code|" \
	"responsecode|returned|returned error|http response|answered with|" \
	"response|response status|got|received|httperror|httpstatus|" \
	"http statuscode|statut|estado|stato|статус|with status"
#define CODE_LABELS \
	"code|error|error code|errorcode|err|fehler|fehlercode|erreur|" \
	"errore|erro|blad|fout|fel|ошибка|код|hata|chyba|错误|錯誤|エラー|오류"
#define SMTP_LABELS \
	"said|smtp|reply|replied|server|responded|s|dsn|reply code|" \
	"smtp error|smtp code|smtp reply|smtp status|answered|" \
	"server responded|server response|remote server returned|" \
	"server said|smtpresponse|smtp server|smtp response"

/* Does nothing but space stand before, in its line? */
static bool
begins_line(const struct scan *scan)
{
	size_t i = scan->at;

	while (i > 0 && (scan->text[i - 1] == ' ' || scan->text[i - 1] == '\t'))
		i--;
	/* A number that is all of a string in an object has a name. */
	if (i > 1 && scan->text[i - 1] == '"' && scan->text[i - 2] == ':' &&
	    char_at(scan, scan->at + 3) == '"')
		return false;
	return i == 0 || scan->text[i - 1] == '\n' ||
	    scan->text[i - 1] == '"' || scan->text[i - 1] == '\'' ||
	    scan->text[i - 1] == '(' || scan->text[i - 1] == '>' ||
	    scan->text[i - 1] == '<' || scan->text[i - 1] == '`';
}

/* x.y.z, where it is no part of an address, a version or a date. */
static bool
scan_enhanced(struct scan *scan)
{
	uint32_t class, subject, detail;
	size_t at = scan->at, n;
	char before = char_before(scan, 1);

	class = (uint32_t)(scan->text[at] - '0');
	if ((class != 2 && class != 4 && class != 5) ||
	    char_at(scan, at + 1) != '.')
		return false;
	n = read_number(scan, at + 2, &subject);
	if (n != 1 || subject > 7 || char_at(scan, at + 3) != '.')
		return false;
	n = read_number(scan, at + 4, &detail);
	at += 4 + n;
	if (n < 1 || n > 3 || is_word(char_at(scan, at)) ||
	    (char_at(scan, at) == '.' && is_digit(char_at(scan, at + 1))) ||
	    (char_at(scan, at) == '-' && is_digit(char_at(scan, at + 1))))
		return false;
	if (before == '.' || before == '/' ||
	    (before == '-' && !is_digit(char_before(scan, 2))) ||
	    has_label(scan,
		"version|ver|v|release|build|kernel|linux|php|mysql|mariadb|"
		"mailer|client|firefox|curl|openssl|python|dovecot|postfix|"
		"outlook|node|go|java|windows|perl|ruby"))
		return false;
	/* One that is not in the table needs a reply, or mail, around it. */
	if (marks_find_code(CODE_ENHANCED, ENHANCED(class, subject, detail)) ==
		NULL &&
	    (scan->marks->seen & SEEN_MAIL) == 0 &&
	    !is_digit(char_before(scan, 2)) && strchr("#(", before) == NULL &&
	    !begins_line(scan) &&
	    !has_label(scan, CODE_LABELS "|" SMTP_LABELS "|status"))
		return false;
	add_enhanced(scan, class, subject, detail);
	return true;
}

/* The reason phrases of HTTP, by which one tells it from SMTP. */
static bool
has_http_reason(const struct scan *scan, size_t at)
{
	static const char *const reasons[] = { "ok", "created", "found",
		"moved", "see other", "temporary redirect",
		"permanent redirect", "bad request", "unauthori", "payment",
		"forbidden", "not found", "method", "not accept", "proxy",
		"request", "conflict", "gone", "length", "payload", "uri",
		"unsupported media", "too many", "internal", "not implemented",
		"bad gateway", "service", "gateway", "http", "network",
		"misdirected", "unavailable", "unprocessable",
		"access denied" };
	size_t i, n;

	while (char_at(scan, at) != '\n' && at < scan->length &&
	    !is_word(scan->text[at]))
		at++;
	for (i = 0; i < EXPLAIN_ROWS(reasons); i++) {
		n = strlen(reasons[i]);
		if (at + n <= scan->length &&
		    strncasecmp(scan->text + at, reasons[i], n) == 0)
			return true;
	}
	return false;
}

/* Is the number a part of something else: a time, a size, a port, an id? */
static bool
is_embedded(const struct scan *scan, size_t end)
{
	char before = char_before(scan, 1), after = char_at(scan, end);
	bool digit_before = is_digit(char_before(scan, 2));

	if (is_word(after) ||
	    (after == ':' && is_digit(char_at(scan, end + 1))))
		return true;
	if ((after == '.' || after == ',' || after == '/') &&
	    is_digit(char_at(scan, end + 1)))
		return true;
	if (after == ']' && !has_label(scan, "errno|error codes|error code"))
		return true;
	if (strchr(".,/-", before) != NULL && digit_before)
		return true;
	if (before == '[' && !has_label(scan, "errno|error codes"))
		return true;
	return before == ':' &&
	    (digit_before || char_before(scan, 2) == ']' ||
		has_label(scan, "port"));
}

static void
add_smtp(struct scan *scan, uint32_t number)
{
	char code[EXPLAIN_MAX_CODE];

	scan->marks->seen |= SEEN_MAIL;
	if (number >= 400)
		scan->marks->seen |= number < 500 ? SEEN_LATER : SEEN_FINAL;
	if (add_number(scan, CODE_SMTP, number) || number < 400)
		return;
	snprintf(code, sizeof(code), "SMTP %u", number);
	add_family(scan->marks,
	    number < 500 ? MEANS_MAIL_TROUBLE : MEANS_MESSAGE, STRENGTH_HINT,
	    code);
}

static void
add_http(struct scan *scan, uint32_t number)
{
	char code[EXPLAIN_MAX_CODE];

	if (add_number(scan, CODE_HTTP, number) || number < 300)
		return;
	snprintf(code, sizeof(code), "HTTP %u", number);
	add_family(scan->marks,
	    number < 400     ? MEANS_ENDPOINT :
		number < 500 ? MEANS_REQUEST :
			       MEANS_OUTAGE,
	    STRENGTH_CLASS, code);
}

/* "server is busy: 421", and nothing behind it. */
static bool
ends_statement(const struct scan *scan, size_t end)
{
	while (end < scan->length && strchr(" .)\r", scan->text[end]) != NULL)
		end++;
	return (end >= scan->length || scan->text[end] == '\n') &&
	    char_before(scan, 1) == ' ' && char_before(scan, 2) == ':' &&
	    !has_label(scan, "port|pid|size|line|id|room|count|bytes");
}

/* A reply code of SMTP or a status of HTTP? */
static void
scan_status(struct scan *scan, uint32_t number)
{
	size_t end = scan->at + 3;
	bool http = has_label(scan, HTTP_LABELS) || has_label(scan, "https");
	bool code = has_label(scan, CODE_LABELS) || ends_statement(scan, end);
	bool smtp = has_label(scan, SMTP_LABELS);
	bool first = begins_line(scan) || is_alone(scan, end);
	bool only_smtp = number == 235 || number == 250 || number == 334 ||
	    number == 354 || number == 421 || number == 432 || number == 450 ||
	    number == 452 || number == 454 || number == 455 ||
	    (number >= 530 && number < 560) ||
	    (number > 511 && number < 600 && !http && has_around(scan, "auth"));
	uint32_t subject;

	/* "(401)" may be anything, of a telephone number too. */
	if (char_before(scan, 1) == '(' && char_at(scan, end) == ')')
		first = has_around(scan,
		    "error|fail|status|http|auth|smtp|redirect|server|"
		    "endpoint|answer|response");
	if ((char_at(scan, end) == ' ' || char_at(scan, end) == '-') &&
	    (char_at(scan, end + 1) | 1) == '5' &&
	    char_at(scan, end + 2) == '.' &&
	    read_number(scan, end + 3, &subject) == 1) {
		add_smtp(scan, number);
	} else if (has_http_reason(scan, end) && (first || http || code) &&
	    !only_smtp) {
		add_http(scan, number);
	} else if (only_smtp || number == 451) {
		if (smtp || first || code || http)
			add_smtp(scan, number);
	} else if (http || (code && (number < 500 || number > 504))) {
		add_http(scan, number);
	} else if (first || smtp || code) {
		if ((number >= 500 && number <= 504) &&
		    (smtp ||
			has_around(scan,
			    "command|auth|mechanism|smtp|helo|ehlo|syntax|"
			    "sequence|starttls|line")))
			add_smtp(scan, number);
		else if (number >= 400 || marks_find_code(CODE_HTTP, number))
			add_http(scan, number);
	}
}

/* Numbers of libraries and systems, by the word before them. */
static bool
scan_labelled(struct scan *scan, uint32_t number)
{
	static const struct {
		const char *labels;
		enum code_kind kind;
	} kinds[] = {
		{ "curl|curl error|curl code|curle|libcurl|libcurl error|"
		  "curl exit code|curl exit status|curl error code|"
		  "libcurl code|curl errno|curl returned|curl failed|"
		  "curl rc|curl exited with|curl res|curl result|"
		  "curl failed with|pycurl error|libcurl error code|"
		  "curlcode|curl exit",
		    CODE_CURL },
		{ "gaierror|errno|os error|winerror|socket error|"
		  "wsagetlasterror|"
		  "winsock error|wsa error|system error|socketerror|"
		  "error number|socketerrorcode|errno is",
		    CODE_ERRNO },
		{ "verify error num|verify return code|verify error|"
		  "verification error|verify code|verify result|"
		  "verify error code|depth lookup error|x509 error|"
		  "verify returned|verify num|verification failed num",
		    CODE_VERIFY },
		{ "sasl|sasl error|sasl code|sasl result|sasl rc|"
		  "sasl failed|sasl returned|sasl error code",
		    CODE_SASL },
	};
	size_t i;

	for (i = 0; i < EXPLAIN_ROWS(kinds); i++)
		if (has_label(scan, kinds[i].labels)) {
			if (kinds[i].kind == CODE_SASL)
				scan->marks->seen |= SEEN_MAIL;
			return add_number(scan, kinds[i].kind, number);
		}
	if (has_label(scan, "alert number|tls alert|ssl alert"))
		return add_number(scan, CODE_OPENSSL, 1000 + number);
	/* "verification failed ...: num=20:unable to", "error 20 at 0 depth" */
	if ((has_label(scan, "num") && char_before(scan, 1) == '=') ||
	    (has_label(scan, "error") && has_around(scan, " depth lookup")))
		return add_number(scan, CODE_VERIFY, number);
	return false;
}

/* A number of Entra ID without its letters. */
static void
scan_entra_number(struct scan *scan, size_t digits, uint32_t number)
{
	bool known = marks_find_code(CODE_AADSTS, number) != NULL;
	bool labelled = has_label(scan, CODE_LABELS) ||
	    has_label(scan,
		"error codes|errorcodes|sub error|sign in error|"
		"sign in error code|failure code|result code|resulttype|"
		"code derreur|codigo de error|codigo|codice|kod|kod bledu|"
		"code d erreur|foutcode|felkod|fejlkode|feilkode|"
		"error code|код ошибки|错误代码|エラー コード|오류 코드|"
		"resultcode");

	if (number < 16000 || digits > 7)
		return;
	if (has_label(scan, "error codes|errorcodes") ||
	    (known &&
		(labelled || is_alone(scan, scan->at + digits) ||
		    ((scan->marks->seen & SEEN_ENTRA) != 0 &&
			begins_line(scan)))))
		add_entra(scan, number);
}

static void
scan_number(struct scan *scan)
{
	uint32_t number;
	size_t digits;

	if (scan_enhanced(scan))
		return;
	scan_hex(scan);
	digits = read_number(scan, scan->at, &number);
	if (is_embedded(scan, scan->at + digits) || digits > 7)
		return;
	if (digits <= 5 && scan_labelled(scan, number))
		return;
	if (digits == 3 && number >= 200 && number < 600)
		scan_status(scan, number);
	else if (digits >= 5)
		scan_entra_number(scan, digits, number);
}

/* Lines of IMAP and POP3 that say no. */
static void
scan_line(struct scan *scan)
{
	const char *p = scan->text + scan->at, *word;
	size_t left = scan->length - scan->at, n = 0;

	while (n < left && n < 12 && is_word(p[n]))
		n++;
	word = p + n + 1;
	if (n + 4 < left && p[n] == ' ' && n <= 8 &&
	    (strncmp(word, "NO ", 3) == 0 || strncmp(word, "BAD ", 4) == 0)) {
		scan->marks->seen |= SEEN_MAIL;
		add_family(scan->marks, MEANS_TOKEN_REFUSED, STRENGTH_HINT + 5,
		    word[0] == 'N' ? "NO" : "BAD");
	}
}

static void
scan_signs(struct scan *scan)
{
	const char *p = scan->text + scan->at;
	size_t left = scan->length - scan->at;

	if (left >= 4 && strncmp(p, "-ERR", 4) == 0 &&
	    !is_word(char_at(scan, scan->at + 4)) &&
	    !is_word(char_before(scan, 1))) {
		scan->marks->seen |= SEEN_MAIL;
		add_family(scan->marks, MEANS_TOKEN_REFUSED, STRENGTH_HINT + 5,
		    "-ERR");
	} else if (left >= 6 && strncmp(p, "* BYE ", 6) == 0) {
		scan->marks->seen |= SEEN_MAIL;
		add_family(scan->marks, MEANS_MAIL_TROUBLE, STRENGTH_HINT + 5,
		    "BYE");
	} else if (left >= 5 &&
	    (strncmp(p, "* NO ", 5) == 0 || strncmp(p, "* BAD", 5) == 0)) {
		scan->marks->seen |= SEEN_MAIL;
	}
}

void
marks_scan_codes(struct marks *marks, const char *text, size_t length)
{
	struct scan scan = { marks, text, length, 0, "" };
	char before;

	for (; scan.at < length; scan.at++) {
		before = char_before(&scan, 1);
		if (before == '\n' || scan.at == 0)
			scan_line(&scan);
		if (text[scan.at] == '-' || text[scan.at] == '*')
			scan_signs(&scan);
		if (!is_word(text[scan.at]) ||
		    (is_word(before) && (unsigned char)before < 0x80 &&
			before != '_'))
			continue;
		scan_prefixed(&scan);
		read_label(&scan);
		if (is_digit(text[scan.at]))
			scan_number(&scan);
		else
			scan_hex(&scan);
	}
}
