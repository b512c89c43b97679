/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Files kept in memory. See preload.h; keys are in preload_key.c.
 */

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "forklock.h"
#include "preload_files.h"

struct entry {
	struct entry *next;
	enum preload_kind kind;
	char *path;
	struct buf bytes;
};

/* Where systems keep the certificates that they trust. */
static const char *const system_bundles[] = {
	"/etc/ssl/certs/ca-certificates.crt", /* Debian, Alpine, Arch */
	"/etc/pki/tls/certs/ca-bundle.crt",   /* Fedora and its kin */
	"/etc/ssl/ca-bundle.pem",             /* openSUSE */
	"/etc/ssl/cert.pem",                  /* the BSDs, musl systems */
	"/usr/local/share/certs/ca-root-nss.crt",
};

enum status
preload_new(struct preload **preload)
{
	struct preload *new = calloc(1, sizeof(*new));

	if (new == NULL)
		return STATUS_NOMEM;
	if (pthread_mutex_init(&new->lock, NULL) != 0) {
		free(new);
		return STATUS_NOMEM;
	}
	new->owner = FILE_NOBODY;
	*preload = new;
	return STATUS_OK;
}

void
preload_trust(struct preload *preload, uid_t owner)
{
	preload->owner = owner;
}

static void
free_entry(struct entry *entry)
{
	buf_clear(&entry->bytes);
	free(entry->path);
	free(entry);
}

void
preload_free(struct preload **preload)
{
	struct entry *entry, *next;

	if (*preload == NULL)
		return;
	for (entry = (*preload)->first; entry != NULL; entry = next) {
		next = entry->next;
		free_entry(entry);
	}
	preload_free_keys(*preload);
	preload_free_directories(*preload);
	pthread_mutex_destroy(&(*preload)->lock);
	free(*preload);
	*preload = NULL;
}

/* What became of a file that must be there. */
static enum status
judge_named(enum status r, const char *path, struct diag *diag)
{
	if (r == STATUS_NOACCOUNT)
		return diag_set(diag, STATUS_CONFIG,
		    "there is no file %s, which the configuration names", path);
	return r;
}

static enum status
read_named(const char *path, struct buf *bytes, struct diag *diag)
{
	return judge_named(file_read_path(path, bytes, diag), path, diag);
}

/* The file that ca_file names. */
static enum status
read_bundle(const char *path, struct buf *bytes, struct diag *diag)
{
	enum status r = file_read_path(path, bytes, diag);

	if (r == STATUS_NOACCOUNT)
		return diag_set(diag, STATUS_CONFIG,
		    "there is no file %s, which ca_file names; set ca_file to "
		    "a bundle of CA certificates",
		    path);
	return r;
}

enum status
preload_trim(const char *path, struct buf *bytes, struct diag *diag)
{
	while (bytes->length > 0 &&
	    strchr(" \t\r\n", bytes->data[bytes->length - 1]) != NULL)
		bytes->data[--bytes->length] = '\0';
	if (bytes->length == 0 || strlen(bytes->data) != bytes->length)
		return diag_set(diag, STATUS_CONFIG,
		    "%s holds no secret: it is empty or contains a NUL byte",
		    path);
	return STATUS_OK;
}

enum status
preload_find_credential(const char *name, char *full, size_t size,
    struct diag *diag)
{
	const char *directory = secure_getenv("CREDENTIALS_DIRECTORY");
	int length;

	if (directory == NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "%s is a systemd credential, but this process was given "
		    "none; add LoadCredential= to its unit",
		    name);
	length = snprintf(full, size, "%s/%s", directory,
	    name + strlen(PRELOAD_CREDENTIAL));
	if (length < 0 || (size_t)length >= size)
		return diag_set(diag, STATUS_CONFIG,
		    "the path of %s is too long", name);
	return STATUS_OK;
}

bool
preload_is_credential(const char *path)
{
	return strncmp(path, PRELOAD_CREDENTIAL, strlen(PRELOAD_CREDENTIAL)) ==
	    0;
}

/* The path where that is: the same, or a credential's. */
static enum status
find_path(const char *path, char full[FILE_MAX_PATH], const char **found,
    struct diag *diag)
{
	*found = path;
	if (!preload_is_credential(path))
		return STATUS_OK;
	*found = full;
	return preload_find_credential(path, full, FILE_MAX_PATH, diag);
}

enum status
preload_read(const char *path, struct buf *bytes, struct diag *diag)
{
	char full[FILE_MAX_PATH];
	const char *found;
	enum status r;

	if ((r = find_path(path, full, &found, diag)) != STATUS_OK)
		return r;
	return read_named(found, bytes, diag);
}

enum status
preload_read_secret(const struct preload *preload, const char *path,
    struct buf *bytes, struct diag *diag)
{
	char full[FILE_MAX_PATH];
	const char *found;
	enum status r;

	if ((r = find_path(path, full, &found, diag)) != STATUS_OK)
		return r;
	r = file_read_secret(found, preload->owner, bytes, diag);
	return judge_named(r, found, diag);
}

