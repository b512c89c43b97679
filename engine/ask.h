/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Asks for a token, by each of the grants: a refresh token, client credentials
 * (RFC 6749, 4.4), the assertion of a service account (RFC 7523, 2.1), or the
 * identity of the machine (Azure's instance metadata).
 */

#ifndef ASK_H
#define ASK_H

#include "endpoint.h"

/* The instance metadata answers at once, or it is not there. */
#define ASK_IDENTITY_CONNECT_MS 3000

struct ask {
	const struct renewer *renewer;
	const struct endpoint *endpoint; /* complete */
	int timeout_ms;
	/* what came of it */
	int64_t asked_at;      /* Unix time, before the request; 0: none went */
	int64_t retry_after_s; /* 0: the server named none */
	bool is_gone;          /* there is nothing at the endpoint's address */
};

/*
 * Asks as the endpoint's grant does. refresh_token is for grants with a person
 * only. The token is set on success. As endpoint_post() and
 * oauth_judge_token().
 */
enum status ask_token(struct ask *ask, const char *refresh_token,
    struct oauth_token *token, struct diag *diag);

/* Asks with these fields, for the steps of a login. */
enum status ask_with(struct ask *ask, const struct oauth_field *fields,
    size_t count, struct oauth_token *token, struct diag *diag);

#endif
