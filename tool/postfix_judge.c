/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The course of a judgement about Postfix. See postfix_judge.h.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "postfix_judge.h"
#include "shellquote.h"

/* How postconf(1) tells of a parameter that nothing reads. */
#define UNUSED "unused parameter: "

void
postfix_find(struct postfix_judgement *judgement, enum doctor_grade grade,
    enum status status, const char *format, ...)
{
	struct postfix_verdict *more, *verdict;
	va_list arguments;

	more = realloc(judgement->verdicts,
	    (judgement->verdict_count + 1) * sizeof(*more));
	if (more == NULL) {
		judgement->failed = true;
		return;
	}
	judgement->verdicts = more;
	verdict = &more[judgement->verdict_count++];
	memset(verdict, 0, sizeof(*verdict));
	verdict->grade = grade;
	verdict->status = status;
	verdict->first = judgement->change_count;
	va_start(arguments, format);
	vsnprintf(verdict->text.text, sizeof(verdict->text.text), format,
	    arguments);
	va_end(arguments);
	diag_clean(verdict->text.text);
}

void
postfix_next(struct postfix_judgement *judgement, const char *format, ...)
{
	struct diag *next;
	va_list arguments;

	if (judgement->verdict_count == 0)
		return;
	next = &judgement->verdicts[judgement->verdict_count - 1].next;
	va_start(arguments, format);
	vsnprintf(next->text, sizeof(next->text), format, arguments);
	va_end(arguments);
	diag_clean(next->text);
}

bool
postfix_line(struct postfix_judgement *judgement, const char *format, ...)
{
	struct diag *line, clean;
	va_list arguments;
	int length;

	if (judgement->verdict_count == 0)
		return false;
	line = &judgement->verdicts[judgement->verdict_count - 1].line;
	va_start(arguments, format);
	length = vsnprintf(line->text, sizeof(line->text), format, arguments);
	va_end(arguments);
	clean = *line;
	diag_clean(clean.text);
	if (length < (int)sizeof(line->text) &&
	    strcmp(clean.text, line->text) == 0)
		return true;
	line->text[0] = '\0';
	return false;
}

void
postfix_find_unreadable(struct postfix_judgement *judgement,
    const char *parameter, enum status status, const struct diag *diag)
{
	if (status != STATUS_CONFIG || geteuid() != 0) {
		postfix_find(judgement, DOCTOR_UNSURE, STATUS_OK,
		    "%s cannot be looked at: %s", parameter, diag->text);
	} else {
		postfix_find(judgement, DOCTOR_WRONG, STATUS_CONFIG, "%s: %s",
		    parameter, diag->text);
		postfix_next(judgement,
		    "mend that table, or name another one as %s, and run this "
		    "again",
		    parameter);
	}
	judgement->cancelled = status == STATUS_CANCELLED;
}

static bool
is_same(const char *a, const char *b)
{
	return (a == NULL || b == NULL) ? a == b : strcmp(a, b) == 0;
}

/* The change of that thing, which may be noted already. */
static struct postfix_change *
find_change(const struct postfix_judgement *judgement,
    enum postfix_change_kind kind, const char *name, const char *key)
{
	struct postfix_change *change = judgement->changes;
	size_t i;

	for (i = 0; i < judgement->change_count; i++, change++)
		if (change->kind == kind && strcmp(change->name, name) == 0 &&
		    is_same(change->key, key))
			return change;
	return NULL;
}

static void
free_change(struct postfix_change *change)
{
	free(change->name);
	free(change->key);
	free(change->value);
}

/* Takes over the value. */
static void
add_change(struct postfix_judgement *judgement, enum postfix_change_kind kind,
    const char *name, const char *key, char *value)
{
	struct postfix_change change = { kind, string_copy(name), NULL, NULL };
	struct postfix_change *more = NULL;

	change.value = value;
	if (key != NULL)
		change.key = string_copy(key);
	if (change.name != NULL && (key == NULL || change.key != NULL))
		more = realloc(judgement->changes,
		    (judgement->change_count + 1) * sizeof(*more));
	if (more == NULL) {
		judgement->failed = true;
		free_change(&change);
		return;
	}
	judgement->changes = more;
	more[judgement->change_count++] = change;
	judgement->verdicts[judgement->verdict_count - 1].count++;
}

void
postfix_change(struct postfix_judgement *judgement,
    enum postfix_change_kind kind, const char *name, const char *key,
    const char *format, ...)
{
	va_list arguments;
	char *value = NULL;
	int length;

	if (judgement->verdict_count == 0 ||
	    find_change(judgement, kind, name, key) != NULL)
		return;
	va_start(arguments, format);
	length = vasprintf(&value, format, arguments);
	va_end(arguments);
	if (length < 0)
		judgement->failed = true;
	else
		add_change(judgement, kind, name, key, value);
}

