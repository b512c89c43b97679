/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Which provider has the mailbox of an address: by the domains that a preset
 * names as its own, then by the hosts that take the domain's mail (MX), then
 * by where its mail programs are sent for their settings (autodiscover).
 */

#ifndef WHOSE_H
#define WHOSE_H

#include "mx.h"
#include "provider.h"
#include "status.h"

/* How long all questions to name servers may take. */
#define WHOSE_TIMEOUT_MS 8000

struct whose {
	const struct provider *provider;
	/*
	 * How that is known, a sentence's part: "the mail of contoso.com goes
	 * to contoso-com.mail.protection.outlook.com (MX)".
	 */
	char how[DIAG_MAX_TEXT];
};

/* The questions; mx_find() and mx_find_alias(), or a test's. */
struct whose_lookups {
	mx_function *hosts;
	mx_function *alias;
};
extern const struct whose_lookups whose_dns;

/*
 * Finds the provider of an address. STATUS_CONFIG where it is not found: the
 * sentence says what was seen, and names --provider and the presets; and for
 * what is no address. STATUS_AGAIN: the name servers do not answer.
 * STATUS_CANCELLED. STATUS_NOMEM. Blocks until WHOSE_TIMEOUT_MS at most.
 */
enum status whose_find(const char *address, const struct whose_lookups *lookups,
    struct whose *whose, struct diag *diag);

#endif
