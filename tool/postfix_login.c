/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Who logs in where: Postfix's password map. See postfix_judge.h.
 *
 * Postfix looks for the sender, where smtp_sender_dependent_authentication is
 * on, then for the host, then for the destination as it is written, letter by
 * letter.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doctor_values.h"
#include "known_server.h"
#include "postfix_contents.h"
#include "postfix_relay.h"
#include "shellquote.h"
#include "token.h"

#define PASSWORDS POSTFIX_PASSWORDS

/* What is longer, or begins like a JWT or one of Google's, is a token. */
#define LONG_SECRET 200

void
postfix_next_login(struct postfix_judgement *judgement, const char *account)
{
	const struct shell_word name =
	    shell_operand(account != NULL ? account : "ACCOUNT");

	postfix_next(judgement,
	    "run: sasl-bearer login %s (it shows a code for any device's "
	    "browser, also as a QR code; where codes are blocked: sasl-bearer "
	    "login --browser --port 8400 %s, after ssh -L 8400:localhost:8400 "
	    "from where the browser is), and then: postfix reload",
	    name.text, name.text);
}

/* An entry with a login and no password. */
static void
want_value(struct postfix_judgement *judgement, const char *map,
    const char *key, const char *account)
{
	postfix_change(judgement, POSTFIX_ENTRY, map, key, "%s%c", account,
	    postfix_delimiters(judgement->postfix)[0]);
}

/* There is no text that an entry could be written to. */
static void
next_by_hand(struct postfix_judgement *judgement, const char *key,
    const char *account)
{
	const char *maps = postfix_get(judgement->postfix, PASSWORDS);
	const char *list = maps;
	char shown[POSTFIX_MAX_SHOWN];
	struct postfix_map map;

	while (postfix_map_next(&list, &map)) {
		if (!postfix_map_lacks_source(&map))
			continue;
		postfix_map_show(&map, shown);
		postfix_next(judgement,
		    "have the text of %s back, of which the table alone is "
		    "there: (umask 077; postmap -s %s >%s); then run this "
		    "again",
		    shown, shell_operand(shown).text,
		    shell_quote(map.path).text);
		return;
	}
	postfix_maps_show(maps, shown);
	postfix_next(judgement,
	    "add to %s the entry of %s: %s%c (nothing follows that)", shown,
	    key, account, postfix_delimiters(judgement->postfix)[0]);
}

void
postfix_want_entry(struct postfix_judgement *judgement, const char *key,
    const char *account)
{
	char map[POSTFIX_MAX_MAP];

	if (!postfix_find_writable(judgement, PASSWORDS, "sasl_passwd", map)) {
		next_by_hand(judgement, key, account);
		return;
	}
	if (postfix_wanted(judgement, PASSWORDS)[0] == '\0')
		postfix_change(judgement, POSTFIX_SET, PASSWORDS, NULL, "%s",
		    map);
	want_value(judgement, map, key, account);
}

/* One key in the maps; place has where in a source it stands. */
static enum status
look_up_key(const struct postfix_judgement *judgement, const char *key,
    struct buf *value, struct postfix_entry_place *place, struct diag *diag)
{
	enum status r;

	if (key == NULL || key[0] == '\0')
		return STATUS_NOACCOUNT;
	r = postfix_map_lookup(postfix_get(judgement->postfix, PASSWORDS), key,
	    value, diag);
	if (r == STATUS_OK)
		snprintf(place->key, sizeof(place->key), "%s", key);
	return r;
}

enum status
postfix_look_up_login(const struct postfix_judgement *judgement,
    const struct postfix_destination *destination, const char *sender,
    struct buf *value, struct postfix_entry_place *place, struct diag *diag)
{
	bool by_sender = sender != NULL &&
	    postfix_is_yes(judgement->postfix, POSTFIX_BY_SENDER);
	enum status r = STATUS_NOACCOUNT;

	if (by_sender)
		r = look_up_key(judgement, sender, value, place, diag);
	if (by_sender && r == STATUS_NOACCOUNT)
		r = look_up_key(judgement, strrchr(sender, '@'), value, place,
		    diag);
	if (r == STATUS_NOACCOUNT)
		r = look_up_key(judgement, destination->host, value, place,
		    diag);
	if (r == STATUS_NOACCOUNT)
		r = look_up_key(judgement, destination->text, value, place,
		    diag);
	return r;
}

static bool
is_key(const struct postfix_entry *entry, const void *wanted)
{
	return strcasecmp(entry->key, wanted) == 0;
}

