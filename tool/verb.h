/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The verbs of sasl-bearer(1): what main.c calls, and what it calls it with.
 */

#ifndef VERB_H
#define VERB_H

#include "status.h"

/* Options of the command line. Those not of a verb are refused by main.c. */
#define FLAG_VERBOSE 1U
#define FLAG_JSON 2U
#define FLAG_DUE 4U
#define FLAG_FORCE 8U

/* A command line, understood. */
struct command {
	unsigned flags;
	char **operands; /* without the verb */
	int count;
};

/*
 * Each verb prints its result to standard output. When it fails, diag holds
 * the sentence for standard error, or is empty where that has been printed,
 * and the status becomes the exit code. diag is never NULL.
 */
typedef enum status verb_function(const struct command *command,
    struct diag *diag);

verb_function verb_login;
verb_function verb_token;
verb_function verb_status;
verb_function verb_refresh;
verb_function verb_logout;
verb_function verb_config;

#endif
