/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What Postfix's programs print, and its password maps: read, changed, and
 * shown without the passwords.
 */

#include <string.h>

#include "fuzz.h"
#include "postfix_change.h"
#include "textdiff.h"

const char fuzz_name[] = "postfix";

static void
read_pairs(const char *text)
{
	struct postfix_pairs pairs;
	struct postfix_service service;
	size_t i;

	memset(&pairs, 0, sizeof(pairs));
	program_output_init(&pairs.output, POSTFIX_MAX_OUTPUT);
	buf_add_string(&pairs.output.out, text);
	if (buf_status(&pairs.output.out) == STATUS_OK &&
	    WORKS(postfix_parse_pairs(&pairs)))
		for (i = 0; i < pairs.count; i++)
			MUST(pairs.pairs[i].value > pairs.pairs[i].name);
	free(pairs.pairs);
	program_output_clear(&pairs.output);
	if (postfix_find_service(text, "smtp", &service))
		MUST(strcmp(service.name, "smtp") == 0);
}

static void
read_lists(const char *text)
{
	struct postfix_destination one;
	struct postfix_map map;
	const char *list = text;

	while (postfix_destination_next(&list, &one)) {
		MUST(one.text[0] != '\0');
		MUST(postfix_destination_port(&one) < 65536);
		MUST(postfix_destination_is_same(&one, &one));
	}
	for (list = text; postfix_map_next(&list, &map);)
		MUST(strlen(map.type) < sizeof(map.type));
	/* Files and tables are others' matter. */
	if (strpbrk(text, "/:") == NULL)
		MUST(postfix_list_has(text, "XOAUTH2") >= 0);
}

static void
read_source(const char *text)
{
	struct postfix_source source;
	struct diag diag;
	size_t i;

	postfix_source_init(&source);
	buf_add_string(&source.text, text);
	if (WORKS(buf_status(&source.text) == STATUS_OK) &&
	    WORKS(postfix_source_parse(&source, &diag) == STATUS_OK))
		for (i = 0; i < source.count; i++) {
			MUST(source.entries[i].line > 0);
			MUST(source.entries[i].key[0] != '#');
			MUST(postfix_source_find(&source,
				 source.entries[i].key) != NULL);
		}
	postfix_source_clear(&source);
}

/* The entry is there afterwards, and a diff shows it. */
static void
change_source(const char *text)
{
	struct postfix_change change = { POSTFIX_ENTRY, NULL,
		(char *)(uintptr_t) "key", (char *)(uintptr_t) "me:" };
	struct buf changed, shown, hidden;

	buf_init(&changed, POSTFIX_MAX_SOURCE);
	buf_init(&shown, POSTFIX_MAX_SOURCE);
	buf_init(&hidden, POSTFIX_MAX_SOURCE);
	postfix_source_change(text, &change, &changed);
	postfix_source_hide(buf_text(&changed), ":", &hidden);
	if (WORKS(buf_status(&changed) == STATUS_OK) &&
	    WORKS(buf_status(&hidden) == STATUS_OK)) {
		MUST(strstr(buf_text(&changed), "key me:\n") != NULL);
		MUST(strstr(buf_text(&hidden), "key me:\n") != NULL);
		textdiff("map", text, buf_text(&changed), &shown);
	}
	buf_clear(&changed);
	buf_clear(&shown);
	buf_clear(&hidden);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;

	if (size > 65536 || (text = malloc(size + 1)) == NULL)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	read_pairs(text);
	read_lists(text);
	read_source(text);
	change_source(text);
	free(text);
	return 0;
}
