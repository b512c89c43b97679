/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * QR codes: what is drawn is what libqrencode made, dark on bright, with a
 * margin, and nothing at all where it does not fit.
 */

#include <qrencode.h>

#include "qr.h"
#include "unit.h"

#define TEXT "https://login.example.com/device?user_code=ABCD-EFGH"

/* The modules of a drawing, read back from it; '#' is dark. */
struct drawing {
	char modules[128][128];
	int width, height; /* in modules */
};

static void
put(struct drawing *drawing, int y, bool is_dark)
{
	drawing->modules[y][drawing->width] = is_dark ? '#' : ' ';
}

/* One line of half blocks, as a terminal would show it in these colours. */
static void
read_halves(struct drawing *drawing, const char *line)
{
	static const char *const blocks[] = { " ", "\u2584", "\u2580",
		"\u2588" };
	int i;

	for (drawing->width = 0; strncmp(line, "\033[0m", 4) != 0;
	     drawing->width++) {
		for (i = 3; strncmp(line, blocks[i], strlen(blocks[i])) != 0;
		     i--)
			assert_true(i > 0);
		put(drawing, drawing->height, (i & 2) != 0);
		put(drawing, drawing->height + 1, (i & 1) != 0);
		line += strlen(blocks[i]);
	}
	drawing->height += 2;
}

/* One line of pairs, with changes of the background between them. */
static void
read_pairs(struct drawing *drawing, const char *line)
{
	bool is_dark = false;

	for (drawing->width = 0; strncmp(line, "\033[0m", 4) != 0;) {
		if (*line == '\033') {
			is_dark = strncmp(line, "\033[40m", 5) == 0;
			line = strchr(line, 'm') + 1;
			continue;
		}
		assert_memory_equal(line, is_dark ? "##" : "  ", 2);
		put(drawing, drawing->height, is_dark);
		drawing->width++;
		line += 2;
	}
	drawing->height++;
}

static void
read_drawing(struct drawing *drawing, const char *text, bool is_utf8)
{
	static const char colours[] = "\033[0;30;47;107m";

	memset(drawing, 0, sizeof(*drawing));
	while (*text != '\0') {
		assert_memory_equal(text, colours, strlen(colours));
		text += strlen(colours);
		if (is_utf8)
			read_halves(drawing, text);
		else
			read_pairs(drawing, text);
		text = strchr(text, '\n') + 1;
	}
}

static void
assert_is_code(const struct drawing *drawing, const QRcode *code, int margin)
{
	int x, y, cx, cy;
	bool is_dark;

	assert_int_equal(drawing->width, code->width + 2 * margin);
	assert_true(drawing->height >= code->width + 2 * margin);
	for (y = 0; y < drawing->height; y++)
		for (x = 0; x < drawing->width; x++) {
			cx = x - margin;
			cy = y - margin;
			is_dark = cx >= 0 && cy >= 0 && cx < code->width &&
			    cy < code->width &&
			    (code->data[cy * code->width + cx] & 1) != 0;
			assert_int_equal(drawing->modules[y][x],
			    is_dark ? '#' : ' ');
		}
}

/* Sizes in modules beyond the code itself. */
static const struct row {
	const char *name;
	bool is_utf8;
	int columns, rows; /* more than the code has; columns by module */
	int margin;        /* 0: it does not fit */
} drawings[] = {
	{ "wide", true, 40, 60, 4 },
	{ "just wide enough", true, 8, 60, 4 },
	{ "a small margin", true, 7, 60, 3 },
	{ "the smallest margin", true, 4, 60, 2 },
	{ "too narrow", true, 3, 60, 0 },
	{ "too low", true, 40, -14, 0 },
	{ "wide, without UTF-8", false, 40, 60, 4 },
	{ "the smallest margin, without UTF-8", false, 4, 60, 2 },
	{ "too narrow, without UTF-8", false, 3, 60, 0 },
	{ "too low, without UTF-8", false, 40, 4, 0 },
};

static void
the_code_is_drawn_where_it_fits(void **state)
{
	QRcode *code = QRcode_encodeString8bit(TEXT, 0, QR_ECLEVEL_L);
	struct qr_terminal terminal;
	static struct drawing drawing;
	struct buf lines;
	size_t i;
	int scale;

	(void)state;
	for (i = 0; i < COUNT(drawings); i++) {
		unit_row("%s", drawings[i].name);
		scale = drawings[i].is_utf8 ? 1 : 2;
		terminal.is_utf8 = drawings[i].is_utf8;
		terminal.columns =
		    (unsigned)(scale * (code->width + drawings[i].columns));
		terminal.rows = (unsigned)(code->width + drawings[i].rows);
		buf_init(&lines, QR_MAX_TEXT);
		assert_row_int(qr_format(TEXT, &terminal, &lines),
		    drawings[i].margin > 0);
		if (drawings[i].margin > 0) {
			read_drawing(&drawing, buf_text(&lines),
			    terminal.is_utf8);
			assert_is_code(&drawing, code, drawings[i].margin);
		} else {
			assert_row_int(lines.length, 0);
		}
		buf_clear(&lines);
	}
	QRcode_free(code);
}

static void
what_no_code_can_hold_is_not_drawn(void **state)
{
	const struct qr_terminal terminal = { 1000, 1000, true };
	static char text[4000];
	struct buf lines;

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	buf_init(&lines, QR_MAX_TEXT);
	assert_false(qr_format(text, &terminal, &lines));
	assert_int_equal(lines.length, 0);
	buf_clear(&lines);
}

static void
the_largest_code_has_room(void **state)
{
	const struct qr_terminal terminal = { 1000, 1000, false };
	static char text[2900];
	struct buf lines;

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	buf_init(&lines, QR_MAX_TEXT);
	assert_true(qr_format(text, &terminal, &lines));
	assert_int_equal(buf_status(&lines), STATUS_OK);
	buf_clear(&lines);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_code_is_drawn_where_it_fits),
		cmocka_unit_test(what_no_code_can_hold_is_not_drawn),
		cmocka_unit_test(the_largest_code_has_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
