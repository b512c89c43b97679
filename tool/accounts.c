/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The list of accounts. See accounts.h.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "account.h"
#include "accounts.h"
#include "message.h"
#include "shellquote.h"

void
accounts_init(struct accounts *accounts)
{
	memset(accounts, 0, sizeof(*accounts));
}

void
accounts_clear(struct accounts *accounts)
{
	size_t i;

	for (i = 0; i < accounts->count; i++)
		free(accounts->names[i]);
	free(accounts->names);
	accounts_init(accounts);
}

static enum status
add(struct accounts *accounts, const char *name, struct diag *diag)
{
	char **names;

	names =
	    realloc(accounts->names, (accounts->count + 1) * sizeof(*names));
	if (names == NULL)
		return diag_set_nomem(diag);
	accounts->names = names;
	if ((names[accounts->count] = string_copy(name)) == NULL)
		return diag_set_nomem(diag);
	accounts->count++;
	return STATUS_OK;
}

/*
 * The accounts of one directory. Locks and what else is not the file of an
 * account are passed over: account_name() knows no name that ends like that.
 */
static enum status
add_files(DIR *stream, struct accounts *accounts, struct diag *diag)
{
	static const char lock[] = ".lock";
	char name[ACCOUNT_MAX_NAME + 1];
	struct dirent *item;
	enum status r = STATUS_OK;
	size_t length;

	while (r == STATUS_OK && (item = readdir(stream)) != NULL) {
		length = strlen(item->d_name);
		if (length >= strlen(lock) &&
		    strcmp(item->d_name + length - strlen(lock), lock) == 0)
			continue;
		if (account_name(item->d_name, name) == STATUS_OK)
			r = add(accounts, name, diag);
	}
	return r;
}

static enum status
add_directory(const struct dir *state, const char *directory,
    struct accounts *accounts, struct diag *diag)
{
	enum status r;
	DIR *stream;
	int fd;

	fd = openat(state->fd, directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return STATUS_OK;
	if (fd < 0 && errno == EACCES) {
		accounts->incomplete = true;
		return STATUS_OK;
	}
	if (fd < 0 || (stream = fdopendir(fd)) == NULL) {
		r = diag_set(diag, STATUS_ACCESS, "cannot list %s%s: %s",
		    state->path, directory, strerror(errno));
		if (fd >= 0)
			close(fd);
		return r;
	}
	r = add_files(stream, accounts, diag);
	closedir(stream);
	return r;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
sort_unique(struct accounts *accounts)
{
	size_t i, count = 0;

	if (accounts->count == 0)
		return;
	qsort(accounts->names, accounts->count, sizeof(*accounts->names),
	    compare);
	for (i = 1; i < accounts->count; i++) {
		if (strcmp(accounts->names[i], accounts->names[count]) == 0)
			free(accounts->names[i]);
		else
			accounts->names[++count] = accounts->names[i];
	}
	accounts->count = count + 1;
}

enum status
accounts_find(const struct session *session, bool configured,
    struct accounts *accounts, struct diag *diag)
{
	enum status r = STATUS_OK;
	const char *name;
	size_t i;

	for (i = 0; r == STATUS_OK && configured &&
	     (name = conf_account_at(session->conf, i)) != NULL;
	     i++)
		r = add(accounts, name, diag);
	if (r == STATUS_OK && session->state.fd >= 0)
		r = add_directory(&session->state, ACCOUNT_TOKENS_DIR, accounts,
		    diag);
	if (r == STATUS_OK && session->state.fd >= 0)
		r = add_directory(&session->state, ACCOUNT_GRANTS_DIR, accounts,
		    diag);
	sort_unique(accounts);
	return r;
}

/*
 * Is there such a file? One that this user may not even look for is no sign of
 * a login; any other trouble is for those who open it.
 */
static bool
is_there(const struct dir *state, const char *name)
{
	struct stat st;

	if (state->fd < 0)
		return false;
	return fstatat(state->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 ||
	    (errno != ENOENT && errno != EACCES);
}

/* Does it get its tokens without a person? */
static bool
is_alone(const struct session *session, const char *account)
{
	struct settings settings;
	bool needs_person;

	(void)conf_resolve(session->conf, account, &settings, NULL);
	needs_person = oauth_grant_needs_person(
	    oauth_grant_find(settings.text[OPTION_GRANT]));
	settings_clear(&settings);
	return !needs_person;
}

/* Then its first renewal is as good as a login, if there is a place for it. */
static enum status
check_alone(const struct session *session, const char *account,
    struct diag *diag)
{
	if (session->state.fd >= 0)
		return STATUS_OK;
	return diag_set(diag, STATUS_CONFIG,
	    "the token of %s has no place: there is no state directory yet; "
	    "make it, once, by: " PROGRAM " login %s",
	    account, shell_operand(account).text);
}

enum status
accounts_check(const struct session *session, const char *account,
    struct diag *diag)
{
	struct account_files files;
	enum status r;

	if ((r = account_files(account, &files, diag)) != STATUS_OK)
		return r;
	if (is_there(&session->state, files.token) ||
	    is_there(&session->state, files.grant))
		return STATUS_OK;
	if (session->conf == NULL)
		return diag_set(diag, STATUS_NOACCOUNT,
		    "%s is not logged in here; see: " PROGRAM " status",
		    account);
	if (conf_has_account(session->conf, account) &&
	    is_alone(session, account))
		return check_alone(session, account, diag);
	if (conf_has_account(session->conf, account))
		return diag_set(diag, STATUS_REAUTH,
		    "%s is not logged in; run: " PROGRAM " login %s", account,
		    shell_operand(account).text);
	return diag_set(diag, STATUS_NOACCOUNT,
	    "%s is neither configured nor logged in here; run: " PROGRAM
	    " login %s",
	    account, shell_operand(account).text);
}
