/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Commands that give what is in the state directory to whom it belongs to, by
 * the table in setup.h.
 */

#ifndef DOCTOR_MEND_H
#define DOCTOR_MEND_H

#include "doctor.h"
#include "setup.h"

/* The three directories, and an account's record, grant and lock. */
#define MENDS_MAX 6

struct mends {
	struct {
		struct diag what;    /* "X belongs to root:root, mode 0600" */
		struct diag command; /* "chown -h postfix:postfix X" */
		uid_t uid;           /* whose it is */
		gid_t gid;
	} of[MENDS_MAX];
	size_t count;
};

/* Nothing is to be done yet. */
void mends_init(struct mends *mends);

/*
 * Compares one thing beneath the open state directory; name is "." for that
 * itself. Nothing happens where it is right, or not there. Of a person's files
 * only the owner counts: they may share them as they like.
 */
void mends_add(struct mends *mends, const struct session *session,
    const struct owners *owners, enum setup_thing thing, const char *name);

/* The commands, as lines of the finding before and its next step. A report
 * learns whose files they are. */
void mends_tell(const struct mends *mends, struct doctor *doctor);

#endif
