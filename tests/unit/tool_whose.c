/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * From an address to its provider, with name servers that are made up.
 */

#include "unit.h"
#include "whose.h"

/* What the name servers say, and were asked. */
static struct {
	enum status status, alias_status;
	const char *hosts[4]; /* the first ones are preferred alike */
	unsigned preferred;   /* so many */
	bool is_null;
	const char *alias;
	unsigned questions, aliases;
	char domain[MX_MAX_NAME], name[MX_MAX_NAME + 16];
} dns;

static enum status
say_hosts(const char *domain, int timeout_ms, struct mx_list *list,
    struct diag *diag)
{
	size_t i;

	dns.questions++;
	snprintf(dns.domain, sizeof(dns.domain), "%s", domain);
	assert_int_equal(timeout_ms, WHOSE_TIMEOUT_MS);
	if (dns.status != STATUS_OK)
		return diag_set(diag, dns.status, "no answer");
	memset(list, 0, sizeof(*list));
	list->is_null = dns.is_null;
	for (i = 0; i < COUNT(dns.hosts) && dns.hosts[i] != NULL; i++) {
		snprintf(list->hosts[i].name, MX_MAX_NAME, "%s", dns.hosts[i]);
		list->hosts[i].preference =
		    i < dns.preferred ? 10 : 10 + (unsigned)i;
	}
	list->count = i;
	return STATUS_OK;
}

static enum status
say_alias(const char *name, int timeout_ms, struct mx_list *list,
    struct diag *diag)
{
	dns.aliases++;
	snprintf(dns.name, sizeof(dns.name), "%s", name);
	assert_true(timeout_ms > 0 && timeout_ms < WHOSE_TIMEOUT_MS);
	if (dns.alias_status != STATUS_OK)
		return diag_set(diag, dns.alias_status, "no alias");
	memset(list, 0, sizeof(*list));
	if (dns.alias != NULL) {
		snprintf(list->hosts[0].name, MX_MAX_NAME, "%s", dns.alias);
		list->count = 1;
	}
	return STATUS_OK;
}

static const struct whose_lookups lookups = { say_hosts, say_alias };

static int
forget(void **state)
{
	(void)state;
	memset(&dns, 0, sizeof(dns));
	return 0;
}

static void
a_domain_of_a_provider_is_known_without_a_question(void **state)
{
	static const struct {
		const char *address, *preset;
	} rows[] = {
		{ "me@gmail.com", "google" },
		{ "Me.Too@GoogleMail.COM", "google" },
		{ "me@outlook.com", "outlook" },
		{ "me@hotmail.co.uk", "outlook" },
		{ "me@yahoo.com", "yahoo" },
		{ "me@aol.com", "aol" },
		{ "me@fastmail.com", "fastmail" },
		{ "me@yandex.ru", "yandex" },
		{ "me@inbox.ru", "mailru" },
		{ "odd@name@gmail.com", "google" },
	};
	struct whose whose;
	struct diag diag;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%s", rows[i].address);
		assert_status(
		    whose_find(rows[i].address, &lookups, &whose, &diag),
		    STATUS_OK, &diag);
		assert_row_text(whose.provider->name, rows[i].preset);
		assert_contains(whose.how, " is a domain of ");
		assert_contains(whose.how, whose.provider->title);
	}
	assert_int_equal(dns.questions + dns.aliases, 0);
}

static void
the_mail_host_tells_the_provider(void **state)
{
	static const struct {
		const char *host, *preset;
	} rows[] = {
		{ "contoso-com.mail.protection.outlook.com", "office365" },
		{ "contoso-com.q-v1.mx.microsoft", "office365" },
		{ "contoso-us.mail.protection.office365.us",
		    "office365-gcc-high" },
		{ "contoso-cn.mail.protection.partner.outlook.cn",
		    "office365-china" },
		{ "hotmail-com.olc.protection.outlook.com", "outlook" },
		{ "aspmx.l.google.com", "google" },
		{ "smtp.google.com", "google" },
		{ "aspmx2.googlemail.com", "google" },
		{ "mta7.am0.yahoodns.net", "yahoo" },
		{ "mx-aol.mail.gm0.yahoodns.net", "aol" },
		{ "in1-smtp.messagingengine.com", "fastmail" },
		{ "mx.zoho.com", "zoho" },
		{ "mx2.zoho.eu", "zoho" },
		{ "mx.yandex.net", "yandex" },
		{ "emx.mail.ru", "mailru" },
	};
	struct whose whose;
	struct diag diag;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%s", rows[i].host);
		dns.hosts[0] = rows[i].host;
		assert_status(
		    whose_find("me@Contoso.com", &lookups, &whose, &diag),
		    STATUS_OK, &diag);
		assert_row_text(whose.provider->name, rows[i].preset);
		assert_contains(whose.how, "the mail of contoso.com goes to ");
		assert_contains(whose.how, rows[i].host);
		assert_row_text(dns.domain, "contoso.com");
	}
	assert_int_equal(dns.aliases, 0);
}

