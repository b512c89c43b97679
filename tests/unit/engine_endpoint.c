/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The provider as one account sees it: what is chosen, what is missing, what
 * an issuer is asked for and when, and what identifies a request.
 */

#include <unistd.h>

#include "engine_fake.h"
#include "obtained.h"
#include "made_key.h"

#define ISSUER "https://id.example.com"
#define DOCUMENT(issuer, path) \
	"{\"issuer\":\"" issuer "\"," \
	"\"authorization_endpoint\":\"" issuer "/" path "/authorize\"," \
	"\"token_endpoint\":\"" issuer "/" path "/token\"," \
	"\"device_authorization_endpoint\":\"" issuer "/" path "/device\"," \
	"\"revocation_endpoint\":\"" issuer "/" path "/revoke\"," \
	"\"authorization_response_iss_parameter_supported\":true}"

/* A configuration with the fake's certificates and nothing else. */
static void
configure(struct fake *fake, const char *more)
{
	char text[2048];

	snprintf(text, sizeof(text), "ca_file = \"%s\"\n%s",
	    scratch_path(fake->scratch, "ca.pem"), more);
	fake_configure_only(fake, text);
}

static void
prepare(struct fake *fake, const char *more, struct endpoint *endpoint)
{
	configure(fake, more);
	assert_status(
	    endpoint_prepare(&fake->renewer, ME, NULL, endpoint, &fake->diag),
	    STATUS_OK, &fake->diag);
}

#define PLACE "token_endpoint = \"" ENDPOINT "\"\n"
#define APP PLACE "client_id = \"app\"\n"

#define OFFICE_APP \
	"default_provider = \"office365\"\nclient_id = \"app\"\n" \
	"grant = \"client_credentials\"\n"

/* How the application proves itself: as set, or by what is there. */
static const struct choice {
	const char *conf; /* @: the path of a file that is one of each kind */
	enum oauth_auth auth;
	bool wants_secret;
} choices[] = {
	{ APP, OAUTH_AUTH_NONE, false },
	{ APP "client_secret_file = \"@\"\n", OAUTH_AUTH_BODY, false },
	{ APP "client_auth = \"none\"\nclient_secret_file = \"@\"\n",
	    OAUTH_AUTH_NONE, false },
	{ APP "client_auth = \"basic\"\nclient_secret_file = \"@\"\n",
	    OAUTH_AUTH_BASIC, false },
	{ APP "client_auth = \"body\"\n", OAUTH_AUTH_BODY, true },
	{ APP "client_auth = \"basic\"\n", OAUTH_AUTH_BASIC, true },
	{ APP "client_assertion_file = \"@\"\n", OAUTH_AUTH_FEDERATED, false },
	{ APP "client_key = \"@\"\n", OAUTH_AUTH_KEY, false },
	{ APP "client_key = \"@\"\nclient_secret_file = \"@\"\n",
	    OAUTH_AUTH_KEY, false },
	/* an application without a person proves itself somehow */
	{ APP "grant = \"client_credentials\"\n", OAUTH_AUTH_BODY, true },
	{ APP "grant = \"client_credentials\"\nclient_key = \"@\"\n",
	    OAUTH_AUTH_KEY, false },
	{ APP "grant = \"client_credentials\"\nclient_auth = \"none\"\n",
	    OAUTH_AUTH_NONE, false },
	/* a tenant's own name; a person's; an endpoint that is set */
	{ OFFICE_APP "tenant = \"contoso.com\"\n", OAUTH_AUTH_BODY, true },
	{ "default_provider = \"office365\"\nclient_id = \"app\"\n",
	    OAUTH_AUTH_NONE, false },
	{ OFFICE_APP PLACE, OAUTH_AUTH_BODY, true },
	/* the grants that have no client */
	{ "grant = \"managed_identity\"\nresource = \"r\"\n", OAUTH_AUTH_NONE,
	    false },
};

/* The configuration with the path of the scratch file in it. */
static const char *
with_path(const struct fake *fake, const char *conf)
{
	static char text[1024];
	const char *path = scratch_path(fake->scratch, "key.pem");
	size_t used = 0;

	for (; *conf != '\0'; conf++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    "%.*s", *conf == '@' ? 200 : 1, *conf == '@' ? path : conf);
	return text;
}

