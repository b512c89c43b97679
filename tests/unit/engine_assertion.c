/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The claims and headers of assertions: RFC 7523, 3.
 */

#include "assertion.h"
#include "json.h"
#include "jws.h"
#include "key.h"
#include "made_key.h"
#include "service_account.h"
#include "unit.h"

#define NOW INT64_C(1800000000)
#define CLIENT "11111111-2222-3333-4444-555555555555"
#define AUDIENCE "https://login.example.com/contoso.com/oauth2/v2.0/token"

static struct key *
load(enum made made, int64_t begins_at, int64_t ends_at)
{
	struct key *key = made_load(made);
	struct diag diag;
	char *pem;

	if (ends_at == 0)
		return key;
	pem = made_certificate(made, begins_at, ends_at);
	assert_status(key_set_certificate(key, pem, strlen(pem), &diag),
	    STATUS_OK, &diag);
	free(pem);
	return key;
}

static struct json_object *
part(const struct buf *assertion, unsigned index)
{
	char *text = made_part(buf_text(assertion), index);
	struct json_object *json = NULL;
	const char *reason = "";

	assert_int_equal(json_read_object(text, strlen(text), &json, &reason),
	    STATUS_OK);
	free(text);
	return json;
}

static int64_t
whole(struct json_object *json, const char *name)
{
	int64_t value = -1;

	assert_int_equal(json_whole(json, name, &value), JSON_NUMBER_VALID);
	return value;
}

static void
sign(const struct key *key, enum assertion_alg alg, const char *key_id,
    const char *client_id, struct buf *out)
{
	struct diag diag;

	buf_init(out, ASSERTION_MAX_LENGTH);
	assert_status(assertion_client(key, alg, key_id, client_id, AUDIENCE,
			  NOW, out, &diag),
	    STATUS_OK, &diag);
}

static void
every_algorithm_has_its_name(void **state)
{
	static const char *const names[] = { "RS256", "PS256", "ES256" };
	enum assertion_alg alg;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(names); i++) {
		assert_true(assertion_alg_find(names[i], &alg));
		assert_string_equal(assertion_alg_name(alg), names[i]);
	}
	assert_false(assertion_alg_find("none", &alg));
	assert_false(assertion_alg_find("ps256", &alg));
}

static const struct kind {
	enum made made;
	enum assertion_alg alg;
} kinds[] = {
	{ MADE_RSA, ASSERTION_RS256 },
	{ MADE_RSA, ASSERTION_PS256 },
	{ MADE_P256, ASSERTION_ES256 },
};

static void
a_client_says_who_it_is_to_whom_and_until_when(void **state)
{
	struct json_object *claims;
	struct key *key;
	struct buf out;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(kinds); i++) {
		unit_row("%s", assertion_alg_name(kinds[i].alg));
		key = load(kinds[i].made, 0, 0);
		sign(key, kinds[i].alg, NULL, CLIENT, &out);
		assert_row_int(
		    made_verify(kinds[i].made, kinds[i].alg, buf_text(&out)),
		    true);
		claims = part(&out, 1);
		assert_row_text(json_text(claims, "iss"), CLIENT);
		assert_row_text(json_text(claims, "sub"), CLIENT);
		assert_row_text(json_text(claims, "aud"), AUDIENCE);
		assert_row_int(whole(claims, "iat"), NOW);
		assert_row_int(whole(claims, "nbf"), NOW);
		assert_row_int(whole(claims, "exp"), NOW + 600);
		json_object_put(claims);
		buf_clear(&out);
		key_free(&key);
	}
}

static void
no_two_assertions_have_one_id(void **state)
{
	struct key *key = load(MADE_P256, 0, 0);
	struct json_object *claims[2];
	struct buf out;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(claims); i++) {
		sign(key, ASSERTION_ES256, NULL, CLIENT, &out);
		claims[i] = part(&out, 1);
		assert_int_equal(strlen(json_text(claims[i], "jti")), 22);
		buf_clear(&out);
	}
	assert_string_not_equal(json_text(claims[0], "jti"),
	    json_text(claims[1], "jti"));
	json_object_put(claims[0]);
	json_object_put(claims[1]);
	key_free(&key);
}

static void
the_header_names_the_key_and_the_certificate(void **state)
{
	struct key *key = load(MADE_P256, NOW - 1, NOW + 1);
	const char *text;
	struct json_object *header;
	struct buf out;
	char *bytes;
	size_t size;

	(void)state;
	sign(key, ASSERTION_ES256, "key 1", CLIENT, &out);
	header = part(&out, 0);
	assert_string_equal(json_text(header, "alg"), "ES256");
	assert_string_equal(json_text(header, "typ"), "JWT");
	assert_string_equal(json_text(header, "kid"), "key 1");
	text = json_text(header, "x5t#S256");
	assert_non_null(text);
	assert_int_equal(strlen(text), 43);
	bytes = made_decode(text, strlen(text), &size);
	assert_int_equal(size, KEY_THUMBPRINT_LENGTH);
	assert_memory_equal(bytes, key_thumbprint(key), size);
	free(bytes);
	json_object_put(header);
	buf_clear(&out);
	key_free(&key);
}

