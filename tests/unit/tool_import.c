/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Import: what foreign files say, what the configuration lacks then, how it is
 * added, and gpg behind its pipes, with programs that are made up.
 */

#include <sys/stat.h>
#include <unistd.h>

#include "gpg.h"
#include "import.h"
#include "import_conf.h"
#include "import_plan.h"
#include "import_provider.h"
#include "unit.h"

#define ACCOUNT "me@contoso.com"
#define ENTRA "https://login.microsoftonline.com/"
#define ENTRA_TOKEN ENTRA "contoso.com/oauth2/v2.0/token"
#define GOOGLE_TOKEN "https://oauth2.googleapis.com/token"

/* Openings of files, by their first bytes. */
static void
what_is_encrypted_is_seen_by_its_first_bytes(void **state)
{
	static const struct {
		const char *name, *bytes;
		bool encrypted;
	} rows[] = {
		{ "armor", "-----BEGIN PGP MESSAGE-----\n", true },
		{ "armor behind a line", "\n -----BEGIN PGP MESSAGE-----\n",
		    true },
		{ "half an armor", "-----BEGIN PGP MESS", false },
		{ "a key", "-----BEGIN PGP PUBLIC KEY BLOCK-----", false },
		{ "public key, old format", "\x85\x01", true },
		{ "public key, new format", "\xc1\x01", true },
		{ "passphrase, old format", "\x8c\x04", true },
		{ "passphrase, new format", "\xc3\x04", true },
		{ "data, new format", "\xd2\x01", true },
		{ "data of RFC 9580", "\xd4\x01", true },
		{ "a signature", "\xc2\x01", false },
		{ "an old public key", "\x99\x01", false },
		{ "JSON", "{}", false },
		{ "UTF-8", "\xef\xbb\xbf{}", false },
		{ "nothing", "", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%s", rows[i].name);
		assert_row_int(
		    import_is_encrypted(rows[i].bytes, strlen(rows[i].bytes)),
		    rows[i].encrypted);
	}
}

static void
assert_fact(const char *value, const char *expected)
{
	if (expected == NULL)
		assert_null(value);
	else {
		assert_non_null(value);
		assert_row_text(value, expected);
	}
}

static const struct reading {
	const char *name, *file, *conf;
	const char *account, *token, *id, *secret, *endpoint, *scope;
	const char *preset, *ignored;
	enum import_form form;
} readings[] = {
	{ "sasl-xoauth2, its file alone",
	    "{\"access_token\":\"A\",\"expiry\":\"1700000000\","
	    "\"refresh_token\":\"R\"}",
	    NULL, NULL, "R", NULL, NULL, NULL, NULL, NULL, "", IMPORT_XOAUTH2 },
	{ "sasl-xoauth2 with its configuration",
	    "{\"refresh_token\":\"R\",\"user\":\"u@x\"}",
	    "{\"client_id\":\"I\",\"client_secret\":\"S\","
	    "\"token_endpoint\":\"https://a/t\",\"scope\":\"s\"}",
	    "u@x", "R", "I", "S", "https://a/t", "s", NULL, "",
	    IMPORT_XOAUTH2 },
	{ "what the file says comes first",
	    "{\"refresh_token\":\"R\",\"client_id\":\"F\","
	    "\"token_endpoint\":\"https://f/t\"}",
	    "{\"client_id\":\"I\",\"token_endpoint\":\"https://a/t\"}", NULL,
	    "R", "F", NULL, "https://f/t", NULL, NULL, "", IMPORT_XOAUTH2 },
	{ "Google is the default of sasl-xoauth2", "{\"refresh_token\":\"R\"}",
	    "{\"client_id\":\"I\"}", NULL, "R", "I", NULL, GOOGLE_TOKEN, NULL,
	    NULL, "", IMPORT_XOAUTH2 },
	{ "unknown members are named once",
	    "{\"refresh_token\":\"R\",\"zeta\":1,\"log\":null}",
	    "{\"log_to_syslog_on_failure\":\"no\",\"zeta\":2,"
	    "\"token_endpoint\":\"https://a/t\"}",
	    NULL, "R", NULL, NULL, "https://a/t", NULL, NULL,
	    "zeta, log_to_syslog_on_failure", IMPORT_XOAUTH2 },
	{ "comments and last commas",
	    "// hello\n{ /* a */ \"refresh_token\": \"R\", // b\n}\n// end",
	    NULL, NULL, "R", NULL, NULL, NULL, NULL, NULL, "", IMPORT_XOAUTH2 },
	{ "empty and null are nothing",
	    "{\"refresh_token\":\"R\",\"client_id\":\"\",\"scope\":null}", NULL,
	    NULL, "R", NULL, NULL, NULL, NULL, NULL, "", IMPORT_XOAUTH2 },
	{ "the names of Google's libraries",
	    "{\"refresh_token\":\"R\",\"token_uri\":\"https://g/t\"}", NULL,
	    NULL, "R", NULL, NULL, "https://g/t", NULL, NULL, "",
	    IMPORT_XOAUTH2 },
	{ "mutt_oauth2.py at Microsoft",
	    "{\"registration\":\"microsoft\",\"authflow\":\"devicecode\","
	    "\"email\":\"u@x\",\"access_token\":\"A\","
	    "\"access_token_expiration\":\"2026-11-24T00:00:00\","
	    "\"refresh_token\":\"R\"}",
	    NULL, "u@x", "R", NULL, NULL, NULL, NULL, "office365", "",
	    IMPORT_MUTT },
	{ "mutt_oauth2.py at Google, with more members",
	    "{\"registration\":\"google\",\"refresh_token\":\"R\","
	    "\"client_id\":\"I\",\"client_secret\":\"S\",\"more\":1}",
	    NULL, NULL, "R", "I", "S", NULL, NULL, "google", "more",
	    IMPORT_MUTT },
	{ "mutt_oauth2.py with a registration of one's own",
	    "{\"registration\":\"mine\",\"refresh_token\":\"R\"}", NULL, NULL,
	    "R", NULL, NULL, NULL, NULL, NULL, "", IMPORT_MUTT },
};

static void
each_form_is_understood(void **state)
{
	struct import_facts facts;
	struct diag diag;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(readings); i++) {
		const struct reading *row = &readings[i];

		unit_row("%s", row->name);
		import_init(&facts);
		assert_status(import_parse(&facts, row->file, strlen(row->file),
				  "FILE", &diag),
		    STATUS_OK, &diag);
		if (row->conf != NULL)
			assert_status(import_parse_conf(&facts, row->conf,
					  strlen(row->conf), "CONF", &diag),
			    STATUS_OK, &diag);
		assert_row_int(facts.form, row->form);
		assert_fact(facts.account, row->account);
		assert_fact(facts.refresh_token, row->token);
		assert_fact(facts.client_secret, row->secret);
		assert_fact(facts.values[OPTION_CLIENT_ID], row->id);
		assert_fact(facts.values[OPTION_TOKEN_ENDPOINT], row->endpoint);
		assert_fact(facts.values[OPTION_SCOPE], row->scope);
		assert_fact(facts.preset, row->preset);
		assert_fact(buf_text(&facts.ignored), row->ignored);
		import_clear(&facts);
	}
}