static void
write_key(const struct fake *fake)
{
	char *pem = made_pem(MADE_RSA, NULL);

	scratch_write(fake->scratch, "key.pem", pem);
	free(pem);
}

static void
the_client_proves_itself_by_what_is_configured(void **state)
{
	struct fake *fake = *state;
	struct endpoint endpoint;
	size_t i;

	write_key(fake);
	for (i = 0; i < COUNT(choices); i++) {
		unit_row("%s", choices[i].conf);
		prepare(fake, with_path(fake, choices[i].conf), &endpoint);
		assert_row_int(endpoint.client.auth, choices[i].auth);
		assert_row_int(endpoint_wants_secret(&endpoint),
		    choices[i].wants_secret);
		assert_row_int(endpoint.key != NULL,
		    choices[i].auth == OAUTH_AUTH_KEY);
		endpoint_clear(&endpoint);
	}
}

#define MICROSOFT \
	"client_id = \"app\"\ndefault_provider = \"office365\"\n" \
	"tenant = \"contoso.com\"\n"

static const struct lack {
	const char *conf, *sentence;
} lacks[] = {
	{ "client_id = \"app\"\n", "no provider is configured; set" },
	{ PLACE,
	    "no client_id is configured; register an application at the "
	    "provider and write client_id = \"ITS-ID\" into /" },
	{ "default_provider = \"office365\"\n",
	    "register an application at Microsoft 365" },
	{ APP "client_auth = \"private_key_jwt\"\n",
	    "client_auth wants client_key, which is not set in" },
	{ APP "client_auth = \"federated\"\n",
	    "client_auth wants client_assertion_file, which is not set in" },
	{ APP "client_certificate = \"/nonexistent/certificate\"\n",
	    "client_certificate wants client_key, which is not set in" },
	{ APP "client_certificate = \"/nonexistent/certificate\"\n"
	      "client_auth = \"body\"\n",
	    "client_certificate wants client_key, which is not set in" },
	{ MICROSOFT "client_key = \"/nonexistent/key\"\n",
	    "client_key wants client_certificate, which is not set in" },
	{ "default_provider = \"office365\"\ngrant = \"service_account\"\n"
	  "service_account_file = \"/nonexistent/sa\"\n",
	    "grant service_account is Google's; for Microsoft 365 set grant "
	    "to client_credentials in /" },
	{ "default_provider = \"google\"\ngrant = \"service_account\"\n",
	    "grant wants service_account_file, which is not set in" },
	{ "grant = \"managed_identity\"\n",
	    "grant wants resource, which is not set in" },
	{ OFFICE_APP,
	    "grant client_credentials wants the tenant's own name; "
	    "set tenant to contoso.com, say, or its GUID in /" },
	{ OFFICE_APP "tenant = \"organizations\"\n", "the tenant's own name" },
	{ OFFICE_APP "tenant = \"common\"\n", "the tenant's own name" },
	{ OFFICE_APP "tenant = \"consumers\"\n", "the tenant's own name" },
	{ APP "client_secret_file = \"/nonexistent/secret\"\n",
	    "there is no file /nonexistent/secret" },
	{ APP "client_key = \"/nonexistent/key\"\n", "/nonexistent/key" },
	{ "default_provider = \"google\"\ngrant = \"service_account\"\n"
	  "service_account_file = \"/nonexistent/sa\"\n",
	    "there is no file /nonexistent/sa" },
	{ APP "client_secret_file = \"credential:secret\"\n",
	    "credential:secret is a systemd credential, but this process was "
	    "given none; add LoadCredential=" },
};

static void
what_is_missing_is_named_by_its_option(void **state)
{
	struct fake *fake = *state;
	struct endpoint endpoint;
	size_t i;

	unsetenv("CREDENTIALS_DIRECTORY");
	for (i = 0; i < COUNT(lacks); i++) {
		unit_row("%s", lacks[i].conf);
		configure(fake, lacks[i].conf);
		assert_status(endpoint_prepare(&fake->renewer, ME, NULL,
				  &endpoint, &fake->diag),
		    STATUS_CONFIG, &fake->diag);
		assert_contains(fake->diag.text, lacks[i].sentence);
		endpoint_clear(&endpoint);
	}
}

