/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The configuration file: every option does something, and every mistake is
 * named with its file and line.
 */

#include <unistd.h>

#include "conf.h"
#include "conf_check.h"
#include "unit.h"

#define FILE_NAME "bearer.conf"

static enum status
load(const struct scratch *s, const char *text, struct conf **conf,
    struct diag *diag)
{
	scratch_write(s, FILE_NAME, text);
	return conf_load(conf, scratch_path(s, FILE_NAME), diag);
}

/* A value of each option that is neither its default nor a preset's. */
static const struct turned {
	const char *name, *value;
	int seconds;
} turneds[OPTION_COUNT] = {
	{ "provider", "google", 0 },
	{ "default_provider", "google", 0 },
	{ "grant", "client_credentials", 0 },
	{ "services", "pop,imap", 0 },
	{ "tenant", "contoso.com", 0 },
	{ "issuer", "https://x.example/realms/mail", 0 },
	{ "client_id", "3f2a-app", 0 },
	{ "client_auth", "basic", 0 },
	{ "client_secret_file", "/etc/secret", 0 },
	{ "client_secret_expires", "2027-12-31", 0 },
	{ "client_key", "pkcs11:object=mail", 0 },
	{ "client_key_pin_file", "credential:pin", 0 },
	{ "client_key_id", "2027-a", 0 },
	{ "client_certificate", "/etc/app.pem", 0 },
	{ "client_assertion_alg", "ES256", 0 },
	{ "client_assertion_file", "/var/run/token", 0 },
	{ "service_account_file", "/etc/sa.json", 0 },
	{ "subject", "s@x", 0 },
	{ "resource", "api://mail", 0 },
	{ "identity_endpoint", "http://127.0.0.1:8080/token", 0 },
	{ "authorization_endpoint", "https://x.example/authorize", 0 },
	{ "token_endpoint", "https://x.example/token?a=b//c", 0 },
	{ "device_endpoint", "https://x.example:8443/device", 0 },
	{ "revocation_endpoint", "https://x.example/revoke", 0 },
	{ "redirect_uri", "http://localhost:8400/back", 0 },
	{ "scope", "a b c", 0 },
	{ "login", "admin@x", 0 },
	{ "user", "shared@x", 0 },
	{ "user_smtp", "s@x", 0 },
	{ "user_imap", "i@x", 0 },
	{ "user_pop", "p@x", 0 },
	{ "user_ldap", "cn=a,dc=b", 0 },
	{ "reader", "mail", 0 },
	{ "renewer", "postfix", 0 },
	{ "grant_key", "credential:bearer-key", 0 },
	{ "grant_key_old", "/etc/old.key", 0 },
	{ "ca_file", "/etc/ca.pem", 0 },
	{ "ca_dir", "/etc/certs", 0 },
	{ "proxy", "http://proxy.example:3128", 0 },
	{ "connect_timeout", "3", 3 },
	{ "timeout", "120", 120 },
	{ "renew_before", "0", 0 },
	{ "xoauth2_conf", "/etc/other.conf", 0 },
	{ "audit", "/run/other/log", 0 },
	{ "on_attention", "/usr/local/bin/tell", 0 },
};

static const unsigned places[] = {
	OPTION_IN_GLOBAL,
	OPTION_IN_PROVIDER,
	OPTION_IN_ACCOUNT,
};

/* One option at one place, for an account of that provider; in line 2. */
static void
write_option(const struct turned *row, unsigned place, char *text)
{
	static const char *const forms[] = {
		[OPTION_IN_GLOBAL] = "\n%s = \"%s\"\n"
				     "account \"me\" { }\n",
		[OPTION_IN_PROVIDER] =
		    "provider \"corp\" {\n%s = \"%s\"\n}\n"
		    "account \"me\" { provider = \"corp\" }\n",
		[OPTION_IN_ACCOUNT] = "account \"me\" {\n%s = \"%s\"\n}\n",
	};

	sprintf(text, forms[place], row->name, row->value);
}

