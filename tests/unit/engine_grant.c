/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The grant as a file, open and sealed.
 */

#include <openssl/err.h>
#include <openssl/rand.h>

#include "grant.h"
#include "json.h"
#include "unit.h"

#define WHAT "/state/grants/me@x"

static void
fill(struct grant *grant)
{
	struct grant_failure failure = {
		.status = STATUS_REAUTH,
		.text = (char[]){ "it has ended" },
		.at = 4102444800,
		.until = 4102448400,
		.ordered = true,
		.request = 0xfedcba9876543210,
	};

	grant_init(grant);
	assert_int_equal(grant_set(&grant->refresh_token, "R/1"), STATUS_OK);
	assert_int_equal(grant_set(&grant->token_endpoint, "https://x/"),
	    STATUS_OK);
	assert_int_equal(grant_set(&grant->client_id, "app"), STATUS_OK);
	assert_int_equal(grant_set(&grant->scope, "a b"), STATUS_OK);
	grant->granted_at = 4102440000;
	grant->renewed_at = 4102441000;
	grant->forced_at = 4102442000;
	assert_int_equal(grant_set_failure(grant, &failure), STATUS_OK);
}

static void
assert_filled(const struct grant *grant)
{
	assert_string_equal(grant->refresh_token, "R/1");
	assert_string_equal(grant->token_endpoint, "https://x/");
	assert_string_equal(grant->client_id, "app");
	assert_string_equal(grant->scope, "a b");
	assert_int_equal(grant->granted_at, 4102440000);
	assert_int_equal(grant->renewed_at, 4102441000);
	assert_int_equal(grant->forced_at, 4102442000);
	assert_int_equal(grant->failure.status, STATUS_REAUTH);
	assert_string_equal(grant->failure.text, "it has ended");
	assert_int_equal(grant->failure.at, 4102444800);
	assert_int_equal(grant->failure.until, 4102448400);
	assert_int_equal(grant->failure.count, 1);
	assert_true(grant->failure.ordered);
	assert_true(grant->failure.request == 0xfedcba9876543210);
}

static void
a_grant_is_read_as_it_was_written(void **state)
{
	struct grant grant, again;
	struct diag diag;
	struct buf text;

	(void)state;
	fill(&grant);
	buf_init(&text, GRANT_MAX_FILE);
	assert_int_equal(grant_format(&grant, &text), STATUS_OK);
	grant_init(&again);
	assert_status(grant_parse(&again, text.data, text.length, WHAT, &diag),
	    STATUS_OK, &diag);
	assert_filled(&again);
	/* over what was there */
	assert_status(grant_parse(&again, text.data, text.length, WHAT, &diag),
	    STATUS_OK, &diag);
	assert_filled(&again);
	grant_clear(&grant);
	grant_clear(&again);
	assert_null(again.refresh_token);
	grant_clear(&again);
	buf_clear(&text);
}

static void
what_a_later_version_adds_is_kept(void **state)
{
	static const char text[] =
	    "{\"format\":1,\"refresh_token\":\"R\","
	    "\"future\":{\"a\":[1,\"x\"]},\"scope\":\"s\","
	    "\"failure\":{\"status\":\"again\",\"text\":\"t\"}}";
	static const struct grant_failure none = { .status = STATUS_OK };
	struct json_object *json, *member;
	struct grant grant;
	const char *reason;
	struct buf out;

	(void)state;
	grant_init(&grant);
	buf_init(&out, GRANT_MAX_FILE);
	assert_int_equal(grant_parse(&grant, text, strlen(text), WHAT, NULL),
	    STATUS_OK);
	assert_int_equal(grant_set(&grant.refresh_token, "R2"), STATUS_OK);
	assert_int_equal(grant_set(&grant.scope, NULL), STATUS_OK);
	assert_int_equal(grant_set_failure(&grant, &none), STATUS_OK);
	assert_int_equal(grant_format(&grant, &out), STATUS_OK);
	grant_clear(&grant);
	assert_int_equal(json_read_object(out.data, out.length, &json, &reason),
	    STATUS_OK);
	assert_string_equal(json_text(json, "refresh_token"), "R2");
	assert_true(json_object_object_get_ex(json, "future", &member));
	assert_string_equal(
	    json_object_to_json_string_ext(member, JSON_C_TO_STRING_PLAIN),
	    "{\"a\":[1,\"x\"]}");
	assert_false(json_object_object_get_ex(json, "scope", &member));
	assert_false(json_object_object_get_ex(json, "failure", &member));
	json_object_put(json);
	buf_clear(&out);
}

