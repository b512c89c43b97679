/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The server that a browser comes back to at the end of a login (RFC 8252,
 * 7.3): on the loopback interface, for one visit. What else a browser asks it
 * is answered or dropped without an end to the wait: icons, connections that
 * it opened in advance, other pages' attempts.
 */

#ifndef LOOPBACK_H
#define LOOPBACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "status.h"

/* IPv4 and IPv6. */
#define LOOPBACK_MAX_LISTENERS 2

/* At the same time; a browser opens six to one host. The oldest gives way. */
#define LOOPBACK_MAX_VISITORS 16

/* The longest redirect address. */
#define LOOPBACK_MAX_URI 1024

/* How long a visitor may take, once it has begun, and before that. */
#define LOOPBACK_REQUEST_MS 10000
#define LOOPBACK_IDLE_MS 60000

/* How long the last page may take until the browser has it. */
#define LOOPBACK_GOODBYE_MS 3000

/* A connection. */
struct loopback_visitor {
	int fd; /* -1: none */
	struct buf request, answer;
	size_t sent;        /* bytes of the answer */
	int64_t expires_ms; /* of clock_elapsed_ms() */
	int64_t since_ms;
};

struct loopback {
	int listeners[LOOPBACK_MAX_LISTENERS]; /* -1: none */
	struct loopback_visitor visitors[LOOPBACK_MAX_VISITORS];
	struct loopback_visitor guest; /* the one that brought the redirect */
	char uri[LOOPBACK_MAX_URI];    /* with the port */
	char path[LOOPBACK_MAX_URI];   /* of it; "/" where it has none */
};

/* Makes an empty one, which may be closed. */
void loopback_init(struct loopback *loopback);

/*
 * Listens where redirect_uri says: http://localhost (both families, one port),
 * http://127.0.0.1 or http://[::1], each perhaps with a port and a path. port
 * takes the place of the one there; with 0 and none there, it is any free one.
 * An https address is a page of the provider's, from which a person copies:
 * nothing is opened then.
 *
 * STATUS_CONFIG for another address, AGAIN when the port is taken, ACCESS when
 * it may not be used.
 */
enum status loopback_open(struct loopback *loopback, const char *redirect_uri,
    int port, struct diag *diag);

/* The redirect address with the port in it, otherwise byte by byte as given. */
const char *loopback_uri(const struct loopback *loopback);

/* Is there something to wait for? False for an https address. */
bool loopback_listens(const struct loopback *loopback);

/* What goes on while the browser is away. */
struct loopback_watch {
	/*
	 * Judges the query of a redirect. STATUS_DATA: it is not ours, the
	 * visitor is told the sentence, and the wait goes on. Any other status
	 * ends the wait.
	 */
	enum status (*judge)(void *context, const char *query, size_t length,
	    struct diag *diag);
	/*
	 * Reads another descriptor when it has something to read. STATUS_DATA:
	 * the wait goes on. It may set *fd to -1, which is then not looked at
	 * any more.
	 */
	enum status (*read)(void *context, int *fd, struct diag *diag);
	int fd; /* -1: none */
	void *context;
};

/*
 * Waits for the redirect, until deadline_ms of clock_elapsed_ms(). Afterwards
 * nobody listens any more, and the visitor that brought the redirect waits for
 * loopback_answer().
 *
 * What judge() or read() said; STATUS_REAUTH when the time was over, CANCELLED
 * at an interrupt (interrupt.h).
 */
enum status loopback_wait(struct loopback *loopback,
    const struct loopback_watch *watch, int64_t deadline_ms, struct diag *diag);

/*
 * Gives the visitor its page and waits until the browser has it, for at most
 * LOOPBACK_GOODBYE_MS. Does nothing where there is none: the redirect was
 * pasted. That the page cannot be shown is no failure.
 */
void loopback_answer(struct loopback *loopback, bool is_success,
    const char *title, const char *text);

/* Closes everything; the visitors are dropped. May be called twice. */
void loopback_close(struct loopback *loopback);

/* For loopback_wait.c: drops one visitor; closes all but the guest. */
void loopback_drop(struct loopback_visitor *visitor);
void loopback_stop(struct loopback *loopback);

#endif
