/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Who must act, by when; and what a monitoring system makes of it.
 */

#include "unit.h"

#include <unistd.h>

#include "attention.h"
#include "clock.h"
#include "need.h"
#include "view.h"

#define NOW INT64_C(1700000000)
#define DAY INT64_C(86400)
#define ME "me@example.com"

/* What all rows have, but where they say something else: a good login. */
static struct overview
usual(void)
{
	static char name[] = ME, title[] = "Contoso Mail";

	return (struct overview){
		.account = name,
		.login = name,
		.mailbox = name,
		.title = title,
		.state = OVERVIEW_VALID,
		.configured = true,
		.has_record = true,
		.has_grant = true,
		.can_renew = true,
		.is_personal = true,
		.token_length = 10,
		.obtained_at = NOW - 600,
		.renew_at = NOW + 1200,
		.expires_at = NOW + 3000,
		.granted_at = NOW - 2 * DAY,
		.renewed_at = NOW - 600,
	};
}

static void
is_usual(struct overview *overview)
{
	(void)overview;
}

static void
fails_for_good(struct overview *overview)
{
	static char text[] = "the password was changed";

	overview->state = OVERVIEW_FAILING;
	overview->error = STATUS_REAUTH;
	overview->error_text = text;
	overview->error_at = NOW - 10;
}

static void
fails_for_now(struct overview *overview)
{
	static char text[] = "the endpoint does not answer";

	overview->state = OVERVIEW_FAILING;
	overview->error = STATUS_AGAIN;
	overview->error_text = text;
	overview->error_at = NOW - 10;
	overview->error_until = NOW + 20;
}

static void
fails_for_now_and_is_over(struct overview *overview)
{
	fails_for_now(overview);
	overview->expires_at = NOW - 1;
}

static void
has_a_bad_client(struct overview *overview)
{
	fails_for_good(overview);
	overview->error = STATUS_CONFIG;
}

static void
has_a_damaged_grant(struct overview *overview)
{
	fails_for_good(overview);
	overview->state = OVERVIEW_UNREADABLE;
	overview->error = STATUS_DATA;
	overview->can_renew = false;
}

static void
may_not_be_read(struct overview *overview)
{
	fails_for_good(overview);
	overview->state = OVERVIEW_UNREADABLE;
	overview->error = STATUS_ACCESS;
}

static void
does_not_renew(struct overview *overview)
{
	overview->can_renew = false;
}

static void
does_not_renew_any_more(struct overview *overview)
{
	overview->can_renew = false;
	overview->state = OVERVIEW_EXPIRED;
	overview->expires_at = NOW - 1;
}

static void
was_never_logged_in(struct overview *overview)
{
	overview->state = OVERVIEW_LOGGED_OUT;
	overview->has_record = overview->has_grant = false;
	overview->can_renew = false;
	overview->token_length = 0;
	overview->granted_at = overview->renewed_at = 0;
	overview->expires_at = overview->obtained_at = 0;
}

static void
is_hidden(struct overview *overview)
{
	overview->can_renew = false;
	overview->grant_hidden = true;
	overview->granted_at = overview->renewed_at = 0;
}

static void
is_hidden_and_over(struct overview *overview)
{
	is_hidden(overview);
	overview->state = OVERVIEW_EXPIRED;
	overview->expires_at = NOW - 1;
}

static void
is_in_testing(struct overview *overview)
{
	overview->testing_days = 7;
	overview->refresh_expires_at = NOW + 5 * DAY;
}

static void
was_in_testing(struct overview *overview)
{
	is_in_testing(overview);
	fails_for_good(overview);
	overview->granted_at = NOW - 7 * DAY - 100;
	overview->renewed_at = NOW - DAY;
	overview->refresh_expires_at = NOW - 100;
}

static void
was_given_a_time(struct overview *overview)
{
	overview->testing_days = 7;
	overview->refresh_expires_at = NOW + 60 * DAY;
}

/* It was renewed after the time that was named once. */
static void
has_outlived_its_end(struct overview *overview)
{
	overview->refresh_expires_at = NOW - DAY;
}

static void
has_an_end_that_moves(struct overview *overview)
{
	overview->refresh_expires_at = NOW + 1800;
	overview->refresh_moved_at = NOW - 600;
}

