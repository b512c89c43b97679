/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What is kept of a token. See obtained.h.
 */

#include <string.h>

#include "check.h"
#include "obtained.h"
#include "token.h"

/* Accounts that were logged in together need not be renewed together. */
#define SPREAD_PART 10

/* Two answers that mean the same moment may differ by so much. */
#define END_SLACK_S 60

enum status
obtained_make_record(const struct settings *settings, const char *account,
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

enum status
obtained_note_endpoint(struct grant *grant, const struct endpoint *endpoint)
{
	const char *const *text = endpoint->settings.text;

	if (grant_set(&grant->kind, oauth_grant_name(endpoint->grant)) !=
		STATUS_OK ||
	    grant_set(&grant->issuer, text[OPTION_ISSUER]) != STATUS_OK ||
	    grant_set(&grant->token_endpoint, text[OPTION_TOKEN_ENDPOINT]) !=
		STATUS_OK ||
	    grant_set(&grant->client_id, endpoint->client.id) != STATUS_OK ||
	    grant_set(&grant->client_secret, endpoint->secret) != STATUS_OK ||
	    (endpoint->settings.origin[OPTION_SCOPE] != ORIGIN_UNSET &&
		grant_set(&grant->asked_scope, text[OPTION_SCOPE]) !=
		    STATUS_OK) ||
	    (text[OPTION_REVOCATION_ENDPOINT] != NULL &&
		grant_set(&grant->revocation_endpoint,
		    text[OPTION_REVOCATION_ENDPOINT]) != STATUS_OK))
		return STATUS_NOMEM;
	if (endpoint->discovered_at != 0)
		grant->discovered_at = endpoint->discovered_at;
	return STATUS_OK;
}

/*
 * When the refresh token ends. A provider that counts anew at each renewal ends
 * no login that is used; one that does not, as Google for an application in
 * testing, ends it in any case.
 */
static void
note_end(struct grant *grant, int64_t end, int64_t asked_at)
{
	if (grant->refresh_expires_at != 0 &&
	    end > grant->refresh_expires_at + END_SLACK_S)
		grant->refresh_moved_at = asked_at;
	grant->refresh_expires_at = end;
}

enum status
obtained_note_token(struct grant *grant, const struct oauth_token *token,
    int64_t asked_at)
{
	char *login = NULL;

	if ((token->refresh_token != NULL &&
		grant_set(&grant->refresh_token, token->refresh_token) !=
		    STATUS_OK) ||
	    (token->scope != NULL &&
		grant_set(&grant->scope, token->scope) != STATUS_OK) ||
	    check_read_login(token, &login) != STATUS_OK)
		return STATUS_NOMEM;
	if (login != NULL) {
		secret_free(&grant->login);
		grant->login = login;
	}
	if (token->refresh_expires_in_s > 0)
		note_end(grant, asked_at + token->refresh_expires_in_s,
		    asked_at);
	return STATUS_OK;
}