/* The same server, written in another way. */
static bool
is_near(const struct postfix_entry *entry, const void *wanted)
{
	struct postfix_destination one;
	const char *key = entry->key;

	return strchr(key, '@') == NULL &&
	    postfix_destination_next(&key, &one) &&
	    postfix_destination_is_same(&one, wanted);
}

static bool
looks_like_token(const char *password)
{
	return token_is_bearer(password, strlen(password)) &&
	    (strlen(password) > LONG_SECRET ||
		strncmp(password, "eyJ", 3) == 0 ||
		strncmp(password, "ya29.", 5) == 0);
}

/* ", line 3 of /etc/postfix/sasl_passwd", where that is known. */
static const char *
where(const struct postfix_entry_place *place, struct diag *text)
{
	text->text[0] = '\0';
	if (place->line != 0)
		snprintf(text->text, sizeof(text->text), " (%.300s, line %u)",
		    place->path, place->line);
	return text->text;
}

/* Nobody is logged in as that. */
static void
judge_stranger(struct postfix_judgement *judgement,
    const struct postfix_entry_place *place, const char *login)
{
	const char *similar = doctor_find_similar(judgement->known, login);
	struct diag text;

	if (similar == NULL) {
		postfix_find(judgement, DOCTOR_WRONG, STATUS_NOACCOUNT,
		    "Postfix logs in at %s as %s%s, and there is no such "
		    "account here",
		    place->key, login, where(place, &text));
		postfix_next_login(judgement, login);
		return;
	}
	postfix_find(judgement, DOCTOR_WRONG, STATUS_NOACCOUNT,
	    "Postfix logs in at %s as %s%s, and there is no such account here, "
	    "but %s",
	    place->key, login, where(place, &text), similar);
	if (place->line != 0)
		want_value(judgement, place->map, place->key, similar);
}

/* The command that would make it readable, where that can be shown. */
static void
next_of_token_file(struct postfix_judgement *judgement, const char *user,
    const char *root, const char *path)
{
	char file[2 * POSTFIX_MAX_PATH];
	struct shell_word word;
	int length;

	length = snprintf(file, sizeof(file), "%s%s", root, path);
	word = shell_operand(file);
	if (length < (int)sizeof(file) &&
	    postfix_line(judgement, "chown -h %s %s && chmod 600 %s",
		shell_quote(user).text, word.text, word.text))
		postfix_next(judgement,
		    "run the line above, and let %s into the directories on "
		    "the way",
		    user);
	else
		postfix_next(judgement,
		    "make %s the owner of that file, with the mode 600, and "
		    "let it into the directories on the way",
		    user);
}

/* Not to be read: because it is not there, or by its owner and mode. */
static void
tell_token_file(struct postfix_judgement *judgement,
    const struct postfix_entry_place *place, const char *login,
    const char *path, const struct doctor_tried *tried)
{
	const struct doctor_user *user = judgement->user;
	const char *root = user->root != NULL ? user->root : "";
	struct diag text;

	postfix_find(judgement, DOCTOR_WRONG, STATUS_CONFIG,
	    "Postfix logs in at %s as %s%s, with a token file that cannot be "
	    "read by %s%s: %s%s: %s",
	    place->key, login, where(place, &text), user->name,
	    root[0] != '\0' ? " in its chroot" : "", root, path,
	    tried->diag.text);
	if (tried->status == STATUS_NOACCOUNT)
		postfix_next_login(judgement, login);
	else
		next_of_token_file(judgement, user->name, root, path);
}

/* It is opened by smtp(8) itself, as its user and in its chroot. */
static void
judge_token_file(struct postfix_judgement *judgement,
    const struct postfix_entry_place *place, const char *login,
    const char *path)
{
	struct doctor_trials trials = { .account = path,
		.wanted = TRY(TRY_TOKEN_FILE) | TRY(TRY_BESIDE) };
	struct diag diag;
	enum status r;

	r = diag_set(&diag, STATUS_ACCESS, "its user is not known");
	if (judgement->spinner != NULL)
		spinner_stop(judgement->spinner);
	if (judgement->user != NULL)
		r = doctor_try(judgement->session, judgement->user, &trials,
		    &diag);
	if (r != STATUS_OK) {
		postfix_find(judgement, DOCTOR_UNSURE, STATUS_OK,
		    "whether Postfix can read the token file %s is not known: "
		    "%s",
		    path, diag.text);
	} else if (trials.of[TRY_TOKEN_FILE].status != STATUS_OK) {
		tell_token_file(judgement, place, login, path,
		    &trials.of[TRY_TOKEN_FILE]);
	} else if (trials.of[TRY_BESIDE].status != STATUS_OK) {
		postfix_find(judgement, DOCTOR_WARNING, STATUS_CONFIG,
		    "Postfix logs in at %s as %s, with the token file %s, "
		    "beside which %s may not write: it cannot be renewed there",
		    place->key, login, path, judgement->user->name);
		postfix_next_login(judgement, login);
	} else {
		postfix_find(judgement, DOCTOR_OK, STATUS_OK,
		    "Postfix logs in at %s as %s, with the token file %s",
		    place->key, login, path);
	}
}

