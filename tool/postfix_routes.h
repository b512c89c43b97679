/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The servers that a Postfix hands mail to: one for all mail, or several, and
 * those of the recipients besides. For postfix_judge.h's files.
 */

#ifndef POSTFIX_ROUTES_H
#define POSTFIX_ROUTES_H

#include "postfix_judge.h"

/* More are not looked at: nobody reads of them. */
#define POSTFIX_MAX_ROUTES 50

struct postfix_routes {
	struct postfix_destination of[POSTFIX_MAX_ROUTES]; /* each once */
	size_t count;
	bool has_others; /* mail goes elsewhere as well, or may */
};

/*
 * Collects what relayhost, smtp_fallback_relay and the tables of senders and
 * transports name, with the changes made. Tables that cannot be read count as
 * others.
 */
void postfix_routes_find(const struct postfix_judgement *judgement,
    struct postfix_routes *routes);

/* Does all mail go to one server, so that what is set for all is right? */
bool postfix_routes_is_one(const struct postfix_routes *routes);

/* For the above and its tests: one entry of a table of senders, or of one of
 * transports. */
void postfix_routes_add(struct postfix_routes *routes, const char *value,
    bool is_transport);

#endif
