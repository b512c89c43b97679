/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What status says of an account, by what is in the state directory.
 */

#include "unit.h"

#include <inttypes.h>

#include "accounts.h"
#include "overview.h"
#include "token.h"

#define NOW INT64_C(1700000000)
#define ACCOUNT "me@example.com"

#define GRANT \
	"{\"format\":1,\"refresh_token\":\"rt\"," \
	"\"granted_at\":1699990000,\"renewed_at\":1699999000}"
#define NO_REFRESH "{\"format\":1,\"granted_at\":1699990000}"
#define FAILED(word) \
	"{\"format\":1,\"refresh_token\":\"rt\",\"failure\":" \
	"{\"status\":\"" word "\",\"text\":\"why\",\"at\":1699999990," \
	"\"until\":1700000020,\"count\":1,\"request\":1}}"

/* Times of a record, from now. */
enum age { NONE, FRESH, DUE, OVER, REFUSED, BROKEN };

static const struct row {
	const char *name;
	enum age age;
	const char *grant; /* NULL: none */
	enum overview_state state;
	enum status judged;
} rows[] = {
	{ "nothing", NONE, NULL, OVERVIEW_LOGGED_OUT, STATUS_REAUTH },
	{ "fresh", FRESH, GRANT, OVERVIEW_VALID, STATUS_OK },
	{ "due", DUE, GRANT, OVERVIEW_DUE, STATUS_OK },
	{ "over, and renews itself", OVER, GRANT, OVERVIEW_EXPIRED, STATUS_OK },
	{ "over for good", OVER, NO_REFRESH, OVERVIEW_EXPIRED, STATUS_REAUTH },
	{ "over, without a grant", OVER, NULL, OVERVIEW_EXPIRED,
	    STATUS_REAUTH },
	{ "a grant alone", NONE, GRANT, OVERVIEW_EXPIRED, STATUS_OK },
	{ "a record alone", FRESH, NULL, OVERVIEW_VALID, STATUS_REAUTH },
	{ "fresh, for the last time", FRESH, NO_REFRESH, OVERVIEW_VALID,
	    STATUS_REAUTH },
	{ "fresh, of an application that it was", FRESH,
	    "{\"format\":1,\"kind\":\"client_credentials\"}", OVERVIEW_VALID,
	    STATUS_REAUTH },
	{ "refused", REFUSED, GRANT, OVERVIEW_REFUSED, STATUS_REFUSED },
	{ "an outage while fresh", FRESH, FAILED("again"), OVERVIEW_FAILING,
	    STATUS_AGAIN },
	{ "revoked", OVER, FAILED("reauth"), OVERVIEW_FAILING, STATUS_REAUTH },
	{ "a bad client", DUE, FAILED("config"), OVERVIEW_FAILING,
	    STATUS_CONFIG },
	{ "a broken record", BROKEN, GRANT, OVERVIEW_UNREADABLE, STATUS_DATA },
	{ "a broken record and a failure", BROKEN, FAILED("again"),
	    OVERVIEW_UNREADABLE, STATUS_DATA },
	{ "a broken grant", FRESH, "{", OVERVIEW_UNREADABLE, STATUS_DATA },
};

static void
write_record(const struct scratch *scratch, enum age age)
{
	static const struct {
		int64_t renew, expire;
	} times[] = {
		[FRESH] = { 100, 200 },
		[DUE] = { -10, 200 },
		[OVER] = { -100, -10 },
		[REFUSED] = { 100, 200 },
	};
	char text[256], refused[64] = "";

	if (age == REFUSED)
		snprintf(refused, sizeof(refused), "refused %016" PRIx64 "\n",
		    token_fingerprint("secret-token", 12));
	snprintf(text, sizeof(text),
	    "sasl-bearer-token 1\naccess_token secret-token\n"
	    "obtained_at %" PRId64 "\nrenew_at %" PRId64 "\nexpires_at %" PRId64
	    "\n%s",
	    NOW - 1000, age == BROKEN ? NOW : NOW + times[age].renew,
	    age == BROKEN ? NOW : NOW + times[age].expire, refused);
	if (age == BROKEN)
		text[60] = '\0';
	scratch_write(scratch, "state/tokens/" ACCOUNT, text);
}

/* A session in the scratch directory, with this configuration. */
static void
open_session(const struct scratch *scratch, const char *conf,
    struct session *session)
{
	const struct command command = { .flags = 0 };
	struct diag diag;

	scratch_write(scratch, "conf", conf);
	session_init(session, &command, PLACE_READ);
	snprintf(session->place.conf, sizeof(session->place.conf), "%s",
	    scratch_path(scratch, "conf"));
	snprintf(session->place.state, sizeof(session->place.state), "%s",
	    scratch_path(scratch, "state"));
	assert_status(session_load(session, &diag), STATUS_OK, &diag);
	assert_status(session_open_state(session, &diag), STATUS_OK, &diag);
}

