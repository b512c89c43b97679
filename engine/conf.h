/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The configuration: one file, read once, and what it means for an account.
 *
 *	default_provider = "office365"
 *	renewer = "postfix"
 *	provider "corp" { token_endpoint = "https://..." }
 *	account "me@example.com" { provider = "corp" }
 *
 * An option of an account is looked for in its account section, then in the
 * section of its provider, then outside of sections, then in the preset of its
 * provider, and has a default at last. The table of options is conf_options[]:
 * parser, `sasl-bearer config`, the manual's check and the tests go by it.
 */

#ifndef CONF_H
#define CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "record.h"
#include "status.h"

/* Far above a configuration with a thousand accounts. */
#define CONF_MAX_FILE (1024 * 1024)

/* A value, also of a scope list. */
#define CONF_MAX_VALUE 2048

enum option {
	OPTION_PROVIDER,
	OPTION_DEFAULT_PROVIDER,
	OPTION_GRANT,
	OPTION_SERVICES,
	OPTION_TENANT,
	OPTION_ISSUER,
	OPTION_CLIENT_ID,
	OPTION_CLIENT_AUTH,
	OPTION_CLIENT_SECRET_FILE,
	OPTION_CLIENT_SECRET_EXPIRES,
	OPTION_CLIENT_KEY,
	OPTION_CLIENT_KEY_PIN_FILE,
	OPTION_CLIENT_KEY_ID,
	OPTION_CLIENT_CERTIFICATE,
	OPTION_CLIENT_ASSERTION_ALG,
	OPTION_CLIENT_ASSERTION_FILE,
	OPTION_SERVICE_ACCOUNT_FILE,
	OPTION_SUBJECT,
	OPTION_RESOURCE,
	OPTION_IDENTITY_ENDPOINT,
	OPTION_AUTHORIZATION_ENDPOINT,
	OPTION_TOKEN_ENDPOINT,
	OPTION_DEVICE_ENDPOINT,
	OPTION_REVOCATION_ENDPOINT,
	OPTION_REDIRECT_URI,
	OPTION_SCOPE,
	OPTION_LOGIN,
	OPTION_USER,
	OPTION_USER_SMTP,
	OPTION_USER_IMAP,
	OPTION_USER_POP,
	OPTION_USER_LDAP,
	OPTION_READER,
	OPTION_RENEWER,
	OPTION_GRANT_KEY,
	OPTION_GRANT_KEY_OLD,
	OPTION_CA_FILE,
	OPTION_CA_DIR,
	OPTION_PROXY,
	OPTION_CONNECT_TIMEOUT,
	OPTION_TIMEOUT,
	OPTION_RENEW_BEFORE,
	OPTION_XOAUTH2_CONF,
	OPTION_AUDIT,
	OPTION_ON_ATTENTION,
	OPTION_COUNT,
};

enum option_kind {
	OPTION_KIND_TEXT,
	OPTION_KIND_CHOICE,   /* one of the row's words */
	OPTION_KIND_SERVICES, /* smtp, imap and pop, one or several */
	OPTION_KIND_PATH,     /* absolute */
	OPTION_KIND_KEY,      /* a path, or credential:NAME (systemd) */
	OPTION_KIND_URI,      /* a path, or what OpenSSL's store(7) opens */
	OPTION_KIND_URL,      /* https://, with a host, no user, no fragment */
	OPTION_KIND_LOCAL,    /* http:// of this machine: instance metadata */
	OPTION_KIND_REDIRECT, /* https://, or http:// of a loopback address */
	OPTION_KIND_PROXY,    /* http:// or https://, or "none" */
	OPTION_KIND_AUDIT,    /* a word of audit.h, or a path */
	OPTION_KIND_TENANT,   /* a GUID, a domain or a word */
	OPTION_KIND_DATE,     /* YYYY-MM-DD */
	OPTION_KIND_SECONDS,  /* a whole number of seconds within bounds */
};

