/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a person pastes at the terminal while the program waits for something
 * else too.
 */

#ifndef PASTE_H
#define PASTE_H

#include <stdbool.h>
#include <termios.h>

#include "buf.h"

/* More than any address of a login. */
#define PASTE_MAX_TEXT 16384

/* How long the rest of one paste may be behind its beginning. */
#define PASTE_BURST_MS 50

struct paste {
	int fd; /* -1: nobody is there who could paste */
	bool is_changed;
	struct termios saved;
	struct buf text;
};

/*
 * Looks whether fd is a terminal that is this program's to read. Then it is
 * taken out of its line mode, which cuts lines at 4095 bytes and keeps the end
 * of a paste with a line break in it back. Restored by paste_close().
 */
void paste_open(struct paste *paste, int fd);
void paste_close(struct paste *paste);

/*
 * Reads what is there. STATUS_OK: somebody has pressed Enter behind it, and
 * the text is complete, until paste_clear(). DATA: not yet; paste->fd is -1
 * when nothing can come any more. CANCELLED: the terminal was closed.
 */
enum status paste_read(struct paste *paste, struct diag *diag);

/* Wipes the text, for another one. */
void paste_clear(struct paste *paste);

#endif
