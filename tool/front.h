/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a mail program meets whose session is logged in already: the greeting,
 * and as long as it takes, somebody who answers in the server's place what is
 * about logging in. Bytes in, bytes out.
 *
 * IMAP has a greeting for that, * PREAUTH, and nothing more is needed. POP3
 * and SMTP have none: a POP3 client is let in with any password, and an SMTP
 * client does not see AUTH and STARTTLS, and may authenticate as it likes if
 * it tries all the same. From then on bytes pass untouched.
 */

#ifndef FRONT_H
#define FRONT_H

#include <stdbool.h>

#include "buf.h"
#include "mailsession.h"

/* A line of a client, or an answer to EHLO. */
#define FRONT_MAX_LINE 65536

struct front {
	enum mail_protocol protocol;
	bool is_open;           /* bytes pass untouched */
	struct buf client_line; /* of the client, not complete */
	struct buf server_line; /* of the server, likewise */
	struct buf abilities;   /* POP3: for CAPA */
	struct buf held;        /* SMTP: the line of EHLO's answer before */
	bool has_asked;         /* SMTP: EHLO, which is not answered yet */
	struct buf pending;     /* SMTP: what the client said since */
	unsigned secrets;       /* SMTP: lines to come of an AUTH */
};

/*
 * Begins with the greeting, which it appends to to_client. The session is
 * logged in; it is not needed afterwards.
 */
void front_start(struct front *front, enum mail_protocol protocol,
    const struct mailsession *session, struct buf *to_client);
void front_clear(struct front *front);

/*
 * Takes bytes of the client and appends what is to be sent, in order, to
 * either side. While has_asked is set they are kept until the answer is there.
 * STATUS_DATA: a line is too long, or more is kept than FRONT_MAX_LINE.
 * STATUS_NOMEM.
 */
enum status front_from_client(struct front *front, const char *bytes,
    size_t length, struct buf *to_server, struct buf *to_client,
    struct diag *diag);

/* Could that many bytes of the client be kept, if they have to be? */
bool front_has_room(const struct front *front, size_t length);

/* The same for bytes of the server. */
enum status front_from_server(struct front *front, const char *bytes,
    size_t length, struct buf *to_server, struct buf *to_client,
    struct diag *diag);

/*
 * Instead of all that, where the login failed: the line that tells a client of
 * the protocol why there is no session. is_passing: it may try again.
 */
void front_refuse(enum mail_protocol protocol, bool is_passing,
    const char *sentence, struct buf *to_client);

#endif
