/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a name server may answer. Names that are taken from it can be printed.
 */

#include <string.h>

#include "fuzz.h"
#include "mx.h"

const char fuzz_name[] = "mx";

static void
check_host(const struct mx_host *host, const struct mx_host *before)
{
	size_t length = strnlen(host->name, sizeof(host->name));

	MUST(length > 0 && length < sizeof(host->name));
	MUST(strspn(host->name, "abcdefghijklmnopqrstuvwxyz0123456789-._") ==
	    length);
	MUST(before == NULL || before->preference <= host->preference);
}

static void
read_answer(const uint8_t *data, size_t size, enum mx_kind kind)
{
	struct mx_list list;
	struct diag diag = { "" };
	size_t i;

	if (mx_read(data, size, kind, "contoso.com", &list, &diag) !=
	    STATUS_OK) {
		MUST(diag.text[0] != '\0');
		return;
	}
	MUST(list.count <= MX_MAX_HOSTS);
	MUST(!list.is_null || list.count == 0);
	for (i = 0; i < list.count; i++)
		check_host(&list.hosts[i], i > 0 ? &list.hosts[i - 1] : NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_answer(data, size, MX_KIND_HOSTS);
	read_answer(data, size, MX_KIND_ALIAS);
	return 0;
}
