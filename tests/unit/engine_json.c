/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * JSON without json-c's surprises.
 */

#include "json.h"
#include "unit.h"

#define TEXT(text) text, sizeof(text) - 1

static const struct object {
	const char *name;
	const char *text;
	size_t length;
	const char *reason; /* NULL: it is taken */
} objects[] = {
	{ "empty object", TEXT("{}"), NULL },
	{ "white space around", TEXT(" \t\r\n{ } \n"), NULL },
	{ "nested", TEXT("{\"a\":{\"b\":[1,2,{\"c\":null}]}}"), NULL },
	{ "not ASCII", TEXT("{\"a\":\"m\xc3\xbcller\"}"), NULL },
	{ "nothing", TEXT(""), "it is empty" },
	{ "blank", TEXT("   "), "it is cut off" },
	{ "cut", TEXT("{\"a\":"), "it is cut off" },
	{ "cut in a string", TEXT("{\"a\":\"b"), "it is cut off" },
	{ "HTML", TEXT("<html>no</html>"), "it is not JSON" },
	{ "an array", TEXT("[1]"), "it is not a JSON object" },
	{ "a string", TEXT("\"a\""), "it is not a JSON object" },
	{ "a number", TEXT("12 "), "it is not a JSON object" },
	{ "a bare number", TEXT("12"), "it is cut off" },
	{ "null", TEXT("null "), "it is not a JSON object" },
	{ "trailing text", TEXT("{} x"), "something follows" },
	{ "another object", TEXT("{}{}"), "something follows" },
	{ "trailing NUL", TEXT("{}\0"), "something follows" },
	{ "no UTF-8", TEXT("{\"a\":\"\xff\"}"), "it is not JSON" },
	{ "BOM", TEXT("\xef\xbb\xbf{}"), "it is not JSON" },
};

static void
only_one_object_is_taken(void **state)
{
	struct json_object *json;
	const char *reason;
	enum status r;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(objects); i++) {
		unit_row("%s", objects[i].name);
		r = json_read_object(objects[i].text, objects[i].length, &json,
		    &reason);
		assert_status(r,
		    objects[i].reason == NULL ? STATUS_OK : STATUS_DATA, NULL);
		if (r == STATUS_OK)
			json_object_put(json);
		else
			assert_contains(reason, objects[i].reason);
	}
}

/* JSON_MAX_DEPTH levels, and one more */
#define DEEPEST "{\"a\":[[[[[[]]]]]]}"
#define TOO_DEEP "{\"a\":[[[[[[[[]]]]]]]]}"

static void
nesting_is_bounded(void **state)
{
	static char deep[20000];
	struct json_object *json;
	const char *reason;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(deep) / 2; i++) {
		deep[i] = '[';
		deep[sizeof(deep) - 1 - i] = ']';
	}
	assert_int_equal(json_read_object(deep, sizeof(deep), &json, &reason),
	    STATUS_DATA);
	assert_int_equal(
	    json_read_object(DEEPEST, strlen(DEEPEST), &json, &reason),
	    STATUS_OK);
	json_object_put(json);
	assert_int_equal(
	    json_read_object(TOO_DEEP, strlen(TOO_DEEP), &json, &reason),
	    STATUS_DATA);
	memcpy(deep, "{\"a\":", 5);
	deep[sizeof(deep) - 1] = '}';
	assert_int_equal(json_read_object(deep, sizeof(deep), &json, &reason),
	    STATUS_DATA);
	assert_string_equal(reason, "it is not JSON");
}

static struct json_object *
member(const char *value)
{
	struct json_object *json = NULL;
	const char *reason;
	char text[128];

	snprintf(text, sizeof(text), "{\"n\":%s}", value);
	assert_status(json_read_object(text, strlen(text), &json, &reason),
	    STATUS_OK, NULL);
	return json;
}

#define ABSENT JSON_NUMBER_ABSENT, 0
#define WRONG JSON_NUMBER_WRONG, 0
#define VALID(number) JSON_NUMBER_VALID, number

