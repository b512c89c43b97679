/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A token file of sasl-xoauth2, from its JSON on: the file is included here,
 * for its functions want no other way in than a path.
 */

#include "../engine/xoauth2.c"

#include "fuzz.h"

const char fuzz_name[] = "xoauth2";

static void
use(struct json_object *json)
{
	struct endpoint endpoint = { .secret = NULL };
	const char *token = json_text(json, "access_token");
	struct store store = { .account = "fuzz" };
	struct grant grant;
	struct record record;
	int64_t expiry = 0;

	record_init(&record);
	grant_init(&grant);
	if (token != NULL &&
	    json_whole(json, "expiry", &expiry) == JSON_NUMBER_VALID &&
	    expiry > 0 &&
	    make_record(json, token, expiry, &record) == STATUS_OK)
		record_judge(&record, 1700000000);
	if (own_member(json) != NULL)
		MUST(grant_parse_failure(&grant, own_member(json)) ==
			STATUS_OK ||
		    fuzz_failing);
	MUST(apply_json(&endpoint, json) == STATUS_OK || fuzz_failing);
	endpoint_clear(&endpoint);
	MUST(merge(json, &store, &grant,
		 record.access_token != NULL ? &record : NULL) == STATUS_OK ||
	    fuzz_failing);
	grant_clear(&grant);
	record_clear(&record);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct json_object *json;
	const char *reason;

	if (json_read_object((const char *)data, size, &json, &reason) !=
	    STATUS_OK)
		return 0;
	use(json);
	json_object_put(json);
	return 0;
}
