/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Which scopes are in a list. See scope.h.
 *
 * BUGS: which resource a scope is of is looked at for Microsoft Graph alone.
 */

#include <string.h>
#include <strings.h>

#include "scope.h"

#define SCOPES_BESIDE "openid offline_access profile email"

#define GRAPH_SCOPE "https://graph.microsoft.com/"

/* All that an application may do at a resource, whatever that is. */
static const struct word whole_resource = { ".default", 8 };

/* The part behind the last slash; the whole word where there is none. */
static struct word
last_part(const struct word *word)
{
	struct word part = *word;
	const char *slash;

	if ((slash = memrchr(word->text, '/', word->length)) != NULL) {
		part.text = slash + 1;
		part.length = word->length - (size_t)(part.text - word->text);
	}
	return part;
}

static bool
is_like(const struct word *a, const struct word *b)
{
	return a->length == b->length &&
	    strncasecmp(a->text, b->text, a->length) == 0;
}

static bool
is_graph(const struct word *word)
{
	return strncasecmp(word->text, GRAPH_SCOPE, strlen(GRAPH_SCOPE)) == 0;
}

bool
scope_has(const char *list, const struct word *scope)
{
	const struct word name = last_part(scope);
	struct word one, part;

	if (words_have_like(list, scope))
		return true;
	while (name.length > 0 && words_next(&list, &one)) {
		part = last_part(&one);
		if (!is_graph(&one) && is_like(&part, &name))
			return true;
	}
	return false;
}

bool
scope_is_beside(const struct word *scope)
{
	return words_have_like(SCOPES_BESIDE, scope);
}

/* Does the list say what was granted? */
static bool
is_telling(const char *granted)
{
	const char *list = granted;
	struct word one;

	return words_next(&list, &one) && !scope_has(granted, &whole_resource);
}

bool
scope_find_missing(const char *granted, const char *wanted,
    struct word *missing)
{
	if (!is_telling(granted))
		return false;
	while (words_next(&wanted, missing))
		if (!scope_is_beside(missing) && !scope_has(granted, missing))
			return true;
	return false;
}
