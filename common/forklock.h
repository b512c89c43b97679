/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Mutexes that are held while software of others is at work, which may fork(2)
 * in the very thread that holds them. A handler of pthread_atfork(3) must not
 * wait for locks then: it would wait for its own thread.
 */

#ifndef FORKLOCK_H
#define FORKLOCK_H

#include <pthread.h>
#include <stdbool.h>

void forklock_lock(pthread_mutex_t *mutex);
void forklock_unlock(pthread_mutex_t *mutex);

/* Does this thread hold any of them? Only those of the same object count. */
bool forklock_is_held(void);

#endif
