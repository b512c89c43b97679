/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Tells the provider that a login is over: RFC 7009. It sends; what is removed
 * here is the caller's.
 */

#ifndef REVOKE_H
#define REVOKE_H

#include "endpoint.h"

/* What came of it. */
enum revoke_result {
	REVOKE_DONE,       /* the provider says so, or knew it no more */
	REVOKE_IMPOSSIBLE, /* by design: the sentence says what to do there */
	REVOKE_FAILED,     /* it could be, and was not; as the status says */
};

/*
 * Revokes the refresh token of a grant or, where it has none, access_token,
 * which may be NULL. The grant may be empty.
 *
 * A refresh token goes to whom it came from: to what is configured now or,
 * where that is another provider or client, or none, to what the grant
 * remembers.
 *
 * *result says what came of it, and diag has a sentence but with REVOKE_DONE.
 * STATUS_OK, and with REVOKE_FAILED why: AGAIN for passing trouble, CANCELLED,
 * NOMEM; any other will not pass by itself. Blocks for the account's timeout.
 */
enum status revoke_login(const struct renewer *renewer, const char *account,
    const struct grant *grant, const char *access_token,
    enum revoke_result *result, struct diag *diag);

/*
 * Judges an answer of the revocation endpoint, RFC 7009, 2.2. code is the HTTP
 * status; host names the endpoint in the sentence; retry_after_s as it was in
 * the answer, or 0. STATUS_OK: the token is not valid (any more). STATUS_AGAIN:
 * passing trouble. STATUS_CONFIG: the provider refuses.
 */
enum status revoke_judge(long code, const char *body, size_t length,
    int64_t retry_after_s, const char *host, struct diag *diag);

#endif
