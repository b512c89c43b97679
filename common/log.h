/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Where lines for a log go. The code below never prints: the program that
 * calls it gives a sink, which in somebody else's process is the one thing
 * that we may write to.
 */

#ifndef LOG_H
#define LOG_H

enum log_level {
	LOG_LEVEL_WARNING, /* a person should look at it */
	LOG_LEVEL_NOTICE,  /* what was done: a token was renewed */
	LOG_LEVEL_DEBUG,   /* how it was done */
};

/*
 * write() gets one clean line without its newline (see diag_clean()), valid
 * during the call. A zeroed struct log discards everything.
 */
struct log {
	void (*write)(void *context, enum log_level level, const char *line);
	void *context;
};

/* Formats one line, cleans it, cuts it at DIAG_MAX_TEXT, and hands it on. */
void log_line(const struct log *log, enum log_level level, const char *format,
    ...) __attribute__((format(printf, 3, 4)));

#endif
