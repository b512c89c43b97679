/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The state directory, which a process opens once and keeps open, so that
 * records are found after chroot(2).
 */

#ifndef STATEDIR_H
#define STATEDIR_H

#include <stdbool.h>

#include "file.h"
#include "place.h"
#include "status.h"

/*
 * Sets *dir to a copy of the open directory of that place, whose descriptor
 * stays this module's. The first call opens it and makes sure that nobody else
 * can write to it and to its tokens; later ones make no system call.
 * STATUS_NOACCOUNT (no sentence is needed) when there is none, STATUS_ACCESS:
 * dir is then perhaps one that is not open, and the next call looks anew. Any
 * thread may call.
 */
enum status statedir_get(const struct place *place, struct dir *dir,
    struct diag *diag);

/*
 * Whether the program has left its descriptor alone. Where it has not, what was
 * read beneath it is worth nothing, and the next statedir_get() opens it anew.
 * To be called before anything is written there. One system call.
 */
bool statedir_verify(void);

/*
 * As file_read_owned(): what the name means now. The descriptor of the file
 * that was read last stays open, which halves the cost of reading it again.
 */
enum status statedir_read(const struct dir *dir, const char *name,
    struct buf *out, struct diag *diag);

/* Lets go of that file: it is opened by its name the next time. */
void statedir_forget(void);

/* For fork(2): no other thread is at work in here between these two. */
void statedir_lock(void);
void statedir_unlock(void);

/* Closes it. Nobody may be using it. */
void statedir_close(void);

#endif
