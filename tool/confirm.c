/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A yes or a no. See confirm.h.
 */

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "confirm.h"

/* Longer answers are no yes. */
#define MAX_ANSWER 64

enum status
confirm(const char *question, struct diag *diag)
{
	char answer[MAX_ANSWER];
	ssize_t length;

	if (isatty(STDIN_FILENO) != 1)
		return diag_set(diag, STATUS_CONFIG,
		    "nothing was changed: that needs a yes which is typed on a "
		    "terminal");
	fprintf(stderr, "%s [yes/no] ", question);
	fflush(stderr);
	/* A terminal hands over one line; a signal ends the wait. */
	length = read(STDIN_FILENO, answer, sizeof(answer) - 1);
	if (length <= 0)
		return diag_set(diag, STATUS_CANCELLED, "nothing was changed");
	answer[length] = '\0';
	answer[strcspn(answer, "\r\n")] = '\0';
	if (strcasecmp(answer, "yes") == 0 || strcasecmp(answer, "y") == 0)
		return STATUS_OK;
	return diag_set(diag, STATUS_CANCELLED, "nothing was changed");
}
