/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What Postfix's programs print and its files hold, taken apart and put
 * together again. Postfix itself is not needed.
 */

#include "postfix_change.h"
#include "postfix_contents.h"
#include "postfix_routes.h"
#include "unit.h"

static void
postconf_prints_pairs(void **state)
{
	static const char text[] = "relayhost = [mx.example.com]:587\n"
				   "smtp_sasl_mechanism_filter =\n"
				   "smtp/unix/smtp_x = a = b\n"
				   "no pair\n"
				   "last = without a newline";
	struct postfix postfix;

	(void)state;
	postfix_init(&postfix);
	buf_add_string(&postfix.values.output.out, text);
	assert_true(postfix_parse_pairs(&postfix.values));
	assert_int_equal(postfix.values.count, 4);
	assert_string_equal(postfix_get(&postfix, "relayhost"),
	    "[mx.example.com]:587");
	assert_string_equal(postfix_get(&postfix, "smtp_sasl_mechanism_filter"),
	    "");
	assert_string_equal(postfix_get(&postfix, "smtp/unix/smtp_x"), "a = b");
	assert_string_equal(postfix_get(&postfix, "last"), "without a newline");
	assert_string_equal(postfix_get(&postfix, "relay"), "");
	postfix_clear(&postfix);
	assert_true(postfix_parse_pairs(&postfix.values));
	assert_int_equal(postfix.values.count, 0);
	postfix_clear(&postfix);
}

/* Of newer versions of Postfix. */
static void
a_login_may_end_otherwise(void **state)
{
	struct postfix postfix;

	(void)state;
	postfix_init(&postfix);
	assert_string_equal(postfix_delimiters(&postfix), ":");
	buf_add_string(&postfix.values.output.out,
	    "smtp_sasl_password_result_delimiter = |\n");
	assert_true(postfix_parse_pairs(&postfix.values));
	assert_string_equal(postfix_delimiters(&postfix), "|");
	postfix_clear(&postfix);
}

static void
a_service_has_its_own_values(void **state)
{
	struct postfix postfix;

	(void)state;
	postfix_init(&postfix);
	buf_add_string(&postfix.values.output.out, "a = main\nb = main\n");
	buf_add_string(&postfix.overrides.output.out,
	    "relay/unix/a = relay\nsmtp/unix/b = yes\n");
	assert_true(postfix_parse_pairs(&postfix.values));
	assert_true(postfix_parse_pairs(&postfix.overrides));
	snprintf(postfix.service.name, sizeof(postfix.service.name), "smtp");
	assert_string_equal(postfix_get(&postfix, "a"), "main");
	assert_string_equal(postfix_get(&postfix, "b"), "yes");
	assert_true(postfix_is_yes(&postfix, "b"));
	assert_true(postfix_is_override(&postfix, "b"));
	assert_false(postfix_is_override(&postfix, "a"));
	postfix_clear(&postfix);
}

static void
master_cf_has_services(void **state)
{
	static const char lines[] =
	    "smtp       inet  n       -       y       -       -       smtpd\n"
	    "relay      unix  -       -       n       -       -       smtp "
	    "-o syslog_name=x\n"
	    "smtp       unix  -       -       -       -       -       smtp\n"
	    "broken\n";
	struct postfix_service service;

	(void)state;
	assert_true(postfix_find_service(lines, "smtp", &service));
	assert_string_equal(service.command, "smtp");
	assert_int_equal(service.chroot, '-');
	assert_true(postfix_find_service(lines, "relay", &service));
	assert_int_equal(service.chroot, 'n');
	assert_string_equal(service.command, "smtp");
	assert_false(postfix_find_service(lines, "lmtp", &service));
	assert_false(postfix_find_service(lines, "broken", &service));
	assert_false(postfix_find_service("", "smtp", &service));
}

