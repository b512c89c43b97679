/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Files that a renewal needs, kept in memory: certificates, secrets, keys.
 *
 * A process that will enter a chroot(2) and drop its privileges can read them
 * only before. What could not be read is tried again at each use.
 */

#ifndef PRELOAD_H
#define PRELOAD_H

#include <stdbool.h>
#include <sys/types.h>

#include "buf.h"
#include "status.h"

/* All certificates of a system; Debian's bundle has 220 kB. */
#define PRELOAD_MAX_CERTIFICATES (8 * 1024 * 1024)

/* A client secret, a key, or a small file with one in it. */
#define PRELOAD_MAX_SECRET 65536

struct key;
struct service_account;

enum preload_kind {
	PRELOAD_SECRET,       /* as below; white space at its end is cut off */
	PRELOAD_KEY,          /* a secret, or credential:NAME; as it is */
	PRELOAD_FILE,         /* a file, or credential:NAME, that has none */
	PRELOAD_CA_FILE,      /* PEM certificates */
	PRELOAD_CA_DIRECTORY, /* every file of PEM certificates in it */
	PRELOAD_CA_SYSTEM,    /* the system's bundle; the path is "" */
};

struct preload;

enum status preload_new(struct preload **preload);
void preload_free(struct preload **preload);

/*
 * Secrets are read as by file_read_secret(). Beside root and this user they may
 * belong to that one: the renewer, whose keys root reads for it. To be called
 * before they are.
 */
void preload_trust(struct preload *preload, uid_t owner);

/*
 * The bytes of that file, read now or earlier; they live as long as the
 * preload. May be called from several threads. STATUS_CONFIG names the file,
 * or the paths that were tried; STATUS_ACCESS; STATUS_NOMEM.
 */
enum status preload_get(struct preload *preload, enum preload_kind kind,
    const char *path, const struct buf **bytes, struct diag *diag);

/* The file that PRELOAD_CA_SYSTEM reads; NULL: there is none that can be. */
const char *preload_find_system_bundle(void);

/*
 * The private key that uri names (key.h; also credential:NAME), with its
 * certificate from a PEM file, if there is one, and opened by the passphrase
 * or PIN in a file, if it takes one. It is loaded once and lives as long as
 * the preload: a file that is replaced meanwhile is not looked at again. A PIN
 * that a token has refused is not tried again by this process, lest it lock.
 *
 * Statuses as key_load() and key_set_certificate() have them, but a refused PIN
 * is STATUS_CONFIG. While a token is at work, the other threads wait.
 */
enum status preload_get_key(struct preload *preload, const char *uri,
    const char *certificate, const char *pin, const struct key **key,
    struct diag *diag);

/*
 * The service account's key file, a path or credential:NAME, likewise.
 * Statuses as service_account_parse() and preload_get() have them.
 */
enum status preload_get_service_account(struct preload *preload,
    const char *path, const struct service_account **account,
    struct diag *diag);

/*
 * A file that is replaced all the time, as Kubernetes does with the tokens that
 * it mounts: it is read anew at each call, white space at its end is cut off.
 * Its directory is opened at the first call, or by preload_mounted() before,
 * and stays open, so that a chroot(2) does not hide it; a link in it may lead
 * to a file of the same directory. Where the file is not in that directory, it
 * is looked for by its path. STATUS_CONFIG when it is missing or empty; else as
 * file_read_mounted().
 */
enum status preload_read_mounted(struct preload *preload, const char *path,
    struct buf *bytes, struct diag *diag);

/* Opens the directory of such a file; that it cannot be is told later. */
void preload_mounted(struct preload *preload, const char *path);

/*
 * For fork(2): no other thread is loading or signing between these two, which
 * may take as long as a token does. Not for a thread that is itself: see
 * forklock.h.
 */
void preload_lock(struct preload *preload);
void preload_unlock(struct preload *preload);

#endif
