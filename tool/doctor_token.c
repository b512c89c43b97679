/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the token that is there says of itself. See doctor_token.h.
 */

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "claims.h"
#include "clock.h"
#include "doctor_token.h"
#include "exchange.h"
#include "message.h"
#include "oauth.h"
#include "shellquote.h"
#include "when.h"

/* How much of a list of rights is shown. */
#define MAX_LIST 160

void
doctor_take_remark(void *context, enum log_level level, const char *line)
{
	struct doctor_remarks *remarks = context;

	if (level != LOG_LEVEL_WARNING || remarks->count == DOCTOR_MAX_REMARKS)
		return;
	diag_set(&remarks->lines[remarks->count++], STATUS_OK, "%s", line);
}

static void
add(struct buf *text, const char *format, const char *value)
{
	if (value != NULL && value[0] != '\0')
		buf_add_format(text, format, value);
}

/* Scopes of a person, or the roles of an application. */
static void
add_rights(const struct claims *claims, struct buf *text)
{
	const char *role;
	size_t i;

	if (claims->scope != NULL)
		buf_add_format(text, "; it allows %.*s", MAX_LIST,
		    claims->scope);
	for (i = 0; (role = claims_role_at(claims, i)) != NULL; i++)
		buf_add_format(text, "%s%.60s", i == 0 ? "; roles " : ", ",
		    role);
}

/* The claims in short; nothing here is taken for granted. */
static void
describe(const struct claims *claims, struct buf *text)
{
	add(text, "the token is for %.80s",
	    claims->audience_count > 0 ? claims->audiences[0] :
					 "nobody by name");
	add_rights(claims, text);
	add(text, "; tenant %.40s", claims->tenant);
	add(text, "; of %.80s",
	    claims->name_count > 0 ? claims->names[0] : NULL);
}

static void
tell_claims(struct doctor *doctor, const struct claims *claims,
    const struct record *record)
{
	struct when until = when_local(record->expires_at);
	bool is_over = record->expires_at <= clock_unix_s();
	struct buf text;

	buf_init(&text, DIAG_MAX_TEXT);
	if (claims->json != NULL)
		describe(claims, &text);
	else
		buf_add_format(&text,
		    "the token cannot be read here, as most cannot (%zu bytes)",
		    record->token_length);
	/* What is too long is cut, as a sentence is. */
	doctor_ok(doctor, "%s; %s %s", buf_text(&text),
	    is_over ? "it ended at" : "until", until.text);
	buf_clear(&text);
}

static bool
is_known(const struct check *check, const char *line)
{
	size_t i;

	for (i = 0; i < check->count; i++)
		if (strcmp(check->findings[i].diag.text, line) == 0)
			return true;
	return false;
}

static void
tell_finding(struct doctor *doctor, const struct endpoint *endpoint,
    const struct finding *finding)
{
	switch (finding->grade) {
	case CHECK_WRONG:
		doctor_wrong(doctor, finding->status, "%s", finding->diag.text);
		doctor_next(doctor, "mend that, then run: " PROGRAM " login %s",
		    shell_operand(doctor->account).text);
		return;
	case CHECK_WARNING:
		doctor_warn(doctor, "%s", finding->diag.text);
		return;
	case CHECK_NOTE:
		break;
	}
	/* Of a service account, it is so for every one. */
	if (endpoint->grant == OAUTH_GRANT_SERVICE_ACCOUNT)
		doctor_ok(doctor, "%s", finding->diag.text);
	else
		doctor_warn(doctor, "%s", finding->diag.text);
}

/* What is not as it is meant to be. False: out of memory. */
static bool
tell_findings(struct doctor *doctor, const struct endpoint *endpoint,
    const struct doctor_kept *kept, const struct doctor_remarks *remarks)
{
	const char *login = endpoint->settings.text[OPTION_LOGIN];
	struct check check = {
		.endpoint = endpoint,
		.account = doctor->account,
		.person = login != NULL ? login : doctor->account,
		.now = clock_unix_s(),
	};
	size_t i;

	if (check_kept_token(&check, kept->record.access_token,
		kept->grant.scope, kept->grant.login) != STATUS_OK)
		return false;
	for (i = 0; i < check.count; i++)
		tell_finding(doctor, endpoint, &check.findings[i]);
	for (i = 0; i < remarks->count; i++)
		if (!is_known(&check, remarks->lines[i].text))
			doctor_warn(doctor, "%s", remarks->lines[i].text);
	return true;
}

/* Line by line, as an administrator copies them. */
static void
tell_lines(struct doctor *doctor, const char *text)
{
	size_t length;

	for (; *text != '\0'; text += length + (text[length] == '\n')) {
		length = strcspn(text, "\n");
		doctor_line(doctor, "%.*s", (int)length, text);
	}
}

static bool
add_steps(const struct endpoint *endpoint, const char *account,
    const struct record *record, struct buf *steps)
{
	struct oauth_token token = { .access_token = NULL };
	enum status r = STATUS_NOMEM;

	token.access_token = secret_copy(record->access_token);
	if (token.access_token != NULL)
		r = exchange_add_steps(endpoint, account, &token, steps);
	secret_free(&token.access_token);
	return r == STATUS_OK;
}

/*
 * An application needs a right to the mailbox as well, which no token shows. A
 * server that has refused it may have missed that.
 */
static void
tell_steps(struct doctor *doctor, const struct endpoint *endpoint,
    const struct record *record, const struct claims *claims)
{
	struct buf steps;

	if (!exchange_has_steps(endpoint) || claims->json == NULL)
		return;
	if (!record->has_refused && !claims->has_roles)
		doctor_unsure(doctor,
		    "the token names no roles, so Exchange takes it only where "
		    "an administrator has let the application into the "
		    "mailbox; " PROGRAM " login %s prints the commands",
		    shell_operand(doctor->account).text);
	if (!record->has_refused)
		return;
	buf_init(&steps, EXCHANGE_MAX_STEPS);
	if (add_steps(endpoint, doctor->account, record, &steps)) {
		doctor_warn(doctor,
		    "a mail server refused the token; an administrator of "
		    "Exchange lets the application into the mailbox by these "
		    "commands");
		doctor_next(doctor,
		    "have an administrator of Exchange run the commands shown "
		    "above, unless that was done");
		tell_lines(doctor, buf_text(&steps));
	} else {
		doctor->failed = STATUS_NOMEM;
	}
	buf_clear(&steps);
}

void
doctor_examine_token(struct doctor *doctor, const struct endpoint *endpoint,
    const struct doctor_kept *kept, const struct doctor_remarks *remarks)
{
	struct claims claims;

	if (kept->record.access_token == NULL) {
		doctor_unsure(doctor,
		    "there is no token yet that could be looked at");
		return;
	}
	if (claims_read(kept->record.access_token, &claims) == STATUS_NOMEM ||
	    !tell_findings(doctor, endpoint, kept, remarks)) {
		doctor->failed = STATUS_NOMEM;
	} else {
		tell_claims(doctor, &claims, &kept->record);
		tell_steps(doctor, endpoint, &kept->record, &claims);
	}
	claims_clear(&claims);
}
