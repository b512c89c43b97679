/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Where a token comes from. See credential.h.
 */

#include <stdlib.h>
#include <string.h>

#include "account.h"
#include "clock.h"
#include "credential.h"
#include "engineload.h"
#include "statedir.h"
#include "token.h"

/* The engine reads no more of a challenge. */
#define CREDENTIAL_MAX_CHALLENGE 65536

/* How much of it is shown where the engine cannot explain it. */
#define CREDENTIAL_MAX_SHOWN 160

void
credential_init(struct credential *credential)
{
	memset(credential, 0, sizeof(*credential));
	record_init(&credential->record);
}

void
credential_clear(struct credential *credential)
{
	record_clear(&credential->record);
	free(credential->path);
	credential_init(credential);
}

/* What the engine is told. The directory may be one that is not open. */
static struct engine_request
engine_request(const struct credential_request *request, const struct dir *dir,
    const char *account)
{
	return (struct engine_request){
		.state = dir,
		.account = account,
		.log = request->log,
	};
}

/*
 * Reads the account's record. STATUS_NOACCOUNT and no sentence when there is
 * none.
 */
static enum status
read_record(struct record *record, const struct dir *dir, const char *account,
    struct diag *diag)
{
	char path[sizeof(((struct account_files *)NULL)->token)];
	struct diag sentence;
	enum status r;

	if ((r = account_token_file(account, path, sizeof(path), diag)) !=
	    STATUS_OK)
		return r;
	if ((r = statedir_read(dir, path, &record->text, diag)) != STATUS_OK)
		return r;
	if ((r = record_parse(record, path, diag)) != STATUS_DATA)
		return r;
	/* The sentence begins with the path, which a person needs whole. */
	sentence = *diag;
	return diag_set(diag, r, "%s%s", dir->path, sentence.text);
}

/*
 * The engine's token in the place of the one that we have. The account exists:
 * what is missing is its grant, not the account.
 */
static enum status
renew(struct credential *credential, const struct engineload *engine,
    const struct engine_request *request, struct diag *diag)
{
	struct record renewed;
	enum status r;

	record_init(&renewed);
	r = engine->table->renew(engine->engine, request, &renewed, diag);
	if (r != STATUS_OK) {
		record_clear(&renewed);
		return r == STATUS_NOACCOUNT ? STATUS_REAUTH : r;
	}
	record_clear(&credential->record);
	credential->record = renewed; /* now the credential's */
	return STATUS_OK;
}

/* There is a record, but its token should not be used as it is. */
static enum status
renew_record(struct credential *credential, enum record_age age,
    const struct credential_request *request, const struct dir *dir,
    struct diag *diag)
{
	struct engine_request wanted =
	    engine_request(request, dir, request->account);
	struct engineload engine;
	enum status r;

	if ((r = engineload_get(&engine, diag)) == STATUS_OK)
		r = renew(credential, &engine, &wanted, diag);
	if (r == STATUS_OK || age != RECORD_DUE)
		return r;
	log_line(request->log, LOG_LEVEL_WARNING,
	    "the token of %.100s was not renewed and is used while it is "
	    "valid: %s",
	    request->account, diag->text);
	return STATUS_OK;
}

/* There is no record, so only the engine can know the account. */
static enum status
find_by_engine(struct credential *credential,
    const struct credential_request *request, const struct dir *dir,
    struct diag *diag)
{
	struct engine_request wanted =
	    engine_request(request, dir, request->account);
	struct engineload engine;
	enum status r;

	if (dir->fd < 0 && !request->place->conf_exists)
		return STATUS_NOACCOUNT;
	if ((r = engineload_get(&engine, diag)) != STATUS_OK)
		return r;
	if ((r = engine.table->find(engine.engine, &wanted, diag)) != STATUS_OK)
		return r;
	return renew(credential, &engine, &wanted, diag);
}

/* Reads the account's record, as read_record(), and judges it. */
static enum status
find_record(struct credential *credential,
    const struct credential_request *request, struct dir *dir,
    enum record_age *age, struct diag *diag)
{
	enum status r;

	r = statedir_get(request->place, dir, diag);
	if (r == STATUS_OK)
		r = read_record(&credential->record, dir, request->account,
		    diag);
	if (r == STATUS_OK)
		*age = record_judge(&credential->record, clock_unix_s());
	return r;
}

