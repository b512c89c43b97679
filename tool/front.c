/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The face of a session that is logged in already. See front.h.
 *
 * BUGS: An SMTP client that says EHLO again after other commands, such as a
 * first message, sees AUTH and STARTTLS then.
 */

#include <string.h>
#include <strings.h>

#include "front.h"
#include "mail_dialogue.h"

/* What a client may say before it is let through. */
struct command {
	const char *name;
	enum status (*run)(struct front *front, const char *arguments,
	    struct buf *to_server, struct buf *to_client);
};

static void
say(struct buf *to, const char *line)
{
	buf_add_string(to, line);
	buf_add_string(to, "\r\n");
}

/* POP3. */

static enum status
pop_capa(struct front *front, const char *arguments, struct buf *to_server,
    struct buf *to_client)
{
	(void)arguments;
	(void)to_server;
	say(to_client, "+OK what there is");
	say(to_client, "USER");
	buf_add(to_client, front->abilities.data, front->abilities.length);
	say(to_client, ".");
	return STATUS_OK;
}

static enum status
pop_user(struct front *front, const char *arguments, struct buf *to_server,
    struct buf *to_client)
{
	(void)front;
	(void)arguments;
	(void)to_server;
	say(to_client, "+OK and any password");
	return STATUS_OK;
}

static enum status
pop_pass(struct front *front, const char *arguments, struct buf *to_server,
    struct buf *to_client)
{
	(void)arguments;
	(void)to_server;
	say(to_client, "+OK logged in already");
	front->is_open = true;
	return STATUS_OK;
}

static enum status
pop_no(struct front *front, const char *arguments, struct buf *to_server,
    struct buf *to_client)
{
	(void)front;
	(void)arguments;
	(void)to_server;
	say(to_client, "-ERR use USER and PASS, with any password");
	return STATUS_OK;
}

static const struct command pop_commands[] = {
	{ "CAPA", pop_capa },
	{ "USER", pop_user },
	{ "PASS", pop_pass },
	{ "APOP", pop_pass },
	{ "AUTH", pop_no },
	{ "STLS", pop_no },
	{ NULL, NULL },
};

/* SMTP. */

static enum status
smtp_hello(struct front *front, const char *arguments, struct buf *to_server,
    struct buf *to_client)
{
	(void)arguments;
	(void)to_client;
	say(to_server, buf_text(&front->client_line));
	front->has_asked = true;
	return STATUS_OK;
}

static enum status
smtp_starttls(struct front *front, const char *arguments, struct buf *to_server,
    struct buf *to_client)
{
	(void)front;
	(void)arguments;
	(void)to_server;
	say(to_client, "502 5.5.1 TLS ends before this program");
	return STATUS_OK;
}

static void
smtp_accept(struct buf *to_client)
{
	say(to_client, "235 2.7.0 logged in already");
}

/* PLAIN and others send all at once or in one line, LOGIN in two. */
static enum status
smtp_auth(struct front *front, const char *arguments, struct buf *to_server,
    struct buf *to_client)
{
	const char *login = mail_after_word(arguments, "LOGIN");

	(void)to_server;
	if (login != NULL)
		front->secrets = *login == '\0' ? 2 : 1;
	else
		front->secrets = strchr(arguments, ' ') == NULL ? 1 : 0;
	if (front->secrets == 0)
		smtp_accept(to_client);
	else if (login == NULL)
		say(to_client, "334 ");
	else
		say(to_client,
		    front->secrets == 2 ? "334 VXNlcm5hbWU6" :
					  "334 UGFzc3dvcmQ6");
	return STATUS_OK;
}

/* A line of an AUTH, which is not looked at but for whether it ends that. */
static void
smtp_secret(struct front *front, struct buf *to_client)
{
	if (strcmp(buf_text(&front->client_line), "*") == 0) {
		front->secrets = 0;
		say(to_client, "501 5.7.0 as you like");
	} else if (--front->secrets > 0)
		say(to_client, "334 UGFzc3dvcmQ6");
	else
		smtp_accept(to_client);
}

static const struct command smtp_commands[] = {
	{ "EHLO", smtp_hello },
	{ "HELO", smtp_hello },
	{ "STARTTLS", smtp_starttls },
	{ "AUTH", smtp_auth },
	{ NULL, NULL },
};

/* Either. */

void
front_start(struct front *front, enum mail_protocol protocol,
    const struct mailsession *session, struct buf *to_client)
{
	memset(front, 0, sizeof(*front));
	front->protocol = protocol;
	buf_init(&front->client_line, FRONT_MAX_LINE);
	buf_init(&front->server_line, FRONT_MAX_LINE);
	buf_init(&front->held, FRONT_MAX_LINE);
	buf_init(&front->pending, FRONT_MAX_LINE);
	buf_init(&front->abilities, MAILSESSION_MAX_ABILITIES);
	switch (protocol) {
	case MAIL_IMAP:
		buf_add_format(to_client,
		    "* PREAUTH [CAPABILITY%s] logged in as %.200s\r\n",
		    buf_text(&session->abilities), session->reply.user);
		front->is_open = true;
		break;
	case MAIL_POP:
		buf_add(&front->abilities, session->abilities.data,
		    session->abilities.length);
		say(to_client, "+OK logged in already, any password will do");
		break;
	case MAIL_SMTP:
		buf_add_format(to_client,
		    "220 %.200s ESMTP logged in already\r\n",
		    session->reply.host);
		break;
	}
}

void
front_clear(struct front *front)
{
	buf_clear(&front->client_line);
	buf_clear(&front->server_line);
	buf_clear(&front->held);
	buf_clear(&front->pending);
	buf_clear(&front->abilities);
}

