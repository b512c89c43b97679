/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What is counted of an account over all processes, and what its people were
 * told: lines in the account's lock file, behind the times of limit.h.
 *
 *	renewals 00000000000000000042
 *	failed_again 00000000000000000003
 *	login_failed_why the code was not entered in time; ...
 *
 * Whoever renews holds that file open and locked anyway, also within a
 * chroot(2) and where neither grant nor record can be read or saved. Nothing
 * depends on a number: a line that is not whole is none, and a number that
 * cannot be written is lost. Lines with unknown names are kept.
 */

#ifndef LEDGER_H
#define LEDGER_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "file.h"
#include "status.h"

/* A page less the times; what this version writes has 900 bytes or so. */
#define LEDGER_MAX_TEXT 3840

struct ledger {
	int64_t logins;                 /* imports too */
	int64_t renewals;               /* that succeeded */
	int64_t failures[STATUS_COUNT]; /* that did not; by how to react */
	int64_t refusals;               /* by mail servers */
	int64_t requests;               /* to the token endpoint, at renewals */
	int64_t request_ms;             /* how long all of them took, */
	int64_t last_request_ms;        /* and the last one */
	/* Marks of the tool: attention.h. */
	int64_t told_at;    /* when it was told that a person is needed; 0: not,
			     * or told that all is well again */
	int64_t telling_at; /* somebody began to tell then; 0: nobody */
	/* The last attempt to log in, where it failed; 0: it did not. Nothing
	 * else can keep it: a login that fails changes no grant. */
	int64_t login_failed_at;
	int64_t login_failed_status;      /* enum status */
	char login_failed[DIAG_MAX_TEXT]; /* its sentence */
};

/* Understands lines; those of others are appended to rest, which may be NULL.
 * What is no line is passed over. */
void ledger_parse(const char *text, size_t length, struct ledger *ledger,
    struct buf *rest);

/* Reads it from an open lock file; needs no lock to look. */
void ledger_read(int fd, struct ledger *ledger);

/*
 * The same by the name of the lock file. STATUS_NOACCOUNT when there is none,
 * STATUS_ACCESS when this user may not read it, or it is no plain file.
 */
enum status ledger_look(const struct dir *dir, const char *name,
    struct ledger *ledger);

/*
 * Writes it into a lock file that is held, over what was there, in one system
 * call. 0, or -1 with errno. Syncs nothing.
 */
int ledger_write(int lock, const struct ledger *ledger);

/* What has happened, for the calls below. */
struct ledger_event {
	enum status status; /* STATUS_OK: renewed */
	bool was_asked;     /* a request was sent, */
	int64_t took_ms;    /* and answered, or given up, so much later */
};

/* Count one thing in a lock file that is held; failing changes nothing. */
void ledger_count_renewal(int lock, const struct ledger_event *event);
void ledger_count_refusal(int lock);
void ledger_count_login(int lock); /* forgets one that failed */

/* Forgets one that failed; likewise. */
void ledger_forget_login(int lock);

/* Keeps why a login failed, at the time now; likewise. */
void ledger_note_login(int lock, enum status status, const struct diag *diag,
    int64_t now);

#endif