const char *
postfix_wanted(const struct postfix_judgement *judgement, const char *name)
{
	const struct postfix_change *change =
	    find_change(judgement, POSTFIX_SET, name, NULL);

	return change != NULL ? change->value :
				postfix_get(judgement->postfix, name);
}

/* What it is, and as whom and where it runs. */
static void
judge_service(struct postfix_judgement *judgement)
{
	const struct postfix *postfix = judgement->postfix;

	if (!postfix->has_service) {
		postfix_find(judgement, DOCTOR_UNSURE, STATUS_OK,
		    "default_transport is '%s', which is not Postfix's smtp(8)",
		    postfix_get(postfix, "default_transport"));
		return;
	}
	if (postfix->is_chrooted)
		postfix_find(judgement, DOCTOR_OK, STATUS_OK,
		    "Postfix %s: smtp(8) runs as %s, in the chroot %s, which "
		    "needs nothing of ours",
		    postfix_get(postfix, "mail_version"),
		    postfix_get(postfix, "mail_owner"),
		    postfix_get(postfix, "queue_directory"));
	else
		postfix_find(judgement, DOCTOR_OK, STATUS_OK,
		    "Postfix %s: smtp(8) runs as %s, without a chroot",
		    postfix_get(postfix, "mail_version"),
		    postfix_get(postfix, "mail_owner"));
}

/* A name of main.cf that is misspelt does nothing. */
static void
judge_unused(struct postfix_judgement *judgement)
{
	const char *at = buf_text(&judgement->postfix->own.output.err);

	while ((at = strstr(at, UNUSED)) != NULL) {
		at += strlen(UNUSED);
		postfix_find(judgement, DOCTOR_WARNING, STATUS_CONFIG,
		    "%s/main.cf sets %.*s, which Postfix does not know",
		    postfix_get(judgement->postfix, "config_directory"),
		    (int)strcspn(at, " =\n"), at);
		postfix_next(judgement, "correct or remove that line");
	}
}

static void
judge_instances(struct postfix_judgement *judgement)
{
	const char *others =
	    postfix_get(judgement->postfix, "multi_instance_directories");

	if (others[0] != '\0')
		postfix_find(judgement, DOCTOR_UNSURE, STATUS_OK,
		    "Postfix has other instances (%s); look at one by: "
		    "MAIL_CONFIG=DIRECTORY sasl-bearer doctor --postfix",
		    others);
}

/* It may be told to use other files than this program does. */
static void
judge_environment(struct postfix_judgement *judgement)
{
	static const char *const names[] = { "SASL_BEARER_CONF",
		"SASL_BEARER_STATE" };
	const struct place *place = &judgement->session->place;
	const char *ours, *theirs;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		ours = i == 0 ? place->conf : place->state;
		theirs = postfix_environment(judgement->postfix, names[i]);
		if (theirs == NULL || strcmp(theirs, ours) == 0)
			continue;
		postfix_find(judgement, DOCTOR_WARNING, STATUS_CONFIG,
		    "Postfix is told another %s (%s, in import_environment) "
		    "than this program uses (%s)",
		    names[i], theirs, ours);
		postfix_next(judgement,
		    "run: %s=%s sasl-bearer doctor "
		    "--postfix",
		    names[i], shell_quote(theirs).text);
	}
}

/* What master(8) was started with cannot be seen. */
static void
judge_import(struct postfix_judgement *judgement)
{
	static const char name[] = "SASL_PATH";

	if (postfix_imports(judgement->postfix, name) &&
	    postfix_environment(judgement->postfix, name) == NULL)
		postfix_find(judgement, DOCTOR_UNSURE, STATUS_OK,
		    "import_environment hands on the %s that Postfix was "
		    "started with, which is not known here: it is taken as "
		    "unset",
		    name);
}

void
postfix_judge(struct postfix_judgement *judgement)
{
	judge_service(judgement);
	judge_instances(judgement);
	judge_unused(judgement);
	judge_environment(judgement);
	judge_import(judgement);
	postfix_judge_login(judgement);
	postfix_judge_sasl(judgement);
	postfix_judge_tls(judgement);
}

void
postfix_judgement_clear(struct postfix_judgement *judgement)
{
	size_t i;

	for (i = 0; i < judgement->change_count; i++)
		free_change(&judgement->changes[i]);
	free(judgement->changes);
	free(judgement->verdicts);
	judgement->changes = NULL;
	judgement->verdicts = NULL;
	judgement->change_count = judgement->verdict_count = 0;
}
