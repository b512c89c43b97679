/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What is in force for an account: the configuration, and what a login has
 * chosen; and where each value comes from.
 */

#ifndef INFORCE_H
#define INFORCE_H

#include <stdbool.h>

#include "grant.h"
#include "session.h"

/* Room for "FILE:LINE", and for a value. */
#define INFORCE_MAX_FROM (PLACE_MAX_PATH + 16)
#define INFORCE_MAX_VALUE (CONF_MAX_VALUE + 1)

struct inforce {
	struct settings settings;
	struct grant grant;  /* empty where nobody has logged in */
	bool is_hidden;      /* there is a grant, and it cannot be read */
	struct diag missing; /* a provider that is gone since; "": none */
};

/*
 * Works it out as renewals do. account NULL: what is outside of sections. To
 * be cleared in any case. Statuses as conf_resolve_with() has them.
 */
enum status inforce_find(const struct session *session, const char *account,
    struct inforce *inforce, struct diag *diag);
void inforce_clear(struct inforce *inforce);

/* One option as it is shown. */
struct inforce_shown {
	char value[INFORCE_MAX_VALUE]; /* "" when it is not set; no secret */
	char from[INFORCE_MAX_FROM];
};

void inforce_show(const struct session *session,
    const struct settings *settings, enum option option,
    struct inforce_shown *shown);

/* How the session's places were found: "the system's", "your own", ... */
const char *inforce_conf_choice(const struct session *session);
const char *inforce_state_choice(const struct session *session);

#endif
