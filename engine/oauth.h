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

/* How tokens are got; the words of the option grant. */
enum oauth_grant {
	OAUTH_GRANT_UNSET, /* a person logs in, by the way that goes */
	OAUTH_GRANT_CODE,  /* authorization_code, RFC 6749, 4.1 */
	OAUTH_GRANT_DEVICE,
	OAUTH_GRANT_CLIENT, /* client_credentials, RFC 6749, 4.4 */
	OAUTH_GRANT_SERVICE_ACCOUNT,
	OAUTH_GRANT_IDENTITY, /* managed_identity */
	OAUTH_GRANT_COUNT
};

/* The grant of that word; OAUTH_GRANT_UNSET for NULL and unknown ones. */
enum oauth_grant oauth_grant_find(const char *name);
const char *oauth_grant_name(enum oauth_grant grant); /* NULL: unset */

/* Does a person log in, and a refresh token renew? */
bool oauth_grant_needs_person(enum oauth_grant grant);

/* How a client proves who it is. */
enum oauth_auth {
	OAUTH_AUTH_NONE,      /* a public client */
	OAUTH_AUTH_BODY,      /* client_secret in the body: RFC 6749, 2.3.1 */
	OAUTH_AUTH_BASIC,     /* HTTP Basic, both parts form-encoded */
	OAUTH_AUTH_KEY,       /* an assertion that it signs: RFC 7523, 2.2 */
	OAUTH_AUTH_FEDERATED, /* an assertion of another issuer: RFC 7521 */
};

struct oauth_client {
	const char *id;        /* NULL where the grant has no client */
	const char *secret;    /* with OAUTH_AUTH_BODY and BASIC */
	const char *assertion; /* with OAUTH_AUTH_KEY and FEDERATED */
	enum oauth_auth auth;
};

/* A field of a form; one whose value is NULL is left out. */
struct oauth_field {
	const char *name;
	const char *value;
};

/* Appends name=value, percent-encoded, after an & where one is due. */
void oauth_add_field(struct buf *body, const char *name, const char *value);

/* Percent-encodes, for forms and for HTTP Basic (RFC 6749, 2.3.1). */
void oauth_encode(struct buf *out, const char *value);

/* A request body: the fields, and what identifies the client. */
void oauth_build(const struct oauth_client *client,
    const struct oauth_field *fields, size_t count, struct buf *body);

/* A token answer, RFC 6749, 5.1; strings are owned. */
struct oauth_token {
	char *access_token;
	char *refresh_token;  /* NULL: the old one goes on */
	char *scope;          /* NULL: as asked for */
	char *id_token;       /* OpenID Connect; NULL: none */
	int64_t expires_in_s; /* 1 to OAUTH_MAX_LIFETIME_S */
	bool expires_assumed;
	int64_t refresh_expires_in_s; /* of the refresh token; 0: not said */
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

/*
 * The same for a grant without a person. Nobody can log in: STATUS_CONFIG where
 * the other one has STATUS_REAUTH, with another next step.
 */
enum status oauth_judge_alone(long code, const char *body, size_t length,
    const char *host, struct oauth_token *token, struct diag *diag);

/* Is that the HTTP status of an address where nothing is, or any more? */
bool oauth_is_gone(long code);

/* The grant_type of a poll, RFC 8628, 3.4. */
#define OAUTH_DEVICE_GRANT "urn:ietf:params:oauth:grant-type:device_code"

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
 * Microsoft's XOAUTH2). The challenge may be anything. granted is the scope
 * of the token, NULL where it is not known. STATUS_CONFIG where the server asks
 * for another scope, in so many words or by naming one that was not granted;
 * else STATUS_REFUSED. The sentence is always set.
 */
enum status oauth_judge_challenge(const char *challenge, size_t length,
    const char *account, const char *granted, struct diag *diag);

#endif
