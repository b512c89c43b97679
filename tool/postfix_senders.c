/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Several accounts in one Postfix, by who sends. See postfix_judge.h.
 */

#include <stdio.h>
#include <string.h>

#include "postfix_contents.h"
#include "postfix_relay.h"

#define SENDER_RELAYHOST POSTFIX_SENDER_RELAYHOST
#define TRANSPORT POSTFIX_TRANSPORT

/* Each entry of a sender is looked at, up to a number that a person reads. */
#define MAX_SHOWN 50

/* Entries of senders do nothing without the option. */
static void
judge_by_sender(struct postfix_judgement *judgement)
{
	struct postfix_entry_place place;
	size_t i;

	if (!postfix_find_sender(judgement, 0, &place))
		return;
	if (!postfix_is_yes(judgement->postfix, POSTFIX_BY_SENDER)) {
		postfix_find(judgement, DOCTOR_WRONG, STATUS_CONFIG,
		    "%s is not yes, so the login of %s (%s, line %u) is never "
		    "used: its mail goes out with the login of the server, "
		    "or without one",
		    POSTFIX_BY_SENDER, place.key, place.path, place.line);
		postfix_change(judgement, POSTFIX_SET, POSTFIX_BY_SENDER, NULL,
		    "yes");
		return;
	}
	postfix_find(judgement, DOCTOR_OK, STATUS_OK,
	    "%s is yes: senders have logins of their own", POSTFIX_BY_SENDER);
	for (i = 0; i < MAX_SHOWN &&
	     postfix_find_sender(judgement, i, &place) && !judgement->cancelled;
	     i++)
		postfix_judge_login_at(judgement, &judgement->relay, place.key,
		    false);
}

bool
postfix_route_parse(const char *value, bool is_transport,
    struct postfix_destination *destination)
{
	if (is_transport && strncmp(value, "smtp:", strlen("smtp:")) != 0 &&
	    strncmp(value, "relay:", strlen("relay:")) != 0)
		return false;
	if (is_transport)
		value += strcspn(value, ":") + 1;
	return postfix_destination_next(&value, destination);
}

/* Is its own login looked at already? */
static bool
has_entry(const struct postfix_judgement *judgement, const char *sender)
{
	struct postfix_entry_place place;
	size_t i;

	for (i = 0; postfix_find_sender(judgement, i, &place); i++)
		if (strcasecmp(place.key, sender) == 0)
			return true;
	return false;
}

/* The servers of one routing table, and the logins there. */
static void
judge_routes_of(struct postfix_judgement *judgement,
    const struct postfix_source *source, bool is_transport)
{
	struct postfix_destination destination;
	const struct postfix_entry *entry;
	size_t i;

	for (i = 0; i < source->count && i < MAX_SHOWN; i++) {
		entry = &source->entries[i];
		if (judgement->cancelled ||
		    !postfix_route_parse(entry->value, is_transport,
			&destination))
			continue;
		if (is_transport || !has_entry(judgement, entry->key))
			postfix_judge_login_at(judgement, &destination,
			    is_transport ? NULL : entry->key, !is_transport);
	}
}

static void
judge_routes(struct postfix_judgement *judgement, const char *parameter)
{
	const char *list = postfix_get(judgement->postfix, parameter);
	char shown[POSTFIX_MAX_SHOWN];
	struct postfix_source source;
	struct postfix_map map;

	while (postfix_map_next(&list, &map)) {
		postfix_map_show(&map, shown);
		postfix_source_init(&source);
		if (postfix_map_has_source(&map) &&
		    postfix_source_read(&source, map.path, NULL) == STATUS_OK)
			judge_routes_of(judgement, &source,
			    strcmp(parameter, TRANSPORT) == 0);
		else
			postfix_find(judgement, DOCTOR_UNSURE, STATUS_OK,
			    "%s: %s is not followed", parameter, shown);
		postfix_source_clear(&source);
	}
}

void
postfix_judge_senders(struct postfix_judgement *judgement)
{
	if (postfix_judge_tables(judgement, SENDER_RELAYHOST))
		judge_routes(judgement, SENDER_RELAYHOST);
	judge_by_sender(judgement);
	judge_routes(judgement, TRANSPORT);
}
