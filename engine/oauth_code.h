/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The authorization code with PKCE (RFC 6749, 4.1; RFC 7636; RFC 9207), as
 * bytes: the address that a person opens, and the one that the provider sends
 * the browser back to. It opens nothing and knows no clock.
 */

#ifndef OAUTH_CODE_H
#define OAUTH_CODE_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "status.h"

/* 32 bytes in base64url without padding: RFC 7636, 4.1 and 4.2. */
#define OAUTH_CODE_RANDOM 43

/* The longest address opened; servers and shells take no more. */
#define OAUTH_CODE_MAX_URL 8192

/* The longest redirect read. Microsoft's have some 2 kB. */
#define OAUTH_CODE_MAX_REDIRECT 16384

/* A pasted text that is shorter is no code, but a word that somebody typed. */
#define OAUTH_CODE_MIN_PASTED 10

/* What ties the answer to the question. The verifier is a secret. */
struct oauth_code_request {
	char state[OAUTH_CODE_RANDOM + 1];
	char verifier[OAUTH_CODE_RANDOM + 1];
	char challenge[OAUTH_CODE_RANDOM + 1]; /* S256 of the verifier */
	/* What iss must be in the redirect (RFC 9207); NULL: not known. */
	const char *issuer;
	bool is_issuer_sent; /* the provider has said so: it must be there */
};

/*
 * Makes new random ones, for no issuer. The caller clears them, also after a
 * failure. STATUS_BUG when OpenSSL has no random bytes.
 */
enum status oauth_code_start(struct oauth_code_request *request,
    struct diag *diag);
void oauth_code_clear(struct oauth_code_request *request);

/* What is asked for. */
struct oauth_code_question {
	const char *endpoint; /* the authorization endpoint; may have a query */
	const char *client_id;
	const char *redirect_uri;
	const char *scope;      /* NULL: none */
	const char *login_hint; /* NULL: none */
	const char *extra;      /* encoded, "a=b&c=d", or NULL */
};

/*
 * Appends the address that a person opens (RFC 6749, 4.1.1; RFC 7636, 4.3).
 * The result is buf_status().
 */
void oauth_code_build_url(const struct oauth_code_request *request,
    const struct oauth_code_question *question, struct buf *url);

/*
 * Reads the query of a redirect, without its question mark: RFC 6749, 4.1.2.
 *
 * STATUS_OK: *code is the caller's, to be freed with secret_free(). DATA: it
 * is malformed or does not belong to this login, which goes on. Else the login
 * is over, in the provider's words: REAUTH, CONFIG or AGAIN. STATUS_NOMEM.
 */
enum status oauth_code_read_query(const struct oauth_code_request *request,
    const char *query, size_t length, char **code, struct diag *diag);

/*
 * The same for what a person has pasted: the whole address, its query, or the
 * bare code, which has no state and rests on PKCE. Taken away are white space
 * and line breaks anywhere, quotes around it, and the escapes of terminals,
 * shells and HTML.
 */
enum status oauth_code_read_pasted(const struct oauth_code_request *request,
    const char *text, size_t length, char **code, struct diag *diag);

#endif
