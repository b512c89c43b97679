/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The steps that an Exchange administrator is told.
 */

#include "base64.h"
#include "exchange.h"
#include "provider.h"
#include "unit.h"

#define TENANT "11111111-2222-3333-4444-555555555555"
#define CLIENT "22222222-3333-4444-5555-666666666666"
#define OBJECT "33333333-4444-5555-6666-777777777777"
#define MAILBOX "relay@contoso.com"
#define CLAIMS "\"tid\":\"" TENANT "\",\"oid\":\"" OBJECT "\""

static char *
jwt(const char *payload)
{
	struct buf token;

	buf_init(&token, EXCHANGE_MAX_STEPS);
	buf_add_string(&token, "e30.");
	base64_encode_url(&token, payload, strlen(payload));
	buf_add_string(&token, ".c2ln");
	assert_int_equal(buf_status(&token), STATUS_OK);
	return token.data;
}

static void
set_up(struct endpoint *endpoint, const char *services)
{
	memset(endpoint, 0, sizeof(*endpoint));
	endpoint->grant = OAUTH_GRANT_CLIENT;
	endpoint->settings.preset = provider_find("office365");
	endpoint->settings.text[OPTION_TENANT] = "contoso.com";
	endpoint->settings.text[OPTION_CLIENT_ID] = CLIENT;
	endpoint->settings.text[OPTION_SERVICES] = services;
}

static void
make(const struct endpoint *endpoint, const char *mailbox, char *token,
    struct buf *steps)
{
	const struct oauth_token answer = { .access_token = token };

	buf_init(steps, EXCHANGE_MAX_STEPS);
	assert_int_equal(exchange_add_steps(endpoint, mailbox, &answer, steps),
	    STATUS_OK);
}

static void
the_steps_have_the_accounts_own_ids(void **state)
{
	char *token = jwt("{" CLAIMS ",\"roles\":[\"SMTP.SendAsApp\"]}");
	struct endpoint endpoint;
	struct buf steps;

	(void)state;
	set_up(&endpoint, "smtp");
	make(&endpoint, MAILBOX, token, &steps);
	assert_contains(buf_text(&steps),
	    "    Connect-ExchangeOnline -Organization 'contoso.com'\n");
	assert_contains(buf_text(&steps),
	    "    New-ServicePrincipal -AppId '" CLIENT "' -ObjectId '" OBJECT
	    "' -DisplayName 'sasl-bearer'\n");
	assert_contains(buf_text(&steps),
	    "    Add-MailboxPermission -Identity '" MAILBOX "' -User '" OBJECT
	    "' -AccessRights FullAccess\n");
	assert_contains(buf_text(&steps),
	    "    Set-CASMailbox -Identity '" MAILBOX
	    "' -SmtpClientAuthenticationDisabled $false\n");
	assert_contains(buf_text(&steps),
	    "-RecipientRestrictionFilter 'PrimarySmtpAddress -eq ''" MAILBOX
	    "'''\n");
	assert_contains(buf_text(&steps),
	    "    New-ManagementRoleAssignment -App '" CLIENT
	    "' -Role 'Application SMTP.SendAsApp' -CustomResourceScope "
	    "'sasl-bearer " MAILBOX "'\n");
	assert_lacks(buf_text(&steps), "OBJECT_ID");
	assert_lacks(buf_text(&steps), "-ImapEnabled");
	assert_lacks(buf_text(&steps), "-PopEnabled");
	assert_lacks(buf_text(&steps), "names no role");
	buf_clear(&steps);
	free(token);
}

static void
each_service_has_its_switch(void **state)
{
	char *token = jwt("{" CLAIMS ",\"roles\":[\"IMAP.AccessAsApp\","
			  "\"POP.AccessAsApp\"]}");
	struct endpoint endpoint;
	struct buf steps;

	(void)state;
	set_up(&endpoint, "imap pop");
	make(&endpoint, MAILBOX, token, &steps);
	assert_contains(buf_text(&steps), " -ImapEnabled $true\n");
	assert_contains(buf_text(&steps), " -PopEnabled $true\n");
	assert_lacks(buf_text(&steps), "Smtp");
	assert_lacks(buf_text(&steps), "SendAs");
	buf_clear(&steps);
	/* where nothing is configured, by the roles that there are */
	set_up(&endpoint, NULL);
	make(&endpoint, MAILBOX, token, &steps);
	assert_contains(buf_text(&steps), " -PopEnabled $true\n");
	assert_lacks(buf_text(&steps), "Smtp");
	buf_clear(&steps);
	free(token);
}

static void
what_cannot_be_read_has_a_name_and_a_place(void **state)
{
	char opaque[] = "OPAQUE";
	struct endpoint endpoint;
	struct buf steps;

	(void)state;
	set_up(&endpoint, "smtp");
	endpoint.settings.text[OPTION_TENANT] = "organizations";
	make(&endpoint, MAILBOX, opaque, &steps);
	assert_contains(buf_text(&steps), "-ObjectId 'OBJECT_ID'");
	assert_contains(buf_text(&steps), "-Organization 'TENANT_ID'");
	assert_contains(buf_text(&steps),
	    "(OBJECT_ID: Entra admin center, Enterprise applications,");
	buf_clear(&steps);
}

static void
the_token_knows_a_tenant_that_is_not_configured(void **state)
{
	char *token = jwt("{" CLAIMS "}");
	struct endpoint endpoint;
	struct buf steps;

	(void)state;
	set_up(&endpoint, "smtp");
	endpoint.settings.text[OPTION_TENANT] = "organizations";
	make(&endpoint, MAILBOX, token, &steps);
	assert_contains(buf_text(&steps), "-Organization '" TENANT "'\n");
	buf_clear(&steps);
	free(token);
}

