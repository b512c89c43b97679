/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Who must act, and by when. See need.h.
 *
 * BUGS: what a provider decides without a word (a password is changed, a right
 * withdrawn, a policy made) is known when a renewal fails, not before.
 */

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "message.h"
#include "need.h"
#include "shellquote.h"

#define DAY_S ((int64_t)24 * 3600)

/* By how much the end of a login in testing may differ from whole days. */
#define TESTING_SLACK_S 3600

const char *
need_who_name(enum need_who who)
{
	static const char *const names[NEED_COUNT] = {
		[NEED_LOGIN] = "login",
		[NEED_REFRESH] = "refresh",
		[NEED_ADMIN] = "administrator",
	};

	return names[who];
}

bool
need_has_token(const struct overview *overview, int64_t now)
{
	return overview->token_length > 0 && overview->expires_at > now &&
	    overview->state != OVERVIEW_REFUSED;
}

bool
need_is_passing(const struct overview *overview)
{
	return overview->error == STATUS_AGAIN ||
	    overview->error == STATUS_NOMEM;
}

int64_t
need_left_s(const struct need *need, int64_t now)
{
	if (need->who == NEED_NOBODY)
		return NEED_NEVER;
	return need->by > now ? need->by - now : 0;
}

/* Where to write the sentence of a need, if it is nearer than the one found;
 * a time that is over is now. NULL: it is not. */
static struct diag *
take(struct need *need, enum need_who who, int64_t by, int64_t now)
{
	if (by <= now)
		by = 0;
	if (need->who != NEED_NOBODY && need->by <= by)
		return NULL;
	need->who = who;
	need->by = by;
	return &need->why;
}

/* What went wrong, where only somebody can mend it. */
static void
judge_error(const struct overview *overview, int64_t now, struct need *need)
{
	enum need_who who = NEED_ADMIN;
	struct diag *why;

	if (overview->error == STATUS_OK || need_is_passing(overview))
		return;
	if (overview->error == STATUS_REAUTH ||
	    (overview->error == STATUS_DATA &&
		overview->state == OVERVIEW_UNREADABLE))
		who = NEED_LOGIN;
	if ((why = take(need, who, 0, now)) != NULL)
		diag_set(why, STATUS_OK, "%s", overview->error_text);
}

/* The token that a refusal brought about is refused, too. */
static void
judge_refusal(const struct overview *overview, int64_t now, struct need *need)
{
	struct diag *why;

	if (overview->state != OVERVIEW_REFUSED || overview->forced_at == 0 ||
	    overview->obtained_at != overview->forced_at)
		return;
	if ((why = take(need, NEED_ADMIN, 0, now)) != NULL)
		diag_set(why, STATUS_OK,
		    "the mail server refuses also a token that was renewed "
		    "because of that; check the user name, the scope and the "
		    "rights of the mailbox");
}

static void
judge_login(const struct overview *overview, int64_t now, struct need *need)
{
	const char *account = overview->account;
	struct diag *why;

	if (!overview->is_personal || overview->grant_hidden ||
	    overview->can_renew || overview->state == OVERVIEW_UNREADABLE)
		return;
	why = take(need, NEED_LOGIN,
	    need_has_token(overview, now) ? overview->expires_at : 0, now);
	if (why == NULL)
		return;
	if (overview->has_record)
		diag_set(why, STATUS_OK,
		    "it does not renew itself; log the account in again: " PROGRAM
		    " login %s",
		    shell_operand(account).text);
	else
		diag_set(why, STATUS_OK,
		    "nobody has logged it in here; run: " PROGRAM " login %s",
		    shell_operand(account).text);
}

/* Does the login end after the days of an application in testing? */
static bool
is_testing(const struct overview *overview)
{
	int64_t lived = overview->refresh_expires_at - overview->granted_at;

	return overview->testing_days > 0 &&
	    lived <= overview->testing_days * DAY_S + TESTING_SLACK_S;
}

/* What the provider has said of the refresh token. */
static void
judge_end(const struct overview *overview, int64_t now, struct need *need)
{
	const char *account = overview->account;
	bool is_over = overview->refresh_expires_at <= now;
	struct diag *why;

	/* One that was renewed afterwards had another end. */
	if (!overview->is_personal || overview->refresh_expires_at == 0 ||
	    overview->refresh_moved_at != 0 ||
	    overview->renewed_at > overview->refresh_expires_at)
		return;
	why = take(need, NEED_LOGIN, overview->refresh_expires_at, now);
	if (why == NULL)
		return;
	if (is_testing(overview))
		diag_set(why, STATUS_OK,
		    "%s %s a login %d days after it was made while the "
		    "application is in \"Testing\"; publish it in the "
		    "provider's console, and run: " PROGRAM " login %s",
		    overview->title, is_over ? "has ended it: it ends" : "ends",
		    overview->testing_days, shell_operand(account).text);
	else
		diag_set(why, STATUS_OK,
		    "the provider %s this login, as it said when it was made; "
		    "run: " PROGRAM " login %s",
		    is_over ? "has ended" : "ends",
		    shell_operand(account).text);
}

/* Ends that use puts off: each renewal begins them anew. */
static void
judge_idle(const struct overview *overview, int64_t now, struct need *need)
{
	int64_t used = overview->renewed_at > overview->granted_at ?
	    overview->renewed_at :
	    overview->granted_at;
	bool is_moved = overview->refresh_moved_at != 0, is_over;
	int64_t end = is_moved ? overview->refresh_expires_at :
				 used + overview->unused_days * DAY_S;
	char date[CLOCK_TEXT_SIZE], days[48] = "";
	struct diag *why;

	if (!overview->is_personal || !overview->can_renew || used == 0 ||
	    (!is_moved && overview->unused_days == 0))
		return;
	is_over = end <= now;
	why = take(need, is_over ? NEED_LOGIN : NEED_REFRESH, end, now);
	if (why == NULL)
		return;
	if (!is_moved)
		snprintf(days, sizeof(days), " for %d days",
		    overview->unused_days);
	diag_set(why, STATUS_OK,
	    "not used since %.*s, and %s ends a login that is unused%s; run: " PROGRAM
	    " %s %s",
	    CLOCK_DATE_LENGTH, clock_format(used, date),
	    is_moved || overview->title == NULL ? "the provider" :
						  overview->title,
	    days, is_over ? "login" : "refresh",
	    shell_operand(overview->account).text);
}

static void
judge_credential(const char *what, const char *options, int64_t end,
    int64_t now, struct need *need)
{
	char text[CLOCK_TEXT_SIZE];
	struct diag *why;

	if (end == 0 || (why = take(need, NEED_ADMIN, end, now)) == NULL)
		return;
	diag_set(why, STATUS_OK,
	    "the application's %s %s on %.*s; make a new one at the provider "
	    "and set %s",
	    what, end > now ? "ends" : "ended", CLOCK_DATE_LENGTH,
	    clock_format(end, text), options);
}

void
need_judge(const struct overview *overview, int64_t now, struct need *need)
{
	memset(need, 0, sizeof(*need));
	/* An end that has come says why renewals fail. */
	judge_end(overview, now, need);
	judge_idle(overview, now, need);
	judge_error(overview, now, need);
	judge_login(overview, now, need);
	judge_refusal(overview, now, need);
	judge_credential("secret", "client_secret_expires anew",
	    overview->secret_expires_at, now, need);
	judge_credential("certificate", "client_key and client_certificate",
	    overview->certificate_expires_at, now, need);
}