enum status
credential_find(struct credential *credential,
    const struct credential_request *request, struct diag *diag)
{
	struct dir dir;
	enum record_age age = RECORD_FRESH;
	enum status r;

	r = find_record(credential, request, &dir, &age, diag);
	if ((r != STATUS_OK || age != RECORD_FRESH) && !statedir_verify()) {
		record_clear(&credential->record);
		age = RECORD_FRESH;
		r = find_record(credential, request, &dir, &age, diag);
	}
	if (r == STATUS_NOACCOUNT)
		r = find_by_engine(credential, request, &dir, diag);
	else if (r == STATUS_OK && age != RECORD_FRESH)
		r = renew_record(credential, age, request, &dir, diag);
	if (r == STATUS_OK)
		credential->source = CREDENTIAL_ACCOUNT;
	return r;
}

static enum status
read_token_file(struct credential *credential,
    const struct credential_request *request, struct diag *diag)
{
	struct engine_request wanted;
	struct engineload engine;
	struct dir dir;
	enum status r;

	(void)statedir_verify();
	/* The file is not beneath it: what it is like was judged before. */
	(void)statedir_get(request->place, &dir, NULL);
	if ((r = engineload_get(&engine, diag)) != STATUS_OK)
		return r;
	wanted = engine_request(request, &dir, credential->path);
	r = engine.table->renew_file(engine.engine, &wanted,
	    &credential->record, diag);
	if (r == STATUS_OK)
		credential->source = CREDENTIAL_FILE;
	return r;
}

/* Sent as it is: what it is worth, the server will say. */
static enum status
take_token(struct credential *credential, const char *token, size_t length,
    struct diag *diag)
{
	struct record *record = &credential->record;

	buf_add(&record->text, token, length);
	if (buf_status(&record->text) != STATUS_OK)
		return diag_set_nomem(diag);
	record->access_token = buf_text(&record->text);
	record->token_length = length;
	credential->source = CREDENTIAL_TOKEN;
	return STATUS_OK;
}

enum status
credential_from_password(struct credential *credential,
    const struct credential_request *request, const char *password,
    size_t length, struct diag *diag)
{
	if (password == NULL || length == 0)
		return diag_set(diag, STATUS_NOACCOUNT,
		    "there is no account %.100s here; run: sasl-bearer login "
		    "%.100s",
		    request->account, request->account);
	if (password[0] == '/' && memchr(password, '\0', length) == NULL) {
		credential->path = string_copy_n(password, length);
		if (credential->path == NULL)
			return diag_set_nomem(diag);
		return read_token_file(credential, request, diag);
	}
	if (token_is_bearer(password, length))
		return take_token(credential, password, length, diag);
	return diag_set(diag, STATUS_NOACCOUNT,
	    "there is no account %.100s here, and the password is neither an "
	    "access token nor the path of a token file; run: sasl-bearer login "
	    "%.100s",
	    request->account, request->account);
}

/* Without the engine, the server's own words must do. */
static enum status
show_challenge(const struct credential_request *request, const char *challenge,
    size_t length, struct diag *diag)
{
	char shown[CREDENTIAL_MAX_SHOWN + 1];
	size_t i;

	for (i = 0; i < length && i < CREDENTIAL_MAX_SHOWN; i++)
		shown[i] = challenge[i] == '\0' ? '?' : challenge[i];
	shown[i] = '\0';
	return diag_set(diag, STATUS_REFUSED,
	    "the mail server refused the token of %.100s: %s%s",
	    request->account, shown, i < length ? "..." : "");
}

enum status
credential_refuse(const struct credential *credential,
    const struct credential_request *request, const char *challenge,
    size_t length, struct diag *diag)
{
	bool is_file = credential->source == CREDENTIAL_FILE;
	struct engine_request wanted;
	struct engineload engine;
	struct dir dir;

	if (length > CREDENTIAL_MAX_CHALLENGE)
		length = CREDENTIAL_MAX_CHALLENGE;
	statedir_forget();
	(void)statedir_verify();
	/* It was in order a moment ago, or is not needed. */
	(void)statedir_get(request->place, &dir, NULL);
	if (credential->source == CREDENTIAL_TOKEN ||
	    engineload_get(&engine, diag) != STATUS_OK)
		return show_challenge(request, challenge, length, diag);
	wanted = engine_request(request, &dir,
	    is_file ? credential->path : request->account);
	return engine.table->refuse(engine.engine, &wanted, is_file,
	    &credential->record, challenge, length, diag);
}
