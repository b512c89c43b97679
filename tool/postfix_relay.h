/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the rules about logins share: which account is meant, which server is
 * its, and where an entry for it belongs. For postfix_judge.h's files.
 */

#ifndef POSTFIX_RELAY_H
#define POSTFIX_RELAY_H

#include "postfix_judge.h"

#define POSTFIX_MAX_DESTINATION (POSTFIX_MAX_HOST + POSTFIX_MAX_PORT)
#define POSTFIX_MAX_MAP (POSTFIX_MAX_PATH + POSTFIX_MAX_TYPE + 1)

#define POSTFIX_PASSWORDS "smtp_sasl_password_maps"
#define POSTFIX_BY_SENDER "smtp_sender_dependent_authentication"
#define POSTFIX_SENDER_RELAYHOST "sender_dependent_relayhost_maps"
#define POSTFIX_TRANSPORT "transport_maps"

/* Where an entry stands. */
struct postfix_entry_place {
	char map[POSTFIX_MAX_MAP]; /* "type:path" */
	char path[POSTFIX_MAX_PATH];
	char key[POSTFIX_MAX_DESTINATION];
	unsigned line; /* 0: in no source */
};

typedef bool postfix_is_wanted(const struct postfix_entry *entry,
    const void *wanted);

/* The first entry that is wanted, in the sources of the maps of a parameter. */
bool postfix_find_entry(const struct postfix_judgement *judgement,
    const char *parameter, postfix_is_wanted *is_wanted, const void *wanted,
    struct postfix_entry_place *place);

/* The entries of passwords that are a sender's, one by one. False: no more. */
bool postfix_find_sender(const struct postfix_judgement *judgement,
    size_t index, struct postfix_entry_place *place);

/* The accounts that are logged in and meant, one by one; NULL after the last. */
const char *postfix_account_at(const struct postfix_judgement *judgement,
    size_t index);

/* The only one of them; NULL: there is none, or there are several. */
const char *postfix_only_account(const struct postfix_judgement *judgement);

/* "[host]:port" where mail of that account is handed in. False: not known. */
bool postfix_server_of(const struct postfix_judgement *judgement,
    const char *account, char text[POSTFIX_MAX_DESTINATION]);

/* The map of that parameter that an entry can be written to: the first that
 * has a source, or a new one. False: there are only others; one whose source is
 * gone would lose all that is in it alone. */
bool postfix_find_writable(const struct postfix_judgement *judgement,
    const char *parameter, const char *new_name, char map[POSTFIX_MAX_MAP]);

/* Where mail goes: sets judgement->relay. */
void postfix_judge_relay(struct postfix_judgement *judgement);

/* The login at a destination; sender: whose mail it is, or NULL. must: nobody
 * logs in there otherwise, and that is wrong. */
void postfix_judge_login_at(struct postfix_judgement *judgement,
    const struct postfix_destination *destination, const char *sender,
    bool must);

/*
 * What the password maps have for a destination, and under which key, as
 * Postfix looks it up; sender: whose mail it is, or NULL. value is a buffer for
 * secrets. As postfix_map_lookup().
 */
enum status postfix_look_up_login(const struct postfix_judgement *judgement,
    const struct postfix_destination *destination, const char *sender,
    struct buf *value, struct postfix_entry_place *place, struct diag *diag);

/* Where an entry of a routing table leads; false: to nothing of interest. */
bool postfix_route_parse(const char *value, bool is_transport,
    struct postfix_destination *destination);

/* Adds the entry of an account, and tells Postfix of the map if need be. */
void postfix_want_entry(struct postfix_judgement *judgement, const char *key,
    const char *account);

/* The same of the only account for a server, if that may have its token; else
 * what a person can do. */
void postfix_want_login_of(struct postfix_judgement *judgement,
    const struct postfix_destination *destination, const char *account);

/* Logins and servers that depend on the sender. */
void postfix_judge_senders(struct postfix_judgement *judgement);

/* Tables as such: can they be opened, and are they new? False: not as they are,
 * which is said. */
bool postfix_judge_tables(struct postfix_judgement *judgement,
    const char *parameter);

/* What to do about an account that nobody has logged in to. */
void postfix_next_login(struct postfix_judgement *judgement,
    const char *account);

#endif
