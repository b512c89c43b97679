/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Does the provider send browsers back to a redirect address? One that is not
 * registered leaves a person before a page of the provider's, and the program
 * that waits hears nothing. So it is asked before, with prompt=none (OpenID
 * Connect Core, 3.1.2.1): nobody is shown anything, and a provider that knows
 * the address answers there.
 */

#ifndef REDIRECT_H
#define REDIRECT_H

#include "endpoint.h"
#include "explain.h"

/* How long an answer is waited for. */
#define REDIRECT_ASK_MS 5000

enum redirect_verdict {
	REDIRECT_UNKNOWN, /* no answer, or one that does not tell */
	REDIRECT_TAKEN,   /* browsers are sent there */
	REDIRECT_REFUSED, /* it is not registered, as the provider says */
};

struct redirect_answer {
	enum redirect_verdict verdict;
	char code[EXPLAIN_MAX_CODE]; /* what it called that */
};

/*
 * Asks for a redirect address as it would be sent, with its port. The endpoint
 * is prepared, and its authorization endpoint known; where that one is a
 * preset's and the token endpoint is not, it is not asked. Blocks for
 * REDIRECT_ASK_MS at most. No trouble on the way is a verdict.
 */
void redirect_ask(const struct renewer *renewer,
    const struct endpoint *endpoint, const char *uri,
    struct redirect_answer *answer);

/*
 * For an address that is refused: what is the case, and the next step. uri was
 * sent; path is that of the configuration.
 */
void redirect_say(const struct endpoint *endpoint, const char *uri,
    const struct redirect_answer *answer, const char *path, struct diag *what,
    struct diag *next);

#endif
