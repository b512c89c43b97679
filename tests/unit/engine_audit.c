/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The lines of the audit, as a log daemon receives them: a socket in a
 * directory of the test.
 */

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "audit.h"
#include "engine_fake.h"
#include "token.h"

/* A log daemon: its socket, and what it received last. */
struct daemon {
	char path[AUDIT_MAX_PATH + 1];
	int fd;
	char text[4096];
};

static void
daemon_start(struct daemon *daemon, const struct fake *fake)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	strcpy(daemon->path, scratch_path(fake->scratch, "log"));
	strcpy(address.sun_path, daemon->path);
	daemon->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	assert_true(daemon->fd >= 0);
	assert_int_equal(bind(daemon->fd, (const struct sockaddr *)&address,
			     sizeof(address)),
	    0);
}

static void
daemon_stop(struct daemon *daemon)
{
	close(daemon->fd);
	unlink(daemon->path);
}

/* The next line in daemon->text; false: there is none. */
static bool
receive(struct daemon *daemon)
{
	ssize_t count =
	    recv(daemon->fd, daemon->text, sizeof(daemon->text) - 1, 0);

	daemon->text[count > 0 ? count : 0] = '\0';
	return count > 0;
}

static void
open_audit(struct fake *fake, const struct daemon *daemon)
{
	assert_status(audit_new_at(&fake->renewer.audit, AUDIT_FORM_SYSLOG,
			  daemon->path, &fake->diag),
	    STATUS_OK, &fake->diag);
}

static void
write_line(struct fake *fake, const char *account)
{
	audit_event(fake->renewer.audit, &fake->log, AUDIT_LOGIN, account,
	    STATUS_OK, NULL);
}

static const struct line {
	enum audit_kind kind;
	const char *account;
	enum status status;
	const char *sentence; /* NULL: none */
	const char *priority, *start, *end;
} lines[] = {
	{ AUDIT_LOGIN, ME, STATUS_OK, NULL, "<86>",
	    "event=login account=" ME " outcome=ok uid=", "]" },
	{ AUDIT_RENEWAL, ME, STATUS_REAUTH, "it is over", "<84>",
	    "event=renewal account=" ME " outcome=failed uid=",
	    "] status=reauth why=\"it is over\"" },
	{ AUDIT_REFUSAL, ME, STATUS_REFUSED, "said \"no\" \\ \n", "<84>",
	    "event=refusal account=" ME " outcome=failed uid=",
	    "] status=refused why=\"said \\\"no\\\" \\\\ ?\"" },
	{ AUDIT_LOGOUT, ME, STATUS_OK, "not revoked", "<86>",
	    "event=logout account=" ME " outcome=ok uid=",
	    "] why=\"not revoked\"" },
	{ AUDIT_IMPORT, "/home/me/token.json", STATUS_AGAIN, NULL, "<85>",
	    "event=import account=/home/me/token.json outcome=failed uid=",
	    "] status=again" },
	{ AUDIT_SEAL, "", STATUS_CANCELLED, NULL, "<85>",
	    "event=seal account=\"\" outcome=failed uid=",
	    "] status=cancelled" },
	/* whoever chooses a name forges nothing */
	{ AUDIT_LOGIN, "x outcome=ok", STATUS_DATA, NULL, "<84>",
	    "event=login account=\"x outcome=ok\" outcome=failed uid=",
	    "] status=data" },
	{ AUDIT_LOGIN, "x\" outcome=ok y=\"", STATUS_DATA, NULL, "<84>",
	    "account=\"x\\\" outcome=ok y=\\\"\" outcome=failed uid=",
	    "] status=data" },
	{ AUDIT_LOGIN, "x\\", STATUS_DATA, NULL, "<84>",
	    "account=\"x\\\\\" outcome=failed uid=", "] status=data" },
	{ AUDIT_LOGIN, "x\n<86>event=login\x1b[0m\xff", STATUS_DATA, NULL,
	    "<84>", "account=\"x?<86>event=login?[0m?\" outcome=failed uid=",
	    "] status=data" },
	{ AUDIT_LOGIN, "m\xc3\xa9", STATUS_OK, NULL, "<86>",
	    "account=\"m\xc3\xa9\" outcome=ok uid=", "]" },
};

