/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * sasl-bearer connect: a session with a mail server on standard input and
 * output, logged in already, for programs that know nothing of OAuth.
 *
 * A token that the server refuses is renewed once, and tried on a connection
 * of its own. Whatever is secret is wiped before the session is handed over;
 * from then on a signal ends the process.
 */

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "accounts.h"
#include "audit.h"
#include "interrupt.h"
#include "mailaccount.h"
#include "mailserver.h"
#include "relay.h"
#include "session.h"
#include "store.h"

/* All that it takes to log in. */
struct connection {
	struct session session;
	const char *account;
	struct mailserver server;
	struct settings settings;
	struct record record;
	char *granted; /* the scope of the token, or NULL */
	struct mailserver_login login;
	struct mailsession mail;
	struct stream *stream;
	struct buf rest; /* said by the server after the login */
};

static void
connection_init(struct connection *connection)
{
	memset(connection, 0, sizeof(*connection));
	connection->session.state.fd = -1;
	record_init(&connection->record);
	buf_init(&connection->rest, MAILSESSION_MAX_LINE);
}

/* Wipes all that a login took, but for the connection itself. */
static void
forget_login(struct connection *connection)
{
	mailsession_clear(&connection->mail);
	record_clear(&connection->record);
	secret_free(&connection->granted);
}

static void
connection_clear(struct connection *connection)
{
	forget_login(connection);
	stream_close(&connection->stream);
	buf_clear(&connection->rest);
	settings_clear(&connection->settings);
	session_close(&connection->session);
}

static enum status
prepare(struct connection *connection, const struct command *command,
    struct diag *diag)
{
	enum status r;

	if ((r = session_open(&connection->session, command, diag)) !=
		STATUS_OK ||
	    (r = accounts_check(&connection->session, connection->account,
		 diag)) != STATUS_OK ||
	    (r = mailaccount_load(&connection->session, connection->account,
		 &connection->settings, &connection->login, diag)) != STATUS_OK)
		return r;
	connection->login.server = &connection->server;
	return STATUS_OK;
}

/* The account's token, renewed if that is due, and the login with it. */
static enum status
log_in(struct connection *connection, struct diag *diag)
{
	const struct session *session = &connection->session;
	struct mailserver_login *login = &connection->login;
	struct record *record = &connection->record;
	const char *user;
	enum status r;

	r = renew_account(&session->renewer, &session->state,
	    connection->account, RENEW_IF_DUE, &session->log, record, diag);
	if (r != STATUS_OK)
		return r;
	user = record_user(record, connection->server.service);
	login->user = user != NULL ? user : connection->account;
	login->token = record->access_token;
	login->token_length = record->token_length;
	connection->granted = mailaccount_granted(session, connection->account);
	login->granted = connection->granted;
	r = mailserver_connect(login, &connection->stream, &connection->mail,
	    &connection->rest, diag);
	if (connection->mail.is_refused)
		audit_event(session->renewer.audit, &session->log,
		    AUDIT_REFUSAL, connection->account, r, diag);
	return r;
}

static void
mark_refused(const struct connection *connection)
{
	const struct session *session = &connection->session;
	struct diag trouble;
	struct store store;
	enum status r;

	r = store_open_account(&store, &session->state, connection->account,
	    NULL, &trouble);
	if (r == STATUS_OK)
		r = renew_mark_refused(&store, &connection->record, &trouble);
	store_close(&store);
	if (r != STATUS_OK)
		log_line(&session->log, LOG_LEVEL_NOTICE,
		    "that the token of %s was refused could not be written "
		    "down: %s",
		    connection->account, trouble.text);
}

/*
 * The login, and once more with another token where the server refuses this
 * one. Where there is no other so soon, what the server said is the news.
 */
static enum status
log_in_persistently(struct connection *connection, struct diag *diag)
{
	struct diag trouble;
	enum status r, again;

	r = log_in(connection, diag);
	if (r != STATUS_REFUSED || !connection->mail.is_refused)
		return r;
	log_line(&connection->session.log, LOG_LEVEL_NOTICE, "%s", diag->text);
	mark_refused(connection);
	forget_login(connection);
	stream_close(&connection->stream);
	buf_clear(&connection->rest);
	again = log_in(connection, &trouble);
	/* That the new one is refused at once is no fault of the token's. */
	if (again == STATUS_REFUSED && !connection->mail.is_refused)
		return r;
	return diag_set(diag, again, "%s",
	    again == STATUS_OK ? "" : trouble.text);
}

/* Greets the mail program, and copies. */
static enum status
hand_over(struct connection *connection, struct diag *diag)
{
	struct front front;
	struct relay relay = {
		.stream = connection->stream,
		.front = &front,
		.in = STDIN_FILENO,
		.out = STDOUT_FILENO,
	};
	enum status r;

	log_line(&connection->session.log, LOG_LEVEL_NOTICE,
	    "logged in to %s as %s", connection->server.host,
	    connection->login.user);
	buf_init(&relay.to_client, RELAY_MAX_BYTES);
	front_start(&front, connection->server.protocol, &connection->mail,
	    &relay.to_client);
	buf_add(&relay.to_client, connection->rest.data,
	    connection->rest.length);
	forget_login(connection);
	if (*interrupt_flag() != 0)
		r = diag_set(diag, STATUS_CANCELLED, "interrupted");
	else {
		interrupt_release();
		r = relay_run(&relay, diag);
	}
	front_clear(&front);
	buf_clear(&relay.to_client);
	return r;
}

/* The mail program, too, is told why there is no session. */
static void
refuse(const struct connection *connection, enum status status,
    const struct diag *diag)
{
	struct buf line;

	buf_init(&line, RELAY_MAX_BYTES);
	front_refuse(connection->server.protocol, status == STATUS_AGAIN,
	    diag->text, &line);
	(void)relay_write(STDOUT_FILENO, line.data, line.length);
	buf_clear(&line);
}

enum status
verb_connect(const struct command *command, struct diag *diag)
{
	struct connection connection;
	enum status r;

	connection_init(&connection);
	connection.account = command->operands[2];
	r = mailserver_parse(&connection.server, command->operands[0],
	    command->operands[1], (command->flags & FLAG_STARTTLS) != 0, diag);
	if (r != STATUS_OK)
		return r;
	signal(SIGPIPE, SIG_IGN); /* a write says it too */
	interrupt_catch();
	if ((r = prepare(&connection, command, diag)) == STATUS_OK)
		r = log_in_persistently(&connection, diag);
	if (r == STATUS_OK)
		r = hand_over(&connection, diag);
	else
		refuse(&connection, r, diag);
	connection_clear(&connection);
	return r;
}
