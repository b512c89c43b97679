/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Is this the token that was meant? What can be read of a token that was just
 * obtained is compared with what is configured, before mail sees it: what it
 * is for, what it allows, whose it is, how long it lasts; and whether the
 * secret or certificate that it was got with is about to end.
 *
 * A token that cannot be read passes. So does one without `roles`: Exchange's
 * own role assignments leave them out. Only the mail server decides, so a
 * renewal goes on whatever is found, and a login can.
 */

#ifndef CHECK_H
#define CHECK_H

#include "endpoint.h"

/* More is never found; what would not fit is left out. */
#define CHECK_MAX_FINDINGS 16

/* By how much clocks may differ. */
#define CHECK_MAX_SKEW_S 300

/* How long before its end a secret or a certificate is worth a warning. */
#define CHECK_BEFORE_END_S ((int64_t)30 * 24 * 3600)

enum check_grade {
	CHECK_NOTE,    /* worth knowing once */
	CHECK_WARNING, /* may be trouble, now or soon */
	CHECK_WRONG,   /* no mail server will take it, or not as meant */
};

/* One sentence, which names the account, with what to do. */
struct finding {
	enum check_grade grade;
	enum status status; /* with CHECK_WRONG: CONFIG; REAUTH: sign in as
			     * somebody else */
	struct diag diag;
};

struct check {
	const struct endpoint *endpoint; /* by which the token was got */
	const char *account;             /* as sentences name it */
	const char *person; /* who is meant to sign in; NULL: not known */
	int64_t now;        /* Unix time */
	/* what came of it */
	bool is_kept; /* the token was there already, and may have ended */
	struct finding findings[CHECK_MAX_FINDINGS];
	size_t count;
};

/*
 * Judges a token answer; the scope asked for is that of the endpoint. Nothing
 * found is STATUS_OK as well; STATUS_NOMEM. It opens nothing.
 */
enum status check_token(struct check *check, const struct oauth_token *token);

/*
 * The same for a token that is there already. What the grant says, of the scope
 * that was given and of who signed in, stands in for what the answer said;
 * either may be NULL.
 */
enum status check_kept_token(struct check *check, const char *access_token,
    const char *scope, const char *login);

/* The findings of one grade or a worse one: how many are there? */
size_t check_count(const struct check *check, enum check_grade grade);

/*
 * Who signed in, as far as the answer tells, as an owned string in *login;
 * NULL where it does not. STATUS_NOMEM.
 */
enum status check_read_login(const struct oauth_token *token, char **login);

#endif
