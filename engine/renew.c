/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The policy of renewal. See renew.h.
 *
 * The order that nothing may change: look; lock; go on where somebody was
 * killed; look again; read the grant; make sure of space; note the request;
 * ask; save the grant; save the record; hand out the token. Between the answer
 * and the grant's first byte on its way to the disk nothing is done that can
 * wait: who is killed there has lost the refresh token that the answer brought.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "check.h"
#include "clock.h"
#include "failure.h"
#include "ledger.h"
#include "limit.h"
#include "obtained.h"
#include "renew.h"
#include "shellquote.h"
#include "token.h"
#include "xoauth2.h"

/* How long marking a refused token may wait for a renewal. */
#define MARK_WAIT_MS 2000

/* Below this it is not worth asking: the deadline is as good as over. */
#define MIN_ASK_MS 500

/* One call: what it works on, and what it has found. */
struct attempt {
	const struct renewer *renewer;
	struct store *store;
	struct endpoint *endpoint;
	const struct log *log;
	enum renew_why why;
	int64_t deadline_ms;  /* of clock_elapsed_ms() */
	struct record record; /* as it is in the store; may be empty */
	enum record_age age;
	struct grant grant;
	uint64_t request; /* endpoint_fingerprint(), before it was completed */
	bool is_file;     /* a token file, to which nobody can log in */
	bool is_known; /* the failure is remembered: it was reported before */
};

static int
left_ms(const struct attempt *attempt)
{
	int64_t left = attempt->deadline_ms - clock_elapsed_ms();

	return left > 0 ? (int)left : 0;
}

static bool
is_usable(enum record_age age)
{
	return age == RECORD_FRESH || age == RECORD_DUE;
}

/* Looks at the record; that there is none is not an error. */
static enum status
look(struct attempt *attempt, struct diag *diag)
{
	enum status r = store_read(attempt->store, &attempt->record, diag);

	if (r == STATUS_NOACCOUNT)
		record_clear(&attempt->record);
	else if (r != STATUS_OK)
		return r;
	attempt->age = record_judge(&attempt->record, attempt->renewer->now());
	return STATUS_OK;
}

/* Does a person log this account in? */
static bool
is_personal(const struct attempt *attempt)
{
	return oauth_grant_needs_person(attempt->endpoint->grant);
}

/* Only a person can help: says how, and why. Returns STATUS_REAUTH. */
static enum status
need_login(const struct attempt *attempt, const char *cause, struct diag *diag)
{
	const char *account = attempt->store->account;

	if (attempt->is_file)
		return diag_set(diag, STATUS_REAUTH,
		    "the token file %s needs a new refresh token (make it "
		    "anew): %s",
		    account, cause);
	return diag_set(diag, STATUS_REAUTH,
	    "%s must be logged in (run: sasl-bearer login %s): %s", account,
	    shell_operand(account).text, cause);
}

/* A secret that a person typed can be typed anew, and nothing else names it. */
static bool
may_be_secret(const struct attempt *attempt, enum status status)
{
	return status == STATUS_CONFIG && !attempt->is_file &&
	    attempt->endpoint->secret != NULL;
}

/* In a log with many accounts a sentence must say whose trouble it is. */
static enum status
name_account(const struct attempt *attempt, enum status status,
    struct diag *diag)
{
	struct diag cause;

	if (status == STATUS_OK || status == STATUS_CANCELLED)
		return status;
	cause = *diag;
	if (status == STATUS_REAUTH && is_personal(attempt))
		return need_login(attempt, cause.text, diag);
	/* Nobody can log in where no person is: it is a matter of rights. */
	if (status == STATUS_REAUTH)
		status = STATUS_CONFIG;
	return diag_set(diag, status,
	    "the token of %s cannot be renewed: %s%s%s",
	    attempt->store->account, cause.text,
	    may_be_secret(attempt, status) ?
		"; for another secret run: sasl-bearer login --ask " :
		"",
	    may_be_secret(attempt, status) ? attempt->store->account : "");
}

/* Is there something to renew by? */
static enum status
check_refresh_token(const struct attempt *attempt, struct diag *diag)
{
	const char *token = attempt->grant.refresh_token;

	if (!is_personal(attempt) || (token != NULL && token[0] != '\0'))
		return STATUS_OK;
	return need_login(attempt,
	    "there is no refresh token, so it cannot be renewed; ask for one "
	    "in scope (offline_access)",
	    diag);
}

