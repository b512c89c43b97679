/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The authorization code: the address that is opened, and what is made of the
 * one that the browser comes back to.
 */

#include <openssl/evp.h>

#include "oauth.h"
#include "oauth_code.h"
#include "unit.h"

/* RFC 7636, appendix B, has the pair of verifier and challenge. */
#define STATE "S-------------------------------------_---1"
#define ISSUER "https://login.example.com"

static const struct oauth_code_request request = {
	.issuer = ISSUER,
	.state = STATE,
	.verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
	.challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
};

static void
the_address_has_what_the_provider_needs(void **state)
{
	const struct oauth_code_question question = {
		.endpoint = "https://login.example.com/authorize",
		.client_id = "app",
		.redirect_uri = "http://localhost:8400",
		.scope = "a b",
		.login_hint = "me@contoso.com",
		.extra = "access_type=offline&prompt=consent",
	};
	struct buf url;

	(void)state;
	buf_init(&url, OAUTH_CODE_MAX_URL);
	oauth_code_build_url(&request, &question, &url);
	assert_string_equal(buf_text(&url),
	    "https://login.example.com/authorize?response_type=code"
	    "&client_id=app&redirect_uri=http%3A%2F%2Flocalhost%3A8400"
	    "&scope=a%20b&state=" STATE "&code_challenge="
	    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
	    "&code_challenge_method=S256&login_hint=me%40contoso.com"
	    "&access_type=offline&prompt=consent");
	assert_lacks(buf_text(&url), request.verifier);
	buf_clear(&url);
}

static const struct endpoint {
	const char *endpoint, *start;
} endpoints[] = {
	{ "https://x/a", "https://x/a?response_type=code&client_id=" },
	{ "https://x/a?p=q", "https://x/a?p=q&response_type=code&client_id=" },
	{ "https://x/a?", "https://x/a?response_type=code&client_id=" },
	{ "https://x/a?p&", "https://x/a?p&response_type=code&client_id=" },
};

static void
an_endpoint_keeps_its_own_query(void **state)
{
	struct oauth_code_question question = { .client_id = "app",
		.redirect_uri = "http://localhost" };
	struct buf url;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(endpoints); i++) {
		unit_row("%s", endpoints[i].endpoint);
		question.endpoint = endpoints[i].endpoint;
		buf_init(&url, OAUTH_CODE_MAX_URL);
		oauth_code_build_url(&request, &question, &url);
		assert_contains(buf_text(&url), endpoints[i].start);
		assert_lacks(buf_text(&url), "scope");
		assert_lacks(buf_text(&url), "login_hint");
		buf_clear(&url);
	}
}

static void
every_login_has_a_state_and_a_verifier_of_its_own(void **state)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "abcdefghijklmnopqrstuvwxyz0123456789-_";
	struct oauth_code_request one, two;
	struct diag diag;

	(void)state;
	assert_status(oauth_code_start(&one, &diag), STATUS_OK, &diag);
	assert_status(oauth_code_start(&two, &diag), STATUS_OK, &diag);
	assert_int_equal(strlen(one.state), 43);
	assert_int_equal(strspn(one.state, allowed), 43);
	assert_int_equal(strspn(one.verifier, allowed), 43);
	assert_int_equal(strspn(one.challenge, allowed), 43);
	assert_string_not_equal(one.state, two.state);
	assert_string_not_equal(one.verifier, two.verifier);
	assert_string_not_equal(one.state, one.verifier);
	assert_string_not_equal(one.challenge, one.verifier);
	oauth_code_clear(&one);
	oauth_code_clear(&two);
	assert_string_equal(one.verifier, "");
}

static void
the_challenge_is_the_hash_of_the_verifier(void **state)
{
	unsigned char hash[EVP_MAX_MD_SIZE], decoded[34];
	struct oauth_code_request one;
	char base64[45];
	size_t i;

	(void)state;
	assert_status(oauth_code_start(&one, NULL), STATUS_OK, NULL);
	snprintf(base64, sizeof(base64), "%s=", one.challenge);
	for (i = 0; i < OAUTH_CODE_RANDOM; i++)
		if (base64[i] == '-')
			base64[i] = '+';
		else if (base64[i] == '_')
			base64[i] = '/';
	assert_int_equal(EVP_DecodeBlock(decoded, (unsigned char *)base64, 44),
	    33);
	assert_int_equal(EVP_Digest(one.verifier, strlen(one.verifier), hash,
			     NULL, EVP_sha256(), NULL),
	    1);
	assert_memory_equal(decoded, hash, 32);
	oauth_code_clear(&one);
}

#define ROW_OK(code) STATUS_OK, code, NULL
#define ROW_DATA(words) STATUS_DATA, NULL, words

