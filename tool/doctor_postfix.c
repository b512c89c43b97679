/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The examination of Postfix's configuration, and --fix. See doctor.h.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agree.h"
#include "doctor_client.h"
#include "doctor_recipe.h"
#include "postfix_change.h"
#include "postfix_judge.h"
#include "shellquote.h"

/* A line of main.cf or of a map. */
#define MAX_LINE 2048

/* "[host]:port" of --server, if it is one for handing mail in. */
static const char *
find_relay(const struct doctor *doctor, char *text, size_t space,
    bool *is_tls_first)
{
	const char *url = doctor->command->server;
	struct mailserver server;
	struct diag diag;

	if (url == NULL ||
	    mailserver_parse_url(&server, url, &diag) != STATUS_OK ||
	    server.protocol != MAIL_SMTP)
		return NULL;
	snprintf(text, space, "[%s]:%s", server.host, server.port);
	*is_tls_first = !server.has_starttls;
	return text;
}

static void
tell(struct doctor *doctor, const struct postfix_verdict *verdict)
{
	const char *text = verdict->text.text;

	switch (verdict->grade) {
	case DOCTOR_OK:
		doctor_ok(doctor, "%s", text);
		break;
	case DOCTOR_UNSURE:
		doctor_unsure(doctor, "%s", text);
		break;
	case DOCTOR_WARNING:
		doctor_warn(doctor, "%s", text);
		break;
	case DOCTOR_WRONG:
		doctor_wrong(doctor, verdict->status, "%s", text);
		break;
	}
}

/* The step that makes the changes. */
static void
tell_next(struct doctor *doctor, const struct postfix_judgement *judgement,
    const struct postfix_verdict *verdict)
{
	const char *account = judgement->account;
	const char *server =
	    judgement->server != NULL ? doctor->command->server : NULL;

	if (verdict->next.text[0] != '\0')
		doctor_next(doctor, "%s", verdict->next.text);
	else if (verdict->count > 0)
		doctor_next(doctor,
		    "run%s: sasl-bearer doctor --postfix --fix%s%s%s%s, which "
		    "shows the changes and makes them after a yes; or make "
		    "them by hand, by the lines above, and run: postfix reload",
		    geteuid() != 0 ? ", as root" : "",
		    server != NULL ? " --server=" : "",
		    server != NULL ? shell_quote(server).text : "",
		    account != NULL ? " " : "",
		    account != NULL ? shell_operand(account).text : "");
}

static void
tell_all(struct doctor *doctor, const struct postfix_judgement *judgement)
{
	const struct postfix_verdict *verdict;
	char line[MAX_LINE];
	size_t i, k;

	for (i = 0; i < judgement->verdict_count; i++) {
		verdict = &judgement->verdicts[i];
		tell(doctor, verdict);
		tell_next(doctor, judgement, verdict);
		if (verdict->line.text[0] != '\0')
			doctor_line(doctor, "%s", verdict->line.text);
		for (k = 0; k < verdict->count; k++) {
			postfix_change_format(judgement->postfix,
			    &judgement->changes[verdict->first + k], line,
			    sizeof(line));
			doctor_line(doctor, "%s", line);
		}
	}
}

/* Made, and Postfix knows of it. */
static void
tell_made(struct doctor *doctor)
{
	bool is_running;
	struct diag diag;
	enum status r;

	doctor_wait(doctor, "Postfix reads its configuration");
	r = postfix_reload(&is_running, &diag);
	if (r != STATUS_OK) {
		doctor_warn(doctor,
		    "the changes are made, and Postfix has not read them: %s",
		    diag.text);
		doctor_next(doctor, "run: postfix reload");
	} else if (is_running) {
		doctor_ok(doctor,
		    "the changes are made, and Postfix has read them");
	} else {
		doctor_warn(doctor,
		    "the changes are made, and Postfix is not running");
		doctor_next(doctor, "run: postfix start");
	}
}

/* A pipe gives no permission. */
static enum status
ask(struct diag *diag)
{
	if (!agree_can_ask())
		return diag_set(diag, STATUS_CANCELLED,
		    "nothing was changed: that needs a yes which is typed on a "
		    "terminal");
	if (!agree_ask("Change that, and have Postfix read it?"))
		return diag_set(diag, STATUS_CANCELLED, "nothing was changed");
	return STATUS_OK;
}

