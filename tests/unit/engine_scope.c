/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Which scope that is wanted was not granted.
 */

#include "scope.h"
#include "unit.h"

#define OUTLOOK "https://outlook.office.com/"
#define OFFICE365 "https://outlook.office365.com/"
#define GRAPH "https://graph.microsoft.com/"

static const struct row {
	const char *granted, *wanted;
	const char *missing; /* NULL: none */
} rows[] = {
	{ "mail", "mail", NULL },
	{ "mail", "mail.send", "mail.send" },
	{ "a b c", "c  a", NULL },
	{ "a b c", "a d e", "d" },
	/* with the resource and without, in any case */
	{ "SMTP.Send", OUTLOOK "SMTP.Send", NULL },
	{ OUTLOOK "SMTP.Send", "SMTP.Send", NULL },
	{ OFFICE365 "smtp.send", OUTLOOK "SMTP.Send", NULL },
	{ OUTLOOK "IMAP.AccessAsUser.All", OUTLOOK "SMTP.Send",
	    OUTLOOK "SMTP.Send" },
	{ GRAPH "SMTP.Send", OUTLOOK "SMTP.Send", OUTLOOK "SMTP.Send" },
	/* a scope that ends in a slash has no last part */
	{ "https://mail.google.com/", "https://mail.google.com/", NULL },
	{ "https://mail.example.com/", "https://mail.google.com/",
	    "https://mail.google.com/" },
	/* about the answer itself */
	{ "mail", "openid mail offline_access", NULL },
	/* not known what was granted */
	{ NULL, "mail", NULL },
	{ "", "mail", NULL },
	{ " ", "mail", NULL },
	{ OUTLOOK ".default", OUTLOOK "SMTP.Send", NULL },
	/* not known what is wanted */
	{ "mail", NULL, NULL },
	{ "mail", "", NULL },
};

static void
a_scope_is_missing_only_where_that_is_known(void **state)
{
	char found[128];
	struct word missing;
	bool is_missing;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%s of %s",
		    rows[i].wanted != NULL ? rows[i].wanted : "-",
		    rows[i].granted != NULL ? rows[i].granted : "-");
		is_missing = scope_find_missing(rows[i].granted, rows[i].wanted,
		    &missing);
		assert_row_int(is_missing, rows[i].missing != NULL);
		if (!is_missing)
			continue;
		snprintf(found, sizeof(found), "%.*s", (int)missing.length,
		    missing.text);
		assert_row_text(found, rows[i].missing);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_scope_is_missing_only_where_that_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
