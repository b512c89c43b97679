/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The token record: one access token with its times, in a small text file.
 * Those who renew write it, mail programs read it.
 *
 *	sasl-bearer-token 1
 *	access_token ya29.a0...
 *	obtained_at 1798761600
 *	renew_at 1798764300
 *	expires_at 1798765200
 *	user shared@contoso.com
 *	user_smtp me@contoso.com
 *	refused 00c0ffee00c0ffee
 *
 * One `name value` a line, each name at most once, times in seconds of Unix
 * time; only access_token, obtained_at, renew_at and expires_at are required.
 * Lines with unknown names are kept as they are.
 */

#ifndef RECORD_H
#define RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "status.h"

/* Far above any token; bounds what a broken file can cost. */
#define RECORD_MAX_FILE 65536

/*
 * How far into the future a record may have been obtained before the clock is
 * taken to have been set back, and the record for one that cannot be judged.
 */
#define RECORD_MAX_SKEW_S 300

/* The services for which another user name can be presented. */
enum record_service {
	RECORD_SERVICE_ANY,
	RECORD_SERVICE_SMTP, /* and lmtp, submission */
	RECORD_SERVICE_IMAP,
	RECORD_SERVICE_POP,
	RECORD_SERVICE_LDAP,
	RECORD_SERVICE_COUNT,
};

struct record {
	struct buf text;          /* owns all that is pointed to */
	const char *access_token; /* of bearer form; NULL when cleared */
	size_t token_length;
	int64_t obtained_at;
	int64_t renew_at;
	int64_t expires_at;
	const char *users[RECORD_SERVICE_COUNT]; /* NULL: not set */
	bool has_refused;
	uint64_t refused;   /* the fingerprint of the token that was refused */
	struct buf unknown; /* lines that this version does not know */
};

/* What to do with the token at a time. */
enum record_age {
	RECORD_FRESH,   /* use it */
	RECORD_DUE,     /* use it; somebody should renew it */
	RECORD_EXPIRED, /* renew it first */
	RECORD_REFUSED, /* a server refused it: renew it first */
};

/* An empty record. Allocates nothing. */
void record_init(struct record *record);

/* Wipes and frees; the record is as after record_init(). */
void record_clear(struct record *record);

/*
 * Understands the bytes in record->text, in place, which the caller has read
 * into it. STATUS_DATA says which line is wrong; what names the file in that
 * sentence.
 */
enum status record_parse(struct record *record, const char *what,
    struct diag *diag);

/* Appends the file's text to out. */
void record_format(const struct record *record, struct buf *out);

/*
 * Makes an independent copy; from may be empty, or point to strings of others.
 * STATUS_DATA when what it holds cannot stand in a record, STATUS_NOMEM.
 */
enum status record_copy(struct record *record, const struct record *from);

/*
 * Makes a record anew: a copy of the token with its times, and of what the old
 * record (which may be empty) says beside them, except for a refusal.
 * STATUS_DATA when the token has not the form of one, STATUS_NOMEM. old and
 * record must not be the same.
 */
enum status record_renew(struct record *record, const struct record *old,
    const char *token, int64_t obtained_at, int64_t renew_at,
    int64_t expires_at);

/*
 * Sets the name to present (NULL: none) for a service. The string is not
 * copied: it must outlive the next record_copy() or record_format().
 */
void record_set_user(struct record *record, enum record_service service,
    const char *user);

enum record_age record_judge(const struct record *record, int64_t now);

/* The name to present for libsasl2's service name; NULL when none is set. */
const char *record_user(const struct record *record, const char *service);

#endif
