/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Files that hold secrets: read with care, locked with a deadline, replaced
 * whole or not at all.
 *
 * Everything works beneath a directory that was opened before, so that it goes
 * on working when the process has entered a chroot(2) or dropped its
 * privileges. Descriptors are close-on-exec and never 0, 1 or 2.
 */

#ifndef FILE_H
#define FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "buf.h"
#include "status.h"

/* The longest path of a directory. */
#define FILE_MAX_PATH 1024

/* The longest name beneath a directory, with its temporary file's dots. */
#define FILE_MAX_NAME 512

/* No user: of nobody beside those who are named is it known. */
#define FILE_NOBODY ((uid_t)-1)

/*
 * An open directory, and the path by which a person knows it, with its final
 * slash: a sentence names a file by path and name, one behind the other.
 */
struct dir {
	int fd;       /* -1 when it is not open */
	dev_t device; /* as dir_note() found them; 0 before */
	ino_t inode;
	char path[FILE_MAX_PATH];
};

/*
 * Opens a directory for use with the calls below. STATUS_NOACCOUNT when there
 * is none, STATUS_ACCESS, STATUS_DATA when the path is too long.
 */
enum status dir_open(struct dir *dir, const char *path, struct diag *diag);

/* Closes it; a dir that is not open is fine. */
void dir_close(struct dir *dir);

/* Notes which directory the descriptor is of, for dir_is_own(). */
void dir_note(struct dir *dir);

/*
 * Is the descriptor still what was noted? Programs close those that they do not
 * know, and use the numbers again. One system call. A dir that was not noted is
 * none's own.
 */
bool dir_is_own(const struct dir *dir);

/* As dir_close(), but a descriptor that is the program's by now stays. */
void dir_close_own(struct dir *dir);

/*
 * Refuses a directory that others may write to: whoever can replace a record
 * decides which mailbox a program opens. name is beneath dir, "." the dir
 * itself. STATUS_ACCESS names the path and the command that mends it;
 * STATUS_NOACCOUNT when there is none.
 */
enum status dir_check(const struct dir *dir, const char *name,
    struct diag *diag);

/* As dir_check(), and tells in *owner to whom it belongs where that is OK. */
enum status dir_check_owner(const struct dir *dir, const char *name,
    uid_t *owner, struct diag *diag);

/*
 * Appends the whole file to out, whose max is the limit. Four system calls.
 *
 * Never blocks and never follows a link: what is not a regular file, or is
 * writable by group or others, is STATUS_ACCESS with the command that mends
 * it. STATUS_NOACCOUNT (and no sentence) when there is none. STATUS_DATA when
 * it is larger than the limit. STATUS_NOMEM.
 */
enum status file_read(const struct dir *dir, const char *name, struct buf *out,
    struct diag *diag);

/*
 * As file_read(), of a file that belongs to root, to this user, to `owner` or
 * to the owner of its directory: STATUS_ACCESS for any other, with the command
 * that mends it. Root takes anyone's: nobody else can have given it to them.
 * owner may be FILE_NOBODY; whoever knows the directory's owner spares the
 * system calls that ask for it.
 */
enum status file_read_owned(const struct dir *dir, const char *name,
    uid_t owner, struct buf *out, struct diag *diag);

/*
 * As file_read(), but links are followed: a file that somebody else replaces,
 * as Kubernetes does it by a link in the same directory.
 */
enum status file_read_mounted(const struct dir *dir, const char *name,
    struct buf *out, struct diag *diag);

/*
 * A file that is read again and again. Its descriptor stays open between the
 * readings, so that the next one needs two system calls and half of the time.
 * No byte of it is kept in memory; what the descriptor can read is what the
 * process has read before, for a changed file is another file.
 */
struct held_file {
	int fd; /* -1 when none is held */
	dev_t device;
	ino_t inode;
	struct timespec changed;
	char name[FILE_MAX_NAME];
};

/*
 * As file_read_owned(), through held, whatever file that holds: a file that was
 * replaced, removed, moved or given to others since is opened anew. Not for
 * two threads at once.
 */
enum status file_read_held(struct held_file *held, const struct dir *dir,
    const char *name, uid_t owner, struct buf *out, struct diag *diag);

/* Lets go of it, if the descriptor is still its own. */
void held_file_close(struct held_file *held);

/* Is there a file, of whatever kind? False also when that cannot be seen. */
bool file_exists(const struct dir *dir, const char *name);

