/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The token record: what is understood, what is kept, and how old it is.
 */

#include "record.h"
#include "token.h"
#include "unit.h"

#define MAGIC "sasl-bearer-token 1\n"
#define TIMES "obtained_at 1000\nrenew_at 2000\nexpires_at 3000\n"
#define TOKEN "access_token TOKEN\n"
#define WHOLE MAGIC TOKEN TIMES

/* token_fingerprint("TOKEN") */
#define PRINT 0xd19297d85eb4a3f2
#define REFUSED "refused d19297d85eb4a3f2\n"

static enum status
parse(struct record *record, const char *text, size_t length, struct diag *diag)
{
	record_init(record);
	buf_add(&record->text, text, length);
	return record_parse(record, "FILE", diag);
}

static enum status
parse_text(struct record *record, const char *text, struct diag *diag)
{
	return parse(record, text, strlen(text), diag);
}

static const struct good {
	const char *name, *text;
} goods[] = {
	{ "the least", WHOLE },
	{ "another order", MAGIC TIMES TOKEN },
	{ "users",
	    WHOLE "user shared@x\nuser_smtp me@x\nuser_imap i\n"
		  "user_pop p\nuser_ldap cn=a, b\n" },
	{ "refused", WHOLE REFUSED },
	{ "unknown names", WHOLE "colour green and blue\nempty \n" },
	{ "beyond 2038",
	    MAGIC TOKEN "obtained_at 4102444800\n"
			"renew_at 4102447000\nexpires_at 999999999999999\n" },
	{ "UTF-8 in a user", WHOLE "user m\xc3\xbcller@x\n" },
	{ "padding", MAGIC "access_token abc==\n" TIMES },
};

/* Parsed and written, it is what it was, up to the order of lines. */
static void
a_good_record_is_understood_and_written_again(void **state)
{
	struct record record, copy;
	struct buf text, again;
	struct diag diag;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(goods); i++) {
		unit_row("%s", goods[i].name);
		buf_init(&text, RECORD_MAX_FILE);
		buf_init(&again, RECORD_MAX_FILE);
		assert_status(parse_text(&record, goods[i].text, &diag),
		    STATUS_OK, &diag);
		record_format(&record, &text);
		assert_row_int(text.length, strlen(goods[i].text));
		record_init(&copy);
		assert_status(record_copy(&copy, &record), STATUS_OK, NULL);
		record_clear(&record);
		record_format(&copy, &again);
		assert_row_text(buf_text(&again), buf_text(&text));
		record_clear(&copy);
		buf_clear(&text);
		buf_clear(&again);
	}
}

#define DATA(text) text, sizeof(text) - 1

