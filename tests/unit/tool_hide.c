/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A text that names nobody, whatever is in it and however that is written.
 */

#include <string.h>
#include <strings.h>

#include "base64.h"
#include "doctor_hide.h"
#include "unit.h"

#define ME "alice.smith@corp.example.com"
#define TENANT "11111111-2222-3333-4444-5555deadbeef"
#define OUT_MAX 65536

/* Hides; the result is for free(). */
static char *
hide(struct doctor_hide *names, const char *text)
{
	struct buf out;

	buf_init(&out, OUT_MAX);
	assert_int_equal(doctor_hide_text(names, text, &out), STATUS_OK);
	return out.data != NULL ? out.data : strdup("");
}

static struct doctor_hide *
make(void)
{
	struct doctor_hide *names;

	assert_int_equal(doctor_hide_new(&names), STATUS_OK);
	return names;
}

static bool
has(const char *text, const char *piece)
{
	return strcasestr(text, piece) != NULL;
}

/* What nobody has told of before, by its looks. */
static void
what_looks_like_somebody_is_hidden(void **state)
{
	static const struct {
		const char *text, *hidden;
	} rows[] = {
		{ "log in as bob@example.com, please",
		    "log in as user1@host1, please" },
		{ "<bob@example.com>: 'bob@example.com' (Bob@Example.COM)",
		    "<user1@host1>: 'user1@host1' (user1@host1)" },
		{ "bob@example.com and eve@example.com on example.com",
		    "user1@host1 and user2@host1 on host1" },
		{ "o'brien@example.com \"two words\"@example.com",
		    "user1@host1 user2@host1" },
		{ "user=bob@relay", "user=user1@host1" },
		{ "tokens/bob%40example.com, bob%2540example.com",
		    "tokens/user1@host1, user1@host1" },
		{ "to mail.example.com:587, or mail.example.com.",
		    "to host1:587, or host1." },
		{ "https://idp.example.com/realms/corp/token?x=y now",
		    "https://host1/... now" },
		{ "http://me:word@proxy.example.com:3128/",
		    "http://[hidden]@host1[hidden]" },
		{ "https://[2001:db8::1]:8443/x, https://relay/",
		    "https://[ip1]:8443/..., https://host1" },
		{ "mail.example.com[192.0.2.1]:25 and 2001:db8::1: no",
		    "host1[ip1]:25 and ip2: no" },
		{ "tenant " TENANT " of 11111111-2222", "tenant id1 of id2" },
		{ "/home/bob/.config and ~bob/x and /Users/bob",
		    "/home/user1/.config and ~user1/x and /Users/user1" },
		{ "/etc/live/mail.example.com/fullchain.pem",
		    "/etc/live/host1/fullchain.pem" },
		{ "/etc/ssl/example.com.pem", "/etc/ssl/host1.pem" },
		{ "pkcs11:token=Corp%20HSM;object=key and so on",
		    "pkcs11:[hidden] HSM;object=key and so on" },
		{ "AUTH XOAUTH2 Ym9iQGV4YW1wbGUuY29t",
		    "AUTH XOAUTH2 [hidden]" },
		{ "626f62406578616d706c652e636f6d", "[hidden]" },
		{ "m\xc3\xbcnchen.example says no", "host1 says no" },
		{ "on smtp.office365.com, smtp.office365.com",
		    "on host1 (office365), host1" },
	};
	struct doctor_hide *names;
	char *text;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unit_row("%s", rows[i].text);
		names = make();
		text = hide(names, rows[i].text);
		assert_row_text(text, rows[i].hidden);
		free(text);
		doctor_hide_free(&names);
	}
}

/* A report from which nothing can be learnt is of no use either. */
static void
what_is_the_same_everywhere_stays(void **state)
{
	static const char *const texts[] = {
		"/etc/sasl-bearer.conf:12: unknown option",
		"sasl-bearer.conf(5), main.cf and master.cf, e.g. this",
		"/usr/lib/x86_64-linux-gnu/sasl2/libsaslbearer.so is missing",
		"/var/lib/sasl-bearer/tokens: mode 0640, postfix:postfix",
		"localhost:8443 is 127.0.0.1, ::1",
		"535 5.7.139 AADSTS50011 at 12:34:56, 2026-11-29 07:01:48 "
		"+0000",
		"libcurl/7.88.1 OpenSSL/3.0.17 zlib/1.2.13 librtmp/2.3",
		"Debian GNU/Linux 12 (bookworm), Linux 6.1.0-18-amd64 x86_64",
		"it allows SMTP.Send IMAP.AccessAsUser.All; roles "
		"SMTP.SendAsApp, Exchange.ManageAsApp",
		"smtp_sasl_tls_security_options = noanonymous",
		"run: sasl-bearer login --device, then wait",
		"the authentication/authorization is unsuccessful",
		"",
	};
	struct doctor_hide *names;
	char *text;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		unit_row("%s", texts[i]);
		names = make();
		text = hide(names, texts[i]);
		assert_row_text(text, texts[i]);
		free(text);
		doctor_hide_free(&names);
	}
}