static void
a_key_without_certificate_is_named_by_nothing(void **state)
{
	struct key *key = load(MADE_P256, 0, 0);
	struct buf out;
	char *header;

	(void)state;
	sign(key, ASSERTION_ES256, NULL, CLIENT, &out);
	header = made_part(buf_text(&out), 0);
	assert_string_equal(header, "{\"alg\":\"ES256\",\"typ\":\"JWT\"}");
	free(header);
	buf_clear(&out);
	key_free(&key);
}

static void
every_name_survives_json(void **state)
{
	static const char name[] = "a\"b\\c/d \xc3\xa9\n";
	struct key *key = load(MADE_P256, 0, 0);
	struct json_object *claims;
	struct buf out;

	(void)state;
	sign(key, ASSERTION_ES256, NULL, name, &out);
	claims = part(&out, 1);
	assert_string_equal(json_text(claims, "iss"), name);
	json_object_put(claims);
	buf_clear(&out);
	key_free(&key);
}

static void
a_certificate_out_of_its_time_signs_nothing(void **state)
{
	static const struct {
		int64_t begins_at, ends_at;
		const char *sentence;
	} rows[] = {
		{ NOW - 20, NOW - 10, "expired on 2027-01-15 07:59:50 UTC" },
		{ NOW + 10, NOW + 20, "not valid before 2027-01-15 08:00:10" },
	};
	struct diag diag;
	struct key *key;
	struct buf out;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("row %zu", i);
		key = load(MADE_P256, rows[i].begins_at, rows[i].ends_at);
		buf_init(&out, ASSERTION_MAX_LENGTH);
		assert_status(assertion_client(key, ASSERTION_ES256, NULL,
				  CLIENT, AUDIENCE, NOW, &out, &diag),
		    STATUS_CONFIG, &diag);
		assert_contains(diag.text, rows[i].sentence);
		assert_row_int(out.length, 0);
		buf_clear(&out);
		key_free(&key);
	}
}

static void
a_misfit_or_a_small_buffer_is_reported(void **state)
{
	struct key *key = load(MADE_P256, 0, 0);
	struct diag diag;
	struct buf out;

	(void)state;
	buf_init(&out, ASSERTION_MAX_LENGTH);
	assert_status(assertion_client(key, ASSERTION_PS256, NULL, CLIENT,
			  AUDIENCE, NOW, &out, &diag),
	    STATUS_CONFIG, &diag);
	buf_clear(&out);
	buf_init(&out, 100);
	assert_status(assertion_client(key, ASSERTION_ES256, NULL, CLIENT,
			  AUDIENCE, NOW, &out, &diag),
	    STATUS_DATA, &diag);
	buf_clear(&out);
	key_free(&key);
}

static const struct delegation {
	const char *key_id, *subject;
} delegations[] = {
	{ "0123456789abcdef", "me@contoso.com" },
	{ NULL, NULL },
};

static void
a_service_account_asks_for_a_mailbox(void **state)
{
	struct service_account account = { .email = (char[]){ "sa@x" } };
	struct json_object *header, *claims;
	struct diag diag;
	struct buf out;
	size_t i;

	(void)state;
	account.key = load(MADE_RSA, 0, 0);
	for (i = 0; i < COUNT(delegations); i++) {
		unit_row("row %zu", i);
		account.key_id = delegations[i].key_id == NULL ?
		    NULL :
		    strdup(delegations[i].key_id);
		buf_init(&out, ASSERTION_MAX_LENGTH);
		assert_status(assertion_service_account(&account,
				  "https://mail.google.com/",
				  delegations[i].subject, AUDIENCE, NOW, &out,
				  &diag),
		    STATUS_OK, &diag);
		assert_true(
		    made_verify(MADE_RSA, ASSERTION_RS256, buf_text(&out)));
		header = part(&out, 0);
		claims = part(&out, 1);
		assert_row_text(json_text(header, "alg"), "RS256");
		assert_row_text(json_text(header, "kid"),
		    delegations[i].key_id);
		assert_row_text(json_text(claims, "iss"), "sa@x");
		assert_row_text(json_text(claims, "sub"),
		    delegations[i].subject);
		assert_row_text(json_text(claims, "aud"), AUDIENCE);
		assert_row_text(json_text(claims, "scope"),
		    "https://mail.google.com/");
		assert_row_int(whole(claims, "iat"), NOW);
		/* Google takes an hour at most */
		assert_true(whole(claims, "exp") > NOW &&
		    whole(claims, "exp") <= NOW + 3600);
		json_object_put(header);
		json_object_put(claims);
		buf_clear(&out);
		free(account.key_id);
	}
	key_free(&account.key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_algorithm_has_its_name),
		cmocka_unit_test(
		    a_client_says_who_it_is_to_whom_and_until_when),
		cmocka_unit_test(no_two_assertions_have_one_id),
		cmocka_unit_test(the_header_names_the_key_and_the_certificate),
		cmocka_unit_test(a_key_without_certificate_is_named_by_nothing),
		cmocka_unit_test(every_name_survives_json),
		cmocka_unit_test(a_certificate_out_of_its_time_signs_nothing),
		cmocka_unit_test(a_misfit_or_a_small_buffer_is_reported),
		cmocka_unit_test(a_service_account_asks_for_a_mailbox),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