/* Can this grant be used with what is configured now? */
static enum status
check_grant(const struct attempt *attempt, struct diag *diag)
{
	const struct grant *grant = &attempt->grant;

	if (!is_personal(attempt))
		return STATUS_OK;
	if (!endpoint_is_grantor(attempt->endpoint, grant))
		return need_login(attempt,
		    "it was logged in at another "
		    "endpoint or with another client_id than is configured "
		    "now",
		    diag);
	return STATUS_OK;
}

/* Has the last failure been long enough ago? */
static enum status
check_failure(struct attempt *attempt, struct diag *diag)
{
	enum status r = failure_check(&attempt->grant, attempt->request,
	    attempt->renewer->now(), attempt->why == RENEW_FORCE, diag);

	attempt->is_known = r != STATUS_OK;
	return r;
}

/* A server that refuses every token must not make us ask for ever more. */
static enum status
check_refused(struct attempt *attempt, struct diag *diag)
{
	int64_t since = attempt->renewer->now() - attempt->grant.forced_at;

	if (attempt->age != RECORD_REFUSED || attempt->why == RENEW_FORCE ||
	    since < 0 || since >= RENEW_FORCED_SPACING_S)
		return STATUS_OK;
	return diag_set(diag, STATUS_REFUSED,
	    "the mail server refused also the token of %s that was renewed "
	    "%" PRId64
	    " s ago, so the token is not what it minds; check the user "
	    "name, the scope and the rights of the mailbox (next renewal in "
	    "%" PRId64 " s)",
	    attempt->store->account, since, RENEW_FORCED_SPACING_S - since);
}

/* Why so many requests, as far as it can be seen from what they left. */
static void
guess_cause(const struct attempt *attempt, const struct limit *limit,
    struct diag *cause)
{
	const struct record *record = &attempt->record;
	const struct store *store = attempt->store;

	if (record->access_token != NULL &&
	    record->obtained_at > attempt->renewer->now())
		diag_set(cause, STATUS_OK, "the clock was set back");
	else if (record->access_token != NULL &&
	    record->obtained_at >= limit->asked_at[LIMIT_REQUESTS - 1])
		diag_set(cause, STATUS_OK, "its tokens live for %" PRId64 " s",
		    record->expires_at - record->obtained_at);
	else
		diag_set(cause, STATUS_OK,
		    "no new token is in %s%s, so none can be saved there, or "
		    "each request failed or was killed",
		    store->dir->path, store->files.token);
}

/*
 * Whatever is broken here, the provider is not asked for ever more. A person
 * is not held up, and has other ways to hammer.
 */
static enum status
check_limit(struct attempt *attempt, struct diag *diag)
{
	int64_t now = attempt->renewer->now(), wait;
	struct limit limit;
	struct diag cause;

	if (attempt->why != RENEW_IF_DUE)
		return STATUS_OK;
	limit_read(attempt->store->lock, &limit);
	if ((wait = limit_wait_s(&limit, now)) == 0)
		return STATUS_OK;
	/* Each of those requests was reported. */
	attempt->is_known = true;
	guess_cause(attempt, &limit, &cause);
	return diag_set(diag, STATUS_AGAIN,
	    "the token of %.100s was asked for %d times within %d s, which is "
	    "not usual: %s; it is asked for again in %" PRId64 " s",
	    attempt->store->account, LIMIT_REQUESTS, LIMIT_WINDOW_S, cause.text,
	    wait);
}

/* Before it is asked: who is killed then has asked, too. */
static enum status
note_request(const struct attempt *attempt, struct diag *diag)
{
	const struct store *store = attempt->store;

	if (limit_note(store->lock, attempt->renewer->now()) == 0)
		return STATUS_OK;
	return diag_set(diag, STATUS_AGAIN,
	    "the provider is not asked for the token of %s, because that "
	    "cannot be written down in %s%s: %s",
	    store->account, store->dir->path, store->files.lock,
	    strerror(errno));
}

/*
 * Writes the failure down for all processes. That this fails changes nothing
 * for this one, whose failure has a sentence already.
 */
static void
remember_failure(struct attempt *attempt, enum status status,
    const struct diag *diag, int64_t retry_after_s)
{
	struct diag ignored;

	if (failure_remember(&attempt->grant, status, diag, attempt->request,
		attempt->renewer->now(), retry_after_s))
		store_save(attempt->store, &attempt->grant, NULL, &ignored);
}

