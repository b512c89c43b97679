/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The options: one row each. The manual page sasl-bearer.conf(5) and the tests
 * are checked against this table.
 */

#include "conf.h"

#define TEXT(row, where, meaning) \
	{ \
		.name = row, .kind = OPTION_KIND_TEXT, .scopes = where, \
		.help = meaning \
	}

const struct option_row conf_options[OPTION_COUNT] = {
	[OPTION_PROVIDER] = TEXT("provider", OPTION_IN_ACCOUNT,
	    "a preset (office365, google) or a provider section"),
	[OPTION_DEFAULT_PROVIDER] = TEXT("default_provider", OPTION_IN_GLOBAL,
	    "the provider of accounts that name none"),
	[OPTION_TENANT] = {
	    .name = "tenant", .kind = OPTION_KIND_TENANT,
	    .scopes = OPTION_IN_ALL,
	    .help = "Microsoft tenant: a domain, a GUID, common, "
		"organizations or consumers",
	},
	[OPTION_CLIENT_ID] = TEXT("client_id", OPTION_IN_ALL,
	    "the application's id at the provider"),
	[OPTION_CLIENT_SECRET_FILE] = {
	    .name = "client_secret_file", .kind = OPTION_KIND_PATH,
	    .scopes = OPTION_IN_ALL,
	    .help = "file with the application's secret, if it has one",
	},
	[OPTION_CLIENT_AUTH] = {
	    .name = "client_auth", .kind = OPTION_KIND_AUTH,
	    .scopes = OPTION_IN_ALL,
	    .help = "how the secret is sent: body, basic, or none; body where "
		"there is a secret",
	},
	[OPTION_TOKEN_ENDPOINT] = {
	    .name = "token_endpoint", .kind = OPTION_KIND_URL,
	    .scopes = OPTION_IN_ALL,
	    .help = "https address that gives tokens (RFC 6749)",
	},
	[OPTION_DEVICE_ENDPOINT] = {
	    .name = "device_endpoint", .kind = OPTION_KIND_URL,
	    .scopes = OPTION_IN_ALL,
	    .help = "https address that gives device codes (RFC 8628)",
	},
	[OPTION_SCOPE] = TEXT("scope", OPTION_IN_ALL,
	    "what access is asked for, separated by spaces"),
	[OPTION_USER] = TEXT("user", OPTION_IN_ACCOUNT,
	    "name to present to mail servers; the account's where not set"),
	[OPTION_USER_SMTP] = TEXT("user_smtp", OPTION_IN_ACCOUNT,
	    "the same for SMTP only"),
	[OPTION_USER_IMAP] = TEXT("user_imap", OPTION_IN_ACCOUNT,
	    "the same for IMAP only"),
	[OPTION_USER_POP] = TEXT("user_pop", OPTION_IN_ACCOUNT,
	    "the same for POP3 only"),
	[OPTION_USER_LDAP] = TEXT("user_ldap", OPTION_IN_ACCOUNT,
	    "the same for LDAP only"),
	[OPTION_READER] = TEXT("reader", OPTION_IN_GLOBAL | OPTION_IN_ACCOUNT,
	    "group that may read token records; the renewer's own group where "
	    "not set"),
	[OPTION_RENEWER] = TEXT("renewer", OPTION_IN_GLOBAL,
	    "user who renews tokens and owns the files, such as postfix"),
	[OPTION_GRANT_KEY] = {
	    .name = "grant_key", .kind = OPTION_KIND_KEY,
	    .scopes = OPTION_IN_GLOBAL,
	    .help = "file of 32 random bytes, or credential:NAME, to seal "
		"grants with",
	},
	[OPTION_CA_FILE] = {
	    .name = "ca_file", .kind = OPTION_KIND_PATH,
	    .scopes = OPTION_IN_ALL,
	    .help = "certificates to trust instead of the system's, PEM",
	},
	[OPTION_CA_DIR] = {
	    .name = "ca_dir", .kind = OPTION_KIND_PATH,
	    .scopes = OPTION_IN_ALL,
	    .help = "directory of such files",
	},
	[OPTION_PROXY] = {
	    .name = "proxy", .kind = OPTION_KIND_PROXY,
	    .scopes = OPTION_IN_ALL,
	    .help = "proxy for token requests, http://host:port, or none; "
		"from the environment where not set",
	},
	[OPTION_CONNECT_TIMEOUT] = {
	    .name = "connect_timeout", .kind = OPTION_KIND_SECONDS,
	    .scopes = OPTION_IN_ALL, .min = 1, .max = 120, .fallback = "8",
	    .help = "seconds for a connection to the provider",
	},
	[OPTION_TIMEOUT] = {
	    .name = "timeout", .kind = OPTION_KIND_SECONDS,
	    .scopes = OPTION_IN_ALL, .min = 1, .max = 120, .fallback = "25",
	    .help = "seconds for a renewal, waiting for others included",
	},
	[OPTION_RENEW_BEFORE] = {
	    .name = "renew_before", .kind = OPTION_KIND_SECONDS,
	    .scopes = OPTION_IN_ALL, .min = 0, .max = 86400, .fallback = "600",
	    .help = "seconds before its end from which a token is renewed; "
		"a quarter of its lifetime where that is more",
	},
	[OPTION_XOAUTH2_CONF] = {
	    .name = "xoauth2_conf", .kind = OPTION_KIND_PATH,
	    .scopes = OPTION_IN_GLOBAL, .fallback = "/etc/sasl-xoauth2.conf",
	    .help = "configuration of sasl-xoauth2, for token files in its "
		"form",
	},
};