static void
failures_of_one_kind_are_counted(void **state)
{
	struct grant_failure failure = { .status = STATUS_AGAIN,
		.text = (char[]){ "x" } };
	struct grant grant;

	(void)state;
	grant_init(&grant);
	assert_int_equal(grant_set_failure(&grant, &failure), STATUS_OK);
	assert_int_equal(grant_set_failure(&grant, &failure), STATUS_OK);
	assert_int_equal(grant.failure.count, 2);
	failure.status = STATUS_CONFIG;
	assert_int_equal(grant_set_failure(&grant, &failure), STATUS_OK);
	assert_int_equal(grant.failure.count, 1);
	failure.status = STATUS_OK;
	failure.text = NULL;
	assert_int_equal(grant_set_failure(&grant, &failure), STATUS_OK);
	assert_int_equal(grant.failure.count, 0);
	assert_null(grant.failure.text);
	grant_clear(&grant);
}

static const struct broken {
	const char *text, *sentence;
} brokens[] = {
	{ "", WHAT " is damaged: it is empty" },
	{ "{\"format\":1", "it is cut off" },
	{ "garbage", "it is not JSON" },
	{ "[]", "it is not a JSON object" },
	{ "{\"format\":1}x", "something follows" },
	{ "{}", "another version" },
	{ "{\"format\":2}", "another version" },
	{ "{\"format\":\"one\"}", "another version" },
};

static void
a_broken_grant_is_data(void **state)
{
	struct grant grant;
	struct diag diag;
	size_t i;

	(void)state;
	grant_init(&grant);
	for (i = 0; i < COUNT(brokens); i++) {
		unit_row("%s", brokens[i].text);
		assert_status(grant_parse(&grant, brokens[i].text,
				  strlen(brokens[i].text), WHAT, &diag),
		    STATUS_DATA, &diag);
		assert_contains(diag.text, brokens[i].sentence);
	}
	grant_clear(&grant);
}

static const unsigned char key[GRANT_KEY_LENGTH] =
    "0123456789abcdef0123456789abcde";

/* Lengths that need each padding of base64. */
static const char *const plains[] = { "", "x", "xy", "{\"format\":1}" };

static void
seal(const char *plain, struct buf *sealed)
{
	struct diag diag;

	buf_init(sealed, GRANT_MAX_FILE);
	assert_status(
	    grant_seal(key, "me@x", plain, strlen(plain), sealed, &diag),
	    STATUS_OK, &diag);
	assert_true(grant_is_sealed(sealed->data, sealed->length));
}

static enum status
open_as(const unsigned char *with, const char *account, const char *bytes,
    size_t length, struct buf *open, struct diag *diag)
{
	const struct grant_keys keys = { .present = with };
	enum grant_sealing sealing;

	buf_init(open, GRANT_MAX_FILE);
	return grant_open(&keys, account, bytes, length, open, &sealing, WHAT,
	    diag);
}

static void
a_sealed_grant_opens_with_its_key_for_its_account(void **state)
{
	unsigned char other[GRANT_KEY_LENGTH];
	struct buf sealed, open;
	struct diag diag;
	size_t i;

	(void)state;
	memcpy(other, key, sizeof(other));
	other[31] ^= 1;
	for (i = 0; i < COUNT(plains); i++) {
		unit_row("%s", plains[i]);
		seal(plains[i], &sealed);
		assert_status(open_as(key, "me@x", sealed.data, sealed.length,
				  &open, &diag),
		    STATUS_OK, &diag);
		assert_row_text(buf_text(&open), plains[i]);
		buf_clear(&open);
		assert_status(open_as(other, "me@x", sealed.data, sealed.length,
				  &open, &diag),
		    STATUS_CONFIG, &diag);
		assert_contains(diag.text, "check grant_key");
		assert_contains(diag.text, WHAT);
		assert_row_int(open.length, 0);
		buf_clear(&open);
		assert_status(open_as(key, "you@x", sealed.data, sealed.length,
				  &open, &diag),
		    STATUS_CONFIG, &diag);
		buf_clear(&open);
		buf_clear(&sealed);
	}
}

static void
no_two_seals_are_equal_and_none_shows_its_content(void **state)
{
	struct buf a, b;

	(void)state;
	seal("{\"refresh_token\":\"R\"}", &a);
	seal("{\"refresh_token\":\"R\"}", &b);
	assert_string_not_equal(buf_text(&a), buf_text(&b));
	assert_lacks(buf_text(&a), "refresh");
	buf_clear(&a);
	buf_clear(&b);
}