/*
 * Appends a file that an administrator keeps: configuration or certificates. As
 * file_read(), but the path is absolute or relative to the working directory,
 * and links are followed, which such files often are.
 */
enum status file_read_path(const char *path, struct buf *out,
    struct diag *diag);

/* As file_read_path(), and tells in *owner whose it was, where that is OK. */
enum status file_read_path_owner(const char *path, uid_t *owner,
    struct buf *out, struct diag *diag);

/*
 * The same of a key or another secret. Its group may read it, as Debian's
 * ssl-cert does; others may not even that, and nobody else may write to it. It
 * belongs to root, to this user or to `owner`, which may be FILE_NOBODY. All of
 * that is looked at on the descriptor: STATUS_ACCESS, with the command that
 * mends it.
 */
enum status file_read_secret(const char *path, uid_t owner, struct buf *out,
    struct diag *diag);

/*
 * Takes the lock: flock(2) on a file that is made when needed and never
 * removed. wait_ms of 0 tries once; otherwise it is tried again every few
 * milliseconds until that time is over. The lock ends with file_unlock() or
 * with the process. STATUS_AGAIN when somebody else has it, and errno is
 * EWOULDBLOCK then; or when the disk is full or broken. STATUS_ACCESS.
 */
enum status file_lock(const struct dir *dir, const char *name, int wait_ms,
    int *fd, struct diag *diag);
void file_unlock(int *fd);

/*
 * Does somebody hold that lock right now? Waits for nobody; false also when
 * that cannot be seen. Who tries for the lock in that instant has to try again.
 */
bool file_is_locked(const struct dir *dir, const char *name);

/*
 * Makes a name beneath dir durable, by fsync(2) of the directory that it is in.
 * 0, or -1 with errno; 0 also where a file system cannot do that, and need not.
 */
int file_sync_parent(const struct dir *dir, const char *name);

/*
 * A replacement in the making: a temporary file beside the one that it will
 * replace. The caller holds a lock, so that there is one writer. What an
 * earlier writer left behind when it was killed is written over in place: the
 * trace of it is never gone before there is something better, and the space
 * that it has made sure of is not lost.
 */
struct draft {
	const struct dir *dir;
	int fd;    /* -1 when there is none */
	bool keep; /* when it fails, it is left behind for draft_adopt() */
	char name[FILE_MAX_NAME];
	char temporary[FILE_MAX_NAME];
};

/*
 * Opens the temporary file and makes sure of its space on the disk by writing
 * `reserve` bytes. It has the mode, owner and group of the file that it will
 * replace; else `mode`, and when the process is root, the directory's owner
 * and group. STATUS_ACCESS: nothing was changed. Blocks only for the disk.
 */
enum status draft_open(struct draft *draft, const struct dir *dir,
    const char *name, mode_t mode, size_t reserve, struct diag *diag);

/*
 * Writes the bytes, fsync, rename, fsync of the directory. When it fails, the
 * old file is whole and the temporary file gone. One that is to be kept is
 * written a second time when the first one fails, and then stays. Closes the
 * draft either way.
 */
enum status draft_commit(struct draft *draft, const void *bytes, size_t length,
    struct diag *diag);

/* Removes the temporary file; does nothing after a commit. */
void draft_abandon(struct draft *draft);

/*
 * Appends what an earlier writer left behind in the temporary file, as far as
 * it got; needs the lock. since is when it began to. STATUS_NOACCOUNT when
 * there is nothing, or nothing that this user or root has written, that others
 * may not write to, and that out can take. Else as file_read().
 */
enum status draft_find(const struct dir *dir, const char *name, struct buf *out,
    int64_t *since, struct diag *diag);

/*
 * Goes on where the earlier writer was stopped: the first `length` bytes of
 * what draft_find() has found replace the file. As draft_commit().
 */
enum status draft_adopt(const struct dir *dir, const char *name, size_t length,
    struct diag *diag);

/* Removes what an earlier writer left behind; needs the lock. */
void draft_discard(const struct dir *dir, const char *name);

/* draft_open() and draft_commit() in one. */
enum status file_replace(const struct dir *dir, const char *name, mode_t mode,
    const void *bytes, size_t length, struct diag *diag);

/* Removes a file, durably. That there is none is fine. */
enum status file_remove(const struct dir *dir, const char *name,
    struct diag *diag);

/* An open descriptor that is not 0, 1 or 2; takes over fd. -1 with errno. */
int file_high_fd(int fd);

#endif