/* No account of ours, and a password, which may mean one of three things. */
static void
judge_password(struct postfix_judgement *judgement,
    const struct postfix_destination *destination,
    const struct postfix_entry_place *place, const char *login,
    const char *password)
{
	const char *key = place->key;
	struct diag text;

	if (password[0] == '\0') {
		judge_stranger(judgement, place, login);
	} else if (password[0] == '/') {
		judge_token_file(judgement, place, login, password);
	} else if (looks_like_token(password)) {
		postfix_find(judgement, DOCTOR_WARNING, STATUS_REAUTH,
		    "Postfix logs in at %s as %s%s, with a token that stands "
		    "there and ends within hours; nobody renews it",
		    key, login, where(place, &text));
		postfix_next_login(judgement, login);
	} else {
		postfix_find(judgement,
		    known_server_is_relay(destination->host) ? DOCTOR_WRONG :
							       DOCTOR_WARNING,
		    STATUS_NOACCOUNT,
		    "Postfix logs in at %s as %s%s, with a password and no "
		    "account here: where the server offers OAUTHBEARER or "
		    "XOAUTH2, that is tried, and cannot work",
		    key, login, where(place, &text));
		postfix_next_login(judgement, login);
	}
}

/* An entry was found: whom does it log in? */
static void
judge_entry(struct postfix_judgement *judgement,
    const struct postfix_destination *destination,
    const struct postfix_entry_place *place, char *value)
{
	size_t length = strcspn(value, postfix_delimiters(judgement->postfix));
	char *password = value + length;
	struct diag text, diag;
	enum status r;

	if (*password != '\0')
		*password++ = '\0';
	doctor_hide_know_login(judgement->hide, value);
	if (length == 0) {
		postfix_find(judgement, DOCTOR_WRONG, STATUS_CONFIG,
		    "the entry of %s has no login%s, so Postfix does not log "
		    "in there",
		    place->key, where(place, &text));
		postfix_next(judgement,
		    "write the account into that entry: %s ACCOUNT%c",
		    place->key, postfix_delimiters(judgement->postfix)[0]);
		return;
	}
	r = accounts_check(judgement->session, value, &diag);
	if (r == STATUS_OK) {
		postfix_find(judgement, DOCTOR_OK, STATUS_OK,
		    "the entry of %s logs in as %s%s", place->key, value,
		    password[0] != '\0' ? "; its password is not used" : "");
	} else if (r == STATUS_NOACCOUNT) {
		judge_password(judgement, destination, place, value, password);
	} else {
		if (r != STATUS_REAUTH)
			postfix_find(judgement, DOCTOR_WRONG, r, "%s",
			    diag.text);
		else
			postfix_find(judgement, DOCTOR_WRONG, r,
			    "the entry of %s logs in as %s%s, and nobody has "
			    "logged in to that account",
			    place->key, value, where(place, &text));
		if (r == STATUS_REAUTH)
			postfix_next_login(judgement, value);
	}
}

/* Whose mail it is need not be an account: an alias, or a shared mailbox; nor
 * is a whole domain. */
static void
next_of_sender(struct postfix_judgement *judgement, const char *sender)
{
	bool is_domain = sender[0] == '@';
	char shown[POSTFIX_MAX_SHOWN];

	postfix_maps_show(postfix_get(judgement->postfix, PASSWORDS), shown);
	postfix_next(judgement,
	    "add to %s the entry of %s: the account that logs in for it, and "
	    "%c%s%s",
	    shown[0] != '\0' ? shown : PASSWORDS, sender,
	    postfix_delimiters(judgement->postfix)[0],
	    is_domain ? "" :
			"; if that is one of its own, run first: sasl-bearer "
			"login ",
	    is_domain ? "" : shell_operand(sender).text);
}

