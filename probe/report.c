/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The probe's lines. See report.h.
 */

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "report.h"

#define BLOCK 4096

/* Above what a plugin could take for its own. */
#define MIN_FD 10

static int in = -1, out = -1;
static struct buf input, text;

/* Moves a descriptor up; in its place comes what nothing can be read from. */
static int
move_up(int fd, int null)
{
	int moved = fcntl(fd, F_DUPFD_CLOEXEC, MIN_FD);

	if (moved < 0 || dup2(null, fd) < 0)
		return -1;
	return moved;
}

enum status
report_open(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0 || (in = move_up(STDIN_FILENO, null)) < 0 ||
	    (out = move_up(STDOUT_FILENO, null)) < 0 ||
	    dup2(null, STDERR_FILENO) < 0)
		return STATUS_ACCESS;
	if (null > STDERR_FILENO)
		close(null);
	buf_init_secret(&input, PROBELINE_MAX_LENGTH + BLOCK);
	buf_init_secret(&text, PROBELINE_MAX_LENGTH + BLOCK);
	return STATUS_OK;
}

void
report_close(void)
{
	buf_clear(&input);
	buf_clear(&text);
}

enum status
report_next(struct probeline *request)
{
	ssize_t count;
	char *room;

	while (!probeline_take(&input, &text)) {
		if ((room = buf_reserve(&input, BLOCK)) == NULL)
			return buf_status(&input);
		count = read(in, room, BLOCK);
		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return STATUS_NOACCOUNT;
		buf_grow(&input, (size_t)count);
	}
	if (buf_status(&text) != STATUS_OK)
		return buf_status(&text);
	if (text.length == 0)
		return STATUS_DATA;
	return probeline_parse(request, text.data);
}

void
report_begin(struct buf *line, const char *word)
{
	buf_init_secret(line, 2 * PROBELINE_MAX_LENGTH);
	probeline_begin(line, word);
}

void
report_end(struct buf *line)
{
	size_t done = 0;
	ssize_t count;

	probeline_end(line);
	if (buf_status(line) != STATUS_OK)
		_exit(EX_OSERR);
	while (done < line->length) {
		count = write(out, line->data + done, line->length - done);
		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			_exit(EX_IOERR);
		done += (size_t)count;
	}
	buf_clear(line);
}

void
report_texts(const char *word, size_t count, const char *const *texts)
{
	struct buf line;
	size_t i;

	report_begin(&line, word);
	for (i = 0; i < count; i++)
		probeline_add_text(&line, texts[i]);
	report_end(&line);
}
