/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What status shows: the accounts, and what is to be said of each. See view.h.
 */

#include <stdlib.h>
#include <string.h>

#include "accounts.h"
#include "clock.h"
#include "message.h"
#include "shellquote.h"
#include "view.h"
#include "when.h"

void
view_clear(struct view *view)
{
	size_t i;

	for (i = 0; i < view->count; i++)
		overview_clear(&view->items[i].overview);
	free(view->items);
	memset(view, 0, sizeof(*view));
}

static void
add_status(struct view *view, enum status status)
{
	if (status > view->worst)
		view->worst = status;
}

static enum status
look(const struct session *session, const char *name, struct view *view,
    struct diag *diag)
{
	struct view_item *item = &view->items[view->count];
	enum status r;

	if ((r = overview_find(session, name, view->now, &item->overview,
		 diag)) != STATUS_OK)
		return r;
	if (overview_is_known(&item->overview)) {
		view->count++;
		need_judge(&item->overview, view->now, &item->need);
		add_status(view, overview_judge(&item->overview));
		return STATUS_OK;
	}
	message("%s is neither configured nor logged in here; run: " PROGRAM
		" login %s",
	    name, shell_operand(name).text);
	overview_clear(&item->overview);
	view->unknown++;
	add_status(view, STATUS_NOACCOUNT);
	return STATUS_OK;
}

/* Named twice it is one: monitoring systems take no series twice. */
static bool
is_named_before(char **names, size_t index)
{
	size_t i;

	for (i = 0; i < index; i++)
		if (strcmp(names[i], names[index]) == 0)
			return true;
	return false;
}

/* All accounts, and a word where that may not be all. */
static enum status
find_all(const struct session *session, struct accounts *accounts,
    struct diag *diag)
{
	enum status r;

	if ((r = accounts_find(session, true, accounts, diag)) != STATUS_OK)
		return r;
	if (accounts->incomplete)
		message("this user may not list the accounts below %s; there "
			"may be more",
		    session->state.path);
	else if (accounts->count == 0)
		message("no account is configured or logged in; run: " PROGRAM
			" login ACCOUNT");
	return STATUS_OK;
}

enum status
view_look(const struct command *command, struct view *view, struct diag *diag)
{
	char **names = command->operands;
	size_t count = (size_t)command->count, i;
	struct accounts accounts;
	struct session session;
	enum status r;

	memset(view, 0, sizeof(*view));
	view->now = clock_unix_s();
	accounts_init(&accounts);
	if ((r = session_open(&session, command, diag)) != STATUS_OK)
		goto out;
	if (count == 0) {
		if ((r = find_all(&session, &accounts, diag)) != STATUS_OK)
			goto out;
		names = accounts.names;
		count = accounts.count;
		view->incomplete = accounts.incomplete;
	}
	if ((view->items = calloc(count + 1, sizeof(*view->items))) == NULL)
		r = diag_set_nomem(diag);
	for (i = 0; r == STATUS_OK && i < count; i++)
		if (!is_named_before(names, i))
			r = look(&session, names[i], view, diag);
out:
	accounts_clear(&accounts);
	session_close(&session);
	return r;
}

int64_t
view_last_renewal(const struct overview *overview)
{
	return overview->renewed_at != 0 ? overview->renewed_at :
					   overview->obtained_at;
}

/* Who must act, where that is near. */
static bool
say_need(const struct view *view, const struct need *need, struct diag *note)
{
	static const char *const verbs[NEED_COUNT] = {
		[NEED_LOGIN] = "log in",
		[NEED_REFRESH] = "use it",
		[NEED_ADMIN] = "act",
	};

	if (need_left_s(need, view->now) > NEED_SHOWN_S)
		return false;
	if (need->by == 0)
		diag_set(note, STATUS_OK, "%s", need->why.text);
	else
		diag_set(note, STATUS_OK, "%s by %s: %s", verbs[need->who],
		    when_short(need->by).text, need->why.text);
	return true;
}

/* Trouble that passes: what becomes of the mail meanwhile. */
static bool
say_meanwhile(const struct view *view, const struct overview *overview,
    struct diag *note)
{
	bool goes_on = need_has_token(overview, view->now);

	if (!need_is_passing(overview) || overview->error_at == 0)
		return false;
	diag_set(note, STATUS_OK,
	    "this passes by itself, and is tried again at a use from %s; %s%s",
	    when_short(overview->error_until).text,
	    goes_on ? "mail goes on with the token until " :
		      "mail waits meanwhile",
	    goes_on ? when_short(overview->expires_at).text : "");
	return true;
}

/* A renewal that was killed: the next one goes on from there. */
static bool
say_interrupted(const struct overview *overview, struct diag *note)
{
	if (overview->error != STATUS_OK ||
	    (overview->written_at == 0 && overview->interrupted_at == 0))
		return false;
	if (overview->written_at != 0)
		diag_set(note, STATUS_OK,
		    "the renewal of %s ended before it was done; the next use "
		    "takes over what it had written",
		    when_short(overview->written_at).text);
	else
		diag_set(note, STATUS_OK,
		    "the renewal of %s ended before an answer was saved; the "
		    "next one shows whether a new refresh token is lost with "
		    "it",
		    when_short(overview->interrupted_at).text);
	return true;
}

/* What a login that failed has left is this alone. */
static bool
say_login(const struct overview *overview, struct diag *note)
{
	if (!overview_login_failed(overview))
		return false;
	diag_set(note, STATUS_OK, "the last login, %s, failed: %s",
	    when_short(overview->ledger.login_failed_at).text,
	    overview->ledger.login_failed);
	return true;
}

size_t
view_notes(const struct view *view, const struct view_item *item,
    struct diag notes[VIEW_MAX_NOTES])
{
	const struct overview *overview = &item->overview;
	size_t count = 0;

	if (say_need(view, &item->need, &notes[count]))
		count++;
	if (overview->error != STATUS_OK &&
	    (count == 0 || strcmp(overview->error_text, notes[0].text) != 0))
		diag_set(&notes[count++], STATUS_OK, "%s",
		    overview->error_text);
	if (say_login(overview, &notes[count]))
		count++;
	if (say_meanwhile(view, overview, &notes[count]))
		count++;
	if (say_interrupted(overview, &notes[count]))
		count++;
	return count;
}
