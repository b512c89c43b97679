/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The state directory of this process. See statedir.h.
 *
 * A program may close the descriptor and use its number again. That is looked
 * for where it costs nothing that counts: when a record cannot be read or is
 * not fresh. The directory is then opened anew. Another thread may be at the
 * old one, so each caller has a copy of what it needs to know about it.
 *
 * BUGS: a directory that is removed, or moved, and made again under a running
 * process is not noticed by it: it goes on with the old one. Where the number
 * has become another directory, with a fresh record of the very account in the
 * same place below it, that record is taken.
 */

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "account.h"
#include "statedir.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct dir current = { .fd = -1 }; /* with the mutex held, as the next */
static bool is_trusted;                   /* current was found in order */
static pthread_mutex_t held_mutex = PTHREAD_MUTEX_INITIALIZER;
static struct held_file held = { .fd = -1 }; /* the record read last */
static _Atomic(uid_t) renewer = FILE_NOBODY; /* owns the records, if known */

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

/* With the mutex held. */
static enum status
open_and_check(const struct place *place, struct diag *diag)
{
	enum status r;
	uid_t owner;

	if (place->state[0] == '\0')
		return STATUS_NOACCOUNT;
	/* One that was lost is not closed, for it is the program's. */
	if (!dir_is_own(&current) &&
	    (r = open_and_note(&current, place->state, diag)) != STATUS_OK)
		return r;
	if ((r = dir_check(&current, ".", diag)) != STATUS_OK)
		return r;
	r = dir_check_owner(&current, ACCOUNT_TOKENS_DIR, &owner, diag);
	if (r == STATUS_NOACCOUNT)
		return STATUS_OK; /* nothing to trust yet: look again */
	if (r != STATUS_OK)
		return r;
	atomic_store_explicit(&renewer, owner, memory_order_relaxed);
	is_trusted = true;
	return STATUS_OK;
}

/* Without the space behind the path. */
static void
copy_dir(struct dir *to, const struct dir *from)
{
	to->fd = from->fd;
	to->device = from->device;
	to->inode = from->inode;
	strcpy(to->path, from->path);
}

enum status
statedir_get(const struct place *place, struct dir *dir, struct diag *diag)
{
	enum status r = STATUS_OK;

	pthread_mutex_lock(&mutex);
	if (!is_trusted)
		r = open_and_check(place, diag);
	copy_dir(dir, &current);
	pthread_mutex_unlock(&mutex);
	return r;
}

bool
statedir_verify(void)
{
	bool is_own;

	pthread_mutex_lock(&mutex);
	is_own = !is_trusted || dir_is_own(&current);
	if (!is_own)
		is_trusted = false;
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
	statedir_forget();
	pthread_mutex_lock(&mutex);
	is_trusted = false;
	atomic_store_explicit(&renewer, FILE_NOBODY, memory_order_relaxed);
	dir_close_own(&current);
	pthread_mutex_unlock(&mutex);
}
