/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a login leaves behind. See login.h.
 */

#include "clock.h"
#include "failure.h"
#include "ledger.h"
#include "limit.h"
#include "login.h"
#include "obtained.h"
#include "setup.h"

/* When a person has been troubled: the largest timeout of a renewal. */
#define SAVE_WAIT_MS 120000

/* The grant of this login; members of an older one that we do not know stay. */
static enum status
fill_grant(const struct login *login, const struct login_result *result,
    struct grant *grant, struct diag *diag)
{
	const char *const *text = login->endpoint.settings.text;
	const char *scope = result->token.scope;

	failure_forget(grant);
	grant->discovered_at = 0;
	grant->refresh_expires_at = 0;
	grant->refresh_moved_at = 0;
	/* Those of another provider or client must not stay. */
	if (grant_set(&grant->refresh_token, NULL) != STATUS_OK ||
	    grant_set(&grant->revocation_endpoint, NULL) != STATUS_OK ||
	    grant_set(&grant->login, NULL) != STATUS_OK ||
	    grant_set(&grant->provider, login->provider) != STATUS_OK ||
	    grant_set(&grant->scope,
		scope != NULL ? scope : text[OPTION_SCOPE]) != STATUS_OK ||
	    obtained_note_endpoint(grant, &login->endpoint) != STATUS_OK ||
	    obtained_note_token(grant, &result->token, result->asked_at) !=
		STATUS_OK)
		return diag_set_nomem(diag);
	grant->granted_at = clock_unix_s();
	grant->renewed_at = grant->granted_at;
	grant->forced_at = 0;
	grant->interrupted_at = 0;
	return STATUS_OK;
}

/* Grant and record; the grant first, since the record can be had from it. */
static enum status
write_files(struct login *login, const struct login_result *result,
    struct record *record, struct diag *diag)
{
	struct record old;
	struct grant grant;
	enum status r;

	record_init(&old);
	grant_init(&grant);
	/* What cannot be read or is damaged is replaced by what is new. */
	if (store_read(&login->store, &old, NULL) != STATUS_OK)
		record_clear(&old);
	if (store_load(&login->store, &grant, NULL) != STATUS_OK)
		grant_clear(&grant);
	if ((r = fill_grant(login, result, &grant, diag)) != STATUS_OK ||
	    (r = obtained_make_record(&login->endpoint.settings, login->account,
		 &result->token, result->asked_at, &old, record, diag)) !=
		STATUS_OK ||
	    (r = store_save(&login->store, &grant, NULL, diag)) != STATUS_OK)
		goto out;
	r = setup_save_record(&login->store, &login->owners, record, diag);
out:
	grant_clear(&grant);
	record_clear(&old);
	return r;
}

enum status
login_save(struct login *login, const struct login_result *result,
    struct record *record, struct diag *diag)
{
	enum status r;

	if ((r = store_lock(&login->store, SAVE_WAIT_MS, diag)) != STATUS_OK)
		return r;
	/* The programs that come next know that it was asked. */
	(void)limit_note(login->store.lock, result->asked_at);
	r = write_files(login, result, record, diag);
	if (r == STATUS_OK)
		ledger_count_login(login->store.lock);
	file_unlock(&login->store.lock);
	return r;
}

void
login_note_failure(struct login *login, enum status status,
    const struct diag *diag)
{
	if (!login->is_prepared || status == STATUS_CANCELLED ||
	    status == STATUS_NOMEM ||
	    store_lock(&login->store, 0, NULL) != STATUS_OK)
		return;
	ledger_note_login(login->store.lock, status, diag, clock_unix_s());
	file_unlock(&login->store.lock);
}