static void
a_line_says_who_what_and_how_it_ended(void **state)
{
	struct fake *fake = *state;
	struct daemon daemon;
	struct diag diag;
	size_t i;

	daemon_start(&daemon, fake);
	open_audit(fake, &daemon);
	for (i = 0; i < COUNT(lines); i++) {
		unit_row("%s, %s", lines[i].account, lines[i].end);
		if (lines[i].sentence != NULL)
			diag_set(&diag, STATUS_OK, "%s", lines[i].sentence);
		audit_event(fake->renewer.audit, &fake->log, lines[i].kind,
		    lines[i].account, lines[i].status,
		    lines[i].sentence != NULL ? &diag : NULL);
		assert_true(receive(&daemon));
		assert_int_equal(strncmp(daemon.text, lines[i].priority, 4), 0);
		assert_contains(daemon.text, lines[i].start);
		assert_row_text(daemon.text + strlen(daemon.text) -
			strlen(lines[i].end),
		    lines[i].end);
		assert_null(strchr(daemon.text, '\n'));
	}
	assert_int_equal(fake->warnings + fake->notices, 0);
	daemon_stop(&daemon);
}

static void
the_head_is_a_priority_and_a_tag_without_a_time(void **state)
{
	struct fake *fake = *state;
	struct daemon daemon;
	char rest[256];
	int priority;
	long pid;

	daemon_start(&daemon, fake);
	open_audit(fake, &daemon);
	write_line(fake, ME);
	assert_true(receive(&daemon));
	assert_int_equal(sscanf(daemon.text, "<%d>sasl-bearer[%ld]: %255s",
			     &priority, &pid, rest),
	    3);
	assert_int_equal(priority, 86);
	assert_int_equal(pid, getpid());
	assert_string_equal(rest, "event=login");
	assert_contains(daemon.text, "process=engine_audit[");
	daemon_stop(&daemon);
}

static void
a_long_name_is_cut_and_the_rest_stays(void **state)
{
	char name[2000];
	struct fake *fake = *state;
	struct daemon daemon;
	struct diag diag;

	memset(name, '"', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	diag_set(&diag, STATUS_OK, "%s", name);
	daemon_start(&daemon, fake);
	open_audit(fake, &daemon);
	audit_event(fake->renewer.audit, &fake->log, AUDIT_LOGIN, name,
	    STATUS_DATA, &diag);
	assert_true(receive(&daemon));
	assert_contains(daemon.text, "\\\"\" outcome=failed uid=");
	assert_contains(daemon.text, " status=data why=\"\\\"");
	assert_row_text(daemon.text + strlen(daemon.text) - 3, "\\\"\"");
	daemon_stop(&daemon);
}

static void
the_journal_gets_fields(void **state)
{
	struct fake *fake = *state;
	struct daemon daemon;
	struct diag diag;

	diag_set(&diag, STATUS_OK, "it is over");
	daemon_start(&daemon, fake);
	assert_status(audit_new_at(&fake->renewer.audit, AUDIT_FORM_JOURNAL,
			  daemon.path, &fake->diag),
	    STATUS_OK, &fake->diag);
	audit_event(fake->renewer.audit, &fake->log, AUDIT_RENEWAL,
	    "a\nPRIORITY=0", STATUS_REAUTH, &diag);
	assert_true(receive(&daemon));
	assert_int_equal(strncmp(daemon.text, "MESSAGE=event=renewal ", 22), 0);
	assert_contains(daemon.text,
	    "why=\"it is over\"\nPRIORITY=4\nSYSLOG_FACILITY=10\n"
	    "SYSLOG_IDENTIFIER=sasl-bearer\nSASL_BEARER_EVENT=renewal\n"
	    "SASL_BEARER_ACCOUNT=a?PRIORITY=0\nSASL_BEARER_OUTCOME=failed\n"
	    "SASL_BEARER_STATUS=reauth\n");
	daemon_stop(&daemon);
}

static void
nothing_is_open_before_there_is_a_line_and_then_it_is_held_well(void **state)
{
	struct fake *fake = *state;
	struct daemon daemon;
	int before, fd;

	daemon_start(&daemon, fake);
	before = dup(daemon.fd);
	close(before);
	open_audit(fake, &daemon);
	assert_int_equal(fcntl(before, F_GETFD), -1);
	write_line(fake, ME);
	fd = fcntl(before, F_GETFD);
	assert_int_equal(fd, FD_CLOEXEC);
	assert_true((fcntl(before, F_GETFL) & O_NONBLOCK) != 0);
	assert_true(before > STDERR_FILENO);
	audit_free(&fake->renewer.audit);
	assert_int_equal(fcntl(before, F_GETFD), -1);
	daemon_stop(&daemon);
}

/* Connected, and the path is out of reach: as in a chroot. */
static void
who_connected_before_a_chroot_needs_no_path(void **state)
{
	struct fake *fake = *state;
	struct daemon daemon;

	daemon_start(&daemon, fake);
	open_audit(fake, &daemon);
	audit_connect(fake->renewer.audit);
	unlink(daemon.path);
	write_line(fake, ME);
	assert_true(receive(&daemon));
	assert_int_equal(fake->notices, 0);
	daemon_stop(&daemon);
}

static void
a_daemon_that_was_started_anew_is_found(void **state)
{
	struct fake *fake = *state;
	struct daemon daemon;

	daemon_start(&daemon, fake);
	open_audit(fake, &daemon);
	write_line(fake, "first");
	daemon_stop(&daemon);
	write_line(fake, "between");
	assert_int_equal(fake->notices, 1);
	assert_contains(fake->notice, "audit: event=login account=between ");
	daemon_start(&daemon, fake);
	write_line(fake, "second");
	assert_true(receive(&daemon));
	assert_contains(daemon.text, "account=second ");
	assert_int_equal(fake->notices, 1);
	assert_int_equal(fake->warnings, 0);
	daemon_stop(&daemon);
}

/* The program closes what it does not know, and uses the number itself. */
static void
a_descriptor_that_is_the_programs_now_is_left_alone(void **state)
{
	struct fake *fake = *state;
	struct daemon daemon;
	int number, own[2];
	char text[8];

	daemon_start(&daemon, fake);
	number = dup(daemon.fd);
	close(number);
	open_audit(fake, &daemon);
	audit_connect(fake->renewer.audit);
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, own), 0);
	assert_int_equal(dup2(own[0], number), number);
	write_line(fake, ME);
	assert_int_equal(recv(own[1], text, sizeof(text), 0), -1);
	assert_true(receive(&daemon));
	audit_free(&fake->renewer.audit);
	assert_true(fcntl(number, F_GETFD) >= 0);
	close(number);
	close(own[0]);
	close(own[1]);
	daemon_stop(&daemon);
}

