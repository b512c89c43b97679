/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What is in force for an account: sections, presets, defaults; and the
 * addresses that secrets are sent to.
 */

#include "conf.h"
#include "http.h"
#include "provider.h"
#include "unit.h"

#define FILE_NAME "bearer.conf"

static struct conf *
load(const struct scratch *s, const char *text)
{
	struct conf *conf = NULL;
	struct diag diag;

	scratch_write(s, FILE_NAME, text);
	assert_status(conf_load(&conf, scratch_path(s, FILE_NAME), &diag),
	    STATUS_OK, &diag);
	return conf;
}

/* Each text has one place more than the next; the nearest is in force. */
#define IN_DEFAULT ""
#define IN_PRESET "default_provider = \"office365\"\n"
#define IN_SERVICES IN_PRESET "services = \"imap\"\n"
#define IN_GLOBAL IN_SERVICES "scope = \"global\"\ntimeout = 3\n"
#define IN_PROVIDER \
	IN_GLOBAL \
	"provider \"office365\" { scope = \"provider\"\ntimeout = 4 }\n"
#define IN_ACCOUNT \
	IN_PROVIDER \
	"account \"me\" { scope = \"account\"\ntimeout = 5 }\n"

static const struct precedence {
	const char *text, *scope;
	enum option_origin origin;
	int timeout;
} precedences[] = {
	{ IN_DEFAULT, NULL, ORIGIN_UNSET, 25 },
	{ IN_PRESET, NULL, ORIGIN_UNSET, 25 },
	{ IN_SERVICES,
	    "https://outlook.office.com/IMAP.AccessAsUser.All "
	    "offline_access openid profile",
	    ORIGIN_PRESET, 25 },
	{ IN_GLOBAL, "global", ORIGIN_FILE, 3 },
	{ IN_PROVIDER, "provider", ORIGIN_FILE, 4 },
	{ IN_ACCOUNT, "account", ORIGIN_FILE, 5 },
};

static void
the_nearest_place_is_in_force(void **state)
{
	struct settings settings;
	struct conf *conf;
	struct diag diag;
	size_t i;

	for (i = 0; i < COUNT(precedences); i++) {
		unit_row("row %zu", i);
		conf = load(*state, precedences[i].text);
		assert_status(conf_resolve(conf, "me", &settings, &diag),
		    STATUS_OK, &diag);
		assert_row_text(settings.text[OPTION_SCOPE],
		    precedences[i].scope);
		assert_row_int(settings.origin[OPTION_SCOPE],
		    precedences[i].origin);
		assert_row_int(settings.seconds[OPTION_TIMEOUT],
		    precedences[i].timeout);
		settings_clear(&settings);
		conf_free(&conf);
	}
}

static void
accounts_do_not_see_each_others_sections(void **state)
{
	struct conf *conf = load(*state,
	    "account \"a\" { scope = \"a\" }\n"
	    "account \"b\" { provider = \"google\"\nservices = \"pop\" }\n");
	struct settings settings;

	conf_resolve(conf, "b", &settings, NULL);
	assert_string_equal(settings.text[OPTION_SCOPE],
	    "https://mail.google.com/ openid email");
	settings_clear(&settings);
	conf_resolve(conf, "c", &settings, NULL);
	assert_null(settings.text[OPTION_SCOPE]);
	settings_clear(&settings);
	conf_resolve(conf, NULL, &settings, NULL);
	assert_null(settings.text[OPTION_SCOPE]);
	settings_clear(&settings);
	conf_free(&conf);
}

#define LOGIN "https://login.microsoftonline.com/"
#define GUID "8a2b3c4d-0000-1111-2222-333344445555"

static const struct tenant {
	const char *text, *endpoint;
} tenants[] = {
	{ "default_provider = \"office365\"\n",
	    LOGIN "organizations/oauth2/v2.0/token" },
	{ "default_provider = \"office365\"\ntenant = \"common\"\n",
	    LOGIN "common/oauth2/v2.0/token" },
	{ "default_provider = \"office365\"\ntenant = \"consumers\"\n",
	    LOGIN "consumers/oauth2/v2.0/token" },
	{ "default_provider = \"office365\"\ntenant = \"" GUID "\"\n",
	    LOGIN GUID "/oauth2/v2.0/token" },
	{ "account \"me\" { provider = \"office365\"\n"
	  "tenant = \"contoso.onmicrosoft.com\" }\n",
	    LOGIN "contoso.onmicrosoft.com/oauth2/v2.0/token" },
	{ "provider \"office365\" { tenant = \"contoso.com\" }\n"
	  "account \"me\" { provider = \"office365\" }\n",
	    LOGIN "contoso.com/oauth2/v2.0/token" },
	{ "default_provider = \"google\"\ntenant = \"contoso.com\"\n",
	    "https://oauth2.googleapis.com/token" },
	{ "default_provider = \"corp\"\nprovider \"corp\" {\n"
	  "token_endpoint = \"https://corp.example/t\" }\n",
	    "https://corp.example/t" },
};