static struct doctor_hide *
make_knowing(void)
{
	struct doctor_hide *names = make();

	doctor_hide_know(names, DOCTOR_HIDE_USER, ME);
	doctor_hide_know(names, DOCTOR_HIDE_USER, "o d d@somewhere");
	doctor_hide_know(names, DOCTOR_HIDE_ID, "app-of-contoso-7");
	doctor_hide_know(names, DOCTOR_HIDE_HOST, "bastion");
	doctor_hide_know(names, DOCTOR_HIDE_HOST, "login.fabrikam.co.uk");
	doctor_hide_know(names, DOCTOR_HIDE_NAME, "Fourth Coffee");
	doctor_hide_know(names, DOCTOR_HIDE_SECRET, "s e c r e t");
	doctor_hide_know(names, DOCTOR_HIDE_USER, NULL);
	doctor_hide_know(names, DOCTOR_HIDE_HOST, "");
	doctor_hide_know(names, DOCTOR_HIDE_HOST, "localhost");
	return names;
}

/* Letters of a known value in a row, that no word of ours has. */
static const char *const marks[] = { "alice", "smith", "corp.ex", "somewhere",
	"o d d", "contoso", "bastion", "fabrikam", "fourth", "coffee", "s e c",
	"5555dead" };

static void
assert_hidden(const char *before, const char *after)
{
	size_t i;

	for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (has(after, marks[i]))
			fail_msg("%s is left of \"%s\": \"%s\"", marks[i],
			    before, after);
}

static void
percent_all(struct buf *out, const char *value)
{
	for (; *value != '\0'; value++)
		buf_add_format(out, "%%%02x", (unsigned char)*value);
}

static void
percent_odd(struct buf *out, const char *value)
{
	for (; *value != '\0'; value++)
		if (strchr("@. -", *value) != NULL)
			buf_add_format(out, "%%25%02X", (unsigned char)*value);
		else
			buf_add(out, value, 1);
}

static void
upper(struct buf *out, const char *value)
{
	for (; *value != '\0'; value++)
		buf_add_format(out, "%c",
		    *value >= 'a' && *value <= 'z' ? *value - 'a' + 'A' :
						     *value);
}

static void
as_it_is(struct buf *out, const char *value)
{
	buf_add_string(out, value);
}

typedef void form(struct buf *out, const char *value);

/* Every known value, in every form, in every surrounding, cut anywhere. */
static void
no_part_of_a_known_value_is_left(void **state)
{
	static const char *const values[] = { ME, "o d d@somewhere",
		"app-of-contoso-7", "bastion", "login.fabrikam.co.uk",
		"fabrikam", "mx.fabrikam.co.uk", "Fourth Coffee", "s e c r e t",
		TENANT };
	static const char *const texts[] = { "%s", "is %s.", "(%s)", "<%s>,",
		"'%s'", "\"%s\": no", "user=%s\001auth", "/var/lib/x/%s",
		"/home/%s/y", "%s:587", "https://%s/token", "[%s]", "x;%s;y",
		"/etc/ssl/%s.pem: x", "%s and %s" };
	static form *const forms[] = { as_it_is, upper, percent_all,
		percent_odd };
	struct doctor_hide *names = make_knowing();
	size_t i, k, m, n;
	struct buf value, text;
	char *hidden;

	(void)state;
	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		for (k = 0; k < sizeof(texts) / sizeof(texts[0]); k++)
			for (m = 0; m < sizeof(forms) / sizeof(forms[0]); m++) {
				buf_init(&value, OUT_MAX);
				buf_init(&text, OUT_MAX);
				forms[m](&value, values[i]);
				buf_add_format(&text, texts[k],
				    buf_text(&value), buf_text(&value));
				for (n = text.length; n > 0; n--) {
					text.data[n] = '\0';
					hidden = hide(names, text.data);
					assert_hidden(text.data, hidden);
					free(hidden);
				}
				buf_clear(&value);
				buf_clear(&text);
			}
	doctor_hide_free(&names);
}

