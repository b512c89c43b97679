/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * sasl-bearer seal: seals grants with the key that is configured, and makes
 * another one that key.
 *
 * The order is what keeps every grant openable wherever this ends: a key is on
 * the disk before the configuration names it, the configuration names it and
 * the one before it before a grant is sealed with it, and each grant is
 * replaced whole under its account's lock. It is a matter of files alone; the
 * provider is not asked.
 */

#include <stdio.h>
#include <string.h>

#include "accounts.h"
#include "audit.h"
#include "conf_check.h"
#include "import_conf.h"
#include "interrupt.h"
#include "message.h"
#include "seal_conf.h"
#include "seal_key.h"
#include "session.h"
#include "store.h"

/* A renewal is seldom longer; its default timeout is 25 s. */
#define LOCK_WAIT_MS 30000

struct seal {
	const struct command *command;
	struct session session;
	struct import_conf edit;
	struct grant_keys keys;
	bool has_changed; /* the configuration names another key */
	size_t sealed;    /* anew */
};

/* Reads what is there, again after it was changed. */
static enum status
load(struct seal *seal, struct diag *diag)
{
	enum status r;

	if ((r = session_load(&seal->session, diag)) != STATUS_OK)
		return r;
	return session_open_state(&seal->session, diag);
}

static enum status
find_all(struct seal *seal, struct accounts *accounts, struct diag *diag)
{
	enum status r;

	if ((r = accounts_find(&seal->session, false, accounts, diag)) !=
		STATUS_OK ||
	    !accounts->incomplete)
		return r;
	return diag_set(diag, STATUS_ACCESS,
	    "this user may not list the accounts below %s; run it as root or "
	    "as the renewer",
	    seal->session.state.path);
}

/* Do these keys open the account, and what a killed renewal has left of it? */
static enum status
try_account(const struct seal *seal, const struct grant_keys *keys,
    const char *account, struct diag *diag)
{
	enum store_leftover leftover;
	struct grant grant;
	struct store store;
	int64_t since;
	enum status r;

	grant_init(&grant);
	if ((r = store_open_account(&store, &seal->session.state, account, keys,
		 diag)) == STATUS_OK &&
	    (r = store_load(&store, &grant, diag)) == STATUS_OK)
		r = store_peek(&store, &leftover, &since, diag);
	store_close(&store);
	grant_clear(&grant);
	return r == STATUS_NOACCOUNT ? STATUS_OK : r;
}

/*
 * No grant may depend on a key that goes. What neither key opens now is lost
 * already; where the one that goes cannot be read, nobody knows.
 */
static enum status
check_account(const struct seal *seal, const struct grant_keys *keys,
    const struct grant_keys *going, const char *account, struct diag *diag)
{
	struct diag cause;
	enum status r;

	if ((r = try_account(seal, keys, account, &cause)) == STATUS_OK)
		return r;
	if (r == STATUS_CONFIG && going->old != NULL &&
	    try_account(seal, going, account, NULL) != STATUS_OK)
		return STATUS_OK;
	return diag_set(diag, r,
	    "the key is not changed, for the grant of %s would be lost; run: " PROGRAM
	    " seal, or log the account in again (%.200s)",
	    account, cause.text);
}

static enum status
check_all(struct seal *seal, const struct grant_keys *keys,
    const struct grant_keys *going, struct diag *diag)
{
	struct accounts accounts;
	enum status r;
	size_t i;

	accounts_init(&accounts);
	r = find_all(seal, &accounts, diag);
	for (i = 0; r == STATUS_OK && i < accounts.count; i++)
		r = check_account(seal, keys, going, accounts.names[i], diag);
	accounts_clear(&accounts);
	return r;
}

/*
 * The one that is grant_key_old goes, unless it is the one that comes. And a
 * key that is configured and lost is not made anew over what it has sealed.
 */
static enum status
check_loss(struct seal *seal, const struct settings *settings, bool exists,
    struct diag *diag)
{
	const char *file = seal->command->key_file;
	const char *present = settings->text[OPTION_GRANT_KEY];
	const char *old = settings->text[OPTION_GRANT_KEY_OLD];
	struct grant_keys keys, going = { .old = NULL };
	enum status r;