static void
a_host_that_two_presets_share_names_both(void **state)
{
	struct whose whose;
	struct diag diag;

	(void)state;
	dns.hosts[0] = "contoso-us.mail.protection.office365.us";
	assert_status(whose_find("me@contoso.com", &lookups, &whose, &diag),
	    STATUS_OK, &diag);
	assert_contains(whose.how, "--provider office365-dod");
	dns.hosts[0] = "contoso-com.mail.protection.outlook.com";
	assert_status(whose_find("me@contoso.com", &lookups, &whose, &diag),
	    STATUS_OK, &diag);
	assert_lacks(whose.how, "--provider");
}

static void
only_the_preferred_hosts_count(void **state)
{
	struct whose whose;
	struct diag diag;

	(void)state;
	dns.hosts[0] = "mail.contoso.com";
	dns.hosts[1] = "aspmx.l.google.com";
	assert_status(whose_find("me@contoso.com", &lookups, &whose, &diag),
	    STATUS_CONFIG, &diag);
	dns.preferred = 2;
	assert_status(whose_find("me@contoso.com", &lookups, &whose, &diag),
	    STATUS_OK, &diag);
	assert_string_equal(whose.provider->name, "google");
}

/* Hosts that only look like a provider's. */
static const char *const impostors[] = {
	"notgoogle.com",
	"google.com.evil.example.com",
	"evilmx.microsoft.example.com",
	"mail.protection.outlook.com.example.net",
	"xmail.protection.outlook.com",
};

static void
a_host_is_a_providers_by_whole_labels(void **state)
{
	struct whose whose = { .provider = NULL };
	struct diag diag;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(impostors); i++) {
		unit_row("%s", impostors[i]);
		dns.hosts[0] = impostors[i];
		assert_status(
		    whose_find("me@contoso.com", &lookups, &whose, &diag),
		    STATUS_CONFIG, &diag);
		assert_contains(diag.text, impostors[i]);
		assert_contains(diag.text, "--provider");
		assert_null(whose.provider);
	}
}

static void
a_filter_hides_the_provider_unless_autodiscover_tells_it(void **state)
{
	static const char *const hosts[] = {
		"mx0a-00000001.pphosted.com",
		"eu-smtp-inbound-1.mimecast.com",
		"d1.ess.barracudanetworks.com",
		"cluster1.eu.messagelabs.com",
		"mx1.hc0000-00.iphmx.com",
	};
	struct whose whose;
	struct diag diag;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(hosts); i++) {
		unit_row("%s", hosts[i]);
		dns.hosts[0] = hosts[i];
		dns.alias = NULL;
		assert_status(
		    whose_find("me@contoso.com", &lookups, &whose, &diag),
		    STATUS_CONFIG, &diag);
		assert_contains(diag.text, "filter");
		assert_contains(diag.text, hosts[i]);
		assert_contains(diag.text, "office365, ");
		assert_contains(diag.text, ", mailru");
		assert_row_text(dns.name, "autodiscover.contoso.com");
		dns.alias = "autodiscover.outlook.com";
		assert_status(
		    whose_find("me@contoso.com", &lookups, &whose, &diag),
		    STATUS_OK, &diag);
		assert_row_text(whose.provider->name, "office365");
		assert_row_text(whose.how,
		    "autodiscover.contoso.com is an alias of "
		    "autodiscover.outlook.com");
	}
	dns.alias = "autodiscover.partner.outlook.cn";
	assert_status(whose_find("me@contoso.com", &lookups, &whose, &diag),
	    STATUS_OK, &diag);
	assert_string_equal(whose.provider->name, "office365-china");
	dns.alias = "autodiscover.hosting.example.net";
	assert_status(whose_find("me@contoso.com", &lookups, &whose, &diag),
	    STATUS_CONFIG, &diag);
}

