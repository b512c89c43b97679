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
