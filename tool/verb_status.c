/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * sasl-bearer status: accounts, their times and their last error; a table for
 * people, or JSON. A token shows as its length and fingerprint, in JSON only.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "accounts.h"
#include "clock.h"
#include "jsonwrite.h"
#include "message.h"
#include "overview.h"
#include "when.h"

/* Wide columns break the table no more than long names do. */
#define MAX_COLUMN 60

/* All that is shown. */
struct list {
	struct overview *overviews;
	size_t count;
};

static void
list_clear(struct list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		overview_clear(&list->overviews[i]);
	free(list->overviews);
	memset(list, 0, sizeof(*list));
}

/* Looks at the accounts; those that nobody knows are told of and left out. */
static enum status
look(const struct session *session, char *const *names, size_t count,
    struct list *list, enum status *worst, struct diag *diag)
{
	struct overview *overview;
	enum status r;
	size_t i;

	list->overviews = calloc(count + 1, sizeof(*list->overviews));
	if (list->overviews == NULL)
		return diag_set_nomem(diag);
	for (i = 0; i < count; i++) {
		overview = &list->overviews[list->count];
		if ((r = overview_find(session, names[i], clock_unix_s(),
			 overview, diag)) != STATUS_OK)
			return r;
		if (overview_is_known(overview)) {
			list->count++;
			r = overview_judge(overview);
		} else {
			message("%s is neither configured nor logged in here; "
				"run: " PROGRAM " login %s",
			    names[i], names[i]);
			overview_clear(overview);
			r = STATUS_NOACCOUNT;
		}
		if (r > *worst)
			*worst = r;
	}
	return STATUS_OK;
}

/* When it was renewed last, as far as this user can know. */
static int64_t
last_renewal(const struct overview *overview)
{
	return overview->renewed_at != 0 ? overview->renewed_at :
					   overview->obtained_at;
}

/* A renewal that was killed: the next one goes on from there. */
static const char *
say_interrupted(const struct overview *overview, struct diag *text)
{
	if (overview->written_at != 0)
		diag_set(text, STATUS_OK,
		    "the renewal of %s ended before it was done; the next use "
		    "takes over what it had written",
		    when_local(overview->written_at).text);
	else
		diag_set(text, STATUS_OK,
		    "the renewal of %s ended before an answer was saved; the "
		    "next one shows whether a new refresh token is lost with "
		    "it",
		    when_local(overview->interrupted_at).text);
	return text->text;
}

/* The last column: the error, or what else is worth a word. */
static const char *
say_error(const struct overview *overview, struct diag *text)
{
	if (overview->error != STATUS_OK)
		return overview->error_text;
	if (overview->written_at != 0 || overview->interrupted_at != 0)
		return say_interrupted(overview, text);
	if (overview->has_record && !overview->can_renew &&
	    !overview->grant_hidden)
		return "it does not renew itself; log the account in again";
	return "";
}

static int
name_width(const struct list *list)
{
	size_t width = strlen("ACCOUNT"), length, i;

	for (i = 0; i < list->count; i++) {
		length = strlen(list->overviews[i].account);
		if (length > width)
			width = length < MAX_COLUMN ? length : MAX_COLUMN;
	}
	return (int)width;
}

static void
print_table(const struct list *list)
{
	const struct overview *overview;
	int width = name_width(list);
	const char *error;
	struct diag name, text;
	size_t i;

	if (list->count == 0)
		return;
	printf("%-*s  %-13s  %-25s  %-25s  %s\n", width, "ACCOUNT", "STATE",
	    "VALID UNTIL", "LAST RENEWAL", "LAST ERROR");
	for (i = 0; i < list->count; i++) {
		overview = &list->overviews[i];
		diag_set(&name, STATUS_OK, "%s", overview->account);
		error = say_error(overview, &text);
		printf("%-*s  %-13s  %-25s  %-25s%s%s\n", width, name.text,
		    overview_state_name(overview->state),
		    when_local(overview->expires_at).text,
		    when_local(last_renewal(overview)).text,
		    error[0] != '\0' ? "  " : "", error);
	}
}

/* A time; null where it is not known. */
static void
write_time(struct jsonwrite *json, const char *name, int64_t time)
{
	if (time == 0)
		jsonwrite_text(json, name, NULL);
	else
		jsonwrite_number(json, name, time);
}