/* What failed in the program before has nothing to do with our socket. */
static void
a_lost_descriptor_is_replaced_whatever_errno_says(void **state)
{
	static const int errors[] = { EAGAIN, ENOBUFS, 0 };
	struct fake *fake = *state;
	struct daemon daemon;
	int number;
	size_t i;

	daemon_start(&daemon, fake);
	number = dup(daemon.fd);
	close(number);
	open_audit(fake, &daemon);
	write_line(fake, ME);
	assert_true(receive(&daemon));
	for (i = 0; i < COUNT(errors); i++) {
		unit_row("errno %d", errors[i]);
		assert_int_equal(dup2(STDERR_FILENO, number), number);
		errno = errors[i];
		write_line(fake, ME);
		assert_true(receive(&daemon));
		assert_int_equal(fake->notices, 0);
		audit_free(&fake->renewer.audit);
		assert_int_equal(close(number), 0);
		open_audit(fake, &daemon);
		write_line(fake, ME);
		assert_true(receive(&daemon));
	}
	daemon_stop(&daemon);
}

static void
a_full_queue_holds_nobody_up_and_loses_nothing(void **state)
{
	struct fake *fake = *state;
	unsigned i, received = 0;
	struct daemon daemon;

	daemon_start(&daemon, fake);
	open_audit(fake, &daemon);
	for (i = 0; i < 5000 && fake->notices < 3; i++)
		write_line(fake, ME);
	assert_int_equal(fake->notices, 3);
	while (receive(&daemon))
		received++;
	assert_int_equal(received, i - 3);
	daemon_stop(&daemon);
}

static int
write_in_child(void *context)
{
	write_line(context, "child");
	return ((struct fake *)context)->notices == 0 ? 0 : 1;
}

static void
after_a_fork_both_write(void **state)
{
	struct fake *fake = *state;
	struct daemon daemon;

	daemon_start(&daemon, fake);
	open_audit(fake, &daemon);
	audit_connect(fake->renewer.audit);
	assert_int_equal(unit_child(write_in_child, fake), 0);
	write_line(fake, "parent");
	assert_true(receive(&daemon));
	assert_contains(daemon.text, "account=child ");
	assert_true(receive(&daemon));
	assert_contains(daemon.text, "account=parent ");
	daemon_stop(&daemon);
}

