/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The state directory, which a process opens once and keeps open, so that
 * records are found after chroot(2).
 */

#ifndef STATEDIR_H
#define STATEDIR_H

#include "file.h"
#include "place.h"
#include "status.h"

/*
 * The open directory of that place, which stays this module's. The first call
 * opens it and makes sure that nobody else can write to it and to its tokens;
 * later ones are free. STATUS_NOACCOUNT (no sentence is needed) when there is
 * none, STATUS_ACCESS: dir is then perhaps one that is not open, never NULL,
 * and the next call looks anew. Any thread may call.
 */
enum status statedir_get(const struct place *place, const struct dir **dir,
    struct diag *diag);

/* Closes it. Nobody may be using it. */
void statedir_close(void);

#endif
