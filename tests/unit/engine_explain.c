/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Explanations: a table of texts and what they are, the limits of the tables'
 * own sentences, and that no secret is shown again.
 *
 *	EXPLAIN_TEXTS	the table of texts
 */

#include "explain.h"
#include "explain_fold.h"
#include "explain_marks.h"
#include "oauth.h"
#include "unit.h"

static void
explain(const char *text, struct explanation *found)
{
	explain_text(text, strlen(text), found);
}

/* ^n, ^r and ^xHH, in place. Returns the length. */
static size_t
unescape(char *text)
{
	char *in = text, *out = text, hex[3] = "";

	while (*in != '\0') {
		if (in[0] == '^' && (in[1] == 'n' || in[1] == 'r')) {
			*out++ = in[1] == 'n' ? '\n' : '\r';
			in += 2;
		} else if (in[0] == '^' && in[1] == 'x') {
			memcpy(hex, in + 2, 2);
			*out++ = (char)strtol(hex, NULL, 16);
			in += 4;
		} else {
			*out++ = *in++;
		}
	}
	*out = '\0';
	return (size_t)(out - text);
}

static bool
is_listed(const char *classes, const char *name)
{
	return strstr(classes, name) != NULL;
}

static void
check_row(char *line)
{
	struct explanation found;
	char *part = strchr(line, '\t'), *text;
	size_t length;

	assert_non_null(part);
	*part++ = '\0';
	text = strchr(part, '\t');
	assert_non_null(text);
	*text++ = '\0';
	unit_row("%s", text);
	length = unescape(text);
	explain_text(text, length, &found);
	if (!is_listed(line, explain_class_name(found.class)))
		assert_row_text(explain_class_name(found.class), line);
	if (strcmp(part, "-") != 0)
		assert_contains(found.code, part);
	assert_true(found.cause[0] != '\0' && found.next[0] != '\0');
	assert_row_int(found.is_temporary, found.class == EXPLAIN_AGAIN);
}

static void
texts_of_many_kinds_have_their_class(void **state)
{
	const char *path = getenv("EXPLAIN_TEXTS");
	static char line[8192];
	unsigned rows = 0;
	FILE *file;

	(void)state;
	assert_non_null(path);
	file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '\0' || line[0] == '#')
			continue;
		check_row(line);
		rows++;
	}
	fclose(file);
	assert_true(rows > 500);
}

static void
check_sentence(const char *what, const char *cause, const char *next)
{
	unit_row("%s", what);
	if (cause != NULL)
		assert_true(
		    cause[0] != '\0' && strlen(cause) <= EXPLAIN_MAX_CAUSE);
	if (next != NULL)
		assert_true(
		    next[0] != '\0' && strlen(next) <= EXPLAIN_MAX_NEXT);
}

static void
every_sentence_of_the_tables_fits(void **state)
{
	const struct explain_phrases *phrases;
	char name[32];
	size_t i, j;

	(void)state;
	for (i = 0; i < MEANS_COUNT; i++) {
		snprintf(name, sizeof(name), "meaning %zu", i);
		assert_non_null(explain_meanings[i].cause);
		assert_non_null(explain_meanings[i].next);
		check_sentence(name, explain_meanings[i].cause,
		    explain_meanings[i].next);
	}
	for (i = 0; i < CODE_KIND_COUNT; i++)
		for (j = 0; j < explain_codes[i]->count; j++) {
			snprintf(name, sizeof(name), "%s%u",
			    explain_codes[i]->prefix,
			    explain_codes[i]->rows[j].number);
			check_sentence(name, explain_codes[i]->rows[j].cause,
			    explain_codes[i]->rows[j].next);
		}
	for (i = 0; i < explain_phrases_count; i++) {
		phrases = explain_phrases[i];
		for (j = 0; j < phrases->count; j++)
			check_sentence(phrases->rows[j].pattern,
			    phrases->rows[j].cause, phrases->rows[j].next);
	}
}

static void
no_number_stands_twice_in_a_table(void **state)
{
	const struct explain_codes *codes;
	size_t i, j, k;

	(void)state;
	for (i = 0; i < CODE_KIND_COUNT; i++) {
		codes = explain_codes[i];
		for (j = 0; j < codes->count; j++)
			for (k = 0; k < j; k++) {
				unit_row("%s%u", codes->prefix,
				    codes->rows[j].number);
				assert_row_int(codes->rows[j].number ==
					codes->rows[k].number,
				    false);
			}
	}
	assert_true(explain_codes[CODE_AADSTS]->count >= 120);
}