static void
make_state(const struct scratch *scratch)
{
	scratch_mkdir(scratch, "state");
	scratch_mkdir(scratch, "state/tokens");
	scratch_mkdir(scratch, "state/grants");
}

static void
play(const struct scratch *scratch, const struct session *session,
    const struct row *row)
{
	struct overview overview;
	struct diag diag;

	unit_row("%s", row->name);
	file_remove(&session->state, "tokens/" ACCOUNT, &diag);
	file_remove(&session->state, "grants/" ACCOUNT, &diag);
	if (row->age != NONE)
		write_record(scratch, row->age);
	if (row->grant != NULL)
		scratch_write(scratch, "state/grants/" ACCOUNT, row->grant);
	assert_status(overview_find(session, ACCOUNT, NOW, &overview, &diag),
	    STATUS_OK, &diag);
	assert_row_text(overview_state_name(overview.state),
	    overview_state_name(row->state));
	assert_status(overview_judge(&overview), row->judged, NULL);
	assert_row_int(overview_is_known(&overview),
	    row->age != NONE || row->grant != NULL);
	if (overview.error_text != NULL)
		assert_lacks(overview.error_text, "secret-token");
	overview_clear(&overview);
}

static void
states_follow_record_and_grant(void **state)
{
	struct scratch *scratch = *state;
	struct session session;
	size_t i;

	make_state(scratch);
	open_session(scratch, "", &session);
	for (i = 0; i < COUNT(rows); i++)
		play(scratch, &session, &rows[i]);
	session_close(&session);
}

static void
a_renewal_that_was_killed_is_told_at_once(void **state)
{
	static const char zeros[32768];
	static const struct {
		const char *text;
		size_t length;
		bool is_interrupted, is_written;
	} drafts[] = {
		{ zeros, sizeof(zeros), true, false },
		{ "{\"format\":1,\"serial\":1}\n", 24, false, true },
		{ "{\"format\":1,\"serial\":1,\"interrupted_at\":9}\n", 43,
		    true, false },
		{ "", 0, false, false },
	};
	struct scratch *scratch = *state;
	struct overview overview;
	struct session session;
	struct diag diag;
	size_t i;

	make_state(scratch);
	open_session(scratch, "", &session);
	scratch_write(scratch, "state/grants/" ACCOUNT, GRANT);
	for (i = 0; i < COUNT(drafts); i++) {
		unit_row("row %zu", i);
		scratch_write_bytes(scratch, "state/grants/." ACCOUNT ".tmp",
		    drafts[i].text, drafts[i].length);
		assert_status(
		    overview_find(&session, ACCOUNT, NOW, &overview, &diag),
		    STATUS_OK, &diag);
		assert_row_int(overview.interrupted_at != 0,
		    drafts[i].is_interrupted);
		assert_row_int(overview.written_at != 0, drafts[i].is_written);
		assert_row_int(overview.state, OVERVIEW_EXPIRED);
		overview_clear(&overview);
	}
	session_close(&session);
}

#define CONF \
	"account \"" ACCOUNT "\" {\n" \
	"provider = \"google\"\nlogin = \"she@example.com\"\n" \
	"user = \"shared@example.com\"\n" \
	"client_secret_file = \"/none\"\n" \
	"client_secret_expires = \"2026-12-31\" }\n"

static void
who_and_by_what_comes_from_settings_and_grant(void **state)
{
	struct scratch *scratch = *state;
	struct overview overview;
	struct session session;
	struct diag diag;

	make_state(scratch);
	open_session(scratch, CONF, &session);
	assert_status(overview_find(&session, ACCOUNT, NOW, &overview, &diag),
	    STATUS_OK, &diag);
	assert_string_equal(overview.login, "she@example.com");
	assert_string_equal(overview.mailbox, "shared@example.com");
	assert_string_equal(overview.provider, "google");
	assert_string_equal(overview.title, "Google");
	assert_null(overview.grant);
	assert_true(overview.is_personal);
	assert_int_equal(overview.testing_days, 7);
	assert_int_equal(overview.unused_days, 180);
	assert_int_equal(overview.secret_expires_at, INT64_C(1798675200));
	assert_false(overview.has_ledger);
	overview_clear(&overview);
	/* Who signed in is known better than who was meant to. */
	scratch_write(scratch, "state/grants/" ACCOUNT,
	    "{\"format\":1,\"refresh_token\":\"rt\",\"forced_at\":5,"
	    "\"login\":\"he@example.com\",\"refresh_expires_at\":7,"
	    "\"refresh_moved_at\":6}");
	scratch_write(scratch, "state/grants/" ACCOUNT ".lock", "");
	assert_status(overview_find(&session, ACCOUNT, NOW, &overview, &diag),
	    STATUS_OK, &diag);
	assert_string_equal(overview.login, "he@example.com");
	assert_int_equal(overview.forced_at, 5);
	assert_int_equal(overview.refresh_moved_at, 6);
	assert_int_equal(overview.refresh_expires_at, 7);
	assert_true(overview.has_ledger);
	overview_clear(&overview);
	session_close(&session);
}

