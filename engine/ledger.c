/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Counters and marks of an account. See ledger.h.
 *
 * BUGS: after a crash of the whole machine the numbers may be older than the
 * last things that happened, or mixed of older and newer ones.
 */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger.h"
#include "limit.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Every number has as many digits, so that lines are written over in place. */
#define NUMBER_FORMAT "%020" PRId64
#define NUMBER_LENGTH 20

/* More than can ever be counted; leaves room to add. */
#define MAX_NUMBER INT64_C(1000000000000000)

/* "name " and a number; names are short words. */
#define MAX_NAME 32

#define FAILED(word, status) \
	{ \
		"failed_" word, \
		    offsetof(struct ledger, failures) + \
		    (status) * sizeof(int64_t) \
	}

static const struct {
	const char *name;
	size_t offset;
} numbers[] = {
	{ "logins", offsetof(struct ledger, logins) },
	{ "renewals", offsetof(struct ledger, renewals) },
	FAILED("again", STATUS_AGAIN),
	FAILED("reauth", STATUS_REAUTH),
	FAILED("config", STATUS_CONFIG),
	FAILED("noaccount", STATUS_NOACCOUNT),
	FAILED("refused", STATUS_REFUSED),
	FAILED("data", STATUS_DATA),
	FAILED("access", STATUS_ACCESS),
	FAILED("nomem", STATUS_NOMEM),
	FAILED("bug", STATUS_BUG),
	{ "refusals", offsetof(struct ledger, refusals) },
	{ "requests", offsetof(struct ledger, requests) },
	{ "request_ms", offsetof(struct ledger, request_ms) },
	{ "last_request_ms", offsetof(struct ledger, last_request_ms) },
	{ "told_at", offsetof(struct ledger, told_at) },
	{ "telling_at", offsetof(struct ledger, telling_at) },
	{ "login_failed_at", offsetof(struct ledger, login_failed_at) },
	{ "login_failed_status", offsetof(struct ledger, login_failed_status) },
};

/* The one line that is no number. */
#define SENTENCE "login_failed_why "

static int64_t *
number_at(const struct ledger *ledger, size_t i)
{
	return (int64_t *)((uintptr_t)ledger + numbers[i].offset);
}

static bool
is_name(const char *text, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++)
		if (text[i] != '_' && (text[i] < 'a' || text[i] > 'z'))
			return false;
	return length > 0 && length <= MAX_NAME;
}

/* Has the line the form of ours? Then the length of its name; else 0. */
static size_t
name_length(const char *line, size_t length, int64_t *number)
{
	const char *space = memchr(line, ' ', length);
	char digits[NUMBER_LENGTH + 1], again[NUMBER_LENGTH + 1];
	size_t name;

	if (space == NULL)
		return 0;
	name = (size_t)(space - line);
	if (!is_name(line, name) || length != name + 1 + NUMBER_LENGTH)
		return 0;
	memcpy(digits, space + 1, NUMBER_LENGTH);
	digits[NUMBER_LENGTH] = '\0';
	*number = strtoll(digits, NULL, 10);
	if (*number < 0 || *number > MAX_NUMBER ||
	    snprintf(again, sizeof(again), NUMBER_FORMAT, *number) !=
		NUMBER_LENGTH ||
	    strcmp(digits, again) != 0)
		return 0;
	return name;
}

/* A sentence, as it may be shown; another line is passed over. */
static void
parse_sentence(const char *line, size_t length, struct ledger *ledger)
{
	size_t start = strlen(SENTENCE);

	if (length <= start || length - start >= DIAG_MAX_TEXT ||
	    memcmp(line, SENTENCE, start) != 0 ||
	    memchr(line, '\0', length) != NULL)
		return;
	memcpy(ledger->login_failed, line + start, length - start);
	ledger->login_failed[length - start] = '\0';
	diag_clean(ledger->login_failed);
}

static void
parse_line(const char *line, size_t length, struct ledger *ledger,
    struct buf *rest)
{
	int64_t number;
	size_t name = name_length(line, length, &number), i;

	if (name == 0) {
		parse_sentence(line, length, ledger);
		return;
	}
	for (i = 0; i < COUNT(numbers); i++)
		if (strlen(numbers[i].name) == name &&
		    memcmp(numbers[i].name, line, name) == 0) {
			*number_at(ledger, i) = number;
			return;
		}
	if (rest != NULL)
		buf_add(rest, line, length + 1);
}

void
ledger_parse(const char *text, size_t length, struct ledger *ledger,
    struct buf *rest)
{
	const char *end = text + length, *line = text, *newline;

	memset(ledger, 0, sizeof(*ledger));
	for (; (newline = memchr(line, '\n', (size_t)(end - line))) != NULL;
	     line = newline + 1)
		parse_line(line, (size_t)(newline - line), ledger, rest);
}

