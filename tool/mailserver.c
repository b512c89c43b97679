/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A login to a mail server over its connection. See mailserver.h.
 */

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "clock.h"
#include "mailserver.h"

#define CHUNK 4096

/* How long a server's goodbye is waited for. */
#define FINISH_MS 3000

static const struct protocol {
	const char *name;
	enum mail_protocol protocol;
	const char *service;
	const char *port, *starttls_port;
} protocols[] = {
	{ "imap", MAIL_IMAP, "imap", "993", "143" },
	{ "pop", MAIL_POP, "pop", "995", "110" },
	{ "pop3", MAIL_POP, "pop", "995", "110" },
	{ "smtp", MAIL_SMTP, "smtp", "465", "587" },
};

static const struct protocol *
find_protocol(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (strcmp(protocols[i].name, name) == 0)
			return &protocols[i];
	return NULL;
}

/*
 * Where the host of an address ends and, if there is a port, where that
 * begins. An address of IPv6 has colons of its own.
 */
static bool
split(const char *address, const char **host, size_t *length, const char **port)
{
	const char *end;

	*host = address;
	*port = NULL;
	if (address[0] == '[') {
		*host = address + 1;
		if ((end = strchr(*host, ']')) == NULL ||
		    (end[1] != '\0' && end[1] != ':'))
			return false;
		*port = end[1] == ':' ? end + 2 : NULL;
	} else if ((end = strchr(address, ':')) != NULL &&
	    strchr(end + 1, ':') == NULL)
		*port = end + 1;
	else
		end = address + strlen(address);
	*length = (size_t)(end - *host);
	return true;
}

/* What stands in a sentence, in a message and on the wire. */
static bool
is_host(const char *host, size_t length)
{
	size_t i;

	if (length == 0 || length >= MAILSERVER_HOST_SPACE)
		return false;
	for (i = 0; i < length; i++)
		if (host[i] <= 0x20 || host[i] >= 0x7f ||
		    strchr("/[]@\"\\", host[i]) != NULL)
			return false;
	return true;
}

static bool
is_port(const char *port)
{
	size_t length = strlen(port);

	return length > 0 && length < REPLY_PORT_SPACE && port[0] != '0' &&
	    strspn(port, "0123456789") == length &&
	    strtol(port, NULL, 10) <= 65535;
}

/* Is it a port where everybody begins without TLS? */
static bool
is_starttls_port(const char *port)
{
	size_t i;

	if (strcmp(port, "25") == 0)
		return true;
	for (i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++)
		if (strcmp(protocols[i].starttls_port, port) == 0)
			return true;
	return false;
}

enum status
mailserver_parse(struct mailserver *server, const char *protocol,
    const char *address, bool wants_starttls, struct diag *diag)
{
	const struct protocol *found = find_protocol(protocol);
	const char *host, *port;
	size_t length;

	memset(server, 0, sizeof(*server));
	if (found == NULL)
		return diag_set(diag, STATUS_DATA,
		    "\"%.40s\" is no protocol; it is imap, pop or smtp",
		    protocol);
	if (!split(address, &host, &length, &port) || !is_host(host, length) ||
	    (port != NULL && !is_port(port)))
		return diag_set(diag, STATUS_DATA,
		    "\"%.100s\" is no mail server; it is HOST, HOST:PORT or "
		    "[ADDRESS]:PORT",
		    address);
	if (port == NULL)
		port = wants_starttls ? found->starttls_port : found->port;
	server->protocol = found->protocol;
	server->service = found->service;
	memcpy(server->host, host, length);
	memcpy(server->port, port, strlen(port));
	server->has_starttls = wants_starttls || is_starttls_port(port);
	return STATUS_OK;
}

/* The protocol of a URL: pop3s and imap, say. */
static const struct scheme {
	const char *name, *protocol;
	bool has_starttls;
} schemes[] = {
	{ "imap", "imap", true },
	{ "imaps", "imap", false },
	{ "pop", "pop", true },
	{ "pop3", "pop", true },
	{ "pop3s", "pop", false },
	{ "pops", "pop", false },
	{ "smtp", "smtp", true },
	{ "smtps", "smtp", false },
	{ "submission", "smtp", true },
	{ "submissions", "smtp", false },
};

