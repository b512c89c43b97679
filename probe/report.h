/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The probe's two pipes, and the lines on them (probeline.h).
 *
 * They are moved away from standard input and output, which a plugin may use,
 * and which are /dev/null for it.
 */

#ifndef REPORT_H
#define REPORT_H

#include "probeline.h"

/* Takes standard input and output away. STATUS_ACCESS. */
enum status report_open(void);

/*
 * Waits for the next request. STATUS_OK, STATUS_NOACCOUNT: there are no more;
 * STATUS_DATA, STATUS_NOMEM.
 */
enum status report_next(struct probeline *request);
void report_close(void);

/*
 * A line of texts, of which each may be NULL; a zeroed buffer may be used
 * between report_begin() and report_end(). A line that cannot be written ends
 * the process: there is nobody left to talk to.
 */
void report_begin(struct buf *line, const char *word);
void report_end(struct buf *line);
void report_texts(const char *word, size_t count, const char *const *texts);

#endif
