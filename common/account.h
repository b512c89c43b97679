/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Account names, and the files that belong to one.
 *
 * Below the state directory:
 *
 *	tokens/FILE		the token record, for mail programs
 *	grants/FILE		the grant, for those who renew
 *	grants/FILE.lock	held by the one who renews
 *
 * FILE is the account name with every byte outside [A-Za-z0-9@._+-], a leading
 * dot, and the dot of a final ".lock" written as %XX: no name can leave the
 * directory, meet a temporary file, which begins with a dot, or meet the lock
 * of another account.
 */

#ifndef ACCOUNT_H
#define ACCOUNT_H

#include <stddef.h>

#include "status.h"

/* A mailbox name (RFC 5321, 4.5.3.1) has at most 64 + 1 + 255 octets. */
#define ACCOUNT_MAX_NAME 320

/* NAME_MAX is 255 everywhere; ".lock" and ".tmp" and a dot must fit too. */
#define ACCOUNT_MAX_FILE 240

#define ACCOUNT_TOKENS_DIR "tokens"
#define ACCOUNT_GRANTS_DIR "grants"

/*
 * Where an account's files are, relative to the state directory. The contents
 * are paths with one slash, ready for openat(2).
 */
struct account_files {
	char token[sizeof(ACCOUNT_TOKENS_DIR) + 1 + ACCOUNT_MAX_FILE];
	char grant[sizeof(ACCOUNT_GRANTS_DIR) + 1 + ACCOUNT_MAX_FILE];
	char lock[sizeof(ACCOUNT_GRANTS_DIR) + 1 + ACCOUNT_MAX_FILE + 5];
};

/*
 * Is it a name that an account can have? Returns STATUS_OK, or STATUS_DATA for
 * an empty one, one that is too long, and one with control bytes.
 */
enum status account_check(const char *name, struct diag *diag);

/* Fills the three paths. As account_check(). */
enum status account_files(const char *name, struct account_files *files,
    struct diag *diag);

/* Only the path of the token record, for those who merely read it. */
enum status account_token_file(const char *name, char *path, size_t space,
    struct diag *diag);

/*
 * The account name of a file name, into name of ACCOUNT_MAX_NAME + 1 bytes.
 * STATUS_DATA when it is not the file of any account.
 */
enum status account_name(const char *file, char *name);

#endif
