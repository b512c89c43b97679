/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The provider as one account sees it: everything that a token request needs,
 * worked out and loaded, for login as for renewal.
 *
 * It is made ready in two steps. endpoint_prepare() needs files only, so that
 * it can be done before a chroot(2); endpoint_complete() adds what the grant
 * knows and, where an issuer is configured, what the network tells.
 */

#ifndef ENDPOINT_H
#define ENDPOINT_H

#include <signal.h>
#include <stdint.h>

#include "audit.h"
#include "conf.h"
#include "grant.h"
#include "http.h"
#include "oauth.h"
#include "preload.h"

/* What was discovered is asked for anew after a day. */
#define ENDPOINT_MAX_DISCOVERY_S 86400

/* Where older ones are known, this part of the time is spent on asking. */
#define ENDPOINT_DISCOVERY_PART 3

/* What a renewal works with. Time and transport are arguments. */
struct renewer {
	const struct conf *conf;
	struct preload *preload;
	http_function *send;
	int64_t (*now)(void);                   /* Unix time */
	const volatile sig_atomic_t *cancelled; /* may be NULL */
	struct audit *audit;                    /* NULL: none is kept */
};

struct key;
struct service_account;

struct endpoint {
	struct settings settings;
	enum oauth_grant grant;
	struct oauth_client client;
	const struct key *key; /* OAUTH_AUTH_KEY */
	const struct service_account *service_account;
	const struct buf *certificates;
	char *secret; /* the client's, where it is not a preloaded file's */
	int64_t discovered_at; /* 0: not now */
	bool sends_issuer;     /* in redirects, RFC 9207; when discovered now */
};

/*
 * Works out and loads what an account needs. provider is the one that was
 * chosen when somebody logged in, or NULL (conf_resolve_with()).
 * STATUS_CONFIG names what is missing. The endpoint is to be cleared in any
 * case; a zeroed one may be.
 */
enum status endpoint_prepare(const struct renewer *renewer, const char *account,
    const char *provider, struct endpoint *endpoint, struct diag *diag);
void endpoint_clear(struct endpoint *endpoint);

/* The part of it that settings which are already there determine. */
enum status endpoint_prepare_settings(const struct renewer *renewer,
    struct endpoint *endpoint, struct diag *diag);

/*
 * How the client proves itself, by the settings, the grant and the secret of an
 * endpoint that need not be prepared.
 */
enum oauth_auth endpoint_auth(const struct endpoint *endpoint);

/*
 * The keys that grants are sealed and opened with, for the life of the preload;
 * keys->missing says why one that is configured is not there. STATUS_CONFIG,
 * STATUS_ACCESS or STATUS_NOMEM when that is the present one: then nothing may
 * be saved. Without the old one only what it has sealed cannot be opened.
 */
enum status endpoint_grant_keys(const struct renewer *renewer,
    struct grant_keys *keys, struct diag *diag);

/* One key, by a path or credential:NAME that the option has, or will have. */
enum status endpoint_grant_key(const struct renewer *renewer,
    enum option option, const char *path, const unsigned char **key,
    struct diag *diag);

/*
 * Does it want a secret that no file has? Then endpoint->secret, or a grant
 * that knows it, must have it before endpoint_complete().
 */
bool endpoint_wants_secret(const struct endpoint *endpoint);

/*
 * Adds what the grant has: the secret that a person typed, the scope that was
 * asked for, discovered endpoints that are not too old; and asks the issuer
 * where that is needed. Where the issuer has no good answer, older
 * endpoints are used, without a word. A login has an empty grant.
 *
 * STATUS_CONFIG when no token endpoint is known in the end; as http_send().
 */
enum status endpoint_complete(const struct renewer *renewer,
    struct endpoint *endpoint, const struct grant *grant, int timeout_ms,
    struct diag *diag);

/*
 * Is the complete endpoint the one that gave this grant? A refresh token goes
 * to whom it came from, and to nobody else. True for an empty grant.
 */
bool endpoint_is_grantor(const struct endpoint *endpoint,
    const struct grant *grant);

/*
 * Loads every file that any account may need, for a process that will not be
 * able to later. What fails now is tried again, and reported, at its use.
 */
void endpoint_preload(const struct renewer *renewer);

/* What is the same in each request to this provider. */
struct http_request endpoint_request(const struct renewer *renewer,
    const struct endpoint *endpoint, const char *url, int timeout_ms);

/*
 * Posts a form to one of the endpoint's URLs, with the client's credentials,
 * within timeout_ms, and once more where the connection failed. An assertion
 * is signed or read anew for each request. As http_send().
 */
enum status endpoint_post(const struct renewer *renewer,
    const struct endpoint *endpoint, const char *url,
    const struct oauth_field *fields, size_t count, int timeout_ms,
    struct http_answer *answer, struct diag *diag);

/*
 * Identifies what would be asked, so that a change of it is seen. It reveals
 * nothing.
 */
uint64_t endpoint_fingerprint(const struct endpoint *endpoint);

#endif