/* Is it the server of the account, as far as that is known or said? */
static bool
is_own(const struct postfix_judgement *judgement, const char *account,
    const char *host)
{
	char own[POSTFIX_MAX_DESTINATION];
	const char *list = own;
	struct postfix_destination server;

	return postfix_server_of(judgement, account, own) &&
	    postfix_destination_next(&list, &server) &&
	    strcasecmp(host, server.host) == 0;
}

/*
 * May the account's token go there, without a person's word? To the server of
 * its provider; where none is known by name, to where Postfix hands its mail
 * first: others in the list are often somebody else's. is_first: it is where
 * mail of that sender is handed.
 */
static bool
is_for(const struct postfix_judgement *judgement, const char *account,
    const struct postfix_destination *destination, bool is_first)
{
	const struct session *session = judgement->session;
	const char *host = destination->host;

	if (session->conf == NULL ||
	    known_server_is_of_other(session, account, host))
		return false;
	if (is_own(judgement, account, host))
		return true;
	if (!is_first && strcasecmp(host, judgement->relay.host) != 0)
		return false;
	/* What is known by name and not another's is its provider's too. */
	return known_server_is_relay(host) ||
	    known_server_of(session, account, SERVICE_SMTP) == NULL;
}

static void
next_of_other(struct postfix_judgement *judgement,
    const struct postfix_destination *destination, const char *account)
{
	postfix_next(judgement,
	    "give %s the login that it wants in " PASSWORDS
	    ", or take it out: the token of %s is not for every server",
	    destination->text, account);
}

void
postfix_want_login_of(struct postfix_judgement *judgement,
    const struct postfix_destination *destination, const char *account)
{
	if (is_for(judgement, account, destination, false))
		postfix_want_entry(judgement, destination->text, account);
	else
		next_of_other(judgement, destination, account);
}

/*
 * An entry that is found by the sender holds wherever its mail goes. False: all
 * of these servers may have the account's token; else other is one that may
 * not.
 */
static bool
find_other(const struct postfix_judgement *judgement,
    const struct postfix_destination *destination, const char *sender,
    const char *account, struct postfix_destination *other)
{
	const char *lists[] = { destination->text,
		postfix_get(judgement->postfix, "smtp_fallback_relay"),
		postfix_relays(judgement->postfix) };
	size_t i, count = sender != NULL ? 2 : 3;

	for (i = 0; i < count; i++)
		while (postfix_destination_next(&lists[i], other))
			if (!is_for(judgement, account, other,
				i == 0 && sender != NULL))
				return true;
	return false;
}

/* There would be a login by sender, and it is not for that other server. */
static void
next_of_list(struct postfix_judgement *judgement,
    const struct postfix_destination *destination,
    const struct postfix_destination *other, const char *account)
{
	if (strcasecmp(destination->text, other->text) == 0)
		next_of_other(judgement, destination, account);
	else
		postfix_next(judgement,
		    "add to " PASSWORDS " the entry of %s, or take %s out: a "
		    "login by sender would go there too, and the token of %s "
		    "is not for every server",
		    destination->text, other->text, account);
}

/* Of each account for its own mail, or of that sender alone. */
static void
want_login_by_sender(struct postfix_judgement *judgement,
    const struct postfix_destination *destination, const char *sender)
{
	bool is_known = false, is_wanted = false;
	struct postfix_destination other;
	const char *account, *last = NULL;
	size_t i;

	for (i = 0; (account = postfix_account_at(judgement, i)) != NULL; i++) {
		if (sender != NULL && strcmp(sender, account) != 0)
			continue;
		is_known = true;
		if (find_other(judgement, destination, sender, account,
			&other)) {
			last = account;
			continue;
		}
		postfix_want_entry(judgement, account, account);
		is_wanted = true;
	}
	if (!is_known && sender != NULL)
		next_of_sender(judgement, sender);
	else if (!is_wanted && last != NULL)
		next_of_list(judgement, destination, &other, last);
	else if (is_wanted &&
	    !postfix_is_yes(judgement->postfix, POSTFIX_BY_SENDER))
		postfix_change(judgement, POSTFIX_SET, POSTFIX_BY_SENDER, NULL,
		    "yes");
}

/* The entries that would log in there: of the sender, of the only account, or
 * of each account for its own mail. */
static void
want_login(struct postfix_judgement *judgement,
    const struct postfix_destination *destination, const char *sender)
{
	const char *account = postfix_only_account(judgement);

	if (postfix_account_at(judgement, 0) == NULL)
		postfix_next_login(judgement,
		    sender != NULL && sender[0] != '@' ? sender :
							 judgement->account);
	else if (account != NULL && sender == NULL)
		postfix_want_login_of(judgement, destination, account);
	else
		want_login_by_sender(judgement, destination, sender);
}