static void
numbers_and_flags_of_sasl_xoauth2_are_read(void **state)
{
	static const struct {
		const char *file;
		int64_t window;
		bool alone;
	} rows[] = {
		{ "{\"refresh_window\":1200}", 1200, false },
		{ "{\"refresh_window\":\"1200\"}", 1200, false },
		{ "{\"refresh_window\":-1}", 0, false },
		{ "{\"refresh_window\":86401}", 0, false },
		{ "{\"refresh_window\":\"soon\"}", 0, false },
		{ "{\"use_client_credentials\":\"yes\"}", 0, true },
		{ "{\"use_client_credentials\":true}", 0, true },
		{ "{\"use_client_credentials\":\"no\"}", 0, false },
		{ "{\"use_client_credentials\":null}", 0, false },
	};
	struct import_facts facts;
	struct diag diag;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%s", rows[i].file);
		import_init(&facts);
		assert_status(import_parse(&facts, rows[i].file,
				  strlen(rows[i].file), "FILE", &diag),
		    STATUS_OK, &diag);
		assert_row_int(facts.window_s, rows[i].window);
		assert_row_int(facts.is_alone, rows[i].alone);
		import_clear(&facts);
	}
}

static void
what_is_wrong_with_a_file_is_said_with_its_line(void **state)
{
	static const struct {
		const char *file, *says;
	} rows[] = {
		{ "", "FILE is empty" },
		{ "   \n", "FILE is empty" },
		{ "{", "FILE, line 1: it is cut off" },
		{ "{\n\"a\": 1,\n\"b\"", "FILE, line 3: it is cut off" },
		{ "{\n\"a\": 1,\n\n", "FILE, line 2: it is cut off" },
		{ "{\n\"a\": 1,\nb\n}", "FILE, line 3: it is not JSON" },
		{ "[1]", "FILE, line 1: it is not a JSON object" },
		{ "{}\n\n{}", "line 3: something follows" },
		{ "{\"refresh_token\":7}", "refresh_token is not a text" },
		{ "{\"registration\":\"x\",\"email\":[]}",
		    "email is not a text" },
	};
	struct import_facts facts;
	struct diag diag;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%s", rows[i].file);
		import_init(&facts);
		assert_status(import_parse(&facts, rows[i].file,
				  strlen(rows[i].file), "FILE", &diag),
		    STATUS_DATA, &diag);
		assert_contains(diag.text, rows[i].says);
		import_clear(&facts);
	}
}

