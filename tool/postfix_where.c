/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Where Postfix logs in with an account. See postfix_where.h.
 *
 * BUGS: senders and transports are known from sources that can be read alone;
 * in other maps only the account itself is looked for, as a sender.
 */

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "postfix_relay.h"
#include "postfix_where.h"

/* Each entry costs a program or more. */
#define MAX_ENTRIES 50

struct search {
	struct postfix_judgement judgement;
	const char *account;
	struct postfix_destination *found;
	struct diag *diag;
};

/* Does mail to that destination, of that sender, go with a login as the
 * account? */
static enum status
look_at(struct search *search, const struct postfix_destination *destination,
    const char *sender)
{
	const struct postfix *postfix = search->judgement.postfix;
	struct postfix_entry_place place;
	struct buf value;
	enum status r;

	buf_init_secret(&value, POSTFIX_MAX_SOURCE);
	r = postfix_look_up_login(&search->judgement, destination, sender,
	    &value, &place, search->diag);
	if (r == STATUS_OK && value.length > 0)
		value.data[strcspn(value.data, postfix_delimiters(postfix))] =
		    '\0';
	if (r == STATUS_OK &&
	    (value.length == 0 || strcasecmp(value.data, search->account) != 0))
		r = STATUS_NOACCOUNT;
	buf_clear(&value);
	if (r == STATUS_OK)
		*search->found = *destination;
	return r;
}

/* The entry of a sender's mail in the map of relay hosts, into an empty
 * buffer. */
static enum status
find_route(struct search *search, const char *sender, struct buf *value)
{
	const char *maps =
	    postfix_get(search->judgement.postfix, POSTFIX_SENDER_RELAYHOST);
	const char *domain = strrchr(sender, '@');
	enum status r;

	if (maps[0] == '\0')
		return STATUS_NOACCOUNT;
	r = postfix_map_lookup(maps, sender, value, search->diag);
	if (r == STATUS_NOACCOUNT && domain != NULL && domain != sender)
		r = postfix_map_lookup(maps, domain, value, search->diag);
	return r;
}

/* The mail of one sender. */
static enum status
look_at_sender(struct search *search, const char *sender)
{
	const char *list = postfix_relays(search->judgement.postfix);
	struct postfix_destination destination;
	struct buf value;
	enum status r;

	buf_init_secret(&value, POSTFIX_MAX_SOURCE);
	r = find_route(search, sender, &value);
	if (r == STATUS_OK && strcasecmp(buf_text(&value), "DUNNO") != 0)
		list = buf_text(&value);
	if (r == STATUS_OK || r == STATUS_NOACCOUNT)
		r = postfix_destination_next(&list, &destination) ?
		    look_at(search, &destination, sender) :
		    STATUS_NOACCOUNT;
	buf_clear(&value);
	return r;
}

static enum status
look_at_relays(struct search *search)
{
	const char *list = postfix_relays(search->judgement.postfix);
	struct postfix_destination destination;
	enum status r = STATUS_NOACCOUNT;

	while (r == STATUS_NOACCOUNT &&
	    postfix_destination_next(&list, &destination))
		r = look_at(search, &destination, NULL);
	return r;
}

/* Those that have a login of their own, which need not be called as they. */
static enum status
look_at_senders(struct search *search)
{
	struct postfix_entry_place place;
	enum status r = STATUS_NOACCOUNT;
	size_t i;

	if (!postfix_is_yes(search->judgement.postfix, POSTFIX_BY_SENDER))
		return r;
	for (i = 0; r == STATUS_NOACCOUNT && i < MAX_ENTRIES &&
	     postfix_find_sender(&search->judgement, i, &place);
	     i++)
		r = look_at_sender(search, place.key);
	return r;
}

static enum status
look_at_source(struct search *search, const struct postfix_source *source,
    bool is_transport)
{
	struct postfix_destination destination;
	const struct postfix_entry *entry;
	enum status r = STATUS_NOACCOUNT;
	size_t i;

	for (i = 0;
	     r == STATUS_NOACCOUNT && i < source->count && i < MAX_ENTRIES;
	     i++) {
		entry = &source->entries[i];
		if (postfix_route_parse(entry->value, is_transport,
			&destination))
			r = look_at(search, &destination,
			    is_transport ? NULL : entry->key);
	}
	return r;
}

static enum status
look_at_routes(struct search *search, const char *parameter)
{
	const char *list = postfix_get(search->judgement.postfix, parameter);
	enum status r = STATUS_NOACCOUNT;
	struct postfix_source source;
	struct postfix_map map;

	while (r == STATUS_NOACCOUNT && postfix_map_next(&list, &map)) {
		postfix_source_init(&source);
		if (postfix_map_has_source(&map) &&
		    postfix_source_read(&source, map.path, NULL) == STATUS_OK)
			r = look_at_source(search, &source,
			    strcmp(parameter, POSTFIX_TRANSPORT) == 0);
		postfix_source_clear(&source);
	}
	return r;
}

enum status
postfix_where(const struct postfix *postfix, const char *account,
    struct postfix_destination *destination, struct diag *diag)
{
	struct search search = {
		.judgement = { .postfix = postfix, .account = account },
		.account = account,
		.found = destination,
		.diag = diag,
	};
	enum status r;

	if (postfix_get(postfix, POSTFIX_PASSWORDS)[0] == '\0')
		return STATUS_NOACCOUNT;
	if ((r = look_at_sender(&search, account)) == STATUS_NOACCOUNT)
		r = look_at_relays(&search);
	if (r == STATUS_NOACCOUNT)
		r = look_at_senders(&search);
	if (r == STATUS_NOACCOUNT)
		r = look_at_routes(&search, POSTFIX_SENDER_RELAYHOST);
	if (r == STATUS_NOACCOUNT)
		r = look_at_routes(&search, POSTFIX_TRANSPORT);
	return r;
}

void
postfix_where_url(const struct postfix *postfix,
    const struct postfix_destination *destination, char *url, size_t space)
{
	static const char prefix[] = "ipv6:";
	bool is_first = postfix_is_yes(postfix, "smtp_tls_wrappermode");
	const char *host = destination->host;
	bool is_ipv6;

	if (strncasecmp(host, prefix, strlen(prefix)) == 0)
		host += strlen(prefix);
	is_ipv6 = strchr(host, ':') != NULL;
	snprintf(url, space, "smtp%s://%s%s%s:%u", is_first ? "s" : "",
	    is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "",
	    postfix_destination_port(destination));
}
