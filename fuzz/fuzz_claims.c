/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a provider may give as a token, and the payload of one: read as the
 * claims of an access token and of an id_token, and judged. Every finding has
 * a sentence.
 */

#include <string.h>

#include "base64.h"
#include "check.h"
#include "claims.h"
#include "fuzz.h"
#include "provider.h"

const char fuzz_name[] = "claims";

static void
judge(char *access, char *id)
{
	struct endpoint endpoint = { .grant = OAUTH_GRANT_UNSET };
	struct check check = {
		.endpoint = &endpoint,
		.account = "me@x",
		.person = "me@x",
		.now = 1700000000,
	};
	struct oauth_token token = { .access_token = access, .id_token = id };
	size_t grant, i;

	endpoint.settings.preset = provider_find("office365");
	endpoint.settings.text[OPTION_TENANT] =
	    "11111111-2222-3333-4444-555555555555";
	endpoint.settings.text[OPTION_SCOPE] =
	    "https://outlook.office.com/SMTP.Send offline_access";
	endpoint.settings.text[OPTION_SERVICES] = "smtp";
	for (grant = 0; grant < OAUTH_GRANT_COUNT; grant++) {
		endpoint.grant = (enum oauth_grant)grant;
		MUST(check_token(&check, &token) == STATUS_OK || fuzz_failing);
		for (i = 0; i < check.count; i++)
			MUST(check.findings[i].diag.text[0] != '\0');
	}
}

static void
read_claims(const char *token)
{
	struct claims claims;
	size_t i;

	if (claims_read(token, &claims) == STATUS_OK)
		MUST(claims.json != NULL);
	else
		MUST(claims.json == NULL && claims.name_count == 0);
	for (i = 0; i < claims.audience_count; i++)
		MUST(claims.audiences[i] != NULL);
	for (i = 0; i < claims.name_count; i++)
		MUST(claims.names[i][0] != '\0');
	claims_clear(&claims);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *raw = string_copy_n((const char *)data, size);
	struct buf token;

	buf_init(&token, 2 * CLAIMS_MAX_TOKEN);
	buf_add_string(&token, "e30.");
	base64_encode_url(&token, data, size);
	buf_add_string(&token, ".");
	if (WORKS(raw != NULL) && buf_status(&token) == STATUS_OK) {
		read_claims(raw);
		read_claims(token.data);
		judge(raw, token.data);
		judge(token.data, raw);
	}
	buf_clear(&token);
	secret_free(&raw);
	return 0;
}