static void
a_file_that_is_too_large_is_none(void **state)
{
	static char text[IMPORT_MAX_FILE + 2];
	struct import_facts facts;
	struct diag diag;

	(void)state;
	memset(text, ' ', sizeof(text));
	memcpy(text, "{}", 2);
	import_init(&facts);
	assert_status(
	    import_parse(&facts, text, IMPORT_MAX_FILE, "FILE", &diag),
	    STATUS_OK, &diag);
	assert_status(
	    import_parse(&facts, text, IMPORT_MAX_FILE + 1, "FILE", &diag),
	    STATUS_DATA, &diag);
	import_clear(&facts);
}

static void
an_endpoint_tells_the_tenant(void **state)
{
	static const char entra[] = ENTRA "{tenant}/oauth2/v2.0/token";
	static const struct {
		const char *template, *url, *tenant;
		bool matches;
	} rows[] = {
		{ entra, ENTRA_TOKEN, "contoso.com", true },
		{ entra, ENTRA "common/oauth2/v2.0/token", "common", true },
		{ entra, ENTRA "/oauth2/v2.0/token", NULL, false },
		{ entra, ENTRA "a/b/oauth2/v2.0/token", NULL, false },
		{ entra, ENTRA "contoso.com/oauth2/token", NULL, false },
		{ entra, ENTRA "x/oauth2/v2.0/token?x", NULL, false },
		{ entra, "https://login.example/x/oauth2/v2.0/token", NULL,
		    false },
		{ entra, ENTRA, NULL, false },
		{ GOOGLE_TOKEN, GOOGLE_TOKEN, NULL, true },
		{ GOOGLE_TOKEN, GOOGLE_TOKEN "/", NULL, false },
	};
	const char *tenant;
	size_t i, length;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%s", rows[i].url);
		assert_row_int(import_match_endpoint(rows[i].template,
				   rows[i].url, &tenant, &length),
		    rows[i].matches);
		if (rows[i].tenant == NULL) {
			assert_null(tenant);
			continue;
		}
		assert_row_int(length, strlen(rows[i].tenant));
		assert_memory_equal(tenant, rows[i].tenant, length);
	}
}

#define HEAD "\n# Imported from FILE.\n"
#define SECTION HEAD "account \"" ACCOUNT "\" {\n"

