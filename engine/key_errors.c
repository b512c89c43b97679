/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * OpenSSL's queue of errors, which belongs to the host program: what it had is
 * put aside and put back. A mark would not do, for libp11 clears the queue.
 * See key_store.h.
 *
 * BUGS: marks that the host has set in a queue that was not empty are lost.
 */

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <stdio.h>
#include <string.h>

#include "key_store.h"

void
key_errors_begin(struct key_errors *errors)
{
	const char *file, *function, *data;
	struct key_error *saved;
	unsigned long code;
	int line, flags;

	memset(errors, 0, sizeof(*errors));
	strcpy(errors->reason, "OpenSSL gives no reason");
	while ((code = ERR_get_error_all(&file, &line, &function, &data,
		    &flags)) != 0 &&
	    errors->count < KEY_MAX_ERRORS) {
		saved = &errors->saved[errors->count++];
		saved->code = code;
		saved->line = line;
		saved->file = OPENSSL_strdup(file);
		saved->function = OPENSSL_strdup(function);
		saved->data = (flags & ERR_TXT_STRING) != 0 && *data != '\0' ?
		    OPENSSL_strdup(data) :
		    NULL;
	}
}

/* The words that the software of tokens and TPMs has for it. */
static void
judge_reason(struct key_errors *errors, const char *text)
{
	bool pin = strcasestr(text, "pin") != NULL;

	errors->pin_locked |= (pin && strcasestr(text, "locked") != NULL) ||
	    strcasestr(text, "subject to DA") != NULL;
	errors->pin_wrong |= (pin && strcasestr(text, "incorrect") != NULL) ||
	    strcasestr(text, "authorization HMAC check failed") != NULL ||
	    strcasestr(text, "authorization failure") != NULL;
	errors->no_token |= strcasestr(text, "token not present") != NULL;
}

void
key_errors_read(struct key_errors *errors)
{
	const char *data, *reason;
	unsigned long code;
	bool first = true;
	int flags;

	while (
	    (code = ERR_get_error_all(NULL, NULL, NULL, &data, &flags)) != 0) {
		if ((flags & ERR_TXT_STRING) == 0)
			data = "";
		if ((reason = ERR_reason_error_string(code)) == NULL)
			reason = "an error without a name";
		judge_reason(errors, reason);
		judge_reason(errors, data);
		if (first)
			snprintf(errors->reason, sizeof(errors->reason),
			    "%s%s%s", reason, *data != '\0' ? ": " : "", data);
		first = false;
	}
}

void
key_errors_end(struct key_errors *errors)
{
	struct key_error *saved;
	size_t i;

	ERR_clear_error();
	for (i = 0; i < errors->count; i++) {
		saved = &errors->saved[i];
		ERR_new();
		ERR_set_debug(saved->file, saved->line, saved->function);
		ERR_set_error(ERR_GET_LIB(saved->code),
		    ERR_GET_REASON(saved->code),
		    saved->data != NULL ? "%s" : NULL, saved->data);
		OPENSSL_free(saved->file);
		OPENSSL_free(saved->function);
		OPENSSL_free(saved->data);
	}
	errors->count = 0;
}
