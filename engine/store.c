/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Records and grants in the state directory. See store.h; xoauth2.c keeps both
 * in one token file.
 */

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "json.h"
#include "store.h"

/* What a reserved grant may grow to: it holds a refresh token and a line. */
#define RESERVE_SIZE 32768

/* JSON's numbers are exact up to 2^53. */
#define MAX_SERIAL (INT64_C(1) << 52)

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
	r = file_read_owned(store->dir, store->files.token, FILE_NOBODY,
	    &record->text, diag);
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

	store->sealing = GRANT_UNSEALED;
	if (!grant_is_sealed(buf_text(text), text->length))
		return STATUS_OK;
	buf_init_secret(&open, GRANT_MAX_FILE);
	r = grant_open(&store->keys, store->account, buf_text(text),
	    text->length, &open, &store->sealing, name, diag);
	buf_clear(text);
	*text = open;
	return r;
}

static enum status
account_parse(struct store *store, struct buf *text, struct grant *grant,
    const char *name, struct diag *diag)
{
	enum status r;

	if ((r = unseal(store, text, name, diag)) != STATUS_OK)
		return r;
	return grant_parse(grant, buf_text(text), text->length, name, diag);
}

int64_t
store_next_serial(const struct store *store, const struct grant *grant)
{
	int64_t last =
	    grant->serial > store->serial ? grant->serial : store->serial;

	return last < 0 || last >= MAX_SERIAL ? 1 : last + 1;
}

/* The draft of a grant, if it was not made before. */
static enum status
open_draft(struct store *store, size_t reserve, struct diag *diag)
{
	enum status r;

	if (store->draft.fd >= 0)
		return STATUS_OK;
	r = draft_open(&store->draft, store->dir, store->files.grant,
	    GRANT_MODE, reserve, diag);
	/* A new refresh token may be nowhere else. */
	store->draft.keep = true;
	return r;
}

enum status
store_write_grant(struct store *store, const struct buf *text,
    struct diag *diag)
{
	enum status r = open_draft(store, 0, diag);

	if (r == STATUS_OK)
		r = draft_commit(&store->draft, buf_text(text), text->length,
		    diag);
	return r;
}

/* What the file is to hold; bytes that are sealed, where there is a key. */
static enum status
make_bytes(const struct store *store, const struct grant *grant,
    struct buf *bytes, struct diag *diag)
{
	struct buf text;
	enum status r;

	buf_clear(bytes);
	buf_init_secret(&text, GRANT_MAX_FILE);
	if ((r = grant_format(grant, &text)) != STATUS_OK)
		diag_set(diag, r,
		    "the grant of %s cannot be written: it is "
		    "too large, or memory is out",
		    store->account);
	else if (store->keys.present != NULL)
		r = grant_seal(store->keys.present, store->account,
		    buf_text(&text), text.length, bytes, diag);
	else if (store->keys.must_seal)
		r = diag_set(diag, STATUS_CONFIG, "%s",
		    store->keys.missing.text);
	else {
		*bytes = text;
		return STATUS_OK; /* the text is now the caller's */
	}
	buf_clear(&text);
	return r;
}

static enum status
save_grant(struct store *store, const struct grant *grant, struct diag *diag)
{
	struct grant next = *grant; /* what it points to stays the grant's */
	struct buf bytes;
	enum status r;

	buf_init(&bytes, GRANT_MAX_FILE);
	next.serial = store_next_serial(store, grant);
	/* Twice: there may be a refresh token in it that is nowhere else. */
	if ((r = make_bytes(store, &next, &bytes, diag)) != STATUS_OK)
		r = make_bytes(store, &next, &bytes, diag);
	if (r == STATUS_OK) {
		r = store_write_grant(store, &bytes, diag);
		store->serial = next.serial;
	}
	buf_clear(&bytes);
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
	.parse = account_parse,
	.save = account_save,
};

enum status
store_open_account(struct store *store, const struct dir *state,
    const char *account, const struct grant_keys *keys, struct diag *diag)
{
	memset(store, 0, sizeof(*store));
	store->ops = &account_ops;
	store->account = account;
	store->dir = state;
	store->own_dir.fd = -1;
	store->lock = -1;
	store->draft.fd = -1;
	if (keys != NULL)
		store->keys = *keys;
	return account_files(account, &store->files, diag);
}

