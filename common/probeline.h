/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the tool and its probe (probe/main.c) say to each other over two pipes:
 * lines of a word and fields, with blanks between. A field is base64, "=" where
 * it is empty, "-" where there is none.
 *
 *	load USER UID GID ROOT HOW	loads libsasl2's plugins as such a program
 *		does; ROOT: the chroot(2) that it enters afterwards; HOW:
 *		"root" if it loads as root and only then becomes USER,
 *		"user" if it is that user from the beginning, "same" if it
 *		is whoever has started the probe. Answered by
 *	engine PATH ABI TEXT	the engine object, looked at beforehand; TEXT:
 *				why it cannot be loaded
 *	directory PATH ERROR	libsasl2 looks there; ERROR: what opendir(3)
 *				said
 *	object PATH		it, or a plugin, is about to load that
 *	log TEXT		what libsasl2 or a plugin logged
 *	plugin MECHANISM NAME OBJECT	in the order of preference
 *	ready, or failed TEXT
 *
 *	choose SERVICE HOST USER MECHANISMS	begins a connection on which the
 *		server offers MECHANISMS, and asks for no message yet
 *	start SERVICE HOST USER MECHANISMS	the same, and asks for one
 *	step CHALLENGE			goes on with what the server said
 * Each is answered by log lines, and then by
 *	result CODE MECHANISM NAME MESSAGE TEXT
 *		CODE: one of the words below; MECHANISM and the plugin's NAME:
 *		what libsasl2 chose; TEXT: why it failed
 *
 * A message holds the token: both sides keep lines in memory of secret.h.
 */

#ifndef PROBELINE_H
#define PROBELINE_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

#define PROBE_OBJECT "sasl-bearer-probe"

/* How the probe takes on the client's rights. */
#define PROBE_ROOT "root"
#define PROBE_USER "user"
#define PROBE_SAME "same"

/* The codes of libsasl2 that the tool tells apart. */
#define PROBE_OK "ok"
#define PROBE_CONTINUE "continue"
#define PROBE_NO_MECHANISM "nomech"
#define PROBE_NO_USER "nouser"
#define PROBE_CONFIG "config"
#define PROBE_AGAIN "again"
#define PROBE_REAUTH "reauth"
#define PROBE_REFUSED "refused"
#define PROBE_FAILED "failed"

#define PROBELINE_MAX_FIELDS 6

/* A server's line, or a message, twice in base64. */
#define PROBELINE_MAX_LENGTH 262144

struct probeline {
	const char *word; /* in the text that was parsed */
	size_t count;
	bool is_there[PROBELINE_MAX_FIELDS];
	struct buf fields[PROBELINE_MAX_FIELDS];
};

void probeline_init(struct probeline *line);
void probeline_clear(struct probeline *line);

/*
 * Takes a line without its end apart. The text is changed, and must outlive the
 * line. What was parsed before is cleared. STATUS_DATA, STATUS_NOMEM.
 */
enum status probeline_parse(struct probeline *line, char *text);

/* A field as a string; NULL: there is none. */
const char *probeline_text(const struct probeline *line, size_t index);

/* A field that is a number, or -1. */
long probeline_number(const struct probeline *line, size_t index);

/* Appends a line: first its word, then each field, then its end. The buffer
 * says whether that went well. NULL is no field. */
void probeline_begin(struct buf *out, const char *word);
void probeline_add(struct buf *out, const void *bytes, size_t length);
void probeline_add_text(struct buf *out, const char *text);
void probeline_add_number(struct buf *out, long number);
void probeline_end(struct buf *out);

/*
 * Takes the first whole line out of what was read: into text, which is cleared
 * before. False: there is none yet.
 */
bool probeline_take(struct buf *input, struct buf *text);

#endif
