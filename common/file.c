/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Reading files safely. See file.h; filesave.c locks and replaces them.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

#ifndef O_PATH
#define O_PATH O_RDONLY
#endif

int
file_high_fd(int fd)
{
	int high, error;

	if (fd < 0 || fd > STDERR_FILENO)
		return fd;
	high = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	error = errno;
	close(fd);
	errno = error;
	return high;
}

enum status
dir_open(struct dir *dir, const char *path, struct diag *diag)
{
	size_t length = strlen(path);

	dir->fd = -1;
	dir->device = 0;
	dir->inode = 0;
	if (length == 0 || length + 2 > sizeof(dir->path))
		return diag_set(diag, STATUS_DATA,
		    "the path of a directory is empty or too long");
	memcpy(dir->path, path, length + 1);
	if (path[length - 1] != '/')
		strcpy(dir->path + length, "/");
	/* O_PATH: those who may only pass through a directory can hold it. */
	dir->fd = file_high_fd(open(path, O_PATH | O_DIRECTORY | O_CLOEXEC));
	if (dir->fd >= 0)
		return STATUS_OK;
	if (errno == ENOENT)
		return diag_set(diag, STATUS_NOACCOUNT,
		    "there is no directory %s", path);
	return diag_set(diag, STATUS_ACCESS, "cannot open the directory %s: %s",
	    path, strerror(errno));
}

void
dir_close(struct dir *dir)
{
	if (dir->fd >= 0)
		close(dir->fd);
	dir->fd = -1;
}

void
dir_note(struct dir *dir)
{
	struct stat st;

	if (fstat(dir->fd, &st) != 0)
		return;
	dir->device = st.st_dev;
	dir->inode = st.st_ino;
}

bool
dir_is_own(const struct dir *dir)
{
	struct stat st;

	return dir->fd >= 0 && fstat(dir->fd, &st) == 0 && dir->inode != 0 &&
	    st.st_ino == dir->inode && st.st_dev == dir->device;
}

void
dir_close_own(struct dir *dir)
{
	if (dir_is_own(dir))
		close(dir->fd);
	dir->fd = -1;
}

/* Who may not is told who that is, and what lets them. */
static enum status
not_allowed(const char *verb, const char *directory, const char *name,
    struct diag *diag)
{
	return diag_set(diag, STATUS_ACCESS,
	    "user id %ld, as which this program runs, may not %s %s%s; put it "
	    "into the group (chmod g+rX), see the options reader and renewer, "
	    "or run it as another user",
	    (long)geteuid(), verb, directory, name);
}

