/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * sasl-bearer-probe: what a mail program does with libsasl2, in a process of
 * its own, for `sasl-bearer doctor`.
 *
 * A plugin runs with all that the process has, and may end it: so the tool
 * does not load any. The probe takes requests on standard input and reports on
 * standard output, as common/probeline.h has it. It has no option, and nothing
 * to say to a person.
 */

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "become.h"
#include "connection.h"
#include "engine.h"
#include "report.h"
#include "secret.h"

/* As a mail program loads plugins: before it has become its user, or after. */
static enum status
load(const struct probeline *request, struct diag *diag)
{
	const char *how = probeline_text(request, 4);
	long uid = probeline_number(request, 1);
	long gid = probeline_number(request, 2);
	struct become become = {
		.user = probeline_text(request, 0),
		.uid = (uid_t)uid,
		.gid = (gid_t)gid,
		.root = probeline_text(request, 3),
	};
	enum status r = STATUS_OK;

	if (how == NULL || (become.user != NULL && (uid < 0 || gid < 0)))
		return diag_set(diag, STATUS_BUG, "no such request");
	if (strcmp(how, PROBE_USER) == 0)
		r = become_user(&become, diag);
	if (r != STATUS_OK)
		return r;
	engine_report();
	if ((r = connection_load(diag)) == STATUS_OK &&
	    strcmp(how, PROBE_ROOT) == 0)
		r = become_user(&become, diag);
	return r;
}

static void
report_load(const struct probeline *request)
{
	struct diag diag = { "" };
	const char *text = diag.text;

	if (load(request, &diag) == STATUS_OK)
		report_texts("ready", 0, NULL);
	else
		report_texts("failed", 1, &text);
}

static enum status
serve(const struct probeline *request, bool *is_loaded)
{
	if (strcmp(request->word, "load") == 0 && !*is_loaded) {
		*is_loaded = true;
		report_load(request);
	} else if (!*is_loaded)
		return STATUS_DATA;
	else if (strcmp(request->word, "choose") == 0)
		connection_start(request, false);
	else if (strcmp(request->word, "start") == 0)
		connection_start(request, true);
	else if (strcmp(request->word, "step") == 0)
		connection_step(request);
	else
		return STATUS_DATA;
	return STATUS_OK;
}

int
main(void)
{
	struct probeline request;
	bool is_loaded = false;
	enum status r;

	secret_lock_pages();
	if (become_private() != STATUS_OK || report_open() != STATUS_OK)
		return EX_OSERR;
	signal(SIGPIPE, SIG_IGN);
	probeline_init(&request);
	while ((r = report_next(&request)) == STATUS_OK)
		if ((r = serve(&request, &is_loaded)) != STATUS_OK)
			break;
	probeline_clear(&request);
	report_close();
	if (is_loaded)
		connection_end();
	return r == STATUS_NOACCOUNT ? EX_OK : EX_PROTOCOL;
}
