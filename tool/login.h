/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A login under way, and its steps.
 *
 * First everything that can go wrong here is made sure of: configuration,
 * provider, directories, owners, space (login_prepare.c). Then a person is
 * troubled, or the provider asked, by the way that the grant needs. Only when
 * the provider has said yes, and the token is what it should be, is anything
 * replaced, under the account's lock (login_save.c).
 */

#ifndef LOGIN_H
#define LOGIN_H

#include "endpoint.h"
#include "owners.h"
#include "session.h"
#include "store.h"

struct login_browser;

struct login {
	const char *account;
	const struct command *command;
	struct session session;
	struct owners owners;
	struct endpoint endpoint; /* complete when prepared */
	struct store store;
	struct grant before; /* what was there; empty for a first login */
	bool is_prepared;    /* what fails from now on is kept */
	char *provider; /* chosen here, to be remembered; NULL: configured */
	struct login_browser *browser; /* of login_by_browser() */
	/* Of an import, where nobody is asked for it. */
	const char *secret; /* the application's; NULL: not known */
	bool keeps_scope;   /* none is asked for but a configured one */
};

/* What a way of asking came to. */
struct login_result {
	struct oauth_token token;
	int64_t asked_at; /* Unix time of the request that got it */
};

void login_init(struct login *login, const struct command *command);
void login_clear(struct login *login);

/*
 * Everything that needs no person, but for an application's secret that has to
 * be typed. Blocks for the network where an issuer or a domain is looked up.
 */
enum status login_prepare(struct login *login, struct diag *diag);

/* A person signs in with a code on any device: RFC 8628. */
enum status login_by_device(struct login *login, struct login_result *result,
    struct diag *diag);

/*
 * A person signs in with a browser: RFC 8252. The browser waits for the end of
 * the login: login_browser_finish() shows it, whatever it is, and is called in
 * any case (diag is not looked at with STATUS_OK).
 */
enum status login_by_browser(struct login *login, struct login_result *result,
    struct diag *diag);
void login_browser_finish(struct login *login, enum status status,
    const struct diag *diag);

/* The number that --port is, from 1 to 65535; 0: it is none. */
int login_read_port(const char *text);

/* With -v: says whom a login asks, and for what, before it does. */
void login_narrate(const struct login *login, const char *way);

/*
 * Is it the token that was meant (check.h)? Findings are told as messages; what
 * is surely wrong is the sentence in diag, with STATUS_REAUTH where somebody
 * else signed in and STATUS_CONFIG otherwise, unless --anyway was given.
 */
enum status login_check(const struct login *login,
    const struct login_result *result, struct diag *diag);

/* Prints what Exchange's administrator does now, where that is due. */
void login_print_steps(const struct login *login,
    const struct login_result *result);

/* Saves grant and record; the record is the caller's to clear. */
enum status login_save(struct login *login, const struct login_result *result,
    struct record *record, struct diag *diag);

/* Keeps for status and doctor why it failed, where it came so far. */
void login_note_failure(struct login *login, enum status status,
    const struct diag *diag);

/* Who is meant to sign in: the option login, or the account's name. */
const char *login_who(const struct login *login);

#endif
