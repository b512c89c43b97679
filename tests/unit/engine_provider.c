/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The presets: what each must have, so that a new row is whole, and what
 * nobody may ask a mail user for.
 */

#include "conf_check.h"
#include "http.h"
#include "oauth.h"
#include "provider.h"
#include "services.h"
#include "unit.h"
#include "words.h"

/* As man/sasl-bearer.conf.5 lists them. */
static const char *const names[] = { "office365", "office365-gcc-high",
	"office365-dod", "office365-china", "outlook", "office365-hve",
	"google", "yahoo", "aol", "fastmail", "zoho", "yandex", "mailru" };

static void
each_preset_is_found_by_its_name(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(names); i++) {
		unit_row("%s", names[i]);
		assert_ptr_equal(provider_find(names[i]), provider_at(i));
		assert_row_text(provider_at(i)->name, names[i]);
		assert_non_null(provider_at(i)->title);
	}
	assert_null(provider_at(COUNT(names)));
	assert_null(provider_find("Google"));
	assert_null(provider_find(""));
}

/* An option of a preset as it is for the tenant contoso.com. */
static void
fill_in(const char *value, char *text, size_t space)
{
	const char *mark = strstr(value, "{tenant}");

	if (mark == NULL)
		snprintf(text, space, "%s", value);
	else
		snprintf(text, space, "%.*scontoso.com%s", (int)(mark - value),
		    value, mark + strlen("{tenant}"));
}

static void
a_value_is_one_that_a_configuration_may_have(void **state)
{
	const struct provider *row;
	char text[CONF_MAX_VALUE];
	struct diag diag;
	size_t i, option;
	int seconds;

	(void)state;
	for (i = 0; (row = provider_at(i)) != NULL; i++)
		for (option = 0; option < OPTION_COUNT; option++) {
			if (row->values[option] == NULL)
				continue;
			unit_row("%s %s", row->name, conf_options[option].name);
			fill_in(row->values[option], text, sizeof(text));
			assert_null(strpbrk(text, "{}"));
			assert_status(conf_check_value((enum option)option,
					  text, &seconds, &diag),
			    STATUS_OK, &diag);
		}
}

static void
no_preset_has_an_application_or_a_scope_of_its_own(void **state)
{
	static const enum option options[] = { OPTION_CLIENT_ID,
		OPTION_CLIENT_SECRET_FILE, OPTION_CLIENT_KEY, OPTION_SCOPE,
		OPTION_USER, OPTION_PROVIDER };
	const struct provider *row;
	size_t i, j;

	(void)state;
	for (i = 0; (row = provider_at(i)) != NULL; i++)
		for (j = 0; j < COUNT(options); j++) {
			unit_row("%s %s", row->name,
			    conf_options[options[j]].name);
			assert_true(row->values[options[j]] == NULL);
		}
}

static void
what_cannot_be_done_at_a_provider_is_explained(void **state)
{
	const struct provider *row;
	size_t i;

	(void)state;
	for (i = 0; (row = provider_at(i)) != NULL; i++) {
		unit_row("%s", row->name);
		assert_non_null(row->values[OPTION_TOKEN_ENDPOINT]);
		assert_non_null(row->values[OPTION_AUTHORIZATION_ENDPOINT]);
		assert_true(row->values[OPTION_DEVICE_ENDPOINT] != NULL ||
		    row->no_device_code != NULL);
		assert_row_int(row->values[OPTION_REVOCATION_ENDPOINT] == NULL,
		    row->no_revocation != NULL);
		assert_non_null(row->registration);
	}
}

static void
no_address_belongs_to_two_presets(void **state)
{
	const struct provider *row, *other;
	const char *domains;
	char domain[256];
	struct word word;
	size_t i, j;

	(void)state;
	for (i = 0; (row = provider_at(i)) != NULL; i++) {
		domains = row->domains;
		while (words_next(&domains, &word)) {
			snprintf(domain, sizeof(domain), "%.*s",
			    (int)word.length, word.text);
			unit_row("%s: %s", row->name, domain);
			assert_true(strchr(domain, '.') != NULL);
			assert_true(
			    domain[strspn(domain,
				"abcdefghijklmnopqrstuvwxyz.")] == '\0');
			for (j = i + 1; (other = provider_at(j)) != NULL; j++)
				assert_false(
				    words_have(other->domains, domain));
		}
	}
}

