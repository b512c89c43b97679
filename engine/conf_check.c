/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Values of the configuration. See conf_check.h.
 */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "account.h"
#include "audit.h"
#include "conf_check.h"
#include "explain.h"
#include "hide.h"
#include "http.h"
#include "services.h"
#include "words.h"

/* The longest option name that is compared with a misspelt one. */
#define MAX_NAME 32

bool
conf_find_option(const char *name, enum option *option)
{
	size_t i;

	for (i = 0; i < OPTION_COUNT; i++)
		if (strcmp(conf_options[i].name, name) == 0) {
			*option = (enum option)i;
			return true;
		}
	return false;
}

static enum status
check_seconds(const struct option_row *row, const char *text, int *seconds,
    struct diag *reason)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(text, &end, 10);
	if (!isdigit((unsigned char)text[0]) || *end != '\0' || errno != 0 ||
	    number < row->min || number > row->max)
		return diag_set(reason, STATUS_CONFIG,
		    "%s is \"%s\"; it is a whole number of seconds from %d to "
		    "%d",
		    row->name, text, row->min, row->max);
	*seconds = (int)number;
	return STATUS_OK;
}

static enum status
check_path(const struct option_row *row, const char *text, struct diag *reason)
{
	if (text[0] == '/')
		return STATUS_OK;
	return diag_set(reason, STATUS_CONFIG,
	    "%s is \"%s\"; it is a path that begins with /", row->name, text);
}

/* Its file is meant; who wrote the secret itself there has it not shown. */
static enum status
check_key(const struct option_row *row, const char *text, struct diag *reason)
{
	if (text[0] == '/' ||
	    (strncmp(text, "credential:", 11) == 0 && text[11] != '\0' &&
		strchr(text, '/') == NULL))
		return STATUS_OK;
	return diag_set(reason, STATUS_CONFIG,
	    "%s is a path that begins with /, or credential:NAME; what stands "
	    "there is neither, and not shown, lest it be the secret itself",
	    row->name);
}

static enum status
check_url(const struct option_row *row, const char *text, struct diag *reason)
{
	struct diag why;

	if (http_check_url(text, &why) == STATUS_OK)
		return STATUS_OK;
	return diag_set(reason, STATUS_CONFIG, "%s: %s", row->name, why.text);
}

static enum status
check_tenant(const struct option_row *row, const char *text,
    struct diag *reason)
{
	size_t i;

	for (i = 0; isalnum((unsigned char)text[i]) || text[i] == '-' ||
	     text[i] == '.';
	     i++)
		;
	if (i > 0 && text[i] == '\0')
		return STATUS_OK;
	return diag_set(reason, STATUS_CONFIG,
	    "%s is \"%s\"; it is a domain such as contoso.com, the tenant's "
	    "GUID, or one of common, organizations, consumers",
	    row->name, text);
}

static enum status
check_choice(const struct option_row *row, const char *text,
    struct diag *reason)
{
	if (words_have(row->choices, text))
		return STATUS_OK;
	return diag_set(reason, STATUS_CONFIG, "%s is \"%s\"; it is one of: %s",
	    row->name, text, row->choices);
}

static enum status
check_services(const struct option_row *row, const char *text,
    struct diag *reason)
{
	if (services_parse(text) != 0)
		return STATUS_OK;
	return diag_set(reason, STATUS_CONFIG,
	    "%s is \"%s\"; it is smtp, imap or pop, or several of them",
	    row->name, text);
}

