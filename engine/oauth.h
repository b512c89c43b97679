/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * OAuth 2.0 as bytes: builds request bodies, judges answers. It opens nothing
 * and knows no clock.
 */

#ifndef OAUTH_H
#define OAUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "status.h"

/* A request body; a refresh token may have some kB. */
#define OAUTH_MAX_BODY 65536

/* The longest refresh token stored; Microsoft's have 1 to 2 kB. */
#define OAUTH_MAX_REFRESH_TOKEN 16384

/* What is assumed where the answer has no expires_in (RFC 6749, 5.1). */
#define OAUTH_DEFAULT_LIFETIME_S 3600

/* Longer lifetimes are cut: ten years. */
#define OAUTH_MAX_LIFETIME_S ((int64_t)10 * 365 * 24 * 3600)

/* How a client proves who it is: RFC 6749, 2.3.1. */
enum oauth_auth {
	OAUTH_AUTH_NONE,  /* a public client */
	OAUTH_AUTH_BODY,  /* client_secret in the body */
	OAUTH_AUTH_BASIC, /* HTTP Basic, both parts form-encoded */
};

struct oauth_client {
	const char *id;
	const char *secret; /* NULL with OAUTH_AUTH_NONE */
	enum oauth_auth auth;
};

/* Appends name=value, percent-encoded, after an & where one is due. */
void oauth_add_field(struct buf *body, const char *name, const char *value);

/* The two halves of HTTP Basic, form-encoded (RFC 6749, 2.3.1). */
void oauth_encode(struct buf *out, const char *value);

/* RFC 6749, section 6. scope may be NULL. */
void oauth_build_refresh(const struct oauth_client *client,
    const char *refresh_token, const char *scope, struct buf *body);

/* RFC 8628, 3.1 and 3.4. */
void oauth_build_device(const struct oauth_client *client, const char *scope,
    struct buf *body);
void oauth_build_device_poll(const struct oauth_client *client,
    const char *device_code, struct buf *body);

/* A token answer, RFC 6749, 5.1; strings are owned. */
struct oauth_token {
	char *access_token;
	char *refresh_token;  /* NULL: the old one goes on */
	char *scope;          /* NULL: as asked for */
	int64_t expires_in_s; /* 1 to OAUTH_MAX_LIFETIME_S */
	bool expires_assumed;
};
void oauth_token_clear(struct oauth_token *token);

/*
 * Judges an answer of the token endpoint. code is the HTTP status; host names
 * the endpoint in the sentence.
 *
 * STATUS_OK fills the token. STATUS_REAUTH, CONFIG or AGAIN by the OAuth error
 * (RFC 6749, 5.2; an error object counts with status 200 too), AGAIN for what
 * is no token answer at all, DATA for one that cannot be used. STATUS_NOMEM.
 * With STATUS_REAUTH the caller, who knows the account, says how to log in.
 */
enum status oauth_judge_token(long code, const char *body, size_t length,
    const char *host, struct oauth_token *token, struct diag *diag);

/* RFC 8628, 3.2; strings are owned and clean for a terminal. */
struct oauth_device {
	char *device_code;
	char *user_code;
	char *verification_uri;
	char *verification_uri_complete; /* NULL: none */
	int64_t expires_in_s;
	int interval_s; /* 5 where the answer names none */
};
void oauth_device_clear(struct oauth_device *device);

/* As oauth_judge_token(), for the device authorization endpoint. */
enum status oauth_judge_device(long code, const char *body, size_t length,
    const char *host, struct oauth_device *device, struct diag *diag);

/* What an answer to a poll means: RFC 8628, 3.5. */
enum oauth_poll {
	OAUTH_POLL_DONE,      /* the token is there */
	OAUTH_POLL_PENDING,   /* ask again after the interval */
	OAUTH_POLL_SLOW_DOWN, /* the same, and 5 s more from now on */
	OAUTH_POLL_FAILED,    /* the status and the sentence say why */
};
enum status oauth_judge_poll(long code, const char *body, size_t length,
    const char *host, struct oauth_token *token, enum oauth_poll *poll,
    struct diag *diag);

/*
 * What a mail server's error challenge means (RFC 7628, 3.2.2; Google's and
 * Microsoft's XOAUTH2). The challenge may be anything. STATUS_CONFIG where it
 * asks for another scope, else STATUS_REFUSED; the sentence is always set.
 */
enum status oauth_judge_challenge(const char *challenge, size_t length,
    const char *account, struct diag *diag);

#endif
