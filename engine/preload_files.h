/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What preload.c and preload_key.c share.
 */

#ifndef PRELOAD_FILES_H
#define PRELOAD_FILES_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "preload.h"

/* Before the name of a systemd credential. */
#define PRELOAD_CREDENTIAL "credential:"

struct preload {
	pthread_mutex_t lock;
	uid_t owner; /* may own secrets, too */
	struct entry *first;
	struct held_key *first_key;
	struct held_account *first_account;
	struct held_directory *first_directory;
};

bool preload_is_credential(const char *path);

/*
 * The path of credential:NAME, which is below $CREDENTIALS_DIRECTORY:
 * systemd.exec(5), LoadCredential=. STATUS_CONFIG.
 */
enum status preload_find_credential(const char *name, char *full, size_t size,
    struct diag *diag);

/* Appends that file, or credential:NAME. STATUS_CONFIG when there is none. */
enum status preload_read(const char *path, struct buf *bytes,
    struct diag *diag);

/* The same of one that holds a secret; as file_read_secret(), too. */
enum status preload_read_secret(const struct preload *preload, const char *path,
    struct buf *bytes, struct diag *diag);

/*
 * Cuts white space off the end of what is one secret. STATUS_CONFIG when
 * nothing is left, or there is a NUL byte in it.
 */
enum status preload_trim(const char *path, struct buf *bytes,
    struct diag *diag);

/* preload_lock() and preload_unlock() of the keys; the lock is held. */
void preload_lock_keys(struct preload *preload);
void preload_unlock_keys(struct preload *preload);

/* Frees the keys and accounts. */
void preload_free_keys(struct preload *preload);

/* Closes the directories. */
void preload_free_directories(struct preload *preload);

#endif