/* The store asks grant_is_sealed() first; then it must not open. */
static bool
opens(const char *bytes, size_t length, const char *plain)
{
	struct buf open;
	bool same;

	if (!grant_is_sealed(bytes, length))
		return false;
	same = open_as(key, "me@x", bytes, length, &open, NULL) == STATUS_OK;
	if (same)
		assert_string_equal(buf_text(&open), plain);
	buf_clear(&open);
	return same;
}

static void
every_flipped_bit_is_noticed(void **state)
{
	/* no padding, so that base64 has no spare bits */
	static const char plain[] = "{\"a\":1}.";
	struct buf sealed;
	size_t i;
	int bit;

	(void)state;
	seal(plain, &sealed);
	assert_null(strchr(buf_text(&sealed) + 30, '='));
	for (i = 0; i < sealed.length - 1; i++)
		for (bit = 0; bit < 8; bit++) {
			unit_row("byte %zu, bit %d", i, bit);
			sealed.data[i] = (char)(sealed.data[i] ^ 1 << bit);
			assert_row_int(opens(sealed.data, sealed.length, plain),
			    false);
			sealed.data[i] = (char)(sealed.data[i] ^ 1 << bit);
		}
	assert_true(opens(sealed.data, sealed.length, plain));
	buf_clear(&sealed);
}

static void
a_cut_seal_is_noticed(void **state)
{
	struct buf sealed;
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(plains); i++) {
		seal(plains[i], &sealed);
		/* its newline may be missing */
		for (j = 0; j < sealed.length - 1; j++) {
			unit_row("%zu of %zu bytes", j, sealed.length);
			assert_row_int(opens(sealed.data, j, plains[i]), false);
		}
		assert_true(opens(sealed.data, sealed.length, plains[i]));
		buf_clear(&sealed);
	}
}

static void
a_grant_too_large_to_be_sealed_has_a_sentence(void **state)
{
	char *plain = malloc(GRANT_MAX_FILE);
	struct buf sealed;
	struct diag diag;
	enum status r;
	size_t length;

	(void)state;
	memset(plain, 'x', GRANT_MAX_FILE);
	for (length = GRANT_MAX_FILE / 4 * 3 - 150;
	     length < GRANT_MAX_FILE / 4 * 3 + 10; length++) {
		unit_row("%zu bytes", length);
		memset(&diag, 0, sizeof(diag));
		buf_init(&sealed, GRANT_MAX_FILE);
		r = grant_seal(key, "me@x", plain, length, &sealed, &diag);
		assert_row_int(r == STATUS_OK, diag.text[0] == '\0');
		assert_row_int(r == STATUS_OK || r == STATUS_DATA, true);
		buf_clear(&sealed);
	}
	free(plain);
}

static bool random_fails;

int __real_RAND_bytes(unsigned char *bytes, int count);
int __wrap_RAND_bytes(unsigned char *bytes, int count);

int
__wrap_RAND_bytes(unsigned char *bytes, int count)
{
	if (!random_fails)
		return __real_RAND_bytes(bytes, count);
	ERR_raise(ERR_LIB_RAND, ERR_R_INTERNAL_ERROR);
	return 0;
}

static void
a_seal_that_fails_leaves_the_hosts_errors_alone(void **state)
{
	struct buf sealed;
	struct diag diag;

	(void)state;
	ERR_clear_error();
	ERR_raise(ERR_LIB_USER, 7);
	buf_init(&sealed, GRANT_MAX_FILE);
	random_fails = true;
	assert_int_equal(grant_seal(key, "me@x", "x", 1, &sealed, &diag),
	    STATUS_BUG);
	random_fails = false;
	assert_contains(diag.text, "cannot seal");
	assert_int_equal(ERR_GET_REASON(ERR_get_error()), 7);
	assert_int_equal(ERR_get_error(), 0);
	buf_clear(&sealed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_grant_is_read_as_it_was_written),
		cmocka_unit_test(what_a_later_version_adds_is_kept),
		cmocka_unit_test(failures_of_one_kind_are_counted),
		cmocka_unit_test(a_broken_grant_is_data),
		cmocka_unit_test(
		    a_sealed_grant_opens_with_its_key_for_its_account),
		cmocka_unit_test(
		    no_two_seals_are_equal_and_none_shows_its_content),
		cmocka_unit_test(every_flipped_bit_is_noticed),
		cmocka_unit_test(a_cut_seal_is_noticed),
		cmocka_unit_test(a_grant_too_large_to_be_sealed_has_a_sentence),
		cmocka_unit_test(
		    a_seal_that_fails_leaves_the_hosts_errors_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
