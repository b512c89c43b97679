/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Becoming whom a mail program runs as, and going where it goes.
 */

#ifndef BECOME_H
#define BECOME_H

#include <sys/types.h>

#include "status.h"

struct become {
	const char *user; /* its name; NULL: nobody else */
	uid_t uid;
	gid_t gid;
	const char *root; /* for chroot(2); NULL: none */
};

/*
 * Enters the root, takes the groups of the user, and their rights, for good.
 * STATUS_ACCESS says what the system refused.
 */
enum status become_user(const struct become *become, struct diag *diag);

/* No core dump, and no look into this process by others of the same user. */
enum status become_private(void);

#endif
