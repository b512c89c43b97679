/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * sasl-bearer status: accounts, their times, and who must act. view.h has the
 * forms that they are shown in.
 */

#include <unistd.h>

#include "message.h"
#include "view.h"

/* Options of which one at most makes sense. */
#define FORMS (FLAG_JSON | FLAG_NAGIOS | FLAG_PROMETHEUS | FLAG_WATCH)

/* Reads the thresholds; STATUS_CONFIG where one is none. */
static enum status
read_thresholds(const struct command *command, struct thresholds *thresholds,
    struct diag *diag)
{
	thresholds->warning_s = VIEW_WARNING_S;
	thresholds->critical_s = VIEW_CRITICAL_S;
	if (command->warning != NULL &&
	    !view_read_time(command->warning, &thresholds->warning_s))
		return diag_set(diag, STATUS_CONFIG,
		    "--warning is \"%s\"; it is a time such as 7d or 12h",
		    command->warning);
	if (command->critical != NULL &&
	    !view_read_time(command->critical, &thresholds->critical_s))
		return diag_set(diag, STATUS_CONFIG,
		    "--critical is \"%s\"; it is a time such as 7d or 12h",
		    command->critical);
	return STATUS_OK;
}

bool
verb_check_status(const struct command *command)
{
	unsigned forms = command->flags & FORMS;

	if ((forms & (forms - 1)) != 0)
		message("--json, --nagios, --prometheus and --watch are four "
			"ways; choose one");
	else if ((command->flags & FLAG_NAGIOS) == 0 &&
	    (command->flags & (FLAG_WARNING | FLAG_CRITICAL)) != 0)
		message("--warning and --critical are for --nagios");
	else
		return true;
	return false;
}

/* Whatever goes wrong is a line of standard output, too, and UNKNOWN. */
static enum status
show_nagios(const struct command *command, struct diag *diag)
{
	struct thresholds thresholds;
	struct view view = { .count = 0 };
	struct diag why = { "" };

	if (read_thresholds(command, &thresholds, &why) == STATUS_OK &&
	    view_look(command, &view, &why) == STATUS_OK)
		*command->exit_code =
		    (int)view_write_nagios(&view, &thresholds, stdout);
	else
		*command->exit_code =
		    (int)view_write_nagios_unknown(why.text, stdout);
	view_clear(&view);
	return diag_set(diag, STATUS_OK, "%s", "");
}

/* One account that is asked for is shown whole. */
static enum status
show(const struct command *command, const struct view *view, struct diag *diag)
{
	int columns = view_columns(STDOUT_FILENO);
	enum status r = STATUS_OK;

	if ((command->flags & FLAG_JSON) != 0)
		r = view_write_json(view, stdout, diag);
	else if (command->count == 1)
		view_print_details(view, columns, stdout);
	else
		view_print_table(view, columns, stdout);
	return r;
}

enum status
verb_status(const struct command *command, struct diag *diag)
{
	struct view view = { .count = 0 };
	enum status r;

	if ((command->flags & FLAG_WATCH) != 0)
		return view_watch(command, diag);
	if ((command->flags & FLAG_NAGIOS) != 0)
		return show_nagios(command, diag);
	if ((r = view_look(command, &view, diag)) != STATUS_OK)
		goto out;
	if ((command->flags & FLAG_PROMETHEUS) != 0) {
		/* Numbers were wanted, and these are the numbers. */
		view_write_prometheus(&view, stdout);
		goto out;
	}
	r = show(command, &view, diag);
	if (r == STATUS_OK) /* what is wrong is in the list */
		r = diag_set(diag, view.worst, "%s", "");
out:
	view_clear(&view);
	return r;
}
