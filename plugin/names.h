/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the application tells about the user: by callbacks, or by prompts that
 * it answers between two steps.
 */

#ifndef NAMES_H
#define NAMES_H

#include <stdbool.h>

#include <sasl/sasl.h>
#include <sasl/saslplug.h>

#include "account.h"
#include "status.h"

struct names {
	char authname[ACCOUNT_MAX_NAME + 1]; /* whose account */
	char user[ACCOUNT_MAX_NAME + 1];     /* to act for; "": not given */
	bool has_authname;                   /* it has been asked for */
	bool has_user;
};

/* A password, in the application's memory. data is NULL: it has none. */
struct names_password {
	const char *data;
	size_t length;
};

/*
 * Gets the names that are not known yet. The user to act for is only asked
 * for where the application offers it.
 *
 * SASL_OK. SASL_INTERACT: the application must answer prompts, which are in
 * *prompt_need for it; where prompt_need is NULL it cannot be asked, and
 * nothing was allocated. SASL_BADPARAM and what callbacks return, with a
 * sentence. Answered prompts are freed.
 */
int names_get(struct names *names, const sasl_client_params_t *params,
    sasl_interact_t **prompt_need, struct diag *diag);

/*
 * Gets the password in the same way. Not to be called again after SASL_OK:
 * some applications allocate anew each time.
 */
int names_get_password(struct names_password *password,
    const sasl_client_params_t *params, sasl_interact_t **prompt_need,
    struct diag *diag);

#endif
