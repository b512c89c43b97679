/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The configuration as its file has it: sections of values with their lines.
 * Between conf.c, which gives it a meaning, and conf_parse.c, which reads it.
 */

#ifndef CONF_SECTIONS_H
#define CONF_SECTIONS_H

#include "conf.h"

struct value {
	char *text;
	int seconds;
	int line; /* 0: not set */
};

struct section {
	unsigned scope; /* OPTION_IN_... */
	char *title;
	struct value values[OPTION_COUNT];
};

struct conf {
	char *path;
	uid_t owner;          /* of the file; FILE_NOBODY: there is none */
	const char *addition; /* read behind the file; NULL: none, or done */
	struct section *sections; /* the first is what is outside of them */
	size_t count;
};

/* Adds an empty section; NULL: no memory. Pointers to others end with it. */
struct section *conf_add_section(struct conf *conf, unsigned scope,
    const char *title);

/* The section of that title; NULL if there is none. */
struct section *conf_find_section(const struct conf *conf, unsigned scope,
    const char *title);

/* Fills the conf from the file at its path; as conf_load(). */
enum status conf_parse_file(struct conf *conf, struct diag *diag);

#endif
