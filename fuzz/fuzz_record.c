/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The token record. What is taken can be written, and says the same then.
 */

#include <string.h>

#include "fuzz.h"
#include "record.h"
#include "token.h"

const char fuzz_name[] = "record";

static void
check_same(const struct record *a, const struct record *b)
{
	int service;

	MUST(strcmp(a->access_token, b->access_token) == 0);
	MUST(a->obtained_at == b->obtained_at && a->renew_at == b->renew_at &&
	    a->expires_at == b->expires_at);
	MUST(a->has_refused == b->has_refused && a->refused == b->refused);
	for (service = 0; service < RECORD_SERVICE_COUNT; service++)
		MUST((a->users[service] == NULL) ==
			(b->users[service] == NULL) &&
		    (a->users[service] == NULL ||
			strcmp(a->users[service], b->users[service]) == 0));
	MUST(strcmp(buf_text(&a->unknown), buf_text(&b->unknown)) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct record record, copy;
	struct diag diag;

	record_init(&record);
	record_init(&copy);
	buf_add(&record.text, data, size);
	if (buf_status(&record.text) == STATUS_OK &&
	    record_parse(&record, "FILE", &diag) == STATUS_OK) {
		MUST(token_is_bearer(record.access_token, record.token_length));
		MUST(strlen(record.access_token) == record.token_length);
		record_judge(&record, 1700000000);
		record_user(&record, "smtp");
		if (record_copy(&copy, &record) == STATUS_OK)
			check_same(&record, &copy);
	}
	record_clear(&copy);
	record_clear(&record);
	return 0;
}
