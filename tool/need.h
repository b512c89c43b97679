/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Must somebody do something about an account, who, and by when? As far as
 * that can be known: what the provider has said of the login, what is known of
 * the provider, the ends of the application's secret and certificate, and the
 * last failure.
 */

#ifndef NEED_H
#define NEED_H

#include "overview.h"

enum need_who {
	NEED_NOBODY,  /* nothing is known that somebody must do */
	NEED_LOGIN,   /* a person logs in */
	NEED_REFRESH, /* it is used, or refreshed: no person is asked */
	NEED_ADMIN,   /* the configuration or something at the provider
		       * changes */
	NEED_COUNT
};

struct need {
	enum need_who who;
	int64_t by;      /* Unix time; 0: now */
	struct diag why; /* one sentence, with what to do */
};

/* Without an end in sight; see need_left_s(). */
#define NEED_NEVER INT64_MAX

/* What is nearer is to be told to somebody. */
#define NEED_SOON_S ((int64_t)3 * 24 * 3600)

/* What is this far away is worth a line for a person who looks. */
#define NEED_SHOWN_S ((int64_t)30 * 24 * 3600)

/* The nearest need of all. It opens nothing. */
void need_judge(const struct overview *overview, int64_t now,
    struct need *need);

/* How long nobody has to do anything; 0: it is time, NEED_NEVER. */
int64_t need_left_s(const struct need *need, int64_t now);

/* Is there trouble that passes, so that nobody but time can help? */
bool need_is_passing(const struct overview *overview);

/* Can the account be used as it is at that time: is its token good? */
bool need_has_token(const struct overview *overview, int64_t now);

/* "login", "refresh", "administrator"; NULL: nobody. */
const char *need_who_name(enum need_who who);

#endif
