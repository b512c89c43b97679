/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a login makes sure of before anybody is troubled. See login.h.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account.h"
#include "interrupt.h"
#include "login.h"
#include "place.h"
#include "prompt.h"
#include "provider.h"
#include "services.h"
#include "setup.h"
#include "whose.h"

/* How long to wait for a renewal elsewhere: its default timeout and a bit. */
#define PROVE_WAIT_MS 30000

/* Where scopes are not known: to be renewed, and to see who signed in. */
#define DISCOVERED_SCOPE "openid offline_access"

void
login_init(struct login *login, const struct command *command)
{
	memset(login, 0, sizeof(*login));
	login->command = command;
	login->account = command->operands[0];
	login->store.lock = -1;
	login->store.draft.fd = -1;
	login->store.own_dir.fd = -1;
	grant_init(&login->before);
	session_init(&login->session, command, PLACE_CREATE);
}

void
login_clear(struct login *login)
{
	store_close(&login->store);
	endpoint_clear(&login->endpoint);
	grant_clear(&login->before);
	free(login->provider);
	session_close(&login->session);
}

const char *
login_who(const struct login *login)
{
	const char *who = login->endpoint.settings.text[OPTION_LOGIN];

	return who != NULL ? who : login->account;
}

/* The grant that is there, as far as it can be read; else none. */
static enum status
look_before(struct login *login, struct diag *diag)
{
	struct session *session = &login->session;
	struct grant_keys keys;
	struct store store;
	struct dir state;
	enum status r;

	if ((r = endpoint_grant_keys(&session->renewer, &keys, diag)) !=
	    STATUS_OK)
		return r;
	if (dir_open(&state, session->place.state, NULL) != STATUS_OK)
		return STATUS_OK;
	if (store_open_account(&store, &state, login->account, &keys, NULL) ==
		STATUS_OK &&
	    store_load(&store, &login->before, NULL) != STATUS_OK)
		grant_clear(&login->before);
	store_close(&store);
	dir_close(&state);
	return STATUS_OK;
}

/*
 * What stands outside of sections comes before what a preset has. With a wish
 * for a preset that can hardly be meant, and would send people to the one with
 * what is asked of the other.
 */
static enum status
check_preset(const struct login *login, const struct settings *settings,
    struct diag *diag)
{
	static const enum option addresses[] = { OPTION_ISSUER,
		OPTION_AUTHORIZATION_ENDPOINT, OPTION_TOKEN_ENDPOINT,
		OPTION_DEVICE_ENDPOINT, OPTION_REVOCATION_ENDPOINT };
	const struct conf *conf = login->session.conf;
	size_t i;

	if (provider_find(login->command->provider) == NULL)
		return STATUS_OK;
	for (i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++)
		if (conf_has_own(conf, NULL, addresses[i]))
			return diag_set(diag, STATUS_CONFIG,
			    "%s, line %d sets %s for all accounts, so %s "
			    "cannot be chosen; move it into a provider section",
			    conf_path(conf), settings->line[addresses[i]],
			    conf_options[addresses[i]].name,
			    login->command->provider);
	return STATUS_OK;
}

/* --provider, unless the account's section says something else. */
static enum status
take_wish(struct login *login, const struct settings *settings,
    struct diag *diag)
{
	const char *wish = login->command->provider;
	const char *configured = settings->text[OPTION_PROVIDER];
	bool is_own = configured != NULL &&
	    conf_has_own(login->session.conf, login->account, OPTION_PROVIDER);

	if (is_own && strcmp(wish, configured) != 0)
		return diag_set(diag, STATUS_CONFIG,
		    "%s, line %d says that the provider of %s is %s; change it "
		    "there",
		    conf_path(login->session.conf),
		    settings->line[OPTION_PROVIDER], login->account,
		    configured);
	if ((login->provider = string_copy(wish)) == NULL)
		return diag_set_nomem(diag);
	return check_preset(login, settings, diag);
}

