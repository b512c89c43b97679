/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A browser's visit. See visit.h.
 *
 * The page has no script and takes nothing from outside of itself; what came
 * from outside is escaped. Its text is dark on light or light on dark, as the
 * person has set the browser.
 */

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "visit.h"

static const char page_head[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\">\n"
    "<head>\n"
    "<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, "
    "initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "<style>\n"
    "body { margin: 0; min-height: 100vh; display: grid; "
    "place-items: center; font: 1.1rem/1.5 system-ui, sans-serif; "
    "background: #f4f5f3; color: #23282b; }\n"
    "main { box-sizing: border-box; width: min(34rem, 100%); "
    "padding: 2rem; overflow-wrap: anywhere; }\n"
    "h1 { margin: 0 0 .75rem; font-size: 1.6rem; font-weight: 600; "
    "line-height: 1.25; text-wrap: balance; }\n"
    "p { margin: 0; }\n"
    "footer { margin-top: 2.5rem; font-size: .85rem; color: #5f686d; }\n"
    "@media (prefers-color-scheme: dark) { "
    "body { background: #1b1f21; color: #e3e6e4; } "
    "footer { color: #98a1a5; } }\n"
    "</style>\n";

/* The answer is for this moment: it is kept nowhere and leads nowhere. */
static const char answer_headers[] =
    "Content-Type: text/html; charset=utf-8\r\n"
    "Cache-Control: no-store\r\n"
    "Content-Security-Policy: default-src 'none'; "
    "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Connection: close\r\n";

static const struct {
	int code;
	const char *reason;
} reasons[] = {
	{ 200, "OK" },
	{ 400, "Bad Request" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 421, "Misdirected Request" },
};

static const char *
find_reason(int code)
{
	size_t i;

	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].code == code)
			return reasons[i].reason;
	return "Error";
}

static void
add_escaped(struct buf *out, const char *text)
{
	static const char special[] = "&<>\"'";
	size_t plain;

	for (;;) {
		plain = strcspn(text, special);
		buf_add(out, text, plain);
		text += plain;
		if (*text == '\0')
			return;
		buf_add_format(out, "&#%d;", *text++);
	}
}

/*
 * A sentence as a page has it, with a capital and a full stop. It may begin
 * with a name, of an account or a host, which stays as it is.
 */
static void
add_sentence(struct buf *out, const char *text)
{
	size_t word = strspn(text, "abcdefghijklmnopqrstuvwxyz");
	size_t length = strlen(text);
	char first[2] = "";

	if (word > 0 && text[word] == ' ') {
		first[0] = (char)(*text++ - 'a' + 'A');
		length--;
	}
	buf_add_string(out, first);
	add_escaped(out, text);
	if (length > 0 && text[length - 1] != '.')
		buf_add(out, ".", 1);
}

static void
format_page(const struct visit_page *page, struct buf *out)
{
	buf_add_string(out, page_head);
	buf_add_string(out, "<title>");
	add_escaped(out, page->title);
	buf_add_string(out, "</title>\n</head>\n<body>\n<main>\n<h1>");
	add_escaped(out, page->title);
	buf_add_string(out, "</h1>\n<p>");
	add_sentence(out, page->text);
	buf_add_string(out,
	    "</p>\n<footer>sasl-bearer, on this "
	    "computer</footer>\n</main>\n</body>\n</html>\n");
}

void
visit_format(const struct visit_page *page, struct buf *answer)
{
	struct buf body;

	buf_init(&body, VISIT_MAX_ANSWER);
	format_page(page, &body);
	buf_add_format(answer, "HTTP/1.1 %d %s\r\n", page->code,
	    find_reason(page->code));
	buf_add_string(answer, answer_headers);
	if (page->code == 405)
		buf_add_string(answer, "Allow: GET\r\n");
	buf_add_format(answer, "Content-Length: %zu\r\n\r\n", body.length);
	buf_add(answer, buf_text(&body), body.length);
	if (buf_status(&body) != STATUS_OK)
		answer->failed = buf_status(&body);
	buf_clear(&body);
}

