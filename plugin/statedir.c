/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The state directory of this process. See statedir.h.
 *
 * BUGS: a directory that is removed, or moved, and made again under a running
 * process is not noticed by it: it goes on with the old one.
 */

#include <pthread.h>
#include <stdatomic.h>

#include "account.h"
#include "statedir.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static const struct dir none = { .fd = -1 };
static struct dir state = { .fd = -1 };
static pthread_mutex_t held_mutex = PTHREAD_MUTEX_INITIALIZER;
static struct held_file held = { .fd = -1 }; /* the record read last */
static atomic_bool trusted; /* it is open and was found in order */
static _Atomic(uid_t) renewer = FILE_NOBODY; /* owns the records, if known */

/* With the mutex held. */
static enum status
open_and_check(const struct place *place, struct diag *diag)
{
	enum status r;
	uid_t owner;

	if (place->state[0] == '\0')
		return STATUS_NOACCOUNT;
	if (state.fd < 0 &&
	    (r = dir_open(&state, place->state, diag)) != STATUS_OK)
		return r;
	if ((r = dir_check(&state, ".", diag)) != STATUS_OK)
		return r;
	r = dir_check_owner(&state, ACCOUNT_TOKENS_DIR, &owner, diag);
	if (r == STATUS_NOACCOUNT)
		return STATUS_OK; /* nothing to trust yet: look again */
	if (r != STATUS_OK)
		return r;
	atomic_store_explicit(&renewer, owner, memory_order_relaxed);
	atomic_store_explicit(&trusted, true, memory_order_release);
	return STATUS_OK;
}

enum status
statedir_get(const struct place *place, const struct dir **dir,
    struct diag *diag)
{
	enum status r = STATUS_OK;

	*dir = &state;
	if (atomic_load_explicit(&trusted, memory_order_acquire))
		return STATUS_OK;
	pthread_mutex_lock(&mutex);
	if (!atomic_load_explicit(&trusted, memory_order_relaxed))
		r = open_and_check(place, diag);
	if (state.fd < 0)
		*dir = &none;
	pthread_mutex_unlock(&mutex);
	return r;
}

enum status
statedir_read(const struct dir *dir, const char *name, struct buf *out,
    struct diag *diag)
{
	uid_t owner = atomic_load_explicit(&renewer, memory_order_relaxed);
	enum status r;

	if (pthread_mutex_trylock(&held_mutex) != 0)
		return file_read_owned(dir, name, owner, out, diag);
	r = file_read_held(&held, dir, name, owner, out, diag);
	pthread_mutex_unlock(&held_mutex);
	return r;
}

void
statedir_forget(void)
{
	pthread_mutex_lock(&held_mutex);
	held_file_close(&held);
	pthread_mutex_unlock(&held_mutex);
}

void
statedir_close(void)
{
	statedir_forget();
	pthread_mutex_lock(&mutex);
	atomic_store_explicit(&trusted, false, memory_order_relaxed);
	dir_close(&state);
	pthread_mutex_unlock(&mutex);
}
