/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Where the providers' mail servers are. See known_server.h.
 */

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "endpoint.h"
#include "grant.h"
#include "known_server.h"
#include "mailserver.h"
#include "provider.h"
#include "store.h"

const char *
known_server(const struct provider *preset, unsigned service)
{
	size_t i;

	for (i = 0; preset != NULL && i < SERVICE_COUNT; i++)
		if (services[i].bit == service)
			return preset->server_of[i];
	return NULL;
}

/* What its login has chosen, as far as this user may know. */
static void
load_grant(const struct session *session, const char *account,
    struct grant *grant)
{
	struct grant_keys keys;
	struct store store;
	struct dir state;

	if (dir_open(&state, session->place.state, NULL) != STATUS_OK)
		return;
	(void)endpoint_grant_keys(&session->renewer, &keys, NULL);
	if (store_open_account(&store, &state, account, &keys, NULL) ==
	    STATUS_OK)
		(void)store_load(&store, grant, NULL);
	store_close(&store);
	dir_close(&state);
}

const struct provider *
known_server_preset(const struct session *session, const char *account)
{
	const struct provider *preset;
	struct settings settings;
	struct grant grant;

	if (session->conf == NULL)
		return NULL;
	grant_init(&grant);
	load_grant(session, account, &grant);
	(void)conf_resolve_with(session->conf, account, grant.provider,
	    &settings, NULL);
	preset = settings.preset;
	settings_clear(&settings);
	grant_clear(&grant);
	return preset;
}

const char *
known_server_of(const struct session *session, const char *account,
    unsigned service)
{
	return known_server(known_server_preset(session, account), service);
}

static bool
has_host(const struct provider *preset, const char *host)
{
	struct mailserver server;
	size_t i;

	for (i = 0; i < SERVICE_COUNT; i++)
		if (preset->server_of[i] != NULL &&
		    mailserver_parse_url(&server, preset->server_of[i], NULL) ==
			STATUS_OK &&
		    strcasecmp(server.host, host) == 0)
			return true;
	return false;
}

static bool
have_common_host(const struct provider *one, const struct provider *other)
{
	struct mailserver server;
	size_t i;

	for (i = 0; i < SERVICE_COUNT; i++)
		if (one->server_of[i] != NULL &&
		    mailserver_parse_url(&server, one->server_of[i], NULL) ==
			STATUS_OK &&
		    has_host(other, server.host))
			return true;
	return false;
}

bool
known_server_is_of_other(const struct session *session, const char *account,
    const char *host)
{
	const struct provider *own = known_server_preset(session, account),
			      *preset;
	bool is_of_other = false;
	size_t i;

	for (i = 0; own != NULL && (preset = provider_at(i)) != NULL; i++) {
		if (!has_host(preset, host))
			continue;
		if (preset == own || have_common_host(own, preset))
			return false;
		is_of_other = true;
	}
	return is_of_other;
}

bool
known_server_is_relay(const char *host)
{
	const struct provider *preset;
	struct mailserver server;
	const char *url;
	size_t i;

	for (i = 0; (preset = provider_at(i)) != NULL; i++) {
		url = known_server(preset, SERVICE_SMTP);
		if (url != NULL &&
		    mailserver_parse_url(&server, url, NULL) == STATUS_OK &&
		    strcasecmp(server.host, host) == 0)
			return true;
	}
	return false;
}