/* By the domain's mail servers; says how it is known. */
static enum status
ask_dns(struct login *login, struct diag *diag)
{
	struct whose whose;
	enum status r;

	if ((r = whose_find(login->account, &whose_dns, &whose, diag)) !=
	    STATUS_OK)
		return r;
	printf("%s is at %s: %s\n", login->account, whose.provider->title,
	    whose.how);
	fflush(stdout);
	if ((login->provider = string_copy(whose.provider->name)) == NULL)
		return diag_set_nomem(diag);
	return STATUS_OK;
}

/* Does the account's own section say where it is? */
static bool
has_own_provider(const struct login *login)
{
	const struct conf *conf = login->session.conf;

	return conf_has_own(conf, login->account, OPTION_PROVIDER) ||
	    conf_has_own(conf, login->account, OPTION_TOKEN_ENDPOINT) ||
	    conf_has_own(conf, login->account, OPTION_ISSUER);
}

/* The last login's choice. An import is planned by the configuration alone. */
static const char *
last_provider(const struct login *login)
{
	return login->keeps_scope || has_own_provider(login) ?
	    NULL :
	    login->before.provider;
}

/*
 * The provider where the account's section names none: what is wished, what
 * the last login has chosen, for renewals go there, what is configured for
 * all, or where the domain's mail goes.
 */
static enum status
choose_provider(struct login *login, struct diag *diag)
{
	const char *last = last_provider(login);
	struct settings settings;
	const char *const *text = settings.text;
	enum status r;

	if ((r = conf_resolve(login->session.conf, login->account, &settings,
		 diag)) != STATUS_OK)
		goto out;
	if (login->command->provider != NULL)
		r = take_wish(login, &settings, diag);
	else if (oauth_grant_find(text[OPTION_GRANT]) == OAUTH_GRANT_IDENTITY ||
	    (text[OPTION_PROVIDER] == NULL &&
		(text[OPTION_TOKEN_ENDPOINT] != NULL ||
		    text[OPTION_ISSUER] != NULL)))
		r = STATUS_OK;
	else if (last != NULL)
		r = (login->provider = string_copy(last)) == NULL ?
		    diag_set_nomem(diag) :
		    STATUS_OK;
	else if (text[OPTION_PROVIDER] != NULL)
		r = STATUS_OK;
	else
		r = ask_dns(login, diag);
out:
	settings_clear(&settings);
	return r;
}

/*
 * The secret that was typed at the last login, unless another one is wanted:
 * by --ask, or because the provider refused the last renewal.
 */
static const char *
remembered_secret(const struct login *login)
{
	const struct grant *before = &login->before;

	if (before->client_id == NULL ||
	    strcmp(before->client_id, login->endpoint.client.id) != 0 ||
	    (login->command->flags & FLAG_ASK) != 0 ||
	    before->failure.status == STATUS_CONFIG)
		return NULL;
	return before->client_secret;
}

/* Where no secret is asked for, --ask would do nothing. */
static enum status
check_ask(const struct login *login, struct diag *diag)
{
	const struct settings *settings = &login->endpoint.settings;
	enum option option = OPTION_CLIENT_SECRET_FILE;

	if ((login->command->flags & FLAG_ASK) == 0)
		return STATUS_OK;
	if (settings->text[option] == NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "--ask does not go with %s: its application proves itself "
		    "without a secret that is typed",
		    login->account);
	return diag_set(diag, STATUS_CONFIG,
	    "--ask does not go with client_secret_file; %s, line %d: change "
	    "the secret in %s, or remove the line",
	    conf_path(login->session.conf), settings->line[option],
	    settings->text[option]);
}

/* An application's secret that no file has: what it was, or a question. */
static enum status
find_secret(struct login *login, struct diag *diag)
{
	struct endpoint *endpoint = &login->endpoint;
	const char *secret = login->secret;
	char question[DIAG_MAX_TEXT];

	if (!endpoint_wants_secret(endpoint))
		return check_ask(login, diag);
	if (secret == NULL)
		secret = remembered_secret(login);
	if (secret != NULL) {
		endpoint->secret = secret_copy(secret);
		return endpoint->secret != NULL ? STATUS_OK :
						  diag_set_nomem(diag);
	}
	snprintf(question, sizeof(question), "Secret of the application %s",
	    endpoint->client.id);
	return prompt_secret(question, &endpoint->secret, diag);
}

