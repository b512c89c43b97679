/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Times in words.
 */

#ifndef WHEN_H
#define WHEN_H

#include <stdint.h>

/* "2026-11-23 23:28:03 +0100" and a NUL, with room for far years. */
#define WHEN_MAX_TEXT 48

struct when {
	char text[WHEN_MAX_TEXT];
};

/* A Unix time as local time; "-" for 0, which stands for never. */
struct when when_local(int64_t time);

/* The same without seconds and zone, for tables. */
struct when when_short(int64_t time);

#endif
