/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Accounts as Prometheus' text format 0.0.4, for the textfile collector of its
 * node exporter. See view.h. What is not known has no sample.
 */

#include <inttypes.h>

#include "view.h"

#define PREFIX "sasl_bearer_"

/* Milliseconds as seconds, exactly. */
#define MS_FORMAT "%" PRId64 ".%03" PRId64
#define MS_PARTS(ms) (ms) / 1000, (ms) % 1000

static void
put_head(const char *name, const char *type, const char *help, FILE *out)
{
	fprintf(out, "# HELP " PREFIX "%s %s\n# TYPE " PREFIX "%s %s\n", name,
	    help, name, type);
}

static void
put_quoted(const char *text, FILE *out)
{
	struct diag clean;
	const char *p;

	diag_set(&clean, STATUS_OK, "%s", text);
	putc('"', out);
	for (p = clean.text; *p != '\0'; p++) {
		if (*p == '"' || *p == '\\')
			putc('\\', out);
		putc(*p, out);
	}
	putc('"', out);
}

/* What stands before a value; a second label where there is one. */
static void
put_name(const char *name, const struct view_item *item, const char *label,
    const char *value, FILE *out)
{
	fprintf(out, PREFIX "%s{account=", name);
	put_quoted(item->overview.account, out);
	if (label != NULL) {
		fprintf(out, ",%s=", label);
		put_quoted(value, out);
	}
	fputs("} ", out);
}

static void
put_number(const char *name, const struct view_item *item, int64_t value,
    FILE *out)
{
	put_name(name, item, NULL, NULL, out);
	fprintf(out, "%" PRId64 "\n", value);
}

/* One number of each account. */
struct metric {
	const char *name;
	const char *help;
	int64_t (*get)(const struct view_item *item);
};

static int64_t
is_ok(const struct view_item *item)
{
	return overview_judge(&item->overview) == STATUS_OK;
}

static int64_t
needs_somebody(const struct view_item *item)
{
	return item->need.who != NEED_NOBODY && item->need.by == 0;
}

static int64_t
get_expires(const struct view_item *item)
{
	return item->overview.expires_at;
}

static int64_t
get_renew(const struct view_item *item)
{
	return item->overview.renew_at;
}

static int64_t
get_renewed(const struct view_item *item)
{
	return view_last_renewal(&item->overview);
}

static int64_t
get_granted(const struct view_item *item)
{
	return item->overview.granted_at;
}

static int64_t
get_secret_end(const struct view_item *item)
{
	return item->overview.secret_expires_at;
}

static int64_t
get_certificate_end(const struct view_item *item)
{
	return item->overview.certificate_expires_at;
}

static const struct metric flags[] = {
	{ "account_ok", "1 if the account can be used and renewed.", is_ok },
	{ "attention_needed", "1 if somebody must act now.", needs_somebody },
};

/* 0 is a time that is not known. */
static const struct metric times[] = {
	{ "token_expiry_timestamp_seconds",
	    "When the access token ends, in Unix time.", get_expires },
	{ "token_renewal_timestamp_seconds",
	    "From when the access token is renewed, in Unix time.", get_renew },
	{ "last_renewal_timestamp_seconds",
	    "When it was renewed last, in Unix time.", get_renewed },
	{ "login_timestamp_seconds", "When somebody logged in, in Unix time.",
	    get_granted },
	{ "client_secret_expiry_timestamp_seconds",
	    "When the application's secret ends, in Unix time.",
	    get_secret_end },
	{ "client_certificate_expiry_timestamp_seconds",
	    "When the application's certificate ends, in Unix time.",
	    get_certificate_end },
};

static int64_t
get_renewals(const struct view_item *item)
{
	return item->overview.ledger.renewals;
}

static int64_t
get_refusals(const struct view_item *item)
{
	return item->overview.ledger.refusals;
}

static int64_t
get_logins(const struct view_item *item)
{
	return item->overview.ledger.logins;
}

