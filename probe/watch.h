/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What libsasl2 does when it loads plugins: where it looks, what it loads, and
 * what it says of what it cannot load.
 *
 * It tells none of that: the directory is compiled in where SASL_PATH is not
 * set, and what it says goes to the system's log. So a few functions of libc
 * are defined in this program, where the dynamic linker finds them first, and
 * report before they do what they are for.
 */

#ifndef WATCH_H
#define WATCH_H

/* From now on calls of libsasl2 are reported. */
void watch_start(void);

/* The object that a function of a plugin is in; NULL: not known. */
const char *watch_object_of(const void *function);

#endif