static void
is_unused(struct overview *overview)
{
	overview->unused_days = 90;
	overview->granted_at = NOW - 120 * DAY;
	overview->renewed_at = NOW - 88 * DAY;
}

static void
is_unused_for_too_long(struct overview *overview)
{
	is_unused(overview);
	overview->renewed_at = NOW - 91 * DAY;
	overview->state = OVERVIEW_EXPIRED;
	overview->expires_at = NOW - 90 * DAY;
}

static void
is_an_application(struct overview *overview)
{
	overview->is_personal = false;
	overview->unused_days = 90;
	overview->renewed_at = NOW - 200 * DAY;
	overview->refresh_expires_at = NOW + 10;
}

static void
has_a_secret(struct overview *overview)
{
	overview->secret_expires_at = NOW + 20 * DAY;
}

static void
has_an_old_certificate(struct overview *overview)
{
	is_in_testing(overview);
	overview->certificate_expires_at = NOW - 1;
}

static void
is_refused(struct overview *overview)
{
	overview->state = OVERVIEW_REFUSED;
}

static void
is_refused_again(struct overview *overview)
{
	is_refused(overview);
	overview->forced_at = overview->obtained_at;
}

#define LOGIN_WORDS "sasl-bearer login " ME

static const struct row {
	void (*prepare)(struct overview *overview);
	enum need_who who;
	int64_t by; /* 0: now */
	const char *words;
	enum nagios nagios; /* with the usual thresholds */
	enum attention_event when_well, when_told;
} rows[] = {
	{ is_usual, NEED_NOBODY, 0, "", NAGIOS_OK, ATTENTION_NONE,
	    ATTENTION_ENDS },
	{ fails_for_good, NEED_LOGIN, 0, "password was changed",
	    NAGIOS_CRITICAL, ATTENTION_BEGINS, ATTENTION_NONE },
	{ fails_for_now, NEED_NOBODY, 0, "", NAGIOS_WARNING, ATTENTION_NONE,
	    ATTENTION_NONE },
	{ fails_for_now_and_is_over, NEED_NOBODY, 0, "", NAGIOS_CRITICAL,
	    ATTENTION_NONE, ATTENTION_NONE },
	{ has_a_bad_client, NEED_ADMIN, 0, "password was changed",
	    NAGIOS_CRITICAL, ATTENTION_BEGINS, ATTENTION_NONE },
	{ has_a_damaged_grant, NEED_LOGIN, 0, "", NAGIOS_CRITICAL,
	    ATTENTION_BEGINS, ATTENTION_NONE },
	{ may_not_be_read, NEED_ADMIN, 0, "", NAGIOS_CRITICAL, ATTENTION_BEGINS,
	    ATTENTION_NONE },
	{ does_not_renew, NEED_LOGIN, NOW + 3000, LOGIN_WORDS, NAGIOS_CRITICAL,
	    ATTENTION_BEGINS, ATTENTION_NONE },
	{ does_not_renew_any_more, NEED_LOGIN, 0, LOGIN_WORDS, NAGIOS_CRITICAL,
	    ATTENTION_BEGINS, ATTENTION_NONE },
	{ was_never_logged_in, NEED_LOGIN, 0, LOGIN_WORDS, NAGIOS_CRITICAL,
	    ATTENTION_BEGINS, ATTENTION_NONE },
	{ is_hidden, NEED_NOBODY, 0, "", NAGIOS_OK, ATTENTION_NONE,
	    ATTENTION_NONE },
	{ is_hidden_and_over, NEED_NOBODY, 0, "", NAGIOS_UNKNOWN,
	    ATTENTION_NONE, ATTENTION_NONE },
	{ is_in_testing, NEED_LOGIN, NOW + 5 * DAY,
	    "Contoso Mail ends a login 7 days after it was made while the "
	    "application is in \"Testing\"",
	    NAGIOS_OK, ATTENTION_NONE, ATTENTION_ENDS },
	{ was_in_testing, NEED_LOGIN, 0,
	    "Contoso Mail has ended it: it ends a login 7 days after it was "
	    "made",
	    NAGIOS_CRITICAL, ATTENTION_BEGINS, ATTENTION_NONE },
	{ was_given_a_time, NEED_LOGIN, NOW + 60 * DAY,
	    "the provider ends this login", NAGIOS_OK, ATTENTION_NONE,
	    ATTENTION_ENDS },
	{ has_outlived_its_end, NEED_NOBODY, 0, "", NAGIOS_OK, ATTENTION_NONE,
	    ATTENTION_ENDS },
	{ has_an_end_that_moves, NEED_REFRESH, NOW + 1800,
	    "sasl-bearer refresh " ME, NAGIOS_CRITICAL, ATTENTION_BEGINS,
	    ATTENTION_NONE },
	{ is_unused, NEED_REFRESH, NOW + 2 * DAY,
	    "not used since 2023-08-18, and Contoso Mail ends a login that is "
	    "unused for 90 days; run: sasl-bearer refresh " ME,
	    NAGIOS_WARNING, ATTENTION_BEGINS, ATTENTION_NONE },
	{ is_unused_for_too_long, NEED_LOGIN, 0,
	    "unused for 90 days; run: " LOGIN_WORDS, NAGIOS_CRITICAL,
	    ATTENTION_BEGINS, ATTENTION_NONE },
	{ is_an_application, NEED_NOBODY, 0, "", NAGIOS_OK, ATTENTION_NONE,
	    ATTENTION_ENDS },
	{ has_a_secret, NEED_ADMIN, NOW + 20 * DAY, "secret ends on 2023-12-04",
	    NAGIOS_OK, ATTENTION_NONE, ATTENTION_ENDS },
	{ has_an_old_certificate, NEED_ADMIN, 0,
	    "certificate ended on 2023-11-14", NAGIOS_CRITICAL,
	    ATTENTION_BEGINS, ATTENTION_NONE },
	{ is_refused, NEED_NOBODY, 0, "", NAGIOS_WARNING, ATTENTION_NONE,
	    ATTENTION_NONE },
	{ is_refused_again, NEED_ADMIN, 0, "refuses also a token",
	    NAGIOS_CRITICAL, ATTENTION_BEGINS, ATTENTION_NONE },
};