/* conf is what is there, file what is imported, text what is to be added. */
static const struct planning {
	const char *name, *conf, *file;
	const char *account, *wish;
	enum status status;
	const char *text;
	const char *says; /* when it fails */
} plannings[] = {
	{ "nothing is missing where all of it is in force",
	    "default_provider = office365\ntenant = \"contoso.com\"\n"
	    "client_id = \"I\"\n",
	    "{\"token_endpoint\":\"" ENTRA_TOKEN "\",\"client_id\":\"I\"}",
	    NULL, NULL, STATUS_OK, "", NULL },
	{ "the preset is known by the endpoint", "",
	    "{\"token_endpoint\":\"" GOOGLE_TOKEN "\",\"client_id\":\"I\","
	    "\"client_secret\":\"S\"}",
	    NULL, NULL, STATUS_OK,
	    SECTION "    provider = \"google\"\n    client_id = \"I\"\n"
		    "    client_auth = \"body\"\n}\n",
	    NULL },
	{ "the tenant comes from the path", "",
	    "{\"token_endpoint\":\"" ENTRA_TOKEN "\",\"client_id\":\"I\"}",
	    NULL, NULL, STATUS_OK,
	    SECTION "    provider = \"office365\"\n"
		    "    tenant = \"contoso.com\"\n    client_id = \"I\"\n}\n",
	    NULL },
	{ "another tenant than the one for all",
	    "default_provider = office365\ntenant = other\nclient_id = \"I\"\n",
	    "{\"token_endpoint\":\"" ENTRA_TOKEN "\",\"client_id\":\"I\"}",
	    NULL, NULL, STATUS_OK, SECTION "    tenant = \"contoso.com\"\n}\n",
	    NULL },
	{ "personal accounts are by domain", "client_id = \"I\"\n",
	    "{\"token_endpoint\":\"" ENTRA "common/oauth2/v2.0/token\"}",
	    "me@outlook.com", NULL, STATUS_OK,
	    HEAD "account \"me@outlook.com\" {\n"
		 "    provider = \"outlook\"\n    tenant = \"common\"\n}\n",
	    NULL },
	{ "or by the tenant for them", "client_id = \"I\"\n",
	    "{\"token_endpoint\":\"" ENTRA "consumers/oauth2/v2.0/token\"}",
	    NULL, NULL, STATUS_OK, SECTION "    provider = \"outlook\"\n}\n",
	    NULL },
	{ "a section with that endpoint is taken",
	    "provider \"lab\" { token_endpoint = \"https://a/t\" }\n"
	    "client_id = \"I\"\n",
	    "{\"token_endpoint\":\"https://a/t\"}", NULL, NULL, STATUS_OK,
	    SECTION "    provider = \"lab\"\n}\n", NULL },
	{ "a wish for it suffices",
	    "provider \"lab\" { token_endpoint = \"https://a/t\" }\n"
	    "client_id = \"I\"\n",
	    "{\"token_endpoint\":\"https://a/t\"}", NULL, "lab", STATUS_OK, "",
	    NULL },
	{ "an unknown endpoint becomes a section",
	    "default_provider = office365\nclient_id = \"I\"\n",
	    "{\"token_endpoint\":\"https://idp.example/t\"}", NULL, NULL,
	    STATUS_OK,
	    HEAD "provider \"idp.example\" {\n"
		 "    token_endpoint = \"https://idp.example/t\"\n}\n"
		 "account \"" ACCOUNT "\" {\n"
		 "    provider = \"idp.example\"\n}\n",
	    NULL },
	{ "which has another name where that is taken",
	    "provider \"idp.example\" { token_endpoint = \"https://b/t\" }\n"
	    "client_id = \"I\"\n",
	    "{\"token_endpoint\":\"https://idp.example/t\"}", NULL, NULL,
	    STATUS_OK,
	    HEAD "provider \"https://idp.example/t\" {\n"
		 "    token_endpoint = \"https://idp.example/t\"\n}\n"
		 "account \"" ACCOUNT "\" {\n"
		 "    provider = \"https://idp.example/t\"\n}\n",
	    NULL },
	{ "an endpoint outside of sections comes before a preset's",
	    "token_endpoint = \"https://b/t\"\nclient_id = \"I\"\n",
	    "{\"token_endpoint\":\"" GOOGLE_TOKEN "\"}", NULL, NULL, STATUS_OK,
	    SECTION "    provider = \"google\"\n"
		    "    token_endpoint = \"" GOOGLE_TOKEN "\"\n}\n",
	    NULL },
	{ "an endpoint without TLS", "", "{\"token_endpoint\":\"http://a/t\"}",
	    NULL, NULL, STATUS_DATA, "", "https" },
	{ "mutt's registration", "client_id = \"I\"\n",
	    "{\"registration\":\"microsoft\"}", NULL, NULL, STATUS_OK,
	    SECTION "    provider = \"office365\"\n}\n", NULL },
	{ "mutt's registration of a person", "client_id = \"I\"\n",
	    "{\"registration\":\"microsoft\"}", "me@hotmail.com", NULL,
	    STATUS_OK,
	    HEAD "account \"me@hotmail.com\" {\n"
		 "    provider = \"outlook\"\n}\n",
	    NULL },
	{ "mutt's registration, in force",
	    "default_provider = office365\nclient_id = \"I\"\n",
	    "{\"registration\":\"microsoft\"}", NULL, NULL, STATUS_OK, "",
	    NULL },
	{ "mutt's registration of one's own", "client_id = \"I\"\n",
	    "{\"registration\":\"mine\"}", NULL, NULL, STATUS_OK, "", NULL },
	{ "a bare one has nothing to add", "", "{}", NULL, NULL, STATUS_OK, "",
	    NULL },
	{ "a public application where others have secrets",
	    "client_id = \"J\"\nclient_secret_file = \"/s\"\n",
	    "{\"client_id\":\"I\"}", NULL, NULL, STATUS_OK,
	    SECTION "    client_id = \"I\"\n    client_auth = \"none\"\n}\n",
	    NULL },
	{ "a secret that a file has already",
	    "client_id = \"I\"\nclient_secret_file = \"/s\"\n",
	    "{\"client_id\":\"I\",\"client_secret\":\"S\"}", NULL, NULL,
	    STATUS_OK, "", NULL },
	{ "a secret that is asked for already",
	    "client_id = \"I\"\nclient_auth = \"basic\"\n",
	    "{\"client_id\":\"I\",\"client_secret\":\"S\"}", NULL, NULL,
	    STATUS_OK, "", NULL },
	{ "a secret where another application's is in force",
	    "client_id = \"J\"\nclient_secret_file = \"/s\"\n",
	    "{\"client_id\":\"I\",\"client_secret\":\"S\"}", NULL, NULL,
	    STATUS_CONFIG, "", "line 2: this client_secret_file" },
	{ "the name to present, a scope and the network", "",
	    "{\"user\":\"box@x\",\"scope\":\"a b\","
	    "\"ca_bundle_file\":\"/ca\",\"refresh_window\":1200,"
	    "\"proxy\":\"http://p:1\"}",
	    NULL, NULL, STATUS_OK,
	    SECTION "    scope = \"a b\"\n    user = \"box@x\"\n"
		    "    ca_file = \"/ca\"\n    proxy = \"http://p:1\"\n"
		    "    renew_before = \"1200\"\n}\n",
	    NULL },
	{ "a window that is ours anyway", "", "{\"refresh_window\":600}", NULL,
	    NULL, STATUS_OK, "", NULL },
	{ "quotes and backslashes", "", "{\"client_id\":\"a\\\"b\\\\c\"}", NULL,
	    NULL, STATUS_OK, SECTION "    client_id = \"a\\\"b\\\\c\"\n}\n",
	    NULL },
	{ "what would be a variable", "", "{\"client_id\":\"${HOME}\"}", NULL,
	    NULL, STATUS_CONFIG, NULL, "${" },
	{ "a control byte", "", "{\"client_id\":\"a\\nb\"}", NULL, NULL,
	    STATUS_DATA, "", "control byte" },
	{ "a section that says the same",
	    "account \"" ACCOUNT "\" { client_id = \"I\" }\n",
	    "{\"client_id\":\"I\"}", NULL, NULL, STATUS_OK, "", NULL },
	{ "a section that says something else",
	    "account \"" ACCOUNT "\" {\n client_id = \"J\"\n}\n",
	    "{\"client_id\":\"I\",\"scope\":\"s\"}", NULL, NULL, STATUS_CONFIG,
	    "    client_id = \"I\"\n    scope = \"s\"\n",
	    "client_id (line 2), scope;" },
	{ "a provider that does not exist", "default_provider = none\n", "{}",
	    NULL, NULL, STATUS_CONFIG, "", "no provider \"none\"" },
};

