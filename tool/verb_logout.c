/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * sasl-bearer logout: has the provider revoke an account's login, then removes
 * its token and its grant from this host.
 *
 * Both happen under the account's lock, so that no renewal comes between. What
 * is removed cannot be revoked any more, so trouble that passes leaves the
 * account as it is, to be tried again; --anyway removes it then too. Trouble
 * that does not pass, a broken configuration among it, keeps nobody from
 * removing an account.
 *
 * The lock file stays: others may be waiting for it.
 */

#include <stdio.h>

#include "accounts.h"
#include "clock.h"
#include "http.h"
#include "interrupt.h"
#include "ledger.h"
#include "message.h"
#include "revoke.h"
#include "store.h"

/* A renewal is seldom longer; its default timeout is 25 s. */
#define LOCK_WAIT_MS 30000

/* Room for a host and a port. */
#define MAX_HOST 300

/* What became of an account. */
enum fate {
	FATE_REVOKED, /* and removed */
	FATE_REMOVED, /* the provider knows it still; the sentence says why */
	FATE_KEPT,    /* as it was; likewise */
};

#define FATE_COUNT (FATE_KEPT + 1)

struct logout {
	struct session session;
	unsigned flags;
	/* Nothing can be revoked when the configuration cannot be read. */
	enum status conf_status;
	struct diag conf_diag;
};

/* The grant and what may be left of its access token. Damage is no matter. */
static enum status
load(struct logout *logout, struct store *store, struct grant *grant,
    struct record *record, struct diag *diag)
{
	enum store_leftover leftover;
	enum status r;
	int64_t since;

	if (store_read(store, record, NULL) != STATUS_OK ||
	    record->expires_at <= clock_unix_s())
		record_clear(record);
	(void)endpoint_grant_keys(&logout->session.renewer, &store->keys, NULL);
	/* What a killed renewal has got is to be revoked too. */
	(void)store_recover(store, &leftover, &since, NULL);
	r = store_load(store, grant, diag);
	return r == STATUS_NOACCOUNT ? STATUS_OK : r;
}

/* With -v: what is to be revoked, before it is. */
static void
narrate(const struct logout *logout, const char *account,
    const struct grant *grant)
{
	const char *url = grant->revocation_endpoint;
	const char *what = grant->refresh_token != NULL ?
	    "refresh token" :
	    "access token, if it is valid";
	char host[MAX_HOST];

	if ((logout->flags & FLAG_VERBOSE) == 0)
		return;
	if (grant->token_endpoint != NULL) {
		http_host(grant->token_endpoint, host, sizeof(host));
		message("%s was logged in at %s, by the application %s",
		    account, host,
		    grant->client_id != NULL ? grant->client_id : "(none)");
	}
	snprintf(host, sizeof(host), "what is configured");
	if (url != NULL)
		http_host(url, host, sizeof(host));
	message("revoking the %s, at %s", what, host);
}

/* As revoke_login(), whatever state the account is in. */
static enum status
revoke_account(struct logout *logout, struct store *store,
    enum revoke_result *result, struct diag *diag)
{
	struct record record;
	struct grant grant;
	enum status r;

	*result = REVOKE_FAILED;
	if (logout->conf_status != STATUS_OK)
		return diag_set(diag, logout->conf_status, "%s",
		    logout->conf_diag.text);
	record_init(&record);
	grant_init(&grant);
	if ((r = load(logout, store, &grant, &record, diag)) == STATUS_OK) {
		narrate(logout, store->account, &grant);
		r = revoke_login(&logout->session.renewer, store->account,
		    &grant, record.access_token, result, diag);
	}
	record_clear(&record);
	grant_clear(&grant);
	return r;
}

/*
 * Is what is here the only means to revoke it later? Somebody else may be
 * allowed to read it, and what passes is over another time.
 */
static bool
is_worth_keeping(enum status status)
{
	return status == STATUS_AGAIN || status == STATUS_CANCELLED ||
	    status == STATUS_NOMEM || status == STATUS_ACCESS;
}

/*
 * One account, whose lock is held. STATUS_OK, with a sentence unless it is
 * revoked, or why it was not revoked or not removed.
 */
static enum status
end_login(struct logout *logout, struct store *store, enum fate *fate,
    struct diag *diag)
{
	enum revoke_result result;
	struct diag trouble;
	enum status r, r2;

	*fate = FATE_KEPT;
	r = revoke_account(logout, store, &result, diag);
	if (result == REVOKE_FAILED && is_worth_keeping(r) &&
	    (logout->flags & FLAG_ANYWAY) == 0)
		return r;
	ledger_forget_login(store->lock);
	if ((r2 = store_remove(store, &trouble)) != STATUS_OK)
		return diag_set(diag, r2, "%s%s",
		    result == REVOKE_DONE ? "the login is revoked, but " : "",
		    trouble.text);
	*fate = result == REVOKE_DONE ? FATE_REVOKED : FATE_REMOVED;
	return r;
}

/*
 * The login here is over unless it was kept; that the provider knows it still
 * is what the sentence is for.
 */
static void
audit(const struct logout *logout, const char *account, enum fate fate,
    enum status status, const struct diag *diag)
{
	const struct session *session = &logout->session;

	audit_event(session->renewer.audit, &session->log, AUDIT_LOGOUT,
	    account, fate == FATE_KEPT ? status : STATUS_OK,
	    fate == FATE_REVOKED ? NULL : diag);
}

static enum status
log_out(struct logout *logout, const char *account, enum fate *fate,
    struct diag *diag)
{
	struct store store;
	enum status r;