/* A path, or a scheme and a colon (RFC 3986, 3.1). */
static enum status
check_uri(const struct option_row *row, const char *text, struct diag *reason)
{
	size_t i;

	/* What is configured is shown, and named in sentences. */
	if (text[0] != '/' &&
	    (strstr(text, "pin-value=") != NULL ||
		strstr(text, "?pass=") != NULL))
		return diag_set(reason, STATUS_CONFIG,
		    "%s has a PIN or a passphrase in it; put that into a file "
		    "and name it in client_key_pin_file",
		    row->name);
	for (i = 0; isalnum((unsigned char)text[i]) || text[i] == '+' ||
	     text[i] == '-' || text[i] == '.';
	     i++)
		;
	if (text[0] == '/' || (i > 1 && text[i] == ':' && text[i + 1] != '\0'))
		return STATUS_OK;
	return diag_set(reason, STATUS_CONFIG,
	    "%s is \"%s\"; it is a path that begins with /, or a URI such as "
	    "pkcs11:object=mail",
	    row->name, text);
}

static enum status
check_local(const struct option_row *row, const char *text, struct diag *reason)
{
	if (http_is_local(text))
		return STATUS_OK;
	return diag_set(reason, STATUS_CONFIG,
	    "%s is \"%s\"; it is an http:// address of this machine: a "
	    "link-local (169.254.x.x) or a loopback one",
	    row->name, text);
}

static enum status
check_redirect(const struct option_row *row, const char *text,
    struct diag *reason)
{
	struct diag why;

	if (http_is_loopback(text) || http_check_url(text, &why) == STATUS_OK)
		return STATUS_OK;
	return diag_set(reason, STATUS_CONFIG,
	    "%s is \"%s\"; it is http://127.0.0.1/, http://[::1]/ or "
	    "http://localhost, with or without a port and a path, or an "
	    "https:// address",
	    row->name, text);
}

int64_t
conf_date(const char *text)
{
	struct tm tm = { 0 };
	const char *end = strptime(text, "%Y-%m-%d", &tm);

	return end != NULL && *end == '\0' ? (int64_t)timegm(&tm) : 0;
}

static enum status
check_date(const struct option_row *row, const char *text, struct diag *reason)
{
	if (conf_date(text) != 0)
		return STATUS_OK;
	return diag_set(reason, STATUS_CONFIG,
	    "%s is \"%s\"; it is a day such as 2027-12-31", row->name, text);
}

static enum status
check_proxy(const struct option_row *row, const char *text, struct diag *reason)
{
	if (strcmp(text, "none") == 0 || strncmp(text, "http://", 7) == 0 ||
	    strncmp(text, "https://", 8) == 0)
		return STATUS_OK;
	return diag_set(reason, STATUS_CONFIG,
	    "%s is neither none nor an address in quotes such as "
	    "\"http://proxy.example.com:3128\"",
	    row->name);
}

static enum status
check_audit(const struct option_row *row, const char *text, struct diag *reason)
{
	if (words_have(AUDIT_SYSLOG " " AUDIT_JOURNAL " " AUDIT_NONE, text) ||
	    (text[0] == '/' && strlen(text) <= AUDIT_MAX_PATH))
		return STATUS_OK;
	if (text[0] == '/')
		return diag_set(reason, STATUS_CONFIG,
		    "%s is the path of a socket, which has at most %d bytes",
		    row->name, AUDIT_MAX_PATH);
	return diag_set(reason, STATUS_CONFIG,
	    "%s is \"%s\"; it is one of: " AUDIT_SYSLOG " " AUDIT_JOURNAL
	    " " AUDIT_NONE ", or the path of a socket that begins with /",
	    row->name, text);
}

