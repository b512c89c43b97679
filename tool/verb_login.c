/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * sasl-bearer login: by device code (RFC 8628), which needs no browser on this
 * host.
 *
 * First everything that can go wrong here is made sure of: configuration,
 * directories, owners, space. Then a person is troubled. Only when the
 * provider has said yes is anything replaced, under the account's lock.
 */

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "countdown.h"
#include "device.h"
#include "interrupt.h"
#include "message.h"
#include "owners.h"
#include "provider.h"
#include "session.h"
#include "setup.h"
#include "store.h"
#include "when.h"

/*
 * How long to wait for a renewal elsewhere: to begin with, its default timeout
 * and a bit; when a person has been troubled, the largest timeout.
 */
#define PROVE_WAIT_MS 30000
#define SAVE_WAIT_MS 120000

/* A login under way. */
struct login {
	const char *account;
	struct session session;
	struct owners owners;
	struct renew_endpoint endpoint;
	struct store store;
};

static enum status
check_device_endpoint(const struct login *login, struct diag *diag)
{
	const struct settings *settings = &login->endpoint.settings;
	const char *name = settings->text[OPTION_PROVIDER];
	const struct provider *preset;

	preset = name != NULL ? provider_find(name) : NULL;
	if (preset != NULL && preset->no_device_code != NULL &&
	    settings->origin[OPTION_DEVICE_ENDPOINT] != ORIGIN_FILE)
		return diag_set(diag, STATUS_CONFIG, "%s",
		    preset->no_device_code);
	if (settings->text[OPTION_DEVICE_ENDPOINT] == NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "no device_endpoint is configured for %s; set it in %s to "
		    "the provider's address for device codes (RFC 8628)",
		    login->account, conf_path(login->session.conf));
	return STATUS_OK;
}

/*
 * What is there already must be readable, or the login would fail at its end.
 * That it is damaged is no matter: it will be replaced.
 */
static enum status
check_files(struct login *login, struct diag *diag)
{
	struct record record;
	struct grant grant;
	enum status r;

	record_init(&record);
	grant_init(&grant);
	r = store_read(&login->store, &record, diag);
	if (r != STATUS_ACCESS && r != STATUS_NOMEM)
		r = store_load(&login->store, &grant, diag);
	record_clear(&record);
	grant_clear(&grant);
	return r == STATUS_ACCESS || r == STATUS_NOMEM ? r : STATUS_OK;
}

/* Everything that needs no person. */
static enum status
prepare(struct login *login, struct diag *diag)
{
	struct session *session = &login->session;
	enum status r;

	if ((r = account_check(login->account, diag)) != STATUS_OK ||
	    (r = session_load(session, diag)) != STATUS_OK)
		return r;
	session->renewer.cancelled = interrupt_flag();
	if ((r = renew_prepare(&session->renewer, login->account,
		 &login->endpoint, diag)) != STATUS_OK ||
	    (r = check_device_endpoint(login, diag)) != STATUS_OK ||
	    (r = owners_find(session->conf, login->account, &login->owners,
		 diag)) != STATUS_OK)
		return r;
	if ((r = setup_directories(session->place.state, &login->owners,
		 &session->state, diag)) != STATUS_OK)
		return r;
	if ((r = store_open_account(&login->store, &session->state,
		 login->account, login->endpoint.grant_key, diag)) !=
		STATUS_OK ||
	    (r = setup_mend_files(&session->state, &login->owners,
		 &login->store.files, diag)) != STATUS_OK ||
	    (r = check_files(login, diag)) != STATUS_OK)
		return r;
	return setup_prove(&login->store, PROVE_WAIT_MS, diag);
}

/* Standard output may be a pipe whose reader waits for these lines. */
static void
print_code(const struct login *login, const struct oauth_device *device)
{
	printf("To sign in as %s, open %s\n", login->account,
	    device->verification_uri);
	printf("and enter the code %s\n", device->user_code);
	if (device->verification_uri_complete != NULL)
		printf("or, with the code in it, open %s\n",
		    device->verification_uri_complete);
	fflush(stdout);
}

/* The part with a person in it. */
static enum status
ask(struct login *login, struct oauth_token *token, int64_t *asked_at,
    struct diag *diag)
{
	struct countdown countdown;
	const struct device_clock clock = { clock_elapsed_ms, countdown_wait,
		&countdown };
	struct oauth_device device;
	enum status r;

	memset(&device, 0, sizeof(device));
	countdown_init(&countdown);
	r = device_ask(&login->session.renewer, &login->endpoint, &device,
	    diag);
	if (r == STATUS_OK) {
		print_code(login, &device);
		r = device_poll(&login->session.renewer, &login->endpoint,
		    &device, &clock, token, asked_at, diag);
	}
	countdown_clear(&countdown);
	oauth_device_clear(&device);
	return r;
}

