/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a mail program meets, whose session is logged in already.
 */

#include "unit.h"

#include "front.h"

#define MAX_SPACE 300000

/* A front with both directions, and the session that it is for. */
struct stage {
	struct mailsession session;
	struct front front;
	struct buf to_server, to_client;
	struct diag diag;
};

static void
stage_open(struct stage *stage, enum mail_protocol protocol,
    const char *abilities)
{
	const struct reply reply = { "me@x", "mx", "1", "TOKEN", 5 };

	memset(stage, 0, sizeof(*stage));
	buf_init(&stage->to_server, MAX_SPACE);
	buf_init(&stage->to_client, MAX_SPACE);
	mailsession_start(&stage->session, protocol, &reply, true);
	buf_add_string(&stage->session.abilities, abilities);
	front_start(&stage->front, protocol, &stage->session,
	    &stage->to_client);
}

static void
stage_close(struct stage *stage)
{
	front_clear(&stage->front);
	mailsession_clear(&stage->session);
	buf_clear(&stage->to_server);
	buf_clear(&stage->to_client);
}

static void
client(struct stage *stage, const char *said)
{
	assert_status(front_from_client(&stage->front, said, strlen(said),
			  &stage->to_server, &stage->to_client, &stage->diag),
	    STATUS_OK, &stage->diag);
}

static void
server(struct stage *stage, const char *said)
{
	assert_status(front_from_server(&stage->front, said, strlen(said),
			  &stage->to_server, &stage->to_client, &stage->diag),
	    STATUS_OK, &stage->diag);
}

/* What has been written since, which is forgotten then. */
static void
expect(struct buf *to, const char *text)
{
	assert_row_text(buf_text(to), text);
	buf_clear(to);
}

static void
imap_is_greeted_and_left_alone(void **state)
{
	struct stage stage;

	(void)state;
	stage_open(&stage, MAIL_IMAP, " IMAP4rev1 IDLE");
	expect(&stage.to_client,
	    "* PREAUTH [CAPABILITY IMAP4rev1 IDLE] logged in as me@x\r\n");
	client(&stage, "a AUTH");
	expect(&stage.to_server, "a AUTH");
	server(&stage, "250-AUTH");
	expect(&stage.to_client, "250-AUTH");
	stage_close(&stage);
}

static void
pop_is_let_in_with_any_password(void **state)
{
	struct stage stage;

	(void)state;
	stage_open(&stage, MAIL_POP, "TOP\r\nUIDL\r\n");
	expect(&stage.to_client,
	    "+OK logged in already, any password will do\r\n");
	client(&stage, "capa\r\n");
	expect(&stage.to_client,
	    "+OK what there is\r\nUSER\r\nTOP\r\nUIDL\r\n.\r\n");
	client(&stage, "STLS\r\nAUTH PLAIN\r\n");
	expect(&stage.to_client,
	    "-ERR use USER and PASS, with any password\r\n"
	    "-ERR use USER and PASS, with any password\r\n");
	client(&stage, "USER me\nPA");
	client(&stage, "SS secret\r\nSTAT\r\nPASS again\r\n\001");
	expect(&stage.to_client,
	    "+OK and any password\r\n+OK logged in already\r\n");
	expect(&stage.to_server, "STAT\r\nPASS again\r\n\001");
	stage_close(&stage);
}

static void
pop_passes_what_comes_without_a_login(void **state)
{
	struct stage stage;

	(void)state;
	stage_open(&stage, MAIL_POP, "");
	client(&stage, "STAT\r\nUSER me\r\n");
	expect(&stage.to_server, "STAT\r\nUSER me\r\n");
	stage_close(&stage);
}

/* Answers to EHLO as the server gives them, and as the client sees them. */
static const struct {
	const char *name, *said, *seen;
} answers[] = {
	{ "nothing to hide", "250-mx\r\n250-SIZE 1\r\n250 DSN\r\n",
	    "250-mx\r\n250-SIZE 1\r\n250 DSN\r\n" },
	{ "in the middle",
	    "250-mx\r\n250-AUTH PLAIN\r\n250-AUTH=PLAIN\r\n250 DSN\r\n",
	    "250-mx\r\n250 DSN\r\n" },
	{ "at the end", "250-mx\r\n250-DSN\r\n250-starttls\r\n250 AUTH X\r\n",
	    "250-mx\r\n250 DSN\r\n" },
	{ "all but the name", "250-mx\r\n250 AUTH X\r\n", "250 mx\r\n" },
	{ "names that only look like it",
	    "250-mx\r\n250-AUTHX\r\n250 STARTTLSX\r\n",
	    "250-mx\r\n250-AUTHX\r\n250 STARTTLSX\r\n" },
	{ "a refusal", "502 what\r\n", "502 what\r\n" },
};