void
store_close(struct store *store)
{
	draft_abandon(&store->draft);
	json_free(store->json);
	store->json = NULL;
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

bool
store_is_one_file(const struct store *store)
{
	return strcmp(store->files.token, store->files.grant) == 0;
}

/* Also what is left behind of a grant is text of that name. */
static enum status
parse_grant(struct store *store, struct buf *text, struct grant *grant,
    struct diag *diag)
{
	char name[FILE_MAX_PATH + FILE_MAX_NAME];

	name_file(store, store->files.grant, name, sizeof(name));
	return store->ops->parse(store, text, grant, name, diag);
}

enum status
store_load(struct store *store, struct grant *grant, struct diag *diag)
{
	struct buf text;
	enum status r;

	buf_init_secret(&text, GRANT_MAX_FILE);
	if (store_is_one_file(store))
		r = file_read(store->dir, store->files.grant, &text, diag);
	else
		r = file_read_owned(store->dir, store->files.grant, FILE_NOBODY,
		    &text, diag);
	if (r == STATUS_OK)
		r = parse_grant(store, &text, grant, diag);
	if (r == STATUS_OK)
		store->serial = grant->serial;
	buf_clear(&text);
	return r;
}

/* Without the zeros that space was made sure of with; nobody writes any. */
static size_t
length_of_text(const struct buf *text)
{
	size_t length = text->length;

	while (length > 0 && text->data[length - 1] == '\0')
		length--;
	return length;
}

/* What was left behind, looked at. */
struct find {
	enum store_leftover leftover;
	int64_t since;
	struct grant grant; /* the one in place, */
	struct grant newer; /* and what was to replace it, */
	size_t length;      /* of which the text is so long */
};

static void
find_init(struct find *find)
{
	memset(find, 0, sizeof(*find));
	grant_init(&find->grant);
	grant_init(&find->newer);
}

static void
find_clear(struct find *find)
{
	grant_clear(&find->grant);
	grant_clear(&find->newer);
}

/*
 * Is that text whole, and newer than what is in its place? All that we write
 * ends in a newline: what does not was cut. STATUS_DATA: no.
 */
static enum status
is_newer(struct store *store, struct buf *text, struct find *find,
    struct diag *diag)
{
	enum status r;

	if (text->length == 0 || text->data[text->length - 1] != '\n')
		return STATUS_DATA;
	if ((r = parse_grant(store, text, &find->newer, diag)) != STATUS_OK)
		return r;
	return find->newer.serial > find->grant.serial ? STATUS_OK :
							 STATUS_DATA;
}

/* STATUS_NOACCOUNT: nothing was left behind, or there is no grant. */
static enum status
examine(struct store *store, struct find *find, struct diag *diag)
{
	size_t size;
	struct buf text;
	enum status r;

	buf_init_secret(&text, GRANT_MAX_FILE);
	if ((r = draft_find(store->dir, store->files.grant, &text, &find->since,
		 diag)) != STATUS_OK ||
	    (r = store_load(store, &find->grant, diag)) != STATUS_OK)
		goto out;
	size = text.length;
	find->length = text.length = length_of_text(&text);
	r = is_newer(store, &text, find, diag);
	if (r == STATUS_OK)
		find->leftover = STORE_SAVED;
	else if (r == STATUS_DATA && size >= RESERVE_SIZE)
		find->leftover = STORE_INTERRUPTED;
	if (r == STATUS_DATA)
		r = STATUS_OK;
out:
	buf_clear(&text);
	return r;
}

enum status
store_peek(struct store *store, enum store_leftover *leftover, int64_t *since,
    struct diag *diag)
{
	struct find find;
	enum status r;

	find_init(&find);
	r = examine(store, &find, diag);
	*leftover = find.leftover;
	*since = find.since;
	/* Who was killed while noting that somebody else had been. */
	if (*leftover == STORE_SAVED && find.newer.interrupted_at != 0) {
		*leftover = STORE_INTERRUPTED;
		*since = find.newer.interrupted_at;
	}
	if (*leftover != STORE_NOTHING &&
	    file_is_locked(store->dir, store->files.lock))
		*leftover = STORE_NOTHING;
	find_clear(&find);
	return r == STATUS_NOACCOUNT ? STATUS_OK : r;
}

enum status
store_recover(struct store *store, enum store_leftover *leftover,
    int64_t *since, struct diag *diag)
{
	struct find find;
	enum status r;

	*leftover = STORE_NOTHING;
	if ((r = dir_check(store->dir,
		 store_is_one_file(store) ? "." : ACCOUNT_GRANTS_DIR, diag)) !=
	    STATUS_OK)
		return r;
	find_init(&find);
	if (!store_is_one_file(store))
		draft_discard(store->dir, store->files.token);
	r = examine(store, &find, diag);
	*leftover = find.leftover;
	*since = find.since;
	if (r == STATUS_NOACCOUNT) {
		r = STATUS_OK;
	} else if (r == STATUS_OK && find.leftover == STORE_SAVED) {
		r = draft_adopt(store->dir, store->files.grant, find.length,
		    diag);
	} else if (r == STATUS_OK && find.leftover == STORE_INTERRUPTED) {
		find.grant.interrupted_at = find.since;
		r = store_save(store, &find.grant, NULL, diag);
	} else if (r == STATUS_OK) {
		draft_discard(store->dir, store->files.grant);
	}
	find_clear(&find);
	return r;
}

enum status
store_reserve(struct store *store, struct diag *diag)
{
	enum status r = STATUS_OK;

	if (store->ops->prepare != NULL)
		r = store->ops->prepare(store, diag);
	return r != STATUS_OK ? r : open_draft(store, RESERVE_SIZE, diag);
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

	draft_discard(store->dir, store->files.token);
	draft_discard(store->dir, store->files.grant);
	r = file_remove(store->dir, store->files.token, diag);
	r2 = file_remove(store->dir, store->files.grant, &second);
	if (r == STATUS_OK && r2 != STATUS_OK)
		return diag_set(diag, r2, "%s", second.text);
	return r;
}
