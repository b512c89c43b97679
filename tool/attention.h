/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The option on_attention: a command that is run once when an account starts to
 * need a person, and once when it is well again, over all processes.
 *
 * Verbs call it: nothing is ever run from within a mail program. What was told
 * is a mark in the account's lock file (ledger.h). The command is run without
 * the lock, so that no login waits for it; a mark says that it is running. One
 * that fails is told of, and run again at the next occasion.
 */

#ifndef ATTENTION_H
#define ATTENTION_H

#include "session.h"

/* How long the command may take; then it is ended, with its process group. */
#define ATTENTION_DEADLINE_MS 30000

/* After this, who has begun to tell has come to no good. */
#define ATTENTION_CLAIM_S 60

enum attention_event {
	ATTENTION_NONE,
	ATTENTION_BEGINS,
	ATTENTION_ENDS,
};

struct overview;
struct need;

/*
 * What has to be told of an account, where told is what was told last. Trouble
 * that passes is no change, and neither is a token that was just renewed
 * because a server refused the one before: nobody knows whether that helped.
 */
enum attention_event attention_judge(const struct overview *overview,
    const struct need *need, int64_t now, bool told);

/*
 * Looks at an account, and runs the command if there is one and something has
 * changed. What goes wrong is told on standard error.
 */
void attention_check(const struct session *session, const char *account);

/*
 * The same before a renewal: only that a server refuses tokens is of interest,
 * which cannot be seen afterwards.
 */
void attention_check_refusal(const struct session *session,
    const char *account);

/*
 * Runs a command by sh(1), in a process group of its own, with these variables
 * alone, standard input empty, and what it prints on standard error. Waits for
 * its end, until the deadline or an interrupt. STATUS_AGAIN says how it failed.
 */
enum status attention_run(const char *command, char *const *environment,
    int deadline_ms, struct diag *diag);

#endif
