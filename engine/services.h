/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The mail services that a token is for, as a set, and the scope that gives
 * access to them and to nothing else.
 */

#ifndef SERVICES_H
#define SERVICES_H

#include "buf.h"
#include "provider.h"

#define SERVICE_SMTP 1U
#define SERVICE_IMAP 2U
#define SERVICE_POP 4U
#define SERVICE_COUNT 3

/* One of them: its bit, and its name as a person writes it. */
struct service {
	unsigned bit;
	const char *name;
};
extern const struct service services[SERVICE_COUNT];

/* Room for the names of all of them. */
#define SERVICES_MAX_NAMES 24

/*
 * The set that a text names, "smtp imap" or "SMTP,POP3", say; 0: it is none.
 */
unsigned services_parse(const char *text);

/* Writes the names of a set: "smtp, pop". */
void services_name(unsigned set, char *text, size_t space);

/* Those of the set that the provider has no scope for. */
unsigned services_lacking(const struct provider *provider, unsigned set);

/*
 * Appends the scope that a person's login asks for: that of each service, each
 * once, and what the provider wants besides. Nothing for a provider whose
 * scopes are not known. STATUS_NOMEM is the buffer's.
 */
void services_add_scope(const struct provider *provider, unsigned set,
    struct buf *scope);

#endif
