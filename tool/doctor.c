/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The course of an examination. See doctor.h.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account.h"
#include "doctor.h"
#include "doctor_client.h"
#include "interrupt.h"
#include "shellquote.h"

#define AREA(area) (1U << (area))

static const struct area {
	const char *name;
	unsigned needs;  /* nothing in these may be wrong */
	bool is_account; /* examined for each account */
	doctor_examine *examine;
} areas[DOCTOR_AREA_COUNT] = {
	[DOCTOR_MODULE] = { "module", 0, false, doctor_examine_module },
	[DOCTOR_CONFIGURATION] = { "configuration", 0, false,
	    doctor_examine_configuration },
	[DOCTOR_STATE] = { "state", AREA(DOCTOR_CONFIGURATION), false,
	    doctor_examine_state },
	[DOCTOR_CLIENT] = { "client", 0, false, doctor_examine_client },
	[DOCTOR_NETWORK] = { "network", AREA(DOCTOR_CONFIGURATION), true,
	    doctor_examine_network },
	[DOCTOR_GRANT] = { "grant",
	    AREA(DOCTOR_CONFIGURATION) | AREA(DOCTOR_STATE) |
		AREA(DOCTOR_NETWORK),
	    true, doctor_examine_grant },
	[DOCTOR_SERVER] = { "server",
	    AREA(DOCTOR_MODULE) | AREA(DOCTOR_CONFIGURATION) |
		AREA(DOCTOR_STATE) | AREA(DOCTOR_GRANT),
	    true, doctor_examine_server },
};

/* What areas of the host look at for each account besides. */
static doctor_examine *const of_account[DOCTOR_AREA_COUNT] = {
	[DOCTOR_CONFIGURATION] = doctor_examine_settings,
	[DOCTOR_STATE] = doctor_examine_files,
};

const char *
doctor_area_name(enum doctor_area area)
{
	return areas[area].name;
}

bool
doctor_is_wrong(const struct doctor *doctor, enum doctor_area area)
{
	return ((doctor->wrong | doctor->wrong_here) & AREA(area)) != 0;
}

/* NULL: out of memory, which is kept. */
static struct doctor_finding *
add_finding(struct doctor *doctor)
{
	struct doctor_finding *more, *finding;
	char *account =
	    doctor->account != NULL ? string_copy(doctor->account) : NULL;

	more = realloc(doctor->findings,
	    (doctor->count + 1) * sizeof(*doctor->findings));
	if (more != NULL)
		doctor->findings = more;
	if (more == NULL || (account == NULL && doctor->account != NULL)) {
		free(account);
		doctor->failed = STATUS_NOMEM;
		return NULL;
	}
	finding = &more[doctor->count++];
	memset(finding, 0, sizeof(*finding));
	finding->area = doctor->area;
	finding->account = account;
	return finding;
}

/* The format may hold what is not clean. */
static void
format_clean(struct diag *text, const char *format, va_list arguments)
{
	vsnprintf(text->text, sizeof(text->text), format, arguments);
	diag_clean(text->text);
}

static void
tell(struct doctor *doctor, enum doctor_grade grade, enum status status,
    const char *format, va_list arguments)
{
	struct doctor_finding *finding;

	spinner_stop(&doctor->spinner);
	if (doctor->failed != STATUS_OK ||
	    (finding = add_finding(doctor)) == NULL)
		return;
	finding->grade = grade;
	finding->status = status;
	format_clean(&finding->text, format, arguments);
	if (grade == DOCTOR_WRONG && doctor->account != NULL)
		doctor->wrong_here |= AREA(doctor->area);
	else if (grade == DOCTOR_WRONG)
		doctor->wrong |= AREA(doctor->area);
	doctor_print_finding(doctor, finding);
}

void
doctor_ok(struct doctor *doctor, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	tell(doctor, DOCTOR_OK, STATUS_OK, format, arguments);
	va_end(arguments);
}

void
doctor_unsure(struct doctor *doctor, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	tell(doctor, DOCTOR_UNSURE, STATUS_OK, format, arguments);
	va_end(arguments);
}

void
doctor_warn(struct doctor *doctor, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	tell(doctor, DOCTOR_WARNING, STATUS_OK, format, arguments);
	va_end(arguments);
}

void
doctor_wrong(struct doctor *doctor, enum status status, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	tell(doctor, DOCTOR_WRONG, status, format, arguments);
	va_end(arguments);
}

void
doctor_next(struct doctor *doctor, const char *format, ...)
{
	va_list arguments;

	if (doctor->count == 0)
		return;
	va_start(arguments, format);
	format_clean(&doctor->findings[doctor->count - 1].next, format,
	    arguments);
	va_end(arguments);
}

