/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * sasl-bearer refresh: renews tokens now, or those that are due.
 *
 * An interrupt ends it between two accounts: the answer to a renewal that has
 * begun may hold the only refresh token that is still good.
 */

#include <stdio.h>
#include <string.h>

#include "accounts.h"
#include "attention.h"
#include "clock.h"
#include "interrupt.h"
#include "message.h"
#include "session.h"
#include "shellquote.h"
#include "store.h"
#include "token.h"
#include "when.h"

/* A log that remembers whether it was warned. */
struct watch {
	struct log log;
	bool is_warned;
};

static void
watch_line(void *context, enum log_level level, const char *line)
{
	struct watch *watch = context;

	if (level == LOG_LEVEL_WARNING)
		watch->is_warned = true;
	watch->log.write(watch->log.context, level, line);
}

/* What is known of an account's token; 0 where there is none. */
struct glimpse {
	uint64_t fingerprint;
	enum record_age age;
	int64_t expires_at;
};

static void
glimpse_record(const struct record *record, struct glimpse *glimpse)
{
	glimpse->fingerprint = record->access_token == NULL ?
	    0 :
	    token_fingerprint(record->access_token, record->token_length);
	glimpse->age = record_judge(record, clock_unix_s());
	glimpse->expires_at = record->expires_at;
}

/* Before the renewal; a record that cannot be read counts as none. */
static enum status
look(struct session *session, const char *account, struct glimpse *glimpse,
    struct diag *diag)
{
	struct record record;
	struct store store;
	enum status r;

	record_init(&record);
	if ((r = store_open_account(&store, &session->state, account, NULL,
		 diag)) != STATUS_OK)
		return r;
	if (store_read(&store, &record, NULL) != STATUS_OK)
		record_clear(&record);
	glimpse_record(&record, glimpse);
	record_clear(&record);
	store_close(&store);
	return STATUS_OK;
}

/* What the grant says of the last renewal. */
static enum status
judge_grant(struct store *store, const struct grant *grant, enum status r,
    struct diag *diag)
{
	if (r == STATUS_NOACCOUNT ||
	    (r == STATUS_OK && !grant_can_renew(grant)))
		return diag_set(diag, STATUS_REAUTH,
		    "the token of %s cannot be renewed; run: " PROGRAM
		    " login %s",
		    store->account, shell_operand(store->account).text);
	if (r == STATUS_OK && grant->failure.status != STATUS_OK)
		return diag_set(diag, grant->failure.status, "%s",
		    grant->failure.text);
	return r;
}

/*
 * Why a token that is due was not renewed. STATUS_OK when the grant tells of
 * no failure: somebody else is at it right now.
 */
static enum status
find_failure(struct session *session, const char *account, struct diag *diag)
{
	struct grant_keys keys;
	struct grant grant;
	struct store store;
	enum status r;

	grant_init(&grant);
	if ((r = endpoint_grant_keys(&session->renewer, &keys, diag)) !=
	    STATUS_OK)
		goto out;
	if ((r = store_open_account(&store, &session->state, account, &keys,
		 diag)) != STATUS_OK)
		goto out;
	r = judge_grant(&store, &grant, store_load(&store, &grant, diag), diag);
	store_close(&store);
out:
	grant_clear(&grant);
	return r;
}

static enum renew_why
choose_why(unsigned flags)
{
	if ((flags & FLAG_FORCE) != 0)
		return RENEW_FORCE;
	return (flags & FLAG_DUE) != 0 ? RENEW_IF_DUE : RENEW_NOW;
}

/* The token is due and still the same; a warning may have said why. */
static enum status
report_due(struct session *session, const char *account,
    const struct glimpse *token, bool is_warned, struct diag *diag)
{
	enum status r = find_failure(session, account, diag);

	if (is_warned)
		return diag_set(diag, r != STATUS_OK ? r : STATUS_AGAIN, "%s",
		    "");
	if (r == STATUS_OK)
		printf("%s: another process is renewing it, valid until %s\n",
		    account, when_local(token->expires_at).text);
	return r;
}

/* Renews one account, and prints its line where that succeeds. */
static enum status
refresh(struct session *session, const char *account, unsigned flags,
    struct diag *diag)
{
	struct watch watch = { session->log, false };
	const struct log log = { watch_line, &watch };
	struct glimpse before, after;
	struct record record;
	enum status r;

	if ((r = accounts_check(session, account, diag)) != STATUS_OK ||
	    (r = look(session, account, &before, diag)) != STATUS_OK)
		return r;
	if ((flags & FLAG_DUE) != 0 && before.age == RECORD_FRESH) {
		printf("%s: not due, valid until %s\n", account,
		    when_local(before.expires_at).text);
		return STATUS_OK;
	}
	record_init(&record);
	r = renew_account(&session->renewer, &session->state, account,
	    choose_why(flags), &log, &record, diag);
	glimpse_record(&record, &after);
	record_clear(&record);
	if (r != STATUS_OK)
		return r;
	if (after.age == RECORD_DUE && after.fingerprint == before.fingerprint)
		return report_due(session, account, &after, watch.is_warned,
		    diag);
	printf("%s: renewed, valid until %s\n", account,
	    when_local(after.expires_at).text);
	return STATUS_OK;
}

/*
 * Why it failed, unless that has been told; the account's name stands before
 * it where the sentence does not have it.
 */
static void
report(const char *account, const struct diag *diag)
{
	if (diag->text[0] == '\0')
		return;
	if (strstr(diag->text, account) != NULL)
		message("%s", diag->text);
	else
		message("%s: %s", account, diag->text);
}

/* All of them, whatever happens to one; the worst status counts. */
static enum status
refresh_all(struct session *session, char *const *names, size_t count,
    unsigned flags, struct diag *diag)
{
	enum status r, worst = STATUS_OK;
	size_t i;

	for (i = 0; i < count; i++) {
		if (*interrupt_flag() != 0)
			return diag_set(diag, STATUS_CANCELLED,
			    "interrupted; %zu of %zu accounts were looked at",
			    i, count);
		attention_check_refusal(session, names[i]);
		r = refresh(session, names[i], flags, diag);
		if (r != STATUS_OK)
			report(names[i], diag);
		attention_check(session, names[i]);
		if (r > worst)
			worst = r;
	}
	return diag_set(diag, worst, "%s", "");
}

enum status
verb_refresh(const struct command *command, struct diag *diag)
{
	struct accounts accounts;
	struct session session;
	enum status r;

	accounts_init(&accounts);
	interrupt_catch();
	if ((r = session_open(&session, command, diag)) != STATUS_OK)
		goto out;
	if (command->count > 0) {
		r = refresh_all(&session, command->operands,
		    (size_t)command->count, command->flags, diag);
		goto out;
	}
	if ((r = accounts_find(&session, false, &accounts, diag)) != STATUS_OK)
		goto out;
	if (accounts.incomplete)
		r = diag_set(diag, STATUS_ACCESS,
		    "this user may not list the accounts below %s; run it as "
		    "root or as the renewer, or name the accounts",
		    session.state.path);
	else
		r = refresh_all(&session, accounts.names, accounts.count,
		    command->flags, diag);
out:
	accounts_clear(&accounts);
	session_close(&session);
	return r;
}
