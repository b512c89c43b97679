/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What can be said of one account: its record and its grant judged together.
 * It holds no secret.
 */

#ifndef OVERVIEW_H
#define OVERVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ledger.h"
#include "session.h"

/* The state of an account; overview_state_name() has the words. */
enum overview_state {
	OVERVIEW_VALID,      /* the token is good */
	OVERVIEW_DUE,        /* good, and to be renewed at the next use */
	OVERVIEW_EXPIRED,    /* to be renewed before the next use */
	OVERVIEW_REFUSED,    /* a mail server refused it: likewise */
	OVERVIEW_FAILING,    /* the last renewal failed */
	OVERVIEW_UNREADABLE, /* the record or the grant is damaged, or unsafe */
	OVERVIEW_LOGGED_OUT, /* nobody has logged in, or it cannot be renewed */
	OVERVIEW_STATE_COUNT
};

struct overview {
	char *account;
	enum overview_state state;
	bool configured; /* has an account section */
	bool has_record, has_grant;
	bool grant_hidden;    /* this user may not read the grant */
	bool can_renew;       /* a refresh token is there */
	size_t token_length;  /* of the record, */
	uint64_t fingerprint; /* likewise */
	int64_t obtained_at;  /* Unix times; 0: never, or not known */
	int64_t renew_at;
	int64_t expires_at;
	int64_t granted_at;
	int64_t renewed_at;
	enum status error;      /* STATUS_OK: none */
	char *error_text;       /* its sentence */
	int64_t error_at;       /* 0: found just now */
	int64_t error_until;    /* nobody asks the provider again before */
	int64_t interrupted_at; /* since when a renewal's answer is missing */
	int64_t written_at;     /* since when one is written, not in place */

	/* Who, and by what. Texts are NULL where that is not known. */
	char *login;       /* who signs in: as the provider said, or is meant */
	char *mailbox;     /* the user that is presented; the account's name */
	char *provider;    /* a preset or a section */
	char *title;       /* as people call it */
	char *grant;       /* a word of the option; NULL: a person's login */
	bool is_personal;  /* a person logs in */
	int unused_days;   /* after which the provider ends a login; or 0 */
	int testing_days;  /* the same for one of an unpublished application */
	int64_t forced_at; /* last renewal after a refusal */
	int64_t refresh_expires_at; /* of the refresh token, as was said */
	int64_t refresh_moved_at;   /* when a renewal put that off; or 0 */
	int64_t secret_expires_at;  /* of the application's secret */
	int64_t certificate_expires_at;

	bool has_ledger; /* this user may read what is counted */
	struct ledger ledger;
};

/*
 * Looks at an account, at the time `now`. Waits for no lock: files are replaced
 * whole. A file that cannot be read is part of the answer and no failure.
 * STATUS_DATA for a name that no account can have, STATUS_NOMEM.
 */
enum status overview_find(const struct session *session, const char *account,
    int64_t now, struct overview *overview, struct diag *diag);
void overview_clear(struct overview *overview);

/*
 * For overview_find(): adds what the settings say. chosen is the provider of
 * the last login, NULL where that is not known; has_secret: the grant has one.
 * STATUS_NOMEM.
 */
enum status overview_use_settings(struct overview *overview,
    const struct session *session, const char *chosen, bool has_secret);

/* Has somebody tried to log in since the last login, and failed? Then the
 * ledger says why. */
bool overview_login_failed(const struct overview *overview);

/* Is there any trace of the account: a section, a record, a grant, a login that
 * failed? */
bool overview_is_known(const struct overview *overview);

/*
 * STATUS_OK when the account can be used and, where that is known, renewed;
 * else how to react. A token that is still good while its renewal fails is a
 * reason to react.
 */
enum status overview_judge(const struct overview *overview);

/* "valid", "due", ...: one word each, but for "not logged in". */
const char *overview_state_name(enum overview_state state);

#endif