static void
check_turned(const struct conf *conf, enum option option)
{
	struct settings settings;
	struct diag diag;

	assert_status(conf_resolve(conf, "me", &settings, &diag), STATUS_OK,
	    &diag);
	assert_row_int(settings.origin[option], ORIGIN_FILE);
	assert_row_text(settings.text[option], turneds[option].value);
	assert_row_int(settings.seconds[option], turneds[option].seconds);
	assert_row_int(settings.line[option], 2);
	settings_clear(&settings);
}

static void
every_option_is_read_back_where_it_may_stand(void **state)
{
	struct conf *conf = NULL;
	struct diag diag;
	char text[512];
	size_t i, j;

	for (i = 0; i < OPTION_COUNT; i++)
		for (j = 0; j < COUNT(places); j++) {
			unit_row("%s in place %u", turneds[i].name, places[j]);
			assert_row_text(conf_options[i].name, turneds[i].name);
			write_option(&turneds[i], places[j], text);
			if ((conf_options[i].scopes & places[j]) != 0) {
				assert_status(load(*state, text, &conf, &diag),
				    STATUS_OK, &diag);
				check_turned(conf, (enum option)i);
				conf_free(&conf);
				continue;
			}
			assert_status(load(*state, text, &conf, &diag),
			    STATUS_CONFIG, &diag);
			assert_null(conf);
			assert_contains(diag.text, "line 2: ");
			assert_contains(diag.text, turneds[i].name);
			/* outside of sections that word begins one */
			if (i != OPTION_PROVIDER ||
			    places[j] != OPTION_IN_GLOBAL)
				assert_contains(diag.text, "cannot stand here");
		}
}

static void
every_option_has_a_line_of_help(void **state)
{
	enum option option;
	size_t i;

	(void)state;
	for (i = 0; i < OPTION_COUNT; i++) {
		unit_row("%s", conf_options[i].name);
		assert_non_null(conf_options[i].help);
		assert_lacks(conf_options[i].help, "\n");
		assert_true(conf_options[i].scopes != 0);
		assert_true(conf_find_option(conf_options[i].name, &option));
		assert_row_int(option, i);
	}
	assert_false(conf_find_option("Tenant", &option));
}

