/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A secret that a person types: on a terminal, which shows nothing of it and
 * is as before in the end, and elsewhere.
 */

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "unit.h"

#include "buf.h"
#include "interrupt.h"
#include "prompt.h"

#define QUESTION "Secret of the application app"

/* A bound, not a claim. */
#define PATIENCE_MS 20000

#define MAX_SCREEN 65536

/* What the child tells of its prompt. */
struct report {
	enum status status;
	bool is_restored; /* the terminal: echo, lines and all */
	char secret[PROMPT_MAX_SECRET + 1];
	char sentence[DIAG_MAX_TEXT];
};

/* A child that asks, and its terminal or pipe as we have it. */
struct talk {
	pid_t pid;
	int near;    /* what is typed is written here, the screen is read */
	int reports; /* where its report comes from */
	char screen[MAX_SCREEN];
	size_t shown;
};

static bool
is_same(const struct termios *a, const struct termios *b)
{
	return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag &&
	    a->c_cflag == b->c_cflag && a->c_lflag == b->c_lflag &&
	    memcmp(a->c_cc, b->c_cc, sizeof(a->c_cc)) == 0;
}

static void
ask(struct report *report)
{
	struct termios before, after;
	bool is_terminal = tcgetattr(STDIN_FILENO, &before) == 0;
	struct diag diag = { .text = "" };
	char *secret = NULL;

	/* Whoever runs the tests in the background may have them ignored. */
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	interrupt_catch();
	report->status = prompt_secret(QUESTION, &secret, &diag);
	if (secret != NULL)
		snprintf(report->secret, sizeof(report->secret), "%s", secret);
	secret_free(&secret);
	snprintf(report->sentence, sizeof(report->sentence), "%s", diag.text);
	report->is_restored = !is_terminal ||
	    (tcgetattr(STDIN_FILENO, &after) == 0 && is_same(&before, &after));
}

/* In the child; far is its standard input, and a terminal also its screen. */
static int
answer(int far, bool is_terminal, int reports)
{
	static struct report report;

	if (is_terminal && (setsid() < 0 || ioctl(far, TIOCSCTTY, 0) != 0))
		return 1;
	if (dup2(far, STDIN_FILENO) < 0 ||
	    (is_terminal && dup2(far, STDERR_FILENO) < 0))
		return 1;
	ask(&report);
	if (write(reports, &report, sizeof(report)) != (ssize_t)sizeof(report))
		return 1;
	/* The parent looks at the screen before it is closed. */
	return read(reports, &report, 1) < 0 ? 1 : 0;
}

static void
start(struct talk *talk, int near, int far, bool is_terminal)
{
	int reports[2];

	memset(talk, 0, sizeof(*talk));
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, reports), 0);
	fflush(NULL);
	if ((talk->pid = fork()) == 0) {
		close(near);
		close(reports[0]);
		_exit(answer(far, is_terminal, reports[1]));
	}
	close(far);
	close(reports[1]);
	talk->near = near;
	talk->reports = reports[0];
}

/* Takes what is on the screen until a text is there. */
static void
see(struct talk *talk, const char *text)
{
	struct pollfd waiting = { .fd = talk->near, .events = POLLIN };
	ssize_t n;

	while (strstr(talk->screen, text) == NULL) {
		assert_int_equal(poll(&waiting, 1, PATIENCE_MS), 1);
		n = read(talk->near, talk->screen + talk->shown,
		    sizeof(talk->screen) - talk->shown - 1);
		assert_true(n > 0);
		talk->shown += (size_t)n;
		talk->screen[talk->shown] = '\0';
	}
}

/* Starts a child at a terminal, and returns when it has asked. */
static void
start_at_terminal(struct talk *talk)
{
	int near = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), far;

	assert_true(near >= 0);
	assert_int_equal(grantpt(near), 0);
	assert_int_equal(unlockpt(near), 0);
	far = open(ptsname(near), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(far >= 0);
	start(talk, near, far, true);
	see(talk, QUESTION ": ");
}

static void
type(const struct talk *talk, const char *text, size_t length)
{
	ssize_t n;

	while (length > 0) {
		n = write(talk->near, text, length);
		assert_true(n > 0);
		text += n;
		length -= (size_t)n;
	}
}

static void
read_report(const struct talk *talk, struct report *report)
{
	struct pollfd waiting = { .fd = talk->reports, .events = POLLIN };

	assert_int_equal(poll(&waiting, 1, PATIENCE_MS), 1);
	assert_int_equal(
	    recv(talk->reports, report, sizeof(*report), MSG_WAITALL),
	    sizeof(*report));
}

static void
finish(struct talk *talk)
{
	int status;

	close(talk->reports);
	assert_int_equal(waitpid(talk->pid, &status, 0), talk->pid);
	assert_int_equal(status, 0);
	close(talk->near);
}