/* Nothing is found; is it nearly there? */
static void
judge_missing(struct postfix_judgement *judgement,
    const struct postfix_destination *destination, const char *sender)
{
	struct postfix_entry_place place;
	char maps[POSTFIX_MAX_SHOWN];

	memset(&place, 0, sizeof(place));
	postfix_maps_show(postfix_get(judgement->postfix, PASSWORDS), maps);
	if (postfix_find_entry(judgement, PASSWORDS, is_key, destination->text,
		&place)) {
		postfix_find(judgement, DOCTOR_WRONG, STATUS_CONFIG,
		    "%s is in %s, line %u, and not in the table that Postfix "
		    "reads: postmap was forgotten",
		    destination->text, place.path, place.line);
		postfix_change(judgement, POSTFIX_POSTMAP, place.map, NULL,
		    "%s", "");
		return;
	}
	if (postfix_find_entry(judgement, PASSWORDS, is_near, destination,
		&place)) {
		postfix_find(judgement, DOCTOR_WRONG, STATUS_CONFIG,
		    "mail goes to %s, and the login is that of %s (%s, line "
		    "%u): Postfix compares them letter by letter, and does not "
		    "log in",
		    destination->text, place.key, place.path, place.line);
		postfix_change(judgement, POSTFIX_RENAME, place.map, place.key,
		    "%s", destination->text);
		return;
	}
	if (sender == NULL &&
	    postfix_is_yes(judgement->postfix, POSTFIX_BY_SENDER) &&
	    postfix_find_sender(judgement, 0, &place)) {
		postfix_find(judgement, DOCTOR_WARNING, STATUS_CONFIG,
		    "no entry for %s in %s: mail of senders without an entry "
		    "of their own is handed in without a login",
		    destination->text, maps);
		postfix_next(judgement,
		    "add an entry for %s to %s, or let nobody else send",
		    destination->text, maps);
		return;
	}
	if (maps[0] == '\0')
		postfix_find(judgement, DOCTOR_WRONG, STATUS_CONFIG,
		    PASSWORDS " is empty, so Postfix has no login for %s",
		    destination->text);
	else
		postfix_find(judgement, DOCTOR_WRONG, STATUS_CONFIG,
		    "no entry for %s in %s, so Postfix does not log in there",
		    sender != NULL ? sender : destination->text, maps);
	want_login(judgement, destination, sender);
}

void
postfix_judge_login_at(struct postfix_judgement *judgement,
    const struct postfix_destination *destination, const char *sender,
    bool must)
{
	struct postfix_entry_place place;
	struct diag diag;
	struct buf value;
	enum status r;

	memset(&place, 0, sizeof(place));
	doctor_hide_know_server(judgement->hide, destination->text);
	if (sender != NULL)
		doctor_hide_know_login(judgement->hide, sender);
	buf_init_secret(&value, POSTFIX_MAX_SOURCE);
	r = postfix_look_up_login(judgement, destination, sender, &value,
	    &place, &diag);
	if (r == STATUS_OK && value.length == 0)
		r = STATUS_NOACCOUNT;
	if (r == STATUS_OK) {
		(void)postfix_find_entry(judgement, PASSWORDS, is_key,
		    place.key, &place);
		judge_entry(judgement, destination, &place, value.data);
	} else if (r != STATUS_NOACCOUNT) {
		postfix_find_unreadable(judgement, PASSWORDS, r, &diag);
	} else if (must) {
		judge_missing(judgement, destination, sender);
	}
	buf_clear(&value);
}

void
postfix_judge_login(struct postfix_judgement *judgement)
{
	const char *list = postfix_relays(judgement->postfix);
	struct postfix_destination next;

	postfix_judge_relay(judgement);
	if (geteuid() != 0) {
		postfix_find(judgement, DOCTOR_UNSURE, STATUS_OK,
		    PASSWORDS " and Postfix's accounts are for root to look "
			      "at: run this as root");
		return;
	}
	if (!postfix_judge_tables(judgement, PASSWORDS))
		return;
	if (judgement->relay.text[0] != '\0')
		postfix_judge_login_at(judgement, &judgement->relay, NULL,
		    true);
	/* Those that are tried when the first does not answer. */
	(void)postfix_destination_next(&list, &next);
	while (!judgement->cancelled && postfix_destination_next(&list, &next))
		postfix_judge_login_at(judgement, &next, NULL, true);
	postfix_judge_senders(judgement);
}