static void
report_success(const struct attempt *attempt, const struct record *record,
    const struct oauth_token *token)
{
	if (token->expires_assumed)
		log_line(attempt->log, LOG_LEVEL_DEBUG,
		    "the provider of %s names no lifetime; an hour is assumed",
		    attempt->store->account);
	log_line(attempt->log, LOG_LEVEL_NOTICE,
	    "renewed the token of %s (%zu bytes, fingerprint %016" PRIx64
	    ", valid for %" PRId64 " s)",
	    attempt->store->account, record->token_length,
	    token_fingerprint(record->access_token, record->token_length),
	    record->expires_at - record->obtained_at);
}

/*
 * What looks wrong with a token that was obtained. It is used all the same:
 * the mail server decides.
 */
static void
report_findings(const struct attempt *attempt, const struct oauth_token *token)
{
	const char *login = attempt->endpoint->settings.text[OPTION_LOGIN];
	const char *account = attempt->store->account;
	struct check check = {
		.endpoint = attempt->endpoint,
		.account = account,
		.now = attempt->renewer->now(),
	};
	size_t i;

	if (!attempt->is_file) /* whose a token file is, is not known */
		check.person = login != NULL ? login : account;
	if (check_token(&check, token) != STATUS_OK)
		return;
	for (i = 0; i < check.count; i++)
		log_line(attempt->log,
		    check.findings[i].grade == CHECK_NOTE ? LOG_LEVEL_DEBUG :
							    LOG_LEVEL_WARNING,
		    "%s", check.findings[i].diag.text);
}

/*
 * Is the grant that of a person, while the account needs none any more? It
 * stays as it is, so that a logout can still revoke it.
 */
static bool
is_anothers(const struct attempt *attempt)
{
	return !is_personal(attempt) && attempt->grant.refresh_token != NULL;
}

/* A machine that sleeps while it asks may wake when the token is over. */
static enum status
check_arrival(const struct attempt *attempt, struct record *record,
    struct diag *diag)
{
	if (record_judge(record, attempt->renewer->now()) != RECORD_EXPIRED)
		return STATUS_OK;
	record_clear(record);
	return diag_set(diag, STATUS_AGAIN,
	    "the new token of %s was over when it came: the clock was set, or "
	    "the machine slept, while it was asked for; try again",
	    attempt->store->account);
}

/* What the grant is to know from now on. */
static enum status
note(struct attempt *attempt, const struct oauth_token *token, int64_t asked_at)
{
	struct grant *grant = &attempt->grant;
	enum status r;

	if (is_anothers(attempt))
		return STATUS_OK;
	/* Twice: a refresh token that is not noted now is lost. */
	if ((r = obtained_note_token(grant, token, asked_at)) != STATUS_OK)
		r = obtained_note_token(grant, token, asked_at);
	if (r == STATUS_OK)
		r = obtained_note_endpoint(grant, attempt->endpoint);
	return r;
}

/*
 * Saves what was obtained: a rotated refresh token first. That the disk
 * refuses costs nobody the token.
 */
static enum status
take_token(struct attempt *attempt, const struct oauth_token *token,
    int64_t asked_at, struct record *record, struct diag *diag)
{
	struct grant *grant = &attempt->grant;
	struct diag trouble;
	enum status r;

	if (attempt->age == RECORD_REFUSED)
		grant->forced_at = asked_at;
	grant->renewed_at = asked_at;
	grant->interrupted_at = 0;
	failure_forget(grant);
	if (note(attempt, token, asked_at) != STATUS_OK)
		r = diag_set_nomem(diag);
	else
		r = obtained_make_record(&attempt->endpoint->settings,
		    attempt->store->account, token, asked_at, &attempt->record,
		    record, diag);
	if (r != STATUS_OK) {
		/* The record is spoilt, but the login must not be lost. */
		store_save(attempt->store, grant, NULL, &trouble);
		return r;
	}
	if (store_save(attempt->store, grant, record, &trouble) != STATUS_OK)
		log_line(attempt->log, LOG_LEVEL_WARNING,
		    "the new token of %s is used, but could not be saved: %s",
		    attempt->store->account, trouble.text);
	report_success(attempt, record, token);
	report_findings(attempt, token);
	return check_arrival(attempt, record, diag);
}