static void
a_tenant_has_its_own_endpoints(void **state)
{
	struct settings settings;
	struct conf *conf;
	struct diag diag;
	size_t i;

	for (i = 0; i < COUNT(tenants); i++) {
		unit_row("%s", tenants[i].text);
		conf = load(*state, tenants[i].text);
		assert_status(conf_resolve(conf, "me", &settings, &diag),
		    STATUS_OK, &diag);
		assert_row_text(settings.text[OPTION_TOKEN_ENDPOINT],
		    tenants[i].endpoint);
		settings_clear(&settings);
		conf_free(&conf);
	}
}

static void
a_provider_that_does_not_exist_is_named(void **state)
{
	struct conf *conf = load(*state,
	    "\naccount \"me\" {\n"
	    "provider = \"ofice365\" }\n");
	struct settings settings;
	struct diag diag;

	assert_status(conf_resolve(conf, "me", &settings, &diag), STATUS_CONFIG,
	    &diag);
	assert_contains(diag.text, FILE_NAME ", line 3: ");
	assert_contains(diag.text, "no provider \"ofice365\"");
	settings_clear(&settings);
	conf_free(&conf);
	conf = load(*state, "\ndefault_provider = \"corp\"\n");
	assert_status(conf_resolve(conf, "me", &settings, &diag), STATUS_CONFIG,
	    &diag);
	assert_contains(diag.text, FILE_NAME ", line 2: ");
	settings_clear(&settings);
	conf_free(&conf);
}

#define EXCHANGE "https://outlook.office.com/"
#define APP "grant = \"client_credentials\"\n"

/* The scope where none is set: by the grant, the provider and the services. */
static const struct composed {
	const char *text, *scope;
} composed[] = {
	{ "services = \"smtp\"\n", NULL },
	{ "default_provider = \"office365\"\nservices = \"smtp\"\n",
	    EXCHANGE "SMTP.Send offline_access openid profile" },
	{ "default_provider = \"office365\"\nservices = \"pop, smtp\"\n",
	    EXCHANGE "SMTP.Send " EXCHANGE "POP.AccessAsUser.All "
		     "offline_access openid profile" },
	{ "default_provider = \"google\"\nservices = \"smtp imap pop\"\n",
	    "https://mail.google.com/ openid email" },
	{ "default_provider = \"office365\"\nservices = \"imap\"\n"
	  "account \"me\" { services = \"smtp\" }\n",
	    EXCHANGE "SMTP.Send offline_access openid profile" },
	{ "default_provider = \"office365\"\nservices = \"imap\"\n"
	  "account \"me\" { scope = \"mine\" }\n",
	    "mine" },
	/* what the preset has no scope for */
	{ "default_provider = \"office365-hve\"\nservices = \"imap\"\n", NULL },
	{ "default_provider = \"zoho\"\nservices = \"imap\"\n", NULL },
	/* without a person the services say nothing */
	{ "default_provider = \"office365\"\n" APP,
	    "https://outlook.office365.com/.default" },
	{ "default_provider = \"office365\"\nservices = \"imap\"\n" APP,
	    "https://outlook.office365.com/.default" },
	{ "default_provider = \"office365-china\"\n" APP,
	    "https://partner.outlook.cn/.default" },
	{ "default_provider = \"office365\"\nscope = \"mine\"\n" APP, "mine" },
	{ "default_provider = \"fastmail\"\n" APP, NULL },
	{ "default_provider = \"google\"\ngrant = \"service_account\"\n",
	    "https://mail.google.com/" },
};

static void
the_scope_is_that_of_the_services_or_of_the_application(void **state)
{
	struct settings settings;
	struct conf *conf;
	struct diag diag;
	size_t i;

	for (i = 0; i < COUNT(composed); i++) {
		unit_row("%s", composed[i].text);
		conf = load(*state, composed[i].text);
		assert_status(conf_resolve(conf, "me", &settings, &diag),
		    STATUS_OK, &diag);
		assert_row_text(settings.text[OPTION_SCOPE], composed[i].scope);
		assert_row_int(settings.origin[OPTION_SCOPE],
		    composed[i].scope == NULL                  ? ORIGIN_UNSET :
			strcmp(composed[i].scope, "mine") == 0 ? ORIGIN_FILE :
								 ORIGIN_PRESET);
		settings_clear(&settings);
		conf_free(&conf);
	}
}