static void
variables_are_imported(void **state)
{
	struct postfix postfix;

	(void)state;
	postfix_init(&postfix);
	buf_add_string(&postfix.values.output.out,
	    "import_environment = MAIL_CONFIG, SASL_PATH_X=/a SASL_PATH "
	    "SASL_PATH=/b:/c { HOME=/ }\n");
	assert_true(postfix_parse_pairs(&postfix.values));
	assert_string_equal(postfix_environment(&postfix, "SASL_PATH"),
	    "/b:/c");
	assert_string_equal(postfix_environment(&postfix, "HOME"), "/");
	assert_null(postfix_environment(&postfix, "MAIL_CONFIG"));
	assert_null(postfix_environment(&postfix, "TZ"));
	assert_true(postfix_imports(&postfix, "MAIL_CONFIG"));
	assert_false(postfix_imports(&postfix, "HOME"));
	assert_false(postfix_imports(&postfix, "SASL"));
	postfix_clear(&postfix);
}

static void
destinations_are_understood(void **state)
{
	static const struct {
		const char *text, *host;
		unsigned port;
		bool is_bracketed;
	} rows[] = {
		{ "[smtp.example.com]:587", "smtp.example.com", 587, true },
		{ "[smtp.example.com]:submission", "smtp.example.com", 587,
		    true },
		{ "smtp.example.com:smtps", "smtp.example.com", 465, false },
		{ "smtp.example.com", "smtp.example.com", 25, false },
		{ "[2001:db8::1]:26", "2001:db8::1", 26, true },
		{ "[2001:db8::1]", "2001:db8::1", 25, true },
		{ "host:nonsense", "host", 0, false },
		{ "host:99999", "host", 0, false },
		{ "[open", "[open", 25, false },
	};
	struct postfix_destination one;
	const char *list;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%s", rows[i].text);
		list = rows[i].text;
		assert_row_int(postfix_destination_next(&list, &one), 1);
		assert_row_text(one.text, rows[i].text);
		assert_row_text(one.host, rows[i].host);
		assert_row_int(postfix_destination_port(&one), rows[i].port);
		assert_row_int(one.is_bracketed, rows[i].is_bracketed);
		assert_row_int(postfix_destination_next(&list, &one), 0);
	}
}

static void
one_server_is_written_in_many_ways(void **state)
{
	static const char *const same[] = { "[mx.example.com]:587",
		"mx.example.com:587", "MX.example.com:submission",
		"[mx.example.com]:0587" };
	static const char *const other[] = { "[mx.example.com]:25",
		"[mx.example.com]", "[mx.example.org]:587" };
	struct postfix_destination one, two;
	const char *list;
	size_t i;

	(void)state;
	list = same[0];
	(void)postfix_destination_next(&list, &one);
	for (i = 0; i < COUNT(same); i++) {
		unit_row("%s", list = same[i]);
		(void)postfix_destination_next(&list, &two);
		assert_row_int(postfix_destination_is_same(&one, &two), 1);
	}
	for (i = 0; i < COUNT(other); i++) {
		unit_row("%s", list = other[i]);
		(void)postfix_destination_next(&list, &two);
		assert_row_int(postfix_destination_is_same(&one, &two), 0);
	}
}

static void
lists_of_maps_are_taken_apart(void **state)
{
	const char *list = "proxy:hash:/etc/p, inline:{ a=b, c=d },texthash:/t "
			   "/plain";
	struct postfix_map map;

	(void)state;
	assert_true(postfix_map_next(&list, &map));
	assert_true(map.is_proxied);
	assert_string_equal(map.type, "hash");
	assert_string_equal(map.path, "/etc/p");
	assert_string_equal(postfix_map_suffix(&map), ".db");
	assert_true(postfix_map_next(&list, &map));
	assert_string_equal(map.type, "inline");
	assert_string_equal(map.path, "{ a=b, c=d }");
	assert_false(postfix_map_has_source(&map));
	assert_true(postfix_map_next(&list, &map));
	assert_string_equal(map.type, "texthash");
	assert_true(postfix_map_has_source(&map));
	assert_null(postfix_map_suffix(&map));
	assert_true(postfix_map_next(&list, &map));
	assert_string_equal(map.type, "");
	assert_string_equal(map.path, "/plain");
	assert_false(postfix_map_next(&list, &map));
}

#define LONG_NAME(c) c c c c c c c c c c c c c c c c