static void
a_secret_can_be_a_credential_of_systemd(void **state)
{
	struct fake *fake = *state;
	struct endpoint endpoint;

	scratch_write(fake->scratch, "app-secret", "from systemd \n");
	setenv("CREDENTIALS_DIRECTORY", fake->scratch->path, 1);
	prepare(fake, APP "client_secret_file = \"credential:app-secret\"\n",
	    &endpoint);
	unsetenv("CREDENTIALS_DIRECTORY");
	assert_string_equal(endpoint.client.secret, "from systemd");
	endpoint_clear(&endpoint);
}

static void
a_service_account_stands_for_the_account_or_its_subject(void **state)
{
	static const struct {
		const char *section, *subject;
	} rows[] = {
		{ "", ME },
		{ "account \"" ME "\" { subject = \"sales@example.com\" }\n",
		    "sales@example.com" },
	};
	struct fake *fake = *state;
	struct endpoint endpoint;
	char conf[512], *json = made_service_account(MADE_RSA, NULL);
	size_t i;

	scratch_write(fake->scratch, "sa.json", json);
	free(json);
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("row %zu", i);
		snprintf(conf, sizeof(conf),
		    "default_provider = \"google\"\n"
		    "grant = \"service_account\"\n"
		    "service_account_file = \"%s\"\n%s",
		    scratch_path(fake->scratch, "sa.json"), rows[i].section);
		prepare(fake, conf, &endpoint);
		assert_non_null(endpoint.service_account);
		assert_null(endpoint.client.id);
		assert_row_text(endpoint.settings.text[OPTION_SUBJECT],
		    rows[i].subject);
		endpoint_clear(&endpoint);
	}
}

/* The secret that was typed at the login. */
static void
the_grant_gives_the_secret_that_no_file_has(void **state)
{
	static char typed[] = "typed";
	const struct grant grant = { .client_secret = typed };
	const struct grant none = { .client_secret = NULL };
	struct fake *fake = *state;
	struct endpoint endpoint;

	prepare(fake, APP "client_auth = \"body\"\n", &endpoint);
	assert_status(endpoint_complete(&fake->renewer, &endpoint, &none, 1000,
			  &fake->diag),
	    STATUS_CONFIG, &fake->diag);
	assert_contains(fake->diag.text,
	    "the application's secret is not known; set client_secret_file");
	assert_status(endpoint_complete(&fake->renewer, &endpoint, &grant, 1000,
			  &fake->diag),
	    STATUS_OK, &fake->diag);
	assert_string_equal(endpoint.client.secret, "typed");
	endpoint_clear(&endpoint);
	/* what is configured comes first */
	scratch_write(fake->scratch, "key.pem", "filed");
	prepare(fake, with_path(fake, APP "client_secret_file = \"@\"\n"),
	    &endpoint);
	assert_status(endpoint_complete(&fake->renewer, &endpoint, &grant, 1000,
			  &fake->diag),
	    STATUS_OK, &fake->diag);
	assert_string_equal(endpoint.client.secret, "filed");
	assert_null(endpoint.secret);
	endpoint_clear(&endpoint);
	assert_int_equal(fake->requests, 0);
}

#define AT_MICROSOFT "default_provider = \"office365\"\nclient_id = \"app\"\n"

/* The scope of a renewal, by the grant's two. */
static const struct renewed {
	const char *conf, *granted, *asked, *scope;
} reneweds[] = {
	{ APP, "granted", "asked", "granted" },
	{ APP, "granted", NULL, "granted" },
	{ APP, NULL, "asked", "asked" },
	{ APP, NULL, NULL, NULL },
	{ APP "scope = \"set\"\n", "granted", "asked", "set" },
	{ AT_MICROSOFT, "granted", "asked", "asked" },
	{ AT_MICROSOFT, "granted", NULL, "granted" },
	{ AT_MICROSOFT "services = \"smtp\"\n", "granted", "asked",
	    "https://outlook.office.com/SMTP.Send offline_access openid "
	    "profile" },
};

