/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Accounts as a plugin of Nagios, Icinga and others tells them: one line, with
 * performance data, and an exit code (the Monitoring Plugins' development
 * guidelines). See view.h.
 */

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "view.h"
#include "when.h"

/* Far above any threshold that makes sense: a hundred years. */
#define MAX_TIME_S ((int64_t)100 * 366 * 24 * 3600)

/* The worse one of two, in this order. */
static const int severity[] = {
	[NAGIOS_OK] = 0,
	[NAGIOS_UNKNOWN] = 1,
	[NAGIOS_WARNING] = 2,
	[NAGIOS_CRITICAL] = 3,
};

bool
view_read_time(const char *text, int64_t *seconds)
{
	static const struct {
		char letter;
		int64_t seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	size_t digits = strspn(text, "0123456789"), i;
	int64_t unit = 1, number;

	if (digits == 0 || digits > 10)
		return false;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (text[digits] == units[i].letter)
			break;
	if (text[digits] != '\0') {
		if (i == sizeof(units) / sizeof(units[0]) ||
		    text[digits + 1] != '\0')
			return false;
		unit = units[i].seconds;
	}
	number = strtoll(text, NULL, 10);
	if (number > MAX_TIME_S / unit)
		return false;
	*seconds = number * unit;
	return true;
}

static enum nagios
judge_item(const struct view *view, const struct view_item *item,
    const struct thresholds *thresholds)
{
	const struct overview *overview = &item->overview;
	int64_t left = need_left_s(&item->need, view->now);
	bool has_token = need_has_token(overview, view->now);

	if (item->need.who != NEED_NOBODY && left <= thresholds->critical_s)
		return NAGIOS_CRITICAL;
	if (need_is_passing(overview) && !has_token)
		return NAGIOS_CRITICAL;
	if (item->need.who != NEED_NOBODY && left <= thresholds->warning_s)
		return NAGIOS_WARNING;
	if (overview->error != STATUS_OK || overview->state == OVERVIEW_REFUSED)
		return NAGIOS_WARNING;
	/* Whether it renews itself is for others to know. */
	return overview->grant_hidden && !has_token ? NAGIOS_UNKNOWN :
						      NAGIOS_OK;
}

/* The worst of all, and the first item that is so bad; NULL: it is none. */
static enum nagios
judge(const struct view *view, const struct thresholds *thresholds,
    const struct view_item **first, size_t *bad)
{
	bool is_whole =
	    view->count > 0 && view->unknown == 0 && !view->incomplete;
	enum nagios worst = is_whole ? NAGIOS_OK : NAGIOS_UNKNOWN, one;
	size_t i;

	*first = NULL;
	*bad = 0;
	for (i = 0; i < view->count; i++) {
		one = judge_item(view, &view->items[i], thresholds);
		*bad += one != NAGIOS_OK;
		if (severity[one] <= severity[worst])
			continue;
		worst = one;
		*first = &view->items[i];
	}
	return worst;
}

enum nagios
view_judge_nagios(const struct view *view, const struct thresholds *thresholds)
{
	const struct view_item *first;
	size_t bad;

	return judge(view, thresholds, &first, &bad);
}

/* What a line may not have in it: the bar begins the performance data. */
static void
put_text(const char *text, FILE *out)
{
	for (; *text != '\0'; text++)
		putc(*text == '|' ? '/' : *text, out);
}

/* Why the first one is bad. */
static void
put_reason(const struct view *view, const struct view_item *item, FILE *out)
{
	struct diag notes[VIEW_MAX_NOTES], name;

	diag_set(&name, STATUS_OK, "%s", item->overview.account);
	put_text(name.text, out);
	fputs(": ", out);
	if (item->need.who != NEED_NOBODY && item->need.by != 0 &&
	    item->overview.error == STATUS_OK)
		fprintf(out, "by %s: ", when_short(item->need.by).text);
	if (item->need.who != NEED_NOBODY && item->overview.error == STATUS_OK)
		put_text(item->need.why.text, out);
	else if (view_notes(view, item, notes) > 0)
		put_text(notes[0].text, out);
	else if (item->overview.grant_hidden)
		fputs("the token is over, and this user may not see whether "
		      "it renews itself",
		    out);
	else
		fputs(overview_state_name(item->overview.state), out);
}

static void
put_summary(const struct view *view, const struct view_item *first, size_t bad,
    FILE *out)
{
	if (first != NULL) {
		put_reason(view, first, out);
		if (bad > 1)
			fprintf(out, " (and %zu more)", bad - 1);
	} else if (view->unknown > 0) {
		fprintf(out, "%zu of the accounts are not known here",
		    view->unknown);
	} else if (view->incomplete) {
		fputs("this user may not list the accounts", out);
	} else if (view->count == 0) {
		fputs("no account is configured or logged in", out);
	} else {
		fprintf(out, "%zu account%s, and nobody must act", view->count,
		    view->count == 1 ? "" : "s");
	}
}

/* In quotes, where a quote is two, and an equals sign may not be. */
static void
put_label(const char *account, FILE *out)
{
	struct diag name;
	const char *p;

	diag_set(&name, STATUS_OK, "%s", account);
	putc('\'', out);
	for (p = name.text; *p != '\0'; p++) {
		if (*p == '\'')
			putc('\'', out);
		putc(*p == '=' || *p == '|' ? '_' : *p, out);
	}
	putc('\'', out);
}

/* How long until somebody must act; U where that is not known. */
static void
put_data(const struct view *view, const struct view_item *item,
    const struct thresholds *thresholds, FILE *out)
{
	int64_t left = need_left_s(&item->need, view->now);

	putc(' ', out);
	put_label(item->overview.account, out);
	if (left == NEED_NEVER)
		fputs("=U", out);
	else
		fprintf(out, "=%" PRId64 "s", left);
	fprintf(out, ";%" PRId64 ":;%" PRId64 ":;0", thresholds->warning_s,
	    thresholds->critical_s);
}

enum nagios
view_write_nagios_unknown(const char *why, FILE *out)
{
	fputs("SASL-BEARER UNKNOWN - ", out);
	put_text(why, out);
	putc('\n', out);
	return NAGIOS_UNKNOWN;
}

enum nagios
view_write_nagios(const struct view *view, const struct thresholds *thresholds,
    FILE *out)
{
	static const char *const words[] = {
		[NAGIOS_OK] = "OK",
		[NAGIOS_WARNING] = "WARNING",
		[NAGIOS_CRITICAL] = "CRITICAL",
		[NAGIOS_UNKNOWN] = "UNKNOWN",
	};
	const struct view_item *first;
	enum nagios worst;
	size_t bad, i;

	worst = judge(view, thresholds, &first, &bad);
	fprintf(out, "SASL-BEARER %s - ", words[worst]);
	put_summary(view, first, bad, out);
	if (view->count > 0)
		fputs(" |", out);
	for (i = 0; i < view->count; i++)
		put_data(view, &view->items[i], thresholds, out);
	putc('\n', out);
	return worst;
}
