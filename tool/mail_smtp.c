/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Logging in by SMTP: RFC 5321, 3207 (STARTTLS), 4954 (AUTH). See
 * mail_dialogue.h.
 */

#include <string.h>
#include <strings.h>

#include "mail_dialogue.h"

/* RFC 5321, 4.5.3.1.4: the command line that every server takes. */
#define MAX_COMMAND 512

/* Who we are is nobody's business: an address literal is a name too. */
#define HELLO "EHLO [127.0.0.1]"

static mailsession_step step_ehlo, step_starttls, step_answer;

/* Is it a line of a reply, and the last one? *text is behind the code. */
static bool
parse_reply(const char *line, bool *is_last, const char **text)
{
	if (strspn(line, "0123456789") != 3 || line[0] < '2' || line[0] > '5' ||
	    (line[3] != '\0' && line[3] != ' ' && line[3] != '-'))
		return false;
	*is_last = line[3] != '-';
	*text = line[3] == '\0' ? line + 3 : line + 4;
	return true;
}

static enum status
status_of(const char *line)
{
	return line[0] == '4' ? STATUS_AGAIN : STATUS_REFUSED;
}

static enum status
greeting(struct mailsession *session, const char *line, struct diag *diag)
{
	const char *text;
	bool is_last;

	if (!parse_reply(line, &is_last, &text))
		return mailsession_alien(session, line, diag);
	if (line[0] != '2')
		return mailsession_fail(session, status_of(line), line, diag);
	if (is_last)
		session->dialogue->ask(session);
	return STATUS_OK;
}

static void
ask(struct mailsession *session)
{
	mailsession_send(session, HELLO);
	session->step = step_ehlo;
}

static void
take_keyword(struct mailsession *session, const char *text)
{
	const char *mechanisms = mail_after_word(text, "AUTH");

	if (mechanisms == NULL && strncasecmp(text, "AUTH=", 5) == 0)
		mechanisms = text + 5; /* from before there was an RFC */
	if (mechanisms != NULL)
		mailsession_offer(session, mechanisms);
	else if (mail_after_word(text, "STARTTLS") != NULL)
		session->has_starttls = true;
}

static enum status
step_ehlo(struct mailsession *session, const char *line, struct diag *diag)
{
	const char *text;
	bool is_last;

	if (!parse_reply(line, &is_last, &text))
		return mailsession_alien(session, line, diag);
	if (line[0] != '2')
		return mailsession_fail(session, status_of(line), line, diag);
	take_keyword(session, text);
	if (!is_last)
		return STATUS_OK;
	if (session->is_secure)
		return mailsession_authenticate(session, diag);
	if (!session->has_starttls)
		return mailsession_no_tls(session, "no STARTTLS", diag);
	mailsession_send(session, "STARTTLS");
	session->step = step_starttls;
	return STATUS_OK;
}

static enum status
step_starttls(struct mailsession *session, const char *line, struct diag *diag)
{
	const char *text;
	bool is_last;

	if (!parse_reply(line, &is_last, &text))
		return mailsession_alien(session, line, diag);
	if (line[0] == '4')
		return mailsession_fail(session, STATUS_AGAIN, line, diag);
	if (line[0] != '2')
		return mailsession_no_tls(session, line, diag);
	if (is_last)
		session->want = MAILSESSION_TLS;
	return STATUS_OK;
}

static void
name_mechanism(struct mailsession *session, const char *name)
{
	buf_add_format(&session->out, "AUTH %s", name);
}

static size_t
max_initial(const struct mailsession *session)
{
	(void)session;
	return MAX_COMMAND;
}

static enum status
step_answer(struct mailsession *session, const char *line, struct diag *diag)
{
	const char *text;
	bool is_last;

	if (!parse_reply(line, &is_last, &text))
		return mailsession_alien(session, line, diag);
	if (line[0] == '3')
		return mailsession_continue(session, text, diag);
	if (line[0] == '4')
		return mailsession_fail(session, STATUS_AGAIN, line, diag);
	if (line[0] != '2')
		return mailsession_refuse(session, line, diag);
	if (is_last)
		session->want = MAILSESSION_READY;
	return STATUS_OK;
}

static void
finish(struct mailsession *session)
{
	mailsession_send(session, "QUIT");
}

const struct mail_dialogue mail_smtp = {
	.name = "SMTP",
	.greeting = greeting,
	.ask = ask,
	.name_mechanism = name_mechanism,
	.max_initial = max_initial,
	.answer = step_answer,
	.finish = finish,
};
