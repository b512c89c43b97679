/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The presets. See provider.h.
 *
 * No row has a client_id: every site registers an application of its own, and
 * none of another product is borrowed. Where a row says "unverified", nobody
 * has shown us the provider's own word for it.
 */

#include <string.h>

#include "provider.h"

/*
 * Microsoft's identity platform 2.0 in one cloud. A redirect that is registered
 * without a port and a slash goes with any port.
 */
#define ENTRA(host) "https://" host "/{tenant}/oauth2/v2.0/"
#define ENTRA_ENDPOINTS(host) \
	[OPTION_AUTHORIZATION_ENDPOINT] = ENTRA(host) "authorize", \
	[OPTION_TOKEN_ENDPOINT] = ENTRA(host) "token", \
	[OPTION_DEVICE_ENDPOINT] = ENTRA(host) "devicecode", \
	[OPTION_CLIENT_ASSERTION_ALG] = "PS256", \
	[OPTION_REDIRECT_URI] = "http://localhost"

/*
 * Mail scopes belong to the resource of the mail hosts, never to Graph; with
 * offline_access comes a refresh token, with openid and profile who signed in.
 */
#define EXCHANGE_SMTP(host) "https://" host "/SMTP.Send"
#define EXCHANGE_SCOPES(host) \
	.scope_of = { \
		EXCHANGE_SMTP(host), \
		"https://" host "/IMAP.AccessAsUser.All", \
		"https://" host "/POP.AccessAsUser.All", \
	}, \
	.scope_always = "offline_access openid profile"

#define EXCHANGE_ROLES \
	.role_of = { "SMTP.SendAsApp", "IMAP.AccessAsApp", "POP.AccessAsApp" }

/* Exchange Online by its id; some tokens name it so. */
#define EXCHANGE_ID "00000002-0000-0ff1-ce00-000000000000"

/* A refresh token lives for 90 days, and each renewal brings another one. */
#define ENTRA_UNUSED_DAYS 90

#define ENTRA_LOGOUT \
	"Microsoft has no way to revoke one login: an administrator revokes " \
	"all sessions of the user in the Entra admin center (Users, Revoke " \
	"sessions)"
#define ENTRA_REGISTRATION \
	"the Entra admin center of its cloud registers it; it needs the " \
	"redirect http://localhost as a mobile and desktop application, and " \
	"for device codes public client flows allowed"

