/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The report, and what must not be in it. See doctor_report.h; doctor_hide.c
 * takes it out.
 */

#include <dlfcn.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "doctor_client.h"
#include "doctor_grant.h"
#include "doctor_hide.h"
#include "doctor_report.h"
#include "libraries.h"
#include "message.h"
#include "program.h"
#include "provider.h"
#include "shellquote.h"
#include "words.h"

/* All findings, each of a few hundred bytes, and lines to copy. */
#define MAX_REPORT (1024 * 1024)

#define MAX_VERSION 128

#define POSTCONF_MS 10000

/* The name and the host of a URL, which may have a user before it. */
static void
know_url(struct doctor_hide *hide, const char *url)
{
	const char *host = strstr(url, "://"), *end, *at;
	char *copy;

	host = host != NULL ? host + 3 : url;
	end = host + strcspn(host, "/?#");
	at = memrchr(host, '@', (size_t)(end - host));
	if (at != NULL)
		host = at + 1;
	end = host + strcspn(host, ":/?#");
	if ((copy = string_copy_n(host, (size_t)(end - host))) != NULL)
		doctor_hide_know(hide, DOCTOR_HIDE_HOST, copy);
	free(copy);
}

static void
know_tenant(struct doctor_hide *hide, const char *tenant)
{
	if (words_have("common organizations consumers", tenant))
		return;
	doctor_hide_know(hide,
	    strchr(tenant, '.') != NULL ? DOCTOR_HIDE_HOST : DOCTOR_HIDE_ID,
	    tenant);
}

static void
know_option(struct doctor_hide *hide, enum option option, const char *text)
{
	switch (option) {
	case OPTION_CLIENT_ID:
	case OPTION_CLIENT_KEY_ID:
		doctor_hide_know(hide, DOCTOR_HIDE_ID, text);
		return;
	case OPTION_LOGIN:
	case OPTION_SUBJECT:
	case OPTION_USER:
	case OPTION_USER_SMTP:
	case OPTION_USER_IMAP:
	case OPTION_USER_POP:
	case OPTION_USER_LDAP:
		doctor_hide_know(hide, DOCTOR_HIDE_USER, text);
		return;
	case OPTION_READER:
	case OPTION_RENEWER:
		doctor_hide_know_login(hide, text);
		return;
	case OPTION_PROVIDER:
	case OPTION_DEFAULT_PROVIDER:
		if (provider_find(text) == NULL)
			doctor_hide_know(hide, DOCTOR_HIDE_NAME, text);
		return;
	case OPTION_TENANT:
		know_tenant(hide, text);
		return;
	default:
		break;
	}
	if (strstr(text, "://") != NULL)
		know_url(hide, text);
}

/* Also as it stands in a command, where an apostrophe takes it apart. */
static void
know_account(struct doctor_hide *hide, const char *account)
{
	doctor_hide_know(hide, DOCTOR_HIDE_USER, account);
	if (account != NULL && strchr(account, '\'') != NULL)
		doctor_hide_know(hide, DOCTOR_HIDE_USER,
		    shell_quote(account).text);
}

/* What the configuration says for one account; NULL: outside of sections. */
static void
know_settings(const struct doctor *doctor, struct doctor_hide *hide,
    const char *account)
{
	struct settings settings;
	size_t i;

	know_account(hide, account);
	(void)conf_resolve(doctor->session.conf, account, &settings, NULL);
	for (i = 0; i < OPTION_COUNT; i++)
		if (settings.text[i] != NULL &&
		    settings.origin[i] == ORIGIN_FILE)
			know_option(hide, (enum option)i, settings.text[i]);
	settings_clear(&settings);
}

/* What is kept of it, and of which not a part may be seen. */
static void
know_kept(struct doctor *doctor, struct doctor_hide *hide)
{
	struct doctor_kept kept;

	doctor_read_kept(doctor, &kept);
	doctor_hide_know(hide, DOCTOR_HIDE_USER, kept.grant.login);
	doctor_hide_know(hide, DOCTOR_HIDE_ID, kept.grant.client_id);
	doctor_hide_know(hide, DOCTOR_HIDE_SECRET, kept.grant.refresh_token);
	doctor_hide_know(hide, DOCTOR_HIDE_SECRET, kept.grant.client_secret);
	doctor_hide_know(hide, DOCTOR_HIDE_SECRET, kept.record.access_token);
	if (kept.grant.issuer != NULL)
		know_url(hide, kept.grant.issuer);
	if (kept.grant.token_endpoint != NULL)
		know_url(hide, kept.grant.token_endpoint);
	doctor_clear_kept(&kept);
}

