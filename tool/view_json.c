/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Accounts as JSON. See view.h. A token shows as its length and fingerprint.
 */

#include <inttypes.h>

#include "jsonwrite.h"
#include "view.h"

/* A time; null where it is not known. */
static void
write_time(struct jsonwrite *json, const char *name, int64_t time)
{
	if (time == 0)
		jsonwrite_text(json, name, NULL);
	else
		jsonwrite_number(json, name, time);
}

static void
write_token(struct jsonwrite *json, const struct overview *overview)
{
	char fingerprint[17];

	if (overview->token_length == 0) {
		jsonwrite_text(json, "token", NULL);
		return;
	}
	snprintf(fingerprint, sizeof(fingerprint), "%016" PRIx64,
	    overview->fingerprint);
	jsonwrite_open(json, "token", '{');
	jsonwrite_number(json, "length", (int64_t)overview->token_length);
	jsonwrite_text(json, "fingerprint", fingerprint);
	jsonwrite_close(json, '}');
}

static void
write_error(struct jsonwrite *json, const struct overview *overview)
{
	if (overview->error == STATUS_OK) {
		jsonwrite_text(json, "error", NULL);
		return;
	}
	jsonwrite_open(json, "error", '{');
	jsonwrite_text(json, "status", status_name(overview->error));
	jsonwrite_text(json, "text", overview->error_text);
	write_time(json, "at", overview->error_at);
	write_time(json, "until", overview->error_until);
	jsonwrite_close(json, '}');
}

/* by is null where it is time already. */
static void
write_need(struct jsonwrite *json, const struct need *need)
{
	if (need->who == NEED_NOBODY) {
		jsonwrite_text(json, "needs", NULL);
		return;
	}
	jsonwrite_open(json, "needs", '{');
	jsonwrite_text(json, "who", need_who_name(need->who));
	jsonwrite_bool(json, "now", need->by == 0);
	write_time(json, "by", need->by);
	jsonwrite_text(json, "text", need->why.text);
	jsonwrite_close(json, '}');
}

/* A login that failed, which nobody has made good since. */
static void
write_login(struct jsonwrite *json, const struct overview *overview)
{
	const struct ledger *ledger = &overview->ledger;
	bool is_known = ledger->login_failed_status > STATUS_OK &&
	    ledger->login_failed_status < STATUS_COUNT;

	if (!overview_login_failed(overview)) {
		jsonwrite_text(json, "login_failed", NULL);
		return;
	}
	jsonwrite_open(json, "login_failed", '{');
	jsonwrite_text(json, "status",
	    is_known ? status_name((enum status)ledger->login_failed_status) :
		       NULL);
	jsonwrite_text(json, "text", ledger->login_failed);
	write_time(json, "at", ledger->login_failed_at);
	jsonwrite_close(json, '}');
}

/* Failures by kind: those that have occurred. */
static void
write_counts(struct jsonwrite *json, const struct overview *overview)
{
	const struct ledger *ledger = &overview->ledger;
	size_t i;

	if (!overview->has_ledger) {
		jsonwrite_text(json, "counts", NULL);
		return;
	}
	jsonwrite_open(json, "counts", '{');
	jsonwrite_number(json, "logins", ledger->logins);
	jsonwrite_number(json, "renewals", ledger->renewals);
	jsonwrite_open(json, "failures", '{');
	for (i = 0; i < STATUS_COUNT; i++)
		if (ledger->failures[i] != 0)
			jsonwrite_number(json, status_name((enum status)i),
			    ledger->failures[i]);
	jsonwrite_close(json, '}');
	jsonwrite_number(json, "refusals", ledger->refusals);
	jsonwrite_number(json, "requests", ledger->requests);
	jsonwrite_number(json, "request_ms", ledger->request_ms);
	jsonwrite_number(json, "last_request_ms", ledger->last_request_ms);
	jsonwrite_close(json, '}');
}

static void
write_who(struct jsonwrite *json, const struct overview *overview)
{
	jsonwrite_text(json, "login",
	    overview->is_personal ? overview->login : NULL);
	jsonwrite_text(json, "mailbox", overview->mailbox);
	jsonwrite_text(json, "provider", overview->provider);
	jsonwrite_text(json, "grant", overview->grant);
}

static void
write_times(struct jsonwrite *json, const struct overview *overview)
{
	write_time(json, "obtained_at", overview->obtained_at);
	write_time(json, "renew_at", overview->renew_at);
	write_time(json, "expires_at", overview->expires_at);
	write_time(json, "granted_at", overview->granted_at);
	write_time(json, "renewed_at", overview->renewed_at);
	write_time(json, "interrupted_at", overview->interrupted_at);
	write_time(json, "written_at", overview->written_at);
	write_time(json, "refresh_expires_at", overview->refresh_expires_at);
	write_time(json, "secret_expires_at", overview->secret_expires_at);
	write_time(json, "certificate_expires_at",
	    overview->certificate_expires_at);
}

static void
write_item(struct jsonwrite *json, const struct view_item *item)
{
	const struct overview *overview = &item->overview;

	jsonwrite_open(json, NULL, '{');
	jsonwrite_text(json, "account", overview->account);
	jsonwrite_text(json, "state", overview_state_name(overview->state));
	jsonwrite_bool(json, "ok", overview_judge(overview) == STATUS_OK);
	jsonwrite_bool(json, "configured", overview->configured);
	if (overview->grant_hidden)
		jsonwrite_text(json, "renews", NULL);
	else
		jsonwrite_bool(json, "renews", overview->can_renew);
	write_who(json, overview);
	write_times(json, overview);
	write_need(json, &item->need);
	write_token(json, overview);
	write_error(json, overview);
	write_login(json, overview);
	write_counts(json, overview);
	jsonwrite_close(json, '}');
}

enum status
view_write_json(const struct view *view, FILE *out, struct diag *diag)
{
	struct jsonwrite json;
	size_t i;

	jsonwrite_init(&json, out);
	jsonwrite_open(&json, NULL, '[');
	for (i = 0; i < view->count; i++)
		write_item(&json, &view->items[i]);
	jsonwrite_close(&json, ']');
	return jsonwrite_end(&json, diag);
}
