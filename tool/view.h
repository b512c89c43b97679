/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What sasl-bearer status shows, and its forms: a table or details for people,
 * JSON, a line for Nagios and what takes its plugins, Prometheus' text.
 */

#ifndef VIEW_H
#define VIEW_H

#include <stdio.h>

#include "need.h"

/* One account. */
struct view_item {
	struct overview overview;
	struct need need;
};

struct view {
	struct view_item *items;
	size_t count;
	size_t unknown;    /* names that nobody knows, which are no items */
	bool incomplete;   /* this user may not list all */
	int64_t now;       /* when it was looked at */
	enum status worst; /* of overview_judge(), over all */
};

/*
 * Looks at the accounts of the command, or at all; those that nobody knows are
 * told of, on standard error, and left out. To be cleared in any case.
 */
enum status view_look(const struct command *command, struct view *view,
    struct diag *diag);
void view_clear(struct view *view);

/* Where nothing shall be wrapped. */
#define VIEW_UNWRAPPED 0

/* How many columns the terminal has; VIEW_UNWRAPPED where there is none. */
int view_columns(int fd);

/*
 * Lines about one account, each a sentence: who must act, the last error, what
 * else is to be said. Returns how many, VIEW_MAX_NOTES at most.
 */
#define VIEW_MAX_NOTES 5
size_t view_notes(const struct view *view, const struct view_item *item,
    struct diag notes[VIEW_MAX_NOTES]);

/* When it was renewed last, as far as this user can know. */
int64_t view_last_renewal(const struct overview *overview);

/* Sentences are broken at so many columns. */
void view_print_table(const struct view *view, int columns, FILE *out);
void view_print_details(const struct view *view, int columns, FILE *out);

enum status view_write_json(const struct view *view, FILE *out,
    struct diag *diag);

/* How a plugin ends. */
enum nagios {
	NAGIOS_OK,
	NAGIOS_WARNING,
	NAGIOS_CRITICAL,
	NAGIOS_UNKNOWN,
};

/* From how long before somebody must act. */
struct thresholds {
	int64_t warning_s, critical_s;
};

#define VIEW_WARNING_S NEED_SOON_S
#define VIEW_CRITICAL_S ((int64_t)24 * 3600)

/* A number with d, h, m or s behind it; s where there is none. False: it is
 * something else. */
bool view_read_time(const char *text, int64_t *seconds);

/* One line, and how it is to end. */
enum nagios view_judge_nagios(const struct view *view,
    const struct thresholds *thresholds);
enum nagios view_write_nagios(const struct view *view,
    const struct thresholds *thresholds, FILE *out);

/* The same where nothing could be looked at. */
enum nagios view_write_nagios_unknown(const char *why, FILE *out);

/* The text format 0.0.4. */
void view_write_prometheus(const struct view *view, FILE *out);

/*
 * Shows the table again and again on the terminal of standard output, until
 * somebody interrupts. STATUS_CONFIG where there is no terminal.
 */
enum status view_watch(const struct command *command, struct diag *diag);

#endif
