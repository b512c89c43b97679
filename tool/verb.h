/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The verbs of sasl-bearer(1): what main.c calls, and what it calls it with.
 */

#ifndef VERB_H
#define VERB_H

#include <stdbool.h>

#include "status.h"

/* Options of the command line. Those not of a verb are refused by main.c. */
#define FLAG_VERBOSE 1U
#define FLAG_JSON 2U
#define FLAG_DUE 4U
#define FLAG_FORCE 8U
#define FLAG_STARTTLS 4096U
#define FLAG_BROWSER 16U
#define FLAG_DEVICE 32U
#define FLAG_ANYWAY 64U
#define FLAG_ASK 128U
#define FLAG_PROVIDER 256U
#define FLAG_FOR 512U
#define FLAG_PORT 1024U
#define FLAG_ALL 2048U
#define FLAG_KEY_FILE 8192U
#define FLAG_WATCH (1U << 14)
#define FLAG_NAGIOS (1U << 15)
#define FLAG_PROMETHEUS (1U << 16)
#define FLAG_WARNING (1U << 17)
#define FLAG_CRITICAL (1U << 18)
#define FLAG_CONF (1U << 20)
#define FLAG_DRY_RUN (1U << 21)
#define FLAG_POSTFIX (1U << 22)
#define FLAG_MBSYNC (1U << 23)
#define FLAG_CLIENT (1U << 24)
#define FLAG_SERVER (1U << 25)
#define FLAG_REPORT (1U << 26)
#define FLAG_FIX (1U << 27)
#define FLAG_RENEW (1U << 28)

/* A command line, understood. */
struct command {
	unsigned flags;
	char **operands; /* without the verb */
	int count;
	/* Values of options; NULL where they are not given. */
	const char *provider;
	const char *services;
	const char *port;
	const char *conf; /* of another program */
	const char *key_file;
	const char *client; /* a mail program */
	const char *server; /* smtp://HOST:PORT */
	const char *warning;
	const char *critical;
	int *exit_code; /* for a verb whose exit codes are others */
};

/*
 * Each verb prints its result to standard output. When it fails, diag holds
 * the sentence for standard error, or is empty where that has been printed,
 * and the status becomes the exit code. diag is never NULL.
 */
typedef enum status verb_function(const struct command *command,
    struct diag *diag);

/*
 * Do the values of options make sense, and go together? False: that has been
 * said. For what no configuration decides.
 */
typedef bool verb_check(const struct command *command);

verb_check verb_check_doctor;
verb_check verb_check_completion;
verb_check verb_check_login;
verb_check verb_check_status;
verb_function verb_completion;
verb_function verb_login;
verb_function verb_token;
verb_function verb_status;
verb_function verb_refresh;
verb_function verb_logout;
verb_function verb_config;
verb_function verb_explain;
verb_function verb_connect;
verb_function verb_doctor;
verb_function verb_import;
verb_function verb_seal;

#endif