static const struct row {
	const char *name, *text;
	enum status status;
	const char *code, *words;
} queries[] = {
	{ "plain", "code=abc&state=" STATE, ROW_OK("abc") },
	{ "other order, other fields",
	    "session_state=1&state=" STATE "&x&code=abc&y=", ROW_OK("abc") },
	{ "escapes", "code=4%2F0a%2bb&state=" STATE, ROW_OK("4/0a+b") },
	{ "issuer",
	    "code=abc&state=" STATE "&iss=https%3A%2F%2Flogin.example.com",
	    ROW_OK("abc") },
	{ "another issuer",
	    "code=abc&state=" STATE "&iss=https%3A%2F%2Fevil.example.com",
	    ROW_DATA("https://evil.example.com") },
	{ "empty", "", ROW_DATA("state") },
	{ "no state", "code=abc",
	    ROW_DATA("lacks the state that the login gave the provider; begin "
		     "again at the page") },
	{ "no code", "state=" STATE, ROW_DATA("no code in it; begin again") },
	{ "empty state", "code=abc&state=", ROW_DATA("state differs") },
	{ "wrong state",
	    "code=abc&state=S-------------------------------------_---2",
	    ROW_DATA("state differs") },
	{ "a longer state", "code=abc&state=" STATE "1",
	    ROW_DATA("state differs") },
	{ "the state's beginning",
	    "code=abc&state=S-------------------------------------",
	    ROW_DATA("state differs") },
	{ "no code", "state=" STATE, ROW_DATA("no code") },
	{ "empty code", "code=&state=" STATE, ROW_DATA("no code") },
	{ "code with control bytes", "code=a%0Ab&state=" STATE,
	    ROW_DATA("no code") },
	{ "two codes", "code=abc&state=" STATE "&code=abc", ROW_DATA("twice") },
	{ "two states", "code=abc&state=" STATE "&state=" STATE,
	    ROW_DATA("twice") },
	{ "broken escape", "code=a%2&state=" STATE, ROW_DATA("escape") },
	{ "broken escape at the end", "state=" STATE "&code=a%2",
	    ROW_DATA("escape") },
	{ "NUL", "code=a%00b&state=" STATE, ROW_DATA("escape") },
	{ "denied",
	    "error=access_denied&error_description=End-User+aborted%0Amore"
	    "&state=" STATE,
	    STATUS_REAUTH, NULL, "; the provider says: End-User aborted" },
	{ "a number in the description says more",
	    "error=access_denied&error_description=AADSTS65004%3A+User+"
	    "declined&state=" STATE,
	    STATUS_REAUTH, NULL, "the person declined to consent" },
	{ "denied, without words", "error=access_denied&state=" STATE,
	    STATUS_REAUTH, NULL, "(access_denied); " },
	{ "denied by somebody else", "error=access_denied",
	    ROW_DATA("lacks the state") },
	{ "an error beside a code", "code=abc&error=access_denied&state=" STATE,
	    STATUS_REAUTH, NULL, "access_denied" },
	{ "mistake in the configuration", "error=invalid_scope&state=" STATE,
	    STATUS_CONFIG, NULL, "check scope" },
	{ "overload", "error=temporarily_unavailable&state=" STATE,
	    STATUS_AGAIN, NULL, "later" },
	{ "an error that is news", "error=odd%1B%5B2J&state=" STATE,
	    STATUS_REAUTH, NULL, "refuses the login (odd?[2J)" },
};

static void
assert_read(const struct row *row, enum status r, char *code,
    const struct diag *diag)
{
	unit_row("%s", row->name);
	assert_status(r, row->status, diag);
	assert_row_text(code, row->code);
	if (row->words != NULL)
		assert_contains(diag->text, row->words);
	secret_free(&code);
}

static void
a_redirect_gives_its_code_or_a_reason(void **state)
{
	struct diag diag;
	enum status r;
	char *code;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(queries); i++) {
		code = NULL;
		diag.text[0] = '\0';
		r = oauth_code_read_query(&request, queries[i].text,
		    strlen(queries[i].text), &code, &diag);
		assert_read(&queries[i], r, code, &diag);
	}
}

