/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The policy of renewal. See renew.h.
 *
 * The order that nothing may change: look; lock; look again; read the grant;
 * make sure of space; ask; save the grant; save the record; hand out the
 * token.
 */

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "renew.h"
#include "token.h"
#include "xoauth2.h"

/* How long marking a refused token may wait for a renewal. */
#define MARK_WAIT_MS 2000

/* Below this it is not worth asking: the deadline is as good as over. */
#define MIN_ASK_MS 500

/* Accounts that were logged in together need not be renewed together. */
#define SPREAD_PART 10

/* One call: what it works on, and what it has found. */
struct attempt {
	const struct renewer *renewer;
	struct store *store;
	struct renew_endpoint *endpoint;
	const struct log *log;
	enum renew_why why;
	int64_t deadline_ms;  /* of clock_elapsed_ms() */
	struct record record; /* as it is in the store; may be empty */
	enum record_age age;
	struct grant grant;
	bool is_file;  /* a token file, to which nobody can log in */
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

/* Identifies what would be asked, so that a change of it ends a pause. */
static uint64_t
fingerprint_request(const struct renew_endpoint *endpoint)
{
	const char *parts[] = {
		endpoint->settings.text[OPTION_TOKEN_ENDPOINT],
		endpoint->settings.text[OPTION_SCOPE],
		endpoint->client.id,
		endpoint->client.secret,
	};
	uint64_t print = (uint64_t)endpoint->client.auth;
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (parts[i] != NULL)
			print = print * 31 +
			    token_fingerprint(parts[i], strlen(parts[i]));
	return print;
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
	    account, cause);
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
	if (status == STATUS_REAUTH)
		return need_login(attempt, cause.text, diag);
	return diag_set(diag, status, "the token of %s cannot be renewed: %s",
	    attempt->store->account, cause.text);
}