static void
plan_it(const struct scratch *scratch, const struct planning *row,
    struct import_plan *plan, struct diag *diag)
{
	const char *account = row->account != NULL ? row->account : ACCOUNT;
	struct import_facts facts;
	struct conf *conf = NULL;

	unit_row("%s", row->name);
	scratch_write(scratch, "conf", row->conf);
	assert_status(conf_load(&conf, scratch_path(scratch, "conf"), diag),
	    STATUS_OK, diag);
	import_init(&facts);
	assert_status(
	    import_parse(&facts, row->file, strlen(row->file), "FILE", diag),
	    STATUS_OK, diag);
	assert_status(
	    import_plan(conf, account, row->wish, &facts, "FILE", plan, diag),
	    row->status, diag);
	if (row->text != NULL)
		assert_row_text(buf_text(&plan->text), row->text);
	if (row->says != NULL)
		assert_contains(diag->text, row->says);
	import_clear(&facts);
	conf_free(&conf);
}

static void
what_the_configuration_lacks_is_found(void **state)
{
	struct scratch *scratch = *state;
	struct import_plan plan;
	struct diag diag;
	size_t i;

	for (i = 0; i < COUNT(plannings); i++) {
		plan_it(scratch, &plannings[i], &plan, &diag);
		import_plan_clear(&plan);
	}
}

