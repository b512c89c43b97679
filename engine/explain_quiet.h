/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What stands in a text but says nothing: addresses, names of hosts and files,
 * frames of a stack trace.
 */

#ifndef EXPLAIN_QUIET_H
#define EXPLAIN_QUIET_H

#include <stddef.h>

/* Words from offset from up to to are names, not speech. */
struct quiet {
	size_t from, to;
};

/*
 * The length of a line of a stack trace that begins at that offset, as Java,
 * .NET, Node.js and Python write them; 0: none begins there.
 */
size_t quiet_frame(const char *text, size_t length, size_t at);

/*
 * Sets quiet where a name of a host or file, or a web address, begins at that
 * offset. Returns how many bytes there mean nothing at all: the scheme. The
 * host of an address with a scheme is speech unless it has dots.
 */
size_t quiet_name(const char *text, size_t length, size_t at,
    struct quiet *quiet);

#endif
