/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Lists of words. See words.h.
 */

#include <string.h>
#include <strings.h>

#include "words.h"

bool
words_next(const char **list, struct word *word)
{
	if (*list == NULL)
		return false;
	*list += strspn(*list, " ");
	word->text = *list;
	word->length = strcspn(*list, " ");
	*list += word->length;
	return word->length > 0;
}

bool
words_have(const char *list, const char *word)
{
	size_t length = strlen(word);
	struct word one;

	while (words_next(&list, &one))
		if (one.length == length && memcmp(one.text, word, length) == 0)
			return true;
	return false;
}

bool
words_have_like(const char *list, const struct word *word)
{
	struct word one;

	while (words_next(&list, &one))
		if (one.length == word->length &&
		    strncasecmp(one.text, word->text, word->length) == 0)
			return true;
	return false;
}

size_t
words_distance(const char *a, const char *b)
{
	size_t row[WORDS_MAX_DISTANT + 1], above, left, i, j;
	size_t a_length = strlen(a), b_length = strlen(b);

	if (a_length > WORDS_MAX_DISTANT || b_length > WORDS_MAX_DISTANT)
		return WORDS_MAX_DISTANT;
	for (j = 0; j <= b_length; j++)
		row[j] = j;
	for (i = 1; i <= a_length; i++) {
		above = row[0];
		row[0] = i;
		for (j = 1; j <= b_length; j++) {
			left = above + (a[i - 1] != b[j - 1]);
			above = row[j];
			if (row[j] + 1 < left)
				left = row[j] + 1;
			if (row[j - 1] + 1 < left)
				left = row[j - 1] + 1;
			row[j] = left;
		}
	}
	return row[b_length];
}
