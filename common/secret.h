/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Memory for what must not get out: refresh tokens, client secrets, private
 * keys, and the texts that they stand in.
 *
 * It lies in pages of its own, which a core dump leaves out where the system
 * can do that, and is wiped when it is given back. A program of ours has the
 * pages locked too; how much a process may lock is otherwise left to it. Any
 * thread may call any of these. Nothing here blocks for longer than a call to
 * mmap(2) takes.
 */

#ifndef SECRET_H
#define SECRET_H

#include <stddef.h>

/*
 * Size bytes, aligned for any type, their content undefined; NULL: out of
 * memory. secret_release() wipes them and gives them back. It takes NULL, and
 * does nothing about a block that is not one, or is not one any more.
 */
void *secret_alloc(size_t size);
void secret_release(void *block);

/* A copy of a string, or of its first length bytes, or NULL. */
char *secret_copy(const char *string);
char *secret_copy_n(const char *bytes, size_t length);

/*
 * Wipes and frees one string, and clears the pointer to it. It may be of
 * secret_copy() or of string_copy(), which is in memory of malloc(3). NULL is
 * fine.
 */
void secret_free(char **secret);

/*
 * From now on pages are locked, so that they are not swapped out, as far as
 * RLIMIT_MEMLOCK lets them. For the start of a program of ours, before the
 * first secret and the first thread.
 */
void secret_lock_pages(void);

/*
 * For fork(2): no other thread is in here between these two, so that the child
 * finds everything in order. The latter is called in both processes. Who has
 * other threads registers them with pthread_atfork(3), before any lock of ours
 * is held: on some systems that waits for forks that are on their way.
 */
void secret_lock(void);
void secret_unlock(void);

#endif
