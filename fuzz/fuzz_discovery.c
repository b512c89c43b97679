/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What an issuer may answer when it is asked for its document. What is taken
 * from it is for that issuer, and nothing but https.
 */

#include <string.h>

#include "discovery.h"
#include "fuzz.h"

const char fuzz_name[] = "discovery";

static void
check_endpoint(const char *url)
{
	struct diag diag;

	MUST(url == NULL || http_check_url(url, &diag) == STATUS_OK ||
	    fuzz_failing);
	MUST(url == NULL || strlen(url) <= DISCOVERY_MAX_URL);
}

static void
read_document(const char *bytes, size_t size, const char *issuer)
{
	struct discovery discovery;
	struct diag diag = { "" };

	if (discovery_read(bytes, size, issuer, "host", &discovery, &diag) !=
	    STATUS_OK) {
		MUST(diag.text[0] != '\0');
		return;
	}
	MUST(strcmp(discovery.issuer, issuer) == 0);
	MUST(discovery.token_endpoint != NULL);
	check_endpoint(discovery.token_endpoint);
	check_endpoint(discovery.authorization_endpoint);
	check_endpoint(discovery.device_endpoint);
	check_endpoint(discovery.revocation_endpoint);
	discovery_clear(&discovery);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;

	read_document(bytes, size, "https://login.example.com");
	read_document(bytes, size,
	    "https://login.microsoftonline.com/common/v2.0");
	return 0;
}
