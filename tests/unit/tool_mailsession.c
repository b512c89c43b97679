/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The dialogues of a login, each as a script: what the server says ("S: "),
 * what must be answered ("C: "), and where TLS begins ("TLS").
 */

#include "unit.h"

#include "base64.h"
#include "mailsession.h"

#define MAX_SCRIPT 24

/* The message for me@x with the token TOKEN, at mx port 1. */
#define XOAUTH2 "dXNlcj1tZUB4AWF1dGg9QmVhcmVyIFRPS0VOAQE="
#define OAUTHBEARER \
	"bixhPW1lQHgsAWhvc3Q9bXgBcG9ydD0xAWF1dGg9QmVhcmVyIFRPS0VOAQE="

/* {"status":"400"} and {"status":"insufficient_scope","scope":"mail"} */
#define CHALLENGE "eyJzdGF0dXMiOiI0MDAifQ=="
#define WANTS_SCOPE \
	"eyJzdGF0dXMiOiJpbnN1ZmZpY2llbnRfc2NvcGUiLCJzY29wZSI6Im1haWwifQ=="

static const struct row {
	const char *name;
	enum mail_protocol protocol;
	bool is_secure;
	const char *script[MAX_SCRIPT];
	enum status status; /* of the last line */
	bool is_refused;
	const char *text; /* in the sentence, or the abilities */
} rows[] = {
	{ "IMAP with SASL-IR", MAIL_IMAP, true,
	    { "S: * OK hello", "C: B1 CAPABILITY",
		"S: * CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=XOAUTH2",
		"S: B1 OK done", "C: B2 AUTHENTICATE XOAUTH2 " XOAUTH2,
		"S: * CAPABILITY IGNORED", "S: B2 OK welcome",
		"C: B3 CAPABILITY",
		"S: * CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR STARTTLS "
		"LOGINDISABLED IDLE",
		"S: B3 OK done" },
	    STATUS_OK, false, " IMAP4rev1 IDLE" },
	{ "OAUTHBEARER is preferred, with host and port", MAIL_IMAP, true,
	    { "S: * OK", "C: B1 CAPABILITY",
		"S: * CAPABILITY AUTH=XOAUTH2 AUTH=OAUTHBEARER", "S: B1 OK",
		"C: B2 AUTHENTICATE OAUTHBEARER", "S: +", "C: " OAUTHBEARER,
		"S: B2 OK", "C: B3 CAPABILITY", "S: B3 OK" },
	    STATUS_OK, false, "" },
	{ "IMAP with STARTTLS forgets what came before it", MAIL_IMAP, false,
	    { "S: * OK [CAPABILITY AUTH=OAUTHBEARER] hello", "C: B1 STARTTLS",
		"S: B1 OK go", "TLS", "C: B2 CAPABILITY",
		"S: * CAPABILITY IMAP4rev1 AUTH=XOAUTH2", "S: B2 OK",
		"C: B3 AUTHENTICATE XOAUTH2", "S: + ", "C: " XOAUTH2,
		"S: B3 OK", "C: B4 CAPABILITY", "S: B4 OK" },
	    STATUS_OK, false, "" },
	{ "IMAP, XOAUTH2 answers a challenge with nothing", MAIL_IMAP, true,
	    { "S: * OK", "C: B1 CAPABILITY", "S: * CAPABILITY AUTH=XOAUTH2",
		"S: B1 OK", "C: B2 AUTHENTICATE XOAUTH2", "S: +", "C: " XOAUTH2,
		"S: + " CHALLENGE,
		"C: ", "S: B2 NO [AUTHENTICATIONFAILED] no" },
	    STATUS_REFUSED, true, "NO [AUTHENTICATIONFAILED] no" },
	{ "IMAP, OAUTHBEARER answers with one byte", MAIL_IMAP, true,
	    { "S: * OK", "C: B1 CAPABILITY", "S: * CAPABILITY AUTH=OAUTHBEARER",
		"S: B1 OK", "C: B2 AUTHENTICATE OAUTHBEARER", "S: +",
		"C: " OAUTHBEARER, "S: + " CHALLENGE,
		"C: AQ==", "S: B2 NO no" },
	    STATUS_REFUSED, true, "NO no" },
	{ "IMAP, a challenge for another scope", MAIL_IMAP, true,
	    { "S: * OK", "C: B1 CAPABILITY", "S: * CAPABILITY AUTH=OAUTHBEARER",
		"S: B1 OK", "C: B2 AUTHENTICATE OAUTHBEARER", "S: +",
		"C: " OAUTHBEARER, "S: + " WANTS_SCOPE,
		"C: AQ==", "S: B2 NO no" },
	    STATUS_CONFIG, true, "another scope" },
	{ "IMAP, a challenge that is none, and a second one", MAIL_IMAP, true,
	    { "S: * OK", "C: B1 CAPABILITY", "S: * CAPABILITY AUTH=XOAUTH2",
		"S: B1 OK", "C: B2 AUTHENTICATE XOAUTH2", "S: +", "C: " XOAUTH2,
		"S: + ???", "C: ", "S: + ???" },
	    STATUS_DATA, false, "does not speak IMAP" },
	{ "IMAP, trouble that passes", MAIL_IMAP, true,
	    { "S: * OK", "C: B1 CAPABILITY", "S: * CAPABILITY AUTH=XOAUTH2",
		"S: B1 OK", "C: B2 AUTHENTICATE XOAUTH2", "S: +", "C: " XOAUTH2,
		"S: B2 NO [UNAVAILABLE] later" },
	    STATUS_AGAIN, false, "later" },
	{ "IMAP says BYE", MAIL_IMAP, true, { "S: * BYE too many" },
	    STATUS_AGAIN, false, "too many" },
	{ "IMAP says BYE later", MAIL_IMAP, true,
	    { "S: * OK", "C: B1 CAPABILITY", "S: * BYE idle" }, STATUS_AGAIN,
	    false, "idle" },
	{ "IMAP without STARTTLS", MAIL_IMAP, false,
	    { "S: * OK", "C: B1 STARTTLS", "S: B1 BAD what" }, STATUS_CONFIG,
	    false, "no TLS" },
	{ "IMAP, PREAUTH instead of STARTTLS", MAIL_IMAP, false,
	    { "S: * PREAUTH hello" }, STATUS_REFUSED, false, "PREAUTH" },
	{ "IMAP that offers nothing", MAIL_IMAP, true,
	    { "S: * OK", "C: B1 CAPABILITY",
		"S: * CAPABILITY IMAP4rev1 AUTH=XOAUTH", "S: B1 OK" },
	    STATUS_CONFIG, false, "but XOAUTH;" },
	{ "not IMAP", MAIL_IMAP, true, { "S: +OK pop" }, STATUS_DATA, false,
	    "does not speak IMAP" },
	{ "a wrong tag", MAIL_IMAP, true,
	    { "S: * OK", "C: B1 CAPABILITY", "S: B11 OK" }, STATUS_DATA, false,
	    "does not speak IMAP" },

	{ "POP3 in two lines", MAIL_POP, true,
	    { "S: +OK hello", "C: CAPA", "S: +OK", "S: UIDL",
		"S: SASL PLAIN XOAUTH2", "S: .", "C: AUTH XOAUTH2", "S: + ",
		"C: " XOAUTH2, "S: +OK in", "C: CAPA", "S: +OK", "S: TOP",
		"S: SASL PLAIN", "S: STLS", "S: USER", "S: UIDL", "S: ." },
	    STATUS_OK, false, "TOP\r\nUIDL\r\n" },
	{ "POP3 with STLS", MAIL_POP, false,
	    { "S: +OK", "C: STLS", "S: +OK go", "TLS", "C: CAPA", "S: +OK",
		"S: sasl oauthbearer", "S: .", "C: AUTH OAUTHBEARER", "S: +",
		"C: " OAUTHBEARER, "S: +OK", "C: CAPA", "S: -ERR no" },
	    STATUS_OK, false, "" },
	{ "POP3 without STLS", MAIL_POP, false,
	    { "S: +OK", "C: STLS", "S: -ERR what" }, STATUS_CONFIG, false,
	    "no TLS" },
	{ "POP3 without CAPA", MAIL_POP, true,
	    { "S: +OK", "C: CAPA", "S: -ERR what" }, STATUS_CONFIG, false,
	    "offers no way" },
	{ "POP3 says no", MAIL_POP, true,
	    { "S: +OK", "C: CAPA", "S: +OK", "S: SASL XOAUTH2", "S: .",
		"C: AUTH XOAUTH2", "S: +", "C: " XOAUTH2, "S: + " CHALLENGE,
		"C: ", "S: -ERR [AUTH] no" },
	    STATUS_REFUSED, true, "-ERR [AUTH] no" },
	{ "POP3, the mailbox is in use", MAIL_POP, true,
	    { "S: +OK", "C: CAPA", "S: +OK", "S: SASL XOAUTH2", "S: .",
		"C: AUTH XOAUTH2", "S: +", "C: " XOAUTH2,
		"S: -ERR [IN-USE] wait" },
	    STATUS_AGAIN, false, "[IN-USE] wait" },
	{ "POP3 turns everybody away", MAIL_POP, true, { "S: -ERR full" },
	    STATUS_AGAIN, false, "full" },

	{ "SMTP at once", MAIL_SMTP, true,
	    { "S: 220-hello", "S: 220 mx", "C: EHLO [127.0.0.1]", "S: 250-mx",
		"S: 250-AUTH LOGIN XOAUTH2", "S: 250 SIZE 1",
		"C: AUTH XOAUTH2 " XOAUTH2, "S: 235 2.7.0 in" },
	    STATUS_OK, false, "" },
	{ "SMTP with STARTTLS", MAIL_SMTP, false,
	    { "S: 220 mx", "C: EHLO [127.0.0.1]", "S: 250-mx",
		"S: 250-AUTH OAUTHBEARER", "S: 250 STARTTLS", "C: STARTTLS",
		"S: 220 go", "TLS", "C: EHLO [127.0.0.1]", "S: 250-mx",
		"S: 250 AUTH=XOAUTH2", "C: AUTH XOAUTH2 " XOAUTH2,
		"S: 235 in" },
	    STATUS_OK, false, "" },
	{ "SMTP that asks for the message again", MAIL_SMTP, true,
	    {
		"S: 220 mx",
		"C: EHLO [127.0.0.1]",
		"S: 250-mx",
		"S: 250 AUTH OAUTHBEARER",
		"C: AUTH OAUTHBEARER " OAUTHBEARER,
		"S: 334 " CHALLENGE,
		"C: AQ==",
		"S: 535-5.7.8 no",
	    },
	    STATUS_REFUSED, true, "535-5.7.8 no" },
	{ "SMTP without STARTTLS", MAIL_SMTP, false,
	    { "S: 220 mx", "C: EHLO [127.0.0.1]", "S: 250-mx",
		"S: 250 AUTH XOAUTH2" },
	    STATUS_CONFIG, false, "no TLS" },
	{ "SMTP, TLS is not there today", MAIL_SMTP, false,
	    { "S: 220 mx", "C: EHLO [127.0.0.1]", "S: 250 STARTTLS",
		"C: STARTTLS", "S: 454 4.7.0 later" },
	    STATUS_AGAIN, false, "454 4.7.0 later" },
	{ "SMTP, nobody can log in today", MAIL_SMTP, true,
	    { "S: 220 mx", "C: EHLO [127.0.0.1]", "S: 250 AUTH XOAUTH2",
		"C: AUTH XOAUTH2 " XOAUTH2, "S: 454 4.7.0 later" },
	    STATUS_AGAIN, false, "454 4.7.0 later" },
	{ "SMTP, what is refused is not the token", MAIL_SMTP, true,
	    { "S: 220 mx", "C: EHLO [127.0.0.1]", "S: 250 AUTH XOAUTH2",
		"C: AUTH XOAUTH2 " XOAUTH2,
		"S: 504 5.7.4 Unrecognized authentication type" },
	    STATUS_CONFIG, false, "504 5.7.4" },
	{ "SMTP, the tenant has switched it off", MAIL_SMTP, true,
	    { "S: 220 mx", "C: EHLO [127.0.0.1]", "S: 250 AUTH XOAUTH2",
		"C: AUTH XOAUTH2 " XOAUTH2,
		"S: 535 5.7.139 Authentication unsuccessful, "
		"SmtpClientAuthentication is disabled for the Tenant." },
	    STATUS_CONFIG, false, "535 5.7.139" },
	{ "SMTP that does not want us", MAIL_SMTP, true, { "S: 554 go away" },
	    STATUS_REFUSED, false, "554 go away" },
	{ "not SMTP", MAIL_SMTP, true, { "S: * OK imap" }, STATUS_DATA, false,
	    "does not speak SMTP" },
};

