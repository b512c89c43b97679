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

#include "buf.h"
#include "status.h"

/* All certificates of a system; Debian's bundle has 220 kB. */
#define PRELOAD_MAX_CERTIFICATES (8 * 1024 * 1024)

/* A client secret, a key, or a small file with one in it. */
#define PRELOAD_MAX_SECRET 65536

enum preload_kind {
	PRELOAD_SECRET,       /* a file; white space at its end is cut off */
	PRELOAD_FILE,         /* a file, or credential:NAME; as it is */
	PRELOAD_CA_FILE,      /* PEM certificates */
	PRELOAD_CA_DIRECTORY, /* every file of PEM certificates in it */
	PRELOAD_CA_SYSTEM,    /* the system's bundle; the path is "" */
};

struct preload;

enum status preload_new(struct preload **preload);
void preload_free(struct preload **preload);

/*
 * The bytes of that file, read now or earlier; they live as long as the
 * preload. May be called from several threads. STATUS_CONFIG names the file,
 * or the paths that were tried; STATUS_ACCESS; STATUS_NOMEM.
 */
enum status preload_get(struct preload *preload, enum preload_kind kind,
    const char *path, const struct buf **bytes, struct diag *diag);

#endif