static const struct row pasted[] = {
	{ "the address", "http://localhost:1/?code=abc&state=" STATE "\n",
	    ROW_OK("abc") },
	{ "spaces and quotes",
	    "  'http://localhost:1/?code=abc&state=" STATE "' \r\n",
	    ROW_OK("abc") },
	{ "line breaks of a terminal",
	    "http://localhost:1/?co\nde=ab\r\n  c&state=" STATE,
	    ROW_OK("abc") },
	{ "HTML", "<http://localhost:1/?code=abc&amp;state=" STATE ">",
	    ROW_OK("abc") },
	{ "a careful shell", "http://localhost:1/\\?code\\=abc\\&state=" STATE,
	    ROW_OK("abc") },
	{ "a terminal that marks what is pasted",
	    "\033[200~http://localhost:1/?code=abc&state=" STATE "\033[201~",
	    ROW_OK("abc") },
	{ "fragment", "http://localhost:1/?code=abc&state=" STATE "#_=_",
	    ROW_OK("abc") },
	{ "no scheme", "localhost:1/?code=abc&state=" STATE, ROW_OK("abc") },
	{ "the query", "?code=abc&state=" STATE, ROW_OK("abc") },
	{ "the query without its mark", "state=" STATE "&code=abc",
	    ROW_OK("abc") },
	{ "the code alone", "4/0AbCdEfGh+==", ROW_OK("4/0AbCdEfGh+==") },
	{ "the code alone, escaped", "4%2F0AbCdEfGh", ROW_OK("4/0AbCdEfGh") },
	{ "another login's", "http://localhost:1/?state=S&code=0123456789abc",
	    ROW_DATA("state differs") },
	{ "half of it", "http://localhost:1/?code=0123456789abc",
	    ROW_DATA("lacks the state that the login gave the provider; paste "
		     "the whole address") },
	{ "nothing", "\n", ROW_DATA("paste the whole address") },
	{ "a word", "yes\n", ROW_DATA("paste the whole address") },
	{ "another address", "https://www.example.com/inbox",
	    ROW_DATA("paste the whole address") },
	{ "a broken escape", "4%2F0AbCdEfGh%2",
	    ROW_DATA("paste the whole address") },
	{ "denied", "http://localhost:1/?error=access_denied&state=" STATE,
	    STATUS_REAUTH, NULL, "access_denied" },
};

static void
what_a_person_pastes_is_understood(void **state)
{
	struct diag diag;
	enum status r;
	char *code;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(pasted); i++) {
		code = NULL;
		diag.text[0] = '\0';
		r = oauth_code_read_pasted(&request, pasted[i].text,
		    strlen(pasted[i].text), &code, &diag);
		assert_read(&pasted[i], r, code, &diag);
	}
}

static void
a_redirect_that_is_too_long_is_refused(void **state)
{
	static char text[OAUTH_CODE_MAX_REDIRECT + 1];
	struct diag diag;
	char *code = NULL;

	(void)state;
	memset(text, 'a', sizeof(text));
	assert_status(
	    oauth_code_read_query(&request, text, sizeof(text), &code, &diag),
	    STATUS_DATA, &diag);
	assert_contains(diag.text, "too long");
	assert_status(
	    oauth_code_read_pasted(&request, text, sizeof(text), &code, &diag),
	    STATUS_DATA, &diag);
	assert_contains(diag.text, "too long");
}

#define WITH_ISS "code=abc&state=" STATE "&iss=https://x"
#define WITHOUT_ISS "code=abc&state=" STATE

/* RFC 9207, 2.4. */
static const struct issuer {
	const char *issuer;
	bool is_sent;
	const char *query;
	enum status status;
} issuers[] = {
	{ NULL, false, WITH_ISS, STATUS_OK },
	{ NULL, false, WITHOUT_ISS, STATUS_OK },
	{ "https://x", false, WITH_ISS, STATUS_OK },
	{ "https://x", false, WITHOUT_ISS, STATUS_OK },
	{ "https://x", true, WITH_ISS, STATUS_OK },
	{ "https://x", true, WITHOUT_ISS, STATUS_DATA },
	{ "https://x/", true, WITH_ISS, STATUS_DATA },
	{ "https://y", false, WITH_ISS, STATUS_DATA },
};

static void
the_issuer_is_the_one_that_was_asked(void **state)
{
	struct oauth_code_request asked = request;
	struct diag diag;
	char *code;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(issuers); i++) {
		unit_row("%zu", i);
		code = NULL;
		asked.issuer = issuers[i].issuer;
		asked.is_issuer_sent = issuers[i].is_sent;
		assert_status(oauth_code_read_query(&asked, issuers[i].query,
				  strlen(issuers[i].query), &code, &diag),
		    issuers[i].status, &diag);
		secret_free(&code);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_address_has_what_the_provider_needs),
		cmocka_unit_test(an_endpoint_keeps_its_own_query),
		cmocka_unit_test(
		    every_login_has_a_state_and_a_verifier_of_its_own),
		cmocka_unit_test(the_challenge_is_the_hash_of_the_verifier),
		cmocka_unit_test(a_redirect_gives_its_code_or_a_reason),
		cmocka_unit_test(what_a_person_pastes_is_understood),
		cmocka_unit_test(a_redirect_that_is_too_long_is_refused),
		cmocka_unit_test(the_issuer_is_the_one_that_was_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