static const struct reply reply = { "me@x", "mx", "1", "TOKEN", 5 };

/* The client's line is the next in out, which is empty then. */
static void
expect(struct mailsession *session, const char *line)
{
	char whole[256];

	snprintf(whole, sizeof(whole), "%s\r\n", line);
	assert_row_text(buf_text(&session->out), whole);
	buf_clear(&session->out);
}

static void
play(const struct row *row)
{
	struct mailsession session;
	enum status r = STATUS_OK;
	struct diag diag = { "" };
	size_t i;

	unit_row("%s", row->name);
	mailsession_start(&session, row->protocol, &reply, row->is_secure);
	for (i = 0; i < MAX_SCRIPT && row->script[i] != NULL; i++) {
		assert_status(r, STATUS_OK, &diag);
		if (strcmp(row->script[i], "TLS") == 0) {
			assert_row_int(session.want, MAILSESSION_TLS);
			mailsession_secured(&session);
			continue;
		}
		assert_row_int(session.want, MAILSESSION_LINE);
		if (row->script[i][0] == 'C')
			expect(&session, row->script[i] + 3);
		else
			r = mailsession_line(&session, row->script[i] + 3,
			    &diag);
	}
	assert_row_text(buf_text(&session.out), "");
	assert_row_int(r, row->status);
	assert_row_int(session.is_refused, row->is_refused);
	if (r == STATUS_OK) {
		assert_row_int(session.want, MAILSESSION_READY);
		assert_row_text(buf_text(&session.abilities), row->text);
	} else
		assert_contains(diag.text, row->text);
	assert_lacks(diag.text, "TOKEN");
	mailsession_clear(&session);
}

