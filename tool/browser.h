/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The person's browser on this machine.
 */

#ifndef BROWSER_H
#define BROWSER_H

#include <stdbool.h>

#include "status.h"

/*
 * Would browser_open() find one that the person can see? What $BROWSER names,
 * if anything; else, but not for root, the desktop's: xdg-open or
 * x-www-browser where there is a display, wslview under WSL, open on macOS.
 */
bool browser_exists(void);

/*
 * Opens the address there, in a session of its own and without our terminal.
 * No shell sees the address; other users of this machine may see it in the
 * list of processes, so it holds no secret.
 *
 * Returns once the program runs, not when it ends. STATUS_CONFIG where there
 * is none or it cannot be run, STATUS_AGAIN where no process can be made.
 */
enum status browser_open(const char *url, struct diag *diag);

#endif
