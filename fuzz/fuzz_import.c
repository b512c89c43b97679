/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A file of another program, and what becomes of it in our configuration: a
 * text that is understood, and says that and no more.
 */

#include <string.h>

#include "fuzz.h"
#include "import_plan.h"

const char fuzz_name[] = "import";

static void
check_line(const char *text)
{
	for (; *text != '\0'; text++)
		MUST((unsigned char)*text >= 0x20 && *text != 0x7f);
}

static void
plan(const struct import_facts *facts)
{
	const char *account =
	    facts->account != NULL ? facts->account : "me@example.com";
	struct import_plan plan;
	struct conf *conf = NULL;
	struct diag diag = { "" };
	size_t i;

	if (!WORKS(conf_load(&conf, "/nonexistent/conf", &diag) == STATUS_OK))
		return;
	if (import_plan(conf, account, NULL, facts, "FILE", &plan, &diag) ==
	    STATUS_OK) {
		for (i = 0; i < OPTION_COUNT; i++)
			if (plan.lines[i] != NULL)
				check_line(plan.lines[i]);
	} else
		MUST(diag.text[0] != '\0');
	import_plan_clear(&plan);
	conf_free(&conf);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	struct import_facts facts;
	struct diag diag = { "" };

	import_init(&facts);
	(void)import_is_encrypted(bytes, size);
	if (import_parse(&facts, bytes, size, "FILE", &diag) != STATUS_OK)
		MUST(diag.text[0] != '\0');
	else {
		plan(&facts);
		if (import_parse_conf(&facts, bytes, size, "CONF", &diag) !=
		    STATUS_OK)
			MUST(diag.text[0] != '\0');
		else {
			MUST(facts.values[OPTION_TOKEN_ENDPOINT] != NULL);
			plan(&facts);
		}
	}
	import_clear(&facts);
	return 0;
}
