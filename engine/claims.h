/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a JSON Web Token says of itself (RFC 7519), read and not verified: to
 * tell a person what is wrong with a token before a mail server refuses it.
 * Nothing is ever allowed because of it.
 *
 * To us a token is opaque, and most providers' are. Microsoft's access tokens
 * for organizations and everybody's id_token can be read.
 */

#ifndef CLAIMS_H
#define CLAIMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "status.h"

/* An id_token may carry more than any access token that can be sent. */
#define CLAIMS_MAX_TOKEN 65536

/* A token is for one service, or a handful; more are not looked at. */
#define CLAIMS_MAX_AUDIENCES 8

/* By how many names it may say who signed in. */
#define CLAIMS_MAX_NAMES 4

struct json_object;

/*
 * The claims that we know, NULL or 0 where absent. The texts are as they came,
 * so they are to be cleaned before they are shown; they live as long as json.
 */
struct claims {
	struct json_object *json; /* NULL: the token cannot be read */
	const char *audiences[CLAIMS_MAX_AUDIENCES];
	size_t audience_count;
	/* Who signed in, by the name that says most first. */
	const char *names[CLAIMS_MAX_NAMES];
	size_t name_count;
	const char *scope;       /* scp, or scope (RFC 9068) */
	const char *tenant;      /* tid: Microsoft */
	const char *object;      /* oid: of the person, or of the application's
				  * service principal */
	const char *subject;     /* sub */
	const char *application; /* appid, azp or client_id */
	const char *kind;        /* idtyp: user or app */
	int64_t expires_at;      /* exp */
	int64_t not_before;      /* nbf */
	bool has_roles;
};

/*
 * Reads a token; NULL is one that cannot be read. STATUS_OK; STATUS_DATA for a
 * token that is no JWT, or is encrypted, which is no fault of it; NOMEM. Clear
 * the claims in any case.
 */
enum status claims_read(const char *token, struct claims *claims);
void claims_clear(struct claims *claims);

/* The roles one by one; NULL after the last. */
const char *claims_role_at(const struct claims *claims, size_t index);

/* Is that one of them? Case counts. */
bool claims_has_role(const struct claims *claims, const char *role);

#endif