static const struct number {
	const char *text;
	enum json_number kind;
	int64_t value;
} numbers[] = {
	{ "3599", VALID(3599) },
	{ "0", VALID(0) },
	{ "-5", VALID(-5) },
	{ "3599.9", VALID(3599) },
	{ "1e3", VALID(1000) },
	{ "\"3599\"", VALID(3599) },
	{ "\"3599.5\"", VALID(3599) },
	{ "\"-7\"", VALID(-7) },
	{ "4102444800", VALID(4102444800) },
	{ "null", ABSENT },
	{ "\"\"", WRONG },
	{ "\"12abc\"", WRONG },
	{ "\" 12\"", WRONG },
	{ "\"12 \"", WRONG },
	{ "\"0x10\"", WRONG },
	{ "\"1e3\"", WRONG },
	{ "\"nan\"", WRONG },
	{ "\"infinity\"", WRONG },
	{ "\"12\\u0000\"", WRONG },
	{ "\"1.2.3\"", WRONG },
	{ "\"-\"", WRONG },
	{ "true", WRONG },
	{ "[1]", WRONG },
	{ "{}", WRONG },
	{ "1e300", VALID(INT64_C(1) << 53) },
	{ "-1e300", VALID(-(INT64_C(1) << 53)) },
	{ "99999999999999999999", VALID(INT64_C(1) << 53) },
	{ "\"99999999999999999999\"", VALID(INT64_C(1) << 53) },
	{ "\"-99999999999999999999\"", VALID(-(INT64_C(1) << 53)) },
	{ "NaN", WRONG },
};

static void
numbers_are_whole_or_wrong(void **state)
{
	struct json_object *json;
	int64_t value;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(numbers); i++) {
		unit_row("%s", numbers[i].text);
		json = member(numbers[i].text);
		value = 0;
		assert_row_int(json_whole(json, "n", &value), numbers[i].kind);
		assert_row_int(value, numbers[i].value);
		assert_row_int(json_whole(json, "other", &value),
		    JSON_NUMBER_ABSENT);
		json_object_put(json);
	}
}

static const struct text {
	const char *json, *text;
} texts[] = {
	{ "\"abc\"", "abc" },
	{ "\"\"", "" },
	{ "\"\\u00fc\"", "\xc3\xbc" },
	{ "null", NULL },
	{ "12", NULL },
	{ "true", NULL },
	{ "[]", NULL },
	{ "{}", NULL },
	{ "\"a\\u0000b\"", NULL },
	{ "\"\\u0000\"", NULL },
};

static void
only_strings_without_a_nul_are_text(void **state)
{
	struct json_object *json;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(texts); i++) {
		unit_row("%s", texts[i].json);
		json = member(texts[i].json);
		assert_row_text(json_text(json, "n"), texts[i].text);
		assert_row_text(json_text(json, "other"), NULL);
		json_object_put(json);
	}
}

static void
what_is_set_is_written(void **state)
{
	struct json_object *json = member("\"old\""), *again;
	const char *reason;
	struct buf text;
	int64_t value;

	(void)state;
	assert_int_equal(json_set_text(json, "url", "https://x/"), STATUS_OK);
	assert_int_equal(json_set_whole(json, "t", 4102444800), STATUS_OK);
	assert_int_equal(json_set_text(json, "n", NULL), STATUS_OK);
	buf_init(&text, 1000);
	assert_int_equal(json_write(json, &text), STATUS_OK);
	assert_contains(buf_text(&text), "https://x/");
	assert_int_equal(
	    json_read_object(text.data, text.length, &again, &reason),
	    STATUS_OK);
	assert_null(json_text(again, "n"));
	assert_int_equal(json_whole(again, "t", &value), JSON_NUMBER_VALID);
	assert_int_equal(value, 4102444800);
	json_object_put(again);
	buf_clear(&text);
	buf_init(&text, 5);
	assert_int_equal(json_write(json, &text), STATUS_DATA);
	buf_clear(&text);
	json_object_put(json);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_one_object_is_taken),
		cmocka_unit_test(nesting_is_bounded),
		cmocka_unit_test(numbers_are_whole_or_wrong),
		cmocka_unit_test(only_strings_without_a_nul_are_text),
		cmocka_unit_test(what_is_set_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
