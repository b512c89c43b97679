/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Names in commands that are shown to be copied. Whoever may write a file's
 * name or an account's may be less than who copies the command, root.
 */

#ifndef SHELLQUOTE_H
#define SHELLQUOTE_H

/* Room for a path whose every fourth byte is an apostrophe. */
#define SHELL_MAX_WORD 2048

struct shell_word {
	char text[SHELL_MAX_WORD];
};

/*
 * One word of a shell's command: as it is where a shell takes all of it
 * literally, else in apostrophes. One that has no room is no name any more, and
 * says so.
 */
struct shell_word shell_quote(const char *name);

/* The same for an operand: one that begins with a dash comes behind "--". */
struct shell_word shell_operand(const char *name);

#endif