/* Shows what would be changed, and makes it so after a yes. */
static bool
fix(struct doctor *doctor, const struct postfix_judgement *judgement)
{
	struct buf text;
	struct diag diag;
	enum status r;

	if (geteuid() != 0) {
		doctor_unsure(doctor,
		    "nothing was changed: only root may change Postfix");
		return false;
	}
	buf_init(&text, POSTFIX_MAX_DIFF);
	r = postfix_change_show(judgement, &text, &diag);
	if (r == STATUS_OK) {
		spinner_stop(&doctor->spinner);
		printf("To be changed:\n\n%s\n", buf_text(&text));
		fflush(stdout);
		r = ask(&diag);
		if (r == STATUS_OK)
			r = postfix_change_make(judgement, &diag);
	}
	buf_clear(&text);
	if (r == STATUS_OK)
		tell_made(doctor);
	else if (r == STATUS_NOMEM)
		doctor->failed = r;
	else if (r == STATUS_CANCELLED)
		doctor_unsure(doctor, "%s", diag.text);
	else
		doctor_wrong(doctor, r, "%s", diag.text);
	return r == STATUS_OK;
}

/* Whose rights count for a token file. */
static bool
find_user(const struct doctor_client *client, struct doctor_user *user)
{
	if (client->user == NULL)
		return false;
	snprintf(user->name, sizeof(user->name), "%s", client->user);
	user->uid = client->uid;
	user->gid = client->gid;
	user->root = client->root;
	return true;
}

static void
judge(struct doctor *doctor, const struct accounts *known)
{
	char server[MAILSERVER_HOST_SPACE + REPLY_PORT_SPACE + 4];
	const struct command *command = doctor->command;
	struct postfix_judgement judgement = {
		.postfix = doctor->client.postfix,
		.session = &doctor->session,
		.known = known,
		.account = command->count > 0 ? command->operands[0] : NULL,
		.hide = doctor->hide,
	};
	struct doctor_user user;
	bool is_changed = false;
	struct diag diag;
	enum status r;

	judgement.user = find_user(&doctor->client, &user) ? &user : NULL;
	judgement.spinner = &doctor->spinner;
	judgement.server =
	    find_relay(doctor, server, sizeof(server), &judgement.is_tls_first);
	doctor_wait(doctor, "Postfix's configuration");
	postfix_judge(&judgement);
	if ((command->flags & FLAG_FIX) != 0 && !judgement.failed) {
		if (judgement.change_count > 0)
			is_changed = fix(doctor, &judgement);
		else
			doctor_ok(doctor, "--fix has nothing to change here");
	}
	if (is_changed) {
		postfix_judgement_clear(&judgement);
		memset(&judgement.relay, 0, sizeof(judgement.relay));
		postfix_clear(doctor->client.postfix);
		r = postfix_load(doctor->client.postfix, &diag);
		if (r != STATUS_OK)
			doctor_wrong(doctor, r, "%s", diag.text);
		else
			postfix_judge(&judgement);
	}
	if (judgement.failed)
		doctor->failed = STATUS_NOMEM;
	tell_all(doctor, &judgement);
	postfix_judgement_clear(&judgement);
}

void
doctor_examine_postfix(struct doctor *doctor)
{
	struct accounts known;
	struct diag diag;

	if (doctor_client_accounts(doctor, &known, &diag) != STATUS_OK)
		doctor_unsure(doctor, "%s", diag.text);
	judge(doctor, &known);
	accounts_clear(&known);
}

void
doctor_examine_client(struct doctor *doctor)
{
	if (doctor->client.trouble != STATUS_OK) {
		doctor_wrong(doctor, doctor->client.trouble, "%s",
		    doctor->client.trouble_text.text);
		doctor_next(doctor,
		    "see that Postfix is installed, and that this shows its "
		    "configuration: postconf -n");
	} else if (doctor->client.postfix != NULL)
		doctor_examine_postfix(doctor);
	else if (doctor->client.recipe != NULL)
		doctor_examine_recipe(doctor);
}
