/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Runs another program to its end, without a shell, and takes what it says.
 */

#ifndef PROGRAM_H
#define PROGRAM_H

#include <stdbool.h>

#include "buf.h"
#include "status.h"

/* What a program's own words may be long. */
#define PROGRAM_MAX_WORDS 16384

struct program_output {
	struct buf out; /* standard output */
	struct buf err; /* standard error, cut at PROGRAM_MAX_WORDS */
	int code;       /* its exit code; -1: a signal ended it */
};

/* Makes it empty, for max_out bytes; buf_init_secret() on out makes it one for
 * secrets. */
void program_output_init(struct program_output *output, size_t max_out);
void program_output_clear(struct program_output *output);

/* The last line that it said on standard error, or "". */
const char *program_last_words(struct program_output *output);

/*
 * Looks for the program in PATH, and where system programs lie besides, which
 * a person's PATH often lacks. Relative entries are skipped and, for root, what
 * others may write to. False: there is none.
 */
bool program_find(const char *name, char *path, size_t space);

/*
 * Runs argv, which ends with NULL, with nothing to read. The output was made
 * empty before, and is for program_output_clear() in any case.
 *
 * STATUS_OK: it has ended by itself, with whatever code. STATUS_CONFIG: there
 * is no such program. STATUS_AGAIN: it took longer than timeout_ms, and was
 * killed. STATUS_DATA: it said too much. STATUS_CANCELLED (interrupt.h),
 * STATUS_ACCESS, STATUS_NOMEM. Other threads may run.
 */
enum status program_run(const char *const *argv, int timeout_ms,
    struct program_output *output, struct diag *diag);

#endif