/* This host and whoever sits before it. */
static void
know_here(const struct doctor *doctor, struct doctor_hide *hide)
{
	static const char *const variables[] = { "USER", "LOGNAME",
		"SUDO_USER" };
	const struct passwd *user = getpwuid(getuid());
	struct utsname system;
	size_t i;

	if (uname(&system) == 0) {
		doctor_hide_know(hide, DOCTOR_HIDE_HOST, system.nodename);
		system.nodename[strcspn(system.nodename, ".")] = '\0';
		doctor_hide_know(hide, DOCTOR_HIDE_HOST, system.nodename);
	}
	for (i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		doctor_hide_know_login(hide, getenv(variables[i]));
	if (user != NULL && user->pw_uid >= PLACE_MIN_PERSON_UID)
		doctor_hide_know(hide, DOCTOR_HIDE_NAME, user->pw_dir);
	doctor_hide_know_login(hide, doctor->client.user);
	if (doctor->client.server != NULL)
		know_url(hide, doctor->client.server);
	if (doctor->command->server != NULL)
		know_url(hide, doctor->command->server);
}

/* Also those that are not examined: one of them may be meant. */
static void
know_others(struct doctor *doctor, struct doctor_hide *hide)
{
	struct accounts others;
	struct diag diag;
	size_t i;

	(void)doctor_client_accounts(doctor, &others, &diag);
	for (i = 0; i < others.count; i++)
		know_account(hide, others.names[i]);
	accounts_clear(&others);
}

static void
know_all(struct doctor *doctor, struct doctor_hide *hide)
{
	const struct conf *conf = doctor->session.conf;
	const char *name;
	size_t i;

	know_here(doctor, hide);
	for (i = 0; i < doctor->accounts.count; i++) {
		doctor->account = doctor->accounts.names[i];
		know_account(hide, doctor->account);
		if (conf == NULL)
			continue;
		know_settings(doctor, hide, doctor->account);
		know_kept(doctor, hide);
	}
	doctor->account = NULL;
	know_others(doctor, hide);
	if (conf == NULL)
		return;
	know_settings(doctor, hide, NULL);
	for (i = 0; (name = conf_account_at(conf, i)) != NULL; i++)
		know_settings(doctor, hide, name);
	for (i = 0; (name = conf_provider_at(conf, i)) != NULL; i++)
		if (provider_find(name) == NULL)
			doctor_hide_know(hide, DOCTOR_HIDE_NAME, name);
}

/* libsasl2's own word, without its header: it is asked by name. */
static void
add_sasl(struct buf *out)
{
	typedef void version_info(const char **, const char **, int *, int *,
	    int *, int *);
	void *library = dlopen("libsasl2.so.2", RTLD_LAZY | RTLD_LOCAL);
	union {
		void *from;
		version_info *to;
	} function = { .from = NULL };
	int major = 0, minor = 0, step = 0;

	if (library != NULL)
		function.from = dlsym(library, "sasl_version_info");
	if (function.from != NULL) {
		function.to(NULL, NULL, &major, &minor, &step, NULL);
		buf_add_format(out, "libsasl2 %d.%d.%d\n", major, minor, step);
	} else {
		buf_add_string(out, "libsasl2 is not found\n");
	}
	if (library != NULL)
		dlclose(library);
}

static void
add_postfix(struct buf *out)
{
	char path[PATH_MAX];
	const char *const argv[] = { path, "-dh", "mail_version", NULL };
	struct program_output output;

	if (!program_find("postconf", path, sizeof(path)))
		return;
	program_output_init(&output, MAX_VERSION);
	if (program_run(argv, POSTCONF_MS, &output, NULL) == STATUS_OK &&
	    output.code == 0)
		buf_add_format(out, "Postfix %.*s\n",
		    (int)strcspn(buf_text(&output.out), "\n"),
		    buf_text(&output.out));
	program_output_clear(&output);
}

/* os-release(5), of which one line is for people. */
static void
add_system(struct buf *out)
{
	static const char name[] = "\nPRETTY_NAME=";
	struct utsname system;
	struct buf release;
	const char *at;

	buf_init(&release, MAX_REPORT);
	buf_add_string(&release, "\n");
	if (file_read_path("/etc/os-release", &release, NULL) == STATUS_OK &&
	    (at = strstr(buf_text(&release), name)) != NULL) {
		at += strlen(name) + (at[strlen(name)] == '"');
		buf_add_format(out, "%.*s, ", (int)strcspn(at, "\"\n"), at);
	}
	if (uname(&system) == 0)
		buf_add_format(out, "%s %s %s", system.sysname, system.release,
		    system.machine);
	buf_clear(&release);
}

/* A system's name may be one that somebody has given it. */
static void
add_system_hidden(struct doctor_hide *hide, struct buf *out)
{
	struct buf system;

	buf_init(&system, MAX_REPORT);
	add_system(&system);
	(void)doctor_hide_text(hide, buf_text(&system), out);
	buf_add_string(out, "\n");
	buf_clear(&system);
}

static void
add_head(struct doctor_hide *hide, struct buf *out)
{
	const char *library;
	size_t i;

	buf_add_string(out, PROGRAM " " PACKAGE_VERSION "\n");
	for (i = 0; (library = libraries_at(i)) != NULL; i++)
		buf_add_format(out, "%s\n", library);
	add_sasl(out);
	add_postfix(out);
	add_system_hidden(hide, out);
	buf_add_string(out, "\n");
}

static void
add_finding(const struct doctor *doctor, struct doctor_hide *hide,
    const struct doctor_finding *finding, struct buf *out)
{
	size_t i;

	buf_add_format(out, "%-7s  %s: ", doctor_grade_name(finding->grade),
	    doctor_area_name(finding->area));
	if (finding->account != NULL && doctor->accounts.count > 1) {
		(void)doctor_hide_text(hide, finding->account, out);
		buf_add_string(out, ": ");
	}
	(void)doctor_hide_text(hide, finding->text.text, out);
	buf_add_string(out, "\n");
	for (i = 0; i < finding->line_count; i++) {
		buf_add_string(out, "           ");
		(void)doctor_hide_text(hide, finding->lines[i], out);
		buf_add_string(out, "\n");
	}
}

/* STATUS_NOMEM where a part of it could not be hidden. */
static enum status
add_end(const struct doctor *doctor, struct doctor_hide *hide, struct buf *out)
{
	const struct doctor_finding *cause = doctor_cause(doctor);

	if (cause == NULL)
		buf_add_string(out, "\nNothing is wrong.\n");
	else if (cause->next.text[0] != '\0')
		buf_add_string(out, "\nNext: ");
	else
		buf_add_string(out, "\nThe cause: ");
	if (cause == NULL)
		return doctor_hide_text(hide, "", out);
	(void)doctor_hide_text(hide,
	    cause->next.text[0] != '\0' ? cause->next.text : cause->text.text,
	    out);
	buf_add_string(out, "\n");
	return doctor_hide_text(hide, "", out);
}

enum status
doctor_report(struct doctor *doctor, struct diag *diag)
{
	struct doctor_hide *hide = doctor->hide;
	struct buf out;
	enum status r;
	size_t i;

	buf_init(&out, MAX_REPORT);
	know_all(doctor, hide);
	add_head(hide, &out);
	for (i = 0; i < doctor->count; i++)
		add_finding(doctor, hide, &doctor->findings[i], &out);
	if ((r = add_end(doctor, hide, &out)) == STATUS_OK)
		fputs(buf_text(&out), stdout);
	else if (r == STATUS_NOMEM)
		diag_set_nomem(diag);
	else
		diag_set(diag, r, "the report is longer than %d bytes",
		    MAX_REPORT);
	buf_clear(&out);
	return r;
}
