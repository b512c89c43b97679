/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Where Postfix logs in with an account, by its maps as they are.
 */

#ifndef POSTFIX_WHERE_H
#define POSTFIX_WHERE_H

#include "postfix.h"
#include "postfix_map.h"

#define POSTFIX_MAX_URL (POSTFIX_MAX_HOST + POSTFIX_MAX_PORT)

/*
 * Finds the destination at which a login as the account is found: for its own
 * mail first, then at the relay hosts, for senders, and along the routes of the
 * maps that can be read. STATUS_NOACCOUNT: at none. Else as
 * postfix_map_lookup(). Only root may read passwords.
 */
enum status postfix_where(const struct postfix *postfix, const char *account,
    struct postfix_destination *destination, struct diag *diag);

/* The destination as --server would name it. */
void postfix_where_url(const struct postfix *postfix,
    const struct postfix_destination *destination, char *url, size_t space);

#endif
