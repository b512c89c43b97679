/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a login makes sure of, chooses and leaves behind, without a provider.
 */

#include "unit.h"

#include <unistd.h>

#include "login.h"
#include "place.h"

#define ACCOUNT "me@contoso.com"
#define GRANT_FILE "state/grants/" ACCOUNT
#define TOKEN_FILE "state/tokens/" ACCOUNT

#define OUTLOOK "https://outlook.office.com/"
#define SEND OUTLOOK "SMTP.Send"
#define READ OUTLOOK "IMAP.AccessAsUser.All"
#define ALWAYS "offline_access openid profile"
#define ENTRA \
	"https://login.microsoftonline.com/organizations/oauth2/v2.0/token"

#define APP "client_id = \"app\"\n"
#define OFFICE APP "default_provider = \"office365\"\n"
#define YANDEX APP "default_provider = \"yandex\"\n"
#define PLACE APP "token_endpoint = \"https://login.example.com/token\"\n"
#define CLIENT PLACE "grant = \"client_credentials\"\n"

/* The login of one account, with the scratch directory as its place. */
struct stage {
	struct scratch *scratch;
	char account[64];
	char *operands[2];
	struct command command;
	struct login login;
	struct diag diag;
};

static struct stage stage;

static void
begin(struct scratch *scratch, const char *conf, const char *account)
{
	char text[2048];

	scratch_write(scratch, "ca.pem", "-----BEGIN CERTIFICATE-----\n");
	snprintf(text, sizeof(text), "ca_file = \"%s\"\n%s",
	    scratch_path(scratch, "ca.pem"), conf);
	scratch_write(scratch, "conf", text);
	setenv("SASL_BEARER_CONF", scratch_path(scratch, "conf"), 1);
	setenv("SASL_BEARER_STATE", scratch_path(scratch, "state"), 1);
	stage.scratch = scratch;
	snprintf(stage.account, sizeof(stage.account), "%s", account);
	stage.operands[0] = stage.account;
	stage.command.operands = stage.operands;
	stage.command.count = 1;
	login_init(&stage.login, &stage.command);
}

static enum status
prepare(struct scratch *scratch, const char *conf, const char *account)
{
	begin(scratch, conf, account);
	return login_prepare(&stage.login, &stage.diag);
}

static void
finish(void)
{
	login_clear(&stage.login);
	memset(&stage.command, 0, sizeof(stage.command));
	unsetenv("SASL_BEARER_CONF");
	unsetenv("SASL_BEARER_STATE");
}

static void
write_grant(const struct scratch *scratch, const char *members)
{
	char text[1024];

	if (!scratch_has(scratch, "state")) {
		scratch_mkdir(scratch, "state");
		scratch_mkdir(scratch, "state/tokens");
		scratch_mkdir(scratch, "state/grants");
	}
	snprintf(text, sizeof(text), "{\"format\":1%s}", members);
	scratch_write(scratch, GRANT_FILE, text);
}

#define GRANTED(provider, endpoint, scope) \
	",\"refresh_token\":\"R\",\"provider\":\"" provider "\"," \
	"\"token_endpoint\":\"" endpoint "\",\"client_id\":\"app\"," \
	"\"asked_scope\":\"" scope "\""

