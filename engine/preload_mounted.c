/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Files that others replace all the time, so that they cannot be kept in
 * memory: what is kept is the directory. See preload.h.
 */

#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "forklock.h"
#include "preload_files.h"

struct held_directory {
	struct held_directory *next;
	struct dir dir;
};

void
preload_free_directories(struct preload *preload)
{
	struct held_directory *held, *next;

	for (held = preload->first_directory; held != NULL; held = next) {
		next = held->next;
		dir_close_own(&held->dir);
		free(held);
	}
	preload->first_directory = NULL;
}

/* Splits a path behind its last slash. */
static enum status
split(const char *path, char directory[FILE_MAX_PATH], const char **name,
    struct diag *diag)
{
	size_t length = (size_t)(strrchr(path, '/') + 1 - path);

	if (length >= FILE_MAX_PATH)
		return diag_set(diag, STATUS_CONFIG,
		    "the path %.100s... is too long", path);
	memcpy(directory, path, length);
	directory[length] = '\0';
	*name = path + length;
	return STATUS_OK;
}

/* The lock is held. */
static enum status
hold_directory(struct preload *preload, const char *path,
    const struct dir **result, struct diag *diag)
{
	struct held_directory *held;
	enum status r;

	for (held = preload->first_directory; held != NULL; held = held->next)
		if (strcmp(held->dir.path, path) == 0 && dir_is_own(&held->dir))
			goto found;
	if ((held = calloc(1, sizeof(*held))) == NULL)
		return diag_set_nomem(diag);
	if ((r = dir_open(&held->dir, path, diag)) != STATUS_OK) {
		free(held);
		return r;
	}
	dir_note(&held->dir);
	held->next = preload->first_directory;
	preload->first_directory = held;
found:
	*result = &held->dir;
	return STATUS_OK;
}

static enum status
find(struct preload *preload, const char *path, const struct dir **dir,
    const char **name, struct diag *diag)
{
	char directory[FILE_MAX_PATH];
	enum status r;

	if ((r = split(path, directory, name, diag)) != STATUS_OK)
		return r;
	forklock_lock(&preload->lock);
	r = hold_directory(preload, directory, dir, diag);
	forklock_unlock(&preload->lock);
	return r;
}

void
preload_mounted(struct preload *preload, const char *path)
{
	const struct dir *dir;
	const char *name;

	(void)find(preload, path, &dir, &name, NULL);
}

enum status
preload_read_mounted(struct preload *preload, const char *path,
    struct buf *bytes, struct diag *diag)
{
	const struct dir *dir;
	const char *name;
	enum status r;

	if ((r = find(preload, path, &dir, &name, diag)) == STATUS_OK)
		r = file_read_mounted(dir, name, bytes, diag);
	if (r == STATUS_NOACCOUNT) /* there may be another directory now */
		r = file_read_path(path, bytes, diag);
	if (r == STATUS_NOACCOUNT)
		return diag_set(diag, STATUS_CONFIG,
		    "there is no file %s, which the configuration names; "
		    "whatever makes it has not done so yet, or not here",
		    path);
	if (r != STATUS_OK)
		return r;
	return preload_trim(path, bytes, diag);
}