/* What a login asks for where nothing says it: least, by who is asking. */
static unsigned
default_services(void)
{
	return geteuid() < PLACE_MIN_PERSON_UID ? SERVICE_SMTP :
						  SERVICE_SMTP | SERVICE_IMAP;
}

/* Has the preset a scope for each of them? where: who has named them. */
static enum status
check_services(const struct login *login, unsigned set, const char *where,
    struct diag *diag)
{
	const struct provider *preset = login->endpoint.settings.preset;
	unsigned lacking = preset == NULL ? 0 : services_lacking(preset, set);
	char names[SERVICES_MAX_NAMES];

	if (lacking == 0)
		return STATUS_OK;
	services_name(lacking, names, sizeof(names));
	return diag_set(diag, STATUS_CONFIG,
	    "%s has no scope for %s; leave that out of %s, or set scope in %s",
	    preset->title, names, where, conf_path(login->session.conf));
}

/* What is configured for all may be more than one account's preset has. */
static enum status
check_configured(const struct login *login, struct diag *diag)
{
	const struct settings *settings = &login->endpoint.settings;
	const char *text = settings->text[OPTION_SERVICES];
	char where[64];

	if (text == NULL || settings->origin[OPTION_SCOPE] == ORIGIN_FILE)
		return STATUS_OK;
	snprintf(where, sizeof(where), "services (line %d)",
	    settings->line[OPTION_SERVICES]);
	return check_services(login, services_parse(text), where, diag);
}

/* The services' scope; STATUS_CONFIG where a preset has none for them. */
static enum status
set_scope(struct login *login, unsigned set, struct diag *diag)
{
	struct settings *settings = &login->endpoint.settings;
	struct buf scope;
	enum status r = STATUS_OK;

	buf_init(&scope, CONF_MAX_VALUE);
	if (settings->preset != NULL)
		services_add_scope(settings->preset, set, &scope);
	else if (login->command->services == NULL)
		buf_add_string(&scope, DISCOVERED_SCOPE);
	if (buf_status(&scope) != STATUS_OK)
		r = diag_set_nomem(diag);
	else if (scope.length == 0)
		r = diag_set(diag, STATUS_CONFIG,
		    "the scope of %s for these services is not known; set "
		    "scope in %s",
		    settings->preset != NULL ? settings->preset->title :
					       "this provider",
		    conf_path(login->session.conf));
	else if (settings_set(settings, OPTION_SCOPE, buf_text(&scope),
		     ORIGIN_LOGIN) != STATUS_OK)
		r = diag_set_nomem(diag);
	buf_clear(&scope);
	return r;
}

/* Was the last login at the same provider? Then its scope goes on. */
static bool
goes_on(const struct login *login)
{
	const struct grant *before = &login->before;
	const char *const *text = login->endpoint.settings.text;

	/* What an application asked for is not for a person to ask. */
	if (before->asked_scope == NULL ||
	    !oauth_grant_needs_person(oauth_grant_find(before->kind)))
		return false;
	if (before->issuer != NULL && text[OPTION_ISSUER] != NULL)
		return strcmp(before->issuer, text[OPTION_ISSUER]) == 0;
	return before->token_endpoint != NULL &&
	    text[OPTION_TOKEN_ENDPOINT] != NULL &&
	    strcmp(before->token_endpoint, text[OPTION_TOKEN_ENDPOINT]) == 0;
}

