/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Where Postfix's mail goes, all of it. See postfix_routes.h.
 *
 * BUGS: a service of master.cf with a name of its own is not followed: what is
 * set for it there is its own.
 */

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "postfix_relay.h"
#include "postfix_routes.h"

#define SENDER_RELAYHOST POSTFIX_SENDER_RELAYHOST
#define TRANSPORT POSTFIX_TRANSPORT

/* Two ways to write a server are two: policies are looked up by the text. */
static void
add(struct postfix_routes *routes, const struct postfix_destination *one)
{
	size_t i;

	for (i = 0; i < routes->count; i++)
		if (strcasecmp(routes->of[i].text, one->text) == 0)
			return;
	if (routes->count == POSTFIX_MAX_ROUTES)
		routes->has_others = true;
	else
		routes->of[routes->count++] = *one;
}

static void
add_list(struct postfix_routes *routes, const char *list)
{
	struct postfix_destination one;

	while (postfix_destination_next(&list, &one))
		add(routes, &one);
}

/* The next hop of a transport; NULL: it has none of interest. */
static const char *
find_hop(const char *value)
{
	size_t length = strcspn(value, ":");

	/* An empty name is that of the default. */
	if (length != 0 &&
	    (length != strlen("smtp") || strncmp(value, "smtp", length) != 0) &&
	    (length != strlen("relay") || strncmp(value, "relay", length) != 0))
		return NULL;
	return value[length] == ':' ? value + length + 1 : "";
}

void
postfix_routes_add(struct postfix_routes *routes, const char *value,
    bool is_transport)
{
	const char *hop = is_transport ? find_hop(value) : value;

	if (hop == NULL ||
	    (!is_transport && strncasecmp(value, "DUNNO", 5) == 0))
		return;
	/* "smtp:" alone: to each recipient's own server. */
	if (hop[strspn(hop, " \t")] == '\0')
		routes->has_others = true;
	else
		add_list(routes, hop);
}

/* What a table will have got. */
static void
add_changes(const struct postfix_judgement *judgement, const char *map,
    struct postfix_routes *routes)
{
	const struct postfix_change *change;
	size_t i;

	for (i = 0; i < judgement->change_count; i++) {
		change = &judgement->changes[i];
		if (change->kind == POSTFIX_ENTRY &&
		    strcmp(change->name, map) == 0)
			postfix_routes_add(routes, change->value, false);
	}
}

static void
add_table(const struct postfix_judgement *judgement,
    const struct postfix_map *map, bool is_transport,
    struct postfix_routes *routes)
{
	char name[POSTFIX_MAX_MAP];
	struct postfix_source source;
	enum status r = STATUS_DATA;
	size_t i;

	snprintf(name, sizeof(name), "%s:%s", map->type, map->path);
	add_changes(judgement, name, routes);
	postfix_source_init(&source);
	if (postfix_map_has_source(map))
		r = postfix_source_read(&source, map->path, NULL);
	for (i = 0; r == STATUS_OK && i < source.count; i++)
		postfix_routes_add(routes, source.entries[i].value,
		    is_transport);
	/* One that is not there yet has nothing in it. */
	if (r != STATUS_OK && r != STATUS_NOACCOUNT)
		routes->has_others = true;
	postfix_source_clear(&source);
}

static void
add_tables(const struct postfix_judgement *judgement, const char *parameter,
    struct postfix_routes *routes)
{
	const char *list = postfix_wanted(judgement, parameter);
	struct postfix_map map;

	while (postfix_map_next(&list, &map))
		add_table(judgement, &map, strcmp(parameter, TRANSPORT) == 0,
		    routes);
}

void
postfix_routes_find(const struct postfix_judgement *judgement,
    struct postfix_routes *routes)
{
	const char *relay = postfix_default_hop(judgement->postfix);

	if (relay[0] == '\0')
		relay = postfix_wanted(judgement, "relayhost");
	memset(routes, 0, sizeof(*routes));
	add_list(routes, relay);
	if (routes->count == 0)
		routes->has_others = true;
	add_list(routes, postfix_wanted(judgement, "smtp_fallback_relay"));
	add_tables(judgement, SENDER_RELAYHOST, routes);
	add_tables(judgement, TRANSPORT, routes);
}

bool
postfix_routes_is_one(const struct postfix_routes *routes)
{
	return routes->count == 1 && !routes->has_others;
}