static void
what_cannot_be_a_proxy_is_left_out_and_named(void **state)
{
	static const struct planning row = { "a proxy of another kind", "",
		"{\"proxy\":\"socks5://p:1\",\"ca_certs_dir\":\"here\"}", NULL,
		NULL, STATUS_OK, "", NULL };
	struct scratch *scratch = *state;
	struct import_plan plan;
	struct diag diag;

	plan_it(scratch, &row, &plan, &diag);
	assert_string_equal(buf_text(&plan.ignored), "proxy, ca_dir");
	import_plan_clear(&plan);
}

/* Adds the text to the file at the path, with a step in between. */
static enum status
add(const struct scratch *scratch, const char *name, const char *text,
    const char *meanwhile, struct diag *diag)
{
	struct import_conf edit;
	struct buf buf;
	enum status r;

	import_conf_init(&edit);
	buf_init(&buf, 1000);
	buf_add_string(&buf, text);
	r = import_conf_open(&edit, scratch_path(scratch, name), false, diag);
	if (r == STATUS_OK && meanwhile != NULL)
		scratch_write(scratch, name, meanwhile);
	if (r == STATUS_OK)
		r = import_conf_add(&edit, &buf, diag);
	import_conf_close(&edit);
	buf_clear(&buf);
	return r;
}

static void
text_is_added_behind_what_is_there(void **state)
{
	static const struct {
		const char *before, *after;
	} rows[] = {
		{ "a = 1\n", "a = 1\n\nb = 2\n" },
		{ "a = 1", "a = 1\n\nb = 2\n" },
		{ "", "b = 2\n" },
	};
	struct scratch *scratch = *state;
	struct diag diag;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%s", rows[i].before);
		scratch_write(scratch, "conf", rows[i].before);
		scratch_chmod(scratch, "conf", 0640);
		assert_status(add(scratch, "conf", "\nb = 2\n", NULL, &diag),
		    STATUS_OK, &diag);
		assert_file(scratch, "conf", rows[i].after);
		assert_int_equal(scratch_mode(scratch, "conf"), 0640);
		assert_int_equal(scratch_count(scratch, "."), 1);
	}
}

