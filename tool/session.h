/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the verbs work with: where things are, the configuration, the state
 * directory, the engine. A verb opens as much of it as it needs.
 */

#ifndef SESSION_H
#define SESSION_H

#include "conf.h"
#include "file.h"
#include "place.h"
#include "preload.h"
#include "renew.h"
#include "verb.h"

struct session {
	struct place place;
	const char *addition; /* as if the configuration ended with it; NULL */
	struct conf *conf;    /* NULL until session_load() */
	struct preload *preload;
	struct dir state; /* fd -1 where there is none */
	struct log log;
	struct renewer renewer; /* its cancelled is NULL */
};

/* Finds the places. Opens nothing, so it cannot fail. */
void session_init(struct session *session, const struct command *command,
    enum place_use use);

/*
 * Reads the configuration and makes the renewer ready. STATUS_CONFIG names
 * file and line; STATUS_ACCESS, also where root is to take somebody else's;
 * STATUS_NOMEM.
 */
enum status session_load(struct session *session, struct diag *diag);

/*
 * Opens the state directory and refuses it, and those in it, when others may
 * write there. Where there is none nobody has logged in: it stays closed, and
 * that is STATUS_OK. STATUS_ACCESS, STATUS_CONFIG.
 */
enum status session_open_state(struct session *session, struct diag *diag);

/* Both of the above, for verbs that work with accounts that are there. */
enum status session_open(struct session *session, const struct command *command,
    struct diag *diag);

void session_close(struct session *session);

#endif