static const struct broken {
	const char *name;
	const char *text;
	size_t length;
	const char *sentence;
} brokens[] = {
	{ "empty", DATA(""), "is empty" },
	{ "garbage",
	    DATA("\x7f"
		 "ELF\n"),
	    "is not a token record" },
	{ "JSON", DATA("{}\n"), "is not a token record" },
	{ "no newline", DATA("sasl-bearer-token 1"), "cut off in line 1" },
	{ "cut", DATA(MAGIC TOKEN TIMES "user m"), "cut off in line 6" },
	{ "a later version", DATA("sasl-bearer-token 2\n" TOKEN TIMES),
	    "another version of sasl-bearer (format 2, this one knows 1)" },
	{ "version 10", DATA("sasl-bearer-token 10\n" TOKEN TIMES),
	    "another version" },
	{ "CR LF", DATA("sasl-bearer-token 1\r\n" TOKEN),
	    "is not a token record" },
	{ "lines that ran together",
	    DATA("sasl-bearer-token 1 access_token at\n" TIMES),
	    "is not a token record" },
	{ "CR LF further down", DATA(MAGIC TOKEN "obtained_at 1000\r\n"),
	    "line 3 is malformed" },
	{ "the magic only", DATA(MAGIC), "lacks the token" },
	{ "no token", DATA(MAGIC TIMES), "lacks the token" },
	{ "no obtained_at", DATA(MAGIC TOKEN "renew_at 1\nexpires_at 2\n"),
	    "lacks the token or one of its times" },
	{ "no renew_at", DATA(MAGIC TOKEN "obtained_at 1\nexpires_at 2\n"),
	    "lacks" },
	{ "no expires_at", DATA(MAGIC TOKEN "obtained_at 1\nrenew_at 2\n"),
	    "lacks" },
	{ "an empty line", DATA(WHOLE "\n"), "line 6 is malformed" },
	{ "a name alone", DATA(WHOLE "user\n"), "line 6 is malformed" },
	{ "an empty user", DATA(WHOLE "user \n"), "line 6 is malformed" },
	{ "an empty token", DATA(MAGIC "access_token \n" TIMES), "line 2" },
	{ "a token with a space", DATA(MAGIC "access_token a b\n" TIMES),
	    "line 2 is malformed" },
	{ "a token with ^A", DATA(MAGIC "access_token a\001b\n" TIMES),
	    "line 2" },
	{ "NUL in a token", DATA(MAGIC "access_token a\0b\n" TIMES), "line 2" },
	{ "NUL in a value", DATA(WHOLE "user a\0b\n"), "line 6" },
	{ "NUL in an unknown value", DATA(WHOLE "x a\0b\n"), "line 6" },
	{ "TAB in a value", DATA(WHOLE "user a\tb\n"), "line 6" },
	{ "token twice", DATA(WHOLE TOKEN), "line 6 is malformed" },
	{ "a time twice", DATA(WHOLE "renew_at 5\n"), "line 6" },
	{ "a user twice", DATA(WHOLE "user a\nuser b\n"), "line 7" },
	{ "refused twice", DATA(WHOLE REFUSED REFUSED), "line 7" },
	{ "a negative time", DATA(MAGIC "renew_at -1\n"), "line 2" },
	{ "a time with junk", DATA(MAGIC "renew_at 12s\n"), "line 2" },
	{ "a time with a blank", DATA(MAGIC "renew_at  12\n"), "line 2" },
	{ "a time of 16 digits", DATA(MAGIC "renew_at 1234567890123456\n"),
	    "line 2" },
	{ "no time", DATA(MAGIC "renew_at \n"), "line 2" },
	{ "a short fingerprint", DATA(WHOLE "refused d19297d85eb4a3f\n"),
	    "line 6" },
	{ "an upper-case one", DATA(WHOLE "refused D19297D85EB4A3F2\n"),
	    "line 6" },
	{ "a long one", DATA(WHOLE "refused d19297d85eb4a3f20\n"), "line 6" },
};

static void
a_broken_record_is_data_with_its_line(void **state)
{
	struct record record;
	struct diag diag;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(brokens); i++) {
		unit_row("%s", brokens[i].name);
		assert_status(
		    parse(&record, brokens[i].text, brokens[i].length, &diag),
		    STATUS_DATA, &diag);
		assert_contains(diag.text, "FILE");
		assert_contains(diag.text, brokens[i].sentence);
		assert_lacks(diag.text, "TOKEN");
		record_clear(&record);
	}
}

/* Wherever a file is cut, the rest is not taken for a whole one. */
static void
a_cut_record_is_never_taken_for_a_whole_one(void **state)
{
	static const char text[] = MAGIC TIMES TOKEN;
	struct record record;
	size_t length;

	(void)state;
	for (length = 0; length < sizeof(text) - 1; length++) {
		unit_row("%zu bytes", length);
		assert_status(parse(&record, text, length, NULL), STATUS_DATA,
		    NULL);
		record_clear(&record);
	}
}

#define AGE_OF(text, now, age) \
	{ \
		text, now, age \
	}

static const struct aged {
	const char *text;
	int64_t now;
	enum record_age age;
} ages[] = {
	AGE_OF(WHOLE, 1000, RECORD_FRESH),
	AGE_OF(WHOLE, 1999, RECORD_FRESH),
	AGE_OF(WHOLE, 2000, RECORD_DUE),
	AGE_OF(WHOLE, 2999, RECORD_DUE),
	AGE_OF(WHOLE, 3000, RECORD_EXPIRED),
	AGE_OF(WHOLE, 999999999, RECORD_EXPIRED),
	/* the clock was set back, by a little and by more */
	AGE_OF(WHOLE, 999, RECORD_FRESH),
	AGE_OF(WHOLE, 1000 - RECORD_MAX_SKEW_S, RECORD_FRESH),
	AGE_OF(WHOLE, 1000 - RECORD_MAX_SKEW_S - 1, RECORD_EXPIRED),
	AGE_OF(WHOLE, 0, RECORD_EXPIRED),
	/* refused: of no use, whatever its age, until it is expired */
	AGE_OF(WHOLE REFUSED, 1000, RECORD_REFUSED),
	AGE_OF(WHOLE REFUSED, 2500, RECORD_REFUSED),
	AGE_OF(WHOLE REFUSED, 3000, RECORD_EXPIRED),
	/* another token was refused */
	AGE_OF(WHOLE "refused d19297d85eb4a3f3\n", 1000, RECORD_FRESH),
};

