/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The result of every call that can fail: what the caller should do about it,
 * and one sentence for a person.
 *
 * A status says how to react, not where it happened. Three tables map it: to
 * a SASL code (plugin/client.c), to an exit code (tool/main.c), and to a word
 * in files and JSON (status_name()).
 */

#ifndef STATUS_H
#define STATUS_H

enum status {
	STATUS_OK = 0,
	STATUS_AGAIN,     /* trouble that passes: try later */
	STATUS_REAUTH,    /* a person must log in */
	STATUS_CONFIG,    /* the configuration must change */
	STATUS_NOACCOUNT, /* no such account here */
	STATUS_REFUSED,   /* the mail server said no */
	STATUS_DATA,      /* a file or an answer is malformed */
	STATUS_ACCESS,    /* the system refuses a file, or its mode is unsafe */
	STATUS_NOMEM,     /* out of memory */
	STATUS_BUG,       /* a mistake in this program */
	STATUS_CANCELLED, /* a person interrupted it */
};

#define STATUS_COUNT (STATUS_CANCELLED + 1)

/* A sentence must fit one syslog line beside Postfix's own prefix. */
#define DIAG_MAX_TEXT 400

/*
 * One sentence: the cause, then the next step. It never holds a secret. It is
 * written once, at the place that knows, and is printable ASCII or UTF-8
 * without control bytes, NUL-terminated.
 */
struct diag {
	char text[DIAG_MAX_TEXT];
};

/*
 * Writes the sentence and returns the status, so that a failing function ends
 * with `return diag_set(...)`. Control bytes and malformed UTF-8 among the
 * arguments become '?', an over-long text is cut on a character boundary.
 * The diag may be NULL. Never fails, allocates nothing.
 */
enum status diag_set(struct diag *diag, enum status status, const char *format,
    ...) __attribute__((format(printf, 3, 4)));

/* Out of memory has but one sentence. Returns STATUS_NOMEM. */
enum status diag_set_nomem(struct diag *diag);

/* A lower-case word for the status, for example "reauth". Never NULL. */
const char *status_name(enum status status);

/* The status of that word; STATUS_BUG if there is none. */
enum status status_find(const char *name);

/*
 * Replaces what must not reach a log or a terminal, in place: control bytes,
 * DEL and bytes that are not part of well-formed UTF-8 become '?'.
 */
void diag_clean(char *text);

#endif