static enum status
load_grant(struct attempt *attempt, struct diag *diag)
{
	enum status r = store_load(attempt->store, &attempt->grant, diag);

	if (r != STATUS_NOACCOUNT)
		return r;
	if (!is_personal(attempt))
		return STATUS_OK;
	return need_login(attempt, "nobody has done so yet", diag);
}

/*
 * What the grant knows, and the issuer. Who fails here has asked the issuer,
 * but for a secret that is not known at all.
 */
static enum status
complete(struct attempt *attempt, struct diag *diag)
{
	enum status r = endpoint_complete(attempt->renewer, attempt->endpoint,
	    &attempt->grant, left_ms(attempt), diag);

	if (r == STATUS_OK)
		return r;
	r = name_account(attempt, r, diag);
	if (!endpoint_wants_secret(attempt->endpoint)) {
		remember_failure(attempt, r, diag, 0);
		(void)note_request(attempt, NULL);
	}
	return r;
}

/* May the provider be asked now? The lock is held. */
static enum status
check(struct attempt *attempt, struct diag *diag)
{
	enum status r;

	if ((r = load_grant(attempt, diag)) != STATUS_OK ||
	    (r = check_failure(attempt, diag)) != STATUS_OK ||
	    (r = check_refused(attempt, diag)) != STATUS_OK ||
	    (r = check_refresh_token(attempt, diag)) != STATUS_OK ||
	    (r = check_limit(attempt, diag)) != STATUS_OK ||
	    (r = complete(attempt, diag)) != STATUS_OK ||
	    (r = check_grant(attempt, diag)) != STATUS_OK)
		return r;
	if (left_ms(attempt) < MIN_ASK_MS)
		return diag_set(diag, STATUS_AGAIN,
		    "another process renewed %s for so long that no time is "
		    "left; try again later",
		    attempt->store->account);
	if ((r = store_reserve(attempt->store, diag)) != STATUS_OK)
		return r;
	return note_request(attempt, diag);
}

/* Goes on where a renewal was killed, and says so. */
static enum status
recover(const struct attempt *attempt, struct diag *diag)
{
	enum store_leftover leftover;
	int64_t since;
	enum status r;

	r = store_recover(attempt->store, &leftover, &since, diag);
	if (r == STATUS_OK && leftover == STORE_SAVED)
		log_line(attempt->log, LOG_LEVEL_NOTICE,
		    "took over what a renewal of %s, which ended before it was "
		    "done, had written %" PRId64 " s ago",
		    attempt->store->account, attempt->renewer->now() - since);
	else if (r == STATUS_OK && leftover == STORE_INTERRUPTED)
		log_line(attempt->log, LOG_LEVEL_NOTICE,
		    "a renewal of %s %" PRId64 " s ago ended before an answer "
		    "could be saved",
		    attempt->store->account, attempt->renewer->now() - since);
	return r;
}

/*
 * Why the login has ended may be that the last answer was never saved: the
 * provider has replaced the refresh token, and only that answer had the new
 * one.
 */
static void
explain_loss(const struct attempt *attempt, enum status status,
    struct diag *diag)
{
	int64_t at = attempt->grant.interrupted_at;
	char text[CLOCK_TEXT_SIZE];
	struct diag cause;

	if (status != STATUS_REAUTH || at == 0 || !is_personal(attempt))
		return;
	cause = *diag;
	diag_set(diag, status,
	    "the renewal of %s was killed, or could not write, before the "
	    "provider's answer was saved, and a new refresh token in it is "
	    "lost: %s",
	    clock_format(at, text), cause.text);
}

/*
 * Counts what was tried, and not what is merely repeated: a failure that is
 * remembered, or a token that was refused a moment ago.
 */
static void
count(const struct attempt *attempt, const struct ask *ask, int64_t took_ms,
    enum status status)
{
	const struct ledger_event event = {
		.status = status,
		.was_asked = ask->asked_at != 0,
		.took_ms = took_ms,
	};

	if (status == STATUS_CANCELLED ||
	    (!event.was_asked &&
		(attempt->is_known || status == STATUS_REFUSED)))
		return;
	ledger_count_renewal(attempt->store->lock, &event);
}

