/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Where an import comes from: operands, files, and what a person types.
 */

#ifndef IMPORT_SOURCE_H
#define IMPORT_SOURCE_H

#include "import.h"
#include "place.h"
#include "verb.h"

struct import_source {
	const struct command *command;
	const char *file;          /* NULL: the token is typed */
	const char *account;       /* may point into the facts */
	char path[PLACE_MAX_PATH]; /* of the configuration */
	struct conf *conf;         /* as it is */
	struct import_facts facts;
};

void import_source_init(struct import_source *source,
    const struct command *command);
void import_source_clear(struct import_source *source);

/*
 * Reads the configuration and the files, runs gpg where one is encrypted, and
 * finds out whose token it is. STATUS_REAUTH: there is none in the file;
 * STATUS_CONFIG, STATUS_ACCESS, STATUS_DATA, STATUS_CANCELLED, STATUS_NOMEM.
 */
enum status import_source_read(struct import_source *source, struct diag *diag);

/* Is the application known, by the files or the configuration? */
bool import_source_has_client(const struct import_source *source);

/*
 * Asks for what neither a file nor the configuration says: the token in the
 * bare form, and the application, which mutt_oauth2.py has in its script. As
 * prompt_secret().
 */
enum status import_source_ask(struct import_source *source, struct diag *diag);

#endif
