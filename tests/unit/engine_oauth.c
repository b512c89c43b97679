/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Requests as bytes, and the judgement of token answers: the table of faults
 * of a token endpoint.
 */

#include "explain.h"
#include "oauth.h"
#include "unit.h"

#define HOST "login.example.com"

static void
every_byte_but_the_unreserved_is_percent_encoded(void **state)
{
	static const char unreserved[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-._~";
	char text[2] = "", expected[4];
	struct buf out;
	int byte;

	(void)state;
	for (byte = 1; byte < 256; byte++) {
		unit_row("byte %02x", (unsigned)byte);
		buf_init(&out, 10);
		text[0] = (char)byte;
		snprintf(expected, sizeof(expected), "%%%02X", (unsigned)byte);
		oauth_encode(&out, text);
		assert_row_text(buf_text(&out),
		    strchr(unreserved, byte) != NULL ? text : expected);
		buf_clear(&out);
	}
}

#define ASSERTED \
	"client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3A" \
	"client-assertion-type%3Ajwt-bearer&client_assertion="

static const struct request {
	const char *name;
	struct oauth_client client;
	const char *scope, *body;
} requests[] = {
	{ "public", { .id = "app" }, "mail offline_access",
	    "grant_type=refresh_token&refresh_token=R%2B%2F%3D"
	    "&scope=mail%20offline_access&client_id=app" },
	{ "secret in the body",
	    { .id = "a&b", .secret = "s=1&x=y%", .auth = OAUTH_AUTH_BODY },
	    NULL,
	    "grant_type=refresh_token&refresh_token=R%2B%2F%3D&client_id=a%26b"
	    "&client_secret=s%3D1%26x%3Dy%25" },
	{ "secret by Basic",
	    { .id = "app", .secret = "s", .auth = OAUTH_AUTH_BASIC }, "x",
	    "grant_type=refresh_token&refresh_token=R%2B%2F%3D&scope=x" },
	{ "an assertion that it signs",
	    { .id = "app", .assertion = "e30.e30.x-_", .auth = OAUTH_AUTH_KEY },
	    "x",
	    "grant_type=refresh_token&refresh_token=R%2B%2F%3D&scope=x"
	    "&client_id=app&" ASSERTED "e30.e30.x-_" },
	{ "an assertion of another issuer",
	    { .id = "app", .assertion = "a+/=", .auth = OAUTH_AUTH_FEDERATED },
	    NULL,
	    "grant_type=refresh_token&refresh_token=R%2B%2F%3D&client_id=app&" ASSERTED
	    "a%2B%2F%3D" },
	/* what is not to be sent is not sent */
	{ "a secret, but none wanted", { .id = "app", .secret = "s" }, NULL,
	    "grant_type=refresh_token&refresh_token=R%2B%2F%3D"
	    "&client_id=app" },
	{ "a secret beside an assertion",
	    { .id = "app",
		.secret = "s",
		.assertion = "a",
		.auth = OAUTH_AUTH_KEY },
	    NULL,
	    "grant_type=refresh_token&refresh_token=R%2B%2F%3D&client_id=app&" ASSERTED
	    "a" },
	{ "an assertion beside a secret",
	    { .id = "app",
		.secret = "s",
		.assertion = "a",
		.auth = OAUTH_AUTH_BODY },
	    NULL,
	    "grant_type=refresh_token&refresh_token=R%2B%2F%3D&client_id=app"
	    "&client_secret=s" },
	{ "no client at all", { .id = NULL }, NULL,
	    "grant_type=refresh_token&refresh_token=R%2B%2F%3D" },
};

static void
a_request_says_who_asks_in_one_place(void **state)
{
	struct oauth_field fields[] = {
		{ "grant_type", "refresh_token" },
		{ "refresh_token", "R+/=" },
		{ "scope", NULL },
	};
	struct buf body;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(requests); i++) {
		unit_row("%s", requests[i].name);
		buf_init(&body, OAUTH_MAX_BODY);
		fields[2].value = requests[i].scope;
		oauth_build(&requests[i].client, fields, COUNT(fields), &body);
		assert_row_text(buf_text(&body), requests[i].body);
		buf_clear(&body);
	}
}

