/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * JSON as the tool writes it.
 */

#include "unit.h"

#include "jsonwrite.h"

/* Runs a writer and returns what it wrote, to be freed. */
static char *
written(void (*write)(struct jsonwrite *json))
{
	struct jsonwrite json;
	char *text = NULL;
	size_t length = 0;
	FILE *file = open_memstream(&text, &length);

	assert_non_null(file);
	jsonwrite_init(&json, file);
	write(&json);
	assert_int_equal(jsonwrite_end(&json, NULL), STATUS_OK);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(strlen(text), length);
	return text;
}

static void
write_everything(struct jsonwrite *json)
{
	jsonwrite_open(json, NULL, '{');
	jsonwrite_text(json, "text", "a \"b\" \\c");
	jsonwrite_text(json, "nothing", NULL);
	jsonwrite_number(json, "number", INT64_MIN);
	jsonwrite_bool(json, "yes", true);
	jsonwrite_open(json, "list", '[');
	jsonwrite_open(json, NULL, '{');
	jsonwrite_close(json, '}');
	jsonwrite_bool(json, NULL, false);
	jsonwrite_close(json, ']');
	jsonwrite_open(json, "empty", '[');
	jsonwrite_close(json, ']');
	jsonwrite_close(json, '}');
}

static void
every_kind_of_value_is_written(void **state)
{
	char *text = written(write_everything);

	(void)state;
	assert_string_equal(text,
	    "{\n"
	    "  \"text\": \"a \\\"b\\\" \\\\c\",\n"
	    "  \"nothing\": null,\n"
	    "  \"number\": -9223372036854775808,\n"
	    "  \"yes\": true,\n"
	    "  \"list\": [\n"
	    "    {},\n"
	    "    false\n"
	    "  ],\n"
	    "  \"empty\": []\n"
	    "}\n");
	free(text);
}

static void
write_hostile(struct jsonwrite *json)
{
	jsonwrite_text(json, NULL, "\x01\x1b[2J\x7f\n\xff\xc3\xbc\xc2\x85");
}

static void
what_is_no_text_is_cleaned(void **state)
{
	char *text = written(write_hostile);

	(void)state;
	assert_string_equal(text, "\"??[2J???\xc3\xbc??\"\n");
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_value_is_written),
		cmocka_unit_test(what_is_no_text_is_cleaned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
