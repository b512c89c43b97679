/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Decrypts with gpg(1), by pipes: nothing is written to a file.
 */

#ifndef GPG_H
#define GPG_H

#include <stddef.h>

#include "buf.h"
#include "status.h"

/*
 * Appends what gpg --decrypt makes of the bytes to plain, whose max is the
 * limit. gpg asks for a passphrase on the terminal or the desktop, and says on
 * standard error what is wrong. what names the file in a sentence.
 *
 * Blocks until gpg has ended; an interrupt (interrupt.h) ends it. STATUS_CONFIG
 * where there is no gpg, STATUS_DATA when it fails or says too much,
 * STATUS_CANCELLED, STATUS_ACCESS, STATUS_NOMEM.
 */
enum status gpg_decrypt(const char *bytes, size_t length, const char *what,
    struct buf *plain, struct diag *diag);

#endif
