/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The configuration file, changed. See import_conf.h.
 *
 * The lock is on the directory, so that no file is left behind. It keeps two
 * of us apart; a person's editor knows nothing of it, so the file is looked
 * at once more before it is replaced.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf.h"
#include "import_conf.h"

/* Others than its owner have to read it, unless it holds a secret. */
#define CONF_MODE (S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH)
#define CONF_MODE_SECRET (S_IRUSR | S_IWUSR)

void
import_conf_init(struct import_conf *edit)
{
	memset(edit, 0, sizeof(*edit));
	edit->dir.fd = -1;
	edit->lock = -1;
	edit->draft.fd = -1;
	buf_init(&edit->before, CONF_MAX_FILE);
}

void
import_conf_close(struct import_conf *edit)
{
	draft_abandon(&edit->draft);
	file_unlock(&edit->lock);
	dir_close(&edit->dir);
	buf_clear(&edit->before);
}

/* The file itself where the path is a link: what a replacement must be of. */
static enum status
find_file(const char *path, char *real, size_t space, struct diag *diag)
{
	char *resolved = realpath(path, NULL);
	int length;

	if (resolved == NULL && errno != ENOENT)
		return diag_set(diag, STATUS_ACCESS, "cannot look at %s: %s",
		    path, strerror(errno));
	length =
	    snprintf(real, space, "%s", resolved != NULL ? resolved : path);
	free(resolved);
	if (length < 0 || (size_t)length >= space || strchr(real, '/') == NULL)
		return diag_set(diag, STATUS_ACCESS,
		    "%s is too long a path, or one without a directory", path);
	return STATUS_OK;
}

static enum status
lock_directory(struct import_conf *edit, const char *path, struct diag *diag)
{
	edit->lock =
	    file_high_fd(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	if (edit->lock < 0)
		return diag_set(diag, STATUS_ACCESS,
		    "cannot open the directory %s: %s", path, strerror(errno));
	if (flock(edit->lock, LOCK_EX | LOCK_NB) == 0)
		return STATUS_OK;
	return diag_set(diag, STATUS_AGAIN,
	    "another import or seal is about to change the configuration in "
	    "%s; wait for its end",
	    path);
}

/* The directory of the file, made when it is the first of a person. */
static enum status
open_directory(struct import_conf *edit, const char *path, struct diag *diag)
{
	char real[FILE_MAX_PATH];
	char *slash;
	enum status r;

	if ((r = find_file(path, real, sizeof(real), diag)) != STATUS_OK)
		return r;
	slash = strrchr(real, '/');
	if (strlen(slash + 1) >= sizeof(edit->name))
		return diag_set(diag, STATUS_ACCESS, "%s has too long a name",
		    path);
	strcpy(edit->name, slash + 1);
	slash[slash == real] = '\0';
	if (mkdir(real, S_IRWXU) != 0 && errno != EEXIST)
		return diag_set(diag, STATUS_ACCESS,
		    "cannot make the directory %s: %s", real, strerror(errno));
	if ((r = lock_directory(edit, real, diag)) != STATUS_OK)
		return r;
	r = dir_open(&edit->dir, real, diag);
	return r == STATUS_NOACCOUNT ? STATUS_ACCESS : r;
}

static enum status
read_file(const struct import_conf *edit, struct buf *text, struct diag *diag)
{
	enum status r = file_read(&edit->dir, edit->name, text, diag);

	return r == STATUS_NOACCOUNT ? STATUS_OK : r;
}

enum status
import_conf_open(struct import_conf *edit, const char *path, bool is_secret,
    struct diag *diag)
{
	enum status r;

	if ((r = open_directory(edit, path, diag)) != STATUS_OK ||
	    (r = read_file(edit, &edit->before, diag)) != STATUS_OK)
		return r;
	return draft_open(&edit->draft, &edit->dir, edit->name,
	    is_secret ? CONF_MODE_SECRET : CONF_MODE, edit->before.length + 1,
	    diag);
}

/* Is the file what it was? */
static enum status
check_unchanged(const struct import_conf *edit, struct diag *diag)
{
	struct buf now;
	enum status r;

	buf_init(&now, CONF_MAX_FILE);
	r = read_file(edit, &now, diag);
	if (r == STATUS_OK &&
	    (now.length != edit->before.length ||
		memcmp(buf_text(&now), buf_text(&edit->before), now.length) !=
		    0))
		r = diag_set(diag, STATUS_ACCESS,
		    "%s%s was changed by somebody else meanwhile",
		    edit->dir.path, edit->name);
	buf_clear(&now);
	return r;
}

enum status
import_conf_replace(struct import_conf *edit, const struct buf *whole,
    struct diag *diag)
{
	enum status r;

	if ((r = check_unchanged(edit, diag)) != STATUS_OK)
		return r;
	if (buf_status(whole) != STATUS_OK)
		return diag_set_nomem(diag);
	return draft_commit(&edit->draft, buf_text(whole), whole->length, diag);
}

enum status
import_conf_add(struct import_conf *edit, const struct buf *text,
    struct diag *diag)
{
	const struct buf *before = &edit->before;
	struct buf whole;
	enum status r;

	buf_init(&whole, before->length + text->length + 1);
	buf_add(&whole, buf_text(before), before->length);
	if (before->length > 0 && before->data[before->length - 1] != '\n')
		buf_add(&whole, "\n", 1);
	/* The text begins with an empty line, which a first one need not. */
	if (before->length == 0 && text->length > 0 && text->data[0] == '\n')
		buf_add(&whole, text->data + 1, text->length - 1);
	else
		buf_add(&whole, buf_text(text), text->length);
	r = import_conf_replace(edit, &whole, diag);
	buf_clear(&whole);
	return r;
}