static void
the_option_says_where(void **state)
{
	char conf[AUDIT_MAX_PATH + 32];
	struct fake *fake = *state;
	struct audit *audit;
	struct daemon daemon;

	daemon_start(&daemon, fake);
	fake_configure(fake, "audit = \"none\"\n");
	assert_status(audit_new(&audit, fake->conf, &fake->diag), STATUS_OK,
	    &fake->diag);
	assert_null(audit);
	snprintf(conf, sizeof(conf), "audit = \"%s\"\n", daemon.path);
	fake_configure(fake, conf);
	assert_status(audit_new(&fake->renewer.audit, fake->conf, &fake->diag),
	    STATUS_OK, &fake->diag);
	write_line(fake, ME);
	assert_true(receive(&daemon));
	assert_status(audit_new_at(&audit, AUDIT_FORM_SYSLOG,
			  "/123456789/123456789/123456789/123456789/123456789"
			  "/123456789/123456789/123456789/123456789/123456789"
			  "/123456",
			  &fake->diag),
	    STATUS_OK, &fake->diag);
	audit_free(&audit);
	assert_status(audit_new_at(&audit, AUDIT_FORM_SYSLOG,
			  "/123456789/123456789/123456789/123456789/123456789"
			  "/123456789/123456789/123456789/123456789/123456789"
			  "/1234567",
			  &fake->diag),
	    STATUS_DATA, &fake->diag);
	daemon_stop(&daemon);
}

static void
each_renewal_has_a_line_and_what_was_not_asked_has_none(void **state)
{
	struct fake *fake = *state;
	struct daemon daemon;
	unsigned i;

	daemon_start(&daemon, fake);
	open_audit(fake, &daemon);
	/* nothing to do */
	fake_record(fake, "OLD", -10, 1000, 2000, "");
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	assert_false(receive(&daemon));
	/* a renewal */
	fake_answer(fake, 200, ROTATED_ANSWER);
	fake_record(fake, "OLD", -4000, -1000, -1, "");
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	assert_true(receive(&daemon));
	assert_contains(daemon.text, "event=renewal account=" ME " outcome=ok");
	assert_lacks(daemon.text, "NEW");
	assert_lacks(daemon.text, "R2");
	assert_lacks(daemon.text, "why=");
	assert_false(receive(&daemon));
	/* a failure, which is repeated from memory */
	fake_answer(fake, 400, "{\"error\":\"invalid_grant\"}");
	fake_record(fake, "OLD", -4000, -1000, -1, "");
	for (i = 0; i < 5; i++)
		assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_REAUTH,
		    &fake->diag);
	assert_true(receive(&daemon));
	assert_contains(daemon.text, " outcome=failed uid=");
	assert_contains(daemon.text, " status=reauth why=\"" ME " must be ");
	assert_false(receive(&daemon));
	daemon_stop(&daemon);
}

static int
teardown(void **state)
{
	struct fake *fake = *state;

	audit_free(&fake->renewer.audit);
	return fake_teardown(state);
}

#define AUDIT_TEST(name) \
	cmocka_unit_test_setup_teardown(name, fake_setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		AUDIT_TEST(a_line_says_who_what_and_how_it_ended),
		AUDIT_TEST(the_head_is_a_priority_and_a_tag_without_a_time),
		AUDIT_TEST(a_long_name_is_cut_and_the_rest_stays),
		AUDIT_TEST(the_journal_gets_fields),
		AUDIT_TEST(
		    nothing_is_open_before_there_is_a_line_and_then_it_is_held_well),
		AUDIT_TEST(who_connected_before_a_chroot_needs_no_path),
		AUDIT_TEST(a_daemon_that_was_started_anew_is_found),
		AUDIT_TEST(a_descriptor_that_is_the_programs_now_is_left_alone),
		AUDIT_TEST(a_lost_descriptor_is_replaced_whatever_errno_says),
		AUDIT_TEST(a_full_queue_holds_nobody_up_and_loses_nothing),
		AUDIT_TEST(after_a_fork_both_write),
		AUDIT_TEST(the_option_says_where),
		AUDIT_TEST(
		    each_renewal_has_a_line_and_what_was_not_asked_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
