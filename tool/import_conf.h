/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Changes the configuration file, or adds text to its end: owner and mode, and
 * what is not meant, stay as they are.
 */

#ifndef IMPORT_CONF_H
#define IMPORT_CONF_H

#include "buf.h"
#include "file.h"

struct import_conf {
	struct dir dir;
	char name[FILE_MAX_NAME];
	int lock; /* -1: none */
	struct draft draft;
	struct buf before; /* the file as it was */
};

void import_conf_init(struct import_conf *edit);

/*
 * Makes sure that the file can be written, and changes nothing but that a
 * directory is made for a file that is the first in it. One process at a time.
 * A new file is for its owner alone where what is added is secret.
 * STATUS_ACCESS, STATUS_AGAIN when another one is at it, STATUS_NOMEM.
 */
enum status import_conf_open(struct import_conf *edit, const char *path,
    bool is_secret, struct diag *diag);

/*
 * Adds the text. STATUS_ACCESS when that fails, or the file was changed by
 * somebody else in the meantime; then it is as they left it.
 */
enum status import_conf_add(struct import_conf *edit, const struct buf *text,
    struct diag *diag);

/* The same with all that the file is to be, made from edit->before. */
enum status import_conf_replace(struct import_conf *edit,
    const struct buf *whole, struct diag *diag);

void import_conf_close(struct import_conf *edit);

#endif