static const struct scheme *
find_scheme(const char *url)
{
	size_t length = strcspn(url, ":"), i;

	if (strncmp(url + length, "://", 3) != 0)
		return NULL;
	for (i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (strlen(schemes[i].name) == length &&
		    strncasecmp(schemes[i].name, url, length) == 0)
			return &schemes[i];
	return NULL;
}

enum status
mailserver_parse_url(struct mailserver *server, const char *url,
    struct diag *diag)
{
	const struct scheme *scheme = find_scheme(url);
	char address[MAILSERVER_HOST_SPACE + REPLY_PORT_SPACE + 3];
	const char *start;
	size_t length;
	enum status r;

	if (scheme == NULL)
		return diag_set(diag, STATUS_DATA,
		    "\"%.100s\" names no mail server; it is "
		    "smtp://HOST:PORT, imap://HOST or pop3://HOST with "
		    "STARTTLS, or smtps://, imaps:// or pop3s://",
		    url);
	start = strchr(url, ':') + 3;
	length = strlen(start);
	if (length > 0 && start[length - 1] == '/')
		length--;
	if (length >= sizeof(address))
		return diag_set(diag, STATUS_DATA,
		    "\"%.100s...\" is longer than any host's name", url);
	memcpy(address, start, length);
	address[length] = '\0';
	r = mailserver_parse(server, scheme->protocol, address,
	    scheme->has_starttls, diag);
	server->has_starttls = scheme->has_starttls;
	return r;
}

/* A login under way. */
struct dialogue {
	struct mailserver_login *login;
	struct stream *stream;
	struct mailsession *session;
	struct buf *input; /* read, but not yet a line */
	int64_t connect_deadline_ms, deadline_ms;
};

static enum status
read_more(struct dialogue *dialogue, struct diag *diag)
{
	char bytes[CHUNK];
	size_t length;
	enum status r;

	r = stream_read(dialogue->stream, bytes, sizeof(bytes), &length,
	    dialogue->deadline_ms, diag);
	if (r != STATUS_OK)
		return r;
	if (length == 0)
		return diag_set(diag, STATUS_AGAIN,
		    "%.200s hung up before the login was complete; try again "
		    "later",
		    dialogue->login->server->host);
	buf_add(dialogue->input, bytes, length);
	if (buf_status(dialogue->input) == STATUS_DATA)
		return diag_set(diag, STATUS_DATA,
		    "a line of %.200s is longer than %d bytes; that is no "
		    "mail server",
		    dialogue->login->server->host, MAILSESSION_MAX_LINE);
	return buf_status(dialogue->input) == STATUS_OK ? STATUS_OK :
							  diag_set_nomem(diag);
}

/* Hands the session one line, which is then no input any more. */
static enum status
take_line(struct dialogue *dialogue, struct diag *diag)
{
	struct buf *input = dialogue->input;
	char *end = NULL;
	size_t length;
	enum status r;

	while (input->length == 0 ||
	    (end = memchr(input->data, '\n', input->length)) == NULL)
		if ((r = read_more(dialogue, diag)) != STATUS_OK)
			return r;
	length = (size_t)(end - input->data) + 1;
	*end = '\0';
	if (end > input->data && end[-1] == '\r')
		*--end = '\0';
	if (strlen(input->data) != (size_t)(end - input->data))
		return diag_set(diag, STATUS_DATA,
		    "%.200s sends NUL bytes; that is no mail server",
		    dialogue->login->server->host);
	r = mailsession_line(dialogue->session, input->data, diag);
	input->length -= length;
	memmove(input->data, input->data + length, input->length);
	input->data[input->length] = '\0';
	return r;
}

static enum status
secure(struct dialogue *dialogue, int64_t deadline_ms, struct diag *diag)
{
	enum status r;

	/* Whoever spoke before TLS is not whom the certificate names. */
	if (dialogue->input->length > 0)
		return diag_set(diag, STATUS_DATA,
		    "%.200s sent more than its answer before TLS, as somebody "
		    "in between would; nothing was sent to it",
		    dialogue->login->server->host);
	r = stream_secure(dialogue->stream, deadline_ms, diag);
	if (r == STATUS_OK)
		log_line(dialogue->login->log, LOG_LEVEL_NOTICE,
		    "%s with %.200s, port %s",
		    stream_protocol(dialogue->stream),
		    dialogue->login->server->host,
		    dialogue->login->server->port);
	return r;
}

static enum status
run(struct dialogue *dialogue, struct diag *diag)
{
	struct mailsession *session = dialogue->session;
	struct buf *out = &session->out;
	enum status r = STATUS_OK;

	while (r == STATUS_OK && session->want != MAILSESSION_READY) {
		r = stream_write(dialogue->stream, out->data, out->length,
		    dialogue->deadline_ms, diag);
		buf_clear(out);
		if (r != STATUS_OK)
			return r;
		if (session->want == MAILSESSION_LINE) {
			r = take_line(dialogue, diag);
			continue;
		}
		r = secure(dialogue, dialogue->deadline_ms, diag);
		if (r == STATUS_OK)
			mailsession_secured(session);
	}
	return r;
}

enum status
mailserver_connect(struct mailserver_login *login, struct stream **stream,
    struct mailsession *session, struct buf *rest, struct diag *diag)
{
	const struct mailserver *server = login->server;
	const struct reply reply = { login->user, server->host, server->port,
		login->token, login->token_length };
	struct dialogue dialogue = { login, NULL, session, rest, 0, 0 };
	int64_t now_ms = clock_elapsed_ms();
	enum status r;

	dialogue.deadline_ms = now_ms + login->timeout_ms;
	dialogue.connect_deadline_ms =
	    login->connect_timeout_ms < login->timeout_ms ?
	    now_ms + login->connect_timeout_ms :
	    dialogue.deadline_ms;
	mailsession_start(session, server->protocol, &reply,
	    !server->has_starttls);
	session->granted = login->granted;
	session->sasl = login->sasl;
	login->target.host = server->host;
	login->target.port = server->port;
	r = stream_open(stream, &login->target, dialogue.connect_deadline_ms,
	    diag);
	dialogue.stream = *stream;
	if (r == STATUS_OK && !server->has_starttls)
		r = secure(&dialogue, dialogue.connect_deadline_ms, diag);
	return r == STATUS_OK ? run(&dialogue, diag) : r;
}

void
mailserver_finish(struct stream *stream, struct mailsession *session)
{
	int64_t deadline_ms = clock_elapsed_ms() + FINISH_MS;
	char bytes[CHUNK];
	size_t length = 1;

	mailsession_finish(session);
	if (stream_write(stream, session->out.data, session->out.length,
		deadline_ms, NULL) != STATUS_OK)
		return;
	while (length > 0 &&
	    stream_read(stream, bytes, sizeof(bytes), &length, deadline_ms,
		NULL) == STATUS_OK)
		;
	stream_finish(stream);
}