static void
age_changes_at_its_boundaries(void **state)
{
	struct record record;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(ages); i++) {
		unit_row("row %zu at %lld", i, (long long)ages[i].now);
		assert_status(parse_text(&record, ages[i].text, NULL),
		    STATUS_OK, NULL);
		assert_row_int(record_judge(&record, ages[i].now), ages[i].age);
		record_clear(&record);
	}
	assert_int_equal(record_judge(&record, 1000), RECORD_EXPIRED);
}

static const struct served {
	const char *service, *user;
} serveds[] = {
	{ "smtp", "s" },
	{ "SMTP", "s" },
	{ "lmtp", "s" },
	{ "submission", "s" },
	{ "imap", "i" },
	{ "pop", "p" },
	{ "pop3", "p" },
	{ "ldap", "any" },
	{ "sieve", "any" },
	{ "", "any" },
	{ "smtps", "any" },
};

static void
each_service_has_its_user(void **state)
{
	struct record record;
	size_t i;

	(void)state;
	assert_status(parse_text(&record,
			  WHOLE "user any\nuser_smtp s\n"
				"user_imap i\nuser_pop p\n",
			  NULL),
	    STATUS_OK, NULL);
	for (i = 0; i < COUNT(serveds); i++) {
		unit_row("%s", serveds[i].service);
		assert_row_text(record_user(&record, serveds[i].service),
		    serveds[i].user);
	}
	record_set_user(&record, RECORD_SERVICE_ANY, NULL);
	assert_null(record_user(&record, "ldap"));
	record_clear(&record);
}

static void
renewal_keeps_all_but_the_token_and_the_refusal(void **state)
{
	struct record old, new;
	struct buf text;

	(void)state;
	record_init(&new);
	buf_init(&text, RECORD_MAX_FILE);
	assert_status(parse_text(&old, WHOLE REFUSED "user u\nx y\n", NULL),
	    STATUS_OK, NULL);
	assert_true(old.refused == PRINT);
	assert_int_equal(record_renew(&new, &old, "NEW", 4000, 5000, 6000),
	    STATUS_OK);
	record_clear(&old);
	record_format(&new, &text);
	assert_string_equal(buf_text(&text),
	    MAGIC
	    "access_token NEW\n"
	    "obtained_at 4000\nrenew_at 5000\nexpires_at 6000\nuser u\nx y\n");
	buf_clear(&text);
	record_clear(&new);
}

static void
renewal_takes_no_token_that_cannot_be_sent(void **state)
{
	struct record old, new;

	(void)state;
	record_init(&old);
	record_init(&new);
	assert_int_equal(record_renew(&new, &old, "a\nb", 1, 2, 3),
	    STATUS_DATA);
	assert_int_equal(record_renew(&new, &old, "", 1, 2, 3), STATUS_DATA);
	assert_null(new.access_token);
	assert_int_equal(record_renew(&new, &old, "OK", 1, 2, 3), STATUS_OK);
	assert_string_equal(new.access_token, "OK");
	record_clear(&new);
}

static void
a_copy_of_nothing_is_empty(void **state)
{
	struct record record, none;

	(void)state;
	record_init(&none);
	assert_status(parse_text(&record, WHOLE, NULL), STATUS_OK, NULL);
	assert_int_equal(record_copy(&record, &none), STATUS_OK);
	assert_null(record.access_token);
	assert_int_equal(record.text.length, 0);
}

static void
a_user_that_would_break_the_lines_is_not_copied(void **state)
{
	struct record record, copy;

	(void)state;
	record_init(&copy);
	assert_status(parse_text(&record, WHOLE, NULL), STATUS_OK, NULL);
	record_set_user(&record, RECORD_SERVICE_ANY, "a\nuser_smtp b");
	assert_int_equal(record_copy(&copy, &record), STATUS_DATA);
	assert_null(copy.access_token);
	record_set_user(&record, RECORD_SERVICE_ANY, "a\tb");
	assert_int_equal(record_copy(&copy, &record), STATUS_DATA);
	record_clear(&record);
	record_clear(&copy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_record_is_understood_and_written_again),
		cmocka_unit_test(a_broken_record_is_data_with_its_line),
		cmocka_unit_test(a_cut_record_is_never_taken_for_a_whole_one),
		cmocka_unit_test(age_changes_at_its_boundaries),
		cmocka_unit_test(each_service_has_its_user),
		cmocka_unit_test(
		    renewal_keeps_all_but_the_token_and_the_refusal),
		cmocka_unit_test(renewal_takes_no_token_that_cannot_be_sent),
		cmocka_unit_test(a_copy_of_nothing_is_empty),
		cmocka_unit_test(
		    a_user_that_would_break_the_lines_is_not_copied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