/* A library that makes the messages; what it was asked is in `asked`. */
struct library {
	char asked[128];
	enum status start, step;
};

static enum status
library_start(void *context, const char *mechanisms,
    char name[MAILSESSION_NAME_SPACE], struct reply *made, struct buf *message,
    struct diag *diag)
{
	struct library *library = context;

	snprintf(library->asked, sizeof(library->asked), "%s", mechanisms);
	if (library->start != STATUS_OK)
		return diag_set(diag, library->start, "no message");
	snprintf(name, MAILSESSION_NAME_SPACE, "XOAUTH2");
	made->token = "ANOTHER-TOKEN";
	made->user = "you@x";
	buf_add_string(message, "hello");
	return STATUS_OK;
}

static enum status
library_step(void *context, const struct buf *challenge, struct buf *answer,
    struct diag *diag)
{
	struct library *library = context;

	snprintf(library->asked, sizeof(library->asked), "%s",
	    buf_text(challenge));
	buf_add_string(answer, "sorry");
	return diag_set(diag, library->step, "no answer");
}

/* To the point where the server has heard the mechanism. */
static enum status
begin_by_library(struct mailsession *session,
    const struct mailsession_sasl *sasl, struct diag *diag)
{
	mailsession_start(session, MAIL_SMTP, &reply, true);
	session->sasl = sasl;
	assert_int_equal(mailsession_line(session, "220 mx", diag), STATUS_OK);
	buf_clear(&session->out);
	return mailsession_line(session,
	    "250 AUTH PLAIN XOAUTH2 OAUTHBEARER LOGIN", diag);
}

