/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Locking and replacing files. See file.h.
 *
 * The order of a replacement is write, fsync, rename, fsync of the directory:
 * after a crash at any point the name means the old bytes or the new ones.
 *
 * BUGS: a file system that lies about fsync(2) can lose the new bytes. flock(2)
 * over NFS needs a server that knows it.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"

/* How long to sleep between two tries for a lock. */
#define LOCK_RETRY_MS 20

/* Zeros, to reserve space with. */
#define RESERVE_BLOCK 4096

static enum status
system_error(const struct dir *dir, const char *name, const char *verb,
    struct diag *diag)
{
	int error = errno;

	if (error == ENOSPC || error == EDQUOT)
		return diag_set(diag, STATUS_ACCESS,
		    "cannot %s %s%s: %s; free some space there", verb,
		    dir->path, name, strerror(error));
	return diag_set(diag, STATUS_ACCESS, "cannot %s %s%s: %s", verb,
	    dir->path, name, strerror(error));
}

/* The same of a lock: what may pass is not a matter of rights. */
static enum status
lock_error(const struct dir *dir, const char *name, const char *verb,
    struct diag *diag)
{
	bool may_pass = errno == ENOSPC || errno == EDQUOT || errno == EIO;
	enum status r = system_error(dir, name, verb, diag);

	return may_pass ? STATUS_AGAIN : r;
}

/*
 * A file made by root belongs to whom its directory belongs to, so that the
 * program that will use it can.
 */
static int
adopt_owner(const struct dir *dir, const char *name, int fd)
{
	char parent[FILE_MAX_NAME];
	struct stat st;
	char *slash;

	if (geteuid() != 0)
		return 0;
	snprintf(parent, sizeof(parent), "%s", name);
	if ((slash = strrchr(parent, '/')) != NULL)
		*slash = '\0';
	if (fstatat(dir->fd, slash != NULL ? parent : ".", &st, 0) != 0)
		return -1;
	return fchown(fd, st.st_uid, st.st_gid);
}

static enum status
open_lock(const struct dir *dir, const char *name, int *fd, struct diag *diag)
{
	struct stat st;
	int flags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	enum status r;
	int new_fd;

	new_fd = file_high_fd(
	    openat(dir->fd, name, flags | O_CREAT, S_IRUSR | S_IWUSR));
	if (new_fd < 0)
		return lock_error(dir, name, "open", diag);
	if (fstat(new_fd, &st) != 0)
		r = lock_error(dir, name, "look at", diag);
	else if (!S_ISREG(st.st_mode))
		r = diag_set(diag, STATUS_ACCESS,
		    "%s%s is not a regular file; move it away", dir->path,
		    name);
	/* Also one that root made and was killed over; never another file. */
	else if (st.st_uid == 0 && st.st_size == 0 && st.st_nlink == 1 &&
	    adopt_owner(dir, name, new_fd) != 0)
		r = lock_error(dir, name, "own", diag);
	else
		r = STATUS_OK;
	if (r == STATUS_OK)
		*fd = new_fd;
	else
		close(new_fd);
	return r;
}

enum status
file_lock(const struct dir *dir, const char *name, int wait_ms, int *fd,
    struct diag *diag)
{
	const struct timespec pause = { 0, LOCK_RETRY_MS * 1000000L };
	int64_t deadline = clock_elapsed_ms() + wait_ms;
	enum status r;
	int new_fd = -1;

	if ((r = open_lock(dir, name, &new_fd, diag)) != STATUS_OK)
		return r;
	while (flock(new_fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK && errno != EINTR) {
			r = lock_error(dir, name, "lock", diag);
			close(new_fd);
			return r;
		}
		if (wait_ms == 0 || clock_elapsed_ms() >= deadline) {
			close(new_fd);
			r = diag_set(diag, STATUS_AGAIN,
			    "another process has held %s%s for too long; see "
			    "what it does with: fuser -v %s%s",
			    dir->path, name, dir->path, name);
			errno = EWOULDBLOCK;
			return r;
		}
		nanosleep(&pause, NULL);
	}
	*fd = new_fd;
	return STATUS_OK;
}

