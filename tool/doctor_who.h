/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Whose rights count for an account: those of the program that presents tokens,
 * and of who renews them.
 */

#ifndef DOCTOR_WHO_H
#define DOCTOR_WHO_H

#include <stdbool.h>

#include "doctor.h"
#include "doctor_try.h"
#include "owners.h"

struct doctor_who {
	struct owners owners;       /* by the configuration */
	struct doctor_user client;  /* the mail program's user */
	struct doctor_user renewer; /* may be the same user, by its uid */
	/* The state is this user's to mend: root's, or a person's own. */
	bool is_ours;
};

/*
 * The client is the one that doctor->client names; else, for root, the user
 * who is configured to renew, and for anybody else this user. account NULL: of
 * all. Statuses as owners_look() has them.
 */
enum status doctor_find_who(const struct doctor *doctor, const char *account,
    struct doctor_who *who, struct diag *diag);

/*
 * Is the mail program Postfix, or, where none is named, is Postfix's user the
 * renewer? It loads modules as root, before it enters a chroot and becomes its
 * user: what is loaded then is found whoever may come to it.
 */
bool doctor_is_postfix(const struct doctor *doctor);

/*
 * Does the mail program use another place than this user, so that nothing that
 * is found here is of any use to it? path is this user's, system the system's,
 * and variable would name the same to both. Told, where that is so.
 */
bool doctor_is_elsewhere(struct doctor *doctor, const char *what,
    const char *path, const char *system, const char *variable);

/* "Postfix (as postfix, in /var/spool/postfix)": for sentences. */
void doctor_name_client(const struct doctor *doctor,
    const struct doctor_who *who, struct diag *name);

#endif
