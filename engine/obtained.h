/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What is kept of a token that was obtained, by a renewal or a login: the
 * record, and in the grant what the next renewal needs.
 */

#ifndef OBTAINED_H
#define OBTAINED_H

#include "endpoint.h"
#include "grant.h"
#include "record.h"

/*
 * Turns an answer of the token endpoint into a record with its three times.
 * asked_at is when the request was sent. old may be empty.
 */
enum status obtained_make_record(const struct settings *settings,
    const char *account, const struct oauth_token *token, int64_t asked_at,
    const struct record *old, struct record *record, struct diag *diag);

/*
 * Notes in the grant by which endpoint, client and scope tokens are got, and
 * what came with one. STATUS_NOMEM.
 */
enum status obtained_note_endpoint(struct grant *grant,
    const struct endpoint *endpoint);
enum status obtained_note_token(struct grant *grant,
    const struct oauth_token *token, int64_t asked_at);

#endif