/* What is asked for, and of whom. */
static const struct choice {
	const char *name, *conf;
	const char *provider, *services; /* --provider and --for */
	const char *grant; /* members of the one that is there, or NULL */
	const char *account;
	enum status status;
	const char *sentence; /* of a failure */
	const char *chosen;   /* the provider to be remembered */
	const char *scope;    /* "": that of the default services */
} choices[] = {
	{ "nothing is said", OFFICE, NULL, NULL, NULL, ACCOUNT, STATUS_OK, NULL,
	    NULL, "" },
	{ "--for", OFFICE, NULL, "imap", NULL, ACCOUNT, STATUS_OK, NULL, NULL,
	    READ " " ALWAYS },
	{ "--for of several", OFFICE, NULL, "imap,smtp", NULL, ACCOUNT,
	    STATUS_OK, NULL, NULL, SEND " " READ " " ALWAYS },
	{ "services in the configuration", OFFICE "services = \"imap\"\n", NULL,
	    NULL, NULL, ACCOUNT, STATUS_OK, NULL, NULL, READ " " ALWAYS },
	{ "--for goes before them", OFFICE "services = \"imap\"\n", NULL,
	    "smtp", NULL, ACCOUNT, STATUS_OK, NULL, NULL, SEND " " ALWAYS },
	{ "a scope in the configuration", OFFICE "scope = \"mine\"\n", NULL,
	    NULL, NULL, ACCOUNT, STATUS_OK, NULL, NULL, "mine" },
	{ "--for against it", OFFICE "scope = \"mine\"\n", NULL, "smtp", NULL,
	    ACCOUNT, STATUS_CONFIG, "line 4 sets the scope; remove it", NULL,
	    NULL },
	{ "--for where no scope is known", PLACE, NULL, "smtp", NULL, ACCOUNT,
	    STATUS_CONFIG,
	    "the scope of this provider for these services is "
	    "not known; set scope in",
	    NULL, NULL },
	{ "what the preset cannot do", YANDEX, NULL, "pop", NULL, ACCOUNT,
	    STATUS_CONFIG,
	    "Yandex has no scope for pop; leave that out of "
	    "--for, or set scope in /",
	    NULL, NULL },
	{ "a part of it", YANDEX, NULL, "SMTP,POP3", NULL, ACCOUNT,
	    STATUS_CONFIG,
	    "Yandex has no scope for pop; leave that out of "
	    "--for",
	    NULL, NULL },
	{ "the same by the configuration", YANDEX "services = \"pop smtp\"\n",
	    NULL, NULL, NULL, ACCOUNT, STATUS_CONFIG,
	    "Yandex has no scope for pop; leave that out of services (line 4)",
	    NULL, NULL },
	{ "none of it by the configuration", YANDEX "services = \"pop\"\n",
	    NULL, NULL, NULL, ACCOUNT, STATUS_CONFIG,
	    "leave that out of services (line 4)", NULL, NULL },
	{ "but with a scope of one's own",
	    YANDEX "services = \"pop smtp\"\nscope = \"mine\"\n", NULL, NULL,
	    NULL, ACCOUNT, STATUS_OK, NULL, NULL, "mine" },
	{ "or with --for", YANDEX "services = \"pop\"\n", NULL, "smtp", NULL,
	    ACCOUNT, STATUS_OK, NULL, NULL, "mail:smtp" },
	{ "no scopes are known", PLACE, NULL, NULL, NULL, ACCOUNT, STATUS_OK,
	    NULL, NULL, "openid offline_access" },
	{ "without a person",
	    OFFICE "grant = \"client_credentials\"\n"
		   "tenant = \"contoso.com\"\n"
		   "client_auth = \"none\"\n",
	    NULL, NULL, NULL, ACCOUNT, STATUS_OK, NULL, NULL,
	    "https://outlook.office365.com/.default" },
	/* the provider */
	{ "--provider", APP, "office365", NULL, NULL, ACCOUNT, STATUS_OK, NULL,
	    "office365", "" },
	{ "--provider before the default one",
	    APP "default_provider = \"google\"\n", "office365", NULL, NULL,
	    ACCOUNT, STATUS_OK, NULL, "office365", "" },
	{ "--provider against the account's section",
	    APP "account \"" ACCOUNT "\" { provider = \"google\" }\n",
	    "office365", NULL, NULL, ACCOUNT, STATUS_CONFIG,
	    "line 3 says that the provider of " ACCOUNT " is google; change it "
	    "there",
	    NULL, NULL },
	{ "--provider that does not exist", APP, "office", NULL, NULL, ACCOUNT,
	    STATUS_CONFIG, "there is no provider \"office\"", NULL, NULL },
	{ "a domain that is known", APP, NULL, "smtp", NULL, "me@gmail.com",
	    STATUS_OK, NULL, "google",
	    "https://mail.google.com/ openid email" },
	/* what the last login chose */
	{ "the last login's provider and scope", APP, NULL, NULL,
	    GRANTED("office365", ENTRA, "last"), ACCOUNT, STATUS_OK, NULL,
	    "office365", "last" },
	{ "the last login's provider before the default one",
	    APP "default_provider = \"google\"\n", NULL, NULL,
	    GRANTED("office365", ENTRA, "last"), ACCOUNT, STATUS_OK, NULL,
	    "office365", "last" },
	{ "but --provider before that", APP "default_provider = \"google\"\n",
	    "yandex", "smtp", GRANTED("office365", ENTRA, "last"), ACCOUNT,
	    STATUS_OK, NULL, "yandex", "mail:smtp" },
	{ "and the account's section before it",
	    APP "account \"" ACCOUNT "\" { provider = \"yandex\" }\n", NULL,
	    "smtp", GRANTED("office365", ENTRA, "last"), ACCOUNT, STATUS_OK,
	    NULL, NULL, "mail:smtp" },
	{ "the section names an endpoint only",
	    APP "account \"" ACCOUNT "\" { token_endpoint = "
		"\"https://login.example.com/token\" }\n",
	    NULL, NULL, GRANTED("office365", ENTRA, "last"), ACCOUNT, STATUS_OK,
	    NULL, NULL, "openid offline_access" },
	{ "--for against the last scope", APP, NULL, "smtp",
	    GRANTED("office365", ENTRA, "last"), ACCOUNT, STATUS_OK, NULL,
	    "office365", SEND " " ALWAYS },
	{ "a scope for another endpoint", OFFICE, NULL, NULL,
	    ",\"token_endpoint\":\"https://old.example.com/token\","
	    "\"asked_scope\":\"last\"",
	    ACCOUNT, STATUS_OK, NULL, NULL, "" },
	{ "a scope that an application asked for", OFFICE, NULL, NULL,
	    GRANTED("office365", ENTRA,
		"https://x/.default") ""
				      ",\"kind\":\"client_credentials\"",
	    ACCOUNT, STATUS_OK, NULL, "office365", "" },
	{ "a preset against an issuer for all",
	    APP "issuer = \"https://corp.example.com\"\n", "google", NULL, NULL,
	    ACCOUNT, STATUS_CONFIG,
	    "line 3 sets issuer for all accounts, so google cannot be chosen",
	    NULL, NULL },
	{ "a preset against an endpoint for all", PLACE, "google", NULL, NULL,
	    ACCOUNT, STATUS_CONFIG, "for all accounts", NULL, NULL },
	{ "a grant that is damaged", OFFICE, NULL, NULL, ",,", ACCOUNT,
	    STATUS_OK, NULL, NULL, "" },
};

