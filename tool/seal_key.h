/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Makes the file of a key that grants are sealed with.
 */

#ifndef SEAL_KEY_H
#define SEAL_KEY_H

#include <stdbool.h>

#include "conf.h"

/* Is there a key in that file yet? An empty file, or none, is no key. */
bool seal_key_exists(const char *path);

/*
 * Makes the file, or fills an empty one, with GRANT_KEY_LENGTH random bytes,
 * for its owner alone: by root for the option renewer, who must read it. When
 * this returns it is on the disk to stay; one that was killed leaves no file,
 * an empty one, or all of it. STATUS_ACCESS, also in a directory that others
 * may write to; STATUS_CONFIG for an unknown renewer; STATUS_BUG.
 */
enum status seal_key_make(const char *path, const struct conf *conf,
    struct diag *diag);

#endif
