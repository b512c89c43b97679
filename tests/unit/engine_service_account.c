/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Google's key file, and what people take for it.
 */

#include "json.h"
#include "key.h"
#include "made_key.h"
#include "service_account.h"
#include "unit.h"

#define WHAT "/etc/sa.json"

static void
a_key_file_is_read_as_google_ships_it(void **state)
{
	char *text = made_service_account(MADE_RSA, NULL);
	struct service_account *account = NULL;
	struct diag diag;

	(void)state;
	assert_status(
	    service_account_parse(&account, text, strlen(text), WHAT, &diag),
	    STATUS_OK, &diag);
	assert_string_equal(account->email, MADE_EMAIL);
	assert_string_equal(account->client_id, "123456789012345678901");
	assert_string_equal(account->key_id, MADE_KEY_ID);
	assert_string_equal(account->token_uri, MADE_TOKEN_URI);
	assert_int_equal(key_choose_alg(account->key, NULL), ASSERTION_RS256);
	service_account_free(&account);
	assert_null(account);
	service_account_free(&account);
	free(text);
}

static const struct lacking {
	const char *member;
	const char *sentence; /* NULL: it can be done without */
} lackings[] = {
	{ "project_id", NULL },
	{ "private_key_id", NULL },
	{ "client_id", NULL },
	{ "token_uri", NULL },
	{ "type", "it has no \"type\"" },
	{ "client_email", "lacks client_email" },
	{ "private_key", "lacks private_key" },
};

static void
what_is_needed_is_missed_by_name(void **state)
{
	struct service_account *account = NULL;
	struct diag diag;
	char *text;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(lackings); i++) {
		unit_row("%s", lackings[i].member);
		text = made_service_account(MADE_RSA, lackings[i].member);
		assert_status(service_account_parse(&account, text,
				  strlen(text), WHAT, &diag),
		    lackings[i].sentence == NULL ? STATUS_OK : STATUS_CONFIG,
		    &diag);
		if (lackings[i].sentence != NULL) {
			assert_null(account);
			assert_contains(diag.text, lackings[i].sentence);
			assert_contains(diag.text, WHAT);
		}
		service_account_free(&account);
		free(text);
	}
}

static const struct other {
	const char *text, *sentence;
} others[] = {
	{ "", "it is empty" },
	{ "-----BEGIN PRIVATE KEY-----", "it is not JSON" },
	{ "{\"type\":\"service_account\"", "it is cut off" },
	{ "[1]", "it is not a JSON object" },
	{ "{}", "it has no \"type\"" },
	{ "{\"type\":7}", "it has no \"type\"" },
	{ "{\"installed\":{\"client_id\":\"x\"}}", "an OAuth client's file" },
	{ "{\"web\":{\"client_id\":\"x\"}}", "an OAuth client's file" },
	{ "{\"type\":\"authorized_user\",\"refresh_token\":\"s3cret\"}",
	    "the login of a person" },
	{ "{\"type\":\"external_account\"}", "\"external_account\"" },
	{ "{\"type\":\"service_account\",\"client_email\":\"\","
	  "\"private_key\":\"x\"}",
	    "lacks client_email" },
	{ "{\"type\":\"service_account\",\"client_email\":\"a@b\","
	  "\"private_key\":\"s3cret\"}",
	    "private_key in " WHAT " is damaged" },
	{ "{\"type\":\"service_account\",\"client_email\":\"a@b\","
	  "\"private_key\":\"s3cret\\u0000\"}",
	    "lacks private_key" },
};

static void
another_file_is_called_by_its_name(void **state)
{
	struct service_account *account = NULL;
	struct diag diag;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(others); i++) {
		unit_row("row %zu", i);
		assert_status(service_account_parse(&account, others[i].text,
				  strlen(others[i].text), WHAT, &diag),
		    STATUS_CONFIG, &diag);
		assert_contains(diag.text, others[i].sentence);
		assert_contains(diag.text, WHAT);
		assert_lacks(diag.text, "s3cret");
		assert_null(account);
	}
}

static void
a_key_that_cannot_sign_rs256_is_refused(void **state)
{
	static const struct {
		enum made made;
		const char *sentence;
	} rows[] = {
		{ MADE_P256, "no RSA key" },
		{ MADE_PSS, "no RSA key" },
		{ MADE_SMALL, "is damaged" },
	};
	struct service_account *account = NULL;
	struct diag diag;
	char *text;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("row %zu", i);
		text = made_service_account(rows[i].made, NULL);
		assert_status(service_account_parse(&account, text,
				  strlen(text), WHAT, &diag),
		    STATUS_CONFIG, &diag);
		assert_contains(diag.text, rows[i].sentence);
		assert_null(account);
		free(text);
	}
}

static void
a_file_without_end_is_not_read(void **state)
{
	size_t length = SERVICE_ACCOUNT_MAX_FILE + 1;
	char *text = calloc(1, length + 1);
	struct service_account *account = NULL;
	struct diag diag;

	(void)state;
	assert_non_null(text);
	memset(text, ' ', length);
	assert_status(
	    service_account_parse(&account, text, length, WHAT, &diag),
	    STATUS_CONFIG, &diag);
	assert_contains(diag.text, "too large");
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_file_is_read_as_google_ships_it),
		cmocka_unit_test(what_is_needed_is_missed_by_name),
		cmocka_unit_test(another_file_is_called_by_its_name),
		cmocka_unit_test(a_key_that_cannot_sign_rs256_is_refused),
		cmocka_unit_test(a_file_without_end_is_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