static const struct mistake {
	const char *name, *text;
	int line; /* 0: the sentence alone */
	const char *sentence;
} mistakes[] = {
	{ "unknown", "\ncolour = \"green\"\n", 2,
	    "there is no option colour; see sasl-bearer.conf(5)" },
	{ "misspelt", "client_ld = \"x\"\n", 1,
	    "there is no option client_ld; is client_id meant?" },
	{ "misspelt in a section", "account \"a\" {\n\n tennant = \"x\"\n}\n",
	    3, "is tenant meant?" },
	{ "a wrong section", "acount \"a\" { }\n", 1, "acount" },
	{ "repeated", "timeout = 5\nscope = \"a\"\ntimeout = 6\n", 3,
	    "timeout stands in line 1 already" },
	{ "repeated in a section",
	    "account \"a\" {\nuser = \"x\"\n"
	    "user = \"y\"\n}\n",
	    3, "user stands in line 2 already" },
	{ "a section twice",
	    "account \"a\" { }\naccount \"b\" { }\n"
	    "account \"a\" { }\n",
	    3, "a" },
	{ "a provider twice", "provider \"p\" { }\nprovider \"p\" { }\n", 2,
	    "p" },
	{ "a section without a title", "account { user = \"x\" }\n", 1, "" },
	{ "an empty title", "account \"\" { }\n", 1, "empty" },
	{ "no number", "timeout = soon\n", 1,
	    "timeout is \"soon\"; it is a whole number of seconds from 1 to "
	    "120" },
	{ "trailing junk", "timeout = 10s\n", 1, "timeout is \"10s\"" },
	{ "a blank before", "timeout = \" 10\"\n", 1, "timeout is \" 10\"" },
	{ "a sign", "timeout = \"+10\"\n", 1, "whole number" },
	{ "a fraction", "timeout = 1.5\n", 1, "whole number" },
	{ "too small", "timeout = 0\n", 1, "from 1 to 120" },
	{ "too large", "connect_timeout = 121\n", 1, "from 1 to 120" },
	{ "far too large", "renew_before = 99999999999999999999\n", 1,
	    "from 0 to 86400" },
	{ "negative", "renew_before = -1\n", 1, "from 0 to 86400" },
	{ "empty", "client_id = \"\"\n", 1, "client_id is empty" },
	{ "http", "token_endpoint = \"http://x.example/\"\n", 1,
	    "token_endpoint: the address \"http://x.example/\" does not begin "
	    "with https://" },
	/* without quotes, // begins a comment */
	{ "https without quotes", "token_endpoint = https://x.example/t\n", 1,
	    "an address stands in quotes" },
	{ "ftp", "device_endpoint = \"ftp://x.example/\"\n", 1,
	    "does not begin with https://" },
	{ "no host", "token_endpoint = \"https://\"\n", 1,
	    "is not an address" },
	{ "a placeholder", "token_endpoint = \"https://{host}/t\"\n", 1,
	    "is not an address" },
	{ "a user in it", "token_endpoint = \"https://u:p@x/t\"\n", 1,
	    "user name or a #" },
	{ "a fragment", "token_endpoint = \"https://x/t#f\"\n", 1,
	    "user name or a #" },
	{ "a relative path", "ca_file = \"ca.pem\"\n", 1,
	    "ca_file is \"ca.pem\"; it is a path that begins with /" },
	{ "a PIN in a URI", "client_key = \"pkcs11:object=x?pin-value=1\"\n", 1,
	    "has a PIN or a passphrase in it" },
	{ "a PIN among its attributes",
	    "client_key = \"pkcs11:object=x;pin-value=1\"\n", 1,
	    "client_key_pin_file" },
	{ "a passphrase in a URI", "client_key = \"handle:0x81?pass=1\"\n", 1,
	    "client_key_pin_file" },
	{ "a relative key", "grant_key = \"key\"\n", 1, "begins with /" },
	{ "a credential's path", "grant_key = \"credential:../x\"\n", 1,
	    "begins with /" },
	{ "a credential of no name", "grant_key = \"credential:\"\n", 1,
	    "begins with /" },
	{ "a tenant with a slash", "tenant = \"a/b\"\n", 1, "the tenant's" },
	{ "a tenant with a query", "tenant = \"a?b\"\n", 1, "tenant is" },
	{ "how to log in", "client_auth = \"post\"\n", 1,
	    "client_auth is \"post\"; it is one of: none body basic "
	    "private_key_jwt federated" },
	{ "part of a word", "grant = \"device\"\n", 1,
	    "grant is \"device\"; it is one of: authorization_code" },
	{ "two words", "client_assertion_alg = \"PS256 RS256\"\n", 1,
	    "it is one of: PS256 RS256 ES256" },
	{ "another algorithm", "client_assertion_alg = \"none\"\n", 1,
	    "client_assertion_alg is \"none\"" },
	{ "another service", "services = \"smtp ldap\"\n", 1,
	    "services is \"smtp ldap\"; it is smtp, imap or pop" },
	{ "no service", "services = \" , \"\n", 1, "it is smtp, imap or pop" },
	{ "an issuer by http", "issuer = \"http://x.example\"\n", 1,
	    "issuer: the address \"http://x.example\" does not begin" },
	{ "a key that is no path", "client_key = \"app.key\"\n", 1,
	    "it is a path that begins with /, or a URI such as" },
	{ "a key that is only a scheme", "client_key = \"pkcs11:\"\n", 1,
	    "client_key is \"pkcs11:\"" },
	{ "metadata by https",
	    "identity_endpoint = \"https://169.254.169.254/x\"\n", 1,
	    "it is an http:// address of this machine" },
	{ "metadata elsewhere",
	    "identity_endpoint = \"http://169.255.169.254/x\"\n", 1,
	    "it is an http:// address of this machine" },
	{ "metadata by a name that begins so",
	    "identity_endpoint = \"http://127.0.0.1.example.com/x\"\n", 1,
	    "it is an http:// address of this machine" },
	{ "metadata with a user",
	    "identity_endpoint = \"http://u@127.0.0.1/x\"\n", 1,
	    "it is an http:// address of this machine" },
	{ "a redirect elsewhere", "redirect_uri = \"http://x.example/\"\n", 1,
	    "redirect_uri is \"http://x.example/\"; it is http://127.0.0.1/" },
	{ "a day that is none", "client_secret_expires = \"31.12.2027\"\n", 1,
	    "it is a day such as 2027-12-31" },
	{ "a day and more", "client_secret_expires = \"2027-12-31 x\"\n", 1,
	    "it is a day such as" },
	{ "the thirteenth month", "client_secret_expires = \"2027-13-01\"\n", 1,
	    "it is a day such as" },
	{ "a proxy of another kind", "proxy = \"socks5://x\"\n", 1,
	    "proxy is neither none" },
	{ "an unquoted proxy", "proxy = http://x:3128\n", 1,
	    "address in quotes" },
	{ "a control byte", "client_id = \"a\\nb\"\n", 1,
	    "client_id contains a control byte" },
	{ "a lone plus", "timeout = +10\n", 1, "a + outside of quotes" },
	{ "an address with a plus", "account \"a\" { user = me+tag@x }\n", 1,
	    "put the value in quotes" },
	{ "nothing but pluses", "+++\n", 1, "a + outside of quotes" },
	{ "the environment", "scope = \"${HOME}\"\n", 1,
	    "${ has no meaning here" },
	{ "a list", "scope = {a, b}\n", 1, "unexpected token '{'" },
	{ "appended", "scope += \"a\"\n", 1, "outside of quotes" },
	{ "two values", "scope = a b\n", 1, "stands in quotes" },
	{ "provider outside", "provider = \"google\"\n", 1,
	    "the option is default_provider" },
	{ "no value", "client_id\n", 0, "" },
	{ "no end of a section", "account \"a\" {\nuser = \"x\"\n", 0,
	    "ends within a section" },
	{ "no end of a string", "client_id = \"abc\n", 0, "" },
	{ "no end of a comment", "/* comment\nclient_id = \"x\"\n", 0,
	    "ends within a" },
	{ "an end too many", "account \"a\" { }\n}\n", 0, "" },
	{ "JSON", "{ \"client_id\": \"x\" }\n", 1, "" },
	{ "garbage",
	    "\x7f"
	    "ELF\001\002\n",
	    1, "" },
};