static const struct metric counters[] = {
	{ "logins_total", "Logins and imports.", get_logins },
	{ "renewals_total", "Renewals that succeeded, by all processes.",
	    get_renewals },
	{ "refusals_total", "Tokens that mail servers refused.", get_refusals },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void
put_flag(const struct view *view, const struct metric *metric, FILE *out)
{
	size_t i;

	put_head(metric->name, "gauge", metric->help, out);
	for (i = 0; i < view->count; i++)
		put_number(metric->name, &view->items[i],
		    metric->get(&view->items[i]), out);
}

static void
put_time(const struct view *view, const struct metric *metric, FILE *out)
{
	int64_t time;
	size_t i;

	put_head(metric->name, "gauge", metric->help, out);
	for (i = 0; i < view->count; i++)
		if ((time = metric->get(&view->items[i])) != 0)
			put_number(metric->name, &view->items[i], time, out);
}

static void
put_counter(const struct view *view, const struct metric *metric, FILE *out)
{
	size_t i;

	put_head(metric->name, "counter", metric->help, out);
	for (i = 0; i < view->count; i++)
		if (view->items[i].overview.has_ledger)
			put_number(metric->name, &view->items[i],
			    metric->get(&view->items[i]), out);
}

/* When somebody must act; what is to be done now has the present time. */
static void
put_needs(const struct view *view, FILE *out)
{
	static const char name[] = "attention_timestamp_seconds";
	const struct view_item *item;
	size_t i;

	put_head(name, "gauge",
	    "When somebody must act, as far as that is known, in Unix time.",
	    out);
	for (i = 0; i < view->count; i++) {
		item = &view->items[i];
		if (item->need.who == NEED_NOBODY)
			continue;
		put_name(name, item, "who", need_who_name(item->need.who), out);
		fprintf(out, "%" PRId64 "\n",
		    item->need.by != 0 ? item->need.by : view->now);
	}
}

/* All kinds, also those that have not occurred: a rate needs a beginning. */
static void
put_failures(const struct view *view, FILE *out)
{
	static const char name[] = "failures_total";
	const struct overview *overview;
	size_t i, kind;

	put_head(name, "counter",
	    "Renewals that failed, by the kind of failure.", out);
	for (i = 0; i < view->count; i++) {
		overview = &view->items[i].overview;
		for (kind = STATUS_AGAIN;
		     overview->has_ledger && kind < STATUS_CANCELLED; kind++) {
			put_name(name, &view->items[i], "kind",
			    status_name((enum status)kind), out);
			fprintf(out, "%" PRId64 "\n",
			    overview->ledger.failures[kind]);
		}
	}
}

static void
put_latency(const struct view *view, FILE *out)
{
	static const char name[] = "request_duration_seconds";
	static const char last[] = "last_request_duration_seconds";
	const struct view_item *item;
	size_t i;

	put_head(name, "summary",
	    "How long requests to the token endpoint took.", out);
	for (i = 0; i < view->count; i++) {
		item = &view->items[i];
		if (!item->overview.has_ledger)
			continue;
		put_name("request_duration_seconds_sum", item, NULL, NULL, out);
		fprintf(out, MS_FORMAT "\n",
		    MS_PARTS(item->overview.ledger.request_ms));
		put_number("request_duration_seconds_count", item,
		    item->overview.ledger.requests, out);
	}
	put_head(last, "gauge", "How long the last one took.", out);
	for (i = 0; i < view->count; i++) {
		item = &view->items[i];
		if (item->overview.ledger.requests == 0)
			continue;
		put_name(last, item, NULL, NULL, out);
		fprintf(out, MS_FORMAT "\n",
		    MS_PARTS(item->overview.ledger.last_request_ms));
	}
}

void
view_write_prometheus(const struct view *view, FILE *out)
{
	size_t i;

	for (i = 0; i < COUNT(flags); i++)
		put_flag(view, &flags[i], out);
	for (i = 0; i < COUNT(times); i++)
		put_time(view, &times[i], out);
	put_needs(view, out);
	for (i = 0; i < COUNT(counters); i++)
		put_counter(view, &counters[i], out);
	put_failures(view, out);
	put_latency(view, out);
}
