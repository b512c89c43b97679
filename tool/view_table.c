/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Accounts for people: a table that fits 80 columns, with lines below each
 * account for what has no column and what is to be said of it; and all about
 * one account. See view.h.
 */

#include <inttypes.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "view.h"
#include "when.h"

/* Where a terminal does not say how wide it is, and the least that is used. */
#define USUAL_COLUMNS 80
#define LEAST_COLUMNS 40

/* What the other columns leave of 80; longer names push them aside. */
#define NAME_WIDTH 29

#define NOTE_INDENT 4
#define LABEL_WIDTH 17

int
view_columns(int fd)
{
	struct winsize size;

	if (isatty(fd) != 1)
		return VIEW_UNWRAPPED;
	if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return USUAL_COLUMNS;
	return size.ws_col < LEAST_COLUMNS ? LEAST_COLUMNS : size.ws_col;
}

/* How much of the text stands on this line, up to a space where it can. */
static size_t
line_length(const char *text, size_t room)
{
	size_t length = strlen(text), i;

	if (length <= room)
		return length;
	for (i = room; i > 0 && text[i] != ' '; i--)
		;
	/* A word that is longer than the line stays whole, to be copied. */
	return i > 0 ? i : strcspn(text, " ");
}

/* A text whose first line begins at the indent, as the others do. */
static void
print_wrapped(const char *text, int indent, int columns, FILE *out)
{
	size_t room = columns > indent ? (size_t)(columns - indent) : 1;
	size_t length;

	if (columns == VIEW_UNWRAPPED)
		room = strlen(text);
	for (;;) {
		length = line_length(text, room);
		fprintf(out, "%.*s\n", (int)length, text);
		for (text += length; *text == ' '; text++)
			;
		if (*text == '\0')
			return;
		fprintf(out, "%*s", indent, "");
	}
}

static void
print_note(const char *text, int columns, FILE *out)
{
	fprintf(out, "%*s", NOTE_INDENT, "");
	print_wrapped(text, NOTE_INDENT, columns, out);
}

static int
name_width(const struct view *view)
{
	size_t width = strlen("ACCOUNT"), length, i;

	for (i = 0; i < view->count; i++) {
		length = strlen(view->items[i].overview.account);
		if (length > width)
			width = length < NAME_WIDTH ? length : NAME_WIDTH;
	}
	return (int)width;
}

/* When it is renewed: a time of a style, or words. */
static struct diag
next_renewal(const struct view_item *item, struct when (*style)(int64_t))
{
	const struct overview *overview = &item->overview;
	const struct need *need = &item->need;
	struct diag text;

	if (overview->is_personal && !overview->grant_hidden &&
	    !overview->can_renew)
		diag_set(&text, STATUS_OK, "after a login");
	else if (overview->state == OVERVIEW_VALID)
		diag_set(&text, STATUS_OK, "%s",
		    style(overview->renew_at).text);
	else if (need->who == NEED_LOGIN && need->by == 0)
		diag_set(&text, STATUS_OK, "after a login");
	else if (need->who == NEED_ADMIN && need->by == 0)
		diag_set(&text, STATUS_OK, "when that is mended");
	else
		diag_set(&text, STATUS_OK, "at the next use");
	return text;
}

/* What the columns have no room for. */
static void
print_rest(const struct view *view, const struct view_item *item, int columns,
    FILE *out)
{
	static const char *const acts[NEED_COUNT] = {
		[NEED_LOGIN] = "log in",
		[NEED_REFRESH] = "use it",
		[NEED_ADMIN] = "act",
	};
	const struct overview *overview = &item->overview;
	const struct need *need = &item->need;
	bool is_other = overview->is_personal && overview->login != NULL &&
	    strcmp(overview->login, overview->account) != 0;
	struct diag text, act = { "" };

	if (overview->grant_hidden)
		;
	else if (need->who == NEED_NOBODY)
		diag_set(&act, STATUS_OK, "; nobody has to act");
	else if (need_left_s(need, view->now) > NEED_SHOWN_S)
		diag_set(&act, STATUS_OK, "; %s by %s", acts[need->who],
		    when_short(need->by).text);
	diag_set(&text, STATUS_OK, "%s, %s%s%s; renews %s%s",
	    overview->title != NULL ? overview->title : "not configured",
	    overview->grant != NULL ? overview->grant : "a person's login",
	    is_other ? " as " : "", is_other ? overview->login : "",
	    next_renewal(item, when_short).text, act.text);
	print_note(text.text, columns, out);
}