const struct visit_page *
visit_refusal(enum visit visit)
{
	static const struct visit_page bad = { 400, "Not understood",
		"This address is only there for the end of a login, and what "
		"came was no request of a browser." };
	static const struct visit_page host = { 421, "Wrong address",
		"This address is only there for the end of a login on this "
		"computer, under the name localhost, 127.0.0.1 or [::1]." };
	static const struct visit_page method = { 405, "Not understood",
		"This address is only there for the end of a login, which a "
		"browser visits with GET." };
	static const struct visit_page path = { 404, "Nothing here",
		"This address is only there for the end of a login." };

	switch (visit) {
	case VISIT_WRONG_HOST:
		return &host;
	case VISIT_WRONG_METHOD:
		return &method;
	case VISIT_WRONG_PATH:
		return &path;
	case VISIT_INCOMPLETE:
	case VISIT_REDIRECT:
	case VISIT_BAD:
		break;
	}
	return &bad;
}

/* A stretch of the request. */
struct part {
	const char *text;
	size_t length;
};

static bool
part_is(struct part part, const char *text)
{
	return part.length == strlen(text) &&
	    memcmp(part.text, text, part.length) == 0;
}

static bool
part_begins(struct part part, const char *text)
{
	return part.length >= strlen(text) &&
	    memcmp(part.text, text, strlen(text)) == 0;
}

/* Takes what comes before the byte off the rest, and the byte too. */
static struct part
cut(struct part *rest, char at)
{
	const char *found = memchr(rest->text, at, rest->length);
	struct part taken = *rest;

	if (found == NULL) {
		rest->text += rest->length;
		rest->length = 0;
		return taken;
	}
	taken.length = (size_t)(found - rest->text);
	rest->text = found + 1;
	rest->length -= taken.length + 1;
	return taken;
}

static struct part
cut_line(struct part *rest)
{
	struct part line = cut(rest, '\n');

	if (line.length > 0 && line.text[line.length - 1] == '\r')
		line.length--;
	return line;
}

/* Is the blank line there, which ends the headers? */
static bool
is_complete(const char *request, size_t length)
{
	return memmem(request, length, "\r\n\r\n", 4) != NULL ||
	    memmem(request, length, "\n\n", 2) != NULL;
}

/*
 * Does it name this machine? The port may be another, where ssh -L has made it
 * so; a page elsewhere cannot choose the name.
 */
static bool
is_loopback_host(struct part host)
{
	static const char *const names[] = { "localhost", "127.0.0.1",
		"[::1]" };
	size_t i, length;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		length = strlen(names[i]);
		if (host.length >= length &&
		    strncasecmp(host.text, names[i], length) == 0 &&
		    (host.length == length || host.text[length] == ':'))
			return strspn(host.text + length, ":0123456789") >=
			    host.length - length;
	}
	return false;
}

static struct part
trim(struct part part)
{
	while (part.length > 0 && (*part.text == ' ' || *part.text == '\t')) {
		part.text++;
		part.length--;
	}
	while (part.length > 0 &&
	    (part.text[part.length - 1] == ' ' ||
		part.text[part.length - 1] == '\t'))
		part.length--;
	return part;
}

/* RFC 9112, 3.2: exactly one Host. */
static enum visit
check_host(struct part headers)
{
	unsigned count = 0;
	struct part line, name;
	bool ours = false;

	while (headers.length > 0) {
		line = cut_line(&headers);
		if (line.length == 0)
			break;
		name = cut(&line, ':');
		if (name.length != 4 || strncasecmp(name.text, "host", 4) != 0)
			continue;
		ours = is_loopback_host(trim(line));
		count++;
	}
	if (count != 1)
		return VISIT_BAD;
	return ours ? VISIT_REDIRECT : VISIT_WRONG_HOST;
}

enum visit
visit_read(const char *request, size_t length, const char *path,
    const char **query, size_t *query_length)
{
	struct part rest = { request, length }, line, method, target, version;
	enum visit visit;

	if (!is_complete(request, length))
		return VISIT_INCOMPLETE;
	line = cut_line(&rest);
	method = cut(&line, ' ');
	target = cut(&line, ' ');
	version = line;
	if (!part_begins(version, "HTTP/1.") || method.length == 0 ||
	    !part_begins(target, "/"))
		return VISIT_BAD;
	if ((visit = check_host(rest)) != VISIT_REDIRECT)
		return visit;
	if (!part_is(method, "GET"))
		return VISIT_WRONG_METHOD;
	if (!part_is(cut(&target, '?'), path))
		return VISIT_WRONG_PATH;
	*query = target.text;
	*query_length = target.length;
	return VISIT_REDIRECT;
}
