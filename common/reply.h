/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The messages that the client sends, as bytes before base64.
 *
 * XOAUTH2 is described by its vendors ("OAuth 2.0 Mechanism", Google;
 * "Authenticate an IMAP, POP or SMTP connection using OAuth", Microsoft),
 * OAUTHBEARER by RFC 7628 with the header of RFC 5801.
 */

#ifndef REPLY_H
#define REPLY_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "status.h"

/* 12288 base64 octets, which servers must accept (RFC 4954, section 4). */
#define REPLY_MAX_LENGTH 9216

/* "65535" and a NUL. */
#define REPLY_PORT_SPACE 6

enum reply_form {
	REPLY_XOAUTH2,
	REPLY_OAUTHBEARER,
};

/* What a message is made of. */
struct reply {
	const char *user;  /* the mailbox to open */
	const char *host;  /* the server's name; NULL or "": not known */
	const char *port;  /* its port; likewise */
	const char *token; /* the access token */
	size_t token_length;
};

/*
 * Appends the message with the token. Host and port go into OAUTHBEARER only,
 * and a host that its grammar cannot carry (bytes that are not printable
 * ASCII) is left out: it is optional for bearer tokens.
 *
 * STATUS_DATA: the user name is empty or has a control byte, or the token has
 * not the form of a bearer token (RFC 6750, section 2.1). STATUS_CONFIG: the
 * message would be longer than REPLY_MAX_LENGTH. STATUS_NOMEM.
 */
enum status reply_format(enum reply_form form, const struct reply *reply,
    struct buf *out, struct diag *diag);

/*
 * The answer to the server's error message, with which the server can end the
 * exchange: nothing for XOAUTH2, one byte for OAUTHBEARER (RFC 7628, section
 * 3.2.3). Never NULL.
 */
const char *reply_to_error(enum reply_form form, size_t *length);

/*
 * The port of libsasl2's "address;port" into port; "" when it tells none
 * (address is NULL, or its end is no number from 1 to 65535).
 */
void reply_find_port(const char *address, char port[REPLY_PORT_SPACE]);

#endif