/* The words of the option grant. */
static void
a_grant_has_a_name_and_needs_a_person_or_not(void **state)
{
	static const struct {
		const char *name;
		enum oauth_grant grant;
		bool needs_person;
	} grants[] = {
		{ NULL, OAUTH_GRANT_UNSET, true },
		{ "authorization_code", OAUTH_GRANT_CODE, true },
		{ "device_code", OAUTH_GRANT_DEVICE, true },
		{ "client_credentials", OAUTH_GRANT_CLIENT, false },
		{ "service_account", OAUTH_GRANT_SERVICE_ACCOUNT, false },
		{ "managed_identity", OAUTH_GRANT_IDENTITY, false },
	};
	size_t i;

	(void)state;
	assert_int_equal(COUNT(grants), OAUTH_GRANT_COUNT);
	for (i = 0; i < COUNT(grants); i++) {
		unit_row("%s", grants[i].name != NULL ? grants[i].name : "-");
		assert_row_int(oauth_grant_find(grants[i].name),
		    grants[i].grant);
		assert_row_text(oauth_grant_name(grants[i].grant),
		    grants[i].name);
		assert_row_int(oauth_grant_needs_person(grants[i].grant),
		    grants[i].needs_person);
	}
	assert_int_equal(oauth_grant_find("password"), OAUTH_GRANT_UNSET);
	assert_int_equal(oauth_grant_find(""), OAUTH_GRANT_UNSET);
}

#define LIFE ",\"expires_in\":3600"
#define TYPE ",\"token_type\":\"Bearer\""
#define REST TYPE LIFE "}"

static const struct success {
	const char *name, *body;
	int64_t lifetime;
	const char *refresh, *scope;
	bool assumed;
} successes[] = {
	{ "plain", "{\"access_token\":\"T\"" REST, 3600, NULL, NULL, false },
	{ "rotated",
	    "{\"access_token\":\"T\",\"refresh_token\":\"R2\","
	    "\"scope\":\"a b\"" REST,
	    3600, "R2", "a b", false },
	{ "no expires_in", "{\"access_token\":\"T\"" TYPE "}", 3600, NULL, NULL,
	    true },
	{ "expires_in null",
	    "{\"access_token\":\"T\",\"expires_in\":null" TYPE "}", 3600, NULL,
	    NULL, true },
	{ "a string", "{\"access_token\":\"T\",\"expires_in\":\"600\"" TYPE "}",
	    600, NULL, NULL, false },
	{ "a float", "{\"access_token\":\"T\",\"expires_in\":599.9" TYPE "}",
	    599, NULL, NULL, false },
	{ "a second", "{\"access_token\":\"T\",\"expires_in\":1" TYPE "}", 1,
	    NULL, NULL, false },
	{ "beyond ten years",
	    "{\"access_token\":\"T\",\"expires_in\":"
	    "99999999999" TYPE "}",
	    OAUTH_MAX_LIFETIME_S, NULL, NULL, false },
	{ "type in another case",
	    "{\"access_token\":\"T\","
	    "\"token_type\":\"bEARER\"" LIFE "}",
	    3600, NULL, NULL, false },
	{ "refresh_token empty",
	    "{\"access_token\":\"T\","
	    "\"refresh_token\":\"\"" REST,
	    3600, NULL, NULL, false },
	{ "refresh_token null",
	    "{\"access_token\":\"T\","
	    "\"refresh_token\":null" REST,
	    3600, NULL, NULL, false },
	{ "unknown members", "{\"x\":[1,{}],\"access_token\":\"T\"" REST, 3600,
	    NULL, NULL, false },
	{ "scope of another type", "{\"access_token\":\"T\",\"scope\":1" REST,
	    3600, NULL, NULL, false },
	{ "scope with a line end",
	    "{\"access_token\":\"T\","
	    "\"scope\":\"a\\nb\"" REST,
	    3600, NULL, NULL, false },
	{ "white space behind", "{\"access_token\":\"T\"" TYPE LIFE "}\r\n",
	    3600, NULL, NULL, false },
};

