/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Where Postfix hands its mail to, and as which account it could. See
 * postfix_relay.h.
 */

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "known_server.h"
#include "mailserver.h"
#include "postfix_relay.h"

#define RELAYHOST "relayhost"
#define SENDER_RELAYHOST POSTFIX_SENDER_RELAYHOST
#define TRANSPORT POSTFIX_TRANSPORT

#define PORT_SMTP 25

const char *
postfix_account_at(const struct postfix_judgement *judgement, size_t index)
{
	const struct accounts *known = judgement->known;
	const char *name;
	size_t i;

	for (i = 0; i < known->count; i++) {
		name = known->names[i];
		if (judgement->account != NULL &&
		    strcmp(name, judgement->account) != 0)
			continue;
		if (accounts_check(judgement->session, name, NULL) ==
			STATUS_OK &&
		    index-- == 0)
			return name;
	}
	return NULL;
}

const char *
postfix_only_account(const struct postfix_judgement *judgement)
{
	const char *first = postfix_account_at(judgement, 0);

	return postfix_account_at(judgement, 1) == NULL ? first : NULL;
}

bool
postfix_server_of(const struct postfix_judgement *judgement,
    const char *account, char text[POSTFIX_MAX_DESTINATION])
{
	const struct session *session = judgement->session;
	const char *server = NULL;
	struct mailserver where;

	if (judgement->server != NULL)
		return snprintf(text, POSTFIX_MAX_DESTINATION, "%s",
			   judgement->server) < POSTFIX_MAX_DESTINATION;
	if (session->conf != NULL)
		server = known_server_of(session, account, SERVICE_SMTP);
	if (server == NULL ||
	    mailserver_parse_url(&where, server, NULL) != STATUS_OK)
		return false;
	snprintf(text, POSTFIX_MAX_DESTINATION, "[%s]:%s", where.host,
	    where.port);
	return true;
}

bool
postfix_find_writable(const struct postfix_judgement *judgement,
    const char *parameter, const char *new_name, char map[POSTFIX_MAX_MAP])
{
	const struct postfix *postfix = judgement->postfix;
	const char *list = postfix_wanted(judgement, parameter);
	bool is_empty = list[0] == '\0';
	struct postfix_map one;

	while (postfix_map_next(&list, &one))
		if (postfix_map_has_source(&one) &&
		    !postfix_map_lacks_source(&one)) {
			snprintf(map, POSTFIX_MAX_MAP, "%s:%s", one.type,
			    one.path);
			return true;
		}
	snprintf(map, POSTFIX_MAX_MAP, "%s:%s/%s",
	    postfix_has_type(postfix, "texthash") ? "texthash" : "hash",
	    postfix_get(postfix, "config_directory"), new_name);
	return is_empty;
}

static void
set_relay(struct postfix_judgement *judgement, const char *text)
{
	(void)postfix_destination_next(&text, &judgement->relay);
}

/* Several accounts of several providers: each has its own server. */
static void
want_servers_by_sender(struct postfix_judgement *judgement)
{
	char server[POSTFIX_MAX_DESTINATION], map[POSTFIX_MAX_MAP];
	const char *account;
	size_t i;

	if (!postfix_find_writable(judgement, SENDER_RELAYHOST, "sender_relay",
		map))
		return;
	postfix_change(judgement, POSTFIX_SET, SENDER_RELAYHOST, NULL, "%s",
	    map);
	for (i = 0; (account = postfix_account_at(judgement, i)) != NULL; i++)
		if (postfix_server_of(judgement, account, server))
			postfix_change(judgement, POSTFIX_ENTRY, map, account,
			    "%s", server);
}

