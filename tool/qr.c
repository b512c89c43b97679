/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * QR codes on terminals. See qr.h.
 */

#include <langinfo.h>
#include <locale.h>
#include <qrencode.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "qr.h"

/* Black on white; terminals without bright white take the grey before it. */
#define DARK_ON_BRIGHT "\033[0;30;47;107m"
#define PLAIN "\033[0m\n"

/* Lines that are to stay visible above and below the code. */
#define SPARE_ROWS 4

/* Is the module at that place dark? Outside of the code none is. */
static bool
is_dark(const QRcode *code, int x, int y)
{
	if (x < 0 || y < 0 || x >= code->width || y >= code->width)
		return false;
	return (code->data[y * code->width + x] & 1) != 0;
}

/* Two rows of modules as one line: upper and lower halves. */
static void
add_halves(const QRcode *code, int margin, int y, struct buf *lines)
{
	static const char *const blocks[2][2] = { { " ", "\u2584" },
		{ "\u2580", "\u2588" } };
	int x;

	for (x = -margin; x < code->width + margin; x++)
		buf_add_string(lines,
		    blocks[is_dark(code, x, y)][is_dark(code, x, y + 1)]);
}

/* One row of modules; what is dark is dark on dark, so that it has no gaps. */
static void
add_pairs(const QRcode *code, int margin, int y, struct buf *lines)
{
	bool was_dark = false, dark;
	int x;

	for (x = -margin; x < code->width + margin; x++) {
		dark = is_dark(code, x, y);
		if (dark != was_dark)
			buf_add_string(lines,
			    dark ? "\033[40m" : "\033[47;107m");
		buf_add_string(lines, dark ? "##" : "  ");
		was_dark = dark;
	}
}

/* The widest margin that fits, or -1. */
static int
find_margin(int width, const struct qr_terminal *terminal)
{
	unsigned side, columns, rows;
	int margin;

	for (margin = QR_MARGIN; margin >= QR_MIN_MARGIN; margin--) {
		side = (unsigned)(width + 2 * margin);
		columns = terminal->is_utf8 ? side : 2 * side;
		rows = terminal->is_utf8 ? (side + 1) / 2 : side;
		if (columns <= terminal->columns &&
		    rows + SPARE_ROWS <= terminal->rows)
			return margin;
	}
	return -1;
}

bool
qr_format(const char *text, const struct qr_terminal *terminal,
    struct buf *lines)
{
	QRcode *code;
	int margin, y;

	/* Version 0: the smallest that will do. */
	code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L);
	if (code == NULL)
		return false;
	margin = find_margin(code->width, terminal);
	for (y = -margin; margin >= 0 && y < code->width + margin;
	     y += terminal->is_utf8 ? 2 : 1) {
		buf_add_string(lines, DARK_ON_BRIGHT);
		if (terminal->is_utf8)
			add_halves(code, margin, y, lines);
		else
			add_pairs(code, margin, y, lines);
		buf_add_string(lines, PLAIN);
	}
	QRcode_free(code);
	return margin >= 0;
}

/* What the environment says, without a change to this process's locale. */
static bool
is_utf8_locale(void)
{
	locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	bool is_utf8;

	if (locale == (locale_t)0)
		return false;
	is_utf8 = strcasecmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;
	freelocale(locale);
	return is_utf8;
}

static bool
look_at_terminal(struct qr_terminal *terminal)
{
	const char *kind = getenv("TERM");
	struct winsize size;

	if (isatty(STDOUT_FILENO) != 1 || kind == NULL || kind[0] == '\0' ||
	    strcmp(kind, "dumb") == 0 ||
	    ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
		return false;
	terminal->columns = size.ws_col;
	terminal->rows = size.ws_row;
	terminal->is_utf8 = is_utf8_locale();
	return true;
}

bool
qr_print(const char *text)
{
	struct qr_terminal terminal;
	struct buf lines;
	bool fits;

	if (!look_at_terminal(&terminal))
		return false;
	buf_init(&lines, QR_MAX_TEXT);
	fits = qr_format(text, &terminal, &lines) &&
	    buf_status(&lines) == STATUS_OK;
	if (fits)
		fputs(buf_text(&lines), stdout);
	fflush(stdout);
	buf_clear(&lines);
	return fits;
}
