/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Which mail server is meant.
 */

#include "unit.h"

#include "mailserver.h"
#include "provider.h"
#include "services.h"

static const struct {
	const char *protocol, *address;
	bool wants_starttls;
	const char *host, *port;
	bool has_starttls;
} servers[] = {
	{ "imap", "mx.example.com", false, "mx.example.com", "993", false },
	{ "imap", "mx.example.com", true, "mx.example.com", "143", true },
	{ "pop", "mx", false, "mx", "995", false },
	{ "pop3", "mx", true, "mx", "110", true },
	{ "smtp", "mx", false, "mx", "465", false },
	{ "smtp", "mx", true, "mx", "587", true },
	{ "smtp", "mx:25", false, "mx", "25", true },
	{ "smtp", "mx:587", false, "mx", "587", true },
	{ "imap", "mx:143", false, "mx", "143", true },
	{ "pop", "mx:110", false, "mx", "110", true },
	{ "imap", "mx:1143", false, "mx", "1143", false },
	{ "imap", "mx:1143", true, "mx", "1143", true },
	{ "imap", "127.0.0.1:993", false, "127.0.0.1", "993", false },
	{ "imap", "::1", false, "::1", "993", false },
	{ "imap", "[::1]", true, "::1", "143", true },
	{ "imap", "[2001:db8::1]:65535", false, "2001:db8::1", "65535", false },
};

static void
an_address_is_understood(void **state)
{
	struct mailserver server;
	struct diag diag;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(servers); i++) {
		unit_row("%s %s", servers[i].protocol, servers[i].address);
		assert_status(mailserver_parse(&server, servers[i].protocol,
				  servers[i].address, servers[i].wants_starttls,
				  &diag),
		    STATUS_OK, &diag);
		assert_row_text(server.host, servers[i].host);
		assert_row_text(server.port, servers[i].port);
		assert_row_int(server.has_starttls, servers[i].has_starttls);
	}
}

static void
what_makes_no_sense_is_refused(void **state)
{
	static const char *const bad[][2] = {
		{ "imaps", "mx" },
		{ "", "mx" },
		{ "IMAP", "mx" },
		{ "imap", "" },
		{ "imap", ":993" },
		{ "imap", "mx:" },
		{ "imap", "mx:0" },
		{ "imap", "mx:65536" },
		{ "imap", "mx:0993" },
		{ "imap", "mx:99x" },
		{ "imap", "mx:-1" },
		{ "imap", "[::1" },
		{ "imap", "[::1]x" },
		{ "imap", "[]" },
		{ "imap", "a b" },
		{ "imap", "a\nb" },
		{ "imap", "imaps://mx" },
		{ "imap", "me@mx" },
		{ "imap", "m\xc3\xbcller.example" },
	};
	struct mailserver server;
	char host[300];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++) {
		unit_row("%s %s", bad[i][0], bad[i][1]);
		assert_row_int(mailserver_parse(&server, bad[i][0], bad[i][1],
				   false, NULL),
		    STATUS_DATA);
	}
	memset(host, 'x', sizeof(host));
	host[256] = '\0';
	assert_int_equal(mailserver_parse(&server, "imap", host, false, NULL),
	    STATUS_DATA);
	host[255] = '\0';
	assert_int_equal(mailserver_parse(&server, "imap", host, false, NULL),
	    STATUS_OK);
}

static const struct {
	const char *url;
	enum mail_protocol protocol;
	const char *host, *port;
	bool has_starttls;
} urls[] = {
	{ "smtp://mx.example.com", MAIL_SMTP, "mx.example.com", "587", true },
	{ "smtp://mx:25", MAIL_SMTP, "mx", "25", true },
	{ "smtp://mx:2525/", MAIL_SMTP, "mx", "2525", true },
	{ "SMTPS://mx", MAIL_SMTP, "mx", "465", false },
	{ "smtps://mx:587", MAIL_SMTP, "mx", "587", false },
	{ "submission://mx", MAIL_SMTP, "mx", "587", true },
	{ "imap://[::1]:1143", MAIL_IMAP, "::1", "1143", true },
	{ "imaps://mx", MAIL_IMAP, "mx", "993", false },
	{ "pop3://mx", MAIL_POP, "mx", "110", true },
	{ "pop3s://mx", MAIL_POP, "mx", "995", false },
	{ "pop://mx", MAIL_POP, "mx", "110", true },
};

static void
a_url_is_understood(void **state)
{
	struct mailserver server;
	struct diag diag;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(urls); i++) {
		unit_row("%s", urls[i].url);
		assert_status(mailserver_parse_url(&server, urls[i].url, &diag),
		    STATUS_OK, &diag);
		assert_row_int(server.protocol, urls[i].protocol);
		assert_row_text(server.host, urls[i].host);
		assert_row_text(server.port, urls[i].port);
		assert_row_int(server.has_starttls, urls[i].has_starttls);
	}
}

static void
what_is_no_url_is_refused(void **state)
{
	static const char *const bad[] = { "", "mx", "mx:587", "smtp:mx",
		"smtp:/mx", "smtp://", "smtp://:587", "smtp:///", "://mx",
		"http://mx", "smtp://me@mx", "smtp://mx/a", "smtp://mx:0" };
	struct mailserver server;
	char url[400] = "smtp://";
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++) {
		unit_row("%s", bad[i]);
		assert_row_int(mailserver_parse_url(&server, bad[i], NULL),
		    STATUS_DATA);
	}
	memset(url + strlen(url), 'x', sizeof(url) - strlen(url) - 1);
	assert_int_equal(mailserver_parse_url(&server, url, NULL), STATUS_DATA);
}

static void
each_server_of_a_preset_is_a_url(void **state)
{
	const struct provider *row;
	struct mailserver server;
	struct diag diag;
	size_t i, j;

	(void)state;
	for (i = 0; (row = provider_at(i)) != NULL; i++)
		for (j = 0; j < SERVICE_COUNT; j++) {
			if (row->server_of[j] == NULL)
				continue;
			unit_row("%s %s", row->name, row->server_of[j]);
			assert_status(mailserver_parse_url(&server,
					  row->server_of[j], &diag),
			    STATUS_OK, &diag);
			assert_row_text(server.service, services[j].name);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_understood),
		cmocka_unit_test(what_makes_no_sense_is_refused),
		cmocka_unit_test(a_url_is_understood),
		cmocka_unit_test(what_is_no_url_is_refused),
		cmocka_unit_test(each_server_of_a_preset_is_a_url),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