static void
a_renewal_asks_for_no_more_than_was_granted(void **state)
{
	struct fake *fake = *state;
	struct endpoint endpoint;
	struct grant grant;
	size_t i;

	for (i = 0; i < COUNT(reneweds); i++) {
		unit_row("row %zu", i);
		grant_init(&grant);
		grant_set(&grant.scope, reneweds[i].granted);
		grant_set(&grant.asked_scope, reneweds[i].asked);
		prepare(fake, reneweds[i].conf, &endpoint);
		assert_status(endpoint_complete(&fake->renewer, &endpoint,
				  &grant, 1000, &fake->diag),
		    STATUS_OK, &fake->diag);
		assert_row_text(endpoint.settings.text[OPTION_SCOPE],
		    reneweds[i].scope);
		/* what a login has asked for is not forgotten over it */
		assert_int_equal(obtained_note_endpoint(&grant, &endpoint),
		    STATUS_OK);
		if (reneweds[i].asked != NULL &&
		    endpoint.settings.origin[OPTION_SCOPE] == ORIGIN_UNSET)
			assert_row_text(grant.asked_scope, reneweds[i].asked);
		endpoint_clear(&endpoint);
		grant_clear(&grant);
	}
}

#define BY_ISSUER "issuer = \"" ISSUER "\"\nclient_id = \"app\"\ntimeout = 30\n"
#define HOUR 3600
#define DAY ENDPOINT_MAX_DISCOVERY_S

/* What an issuer is asked for, by what the grant knows of it. */
static const struct discovered {
	const char *name, *conf;
	const char *issuer; /* the grant's; NULL: it knows none */
	int64_t age_s;
	struct fake_reply reply;
	enum status status;
	unsigned requests;
	const char *token; /* the endpoint in the end */
	bool is_new;
} discovereds[] = {
	{ "the first time", BY_ISSUER, NULL, 0,
	    { .code = 200, .body = DOCUMENT(ISSUER, "new") }, STATUS_OK, 1,
	    ISSUER "/new/token", true },
	{ "an hour later", BY_ISSUER, ISSUER, HOUR, { .code = 500, .body = "" },
	    STATUS_OK, 0, ISSUER "/old/token", false },
	{ "a second before the day is over", BY_ISSUER, ISSUER, DAY - 1,
	    { .code = 500, .body = "" }, STATUS_OK, 0, ISSUER "/old/token",
	    false },
	{ "after a day", BY_ISSUER, ISSUER, DAY,
	    { .code = 200, .body = DOCUMENT(ISSUER, "new") }, STATUS_OK, 1,
	    ISSUER "/new/token", true },
	{ "the clock was set back", BY_ISSUER, ISSUER, -10,
	    { .code = 200, .body = DOCUMENT(ISSUER, "new") }, STATUS_OK, 1,
	    ISSUER "/new/token", true },
	{ "another issuer is configured", BY_ISSUER, "https://old.example.com",
	    HOUR, { .code = 200, .body = DOCUMENT(ISSUER, "new") }, STATUS_OK,
	    1, ISSUER "/new/token", true },
	{ "another one, which does not answer", BY_ISSUER,
	    "https://old.example.com", HOUR,
	    { .status = STATUS_AGAIN, .body = "no answer" }, STATUS_AGAIN, 1,
	    NULL, false },
	{ "never known, and no answer", BY_ISSUER, NULL, 0,
	    { .status = STATUS_AGAIN, .body = "no answer" }, STATUS_AGAIN, 1,
	    NULL, false },
	{ "after a day, and no answer", BY_ISSUER, ISSUER, DAY,
	    { .status = STATUS_AGAIN, .body = "no answer" }, STATUS_OK, 1,
	    ISSUER "/old/token", false },
	{ "after a day, in an outage", BY_ISSUER, ISSUER, 2 * DAY,
	    { .code = 503, .body = "" }, STATUS_OK, 1, ISSUER "/old/token",
	    false },
	{ "after a day, the document of another", BY_ISSUER, ISSUER, DAY,
	    { .code = 200, .body = DOCUMENT("https://evil.example.com", "x") },
	    STATUS_OK, 1, ISSUER "/old/token", false },
	{ "the document of another at first", BY_ISSUER, NULL, 0,
	    { .code = 200, .body = DOCUMENT("https://evil.example.com", "x") },
	    STATUS_CONFIG, 1, NULL, false },
	{ "interrupted", BY_ISSUER, ISSUER, DAY,
	    { .status = STATUS_CANCELLED, .body = "stop" }, STATUS_CANCELLED, 1,
	    NULL, false },
	{ "the token endpoint is configured", BY_ISSUER PLACE, NULL, 0,
	    { .code = 500, .body = "" }, STATUS_OK, 0, ENDPOINT, false },
	{ "no issuer", APP, ISSUER, 0, { .code = 500, .body = "" }, STATUS_OK,
	    0, ENDPOINT, false },
};