static const struct thresholds usual_thresholds = { VIEW_WARNING_S,
	VIEW_CRITICAL_S };

static void
who_must_act_and_by_when(void **state)
{
	struct overview overview;
	struct need need;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("row %zu", i);
		overview = usual();
		rows[i].prepare(&overview);
		need_judge(&overview, NOW, &need);
		assert_row_int(need.who, rows[i].who);
		assert_row_int(need.by, rows[i].by);
		assert_contains(need.why.text, rows[i].words);
		assert_row_int(need_left_s(&need, NOW),
		    need.who == NEED_NOBODY ? NEED_NEVER :
			need.by != 0        ? need.by - NOW :
					      0);
	}
}

static void
a_monitoring_system_is_told_what_it_must_know(void **state)
{
	struct view_item item;
	struct view view = { .items = &item, .count = 1, .now = NOW };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("row %zu", i);
		item.overview = usual();
		rows[i].prepare(&item.overview);
		need_judge(&item.overview, NOW, &item.need);
		assert_row_int(view_judge_nagios(&view, &usual_thresholds),
		    rows[i].nagios);
	}
}

static void
somebody_is_called_at_a_change_alone(void **state)
{
	struct overview overview;
	struct need need;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("row %zu", i);
		overview = usual();
		rows[i].prepare(&overview);
		need_judge(&overview, NOW, &need);
		assert_row_int(attention_judge(&overview, &need, NOW, false),
		    rows[i].when_well);
		assert_row_int(attention_judge(&overview, &need, NOW, true),
		    rows[i].when_told);
	}
	/* Whether a renewal helps that a refusal has forced is not known. */
	overview = usual();
	overview.forced_at = overview.obtained_at;
	need_judge(&overview, NOW, &need);
	assert_int_equal(attention_judge(&overview, &need, NOW, true),
	    ATTENTION_NONE);
}