static void
a_mistake_is_named_with_file_and_line(void **state)
{
	struct conf *conf = NULL;
	struct diag diag;
	char place[128];
	size_t i;

	for (i = 0; i < COUNT(mistakes); i++) {
		unit_row("%s", mistakes[i].name);
		assert_status(load(*state, mistakes[i].text, &conf, &diag),
		    STATUS_CONFIG, &diag);
		assert_null(conf);
		if (mistakes[i].line > 0)
			snprintf(place, sizeof(place),
			    FILE_NAME ", line %d: ", mistakes[i].line);
		else
			strcpy(place, FILE_NAME ", line ");
		assert_contains(diag.text, place);
		assert_contains(diag.text, mistakes[i].sentence);
	}
}

static void
a_value_has_2048_bytes_at_most(void **state)
{
	char text[CONF_MAX_VALUE + 100];
	struct conf *conf = NULL;
	struct diag diag;

	sprintf(text, "scope = \"%0*d\"\n", CONF_MAX_VALUE, 0);
	assert_status(load(*state, text, &conf, &diag), STATUS_OK, &diag);
	conf_free(&conf);
	sprintf(text, "scope = \"%0*d\"\n", CONF_MAX_VALUE + 1, 0);
	assert_status(load(*state, text, &conf, &diag), STATUS_CONFIG, &diag);
	assert_contains(diag.text, "scope has 2049 bytes");
}

/* Comments may say anything and change no line number. */
static void
comments_do_not_count(void **state)
{
	struct conf *conf = NULL;
	struct diag diag;

	assert_status(load(*state,
			  "# it's \"quoted\"\n// provider {\n"
			  "/* many\n lines } */ timeout = 7 # and 8\n"
			  "scope = \"a # b // c /* d */\" // e\ncolour = 1\n",
			  &conf, &diag),
	    STATUS_CONFIG, &diag);
	assert_contains(diag.text, "line 6: there is no option colour");
	assert_status(
	    load(*state, "scope = \"a # b // c /* d */\" // e\n", &conf, &diag),
	    STATUS_OK, &diag);
	conf_free(&conf);
}

