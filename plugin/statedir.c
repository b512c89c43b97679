/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The state directory of this process. See statedir.h.
 *
 * A program may close the descriptor and use its number again. That is looked
 * for where it costs nothing that counts: when a record cannot be read or is
 * not fresh. The directory is then opened anew, in an object of its own, for
 * another thread may be at the old one.
 *
 * BUGS: a directory that is removed, or moved, and made again under a running
 * process is not noticed by it: it goes on with the old one. Where the number
 * has become another directory, with a fresh record of the very account in the
 * same place below it, that record is taken.
 */

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "account.h"
#include "statedir.h"

/* One opening of it. Those that were lost are freed at the end. */
struct opened {
	struct opened *earlier;
	struct dir dir;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static const struct dir none = { .fd = -1 };
static struct opened *newest;
static _Atomic(struct opened *) trusted; /* newest, and found in order */
static pthread_mutex_t held_mutex = PTHREAD_MUTEX_INITIALIZER;
static struct held_file held = { .fd = -1 }; /* the record read last */
static _Atomic(uid_t) renewer = FILE_NOBODY; /* owns the records, if known */

/* It is there, and not known to be another one by now. */
static bool
is_open(const struct opened *opened)
{
	return opened != NULL && dir_is_own(&opened->dir);
}

/* Opens it, and notes at once what the descriptor is of. */
static enum status
open_and_note(struct dir *dir, const char *path, struct diag *diag)
{
	enum status r;

	if ((r = dir_open(dir, path, diag)) != STATUS_OK)
		return r;
	dir_note(dir);
	if (dir->inode != 0)
		return STATUS_OK;
	dir_close(dir);
	return diag_set(diag, STATUS_ACCESS, "cannot look at the directory %s",
	    path);
}

/* Makes sure that newest is open. With the mutex held. */
static enum status
open_newest(const char *path, struct diag *diag)
{
	struct opened *opened;
	enum status r;

	if (is_open(newest))
		return STATUS_OK;
	if ((opened = calloc(1, sizeof(*opened))) == NULL)
		return diag_set_nomem(diag);
	if ((r = open_and_note(&opened->dir, path, diag)) != STATUS_OK) {
		free(opened);
		return r;
	}
	opened->earlier = newest;
	newest = opened;
	return STATUS_OK;
}

/* With the mutex held. */
static enum status
open_and_check(const struct place *place, struct diag *diag)
{
	enum status r;
	uid_t owner;

	if (place->state[0] == '\0')
		return STATUS_NOACCOUNT;
	if ((r = open_newest(place->state, diag)) != STATUS_OK)
		return r;
	if ((r = dir_check(&newest->dir, ".", diag)) != STATUS_OK)
		return r;
	r = dir_check_owner(&newest->dir, ACCOUNT_TOKENS_DIR, &owner, diag);
	if (r == STATUS_NOACCOUNT)
		return STATUS_OK; /* nothing to trust yet: look again */
	if (r != STATUS_OK)
		return r;
	atomic_store_explicit(&renewer, owner, memory_order_relaxed);
	atomic_store_explicit(&trusted, newest, memory_order_release);
	return STATUS_OK;
}

enum status
statedir_get(const struct place *place, const struct dir **dir,
    struct diag *diag)
{
	const struct opened *opened;
	enum status r;

	opened = atomic_load_explicit(&trusted, memory_order_acquire);
	if (opened != NULL) {
		*dir = &opened->dir;
		return STATUS_OK;
	}
	pthread_mutex_lock(&mutex);
	r = open_and_check(place, diag);
	*dir = is_open(newest) ? &newest->dir : &none;
	pthread_mutex_unlock(&mutex);
	return r;
}

bool
statedir_verify(void)
{
	struct opened *opened;
	bool is_own;

	pthread_mutex_lock(&mutex);
	opened = atomic_load_explicit(&trusted, memory_order_relaxed);
	is_own = opened == NULL || dir_is_own(&opened->dir);
	if (!is_own)
		atomic_store_explicit(&trusted, NULL, memory_order_relaxed);
	pthread_mutex_unlock(&mutex);
	return is_own;
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
statedir_lock(void)
{
	pthread_mutex_lock(&mutex);
	pthread_mutex_lock(&held_mutex);
}

void
statedir_unlock(void)
{
	pthread_mutex_unlock(&held_mutex);
	pthread_mutex_unlock(&mutex);
}

void
statedir_close(void)
{
	struct opened *opened;

	statedir_forget();
	pthread_mutex_lock(&mutex);
	atomic_store_explicit(&trusted, NULL, memory_order_relaxed);
	atomic_store_explicit(&renewer, FILE_NOBODY, memory_order_relaxed);
	while ((opened = newest) != NULL) {
		newest = opened->earlier;
		dir_close_own(&opened->dir);
		free(opened);
	}
	pthread_mutex_unlock(&mutex);
}