/* What nobody knows and was cut cannot be told from a word. */
static void
the_last_word_of_a_text_that_was_cut_is_dropped(void **state)
{
	static const char word[] = "10.20.30.40";
	struct doctor_hide *names = make();
	struct diag long_text;
	char *text, *end;
	size_t n;

	(void)state;
	text = hide(names, "the provider says: at 10.20.3...");
	assert_string_equal(text, "the provider says: at ...");
	free(text);
	for (n = 1; n < strlen(word); n++) {
		memset(long_text.text, '.', sizeof(long_text.text));
		end = long_text.text + sizeof(long_text.text) - n - 1;
		end[-1] = ' ';
		memcpy(end, word, n);
		end[n] = '\0';
		text = hide(names, long_text.text);
		assert_null(strstr(text, "10"));
		free(text);
	}
	doctor_hide_free(&names);
}

/* In base64 it can begin at three places of a longer text. */
static void
an_address_in_base64_is_not_left(void **state)
{
	struct doctor_hide *names = make_knowing();
	struct buf text;
	char *hidden;
	size_t shift;

	(void)state;
	for (shift = 0; shift < 8; shift++) {
		buf_init(&text, OUT_MAX);
		base64_encode_url(&text, &("user=me " ME)[shift],
		    strlen(&("user=me " ME)[shift]));
		hidden = hide(names, buf_text(&text));
		assert_string_equal(hidden, "[hidden]");
		free(hidden);
		buf_clear(&text);
	}
	doctor_hide_free(&names);
}

static void
the_same_value_has_the_same_name(void **state)
{
	struct doctor_hide *names = make_knowing();
	char *first = hide(names, ME " bastion app-of-contoso-7");
	char *again = hide(names,
	    "BASTION app-of-contoso-7 alice.smith%40"
	    "CORP.example.com, bastion");

	(void)state;
	assert_string_equal(first, "user1@host1 host4 id1");
	assert_string_equal(again, "host4 id1 user1@host1, host4");
	free(first);
	free(again);
	doctor_hide_free(&names);
}

/* What this host's mail program and configuration say of people. */
static void
logins_servers_and_quoted_words_are_known(void **state)
{
	struct doctor_hide *names = make();
	char *text;

	(void)state;
	doctor_hide_know_login(NULL, "maria");
	doctor_hide_know_server(NULL, "[hub]:587");
	doctor_hide_know_quoted(NULL, "\"x\"");
	doctor_hide_know_login(names, "maria");
	doctor_hide_know_login(names, "root");
	doctor_hide_know_login(names, "nobody");
	doctor_hide_know_server(names, "[hubgeheim]:587");
	doctor_hide_know_server(names, "relaygeheim:25");
	doctor_hide_know_server(names, "localhost");
	doctor_hide_know_quoted(names,
	    "tenant is \"geheim_gmbh\"; \"tenant\" "
	    "\"office365\" \"\" \"open");
	text = hide(names,
	    "root and nobody of localhost: Maria at [hubgeheim]:465, relaygeheim, "
	    "tenant \"Geheim_GmbH\" of office365, open");
	assert_string_equal(text,
	    "root and nobody of localhost: user1 at [host1]:465, host2, "
	    "tenant \"name1\" of office365, name2");
	free(text);
	doctor_hide_free(&names);
}

/* A mail server need not say the domain. */
static void
who_is_known_is_hidden_without_the_domain(void **state)
{
	struct doctor_hide *names = make();
	char *text;

	(void)state;
	doctor_hide_know(names, DOCTOR_HIDE_USER, "jane-roe@example.org");
	doctor_hide_know(names, DOCTOR_HIDE_USER, "Postfix@example.org");
	doctor_hide_know(names, DOCTOR_HIDE_USER, "al@example.org");
	text = hide(names,
	    "535 uid=jane-roe,ou=x: JANE-ROE may not; postfix may, and al");
	assert_string_equal(text,
	    "535 uid=name2,ou=x: name2 may not; postfix may, and al");
	free(text);
	doctor_hide_free(&names);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(logins_servers_and_quoted_words_are_known),
		cmocka_unit_test(what_looks_like_somebody_is_hidden),
		cmocka_unit_test(what_is_the_same_everywhere_stays),
		cmocka_unit_test(no_part_of_a_known_value_is_left),
		cmocka_unit_test(
		    the_last_word_of_a_text_that_was_cut_is_dropped),
		cmocka_unit_test(an_address_in_base64_is_not_left),
		cmocka_unit_test(the_same_value_has_the_same_name),
		cmocka_unit_test(who_is_known_is_hidden_without_the_domain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
