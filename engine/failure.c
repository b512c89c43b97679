/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The memory of failures. See failure.h.
 */

#include <inttypes.h>
#include <string.h>

#include "failure.h"
#include "record.h"

enum status
failure_check(const struct grant *grant, uint64_t request, int64_t now,
    bool is_forced, struct diag *diag)
{
	const struct grant_failure *failure = &grant->failure;

	if (failure->status == STATUS_OK || now >= failure->until ||
	    now + RECORD_MAX_SKEW_S < failure->at ||
	    failure->request != request || (is_forced && !failure->ordered))
		return STATUS_OK;
	return diag_set(diag, failure->status,
	    "%s (%" PRId64 " s ago; not asked again for %" PRId64 " s)",
	    failure->text, now - failure->at, failure->until - now);
}

static int64_t
pause_s(enum status status, unsigned count, int64_t retry_after_s)
{
	int64_t pause = FAILURE_MIN_PAUSE_S;

	if (status == STATUS_REAUTH)
		return FAILURE_REAUTH_PAUSE_S;
	if (status == STATUS_CONFIG)
		return FAILURE_CONFIG_PAUSE_S;
	if (retry_after_s > 0)
		return retry_after_s;
	while (count-- > 0 && pause < FAILURE_MAX_PAUSE_S)
		pause *= 2;
	return pause < FAILURE_MAX_PAUSE_S ? pause : FAILURE_MAX_PAUSE_S;
}

bool
failure_remember(struct grant *grant, enum status status,
    const struct diag *diag, uint64_t request, int64_t now,
    int64_t retry_after_s)
{
	struct grant_failure failure = { .status = status };
	char text[DIAG_MAX_TEXT];
	unsigned count =
	    grant->failure.status == status ? grant->failure.count : 0;

	if (status != STATUS_AGAIN && status != STATUS_REAUTH &&
	    status != STATUS_CONFIG && status != STATUS_DATA)
		return false;
	memcpy(text, diag->text, sizeof(text));
	failure.text = text;
	failure.at = now;
	failure.until = now + pause_s(status, count, retry_after_s);
	failure.ordered = retry_after_s > 0;
	failure.request = request;
	return grant_set_failure(grant, &failure) == STATUS_OK;
}

void
failure_forget(struct grant *grant)
{
	static const struct grant_failure none = { .status = STATUS_OK };

	grant_set_failure(grant, &none);
}
