/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The grant, open or sealed. What is taken can be written and taken again.
 */

#include <string.h>

#include "fuzz.h"
#include "grant.h"

const char fuzz_name[] = "grant";

/* The key that the sealed file of the corpus was sealed with. */
static const unsigned char key[GRANT_KEY_LENGTH] =
    "0123456789abcdef0123456789abcde";

static void
parse(const char *bytes, size_t size)
{
	struct grant grant, again;
	struct diag diag;
	struct buf text;

	grant_init(&grant);
	grant_init(&again);
	buf_init(&text, 8 * GRANT_MAX_FILE);
	if (grant_parse(&grant, bytes, size, "FILE", &diag) == STATUS_OK &&
	    grant_format(&grant, &text) == STATUS_OK &&
	    WORKS(grant_parse(&again, buf_text(&text), text.length, "FILE",
		      &diag) == STATUS_OK)) {
		MUST((grant.refresh_token == NULL) ==
		    (again.refresh_token == NULL));
		MUST(grant.failure.status == again.failure.status);
	}
	buf_clear(&text);
	grant_clear(&again);
	grant_clear(&grant);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	struct grant_keys keys = { .present = key, .old = key };
	struct diag diag = { "" };
	enum grant_sealing sealing;
	struct buf open;

	if (size > GRANT_MAX_FILE)
		return 0;
	if (!grant_is_sealed(bytes, size)) {
		parse(bytes, size);
		return 0;
	}
	buf_init(&open, GRANT_MAX_FILE);
	if (grant_open(&keys, "me@x", bytes, size, &open, &sealing, "FILE",
		&diag) == STATUS_OK)
		parse(buf_text(&open), open.length);
	else
		MUST(diag.text[0] != '\0' && open.length == 0);
	buf_clear(&open);
	return 0;
}