static void
a_file_has_a_megabyte_at_most(void **state)
{
	static char text[CONF_MAX_FILE + 1001];
	struct conf *conf = NULL;
	struct diag diag;

	memset(text, '\n', CONF_MAX_FILE);
	assert_status(load(*state, text, &conf, &diag), STATUS_OK, &diag);
	conf_free(&conf);
	memset(text, '\n', CONF_MAX_FILE + 1000);
	assert_int_not_equal(load(*state, text, &conf, &diag), STATUS_OK);
	assert_contains(diag.text, FILE_NAME " is larger than");
}

static void
a_file_that_is_not_there_is_an_empty_configuration(void **state)
{
	struct scratch *s = *state;
	struct settings settings;
	struct conf *conf;
	struct diag diag;

	assert_status(conf_load(&conf, scratch_path(s, "none"), &diag),
	    STATUS_OK, &diag);
	assert_null(conf_account_at(conf, 0));
	assert_contains(conf_path(conf), "/none");
	assert_status(conf_resolve(conf, "me", &settings, &diag), STATUS_OK,
	    &diag);
	assert_int_equal(settings.seconds[OPTION_TIMEOUT], 25);
	assert_int_equal(settings.origin[OPTION_TIMEOUT], ORIGIN_DEFAULT);
	assert_null(settings.text[OPTION_TOKEN_ENDPOINT]);
	assert_int_equal(settings.origin[OPTION_CLIENT_ID], ORIGIN_UNSET);
	settings_clear(&settings);
	conf_free(&conf);
	conf_free(&conf);
}

static void
a_file_that_cannot_be_trusted_is_refused(void **state)
{
	struct scratch *s = *state;
	struct conf *conf = NULL;
	struct diag diag;

	scratch_write_bytes(s, FILE_NAME, "scope = \"a\"\0\n", 13);
	assert_int_equal(conf_load(&conf, scratch_path(s, FILE_NAME), &diag),
	    STATUS_CONFIG);
	assert_contains(diag.text, "NUL byte");
	scratch_write(s, FILE_NAME, "");
	scratch_chmod(s, FILE_NAME, 0666);
	assert_int_equal(conf_load(&conf, scratch_path(s, FILE_NAME), &diag),
	    STATUS_ACCESS);
	assert_contains(diag.text, "chmod go-w");
	scratch_mkdir(s, "directory");
	assert_int_equal(conf_load(&conf, scratch_path(s, "directory"), &diag),
	    STATUS_ACCESS);
	assert_null(conf);
}

static void
a_broken_file_does_not_break_the_next_one(void **state)
{
	struct conf *conf = NULL;
	struct diag diag;

	assert_int_equal(
	    load(*state, "account \"a\" { user = \"", &conf, &diag),
	    STATUS_CONFIG);
	assert_int_equal(load(*state, "/* x", &conf, NULL), STATUS_CONFIG);
	assert_status(
	    load(*state, "account \"b\" { user = \"x\" }", &conf, &diag),
	    STATUS_OK, &diag);
	assert_true(conf_has_account(conf, "b"));
	assert_false(conf_has_account(conf, "a"));
	conf_free(&conf);
}

static void
accounts_are_listed_in_their_order(void **state)
{
	struct conf *conf;
	struct diag diag;

	assert_status(
	    load(*state,
		"account \"b@x\" { }\n"
		"provider \"p\" { }\n# a comment\naccount \"a@x\" {\n}\n",
		&conf, &diag),
	    STATUS_OK, &diag);
	assert_string_equal(conf_account_at(conf, 0), "b@x");
	assert_string_equal(conf_account_at(conf, 1), "a@x");
	assert_null(conf_account_at(conf, 2));
	assert_true(conf_has_account(conf, "a@x"));
	assert_false(conf_has_account(conf, "p"));
	assert_false(conf_has_account(conf, "A@x"));
	conf_free(&conf);
}

