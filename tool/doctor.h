/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * An examination of everything that a login needs, in the order in which one
 * thing depends on another. Each area prints a line for each thing that it
 * looks at, as it goes; what rests on something that is wrong is not judged;
 * the one next step comes last.
 *
 * An area is a file doctor_NAME.c and a row of the table in doctor.c.
 */

#ifndef DOCTOR_H
#define DOCTOR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "accounts.h"
#include "doctor_hide.h"
#include "session.h"
#include "spinner.h"

struct postfix;
struct recipe;

/* The areas, in order. */
enum doctor_area {
	DOCTOR_MODULE,        /* libsasl2 finds and loads it */
	DOCTOR_CONFIGURATION, /* sasl-bearer.conf */
	DOCTOR_STATE,         /* directories, files, owners, labels */
	DOCTOR_CLIENT,        /* the mail program's own configuration */
	DOCTOR_NETWORK,       /* names, proxy, TLS and clock of the endpoint */
	DOCTOR_GRANT,         /* the login, a renewal, the token */
	DOCTOR_SERVER,        /* the mail server, and a login there */
	DOCTOR_AREA_COUNT
};

enum doctor_grade {
	DOCTOR_OK,
	DOCTOR_UNSURE,  /* not looked at, with the reason */
	DOCTOR_WARNING, /* works, or may; worth a change */
	DOCTOR_WRONG,   /* keeps a login from working */
};

struct doctor_finding {
	enum doctor_area area;
	enum doctor_grade grade;
	enum status status; /* with DOCTOR_WRONG: how to react */
	char *account;      /* whom it is about; NULL: the host */
	struct diag text;
	struct diag next; /* "": nothing to do */
	char **lines;     /* to be put into a file, or run; owned */
	size_t line_count;
};

/* doctor_network.c: the endpoints that were met, and what came of each. */
struct doctor_network;

/* How things are shown: doctor_print.c. */
enum doctor_form {
	DOCTOR_TEXT,
	DOCTOR_JSON,
	DOCTOR_REPORT, /* at the end, and names nobody (doctor_report.h) */
};

/* The program that logs in, as it runs once it is at work. */
struct doctor_client {
	const char *name; /* "Postfix"; for sentences; NULL: no program */
	char *user;       /* whom it runs as, owned; NULL: not known */
	uid_t uid;
	gid_t gid;
	char *root;      /* it goes into this chroot(2) after it has loaded
			  * plugins as root; NULL: none; owned */
	char *sasl_path; /* SASL_PATH in its environment; NULL: unset; owned */
	char *server;    /* where it logs in, as --server; NULL; owned */
	enum status trouble;         /* why so little is known of it, */
	struct diag trouble_text;    /* likewise */
	struct postfix *postfix;     /* postfix.h; NULL: it is none; owned */
	const struct recipe *recipe; /* recipe.h; NULL: it has none */
};

struct doctor {
	const struct command *command;
	struct session session; /* conf NULL: it cannot be read */
	struct doctor_client client;
	struct accounts accounts; /* to be examined */
	const char *account;      /* the one at hand; NULL: the host */
	enum doctor_area area;    /* the one at hand */
	bool may_renew;           /* it: somebody has agreed to that */

	enum doctor_form form;
	struct spinner spinner;
	struct doctor_network *network;
	struct doctor_hide *hide; /* whom areas have met; NULL: no report */
	struct doctor_finding *findings;
	size_t count;
	/* A bit for each area with something wrong, of the host or of the
	 * account at hand. */
	unsigned wrong, wrong_here;
	enum status failed; /* out of memory, or interrupted */
};

/* One area, examined. Everything that it finds is told by the calls below. */
typedef void doctor_examine(struct doctor *doctor);

doctor_examine doctor_examine_client;
doctor_examine doctor_examine_configuration;
doctor_examine doctor_examine_module;
doctor_examine doctor_examine_server;
doctor_examine doctor_examine_settings; /* the same for an account */
doctor_examine doctor_examine_state;
doctor_examine doctor_examine_files; /* the same for an account */
doctor_examine doctor_examine_network;
doctor_examine doctor_examine_grant;

/* doctor_network.c */
void doctor_network_free(struct doctor_network **network);

/*
 * A line about one thing. It names the thing first and says what is the case;
 * the format's arguments are cleaned for a terminal. What a provider or server
 * said goes through explain_show() before.
 */
void doctor_ok(struct doctor *doctor, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void doctor_unsure(struct doctor *doctor, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void doctor_warn(struct doctor *doctor, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void doctor_wrong(struct doctor *doctor, enum status status, const char *format,
    ...) __attribute__((format(printf, 3, 4)));

/*
 * What to do about the line before: one step, as an order. Shown at the end if
 * that line is the cause; lines are shown at once, indented, to be copied.
 */
void doctor_next(struct doctor *doctor, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void doctor_line(struct doctor *doctor, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * The same from a sentence that ends in its next step: the first order that
 * follows a "; ". Where it has none, the line that it begins with is to be
 * corrected; without one either, it is that other step.
 */
void doctor_next_of(struct doctor *doctor, const struct diag *diag,
    const char *otherwise);

/*
 * The same from the next step of an explanation, with the account at hand where
 * it says ACCOUNT. then: what follows it, or NULL.
 */
void doctor_next_step(struct doctor *doctor, const char *step,
    const char *then);

/*
 * Says on a terminal what is being waited for, until the next line is printed.
 * Starts a thread: what forks without exec(2) does that before.
 */
void doctor_wait(struct doctor *doctor, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Was something wrong found in that area, for the account at hand? */
bool doctor_is_wrong(const struct doctor *doctor, enum doctor_area area);

/*
 * Examines. command, form and client are set, the session is initialised, the
 * accounts are empty. STATUS_OK when nothing is wrong, else the status of the
 * cause, which has been told of; STATUS_NOMEM, STATUS_CANCELLED.
 */
enum status doctor_run(struct doctor *doctor, struct diag *diag);
void doctor_clear(struct doctor *doctor);

/* The finding that decides: the first that is wrong, else the first warning
 * that says what to do, else the first one; NULL where all is well. */
const struct doctor_finding *doctor_cause(const struct doctor *doctor);

/* doctor_print.c: one finding, one of its lines, and the end. */
void doctor_print_finding(struct doctor *doctor,
    const struct doctor_finding *finding);
void doctor_print_line(struct doctor *doctor, const char *line);
enum status doctor_print_end(struct doctor *doctor, struct diag *diag);

/* The name of an area: "module", "state"; of a grade: "ok", "wrong". */
const char *doctor_area_name(enum doctor_area area);
const char *doctor_grade_name(enum doctor_grade grade);

#endif