/* What the file has of it; nothing where it cannot be read. */
static size_t
read_text(int fd, char text[LEDGER_MAX_TEXT])
{
	ssize_t count;

	do {
		count = pread(fd, text, LEDGER_MAX_TEXT, LIMIT_TEXT_LENGTH);
	} while (count < 0 && errno == EINTR);
	return count > 0 ? (size_t)count : 0;
}

void
ledger_read(int fd, struct ledger *ledger)
{
	char text[LEDGER_MAX_TEXT];

	ledger_parse(text, read_text(fd, text), ledger, NULL);
}

enum status
ledger_look(const struct dir *dir, const char *name, struct ledger *ledger)
{
	int fd = file_high_fd(openat(dir->fd, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
	enum status r = STATUS_ACCESS;
	struct stat st;

	memset(ledger, 0, sizeof(*ledger));
	if (fd < 0)
		return errno == ENOENT ? STATUS_NOACCOUNT : STATUS_ACCESS;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		ledger_read(fd, ledger);
		r = STATUS_OK;
	}
	close(fd);
	return r;
}

static int
write_text(int lock, const struct buf *text)
{
	ssize_t count;

	do {
		count =
		    pwrite(lock, text->data, text->length, LIMIT_TEXT_LENGTH);
	} while (count < 0 && errno == EINTR);
	if (count >= 0 && (size_t)count < text->length)
		errno = ENOSPC;
	return count == (ssize_t)text->length ? 0 : -1;
}

int
ledger_write(int lock, const struct ledger *ledger)
{
	char old[LEDGER_MAX_TEXT], line[MAX_NAME + NUMBER_LENGTH + 3];
	struct ledger ignored;
	struct buf text, rest;
	size_t length, i;
	int result = -1;

	if (limit_check_own(lock) != 0)
		return -1;
	buf_init(&text, LEDGER_MAX_TEXT);
	buf_init(&rest, LEDGER_MAX_TEXT);
	length = read_text(lock, old);
	ledger_parse(old, length, &ignored, &rest);
	for (i = 0; i < COUNT(numbers); i++) {
		snprintf(line, sizeof(line), "%s " NUMBER_FORMAT "\n",
		    numbers[i].name, *number_at(ledger, i));
		buf_add_string(&text, line);
	}
	if (ledger->login_failed_at != 0)
		buf_add_format(&text, SENTENCE "%s\n", ledger->login_failed);
	if (rest.length > 0)
		buf_add(&text, rest.data, rest.length);
	if (buf_status(&rest) == STATUS_OK && buf_status(&text) == STATUS_OK)
		result = write_text(lock, &text);
	/* What is behind it was damaged. */
	if (result == 0 && length > text.length &&
	    ftruncate(lock, (off_t)(LIMIT_TEXT_LENGTH + text.length)) != 0)
		result = -1;
	buf_clear(&text);
	buf_clear(&rest);
	return result;
}

static void
add(int64_t *number, int64_t more)
{
	if (more > 0 && more <= MAX_NUMBER - *number)
		*number += more;
}

void
ledger_count_renewal(int lock, const struct ledger_event *event)
{
	struct ledger ledger;

	ledger_read(lock, &ledger);
	if (event->status == STATUS_OK)
		add(&ledger.renewals, 1);
	else
		add(&ledger.failures[event->status], 1);
	if (event->was_asked) {
		add(&ledger.requests, 1);
		add(&ledger.request_ms, event->took_ms);
		ledger.last_request_ms = 0;
		add(&ledger.last_request_ms, event->took_ms);
	}
	(void)ledger_write(lock, &ledger);
}

void
ledger_count_refusal(int lock)
{
	struct ledger ledger;

	ledger_read(lock, &ledger);
	add(&ledger.refusals, 1);
	(void)ledger_write(lock, &ledger);
}

void
ledger_count_login(int lock)
{
	struct ledger ledger;

	ledger_read(lock, &ledger);
	add(&ledger.logins, 1);
	ledger.login_failed_at = 0;
	ledger.login_failed_status = 0;
	(void)ledger_write(lock, &ledger);
}

void
ledger_forget_login(int lock)
{
	struct ledger ledger;

	ledger_read(lock, &ledger);
	if (ledger.login_failed_at == 0)
		return;
	ledger.login_failed_at = 0;
	ledger.login_failed_status = 0;
	(void)ledger_write(lock, &ledger);
}

void
ledger_note_login(int lock, enum status status, const struct diag *diag,
    int64_t now)
{
	struct ledger ledger;

	ledger_read(lock, &ledger);
	ledger.login_failed_at = now;
	ledger.login_failed_status = status;
	memcpy(ledger.login_failed, diag->text, sizeof(ledger.login_failed));
	(void)ledger_write(lock, &ledger);
}