/* A login without a section chose its provider. */
static void
the_provider_of_the_login_has_its_rules(void **state)
{
	struct scratch *scratch = *state;
	struct overview overview;
	struct session session;
	struct diag diag;

	make_state(scratch);
	open_session(scratch, "client_secret_expires = \"2026-12-31\"\n",
	    &session);
	scratch_write(scratch, "state/grants/" ACCOUNT,
	    "{\"format\":1,\"refresh_token\":\"rt\","
	    "\"provider\":\"office365\"}");
	assert_status(overview_find(&session, ACCOUNT, NOW, &overview, &diag),
	    STATUS_OK, &diag);
	assert_string_equal(overview.title, "Microsoft 365");
	assert_int_equal(overview.unused_days, 90);
	/* A public client has none that could end. */
	assert_int_equal(overview.secret_expires_at, 0);
	overview_clear(&overview);
	scratch_write(scratch, "state/grants/" ACCOUNT,
	    "{\"format\":1,\"refresh_token\":\"rt\","
	    "\"provider\":\"office365\",\"client_secret\":\"typed\"}");
	assert_status(overview_find(&session, ACCOUNT, NOW, &overview, &diag),
	    STATUS_OK, &diag);
	assert_int_equal(overview.secret_expires_at, INT64_C(1798675200));
	overview_clear(&overview);
	session_close(&session);
}

static void
accounts_are_configured_or_have_files(void **state)
{
	static const char *const expected[] = {
		"%",
		".hidden",
		"conf@example.com",
		"g@example.com",
		"x.lock",
	};
	struct scratch *scratch = *state;
	struct accounts accounts;
	struct session session;
	struct diag diag;
	size_t i;

	make_state(scratch);
	scratch_write(scratch, "state/tokens/%25", "");
	scratch_write(scratch, "state/tokens/.g@example.com.tmp", "");
	scratch_write(scratch, "state/tokens/%2Ehidden", "");
	scratch_write(scratch, "state/tokens/not%an%account", "");
	scratch_write(scratch, "state/grants/g@example.com", "");
	scratch_write(scratch, "state/grants/g@example.com.lock", "");
	scratch_write(scratch, "state/grants/only-a-lock.lock", "");
	scratch_write(scratch, "state/grants/x%2Elock", "");
	scratch_write(scratch, "state/tokens/g@example.com", "");
	open_session(scratch, "account \"conf@example.com\" {}\n", &session);
	accounts_init(&accounts);
	assert_status(accounts_find(&session, true, &accounts, &diag),
	    STATUS_OK, &diag);
	assert_int_equal(accounts.count, COUNT(expected));
	for (i = 0; i < COUNT(expected); i++)
		assert_string_equal(accounts.names[i], expected[i]);
	assert_false(accounts.incomplete);
	accounts_clear(&accounts);
	assert_status(accounts_find(&session, false, &accounts, &diag),
	    STATUS_OK, &diag);
	assert_int_equal(accounts.count, COUNT(expected) - 1);
	accounts_clear(&accounts);
	session_close(&session);
}

/* Its first renewal is as good as a login. */
static void
an_account_without_a_person_needs_no_files(void **state)
{
	static const char conf[] =
	    "account \"conf@example.com\" { grant = \"managed_identity\" }\n";
	struct scratch *scratch = *state;
	struct session session;
	struct diag diag;

	open_session(scratch, conf, &session);
	assert_status(accounts_check(&session, "conf@example.com", &diag),
	    STATUS_CONFIG, NULL);
	assert_contains(diag.text, "there is no state directory yet");
	session_close(&session);
	make_state(scratch);
	open_session(scratch, conf, &session);
	assert_status(accounts_check(&session, "conf@example.com", &diag),
	    STATUS_OK, &diag);
	session_close(&session);
}

static void
an_account_without_files_is_told_by_its_section(void **state)
{
	struct scratch *scratch = *state;
	struct session session;
	struct diag diag;

	/* Without a state directory at all. */
	open_session(scratch, "account \"conf@example.com\" {}\n", &session);
	assert_status(accounts_check(&session, "conf@example.com", &diag),
	    STATUS_REAUTH, NULL);
	assert_contains(diag.text, "sasl-bearer login conf@example.com");
	assert_status(accounts_check(&session, "nobody", &diag),
	    STATUS_NOACCOUNT, NULL);
	assert_contains(diag.text, "sasl-bearer login nobody");
	assert_status(accounts_check(&session, "", &diag), STATUS_DATA, NULL);
	session_close(&session);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(states_follow_record_and_grant),
		TEST(a_renewal_that_was_killed_is_told_at_once),
		TEST(who_and_by_what_comes_from_settings_and_grant),
		TEST(the_provider_of_the_login_has_its_rules),
		TEST(accounts_are_configured_or_have_files),
		TEST(an_account_without_files_is_told_by_its_section),
		TEST(an_account_without_a_person_needs_no_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