static const struct provider providers[] = {
	{
	    .name = "office365",
	    .title = "Microsoft 365",
	    .values = {
		[OPTION_TENANT] = "organizations",
		ENTRA_ENDPOINTS("login.microsoftonline.com"),
		[OPTION_RESOURCE] = "https://outlook.office365.com/",
	    },
	    EXCHANGE_SCOPES("outlook.office.com"),
	    .server_of = { "smtp://smtp.office365.com:587",
		"imaps://outlook.office365.com",
		"pop3s://outlook.office365.com" },
	    .scope_app = "https://outlook.office365.com/.default",
	    EXCHANGE_ROLES,
	    .audiences = "https://outlook.office.com "
		"https://outlook.office365.com " EXCHANGE_ID,
	    .is_exchange = true,
	    .unused_days = ENTRA_UNUSED_DAYS,
	    .mx = "mail.protection.outlook.com mx.microsoft",
	    .no_revocation = ENTRA_LOGOUT ", or the user does at "
		"https://mysignins.microsoft.com",
	    .registration = ENTRA_REGISTRATION,
	},
	{
	    .name = "office365-gcc-high",
	    .title = "Microsoft 365 GCC High",
	    .values = {
		[OPTION_TENANT] = "organizations",
		ENTRA_ENDPOINTS("login.microsoftonline.us"),
		[OPTION_RESOURCE] = "https://outlook.office365.us/",
	    },
	    EXCHANGE_SCOPES("outlook.office365.us"),
	    .server_of = { "smtp://smtp.office365.us:587",
		"imaps://outlook.office365.us",
		"pop3s://outlook.office365.us" },
	    .scope_app = "https://outlook.office365.us/.default",
	    EXCHANGE_ROLES,
	    .audiences = "https://outlook.office365.us " EXCHANGE_ID,
	    .is_exchange = true,
	    .unused_days = ENTRA_UNUSED_DAYS,
	    .mx = "mail.protection.office365.us",
	    .no_revocation = ENTRA_LOGOUT,
	    .registration = ENTRA_REGISTRATION,
	},
	{
	    /* its MX hosts are named like those of GCC High */
	    .name = "office365-dod",
	    .title = "Microsoft 365 DoD",
	    .values = {
		[OPTION_TENANT] = "organizations",
		ENTRA_ENDPOINTS("login.microsoftonline.us"),
		[OPTION_RESOURCE] = "https://outlook.office365.us/",
	    },
	    /* outlook-dod.office365.us is reported too; unverified */
	    EXCHANGE_SCOPES("outlook.office365.us"),
	    .scope_app = "https://outlook.office365.us/.default",
	    EXCHANGE_ROLES,
	    .audiences = "https://outlook.office365.us "
		"https://outlook-dod.office365.us " EXCHANGE_ID,
	    .is_exchange = true,
	    .unused_days = ENTRA_UNUSED_DAYS,
	    .mx = "mail.protection.office365.us",
	    .no_revocation = ENTRA_LOGOUT,
	    .registration = ENTRA_REGISTRATION,
	},
	{
	    .name = "office365-china",
	    .title = "Microsoft 365 operated by 21Vianet",
	    .values = {
		[OPTION_TENANT] = "organizations",
		ENTRA_ENDPOINTS("login.partner.microsoftonline.cn"),
		[OPTION_RESOURCE] = "https://partner.outlook.cn/",
	    },
	    EXCHANGE_SCOPES("partner.outlook.cn"),
	    .server_of = { "smtp://smtp.partner.outlook.cn:587",
		"imaps://partner.outlook.cn",
		"pop3s://partner.outlook.cn" },
	    .scope_app = "https://partner.outlook.cn/.default",
	    EXCHANGE_ROLES,
	    .audiences = "https://partner.outlook.cn " EXCHANGE_ID,
	    .is_exchange = true,
	    .unused_days = ENTRA_UNUSED_DAYS,
	    .mx = "mail.protection.partner.outlook.cn",
	    .no_revocation = ENTRA_LOGOUT,
	    .registration = ENTRA_REGISTRATION,
	},
	{
	    /* personal accounts; their tokens cannot be read */
	    .name = "outlook",
	    .title = "Outlook.com",
	    .values = {
		[OPTION_TENANT] = "consumers",
		ENTRA_ENDPOINTS("login.microsoftonline.com"),
	    },
	    EXCHANGE_SCOPES("outlook.office.com"),
	    .server_of = { "smtp://smtp-mail.outlook.com:587",
		"imaps://outlook.office365.com",
		"pop3s://outlook.office365.com" },
	    .domains = "outlook.com hotmail.com live.com msn.com passport.com "
		"outlook.de outlook.es outlook.fr outlook.it outlook.jp "
		"outlook.co.id outlook.com.br hotmail.co.uk hotmail.de "
		"hotmail.es hotmail.fr hotmail.it hotmail.be hotmail.co.jp "
		"hotmail.com.br live.co.uk live.de live.fr live.it live.nl "
		"live.se live.no live.dk live.at live.be live.ca live.jp",
	    .mx = "olc.protection.outlook.com",
	    .unused_days = ENTRA_UNUSED_DAYS,
	    /* the page's address is unverified */
	    .no_revocation = "Microsoft has no way to revoke one login: the "
		"user removes the application at "
		"https://account.live.com/consent/Manage",
	    .registration = "the Entra admin center registers it; it needs "
		"personal accounts among its account types, the redirect "
		"http://localhost as a mobile and desktop application, and "
		"for device codes public client flows allowed",
	},
	{
	    /* an endpoint for sending of Microsoft 365, not a mail domain */
	    .name = "office365-hve",
	    .title = "Microsoft 365 High Volume Email",
	    .values = {
		[OPTION_TENANT] = "organizations",
		ENTRA_ENDPOINTS("login.microsoftonline.com"),
		[OPTION_RESOURCE] = "https://outlook.office365.com/",
		/* it refuses tokens that end within about ten minutes */
		[OPTION_RENEW_BEFORE] = "900",
	    },
	    .scope_of = { EXCHANGE_SMTP("outlook.office.com"), NULL, NULL },
	    .server_of = { "smtp://smtp.hve.mx.microsoft:587", NULL, NULL },
	    .scope_always = "offline_access openid profile",
	    .scope_app = "https://outlook.office365.com/.default",
	    .role_of = { "SMTP.SendAsApp", NULL, NULL },
	    .audiences = "https://outlook.office.com "
		"https://outlook.office365.com " EXCHANGE_ID,
	    .is_exchange = true,
	    .unused_days = ENTRA_UNUSED_DAYS,
	    .no_revocation = ENTRA_LOGOUT,
	    .registration = ENTRA_REGISTRATION,
	},
	{
	    /* one scope, its slash included, for all that its servers do */
	    .name = "google",
	    .title = "Google",
	    .values = {
		[OPTION_AUTHORIZATION_ENDPOINT] =
		    "https://accounts.google.com/o/oauth2/v2/auth",
		[OPTION_TOKEN_ENDPOINT] = "https://oauth2.googleapis.com/token",
		[OPTION_DEVICE_ENDPOINT] =
		    "https://oauth2.googleapis.com/device/code",
		[OPTION_REVOCATION_ENDPOINT] =
		    "https://oauth2.googleapis.com/revoke",
	    },
	    .scope_of = { "https://mail.google.com/",
		"https://mail.google.com/", "https://mail.google.com/" },
	    .server_of = { "smtp://smtp.gmail.com:587", "imaps://imap.gmail.com",
		"pop3s://pop.gmail.com" },
	    /* openid and email: to see who signed in */
	    .scope_always = "openid email",
	    .scope_app = "https://mail.google.com/",
	    .authorization_query = "access_type=offline&prompt=consent",
	    .domains = "gmail.com googlemail.com",
	    .mx = "google.com googlemail.com",
	    .unused_days = 180,
	    .testing_days = 7,
	    .no_device_code = "Google gives no access to mail by device code",
	    .registration = "the Google Cloud console makes an OAuth client of "
		"the type Desktop app, with a secret; mail for people outside "
		"of one's own Workspace needs Google's verification",
	},
	{
	    .name = "yahoo",
	    .title = "Yahoo",
	    .values = {
		[OPTION_AUTHORIZATION_ENDPOINT] =
		    "https://api.login.yahoo.com/oauth2/request_auth",
		[OPTION_TOKEN_ENDPOINT] =
		    "https://api.login.yahoo.com/oauth2/get_token",
	    },
	    .scope_of = { "mail-w", "mail-w", "mail-w" },
	    /* the hosts are known, their ports are the usual ones */
	    .server_of = { "smtps://smtp.mail.yahoo.com",
		"imaps://imap.mail.yahoo.com", "pop3s://pop.mail.yahoo.com" },
	    /* Yahoo Japan is another company */
	    .domains = "yahoo.com ymail.com rocketmail.com myyahoo.com "
		"yahoo.at yahoo.be yahoo.ca yahoo.co.id yahoo.co.in "
		"yahoo.co.nz yahoo.co.th yahoo.co.uk yahoo.co.za yahoo.com.ar "
		"yahoo.com.au yahoo.com.br yahoo.com.hk yahoo.com.mx "
		"yahoo.com.ph yahoo.com.sg yahoo.com.tr yahoo.com.tw "
		"yahoo.com.vn yahoo.cz yahoo.de yahoo.dk yahoo.es yahoo.fi "
		"yahoo.fr yahoo.gr yahoo.hu yahoo.ie yahoo.in yahoo.it "
		"yahoo.nl yahoo.no yahoo.pl yahoo.pt yahoo.ro yahoo.se",
	    .mx = "yahoodns.net",
	    .no_device_code = "Yahoo has no login to mail by device code",
	    .no_revocation = "the user removes the application in the security "
		"settings of the account",
	    .registration = "Yahoo gives mail access to no new applications",
	},
	{
	    .name = "aol",
	    .title = "AOL",
	    .values = {
		[OPTION_AUTHORIZATION_ENDPOINT] =
		    "https://api.login.aol.com/oauth2/request_auth",
		[OPTION_TOKEN_ENDPOINT] =
		    "https://api.login.aol.com/oauth2/get_token",
	    },
	    .scope_of = { "mail-w", "mail-w", "mail-w" },
	    /* hosts: unverified */
	    .server_of = { "smtps://smtp.aol.com",
		"imaps://imap.aol.com",
		"pop3s://pop.aol.com" },
	    .domains = "aol.com aim.com aol.co.uk aol.de aol.fr",
	    .mx = "mx-aol.mail.gm0.yahoodns.net",
	    .no_device_code = "AOL has no login to mail by device code",
	    .no_revocation = "the user removes the application in the security "
		"settings of the account",
	    .registration = "AOL gives mail access to no new applications",
	},
	{
	    .name = "fastmail",
	    .title = "Fastmail",
	    .values = {
		[OPTION_AUTHORIZATION_ENDPOINT] =
		    "https://api.fastmail.com/oauth/authorize",
		[OPTION_TOKEN_ENDPOINT] =
		    "https://api.fastmail.com/oauth/refresh",
	    },
	    .scope_of = {
		"https://www.fastmail.com/dev/protocol-smtp",
		"https://www.fastmail.com/dev/protocol-imap",
		"https://www.fastmail.com/dev/protocol-pop",
	    },
	    /* hosts: unverified */
	    .server_of = { "smtps://smtp.fastmail.com",
		"imaps://imap.fastmail.com",
		"pop3s://pop.fastmail.com" },
	    .domains = "fastmail.com fastmail.fm",
	    .mx = "messagingengine.com",
	    /* unverified */
	    .no_device_code = "Fastmail has no login by device code",
	    .no_revocation = "the user removes the application in Fastmail's "
		"settings (Privacy & Security)",
	    .registration = "Fastmail itself registers it, on request",
	},
	{
	    /*
	     * All of it is unverified, and so are scopes for IMAP and SMTP:
	     * those that are known are for its REST interface. The hosts are
	     * those of the region .com.
	     */
	    .name = "zoho",
	    .title = "Zoho",
	    .values = {
		[OPTION_AUTHORIZATION_ENDPOINT] =
		    "https://accounts.zoho.com/oauth/v2/auth",
		[OPTION_TOKEN_ENDPOINT] =
		    "https://accounts.zoho.com/oauth/v2/token",
	    },
	    .authorization_query = "access_type=offline&prompt=consent",
	    .domains = "zohomail.com",
	    .mx = "zoho.com zoho.eu zoho.in zoho.com.au zoho.com.cn zoho.jp "
		"zohomail.com",
	    .no_device_code = "Zoho has no login to mail by device code",
	    .no_revocation = "the user removes the application in the security "
		"settings of the account",
	    .registration = "Zoho's API console registers it; scope must be "
		"set, and outside of zoho.com the region's endpoints "
		"(accounts.zoho.eu and the like)",
	},
	{
	    .name = "yandex",
	    .title = "Yandex",
	    .values = {
		[OPTION_AUTHORIZATION_ENDPOINT] =
		    "https://oauth.yandex.com/authorize",
		[OPTION_TOKEN_ENDPOINT] = "https://oauth.yandex.com/token",
	    },
	    /* a scope for POP3 is not known */
	    .scope_of = { "mail:smtp", "mail:imap_full", NULL },
	    /* hosts: unverified */
	    .server_of = { "smtps://smtp.yandex.com",
		"imaps://imap.yandex.com",
		NULL },
	    .domains = "yandex.com yandex.ru yandex.by yandex.kz yandex.ua "
		"ya.ru",
	    .mx = "mx.yandex.net mx.yandex.ru",
	    /* unverified */
	    .no_device_code = "Yandex's device codes are not those of RFC 8628",
	    .no_revocation = "the user removes the application at "
		"https://id.yandex.com",
	    .registration = "https://oauth.yandex.com registers it, with "
		"access to mail by IMAP and SMTP",
	},
	{
	    .name = "mailru",
	    .title = "Mail.ru",
	    .values = {
		[OPTION_AUTHORIZATION_ENDPOINT] = "https://o2.mail.ru/login",
		[OPTION_TOKEN_ENDPOINT] = "https://o2.mail.ru/token",
	    },
	    /* the one scope that is known; for POP3 it is unverified */
	    .scope_of = { "mail.imap", "mail.imap", "mail.imap" },
	    /* hosts: unverified */
	    .server_of = { "smtps://smtp.mail.ru",
		"imaps://imap.mail.ru",
		"pop3s://pop.mail.ru" },
	    .domains = "mail.ru bk.ru inbox.ru list.ru internet.ru",
	    .mx = "mxs.mail.ru emx.mail.ru",
	    /* unverified */
	    .no_device_code = "Mail.ru has no login by device code",
	    .no_revocation = "the user removes the application in the "
		"settings of the account",
	    .registration = "https://o2.mail.ru/app/ registers it",
	},
};

const struct provider *
provider_at(size_t index)
{
	if (index >= sizeof(providers) / sizeof(providers[0]))
		return NULL;
	return &providers[index];
}

const struct provider *
provider_find(const char *name)
{
	const struct provider *provider;
	size_t i;

	for (i = 0; (provider = provider_at(i)) != NULL; i++)
		if (strcmp(provider->name, name) == 0)
			return provider;
	return NULL;
}