/* Patterns are of folded text; one that is not would never be found. */
static void
every_pattern_is_of_folded_text(void **state)
{
	struct buf folded;
	size_t i, j;
	const char *p;

	(void)state;
	for (i = 0; i < explain_phrases_count; i++)
		for (j = 0; j < explain_phrases[i]->count; j++) {
			p = explain_phrases[i]->rows[j].pattern;
			unit_row("%s", p);
			for (; *p != '\0'; p++)
				assert_true((unsigned char)*p >= 0x80 ||
				    strchr("abcdefghijklmnopqrstuvwxyz"
					   "0123456789_ ~*|",
					*p) != NULL);
		}
	for (i = 0; i < explain_foreign_words_count; i++) {
		p = explain_foreign_words[i].patterns;
		buf_init(&folded, EXPLAIN_MAX_INPUT);
		fold_text(p, strlen(p), false, &folded);
		unit_row("row %zu", i);
		/* the signs of patterns become separators, one or two */
		assert_true(folded.length > strlen(p) / 2);
		for (; *p != '\0'; p++)
			assert_false(*p >= 'A' && *p <= 'Z');
		buf_clear(&folded);
	}
}

static size_t
count_patterns(const char *row)
{
	size_t n = 1;

	for (; *row != '\0'; row++)
		n += *row == '|';
	return n;
}

/* What does not fit would never be found, and nobody would be told. */
static void
all_patterns_fit_into_the_index(void **state)
{
	size_t i, j, n = 0;

	(void)state;
	for (i = 0; i < explain_phrases_count; i++)
		for (j = 0; j < explain_phrases[i]->count; j++)
			n +=
			    count_patterns(explain_phrases[i]->rows[j].pattern);
	for (i = 0; i < explain_words_count; i++)
		n += count_patterns(explain_words[i].patterns);
	for (i = 0; i < explain_foreign_words_count; i++)
		n += count_patterns(explain_foreign_words[i].patterns);
	assert_true(n > 4000 && n <= MARKS_MAX_PATTERNS);
}

static void
the_next_step_is_short_where_the_account_is_named(void **state)
{
	static const char *const rows[][2] = {
		{ EXPLAIN_LOGIN, "" },
		{ EXPLAIN_LOGIN " and agree", "log in and agree" },
		{ "have it enabled, then " EXPLAIN_LOGIN,
		    "have it enabled, then log in" },
		{ "check scope", "check scope" },
	};
	char next[EXPLAIN_MAX_NEXT + 1];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%s", rows[i][0]);
		explain_shorten_next(rows[i][0], next);
		assert_row_text(next, rows[i][1]);
	}
}

#define JWT "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJlMTIz"

static void
secrets_are_not_shown_again(void **state)
{
	static const struct {
		const char *text, *secret;
	} rows[] = {
		{ "Authorization: Bearer abcdef1234567890", "abcdef123" },
		{ "token " JWT " was refused", "eyJ" },
		{ "{\"access_token\":\"ya29.a0Af_short\"}", "a0Af" },
		{ "{\"access_token\": \"xyz\"}", "xyz" },
		{ "{\"refresh_token\":\"0.AXk-abc-def\"", "AXk" },
		{ "{\\\"refresh_token\\\":\\\"0.AXk\\\"}", "AXk" },
		{ "client_secret=abc%7Edef&x=1", "abc" },
		{ "grant_type=password&password=hunter2&x", "hunter2" },
		{ "http://localhost/?code=4/0AbCd-efg&state=1", "AbCd" },
		{ "http://localhost/?code=M.C523_BAY.2.U.abc", "BAY" },
		{ "Password: hunter2", "hunter2" },
		{ "client_assertion=" JWT, "c2lnbmF" },
		{ "secret Abc8Q~xYz12345678901234567890abcDEFg bad", "8Q~" },
		{ "AUTH XOAUTH2 dXNlcj1tZUB4AWF1dGg9QmVhcmVyIFRPS0VOMTIzNAEB",
		    "TOKEN1234" },
		{ "AUTH XOAUTH2 dXNlcj1tZUB4AWF1dGg9QmVhcmVyIFRPS0VOMTIzNAEB",
		    "VE9LRU4" },
		{ "client secret Abc8Q~xYz1234567890abcDEF23g is invalid",
		    "bc8" },
		{ "client secret Abc8Q~xYz1234567890abcDEF23g is invalid",
		    "xyz1" },
		{ "id_token : '" JWT "'", "eyJ" },
		{ "smtp.example.com me@example.com:hunter2x", "hunter2x" },
		{ "proxy https://me:hunter2@proxy.example.com:3128 refused",
		    "hunter2" },
		{ "curl -u me:hunter2 smtps://h", "hunter2" },
		{ "AUTH PLAIN AG1lAGh1bnRlcjI=", "AG1lAGh" },
		{ "tls on, user me, password hunter2", "hunter2" },
	};
	struct explanation found;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%s", rows[i].text);
		explain(rows[i].text, &found);
		assert_lacks(found.shown, rows[i].secret);
		assert_lacks(found.code, rows[i].secret);
		assert_contains(found.shown, "[hidden]");
	}
}

