/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Reading a terminal. See paste.h.
 *
 * BUGS
 *
 * The second signal ends the program at once (interrupt.h), and then the
 * terminal stays out of its line mode; shells put it right.
 */

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "paste.h"

#define BACKSPACE 0x08
#define DELETE 0x7f

/* A program in the background would be stopped if it touched the terminal. */
static bool
is_ours(int fd)
{
	return isatty(fd) == 1 && tcgetpgrp(fd) == getpgrp();
}

void
paste_open(struct paste *paste, int fd)
{
	struct termios modes;

	memset(paste, 0, sizeof(*paste));
	buf_init_secret(&paste->text, PASTE_MAX_TEXT);
	paste->fd = -1;
	if (!is_ours(fd) || tcgetattr(fd, &paste->saved) != 0)
		return;
	paste->fd = fd;
	modes = paste->saved;
	modes.c_lflag &= ~(tcflag_t)ICANON;
	modes.c_cc[VMIN] = 1;
	modes.c_cc[VTIME] = 0;
	paste->is_changed = tcsetattr(fd, TCSADRAIN, &modes) == 0;
}

void
paste_close(struct paste *paste)
{
	if (paste->is_changed && paste->fd >= 0 && is_ours(paste->fd))
		tcsetattr(paste->fd, TCSADRAIN, &paste->saved);
	paste->is_changed = false;
	paste->fd = -1;
	buf_clear(&paste->text);
}

void
paste_clear(struct paste *paste)
{
	buf_clear(&paste->text);
}

/* Outside of the line mode nobody else takes back what was typed wrong. */
static void
take_bytes(struct buf *text, const char *bytes, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++) {
		if (bytes[i] != BACKSPACE && bytes[i] != DELETE)
			buf_add(text, bytes + i, 1);
		else if (text->length > 0)
			text->data[--text->length] = '\0';
	}
}

/* One read. False at the end of what is there. */
static bool
take(struct paste *paste, enum status *r, struct diag *diag)
{
	char bytes[1024];
	ssize_t count = read(paste->fd, bytes, sizeof(bytes));

	if (count > 0) {
		take_bytes(&paste->text, bytes, (size_t)count);
		explicit_bzero(bytes, sizeof(bytes));
		return true;
	}
	if (count < 0 && (errno == EINTR || errno == EAGAIN))
		return false;
	/* A terminal that is gone is none any more; else it was Ctrl-D. */
	if (isatty(paste->fd) != 1)
		*r =
		    diag_set(diag, STATUS_CANCELLED, "the terminal was closed");
	paste->fd = -1;
	return false;
}

static bool
is_entered(const struct buf *text)
{
	return text->length > 0 &&
	    (text->data[text->length - 1] == '\n' ||
		text->data[text->length - 1] == '\r');
}

enum status
paste_read(struct paste *paste, struct diag *diag)
{
	struct pollfd polled = { .fd = paste->fd, .events = POLLIN };
	enum status r = STATUS_DATA;

	if (!is_ours(paste->fd) && isatty(paste->fd) == 1) {
		paste->fd = -1; /* in the background by now */
		return r;
	}
	while (take(paste, &r, diag) && poll(&polled, 1, PASTE_BURST_MS) > 0)
		;
	if (r != STATUS_DATA)
		return r;
	/* Too long a text is complete too: it is for the reader to judge. */
	return is_entered(&paste->text) ||
		buf_status(&paste->text) != STATUS_OK ?
	    STATUS_OK :
	    STATUS_DATA;
}
