/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * sasl-bearer logout: forgets an account's token and grant.
 *
 * It needs no configuration, so that an account can be removed whatever that
 * says. The lock file stays: others may be waiting for it.
 */

#include <stdio.h>

#include "accounts.h"
#include "interrupt.h"
#include "store.h"

/* A renewal is seldom longer; its default timeout is 25 s. */
#define LOCK_WAIT_MS 30000

enum status
verb_logout(const struct command *command, struct diag *diag)
{
	const char *account = command->operands[0];
	struct session session;
	struct store store;
	enum status r;

	interrupt_catch();
	session_init(&session, command, PLACE_READ);
	if ((r = session_open_state(&session, diag)) != STATUS_OK ||
	    (r = accounts_check(&session, account, diag)) != STATUS_OK ||
	    (r = store_open_account(&store, &session.state, account, NULL,
		 diag)) != STATUS_OK)
		goto out;
	if ((r = store_lock(&store, LOCK_WAIT_MS, diag)) == STATUS_OK)
		r = store_remove(&store, diag);
	store_close(&store);
	if (r == STATUS_OK)
		printf(
		    "%s is logged out: its token and its grant are "
		    "removed from this host.\n"
		    "The provider still knows the grant. Revoke it there, on "
		    "the account's page of applications with access.\n",
		    account);
out:
	session_close(&session);
	return r;
}
