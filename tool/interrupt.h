/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Ctrl-C, and what else asks the program to end: SIGINT, SIGTERM, SIGHUP.
 */

#ifndef INTERRUPT_H
#define INTERRUPT_H

#include <signal.h>

/*
 * From now on the first such signal sets the flag and lets what has begun come
 * to a clean end; the second one ends the process. A signal that is ignored
 * (nohup) stays so.
 */
void interrupt_catch(void);

/* From now on such a signal ends the process, as if nothing had been said. */
void interrupt_release(void);

/* Not 0 once there was one. */
const volatile sig_atomic_t *interrupt_flag(void);

#endif
