/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Lines for mail programs, and the servers that are known.
 */

#include "known_server.h"
#include "provider.h"
#include "recipe.h"
#include "unit.h"

static void
words_are_put_in(void **state)
{
	static const struct mailserver server = {
		.host = "imap.example.com",
		.port = "143",
		.has_starttls = true,
	};
	static const struct {
		const char *lines, *account, *text;
	} rows[] = {
		{ "{host}:{port} {ssl} {starttls}{s}.\n", "me@contoso.com",
		    "imap.example.com:143 STARTTLS on.\n" },
		{ "{account} {user} {url} {label}", "me@con-toso.example.com",
		    "me@con-toso.example.com a b/c a%20b%2Fc con-toso" },
		{ "\"{account}\" {word} \"{operand}\"", "a;\"b`c`",
		    "\"a;\\\"b\\`c\\`\" 'a;\"b`c`' "
		    "\"'a;\\\"b\\`c\\`'\"" },
		{ "{operand}", "-x", "-- -x" },
		{ "{label}", "nobody", "nobody" },
		{ "{label}", "a@", "mail" },
		{ "{nothing}{unclosed", "x", "" },
		{ "", "x", "" },
	};
	struct recipe_words words = { NULL, "a b/c", &server, false };
	struct buf out;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%s", rows[i].lines);
		buf_init(&out, 1024);
		words.account = rows[i].account;
		recipe_format(rows[i].lines, &words, &out);
		assert_row_text(buf_text(&out), rows[i].text);
		buf_clear(&out);
	}
}

static void
each_recipe_is_complete(void **state)
{
	static const struct mailserver server = { .host = "h", .port = "1" };
	struct recipe_words words = { "me@contoso.com", "me", &server, false };
	const struct recipe *recipe;
	struct buf out;
	size_t i;

	(void)state;
	for (i = 0; (recipe = recipe_at(i)) != NULL; i++) {
		unit_row("%s", recipe->name);
		assert_ptr_equal(recipe_find(recipe->name), recipe);
		assert_true(recipe->reads != NULL || recipe->sends != NULL);
		buf_init(&out, 65536);
		recipe_format(recipe->reads != NULL ? recipe->reads :
						      recipe->sends,
		    &words, &out);
		assert_null(strpbrk(buf_text(&out), "{}"));
		buf_clear(&out);
	}
	assert_null(recipe_find("postfix"));
}

static void
every_preset_has_servers(void **state)
{
	const struct provider *provider;
	struct mailserver server;
	const char *url;
	struct diag diag;
	size_t i, k;

	(void)state;
	for (i = 0; (provider = provider_at(i)) != NULL; i++)
		for (k = 0; k < SERVICE_COUNT; k++) {
			unit_row("%s %s", provider->name, services[k].name);
			url = known_server(provider, services[k].bit);
			if (url == NULL)
				continue;
			assert_status(mailserver_parse_url(&server, url, &diag),
			    STATUS_OK, &diag);
			assert_row_text(server.service, services[k].name);
			if (services[k].bit == SERVICE_SMTP)
				assert_true(known_server_is_relay(server.host));
		}
	assert_null(known_server(NULL, SERVICE_SMTP));
	assert_false(known_server_is_relay("smtp.example.com"));
}

/* Of which accounts a token must not go there. */
static void
a_server_is_of_another_provider(void **state)
{
	static const struct {
		const char *account, *host;
		bool is_of_other;
	} rows[] = {
		{ "me@g.example.com", "smtp.gmail.com", false },
		{ "me@g.example.com", "SMTP.Office365.com", true },
		{ "me@g.example.com", "imap.mail.yahoo.com", true },
		{ "me@g.example.com", "smtp.example.com", false },
		{ "me@o.example.com", "smtp.gmail.com", true },
		{ "me@o.example.com", "smtp.office365.com", false },
		/* They have servers in common. */
		{ "me@o.example.com", "smtp-mail.outlook.com", false },
		/* Who that is nobody knows. */
		{ "me@x.example.com", "smtp.gmail.com", false },
	};
	struct session session = { .conf = NULL };
	struct scratch *s = *state;
	struct diag diag;
	size_t i;

	scratch_write(s, "conf",
	    "provider \"x\" { token_endpoint = \"https://x.example.com/t\" }\n"
	    "account \"me@g.example.com\" { provider = \"google\" }\n"
	    "account \"me@o.example.com\" { provider = \"office365\" }\n"
	    "account \"me@x.example.com\" { provider = \"x\" }\n");
	assert_status(conf_load(&session.conf, scratch_path(s, "conf"), &diag),
	    STATUS_OK, &diag);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unit_row("%s at %s", rows[i].account, rows[i].host);
		assert_row_int(known_server_is_of_other(&session,
				   rows[i].account, rows[i].host),
		    rows[i].is_of_other);
	}
	conf_free(&session.conf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_put_in),
		cmocka_unit_test(each_recipe_is_complete),
		cmocka_unit_test(every_preset_has_servers),
		cmocka_unit_test_setup_teardown(a_server_is_of_another_provider,
		    scratch_setup, scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
