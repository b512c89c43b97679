/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The sink for libsasl2's log. See sasllog.h.
 *
 * libsasl2 has its own small printf: it is never given another format than
 * "%s".
 */

#include <string.h>

#include "sasllog.h"

static void
write_line(void *context, enum log_level level, const char *line)
{
	struct sasllog *sasllog = context;
	const sasl_utils_t *utils = sasllog->utils;

	if (level == LOG_LEVEL_WARNING) {
		buf_add_string(&sasllog->held, line);
		buf_add(&sasllog->held, "\n", 1);
		return;
	}
	utils->log(utils->conn,
	    level == LOG_LEVEL_NOTICE ? SASL_LOG_NOTE : SASL_LOG_DEBUG, "%s",
	    line);
}

void
sasllog_open(struct sasllog *sasllog, const sasl_utils_t *utils)
{
	sasllog->log.write = write_line;
	sasllog->log.context = sasllog;
	sasllog->utils = utils;
	buf_init(&sasllog->held, SASLLOG_MAX_HELD);
}

void
sasllog_close(struct sasllog *sasllog, int level)
{
	const sasl_utils_t *utils = sasllog->utils;
	char *line = sasllog->held.data, *newline;

	while (line != NULL && (newline = strchr(line, '\n')) != NULL) {
		*newline = '\0';
		utils->log(utils->conn, level, "%s", line);
		line = newline + 1;
	}
	buf_clear(&sasllog->held);
}
