/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Locks that are counted. See forklock.h.
 *
 * BUGS: software that forks in a thread of its own, and waits for that while
 * we hold a lock, waits for ever. So does a program on a system where
 * pthread_atfork(3) waits for a fork that is on its way (glibc before 2.36,
 * musl), if software that we load in one thread calls it at the moment of a
 * fork in another.
 */

#include "forklock.h"

static _Thread_local unsigned count; /* that this thread holds */

void
forklock_lock(pthread_mutex_t *mutex)
{
	pthread_mutex_lock(mutex);
	count++;
}

void
forklock_unlock(pthread_mutex_t *mutex)
{
	count--;
	pthread_mutex_unlock(mutex);
}

bool
forklock_is_held(void)
{
	return count > 0;
}
