/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * When a token is renewed, by whom, and what a failure means for the others.
 *
 * Before renew_at a token is used. From then until expires_at one process
 * renews it, and nobody waits: if that fails, the token is still used. After
 * that, or when a server refused it, it is renewed under the account's lock,
 * and whoever waited takes what the first one got. One account, any number of
 * processes: one token request.
 *
 * A failure is kept in the grant, so that every process knows it: nobody asks
 * again before it is over, or before somebody logs in or changes what would be
 * asked. Whatever else goes wrong, a program does not ask for an account more
 * often than limit.h says; a person does, and is counted.
 *
 * Each request has a line in the audit.
 */

#ifndef RENEW_H
#define RENEW_H

#include <stdint.h>

#include "endpoint.h"
#include "log.h"
#include "record.h"
#include "store.h"

/* A refused token is renewed once a minute at most. */
#define RENEW_FORCED_SPACING_S 60

enum renew_why {
	RENEW_IF_DUE, /* somebody wants to use the token */
	RENEW_NOW,    /* somebody wants a new one */
	RENEW_FORCE,  /* the same, even if a failure is remembered */
};

/*
 * Fills the record with the account's usable token. The record is initialised
 * by the caller and set only on success. Blocks until the configured timeout.
 * STATUS_REAUTH also for an account that nobody has logged in yet.
 */
enum status renew_account(const struct renewer *renewer,
    const struct dir *state, const char *account, enum renew_why why,
    const struct log *log, struct record *record, struct diag *diag);

/* The same for a token file in the form of sasl-xoauth2. */
enum status renew_file(const struct renewer *renewer, const char *path,
    const struct log *log, struct record *record, struct diag *diag);

/*
 * Copies the scope that the token in the store was granted, for the caller to
 * free; NULL where nothing tells, or this user may not read it.
 */
char *renew_read_granted(const struct renewer *renewer, struct store *store);

/* Marks the token in the store as refused, if it is still the one there. */
enum status renew_mark_refused(struct store *store, const struct record *seen,
    struct diag *diag);

#endif