static const char *
default_scope(void)
{
	return geteuid() < PLACE_MIN_PERSON_UID ? SEND " " ALWAYS :
						  SEND " " READ " " ALWAYS;
}

static void
play(struct scratch *scratch, const struct choice *row)
{
	const char *scope;

	unlink(scratch_path(scratch, GRANT_FILE));
	if (row->grant != NULL)
		write_grant(scratch, row->grant);
	stage.command.provider = row->provider;
	stage.command.services = row->services;
	assert_status(prepare(scratch, row->conf, row->account), row->status,
	    &stage.diag);
	if (row->status != STATUS_OK) {
		assert_contains(stage.diag.text, row->sentence);
	} else {
		scope = stage.login.endpoint.settings.text[OPTION_SCOPE];
		assert_row_text(scope,
		    row->scope[0] != '\0' ? row->scope : default_scope());
		assert_row_text(stage.login.provider, row->chosen);
	}
	finish();
}

static void
a_login_chooses_provider_and_scope(void **state)
{
	size_t i;

	for (i = 0; i < COUNT(choices); i++) {
		unit_row("%s", choices[i].name);
		play(*state, &choices[i]);
	}
}

/* An import's text is planned by the configuration, without the last login. */
static void
an_import_does_not_go_where_the_last_login_went(void **state)
{
	write_grant(*state, GRANTED("google", "https://g.example.com/", "s"));
	begin(*state, OFFICE, ACCOUNT);
	stage.login.keeps_scope = true;
	assert_status(login_prepare(&stage.login, &stage.diag), STATUS_OK,
	    &stage.diag);
	assert_null(stage.login.provider);
	finish();
}

/* What would do nothing is said, and not passed over. */
static void
an_option_that_would_do_nothing_is_refused(void **state)
{
	static const struct {
		const char *conf;
		unsigned flag;
		const char *sentence;
	} rows[] = {
		{ CLIENT, FLAG_BROWSER,
		    "--browser does not go with the grant client_credentials" },
		{ CLIENT, FLAG_DEVICE, "--device does not go with" },
		{ CLIENT, FLAG_PORT,
		    "--port does not go with the grant client_credentials of " ACCOUNT
		    ": no browser comes back" },
		{ CLIENT, FLAG_FOR,
		    "--for does not go with the grant client_credentials" },
		{ PLACE, FLAG_ASK,
		    "--ask does not go with " ACCOUNT ": its application" },
	};
	char conf[256];
	size_t i;

	scratch_write(*state, "secret", "s3cret\n");
	snprintf(conf, sizeof(conf), CLIENT "client_secret_file = \"%s\"\n",
	    scratch_path(*state, "secret"));
	stage.command.flags = FLAG_ASK;
	assert_status(prepare(*state, conf, ACCOUNT), STATUS_CONFIG,
	    &stage.diag);
	assert_contains(stage.diag.text,
	    "--ask does not go with client_secret_file; /");
	finish();
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%s, %u", rows[i].conf, rows[i].flag);
		stage.command.flags = rows[i].flag;
		assert_status(prepare(*state, rows[i].conf, ACCOUNT),
		    STATUS_CONFIG, &stage.diag);
		assert_contains(stage.diag.text, rows[i].sentence);
		finish();
	}
}

