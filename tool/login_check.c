/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a login says about the token that it got. See login.h.
 */

#include <stdio.h>

#include "check.h"
#include "clock.h"
#include "exchange.h"
#include "login.h"
#include "message.h"

/* What is surely wrong ends the login; with --anyway it is a warning too. */
static const struct finding *
find_stop(const struct login *login, const struct check *check)
{
	size_t i;

	if ((login->command->flags & FLAG_ANYWAY) != 0)
		return NULL;
	for (i = 0; i < check->count; i++)
		if (check->findings[i].grade == CHECK_WRONG)
			return &check->findings[i];
	return NULL;
}

enum status
login_check(const struct login *login, const struct login_result *result,
    struct diag *diag)
{
	struct check check = {
		.endpoint = &login->endpoint,
		.account = login->account,
		.person = login_who(login),
		.now = clock_unix_s(),
	};
	const struct finding *stop;
	size_t i;

	if (check_token(&check, &result->token) != STATUS_OK)
		return diag_set_nomem(diag);
	stop = find_stop(login, &check);
	for (i = 0; i < check.count; i++)
		if (&check.findings[i] != stop)
			message("%s", check.findings[i].diag.text);
	if (stop == NULL)
		return STATUS_OK;
	return diag_set(diag, stop->status,
	    "%.350s (nothing was stored; --anyway does)", stop->diag.text);
}

void
login_print_steps(const struct login *login, const struct login_result *result)
{
	struct buf steps;

	if (!exchange_has_steps(&login->endpoint))
		return;
	buf_init(&steps, EXCHANGE_MAX_STEPS);
	if (exchange_add_steps(&login->endpoint, login->account, &result->token,
		&steps) == STATUS_OK)
		printf("\n%s", buf_text(&steps));
	buf_clear(&steps);
}
