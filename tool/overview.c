/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Record and grant judged together. See overview.h.
 *
 * Those who may read the record may not always read the grant: what only the
 * grant knows is then left open, and nothing is claimed of it.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "overview.h"
#include "store.h"
#include "token.h"

static const char *const state_names[OVERVIEW_STATE_COUNT] = {
	[OVERVIEW_VALID] = "valid",
	[OVERVIEW_DUE] = "due",
	[OVERVIEW_EXPIRED] = "expired",
	[OVERVIEW_REFUSED] = "refused",
	[OVERVIEW_FAILING] = "failing",
	[OVERVIEW_UNREADABLE] = "unreadable",
	[OVERVIEW_LOGGED_OUT] = "not logged in",
};

static const enum overview_state age_states[] = {
	[RECORD_FRESH] = OVERVIEW_VALID,
	[RECORD_DUE] = OVERVIEW_DUE,
	[RECORD_EXPIRED] = OVERVIEW_EXPIRED,
	[RECORD_REFUSED] = OVERVIEW_REFUSED,
};

const char *
overview_state_name(enum overview_state state)
{
	return state_names[state];
}

void
overview_clear(struct overview *overview)
{
	free(overview->account);
	free(overview->error_text);
	free(overview->login);
	free(overview->mailbox);
	free(overview->provider);
	free(overview->title);
	free(overview->grant);
	memset(overview, 0, sizeof(*overview));
}

/* The error is the newest; one that was there already is replaced. */
static enum status
set_error(struct overview *overview, enum status error, const char *text,
    int64_t at, int64_t until)
{
	char *copy = string_copy(text);

	if (copy == NULL)
		return STATUS_NOMEM;
	free(overview->error_text);
	overview->error_text = copy;
	overview->error = error;
	overview->error_at = at;
	overview->error_until = until;
	return STATUS_OK;
}

/* A file that is there and cannot be used. */
static enum status
set_unreadable(struct overview *overview, enum status error,
    const struct diag *why)
{
	if (error == STATUS_NOMEM)
		return STATUS_NOMEM;
	overview->state = OVERVIEW_UNREADABLE;
	return set_error(overview, error, why->text, 0, 0);
}

static enum status
read_record(struct overview *overview, struct store *store, int64_t now)
{
	struct record record;
	struct diag why;
	enum status r;

	record_init(&record);
	r = store_read(store, &record, &why);
	if (r == STATUS_OK) {
		overview->has_record = true;
		overview->state = age_states[record_judge(&record, now)];
		overview->token_length = record.token_length;
		overview->fingerprint =
		    token_fingerprint(record.access_token, record.token_length);
		overview->obtained_at = record.obtained_at;
		overview->renew_at = record.renew_at;
		overview->expires_at = record.expires_at;
	} else if (r == STATUS_NOACCOUNT) {
		r = STATUS_OK;
	} else {
		overview->has_record = true;
		r = set_unreadable(overview, r, &why);
	}
	record_clear(&record);
	return r;
}

static enum status
use_grant(struct overview *overview, const struct grant *grant)
{
	const struct grant_failure *failure = &grant->failure;

	overview->can_renew = grant->refresh_token != NULL;
	overview->granted_at = grant->granted_at;
	overview->renewed_at = grant->renewed_at;
	overview->interrupted_at = grant->interrupted_at;
	overview->forced_at = grant->forced_at;
	overview->refresh_expires_at = grant->refresh_expires_at;
	overview->refresh_moved_at = grant->refresh_moved_at;
	if (grant->login != NULL &&
	    (overview->login = string_copy(grant->login)) == NULL)
		return STATUS_NOMEM;
	if (overview->state == OVERVIEW_UNREADABLE)
		return STATUS_OK;
	if (!overview->has_record)
		overview->state = OVERVIEW_EXPIRED;
	if (failure->status == STATUS_OK)
		return STATUS_OK;
	overview->state = OVERVIEW_FAILING;
	return set_error(overview, failure->status,
	    failure->text != NULL ? failure->text : "", failure->at,
	    failure->until);
}

