/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a login to a mail server takes from the account's configuration and
 * state.
 */

#ifndef MAILACCOUNT_H
#define MAILACCOUNT_H

#include "mailserver.h"
#include "session.h"

/*
 * Sets the login's log, timeouts and certificates, and that a signal ends it.
 * The settings must outlive it, and are for settings_clear() in any case. As
 * conf_resolve() and preload_get().
 */
enum status mailaccount_load(const struct session *session, const char *account,
    struct settings *settings, struct mailserver_login *login,
    struct diag *diag);

/*
 * The scope of the account's token, for secret_free(); NULL: it is not known.
 */
char *mailaccount_granted(const struct session *session, const char *account);

#endif