static void
a_missing_role_is_named(void **state)
{
	char *token = jwt("{" CLAIMS ",\"roles\":[\"SMTP.SendAsApp\"]}");
	struct endpoint endpoint;
	struct buf steps;

	(void)state;
	set_up(&endpoint, "smtp imap");
	make(&endpoint, MAILBOX, token, &steps);
	assert_contains(buf_text(&steps), "names no role");
	assert_contains(buf_text(&steps), "\n    IMAP.AccessAsApp\n");
	assert_lacks(buf_text(&steps), "\n    SMTP.SendAsApp\n");
	buf_clear(&steps);
	free(token);
}

static void
a_machine_gets_its_role_by_graph(void **state)
{
	char *token = jwt("{" CLAIMS ",\"appid\":\"" CLIENT "\"}");
	struct endpoint endpoint;
	struct buf steps;

	(void)state;
	set_up(&endpoint, "imap");
	endpoint.grant = OAUTH_GRANT_IDENTITY;
	endpoint.settings.text[OPTION_CLIENT_ID] = NULL;
	make(&endpoint, MAILBOX, token, &steps);
	assert_contains(buf_text(&steps), "-AppId '" CLIENT "'");
	assert_contains(buf_text(&steps),
	    "-Filter 'appId eq ''00000002-0000-0ff1-ce00-000000000000'''\n");
	assert_contains(buf_text(&steps), "-PrincipalId '" OBJECT "'");
	assert_contains(buf_text(&steps), "'IMAP.AccessAsApp'\n");
	buf_clear(&steps);
	free(token);
}

static const struct quoted {
	const char *value, *quoted;
} values[] = {
	{ "relay@contoso.com", "'relay@contoso.com'" },
	{ "", "''" },
	{ "o'brien@x", "'o''brien@x'" },
	{ "$(evil) `n \"x\"; y", "'$(evil) `n \"x\"; y'" },
	{ "a\xe2\x80\x98"
	  "b\xe2\x80\x99"
	  "c\xe2\x80\x9a"
	  "d\xe2\x80\x9b"
	  "e",
	    "'a\xe2\x80\x98\xe2\x80\x98"
	    "b\xe2\x80\x99\xe2\x80\x99"
	    "c\xe2\x80\x9a\xe2\x80\x9a"
	    "d\xe2\x80\x9b\xe2\x80\x9b"
	    "e'" },
	{ "\xe2\x80\x9c\xe2\x80\x97", "'\xe2\x80\x9c\xe2\x80\x97'" },
	{ "a\nb\x1b[2J\xff", "'a?b?[2J?'" },
};

static void
values_are_literal_to_powershell(void **state)
{
	struct buf out;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(values); i++) {
		unit_row("%s", values[i].value);
		buf_init(&out, EXCHANGE_MAX_STEPS);
		exchange_quote(&out, values[i].value);
		assert_row_text(buf_text(&out), values[i].quoted);
		buf_clear(&out);
	}
}

static void
a_mailbox_within_a_filter_is_quoted_twice(void **state)
{
	char opaque[] = "OPAQUE";
	struct endpoint endpoint;
	struct buf steps;

	(void)state;
	set_up(&endpoint, "smtp");
	endpoint.settings.text[OPTION_USER] = "o'brien@x";
	make(&endpoint, MAILBOX, opaque, &steps);
	assert_contains(buf_text(&steps), "-Identity 'o''brien@x'");
	assert_contains(buf_text(&steps), "-eq ''o''''brien@x'''\n");
	assert_lacks(buf_text(&steps), MAILBOX);
	buf_clear(&steps);
}

static void
only_an_application_at_exchange_has_steps(void **state)
{
	struct endpoint endpoint;

	(void)state;
	set_up(&endpoint, NULL);
	assert_true(exchange_has_steps(&endpoint));
	endpoint.grant = OAUTH_GRANT_IDENTITY;
	assert_true(exchange_has_steps(&endpoint));
	endpoint.grant = OAUTH_GRANT_DEVICE;
	assert_false(exchange_has_steps(&endpoint));
	endpoint.grant = OAUTH_GRANT_CLIENT;
	endpoint.settings.preset = provider_find("google");
	assert_false(exchange_has_steps(&endpoint));
	endpoint.settings.preset = NULL;
	assert_false(exchange_has_steps(&endpoint));
}

static void
another_cloud_is_another_environment(void **state)
{
	char opaque[] = "OPAQUE";
	struct endpoint endpoint;
	struct buf steps;

	(void)state;
	set_up(&endpoint, NULL);
	endpoint.settings.preset = provider_find("office365-china");
	make(&endpoint, MAILBOX, opaque, &steps);
	assert_contains(buf_text(&steps),
	    "'contoso.com' -ExchangeEnvironmentName O365China\n");
	buf_clear(&steps);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_steps_have_the_accounts_own_ids),
		cmocka_unit_test(each_service_has_its_switch),
		cmocka_unit_test(what_cannot_be_read_has_a_name_and_a_place),
		cmocka_unit_test(
		    the_token_knows_a_tenant_that_is_not_configured),
		cmocka_unit_test(a_missing_role_is_named),
		cmocka_unit_test(a_machine_gets_its_role_by_graph),
		cmocka_unit_test(values_are_literal_to_powershell),
		cmocka_unit_test(a_mailbox_within_a_filter_is_quoted_twice),
		cmocka_unit_test(only_an_application_at_exchange_has_steps),
		cmocka_unit_test(another_cloud_is_another_environment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
