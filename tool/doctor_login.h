/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A login to a mail server as the mail program makes it: libsasl2 and its
 * plugins, in the probe, make the messages; this program carries them.
 */

#ifndef DOCTOR_LOGIN_H
#define DOCTOR_LOGIN_H

#include "doctor.h"
#include "doctor_probe.h"
#include "mailserver.h"

struct doctor_login {
	const char *account;
	struct doctor_probe probe;
	struct settings settings;
	struct mailserver_login login;
	struct mailsession_sasl sasl;
	struct mailsession mail;
	struct stream *stream;
	struct buf rest;
	char *granted; /* the token's scope, or NULL */

	struct buf user, token;            /* as the message has them */
	char name[MAILSESSION_NAME_SPACE]; /* the mechanism; "": none yet */
	char *object;                      /* what answered; NULL: not known */
	bool is_local; /* it was the module, or the probe, that failed */
};

void doctor_login_init(struct doctor_login *login, const char *account);
void doctor_login_clear(struct doctor_login *login);

/*
 * Gets ready: the account's settings, and a probe. As mailaccount_load() and
 * doctor_probe_load(). The doctor must outlive the login.
 */
enum status doctor_login_load(struct doctor_login *login,
    const struct doctor *doctor, struct diag *diag);

/*
 * Connects to the server and logs in, as mailserver_connect(). Where is_local
 * is set then, the sentence is the module's, with a status as it meant it.
 */
enum status doctor_login_run(struct doctor_login *login,
    const struct mailserver *server, struct diag *diag);

/* As far as a message for a service, without any server. is_local is set. */
enum status doctor_login_try(struct doctor_login *login, const char *service,
    struct diag *diag);

/*
 * The user and the token in a message (RFC 7628, XOAUTH2), each into a buffer
 * that is empty; what is not there stays so.
 */
void doctor_login_take_apart(const struct buf *message, struct buf *user,
    struct buf *token);

#endif