static void
providers_are_listed_in_their_order(void **state)
{
	struct conf *conf;
	struct diag diag;

	assert_status(load(*state,
			  "account \"a@x\" { }\nprovider \"q\" { }\n"
			  "account \"b@x\" { }\nprovider \"p\" {\n}\n",
			  &conf, &diag),
	    STATUS_OK, &diag);
	assert_string_equal(conf_provider_at(conf, 0), "q");
	assert_string_equal(conf_provider_at(conf, 1), "p");
	assert_null(conf_provider_at(conf, 2));
	conf_free(&conf);
	assert_status(load(*state, "account \"a@x\" { }\n", &conf, &diag),
	    STATUS_OK, &diag);
	assert_null(conf_provider_at(conf, 0));
	conf_free(&conf);
}

/* A text that is read as if it stood at the end of the file. */
static const struct addition {
	const char *name, *file, *text; /* file: NULL: there is none */
	const char *scope;              /* that is in force */
	const char *sentence;           /* of STATUS_CONFIG */
} additions[] = {
	{ "none", "scope = \"a\"\n", NULL, "a", NULL },
	{ "nothing", "scope = \"a\"\n", "", "a", NULL },
	{ "an option", "timeout = 7\n", "scope = \"b\"\n", "b", NULL },
	{ "behind a line without end", "timeout = 7", "scope = \"b\"", "b",
	    NULL },
	{ "behind a comment without end of line", "timeout = 7 # x",
	    "scope = \"b\"", "b", NULL },
	{ "without a file", NULL, "scope = \"b\"\n", "b", NULL },
	{ "to an empty file", "", "scope = \"b\"\n", "b", NULL },
	{ "a section that decides", "scope = \"a\"\n",
	    "account \"me@x\" {\nscope = \"b\"\n}\n", "b", NULL },
	{ "an option again", "scope = \"a\"\n", "scope = \"b\"\n", NULL,
	    "line 2: scope" },
	{ "a section again", "account \"me@x\" { }\n", "account \"me@x\" { }\n",
	    NULL, "line 2: " },
	{ "a mistake", "timeout = 7\n\n", "\ncolour = 1\n", NULL,
	    "line 4: there is no option colour" },
	{ "a mistake of the file", "colour = 1\n", "scope = \"b\"\n", NULL,
	    "line 1: there is no option colour" },
	{ "a section that the file leaves open", "account \"me@x\" {\n",
	    "scope = \"b\"\n", NULL, "ends within a section" },
};

static void
an_addition_is_read_as_if_it_ended_the_file(void **state)
{
	struct scratch *s = *state;
	struct settings settings;
	struct conf *conf = NULL;
	struct diag diag;
	size_t i;

	for (i = 0; i < COUNT(additions); i++) {
		const struct addition *row = &additions[i];

		unit_row("%s", row->name);
		unlink(scratch_path(s, FILE_NAME));
		if (row->file != NULL)
			scratch_write(s, FILE_NAME, row->file);
		assert_status(conf_load_with(&conf, scratch_path(s, FILE_NAME),
				  row->text, &diag),
		    row->scope == NULL ? STATUS_CONFIG : STATUS_OK, &diag);
		if (row->scope == NULL) {
			assert_contains(diag.text, FILE_NAME);
			assert_contains(diag.text, row->sentence);
			continue;
		}
		assert_status(conf_resolve(conf, "me@x", &settings, &diag),
		    STATUS_OK, &diag);
		assert_row_text(settings.text[OPTION_SCOPE], row->scope);
		settings_clear(&settings);
		conf_free(&conf);
	}
}

#define CONF_TEST(name) \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CONF_TEST(every_option_is_read_back_where_it_may_stand),
		CONF_TEST(every_option_has_a_line_of_help),
		CONF_TEST(a_mistake_is_named_with_file_and_line),
		CONF_TEST(a_value_has_2048_bytes_at_most),
		CONF_TEST(comments_do_not_count),
		CONF_TEST(a_file_has_a_megabyte_at_most),
		CONF_TEST(a_file_that_is_not_there_is_an_empty_configuration),
		CONF_TEST(a_file_that_cannot_be_trusted_is_refused),
		CONF_TEST(a_broken_file_does_not_break_the_next_one),
		CONF_TEST(accounts_are_listed_in_their_order),
		CONF_TEST(providers_are_listed_in_their_order),
		CONF_TEST(an_addition_is_read_as_if_it_ended_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
