/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Where a record and its grant are kept: in the state directory, or both in
 * one token file in the form of sasl-xoauth2. renew.c works with either.
 */

#ifndef STORE_H
#define STORE_H

#include "account.h"
#include "file.h"
#include "grant.h"
#include "record.h"

struct store;

/* One kind of place. Contracts are those of the functions below. */
struct store_ops {
	enum status (*read)(struct store *store, struct record *record,
	    struct diag *diag);
	enum status (*parse)(struct store *store, struct buf *text,
	    struct grant *grant, const char *name, struct diag *diag);
	enum status (*save)(struct store *store, const struct grant *grant,
	    const struct record *record, struct diag *diag);
	/* reads what save() needs beforehand; may be NULL */
	enum status (*prepare)(struct store *store, struct diag *diag);
};

/* For those who implement one. */
int64_t store_next_serial(const struct store *store, const struct grant *grant);
enum status store_write_grant(struct store *store, const struct buf *text,
    struct diag *diag);

struct store {
	const struct store_ops *ops;
	const char *account; /* or the path of the token file; not owned */
	const struct dir *dir;
	struct dir own_dir; /* of a token file */
	struct account_files files;
	int lock;
	struct draft draft;       /* space made sure of */
	int64_t serial;           /* of the grant read or saved last */
	struct json_object *json; /* of a token file, to be saved; or NULL */
	struct grant_keys keys;
	enum grant_sealing sealing; /* of the grant that was loaded last */
};

/*
 * The store of an account beneath a state directory. Opens nothing. keys is
 * copied; NULL: none.
 */
enum status store_open_account(struct store *store, const struct dir *state,
    const char *account, const struct grant_keys *keys, struct diag *diag);

/* Ends a lock and a draft too. */
void store_close(struct store *store);

/*
 * The record as it is now; needs no lock. STATUS_NOACCOUNT when there is none,
 * DATA, ACCESS.
 */
enum status store_read(struct store *store, struct record *record,
    struct diag *diag);

/*
 * The grant as it is now. Like store_read() it needs no lock to look, for
 * files are replaced whole; who is going to save needs one. STATUS_NOACCOUNT
 * when nobody has logged the account in.
 */
enum status store_load(struct store *store, struct grant *grant,
    struct diag *diag);

/* What a renewal that was killed has left behind of its grant. */
enum store_leftover {
	STORE_NOTHING,     /* nothing of interest: it had asked nobody yet */
	STORE_SAVED,       /* all of the new grant, only not in its place */
	STORE_INTERRUPTED, /* its answer was not saved, if there was one */
};

/*
 * Looks for that, to tell of it; the time is when that renewal began. Needs no
 * lock: one that is going on now is nothing. STATUS_OK; else it cannot be
 * seen.
 */
enum status store_peek(struct store *store, enum store_leftover *leftover,
    int64_t *since, struct diag *diag);

/* As file_lock(). The calls below need the lock. */
enum status store_lock(struct store *store, int wait_ms, struct diag *diag);

/*
 * Goes on where a renewal that was killed was stopped: a grant that it has
 * written comes into its place, an answer that it has not saved is noted in
 * the grant (interrupted_at), and its temporary files are cleared away. To be
 * called before store_load(). When it fails, nothing may be asked for, and
 * everything is as it was: so it is in a directory that others may write to.
 */
enum status store_recover(struct store *store, enum store_leftover *leftover,
    int64_t *since, struct diag *diag);

/* Are record and grant one file, replaced by one draft? */
bool store_is_one_file(const struct store *store);

/* Makes sure that a grant can be saved, before a token is asked for. */
enum status store_reserve(struct store *store, struct diag *diag);

/*
 * Saves the grant, then the record; NULL leaves that one as it is. Both are
 * tried; the first failure is returned.
 */
enum status store_save(struct store *store, const struct grant *grant,
    const struct record *record, struct diag *diag);

/*
 * The text of a record, for those who write it themselves. Clear the text in
 * any case. STATUS_DATA when it is too large, STATUS_NOMEM.
 */
enum status store_format_record(const struct store *store,
    const struct record *record, struct buf *text, struct diag *diag);

/*
 * Removes record and grant of an account, and what may be left behind of
 * others; not for token files.
 */
enum status store_remove(struct store *store, struct diag *diag);

#endif
