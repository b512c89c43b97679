/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The grant: the long-lived permission of one account and its history, a JSON
 * object, sealed when a key is configured. Only those who renew read it.
 */

#ifndef GRANT_H
#define GRANT_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "status.h"

#define GRANT_MAX_FILE 65536

/* AES-256. */
#define GRANT_KEY_LENGTH 32

struct json_object;

/* The last failure to renew; status is STATUS_OK when there was none. */
struct grant_failure {
	enum status status;
	char *text;       /* its sentence */
	int64_t at;       /* Unix time */
	int64_t until;    /* nobody asks again before */
	unsigned count;   /* in a row */
	bool ordered;     /* the server named that time (Retry-After) */
	uint64_t request; /* tells whether the same would be asked again */
};

struct grant {
	char *kind; /* how tokens are got: oauth_grant_name(); NULL: a person
		     * logged in */
	char *provider; /* chosen at the login; NULL: what is configured */
	char *refresh_token;
	char *client_secret;       /* where a person typed it; else NULL */
	char *issuer;              /* by which the endpoints were discovered */
	char *token_endpoint;      /* where it was granted, */
	char *client_id;           /* to which client, */
	char *scope;               /* and what for */
	char *asked_scope;         /* what was asked for, and is at a renewal */
	char *revocation_endpoint; /* as far as one is known */
	char *login;               /* who signed in, if the provider said it */
	int64_t granted_at;        /* when a person logged in */
	int64_t renewed_at;        /* last success; 0: never */
	int64_t forced_at;         /* last renewal after a refusal; 0: never */
	int64_t discovered_at;     /* when the issuer was asked */
	int64_t refresh_expires_at; /* of the refresh token; 0: not known */
	int64_t refresh_moved_at;   /* when a renewal put that off; 0: never */
	int64_t serial;             /* of this text: each saving counts it up */
	int64_t interrupted_at; /* since when a renewal's answer is missing */
	struct grant_failure failure;
	struct json_object *rest; /* members that this version does not know */
};

void grant_init(struct grant *grant);
void grant_clear(struct grant *grant);

/* Can tokens be got with it, without a person? */
bool grant_can_renew(const struct grant *grant);

/* Understands the bytes of a file, unsealed. what names it in a sentence. */
enum status grant_parse(struct grant *grant, const char *bytes, size_t length,
    const char *what, struct diag *diag);

/* Appends the JSON text. STATUS_NOMEM. */
enum status grant_format(const struct grant *grant, struct buf *out);

/* Replaces one of the strings by a copy, wiping the old one. */
enum status grant_set(char **member, const char *value);

/*
 * Records a failure, copying its text and counting those in a row; with a
 * status of STATUS_OK forgets it. STATUS_NOMEM.
 */
enum status grant_set_failure(struct grant *grant,
    const struct grant_failure *failure);

/*
 * The failure as a member of a JSON object, for files of other forms. What
 * cannot be understood is no failure.
 */
enum status grant_parse_failure(struct grant *grant, struct json_object *json);
enum status grant_format_failure(const struct grant_failure *failure,
    struct json_object *json);

/*
 * What grants are sealed and opened with. Each has GRANT_KEY_LENGTH bytes and
 * belongs to somebody else; NULL: there is none.
 */
struct grant_keys {
	const unsigned char *present; /* without it grants are saved unsealed */
	const unsigned char *old;     /* opens what the present one does not */
	bool must_seal;      /* a present one is configured, here or not */
	struct diag missing; /* why one that is configured is not here; "" */
};

/* How a grant was found. */
enum grant_sealing {
	GRANT_UNSEALED,
	GRANT_SEALED,     /* with the present key */
	GRANT_SEALED_OLD, /* with the old one */
};

/* Fills key with GRANT_KEY_LENGTH random bytes; wipe it. STATUS_BUG. */
enum status grant_make_key(unsigned char *key, struct diag *diag);

/*
 * Seals with AES-256-GCM: a random nonce, and the account name as associated
 * data, so that a file cannot be passed off as another account's. The result
 * is text. key has GRANT_KEY_LENGTH bytes. STATUS_NOMEM, STATUS_BUG.
 */
enum status grant_seal(const unsigned char *key, const char *account,
    const char *bytes, size_t length, struct buf *out, struct diag *diag);

bool grant_is_sealed(const char *bytes, size_t length);

/*
 * The reverse, with either key. STATUS_CONFIG when neither key, or not the
 * account, is the one: the sentence says which key is missing, if one is.
 */
enum status grant_open(const struct grant_keys *keys, const char *account,
    const char *bytes, size_t length, struct buf *out,
    enum grant_sealing *sealing, const char *what, struct diag *diag);

#endif