static enum status
choose_scope(struct login *login, struct diag *diag)
{
	struct settings *settings = &login->endpoint.settings;
	const char *wish = login->command->services;
	unsigned set = wish != NULL ? services_parse(wish) : default_services();
	enum status r;

	if (!oauth_grant_needs_person(login->endpoint.grant))
		return STATUS_OK;
	if (wish != NULL && settings->origin[OPTION_SCOPE] == ORIGIN_FILE)
		return diag_set(diag, STATUS_CONFIG,
		    "%s, line %d sets the scope; remove it to choose by --for",
		    conf_path(login->session.conf),
		    settings->line[OPTION_SCOPE]);
	r = wish != NULL ? check_services(login, set, "--for", diag) :
			   check_configured(login, diag);
	if (r != STATUS_OK)
		return r;
	if (wish == NULL &&
	    (settings->text[OPTION_SCOPE] != NULL || login->keeps_scope))
		return STATUS_OK;
	if (wish == NULL && goes_on(login)) {
		if (settings_set(settings, OPTION_SCOPE,
			login->before.asked_scope, ORIGIN_LOGIN) != STATUS_OK)
			return diag_set_nomem(diag);
		return STATUS_OK;
	}
	return set_scope(login, set, diag);
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

/* Directories, owners and space. */
static enum status
prepare_files(struct login *login, struct diag *diag)
{
	struct session *session = &login->session;
	struct grant_keys keys;
	enum status r;

	if ((r = endpoint_grant_keys(&session->renewer, &keys, diag)) !=
		STATUS_OK ||
	    (r = owners_find(session->conf, login->account, &login->owners,
		 diag)) != STATUS_OK ||
	    (r = setup_directories(session->place.state, &login->owners,
		 &session->state, diag)) != STATUS_OK ||
	    (r = store_open_account(&login->store, &session->state,
		 login->account, &keys, diag)) != STATUS_OK ||
	    (r = setup_mend_files(&session->state, &login->owners,
		 &login->store.files, diag)) != STATUS_OK ||
	    (r = check_files(login, diag)) != STATUS_OK)
		return r;
	return setup_prove(&login->store, PROVE_WAIT_MS, diag);
}

/* Where nobody signs in, what is for a person would do nothing. */
static enum status
check_options(const struct login *login, struct diag *diag)
{
	static const struct {
		unsigned flag;
		const char *name, *why;
	} personal[] = {
		{ FLAG_BROWSER, "--browser", "nobody signs in" },
		{ FLAG_DEVICE, "--device", "nobody signs in" },
		{ FLAG_PORT, "--port", "no browser comes back" },
		{ FLAG_FOR, "--for",
		    "what it may do is what the application is allowed" },
	};
	unsigned flags = login->command->flags;
	size_t i;

	if (oauth_grant_needs_person(login->endpoint.grant))
		return STATUS_OK;
	for (i = 0; i < sizeof(personal) / sizeof(personal[0]); i++)
		if ((flags & personal[i].flag) != 0)
			return diag_set(diag, STATUS_CONFIG,
			    "%s does not go with the grant %s of %s: %s",
			    personal[i].name,
			    oauth_grant_name(login->endpoint.grant),
			    login->account, personal[i].why);
	return STATUS_OK;
}

/* What the provider is, and what is asked of it. */
static enum status
prepare_endpoint(struct login *login, struct diag *diag)
{
	const struct renewer *renewer = &login->session.renewer;
	struct endpoint *endpoint = &login->endpoint;
	struct grant none;
	enum status r;

	grant_init(&none);
	if ((r = look_before(login, diag)) != STATUS_OK ||
	    (r = choose_provider(login, diag)) != STATUS_OK ||
	    (r = endpoint_prepare(renewer, login->account, login->provider,
		 endpoint, diag)) != STATUS_OK ||
	    (r = check_options(login, diag)) != STATUS_OK ||
	    (r = choose_scope(login, diag)) != STATUS_OK ||
	    (r = find_secret(login, diag)) != STATUS_OK)
		return r;
	return endpoint_complete(renewer, endpoint, &none,
	    endpoint->settings.seconds[OPTION_TIMEOUT] * 1000, diag);
}

enum status
login_prepare(struct login *login, struct diag *diag)
{
	enum status r;

	if ((r = account_check(login->account, diag)) != STATUS_OK ||
	    (r = session_load(&login->session, diag)) != STATUS_OK)
		return r;
	login->session.renewer.cancelled = interrupt_flag();
	if ((r = prepare_endpoint(login, diag)) != STATUS_OK)
		return r;
	r = prepare_files(login, diag);
	login->is_prepared = r == STATUS_OK;
	return r;
}