static void
a_library_can_make_the_messages(void **state)
{
	struct library library = { "", STATUS_OK, STATUS_OK };
	const struct mailsession_sasl sasl = { library_start, library_step,
		&library };
	struct mailsession session;
	struct diag diag = { "" };

	(void)state;
	unit_row("a library");
	assert_status(begin_by_library(&session, &sasl, &diag), STATUS_OK,
	    &diag);
	assert_string_equal(library.asked, "OAUTHBEARER XOAUTH2");
	expect(&session, "AUTH XOAUTH2 aGVsbG8=");
	assert_status(mailsession_line(&session, "334 " CHALLENGE, &diag),
	    STATUS_OK, &diag);
	assert_string_equal(library.asked, "{\"status\":\"400\"}");
	expect(&session, "c29ycnk=");
	assert_int_equal(
	    mailsession_line(&session, "535 5.7.3 no, ANOTHER-TOKEN", &diag),
	    STATUS_REFUSED);
	assert_contains(diag.text, "you@x");
	assert_lacks(diag.text, "ANOTHER-TOKEN");
	assert_non_null(session.next);
	mailsession_finish(&session);
	expect(&session, "QUIT");
	mailsession_clear(&session);
}

static void
what_a_library_fails_at_ends_the_login(void **state)
{
	struct library library = { "", STATUS_REAUTH, STATUS_OK };
	const struct mailsession_sasl sasl = { library_start, library_step,
		&library };
	struct mailsession session;
	struct diag diag = { "" };

	(void)state;
	assert_int_equal(begin_by_library(&session, &sasl, &diag),
	    STATUS_REAUTH);
	assert_string_equal(diag.text, "no message");
	assert_string_equal(buf_text(&session.out), "");
	mailsession_clear(&session);
	library.start = STATUS_OK;
	library.step = STATUS_CONFIG;
	assert_status(begin_by_library(&session, &sasl, &diag), STATUS_OK,
	    &diag);
	buf_clear(&session.out);
	assert_int_equal(mailsession_line(&session, "334 " CHALLENGE, &diag),
	    STATUS_CONFIG);
	assert_string_equal(buf_text(&session.out), "");
	mailsession_clear(&session);
}

