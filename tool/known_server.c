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
#include "store.h"

static const struct {
	const char *provider;
	const char *server[SERVICE_COUNT]; /* in the order of services[] */
} known[] = {
	{ "office365",
	    { "smtp.office365.com:587", "outlook.office365.com:993",
		"outlook.office365.com:995" } },
	{ "office365-gcc-high",
	    { "smtp.office365.us:587", "outlook.office365.us:993",
		"outlook.office365.us:995" } },
	{ "office365-china",
	    { "smtp.partner.outlook.cn:587", "partner.outlook.cn:993",
		"partner.outlook.cn:995" } },
	{ "office365-hve", { "smtp-hve.office365.com:587", NULL, NULL } },
	{ "outlook",
	    { "smtp-mail.outlook.com:587", "outlook.office365.com:993",
		"outlook.office365.com:995" } },
	{ "google",
	    { "smtp.gmail.com:587", "imap.gmail.com:993",
		"pop.gmail.com:995" } },
	{ "yahoo",
	    { "smtp.mail.yahoo.com:587", "imap.mail.yahoo.com:993",
		"pop.mail.yahoo.com:995" } },
	{ "aol",
	    { "smtp.aol.com:587", "imap.aol.com:993", "pop.aol.com:995" } },
	{ "fastmail",
	    { "smtp.fastmail.com:465", "imap.fastmail.com:993",
		"pop.fastmail.com:995" } },
	{ "zoho",
	    { "smtp.zoho.com:587", "imap.zoho.com:993", "pop.zoho.com:995" } },
	{ "yandex",
	    { "smtp.yandex.com:465", "imap.yandex.com:993",
		"pop.yandex.com:995" } },
	{ "mailru",
	    { "smtp.mail.ru:465", "imap.mail.ru:993", "pop.mail.ru:995" } },
};

#define KNOWN_COUNT (sizeof(known) / sizeof(known[0]))

const char *
known_server(const char *provider, unsigned service)
{
	size_t i, k;

	for (i = 0; provider != NULL && i < KNOWN_COUNT; i++)
		for (k = 0; k < SERVICE_COUNT; k++)
			if (services[k].bit == service &&
			    strcmp(known[i].provider, provider) == 0)
				return known[i].server[k];
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
	const char *server = NULL;
	struct grant grant;

	grant_init(&grant);
	load_grant(session, account, &grant);
	(void)conf_resolve_with(session->conf, account, grant.provider,
	    &settings, NULL);
	if (settings.preset != NULL)
		server = known_server(settings.preset->name, service);
	settings_clear(&settings);
	grant_clear(&grant);
	return server;
}

bool
known_server_is_relay(const char *host)
{
	const char *server;
	size_t i, length;

	for (i = 0; i < KNOWN_COUNT; i++) {
		server = known[i].server[0];
		length = strcspn(server, ":");
		if (strlen(host) == length &&
		    strncasecmp(server, host, length) == 0)
			return true;
	}
	return false;
}
