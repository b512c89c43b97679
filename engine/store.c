/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Records and grants in the state directory. See store.h; xoauth2.c keeps both
 * in one token file.
 */

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "store.h"

/* What a reserved grant may grow to: it holds a refresh token and a line. */
#define RESERVE_SIZE 32768

#define RECORD_MODE (S_IRUSR | S_IWUSR | S_IRGRP)
#define GRANT_MODE (S_IRUSR | S_IWUSR)

/* The path of a file for a sentence. */
static void
name_file(const struct store *store, const char *file, char *name, size_t space)
{
	snprintf(name, space, "%s%s", store->dir->path, file);
}

static enum status
account_read(struct store *store, struct record *record, struct diag *diag)
{
	char name[FILE_MAX_PATH + FILE_MAX_NAME];
	enum status r;

	record_clear(record);
	r = file_read(store->dir, store->files.token, &record->text, diag);
	if (r != STATUS_OK)
		return r;
	name_file(store, store->files.token, name, sizeof(name));
	return record_parse(record, name, diag);
}

/* Unseals the text where it is sealed. */
static enum status
unseal(struct store *store, struct buf *text, const char *name,
    struct diag *diag)
{
	struct buf open;
	enum status r;

	if (!grant_is_sealed(buf_text(text), text->length))
		return STATUS_OK;
	if (store->key == NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "%s is sealed, but no grant_key is configured; set "
		    "grant_key to the key that it was sealed with, or log in "
		    "again",
		    name);
	buf_init(&open, GRANT_MAX_FILE);
	r = grant_open(store->key, store->account, buf_text(text), text->length,
	    &open, name, diag);
	buf_clear(text);
	*text = open;
	return r;
}

static enum status
account_load(struct store *store, struct grant *grant, struct diag *diag)
{
	char name[FILE_MAX_PATH + FILE_MAX_NAME];
	struct buf text;
	enum status r;

	buf_init(&text, GRANT_MAX_FILE);
	name_file(store, store->files.grant, name, sizeof(name));
	r = file_read(store->dir, store->files.grant, &text, diag);
	if (r == STATUS_OK)
		r = unseal(store, &text, name, diag);
	if (r == STATUS_OK)
		r = grant_parse(grant, buf_text(&text), text.length, name,
		    diag);
	buf_clear(&text);
	return r;
}

static enum status
save_grant(struct store *store, const struct grant *grant, struct diag *diag)
{
	struct buf text, sealed, *bytes = &text;
	enum status r;

	buf_init(&text, GRANT_MAX_FILE);
	buf_init(&sealed, GRANT_MAX_FILE);
	if ((r = grant_format(grant, &text)) != STATUS_OK) {
		diag_set(diag, r,
		    "the grant of %s cannot be written: it is "
		    "too large, or memory is out",
		    store->account);
		goto out;
	}
	if (store->key != NULL) {
		bytes = &sealed;
		if ((r = grant_seal(store->key, store->account, buf_text(&text),
			 text.length, &sealed, diag)) != STATUS_OK)
			goto out;
	}
	if (store->draft.fd < 0)
		r = draft_open(&store->draft, store->dir, store->files.grant,
		    GRANT_MODE, 0, diag);
	if (r == STATUS_OK)
		r = draft_commit(&store->draft, buf_text(bytes), bytes->length,
		    diag);
out:
	buf_clear(&text);
	buf_clear(&sealed);
	return r;
}

enum status
store_format_record(const struct store *store, const struct record *record,
    struct buf *text, struct diag *diag)
{
	enum status r;

	buf_init(text, RECORD_MAX_FILE);
	record_format(record, text);
	if ((r = buf_status(text)) != STATUS_OK)
		diag_set(diag, r,
		    "the token record of %s cannot be written: it is too "
		    "large, or memory is out",
		    store->account);
	return r;
}

static enum status
save_record(struct store *store, const struct record *record, struct diag *diag)
{
	struct buf text;
	enum status r;

	r = store_format_record(store, record, &text, diag);
	if (r == STATUS_OK)
		r = file_replace(store->dir, store->files.token, RECORD_MODE,
		    buf_text(&text), text.length, diag);
	buf_clear(&text);
	return r;
}

/* A rotated refresh token must be on disk before its access token is. */
static enum status
account_save(struct store *store, const struct grant *grant,
    const struct record *record, struct diag *diag)
{
	enum status r = STATUS_OK, r2 = STATUS_OK;
	struct diag second;

	if (grant != NULL)
		r = save_grant(store, grant, diag);
	if (record != NULL)
		r2 = save_record(store, record, &second);
	if (r == STATUS_OK && r2 != STATUS_OK)
		return diag_set(diag, r2, "%s", second.text);
	return r;
}

static const struct store_ops account_ops = {
	.read = account_read,
	.load = account_load,
	.save = account_save,
};

enum status
store_open_account(struct store *store, const struct dir *state,
    const char *account, const unsigned char *key, struct diag *diag)
{
	memset(store, 0, sizeof(*store));
	store->ops = &account_ops;
	store->account = account;
	store->dir = state;
	store->own_dir.fd = -1;
	store->lock = -1;
	store->draft.fd = -1;
	store->key = key;
	return account_files(account, &store->files, diag);
}

void
store_close(struct store *store)
{
	draft_abandon(&store->draft);
	file_unlock(&store->lock);
	dir_close(&store->own_dir);
}

enum status
store_read(struct store *store, struct record *record, struct diag *diag)
{
	return store->ops->read(store, record, diag);
}

enum status
store_lock(struct store *store, int wait_ms, struct diag *diag)
{
	return file_lock(store->dir, store->files.lock, wait_ms, &store->lock,
	    diag);
}

enum status
store_load(struct store *store, struct grant *grant, struct diag *diag)
{
	return store->ops->load(store, grant, diag);
}

enum status
store_reserve(struct store *store, struct diag *diag)
{
	return draft_open(&store->draft, store->dir, store->files.grant,
	    GRANT_MODE, RESERVE_SIZE, diag);
}

enum status
store_save(struct store *store, const struct grant *grant,
    const struct record *record, struct diag *diag)
{
	return store->ops->save(store, grant, record, diag);
}

enum status
store_remove(struct store *store, struct diag *diag)
{
	enum status r, r2;
	struct diag second;

	r = file_remove(store->dir, store->files.token, diag);
	r2 = file_remove(store->dir, store->files.grant, &second);
	if (r == STATUS_OK && r2 != STATUS_OK)
		return diag_set(diag, r2, "%s", second.text);
	return r;
}
