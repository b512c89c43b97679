/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What completions know of the table of verbs.
 */

#include "unit.h"

#include "completion.h"
#include "recipe.h"
#include "verbs.h"

static void
every_operand_has_a_meaning(void **state)
{
	struct completion_operands operands;
	const struct verb *verb;
	size_t i, j;

	(void)state;
	for (i = 0; (verb = verbs_at(i)) != NULL; i++) {
		completion_operands(verb, &operands);
		for (j = 0; j < operands.count; j++)
			if (operands.places[j].kind == COMPLETION_UNKNOWN)
				fail_msg("operand %zu of %s (%s) means nothing "
					 "to completion.c",
				    j + 1, verb->name, verb->operands);
		assert_true(verb->max == 0 || operands.count > 0);
		assert_true(operands.is_repeated == (verb->max > 3));
	}
}

static void
every_value_has_a_meaning(void **state)
{
	const struct verb_option *option;
	struct completion_place place;
	size_t i;

	(void)state;
	for (i = 0; (option = verbs_option_at(i)) != NULL; i++) {
		completion_value(option, &place);
		if (place.kind == COMPLETION_UNKNOWN)
			fail_msg("the value of --%s means nothing to "
				 "completion.c",
			    option->option.name);
	}
}

static void
operands_are_read(void **state)
{
	const struct verb verb = {
		.name = "made-up",
		.operands = "[FILE] a|b HOST[:PORT] [ACCOUNT...]",
	};
	struct completion_operands operands;

	(void)state;
	completion_operands(&verb, &operands);
	assert_int_equal(operands.count, 4);
	assert_int_equal(operands.places[0].kind, COMPLETION_FILES);
	assert_int_equal(operands.places[1].kind, COMPLETION_WORDS);
	assert_string_equal(operands.places[1].words, "a b");
	assert_int_equal(operands.places[2].kind, COMPLETION_NOTHING);
	assert_int_equal(operands.places[3].kind, COMPLETION_ACCOUNTS);
	assert_true(operands.is_repeated);
}

static void
a_word_that_is_not_known_is_told(void **state)
{
	const struct verb verb = { .name = "made-up", .operands = "CHEESE" };
	struct completion_operands operands;

	(void)state;
	completion_operands(&verb, &operands);
	assert_int_equal(operands.count, 1);
	assert_int_equal(operands.places[0].kind, COMPLETION_UNKNOWN);
	assert_false(operands.is_repeated);
}

static void
programs_are_those_that_doctor_knows(void **state)
{
	const struct verb_option option = {
		.text = "      --made-up=PROGRAM\n                 one",
		.option = { "made-up", required_argument, NULL, 999 },
	};
	struct completion_place place;
	const struct recipe *recipe;
	char *word, *rest = place.words;
	size_t i;

	(void)state;
	completion_value(&option, &place);
	assert_int_equal(place.kind, COMPLETION_WORDS);
	for (i = 0; (recipe = recipe_at(i)) != NULL; i++) {
		word = strsep(&rest, " ");
		assert_non_null(word);
		assert_string_equal(word, recipe->name);
	}
	assert_true(i > 0);
	assert_null(rest);
}

static void
help_becomes_one_line(void **state)
{
	const struct verb_option option = {
		.text = "  -x, --made-up=FILE\n"
			"                 says that\n"
			"                 it's made up",
		.option = { "made-up", required_argument, NULL, 'x' },
	};
	char text[COMPLETION_MAX_TEXT];
	struct completion_place place;

	(void)state;
	completion_describe(&option, text);
	assert_string_equal(text, "says that it's made up");
	completion_value(&option, &place);
	assert_int_equal(place.kind, COMPLETION_FILES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_operand_has_a_meaning),
		cmocka_unit_test(every_value_has_a_meaning),
		cmocka_unit_test(operands_are_read),
		cmocka_unit_test(a_word_that_is_not_known_is_told),
		cmocka_unit_test(programs_are_those_that_doctor_knows),
		cmocka_unit_test(help_becomes_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
