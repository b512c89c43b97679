/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * sasl-bearer token: the access token, for programs that take it from a
 * command. The only place where the tool prints one.
 *
 * A renewal that has begun is not interrupted: its answer may hold the only
 * refresh token that is still good.
 */

#include <stdio.h>

#include "accounts.h"
#include "interrupt.h"
#include "session.h"

enum status
verb_token(const struct command *command, struct diag *diag)
{
	const char *account = command->operands[0];
	struct session session;
	struct record record;
	enum status r;

	record_init(&record);
	interrupt_catch();
	if ((r = session_open(&session, command, diag)) != STATUS_OK ||
	    (r = accounts_check(&session, account, diag)) != STATUS_OK)
		goto out;
	r = renew_account(&session.renewer, &session.state, account,
	    RENEW_IF_DUE, &session.log, &record, diag);
	if (r == STATUS_OK)
		puts(record.access_token);
out:
	record_clear(&record);
	session_close(&session);
	return r;
}