static void
what_is_no_secret_stays_readable(void **state)
{
	static const char *const texts[] = {
		"Trace ID: 11111111-2222-3333-4444-555555555555",
		"relay=smtp.office365.com[192.0.2.7]:587, dsn=4.7.8",
		"AuthFailed:LogonDenied-BasicAuthBlocked-",
		"see https://support.example.com/mail/answer/78754",
		"Bearer error=invalid_token",
		"getmail: Retriever:me@example.com@imap.example.com:993: no",
		"PLAIN Authentication failed, password expired, AUTH=LOGIN x",
		"[LO2P265CA0123.GBRP265.PROD.OUTLOOK.COM 2026-11-24T04:53:11Z]",
	};
	struct explanation found;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(texts); i++) {
		unit_row("%s", texts[i]);
		explain(texts[i], &found);
		assert_row_text(found.shown, texts[i]);
	}
}

static void
what_is_shown_is_cut_and_clean(void **state)
{
	static char text[2 * EXPLAIN_MAX_INPUT];
	struct explanation found;

	(void)state;
	memset(text, 'w', sizeof(text));
	memcpy(text, "\x1b[31m \xc3\xa4 ", 9);
	explain_text(text, sizeof(text), &found);
	assert_contains(found.shown, "?[31m \xc3\xa4 www");
	assert_contains(found.shown, "www...");
	assert_true(strlen(found.shown) < EXPLAIN_MAX_SHOWN + 4);
	assert_int_equal(found.class, EXPLAIN_UNKNOWN);
}

static void
the_ids_for_an_administrator_are_kept(void **state)
{
	static const char *const texts[] = {
		"AADSTS50076: x Trace ID: aaaa1111-2222-3333-4444-555555555555 "
		"Correlation ID: bbbb1111-2222-3333-4444-555555555555 "
		"Timestamp: 2026-11-24 02:16:43Z",
		"{\"trace_id\":\"aaaa1111-2222-3333-4444-555555555555\","
		"\"correlation_id\":\"bbbb1111-2222-3333-4444-555555555555\","
		"\"timestamp\":\"2026-11-24 02:16:43Z\"}",
		"Request Id: aaaa1111-2222-3333-4444-555555555555\r\n"
		"Correlation Id: bbbb1111-2222-3333-4444-555555555555\r\n"
		"Timestamp: 2026-11-24 02:16:43Z",
		"?error=x&error_description=y%0d%0aTrace+ID%3a+"
		"aaaa1111-2222-3333-4444-555555555555%0d%0aCorrelation+ID%3a+"
		"bbbb1111-2222-3333-4444-555555555555%0d%0aTimestamp%3a+"
		"2026-11-24+02%3a16%3a43Z",
	};
	struct explanation found;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(texts); i++) {
		unit_row("%s", texts[i]);
		explain(texts[i], &found);
		assert_row_text(found.trace_id,
		    "aaaa1111-2222-3333-4444-555555555555");
		assert_row_text(found.correlation_id,
		    "bbbb1111-2222-3333-4444-555555555555");
		assert_row_text(found.timestamp, "2026-11-24 02:16:43Z");
	}
}

static void
an_unknown_number_keeps_the_word_beside_it(void **state)
{
	struct explanation found;

	(void)state;
	explain("{\"error\":\"invalid_grant\",\"error_codes\":[\"509990\"]}",
	    &found);
	assert_int_equal(found.class, EXPLAIN_REAUTH);
	assert_string_equal(found.code, "AADSTS509990, invalid_grant");
	assert_false(found.is_specific);
	explain("AADSTS53099", &found);
	assert_int_equal(found.class, EXPLAIN_ADMIN);
	assert_true(found.is_guess);
	explain("AADSTS123456789", &found);
	assert_int_equal(found.class, EXPLAIN_UNKNOWN);
	assert_string_equal(found.code, "AADSTS123456789");
}

