/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Whatever a person pastes. There is always something to say, and what is
 * shown of the text is clean, cut, and without the token that is in it.
 */

#include <string.h>

#include "explain.h"
#include "fuzz.h"

const char fuzz_name[] = "explain";

/* A text that follows the input; what is shown must not have it. */
#define TOKEN "eyJhbGciOiJub25lIn0.eyJzdWIiOiJmdXp6In0.c2lnbmF0dXJl"
#define TAIL "\nAuthorization: Bearer " TOKEN "\n"

/* Its last part. Byte by byte: of strstr() a fuzzer learns what to put in. */
static int
has_token(const char *text, size_t length)
{
	static const char part[] = "c2lnbmF0dXJl";
	size_t i, n = 0;

	for (i = 0; i < length && n < sizeof(part) - 1; i++)
		n = text[i] == part[n] ? n + 1 : text[i] == part[0];
	return n == sizeof(part) - 1;
}

static void
check(const struct explanation *found)
{
	char clean[EXPLAIN_MAX_SHOWN + 4];

	MUST(found->cause != NULL && found->cause[0] != '\0');
	MUST(found->next != NULL && found->next[0] != '\0');
	MUST(strlen(found->cause) <= EXPLAIN_MAX_CAUSE);
	MUST(strlen(found->next) <= EXPLAIN_MAX_NEXT);
	MUST(strlen(found->shown) < sizeof(found->shown));
	MUST(memchr(found->code, '\0', sizeof(found->code)) != NULL);
	MUST((unsigned)found->class < EXPLAIN_CLASS_COUNT);
	memcpy(clean, found->shown, sizeof(clean));
	diag_clean(clean);
	MUST(strcmp(clean, found->shown) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct explanation found;
	char *text;

	explain_text((const char *)data, size, &found);
	check(&found);
	if (size > EXPLAIN_MAX_SHOWN || has_token((const char *)data, size) ||
	    (text = malloc(size + sizeof(TAIL))) == NULL)
		return 0;
	if (size > 0)
		memcpy(text, data, size);
	memcpy(text + size, TAIL, sizeof(TAIL));
	explain_text(text, size + sizeof(TAIL) - 1, &found);
	check(&found);
	MUST(!has_token(found.shown, strlen(found.shown)));
	free(text);
	return 0;
}
