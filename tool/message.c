/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Sentences on standard error. See message.h.
 */

#include <stdarg.h>
#include <stdio.h>

#include "message.h"
#include "status.h"

void
message(const char *format, ...)
{
	char text[DIAG_MAX_TEXT];
	struct diag line;
	va_list arguments;

	va_start(arguments, format);
	if (vsnprintf(text, sizeof(text), format, arguments) < 0)
		text[0] = '\0';
	va_end(arguments);
	diag_set(&line, STATUS_OK, "%s", text);
	fprintf(stderr, PROGRAM ": %s\n", line.text);
}

static void
write_warning(void *context, enum log_level level, const char *line)
{
	(void)context;
	if (level == LOG_LEVEL_WARNING)
		message("%s", line);
}

static void
write_all(void *context, enum log_level level, const char *line)
{
	(void)context;
	(void)level;
	message("%s", line);
}

struct log
message_log(bool verbose)
{
	struct log log = { verbose ? write_all : write_warning, NULL };

	return log;
}
