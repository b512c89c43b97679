/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Logging in, whatever the protocol. See mailsession.h.
 */

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base64.h"
#include "explain.h"
#include "hide.h"
#include "mail_dialogue.h"
#include "oauth.h"
#include "words.h"

/* What a sentence shows of the mechanisms, and of a server's words. */
#define MAX_OFFERED 200
#define MAX_WORDS 160

/* A challenge in base64: as long as a line. */
#define MAX_CHALLENGE MAILSESSION_MAX_LINE

static const struct mail_dialogue *const dialogues[] = {
	[MAIL_IMAP] = &mail_imap,
	[MAIL_POP] = &mail_pop,
	[MAIL_SMTP] = &mail_smtp,
};

/* The first one that is offered is taken. */
static const struct {
	enum reply_form form;
	const char *name;
} mechanisms[] = {
	{ REPLY_OAUTHBEARER, "OAUTHBEARER" },
	{ REPLY_XOAUTH2, "XOAUTH2" },
};

#define MECHANISM_COUNT (sizeof(mechanisms) / sizeof(mechanisms[0]))

void
mailsession_start(struct mailsession *session, enum mail_protocol protocol,
    const struct reply *reply, bool is_secure)
{
	memset(session, 0, sizeof(*session));
	session->dialogue = dialogues[protocol];
	session->reply = *reply;
	session->is_secure = is_secure;
	session->step = session->dialogue->greeting;
	/* The message in base64, and the command before it. */
	buf_init(&session->out, 2 * REPLY_MAX_LENGTH);
	buf_init(&session->message, 2 * REPLY_MAX_LENGTH);
	buf_init(&session->abilities, MAILSESSION_MAX_ABILITIES);
	buf_init(&session->offered, MAILSESSION_MAX_ABILITIES);
	buf_init(&session->challenge, MAX_CHALLENGE);
}

void
mailsession_clear(struct mailsession *session)
{
	buf_clear(&session->out);
	buf_clear(&session->message);
	buf_clear(&session->abilities);
	buf_clear(&session->offered);
	buf_clear(&session->challenge);
	memset(session, 0, sizeof(*session));
}

void
mailsession_finish(struct mailsession *session)
{
	buf_clear(&session->out);
	session->dialogue->finish(session);
}

const char *
mailsession_name(enum mail_protocol protocol)
{
	return dialogues[protocol]->name;
}

void
mailsession_secured(struct mailsession *session)
{
	session->is_secure = true;
	session->want = MAILSESSION_LINE;
	mailsession_forget(session);
	session->dialogue->ask(session);
}

enum status
mailsession_line(struct mailsession *session, const char *line,
    struct diag *diag)
{
	enum status r;

	if ((r = session->step(session, line, diag)) != STATUS_OK)
		return r;
	if (buf_status(&session->abilities) == STATUS_DATA ||
	    buf_status(&session->offered) == STATUS_DATA)
		return diag_set(diag, STATUS_DATA,
		    "%.200s has more to say of itself than %d bytes; that is "
		    "no mail server",
		    session->reply.host, MAILSESSION_MAX_ABILITIES);
	if (buf_status(&session->out) != STATUS_OK ||
	    buf_status(&session->abilities) != STATUS_OK ||
	    buf_status(&session->offered) != STATUS_OK)
		return diag_set_nomem(diag);
	return STATUS_OK;
}

/* For the protocols. */

const char *
mail_after_word(const char *line, const char *word)
{
	size_t length = strlen(word);

	if (strncasecmp(line, word, length) != 0)
		return NULL;
	line += length;
	if (*line != '\0' && *line != ' ')
		return NULL;
	return line + strspn(line, " ");
}

void
mailsession_send(struct mailsession *session, const char *line)
{
	buf_add_string(&session->out, line);
	buf_add_string(&session->out, "\r\n");
}

void
mailsession_forget(struct mailsession *session)
{
	session->forms = 0;
	session->takes_initial = false;
	session->has_starttls = false;
	buf_clear(&session->offered);
	buf_clear(&session->abilities);
}