/* An endpoint that an issuer told of has moved: the issuer knows where to. */
static enum status
forget_discovery(struct attempt *attempt, enum status status, struct diag *diag)
{
	const struct settings *settings = &attempt->endpoint->settings;
	char host[FILE_MAX_NAME];

	if (settings->origin[OPTION_TOKEN_ENDPOINT] != ORIGIN_DISCOVERED)
		return status;
	attempt->grant.discovered_at = 0;
	http_host(settings->text[OPTION_TOKEN_ENDPOINT], host, sizeof(host));
	return diag_set(diag, STATUS_AGAIN,
	    "%s has no endpoint any more at the address that the issuer told; "
	    "the issuer is asked anew at the next attempt",
	    host);
}

/* With the lock: somebody may have been faster; else ask. */
static enum status
renew_locked(struct attempt *attempt, struct record *record, struct diag *diag)
{
	int64_t before = attempt->record.obtained_at, asked_ms, took_ms;
	struct ask ask = { .renewer = attempt->renewer,
		.endpoint = attempt->endpoint };
	struct oauth_token token = { 0 };
	enum status r;

	if ((r = recover(attempt, diag)) != STATUS_OK ||
	    (r = look(attempt, diag)) != STATUS_OK)
		return r;
	if (attempt->age == RECORD_FRESH &&
	    (attempt->why == RENEW_IF_DUE ||
		attempt->record.obtained_at != before))
		return record_copy(record, &attempt->record);
	if ((r = check(attempt, diag)) != STATUS_OK) {
		count(attempt, &ask, 0, r);
		return r;
	}
	ask.timeout_ms = left_ms(attempt);
	asked_ms = clock_elapsed_ms();
	r = ask_token(&ask, attempt->grant.refresh_token, &token, diag);
	took_ms = clock_elapsed_ms() - asked_ms;
	explain_loss(attempt, r, diag);
	if (ask.is_gone)
		r = forget_discovery(attempt, r, diag);
	r = name_account(attempt, r, diag);
	if (r == STATUS_OK)
		r = take_token(attempt, &token, ask.asked_at, record, diag);
	else if (ask.asked_at != 0)
		remember_failure(attempt, r, diag, ask.retry_after_s);
	if (ask.asked_at != 0)
		audit_event(attempt->renewer->audit, attempt->log,
		    AUDIT_RENEWAL, attempt->store->account, r,
		    r != STATUS_OK ? diag : NULL);
	count(attempt, &ask, took_ms, r);
	oauth_token_clear(&token);
	return r;
}

static enum status
lock_and_renew(struct attempt *attempt, struct record *record,
    struct diag *diag)
{
	bool can_wait =
	    attempt->why != RENEW_IF_DUE || !is_usable(attempt->age);
	struct diag cause;
	enum status r;

	/* Who was never here leaves no lock behind. */
	if (attempt->record.access_token == NULL &&
	    (r = load_grant(attempt, diag)) == STATUS_REAUTH)
		return r;
	r = store_lock(attempt->store, can_wait ? left_ms(attempt) : 0, diag);
	if (r == STATUS_OK)
		return renew_locked(attempt, record, diag);
	/* Somebody is at it, or it is not for us to do: nothing to report. */
	attempt->is_known =
	    !can_wait && (r != STATUS_AGAIN || errno == EWOULDBLOCK);
	if (r == STATUS_ACCESS && can_wait) {
		cause = *diag;
		return diag_set(diag, r,
		    "the token of %s must be renewed, which this user may not "
		    "do (%s); run sasl-bearer refresh as the renewer, or see "
		    "the options renewer and reader",
		    attempt->store->account, cause.text);
	}
	return r;
}

/* A failure is no failure as long as there is a token to use. */
static enum status
use_what_there_is(struct attempt *attempt, enum status failure,
    struct record *record, struct diag *diag)
{
	int64_t now = attempt->renewer->now();

	if (failure == STATUS_OK || failure == STATUS_CANCELLED ||
	    attempt->why != RENEW_IF_DUE ||
	    !is_usable(record_judge(&attempt->record, now)))
		return failure;
	if (!attempt->is_known)
		log_line(attempt->log, LOG_LEVEL_WARNING,
		    "%s; meanwhile its token is used for another %" PRId64 " s",
		    diag->text, attempt->record.expires_at - now);
	return record_copy(record, &attempt->record);
}