/* Mail goes nowhere in particular: to the server of the account, then. */
static void
judge_no_relay(struct postfix_judgement *judgement)
{
	char server[POSTFIX_MAX_DESTINATION], other[POSTFIX_MAX_DESTINATION];
	const char *account = postfix_account_at(judgement, 0);
	bool is_one = true;
	size_t i;

	postfix_find(judgement, DOCTOR_WRONG, STATUS_CONFIG,
	    RELAYHOST " is empty, so mail goes to each recipient's own server, "
		      "where nobody logs in");
	if (account == NULL) {
		postfix_next_login(judgement, judgement->account);
		return;
	}
	if (!postfix_server_of(judgement, account, server)) {
		postfix_next(judgement,
		    "name the server of %s: sasl-bearer doctor --postfix "
		    "--server=smtp://HOST:587",
		    account);
		return;
	}
	for (i = 1; (account = postfix_account_at(judgement, i)) != NULL; i++)
		if (postfix_server_of(judgement, account, other) &&
		    strcasecmp(server, other) != 0)
			is_one = false;
	if (!is_one)
		want_servers_by_sender(judgement);
	postfix_change(judgement, POSTFIX_SET, RELAYHOST, NULL, "%s", server);
	set_relay(judgement, server);
}

/* The first relay host becomes that one; the rest stays as it is written. */
static void
change_first(struct postfix_judgement *judgement, const char *better)
{
	const char *rest = postfix_get(judgement->postfix, RELAYHOST);
	struct postfix_destination first;

	(void)postfix_destination_next(&rest, &first);
	postfix_change(judgement, POSTFIX_SET, RELAYHOST, NULL, "%s%s", better,
	    rest);
	set_relay(judgement, better);
}

/* No provider takes a login at the port of mail between servers. */
static void
judge_port(struct postfix_judgement *judgement)
{
	const struct postfix_destination *relay = &judgement->relay;
	char better[POSTFIX_MAX_DESTINATION];

	doctor_hide_know_server(judgement->hide, relay->text);
	if (postfix_destination_port(relay) == PORT_SMTP &&
	    known_server_is_relay(relay->host)) {
		postfix_find(judgement, DOCTOR_WRONG, STATUS_CONFIG,
		    RELAYHOST " is %s, and that host takes logins at port 587",
		    relay->text);
		snprintf(better, sizeof(better), "[%s]:587", relay->host);
		change_first(judgement, better);
		return;
	}
	if (relay->is_bracketed) {
		postfix_find(judgement, DOCTOR_OK, STATUS_OK,
		    RELAYHOST " is %s", relay->text);
		return;
	}
	postfix_find(judgement, DOCTOR_WARNING, STATUS_CONFIG,
	    RELAYHOST " is %s without brackets: Postfix looks for a mail "
		      "exchanger (MX) of that name first",
	    relay->text);
	postfix_next(judgement,
	    "write [%s]%s%s, here and in the password map, if that is the host",
	    relay->host, relay->port[0] != '\0' ? ":" : "", relay->port);
}

void
postfix_judge_relay(struct postfix_judgement *judgement)
{
	const char *hop = postfix_default_hop(judgement->postfix);
	const char *list = postfix_get(judgement->postfix, RELAYHOST);

	if (postfix_destination_next(&hop, &judgement->relay))
		postfix_find(judgement, DOCTOR_OK, STATUS_OK,
		    "default_transport hands mail to %s, whatever " RELAYHOST
		    " is",
		    judgement->relay.text);
	else if (postfix_destination_next(&list, &judgement->relay))
		judge_port(judgement);
	else if (postfix_get(judgement->postfix, SENDER_RELAYHOST)[0] != '\0')
		postfix_find(judgement, DOCTOR_OK, STATUS_OK,
		    RELAYHOST " is empty, and " SENDER_RELAYHOST " is set");
	else if (postfix_get(judgement->postfix, TRANSPORT)[0] != '\0')
		postfix_find(judgement, DOCTOR_UNSURE, STATUS_OK,
		    RELAYHOST " is empty: mail goes where " TRANSPORT " says");
	else
		judge_no_relay(judgement);
}