static enum status
read_secret(const struct preload *preload, const char *path, struct buf *bytes,
    struct diag *diag)
{
	enum status r = preload_read_secret(preload, path, bytes, diag);

	return r == STATUS_OK ? preload_trim(path, bytes, diag) : r;
}

static enum status
read_directory(const char *path, struct buf *bytes, struct diag *diag)
{
	char full[FILE_MAX_PATH];
	struct dirent *item;
	DIR *directory;
	int length;

	if ((directory = opendir(path)) == NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "cannot open the directory of certificates %s", path);
	while ((item = readdir(directory)) != NULL) {
		length =
		    snprintf(full, sizeof(full), "%s/%s", path, item->d_name);
		if (item->d_name[0] == '.' || length < 0 ||
		    (size_t)length >= sizeof(full))
			continue;
		/* What is no readable file is no certificate either. */
		if (file_read_path(full, bytes, NULL) == STATUS_OK)
			buf_add(bytes, "\n", 1);
	}
	closedir(directory);
	if (strstr(buf_text(bytes), "-----BEGIN") == NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "there is no PEM certificate in the directory %s", path);
	return STATUS_OK;
}

const char *
preload_find_system_bundle(void)
{
	const char *variable = secure_getenv("SSL_CERT_FILE");
	size_t i;

	if (variable != NULL && access(variable, R_OK) == 0)
		return variable;
	for (i = 0; i < sizeof(system_bundles) / sizeof(*system_bundles); i++)
		if (access(system_bundles[i], R_OK) == 0)
			return system_bundles[i];
	return NULL;
}

static enum status
read_system(struct buf *bytes, struct diag *diag)
{
	const char *variable = secure_getenv("SSL_CERT_FILE");
	size_t i;

	if (variable != NULL &&
	    file_read_path(variable, bytes, NULL) == STATUS_OK)
		return STATUS_OK;
	for (i = 0; i < sizeof(system_bundles) / sizeof(*system_bundles); i++)
		if (file_read_path(system_bundles[i], bytes, NULL) == STATUS_OK)
			return STATUS_OK;
	return diag_set(diag, STATUS_CONFIG,
	    "found no bundle of CA certificates (tried %s, %s, %s, %s, %s); "
	    "install ca-certificates or set ca_file",
	    system_bundles[0], system_bundles[1], system_bundles[2],
	    system_bundles[3], system_bundles[4]);
}

static enum status
read_entry(const struct preload *preload, struct entry *entry,
    struct diag *diag)
{
	switch (entry->kind) {
	case PRELOAD_SECRET:
		return read_secret(preload, entry->path, &entry->bytes, diag);
	case PRELOAD_KEY:
		return preload_read_secret(preload, entry->path, &entry->bytes,
		    diag);
	case PRELOAD_FILE:
		return preload_read(entry->path, &entry->bytes, diag);
	case PRELOAD_CA_FILE:
		return read_bundle(entry->path, &entry->bytes, diag);
	case PRELOAD_CA_DIRECTORY:
		return read_directory(entry->path, &entry->bytes, diag);
	case PRELOAD_CA_SYSTEM:
		return read_system(&entry->bytes, diag);
	}
	return diag_set(diag, STATUS_BUG, "a file of no kind");
}

static enum status
new_entry(const struct preload *preload, enum preload_kind kind,
    const char *path, struct entry **result, struct diag *diag)
{
	struct entry *entry = calloc(1, sizeof(*entry));
	enum status r;

	if (entry == NULL)
		return diag_set_nomem(diag);
	entry->kind = kind;
	if (kind == PRELOAD_SECRET || kind == PRELOAD_KEY ||
	    kind == PRELOAD_FILE)
		buf_init_secret(&entry->bytes, PRELOAD_MAX_SECRET);
	else
		buf_init(&entry->bytes, PRELOAD_MAX_CERTIFICATES);
	if ((entry->path = string_copy(path)) == NULL)
		r = diag_set_nomem(diag);
	else
		r = read_entry(preload, entry, diag);
	if (r == STATUS_OK)
		*result = entry;
	else
		free_entry(entry);
	return r;
}

enum status
preload_get(struct preload *preload, enum preload_kind kind, const char *path,
    const struct buf **bytes, struct diag *diag)
{
	enum status r = STATUS_OK;
	struct entry *entry;

	forklock_lock(&preload->lock);
	for (entry = preload->first; entry != NULL; entry = entry->next)
		if (entry->kind == kind && strcmp(entry->path, path) == 0)
			break;
	if (entry == NULL &&
	    (r = new_entry(preload, kind, path, &entry, diag)) == STATUS_OK) {
		entry->next = preload->first;
		preload->first = entry;
	}
	forklock_unlock(&preload->lock);
	if (r == STATUS_OK)
		*bytes = &entry->bytes;
	return r;
}

void
preload_lock(struct preload *preload)
{
	forklock_lock(&preload->lock);
	preload_lock_keys(preload);
}

void
preload_unlock(struct preload *preload)
{
	preload_unlock_keys(preload);
	forklock_unlock(&preload->lock);
}