/* A complete line, without its end, is in client_line. */
static enum status
take_client_line(struct front *front, struct buf *to_server,
    struct buf *to_client)
{
	const char *line = buf_text(&front->client_line);
	const struct command *command =
	    front->protocol == MAIL_POP ? pop_commands : smtp_commands;
	const char *arguments;

	if (front->secrets > 0) {
		smtp_secret(front, to_client);
		return STATUS_OK;
	}
	for (; command->name != NULL; command++)
		if ((arguments = mail_after_word(line, command->name)) != NULL)
			return command->run(front, arguments, to_server,
			    to_client);
	/* It has begun to work. */
	buf_add(to_server, line, front->client_line.length);
	buf_add_string(to_server, "\r\n");
	front->is_open = true;
	return STATUS_OK;
}

/*
 * Adds what there is of a line; *used bytes of it. True when it is complete,
 * and then without its end.
 */
static bool
collect_line(struct buf *line, const char *bytes, size_t length, size_t *used)
{
	const char *newline = memchr(bytes, '\n', length);

	*used = newline == NULL ? length : (size_t)(newline - bytes) + 1;
	buf_add(line, bytes, newline == NULL ? length : *used - 1);
	if (newline == NULL || buf_status(line) != STATUS_OK)
		return false;
	if (line->length > 0 && line->data[line->length - 1] == '\r')
		line->data[--line->length] = '\0';
	return true;
}

static enum status
judge_line(const struct buf *line, const char *whose, struct diag *diag)
{
	if (buf_status(line) == STATUS_DATA)
		return diag_set(diag, STATUS_DATA,
		    "a line of the %s is longer than %d bytes", whose,
		    FRONT_MAX_LINE);
	return buf_status(line) == STATUS_OK ? STATUS_OK : diag_set_nomem(diag);
}

bool
front_has_room(const struct front *front, size_t length)
{
	return front->pending.length + length <= FRONT_MAX_LINE;
}

enum status
front_from_client(struct front *front, const char *bytes, size_t length,
    struct buf *to_server, struct buf *to_client, struct diag *diag)
{
	enum status r = STATUS_OK;
	size_t used;

	for (; length > 0 && !front->is_open && !front->has_asked &&
	     r == STATUS_OK;
	     bytes += used, length -= used) {
		if (collect_line(&front->client_line, bytes, length, &used)) {
			r = take_client_line(front, to_server, to_client);
			buf_clear(&front->client_line);
		} else
			r = judge_line(&front->client_line, "mail program",
			    diag);
	}
	if (r != STATUS_OK)
		return r;
	buf_add(front->has_asked ? &front->pending : to_server, bytes, length);
	return judge_line(&front->pending, "mail program", diag);
}

/* What an SMTP client is not to see. */
static bool
is_hidden(const char *line)
{
	return strlen(line) >= 4 &&
	    (mail_after_word(line + 4, "AUTH") != NULL ||
		strncasecmp(line + 4, "AUTH=", 5) == 0 ||
		mail_after_word(line + 4, "STARTTLS") != NULL);
}

/*
 * A line is held until the next one comes, for the last one that is shown must
 * look like the last one.
 */
static void
release_line(struct front *front, bool is_last, struct buf *to_client)
{
	if (front->held.length > 3)
		front->held.data[3] = is_last ? ' ' : '-';
	if (front->held.length > 0)
		say(to_client, buf_text(&front->held));
	buf_clear(&front->held);
}

static void
take_server_line(struct front *front, struct buf *to_client)
{
	const char *line = buf_text(&front->server_line);
	bool is_last = strlen(line) < 4 || line[3] != '-';

	/* The first one is the server's name, whatever it looks like. */
	if (front->held.length == 0 || !is_hidden(line)) {
		release_line(front, false, to_client);
		buf_add_string(&front->held, line);
	}
	if (is_last) {
		release_line(front, true, to_client);
		front->has_asked = false;
	}
}

/* Goes on with what the client said before it had its answer. */
static enum status
resume(struct front *front, struct buf *to_server, struct buf *to_client,
    struct diag *diag)
{
	struct buf pending = front->pending; /* now ours */
	enum status r;

	buf_init(&front->pending, FRONT_MAX_LINE);
	r = front_from_client(front, buf_text(&pending), pending.length,
	    to_server, to_client, diag);
	buf_clear(&pending);
	return r;
}

enum status
front_from_server(struct front *front, const char *bytes, size_t length,
    struct buf *to_server, struct buf *to_client, struct diag *diag)
{
	enum status r = STATUS_OK;
	size_t used;

	/* Only the answers to EHLO are looked at. */
	for (; length > 0 && front->has_asked && r == STATUS_OK;
	     bytes += used, length -= used) {
		if (collect_line(&front->server_line, bytes, length, &used)) {
			take_server_line(front, to_client);
			buf_clear(&front->server_line);
			if (!front->has_asked)
				r = resume(front, to_server, to_client, diag);
		} else
			r = judge_line(&front->server_line, "mail server",
			    diag);
	}
	if (r == STATUS_OK)
		buf_add(to_client, bytes, length);
	return r;
}

void
front_refuse(enum mail_protocol protocol, bool is_passing, const char *sentence,
    struct buf *to_client)
{
	static const char *const beginnings[] = {
		[MAIL_IMAP] = "* BYE",
		[MAIL_POP] = "-ERR",
		[MAIL_SMTP] = "554 5.7.0",
	};
	const char *beginning = beginnings[protocol];

	if (is_passing && protocol == MAIL_SMTP)
		beginning = "421 4.7.0";
	else if (is_passing && protocol == MAIL_POP)
		beginning = "-ERR [SYS/TEMP]";
	buf_add_format(to_client, "%s %s\r\n", beginning, sentence);
}