static void
a_hint_that_fails_is_no_failure(void **state)
{
	struct whose whose;
	struct diag diag;

	(void)state;
	dns.hosts[0] = "mail.contoso.com";
	dns.alias_status = STATUS_AGAIN;
	assert_status(whose_find("me@contoso.com", &lookups, &whose, &diag),
	    STATUS_CONFIG, &diag);
	assert_contains(diag.text, "goes to mail.contoso.com (MX)");
	assert_contains(diag.text, "issuer");
	dns.alias_status = STATUS_CANCELLED;
	assert_status(whose_find("me@contoso.com", &lookups, &whose, &diag),
	    STATUS_CANCELLED, &diag);
}

static void
a_domain_without_mail_hosts_is_told(void **state)
{
	struct whose whose;
	struct diag diag;

	(void)state;
	assert_status(whose_find("me@contoso.com", &lookups, &whose, &diag),
	    STATUS_CONFIG, &diag);
	assert_contains(diag.text, "contoso.com has no MX records");
	assert_int_equal(dns.aliases, 1);
	dns.is_null = true;
	assert_status(whose_find("me@contoso.com", &lookups, &whose, &diag),
	    STATUS_CONFIG, &diag);
	assert_contains(diag.text, "takes no mail (RFC 7505)");
	assert_int_equal(dns.aliases, 1);
}

static void
trouble_with_name_servers_passes(void **state)
{
	static const enum status statuses[] = { STATUS_AGAIN, STATUS_CONFIG,
		STATUS_CANCELLED, STATUS_NOMEM };
	struct whose whose;
	struct diag diag;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(statuses); i++) {
		dns.status = statuses[i];
		assert_status(
		    whose_find("me@contoso.com", &lookups, &whose, &diag),
		    statuses[i], &diag);
		assert_contains(diag.text, "no answer");
	}
	dns.status = STATUS_AGAIN;
	assert_status(whose_find("me@contoso.com", &lookups, &whose, &diag),
	    STATUS_AGAIN, &diag);
	assert_contains(diag.text, "--provider");
	assert_int_equal(dns.aliases, 0);
}

static const struct {
	const char *address, *says;
} no_addresses[] = {
	{ "me", "no mail address" },
	{ "", "no mail address" },
	{ "me@", "no mail address" },
	{ "@contoso.com", "no mail address" },
	{ "me@localhost", "no mail address" },
	{ "me@.com", "cannot be looked up" },
	{ "me@contoso.com.", "cannot be looked up" },
	{ "me@contoso..com", "cannot be looked up" },
	{ "me@con toso.com", "cannot be looked up" },
	{ "me@con_toso.com", "cannot be looked up" },
	{ "me@contoso.com/x", "cannot be looked up" },
	{ "me@m\xc3\xbcller.example.com", "xn--" },
};

static void
nothing_is_asked_about_what_is_no_domain(void **state)
{
	struct whose whose;
	struct diag diag;
	char *address = calloc(1, 400);
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(no_addresses); i++) {
		unit_row("%s", no_addresses[i].address);
		assert_status(whose_find(no_addresses[i].address, &lookups,
				  &whose, &diag),
		    STATUS_CONFIG, &diag);
		assert_contains(diag.text, no_addresses[i].says);
		assert_contains(diag.text, "--provider");
	}
	assert_non_null(address);
	memset(address, 'a', 399);
	memcpy(address, "me@", 3);
	memcpy(address + 395, ".com", 4);
	assert_status(whose_find(address, &lookups, &whose, &diag),
	    STATUS_CONFIG, &diag);
	free(address);
	assert_int_equal(dns.questions + dns.aliases, 0);
}

#define DNS_TEST(name) cmocka_unit_test_setup(name, forget)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		DNS_TEST(a_domain_of_a_provider_is_known_without_a_question),
		DNS_TEST(the_mail_host_tells_the_provider),
		DNS_TEST(a_host_that_two_presets_share_names_both),
		DNS_TEST(only_the_preferred_hosts_count),
		DNS_TEST(a_host_is_a_providers_by_whole_labels),
		DNS_TEST(
		    a_filter_hides_the_provider_unless_autodiscover_tells_it),
		DNS_TEST(a_hint_that_fails_is_no_failure),
		DNS_TEST(a_domain_without_mail_hosts_is_told),
		DNS_TEST(trouble_with_name_servers_passes),
		DNS_TEST(nothing_is_asked_about_what_is_no_domain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
