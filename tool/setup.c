/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Directories and owners. See setup.h.
 *
 * Root works here in directories that belong to the renewer, who may be a
 * network program that somebody has taken over. So root follows no link there
 * and gives no file away by its name while the renewer can change names: a
 * hard link to any file of root's could have taken its place. Such a directory
 * is root's alone while the files in it are mended.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "setup.h"

#define MODE_PRIVATE S_IRWXU
#define MODE_STATE (S_IRWXU | S_IRGRP | S_IXGRP | S_IROTH | S_IXOTH)
#define MODE_TOKENS (S_IRWXU | S_IXGRP | S_IXOTH)
#define MODE_SECRET (S_IRUSR | S_IWUSR)
#define MODE_SHARED (S_IRUSR | S_IWUSR | S_IRGRP)
#define MODE_ALL (S_ISUID | S_ISGID | S_ISVTX | S_IRWXU | S_IRWXG | S_IRWXO)

/* What a reserved record may grow to; see RECORD_MAX_FILE. */
#define RESERVE_RECORD 16384

static enum status
system_error(const char *verb, const char *directory, const char *name,
    struct diag *diag)
{
	return diag_set(diag, STATUS_ACCESS, "cannot %s %s%s: %s%s", verb,
	    directory, name, strerror(errno),
	    errno == EACCES || errno == EPERM ?
		"; run it as root, or as the user whom it belongs to" :
		"");
}

/* mkdir -p for the directories above path; those that exist are left alone. */
static enum status
make_parents(const char *path, mode_t mode, struct diag *diag)
{
	char parent[FILE_MAX_PATH];
	char *slash;

	if (strlen(path) >= sizeof(parent))
		return diag_set(diag, STATUS_DATA,
		    "the path of the state directory is too long");
	strcpy(parent, path);
	for (slash = strchr(parent + 1, '/'); slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(parent, MODE_PRIVATE) == 0) {
			if (chmod(parent, mode) != 0)
				return system_error("set the mode of", "",
				    parent, diag);
		} else if (errno != EEXIST && errno != EISDIR) {
			return system_error("make the directory", "", parent,
			    diag);
		}
		*slash = '/';
	}
	return STATUS_OK;
}

/* Owner and mode of something open, changed only where they differ. */
static int
give(int fd, const struct setup_owner *owner)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return -1;
	if ((st.st_uid != owner->uid || st.st_gid != owner->gid) &&
	    fchown(fd, owner->uid, owner->gid) != 0)
		return -1;
	if ((st.st_mode & MODE_ALL) != owner->mode &&
	    fchmod(fd, owner->mode) != 0)
		return -1;
	return 0;
}

/* Makes a directory beneath state where there is none, and mends it. */
static enum status
make_directory(const struct dir *state, const char *name,
    const struct owners *owners, const struct setup_owner *owner,
    struct diag *diag)
{
	enum status r = STATUS_OK;
	bool is_new;
	int fd;

	is_new = mkdirat(state->fd, name, MODE_PRIVATE) == 0;
	if (!is_new && errno != EEXIST)
		return system_error("make the directory", state->path, name,
		    diag);
	if (!is_new && !owners->by_root)
		return dir_check(state, name, diag);
	fd = openat(state->fd, name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return system_error("open", state->path, name, diag);
	if (give(fd, owner) != 0)
		r = system_error("set the owner of", state->path, name, diag);
	close(fd);
	return r;
}

struct setup_owner
setup_expect(const struct owners *owners, enum setup_thing thing)
{
	bool by_root = owners->by_root;
	struct setup_owner owner = { owners->renewer, owners->renewer_group,
		MODE_PRIVATE };

	switch (thing) {
	case SETUP_STATE:
		owner.uid = by_root ? 0 : owners->renewer;
		owner.gid = by_root ? 0 : owners->renewer_group;
		owner.mode = by_root ? MODE_STATE : MODE_PRIVATE;
		break;
	case SETUP_TOKENS:
		owner.gid = owners->reader;
		owner.mode = by_root ? MODE_TOKENS : MODE_PRIVATE;
		break;
	case SETUP_GRANTS:
		break;
	case SETUP_RECORD:
		owner.gid = owners->account_reader;
		owner.mode = by_root ? MODE_SHARED : MODE_SECRET;
		break;
	case SETUP_GRANT:
		owner.mode = MODE_SECRET;
		break;
	}
	return owner;
}

/* The state directory itself, open: mended by root, then checked. */
static enum status
mend_state(const struct dir *state, const struct owners *owners,
    struct diag *diag)
{
	const struct setup_owner root = setup_expect(owners, SETUP_STATE);
	enum status r = STATUS_OK;
	int fd;