static void
thresholds_are_times_before_somebody_must_act(void **state)
{
	static const struct {
		int64_t left;
		enum nagios nagios;
	} ends[] = {
		{ 3 * DAY + 1, NAGIOS_OK },
		{ 3 * DAY, NAGIOS_WARNING },
		{ DAY + 1, NAGIOS_WARNING },
		{ DAY, NAGIOS_CRITICAL },
		{ 0, NAGIOS_CRITICAL },
	};
	struct view_item items[2];
	struct view view = { .items = items, .count = 2, .now = NOW };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(ends); i++) {
		unit_row("row %zu", i);
		items[0].overview = items[1].overview = usual();
		items[1].overview.secret_expires_at = NOW + ends[i].left;
		need_judge(&items[0].overview, NOW, &items[0].need);
		need_judge(&items[1].overview, NOW, &items[1].need);
		assert_row_int(view_judge_nagios(&view, &usual_thresholds),
		    ends[i].nagios);
	}
	/* What is not known is worse than what is well, and no more. */
	view.unknown = 1;
	assert_int_equal(view_judge_nagios(&view, &usual_thresholds),
	    NAGIOS_CRITICAL);
	view.count = 1;
	assert_int_equal(view_judge_nagios(&view, &usual_thresholds),
	    NAGIOS_UNKNOWN);
	view.unknown = view.count = 0;
	assert_int_equal(view_judge_nagios(&view, &usual_thresholds),
	    NAGIOS_UNKNOWN);
}

static void
the_line_of_a_plugin_is_one_and_has_data(void **state)
{
	static char name[] = "o'brien=x|y@example.com";
	struct view_item item = { .overview = usual() };
	struct view view = { .items = &item, .count = 1, .now = NOW };
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	(void)state;
	item.overview.account = name;
	fails_for_good(&item.overview);
	need_judge(&item.overview, NOW, &item.need);
	assert_int_equal(view_write_nagios(&view, &usual_thresholds, out),
	    NAGIOS_CRITICAL);
	fclose(out);
	assert_string_equal(text,
	    "SASL-BEARER CRITICAL - o'brien=x/y@example.com: the password was "
	    "changed | 'o''brien_x_y@example.com'=0s;259200:;86400:;0\n");
	free(text);
}

static void
a_threshold_is_a_number_with_a_unit(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds; /* -1: it is none */
	} times[] = {
		{ "7d", 7 * DAY },
		{ "12h", 12 * 3600 },
		{ "30m", 1800 },
		{ "90s", 90 },
		{ "90", 90 },
		{ "0", 0 },
		{ "", -1 },
		{ "d", -1 },
		{ "7w", -1 },
		{ "7dd", -1 },
		{ "-1d", -1 },
		{ "7 d", -1 },
		{ "1.5d", -1 },
		{ "99999999999", -1 },
		{ "9999999999d", -1 },
	};
	int64_t seconds;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(times); i++) {
		unit_row("\"%s\"", times[i].text);
		seconds = -1;
		assert_row_int(view_read_time(times[i].text, &seconds),
		    times[i].seconds >= 0);
		assert_row_int(seconds, times[i].seconds);
	}
}

/* Every line of what is shown for a person ends by the 80th column. */
static void
a_table_fits_a_terminal(void **state)
{
	struct view_item items[COUNT(rows)];
	struct view view = { .items = items, .count = COUNT(rows), .now = NOW };
	char *text = NULL, *line, *rest;
	size_t length, i;
	FILE *out = open_memstream(&text, &length);

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		items[i].overview = usual();
		rows[i].prepare(&items[i].overview);
		need_judge(&items[i].overview, NOW, &items[i].need);
	}
	view_print_table(&view, 80, out);
	view_print_details(&view, 80, out);
	fclose(out);
	assert_contains(text, "password was changed");
	for (line = strtok_r(text, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		unit_row("%s", line);
		assert_row_int(strlen(line) <= 80, true);
	}
	free(text);
}

/* attention_run() */

static const struct ending {
	const char *command;
	enum status status;
	const char *words;
} endings[] = {
	{ "true", STATUS_OK, "" },
	{ "exit 3", STATUS_AGAIN, "exited with 3" },
	{ "kill -9 $$", STATUS_AGAIN, "signal 9" },
	{ "test \"$WORD\" = \"two words\"", STATUS_OK, "" },
	{ "test -z \"$HOME\"", STATUS_OK, "" },
	/* Nothing to read, and no descriptor of ours. */
	{ "! read -r line", STATUS_OK, "" },
	{ "test -z \"$(ls /proc/self/fd | grep -v '^[0-3]$')\"", STATUS_OK,
	    "" },
	/* A process group of its own. */
	{ "test $(cut -d ' ' -f 5 /proc/$$/stat) = $$", STATUS_OK, "" },
	{ "no-such-command-here 2>/dev/null", STATUS_AGAIN, "with 127" },
};

