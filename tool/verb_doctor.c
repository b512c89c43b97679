/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * sasl-bearer doctor: what is wrong, and what to do first.
 */

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "account.h"
#include "doctor.h"
#include "doctor_client.h"
#include "interrupt.h"
#include "mailserver.h"
#include "message.h"

/* The account that was named, as the only one to be examined. */
static enum status
take_account(struct doctor *doctor, const char *name, struct diag *diag)
{
	struct accounts *accounts = &doctor->accounts;
	enum status r;

	if ((r = account_check(name, diag)) != STATUS_OK)
		return r;
	if ((accounts->names = calloc(1, sizeof(*accounts->names))) == NULL ||
	    (accounts->names[0] = strdup(name)) == NULL)
		return diag_set_nomem(diag);
	accounts->count = 1;
	return STATUS_OK;
}

bool
verb_check_doctor(const struct command *command)
{
	const unsigned both = FLAG_JSON | FLAG_REPORT;
	struct mailserver server;
	struct diag diag;

	if ((command->flags & both) == both) {
		message("--json names accounts and hosts, which --report "
			"leaves out; choose one");
		return false;
	}
	if (command->server != NULL &&
	    mailserver_parse_url(&server, command->server, &diag) !=
		STATUS_OK) {
		message("--server: %s", diag.text);
		return false;
	}
	return doctor_client_check(command);
}

enum status
verb_doctor(const struct command *command, struct diag *diag)
{
	struct doctor doctor;
	enum status r = STATUS_OK;

	memset(&doctor, 0, sizeof(doctor));
	doctor.command = command;
	if ((command->flags & FLAG_JSON) != 0)
		doctor.form = DOCTOR_JSON;
	else if ((command->flags & FLAG_REPORT) != 0)
		doctor.form = DOCTOR_REPORT;
	spinner_init(&doctor.spinner);
	accounts_init(&doctor.accounts);
	session_init(&doctor.session, command, PLACE_READ);
	signal(SIGPIPE, SIG_IGN); /* a write says it too */
	interrupt_catch();
	if (command->count > 0)
		r = take_account(&doctor, command->operands[0], diag);
	if (r == STATUS_OK && doctor.form == DOCTOR_REPORT &&
	    doctor_hide_new(&doctor.hide) != STATUS_OK)
		r = diag_set_nomem(diag);
	if (r == STATUS_OK)
		r = doctor_client_find(&doctor, diag);
	if (r == STATUS_OK)
		r = doctor_run(&doctor, diag);
	doctor_clear(&doctor);
	return r;
}