/* What is behind the type may be a password: none of it is shown. */
static void
a_name_that_is_contents_is_not_shown(void **state)
{
	static const struct {
		const char *list, *shown;
	} rows[] = {
		{ "texthash:/etc/p, hash:/q", "texthash:/etc/p, hash:/q" },
		{ "static:me:Geheim", "static:..." },
		{ "proxy:proxy:static:me:Geheim", "static:..." },
		{ "inline:{ { [a]:587 = me:Geheim } }", "inline:..." },
		{ "inline:{{a = me:Geheim}, b=x:Geheim} lmdb:/p",
		    "inline:..., lmdb:/p" },
		{ "pcre:{{/./ me:Geheim}}", "pcre:..." },
		{ "regexp:{ /./ me:Geheim", "regexp:..." },
		{ "unionmap:{static:me, static:Geheim}", "unionmap:..." },
		{ "pipemap:{static:me,static:Geheim}", "pipemap:..." },
		{ "randmap:{me:Geheim}", "randmap:..." },
		{ "statik:me:Geheim", "statik:..." },
		{ "/etc/Plain", "/etc/Plain" },
		{ "Geheim", "..." },
		{ "static:/Geheim", "static:..." },
	};
	char shown[POSTFIX_MAX_SHOWN];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%s", rows[i].list);
		postfix_maps_show(rows[i].list, shown);
		assert_row_text(shown, rows[i].shown);
	}
}

static void
a_name_that_is_contents_is_looked_into_here(void **state)
{
	static const struct {
		const char *map, *value; /* NULL: status says why */
		enum status status;
	} rows[] = {
		{ "static:me:pw", "me:pw", STATUS_OK },
		{ "inline:{ { [a]:587 = me:p w } }", "me:p w", STATUS_OK },
		{ "inline:{[A]:587=me:pw}", "me:pw", STATUS_OK },
		{ "inline:{b=x, {  [a]:587  =  me:a=b } }", "me:a=b",
		    STATUS_OK },
		{ "inline:{b=x}", NULL, STATUS_NOACCOUNT },
		{ "inline:{}", NULL, STATUS_NOACCOUNT },
		{ "inline:{b=x} static:me:pw", "me:pw", STATUS_OK },
		{ "inline:{{}, =, { = }, { =x}}", NULL, STATUS_NOACCOUNT },
		{ "inline:nothing", NULL, STATUS_DATA },
		{ "static:{me:pw}", NULL, STATUS_DATA },
		{ "unionmap:{static:me:pw}", NULL, STATUS_DATA },
		{ "pcre:{/./ me:pw}", NULL, STATUS_DATA },
		{ "static:" LONG_NAME(LONG_NAME("pwpwpwpwpwpwpwpw")), NULL,
		    STATUS_DATA },
	};
	struct buf value;
	struct diag diag;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%.40s", rows[i].map);
		buf_init_secret(&value, POSTFIX_MAX_SOURCE);
		assert_row_int(
		    postfix_map_lookup(rows[i].map, "[a]:587", &value, &diag),
		    rows[i].status);
		if (rows[i].value != NULL)
			assert_row_text(buf_text(&value), rows[i].value);
		else
			assert_lacks(diag.text, "pw");
		buf_clear(&value);
	}
}

static void
main_cf_is_shown_without_contents(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, POSTFIX_MAX_SOURCE);
	postfix_contents_hide("a = hash:/x, static:me:Geheim, texthash:/y\n"
			      "# b = proxy:static:me:Geheim\n"
			      "c = inline:{\n"
			      "# so\n"
			      "  { [a]:587 = me:Geheim },\n"
			      "  b = me:Geheim }, lmdb:/z\n"
			      "d = pcre:{ {/./ me:Geheim}\n"
			      "e = [mx.example.com]:587 $x{y:z}\n"
			      "  -o x=static:Geheim\n"
			      "smtp_sasl_password_maps=proxy:statik:me:Geheim\n"
			      " hash:/x, proxy:btree:/y lmdb:Geheim\n"
			      "f = inet:host:25\n",
	    &out);
	assert_string_equal(buf_text(&out),
	    "a = hash:/x, static:..., texthash:/y\n"
	    "# b = proxy:static:...\n"
	    "c = inline:..., lmdb:/z\n"
	    "d = pcre:...\n"
	    "e = [mx.example.com]:587 $x{y:z}\n"
	    "  -o x=static:...\n"
	    "smtp_sasl_password_maps=proxy:statik:...\n"
	    " hash:/x, proxy:btree:/y lmdb:...\n"
	    "f = inet:host:25\n");
	buf_clear(&out);
}

