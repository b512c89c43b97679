/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Files kept in memory. See preload.h; keys are in preload_key.c.
 *
 * BUGS: a program that forks in one thread while another one loads a file or
 * signs has a child in which the next call waits for ever.
 */

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
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
	*preload = new;
	return STATUS_OK;
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

/* A file that must be there. */
static enum status
read_named(const char *path, struct buf *bytes, struct diag *diag)
{
	enum status r = file_read_path(path, bytes, diag);

	if (r == STATUS_NOACCOUNT)
		return diag_set(diag, STATUS_CONFIG,
		    "there is no file %s, which the configuration names", path);
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

enum status
preload_read(const char *path, struct buf *bytes, struct diag *diag)
{
	char full[FILE_MAX_PATH];
	enum status r;

	if (!preload_is_credential(path))
		return read_named(path, bytes, diag);
	r = preload_find_credential(path, full, sizeof(full), diag);
	return r == STATUS_OK ? read_named(full, bytes, diag) : r;
}

static enum status
read_secret(const char *path, struct buf *bytes, struct diag *diag)
{
	enum status r = preload_read(path, bytes, diag);

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
read_entry(struct entry *entry, struct diag *diag)
{
	switch (entry->kind) {
	case PRELOAD_SECRET:
		return read_secret(entry->path, &entry->bytes, diag);
	case PRELOAD_FILE:
		return preload_read(entry->path, &entry->bytes, diag);
	case PRELOAD_CA_FILE:
		return read_named(entry->path, &entry->bytes, diag);
	case PRELOAD_CA_DIRECTORY:
		return read_directory(entry->path, &entry->bytes, diag);
	case PRELOAD_CA_SYSTEM:
		return read_system(&entry->bytes, diag);
	}
	return diag_set(diag, STATUS_BUG, "a file of no kind");
}

static enum status
new_entry(enum preload_kind kind, const char *path, struct entry **result,
    struct diag *diag)
{
	struct entry *entry = calloc(1, sizeof(*entry));
	enum status r;

	if (entry == NULL)
		return diag_set_nomem(diag);
	entry->kind = kind;
	if (kind == PRELOAD_SECRET || kind == PRELOAD_FILE)
		buf_init_secret(&entry->bytes, PRELOAD_MAX_SECRET);
	else
		buf_init(&entry->bytes, PRELOAD_MAX_CERTIFICATES);
	if ((entry->path = string_copy(path)) == NULL)
		r = diag_set_nomem(diag);
	else
		r = read_entry(entry, diag);
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

	pthread_mutex_lock(&preload->lock);
	for (entry = preload->first; entry != NULL; entry = entry->next)
		if (entry->kind == kind && strcmp(entry->path, path) == 0)
			break;
	if (entry == NULL &&
	    (r = new_entry(kind, path, &entry, diag)) == STATUS_OK) {
		entry->next = preload->first;
		preload->first = entry;
	}
	pthread_mutex_unlock(&preload->lock);
	if (r == STATUS_OK)
		*bytes = &entry->bytes;
	return r;
}