static void
a_good_answer_gives_a_token(void **state)
{
	struct oauth_token token;
	struct diag diag;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(successes); i++) {
		unit_row("%s", successes[i].name);
		assert_status(oauth_judge_token(200, successes[i].body,
				  strlen(successes[i].body), HOST, &token,
				  &diag),
		    STATUS_OK, &diag);
		assert_row_text(token.access_token, "T");
		assert_row_text(token.refresh_token, successes[i].refresh);
		assert_row_text(token.scope, successes[i].scope);
		assert_row_int(token.expires_in_s, successes[i].lifetime);
		assert_row_int(token.expires_assumed, successes[i].assumed);
		oauth_token_clear(&token);
		assert_null(token.access_token);
	}
}

/* Google's name for the end of a refresh token, and Keycloak's. */
static void
what_else_an_answer_tells_is_taken(void **state)
{
	static const struct {
		const char *members, *id_token;
		int64_t refresh_lifetime;
	} rows[] = {
		{ "", NULL, 0 },
		{ ",\"id_token\":\"h.p.s\"", "h.p.s", 0 },
		{ ",\"id_token\":7", NULL, 0 },
		{ ",\"refresh_token_expires_in\":604799", NULL, 604799 },
		{ ",\"refresh_expires_in\":1800", NULL, 1800 },
		{ ",\"refresh_expires_in\":0", NULL, 0 },
		{ ",\"refresh_token_expires_in\":-5", NULL, 0 },
		{ ",\"refresh_token_expires_in\":99999999999", NULL, 0 },
	};
	struct oauth_token token;
	char body[256];
	struct diag diag;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%s", rows[i].members);
		snprintf(body, sizeof(body), "{\"access_token\":\"T\"%s" REST,
		    rows[i].members);
		assert_status(oauth_judge_token(200, body, strlen(body), HOST,
				  &token, &diag),
		    STATUS_OK, &diag);
		assert_row_text(token.id_token, rows[i].id_token);
		assert_row_int(token.refresh_expires_in_s,
		    rows[i].refresh_lifetime);
		oauth_token_clear(&token);
	}
}

#define SECRET "sEcReTt0ken"
#define IT "{\"access_token\":\"" SECRET "\""

