/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Prints the table of options for check-options, one a line: the name, a tab,
 * where it may stand, a tab, and the default, if it has one.
 */

#include <stdio.h>

#include "conf.h"

static const struct {
	unsigned scope;
	const char *name;
} places[] = {
	{ OPTION_IN_GLOBAL, "global" },
	{ OPTION_IN_PROVIDER, "provider" },
	{ OPTION_IN_ACCOUNT, "account" },
};

static void
print_option(const struct option_row *row)
{
	const char *separator = "\t";
	size_t i;

	printf("%s", row->name);
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if ((row->scopes & places[i].scope) != 0) {
			printf("%s%s", separator, places[i].name);
			separator = ", ";
		}
	printf("\t%s\n", row->fallback != NULL ? row->fallback : "");
}

int
main(void)
{
	size_t i;

	for (i = 0; i < OPTION_COUNT; i++)
		print_option(&conf_options[i]);
	return 0;
}