static void
each_dialogue(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		play(&rows[i]);
}

/* Plays IMAP or SMTP until the token may go; returns whether it went. */
static bool
goes_with_command(enum mail_protocol protocol, size_t token_length)
{
	static char token[REPLY_MAX_LENGTH];
	struct reply long_reply = { "me@x", NULL, NULL, token, token_length };
	struct mailsession session;
	bool went;

	memset(token, 'x', sizeof(token));
	mailsession_start(&session, protocol, &long_reply, true);
	if (protocol == MAIL_IMAP) {
		mailsession_line(&session, "* OK", NULL);
		mailsession_line(&session, "* CAPABILITY SASL-IR AUTH=XOAUTH2",
		    NULL);
	} else
		mailsession_line(&session, "220 mx", NULL);
	buf_clear(&session.out);
	assert_int_equal(
	    mailsession_line(&session,
		protocol == MAIL_IMAP ? "B1 OK" : "250 AUTH XOAUTH2", NULL),
	    STATUS_OK);
	went = session.message.length == 0;
	assert_true(session.out.length <=
	    (protocol == MAIL_IMAP ? (size_t)8192 : (size_t)512));
	mailsession_clear(&session);
	return went;
}

/* The message is 24 bytes longer than the token, and 4/3 of that in base64. */
static void
a_long_token_does_not_go_with_the_command(void **state)
{
	(void)state;
	assert_true(goes_with_command(MAIL_SMTP, 345));
	assert_false(goes_with_command(MAIL_SMTP, 352));
	assert_true(goes_with_command(MAIL_IMAP, 6096));
	assert_false(goes_with_command(MAIL_IMAP, 6104));
}

static void
endless_abilities_are_refused(void **state)
{
	struct mailsession session;
	struct diag diag;
	char line[2000];
	enum status r = STATUS_OK;
	int i;

	(void)state;
	memset(line, 'x', sizeof(line));
	memcpy(line, "SASL ", 5);
	line[sizeof(line) - 1] = '\0';
	mailsession_start(&session, MAIL_POP, &reply, true);
	mailsession_line(&session, "+OK", NULL);
	mailsession_line(&session, "+OK", NULL);
	for (i = 0; i < 100 && r == STATUS_OK; i++)
		r = mailsession_line(&session, line, &diag);
	assert_status(r, STATUS_DATA, &diag);
	mailsession_clear(&session);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_dialogue),
		cmocka_unit_test(a_library_can_make_the_messages),
		cmocka_unit_test(what_a_library_fails_at_ends_the_login),
		cmocka_unit_test(a_long_token_does_not_go_with_the_command),
		cmocka_unit_test(endless_abilities_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