/* Before the configuration is looked at: such a line never makes sense. */
static void
values_that_make_no_sense_are_the_command_lines_fault(void **state)
{
	static const struct {
		unsigned flags;
		const char *port, *services;
		bool makes_sense;
	} rows[] = {
		{ 0, NULL, NULL, true },
		{ FLAG_PORT, "1", "smtp,IMAP pop3", true },
		{ FLAG_PORT | FLAG_BROWSER, "65535", "pop", true },
		{ FLAG_BROWSER | FLAG_DEVICE, NULL, NULL, false },
		{ FLAG_PORT | FLAG_DEVICE, "8080", NULL, false },
		{ FLAG_PORT, "0", NULL, false },
		{ FLAG_PORT, "65536", NULL, false },
		{ FLAG_PORT, "4294967297", NULL, false },
		{ FLAG_PORT, "99999999999999999999", NULL, false },
		{ FLAG_PORT, "-1", NULL, false },
		{ FLAG_PORT, " 1", NULL, false },
		{ FLAG_PORT, "abc", NULL, false },
		{ FLAG_PORT, "80x", NULL, false },
		{ FLAG_PORT, "", NULL, false },
		{ FLAG_FOR, NULL, "x", false },
		{ FLAG_FOR, NULL, "smtp,ldap", false },
		{ FLAG_FOR, NULL, "", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		struct command command = {
			.flags = rows[i].flags,
			.port = rows[i].port,
			.services = rows[i].services,
		};

		unit_row("%zu", i);
		assert_row_int(verb_check_login(&command), rows[i].makes_sense);
	}
}

/* Nothing is there to be cleaned up after a login that could not begin. */
static void
what_is_wrong_here_is_said_before_anything_is_made(void **state)
{
	static const struct {
		const char *conf, *account, *sentence;
	} rows[] = {
		{ "colour = \"red\"\n", ACCOUNT, "no option colour" },
		{ "default_provider = \"office365\"\n", ACCOUNT,
		    "no client_id is configured" },
		{ CLIENT "client_key = \"/nonexistent\"\n", ACCOUNT,
		    "/nonexistent" },
		{ OFFICE "grant_key = \"/nonexistent/key\"\n", ACCOUNT,
		    "/nonexistent/key" },
		{ APP "grant = \"managed_identity\"\n", ACCOUNT,
		    "grant wants resource" },
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%s", rows[i].conf);
		assert_status(prepare(*state, rows[i].conf, rows[i].account),
		    STATUS_CONFIG, &stage.diag);
		assert_contains(stage.diag.text, rows[i].sentence);
		finish();
		assert_false(scratch_has(*state, "state"));
	}
}

/* Lets standard input be a text, and returns what it was. */
static int
feed(const char *text)
{
	int before = dup(STDIN_FILENO), ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], text, strlen(text)), strlen(text));
	close(ends[1]);
	assert_true(dup2(ends[0], STDIN_FILENO) >= 0);
	close(ends[0]);
	return before;
}

static void
unfeed(int before)
{
	assert_true(dup2(before, STDIN_FILENO) >= 0);
	close(before);
}

#define SECRET_BEFORE \
	",\"kind\":\"client_credentials\",\"client_id\":\"app\"," \
	"\"client_secret\":\"before\""

/* The application's secret, where no file has it. */
static const struct secret {
	const char *name, *conf, *grant;
	unsigned flags;
	const char *typed, *secret;
	enum status status;
} secrets[] = {
	{ "a question", CLIENT, NULL, 0, "typed\n", "typed", STATUS_OK },
	{ "no answer", CLIENT, NULL, 0, "\n", NULL, STATUS_CONFIG },
	{ "no question the second time", CLIENT, SECRET_BEFORE, 0, "typed\n",
	    "before", STATUS_OK },
	{ "but with --ask", CLIENT, SECRET_BEFORE, FLAG_ASK, "typed\n", "typed",
	    STATUS_OK },
	{ "another application's is no use",
	    "token_endpoint = \"https://login.example.com/token\"\n"
	    "grant = \"client_credentials\"\nclient_id = \"other\"\n",
	    SECRET_BEFORE, 0, "typed\n", "typed", STATUS_OK },
	{ "none is wanted", CLIENT "client_auth = \"none\"\n", SECRET_BEFORE, 0,
	    "typed\n", NULL, STATUS_OK },
	{ "a person's login with one", PLACE "client_auth = \"basic\"\n", NULL,
	    0, "typed\n", "typed", STATUS_OK },
	{ "a person's login without", PLACE, NULL, 0, "typed\n", NULL,
	    STATUS_OK },
};