static void
a_first_configuration_gets_its_directory(void **state)
{
	struct scratch *scratch = *state;
	struct diag diag;

	assert_status(add(scratch, "new/conf", "\nb = 2\n", NULL, &diag),
	    STATUS_OK, &diag);
	assert_file(scratch, "new/conf", "b = 2\n");
	assert_int_equal(scratch_mode(scratch, "new/conf"), 0644);
	assert_int_equal(scratch_mode(scratch, "new"), 0700);
}

static void
a_file_that_is_made_for_a_secret_is_its_owners_alone(void **state)
{
	struct scratch *scratch = *state;
	struct import_conf edit;
	struct diag diag;
	struct buf text;

	buf_init(&text, 64);
	buf_add_string(&text, "a = 1\n");
	import_conf_init(&edit);
	assert_status(
	    import_conf_open(&edit, scratch_path(scratch, "conf"), true, &diag),
	    STATUS_OK, &diag);
	assert_status(import_conf_add(&edit, &text, &diag), STATUS_OK, &diag);
	import_conf_close(&edit);
	buf_clear(&text);
	assert_int_equal(scratch_mode(scratch, "conf"), 0600);
}

static void
a_link_stays_one(void **state)
{
	struct scratch *scratch = *state;
	struct diag diag;
	struct stat st;

	scratch_mkdir(scratch, "other");
	scratch_write(scratch, "other/real", "a = 1\n");
	assert_int_equal(symlink("other/real", scratch_path(scratch, "conf")),
	    0);
	assert_status(add(scratch, "conf", "\nb = 2\n", NULL, &diag), STATUS_OK,
	    &diag);
	assert_file(scratch, "other/real", "a = 1\n\nb = 2\n");
	assert_int_equal(lstat(scratch_path(scratch, "conf"), &st), 0);
	assert_true(S_ISLNK(st.st_mode));
}

static void
what_somebody_else_writes_meanwhile_stays(void **state)
{
	struct scratch *scratch = *state;
	struct diag diag;

	scratch_write(scratch, "conf", "a = 1\n");
	assert_status(add(scratch, "conf", "\nb = 2\n", "a = 3\n", &diag),
	    STATUS_ACCESS, &diag);
	assert_contains(diag.text, "somebody else");
	assert_file(scratch, "conf", "a = 3\n");
	assert_int_equal(scratch_count(scratch, "."), 1);
}

static void
two_imports_keep_apart(void **state)
{
	struct scratch *scratch = *state;
	struct import_conf edit;
	struct diag diag;

	scratch_write(scratch, "conf", "a = 1\n");
	import_conf_init(&edit);
	assert_status(import_conf_open(&edit, scratch_path(scratch, "conf"),
			  false, &diag),
	    STATUS_OK, &diag);
	assert_status(add(scratch, "conf", "\nb = 2\n", NULL, &diag),
	    STATUS_AGAIN, &diag);
	import_conf_close(&edit);
	assert_file(scratch, "conf", "a = 1\n");
	assert_int_equal(scratch_count(scratch, "."), 1);
}

/* A program named gpg, which PATH leads to before all others. */
static void
make_gpg(const struct scratch *scratch, const char *script)
{
	char path[300], text[500];

	snprintf(path, sizeof(path), "%s:/usr/bin:/bin", scratch->path);
	assert_int_equal(setenv("PATH", path, 1), 0);
	snprintf(text, sizeof(text), "#!/bin/sh\n%s\n", script);
	scratch_write(scratch, "gpg", text);
	scratch_chmod(scratch, "gpg", 0755);
}