/* Can this grant be used with what is configured now? */
static enum status
check_grant(const struct attempt *attempt, struct diag *diag)
{
	const struct grant *grant = &attempt->grant;
	const struct settings *settings = &attempt->endpoint->settings;

	if (grant->refresh_token == NULL || grant->refresh_token[0] == '\0')
		return need_login(attempt,
		    "there is no refresh token, so it "
		    "cannot be renewed; ask for one in scope (offline_access)",
		    diag);
	/* A refresh token goes to whom it came from, and to nobody else. */
	if ((grant->token_endpoint != NULL &&
		strcmp(grant->token_endpoint,
		    settings->text[OPTION_TOKEN_ENDPOINT]) != 0) ||
	    (grant->client_id != NULL &&
		strcmp(grant->client_id, attempt->endpoint->client.id) != 0))
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
	const struct grant_failure *failure = &attempt->grant.failure;
	int64_t now = attempt->renewer->now();

	if (failure->status == STATUS_OK || now >= failure->until ||
	    now + RECORD_MAX_SKEW_S < failure->at ||
	    failure->request != fingerprint_request(attempt->endpoint) ||
	    (attempt->why == RENEW_FORCE && !failure->ordered))
		return STATUS_OK;
	attempt->is_known = true;
	return diag_set(diag, failure->status,
	    "%s (%" PRId64 " s ago; not asked again for %" PRId64 " s)",
	    failure->text, now - failure->at, failure->until - now);
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

static int64_t
pause_s(enum status status, unsigned count, int64_t retry_after_s)
{
	int64_t pause = RENEW_MIN_PAUSE_S;

	if (status == STATUS_REAUTH)
		return RENEW_REAUTH_PAUSE_S;
	if (status == STATUS_CONFIG)
		return RENEW_CONFIG_PAUSE_S;
	if (retry_after_s > 0)
		return retry_after_s;
	while (count-- > 0 && pause < RENEW_MAX_PAUSE_S)
		pause *= 2;
	return pause < RENEW_MAX_PAUSE_S ? pause : RENEW_MAX_PAUSE_S;
}

/*
 * Writes the failure down for all processes. That this fails changes nothing
 * for this one, whose failure has a sentence already.
 */
static void
remember_failure(struct attempt *attempt, enum status status,
    const struct diag *diag, int64_t retry_after_s)
{
	struct grant *grant = &attempt->grant;
	struct grant_failure failure = { .status = status };
	char text[DIAG_MAX_TEXT];
	struct diag ignored;
	unsigned count =
	    grant->failure.status == status ? grant->failure.count : 0;

	if (status != STATUS_AGAIN && status != STATUS_REAUTH &&
	    status != STATUS_CONFIG && status != STATUS_DATA)
		return;
	memcpy(text, diag->text, sizeof(text));
	failure.text = text;
	failure.at = attempt->renewer->now();
	failure.until = failure.at + pause_s(status, count, retry_after_s);
	failure.ordered = retry_after_s > 0;
	failure.request = fingerprint_request(attempt->endpoint);
	if (grant_set_failure(grant, &failure) == STATUS_OK)
		store_save(attempt->store, grant, NULL, &ignored);
}

/* Sends the request and judges the answer. asked_at is set before. */
static enum status
ask(struct attempt *attempt, struct oauth_token *token, int64_t *asked_at,
    int64_t *retry_after_s, struct diag *diag)
{
	const struct renew_endpoint *endpoint = attempt->endpoint;
	const char *url = endpoint->settings.text[OPTION_TOKEN_ENDPOINT];
	struct http_answer answer;
	struct buf body;
	char host[256];
	enum status r;

	buf_init(&body, OAUTH_MAX_BODY);
	http_answer_init(&answer);
	http_host(url, host, sizeof(host));
	oauth_build_refresh(&endpoint->client, attempt->grant.refresh_token,
	    endpoint->settings.text[OPTION_SCOPE], &body);
	*asked_at = attempt->renewer->now();
	r = renew_post(attempt->renewer, endpoint, url, &body, left_ms(attempt),
	    &answer, diag);
	*retry_after_s = answer.retry_after_s;
	if (r == STATUS_OK)
		r = oauth_judge_token(answer.code, buf_text(&answer.body),
		    answer.body.length, host, token, diag);
	http_answer_clear(&answer);
	buf_clear(&body);
	return name_account(attempt, r, diag);
}

enum status
renew_make_record(const struct settings *settings, const char *account,
    const struct oauth_token *token, int64_t asked_at, const struct record *old,
    struct record *record, struct diag *diag)
{
	int64_t lifetime = token->expires_in_s;
	int64_t before = settings->seconds[OPTION_RENEW_BEFORE];
	struct record next;
	enum status r;

	if (before < lifetime / 4)
		before = lifetime / 4;
	before += (int64_t)(token_fingerprint(account, strlen(account)) %
	    (uint64_t)(before / SPREAD_PART + 1));
	if (before > lifetime / 2)
		before = lifetime / 2;
	record_init(&next);
	r = record_renew(&next, old, token->access_token, asked_at,
	    asked_at + lifetime - before, asked_at + lifetime);
	if (r == STATUS_OK) {
		settings_apply_users(settings, &next);
		r = record_copy(record, &next);
	}
	record_clear(&next);
	if (r != STATUS_OK)
		diag_set(diag, r,
		    "the token of %s cannot be kept: it is too "
		    "large, or memory is out",
		    account);
	return r;
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
 * Saves what was obtained: a rotated refresh token first. That the disk
 * refuses costs nobody the token.
 */
static enum status
take_token(struct attempt *attempt, const struct oauth_token *token,
    int64_t asked_at, struct record *record, struct diag *diag)
{
	static const struct grant_failure none = { .status = STATUS_OK };
	struct grant *grant = &attempt->grant;
	struct diag trouble;
	enum status r;

	if (attempt->age == RECORD_REFUSED)
		grant->forced_at = asked_at;
	grant->renewed_at = asked_at;
	if (grant_set_failure(grant, &none) != STATUS_OK ||
	    (token->refresh_token != NULL &&
		grant_set(&grant->refresh_token, token->refresh_token) !=
		    STATUS_OK))
		return diag_set_nomem(diag);
	r = renew_make_record(&attempt->endpoint->settings,
	    attempt->store->account, token, asked_at, &attempt->record, record,
	    diag);
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
	return STATUS_OK;
}

static enum status
load_grant(struct attempt *attempt, struct diag *diag)
{
	enum status r = store_load(attempt->store, &attempt->grant, diag);

	if (r != STATUS_NOACCOUNT)
		return r;
	return need_login(attempt, "nobody has done so yet", diag);
}

/* May the provider be asked now? The lock is held. */
static enum status
check(struct attempt *attempt, struct diag *diag)
{
	enum status r;

	if ((r = load_grant(attempt, diag)) != STATUS_OK ||
	    (r = check_grant(attempt, diag)) != STATUS_OK ||
	    (r = check_failure(attempt, diag)) != STATUS_OK ||
	    (r = check_refused(attempt, diag)) != STATUS_OK)
		return r;
	if (left_ms(attempt) < MIN_ASK_MS)
		return diag_set(diag, STATUS_AGAIN,
		    "another process renewed %s for so long that no time is "
		    "left; it is tried again",
		    attempt->store->account);
	return store_reserve(attempt->store, diag);
}

/* With the lock: somebody may have been faster; else ask. */
static enum status
renew_locked(struct attempt *attempt, struct record *record, struct diag *diag)
{
	int64_t before = attempt->record.obtained_at;
	int64_t asked_at = 0, retry_after_s = 0;
	struct oauth_token token = { 0 };
	enum status r;

	if ((r = look(attempt, diag)) != STATUS_OK)
		return r;
	if (attempt->age == RECORD_FRESH &&
	    (attempt->why == RENEW_IF_DUE ||
		attempt->record.obtained_at != before))
		return record_copy(record, &attempt->record);
	if ((r = check(attempt, diag)) != STATUS_OK)
		return r;
	r = ask(attempt, &token, &asked_at, &retry_after_s, diag);
	if (r == STATUS_OK)
		r = take_token(attempt, &token, asked_at, record, diag);
	else
		remember_failure(attempt, r, diag, retry_after_s);
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
	attempt->is_known = !can_wait;
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

/* Prepares an endpoint for the store; renew_prepare() or that of a file. */
static enum status
prepare(struct attempt *attempt, struct diag *diag)
{
	enum status r;

	if (attempt->is_file)
		r = xoauth2_prepare(attempt->renewer, attempt->store,
		    attempt->endpoint, diag);
	else
		r = renew_prepare(attempt->renewer, attempt->store->account,
		    attempt->endpoint, diag);
	attempt->store->key = attempt->endpoint->grant_key;
	return name_account(attempt, r, diag);
}

static enum status
renew(const struct renewer *renewer, struct store *store, bool is_file,
    enum renew_why why, const struct log *log, struct record *record,
    struct diag *diag)
{
	struct renew_endpoint endpoint = { .secret = NULL };
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
		r = lock_and_renew(&attempt, record, diag);
	}
	r = use_what_there_is(&attempt, r, record, diag);
out:
	record_clear(&attempt.record);
	grant_clear(&attempt.grant);
	renew_endpoint_clear(&endpoint);
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

enum status
renew_mark_refused(struct store *store, const struct record *seen,
    struct diag *diag)
{
	uint64_t print =
	    token_fingerprint(seen->access_token, seen->token_length);
	struct record record;
	enum status r;

	record_init(&record);
	if ((r = store_lock(store, MARK_WAIT_MS, diag)) != STATUS_OK ||
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
