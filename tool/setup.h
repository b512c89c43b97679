/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Makes the state directory, with the right owners and modes, so that nobody
 * types chown:
 *
 *	by root				by anybody else
 *	state		0755 root	0700
 *	state/tokens	0711 renewer, group reader	0700
 *	state/grants	0700 renewer			0700
 *	records		0640 renewer, group reader	0600
 *	grants, locks	0600 renewer			0600
 *
 * What is there already is mended by root, and checked by anybody else.
 */

#ifndef SETUP_H
#define SETUP_H

#include "file.h"
#include "owners.h"
#include "record.h"
#include "store.h"

/* What there is in a state directory: rows of the table above. */
enum setup_thing {
	SETUP_STATE,
	SETUP_TOKENS,
	SETUP_GRANTS,
	SETUP_RECORD,
	SETUP_GRANT, /* and locks */
};

/* To whom something belongs. */
struct setup_owner {
	uid_t uid;
	gid_t gid;
	mode_t mode;
};

/* To whom it should belong, by the table above. */
struct setup_owner setup_expect(const struct owners *owners,
    enum setup_thing thing);

/*
 * Makes or mends the directories and opens the state directory. Missing ones
 * above it are made too. STATUS_ACCESS, STATUS_DATA.
 */
enum status setup_directories(const char *path, const struct owners *owners,
    struct dir *state, struct diag *diag);

/*
 * Gives an account's files that are there to their owner. Does nothing unless
 * run by root. STATUS_ACCESS.
 */
enum status setup_mend_files(const struct dir *state,
    const struct owners *owners, const struct account_files *files,
    struct diag *diag);

/*
 * Proves that record and grant can be written, and changes neither. Takes the
 * account's lock for as long as that lasts, waiting for wait_ms.
 * STATUS_ACCESS, STATUS_AGAIN.
 */
enum status setup_prove(struct store *store, int wait_ms, struct diag *diag);

/*
 * Writes the record for its readers and for nobody else at any time. The
 * caller holds the store's lock. As file_replace().
 */
enum status setup_save_record(const struct store *store,
    const struct owners *owners, const struct record *record,
    struct diag *diag);

#endif
