/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The login to a mail server as a dialogue of lines: IMAP (RFC 9051), POP3
 * (RFC 1939, 2449, 5034) or SMTP (RFC 5321, 4954), with STARTTLS or STLS where
 * TLS does not come first. Lines in, bytes out; no connection is known here.
 *
 * No byte of the token is written before the caller has said that the
 * connection is secure.
 */

#ifndef MAILSESSION_H
#define MAILSESSION_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "reply.h"
#include "status.h"

/* A line of a server; Gmail's and Dovecot's longest have some hundred bytes. */
#define MAILSESSION_MAX_LINE 65536

/* All that a server says of its abilities. */
#define MAILSESSION_MAX_ABILITIES 65536

enum mail_protocol {
	MAIL_IMAP,
	MAIL_POP,
	MAIL_SMTP,
};

/* What the dialogue needs to go on. What is in `out` is sent first. */
enum mailsession_want {
	MAILSESSION_LINE,  /* a line of the server */
	MAILSESSION_TLS,   /* the handshake, then mailsession_secured() */
	MAILSESSION_READY, /* nothing: logged in */
};

/* The longest name of a mechanism, and a NUL (RFC 4422: 20). */
#define MAILSESSION_NAME_SPACE 32

/*
 * Who makes the messages, where they are not made from a token: another
 * program's SASL library, say.
 */
struct mailsession_sasl {
	/*
	 * Chooses from mechanisms, which have blanks between; appends the
	 * first message; may set the user and the token in reply, which must
	 * outlive the session, for sentences and for what is hidden in them.
	 */
	enum status (*start)(void *context, const char *mechanisms,
	    char name[MAILSESSION_NAME_SPACE], struct reply *reply,
	    struct buf *message, struct diag *diag);

	/* Appends the answer to what the server minds. */
	enum status (*step)(void *context, const struct buf *challenge,
	    struct buf *answer, struct diag *diag);
	void *context;
};

struct mailsession;
typedef enum status mailsession_step(struct mailsession *session,
    const char *line, struct diag *diag);

struct mailsession {
	const struct mail_dialogue *dialogue;
	struct reply reply;  /* what to log in with; not owned */
	const char *granted; /* the token's scope, or NULL; not owned */
	const struct mailsession_sasl *sasl; /* NULL: reply says it all */
	enum mailsession_want want;
	struct buf out; /* to be sent, and emptied by the caller */

	/*
	 * When logged in, what the server can do: for IMAP the words of
	 * CAPABILITY, each with a blank before it; for POP3 the lines of CAPA,
	 * each with CR LF. What is about logging in is left out.
	 */
	struct buf abilities;
	bool is_refused;  /* it was the token that the server refused */
	const char *next; /* what to do about that; NULL: not known */

	mailsession_step *step; /* takes the next line */
	bool is_secure;
	bool takes_initial;   /* SASL-IR */
	bool has_starttls;    /* SMTP */
	unsigned forms;       /* offered: a bit for each enum reply_form */
	enum reply_form form; /* chosen; */
	char name[MAILSESSION_NAME_SPACE]; /* likewise; "" before */
	struct buf offered;   /* the names of mechanisms, for a sentence */
	struct buf message;   /* to be sent when the server asks for it */
	struct buf challenge; /* what the server minds, decoded */
	unsigned tag;         /* IMAP */
};

/*
 * Begins. The strings of reply must outlive the session; is_secure says that
 * there is TLS already. Who knows the scope of the token sets granted then,
 * and who has the messages made elsewhere sets sasl. Clear it in any case.
 */
void mailsession_start(struct mailsession *session, enum mail_protocol protocol,
    const struct reply *reply, bool is_secure);
void mailsession_clear(struct mailsession *session);

/*
 * Takes a line, without its end, and sets want and out. The line is a string;
 * one with a NUL in it is not for here.
 *
 * STATUS_REFUSED: the server said no; is_refused tells whether to the token.
 * STATUS_AGAIN: it said no for now. STATUS_CONFIG: it offers no TLS or neither
 * mechanism, or wants another scope. STATUS_DATA: this is not the protocol.
 * STATUS_NOMEM.
 */
enum status mailsession_line(struct mailsession *session, const char *line,
    struct diag *diag);

/* Ends a session, in whatever state it is: what is in `out` then is sent. */
void mailsession_finish(struct mailsession *session);

/* There is TLS now. */
void mailsession_secured(struct mailsession *session);

/* The protocol's name for a sentence: "IMAP". */
const char *mailsession_name(enum mail_protocol protocol);

#endif
