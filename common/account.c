/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Account names and file names. See account.h.
 */

#include <stdio.h>
#include <string.h>

#include "account.h"
#include "hex.h"

static int
is_plain(unsigned char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (c >= '0' && c <= '9') || c == '@' || c == '.' || c == '_' ||
	    c == '+' || c == '-';
}

enum status
account_check(const char *name, struct diag *diag)
{
	size_t i, length = strlen(name);

	if (length == 0)
		return diag_set(diag, STATUS_DATA,
		    "the account name is empty; give the login name, such as "
		    "me@example.com");
	if (length > ACCOUNT_MAX_NAME)
		return diag_set(diag, STATUS_DATA,
		    "the account name has %zu bytes; at most %d are possible",
		    length, ACCOUNT_MAX_NAME);
	for (i = 0; i < length; i++)
		if ((unsigned char)name[i] < 0x20 || name[i] == 0x7f)
			return diag_set(diag, STATUS_DATA,
			    "the account name \"%s\" contains a control byte",
			    name);
	return STATUS_OK;
}

/* Dots that would make a hidden file, or the lock of another account. */
static int
is_special_dot(const char *name, size_t i)
{
	return i == 0 || strcmp(name + i, ".lock") == 0;
}

/* directory/FILE into path. The name has been checked. */
static enum status
encode(const char *directory, const char *name, char *path, size_t space,
    struct diag *diag)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t used, start, i;
	unsigned char c;

	used = strlen(directory);
	memcpy(path, directory, used);
	path[used++] = '/';
	start = used;
	for (i = 0; name[i] != '\0'; i++) {
		c = (unsigned char)name[i];
		if (used - start + 3 > ACCOUNT_MAX_FILE || used + 4 > space)
			return diag_set(diag, STATUS_DATA,
			    "the account name \"%.40s...\" is too long for a "
			    "file name",
			    name);
		if (is_plain(c) && !(c == '.' && is_special_dot(name, i))) {
			path[used++] = (char)c;
			continue;
		}
		path[used++] = '%';
		path[used++] = hex[c >> 4];
		path[used++] = hex[c & 15];
	}
	path[used] = '\0';
	return STATUS_OK;
}

enum status
account_token_file(const char *name, char *path, size_t space,
    struct diag *diag)
{
	enum status r;

	if ((r = account_check(name, diag)) != STATUS_OK)
		return r;
	return encode(ACCOUNT_TOKENS_DIR, name, path, space, diag);
}

enum status
account_files(const char *name, struct account_files *files, struct diag *diag)
{
	enum status r;

	if ((r = account_token_file(name, files->token, sizeof(files->token),
		 diag)) != STATUS_OK)
		return r;
	if ((r = encode(ACCOUNT_GRANTS_DIR, name, files->grant,
		 sizeof(files->grant), diag)) != STATUS_OK)
		return r;
	snprintf(files->lock, sizeof(files->lock), "%s.lock", files->grant);
	return STATUS_OK;
}

enum status
account_name(const char *file, char *name)
{
	struct account_files files;
	size_t i, length = 0;
	int high, low;

	if (file[0] == '.' || file[0] == '\0')
		return STATUS_DATA;
	for (i = 0; file[i] != '\0'; i++) {
		if (length == ACCOUNT_MAX_NAME)
			return STATUS_DATA;
		if (is_plain((unsigned char)file[i])) {
			name[length++] = file[i];
			continue;
		}
		if (file[i] != '%' || (high = hex_value(file[i + 1])) < 0 ||
		    (low = hex_value(file[i + 2])) < 0 || high + low == 0)
			return STATUS_DATA;
		name[length++] = (char)(high << 4 | low);
		i += 2;
	}
	name[length] = '\0';
	/* Only what encode() makes of a name is the file of an account. */
	if (account_files(name, &files, NULL) != STATUS_OK ||
	    strcmp(files.token + strlen(ACCOUNT_TOKENS_DIR) + 1, file) != 0)
		return STATUS_DATA;
	return STATUS_OK;
}