void
mailsession_offer(struct mailsession *session, const char *list)
{
	struct word one;
	size_t i;

	while (words_next(&list, &one)) {
		buf_add_string(&session->offered,
		    session->offered.length > 0 ? " " : "");
		buf_add(&session->offered, one.text, one.length);
		for (i = 0; i < MECHANISM_COUNT; i++)
			if (words_have_like(mechanisms[i].name, &one))
				session->forms |= 1U << mechanisms[i].form;
	}
}

static enum status
no_mechanism(const struct mailsession *session, struct diag *diag)
{
	if (session->offered.length == 0)
		return diag_set(diag, STATUS_CONFIG,
		    "%.100s offers no way to log in with a token; check host "
		    "and port",
		    session->reply.host);
	return diag_set(diag, STATUS_CONFIG,
	    "%.100s offers neither OAUTHBEARER nor XOAUTH2, but %.*s; check "
	    "host and port, and whether OAuth is switched on there",
	    session->reply.host, MAX_OFFERED, buf_text(&session->offered));
}

/* The one that is preferred, and its message, from the token. */
static enum status
choose(struct mailsession *session, struct buf *plain, struct diag *diag)
{
	size_t i = 0;

	while (i < MECHANISM_COUNT - 1 &&
	    (session->forms & 1U << mechanisms[i].form) == 0)
		i++;
	session->form = mechanisms[i].form;
	memcpy(session->name, mechanisms[i].name,
	    strlen(mechanisms[i].name) + 1);
	return reply_format(session->form, &session->reply, plain, diag);
}

/* The same by somebody else, from those with a token that are offered. */
static enum status
let_choose(struct mailsession *session, struct buf *plain, struct diag *diag)
{
	char list[MECHANISM_COUNT * MAILSESSION_NAME_SPACE];
	size_t i, length = 0;

	for (i = 0; i < MECHANISM_COUNT; i++)
		if ((session->forms & 1U << mechanisms[i].form) != 0)
			length += (size_t)snprintf(list + length,
			    sizeof(list) - length, "%s%s",
			    length > 0 ? " " : "", mechanisms[i].name);
	return session->sasl->start(session->sasl->context, list, session->name,
	    &session->reply, plain, diag);
}

static enum status
make_message(struct mailsession *session, struct diag *diag)
{
	struct buf plain;
	enum status r;

	buf_init(&plain, REPLY_MAX_LENGTH);
	r = session->sasl != NULL ? let_choose(session, &plain, diag) :
				    choose(session, &plain, diag);
	if (r == STATUS_OK) {
		base64_encode(&session->message, plain.data, plain.length);
		if (buf_status(&session->message) != STATUS_OK)
			r = diag_set_nomem(diag);
	}
	buf_clear(&plain);
	return r;
}

enum status
mailsession_authenticate(struct mailsession *session, struct diag *diag)
{
	enum status r;
	size_t start;

	if (!session->is_secure)
		return diag_set(diag, STATUS_BUG, "no TLS before a token");
	if (session->forms == 0)
		return no_mechanism(session, diag);
	if ((r = make_message(session, diag)) != STATUS_OK)
		return r;
	start = session->out.length;
	session->dialogue->name_mechanism(session, session->name);
	if (session->out.length - start + strlen(" \r\n") +
		session->message.length <=
	    session->dialogue->max_initial(session)) {
		buf_add_string(&session->out, " ");
		buf_add_string(&session->out, buf_text(&session->message));
		buf_clear(&session->message);
	}
	mailsession_send(session, "");
	session->step = session->dialogue->answer;
	return STATUS_OK;
}

/* What the mechanism says to what the server minds. */
static enum status
answer_challenge(struct mailsession *session, struct diag *diag)
{
	const char *answer;
	size_t length;
	struct buf made;
	enum status r;

	if (session->sasl == NULL) {
		answer = reply_to_error(session->form, &length);
		base64_encode(&session->out, answer, length);
		return STATUS_OK;
	}
	buf_init(&made, REPLY_MAX_LENGTH);
	r = session->sasl->step(session->sasl->context, &session->challenge,
	    &made, diag);
	if (r == STATUS_OK)
		base64_encode(&session->out, buf_text(&made), made.length);
	buf_clear(&made);
	return r;
}

