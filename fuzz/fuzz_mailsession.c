/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The login at a mail server, and what a mail program meets then. The first
 * line names the protocol (I, P, S) and "s" behind it says that there is TLS
 * already; then come the server's lines. Once it is logged in, "C" begins what
 * the client says and "S" what the server says; a small letter leaves the end
 * of the line out.
 */

#include <ctype.h>
#include <string.h>

#include "base64.h"
#include "front.h"
#include "fuzz.h"
#include "mailsession.h"

#define TOKEN "made-up.access.token"
#define SPACE (16 * 1024 * 1024)

const char fuzz_name[] = "mailsession";

static const struct reply reply = { "me@x", "mx", "1", TOKEN,
	sizeof(TOKEN) - 1 };

/* A front and all that it wrote. */
struct side {
	struct front front;
	struct buf to_server, to_client;
	enum status status;
};

/* Is the message, in either form, among these bytes? */
static bool
has_token(const struct buf *bytes)
{
	struct buf plain, coded;
	bool found = false;
	unsigned i;

	buf_init(&plain, REPLY_MAX_LENGTH);
	buf_init(&coded, 2 * REPLY_MAX_LENGTH);
	for (i = REPLY_XOAUTH2; i <= REPLY_OAUTHBEARER; i++) {
		buf_clear(&plain);
		buf_clear(&coded);
		if (!WORKS(reply_format((enum reply_form)i, &reply, &plain,
			       NULL) == STATUS_OK))
			continue;
		base64_encode(&coded, plain.data, plain.length);
		if (WORKS(buf_status(&coded) == STATUS_OK) &&
		    strstr(buf_text(bytes), buf_text(&coded)) != NULL)
			found = true;
	}
	buf_clear(&plain);
	buf_clear(&coded);
	return found;
}

/* What is sent is one line, and the token goes to nobody without TLS. */
static void
check_sent(struct mailsession *session, bool was_secure)
{
	const char *text = buf_text(&session->out);
	size_t length = session->out.length;

	if (length > 0) {
		MUST(length >= 2 && strcspn(text, "\r\n") == length - 2);
		MUST(strcmp(text + length - 2, "\r\n") == 0);
	}
	MUST(was_secure || !has_token(&session->out));
	buf_clear(&session->out);
}

/* Logs in with lines from *lines, and takes them away. True when it is in. */
static bool
log_in(struct mailsession *session, char **lines)
{
	struct diag diag = { .text = "" };
	enum status r = STATUS_OK;
	bool was_secure;
	char *line;

	while (r == STATUS_OK && session->want != MAILSESSION_READY &&
	    (line = strsep(lines, "\n")) != NULL) {
		was_secure = session->is_secure;
		r = mailsession_line(session, line, &diag);
		check_sent(session, was_secure);
		if (r == STATUS_OK && session->want == MAILSESSION_TLS) {
			MUST(!was_secure);
			mailsession_secured(session);
			check_sent(session, true);
		}
	}
	MUST(r == STATUS_OK || diag.text[0] != '\0');
	MUST(session->want != MAILSESSION_READY || session->is_secure);
	return r == STATUS_OK && session->want == MAILSESSION_READY;
}

static void
side_open(struct side *side, enum mail_protocol protocol,
    const struct mailsession *session)
{
	side->status = STATUS_OK;
	buf_init(&side->to_server, SPACE);
	buf_init(&side->to_client, SPACE);
	front_start(&side->front, protocol, session, &side->to_client);
}

static void
side_close(struct side *side)
{
	front_clear(&side->front);
	buf_clear(&side->to_server);
	buf_clear(&side->to_client);
}

static void
side_take(struct side *side, bool is_client, const char *bytes, size_t length)
{
	if (side->status != STATUS_OK)
		return;
	side->status = is_client ?
	    front_from_client(&side->front, bytes, length, &side->to_server,
		&side->to_client, NULL) :
	    front_from_server(&side->front, bytes, length, &side->to_server,
		&side->to_client, NULL);
	MUST(side->front.secrets <= 2);
	MUST(!side->front.has_asked || !side->front.is_open);
}

static void
must_be_equal(const struct buf *a, const struct buf *b)
{
	MUST(a->length == b->length);
	MUST(a->length == 0 || memcmp(a->data, b->data, a->length) == 0);
}

/* The same comes out, however the bytes are cut. */
static void
talk(enum mail_protocol protocol, const struct mailsession *session,
    char **lines)
{
	struct side whole, cut;
	struct buf said;
	char *line;
	size_t i;

	side_open(&whole, protocol, session);
	side_open(&cut, protocol, session);
	while ((line = strsep(lines, "\n")) != NULL) {
		bool is_client = tolower((unsigned char)line[0]) == 'c';

		buf_init(&said, SPACE);
		buf_add_string(&said, line[0] == '\0' ? "" : line + 1);
		buf_add_string(&said,
		    islower((unsigned char)line[0]) ? "" : "\r\n");
		side_take(&whole, is_client, buf_text(&said), said.length);
		for (i = 0; i < said.length; i++)
			side_take(&cut, is_client, buf_text(&said) + i, 1);
		buf_clear(&said);
	}
	if (WORKS(whole.status == cut.status) && whole.status == STATUS_OK &&
	    !fuzz_failing) {
		must_be_equal(&whole.to_server, &cut.to_server);
		must_be_equal(&whole.to_client, &cut.to_client);
	}
	side_close(&whole);
	side_close(&cut);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), *lines = text, *first;
	enum mail_protocol protocol;
	struct mailsession session;

	if (!WORKS(text != NULL))
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	first = strsep(&lines, "\n");
	protocol = first[0] == 'I' ? MAIL_IMAP :
	    first[0] == 'P'        ? MAIL_POP :
				     MAIL_SMTP;
	mailsession_start(&session, protocol, &reply,
	    strchr(first, 's') != NULL);
	if (log_in(&session, &lines))
		talk(protocol, &session, &lines);
	mailsession_clear(&session);
	free(text);
	return 0;
}