/* What an order begins with; what else follows a semicolon explains. */
static bool
is_order(const char *text)
{
	static const char *const verbs[] = { "activate", "add", "allow", "ask",
		"bring", "change", "check", "choose", "close", "configure",
		"correct", "create", "download", "free", "give", "have", "if",
		"insert", "install", "keep", "let", "log", "make", "mend",
		"mount", "move", "name", "open", "paste", "publish", "put",
		"register", "remove", "restart", "run", "see", "set", "sign",
		"start", "switch", "try", "unlock", "unset", "use", "wait",
		"write" };
	size_t i, length;

	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		length = strlen(verbs[i]);
		if (strncmp(text, verbs[i], length) == 0 &&
		    (text[length] == ' ' || text[length] == ':'))
			return true;
	}
	return false;
}

/* The length of "PATH, line N" before a colon; 0: it does not begin so. */
static int
place_length(const char *text)
{
	const char *line = strstr(text, ", line "), *end;

	if (text[0] != '/' || line == NULL)
		return 0;
	line += strlen(", line ");
	end = line + strspn(line, "0123456789");
	return end > line && *end == ':' ? (int)(end - text) : 0;
}

/* The step that a sentence has: the first order that follows a "; ", or that
 * the line be corrected that it begins with. False: it has none. */
static bool
find_step(const char *text, struct diag *step)
{
	int length = place_length(text);
	const char *next = text;

	while ((next = strstr(next, "; ")) != NULL) {
		next += strlen("; ");
		if (is_order(next)) {
			diag_set(step, STATUS_OK, "%s", next);
			return true;
		}
	}
	if (length > 0)
		diag_set(step, STATUS_OK, "correct %.*s, and run this again",
		    length, text);
	return length > 0;
}

void
doctor_next_of(struct doctor *doctor, const struct diag *diag,
    const char *otherwise)
{
	struct diag step;

	if (find_step(diag->text, &step))
		doctor_next(doctor, "%s", step.text);
	else
		doctor_next(doctor, "%s", otherwise);
}

/* What is said at the end: what is wrong may have the step in its sentence
 * alone. */
static void
complete(struct doctor *doctor)
{
	struct doctor_finding *one;
	size_t i;

	for (i = 0; i < doctor->count; i++) {
		one = &doctor->findings[i];
		if (one->grade == DOCTOR_WRONG && one->next.text[0] == '\0')
			(void)find_step(one->text.text, &one->next);
	}
}

void
doctor_next_step(struct doctor *doctor, const char *step, const char *then)
{
	static const char mark[] = "ACCOUNT";
	const char *found, *account = doctor->account;
	struct buf next;

	buf_init(&next, DIAG_MAX_TEXT);
	while (account != NULL && (found = strstr(step, mark)) != NULL) {
		buf_add(&next, step, (size_t)(found - step));
		buf_add_string(&next, shell_operand(account).text);
		step = found + sizeof(mark) - 1;
	}
	buf_add_string(&next, step);
	doctor_next(doctor, "%s%s", buf_text(&next), then != NULL ? then : "");
	buf_clear(&next);
}

void
doctor_line(struct doctor *doctor, const char *format, ...)
{
	struct doctor_finding *finding;
	va_list arguments;
	char **more, *line = NULL;
	int length;

	if (doctor->count == 0 || doctor->failed != STATUS_OK)
		return;
	finding = &doctor->findings[doctor->count - 1];
	va_start(arguments, format);
	length = vasprintf(&line, format, arguments);
	va_end(arguments);
	more = realloc(finding->lines,
	    (finding->line_count + 1) * sizeof(*finding->lines));
	if (more != NULL)
		finding->lines = more;
	if (more == NULL || length < 0) {
		free(length < 0 ? NULL : line);
		doctor->failed = STATUS_NOMEM;
		return;
	}
	diag_clean(line);
	finding->lines[finding->line_count++] = line;
	doctor_print_line(doctor, line);
}

void
doctor_wait(struct doctor *doctor, const char *format, ...)
{
	struct diag text = { "" };
	va_list arguments;

	va_start(arguments, format);
	format_clean(&text, format, arguments);
	va_end(arguments);
	spinner_start(&doctor->spinner, text.text);
}

/* Of warnings, the first that says what to do: none of them is in the way. */
static bool
is_worse(const struct doctor_finding *one, const struct doctor_finding *cause)
{
	if (cause == NULL || one->grade != cause->grade)
		return one->grade >= DOCTOR_WARNING &&
		    (cause == NULL || one->grade > cause->grade);
	return one->grade == DOCTOR_WARNING && cause->next.text[0] == '\0' &&
	    one->next.text[0] != '\0';
}

const struct doctor_finding *
doctor_cause(const struct doctor *doctor)
{
	const struct doctor_finding *cause = NULL;
	size_t i;

	for (i = 0; i < doctor->count; i++)
		if (is_worse(&doctor->findings[i], cause))
			cause = &doctor->findings[i];
	return cause;
}

