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
	int new_fd;

	new_fd = file_high_fd(
	    openat(dir->fd, name, flags | O_CREAT, S_IRUSR | S_IWUSR));
	if (new_fd < 0)
		return system_error(dir, name, "open", diag);
	if (fstat(new_fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(new_fd);
		return diag_set(diag, STATUS_ACCESS,
		    "%s%s is not a regular file; move it away", dir->path,
		    name);
	}
	/* Also one that root made and was killed over; never another file. */
	if (st.st_uid == 0 && st.st_size == 0 && st.st_nlink == 1 &&
	    adopt_owner(dir, name, new_fd) != 0) {
		close(new_fd);
		return system_error(dir, name, "own", diag);
	}
	*fd = new_fd;
	return STATUS_OK;
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
			r = system_error(dir, name, "lock", diag);
			close(new_fd);
			return r;
		}
		if (wait_ms == 0 || clock_elapsed_ms() >= deadline) {
			close(new_fd);
			return diag_set(diag, STATUS_AGAIN,
			    "another process has held %s%s for too long; see "
			    "what it does with: fuser -v %s%s",
			    dir->path, name, dir->path, name);
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

/* ".NAME.tmp", in the same directory as the file. */
static enum status
name_temporary(struct draft *draft, struct diag *diag)
{
	const char *slash = strrchr(draft->name, '/');
	const char *base = slash != NULL ? slash + 1 : draft->name;
	int length;

	length = snprintf(draft->temporary, sizeof(draft->temporary),
	    "%.*s.%s.tmp", (int)(base - draft->name), draft->name, base);
	if (length < 0 || (size_t)length >= sizeof(draft->temporary))
		return diag_set(diag, STATUS_DATA, "the name %s is too long",
		    draft->name);
	return STATUS_OK;
}

/*
 * Mode, owner and group as they were. That an unprivileged process cannot give
 * a file to its former owner is not an error: it could replace the file, so
 * the directory is its own.
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
	if (fchown(draft->fd, st.st_uid, st.st_gid) != 0 &&
	    fchown(draft->fd, (uid_t)-1, st.st_gid) != 0)
		st.st_mode &= S_IRUSR | S_IWUSR;
	return fchmod(draft->fd, st.st_mode & (S_IRWXU | S_IRGRP | S_IROTH));
}

static int
write_all(int fd, const char *bytes, size_t length)
{
	ssize_t count;

	while (length > 0) {
		count = write(fd, bytes, length);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return -1;
		bytes += count;
		length -= (size_t)count;
	}
	return 0;
}

static int
write_zeros(int fd, size_t length)
{
	static const char zeros[RESERVE_BLOCK];
	size_t count;

	for (; length > 0; length -= count) {
		count = length < sizeof(zeros) ? length : sizeof(zeros);
		if (write_all(fd, zeros, count) != 0)
			return -1;
	}
	return 0;
}

enum status
draft_open(struct draft *draft, const struct dir *dir, const char *name,
    mode_t mode, size_t reserve, struct diag *diag)
{
	enum status r;

	draft->dir = dir;
	draft->fd = -1;
	if (strlen(name) >= sizeof(draft->name))
		return diag_set(diag, STATUS_DATA, "the name %s is too long",
		    name);
	strcpy(draft->name, name);
	if ((r = name_temporary(draft, diag)) != STATUS_OK)
		return r;
	if (unlinkat(dir->fd, draft->temporary, 0) != 0 && errno != ENOENT)
		return system_error(dir, draft->temporary, "remove", diag);
	draft->fd = file_high_fd(openat(dir->fd, draft->temporary,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	    S_IRUSR | S_IWUSR));
	if (draft->fd < 0)
		return system_error(dir, draft->temporary, "create", diag);
	if (keep_owner(draft, mode) != 0)
		r = system_error(dir, draft->temporary, "set the owner of",
		    diag);
	else if (reserve > 0 &&
	    (write_zeros(draft->fd, reserve) != 0 || fsync(draft->fd) != 0 ||
		lseek(draft->fd, 0, SEEK_SET) != 0))
		r = system_error(dir, draft->temporary, "write", diag);
	if (r != STATUS_OK)
		draft_abandon(draft);
	return r;
}

/* The directory of a file, made durable. */
static int
sync_parent(const struct dir *dir, const char *name)
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

enum status
draft_commit(struct draft *draft, const void *bytes, size_t length,
    struct diag *diag)
{
	const struct dir *dir = draft->dir;
	enum status r;

	if (write_all(draft->fd, bytes, length) != 0 ||
	    ftruncate(draft->fd, (off_t)length) != 0 || fsync(draft->fd) != 0) {
		r = system_error(dir, draft->name, "write", diag);
		draft_abandon(draft);
		return r;
	}
	if (close(draft->fd) != 0) {
		draft->fd = -1;
		r = system_error(dir, draft->name, "write", diag);
		unlinkat(dir->fd, draft->temporary, 0);
		return r;
	}
	draft->fd = -1;
	if (renameat(dir->fd, draft->temporary, dir->fd, draft->name) != 0) {
		r = system_error(dir, draft->name, "replace", diag);
		unlinkat(dir->fd, draft->temporary, 0);
		return r;
	}
	if (sync_parent(dir, draft->name) != 0)
		return system_error(dir, draft->name, "make durable", diag);
	return STATUS_OK;
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
	if (sync_parent(dir, name) != 0)
		return system_error(dir, name, "make durable", diag);
	return STATUS_OK;
}