/* A grant that knows the old endpoints. */
static void
fill_grant(struct grant *grant, const char *issuer, int64_t at)
{
	grant_init(grant);
	if (issuer == NULL)
		return;
	assert_int_equal(grant_set(&grant->issuer, issuer), STATUS_OK);
	assert_int_equal(grant_set(&grant->token_endpoint, ISSUER "/old/token"),
	    STATUS_OK);
	assert_int_equal(
	    grant_set(&grant->revocation_endpoint, ISSUER "/old/revoke"),
	    STATUS_OK);
	grant->discovered_at = at;
}

static void
check_discovered(const struct discovered *row, const struct fake *fake,
    const struct endpoint *endpoint)
{
	const char *const *text = endpoint->settings.text;

	assert_row_int(fake->requests, row->requests);
	if (row->requests > 0)
		assert_row_text(fake->url,
		    ISSUER "/.well-known/openid-configuration");
	assert_row_int(endpoint->discovered_at, row->is_new ? fake->now : 0);
	if (row->token != NULL)
		assert_row_text(text[OPTION_TOKEN_ENDPOINT], row->token);
	if (!row->is_new)
		return;
	assert_row_text(text[OPTION_AUTHORIZATION_ENDPOINT],
	    ISSUER "/new/authorize");
	assert_row_text(text[OPTION_DEVICE_ENDPOINT], ISSUER "/new/device");
	assert_row_text(text[OPTION_REVOCATION_ENDPOINT], ISSUER "/new/revoke");
	assert_row_int(endpoint->settings.origin[OPTION_TOKEN_ENDPOINT],
	    ORIGIN_DISCOVERED);
	assert_true(endpoint->sends_issuer);
}

static void
an_issuer_is_asked_once_a_day_and_missed_by_nobody(void **state)
{
	struct fake *fake = *state;
	const struct discovered *row;
	struct endpoint endpoint;
	struct grant grant;
	size_t i;

	for (i = 0; i < COUNT(discovereds); i++) {
		row = &discovereds[i];
		unit_row("%s", row->name);
		fake->requests = 0;
		memset(fake->replies, 0, sizeof(fake->replies));
		fake->replies[0] = row->reply;
		fill_grant(&grant, row->issuer, fake->now - row->age_s);
		prepare(fake, row->conf, &endpoint);
		assert_status(endpoint_complete(&fake->renewer, &endpoint,
				  &grant, 30000, &fake->diag),
		    row->status, &fake->diag);
		check_discovered(row, fake, &endpoint);
		endpoint_clear(&endpoint);
		grant_clear(&grant);
	}
}

/* An issuer that takes its time must leave some for the token. */
static void
where_older_endpoints_are_known_little_time_is_spent(void **state)
{
	struct fake *fake = *state;
	struct endpoint endpoint;
	struct grant grant;

	fake_answer(fake, 200, DOCUMENT(ISSUER, "new"));
	fill_grant(&grant, ISSUER, fake->now - DAY);
	prepare(fake, BY_ISSUER, &endpoint);
	assert_status(endpoint_complete(&fake->renewer, &endpoint, &grant,
			  30000, &fake->diag),
	    STATUS_OK, &fake->diag);
	assert_in_range(fake->timeout_ms, 9000, 10000);
	endpoint_clear(&endpoint);
	grant_clear(&grant);
	fill_grant(&grant, NULL, 0);
	prepare(fake, BY_ISSUER, &endpoint);
	assert_status(endpoint_complete(&fake->renewer, &endpoint, &grant,
			  30000, &fake->diag),
	    STATUS_OK, &fake->diag);
	assert_in_range(fake->timeout_ms, 29000, 30000);
	endpoint_clear(&endpoint);
	grant_clear(&grant);
}