	(void)endpoint_grant_keys(&seal->session.renewer, &keys, NULL);
	if (present == NULL || (strcmp(present, file) == 0 && exists))
		return STATUS_OK;
	if (strcmp(present, file) == 0)
		return check_all(seal, &keys, &going, diag);
	if (old == NULL)
		return STATUS_OK;
	going.old = keys.old;
	keys.old = NULL;
	if (exists &&
	    (r = endpoint_grant_key(&seal->session.renewer, OPTION_GRANT_KEY,
		 file, &keys.old, diag)) != STATUS_OK)
		return r;
	return check_all(seal, &keys, &going, diag);
}

/* Has the configuration name the key, which is on the disk by now. */
static enum status
change_conf(struct seal *seal, const struct settings *settings,
    struct diag *diag)
{
	const char *file = seal->command->key_file;
	const char *present = settings->text[OPTION_GRANT_KEY];
	struct buf text;
	enum status r;

	buf_init(&text, CONF_MAX_FILE);
	if ((r = seal_conf_edit(seal->session.conf, &seal->edit.before, file,
		 &text, diag)) != STATUS_OK)
		goto out;
	printf("%s gets:\n  grant_key = \"%s\"\n", seal->session.place.conf,
	    file);
	if (present != NULL)
		printf("  grant_key_old = \"%s\"\n", present);
	fflush(stdout);
	r = import_conf_replace(&seal->edit, &text, diag);
out:
	buf_clear(&text);
	return r;
}

/* The key of --key-file: made where there is none, then configured. */
static enum status
take_key(struct seal *seal, const struct settings *settings, struct diag *diag)
{
	const char *file = seal->command->key_file;
	const char *present = settings->text[OPTION_GRANT_KEY];
	bool exists = seal_key_exists(file);
	const unsigned char *key;
	enum status r;

	if ((r = check_loss(seal, settings, exists, diag)) != STATUS_OK)
		return r;
	if (!exists) {
		if ((r = seal_key_make(file, seal->session.conf, diag)) !=
		    STATUS_OK)
			return r;
		printf("%s is made; keep a copy of it where the grants are "
		       "not: without it every account must log in again.\n",
		    file);
	}
	if (present != NULL && strcmp(present, file) == 0)
		return STATUS_OK;
	if ((r = endpoint_grant_key(&seal->session.renewer, OPTION_GRANT_KEY,
		 file, &key, diag)) != STATUS_OK)
		return r;
	seal->has_changed = true;
	return change_conf(seal, settings, diag);
}

static enum status
change_key(struct seal *seal, struct diag *diag)
{
	struct settings settings;
	enum status r;

	(void)conf_resolve(seal->session.conf, NULL, &settings, NULL);
	r = take_key(seal, &settings, diag);
	settings_clear(&settings);
	import_conf_close(&seal->edit);
	if (r != STATUS_OK)
		return r;
	session_close(&seal->session);
	session_init(&seal->session, seal->command, PLACE_READ);
	return load(seal, diag);
}

/* The file's name is one that the configuration can have, and not a name. */
static enum status
open_conf(struct seal *seal, struct diag *diag)
{
	const char *file = seal->command->key_file;
	struct diag reason;
	int seconds;

	if (conf_check_value(OPTION_GRANT_KEY, file, &seconds, &reason) !=
		STATUS_OK ||
	    file[0] != '/')
		return diag_set(diag, STATUS_CONFIG,
		    "--key-file is a path that begins with /");
	return import_conf_open(&seal->edit, seal->session.place.conf, false,
	    diag);
}

/* Seals a grant whose account is locked, unless it is. */
static enum status
seal_grant(struct store *store, bool *is_new, struct diag *diag)
{
	enum store_leftover leftover;
	struct grant grant;
	int64_t since;
	enum status r;

	grant_init(&grant);
	if ((r = store_recover(store, &leftover, &since, diag)) == STATUS_OK &&
	    (r = store_load(store, &grant, diag)) == STATUS_OK) {
		*is_new = store->sealing != GRANT_SEALED;
		if (*is_new)
			r = store_save(store, &grant, NULL, diag);
	}
	grant_clear(&grant);
	return r;
}

/* STATUS_NOACCOUNT, without a sentence: it has no grant. */
static enum status
seal_account(struct seal *seal, const char *account, bool *is_new,
    struct diag *diag)
{
	struct store store;
	enum status r;