void
view_print_table(const struct view *view, int columns, FILE *out)
{
	struct diag notes[VIEW_MAX_NOTES], name;
	const struct overview *overview;
	int width = name_width(view);
	size_t i, j, count;

	if (view->count == 0)
		return;
	fprintf(out, "%-*s  %-13s  %-16s  %s\n", width, "ACCOUNT", "STATE",
	    "VALID UNTIL", "LAST RENEWAL");
	for (i = 0; i < view->count; i++) {
		overview = &view->items[i].overview;
		diag_set(&name, STATUS_OK, "%s", overview->account);
		fprintf(out, "%-*s  %-13s  %-16s  %s\n", width, name.text,
		    overview_state_name(overview->state),
		    when_short(overview->expires_at).text,
		    when_short(view_last_renewal(overview)).text);
		print_rest(view, &view->items[i], columns, out);
		count = view_notes(view, &view->items[i], notes);
		for (j = 0; j < count; j++)
			print_note(notes[j].text, columns, out);
	}
}

/* A line of the details. */
static void
print_fact(const char *label, const char *text, int columns, FILE *out)
{
	struct diag clean;

	diag_set(&clean, STATUS_OK, "%s", text);
	fprintf(out, "  %-*s  ", LABEL_WIDTH, label);
	print_wrapped(clean.text, LABEL_WIDTH + 4, columns, out);
}

static void
print_who(const struct overview *overview, int columns, FILE *out)
{
	struct diag text;

	print_fact("signs in",
	    overview->is_personal ? overview->login :
				    "nobody: the application itself",
	    columns, out);
	print_fact("mailbox", overview->mailbox, columns, out);
	diag_set(&text, STATUS_OK, "%s%s%s%s",
	    overview->title != NULL ? overview->title : "not configured",
	    overview->provider != NULL ? " (" : "",
	    overview->provider != NULL ? overview->provider : "",
	    overview->provider != NULL ? ")" : "");
	print_fact("provider", text.text, columns, out);
	print_fact("grant",
	    overview->grant != NULL ? overview->grant : "a person's login",
	    columns, out);
}

static void
print_times(const struct view_item *item, int columns, FILE *out)
{
	const struct overview *overview = &item->overview;

	print_fact("logged in", when_local(overview->granted_at).text, columns,
	    out);
	print_fact("token valid until", when_local(overview->expires_at).text,
	    columns, out);
	print_fact("last renewal", when_local(view_last_renewal(overview)).text,
	    columns, out);
	print_fact("next renewal", next_renewal(item, when_local).text, columns,
	    out);
}

static void
print_need(const struct view *view, const struct view_item *item, int columns,
    FILE *out)
{
	static const char *const whos[NEED_COUNT] = {
		[NEED_NOBODY] = "nobody, as far as is known",
		[NEED_LOGIN] = "a person must log in",
		[NEED_REFRESH] = "it must be used, or refreshed",
		[NEED_ADMIN] = "an administrator",
	};
	const struct need *need = &item->need;
	struct diag text;

	diag_set(&text, STATUS_OK, "%s%s%s", whos[need->who],
	    need->who == NEED_NOBODY ? "" :
		need->by == 0        ? ", now" :
				       ", by ",
	    need->by != 0 ? when_local(need->by).text : "");
	if (item->overview.grant_hidden)
		diag_set(&text, STATUS_OK,
		    "not known to this user, who may not read the grant");
	print_fact("who must act", text.text, columns, out);
	if (need_left_s(need, view->now) > NEED_SHOWN_S &&
	    need->who != NEED_NOBODY && need->who != NEED_REFRESH)
		print_fact("", need->why.text, columns, out);
}

/* What is counted, where there is anything. */
static void
print_ledger(const struct overview *overview, int columns, FILE *out)
{
	const struct ledger *ledger = &overview->ledger;
	int64_t failures = 0;
	struct diag text;
	size_t i;

	if (!overview->has_ledger)
		return;
	for (i = 0; i < STATUS_COUNT; i++)
		failures += ledger->failures[i];
	diag_set(&text, STATUS_OK,
	    "%" PRId64 " renewals, %" PRId64 " failures, %" PRId64
	    " refusals by mail servers",
	    ledger->renewals, failures, ledger->refusals);
	print_fact("counted", text.text, columns, out);
	if (ledger->requests == 0)
		return;
	diag_set(&text, STATUS_OK,
	    "%" PRId64 " ms, the last time; %" PRId64 " ms on average",
	    ledger->last_request_ms, ledger->request_ms / ledger->requests);
	print_fact("provider answers", text.text, columns, out);
}

void
view_print_details(const struct view *view, int columns, FILE *out)
{
	struct diag notes[VIEW_MAX_NOTES], name;
	const struct view_item *item;
	size_t i, j, count;

	for (i = 0; i < view->count; i++) {
		item = &view->items[i];
		diag_set(&name, STATUS_OK, "%s", item->overview.account);
		fprintf(out, "%s%s: %s\n", i > 0 ? "\n" : "", name.text,
		    overview_state_name(item->overview.state));
		count = view_notes(view, item, notes);
		for (j = 0; j < count; j++)
			print_note(notes[j].text, columns, out);
		print_who(&item->overview, columns, out);
		print_times(item, columns, out);
		print_need(view, item, columns, out);
		print_ledger(&item->overview, columns, out);
	}
}
