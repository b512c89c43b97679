/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What is right and wrong about a Postfix that is to log in with tokens, and
 * what would have to change. Nothing is printed and nothing is changed here.
 *
 * The rules are in postfix_relay.c (where mail goes), postfix_login.c (who logs
 * in there), postfix_senders.c (the same by who sends), postfix_tables.c (the
 * tables as files), postfix_sasl.c (whether the mechanism is let through) and
 * postfix_tls.c (whether the token is safe on its way).
 */

#ifndef POSTFIX_JUDGE_H
#define POSTFIX_JUDGE_H

#include "doctor.h"
#include "doctor_try.h"
#include "postfix.h"
#include "postfix_map.h"

enum postfix_change_kind {
	POSTFIX_SET,    /* a parameter of main.cf gets a value */
	POSTFIX_ENTRY,  /* a map's source gets an entry, or another value */
	POSTFIX_RENAME, /* an entry of a source gets another key */
	POSTFIX_POSTMAP /* postmap(1) is run on a source */
};

/* Holds no password: an entry's value ends at the colon behind the login. */
struct postfix_change {
	enum postfix_change_kind kind;
	char *name;  /* the parameter, or the map as "type:path" */
	char *key;   /* of an entry */
	char *value; /* or the new key */
};

struct postfix_verdict {
	enum doctor_grade grade;
	enum status status;
	struct diag text;
	struct diag next;    /* "": the changes */
	struct diag line;    /* to be copied, by a person alone; "": none */
	size_t first, count; /* of the changes that mend it */
};

/* What is judged, and what came of it. */
struct postfix_judgement {
	const struct postfix *postfix;
	const struct session *session; /* for accounts_check() */
	const struct accounts *known;
	const char *account; /* the only one that is meant; NULL: any */
	const char *server;  /* "[host]:port" that is meant; NULL: not said */
	bool is_tls_first;   /* there, instead of STARTTLS */
	struct doctor_hide *hide; /* is told whom is met; NULL: nobody is */
	const struct doctor_user *user; /* smtp(8)'s; NULL: not known */
	struct spinner *spinner;        /* stopped before a trial; NULL: none */

	struct postfix_verdict *verdicts;
	size_t verdict_count;
	struct postfix_change *changes;
	size_t change_count;
	bool failed; /* out of memory, and so incomplete */
	bool cancelled;

	/* relayhost, with the changes made; text "": there is none. */
	struct postfix_destination relay;
};

/* All of it. The members down to spinner are set, the rest is zero. */
void postfix_judge(struct postfix_judgement *judgement);
void postfix_judgement_clear(struct postfix_judgement *judgement);

/* The rules, in order. */
void postfix_judge_login(struct postfix_judgement *judgement);
void postfix_judge_sasl(struct postfix_judgement *judgement);
void postfix_judge_tls(struct postfix_judgement *judgement);

/* For the rules: a verdict; what to do about the last one; a line for that
 * (false: there is none, for it cannot be shown as it is); what would mend it,
 * which is noted once however often it is said. */
void postfix_find(struct postfix_judgement *judgement, enum doctor_grade grade,
    enum status status, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void postfix_next(struct postfix_judgement *judgement, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
bool postfix_line(struct postfix_judgement *judgement, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void postfix_change(struct postfix_judgement *judgement,
    enum postfix_change_kind kind, const char *name, const char *key,
    const char *format, ...) __attribute__((format(printf, 5, 6)));

/*
 * A table of that parameter cannot be asked: a verdict, and what to do about
 * it. Who is not root may lack the right alone.
 */
void postfix_find_unreadable(struct postfix_judgement *judgement,
    const char *parameter, enum status status, const struct diag *diag);

/* The value that a parameter will have once the changes are made. */
const char *postfix_wanted(const struct postfix_judgement *judgement,
    const char *name);

/*
 * Does a list of names and patterns (smtp_sasl_mechanism_filter) have the word?
 * 1: yes; 0: no; -1: that cannot be told.
 */
int postfix_list_has(const char *list, const char *word);

#endif
