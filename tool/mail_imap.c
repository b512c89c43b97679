/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Logging in by IMAP: RFC 9051, 4959 (SASL-IR), 7628. See mail_dialogue.h.
 *
 * BUGS: Literals are not understood; no server sends one before the login.
 */

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "mail_dialogue.h"
#include "words.h"

/* RFC 7162, section 4: servers take command lines of that length. */
#define MAX_COMMAND 8192

/* Our tags are "B1", "B2", ... */
#define TAG_SPACE 16

static mailsession_step step_starttls, step_capability, step_answer,
    step_abilities;

static void
begin(struct mailsession *session, const char *command)
{
	buf_add_format(&session->out, "B%u %s", ++session->tag, command);
}

/* What is behind our tag, or NULL. */
static const char *
after_tag(const struct mailsession *session, const char *line)
{
	char tag[TAG_SPACE];

	snprintf(tag, sizeof(tag), "B%u", session->tag);
	return mail_after_word(line, tag);
}

/* The lines that may come at any time. */
static enum status
take_untagged(const struct mailsession *session, const char *line,
    struct diag *diag)
{
	if (mail_after_word(line, "* BYE") != NULL)
		return mailsession_fail(session, STATUS_AGAIN, line, diag);
	if (line[0] == '*' && line[1] == ' ')
		return STATUS_OK;
	return mailsession_alien(session, line, diag);
}

static enum status
greeting(struct mailsession *session, const char *line, struct diag *diag)
{
	if (mail_after_word(line, "* BYE") != NULL)
		return mailsession_fail(session, STATUS_AGAIN, line, diag);
	/* Before TLS that is how somebody in between would get around it. */
	if (mail_after_word(line, "* PREAUTH") != NULL)
		return mailsession_fail(session, STATUS_REFUSED, line, diag);
	if (mail_after_word(line, "* OK") == NULL)
		return mailsession_alien(session, line, diag);
	if (session->is_secure) {
		session->dialogue->ask(session);
		return STATUS_OK;
	}
	begin(session, "STARTTLS\r\n");
	session->step = step_starttls;
	return STATUS_OK;
}

static enum status
step_starttls(struct mailsession *session, const char *line, struct diag *diag)
{
	const char *result = after_tag(session, line);

	if (result == NULL)
		return take_untagged(session, line, diag);
	if (mail_after_word(result, "OK") == NULL)
		return mailsession_no_tls(session, result, diag);
	session->want = MAILSESSION_TLS;
	return STATUS_OK;
}

static void
ask(struct mailsession *session)
{
	begin(session, "CAPABILITY\r\n");
	session->step = step_capability;
}

/* One word of CAPABILITY, before the login. */
static void
take_word(struct mailsession *session, const char *word)
{
	if (strncasecmp(word, "AUTH=", 5) == 0)
		mailsession_offer(session, word + 5);
	else if (strcasecmp(word, "SASL-IR") == 0)
		session->takes_initial = true;
}

/* One word of it after the login: what the client may still use. */
static void
keep_word(struct mailsession *session, const char *word)
{
	if (strncasecmp(word, "AUTH=", 5) == 0 ||
	    strcasecmp(word, "SASL-IR") == 0 ||
	    strcasecmp(word, "STARTTLS") == 0 ||
	    strcasecmp(word, "LOGINDISABLED") == 0)
		return;
	buf_add_string(&session->abilities, " ");
	buf_add_string(&session->abilities, word);
}

static void
for_each_word(struct mailsession *session, const char *words,
    void (*take)(struct mailsession *session, const char *word))
{
	struct word one;
	char word[128];

	while (words_next(&words, &one)) {
		if (one.length >= sizeof(word))
			continue;
		memcpy(word, one.text, one.length);
		word[one.length] = '\0';
		take(session, word);
	}
}

static enum status
step_capability(struct mailsession *session, const char *line,
    struct diag *diag)
{
	const char *rest;

	if ((rest = mail_after_word(line, "* CAPABILITY")) != NULL) {
		for_each_word(session, rest, take_word);
		return STATUS_OK;
	}
	if ((rest = after_tag(session, line)) == NULL)
		return take_untagged(session, line, diag);
	if (mail_after_word(rest, "OK") == NULL)
		return mailsession_alien(session, line, diag);
	return mailsession_authenticate(session, diag);
}

static void
name_mechanism(struct mailsession *session, const char *name)
{
	begin(session, "AUTHENTICATE ");
	buf_add_string(&session->out, name);
}

static size_t
max_initial(const struct mailsession *session)
{
	return session->takes_initial ? MAX_COMMAND : 0;
}

/* Response codes of trouble that passes: RFC 5530. */
static bool
is_passing(const char *result)
{
	static const char *const codes[] = { "NO [UNAVAILABLE]", "NO [INUSE]",
		"NO [LIMIT]", "NO [SERVERBUG]" };
	size_t i;

	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strncasecmp(result, codes[i], strlen(codes[i])) == 0)
			return true;
	return false;
}

static enum status
step_answer(struct mailsession *session, const char *line, struct diag *diag)
{
	const char *result;

	if (line[0] == '+')
		return mailsession_continue(session,
		    line + 1 + strspn(line + 1, " "), diag);
	if ((result = after_tag(session, line)) == NULL)
		return take_untagged(session, line, diag);
	if (mail_after_word(result, "OK") == NULL) {
		if (is_passing(result))
			return mailsession_fail(session, STATUS_AGAIN, result,
			    diag);
		return mailsession_refuse(session, result, diag);
	}
	begin(session, "CAPABILITY\r\n");
	session->step = step_abilities;
	return STATUS_OK;
}

static enum status
step_abilities(struct mailsession *session, const char *line, struct diag *diag)
{
	const char *rest;

	if ((rest = mail_after_word(line, "* CAPABILITY")) != NULL) {
		buf_clear(&session->abilities);
		for_each_word(session, rest, keep_word);
		return STATUS_OK;
	}
	if ((rest = after_tag(session, line)) == NULL)
		return take_untagged(session, line, diag);
	if (mail_after_word(rest, "OK") == NULL)
		return mailsession_fail(session, STATUS_AGAIN, rest, diag);
	session->want = MAILSESSION_READY;
	return STATUS_OK;
}

static void
finish(struct mailsession *session)
{
	begin(session, "LOGOUT\r\n");
}

const struct mail_dialogue mail_imap = {
	.name = "IMAP",
	.greeting = greeting,
	.ask = ask,
	.name_mechanism = name_mechanism,
	.max_initial = max_initial,
	.answer = step_answer,
	.finish = finish,
};
