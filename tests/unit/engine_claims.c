/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What can be read of a token, and what cannot.
 */

#include "base64.h"
#include "claims.h"
#include "unit.h"

#define HEADER "{\"typ\":\"JWT\",\"alg\":\"RS256\"}"

/* header.payload.signature, into a buffer of one's own for the test. */
static const char *
jwt(const char *header, const char *payload)
{
	static char text[200000];
	struct buf token;

	buf_init(&token, sizeof(text) - 1);
	base64_encode_url(&token, header, strlen(header));
	buf_add_string(&token, ".");
	base64_encode_url(&token, payload, strlen(payload));
	buf_add_string(&token, ".c2ln");
	assert_int_equal(buf_status(&token), STATUS_OK);
	memcpy(text, buf_text(&token), token.length + 1);
	buf_clear(&token);
	return text;
}

static void
each_claim_is_found_where_providers_put_it(void **state)
{
	struct claims claims;

	(void)state;
	assert_int_equal(
	    claims_read(jwt(HEADER,
			    "{\"aud\":\"https://outlook.office.com\","
			    "\"scp\":\"SMTP.Send\",\"scope\":\"other\","
			    "\"tid\":\"T\",\"oid\":\"O\",\"sub\":\"S\","
			    "\"appid\":\"A\",\"azp\":\"Z\",\"idtyp\":\"user\","
			    "\"exp\":1700000000,\"nbf\":\"1600000000\","
			    "\"unique_name\":\"u\",\"upn\":\"p\","
			    "\"email\":\"\",\"roles\":[\"a\",7,\"b\"]}"),
		&claims),
	    STATUS_OK);
	assert_int_equal(claims.audience_count, 1);
	assert_string_equal(claims.audiences[0], "https://outlook.office.com");
	assert_string_equal(claims.scope, "SMTP.Send");
	assert_string_equal(claims.tenant, "T");
	assert_string_equal(claims.object, "O");
	assert_string_equal(claims.subject, "S");
	assert_string_equal(claims.application, "A");
	assert_string_equal(claims.kind, "user");
	assert_int_equal(claims.expires_at, 1700000000);
	assert_int_equal(claims.not_before, 1600000000);
	assert_int_equal(claims.name_count, 2);
	assert_string_equal(claims.names[0], "p");
	assert_string_equal(claims.names[1], "u");
	assert_true(claims.has_roles);
	assert_true(claims_has_role(&claims, "b"));
	assert_false(claims_has_role(&claims, "A"));
	assert_string_equal(claims_role_at(&claims, 1), "");
	assert_null(claims_role_at(&claims, 3));
	claims_clear(&claims);
}

static void
what_is_not_there_is_null(void **state)
{
	struct claims claims;

	(void)state;
	assert_int_equal(claims_read(jwt(HEADER, "{}"), &claims), STATUS_OK);
	assert_int_equal(claims.audience_count, 0);
	assert_int_equal(claims.name_count, 0);
	assert_null(claims.scope);
	assert_null(claims.tenant);
	assert_null(claims.application);
	assert_int_equal(claims.expires_at, 0);
	assert_false(claims.has_roles);
	assert_null(claims_role_at(&claims, 0));
	claims_clear(&claims);
}

static void
what_has_another_type_is_not_there(void **state)
{
	struct claims claims;

	(void)state;
	assert_int_equal(
	    claims_read(jwt(HEADER,
			    "{\"aud\":7,\"roles\":\"a\",\"tid\":[],"
			    "\"upn\":{},\"oid\":\"a\\u0000b\","
			    "\"exp\":\"soon\",\"nbf\":1e999}"),
		&claims),
	    STATUS_OK);
	assert_int_equal(claims.audience_count, 0);
	assert_int_equal(claims.name_count, 0);
	assert_null(claims.tenant);
	assert_null(claims.object);
	assert_int_equal(claims.expires_at, 0);
	assert_int_equal(claims.not_before, 0);
	assert_false(claims.has_roles);
	claims_clear(&claims);
}

