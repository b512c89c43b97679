/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What mail programs other than Postfix need in their configuration, for one
 * account.
 */

#ifndef RECIPE_H
#define RECIPE_H

#include <stdbool.h>

#include "buf.h"
#include "mailserver.h"

struct recipe {
	const char *name;    /* of the program, as a person writes it */
	const char *file;    /* of its configuration; NULL: it is a command */
	const char *program; /* to be looked for, if not the name; or NULL */
	bool uses_module;    /* else sasl-bearer gives token or session */
	const char *reads;   /* lines for IMAP; NULL: it does not */
	const char *sends;   /* lines for SMTP; likewise */
};

/* NULL: there is none of that name. */
const struct recipe *recipe_find(const char *name);

/* The recipes, one by one; NULL after the last. */
const struct recipe *recipe_at(size_t index);

/* What is put into the lines. */
struct recipe_words {
	const char *account;
	const char *user;                /* that the program presents itself */
	const struct mailserver *server; /* of the service */
	bool has_others; /* there are other accounts, with such lines too */
};

/* Appends the lines, with the words in them. */
void recipe_format(const char *lines, const struct recipe_words *words,
    struct buf *out);

#endif