static const char map_text[] = "# who logs in where\n"
			       "\n"
			       "[a.example.com]:587 me:secret1\n"
			       "B.example.com\tyou:\n"
			       "\tsecret2\n"
			       "#c.example.com no:body\n"
			       "d.example.com   me  \n"
			       "last him:x";

static void
a_source_has_entries_with_lines(void **state)
{
	const struct postfix_entry *entry;
	struct postfix_source source;
	struct diag diag;

	(void)state;
	postfix_source_init(&source);
	buf_add_string(&source.text, map_text);
	assert_status(postfix_source_parse(&source, &diag), STATUS_OK, &diag);
	assert_int_equal(source.count, 4);
	entry = postfix_source_find(&source, "[A.example.com]:587");
	assert_non_null(entry);
	assert_string_equal(entry->value, "me:secret1");
	assert_int_equal(entry->line, 3);
	assert_int_equal(postfix_source_find(&source, "b.example.com")->line,
	    4);
	entry = postfix_source_find(&source, "d.example.com");
	assert_string_equal(entry->value, "me");
	assert_int_equal(entry->line, 7);
	assert_int_equal(postfix_source_find(&source, "last")->line, 8);
	assert_null(postfix_source_find(&source, "c.example.com"));
	postfix_source_clear(&source);
	assert_status(postfix_source_parse(&source, &diag), STATUS_OK, &diag);
	assert_int_equal(source.count, 0);
	postfix_source_clear(&source);
}

static void
a_source_that_is_not_there_is_no_account(void **state)
{
	struct postfix_source source;
	struct diag diag;

	(void)state;
	postfix_source_init(&source);
	assert_status(postfix_source_read(&source, "/nowhere/map", &diag),
	    STATUS_NOACCOUNT, &diag);
	postfix_source_clear(&source);
}

static const struct change_row {
	const char *name;
	struct postfix_change change;
	const char *before, *after;
} change_rows[] = {
	{ "a new entry goes to the end",
	    { POSTFIX_ENTRY, NULL, (char *)(uintptr_t) "k",
		(char *)(uintptr_t) "me:" },
	    "# x\na b:c\n", "# x\na b:c\nk me:\n" },
	{ "the last line may lack its end",
	    { POSTFIX_ENTRY, NULL, (char *)(uintptr_t) "k",
		(char *)(uintptr_t) "me:" },
	    "a b:c", "a b:c\nk me:\n" },
	{ "an empty file",
	    { POSTFIX_ENTRY, NULL, (char *)(uintptr_t) "k",
		(char *)(uintptr_t) "me:" },
	    "", "k me:\n" },
	{ "an entry of several lines is replaced",
	    { POSTFIX_ENTRY, NULL, (char *)(uintptr_t) "k",
		(char *)(uintptr_t) "me:" },
	    "a b\nK old:\n  secret\nz z\n", "a b\nk me:\nz z\n" },
	{ "comments and empty lines end no entry",
	    { POSTFIX_ENTRY, NULL, (char *)(uintptr_t) "k",
		(char *)(uintptr_t) "me:" },
	    "k\n# old\n\n  him:secret\n# z\n\nz z\n", "k me:\n# z\n\nz z\n" },
	{ "a comment is no entry",
	    { POSTFIX_ENTRY, NULL, (char *)(uintptr_t) "#k",
		(char *)(uintptr_t) "me:" },
	    "#k old:\n", "#k old:\n#k me:\n" },
	{ "another key keeps what follows",
	    { POSTFIX_RENAME, NULL, (char *)(uintptr_t) "k",
		(char *)(uintptr_t) "[k]:587" },
	    "k  old:\n\tsecret\nkk x\n", "[k]:587  old:\n\tsecret\nkk x\n" },
	{ "a key that is gone changes nothing",
	    { POSTFIX_RENAME, NULL, (char *)(uintptr_t) "q",
		(char *)(uintptr_t) "[k]:587" },
	    "k old:\n", "k old:\n" },
};

static void
sources_are_changed(void **state)
{
	struct buf out;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(change_rows); i++) {
		unit_row("%s", change_rows[i].name);
		buf_init(&out, POSTFIX_MAX_SOURCE);
		postfix_source_change(change_rows[i].before,
		    &change_rows[i].change, &out);
		assert_row_text(buf_text(&out), change_rows[i].after);
		buf_clear(&out);
	}
}

