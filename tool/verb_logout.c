/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * sasl-bearer logout: forgets an account's token and grant.
 *
 * It needs no configuration, so that an account can be removed whatever that
 * says. The lock file stays: others may be waiting for it.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "interrupt.h"
#include "session.h"
#include "store.h"

/* As long as a renewal may take (the option timeout is at most that). */
#define LOCK_WAIT_MS 120000

/* False only when there surely is no such file. */
static bool
may_exist(const struct store *store, const char *name)
{
	struct stat st;

	return fstatat(store->dir->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 ||
	    errno != ENOENT;
}

static enum status
forget(struct store *store, struct diag *diag)
{
	enum status r;

	if (!may_exist(store, store->files.token) &&
	    !may_exist(store, store->files.grant))
		return diag_set(diag, STATUS_NOACCOUNT,
		    "%s is not logged in here; see: sasl-bearer status",
		    store->account);
	if ((r = store_lock(store, LOCK_WAIT_MS, diag)) != STATUS_OK)
		return r;
	return store_remove(store, diag);
}

enum status
verb_logout(const struct command *command, struct diag *diag)
{
	const char *account = command->operands[0];
	struct session session;
	struct store store;
	enum status r;

	interrupt_catch();
	session_init(&session, command, PLACE_READ);
	if ((r = session_open_state(&session, diag)) != STATUS_OK)
		goto out;
	if ((r = store_open_account(&store, &session.state, account, NULL,
	    diag)) != STATUS_OK)
		goto out;
	r = forget(&store, diag);
	store_close(&store);
	if (r == STATUS_OK)
		printf("%s is logged out: its token and its grant are "
		    "removed from this host.\n"
		    "The provider still knows the grant. Revoke it there, on "
		    "the account's page of applications with access.\n",
		    account);
out:
	session_close(&session);
	return r;
}
