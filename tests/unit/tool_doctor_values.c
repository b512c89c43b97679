/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Placeholders of manuals, and slips in the names of accounts.
 */

#include "doctor_values.h"
#include "unit.h"

static void
placeholders_are_known(void **state)
{
	static const struct {
		const char *text;
		bool is_placeholder;
	} rows[] = {
		{ "11111111-2222-3333-4444-555555555555", true },
		{ "00000000-0000-0000-0000-000000000000", true },
		{ "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", true },
		{ "12345678-1234-1234-1234-123456789012", true },
		{ "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", true },
		{ "ITS-ID", true },
		{ "YOUR_CLIENT_ID", true },
		{ "<client id>", true },
		{ "{tenant}", true },
		{ "changeme", true },
		{ "9f3c1b62-0a7e-4d3b-8f21-5c8e4b7d9a10", false },
		{ "9f3c1b62-0a7e-4d3b-8f21-111111111111", false },
		{ "123456789-abc.apps.googleusercontent.com", false },
		{ "lab-public", false },
		{ "app", false },
		{ "", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%s", rows[i].text);
		assert_row_int(doctor_is_placeholder(rows[i].text),
		    rows[i].is_placeholder);
	}
}

static void
guids_are_known(void **state)
{
	(void)state;
	assert_true(doctor_is_guid("9f3c1b62-0a7e-4d3b-8f21-5c8e4b7d9a10"));
	assert_true(doctor_is_guid("9F3C1B62-0A7E-4D3B-8F21-5C8E4B7D9A10"));
	assert_false(doctor_is_guid("9f3c1b62-0a7e-4d3b-8f21-5c8e4b7d9a1"));
	assert_false(doctor_is_guid("9f3c1b62-0a7e-4d3b-8f21-5c8e4b7d9a1g"));
	assert_false(doctor_is_guid("9f3c1b6200a7e-4d3b-8f21-5c8e4b7d9a10"));
	assert_false(doctor_is_guid(""));
}

static void
examples_are_known(void **state)
{
	(void)state;
	assert_true(doctor_is_example("contoso.com"));
	assert_true(doctor_is_example("Contoso.OnMicrosoft.com"));
	assert_true(doctor_is_example("me@example.com"));
	assert_false(doctor_is_example("common"));
	assert_false(doctor_is_example("contoso.com.test"));
}

static void
a_slip_in_a_name_is_found(void **state)
{
	static char relay[] = "relay@contoso.com";
	static char printer[] = "printer@contoso.com";
	static char root[] = "root";
	static char desk[] = "desk1@contoso.com";
	char *names[] = { relay, printer, root, desk };
	static const struct {
		const char *name;
		const char *similar;
	} rows[] = {
		{ "Relay@Contoso.com", "relay@contoso.com" },
		{ "rellay@contoso.com", "relay@contoso.com" },
		{ "relay@contoso.comm", "relay@contoso.com" },
		{ "relay", "relay@contoso.com" },
		{ "PRINTER", "printer@contoso.com" },
		{ "root@contoso.com", "root" },
		{ "relay@fabrikam.com", NULL },
		{ "relay1@contoso.com", NULL },
		{ "Desk12@contoso.com", NULL },
		{ "desc1@contoso.com", "desk1@contoso.com" },
		{ "scanner@contoso.com", NULL },
		{ "somebody", NULL },
		{ "relay@contoso.com", NULL },
	};
	struct accounts accounts = { names, COUNT(names), false };
	const char *found;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%s", rows[i].name);
		found = doctor_find_similar(&accounts, rows[i].name);
		assert_row_text(found != NULL ? found : "none",
		    rows[i].similar != NULL ? rows[i].similar : "none");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(placeholders_are_known),
		cmocka_unit_test(guids_are_known),
		cmocka_unit_test(examples_are_known),
		cmocka_unit_test(a_slip_in_a_name_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
