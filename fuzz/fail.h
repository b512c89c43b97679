/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Calls that fail on purpose: memory, files, and the libraries. A program that
 * is linked with fail.c and the options in fail.wraps (-Wl,@FILE) calls
 * these first; only calls from the objects that are linked in are meant.
 *
 * Not for several threads.
 */

#ifndef FAIL_H
#define FAIL_H

#include <stdbool.h>

/* The n-th call from now fails (1: the next one), and no other. */
void fail_at(unsigned long n);

/* No call fails from now on. Returns how many did since the last fail_at(). */
unsigned fail_end(void);

/* While it is true, calls neither fail nor count. */
void fail_pause(bool is_paused);

/* The name of the call that failed last; "" when there was none. */
const char *fail_name(void);

#endif
