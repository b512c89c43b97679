/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Lines for the log of the program that we are in. See log.h.
 */

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include "log.h"
#include "status.h"

void
log_line(const struct log *log, enum log_level level, const char *format, ...)
{
	char text[DIAG_MAX_TEXT];
	struct diag line;
	va_list arguments;

	if (log == NULL || log->write == NULL)
		return;
	va_start(arguments, format);
	if (vsnprintf(text, sizeof(text), format, arguments) < 0)
		text[0] = '\0';
	va_end(arguments);
	diag_set(&line, STATUS_OK, "%s", text);
	log->write(log->context, level, line.text);
}