/* What the log line of a renewal says: the table by way of oauth.c. */
static const struct answer {
	const char *body;
	enum status status;
	const char *parts[4];
} answers[] = {
	{ "{\"error\":\"invalid_grant\",\"error_codes\":[50057],"
	  "\"correlation_id\":\"bbbb1111-2222-3333-4444-555555555555\"}",
	    STATUS_CONFIG,
	    { "the account is disabled", "(invalid_grant, AADSTS50057 from h)",
		"have the account enabled",
		"correlation id bbbb1111-2222-3333-4444-555555555555" } },
	{ "{\"error\":\"invalid_grant\",\"error_description\":"
	  "\"AADSTS50173: x\"}",
	    STATUS_REAUTH,
	    { "revoked after a password change", "AADSTS50173",
		"the provider says: AADSTS50173: x" } },
	{ "{\"error\":\"invalid_client\",\"error_codes\":[90055]}",
	    STATUS_AGAIN, { "asked too often" } },
	{ "{\"error\":\"invalid_client\",\"error_codes\":[\"700024\"]}",
	    STATUS_CONFIG, { "the clock is wrong" } },
	{ "{\"error\":\"invalid_grant\",\"suberror\":\"consent_required\"}",
	    STATUS_REAUTH, { "nobody has consented" } },
	/* the caller names the account; the ids are shown once */
	{ "{\"error\":\"invalid_grant\",\"error_codes\":[65001],"
	  "\"error_description\":\"AADSTS65001: y. Trace ID: 1-2 \"}",
	    STATUS_REAUTH,
	    { "; log in and agree; else",
		"the provider says: AADSTS65001: y." } },
	{ "{\"error\":\"invalid_grant\",\"error_description\":"
	  "\"Session not active\"}",
	    STATUS_REAUTH, { "the login has expired" } },
	/* words of a description do not change what is to be done */
	{ "{\"error\":\"invalid_client\",\"error_description\":"
	  "\"Token has been expired or revoked\"}",
	    STATUS_CONFIG, { "does not accept the application" } },
	{ "{\"error\":{\"code\":\"invalid_client\",\"message\":\"x\"}}",
	    STATUS_CONFIG, { "does not accept the application" } },
	{ "{\"error\":\"invalid_grant\",\"error_description\":"
	  "\"bad token " JWT "\"}",
	    STATUS_REAUTH, { "[hidden]" } },
};

static void
a_token_endpoints_answer_gets_its_own_sentence(void **state)
{
	struct oauth_token token;
	struct diag diag;
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(answers); i++) {
		unit_row("%s", answers[i].body);
		assert_status(oauth_judge_token(400, answers[i].body,
				  strlen(answers[i].body), "h", &token, &diag),
		    answers[i].status, &diag);
		for (j = 0; j < 4 && answers[i].parts[j] != NULL; j++)
			assert_contains(diag.text, answers[i].parts[j]);
		assert_lacks(diag.text, "eyJ");
		assert_lacks(diag.text, "ACCOUNT");
		assert_lacks(diag.text, "Trace ID");
		assert_lacks(diag.text, " ... ");
	}
}

static void
a_word_alone_is_looked_up_exactly(void **state)
{
	struct explanation found;

	(void)state;
	assert_true(explain_find("mfa_required", &found));
	assert_int_equal(found.class, EXPLAIN_REAUTH);
	assert_false(explain_find("mfa_require", &found));
	assert_false(explain_find("mfa_required ", &found));
	assert_false(explain_find("MFA_REQUIRED", &found));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_of_many_kinds_have_their_class),
		cmocka_unit_test(every_sentence_of_the_tables_fits),
		cmocka_unit_test(no_number_stands_twice_in_a_table),
		cmocka_unit_test(every_pattern_is_of_folded_text),
		cmocka_unit_test(all_patterns_fit_into_the_index),
		cmocka_unit_test(
		    the_next_step_is_short_where_the_account_is_named),
		cmocka_unit_test(secrets_are_not_shown_again),
		cmocka_unit_test(what_is_no_secret_stays_readable),
		cmocka_unit_test(what_is_shown_is_cut_and_clean),
		cmocka_unit_test(the_ids_for_an_administrator_are_kept),
		cmocka_unit_test(an_unknown_number_keeps_the_word_beside_it),
		cmocka_unit_test(
		    a_token_endpoints_answer_gets_its_own_sentence),
		cmocka_unit_test(a_word_alone_is_looked_up_exactly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