enum status
mailsession_continue(struct mailsession *session, const char *text,
    struct diag *diag)
{
	enum status r;

	if (session->message.length > 0) {
		mailsession_send(session, buf_text(&session->message));
		buf_clear(&session->message);
		return STATUS_OK;
	}
	if (session->challenge.length > 0)
		return mailsession_alien(session, text, diag);
	if (base64_decode(&session->challenge, text, strlen(text)) !=
		STATUS_OK ||
	    session->challenge.length == 0) {
		/* It minds something, but does not say what. */
		buf_clear(&session->challenge);
		buf_add_string(&session->challenge, "?");
	}
	if ((r = answer_challenge(session, diag)) == STATUS_OK)
		mailsession_send(session, "");
	return r;
}

/*
 * The one place where a server's refusal becomes a sentence. The challenge, if
 * there was one, may ask for another scope; else the server's words must do.
 * Only a refusal of the token itself makes another token worth a try.
 */
static enum status
judge_refusal(struct mailsession *session, const char *words, struct diag *diag)
{
	const struct buf *challenge = &session->challenge;
	char shown[MAX_WORDS + 1];
	struct explanation meaning;
	char next[EXPLAIN_MAX_NEXT + 1];

	session->is_refused = true;
	if (challenge->length > 0 &&
	    oauth_judge_challenge(challenge->data, challenge->length,
		session->reply.user, session->granted, diag) == STATUS_CONFIG)
		return STATUS_CONFIG;
	explain_text(words, strlen(words), &meaning);
	explain_show(words, strlen(words), shown, sizeof(shown));
	if (meaning.class == EXPLAIN_UNKNOWN)
		return diag_set(diag, STATUS_REFUSED,
		    "%.100s refused the token of %.100s: \"%s\"; check the "
		    "user name, the scope and the rights of the mailbox",
		    session->reply.host, session->reply.user, shown);
	session->is_refused = meaning.class == EXPLAIN_REFUSED;
	session->next = meaning.next;
	explain_shorten_next(meaning.next, next);
	return diag_set(diag, explain_status(meaning.class),
	    "%.60s refused the token of %.60s (\"%.60s\"): %s; %s",
	    session->reply.host, session->reply.user, shown, meaning.cause,
	    next);
}

enum status
mailsession_refuse(struct mailsession *session, const char *words,
    struct diag *diag)
{
	enum status r = judge_refusal(session, words, diag);

	hide_secret(session->reply.token, diag);
	return r;
}

enum status
mailsession_fail(const struct mailsession *session, enum status status,
    const char *words, struct diag *diag)
{
	char shown[MAX_WORDS + 1];

	explain_show(words, strlen(words), shown, sizeof(shown));
	diag_set(diag, status, "%.100s said: \"%s\"; %s", session->reply.host,
	    shown,
	    status == STATUS_AGAIN ? "try again later" : "check host and port");
	hide_secret(session->reply.token, diag);
	return status;
}

enum status
mailsession_no_tls(const struct mailsession *session, const char *words,
    struct diag *diag)
{
	return diag_set(diag, STATUS_CONFIG,
	    "%.100s (port %s) offers no TLS (%.*s), and a token is sent to "
	    "nobody without it; check host and port, and who is in between",
	    session->reply.host, session->reply.port, MAX_WORDS, words);
}

enum status
mailsession_alien(const struct mailsession *session, const char *line,
    struct diag *diag)
{
	char shown[MAX_WORDS + 1];

	explain_show(line, strlen(line), shown, sizeof(shown));
	diag_set(diag, STATUS_DATA,
	    "%.100s (port %s) does not speak %s: \"%s\"; check host and "
	    "port",
	    session->reply.host, session->reply.port, session->dialogue->name,
	    shown);
	hide_secret(session->reply.token, diag);
	return STATUS_DATA;
}
