/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the files of other programs say about one account, in our terms. The
 * readers are pure: bytes in, facts out.
 */

#ifndef IMPORT_H
#define IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "conf.h"
#include "status.h"

/* A token file, encrypted or not; a refresh token has some kB. */
#define IMPORT_MAX_FILE 65536

/* Names of members that are not taken over, for one line. */
#define IMPORT_MAX_NAMES 300

enum import_form {
	IMPORT_BARE,    /* a refresh token, typed */
	IMPORT_XOAUTH2, /* sasl-xoauth2, and others with its members */
	IMPORT_MUTT,    /* mutt_oauth2.py */
};

/* NULL or 0 where nothing is said. Strings are owned. */
struct import_facts {
	enum import_form form;
	char *account; /* whose it is */
	char *refresh_token;
	char *client_secret;
	char *values[OPTION_COUNT]; /* what is an option here */
	const char *preset;         /* its provider is that of this preset */
	int64_t window_s;           /* before a token's end, to renew it */
	bool is_alone;              /* no person: client credentials */
	struct buf ignored;         /* names of members without a meaning */
};

void import_init(struct import_facts *facts);
void import_clear(struct import_facts *facts);

/* Is it an OpenPGP message (RFC 9580), armored or not? */
bool import_is_encrypted(const char *bytes, size_t length);

/*
 * Understands a token file in the clear; what names it in a sentence, with
 * the line where that is known. STATUS_DATA, STATUS_NOMEM.
 */
enum status import_parse(struct import_facts *facts, const char *bytes,
    size_t length, const char *what, struct diag *diag);

/*
 * Takes from sasl-xoauth2's configuration what the token file left open; the
 * provider is Google where neither names one. As import_parse().
 */
enum status import_parse_conf(struct import_facts *facts, const char *bytes,
    size_t length, const char *what, struct diag *diag);

#endif