/* The endpoint of an account, by the provider that its login has chosen. */
static enum status
prepare_account(struct attempt *attempt, struct diag *diag)
{
	struct store *store = attempt->store;
	struct grant grant;
	enum status r;

	if ((r = endpoint_grant_keys(attempt->renewer, &store->keys, diag)) !=
	    STATUS_OK)
		return r;
	grant_init(&grant);
	(void)store_load(store, &grant, NULL);
	r = endpoint_prepare(attempt->renewer, store->account, grant.provider,
	    attempt->endpoint, diag);
	grant_clear(&grant);
	return r;
}

/* Prepares an endpoint for the store. */
static enum status
prepare(struct attempt *attempt, struct diag *diag)
{
	enum status r;

	if (attempt->is_file)
		r = xoauth2_prepare(attempt->renewer, attempt->store,
		    attempt->endpoint, diag);
	else
		r = prepare_account(attempt, diag);
	return name_account(attempt, r, diag);
}

static enum status
renew(const struct renewer *renewer, struct store *store, bool is_file,
    enum renew_why why, const struct log *log, struct record *record,
    struct diag *diag)
{
	struct endpoint endpoint = { .secret = NULL };
	struct attempt attempt = {
		.renewer = renewer,
		.store = store,
		.endpoint = &endpoint,
		.log = log,
		.why = why,
		.is_file = is_file,
	};
	enum status r;

	record_init(&attempt.record);
	grant_init(&attempt.grant);
	if ((r = look(&attempt, diag)) != STATUS_OK)
		goto out;
	if (why == RENEW_IF_DUE && attempt.age == RECORD_FRESH) {
		r = record_copy(record, &attempt.record);
		goto out;
	}
	if ((r = prepare(&attempt, diag)) == STATUS_OK) {
		attempt.deadline_ms = clock_elapsed_ms() +
		    endpoint.settings.seconds[OPTION_TIMEOUT] * INT64_C(1000);
		attempt.request = endpoint_fingerprint(&endpoint);
		r = lock_and_renew(&attempt, record, diag);
	}
	r = use_what_there_is(&attempt, r, record, diag);
out:
	record_clear(&attempt.record);
	grant_clear(&attempt.grant);
	endpoint_clear(&endpoint);
	return r;
}

enum status
renew_account(const struct renewer *renewer, const struct dir *state,
    const char *account, enum renew_why why, const struct log *log,
    struct record *record, struct diag *diag)
{
	struct store store;
	enum status r;

	if ((r = store_open_account(&store, state, account, NULL, diag)) ==
	    STATUS_OK)
		r = renew(renewer, &store, false, why, log, record, diag);
	store_close(&store);
	return r;
}

enum status
renew_file(const struct renewer *renewer, const char *path,
    const struct log *log, struct record *record, struct diag *diag)
{
	struct store store;
	enum status r;

	if ((r = xoauth2_open(&store, path, diag)) == STATUS_OK)
		r = renew(renewer, &store, true, RENEW_IF_DUE, log, record,
		    diag);
	store_close(&store);
	return r;
}

char *
renew_read_granted(const struct renewer *renewer, struct store *store)
{
	char *granted = NULL;
	struct grant grant;

	grant_init(&grant);
	if (!store_is_one_file(store))
		(void)endpoint_grant_keys(renewer, &store->keys, NULL);
	if (store_load(store, &grant, NULL) != STATUS_OK)
		goto out;
	/* An answer without it means: as asked for (RFC 6749, 5.1). */
	if (grant.scope != NULL)
		granted = string_copy(grant.scope);
	else if (grant.asked_scope != NULL)
		granted = string_copy(grant.asked_scope);
out:
	grant_clear(&grant);
	return granted;
}

enum status
renew_mark_refused(struct store *store, const struct record *seen,
    struct diag *diag)
{
	uint64_t print =
	    token_fingerprint(seen->access_token, seen->token_length);
	enum store_leftover leftover;
	struct record record;
	int64_t since;
	enum status r;

	record_init(&record);
	if ((r = store_lock(store, MARK_WAIT_MS, diag)) != STATUS_OK)
		goto out;
	ledger_count_refusal(store->lock);
	if ((store_is_one_file(store) &&
		(r = store_recover(store, &leftover, &since, diag)) !=
		    STATUS_OK) ||
	    (r = store_read(store, &record, diag)) != STATUS_OK)
		goto out;
	if (token_fingerprint(record.access_token, record.token_length) ==
	    print) {
		record.has_refused = true;
		record.refused = print;
		r = store_save(store, NULL, &record, diag);
	}
out:
	record_clear(&record);
	return r;
}
