/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What an administrator of Exchange Online does so that an application may use
 * a mailbox: a token alone is not enough there. The commands are for its
 * PowerShell, with the account's own ids filled in.
 *
 * Microsoft Learn, "Authenticate an IMAP, POP or SMTP connection using OAuth",
 * and "Role Based Access Control for Applications in Exchange Online".
 */

#ifndef EXCHANGE_H
#define EXCHANGE_H

#include "endpoint.h"

/* The steps have some kB. */
#define EXCHANGE_MAX_STEPS 32768

/* Has the account an application's grant at a provider that is Exchange? */
bool exchange_has_steps(const struct endpoint *endpoint);

/*
 * Appends the steps for the mailbox. The token is the one just obtained: it
 * names the enterprise application's object id, which people find so hard to
 * find; where it cannot be read a placeholder says where to look. STATUS_NOMEM.
 */
enum status exchange_add_steps(const struct endpoint *endpoint,
    const char *account, const struct oauth_token *token, struct buf *out);

/*
 * Appends a value as PowerShell takes it literally: in single quotes, with
 * those in it doubled, typographic ones too, and nothing that is not text.
 */
void exchange_quote(struct buf *out, const char *value);

#endif
