/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What an OAuth error means and what to do next, as data.
 */

#ifndef EXPLAIN_H
#define EXPLAIN_H

#include "status.h"

struct explanation {
	const char *error; /* RFC 6749, 5.2; RFC 8628, 3.5; OpenID Connect */
	enum status status;
	const char *cause;
	/* What a person should do; NULL: log in, as STATUS_REAUTH says. */
	const char *next;
};

/* The explanation of an OAuth error code; NULL for an unknown one. */
const struct explanation *explain_find(const char *error);

#endif
