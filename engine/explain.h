/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What an error means, who must act, and what to do next, for any text that a
 * person or a program has in front of it.
 *
 * A text is taken apart into marks (explain_marks.h) before anything is looked
 * up, in tables of data (explain_table.h). It opens nothing, knows no clock,
 * and what it does not know it says.
 */

#ifndef EXPLAIN_H
#define EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "status.h"

/* How much of a text is read. */
#define EXPLAIN_MAX_INPUT 65536

/* Limits of the sentences, so that both, and names, fit into a diag. */
#define EXPLAIN_MAX_CAUSE 110
#define EXPLAIN_MAX_NEXT 140

/* The next step that is nothing but a login; callers may know the account. */
#define EXPLAIN_LOGIN "run: sasl-bearer login ACCOUNT"

/* How much of a text is shown again, in bytes; and of a code, and of an id. */
#define EXPLAIN_MAX_SHOWN 200
#define EXPLAIN_MAX_CODE 64
#define EXPLAIN_MAX_ID 48

enum explain_class {
	EXPLAIN_UNKNOWN, /* and what to look at */
	EXPLAIN_AGAIN,   /* passes by itself */
	EXPLAIN_REAUTH,  /* a person logs in again */
	EXPLAIN_CONFIG,  /* our configuration, or the mail program's */
	EXPLAIN_ADMIN,   /* something must change at the provider */
	EXPLAIN_REFUSED, /* the server said no to this token or this user */
};

#define EXPLAIN_CLASS_COUNT (EXPLAIN_REFUSED + 1)

enum explain_who {
	EXPLAIN_NOBODY,
	EXPLAIN_USER,
	EXPLAIN_MAIL_ADMIN,
	EXPLAIN_TENANT_ADMIN,
	EXPLAIN_PROVIDER, /* that is: wait */
};

#define EXPLAIN_WHO_COUNT (EXPLAIN_PROVIDER + 1)

struct explanation {
	enum explain_class class;
	enum explain_who who;
	bool is_temporary;
	bool is_guess;    /* decided by words or by a family of codes */
	bool is_specific; /* decided by what has one reason, such as a number */
	const char *cause, *next;    /* static */
	char code[EXPLAIN_MAX_CODE]; /* what decided; "" if nothing did */
	/* What an administrator of the provider searches logs for, or "". */
	char trace_id[EXPLAIN_MAX_ID], correlation_id[EXPLAIN_MAX_ID];
	char timestamp[EXPLAIN_MAX_ID];
	/* The text, cut, clean for a terminal, and without secrets. */
	char shown[EXPLAIN_MAX_SHOWN + 4];
};

/*
 * Explains any bytes. Never fails: where nothing is recognised, or memory is
 * out, the class is EXPLAIN_UNKNOWN. Cause and next are always set. The bytes
 * may hold secrets; the result holds none. At most EXPLAIN_MAX_INPUT bytes are
 * read. Does not block, works inside a chroot.
 */
void explain_text(const char *text, size_t length, struct explanation *result);

/*
 * The explanation of an error word alone (RFC 6749, 5.2; RFC 8628, 3.5; OpenID
 * Connect and others). False for a word that is not in the table.
 */
bool explain_find(const char *word, struct explanation *result);

/*
 * The next step for a sentence in which the account is named already, or not
 * known: its command to log in becomes "log in", and is left out where it is
 * all there is. At most EXPLAIN_MAX_NEXT bytes and a zero.
 */
void explain_shorten_next(const char *next, char out[EXPLAIN_MAX_NEXT + 1]);

/* The status of a class; STATUS_OK for EXPLAIN_UNKNOWN, which has none. */
enum status explain_status(enum explain_class class);

/* The names of both, for people and in JSON. Never NULL. */
const char *explain_class_name(enum explain_class class);
const char *explain_who_name(enum explain_who who);

/*
 * The beginning of a text as it may be shown: at most space - 1 bytes, cut on
 * a character boundary with "..." behind, in one line, clean for a terminal,
 * everything that may be a secret replaced by [hidden].
 */
void explain_show(const char *text, size_t length, char *out, size_t space);

#endif
