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

const char *
known_server_of(const struct session *session, const char *account,
    unsigned service)
{
	struct settings settings;
	struct grant grant;
	const char *server;

	grant_init(&grant);
	load_grant(session, account, &grant);
	(void)conf_resolve_with(session->conf, account, grant.provider,
	    &settings, NULL);
	server = known_server(settings.preset, service);
	settings_clear(&settings);
	grant_clear(&grant);
	return server;
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
