/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the configuration lacks for an account that is imported: the difference
 * between the facts of its file and what is in force for it.
 */

#ifndef IMPORT_PLAN_H
#define IMPORT_PLAN_H

#include "conf.h"
#include "import.h"

struct import_plan {
	const char *lines[OPTION_COUNT]; /* of the account; point elsewhere */
	char *section;      /* a provider that is new; NULL: none */
	char *tenant;       /* from the endpoint's path; NULL: none */
	char window[16];    /* digits of renew_before */
	bool had_section;   /* of the account; then text is no whole one */
	struct buf text;    /* what is to be added; empty: nothing */
	struct buf ignored; /* options whose foreign value is none here */
};

/*
 * Works it out. provider is wished for, or NULL. from names the origin, for a
 * comment. STATUS_CONFIG where the account's own section, or the rest of the
 * configuration, says something else: for the first, text has the lines that
 * differ. STATUS_DATA: the facts cannot be configured; STATUS_NOMEM. The plan
 * points into the facts and is to be cleared in any case.
 */
enum status import_plan(const struct conf *conf, const char *account,
    const char *provider, const struct import_facts *facts, const char *from,
    struct import_plan *plan, struct diag *diag);
void import_plan_clear(struct import_plan *plan);

#endif
