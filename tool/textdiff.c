/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A unified diff, by the longest common subsequence of lines. See textdiff.h.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "textdiff.h"

/* Lines that are shown around a change. */
#define AROUND 3

struct lines {
	const char **start;
	size_t *length;
	size_t count;
};

/* The lines of the result: ' ', '-' or '+', and a line. */
struct step {
	char sign;
	const char *start;
	size_t length;
};

struct diff {
	struct lines before, after;
	struct step *steps;
	size_t count;
};

static bool
split(const char *text, struct lines *lines)
{
	const char *at;
	size_t count = 1;

	for (at = text; *at != '\0'; at++)
		count += *at == '\n';
	lines->start = calloc(count, sizeof(*lines->start));
	lines->length = calloc(count, sizeof(*lines->length));
	if (lines->start == NULL || lines->length == NULL)
		return false;
	for (at = text; *at != '\0'; at += *at == '\n') {
		lines->start[lines->count] = at;
		lines->length[lines->count] = strcspn(at, "\n");
		at += lines->length[lines->count++];
	}
	return true;
}

static bool
is_same(const struct diff *diff, size_t i, size_t j)
{
	return diff->before.length[i] == diff->after.length[j] &&
	    memcmp(diff->before.start[i], diff->after.start[j],
		diff->before.length[i]) == 0;
}

static void
add_step(struct diff *diff, char sign, const struct lines *lines, size_t line)
{
	diff->steps[diff->count++] =
	    (struct step){ sign, lines->start[line], lines->length[line] };
}

/* A stretch of both texts: lines i to i_end of the one, j to j_end. */
struct stretch {
	size_t i, i_end, j, j_end;
};

/* How long the longest common subsequence is from each pair of lines on. */
static uint32_t *
measure(const struct diff *diff, const struct stretch *at)
{
	size_t width = at->j_end - at->j + 1, i, j;
	size_t height = at->i_end - at->i + 1;
	uint32_t *table, *cell;

	if (height > TEXTDIFF_MAX_CELLS / width)
		return NULL;
	if ((table = calloc(height * width, sizeof(*table))) == NULL)
		return NULL;
	for (i = height - 1; i-- > 0;)
		for (j = width - 1; j-- > 0;) {
			cell = &table[i * width + j];
			if (is_same(diff, at->i + i, at->j + j))
				*cell = cell[width + 1] + 1;
			else
				*cell = cell[width] >= cell[1] ? cell[width] :
								 cell[1];
		}
	return table;
}

/* The steps through a stretch; without a table, all of one and all of the
 * other. */
static void
walk(struct diff *diff, const struct stretch *at)
{
	size_t i = at->i, j = at->j, width = at->j_end - at->j + 1, cell;
	uint32_t *table = measure(diff, at);

	while (i < at->i_end || j < at->j_end) {
		cell = (i - at->i) * width + (j - at->j);
		if (i < at->i_end && j < at->j_end && table != NULL &&
		    is_same(diff, i, j)) {
			add_step(diff, ' ', &diff->before, i++);
			j++;
		} else if (i < at->i_end &&
		    (j == at->j_end || table == NULL ||
			table[cell + width] >= table[cell + 1])) {
			add_step(diff, '-', &diff->before, i++);
		} else {
			add_step(diff, '+', &diff->after, j++);
		}
	}
	free(table);
}

static void
compare(struct diff *diff)
{
	struct stretch at = { 0, diff->before.count, 0, diff->after.count };
	size_t i;

	while (
	    at.i < at.i_end && at.j < at.j_end && is_same(diff, at.i, at.j)) {
		add_step(diff, ' ', &diff->before, at.i++);
		at.j++;
	}
	while (at.i < at.i_end && at.j < at.j_end &&
	    is_same(diff, at.i_end - 1, at.j_end - 1)) {
		at.i_end--;
		at.j_end--;
	}
	walk(diff, &at);
	for (i = at.i_end; i < diff->before.count; i++)
		add_step(diff, ' ', &diff->before, i);
}

/* Is there a change within so many steps of this one? */
static bool
is_shown(const struct diff *diff, size_t step)
{
	size_t i = step > AROUND ? step - AROUND : 0;

	for (; i < diff->count && i <= step + AROUND; i++)
		if (diff->steps[i].sign != ' ')
			return true;
	return false;
}

/* One run of steps that are shown, and where it is; returns its end. */
static size_t
show_run(const struct diff *diff, size_t from, const size_t line[2],
    struct buf *out)
{
	size_t i, lines[2] = { 0, 0 };

	for (i = from; i < diff->count && is_shown(diff, i); i++) {
		lines[0] += diff->steps[i].sign != '+';
		lines[1] += diff->steps[i].sign != '-';
	}
	buf_add_format(out, "@@ -%zu,%zu +%zu,%zu @@\n",
	    line[0] + (lines[0] > 0), lines[0], line[1] + (lines[1] > 0),
	    lines[1]);
	for (i = from; i < diff->count && is_shown(diff, i); i++) {
		buf_add(out, &diff->steps[i].sign, 1);
		buf_add(out, diff->steps[i].start, diff->steps[i].length);
		buf_add_string(out, "\n");
	}
	return i;
}

static void
show(const struct diff *diff, const char *name, struct buf *out)
{
	size_t i = 0, k, end, line[2] = { 0, 0 };
	bool is_begun = false;

	while (i < diff->count) {
		end = i + 1;
		if (is_shown(diff, i)) {
			if (!is_begun)
				buf_add_format(out, "--- %s\n+++ %s\n", name,
				    name);
			is_begun = true;
			end = show_run(diff, i, line, out);
		}
		for (k = i; k < end; k++) {
			line[0] += diff->steps[k].sign != '+';
			line[1] += diff->steps[k].sign != '-';
		}
		i = end;
	}
}

static void
free_lines(struct lines *lines)
{
	free(lines->start);
	free(lines->length);
}

void
textdiff(const char *name, const char *before, const char *after,
    struct buf *out)
{
	struct diff diff;

	memset(&diff, 0, sizeof(diff));
	if (split(before, &diff.before) && split(after, &diff.after))
		diff.steps = calloc(diff.before.count + diff.after.count + 1,
		    sizeof(*diff.steps));
	if (diff.steps != NULL) {
		compare(&diff);
		show(&diff, name, out);
	} else {
		out->failed = STATUS_NOMEM;
	}
	free(diff.steps);
	free_lines(&diff.before);
	free_lines(&diff.after);
}