static void
of_many_audiences_some_are_looked_at(void **state)
{
	struct claims claims;

	(void)state;
	assert_int_equal(
	    claims_read(jwt(HEADER,
			    "{\"aud\":[\"a\",null,\"b\\u0000\",\"b\",\"c\","
			    "\"d\",\"e\",\"f\",\"g\",\"h\",\"i\",\"j\"]}"),
		&claims),
	    STATUS_OK);
	assert_int_equal(claims.audience_count, CLAIMS_MAX_AUDIENCES);
	assert_string_equal(claims.audiences[1], "b");
	assert_string_equal(claims.audiences[7], "h");
	claims_clear(&claims);
}

static void
both_digits_of_base64url_are_understood(void **state)
{
	static const char name[] = ">>>>>>\?\?\?\?\?\?\?>";
	char payload[64];
	struct claims claims;
	const char *token;

	(void)state;
	snprintf(payload, sizeof(payload), "{\"upn\":\"%s\"}", name);
	token = jwt(HEADER, payload);
	assert_non_null(strchr(token, '-'));
	assert_non_null(strchr(token, '_'));
	assert_int_equal(claims_read(token, &claims), STATUS_OK);
	assert_string_equal(claims.names[0], name);
	claims_clear(&claims);
}

/* {} in base64url is e30 */
static const char *const opaque[] = {
	"", "EwB4A8l6BAAU", "ya29.a0AfH6SMB", "..", "e30.e30",
	"e30.e30.sig.more", "e30.e30.e30.e30.e30", "e30..sig", ".e30.sig",
	"e30=.e30=.sig", "e30.e30x.sig", "e30.e.sig", "e30.e+/A.sig",
	"e30.W10.sig", /* [] */
	"W10.e30.sig", "x.e30.sig", "e30.eyJh.sig",
	"e30.eyJhIjoxfX0.sig", /* {"a":1}} */
};

static void
a_token_that_is_no_jwt_is_opaque(void **state)
{
	struct claims claims;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(opaque); i++) {
		unit_row("%s", opaque[i]);
		assert_row_int(claims_read(opaque[i], &claims), STATUS_DATA);
		assert_row_int(claims.audience_count, 0);
		claims_clear(&claims);
	}
	assert_int_equal(claims_read(NULL, &claims), STATUS_DATA);
	claims_clear(&claims);
	assert_int_equal(claims_read("e30.e30.", &claims), STATUS_OK);
	claims_clear(&claims);
}

static void
depth_and_length_are_bounded(void **state)
{
	static char payload[CLAIMS_MAX_TOKEN + 1];
	struct claims claims;

	(void)state;
	assert_int_equal(
	    claims_read(jwt(HEADER, "{\"a\":[[[[[[[[[[]]]]]]]]]]}"), &claims),
	    STATUS_DATA);
	claims_clear(&claims);
	memset(payload, ' ', sizeof(payload) - 1);
	payload[0] = '{';
	payload[1] = '}';
	assert_int_equal(claims_read(jwt(HEADER, payload), &claims),
	    STATUS_DATA);
	claims_clear(&claims);
	payload[CLAIMS_MAX_TOKEN / 2] = '\0';
	assert_int_equal(claims_read(jwt(HEADER, payload), &claims), STATUS_OK);
	claims_clear(&claims);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_claim_is_found_where_providers_put_it),
		cmocka_unit_test(what_is_not_there_is_null),
		cmocka_unit_test(what_has_another_type_is_not_there),
		cmocka_unit_test(of_many_audiences_some_are_looked_at),
		cmocka_unit_test(both_digits_of_base64url_are_understood),
		cmocka_unit_test(a_token_that_is_no_jwt_is_opaque),
		cmocka_unit_test(depth_and_length_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
