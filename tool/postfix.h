/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The configuration of the Postfix on this host, as its own postconf(1) tells
 * it. MAIL_CONFIG in the environment names another one than the first.
 */

#ifndef POSTFIX_H
#define POSTFIX_H

#include <stdbool.h>
#include <stddef.h>

#include "program.h"

/* postconf(1) prints less than 100 kB; a map may be long. */
#define POSTFIX_MAX_OUTPUT (1024 * 1024)

/* For any of Postfix's programs: a map may ask a server. */
#define POSTFIX_TIMEOUT_MS 20000

/* A line "name = value". */
struct postfix_pair {
	const char *name, *value;
};

struct postfix_pairs {
	struct program_output output; /* owns what is pointed to */
	struct postfix_pair *pairs;
	size_t count;
};

#define POSTFIX_MAX_SERVICE 64

/* A line of master.cf, as far as it matters. */
struct postfix_service {
	char name[POSTFIX_MAX_SERVICE];    /* "smtp" */
	char command[POSTFIX_MAX_SERVICE]; /* the program, likewise */
	char chroot; /* 'y', 'n', or '-' for the default */
};

struct postfix {
	struct postfix_pairs values;    /* of all parameters, expanded */
	struct postfix_pairs own;       /* those that stand in main.cf */
	struct postfix_pairs overrides; /* -o of master.cf */
	struct postfix_service service; /* that delivers to other hosts */
	bool has_service;               /* else it is no smtp(8) */
	bool is_chrooted;
	struct program_output types; /* of maps, a line each */
};

/* Makes it empty. */
void postfix_init(struct postfix *postfix);
void postfix_clear(struct postfix *postfix);

/*
 * Asks postconf(1). STATUS_CONFIG where it cannot be run or Postfix's
 * configuration cannot be read, with its words; else as program_run(). To be
 * cleared in any case.
 */
enum status postfix_load(struct postfix *postfix, struct diag *diag);

/*
 * The value of a parameter as it is in force for the service that delivers,
 * variables expanded; "" where it is empty or there is no such parameter.
 */
const char *postfix_get(const struct postfix *postfix, const char *name);

/* Is it "yes"? */
bool postfix_is_yes(const struct postfix *postfix, const char *name);

/* Does master.cf set it for the service that delivers? */
bool postfix_is_override(const struct postfix *postfix, const char *name);

/* Does it stand in main.cf? */
bool postfix_is_own(const struct postfix *postfix, const char *name);

/* Does this Postfix know such maps: "hash"? */
bool postfix_has_type(const struct postfix *postfix, const char *type);

/* The servers that mail is handed to: those of default_transport, which has
 * precedence, or of relayhost; "" where there are none. */
const char *postfix_relays(const struct postfix *postfix);

/* Those of default_transport alone; "": it names none. */
const char *postfix_default_hop(const struct postfix *postfix);

/* What ends a login in the password map: ":", unless main.cf has another. */
const char *postfix_delimiters(const struct postfix *postfix);

/* Does import_environment hand on what master(8) was started with? */
bool postfix_imports(const struct postfix *postfix, const char *name);

/* The value that import_environment gives a variable; NULL: none. It is valid
 * until the next call. */
const char *postfix_environment(const struct postfix *postfix,
    const char *name);

/*
 * For postfix_load() and its tests: takes the lines of pairs->output apart, in
 * place; and finds a service in the lines of postconf -M. False: out of
 * memory; there is none.
 */
bool postfix_parse_pairs(struct postfix_pairs *pairs);
bool postfix_find_service(const char *lines, const char *name,
    struct postfix_service *service);

#endif