static void
smtp_does_not_see_what_is_not_needed(void **state)
{
	struct stage stage;
	size_t i, n;

	(void)state;
	for (i = 0; i < COUNT(answers); i++) {
		unit_row("%s", answers[i].name);
		stage_open(&stage, MAIL_SMTP, "");
		expect(&stage.to_client, "220 mx ESMTP logged in already\r\n");
		client(&stage, "EHLO me\r\n");
		expect(&stage.to_server, "EHLO me\r\n");
		for (n = 0; answers[i].said[n] != '\0'; n++)
			assert_status(front_from_server(&stage.front,
					  answers[i].said + n, 1,
					  &stage.to_server, &stage.to_client,
					  &stage.diag),
			    STATUS_OK, &stage.diag);
		expect(&stage.to_client, answers[i].seen);
		client(&stage, "MAIL FROM:<>\r\nEHLO\r\n");
		expect(&stage.to_server, "MAIL FROM:<>\r\nEHLO\r\n");
		server(&stage, "250 AUTH");
		expect(&stage.to_client, "250 AUTH");
		stage_close(&stage);
	}
}

static const struct {
	const char *said, *answered;
} logins[] = {
	{ "AUTH PLAIN AGEAYg==\r\n", "235 2.7.0 logged in already\r\n" },
	{ "AUTH PLAIN\r\nAGEAYg==\r\n",
	    "334 \r\n235 2.7.0 logged in already\r\n" },
	{ "auth login\r\nbWU=\r\nEHLO\r\n",
	    "334 VXNlcm5hbWU6\r\n334 UGFzc3dvcmQ6\r\n"
	    "235 2.7.0 logged in already\r\n" },
	{ "AUTH LOGIN bWU=\r\nAUTH\r\n",
	    "334 UGFzc3dvcmQ6\r\n235 2.7.0 logged in already\r\n" },
	{ "AUTH LOGIN\r\n*\r\n",
	    "334 VXNlcm5hbWU6\r\n501 5.7.0 as you like\r\n" },
	{ "STARTTLS\r\n", "502 5.5.1 TLS ends before this program\r\n" },
};

static void
smtp_may_log_in_as_it_likes(void **state)
{
	struct stage stage;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(logins); i++) {
		unit_row("%s", logins[i].said);
		stage_open(&stage, MAIL_SMTP, "");
		buf_clear(&stage.to_client);
		client(&stage, logins[i].said);
		expect(&stage.to_client, logins[i].answered);
		expect(&stage.to_server, "");
		client(&stage, "QUIT\r\n");
		expect(&stage.to_server, "QUIT\r\n");
		stage_close(&stage);
	}
}

static void
what_comes_before_the_answer_to_ehlo_waits_for_it(void **state)
{
	struct stage stage;

	(void)state;
	stage_open(&stage, MAIL_SMTP, "");
	buf_clear(&stage.to_client);
	client(&stage, "EHLO me\r\nAUTH PLAIN x\r\nMAIL\r\nRCPT");
	expect(&stage.to_server, "EHLO me\r\n");
	expect(&stage.to_client, "");
	client(&stage, " TO");
	server(&stage, "250-mx\r\n250 AUTH PLAIN\r\nmore");
	expect(&stage.to_client,
	    "250 mx\r\n235 2.7.0 logged in already\r\nmore");
	expect(&stage.to_server, "MAIL\r\nRCPT TO");
	stage_close(&stage);
}

static void
an_endless_line_is_refused(void **state)
{
	static char line[FRONT_MAX_LINE + 1];
	struct stage stage;

	(void)state;
	memset(line, 'x', sizeof(line));
	stage_open(&stage, MAIL_POP, "");
	assert_status(front_from_client(&stage.front, line, sizeof(line),
			  &stage.to_server, &stage.to_client, &stage.diag),
	    STATUS_DATA, &stage.diag);
	stage_close(&stage);
	stage_open(&stage, MAIL_SMTP, "");
	client(&stage, "EHLO me\r\n");
	assert_status(front_from_server(&stage.front, line, sizeof(line),
			  &stage.to_server, &stage.to_client, &stage.diag),
	    STATUS_DATA, &stage.diag);
	stage_close(&stage);
}

static void
a_failure_is_told_in_the_protocol(void **state)
{
	static const struct {
		enum mail_protocol protocol;
		bool is_passing;
		const char *line;
	} lines[] = {
		{ MAIL_IMAP, true, "* BYE why\r\n" },
		{ MAIL_IMAP, false, "* BYE why\r\n" },
		{ MAIL_POP, true, "-ERR [SYS/TEMP] why\r\n" },
		{ MAIL_POP, false, "-ERR why\r\n" },
		{ MAIL_SMTP, true, "421 4.7.0 why\r\n" },
		{ MAIL_SMTP, false, "554 5.7.0 why\r\n" },
	};
	struct buf out;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(lines); i++) {
		buf_init(&out, 100);
		front_refuse(lines[i].protocol, lines[i].is_passing, "why",
		    &out);
		expect(&out, lines[i].line);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(imap_is_greeted_and_left_alone),
		cmocka_unit_test(pop_is_let_in_with_any_password),
		cmocka_unit_test(pop_passes_what_comes_without_a_login),
		cmocka_unit_test(smtp_does_not_see_what_is_not_needed),
		cmocka_unit_test(smtp_may_log_in_as_it_likes),
		cmocka_unit_test(
		    what_comes_before_the_answer_to_ehlo_waits_for_it),
		cmocka_unit_test(an_endless_line_is_refused),
		cmocka_unit_test(a_failure_is_told_in_the_protocol),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
