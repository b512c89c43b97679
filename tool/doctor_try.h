/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What another user can do with the files of an account: not worked out from
 * owners and modes, but tried, in a child process that becomes that user. Its
 * trials leave nothing behind and change nothing.
 */

#ifndef DOCTOR_TRY_H
#define DOCTOR_TRY_H

#include <stdbool.h>
#include <sys/types.h>

#include "session.h"

enum doctor_trial {
	TRY_CONF,       /* reads the configuration, by its path */
	TRY_PATH,       /* comes to the state directory by its path */
	TRY_FILES,      /* reads what the configuration names, to renew */
	TRY_RECORD,     /* reads the token record, as the module does */
	TRY_GRANT,      /* reads the grant */
	TRY_TOKENS,     /* writes a file into tokens/, */
	TRY_GRANTS,     /* and into grants/ */
	TRY_LOCK,       /* takes the account's lock, if there is one */
	TRY_TOKEN_FILE, /* reads a token file, by the path it is called by */
	TRY_BESIDE,     /* writes beside that, to renew it */
	TRIAL_COUNT
};

#define TRY(trial) (1U << (trial))
#define TRY_BY_PATH (TRY(TRY_CONF) | TRY(TRY_PATH) | TRY(TRY_FILES))
#define TRY_TO_RENEW \
	(TRY(TRY_GRANT) | TRY(TRY_TOKENS) | TRY(TRY_GRANTS) | TRY(TRY_LOCK))

/* A longer name is cut, and is of nobody then. */
#define DOCTOR_MAX_USER 256

/* Whom to become. */
struct doctor_user {
	char name[DOCTOR_MAX_USER]; /* for its groups, and for sentences */
	uid_t uid;
	gid_t gid;
	const char *root; /* chroot(2); NULL: none. Not for TRY_BY_PATH */
};

/* What came of one trial. */
struct doctor_tried {
	enum status status; /* STATUS_NOACCOUNT: there is no such file */
	struct diag diag;
};

struct doctor_trials {
	const char *account;  /* or the path of the token file */
	const char *provider; /* that the login chose; NULL: none */
	unsigned wanted;      /* TRY() of each */
	struct doctor_tried of[TRIAL_COUNT];
};

/* Can this process become that user? */
bool doctor_can_become(const struct doctor_user *user);

/*
 * Tries what is wanted, each by itself. The state directory that the session
 * has open is passed on, as the module opens it before a chroot; without one,
 * what is beneath it is STATUS_NOACCOUNT. STATUS_OK when everything was tried,
 * whatever came of it; else why it was not. Forks: no other thread of this
 * process may be at work. Waits for 20 seconds at most.
 */
enum status doctor_try(const struct session *session,
    const struct doctor_user *user, struct doctor_trials *trials,
    struct diag *diag);

#endif
