/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Which accounts there are: those configured, and those with a token record or
 * a grant in the state directory.
 */

#ifndef ACCOUNTS_H
#define ACCOUNTS_H

#include <stdbool.h>
#include <stddef.h>

#include "session.h"

struct accounts {
	char **names; /* sorted, each once */
	size_t count;
	bool incomplete; /* a directory may not be listed by this user */
};

void accounts_init(struct accounts *accounts);
void accounts_clear(struct accounts *accounts);

/*
 * Collects the accounts with a record or a grant and, where the session has a
 * configuration and `configured` is wanted, those that are configured. A state
 * directory that is not open holds none. STATUS_ACCESS, STATUS_NOMEM.
 */
enum status accounts_find(const struct session *session, bool configured,
    struct accounts *accounts, struct diag *diag);

/*
 * Is somebody logged in to the account, as far as this user can see? STATUS_OK
 * when there is a record or a grant, or where the account's grant needs no
 * person; STATUS_CONFIG when that one has no state directory; STATUS_REAUTH for
 * another account that is merely configured, and NOACCOUNT for any other, with
 * the sentence that says what to run; STATUS_DATA for a name that no account
 * can have. The session need not have a configuration.
 */
enum status accounts_check(const struct session *session, const char *account,
    struct diag *diag);

#endif
