/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a browser asks of the loopback server: one HTTP/1 request, and the page
 * that answers it. Bytes in, bytes out.
 */

#ifndef VISIT_H
#define VISIT_H

#include <stddef.h>

#include "buf.h"

/* The longest request: an address with a code of some kB, and headers. */
#define VISIT_MAX_REQUEST 16384

/* The longest answer: the page, its headers, and a sentence, escaped. */
#define VISIT_MAX_ANSWER 16384

/* What there is to do about the bytes that have come so far. */
enum visit {
	VISIT_INCOMPLETE,   /* the blank line has not come */
	VISIT_REDIRECT,     /* the redirect address, with a query or without */
	VISIT_BAD,          /* no HTTP request */
	VISIT_WRONG_HOST,   /* a name of other machines: DNS rebinding */
	VISIT_WRONG_METHOD, /* not GET */
	VISIT_WRONG_PATH,   /* /favicon.ico, for one */
};

/*
 * Understands what has come so far. path is the redirect's, beginning with a
 * slash and compared byte by byte. With VISIT_REDIRECT the query is what
 * follows the question mark, part of the request, maybe empty.
 */
enum visit visit_read(const char *request, size_t length, const char *path,
    const char **query, size_t *query_length);

/* What a page says. Both are escaped here; the text is a sentence (diag). */
struct visit_page {
	int code; /* HTTP's */
	const char *title;
	const char *text;
};

/* Appends the whole answer, headers and page. The result is buf_status(). */
void visit_format(const struct visit_page *page, struct buf *answer);

/* The page for a visit that is none of the redirect. */
const struct visit_page *visit_refusal(enum visit visit);

#endif