/* A login's choice counts where the account's own section says nothing. */
static void
a_chosen_provider_comes_before_the_default_one(void **state)
{
	struct conf *conf = load(*state,
	    "default_provider = \"google\"\n"
	    "account \"own\" { provider = \"fastmail\" }\n");
	static const struct {
		const char *account, *chosen, *expected;
		enum option_origin origin;
	} rows[] = {
		{ "me", NULL, "google", ORIGIN_FILE },
		{ "me", "office365", "office365", ORIGIN_LOGIN },
		{ "own", "office365", "fastmail", ORIGIN_FILE },
	};
	struct settings settings;
	struct diag diag;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		unit_row("row %zu", i);
		assert_status(conf_resolve_with(conf, rows[i].account,
				  rows[i].chosen, &settings, &diag),
		    STATUS_OK, &diag);
		assert_row_text(settings.text[OPTION_PROVIDER],
		    rows[i].expected);
		assert_row_int(settings.origin[OPTION_PROVIDER],
		    rows[i].origin);
		assert_ptr_equal(settings.preset,
		    provider_find(rows[i].expected));
		settings_clear(&settings);
	}
	assert_status(conf_resolve_with(conf, "me", "gone", &settings, &diag),
	    STATUS_CONFIG, &diag);
	assert_contains(diag.text, "no provider \"gone\"");
	settings_clear(&settings);
	conf_free(&conf);
}

static void
users_go_into_the_record(void **state)
{
	struct conf *conf = load(*state,
	    "account \"me\" {\nuser = \"u\"\n"
	    "user_smtp = \"s\"\nuser_ldap = \"l\" }\n");
	struct settings settings;
	struct record record;

	record_init(&record);
	record_set_user(&record, RECORD_SERVICE_IMAP, "old");
	conf_resolve(conf, "me", &settings, NULL);
	settings_apply_users(&settings, &record);
	assert_string_equal(record_user(&record, "pop"), "u");
	assert_string_equal(record_user(&record, "imap"), "u");
	assert_string_equal(record_user(&record, "smtp"), "s");
	assert_string_equal(record_user(&record, "ldap"), "l");
	settings_clear(&settings);
	conf_free(&conf);
}

static const struct url {
	const char *url;
	bool is_good;
	const char *host; /* for a sentence */
} urls[] = {
	{ "https://login.example.com/token", true, "login.example.com" },
	{ "HTTPS://login.example.com/token", true, "login.example.com" },
	{ "https://login.example.com:8443/t?a=b", true,
	    "login.example.com:8443" },
	{ "https://127.0.0.1:4433/", true, "127.0.0.1:4433" },
	{ "https://[::1]:4433/", true, "[::1]:4433" },
	{ "http://login.example.com/token", false, "login.example.com" },
	{ "http://127.0.0.1/", false, "127.0.0.1" },
	{ "file:///etc/passwd", false, NULL },
	{ "https:", false, NULL },
	{ "https://u@x/", false, "x" },
	{ "https://u:secret@x/", false, "x" },
	{ "https://x/#f", false, "x" },
	{ "https://x y/", false, NULL },
	{ "https://x/\n", false, NULL },
	{ "", false, NULL },
	{ "login.example.com", false, NULL },
};

static void
secrets_go_to_https_addresses_only(void **state)
{
	struct diag diag;
	char host[256];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(urls); i++) {
		unit_row("%s", urls[i].url);
		assert_status(http_check_url(urls[i].url, &diag),
		    urls[i].is_good ? STATUS_OK : STATUS_CONFIG, &diag);
		http_host(urls[i].url, host, sizeof(host));
		if (urls[i].host != NULL)
			assert_row_text(host, urls[i].host);
		assert_lacks(host, "secret");
	}
	http_host("https://login.example.com/", host, 6);
	assert_string_equal(host, "login");
}

#define SETTINGS_TEST(name) \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SETTINGS_TEST(the_nearest_place_is_in_force),
		SETTINGS_TEST(accounts_do_not_see_each_others_sections),
		SETTINGS_TEST(a_tenant_has_its_own_endpoints),
		SETTINGS_TEST(a_provider_that_does_not_exist_is_named),
		SETTINGS_TEST(
		    the_scope_is_that_of_the_services_or_of_the_application),
		SETTINGS_TEST(a_chosen_provider_comes_before_the_default_one),
		SETTINGS_TEST(users_go_into_the_record),
		SETTINGS_TEST(secrets_go_to_https_addresses_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
