/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Signed messages, against the examples of RFC 7515 and OpenSSL's own look.
 */

#include "jws.h"
#include "key.h"
#include "made_key.h"
#include "unit.h"

/* RFC 7515, A.2 and A.3 have the same payload. */
#define PAYLOAD \
	"{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n " \
	"\"http://example.com/is_root\":true}"

static void
rs256_is_as_in_rfc_7515(void **state)
{
	struct key *key = made_load(MADE_RSA);
	struct diag diag;
	struct buf out;

	(void)state;
	buf_init(&out, ASSERTION_MAX_LENGTH);
	assert_status(jws_sign(key, ASSERTION_RS256, "{\"alg\":\"RS256\"}",
			  PAYLOAD, &out, &diag),
	    STATUS_OK, &diag);
	assert_string_equal(buf_text(&out),
	    "eyJhbGciOiJSUzI1NiJ9."
	    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
	    "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
	    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7"
	    "AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4"
	    "BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K"
	    "0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqv"
	    "hJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrB"
	    "p0igcN_IoypGlUPQGe77Rw");
	buf_clear(&out);
	key_free(&key);
}

static const struct kind {
	enum made made;
	enum assertion_alg alg;
	unsigned times;
} kinds[] = {
	{ MADE_RSA, ASSERTION_RS256, 1 },
	{ MADE_RSA, ASSERTION_PS256, 2 },
	{ MADE_PSS, ASSERTION_PS256, 2 },
	/* often enough for a number that begins with a zero */
	{ MADE_P256, ASSERTION_ES256, 1500 },
};

static void
assert_signs(const struct key *key, const struct kind *kind)
{
	struct diag diag;
	struct buf out;

	buf_init(&out, ASSERTION_MAX_LENGTH);
	assert_status(jws_sign(key, kind->alg, "{}", PAYLOAD, &out, &diag),
	    STATUS_OK, &diag);
	assert_row_int(made_verify(kind->made, kind->alg, buf_text(&out)),
	    true);
	buf_clear(&out);
}

static void
every_signature_is_one_to_openssl(void **state)
{
	struct key *key;
	unsigned n;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(kinds); i++) {
		unit_row("%s", assertion_alg_name(kinds[i].alg));
		key = made_load(kinds[i].made);
		for (n = 0; n < kinds[i].times; n++)
			assert_signs(key, &kinds[i]);
		key_free(&key);
	}
}

static const struct kind misfits[] = {
	{ MADE_RSA, ASSERTION_ES256, 1 },
	{ MADE_PSS, ASSERTION_RS256, 1 },
	{ MADE_PSS, ASSERTION_ES256, 1 },
	{ MADE_P256, ASSERTION_RS256, 1 },
	{ MADE_P256, ASSERTION_PS256, 1 },
};

static void
an_algorithm_that_does_not_fit_the_key_is_configuration(void **state)
{
	struct diag diag;
	struct key *key;
	struct buf out;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(misfits); i++) {
		unit_row("row %zu", i);
		key = made_load(misfits[i].made);
		buf_init(&out, ASSERTION_MAX_LENGTH);
		assert_status(
		    jws_sign(key, misfits[i].alg, "{}", "{}", &out, &diag),
		    STATUS_CONFIG, &diag);
		assert_contains(diag.text, "client_assertion_alg");
		assert_contains(diag.text, assertion_alg_name(misfits[i].alg));
		assert_contains(diag.text, "KEY");
		buf_clear(&out);
		key_free(&key);
	}
}

static void
the_key_chooses_where_nothing_is_set(void **state)
{
	static const struct {
		enum made made;
		const char *name;
		enum assertion_alg alg;
	} rows[] = {
		{ MADE_RSA, NULL, ASSERTION_RS256 },
		{ MADE_RSA, "PS256", ASSERTION_PS256 },
		{ MADE_RSA, "RS512", ASSERTION_RS256 },
		{ MADE_PSS, NULL, ASSERTION_PS256 },
		{ MADE_P256, NULL, ASSERTION_ES256 },
		{ MADE_P256, "RS256", ASSERTION_RS256 },
	};
	struct key *key;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("row %zu", i);
		key = made_load(rows[i].made);
		assert_row_int(key_choose_alg(key, rows[i].name), rows[i].alg);
		key_free(&key);
	}
}

/* "{}" twice, the signature of P-256, and two dots. */
#define SHORTEST (3 + 1 + 3 + 1 + 86)

static void
what_is_too_long_is_no_message(void **state)
{
	struct key *key = made_load(MADE_P256);
	struct diag diag;
	struct buf out;
	size_t max;

	(void)state;
	for (max = 0; max <= SHORTEST + 2; max++) {
		unit_row("%zu bytes", max);
		buf_init(&out, max);
		assert_status(
		    jws_sign(key, ASSERTION_ES256, "{}", "{}", &out, &diag),
		    max < SHORTEST ? STATUS_DATA : STATUS_OK, &diag);
		buf_clear(&out);
	}
	key_free(&key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rs256_is_as_in_rfc_7515),
		cmocka_unit_test(every_signature_is_one_to_openssl),
		cmocka_unit_test(
		    an_algorithm_that_does_not_fit_the_key_is_configuration),
		cmocka_unit_test(the_key_chooses_where_nothing_is_set),
		cmocka_unit_test(what_is_too_long_is_no_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