static void
write_token(struct jsonwrite *json, const struct overview *overview)
{
	char fingerprint[17];

	if (overview->token_length == 0) {
		jsonwrite_text(json, "token", NULL);
		return;
	}
	snprintf(fingerprint, sizeof(fingerprint), "%016" PRIx64,
	    overview->fingerprint);
	jsonwrite_open(json, "token", '{');
	jsonwrite_number(json, "length", (int64_t)overview->token_length);
	jsonwrite_text(json, "fingerprint", fingerprint);
	jsonwrite_close(json, '}');
}

static void
write_error(struct jsonwrite *json, const struct overview *overview)
{
	if (overview->error == STATUS_OK) {
		jsonwrite_text(json, "error", NULL);
		return;
	}
	jsonwrite_open(json, "error", '{');
	jsonwrite_text(json, "status", status_name(overview->error));
	jsonwrite_text(json, "text", overview->error_text);
	write_time(json, "at", overview->error_at);
	write_time(json, "until", overview->error_until);
	jsonwrite_close(json, '}');
}

static void
write_overview(struct jsonwrite *json, const struct overview *overview)
{
	jsonwrite_open(json, NULL, '{');
	jsonwrite_text(json, "account", overview->account);
	jsonwrite_text(json, "state", overview_state_name(overview->state));
	jsonwrite_bool(json, "ok", overview_judge(overview) == STATUS_OK);
	jsonwrite_bool(json, "configured", overview->configured);
	if (overview->grant_hidden)
		jsonwrite_text(json, "renews", NULL);
	else
		jsonwrite_bool(json, "renews", overview->can_renew);
	write_time(json, "obtained_at", overview->obtained_at);
	write_time(json, "renew_at", overview->renew_at);
	write_time(json, "expires_at", overview->expires_at);
	write_time(json, "granted_at", overview->granted_at);
	write_time(json, "renewed_at", overview->renewed_at);
	write_time(json, "interrupted_at", overview->interrupted_at);
	write_time(json, "written_at", overview->written_at);
	write_token(json, overview);
	write_error(json, overview);
	jsonwrite_close(json, '}');
}

static enum status
write_json(const struct list *list, struct diag *diag)
{
	struct jsonwrite json;
	size_t i;

	jsonwrite_init(&json, stdout);
	jsonwrite_open(&json, NULL, '[');
	for (i = 0; i < list->count; i++)
		write_overview(&json, &list->overviews[i]);
	jsonwrite_close(&json, ']');
	return jsonwrite_end(&json, diag);
}

/* All accounts, and a word where that may not be all. */
static enum status
find_all(const struct session *session, struct accounts *accounts,
    struct diag *diag)
{
	enum status r;

	if ((r = accounts_find(session, true, accounts, diag)) != STATUS_OK)
		return r;
	if (accounts->incomplete)
		message("this user may not list the accounts below %s; there "
			"may be more",
		    session->state.path);
	else if (accounts->count == 0)
		message("no account is configured or logged in; run: " PROGRAM
			" login ACCOUNT");
	return STATUS_OK;
}

enum status
verb_status(const struct command *command, struct diag *diag)
{
	enum status r, worst = STATUS_OK;
	struct list list = { NULL, 0 };
	struct accounts accounts;
	struct session session;
	char **names = command->operands;
	size_t count = (size_t)command->count;

	accounts_init(&accounts);
	if ((r = session_open(&session, command, diag)) != STATUS_OK)
		goto out;
	if (count == 0) {
		if ((r = find_all(&session, &accounts, diag)) != STATUS_OK)
			goto out;
		names = accounts.names;
		count = accounts.count;
	}
	if ((r = look(&session, names, count, &list, &worst, diag)) !=
	    STATUS_OK)
		goto out;
	if ((command->flags & FLAG_JSON) != 0)
		r = write_json(&list, diag);
	else
		print_table(&list);
	if (r == STATUS_OK) /* what is wrong is in the list */
		r = diag_set(diag, worst, "%s", "");
out:
	list_clear(&list);
	accounts_clear(&accounts);
	session_close(&session);
	return r;
}
