/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Lists of words that are separated by spaces: scopes (RFC 6749, 3.3), and
 * lists in our own tables.
 */

#ifndef WORDS_H
#define WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* One word of a list; it points into the list. */
struct word {
	const char *text;
	size_t length;
};

/*
 * Takes the next word from a list, moving the list's pointer behind it. False
 * at its end. Several spaces count as one; a NULL list is empty.
 */
bool words_next(const char **list, struct word *word);

/* Is this word in the list? Case counts. */
bool words_have(const char *list, const char *word);

/* The same, and case does not count: Entra changes that of scopes. */
bool words_have_like(const char *list, const struct word *word);

/* Longer words are not compared. */
#define WORDS_MAX_DISTANT 128

/* How many bytes to insert, remove or change to get from a to b; for words that
 * are too long, WORDS_MAX_DISTANT. */
size_t words_distance(const char *a, const char *b);

#endif