	if (owners->by_root) {
		fd = openat(state->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0 || give(fd, &root) != 0)
			r = system_error("set the owner of", state->path, "",
			    diag);
		if (fd >= 0)
			close(fd);
	}
	return r == STATUS_OK ? dir_check(state, ".", diag) : r;
}

static enum status
make_state(const char *path, const struct owners *owners, struct dir *state,
    struct diag *diag)
{
	mode_t mode = owners->by_root ? MODE_STATE : MODE_PRIVATE;
	enum status r;

	if ((r = make_parents(path, mode, diag)) != STATUS_OK)
		return r;
	if (mkdir(path, mode) != 0 && errno != EEXIST)
		return system_error("make the directory", "", path, diag);
	if ((r = dir_open(state, path, diag)) != STATUS_OK)
		return r;
	if ((r = mend_state(state, owners, diag)) != STATUS_OK)
		dir_close(state);
	return r;
}

enum status
setup_directories(const char *path, const struct owners *owners,
    struct dir *state, struct diag *diag)
{
	const struct setup_owner tokens = setup_expect(owners, SETUP_TOKENS);
	const struct setup_owner grants = setup_expect(owners, SETUP_GRANTS);
	enum status r;

	if ((r = make_state(path, owners, state, diag)) != STATUS_OK)
		return r;
	r = make_directory(state, ACCOUNT_TOKENS_DIR, owners, &tokens, diag);
	if (r == STATUS_OK)
		r = make_directory(state, ACCOUNT_GRANTS_DIR, owners, &grants,
		    diag);
	if (r != STATUS_OK)
		dir_close(state);
	return r;
}

/*
 * Gives one file to its owner. Its directory is root's alone by now, so its
 * only link is the one that it was opened by.
 */
static enum status
mend_file(const struct dir *state, const char *name,
    const struct setup_owner *owner, struct diag *diag)
{
	enum status r = STATUS_OK;
	struct stat st;
	int fd;

	fd = openat(state->fd, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return STATUS_OK;
	if (fd < 0)
		return system_error("open", state->path, name, diag);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_nlink != 1)
		r = diag_set(diag, STATUS_ACCESS,
		    "%s%s is not a regular file with one name; move it away",
		    state->path, name);
	else if (give(fd, owner) != 0)
		r = system_error("set the owner of", state->path, name, diag);
	close(fd);
	return r;
}

/* Is the file absent, or its owner's already? */
static bool
is_right(const struct dir *state, const char *name,
    const struct setup_owner *owner)
{
	struct stat st;

	if (fstatat(state->fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT;
	return S_ISREG(st.st_mode) && st.st_uid == owner->uid &&
	    st.st_gid == owner->gid && (st.st_mode & MODE_ALL) == owner->mode;
}

/* Mends files of one directory, which is root's meanwhile. */
static enum status
mend_in(const struct dir *state, const char *directory,
    const struct setup_owner *directory_owner, const char *const *names,
    size_t count, const struct setup_owner *owner, struct diag *diag)
{
	const struct setup_owner root = { 0, 0, MODE_PRIVATE };
	enum status r = STATUS_OK;
	size_t i, right = 0;
	int fd;

	for (i = 0; i < count; i++)
		right += is_right(state, names[i], owner);
	if (right == count)
		return STATUS_OK;
	fd = openat(state->fd, directory,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return system_error("open", state->path, directory, diag);
	if (give(fd, &root) != 0)
		r = system_error("set the owner of", state->path, directory,
		    diag);
	for (i = 0; r == STATUS_OK && i < count; i++)
		r = mend_file(state, names[i], owner, diag);
	if (give(fd, directory_owner) != 0 && r == STATUS_OK)
		r = system_error("set the owner of", state->path, directory,
		    diag);
	close(fd);
	return r;
}

enum status
setup_mend_files(const struct dir *state, const struct owners *owners,
    const struct account_files *files, struct diag *diag)
{
	const struct setup_owner tokens = setup_expect(owners, SETUP_TOKENS);
	const struct setup_owner grants = setup_expect(owners, SETUP_GRANTS);
	const struct setup_owner record = setup_expect(owners, SETUP_RECORD);
	const struct setup_owner grant = setup_expect(owners, SETUP_GRANT);
	const char *token_names[] = { files->token };
	const char *grant_names[] = { files->grant, files->lock };
	enum status r;

	if (!owners->by_root)
		return STATUS_OK;
	if ((r = mend_in(state, ACCOUNT_TOKENS_DIR, &tokens, token_names, 1,
		 &record, diag)) != STATUS_OK)
		return r;
	return mend_in(state, ACCOUNT_GRANTS_DIR, &grants, grant_names, 2,
	    &grant, diag);
}

enum status
setup_prove(struct store *store, int wait_ms, struct diag *diag)
{
	enum store_leftover leftover;
	struct draft record;
	int64_t since;
	enum status r;

	if ((r = store_lock(store, wait_ms, diag)) != STATUS_OK)
		return r;
	/* The trial must not write over it; damage is for the login to mend. */
	(void)store_recover(store, &leftover, &since, NULL);
	if ((r = store_reserve(store, diag)) == STATUS_OK &&
	    (r = draft_open(&record, store->dir, store->files.token,
		 MODE_SECRET, RESERVE_RECORD, diag)) == STATUS_OK)
		draft_abandon(&record);
	draft_abandon(&store->draft);
	file_unlock(&store->lock);
	return r;
}

/*
 * Whom a record belongs to that an ordinary user writes: in a directory that
 * others may pass through it has that directory's group, where the user can
 * give it that.
 */
static int
share(const struct store *store, int fd)
{
	struct stat st;

	if (fstatat(store->dir->fd, ACCOUNT_TOKENS_DIR, &st, 0) != 0)
		return -1;
	if ((st.st_mode & (S_IXGRP | S_IXOTH)) == 0 ||
	    fchown(fd, (uid_t)-1, st.st_gid) != 0)
		return fchmod(fd, MODE_SECRET);
	return fchmod(fd, MODE_SHARED);
}

static enum status
write_record(const struct store *store, const struct owners *owners,
    const struct buf *text, struct diag *diag)
{
	const struct setup_owner owner = setup_expect(owners, SETUP_RECORD);
	struct draft draft;
	enum status r;

	if ((r = draft_open(&draft, store->dir, store->files.token, MODE_SECRET,
		 0, diag)) != STATUS_OK)
		return r;
	if ((owners->by_root ? give(draft.fd, &owner) :
			       share(store, draft.fd)) != 0) {
		r = system_error("set the owner of", store->dir->path,
		    store->files.token, diag);
		draft_abandon(&draft);
		return r;
	}
	return draft_commit(&draft, buf_text(text), text->length, diag);
}

enum status
setup_save_record(const struct store *store, const struct owners *owners,
    const struct record *record, struct diag *diag)
{
	struct buf text;
	enum status r;

	r = store_format_record(store, record, &text, diag);
	if (r == STATUS_OK)
		r = write_record(store, owners, &text, diag);
	buf_clear(&text);
	return r;
}
