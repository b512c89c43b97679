/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Secrets from a person. See prompt.h.
 *
 * The terminal's own line is longer than its canonical mode gives (4096 bytes
 * on Linux), and refresh tokens may be: so bytes are read one by one.
 *
 * BUGS: after a second signal, and while the program is stopped (Ctrl-Z), the
 * terminal goes on hiding what is typed; a shell that mends that when the
 * program goes on makes it show the rest of the secret.
 */

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "buf.h"
#include "interrupt.h"
#include "prompt.h"

#define ERASE_BACKSPACE '\b'
#define ERASE_DELETE 0x7f
#define END_OF_INPUT 4 /* Ctrl-D */

/* No echo, and no line of the kernel's; signals work as ever. */
static bool
hide_input(struct termios *before)
{
	struct termios hidden;

	if (tcgetattr(STDIN_FILENO, before) != 0)
		return false;
	hidden = *before;
	hidden.c_lflag &= ~(tcflag_t)(ECHO | ICANON);
	hidden.c_iflag |= ICRNL;
	hidden.c_cc[VMIN] = 1;
	hidden.c_cc[VTIME] = 0;
	return tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
}

/*
 * A byte, or -1 at the end; errno is 0 then. Reads no byte more. Signals are
 * blocked but while it waits, lest one come between a look at the flag and the
 * wait; open is the mask for that.
 */
static int
next_byte(const sigset_t *open)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	unsigned char c;
	ssize_t n;

	do {
		if (*interrupt_flag() != 0) {
			errno = EINTR;
			return -1;
		}
		n = ppoll(&input, 1, NULL, open);
		if (n > 0)
			n = read(STDIN_FILENO, &c, 1);
	} while (n < 0 && errno == EINTR);
	if (n == 0)
		errno = 0;
	return n == 1 ? c : -1;
}

static void
erase_last(struct buf *line)
{
	if (line->length > 0)
		line->data[--line->length] = '\0';
}

static enum status
read_line(bool is_terminal, struct buf *line, struct diag *diag)
{
	sigset_t all, open;
	int c;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &open);
	while ((c = next_byte(&open)) != '\n' && c != -1) {
		if (is_terminal && (c == ERASE_BACKSPACE || c == ERASE_DELETE))
			erase_last(line);
		else if (is_terminal && c == END_OF_INPUT)
			break;
		else
			buf_add(line, &(const char){ (char)c }, 1);
	}
	sigprocmask(SIG_SETMASK, &open, NULL);
	if (*interrupt_flag() != 0)
		return diag_set(diag, STATUS_CANCELLED, "interrupted");
	if (c == -1 && errno != 0)
		return diag_set(diag, STATUS_ACCESS,
		    "cannot read standard input: %s", strerror(errno));
	if (buf_status(line) != STATUS_OK)
		return diag_set(diag, STATUS_DATA,
		    "what was typed has more than %d bytes", PROMPT_MAX_SECRET);
	return STATUS_OK;
}

static enum status
take_secret(const struct buf *line, bool is_terminal, char **secret,
    struct diag *diag)
{
	static const char white[] = " \t\r";
	const char *text = buf_text(line);
	size_t length, i;

	text += strspn(text, white);
	for (length = strlen(text);
	     length > 0 && strchr(white, text[length - 1]) != NULL; length--)
		;
	if (length == 0)
		return diag_set(diag, STATUS_CONFIG, "nothing was typed%s",
		    is_terminal ? "" :
				  "; a script writes it to standard input, or "
				  "sets client_secret_file where it is an "
				  "application's secret");
	for (i = 0; i < length; i++)
		if ((unsigned char)text[i] < 0x20)
			return diag_set(diag, STATUS_DATA,
			    "what was typed has control bytes in it");
	if (strlen(buf_text(line)) != line->length)
		return diag_set(diag, STATUS_DATA,
		    "what was typed has control bytes in it");
	if ((*secret = secret_copy_n(text, length)) == NULL)
		return diag_set_nomem(diag);
	return STATUS_OK;
}

enum status
prompt_secret(const char *question, char **secret, struct diag *diag)
{
	bool is_terminal = isatty(STDIN_FILENO) == 1;
	struct termios before;
	struct buf line;
	enum status r;

	if (is_terminal && !hide_input(&before))
		return diag_set(diag, STATUS_ACCESS,
		    "the terminal cannot be kept from showing what is typed: "
		    "%s",
		    strerror(errno));
	if (is_terminal) {
		fprintf(stderr, "%s: ", question);
		fflush(stderr);
	}
	buf_init_secret(&line, PROMPT_MAX_SECRET);
	r = read_line(is_terminal, &line, diag);
	if (is_terminal) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
		fputc('\n', stderr);
	}
	if (r == STATUS_OK)
		r = take_secret(&line, is_terminal, secret, diag);
	buf_clear(&line);
	return r;
}