static void
a_secret_that_no_file_has_is_typed_once(void **state)
{
	int before;
	size_t i;

	for (i = 0; i < COUNT(secrets); i++) {
		unit_row("%s", secrets[i].name);
		unlink(scratch_path(*state, GRANT_FILE));
		if (secrets[i].grant != NULL)
			write_grant(*state, secrets[i].grant);
		stage.command.flags = secrets[i].flags;
		before = feed(secrets[i].typed);
		assert_status(prepare(*state, secrets[i].conf, ACCOUNT),
		    secrets[i].status, &stage.diag);
		unfeed(before);
		if (secrets[i].status == STATUS_OK)
			assert_row_text(stage.login.endpoint.client.secret,
			    secrets[i].secret);
		finish();
	}
}

/* The token of a login. */
static void
fill(struct login_result *result, const char *refresh_token)
{
	memset(result, 0, sizeof(*result));
	result->asked_at = 1700000000;
	result->token.access_token = strdup("NEW");
	result->token.expires_in_s = 3600;
	if (refresh_token != NULL)
		result->token.refresh_token = strdup(refresh_token);
}

static void
load_grant(struct grant *grant)
{
	struct diag diag;

	grant_init(grant);
	assert_status(store_load(&stage.login.store, grant, &diag), STATUS_OK,
	    &diag);
}

static void
save(struct login_result *result)
{
	struct record record;

	record_init(&record);
	assert_status(login_save(&stage.login, result, &record, &stage.diag),
	    STATUS_OK, &stage.diag);
	assert_string_equal(record.access_token, "NEW");
	record_clear(&record);
	oauth_token_clear(&result->token);
}

static void
what_a_renewal_needs_is_in_the_grant(void **state)
{
	struct login_result result;
	struct grant grant;

	stage.command.provider = "office365";
	assert_status(prepare(*state, APP, ACCOUNT), STATUS_OK, &stage.diag);
	fill(&result, "R2");
	save(&result);
	load_grant(&grant);
	assert_string_equal(grant.provider, "office365");
	assert_string_equal(grant.token_endpoint, ENTRA);
	assert_string_equal(grant.client_id, "app");
	assert_string_equal(grant.asked_scope, default_scope());
	assert_string_equal(grant.refresh_token, "R2");
	assert_null(grant.kind);
	assert_null(grant.client_secret);
	assert_true(grant_can_renew(&grant));
	grant_clear(&grant);
	finish();
	assert_true(scratch_has(*state, TOKEN_FILE));
	assert_int_equal(scratch_mode(*state, GRANT_FILE), 0600);
}

static void
a_login_without_a_person_leaves_its_way_and_a_typed_secret(void **state)
{
	struct login_result result;
	struct grant grant;
	int before;

	/* what another provider and a person left does not stay */
	write_grant(*state,
	    GRANTED("google", "https://old.example.com/token",
		"last") ",\"revocation_endpoint\":\"https://old.example.com/revoke\","
			"\"failure\":{\"status\":\"config\",\"text\":\"why\",\"at\":1,"
			"\"until\":2000000000,\"count\":1,\"request\":1},\"unknown\":7");
	before = feed("typed\n");
	assert_status(prepare(*state, CLIENT, ACCOUNT), STATUS_OK, &stage.diag);
	unfeed(before);
	fill(&result, NULL);
	save(&result);
	load_grant(&grant);
	assert_string_equal(grant.kind, "client_credentials");
	assert_string_equal(grant.client_secret, "typed");
	assert_null(grant.refresh_token);
	assert_null(grant.revocation_endpoint);
	assert_null(grant.provider);
	assert_int_equal(grant.failure.status, STATUS_OK);
	assert_non_null(grant.rest);
	assert_true(grant_can_renew(&grant));
	grant_clear(&grant);
	finish();
}

#define LOGIN_TEST(name) \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LOGIN_TEST(a_login_chooses_provider_and_scope),
		LOGIN_TEST(an_import_does_not_go_where_the_last_login_went),
		LOGIN_TEST(an_option_that_would_do_nothing_is_refused),
		LOGIN_TEST(
		    values_that_make_no_sense_are_the_command_lines_fault),
		LOGIN_TEST(what_is_wrong_here_is_said_before_anything_is_made),
		LOGIN_TEST(a_secret_that_no_file_has_is_typed_once),
		LOGIN_TEST(what_a_renewal_needs_is_in_the_grant),
		LOGIN_TEST(
		    a_login_without_a_person_leaves_its_way_and_a_typed_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
