/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The key file of a Google service account, with the private key in it. What
 * is taken has all that an assertion needs.
 */

#include "fuzz.h"
#include "service_account.h"

const char fuzz_name[] = "service_account";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct service_account *account = NULL;
	struct diag diag = { "" };

	if (service_account_parse(&account, (const char *)data, size, "FILE",
		&diag) == STATUS_OK)
		MUST(account->email != NULL && account->key != NULL);
	else
		MUST(account == NULL && diag.text[0] != '\0');
	service_account_free(&account);
	return 0;
}