/* Standard input has something to read, and comes back at the end. */
static int
begin_input(void)
{
	int saved = dup(STDIN_FILENO), ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "a line\n", 7), 7);
	close(ends[1]);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	close(ends[0]);
	return saved;
}

static void
end_input(int saved)
{
	dup2(saved, STDIN_FILENO);
	close(saved);
}

static void
how_a_command_ends_is_told(void **state)
{
	static char word[] = "WORD=two words", path[] = "PATH=/usr/bin:/bin";
	char *const environment[] = { word, path, NULL };
	int fd = dup2(STDERR_FILENO, 99); /* which is not close-on-exec */
	int input = begin_input();
	struct diag diag;
	size_t i;

	(void)state;
	assert_int_equal(fd, 99);
	for (i = 0; i < COUNT(endings); i++) {
		unit_row("%s", endings[i].command);
		diag.text[0] = '\0';
		assert_status(attention_run(endings[i].command, environment,
				  10000, &diag),
		    endings[i].status, &diag);
		assert_contains(diag.text, endings[i].words);
	}
	end_input(input);
	close(fd);
}

/* What writes its id to the file is to be gone afterwards. */
static const char *const hanging[] = {
	"trap '' TERM; sleep 1000 & echo $! >$FILE; wait; sleep 1000",
	"(trap '' TERM; exec sleep 1000) & echo $! >$FILE; wait",
	"echo $$ >$FILE; exec sleep 1000",
};

/* The id in the file; 0: there is none yet. */
static int
written_pid(const struct scratch *scratch)
{
	char *text = scratch_read(scratch, "pid");
	int pid = text == NULL ? 0 : atoi(text);

	free(text);
	return pid;
}

/*
 * A signal only begins an end, which takes its time on a busy machine. One
 * that waits for init to notice is gone.
 */
static bool
goes(int pid)
{
	const struct timespec pause = { 0, 20000000L };
	char command[128];
	int i;

	snprintf(command, sizeof(command),
	    "kill -0 %d 2>/dev/null && ! grep -q '^State:.[ZX]' /proc/%d/status",
	    pid, pid);
	for (i = 0; i < 500; i++) {
		if (system(command) != 0)
			return true;
		nanosleep(&pause, NULL);
	}
	return false;
}

static void
a_command_that_hangs_is_ended_with_all_it_has_started(void **state)
{
	static char path[] = "PATH=/usr/bin:/bin";
	struct scratch *scratch = *state;
	char file[128];
	char *const environment[] = { path, file, NULL };
	struct diag diag;
	size_t i;
	int tries;

	snprintf(file, sizeof(file), "FILE=%s", scratch_path(scratch, "pid"));
	for (i = 0; i < COUNT(hanging); i++) {
		unit_row("%s", hanging[i]);
		scratch_write(scratch, "pid", "");
		/* Again, where it was ended before it could write. */
		for (tries = 0; written_pid(scratch) == 0 && tries < 20;
		     tries++) {
			assert_status(
			    attention_run(hanging[i], environment, 300, &diag),
			    STATUS_AGAIN, &diag);
			assert_contains(diag.text, "ended after 0 s");
		}
		assert_true(written_pid(scratch) > 0);
		assert_row_int(goes(written_pid(scratch)), true);
	}
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_must_act_and_by_when),
		cmocka_unit_test(a_monitoring_system_is_told_what_it_must_know),
		cmocka_unit_test(somebody_is_called_at_a_change_alone),
		cmocka_unit_test(thresholds_are_times_before_somebody_must_act),
		cmocka_unit_test(the_line_of_a_plugin_is_one_and_has_data),
		cmocka_unit_test(a_threshold_is_a_number_with_a_unit),
		cmocka_unit_test(a_table_fits_a_terminal),
		TEST(how_a_command_ends_is_told),
		TEST(a_command_that_hangs_is_ended_with_all_it_has_started),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