	if ((r = store_open_account(&store, &seal->session.state, account,
		 &seal->keys, diag)) != STATUS_OK)
		return r;
	if (seal->session.state.fd < 0 ||
	    !file_exists(&seal->session.state, store.files.grant))
		r = STATUS_NOACCOUNT;
	else if ((r = store_lock(&store, LOCK_WAIT_MS, diag)) == STATUS_OK)
		r = seal_grant(&store, is_new, diag);
	store_close(&store);
	return r;
}

/* A line of the report, clean for a terminal: names come from files. */
static void
report(const char *account, enum status r, bool is_new, const struct diag *why)
{
	struct diag line;

	if (r != STATUS_OK) {
		message("%.100s: %s", account, why->text);
		return;
	}
	diag_set(&line, STATUS_OK, "%.100s: %s", account,
	    is_new ? "sealed" : "was sealed already with this key");
	puts(line.text);
	fflush(stdout);
}

/* Each of them, whatever happens to one; the worst status counts. */
static enum status
seal_all(struct seal *seal, char *const *names, size_t count, struct diag *diag)
{
	enum status r, worst = STATUS_OK;
	struct diag why;
	bool is_new;
	size_t i;

	for (i = 0; i < count; i++) {
		if (*interrupt_flag() != 0)
			return diag_set(diag, STATUS_CANCELLED,
			    "interrupted; %zu of %zu accounts were looked at",
			    i, count);
		is_new = false;
		r = seal_account(seal, names[i], &is_new, &why);
		if (r == STATUS_NOACCOUNT && seal->command->count == 0)
			continue;
		if (r == STATUS_NOACCOUNT)
			diag_set(&why, r, "it has no grant here");
		report(names[i], r, is_new, &why);
		/* One that was sealed already was only looked at. */
		if (r != STATUS_OK || is_new)
			audit_event(seal->session.renewer.audit,
			    &seal->session.log, AUDIT_SEAL, names[i], r,
			    r == STATUS_OK ? NULL : &why);
		seal->sealed += r == STATUS_OK && is_new;
		if (r > worst)
			worst = r;
	}
	return diag_set(diag, worst, "%s", "");
}

static enum status
seal_named(struct seal *seal, struct diag *diag)
{
	const struct command *command = seal->command;
	struct accounts accounts;
	enum status r;

	if (command->count > 0)
		return seal_all(seal, command->operands, (size_t)command->count,
		    diag);
	accounts_init(&accounts);
	if ((r = find_all(seal, &accounts, diag)) == STATUS_OK)
		r = seal_all(seal, accounts.names, accounts.count, diag);
	accounts_clear(&accounts);
	return r;
}

/* What is left to do. */
static void
print_hints(const struct seal *seal, bool is_whole)
{
	bool has_old =
	    conf_has_own(seal->session.conf, NULL, OPTION_GRANT_KEY_OLD);

	if (seal->has_changed || seal->sealed > 0)
		printf("Mail programs that were started before have the keys "
		       "that they read then; for Postfix run: postfix "
		       "reload%s\n",
		    has_old ? "\nThen run: " PROGRAM " seal" : "");
	else if (is_whole && has_old)
		printf("No grant needs the old key any more: remove "
		       "grant_key_old from %s, and that key.\n",
		    seal->session.place.conf);
}

static enum status
run(struct seal *seal, struct diag *diag)
{
	bool changes = (seal->command->flags & FLAG_KEY_FILE) != 0;
	enum status r;

	/* Locked before it is read, so that it is what is changed. */
	if ((changes && (r = open_conf(seal, diag)) != STATUS_OK) ||
	    (r = load(seal, diag)) != STATUS_OK ||
	    (changes && (r = change_key(seal, diag)) != STATUS_OK) ||
	    (r = endpoint_grant_keys(&seal->session.renewer, &seal->keys,
		 diag)) != STATUS_OK)
		return r;
	if (seal->keys.present == NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "no grant_key is configured in %s; run: " PROGRAM
		    " seal --key-file=FILE",
		    seal->session.place.conf);
	r = seal_named(seal, diag);
	print_hints(seal, r == STATUS_OK && seal->command->count == 0);
	return r;
}

enum status
verb_seal(const struct command *command, struct diag *diag)
{
	struct seal seal = { .command = command };
	enum status r;

	interrupt_catch();
	import_conf_init(&seal.edit);
	session_init(&seal.session, command, PLACE_READ);
	r = run(&seal, diag);
	import_conf_close(&seal.edit);
	session_close(&seal.session);
	return r;
}
