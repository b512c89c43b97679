/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Known secrets that a server has put into its answer.
 */

#include "hide.h"
#include "unit.h"

#define SECRET "Aq7+xY2/kk9=Zz 4mN&bV0%tT"

static void
a_part_of_a_secret_is_hidden(void **state)
{
	static const struct {
		const char *secret, *text, *shown;
	} rows[] = {
		{ SECRET, "it says: no", "it says: no" },
		{ SECRET, "", "" },
		{ SECRET, SECRET, "[hidden]" },
		{ SECRET, "<" SECRET ">", "<[hidden]>" },
		{ SECRET, SECRET SECRET, "[hidden][hidden]" },
		/* the beginning, the middle and the end of it */
		{ SECRET, "of Aq7+xY2/kk9= we", "of [hidden] we" },
		{ SECRET, "of xY2/kk9=Zz 4mN we", "of [hidden] we" },
		{ SECRET, "4mN&bV0%tT", "4mN&bV0%tT" },
		{ SECRET, "Zz 4mN&bV0%tT", "[hidden]" },
		/* as forms and addresses have it */
		{ SECRET, "Aq7%2BxY2%2Fkk9%3DZz", "[hidden]" },
		{ SECRET, "Aq7%2bxY2%2fkk9%3dZz+4mN%26", "[hidden]" },
		{ SECRET, "aq7+xy2/kk9=zz 4mn", "[hidden]" },
		{ SECRET, "Aq7%2BxY2%2", "Aq7%2BxY2%2" },
		{ SECRET, "%", "%" },
		/* a short one is hidden as a whole only */
		{ "sesame opn", "a sesame opn b", "a [hidden] b" },
		{ "sesame opn", "a sesame op b", "a sesame op b" },
		{ "sesame", "sesame", "sesame" },
		{ "", "sesame", "sesame" },
		{ NULL, "sesame", "sesame" },
	};
	struct diag diag;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("\"%s\"", rows[i].text);
		diag_set(&diag, STATUS_OK, "%s", rows[i].text);
		hide_secret(rows[i].secret, &diag);
		assert_row_text(diag.text, rows[i].shown);
	}
	hide_secret(SECRET, NULL);
}

static void
each_of_a_list_is_hidden(void **state)
{
	struct diag diag;
	struct buf list;

	(void)state;
	buf_init(&list, 1024);
	diag_set(&diag, STATUS_OK, "one of twelve bytes, two of twelve bytes");
	hide_secrets(&list, &diag);
	assert_string_equal(diag.text,
	    "one of twelve bytes, two of twelve bytes");
	hide_add(&list, "one of twelve");
	hide_add(&list, NULL);
	hide_add(&list, "");
	hide_add(&list, "two of twelve");
	hide_secrets(&list, &diag);
	assert_string_equal(diag.text, "[hidden] bytes, [hidden] bytes");
	buf_clear(&list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_part_of_a_secret_is_hidden),
		cmocka_unit_test(each_of_a_list_is_hidden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
