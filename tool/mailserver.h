/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Which mail server is meant, and the login there with a token.
 */

#ifndef MAILSERVER_H
#define MAILSERVER_H

#include <stdbool.h>

#include "log.h"
#include "mailsession.h"
#include "stream.h"

/* RFC 1035: the longest name, and a NUL. */
#define MAILSERVER_HOST_SPACE 256

struct mailserver {
	enum mail_protocol protocol;
	const char *service; /* as libsasl2 calls it: "imap", "pop", "smtp" */
	char host[MAILSERVER_HOST_SPACE];
	char port[REPLY_PORT_SPACE];
	bool has_starttls; /* else TLS comes first */
};

/*
 * Understands imap, pop or smtp, and HOST, HOST:PORT, ADDRESS or
 * [ADDRESS]:PORT. Without a port it is the one where TLS comes first, or with
 * wants_starttls the other one; the usual ports of STARTTLS imply it.
 * STATUS_DATA says what makes no sense.
 */
enum status mailserver_parse(struct mailserver *server, const char *protocol,
    const char *address, bool wants_starttls, struct diag *diag);

/*
 * Understands a URL: smtp, imap or pop3 with STARTTLS, or smtps, imaps or
 * pop3s; "smtp://HOST", "imaps://HOST:PORT", "smtp://[ADDRESS]:587". Without a
 * port it is the usual one. STATUS_DATA.
 */
enum status mailserver_parse_url(struct mailserver *server, const char *url,
    struct diag *diag);

/* What a login needs. All of it must outlive the stream. */
struct mailserver_login {
	const struct mailserver *server;
	const char *user;
	const char *token;
	size_t token_length;
	const char *granted; /* the token's scope; NULL: not known */
	/* Who makes the messages; NULL: they are made from the token. */
	const struct mailsession_sasl *sasl;
	const struct log *log;
	int connect_timeout_ms;
	int timeout_ms; /* for all of it */
	struct stream_target target;
};

/*
 * Connects and logs in. The session is for mailsession_clear(), the stream for
 * stream_close(), in any case; rest, with a maximum, takes what the server has
 * said since. As mailsession_line(), stream_open() and stream_secure(); blocks
 * within the timeouts.
 */
enum status mailserver_connect(struct mailserver_login *login,
    struct stream **stream, struct mailsession *session, struct buf *rest,
    struct diag *diag);

/*
 * Says goodbye to a server, logged in or not, and waits a little for its own.
 */
void mailserver_finish(struct stream *stream, struct mailsession *session);

#endif