static enum status
look_at_directory(const struct dir *dir, const char *name, struct stat *st,
    struct diag *diag)
{
	if (fstatat(dir->fd, name, st, 0) != 0) {
		if (errno == ENOENT)
			return STATUS_NOACCOUNT;
		if (errno == EACCES)
			return not_allowed("enter", dir->path, "", diag);
		return diag_set(diag, STATUS_ACCESS, "cannot look at %s%s: %s",
		    dir->path, name, strerror(errno));
	}
	if (!S_ISDIR(st->st_mode))
		return diag_set(diag, STATUS_ACCESS,
		    "%s%s is not a directory; move it away", dir->path, name);
	if ((st->st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return diag_set(diag, STATUS_ACCESS,
		    "others may write to the directory %s%s, so nothing in it "
		    "can be trusted; run: chmod go-w %s%s",
		    dir->path, name, dir->path, name);
	return STATUS_OK;
}

enum status
dir_check(const struct dir *dir, const char *name, struct diag *diag)
{
	struct stat st;

	return look_at_directory(dir, name, &st, diag);
}

enum status
dir_check_owner(const struct dir *dir, const char *name, uid_t *owner,
    struct diag *diag)
{
	struct stat st;
	enum status r;

	if ((r = look_at_directory(dir, name, &st, diag)) == STATUS_OK)
		*owner = st.st_uid;
	return r;
}

/* Is what was opened a file that can be trusted? */
static enum status
check_file(const char *directory, const char *name, const struct stat *st,
    size_t max, struct diag *diag)
{
	if (!S_ISREG(st->st_mode))
		return diag_set(diag, STATUS_ACCESS,
		    "%s%s is not a regular file; move it away", directory,
		    name);
	if ((st->st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return diag_set(diag, STATUS_ACCESS,
		    "others may write to %s%s, so it cannot be trusted; run: "
		    "chmod go-w %s%s",
		    directory, name, directory, name);
	if (st->st_size < 0 || (size_t)st->st_size > max)
		return diag_set(diag, STATUS_DATA,
		    "%s%s is larger than %zu bytes, so it is not what it "
		    "should be; move it away",
		    directory, name, max);
	return STATUS_OK;
}

/*
 * One read takes all of a file that does not grow meanwhile, and no writer of
 * ours lets one grow: files are replaced.
 */
static enum status
read_bytes(int fd, size_t size, struct buf *out)
{
	ssize_t count;
	char *room;

	if ((room = buf_reserve(out, size)) == NULL)
		return buf_status(out);
	do {
		count = pread(fd, room, size, 0);
	} while (count < 0 && errno == EINTR);
	if (count < 0)
		return STATUS_ACCESS;
	buf_grow(out, (size_t)count);
	return STATUS_OK;
}

/* Reads an open file, of which st is known. */
static enum status
check_and_read(int fd, const char *directory, const char *name,
    const struct stat *st, struct buf *out, struct diag *diag)
{
	enum status r;

	if ((r = check_file(directory, name, st, out->max - out->length,
		 diag)) != STATUS_OK)
		return r;
	r = read_bytes(fd, (size_t)st->st_size, out);
	if (r == STATUS_NOMEM)
		return diag_set_nomem(diag);
	if (r != STATUS_OK)
		return diag_set(diag, r, "cannot read %s%s: %s", directory,
		    name, strerror(errno));
	return STATUS_OK;
}

/* What was opened, or why it was not. */
static enum status
look_at(int fd, const char *directory, const char *name, struct stat *st,
    struct diag *diag)
{
	if (fd < 0) {
		if (errno == ENOENT)
			return STATUS_NOACCOUNT;
		if (errno == EACCES && directory[0] != '\0')
			return not_allowed("read", directory, name, diag);
		return diag_set(diag, STATUS_ACCESS, "cannot open %s%s: %s",
		    directory, name,
		    errno == ELOOP ?
			"it is a symbolic link, which is not followed" :
			strerror(errno));
	}
	if (fstat(fd, st) != 0)
		return diag_set(diag, STATUS_ACCESS, "cannot look at %s%s: %s",
		    directory, name, strerror(errno));
	return STATUS_OK;
}

/* Reads what was opened, or says why it was not. Does not close fd. */
static enum status
read_opened(int fd, const char *directory, const char *name, struct stat *st,
    struct buf *out, struct diag *diag)
{
	enum status r = look_at(fd, directory, name, st, diag);

	return r == STATUS_OK ?
	    check_and_read(fd, directory, name, st, out, diag) :
	    r;
}

static enum status
wrong_owner(const char *directory, const char *name, const struct stat *st,
    uid_t right, struct diag *diag)
{
	return diag_set(diag, STATUS_ACCESS,
	    "%s%s belongs to user id %ld, who can replace it, so it cannot be "
	    "trusted; run: chown %ld %s%s",
	    directory, name, (long)st->st_uid, (long)right, directory, name);
}

/*
 * In a directory that others may not write to, a file of somebody else was
 * given away by root, who then knows about it, or is left of an owner that the
 * directory had. The known owner comes first: to ask for the rest takes system
 * calls.
 */
static enum status
check_owner(const struct dir *dir, const char *name, const struct stat *st,
    uid_t owner, struct diag *diag)
{
	char parent[FILE_MAX_NAME];
	struct stat above;
	char *slash;
	uid_t self;

	if (st->st_uid == 0 || st->st_uid == owner)
		return STATUS_OK;
	self = geteuid();
	if (self == 0 || self == st->st_uid)
		return STATUS_OK;
	snprintf(parent, sizeof(parent), "%s", name);
	if ((slash = strrchr(parent, '/')) != NULL)
		*slash = '\0';
	if (fstatat(dir->fd, slash != NULL ? parent : ".", &above, 0) != 0)
		return diag_set(diag, STATUS_ACCESS,
		    "cannot look at the directory of %s%s: %s", dir->path, name,
		    strerror(errno));
	if (st->st_uid == above.st_uid)
		return STATUS_OK;
	return wrong_owner(dir->path, name, st, above.st_uid, diag);
}

/* Is it kept from others, and can only those replace it who may? */
static enum status
check_secret(const char *path, const struct stat *st, uid_t owner,
    struct diag *diag)
{
	if (S_ISREG(st->st_mode) && (st->st_mode & (S_IWGRP | S_IRWXO)) != 0)
		return diag_set(diag, STATUS_ACCESS,
		    "others may %s %s, which holds a secret; run: chmod "
		    "g-w,o-rwx %s",
		    (st->st_mode & (S_IWGRP | S_IWOTH)) != 0 ? "write to" :
							       "read",
		    path, path);
	if (st->st_uid == 0 || st->st_uid == owner || st->st_uid == geteuid())
		return STATUS_OK;
	return wrong_owner("", path, st, 0, diag);
}

static int
open_beneath(const struct dir *dir, const char *name)
{
	return file_high_fd(openat(dir->fd, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

enum status
file_read(const struct dir *dir, const char *name, struct buf *out,
    struct diag *diag)
{
	int fd = open_beneath(dir, name);
	enum status r;
	struct stat st;

	r = read_opened(fd, dir->path, name, &st, out, diag);
	if (fd >= 0)
		close(fd);
	return r;
}

enum status
file_read_owned(const struct dir *dir, const char *name, uid_t owner,
    struct buf *out, struct diag *diag)
{
	int fd = open_beneath(dir, name);
	enum status r;
	struct stat st;

	r = look_at(fd, dir->path, name, &st, diag);
	if (r == STATUS_OK)
		r = check_owner(dir, name, &st, owner, diag);
	if (r == STATUS_OK)
		r = check_and_read(fd, dir->path, name, &st, out, diag);
	if (fd >= 0)
		close(fd);
	return r;
}

enum status
file_read_mounted(const struct dir *dir, const char *name, struct buf *out,
    struct diag *diag)
{
	int fd = file_high_fd(openat(dir->fd, name,
	    O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
	enum status r;
	struct stat st;

	if (fd < 0 && errno == EACCES)
		return diag_set(diag, STATUS_ACCESS,
		    "%s%s is read at each use, but user id %ld, as which this "
		    "program runs, may not read it; let it",
		    dir->path, name, (long)geteuid());
	r = read_opened(fd, dir->path, name, &st, out, diag);
	if (fd >= 0)
		close(fd);
	return r;
}

/* Is the descriptor still what it was opened as? Sets st. */
static bool
is_own(const struct held_file *held, struct stat *st)
{
	return held->fd >= 0 && fstat(held->fd, st) == 0 &&
	    st->st_ino == held->inode && st->st_dev == held->device;
}

/*
 * A file that was replaced or removed has no name left; moving it, and giving
 * it to others, sets its ctime.
 */
static bool
is_current(const struct held_file *held, const char *name, struct stat *st)
{
	return is_own(held, st) && st->st_nlink > 0 &&
	    st->st_ctim.tv_sec == held->changed.tv_sec &&
	    st->st_ctim.tv_nsec == held->changed.tv_nsec &&
	    strcmp(held->name, name) == 0;
}

/* Takes over the descriptor. */
static void
hold(struct held_file *held, int fd, const char *name, const struct stat *st)
{
	size_t length = strlen(name);

	if (length >= sizeof(held->name)) {
		close(fd);
		return;
	}
	memcpy(held->name, name, length + 1);
	held->device = st->st_dev;
	held->inode = st->st_ino;
	held->changed = st->st_ctim;
	held->fd = fd;
}

enum status
file_read_held(struct held_file *held, const struct dir *dir, const char *name,
    uid_t owner, struct buf *out, struct diag *diag)
{
	enum status r;
	struct stat st;
	int fd;

	if (is_current(held, name, &st))
		return check_and_read(held->fd, dir->path, name, &st, out,
		    diag);
	held_file_close(held);
	fd = open_beneath(dir, name);
	r = look_at(fd, dir->path, name, &st, diag);
	if (r == STATUS_OK)
		r = check_owner(dir, name, &st, owner, diag);
	if (r == STATUS_OK)
		r = check_and_read(fd, dir->path, name, &st, out, diag);
	if (r == STATUS_OK)
		hold(held, fd, name, &st);
	else if (fd >= 0)
		close(fd);
	return r;
}

void
held_file_close(struct held_file *held)
{
	struct stat st;

	/* Programs close what they do not know, and use its number again. */
	if (is_own(held, &st))
		close(held->fd);
	held->fd = -1;
}

bool
file_exists(const struct dir *dir, const char *name)
{
	return faccessat(dir->fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

enum status
file_read_path(const char *path, struct buf *out, struct diag *diag)
{
	uid_t owner;

	return file_read_path_owner(path, &owner, out, diag);
}

enum status
file_read_path_owner(const char *path, uid_t *owner, struct buf *out,
    struct diag *diag)
{
	int fd = file_high_fd(
	    open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
	enum status r;
	struct stat st;

	r = read_opened(fd, "", path, &st, out, diag);
	if (r == STATUS_OK)
		*owner = st.st_uid;
	if (fd >= 0)
		close(fd);
	return r;
}

enum status
file_read_secret(const char *path, uid_t owner, struct buf *out,
    struct diag *diag)
{
	int fd = file_high_fd(
	    open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
	enum status r;
	struct stat st;

	r = look_at(fd, "", path, &st, diag);
	if (r == STATUS_OK)
		r = check_secret(path, &st, owner, diag);
	if (r == STATUS_OK)
		r = check_and_read(fd, "", path, &st, out, diag);
	if (fd >= 0)
		close(fd);
	return r;
}
