/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Logging in by POP3: RFC 1939, 2449 (CAPA), 2595 (STLS), 5034 (AUTH). See
 * mail_dialogue.h.
 */

#include <string.h>
#include <strings.h>

#include "mail_dialogue.h"

static mailsession_step step_stls, step_capa, step_capa_line, step_answer,
    step_abilities, step_ability;

static enum status
greeting(struct mailsession *session, const char *line, struct diag *diag)
{
	if (mail_after_word(line, "-ERR") != NULL)
		return mailsession_fail(session, STATUS_AGAIN, line, diag);
	if (mail_after_word(line, "+OK") == NULL)
		return mailsession_alien(session, line, diag);
	if (session->is_secure) {
		session->dialogue->ask(session);
		return STATUS_OK;
	}
	mailsession_send(session, "STLS");
	session->step = step_stls;
	return STATUS_OK;
}

static enum status
step_stls(struct mailsession *session, const char *line, struct diag *diag)
{
	if (mail_after_word(line, "+OK") == NULL)
		return mailsession_no_tls(session, line, diag);
	session->want = MAILSESSION_TLS;
	return STATUS_OK;
}

static void
ask(struct mailsession *session)
{
	mailsession_send(session, "CAPA");
	session->step = step_capa;
}

static enum status
step_capa(struct mailsession *session, const char *line, struct diag *diag)
{
	if (mail_after_word(line, "-ERR") != NULL)
		return mailsession_authenticate(session, diag);
	if (mail_after_word(line, "+OK") == NULL)
		return mailsession_alien(session, line, diag);
	session->step = step_capa_line;
	return STATUS_OK;
}

static enum status
step_capa_line(struct mailsession *session, const char *line, struct diag *diag)
{
	const char *mechanisms;

	if (strcmp(line, ".") == 0)
		return mailsession_authenticate(session, diag);
	if ((mechanisms = mail_after_word(line, "SASL")) != NULL)
		mailsession_offer(session, mechanisms);
	return STATUS_OK;
}

static void
name_mechanism(struct mailsession *session, const char *name)
{
	buf_add_format(&session->out, "AUTH %s", name);
}

/* RFC 2449: no token fits a line of 255 octets; Microsoft wants two. */
static size_t
max_initial(const struct mailsession *session)
{
	(void)session;
	return 0;
}

/* Response codes of trouble that passes: RFC 2449, 3206. */
static bool
is_passing(const char *line)
{
	static const char *const codes[] = { "-ERR [SYS/TEMP]", "-ERR [IN-USE]",
		"-ERR [LOGIN-DELAY]" };
	size_t i;

	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strncasecmp(line, codes[i], strlen(codes[i])) == 0)
			return true;
	return false;
}

static enum status
step_answer(struct mailsession *session, const char *line, struct diag *diag)
{
	if (mail_after_word(line, "+OK") != NULL) {
		mailsession_send(session, "CAPA");
		session->step = step_abilities;
		return STATUS_OK;
	}
	if (line[0] == '+')
		return mailsession_continue(session,
		    line + 1 + strspn(line + 1, " "), diag);
	if (mail_after_word(line, "-ERR") == NULL)
		return mailsession_alien(session, line, diag);
	if (is_passing(line))
		return mailsession_fail(session, STATUS_AGAIN, line, diag);
	return mailsession_refuse(session, line, diag);
}

static enum status
step_abilities(struct mailsession *session, const char *line, struct diag *diag)
{
	buf_clear(&session->abilities);
	if (mail_after_word(line, "-ERR") != NULL) {
		session->want = MAILSESSION_READY;
		return STATUS_OK;
	}
	if (mail_after_word(line, "+OK") == NULL)
		return mailsession_alien(session, line, diag);
	session->step = step_ability;
	return STATUS_OK;
}

static enum status
step_ability(struct mailsession *session, const char *line, struct diag *diag)
{
	(void)diag;
	if (strcmp(line, ".") == 0) {
		session->want = MAILSESSION_READY;
		return STATUS_OK;
	}
	if (mail_after_word(line, "SASL") != NULL ||
	    mail_after_word(line, "STLS") != NULL ||
	    mail_after_word(line, "USER") != NULL)
		return STATUS_OK;
	buf_add_string(&session->abilities, line);
	buf_add_string(&session->abilities, "\r\n");
	return STATUS_OK;
}

static void
finish(struct mailsession *session)
{
	mailsession_send(session, "QUIT");
}

const struct mail_dialogue mail_pop = {
	.name = "POP3",
	.greeting = greeting,
	.ask = ask,
	.name_mechanism = name_mechanism,
	.max_initial = max_initial,
	.answer = step_answer,
	.finish = finish,
};