static enum status
check_text(const struct option_row *row, const char *text, struct diag *reason)
{
	size_t i, length = strlen(text);

	if (length == 0)
		return diag_set(reason, STATUS_CONFIG,
		    "%s is empty; give it a value or remove the line",
		    row->name);
	if (length > CONF_MAX_VALUE)
		return diag_set(reason, STATUS_CONFIG,
		    "%s has %zu bytes; at most %d are possible", row->name,
		    length, CONF_MAX_VALUE);
	for (i = 0; i < length; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return diag_set(reason, STATUS_CONFIG,
			    "%s contains a control byte", row->name);
	return STATUS_OK;
}

static enum status
check_kind(const struct option_row *row, const char *text, int *seconds,
    struct diag *reason)
{
	switch (row->kind) {
	case OPTION_KIND_TEXT:
		return STATUS_OK;
	case OPTION_KIND_KEY:
		return check_key(row, text, reason);
	case OPTION_KIND_PATH:
		return check_path(row, text, reason);
	case OPTION_KIND_URL:
		return check_url(row, text, reason);
	case OPTION_KIND_PROXY:
		return check_proxy(row, text, reason);
	case OPTION_KIND_AUDIT:
		return check_audit(row, text, reason);
	case OPTION_KIND_TENANT:
		return check_tenant(row, text, reason);
	case OPTION_KIND_CHOICE:
		return check_choice(row, text, reason);
	case OPTION_KIND_SERVICES:
		return check_services(row, text, reason);
	case OPTION_KIND_URI:
		return check_uri(row, text, reason);
	case OPTION_KIND_LOCAL:
		return check_local(row, text, reason);
	case OPTION_KIND_REDIRECT:
		return check_redirect(row, text, reason);
	case OPTION_KIND_DATE:
		return check_date(row, text, reason);
	case OPTION_KIND_SECONDS:
		return check_seconds(row, text, seconds, reason);
	}
	return diag_set(reason, STATUS_BUG, "%s has no kind", row->name);
}

/* A value that looks like a secret on a wrong line. */
static bool
may_be_secret(const char *text)
{
	char shown[CONF_MAX_VALUE + 1];

	explain_show(text, strlen(text), shown, sizeof(shown));
	return strstr(shown, "[hidden]") != NULL;
}

enum status
conf_check_value(enum option option, const char *text, int *seconds,
    struct diag *reason)
{
	const struct option_row *row = &conf_options[option];
	enum status r;

	if ((r = check_text(row, text, reason)) != STATUS_OK)
		return r;
	r = check_kind(row, text, seconds, reason);
	if (r != STATUS_OK && may_be_secret(text))
		hide_secret(text, reason);
	return r;
}

enum status
conf_check_title(const char *title, struct diag *reason)
{
	if (account_check(title, reason) == STATUS_OK)
		return STATUS_OK;
	return STATUS_CONFIG;
}

/* The option whose name is close; NULL if none is. */
static const char *
find_close(const char *name)
{
	const char *closest = NULL;
	size_t best = 3, i, d; /* more than two slips are another word */

	for (i = 0; i < OPTION_COUNT; i++)
		if ((d = words_distance(name, conf_options[i].name)) < best) {
			best = d;
			closest = conf_options[i].name;
		}
	return closest;
}

void
conf_improve_error(const char *text, struct diag *better)
{
	const char *start, *close;
	char name[MAX_NAME + 1], shown[DIAG_MAX_TEXT];
	size_t length;
	enum option option;

	/* What is no option may be a value, and a secret. */
	explain_show(text, strlen(text), shown, sizeof(shown));
	text = shown;
	start = strchr(text, '\'');

	if (strstr(text, "missing title for section 'provider'") != NULL) {
		diag_set(better, STATUS_CONFIG,
		    "outside of sections the option is default_provider");
		return;
	}
	if (strncmp(text, "no such option", 14) != 0 || start == NULL ||
	    (length = strcspn(start + 1, "'")) > MAX_NAME) {
		diag_set(better, STATUS_CONFIG, "%s", text);
		return;
	}
	memcpy(name, start + 1, length);
	name[length] = '\0';
	if (conf_find_option(name, &option))
		diag_set(better, STATUS_CONFIG,
		    "the option %s cannot stand here; see "
		    "sasl-bearer.conf(5)",
		    name);
	else if ((close = find_close(name)) != NULL)
		diag_set(better, STATUS_CONFIG,
		    "there is no option %s; is %s meant?", name, close);
	else
		diag_set(better, STATUS_CONFIG,
		    "there is no option %s; see sasl-bearer.conf(5) (a value "
		    "that is not plain letters and digits stands in quotes)",
		    name);
}