#define IDENTITY "grant = \"managed_identity\"\nresource = \"r\"\n"

/* Each configuration is another request. */
static const char *const requests[] = {
	APP,
	"token_endpoint = \"" ENDPOINT "2\"\nclient_id = \"app\"\n",
	PLACE "client_id = \"app2\"\n",
	APP "scope = \"mail\"\n",
	APP "scope = \"mail2\"\n",
	APP "resource = \"mail\"\n",
	APP "issuer = \"" ISSUER "\"\n",
	APP "grant = \"device_code\"\n",
	APP "client_secret_file = \"@\"\n",
	APP "client_secret_file = \"@\"\nclient_auth = \"basic\"\n",
	APP "client_key = \"@\"\n",
	APP "client_key = \"@\"\nclient_key_id = \"k\"\n",
	APP "client_key = \"@\"\nclient_assertion_alg = \"PS256\"\n",
	APP "client_assertion_file = \"@\"\n",
	APP "client_assertion_file = \"@2\"\n",
	IDENTITY,
	"grant = \"managed_identity\"\nresource = \"r2\"\n",
	IDENTITY "identity_endpoint = \"http://127.0.0.1/x\"\n",
	IDENTITY "client_id = \"i\"\n",
};

static uint64_t
print_of(struct fake *fake, const char *conf)
{
	struct endpoint endpoint;
	uint64_t print;

	prepare(fake, with_path(fake, conf), &endpoint);
	print = endpoint_fingerprint(&endpoint);
	endpoint_clear(&endpoint);
	return print;
}

static void
each_thing_that_changes_the_request_changes_its_fingerprint(void **state)
{
	struct fake *fake = *state;
	uint64_t prints[COUNT(requests)], secret;
	size_t i, j;

	write_key(fake);
	for (i = 0; i < COUNT(requests); i++) {
		unit_row("%s", requests[i]);
		prints[i] = print_of(fake, requests[i]);
		assert_true(prints[i] == print_of(fake, requests[i]));
		for (j = 0; j < i; j++) {
			unit_row("%s and %s", requests[i], requests[j]);
			assert_row_int(prints[i] == prints[j], false);
		}
	}
	/* so does the secret that a file of the same name has */
	secret = print_of(fake, APP "client_secret_file = \"@\"\n");
	preload_free(&fake->renewer.preload); /* it keeps files */
	assert_int_equal(preload_new(&fake->renewer.preload), STATUS_OK);
	scratch_write(fake->scratch, "key.pem", "another secret");
	assert_false(
	    secret == print_of(fake, APP "client_secret_file = \"@\"\n"));
}

/* A federated token can be new at any time: it is no part of it. */
static void
what_is_read_at_each_use_is_no_part_of_the_fingerprint(void **state)
{
	static const char conf[] = APP "client_assertion_file = \"@\"\n";
	struct fake *fake = *state;
	uint64_t before;

	scratch_write(fake->scratch, "key.pem", "one");
	before = print_of(fake, conf);
	scratch_write(fake->scratch, "key.pem", "two");
	assert_true(before == print_of(fake, conf));
	assert_int_equal(unlink(scratch_path(fake->scratch, "key.pem")), 0);
	assert_true(before == print_of(fake, conf));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FAKE_TEST(the_client_proves_itself_by_what_is_configured),
		FAKE_TEST(what_is_missing_is_named_by_its_option),
		FAKE_TEST(a_secret_can_be_a_credential_of_systemd),
		FAKE_TEST(
		    a_service_account_stands_for_the_account_or_its_subject),
		FAKE_TEST(the_grant_gives_the_secret_that_no_file_has),
		FAKE_TEST(a_renewal_asks_for_no_more_than_was_granted),
		FAKE_TEST(an_issuer_is_asked_once_a_day_and_missed_by_nobody),
		FAKE_TEST(where_older_endpoints_are_known_little_time_is_spent),
		FAKE_TEST(
		    each_thing_that_changes_the_request_changes_its_fingerprint),
		FAKE_TEST(
		    what_is_read_at_each_use_is_no_part_of_the_fingerprint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