	*fate = FATE_KEPT;
	if ((r = store_open_account(&store, &logout->session.state, account,
		 NULL, diag)) != STATUS_OK)
		return r;
	if ((r = store_lock(&store, LOCK_WAIT_MS, diag)) == STATUS_OK)
		r = end_login(logout, &store, fate, diag);
	store_close(&store);
	audit(logout, account, *fate, r, diag);
	return r;
}

static enum status
log_out_one(struct logout *logout, const char *account, struct diag *diag)
{
	struct diag why = { "" };
	enum fate fate;
	enum status r;

	r = log_out(logout, account, &fate, &why);
	if (fate == FATE_KEPT)
		return diag_set(diag, r,
		    "%s is still logged in: %.250s; run it again, or with "
		    "--anyway to remove it here nevertheless",
		    account, why.text);
	if (r != STATUS_OK)
		return diag_set(diag, r,
		    "%s is removed from this host, but its login could not be "
		    "revoked: %s",
		    account, why.text);
	printf("%s is logged out: its token and its grant are removed from "
	       "this host.\n",
	    account);
	if (fate == FATE_REVOKED)
		puts("The provider has revoked the login.");
	else
		printf("The login is not revoked: %s.\n", why.text);
	return STATUS_OK;
}

/* A line of the report, clean for a terminal: names come from files. */
static void
report(const char *account, enum fate fate, const struct diag *why)
{
	static const char *const words[FATE_COUNT] = {
		[FATE_REVOKED] = "revoked and removed",
		[FATE_REMOVED] = "removed, but not revoked: ",
		[FATE_KEPT] = "still logged in: ",
	};
	struct diag line;

	diag_set(&line, STATUS_OK, "%.100s: %s%s", account, words[fate],
	    fate != FATE_REVOKED ? why->text : "");
	puts(line.text);
	fflush(stdout);
}

/* Each of them, whatever happens to one; the worst status counts. */
static enum status
log_out_all(struct logout *logout, const struct accounts *accounts,
    struct diag *diag)
{
	size_t i, counts[FATE_COUNT] = { 0 };
	enum status r, worst = STATUS_OK;
	struct diag why;
	enum fate fate;

	for (i = 0; i < accounts->count && *interrupt_flag() == 0; i++) {
		r = log_out(logout, accounts->names[i], &fate, &why);
		report(accounts->names[i], fate, &why);
		counts[fate]++;
		if (r > worst)
			worst = r;
	}
	printf("%zu account%s: %zu revoked, %zu removed but not revoked, %zu "
	       "still logged in\n",
	    accounts->count, accounts->count == 1 ? "" : "s",
	    counts[FATE_REVOKED], counts[FATE_REMOVED],
	    counts[FATE_KEPT] + accounts->count - i);
	if (i < accounts->count)
		return diag_set(diag, STATUS_CANCELLED,
		    "interrupted; %zu accounts were not looked at",
		    accounts->count - i);
	if (counts[FATE_KEPT] > 0)
		return diag_set(diag, worst,
		    "some accounts are still logged in; run it again, or with "
		    "--anyway to remove them here nevertheless");
	return diag_set(diag, worst, "%s", "");
}

static enum status
find_and_log_out(struct logout *logout, struct diag *diag)
{
	struct accounts accounts;
	enum status r;

	accounts_init(&accounts);
	if ((r = accounts_find(&logout->session, false, &accounts, diag)) ==
	    STATUS_OK)
		r = log_out_all(logout, &accounts, diag);
	if (r == STATUS_OK && accounts.incomplete)
		r = diag_set(diag, STATUS_ACCESS,
		    "this user may not list the accounts below %s, so there "
		    "may be more; run it as root or as the renewer",
		    logout->session.state.path);
	accounts_clear(&accounts);
	return r;
}

/* What a login that failed has left goes, too, where there is no other. */
static void
forget_attempt(struct logout *logout, const char *account)
{
	struct ledger ledger;
	struct store store;

	if (store_open_account(&store, &logout->session.state, account, NULL,
		NULL) != STATUS_OK)
		return;
	if (ledger_look(store.dir, store.files.lock, &ledger) == STATUS_OK &&
	    ledger.login_failed_at != 0 &&
	    store_lock(&store, LOCK_WAIT_MS, NULL) == STATUS_OK)
		ledger_forget_login(store.lock);
	store_close(&store);
}

/* Is there anything to end? */
static enum status
check(struct logout *logout, const char *account, struct diag *diag)
{
	enum status r = accounts_check(&logout->session, account, diag);

	if (r != STATUS_OK && logout->session.state.fd >= 0)
		forget_attempt(logout, account);
	return r;
}

enum status
verb_logout(const struct command *command, struct diag *diag)
{
	struct logout logout = { .flags = command->flags };
	bool is_all = (command->flags & FLAG_ALL) != 0;
	enum status r;

	if (is_all && command->count > 0)
		return diag_set(diag, STATUS_CONFIG,
		    "logout takes the name of an account or --all, not both");
	interrupt_catch();
	session_init(&logout.session, command, PLACE_READ);
	/* Who is not logged in hears that, whatever the configuration says. */
	if ((r = session_open_state(&logout.session, diag)) != STATUS_OK ||
	    (!is_all &&
		(r = check(&logout, command->operands[0], diag)) != STATUS_OK))
		goto out;
	logout.conf_status = session_load(&logout.session, &logout.conf_diag);
	logout.session.renewer.cancelled = interrupt_flag();
	r = is_all ? find_and_log_out(&logout, diag) :
		     log_out_one(&logout, command->operands[0], diag);
out:
	session_close(&logout.session);
	return r;
}
