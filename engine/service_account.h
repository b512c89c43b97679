/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The key file of a Google service account, as the Cloud console hands it out:
 * JSON with "type": "service_account".
 */

#ifndef SERVICE_ACCOUNT_H
#define SERVICE_ACCOUNT_H

#include <stddef.h>

#include "status.h"

/* Google's files have 2.4 kB. */
#define SERVICE_ACCOUNT_MAX_FILE 65536

struct key;

struct service_account {
	char *email;     /* client_email: who the assertion is from */
	char *client_id; /* the number that an administrator allows; or NULL */
	char *key_id;    /* private_key_id; or NULL */
	char *token_uri; /* as the file has it, not to be trusted; or NULL */
	struct key *key; /* RSA */
};

/*
 * Understands the bytes of the file, which what names in sentences. Opens
 * nothing. STATUS_CONFIG says what the file is instead, or what it lacks;
 * STATUS_NOMEM.
 */
enum status service_account_parse(struct service_account **account,
    const char *bytes, size_t length, const char *what, struct diag *diag);

/* NULL is fine. */
void service_account_free(struct service_account **account);

#endif