/* The grant of this login; members of an older one that we do not know stay. */
static enum status
fill_grant(const struct login *login, const struct oauth_token *token,
    struct grant *grant, struct diag *diag)
{
	static const struct grant_failure none = { .status = STATUS_OK };
	const char *const *text = login->endpoint.settings.text;

	if (grant_set(&grant->refresh_token, token->refresh_token) !=
		STATUS_OK ||
	    grant_set(&grant->token_endpoint, text[OPTION_TOKEN_ENDPOINT]) !=
		STATUS_OK ||
	    grant_set(&grant->client_id, login->endpoint.client.id) !=
		STATUS_OK ||
	    grant_set(&grant->scope,
		token->scope != NULL ? token->scope : text[OPTION_SCOPE]) !=
		STATUS_OK ||
	    grant_set_failure(grant, &none) != STATUS_OK)
		return diag_set_nomem(diag);
	grant->granted_at = clock_unix_s();
	grant->renewed_at = grant->granted_at;
	grant->forced_at = 0;
	return STATUS_OK;
}

/* Grant and record; the grant first, since the record can be had from it. */
static enum status
write_files(struct login *login, const struct oauth_token *token,
    int64_t asked_at, struct record *record, struct diag *diag)
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
	if ((r = fill_grant(login, token, &grant, diag)) != STATUS_OK ||
	    (r = renew_make_record(&login->endpoint.settings, login->account,
		 token, asked_at, &old, record, diag)) != STATUS_OK ||
	    (r = store_save(&login->store, &grant, NULL, diag)) != STATUS_OK)
		goto out;
	r = setup_save_record(&login->store, &login->owners, record, diag);
out:
	grant_clear(&grant);
	record_clear(&old);
	return r;
}

static enum status
save(struct login *login, const struct oauth_token *token, int64_t asked_at,
    struct record *record, struct diag *diag)
{
	enum status r;

	if ((r = store_lock(&login->store, SAVE_WAIT_MS, diag)) != STATUS_OK)
		return r;
	r = write_files(login, token, asked_at, record, diag);
	file_unlock(&login->store.lock);
	return r;
}

/* Has the scope this word? */
static bool
has_word(const char *scope, const char *word)
{
	size_t length = strlen(word);
	const char *found;

	for (found = strstr(scope, word); found != NULL;
	     found = strstr(found + 1, word))
		if ((found == scope || found[-1] == ' ') &&
		    (found[length] == ' ' || found[length] == '\0'))
			return true;
	return false;
}

static void
warn_of_end(const struct login *login)
{
	const char *scope = login->endpoint.settings.text[OPTION_SCOPE];

	if (scope != NULL && has_word(scope, "offline_access"))
		message("the provider gave no refresh token although "
			"offline_access was asked for, so the login ends with "
			"this token; look at what the application is allowed "
			"there");
	else
		message(
		    "the provider gave no refresh token, so the login ends "
		    "with this token; add what the provider wants for one, "
		    "usually offline_access, to the option scope and log in "
		    "again");
}

static void
print_success(const struct login *login, const struct oauth_token *token,
    const struct record *record)
{
	bool renews = token->refresh_token != NULL;

	printf("%s is logged in; the token is valid until %s%s\n",
	    login->account, when_local(record->expires_at).text,
	    renews ? " and renews itself" : "");
	printf("Next: give mail programs the user name %s and no password; "
	       "it is not used.\n",
	    login->account);
	fflush(stdout);
	if (!renews)
		warn_of_end(login);
}

static enum status
log_in(struct login *login, struct diag *diag)
{
	struct oauth_token token;
	struct record record;
	int64_t asked_at = 0;
	enum status r;

	memset(&token, 0, sizeof(token));
	record_init(&record);
	if ((r = prepare(login, diag)) == STATUS_OK &&
	    (r = ask(login, &token, &asked_at, diag)) == STATUS_OK &&
	    (r = save(login, &token, asked_at, &record, diag)) == STATUS_OK)
		print_success(login, &token, &record);
	record_clear(&record);
	oauth_token_clear(&token);
	return r;
}

enum status
verb_login(const struct command *command, struct diag *diag)
{
	struct login login;
	enum status r;

	memset(&login, 0, sizeof(login));
	login.account = command->operands[0];
	login.store.lock = -1;
	login.store.draft.fd = -1;
	login.store.own_dir.fd = -1;
	interrupt_catch();
	session_init(&login.session, command, PLACE_CREATE);
	r = log_in(&login, diag);
	if (r == STATUS_CANCELLED)
		diag_set(diag, r, "interrupted; nothing was changed");
	store_close(&login.store);
	renew_endpoint_clear(&login.endpoint);
	session_close(&login.session);
	return r;
}
