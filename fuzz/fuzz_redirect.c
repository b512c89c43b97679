/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The address that a browser comes back with, as the browser asks for it and
 * as a person pastes it. Every failure has a sentence; every code can be sent.
 */

#include <string.h>

#include "fuzz.h"
#include "oauth_code.h"

const char fuzz_name[] = "redirect";

/* The corpus has this state. */
static const struct oauth_code_request request = {
	.state = "0123456789012345678901234567890123456789012",
	.verifier = "-secret----------------------------secret--",
	.issuer = "https://login.example.com",
};

static void
check(enum status r, char *code, const struct diag *diag)
{
	const char *p;

	MUST((r == STATUS_OK) == (code != NULL));
	MUST((r == STATUS_OK) == (diag->text[0] == '\0'));
	for (p = code; p != NULL && *p != '\0'; p++)
		MUST(*p >= 0x20 && *p <= 0x7e);
	MUST(code == NULL || *code != '\0');
	secret_free(&code);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct diag diag = { "" };
	char *code = NULL;
	enum status r;

	r = oauth_code_read_query(&request, text, size, &code, &diag);
	check(r, code, &diag);
	/* What has no state of ours has no effect. */
	MUST(r == STATUS_DATA || memmem(text, size, "state=", 6) != NULL);
	code = NULL;
	diag.text[0] = '\0';
	r = oauth_code_read_pasted(&request, text, size, &code, &diag);
	check(r, code, &diag);
	return 0;
}