static const struct failure {
	const char *name;
	long code;
	const char *body;
	enum status status;
	const char *sentence;
} failures[] = {
	/* no token answer at all */
	{ "HTML", 200, "<html>hotel</html>", STATUS_AGAIN,
	    "something that is not a token response" },
	{ "empty", 200, "", STATUS_AGAIN, "not a token response" },
	{ "bad JSON", 200, IT ",,}", STATUS_AGAIN, "not a token response" },
	{ "cut", 200, IT, STATUS_AGAIN, "it is cut off" },
	{ "an array", 200, "[]", STATUS_AGAIN, "not a token response" },
	{ "a number", 200, "42", STATUS_AGAIN, "not a token response" },
	{ "trailing text", 200, IT REST "<br>", STATUS_AGAIN,
	    "something follows" },
	{ "HTML, 404", 404, "<html>", STATUS_AGAIN, "HTTP status 404" },
	{ "HTML, 410", 410, "<html>", STATUS_CONFIG, "set token_endpoint" },
	{ "nothing, 404", 404, "{}", STATUS_AGAIN, "may have moved it" },
	/* trouble that passes */
	{ "500", 500, "<html>", STATUS_AGAIN, "has trouble (HTTP status 500" },
	{ "502", 502, "", STATUS_AGAIN, "HTTP status 502" },
	{ "503 with an error", 503, "{\"error\":\"invalid_grant\"}",
	    STATUS_AGAIN, "invalid_grant" },
	{ "504", 504, "{}", STATUS_AGAIN, "HTTP status 504" },
	{ "429", 429, "", STATUS_AGAIN, "HTTP status 429" },
	{ "429 with an error", 429, "{\"error\":\"invalid_client\"}",
	    STATUS_AGAIN, "429" },
	{ "400 without a reason", 400, "{}", STATUS_AGAIN, "without a reason" },
	{ "temporarily_unavailable", 400,
	    "{\"error\":\"temporarily_unavailable\"}", STATUS_AGAIN,
	    "overloaded" },
	/* for ever, until somebody does something */
	{ "invalid_grant", 400, "{\"error\":\"invalid_grant\"}", STATUS_REAUTH,
	    "the login has ended" },
	{ "invalid_grant with 200", 200, "{\"error\":\"invalid_grant\"}",
	    STATUS_REAUTH, "the login has ended" },
	{ "beside a token", 200, IT ",\"error\":\"invalid_grant\"" REST,
	    STATUS_REAUTH, "the login has ended" },
	{ "in the provider's words", 400,
	    "{\"error\":\"invalid_grant\","
	    "\"error_description\":\"AADSTS70008: expired\\r\\nTrace\"}",
	    STATUS_REAUTH, "the provider says: AADSTS70008: expired" },
	{ "interaction_required", 400, "{\"error\":\"interaction_required\"}",
	    STATUS_REAUTH, "wants to see a person" },
	{ "an error that is news", 400, "{\"error\":\"weird_thing\"}",
	    STATUS_REAUTH, "refuses with \"weird_thing\"" },
	{ "news with 401", 401, "{\"error\":\"weird_thing\"}", STATUS_CONFIG,
	    "weird_thing" },
	{ "invalid_client", 401, "{\"error\":\"invalid_client\"}",
	    STATUS_CONFIG, "check client_id" },
	{ "unauthorized_client", 400, "{\"error\":\"unauthorized_client\"}",
	    STATUS_CONFIG, "check client_id and tenant" },
	{ "invalid_scope", 400, "{\"error\":\"invalid_scope\"}", STATUS_CONFIG,
	    "check scope" },
	/* a token answer that cannot be used */
	{ "no token", 200, "{\"token_type\":\"Bearer\"}", STATUS_DATA,
	    "no access token" },
	{ "token null", 200, "{\"access_token\":null" REST, STATUS_DATA,
	    "no access token" },
	{ "token an object", 200, "{\"access_token\":{}" REST, STATUS_DATA,
	    "no access token" },
	{ "token a number", 200, "{\"access_token\":12" REST, STATUS_DATA,
	    "no access token" },
	{ "token empty", 200, "{\"access_token\":\"\"" REST, STATUS_DATA,
	    "no access token" },
	{ "token with CR LF", 200, "{\"access_token\":\"a\\r\\nRSET\"" REST,
	    STATUS_DATA, "RFC 6750" },
	{ "token with ^A", 200, "{\"access_token\":\"a\\u0001b\"" REST,
	    STATUS_DATA, "RFC 6750" },
	{ "token with NUL", 200, "{\"access_token\":\"a\\u0000b\"" REST,
	    STATUS_DATA, "no access token" },
	{ "token with a blank", 200, "{\"access_token\":\"a b\"" REST,
	    STATUS_DATA, "RFC 6750" },
	{ "token not ASCII", 200, "{\"access_token\":\"\xc3\xbc\"" REST,
	    STATUS_DATA, "RFC 6750" },
	{ "type mac", 200, IT ",\"token_type\":\"mac\"" LIFE "}", STATUS_DATA,
	    "of type \"mac\"" },
	{ "no type", 200, IT LIFE "}", STATUS_DATA, "of type \"\"" },
	{ "expires_in 0", 200, IT ",\"expires_in\":0" TYPE "}", STATUS_DATA,
	    "no usable lifetime" },
	{ "expires_in negative", 200, IT ",\"expires_in\":-1" TYPE "}",
	    STATUS_DATA, "no usable lifetime" },
	{ "expires_in with junk", 200, IT ",\"expires_in\":\"12abc\"" TYPE "}",
	    STATUS_DATA, "no usable lifetime" },
	{ "expires_in true", 200, IT ",\"expires_in\":true" TYPE "}",
	    STATUS_DATA, "no usable lifetime" },
	{ "expires_in infinite", 200, IT ",\"expires_in\":1e999" TYPE "}",
	    STATUS_DATA, "no usable lifetime" },
	{ "refresh_token with LF", 200, IT ",\"refresh_token\":\"a\\nb\"" REST,
	    STATUS_DATA, "control bytes" },
};

static void
a_bad_answer_has_its_reaction_and_its_sentence(void **state)
{
	struct oauth_token token;
	struct diag diag;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(failures); i++) {
		unit_row("%s", failures[i].name);
		memset(&token, 0, sizeof(token));
		memset(&diag, 'x', sizeof(diag));
		assert_status(oauth_judge_token(failures[i].code,
				  failures[i].body, strlen(failures[i].body),
				  HOST, &token, &diag),
		    failures[i].status, &diag);
		assert_contains(diag.text, failures[i].sentence);
		assert_contains(diag.text, HOST);
		assert_lacks(diag.text, SECRET);
		assert_null(token.access_token);
	}
}

