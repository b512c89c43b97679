/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Makes a text that names nobody, to be shown in public: whose mailbox, whose
 * host and whose tenant it is about becomes user1@host1, host2, ip1, id1, the
 * same name for the same thing. Values that are known go first, whatever they
 * look like; then what looks like an address, a host, an id or a secret, also
 * percent-encoded, in base64 or in hex.
 *
 * It rather takes too much: a dotted word whose last part could be a
 * top-level domain is a host, but for the file names that are the same
 * everywhere.
 */

#ifndef DOCTOR_HIDE_H
#define DOCTOR_HIDE_H

#include "buf.h"

/* A text is at most so long; more is cut off. */
#define DOCTOR_HIDE_MAX_TEXT 65536

enum doctor_hide_kind {
	DOCTOR_HIDE_USER,   /* a user's name, or a mail address */
	DOCTOR_HIDE_HOST,   /* a host or a domain; what an organisation calls
			     * itself goes with it */
	DOCTOR_HIDE_IP,     /* an address of the network */
	DOCTOR_HIDE_ID,     /* of a client, a tenant, an object, a key */
	DOCTOR_HIDE_NAME,   /* a word that somebody has chosen here */
	DOCTOR_HIDE_SECRET, /* becomes [hidden] */
	DOCTOR_HIDE_KIND_COUNT
};

/* The names given so far. */
struct doctor_hide;

/* STATUS_NOMEM. */
enum status doctor_hide_new(struct doctor_hide **hide);
void doctor_hide_free(struct doctor_hide **hide);

/*
 * A value that is to be found wherever it stands, in letters of whichever case.
 * NULL, what is shorter than 2 bytes and names that everybody has (localhost,
 * loopback addresses) are passed over. hide NULL: nothing is done.
 */
void doctor_hide_know(struct doctor_hide *hide, enum doctor_hide_kind kind,
    const char *value);

/* The same for a login, but for those of the system's own users and groups,
 * which have the same names everywhere. hide NULL: nothing is done. */
void doctor_hide_know_login(struct doctor_hide *hide, const char *name);

/* The same for a mail server's host, or "[host]:port". */
void doctor_hide_know_server(struct doctor_hide *hide, const char *server);

/* The same for each part of a text that is in double quotes, but for what is
 * this program's own word. */
void doctor_hide_know_quoted(struct doctor_hide *hide, const char *text);

/*
 * Appends the text as it may be shown. STATUS_NOMEM, also of an earlier
 * doctor_hide_know(): then nothing may be shown.
 */
enum status doctor_hide_text(struct doctor_hide *hide, const char *text,
    struct buf *out);

#endif