/* May this user read the file? That it is not there counts as a yes. */
static bool
is_readable(const struct store *store, const char *name)
{
	int fd = openat(store->dir->fd, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd >= 0 || errno != EACCES;
}

/* A renewal that was killed; what it left behind is for the next one. */
static void
look_for_leftovers(struct overview *overview, struct store *store)
{
	enum store_leftover leftover;
	int64_t since;

	if (store_peek(store, &leftover, &since, NULL) != STATUS_OK)
		return;
	if (leftover == STORE_INTERRUPTED)
		overview->interrupted_at = since;
	else if (leftover == STORE_SAVED)
		overview->written_at = since;
}

static enum status
read_grant(struct overview *overview, struct store *store, struct grant *grant)
{
	struct diag why;
	enum status r;

	if (!is_readable(store, store->files.grant)) {
		overview->grant_hidden = true;
		return STATUS_OK;
	}
	r = store_load(store, grant, &why);
	if (r == STATUS_OK) {
		overview->has_grant = true;
		r = use_grant(overview, grant);
		look_for_leftovers(overview, store);
	} else if (r == STATUS_NOACCOUNT) {
		r = STATUS_OK;
	} else {
		overview->has_grant = true;
		r = set_unreadable(overview, r, &why);
	}
	return r;
}

/* What is in the state directory. */
static enum status
read_state(struct overview *overview, const struct session *session,
    int64_t now, struct grant *grant, struct diag *diag)
{
	struct grant_keys keys;
	struct store store;
	enum status r;

	/* Who may not read the key may still see the record. */
	(void)endpoint_grant_keys(&session->renewer, &keys, NULL);
	r = store_open_account(&store, &session->state, overview->account,
	    &keys, diag);
	if (r != STATUS_OK)
		return r;
	if ((r = read_record(overview, &store, now)) == STATUS_OK)
		r = read_grant(overview, &store, grant);
	overview->has_ledger = ledger_look(store.dir, store.files.lock,
				   &overview->ledger) == STATUS_OK;
	store_close(&store);
	if (r == STATUS_NOMEM)
		diag_set_nomem(diag);
	return r;
}

enum status
overview_find(const struct session *session, const char *account, int64_t now,
    struct overview *overview, struct diag *diag)
{
	struct grant grant;
	enum status r;

	memset(overview, 0, sizeof(*overview));
	overview->state = OVERVIEW_LOGGED_OUT;
	if ((r = account_check(account, diag)) != STATUS_OK)
		return r;
	if ((overview->account = string_copy(account)) == NULL)
		return diag_set_nomem(diag);
	overview->configured = conf_has_account(session->conf, account);
	grant_init(&grant);
	if (session->state.fd >= 0)
		r = read_state(overview, session, now, &grant, diag);
	if (r == STATUS_OK &&
	    (r = overview_use_settings(overview, session, grant.provider,
		 grant.client_secret != NULL)) != STATUS_OK)
		diag_set_nomem(diag);
	grant_clear(&grant);
	if (r != STATUS_OK)
		overview_clear(overview);
	return r;
}

bool
overview_is_known(const struct overview *overview)
{
	return overview->configured || overview->has_record ||
	    overview->has_grant || overview_login_failed(overview);
}

bool
overview_login_failed(const struct overview *overview)
{
	const struct ledger *ledger = &overview->ledger;
	int64_t at = ledger->login_failed_at;

	/* Where nobody logs in, a token is as good as a login. */
	return at != 0 && ledger->login_failed[0] != '\0' &&
	    at >= overview->granted_at &&
	    (overview->is_personal || at > overview->obtained_at);
}

/* Can the token be renewed, as far as this user can see? */
static enum status
judge_renewal(const struct overview *overview)
{
	if (overview->can_renew)
		return STATUS_OK;
	return overview->grant_hidden ? STATUS_AGAIN : STATUS_REAUTH;
}

enum status
overview_judge(const struct overview *overview)
{
	switch (overview->state) {
	case OVERVIEW_VALID:
	case OVERVIEW_DUE:
		/* Who may not see the grant sees that it can be used. */
		return overview->grant_hidden ? STATUS_OK :
						judge_renewal(overview);
	case OVERVIEW_EXPIRED:
		return judge_renewal(overview);
	case OVERVIEW_REFUSED:
		return STATUS_REFUSED;
	case OVERVIEW_FAILING:
	case OVERVIEW_UNREADABLE:
		return overview->error;
	case OVERVIEW_LOGGED_OUT:
	case OVERVIEW_STATE_COUNT:
		break;
	}
	return STATUS_REAUTH;
}