static void
nested_arrays_and_raw_nul_bytes_are_no_answer(void **state)
{
	static const char nul[] = "{\"access_token\":\"a\0b\"" REST;
	static char deep[10000];
	struct oauth_token token;
	struct diag diag;

	(void)state;
	memset(deep, '[', sizeof(deep));
	assert_int_equal(
	    oauth_judge_token(200, deep, sizeof(deep), HOST, &token, &diag),
	    STATUS_AGAIN);
	assert_contains(diag.text, "not a token response");
	assert_int_not_equal(
	    oauth_judge_token(200, nul, sizeof(nul) - 1, HOST, &token, &diag),
	    STATUS_OK);
}

static void
a_long_description_is_cut_and_cleaned(void **state)
{
	char body[2000], words[1001];
	struct oauth_token token;
	struct diag diag;

	(void)state;
	memset(words, 'w', sizeof(words));
	memcpy(words, "\\u001b[31m", 10);
	words[sizeof(words) - 1] = '\0';
	snprintf(body, sizeof(body),
	    "{\"error\":\"invalid_grant\","
	    "\"error_description\":\"%s\"}",
	    words);
	assert_int_equal(
	    oauth_judge_token(400, body, strlen(body), HOST, &token, &diag),
	    STATUS_REAUTH);
	assert_contains(diag.text, "the provider says: ?[31mwww");
	assert_true(strlen(diag.text) < DIAG_MAX_TEXT - 1);
}

static void
a_refresh_token_has_16_kb_at_most(void **state)
{
	char *body = malloc(OAUTH_MAX_REFRESH_TOKEN + 200);
	struct oauth_token token;
	struct diag diag;
	int extra;

	(void)state;
	for (extra = 0; extra < 2; extra++) {
		sprintf(body,
		    "{\"access_token\":\"T\"" TYPE
		    ",\"refresh_token\":\"%0*d\"}",
		    OAUTH_MAX_REFRESH_TOKEN + extra, 0);
		assert_status(oauth_judge_token(200, body, strlen(body), HOST,
				  &token, &diag),
		    extra == 0 ? STATUS_OK : STATUS_DATA, &diag);
		if (extra == 0)
			oauth_token_clear(&token);
	}
	free(body);
}

/* The errors of RFC 6749 (5.2) and RFC 8628 (3.5). */
static void
each_standard_error_is_explained(void **state)
{
	static const struct {
		const char *error;
		enum status status;
	} errors[] = {
		{ "invalid_request", STATUS_CONFIG },
		{ "invalid_client", STATUS_CONFIG },
		{ "invalid_grant", STATUS_REAUTH },
		{ "unauthorized_client", STATUS_CONFIG },
		{ "unsupported_grant_type", STATUS_CONFIG },
		{ "invalid_scope", STATUS_CONFIG },
		{ "access_denied", STATUS_REAUTH },
		{ "expired_token", STATUS_REAUTH },
		{ "slow_down", STATUS_AGAIN },
		{ "server_error", STATUS_AGAIN },
	};
	struct explanation found;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(errors); i++) {
		unit_row("%s", errors[i].error);
		assert_true(explain_find(errors[i].error, &found));
		assert_status(explain_status(found.class), errors[i].status,
		    NULL);
		assert_true(found.cause[0] != '\0');
		assert_row_text(found.code, errors[i].error);
	}
	assert_false(explain_find("invalid_grants", &found));
	assert_false(explain_find("", &found));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    every_byte_but_the_unreserved_is_percent_encoded),
		cmocka_unit_test(a_request_says_who_asks_in_one_place),
		cmocka_unit_test(a_grant_has_a_name_and_needs_a_person_or_not),
		cmocka_unit_test(a_good_answer_gives_a_token),
		cmocka_unit_test(what_else_an_answer_tells_is_taken),
		cmocka_unit_test(
		    a_bad_answer_has_its_reaction_and_its_sentence),
		cmocka_unit_test(nested_arrays_and_raw_nul_bytes_are_no_answer),
		cmocka_unit_test(a_long_description_is_cut_and_cleaned),
		cmocka_unit_test(a_refresh_token_has_16_kb_at_most),
		cmocka_unit_test(each_standard_error_is_explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
