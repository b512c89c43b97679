/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Which mail program an examination is about.
 */

#ifndef DOCTOR_CLIENT_H
#define DOCTOR_CLIENT_H

#include "doctor.h"
#include "mailserver.h"

/*
 * For verb_check: do the options that name a program, and --fix, go together?
 * False: that has been said.
 */
bool doctor_client_check(const struct command *command);

/*
 * Fills doctor->client: what --postfix, --mbsync or --client name; without any,
 * the Postfix of this host, if this is root and it logs in somewhere, else
 * none, whose name is NULL. The session is initialised. A Postfix that was asked
 * for and cannot be looked at is no failure, but the client's trouble.
 * STATUS_CONFIG for a program that is not known, STATUS_CANCELLED, STATUS_NOMEM.
 */
enum status doctor_client_find(struct doctor *doctor, struct diag *diag);
void doctor_client_clear(struct doctor_client *client);

/* The accounts that it may be about: the one that was named, or all. To be
 * cleared in any case. */
enum status doctor_client_accounts(struct doctor *doctor,
    struct accounts *accounts, struct diag *diag);

#endif