void
file_unlock(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

bool
file_is_locked(const struct dir *dir, const char *name)
{
	int fd = file_high_fd(openat(dir->fd, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
	bool is_locked;

	if (fd < 0)
		return false;
	is_locked = flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
	close(fd);
	return is_locked;
}

/* ".NAME.tmp", in the same directory as the file. */
static enum status
name_draft(struct draft *draft, const struct dir *dir, const char *name,
    struct diag *diag)
{
	const char *slash = strrchr(name, '/');
	const char *base = slash != NULL ? slash + 1 : name;
	int length;

	draft->dir = dir;
	draft->fd = -1;
	draft->keep = false;
	length = snprintf(draft->temporary, sizeof(draft->temporary),
	    "%.*s.%s.tmp", (int)(base - name), name, base);
	if (length < 0 || (size_t)length >= sizeof(draft->temporary))
		return diag_set(diag, STATUS_DATA, "the name %s is too long",
		    name);
	strcpy(draft->name, name);
	return STATUS_OK;
}

/* Is that a temporary file of ours, or of root's at work for us? */
static bool
is_own(const struct stat *st)
{
	return S_ISREG(st->st_mode) && st->st_nlink == 1 &&
	    (st->st_mode & (S_IWGRP | S_IWOTH)) == 0 &&
	    (geteuid() == 0 || st->st_uid == geteuid());
}

/* What an earlier writer left behind, if it can be trusted; -1 with errno. */
static int
open_leftover(const struct draft *draft)
{
	struct stat st;
	int fd;

	fd = file_high_fd(openat(draft->dir->fd, draft->temporary,
	    O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
	if (fd < 0 || (fstat(fd, &st) == 0 && is_own(&st)))
		return fd;
	close(fd);
	errno = EEXIST;
	return -1;
}

static enum status
open_temporary(struct draft *draft, struct diag *diag)
{
	const struct dir *dir = draft->dir;

	if ((draft->fd = open_leftover(draft)) >= 0) {
		draft->keep = true;
		return STATUS_OK;
	}
	if (errno != ENOENT && unlinkat(dir->fd, draft->temporary, 0) != 0 &&
	    errno != ENOENT)
		return system_error(dir, draft->temporary, "remove", diag);
	draft->fd = file_high_fd(openat(dir->fd, draft->temporary,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	    S_IRUSR | S_IWUSR));
	if (draft->fd < 0)
		return system_error(dir, draft->temporary, "create", diag);
	return STATUS_OK;
}

/*
 * Mode, owner and group as they were. That an unprivileged process cannot give
 * a file to its former owner is not an error: it could replace the file, so
 * the directory is its own. Root that may not (a sandbox without CAP_CHOWN)
 * would lock its owner out.
 */
static int
keep_owner(const struct draft *draft, mode_t mode)
{
	struct stat st;

	if (fstatat(draft->dir->fd, draft->name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno != ENOENT ? -1 :
		    adopt_owner(draft->dir, draft->name, draft->fd) != 0 ?
					 -1 :
					 fchmod(draft->fd, mode);
	if (fchown(draft->fd, st.st_uid, st.st_gid) != 0) {
		if (geteuid() == 0)
			return -1;
		if (fchown(draft->fd, (uid_t)-1, st.st_gid) != 0)
			st.st_mode &= S_IRUSR | S_IWUSR;
	}
	return fchmod(draft->fd, st.st_mode & (S_IRWXU | S_IRGRP | S_IROTH));
}

static int
write_all(int fd, const char *bytes, size_t length, size_t at)
{
	ssize_t count;
	size_t done;

	for (done = 0; done < length; done += (size_t)count) {
		count =
		    pwrite(fd, bytes + done, length - done, (off_t)(at + done));
		if (count < 0 && errno == EINTR)
			count = 0;
		if (count < 0)
			return -1;
	}
	return 0;
}

static int
write_zeros(int fd, size_t length)
{
	static const char zeros[RESERVE_BLOCK];
	size_t done, count;

	for (done = 0; done < length; done += count) {
		count = length - done;
		if (count > sizeof(zeros))
			count = sizeof(zeros);
		if (write_all(fd, zeros, count, done) != 0)
			return -1;
	}
	return 0;
}

/* Says what could not be done, and leaves the draft behind or not. */
static enum status
give_up(struct draft *draft, const char *verb, struct diag *diag)
{
	enum status r = system_error(draft->dir, draft->name, verb, diag);

	if (draft->fd >= 0)
		close(draft->fd);
	draft->fd = -1;
	if (!draft->keep)
		unlinkat(draft->dir->fd, draft->temporary, 0);
	return r;
}

enum status
draft_open(struct draft *draft, const struct dir *dir, const char *name,
    mode_t mode, size_t reserve, struct diag *diag)
{
	enum status r;

	if ((r = name_draft(draft, dir, name, diag)) != STATUS_OK ||
	    (r = open_temporary(draft, diag)) != STATUS_OK)
		return r;
	if (keep_owner(draft, mode) != 0)
		return give_up(draft, "set the owner of", diag);
	if (reserve > 0 &&
	    (write_zeros(draft->fd, reserve) != 0 || fsync(draft->fd) != 0))
		return give_up(draft, "write", diag);
	return STATUS_OK;
}

int
file_sync_parent(const struct dir *dir, const char *name)
{
	char parent[FILE_MAX_NAME];
	char *slash;
	int fd, r;

	snprintf(parent, sizeof(parent), "%s", name);
	if ((slash = strrchr(parent, '/')) != NULL)
		*slash = '\0';
	fd = openat(dir->fd, slash != NULL ? parent : ".",
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	r = fsync(fd);
	/* Some file systems cannot sync a directory, and need not. */
	if (r != 0 && (errno == EINVAL || errno == ENOTSUP))
		r = 0;
	close(fd);
	return r;
}

/* The draft holds all that it should: it becomes the file. */
static enum status
put_in_place(struct draft *draft, struct diag *diag)
{
	const struct dir *dir = draft->dir;
	int fd = draft->fd;

	draft->fd = -1;
	if (close(fd) != 0)
		return give_up(draft, "write", diag);
	if (renameat(dir->fd, draft->temporary, dir->fd, draft->name) != 0)
		return give_up(draft, "replace", diag);
	if (file_sync_parent(dir, draft->name) != 0)
		return system_error(dir, draft->name, "make durable", diag);
	return STATUS_OK;
}

/* The bytes first of all: they may be nowhere else. */
static int
write_durably(int fd, const void *bytes, size_t length)
{
	if (write_all(fd, bytes, length, 0) != 0 ||
	    ftruncate(fd, (off_t)length) != 0)
		return -1;
	return fsync(fd);
}

enum status
draft_commit(struct draft *draft, const void *bytes, size_t length,
    struct diag *diag)
{
	if (write_durably(draft->fd, bytes, length) != 0 &&
	    (!draft->keep || write_durably(draft->fd, bytes, length) != 0))
		return give_up(draft, "write", diag);
	return put_in_place(draft, diag);
}

enum status
draft_find(const struct dir *dir, const char *name, struct buf *out,
    int64_t *since, struct diag *diag)
{
	struct draft draft;
	struct stat st;
	enum status r;

	if ((r = name_draft(&draft, dir, name, diag)) != STATUS_OK)
		return r;
	if (fstatat(dir->fd, draft.temporary, &st, AT_SYMLINK_NOFOLLOW) != 0) {
		if (errno == ENOENT)
			return STATUS_NOACCOUNT;
		return system_error(dir, draft.temporary, "look at", diag);
	}
	if (!is_own(&st) || (size_t)st.st_size > out->max - out->length)
		return STATUS_NOACCOUNT;
	*since = st.st_mtime;
	return file_read(dir, draft.temporary, out, diag);
}

enum status
draft_adopt(const struct dir *dir, const char *name, size_t length,
    struct diag *diag)
{
	struct draft draft;
	enum status r;

	if ((r = name_draft(&draft, dir, name, diag)) != STATUS_OK)
		return r;
	draft.keep = true;
	if ((draft.fd = open_leftover(&draft)) < 0)
		return system_error(dir, draft.temporary, "open", diag);
	if (ftruncate(draft.fd, (off_t)length) != 0 || fsync(draft.fd) != 0)
		return give_up(&draft, "write", diag);
	return put_in_place(&draft, diag);
}

void
draft_discard(const struct dir *dir, const char *name)
{
	struct draft draft;

	if (name_draft(&draft, dir, name, NULL) == STATUS_OK)
		unlinkat(dir->fd, draft.temporary, 0);
}

void
draft_abandon(struct draft *draft)
{
	if (draft->fd < 0)
		return;
	close(draft->fd);
	draft->fd = -1;
	unlinkat(draft->dir->fd, draft->temporary, 0);
}

enum status
file_replace(const struct dir *dir, const char *name, mode_t mode,
    const void *bytes, size_t length, struct diag *diag)
{
	struct draft draft;
	enum status r;

	if ((r = draft_open(&draft, dir, name, mode, 0, diag)) != STATUS_OK)
		return r;
	return draft_commit(&draft, bytes, length, diag);
}

enum status
file_remove(const struct dir *dir, const char *name, struct diag *diag)
{
	if (unlinkat(dir->fd, name, 0) != 0) {
		if (errno == ENOENT)
			return STATUS_OK;
		return system_error(dir, name, "remove", diag);
	}
	if (file_sync_parent(dir, name) != 0)
		return system_error(dir, name, "make durable", diag);
	return STATUS_OK;
}