static void
passwords_are_hidden(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, POSTFIX_MAX_SOURCE);
	postfix_source_hide(map_text, ":", &out);
	assert_lacks(buf_text(&out), "secret");
	assert_string_equal(buf_text(&out),
	    "# who logs in where\n"
	    "\n"
	    "[a.example.com]:587 me:********\n"
	    "B.example.com\tyou:\n"
	    " ********\n"
	    "# ********\n"
	    "d.example.com   me  \n"
	    "last him:********\n");
	buf_clear(&out);
	/* Only the first colon ends a login, and a key alone has none. */
	postfix_source_hide("k a:b:c\nalone\nk a:\n", ":", &out);
	assert_string_equal(buf_text(&out), "k a:********\nalone\nk a:\n");
	buf_clear(&out);
	postfix_source_hide("[k]:1 a:b|c\n#k a|c\n# a:c\nk a|", "|", &out);
	assert_string_equal(buf_text(&out),
	    "[k]:1 a:b|********\n# ********\n# a:c\nk a|\n");
	buf_clear(&out);
}

static void
a_filter_has_a_mechanism(void **state)
{
	static const struct {
		const char *list;
		int has;
	} rows[] = {
		{ "xoauth2", 1 },
		{ "plain, XOAUTH2", 1 },
		{ "plain login", 0 },
		{ "", 0 },
		{ "!xoauth2, static:rest", 0 },
		{ "!plain, static:rest", 1 },
		{ "!!xoauth2", 1 },
		{ "xoauth2, !xoauth2", 1 },
		{ "!xoauth2, xoauth2", 0 },
		{ "xoauth", 0 },
		{ "/nowhere/filter", -1 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%s", rows[i].list);
		assert_row_int(postfix_list_has(rows[i].list, "XOAUTH2"),
		    rows[i].has);
	}
}

static void
routes_are_one_or_several(void **state)
{
	static const struct {
		const char *relay, *sender, *transport;
		size_t count;
		bool is_one;
	} rows[] = {
		{ "[a]:587", NULL, NULL, 1, true },
		{ "[a]:587", "[A]:587", "smtp:[a]:587", 1, true },
		{ "[a]:587", "DUNNO", "local:", 1, true },
		{ "[a]:587", "[b]:587", NULL, 2, false },
		{ "[a]:587", "[a]:465", NULL, 2, false },
		{ "[a]:587", NULL, "smtp:", 1, false },
		{ "[a]:587", NULL, ":", 1, false },
		{ "[a]:587", NULL, ":[b]", 2, false },
		{ "[a]:587", NULL, "relay:[b]", 2, false },
		{ "[a]:587, [b]:587", NULL, NULL, 2, false },
		{ "", "[a]:587", NULL, 1, false },
		{ "", NULL, NULL, 0, false },
	};
	struct postfix_judgement judgement;
	struct postfix_routes routes;
	struct postfix postfix;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%zu: %s", i, rows[i].relay);
		memset(&judgement, 0, sizeof(judgement));
		postfix_init(&postfix);
		buf_add_format(&postfix.values.output.out, "relayhost = %s\n",
		    rows[i].relay);
		assert_true(postfix_parse_pairs(&postfix.values));
		judgement.postfix = &postfix;
		postfix_routes_find(&judgement, &routes);
		if (rows[i].sender != NULL)
			postfix_routes_add(&routes, rows[i].sender, false);
		if (rows[i].transport != NULL)
			postfix_routes_add(&routes, rows[i].transport, true);
		assert_row_int(routes.count, rows[i].count);
		assert_row_int(postfix_routes_is_one(&routes), rows[i].is_one);
		postfix_clear(&postfix);
	}
}

static const struct postfix_change *
find_change(const struct postfix_judgement *judgement, const char *name)
{
	size_t i;

	for (i = 0; i < judgement->change_count; i++)
		if (strcmp(judgement->changes[i].name, name) == 0)
			return &judgement->changes[i];
	return NULL;
}