/* What is typed, and what comes of it. ^C and ^D are those keys. */
static const struct row {
	const char *name, *typed, *secret;
	enum status status;
	const char *sentence;
} rows[] = {
	{ "a line", "s3cret\n", "s3cret", STATUS_OK, "" },
	{ "the key Enter", "s3cret\r", "s3cret", STATUS_OK, "" },
	{ "blanks around it", "  s3 cret\t \n", "s3 cret", STATUS_OK, "" },
	{ "corrections", "x\bs3cx\177ret\n", "s3cret", STATUS_OK, "" },
	{ "more corrections than text", "\177\177s3cret\n", "s3cret", STATUS_OK,
	    "" },
	{ "^D behind a text", "s3cret\004", "s3cret", STATUS_OK, "" },
	{ "bytes of UTF-8", "s\xc3\xbc\xc3\x9f\n", "s\xc3\xbc\xc3\x9f",
	    STATUS_OK, "" },
	{ "nothing", "\n", "", STATUS_CONFIG, "nothing was typed" },
	{ "blanks", "  \n", "", STATUS_CONFIG, "nothing was typed" },
	{ "^D", "\004", "", STATUS_CONFIG, "nothing was typed" },
	{ "^C", "\003", "", STATUS_CANCELLED, "interrupted" },
	{ "^C behind a text", "s3cret\003", "", STATUS_CANCELLED,
	    "interrupted" },
	{ "an arrow key", "s3\033[Dcret\n", "", STATUS_DATA,
	    "what was typed has control bytes in it" },
};

static void
a_terminal_shows_nothing_and_is_as_before(void **state)
{
	static struct talk talk;
	static struct report report;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%s", rows[i].name);
		start_at_terminal(&talk);
		type(&talk, rows[i].typed, strlen(rows[i].typed));
		read_report(&talk, &report);
		see(&talk, QUESTION ": \r\n");
		finish(&talk);
		assert_status(report.status, rows[i].status, NULL);
		assert_row_text(report.secret, rows[i].secret);
		assert_row_text(report.sentence, rows[i].sentence);
		assert_row_int(report.is_restored, true);
		assert_row_text(talk.screen, QUESTION ": \r\n");
	}
}

/* A line of the kernel's has 4095 bytes at most. */
static void
a_secret_is_longer_than_a_line_of_the_terminal(void **state)
{
	static char typed[PROMPT_MAX_SECRET + 3];
	static struct talk talk;
	static struct report report;
	size_t extra;

	(void)state;
	for (extra = 0; extra < 2; extra++) {
		unit_row("%zu more than possible", extra);
		memset(typed, 'x', sizeof(typed));
		typed[0] = 'A';
		typed[PROMPT_MAX_SECRET + extra - 1] = 'Z';
		typed[PROMPT_MAX_SECRET + extra] = '\n';
		start_at_terminal(&talk);
		type(&talk, typed, PROMPT_MAX_SECRET + extra + 1);
		read_report(&talk, &report);
		see(&talk, QUESTION ": \r\n");
		finish(&talk);
		assert_row_int(report.is_restored, true);
		assert_row_text(talk.screen, QUESTION ": \r\n");
		assert_status(report.status,
		    extra == 0 ? STATUS_OK : STATUS_DATA, NULL);
		typed[PROMPT_MAX_SECRET] = '\0';
		if (extra == 0)
			assert_row_text(report.secret, typed);
		else
			assert_contains(report.sentence,
			    "has more than 16384 bytes");
	}
}

static void
a_signal_ends_it_and_the_terminal_is_as_before(void **state)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	static struct talk talk;
	static struct report report;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(numbers); i++) {
		unit_row("signal %d", numbers[i]);
		start_at_terminal(&talk);
		type(&talk, "half", 4);
		assert_int_equal(kill(talk.pid, numbers[i]), 0);
		read_report(&talk, &report);
		finish(&talk);
		assert_status(report.status, STATUS_CANCELLED, NULL);
		assert_row_int(report.is_restored, true);
		assert_lacks(talk.screen, "half");
	}
}

/* What is in a pipe, and what is left in it. */
static const struct piped {
	const char *name, *input, *secret, *left;
	enum status status;
} pipes[] = {
	{ "a line", "s3cret\n", "s3cret", "", STATUS_OK },
	{ "a line without an end", "s3cret", "s3cret", "", STATUS_OK },
	{ "a line of another system", "s3cret\r\n", "s3cret", "", STATUS_OK },
	{ "two lines", "s3cret\nnext\n", "s3cret", "next\n", STATUS_OK },
	{ "nothing", "", "", "", STATUS_CONFIG },
	{ "an empty line", "\ns3cret\n", "", "s3cret\n", STATUS_CONFIG },
	/* there are no keys */
	{ "a control byte", "s3\004cret\n", "", "", STATUS_DATA },
	{ "a backspace", "s3c\bret\n", "", "", STATUS_DATA },
};

static void
without_a_terminal_it_reads_one_line_and_says_nothing(void **state)
{
	static struct talk talk;
	static struct report report;
	char left[64];
	int ends[2];
	ssize_t n;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(pipes); i++) {
		unit_row("%s", pipes[i].name);
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
		assert_int_equal(
		    write(ends[0], pipes[i].input, strlen(pipes[i].input)),
		    strlen(pipes[i].input));
		shutdown(ends[0], SHUT_WR);
		start(&talk, ends[0], dup(ends[1]), false);
		read_report(&talk, &report);
		finish(&talk);
		assert_status(report.status, pipes[i].status, NULL);
		assert_row_text(report.secret, pipes[i].secret);
		n = read(ends[1], left, sizeof(left) - 1);
		assert_true(n >= 0);
		left[n] = '\0';
		assert_row_text(left, pipes[i].left);
		close(ends[1]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_terminal_shows_nothing_and_is_as_before),
		cmocka_unit_test(
		    a_secret_is_longer_than_a_line_of_the_terminal),
		cmocka_unit_test(
		    a_signal_ends_it_and_the_terminal_is_as_before),
		cmocka_unit_test(
		    without_a_terminal_it_reads_one_line_and_says_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