static void
gpg_is_judged_by_how_it_ends(void **state)
{
	static const struct {
		const char *script;
		enum status status;
		const char *plain, *says;
	} rows[] = {
		{ "tr a-z A-Z", STATUS_OK, "SECRET", NULL },
		{ "echo $1 $2 $3; cat >/dev/null", STATUS_OK,
		    "--quiet --decrypt\n", NULL },
		{ "echo plain", STATUS_OK, "plain\n",
		    NULL }, /* reads nothing */
		{ "cat; exit 2", STATUS_DATA, NULL, "cannot decrypt FILE" },
		{ "kill -9 $$", STATUS_DATA, NULL, "cannot decrypt FILE" },
		{ "exec cat /dev/zero", STATUS_DATA, NULL, "more than 1000" },
		{ "exit 127", STATUS_CONFIG, NULL, "no gpg" },
	};
	struct scratch *scratch = *state;
	struct diag diag;
	struct buf plain;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%s", rows[i].script);
		make_gpg(scratch, rows[i].script);
		buf_init(&plain, 1000);
		assert_status(gpg_decrypt("secret", 6, "FILE", &plain, &diag),
		    rows[i].status, &diag);
		if (rows[i].plain != NULL)
			assert_row_text(buf_text(&plain), rows[i].plain);
		if (rows[i].says != NULL)
			assert_contains(diag.text, rows[i].says);
		buf_clear(&plain);
	}
}

static void
more_than_a_pipe_holds_goes_through_gpg_or_is_left(void **state)
{
	enum { LARGE = 300000 };
	struct scratch *scratch = *state;
	char *bytes = malloc(LARGE);
	struct diag diag;
	struct buf plain;

	assert_non_null(bytes);
	memset(bytes, 'x', LARGE);
	buf_init(&plain, LARGE);
	make_gpg(scratch, "exec cat");
	assert_status(gpg_decrypt(bytes, LARGE, "FILE", &plain, &diag),
	    STATUS_OK, &diag);
	assert_int_equal(plain.length, LARGE);
	assert_memory_equal(plain.data, bytes, LARGE);
	buf_clear(&plain);
	make_gpg(scratch, "exec 0<&-; sleep 0.1; exit 2");
	assert_status(gpg_decrypt(bytes, LARGE, "FILE", &plain, &diag),
	    STATUS_DATA, &diag);
	buf_clear(&plain);
	free(bytes);
}

static void
that_there_is_no_gpg_is_said(void **state)
{
	struct scratch *scratch = *state;
	struct diag diag;
	struct buf plain;

	assert_int_equal(setenv("PATH", scratch->path, 1), 0);
	buf_init(&plain, 1000);
	assert_status(gpg_decrypt("x", 1, "FILE", &plain, &diag), STATUS_CONFIG,
	    &diag);
	assert_contains(diag.text, "install it");
	buf_clear(&plain);
}

#define in_scratch(test) \
	cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_encrypted_is_seen_by_its_first_bytes),
		cmocka_unit_test(each_form_is_understood),
		cmocka_unit_test(numbers_and_flags_of_sasl_xoauth2_are_read),
		cmocka_unit_test(
		    what_is_wrong_with_a_file_is_said_with_its_line),
		cmocka_unit_test(a_file_that_is_too_large_is_none),
		cmocka_unit_test(an_endpoint_tells_the_tenant),
		in_scratch(what_the_configuration_lacks_is_found),
		in_scratch(what_cannot_be_a_proxy_is_left_out_and_named),
		in_scratch(text_is_added_behind_what_is_there),
		in_scratch(a_first_configuration_gets_its_directory),
		in_scratch(
		    a_file_that_is_made_for_a_secret_is_its_owners_alone),
		in_scratch(a_link_stays_one),
		in_scratch(what_somebody_else_writes_meanwhile_stays),
		in_scratch(two_imports_keep_apart),
		in_scratch(gpg_is_judged_by_how_it_ends),
		in_scratch(more_than_a_pipe_holds_goes_through_gpg_or_is_left),
		in_scratch(that_there_is_no_gpg_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
