/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * From the names and the password that a program gives, to a token. It knows
 * records and the engine, and neither libsasl2 nor how a token is presented.
 */

#ifndef CREDENTIAL_H
#define CREDENTIAL_H

#include <stddef.h>

#include "log.h"
#include "place.h"
#include "record.h"
#include "status.h"

enum credential_source {
	CREDENTIAL_NONE,
	CREDENTIAL_ACCOUNT, /* the token of an account here */
	CREDENTIAL_FILE,    /* of a token file that the password named */
	CREDENTIAL_TOKEN,   /* the password was the token */
};

struct credential {
	enum credential_source source;
	struct record record; /* with CREDENTIAL_TOKEN, nothing but the token */
	char *path;           /* of the token file */
};

/* For whom a token is wanted, and where the story may be told. */
struct credential_request {
	const struct place *place;
	const char *account;
	const struct log *log;
};

void credential_init(struct credential *credential);

/* Wipes and frees; the credential is as after credential_init(). */
void credential_clear(struct credential *credential);

/*
 * The token of the account of that name. A fresh one costs four system calls,
 * two when the same was wanted last.
 * One that is due, expired or refused is renewed by the engine; one that is
 * due is used when that fails, with a warning.
 *
 * STATUS_NOACCOUNT (and no sentence) when there is no such account here: then
 * the password is worth asking for. Else as engine_table.renew(), and
 * STATUS_DATA, STATUS_ACCESS, STATUS_CONFIG: whether there is such an account
 * cannot be known. Blocks as long as renewing does.
 */
enum status credential_find(struct credential *credential,
    const struct credential_request *request, struct diag *diag);

/*
 * The token that the password stands for, when there is no such account: an
 * absolute path names a token file, which the engine reads and renews; what
 * has the form of a bearer token is one. STATUS_NOACCOUNT says how to log the
 * account in. The password may be NULL: there is none.
 */
enum status credential_from_password(struct credential *credential,
    const struct credential_request *request, const char *password,
    size_t length, struct diag *diag);

/*
 * The mail server answered the token with this challenge, which may be any
 * bytes: marks the token as refused, and says in diag what it means. Returns
 * STATUS_REFUSED or STATUS_CONFIG. Waits two seconds at most.
 */
enum status credential_refuse(const struct credential *credential,
    const struct credential_request *request, const char *challenge,
    size_t length, struct diag *diag);

#endif
