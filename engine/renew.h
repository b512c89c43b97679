/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * When a token is renewed, by whom, and what a failure means for the others.
 *
 * Before renew_at a token is used. From then until expires_at one process
 * renews it, and nobody waits: if that fails, the token is still used. After
 * that, or when a server refused it, it is renewed under the account's lock,
 * and whoever waited takes what the first one got. One account, any number of
 * processes: one token request.
 *
 * A failure is kept in the grant, so that every process knows it: nobody asks
 * again before it is over, or before somebody logs in or changes what would be
 * asked.
 */

#ifndef RENEW_H
#define RENEW_H

#include <stdint.h>

#include "conf.h"
#include "http.h"
#include "log.h"
#include "oauth.h"
#include "preload.h"
#include "record.h"
#include "store.h"

/* A refused token is renewed once a minute at most. */
#define RENEW_FORCED_SPACING_S 60

/* The first pause after passing trouble; it doubles up to the second. */
#define RENEW_MIN_PAUSE_S 10
#define RENEW_MAX_PAUSE_S 900

/* How long a permanent failure is remembered; a login ends it at once. */
#define RENEW_REAUTH_PAUSE_S 3600
#define RENEW_CONFIG_PAUSE_S 300

enum renew_why {
	RENEW_IF_DUE, /* somebody wants to use the token */
	RENEW_NOW,    /* somebody wants a new one */
	RENEW_FORCE,  /* the same, even if a failure is remembered */
};

/* What a renewal works with. Time and transport are arguments. */
struct renewer {
	const struct conf *conf;
	struct preload *preload;
	http_function *send;
	int64_t (*now)(void);                   /* Unix time */
	const volatile sig_atomic_t *cancelled; /* may be NULL */
};

/* Everything that a token request needs, for login as for renewal. */
struct renew_endpoint {
	struct settings settings;
	struct oauth_client client;
	const struct buf *certificates;
	const unsigned char *grant_key; /* NULL: grants are not sealed */
	char *secret; /* the client's, where it is not a preloaded file's */
};

/*
 * Works out and loads what an account needs. STATUS_CONFIG names what is
 * missing. The endpoint is to be cleared in any case; a zeroed one may be.
 */
enum status renew_prepare(const struct renewer *renewer, const char *account,
    struct renew_endpoint *endpoint, struct diag *diag);
void renew_endpoint_clear(struct renew_endpoint *endpoint);

/* The part of it that settings which are already there determine. */
enum status renew_prepare_settings(const struct renewer *renewer,
    struct renew_endpoint *endpoint, struct diag *diag);

/*
 * Loads every file that any account may need, for a process that will not be
 * able to later. What fails now is tried again, and reported, at its use.
 */
void renew_preload(const struct renewer *renewer);

/*
 * Sends a body to one of the endpoint's URLs, within timeout_ms, once more
 * where the connection failed. As http_send().
 */
enum status renew_post(const struct renewer *renewer,
    const struct renew_endpoint *endpoint, const char *url,
    const struct buf *body, int timeout_ms, struct http_answer *answer,
    struct diag *diag);

/*
 * Fills the record with the account's usable token. The record is initialised
 * by the caller and set only on success. Blocks until the configured timeout.
 * STATUS_REAUTH also for an account that nobody has logged in yet.
 */
enum status renew_account(const struct renewer *renewer,
    const struct dir *state, const char *account, enum renew_why why,
    const struct log *log, struct record *record, struct diag *diag);

/* The same for a token file in the form of sasl-xoauth2. */
enum status renew_file(const struct renewer *renewer, const char *path,
    const struct log *log, struct record *record, struct diag *diag);

/*
 * Turns an answer of the token endpoint into a record with its three times.
 * asked_at is when the request was sent. old may be empty.
 */
enum status renew_make_record(const struct settings *settings,
    const char *account, const struct oauth_token *token, int64_t asked_at,
    const struct record *old, struct record *record, struct diag *diag);

/* Marks the token in the store as refused, if it is still the one there. */
enum status renew_mark_refused(struct store *store, const struct record *seen,
    struct diag *diag);

#endif
