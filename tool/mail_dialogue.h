/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Between mailsession.c, which knows how to log in, and the protocols, which
 * know how to say it.
 */

#ifndef MAIL_DIALOGUE_H
#define MAIL_DIALOGUE_H

#include "mailsession.h"

/* A protocol. */
struct mail_dialogue {
	const char *name;
	mailsession_step *greeting; /* takes the first line */
	/* Asks what the server can do; once there is TLS. */
	void (*ask)(struct mailsession *session);
	/* Begins the command with the name of the chosen mechanism. */
	void (*name_mechanism)(struct mailsession *session, const char *name);
	/*
	 * The most bytes that such a line may have with the message in it; 0:
	 * the message never goes with the command.
	 */
	size_t (*max_initial)(const struct mailsession *session);
	mailsession_step *answer; /* takes what comes after that command */
	void (*finish)(struct mailsession *session); /* says goodbye */
};

extern const struct mail_dialogue mail_imap, mail_pop, mail_smtp;

/* Sends a line: the text and CR LF. */
void mailsession_send(struct mailsession *session, const char *line);

/* Notes what the server offers: a list of mechanisms, between blanks. */
void mailsession_offer(struct mailsession *session, const char *mechanisms);

/* Forgets what it has offered so far. */
void mailsession_forget(struct mailsession *session);

/*
 * Chooses a mechanism and begins with it. STATUS_CONFIG: there is none;
 * otherwise as reply_format().
 */
enum status mailsession_authenticate(struct mailsession *session,
    struct diag *diag);

/*
 * The server asks for the message, or tells what it minds about it: text is
 * base64. STATUS_DATA: it asks too often.
 */
enum status mailsession_continue(struct mailsession *session, const char *text,
    struct diag *diag);

/* The server said no to the token, in these words. */
enum status mailsession_refuse(struct mailsession *session, const char *words,
    struct diag *diag);

/* It said no, for now or at all, to something else. */
enum status mailsession_fail(const struct mailsession *session,
    enum status status, const char *words, struct diag *diag);

/* It does not do TLS. */
enum status mailsession_no_tls(const struct mailsession *session,
    const char *words, struct diag *diag);

/* This line is not what the protocol has here. */
enum status mailsession_alien(const struct mailsession *session,
    const char *line, struct diag *diag);

/*
 * Does the line begin with this word, in whatever case, and end or have a
 * blank behind it? Returns what is behind the blanks, or NULL.
 */
const char *mail_after_word(const char *line, const char *word);

#endif
