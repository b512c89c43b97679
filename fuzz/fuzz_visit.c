/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What comes to the loopback server, and the page about it. The file is
 * included here, for the fuzzers are built without the tool.
 */

#include "../tool/visit.c"

#include "fuzz.h"

const char fuzz_name[] = "visit";

/* Whatever is shown, the page has no tag but its own. */
static void
check_page(const char *text)
{
	const struct visit_page page = { 400, "title", text };
	struct buf answer;
	const char *shown;

	buf_init(&answer, 8 * VISIT_MAX_ANSWER);
	visit_format(&page, &answer);
	if (buf_status(&answer) == STATUS_OK) {
		shown = strstr(buf_text(&answer), "<p>");
		MUST(shown != NULL);
		shown += strcspn(shown + 3, "<\"'>") + 3;
		MUST(strncmp(shown, "</p>\n<footer>", 13) == 0);
	}
	buf_clear(&answer);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *request = (const char *)data, *query = NULL;
	size_t length = 0;
	enum visit visit;
	char *text;

	visit = visit_read(request, size, "/a", &query, &length);
	if (visit == VISIT_REDIRECT) {
		MUST(query >= request && query + length <= request + size);
		MUST(memchr(query, '\n', length) == NULL);
		MUST(memchr(query, ' ', length) == NULL);
	}
	MUST(visit_refusal(visit)->code >= 400);
	text = string_copy_n(request, size);
	if (WORKS(text != NULL))
		check_page(text);
	free(text);
	return 0;
}
