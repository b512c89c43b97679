/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A yes or no at the terminal. See agree.h.
 *
 * Bytes are read one by one: what is typed behind the line is not ours.
 */

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "agree.h"
#include "interrupt.h"

bool
agree_can_ask(void)
{
	return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
}

/* The next byte, or -1: there is none. */
static int
next_byte(void)
{
	struct pollfd input = { STDIN_FILENO, POLLIN, 0 };
	unsigned char byte;
	int ready;

	do {
		if (*interrupt_flag() != 0)
			return -1;
		ready = poll(&input, 1, -1);
	} while (ready < 0 && errno == EINTR);
	if (ready < 0 || read(STDIN_FILENO, &byte, 1) != 1)
		return -1;
	return byte;
}

bool
agree_ask(const char *question)
{
	int first, byte;

	fprintf(stderr, "%s [y/N] ", question);
	fflush(stderr);
	first = byte = next_byte();
	while (byte != '\n' && byte != -1)
		byte = next_byte();
	if (byte == -1)
		fputc('\n', stderr);
	return byte == '\n' && (first == 'y' || first == 'Y');
}
