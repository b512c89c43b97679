/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The options: one row each. The manual page sasl-bearer.conf(5) and the tests
 * are checked against this table.
 */

#include "audit.h"
#include "conf.h"

#define TEXT(row, where, meaning) \
	{ \
		.name = (row), .kind = OPTION_KIND_TEXT, .scopes = (where), \
		.help = (meaning), \
	}

#define URL(row, meaning) \
	{ \
		.name = (row), .kind = OPTION_KIND_URL, \
		.scopes = OPTION_IN_ALL, .help = (meaning), \
	}

const struct option_row conf_options[OPTION_COUNT] = {
	[OPTION_PROVIDER] = TEXT("provider", OPTION_IN_ACCOUNT,
	    "a preset, such as office365 or google, or a provider section"),
	[OPTION_DEFAULT_PROVIDER] = TEXT("default_provider", OPTION_IN_GLOBAL,
	    "the provider of accounts that name none"),
	[OPTION_GRANT] = {
	    .name = "grant", .kind = OPTION_KIND_CHOICE,
	    .scopes = OPTION_IN_ALL,
	    .choices = "authorization_code device_code client_credentials "
		"service_account managed_identity",
	    .help = "how tokens are got; what a person can use here where not "
		"set",
	},
	[OPTION_SERVICES] = {
	    .name = "services", .kind = OPTION_KIND_SERVICES,
	    .scopes = OPTION_IN_ALL,
	    .help = "what the token is for, and so the scope: smtp, imap, pop",
	},
	[OPTION_TENANT] = {
	    .name = "tenant", .kind = OPTION_KIND_TENANT,
	    .scopes = OPTION_IN_ALL,
	    .help = "Microsoft tenant: a domain, a GUID, common, "
		"organizations or consumers",
	},
	[OPTION_ISSUER] = URL("issuer",
	    "issuer whose endpoints are discovered (OpenID, RFC 8414)"),
	[OPTION_CLIENT_ID] = TEXT("client_id", OPTION_IN_ALL,
	    "the application's id at the provider"),
	[OPTION_CLIENT_AUTH] = {
	    .name = "client_auth", .kind = OPTION_KIND_CHOICE,
	    .scopes = OPTION_IN_ALL,
	    .choices = CLIENT_AUTH_NONE " " CLIENT_AUTH_BODY " "
		CLIENT_AUTH_BASIC " " CLIENT_AUTH_KEY " "
		CLIENT_AUTH_FEDERATED,
	    .help = "how the application proves who it is; by what is "
		"configured where not set",
	},
	[OPTION_CLIENT_SECRET_FILE] = {
	    .name = "client_secret_file", .kind = OPTION_KIND_KEY,
	    .scopes = OPTION_IN_ALL,
	    .help = "file with the application's secret, or credential:NAME",
	},
	[OPTION_CLIENT_SECRET_EXPIRES] = {
	    .name = "client_secret_expires", .kind = OPTION_KIND_DATE,
	    .scopes = OPTION_IN_ALL,
	    .help = "the day on which that secret ends, to be warned before",
	},
	[OPTION_CLIENT_KEY] = {
	    .name = "client_key", .kind = OPTION_KIND_URI,
	    .scopes = OPTION_IN_ALL,
	    .help = "private key of the application: a file, or a URI such as "
		"pkcs11:... or handle:...",
	},
	[OPTION_CLIENT_KEY_PIN_FILE] = {
	    .name = "client_key_pin_file", .kind = OPTION_KIND_KEY,
	    .scopes = OPTION_IN_ALL,
	    .help = "file with the key's passphrase or PIN, or "
		"credential:NAME",
	},
	[OPTION_CLIENT_KEY_ID] = TEXT("client_key_id", OPTION_IN_ALL,
	    "the key's id (kid), where the provider wants one"),
	[OPTION_CLIENT_CERTIFICATE] = {
	    .name = "client_certificate", .kind = OPTION_KIND_PATH,
	    .scopes = OPTION_IN_ALL,
	    .help = "the key's certificate, PEM, as the provider knows it",
	},
	[OPTION_CLIENT_ASSERTION_ALG] = {
	    .name = "client_assertion_alg", .kind = OPTION_KIND_CHOICE,
	    .scopes = OPTION_IN_ALL, .choices = "PS256 RS256 ES256",
	    .help = "how the key signs; by the key and the provider where not "
		"set",
	},
	[OPTION_CLIENT_ASSERTION_FILE] = {
	    .name = "client_assertion_file", .kind = OPTION_KIND_PATH,
	    .scopes = OPTION_IN_ALL,
	    .help = "token of another issuer that proves who the application "
		"is, read at each use",
	},
	[OPTION_SERVICE_ACCOUNT_FILE] = {
	    .name = "service_account_file", .kind = OPTION_KIND_KEY,
	    .scopes = OPTION_IN_ALL,
	    .help = "key file of a Google service account, JSON",
	},
	[OPTION_SUBJECT] = TEXT("subject", OPTION_IN_ACCOUNT,
	    "mailbox that the service account stands for; the account's name "
	    "where not set"),
	[OPTION_RESOURCE] = TEXT("resource", OPTION_IN_ALL,
	    "service that the token is for (RFC 8707, managed_identity)"),
	[OPTION_IDENTITY_ENDPOINT] = {
	    .name = "identity_endpoint", .kind = OPTION_KIND_LOCAL,
	    .scopes = OPTION_IN_ALL,
	    .fallback =
		"http://169.254.169.254/metadata/identity/oauth2/token",
	    .help = "address of this machine's instance metadata",
	},
	[OPTION_AUTHORIZATION_ENDPOINT] = URL("authorization_endpoint",
	    "https address where people sign in (RFC 6749)"),
	[OPTION_TOKEN_ENDPOINT] = URL("token_endpoint",
	    "https address that gives tokens (RFC 6749)"),
	[OPTION_DEVICE_ENDPOINT] = URL("device_endpoint",
	    "https address that gives device codes (RFC 8628)"),
	[OPTION_REVOCATION_ENDPOINT] = URL("revocation_endpoint",
	    "https address that revokes tokens (RFC 7009)"),
	[OPTION_REDIRECT_URI] = {
	    .name = "redirect_uri", .kind = OPTION_KIND_REDIRECT,
	    .scopes = OPTION_IN_ALL, .fallback = "http://127.0.0.1/",
	    .help = "where the browser is sent after signing in, as it is "
		"registered",
	},
	[OPTION_SCOPE] = TEXT("scope", OPTION_IN_ALL,
	    "what access is asked for, separated by spaces; by services where "
	    "not set"),
	[OPTION_LOGIN] = TEXT("login", OPTION_IN_ACCOUNT,
	    "name of who signs in; the account's where not set"),
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
	[OPTION_GRANT_KEY_OLD] = {
	    .name = "grant_key_old", .kind = OPTION_KIND_KEY,
	    .scopes = OPTION_IN_GLOBAL,
	    .help = "the key that was grant_key before, to open grants that "
		"the present one does not",
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
	[OPTION_AUDIT] = {
	    .name = "audit", .kind = OPTION_KIND_AUDIT,
	    .scopes = OPTION_IN_GLOBAL, .fallback = AUDIT_SYSLOG,
	    .help = "where a line about each login and renewal goes: syslog, "
		"journal, none, or a socket's path",
	},
	[OPTION_ON_ATTENTION] = TEXT("on_attention", OPTION_IN_GLOBAL,
	    "command to run when an account starts to need a person, and when "
	    "it is well again"),
};
