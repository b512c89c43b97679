/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Mail services as a set, and the scope of each preset for them.
 */

#include "services.h"
#include "unit.h"

#define ALL (SERVICE_SMTP | SERVICE_IMAP | SERVICE_POP)

static void
a_set_is_written_with_blanks_or_commas(void **state)
{
	static const struct {
		const char *text;
		unsigned set;
	} rows[] = {
		{ "smtp", SERVICE_SMTP },
		{ "imap", SERVICE_IMAP },
		{ "pop", SERVICE_POP },
		{ "smtp imap", SERVICE_SMTP | SERVICE_IMAP },
		{ "imap,smtp", SERVICE_SMTP | SERVICE_IMAP },
		{ " pop , smtp,, imap ", ALL },
		{ "smtp smtp", SERVICE_SMTP },
		{ "", 0 },
		{ " , ", 0 },
		{ "SMTP", SERVICE_SMTP },
		{ "Imap,POP3", SERVICE_IMAP | SERVICE_POP },
		{ "pop3 pop", SERVICE_POP },
		{ "smtps", 0 },
		{ "smt", 0 },
		{ "pop4", 0 },
		{ "imap4", 0 },
		{ "smtp ldap", 0 },
		{ "smtp;imap", 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("\"%s\"", rows[i].text);
		assert_row_int(services_parse(rows[i].text), rows[i].set);
	}
}

static void
a_service_without_a_scope_is_known_by_its_name(void **state)
{
	static const struct {
		const char *provider;
		unsigned set;
		const char *lacking;
	} rows[] = {
		{ "yandex", ALL, "pop" },
		{ "yandex", SERVICE_SMTP | SERVICE_IMAP, "" },
		{ "office365-hve", ALL, "imap, pop" },
		{ "google", ALL, "" },
		{ "zoho", ALL, "smtp, imap, pop" },
	};
	char names[SERVICES_MAX_NAMES];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%s", rows[i].provider);
		services_name(services_lacking(provider_find(rows[i].provider),
				  rows[i].set),
		    names, sizeof(names));
		assert_row_text(names, rows[i].lacking);
	}
}

/* The rows of a preset are in the order of this table. */
static void
each_service_has_a_bit_and_its_name(void **state)
{
	size_t i;

	(void)state;
	assert_int_equal(services[0].bit, SERVICE_SMTP);
	assert_int_equal(services[1].bit, SERVICE_IMAP);
	assert_int_equal(services[2].bit, SERVICE_POP);
	for (i = 0; i < SERVICE_COUNT; i++)
		assert_int_equal(services_parse(services[i].name),
		    services[i].bit);
}

#define OFFICE "https://outlook.office.com/"
#define OFFICE_ALWAYS "offline_access openid profile"
#define US "https://outlook.office365.us/"
#define CHINA "https://partner.outlook.cn/"
#define FASTMAIL "https://www.fastmail.com/dev/protocol-"

static const struct row {
	const char *provider;
	unsigned set;
	const char *scope;
} rows[] = {
	{ "office365", SERVICE_SMTP, OFFICE "SMTP.Send " OFFICE_ALWAYS },
	{ "office365", SERVICE_IMAP,
	    OFFICE "IMAP.AccessAsUser.All " OFFICE_ALWAYS },
	{ "office365", SERVICE_POP,
	    OFFICE "POP.AccessAsUser.All " OFFICE_ALWAYS },
	{ "office365", ALL,
	    OFFICE "SMTP.Send " OFFICE "IMAP.AccessAsUser.All " OFFICE
		   "POP.AccessAsUser.All " OFFICE_ALWAYS },
	{ "office365", 0, "" },
	{ "office365-gcc-high", SERVICE_SMTP, US "SMTP.Send " OFFICE_ALWAYS },
	{ "office365-dod", SERVICE_IMAP,
	    US "IMAP.AccessAsUser.All " OFFICE_ALWAYS },
	{ "office365-china", SERVICE_SMTP | SERVICE_POP,
	    CHINA "SMTP.Send " CHINA "POP.AccessAsUser.All " OFFICE_ALWAYS },
	{ "outlook", SERVICE_SMTP | SERVICE_IMAP,
	    OFFICE "SMTP.Send " OFFICE "IMAP.AccessAsUser.All " OFFICE_ALWAYS },
	/* it is for sending only */
	{ "office365-hve", SERVICE_SMTP, OFFICE "SMTP.Send " OFFICE_ALWAYS },
	{ "office365-hve", SERVICE_SMTP | SERVICE_IMAP,
	    OFFICE "SMTP.Send " OFFICE_ALWAYS },
	{ "office365-hve", SERVICE_IMAP, "" },
	/* one scope for all, asked for once */
	{ "google", SERVICE_SMTP, "https://mail.google.com/ openid email" },
	{ "google", ALL, "https://mail.google.com/ openid email" },
	{ "aol", ALL, "mail-w" },
	{ "mailru", SERVICE_SMTP | SERVICE_IMAP, "mail.imap" },
	{ "fastmail", ALL, FASTMAIL "smtp " FASTMAIL "imap " FASTMAIL "pop" },
	{ "yandex", ALL, "mail:smtp mail:imap_full" },
	{ "yandex", SERVICE_POP, "" },
	{ "zoho", ALL, "" },
};

static void
the_scope_is_that_of_the_services_and_no_more(void **state)
{
	const struct provider *provider;
	struct buf scope;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%s %u", rows[i].provider, rows[i].set);
		assert_non_null(provider = provider_find(rows[i].provider));
		buf_init(&scope, CONF_MAX_VALUE);
		services_add_scope(provider, rows[i].set, &scope);
		assert_row_text(buf_text(&scope), rows[i].scope);
		buf_clear(&scope);
	}
}

/* Nobody has two scopes that differ in case only; Entra ignores it. */
static void
a_word_that_is_there_is_not_added_again(void **state)
{
	static const struct provider made_up = {
		.scope_of = { "mail Send", "MAIL", "pop mail" },
		.scope_always = "openid  send",
	};
	struct buf scope;

	(void)state;
	buf_init(&scope, CONF_MAX_VALUE);
	services_add_scope(&made_up, ALL, &scope);
	assert_string_equal(buf_text(&scope), "mail Send pop openid");
	buf_clear(&scope);
	buf_init(&scope, 5);
	services_add_scope(&made_up, ALL, &scope);
	assert_int_not_equal(buf_status(&scope), STATUS_OK);
	buf_clear(&scope);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_set_is_written_with_blanks_or_commas),
		cmocka_unit_test(
		    a_service_without_a_scope_is_known_by_its_name),
		cmocka_unit_test(each_service_has_a_bit_and_its_name),
		cmocka_unit_test(the_scope_is_that_of_the_services_and_no_more),
		cmocka_unit_test(a_word_that_is_there_is_not_added_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