static const struct {
	const char *name;
	unsigned services;
	const char *scope;
} scopes[] = {
	{ "office365", SERVICE_SMTP,
	    "https://outlook.office.com/SMTP.Send offline_access openid "
	    "profile" },
	{ "office365", SERVICE_IMAP | SERVICE_SMTP,
	    "https://outlook.office.com/SMTP.Send "
	    "https://outlook.office.com/IMAP.AccessAsUser.All offline_access "
	    "openid profile" },
	{ "office365-gcc-high", SERVICE_POP,
	    "https://outlook.office365.us/POP.AccessAsUser.All offline_access "
	    "openid profile" },
	{ "office365-dod", SERVICE_SMTP,
	    "https://outlook.office365.us/SMTP.Send offline_access openid "
	    "profile" },
	{ "office365-china", SERVICE_SMTP,
	    "https://partner.outlook.cn/SMTP.Send offline_access openid "
	    "profile" },
	{ "outlook", SERVICE_IMAP,
	    "https://outlook.office.com/IMAP.AccessAsUser.All offline_access "
	    "openid profile" },
	{ "office365-hve", SERVICE_SMTP | SERVICE_IMAP,
	    "https://outlook.office.com/SMTP.Send offline_access openid "
	    "profile" },
	{ "office365-hve", SERVICE_IMAP, "" },
	{ "google", SERVICE_SMTP | SERVICE_IMAP | SERVICE_POP,
	    "https://mail.google.com/ openid email" },
	{ "yahoo", SERVICE_SMTP | SERVICE_IMAP, "mail-w" },
	{ "aol", SERVICE_IMAP, "mail-w" },
	{ "fastmail", SERVICE_SMTP | SERVICE_POP,
	    "https://www.fastmail.com/dev/protocol-smtp "
	    "https://www.fastmail.com/dev/protocol-pop" },
	{ "zoho", SERVICE_SMTP, "" },
	{ "yandex", SERVICE_SMTP | SERVICE_IMAP, "mail:smtp mail:imap_full" },
	{ "yandex", SERVICE_POP, "" },
	{ "mailru", SERVICE_SMTP, "mail.imap" },
};

static void
a_login_asks_for_its_services_and_no_more(void **state)
{
	const struct provider *row;
	struct buf scope;
	size_t i;

	(void)state;
	buf_init(&scope, CONF_MAX_VALUE);
	for (i = 0; i < COUNT(scopes); i++) {
		unit_row("%s, %u", scopes[i].name, scopes[i].services);
		services_add_scope(provider_find(scopes[i].name),
		    scopes[i].services, &scope);
		assert_row_text(buf_text(&scope), scopes[i].scope);
		buf_clear(&scope);
	}
	for (i = 0; (row = provider_at(i)) != NULL; i++) {
		services_add_scope(row,
		    SERVICE_SMTP | SERVICE_IMAP | SERVICE_POP, &scope);
		assert_lacks(buf_text(&scope), "graph");
		buf_clear(&scope);
	}
}

static void
a_cloud_of_microsoft_keeps_to_its_hosts(void **state)
{
	static const struct {
		const char *name, *login, *mail, *tenant;
	} clouds[] = {
		{ "office365", "https://login.microsoftonline.com/",
		    "https://outlook.office365.com/", "organizations" },
		{ "office365-gcc-high", "https://login.microsoftonline.us/",
		    "https://outlook.office365.us/", "organizations" },
		{ "office365-dod", "https://login.microsoftonline.us/",
		    "https://outlook.office365.us/", "organizations" },
		{ "office365-china",
		    "https://login.partner.microsoftonline.cn/",
		    "https://partner.outlook.cn/", "organizations" },
		{ "outlook", "https://login.microsoftonline.com/", NULL,
		    "consumers" },
		{ "office365-hve", "https://login.microsoftonline.com/",
		    "https://outlook.office365.com/", "organizations" },
	};
	static const struct {
		enum option option;
		const char *path;
	} endpoints[] = {
		{ OPTION_AUTHORIZATION_ENDPOINT, "authorize" },
		{ OPTION_TOKEN_ENDPOINT, "token" },
		{ OPTION_DEVICE_ENDPOINT, "devicecode" },
	};
	const struct provider *row;
	char text[256];
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(clouds); i++) {
		unit_row("%s", clouds[i].name);
		row = provider_find(clouds[i].name);
		for (j = 0; j < COUNT(endpoints); j++) {
			snprintf(text, sizeof(text),
			    "%s{tenant}/oauth2/v2.0/%s", clouds[i].login,
			    endpoints[j].path);
			assert_row_text(row->values[endpoints[j].option], text);
		}
		assert_row_text(row->values[OPTION_TENANT], clouds[i].tenant);
		assert_true(
		    (row->scope_app == NULL) == (clouds[i].mail == NULL));
		if (clouds[i].mail == NULL)
			continue;
		assert_row_text(row->values[OPTION_RESOURCE], clouds[i].mail);
		snprintf(text, sizeof(text), "%s.default", clouds[i].mail);
		assert_row_text(row->scope_app, text);
		/* the audience is the resource without its slash */
		snprintf(text, strlen(clouds[i].mail), "%s", clouds[i].mail);
		assert_true(words_have(row->audiences, text));
	}
}

/* It refuses tokens that end within ten minutes. */
static void
tokens_for_high_volume_email_are_renewed_early(void **state)
{
	const char *before =
	    provider_find("office365-hve")->values[OPTION_RENEW_BEFORE];

	(void)state;
	assert_non_null(before);
	assert_true(atoi(before) >= 660);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_preset_is_found_by_its_name),
		cmocka_unit_test(a_value_is_one_that_a_configuration_may_have),
		cmocka_unit_test(
		    no_preset_has_an_application_or_a_scope_of_its_own),
		cmocka_unit_test(
		    what_cannot_be_done_at_a_provider_is_explained),
		cmocka_unit_test(no_address_belongs_to_two_presets),
		cmocka_unit_test(a_login_asks_for_its_services_and_no_more),
		cmocka_unit_test(a_cloud_of_microsoft_keeps_to_its_hosts),
		cmocka_unit_test(
		    tokens_for_high_volume_email_are_renewed_early),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
