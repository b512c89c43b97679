/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Loading the engine. See engineload.h.
 *
 * The object is never unloaded: the libraries behind it leave threads and
 * exit handlers in the process.
 */

#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "engineload.h"
#include "forklock.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct engineload current; /* engine is NULL while it is not open */
static struct diag first_problem;
static _Atomic(engine_at_work_function *) is_at_work; /* stays, once loaded */

static const char *
engine_path(void)
{
	const char *path = secure_getenv("SASL_BEARER_ENGINE");

	return path != NULL ? path : PKGLIBDIR "/" ENGINE_OBJECT;
}

static enum status
load_table(const struct engine_table **table, struct diag *diag)
{
	const char *path = engine_path();
	const struct engine_table *found;
	engine_function *function;
	void *object;

	if ((object = dlopen(path, RTLD_NOW | RTLD_LOCAL)) == NULL ||
	    (*(void **)&function = dlsym(object, ENGINE_SYMBOL)) == NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "cannot load what renews tokens: %s; install sasl-bearer "
		    "completely",
		    dlerror());
	found = function();
	if (found->abi != ENGINE_ABI)
		return diag_set(diag, STATUS_CONFIG,
		    "%s is of another version (interface %u, this one has %d); "
		    "install one version everywhere and restart the program",
		    path, found->abi, ENGINE_ABI);
	atomic_store(&is_at_work, found->is_at_work);
	*table = found;
	return STATUS_OK;
}

/* With the mutex held. */
static enum status
load(struct diag *diag)
{
	enum status r;

	if (current.table == NULL &&
	    (r = load_table(&current.table, diag)) != STATUS_OK) {
		if (first_problem.text[0] == '\0')
			first_problem = *diag;
		*diag = first_problem;
		return r;
	}
	return current.table->open(&current.engine, diag);
}

enum status
engineload_get(struct engineload *loaded, struct diag *diag)
{
	enum status r = STATUS_OK;

	forklock_lock(&mutex);
	if (current.engine == NULL)
		r = load(diag);
	if (r == STATUS_OK)
		*loaded = current;
	forklock_unlock(&mutex);
	return r;
}

void
engineload_close(void)
{
	forklock_lock(&mutex);
	if (current.engine != NULL)
		current.table->close(&current.engine);
	memset(&current, 0, sizeof(current));
	memset(&first_problem, 0, sizeof(first_problem));
	forklock_unlock(&mutex);
}

bool
engineload_is_here(void)
{
	engine_at_work_function *engine_is = atomic_load(&is_at_work);

	return forklock_is_held() || (engine_is != NULL && engine_is());
}

void
engineload_lock(void)
{
	forklock_lock(&mutex);
	if (current.engine != NULL)
		current.table->lock(current.engine);
}

void
engineload_unlock(void)
{
	if (current.engine != NULL)
		current.table->unlock(current.engine);
	forklock_unlock(&mutex);
}
