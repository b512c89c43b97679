/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The engine, which renews tokens: a separate object, loaded when a token must
 * be renewed and not before.
 */

#ifndef ENGINELOAD_H
#define ENGINELOAD_H

#include "engine_abi.h"
#include "status.h"

/* What is needed to call it: table->renew(engine, ...). Stays this module's. */
struct engineload {
	const struct engine_table *table;
	struct engine *engine;
};

/*
 * Gives the open engine: loads PKGLIBDIR/sasl-bearer-engine.so, or the object
 * that SASL_BEARER_ENGINE names (secure_getenv(3)), and opens it, once for the
 * process. STATUS_CONFIG when it cannot be loaded or is of another version;
 * the next call tries again, and when that fails too says what failed first,
 * since that was outside a chroot(2) if there is one. STATUS_NOMEM. Any thread
 * may call; the others wait.
 */
enum status engineload_get(struct engineload *loaded, struct diag *diag);

/*
 * For fork(2): no other thread is loading, or holds a lock of the engine,
 * between these two. Not for a thread of which the next says yes.
 */
void engineload_lock(void);
void engineload_unlock(void);

/*
 * Is this thread loading, or within the software of a token that the engine
 * has called with a lock held?
 */
bool engineload_is_here(void);

/* Closes the engine; its object stays. Nobody may be using it. */
void engineload_close(void);

#endif
