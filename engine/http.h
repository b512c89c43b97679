/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * One request over https, with a deadline and a cap: a POST of a form, or a
 * GET where there is no form.
 *
 * TLS 1.2 or later, certificate and name verified, no redirects (RFC 9700,
 * 4.12: they would replay the secrets in the body), no netrc, no cookies.
 */

#ifndef HTTP_H
#define HTTP_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "status.h"

struct trip;

/* A token answer has a few kB. */
#define HTTP_MAX_ANSWER 65536

/* The secrets of a request: fewer bytes than its body may have. */
#define HTTP_MAX_SENT 65536

/* The longest Retry-After obeyed: a day. */
#define HTTP_MAX_RETRY_AFTER_S 86400

struct http_request {
	const char *url;
	const char *body; /* application/x-www-form-urlencoded; NULL: GET */
	size_t body_length;
	const char *header; /* one more header line; NULL: none */
	/*
	 * Without TLS and never by a proxy, for a service of this very machine
	 * (instance metadata); certificates and proxy are not used.
	 */
	bool is_local;
	/* A line with a secret, likewise, which is not copied here: the caller's
	 * memory holds it until the answer is there. No proxy sees it. */
	char *authorization;
	const char *proxy; /* NULL: from the environment; "": none */
	const struct buf *certificates; /* PEM */
	int connect_timeout_ms;
	int timeout_ms; /* for all of it, name resolution included */
	/* When not NULL and set by a signal handler, the call ends soon. */
	const volatile sig_atomic_t *cancelled;
	struct trip *trip; /* of trip.h, to be filled; NULL: nobody asks */
};

struct http_answer {
	long code; /* 200, 400, ...; never a redirect */
	struct buf body;
	int64_t retry_after_s; /* 0: the server named none */
	bool can_repeat;       /* the connection failed: once more may do */
	bool was_asked;        /* set by endpoint_post() when it sends */
	/*
	 * What endpoint_post() sent in confidence, a list of hide.h: to be
	 * taken out of whatever sentence is made of the answer.
	 */
	struct buf sent;
};

/* Once in a process, before the first call; cheap when repeated. */
enum status http_start(struct diag *diag);

/* "libcurl/7.88.1 OpenSSL/3.0.17 ..."; static storage. */
const char *http_version(void);

/*
 * Sends the request. STATUS_OK whatever the code of the answer is, but for
 * redirects. STATUS_AGAIN: no answer, or not within the deadline or the cap.
 * STATUS_CONFIG: redirected, certificate not accepted, trouble with a proxy.
 * STATUS_CANCELLED. STATUS_NOMEM. Clear the answer's body in any case.
 *
 * Signals: SIGPIPE is blocked in the calling thread meanwhile and does not
 * reach the program.
 */
enum status http_send(const struct http_request *request,
    struct http_answer *answer, struct diag *diag);

/* The shape of http_send(), for those who take a transport as an argument. */
typedef enum status http_function(const struct http_request *request,
    struct http_answer *answer, struct diag *diag);

void http_answer_init(struct http_answer *answer);
void http_answer_clear(struct http_answer *answer);

/* Is it an https URL that can be used for secrets? Else why not, in diag. */
enum status http_check_url(const char *url, struct diag *diag);

/* Is it an http URL of a link-local or loopback address, literally? */
bool http_is_local(const char *url);

/* Is it an http URL of localhost, 127.0.0.1 or [::1]? */
bool http_is_loopback(const char *url);

/* The host and port of a URL for a sentence, into host[space]. */
void http_host(const char *url, char *host, size_t space);

#endif
