/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A fuzz target: what libFuzzer calls, and replay.c with the files of
 * corpus/NAME. It aborts when something is true that must not be.
 */

#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* The directory below corpus/. */
extern const char fuzz_name[];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An assertion that no build leaves out. */
#define MUST(condition) \
	do { \
		if (!(condition)) \
			fuzz_abort(__FILE__, __LINE__, #condition); \
	} while (0)

/*
 * Do calls fail on purpose? Only replay.c sets it; a fuzzer is built without.
 * What takes no more than memory or a library to come true may be false then.
 */
__attribute__((weak)) bool fuzz_failing;

#define WORKS(condition) \
	((condition) || \
	    (!fuzz_failing && \
		(fuzz_abort(__FILE__, __LINE__, #condition), false)))

static inline _Noreturn void
fuzz_abort(const char *file, int line, const char *condition)
{
	fprintf(stderr, "%s:%d: not true: %s\n", file, line, condition);
	abort();
}

#endif