static void
nothing_is_set_for_all_that_is_right_for_one(void **state)
{
	static const struct {
		const char *relay;
		bool is_set;
	} rows[] = {
		{ "[a]:465", true },
		{ "[a]:465 [smtp.office365.com]:587", false },
	};
	struct postfix_judgement judgement;
	struct postfix postfix;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%s", rows[i].relay);
		memset(&judgement, 0, sizeof(judgement));
		postfix_init(&postfix);
		buf_add_format(&postfix.values.output.out,
		    "relayhost = %s\nsmtp_tls_security_level = may\n"
		    "smtp_sasl_password_maps = static:me:\n",
		    rows[i].relay);
		assert_true(postfix_parse_pairs(&postfix.values));
		judgement.postfix = &postfix;
		postfix_judge_tls(&judgement);
		assert_true(judgement.verdict_count > 0);
		assert_row_int(
		    find_change(&judgement, "smtp_tls_security_level") != NULL,
		    rows[i].is_set);
		assert_row_int(
		    find_change(&judgement, "smtp_tls_wrappermode") != NULL,
		    rows[i].is_set);
		assert_string_equal(judgement.verdicts[0].line.text,
		    rows[i].is_set ? "" : "[a]:465 secure");
		assert_row_int(judgement.verdicts[0].next.text[0] == '\0',
		    rows[i].is_set);
		postfix_judgement_clear(&judgement);
		postfix_clear(&postfix);
	}
}

/* What is said first about TLS, with those lines in main.cf. */
static void
judge_tls_of(const char *main_cf, struct postfix_judgement *judgement,
    struct postfix *postfix)
{
	memset(judgement, 0, sizeof(*judgement));
	postfix_init(postfix);
	buf_add_string(&postfix->values.output.out, main_cf);
	buf_add_string(&postfix->types.out, "inline\nstatic\n");
	assert_true(postfix_parse_pairs(&postfix->values));
	judgement->postfix = postfix;
	postfix_judge_tls(judgement);
	assert_true(judgement->verdict_count > 0);
}

static const struct level_row {
	const char *level;
	enum doctor_grade grade;
	const char *words;
} level_rows[] = {
	{ "verify", DOCTOR_OK, "no token without TLS and a proof" },
	{ "Secure", DOCTOR_OK, "no token without TLS and a proof" },
	{ "fingerprint", DOCTOR_OK, "no token without TLS and a proof" },
	{ "dane-only", DOCTOR_OK, "no token without TLS and a proof" },
	{ "dane", DOCTOR_WRONG, "no noplaintext" },
	{ "encrypt", DOCTOR_WARNING, "need not prove its name" },
	{ "none", DOCTOR_WRONG, "in the clear" },
	{ "sekure", DOCTOR_WRONG, "no level that Postfix knows" },
	{ "halfdane", DOCTOR_WRONG, "no level that Postfix knows" },
	{ "secure-and-more", DOCTOR_WRONG, "no level that Postfix knows" },
};

static void
a_level_is_safe_where_postfix_knows_it(void **state)
{
	const struct level_row *row;
	struct postfix_judgement judgement;
	struct postfix postfix;
	char lines[256];
	size_t i, k;

	(void)state;
	for (i = 0; i < 2 * COUNT(level_rows); i++) {
		row = &level_rows[i / 2];
		unit_row("%s %zu", row->level, i % 2);
		snprintf(lines, sizeof(lines),
		    i % 2 == 0 ? "relayhost = [a]:587\n"
				 "smtp_tls_security_level = %s\n" :
				 "relayhost = [a]:587\n"
				 "smtp_tls_policy_maps = static:%s\n",
		    row->level);
		judge_tls_of(lines, &judgement, &postfix);
		assert_row_int(judgement.verdicts[0].grade, row->grade);
		assert_non_null(
		    strstr(judgement.verdicts[0].text.text, row->words));
		k = judgement.verdicts[0].count;
		/* There is a step, and only where there must be. */
		assert_row_int(k > 0 ||
			judgement.verdicts[0].next.text[0] != '\0',
		    row->grade != DOCTOR_OK);
		postfix_judgement_clear(&judgement);
		postfix_clear(&postfix);
	}
}

