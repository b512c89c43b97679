/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A new key. See seal_key.h.
 *
 * It is written in one piece before anything names it, so there is no draft: a
 * name that was taken by O_EXCL is never another file's.
 */

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "grant.h"
#include "seal_key.h"

#define KEY_MODE (S_IRUSR | S_IWUSR)

bool
seal_key_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_size > 0;
}

static enum status
system_error(const char *verb, const char *path, struct diag *diag)
{
	return diag_set(diag, STATUS_ACCESS, "cannot %s %s: %s", verb, path,
	    strerror(errno));
}

/* Splits a path behind its last slash, and opens the directory. */
static enum status
open_directory(const char *path, struct dir *dir, const char **name,
    struct diag *diag)
{
	const char *slash = strrchr(path, '/');
	char parent[FILE_MAX_PATH];
	enum status r;

	if (slash == NULL || (size_t)(slash - path) + 2 > sizeof(parent) ||
	    slash[1] == '\0')
		return diag_set(diag, STATUS_CONFIG,
		    "%s is too long a path, or one without a name", path);
	memcpy(parent, path, (size_t)(slash - path) + 1);
	parent[slash - path + 1] = '\0';
	*name = slash + 1;
	r = dir_open(dir, parent, diag);
	if (r == STATUS_NOACCOUNT)
		return STATUS_ACCESS;
	if (r == STATUS_OK && (r = dir_check(dir, ".", diag)) != STATUS_OK)
		dir_close(dir);
	return r;
}

/* To whom it is to belong; nothing is to be done where that is nobody. */
static enum status
find_owner(const struct conf *conf, uid_t *user, gid_t *group,
    struct diag *diag)
{
	const struct passwd *renewer;
	struct settings settings;
	enum status r = STATUS_OK;
	const char *name;

	*user = FILE_NOBODY;
	*group = (gid_t)-1;
	(void)conf_resolve(conf, NULL, &settings, NULL);
	name = settings.text[OPTION_RENEWER];
	if (geteuid() == 0 && name != NULL) {
		if ((renewer = getpwnam(name)) == NULL) {
			r = diag_set(diag, STATUS_CONFIG,
			    "%s, line %d: there is no user %s to give the key "
			    "to; create it or name another",
			    conf_path(conf), settings.line[OPTION_RENEWER],
			    name);
		} else {
			*user = renewer->pw_uid;
			*group = renewer->pw_gid;
		}
	}
	settings_clear(&settings);
	return r;
}

/* A new file, or an empty one that is there. */
static int
open_file(const struct dir *dir, const char *name)
{
	struct stat st;
	int fd;

	fd = openat(dir->fd, name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, KEY_MODE);
	if (fd >= 0 || errno != EEXIST)
		return fd;
	fd = openat(dir->fd, name,
	    O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd >= 0 &&
	    (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size != 0 ||
		st.st_nlink != 1)) {
		close(fd);
		errno = EEXIST;
		fd = -1;
	}
	return fd;
}

/* Owner and mode first: an empty file has nothing to hide. */
static int
write_key(int fd, uid_t user, gid_t group, const unsigned char *key)
{
	if (fchmod(fd, KEY_MODE) != 0 ||
	    (user != FILE_NOBODY && fchown(fd, user, group) != 0))
		return -1;
	errno = ENOSPC;
	if (write(fd, key, GRANT_KEY_LENGTH) != GRANT_KEY_LENGTH)
		return -1;
	return fsync(fd);
}

static enum status
make_file(const struct dir *dir, const char *name, uid_t user, gid_t group,
    const char *path, struct diag *diag)
{
	unsigned char key[GRANT_KEY_LENGTH];
	enum status r = STATUS_OK;
	int fd;

	if ((fd = open_file(dir, name)) < 0)
		return system_error("make the key", path, diag);
	if ((r = grant_make_key(key, diag)) == STATUS_OK &&
	    write_key(fd, user, group, key) != 0)
		r = system_error("write the key", path, diag);
	explicit_bzero(key, sizeof(key));
	if (close(fd) != 0 && r == STATUS_OK)
		r = system_error("write the key", path, diag);
	if (r == STATUS_OK && file_sync_parent(dir, name) != 0)
		r = system_error("make durable", path, diag);
	/* Nothing names it yet. */
	if (r != STATUS_OK)
		unlinkat(dir->fd, name, 0);
	return r;
}

enum status
seal_key_make(const char *path, const struct conf *conf, struct diag *diag)
{
	struct dir dir;
	const char *name = path;
	enum status r;
	uid_t user;
	gid_t group;

	if ((r = find_owner(conf, &user, &group, diag)) != STATUS_OK ||
	    (r = open_directory(path, &dir, &name, diag)) != STATUS_OK)
		return r;
	r = make_file(&dir, name, user, group, path, diag);
	dir_close(&dir);
	return r;
}
