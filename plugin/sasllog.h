/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Lines for the log of the application, through libsasl2.
 *
 * An attempt that fails shall give one warning, the sentence that says why.
 * So the warnings of what is below are held back until it is known how the
 * attempt ends: they stay warnings when it succeeds, and become notices when
 * it fails. Notices and debug lines pass at once.
 */

#ifndef SASLLOG_H
#define SASLLOG_H

#include <sasl/sasl.h>
#include <sasl/saslplug.h>

#include "buf.h"
#include "log.h"

/* Some ten lines; what comes after them is dropped. */
#define SASLLOG_MAX_HELD 4096

struct sasllog {
	struct log log; /* the sink to hand on */
	const sasl_utils_t *utils;
	struct buf held; /* lines, each with its newline */
};

/* Allocates nothing. The sink must not move while it is in use. */
void sasllog_open(struct sasllog *sasllog, const sasl_utils_t *utils);

/* Writes what was held back, as SASL_LOG_WARN or SASL_LOG_NOTE, and frees. */
void sasllog_close(struct sasllog *sasllog, int level);

#endif
