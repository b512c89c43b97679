/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What was done with accounts, for the log of those who have to answer for it:
 * one line for each login, renewal, refusal, logout, import and sealing, in
 * the form that sasl-bearer(1) describes under AUDIT. It has no secret in it.
 *
 * The line goes to the system's log by a socket of our own: what syslog(3)
 * has open, and under which name, belongs to the program that we are in.
 */

#ifndef AUDIT_H
#define AUDIT_H

#include "conf.h"
#include "log.h"

/* The words of the option, which is else the path of a socket. */
#define AUDIT_SYSLOG "syslog"
#define AUDIT_JOURNAL "journal"
#define AUDIT_NONE "none"

/* sockaddr_un has room for so many bytes and a NUL on Linux. */
#define AUDIT_MAX_PATH 107

enum audit_kind {
	AUDIT_LOGIN,
	AUDIT_RENEWAL,
	AUDIT_REFUSAL,
	AUDIT_LOGOUT,
	AUDIT_IMPORT,
	AUDIT_SEAL,
};

#define AUDIT_KIND_COUNT (AUDIT_SEAL + 1)

enum audit_form {
	AUDIT_FORM_SYSLOG,  /* RFC 3164 without its time, for /dev/log */
	AUDIT_FORM_JOURNAL, /* systemd's native protocol */
};

struct audit;

/*
 * Makes ready what the option `audit` says; conf may be NULL, which is one
 * without a line. Opens nothing yet. *audit is NULL with "none". STATUS_NOMEM.
 */
enum status audit_new(struct audit **audit, const struct conf *conf,
    struct diag *diag);

/* The same for a socket of that form and path. STATUS_DATA: it is too long. */
enum status audit_new_at(struct audit **audit, enum audit_form form,
    const char *path, struct diag *diag);

/* NULL is fine. A descriptor that is not ours any more is left alone. */
void audit_free(struct audit **audit);

/*
 * Connects now, for a process that will enter a chroot(2). What fails is tried
 * again, and told, when there is a line.
 */
void audit_connect(struct audit *audit);

/*
 * Writes one line about an account, or the path of a token file. With
 * STATUS_OK the outcome is "ok", else "failed" and the status' word. diag may
 * be NULL, or is the sentence that comes last in the line.
 *
 * Never waits for the daemon and never fails: where the socket takes nothing, even after one
 * try to connect anew, the line goes to log, as a notice that begins with
 * "audit:". audit may be NULL: then nothing is written at all. Works inside a
 * chroot(2), after a fork(2), and in several threads.
 */
void audit_event(struct audit *audit, const struct log *log,
    enum audit_kind kind, const char *account, enum status status,
    const struct diag *diag);

/*
 * For fork(2): no other thread is writing a line between these two, which takes
 * a few system calls and waits for nobody. audit may be NULL.
 */
void audit_lock(struct audit *audit);
void audit_unlock(struct audit *audit);

#endif