static void
a_level_nobody_knows_has_a_step(void **state)
{
	static const struct {
		const char *lines, *set, *step;
	} rows[] = {
		{ "relayhost = [a]:587\nsmtp_tls_security_level = x\n",
		    "secure", "" },
		{ "relayhost = a:587\nsmtp_tls_security_level = x\n", "encrypt",
		    "" },
		{ "relayhost = [a]:587, [b]\nsmtp_tls_security_level = x\n"
		  "smtp_sasl_password_maps = static:me:\n",
		    NULL, "correct smtp_tls_security_level in main.cf" },
		{ "relayhost = [a]:587\nsmtp_tls_policy_maps = static:x\n",
		    NULL, "make the level of [a]:587 in smtp_tls_policy_maps" },
	};
	struct postfix_judgement judgement;
	const struct postfix_change *change;
	struct postfix postfix;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%zu", i);
		judge_tls_of(rows[i].lines, &judgement, &postfix);
		change = find_change(&judgement, "smtp_tls_security_level");
		assert_row_text(change != NULL ? change->value : "",
		    rows[i].set != NULL ? rows[i].set : "");
		assert_non_null(
		    strstr(judgement.verdicts[0].next.text, rows[i].step));
		postfix_judgement_clear(&judgement);
		postfix_clear(&postfix);
	}
}

/* Parent domains are tried only for what could be a recipient's domain. */
static void
a_policy_is_found_as_postfix_finds_it(void **state)
{
	static const struct {
		const char *relay, *policies, *text;
	} rows[] = {
		{ "mx.a.example.com", ".a.example.com=none",
		    "smtp_tls_policy_maps asks for no TLS" },
		{ "mx.a.example.com", ".com=none",
		    "smtp_tls_policy_maps asks for no TLS" },
		{ "mx.a.example.com", ".com=none, .example.com=secure",
		    "smtp_tls_policy_maps is secure" },
		{ "mx.a.example.com",
		    ".example.com=none, mx.a.example.com=verify",
		    "smtp_tls_policy_maps is verify" },
		{ "mx.a.example.com", "example.com=none",
		    "smtp_tls_security_level is fingerprint" },
		{ "[mx.a.example.com]", ".example.com=none",
		    "smtp_tls_security_level is fingerprint" },
		{ "mx.a.example.com:587", ".example.com=none",
		    "smtp_tls_security_level is fingerprint" },
	};
	struct postfix_judgement judgement;
	struct postfix postfix;
	char lines[256];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%s: %s", rows[i].relay, rows[i].policies);
		snprintf(lines, sizeof(lines),
		    "relayhost = %s\n"
		    "smtp_tls_security_level = fingerprint\n"
		    "smtp_tls_policy_maps = inline:{%s}\n",
		    rows[i].relay, rows[i].policies);
		judge_tls_of(lines, &judgement, &postfix);
		assert_row_int(strncmp(judgement.verdicts[0].text.text,
				   rows[i].text, strlen(rows[i].text)),
		    0);
		postfix_judgement_clear(&judgement);
		postfix_clear(&postfix);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(postconf_prints_pairs),
		cmocka_unit_test(a_login_may_end_otherwise),
		cmocka_unit_test(a_service_has_its_own_values),
		cmocka_unit_test(master_cf_has_services),
		cmocka_unit_test(variables_are_imported),
		cmocka_unit_test(destinations_are_understood),
		cmocka_unit_test(one_server_is_written_in_many_ways),
		cmocka_unit_test(lists_of_maps_are_taken_apart),
		cmocka_unit_test(a_name_that_is_contents_is_not_shown),
		cmocka_unit_test(a_name_that_is_contents_is_looked_into_here),
		cmocka_unit_test(main_cf_is_shown_without_contents),
		cmocka_unit_test(a_source_has_entries_with_lines),
		cmocka_unit_test(a_source_that_is_not_there_is_no_account),
		cmocka_unit_test(sources_are_changed),
		cmocka_unit_test(passwords_are_hidden),
		cmocka_unit_test(a_filter_has_a_mechanism),
		cmocka_unit_test(routes_are_one_or_several),
		cmocka_unit_test(nothing_is_set_for_all_that_is_right_for_one),
		cmocka_unit_test(a_level_is_safe_where_postfix_knows_it),
		cmocka_unit_test(a_level_nobody_knows_has_a_step),
		cmocka_unit_test(a_policy_is_found_as_postfix_finds_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
