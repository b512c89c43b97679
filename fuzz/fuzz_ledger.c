/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Counters of an account. Lines that are kept for others say the same again.
 */

#include <string.h>

#include "fuzz.h"
#include "ledger.h"

const char fuzz_name[] = "ledger";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ledger ledger;
	struct buf rest, again;

	buf_init(&rest, LEDGER_MAX_TEXT);
	buf_init(&again, LEDGER_MAX_TEXT);
	ledger_parse((const char *)data, size, &ledger, &rest);
	MUST(ledger.renewals >= 0 && ledger.told_at >= 0);
	if (buf_status(&rest) == STATUS_OK) {
		ledger_parse(buf_text(&rest), rest.length, &ledger, &again);
		MUST(ledger.renewals == 0);
		MUST(buf_status(&again) != STATUS_OK ||
		    strcmp(buf_text(&rest), buf_text(&again)) == 0);
	}
	buf_clear(&again);
	buf_clear(&rest);
	return 0;
}
