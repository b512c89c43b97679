/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Puts another grant_key into the text of a configuration.
 */

#ifndef SEAL_CONF_H
#define SEAL_CONF_H

#include "buf.h"
#include "conf.h"

/*
 * Appends the text `before`, from which conf was read, to out, with grant_key
 * set to path; a key that was configured becomes grant_key_old. What is not
 * about these two stays as it is, byte for byte. STATUS_CONFIG when they are
 * written in a way that this does not understand: the sentence has the lines
 * that are to be there. STATUS_NOMEM.
 */
enum status seal_conf_edit(const struct conf *conf, const struct buf *before,
    const char *path, struct buf *out, struct diag *diag);

#endif
