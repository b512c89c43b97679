/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Which hosts take a domain's mail (RFC 5321, 5.1), and a domain's alias.
 */

#ifndef MX_H
#define MX_H

#include <stdbool.h>
#include <stddef.h>

#include "status.h"

/* Domains have a handful; more are not looked at. */
#define MX_MAX_HOSTS 16

/* A name as text: RFC 1035, 2.3.4, and a NUL. */
#define MX_MAX_NAME 254

struct mx_host {
	unsigned preference;    /* the lowest one is tried first */
	char name[MX_MAX_NAME]; /* lower case, without the final dot */
};

struct mx_list {
	struct mx_host hosts[MX_MAX_HOSTS]; /* the preferred ones first */
	size_t count;
	bool is_null; /* it takes no mail (RFC 7505) */
};

/* Two types of records. */
enum mx_kind {
	MX_KIND_HOSTS,
	MX_KIND_ALIAS, /* CNAME */
};

/*
 * Understands a name server's answer about a domain, which may be any bytes.
 * Records with a name that no host has are left out. A domain without such
 * records has an empty list.
 *
 * STATUS_CONFIG: there is no such domain. STATUS_AGAIN: the server has
 * trouble, or its answer is malformed.
 */
enum status mx_read(const void *bytes, size_t length, enum mx_kind kind,
    const char *domain, struct mx_list *list, struct diag *diag);

/*
 * Asks the name servers for a domain's mail hosts, or for the one name that a
 * name is an alias of. Statuses are those of mx_read() and dns_ask(). Blocks
 * until timeout_ms at most.
 */
enum status mx_find(const char *domain, int timeout_ms, struct mx_list *list,
    struct diag *diag);
enum status mx_find_alias(const char *name, int timeout_ms,
    struct mx_list *list, struct diag *diag);

/* Their shape, for those who take one as an argument. */
typedef enum status mx_function(const char *domain, int timeout_ms,
    struct mx_list *list, struct diag *diag);

#endif
