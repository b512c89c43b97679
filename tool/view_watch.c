/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The table on a terminal, drawn again every two seconds. See view.h.
 *
 * It is on the terminal's other screen, so that what was there before is there
 * afterwards, however it ends but by SIGKILL; SIGTSTP is ignored, for a shell
 * would come back on that screen.
 */

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "interrupt.h"
#include "view.h"
#include "when.h"

#define PERIOD_S 2

/* Control sequences of ECMA-48 and of what xterm added. */
#define SCREEN_BEGIN "\033[?1049h\033[?25l"
#define SCREEN_END "\033[?25h\033[?1049l"
#define SCREEN_HOME "\033[H"
#define LINE_REST "\033[K"
#define SCREEN_REST "\033[J"

#define USUAL_ROWS 24

static int
rows(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row < 2)
		return USUAL_ROWS;
	return size.ws_row;
}

/* The text, as far as there is room; the last row stays free. */
static void
put_lines(const char *text, int room)
{
	size_t length;

	fputs(SCREEN_HOME, stdout);
	for (; *text != '\0' && room > 1; room--) {
		length = strcspn(text, "\n");
		printf("%.*s" LINE_REST "\n", (int)length, text);
		text += length + (text[length] == '\n');
	}
	fputs(SCREEN_REST, stdout);
	fflush(stdout);
}

/* What failed is shown in the place of the table: it may be mended. */
static enum status
draw(const struct command *command, struct diag *diag)
{
	struct view view = { .count = 0 };
	struct diag why = { "" };
	char *text = NULL;
	size_t length;
	enum status r;
	FILE *out;

	if ((out = open_memstream(&text, &length)) == NULL)
		return diag_set_nomem(diag);
	r = view_look(command, &view, &why);
	fprintf(out, "sasl-bearer status, %s; ends with Ctrl-C\n\n",
	    when_local(view.now).text);
	if (r != STATUS_OK)
		fprintf(out, "%s\n", why.text);
	else if (view.count == 0)
		fputs("no account is configured or logged in\n", out);
	else
		view_print_table(&view, view_columns(STDOUT_FILENO), out);
	view_clear(&view);
	if (fclose(out) != 0)
		r = diag_set_nomem(diag);
	else
		put_lines(text, rows());
	free(text);
	return r == STATUS_NOMEM ? r : STATUS_OK;
}

/* A signal that comes before the sleep is seen when that is over. */
static void
wait_period(void)
{
	const struct timespec period = { PERIOD_S, 0 };

	if (*interrupt_flag() == 0)
		nanosleep(&period, NULL);
}

enum status
view_watch(const struct command *command, struct diag *diag)
{
	enum status r = STATUS_OK;

	if (isatty(STDOUT_FILENO) != 1)
		return diag_set(diag, STATUS_CONFIG,
		    "--watch draws on a terminal, and standard output is none");
	interrupt_catch();
	signal(SIGTSTP, SIG_IGN);
	fputs(SCREEN_BEGIN, stdout);
	/* Who ignores SIGHUP sees in this way that the terminal is gone. */
	while (r == STATUS_OK && *interrupt_flag() == 0 && !ferror(stdout)) {
		r = draw(command, diag);
		if (r == STATUS_OK)
			wait_period();
	}
	fputs(SCREEN_END, stdout);
	fflush(stdout);
	signal(SIGTSTP, SIG_DFL);
	return r;
}
