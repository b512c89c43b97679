/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a provider or a mail server may answer. Every failure has a sentence;
 * every token can be sent.
 */

#include <string.h>

#include "fuzz.h"
#include "oauth.h"
#include "token.h"

const char fuzz_name[] = "answer";

static void
judge_token(long code, const char *body, size_t size)
{
	struct oauth_token token;
	struct diag diag = { "" };

	if (oauth_judge_token(code, body, size, "host", &token, &diag) !=
	    STATUS_OK) {
		MUST(diag.text[0] != '\0');
		return;
	}
	MUST(token_is_bearer(token.access_token, strlen(token.access_token)));
	MUST(token.expires_in_s > 0 &&
	    token.expires_in_s <= OAUTH_MAX_LIFETIME_S);
	MUST(token.refresh_token == NULL || token.refresh_token[0] != '\0');
	oauth_token_clear(&token);
}

static void
judge_device(const char *body, size_t size)
{
	struct oauth_device device;
	struct diag diag = { "" };

	if (oauth_judge_device(200, body, size, "host", &device, &diag) !=
	    STATUS_OK) {
		MUST(diag.text[0] != '\0');
		return;
	}
	MUST(device.device_code != NULL && device.verification_uri != NULL);
	MUST(device.interval_s > 0 && device.expires_in_s > 0);
	oauth_device_clear(&device);
}

static void
judge_poll(const char *body, size_t size)
{
	struct oauth_token token = { .access_token = NULL };
	enum oauth_poll poll;
	struct diag diag;
	enum status r;

	r = oauth_judge_poll(400, body, size, "host", &token, &poll, &diag);
	MUST((r == STATUS_OK) == (poll != OAUTH_POLL_FAILED));
	MUST(poll != OAUTH_POLL_DONE);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *body = (const char *)data;
	struct diag diag = { "" };

	judge_token(200, body, size);
	judge_token(400, body, size);
	judge_token(503, body, size);
	judge_device(body, size);
	judge_poll(body, size);
	oauth_judge_challenge(body, size, "me@x", "mail", &diag);
	MUST(diag.text[0] != '\0');
	return 0;
}