/* Where an option may stand. */
#define OPTION_IN_GLOBAL 1U
#define OPTION_IN_PROVIDER 2U
#define OPTION_IN_ACCOUNT 4U
#define OPTION_IN_ALL 7U

struct option_row {
	const char *name;
	enum option_kind kind;
	unsigned scopes;
	int min, max;         /* OPTION_KIND_SECONDS */
	const char *choices;  /* OPTION_KIND_CHOICE: words */
	const char *fallback; /* the default; NULL: none */
	const char *help;     /* one line */
};

extern const struct option_row conf_options[OPTION_COUNT];

/* The words of client_auth. */
#define CLIENT_AUTH_NONE "none"
#define CLIENT_AUTH_BODY "body"
#define CLIENT_AUTH_BASIC "basic"
#define CLIENT_AUTH_KEY "private_key_jwt"
#define CLIENT_AUTH_FEDERATED "federated"

struct conf;

/*
 * Reads the file; path may be of a file that does not exist, which is an empty
 * configuration. STATUS_CONFIG names file and line; STATUS_ACCESS, NOMEM.
 */
enum status conf_load(struct conf **conf, const char *path, struct diag *diag);

/*
 * The same as if the text stood at the end of the file, on lines of its own.
 * NULL: as conf_load().
 */
enum status conf_load_with(struct conf **conf, const char *path,
    const char *text, struct diag *diag);
void conf_free(struct conf **conf);

/* The path that it was read from; valid as long as the conf. */
const char *conf_path(const struct conf *conf);

/* Whose the file is; FILE_NOBODY where there is none. */
uid_t conf_owner(const struct conf *conf);

/* Is there an account section of that name? */
bool conf_has_account(const struct conf *conf, const char *account);

/*
 * Does the account's own section set that option? With NULL for the account:
 * is it set outside of sections?
 */
bool conf_has_own(const struct conf *conf, const char *account,
    enum option option);

/* The names of the account sections, one by one; NULL after the last. */
const char *conf_account_at(const struct conf *conf, size_t index);

/* The same for provider sections. */
const char *conf_provider_at(const struct conf *conf, size_t index);

enum option_origin {
	ORIGIN_UNSET,
	ORIGIN_DEFAULT,
	ORIGIN_PRESET,
	ORIGIN_FILE,
	ORIGIN_LOGIN,      /* chosen when somebody logged in */
	ORIGIN_DISCOVERED, /* by issuer */
};

struct provider;

/* What is in force for one account. */
struct settings {
	const struct provider *preset;  /* provider.h; NULL: none */
	const char *text[OPTION_COUNT]; /* NULL: not set */
	int seconds[OPTION_COUNT];      /* of OPTION_KIND_SECONDS */
	enum option_origin origin[OPTION_COUNT];
	int line[OPTION_COUNT];       /* ORIGIN_FILE */
	char *expanded[OPTION_COUNT]; /* texts that were made, owned */
};

/*
 * Works out the settings; account NULL stands for what is outside of sections.
 * They point into the conf, which must outlive them, and are to be cleared in
 * any case. STATUS_CONFIG when the account names a provider that does not
 * exist, and the settings are what the rest of the file says; STATUS_NOMEM.
 */
enum status conf_resolve(const struct conf *conf, const char *account,
    struct settings *settings, struct diag *diag);

/*
 * The same with a provider that the account's section does not name, and that
 * comes before the default one. NULL: none.
 */
enum status conf_resolve_with(const struct conf *conf, const char *account,
    const char *provider, struct settings *settings, struct diag *diag);
void settings_clear(struct settings *settings);

/*
 * Sets an option to a copy of a text, whatever it was before. STATUS_NOMEM.
 */
enum status settings_set(struct settings *settings, enum option option,
    const char *text, enum option_origin origin);

/* The Unix time at which an OPTION_KIND_DATE begins; 0: it is no date. */
int64_t conf_date(const char *text);

/* The names to present, as the configuration says, put into a record. */
void settings_apply_users(const struct settings *settings,
    struct record *record);

#endif
