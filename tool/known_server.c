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
	    { "smtp://smtp.office365.com:587", "imaps://outlook.office365.com",
		"pop3s://outlook.office365.com" } },
	{ "office365-gcc-high",
	    { "smtp://smtp.office365.us:587", "imaps://outlook.office365.us",
		"pop3s://outlook.office365.us" } },
	{ "office365-china",
	    { "smtp://smtp.partner.outlook.cn:587",
		"imaps://partner.outlook.cn", "pop3s://partner.outlook.cn" } },
	{ "office365-hve",
	    { "smtp://smtp-hve.office365.com:587", NULL, NULL } },
	{ "outlook",
	    { "smtp://smtp-mail.outlook.com:587",
		"imaps://outlook.office365.com",
		"pop3s://outlook.office365.com" } },
	{ "google",
	    { "smtp://smtp.gmail.com:587", "imaps://imap.gmail.com",
		"pop3s://pop.gmail.com" } },
	{ "yahoo",
	    { "smtp://smtp.mail.yahoo.com:587", "imaps://imap.mail.yahoo.com",
		"pop3s://pop.mail.yahoo.com" } },
	{ "aol",
	    { "smtp://smtp.aol.com:587", "imaps://imap.aol.com",
		"pop3s://pop.aol.com" } },
	{ "fastmail",
	    { "smtps://smtp.fastmail.com", "imaps://imap.fastmail.com",
		"pop3s://pop.fastmail.com" } },
	{ "zoho",
	    { "smtp://smtp.zoho.com:587", "imaps://imap.zoho.com",
		"pop3s://pop.zoho.com" } },
	{ "yandex",
	    { "smtps://smtp.yandex.com", "imaps://imap.yandex.com",
		"pop3s://pop.yandex.com" } },
	{ "mailru",
	    { "smtps://smtp.mail.ru", "imaps://imap.mail.ru",
		"pop3s://pop.mail.ru" } },
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
		server = strstr(known[i].server[0], "://") + 3;
		length = strcspn(server, ":");
		if (strlen(host) == length &&
		    strncasecmp(server, host, length) == 0)
			return true;
	}
	return false;
}