/* The first area in which something is wrong that this one rests on. */
static const struct area *
find_obstacle(const struct doctor *doctor, const struct area *area)
{
	enum doctor_area i;

	for (i = 0; i < DOCTOR_AREA_COUNT; i++)
		if ((area->needs & AREA(i)) != 0 && doctor_is_wrong(doctor, i))
			return &areas[i];
	return NULL;
}

static void
examine_area(struct doctor *doctor, enum doctor_area which,
    doctor_examine *examine)
{
	const struct area *area = &areas[which], *obstacle;
	/* What the host has is told of once, not for each account again. */
	bool is_told = !area->is_account && doctor->account != NULL &&
	    (area->needs & doctor->wrong) != 0;

	if (examine == NULL || doctor->failed != STATUS_OK)
		return;
	if (*interrupt_flag() != 0) {
		doctor->failed = STATUS_CANCELLED;
		return;
	}
	doctor->area = which;
	if ((obstacle = find_obstacle(doctor, area)) == NULL)
		examine(doctor);
	else if (!is_told)
		doctor_unsure(doctor,
		    "not looked at, for it rests on what is wrong with the "
		    "%s",
		    obstacle->name);
	spinner_stop(&doctor->spinner);
}

/* There is no account at all, as far as this user may see. */
static void
tell_nobody(struct doctor *doctor, enum status r, const struct diag *diag)
{
	doctor->area = DOCTOR_GRANT;
	if (r != STATUS_OK) {
		doctor_unsure(doctor, "the accounts cannot be listed: %s",
		    diag->text);
		return;
	}
	if (doctor->accounts.incomplete) {
		doctor_unsure(doctor,
		    "this user may not see who has logged in on this host; run "
		    "this as root");
		return;
	}
	doctor_warn(doctor, "nobody has logged in on this host");
	doctor_next(doctor, "run: sasl-bearer login ACCOUNT");
}

/* All accounts that are there, if none was named. */
static void
find_accounts(struct doctor *doctor)
{
	struct session *session = &doctor->session;
	enum status r = STATUS_OK;
	struct diag diag;

	if (doctor->accounts.count > 0 || session->conf == NULL ||
	    doctor->failed != STATUS_OK)
		return;
	if (session->state.fd < 0)
		r = session_open_state(session, &diag);
	if (r == STATUS_OK)
		r = accounts_find(session, true, &doctor->accounts, &diag);
	if (r == STATUS_NOMEM)
		doctor->failed = STATUS_NOMEM;
	else if (doctor->accounts.count == 0 &&
	    !doctor_is_wrong(doctor, DOCTOR_CONFIGURATION) &&
	    !doctor_is_wrong(doctor, DOCTOR_STATE))
		tell_nobody(doctor, r, &diag);
}

enum status
doctor_run(struct doctor *doctor, struct diag *diag)
{
	const struct doctor_finding *cause;
	enum doctor_area i;
	enum status r;
	size_t k;

	for (i = 0; i < DOCTOR_AREA_COUNT; i++)
		if (!areas[i].is_account)
			examine_area(doctor, i, areas[i].examine);
	find_accounts(doctor);
	for (k = 0; k < doctor->accounts.count; k++) {
		doctor->account = doctor->accounts.names[k];
		doctor->wrong_here = 0;
		for (i = 0; i < DOCTOR_AREA_COUNT; i++)
			examine_area(doctor, i,
			    areas[i].is_account ? areas[i].examine :
						  of_account[i]);
	}
	if (doctor->failed == STATUS_NOMEM)
		return diag_set_nomem(diag);
	if (doctor->failed != STATUS_OK)
		return diag_set(diag, doctor->failed, "interrupted");
	complete(doctor);
	if ((r = doctor_print_end(doctor, diag)) != STATUS_OK)
		return r;
	cause = doctor_cause(doctor);
	return diag_set(diag,
	    cause != NULL && cause->grade == DOCTOR_WRONG ? cause->status :
							    STATUS_OK,
	    "%s", "");
}

void
doctor_clear(struct doctor *doctor)
{
	size_t i, k;

	spinner_stop(&doctor->spinner);
	for (i = 0; i < doctor->count; i++) {
		for (k = 0; k < doctor->findings[i].line_count; k++)
			free(doctor->findings[i].lines[k]);
		free(doctor->findings[i].lines);
		free(doctor->findings[i].account);
	}
	free(doctor->findings);
	doctor_network_free(&doctor->network);
	doctor_hide_free(&doctor->hide);
	doctor_client_clear(&doctor->client);
	accounts_clear(&doctor->accounts);
	session_close(&doctor->session);
}
