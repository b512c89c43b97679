/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * How an examination is shown: lines for people as it goes, or JSON at its
 * end, or a report (doctor_report.h). See doctor.h.
 */

#include <stdio.h>
#include <unistd.h>

#include "doctor.h"
#include "doctor_report.h"
#include "jsonwrite.h"

static const char *const grade_names[] = {
	[DOCTOR_OK] = "ok",
	[DOCTOR_UNSURE] = "unsure",
	[DOCTOR_WARNING] = "warning",
	[DOCTOR_WRONG] = "wrong",
};

const char *
doctor_grade_name(enum doctor_grade grade)
{
	return grade_names[grade];
}

static const char *const colours[] = {
	[DOCTOR_OK] = "\033[32m",
	[DOCTOR_UNSURE] = "\033[2m",
	[DOCTOR_WARNING] = "\033[33m",
	[DOCTOR_WRONG] = "\033[31;1m",
};

static void
print_grade(enum doctor_grade grade)
{
	bool is_terminal = isatty(STDOUT_FILENO) == 1;

	printf("%s%-7s%s  ", is_terminal ? colours[grade] : "",
	    grade_names[grade], is_terminal ? "\033[0m" : "");
}

void
doctor_print_finding(struct doctor *doctor,
    const struct doctor_finding *finding)
{
	if (doctor->form != DOCTOR_TEXT)
		return;
	print_grade(finding->grade);
	printf("%s: ", doctor_area_name(finding->area));
	if (finding->account != NULL && doctor->accounts.count > 1)
		printf("%s: ", finding->account);
	puts(finding->text.text);
	fflush(stdout);
}

void
doctor_print_line(struct doctor *doctor, const char *line)
{
	if (doctor->form != DOCTOR_TEXT)
		return;
	printf("%s%s\n", line[0] != '\0' ? "           " : "", line);
	fflush(stdout);
}

static void
write_finding(struct jsonwrite *json, const struct doctor_finding *finding)
{
	size_t i;

	jsonwrite_open(json, NULL, '{');
	jsonwrite_text(json, "area", doctor_area_name(finding->area));
	jsonwrite_text(json, "account", finding->account);
	jsonwrite_text(json, "grade", grade_names[finding->grade]);
	if (finding->grade == DOCTOR_WRONG)
		jsonwrite_text(json, "status", status_name(finding->status));
	jsonwrite_text(json, "text", finding->text.text);
	jsonwrite_text(json, "next",
	    finding->next.text[0] != '\0' ? finding->next.text : NULL);
	jsonwrite_open(json, "lines", '[');
	for (i = 0; i < finding->line_count; i++)
		jsonwrite_text(json, NULL, finding->lines[i]);
	jsonwrite_close(json, ']');
	jsonwrite_close(json, '}');
}

static enum status
write_json(const struct doctor *doctor, struct diag *diag)
{
	const struct doctor_finding *cause = doctor_cause(doctor);
	struct jsonwrite json;
	size_t i;

	jsonwrite_init(&json, stdout);
	jsonwrite_open(&json, NULL, '{');
	jsonwrite_open(&json, "findings", '[');
	for (i = 0; i < doctor->count; i++)
		write_finding(&json, &doctor->findings[i]);
	jsonwrite_close(&json, ']');
	jsonwrite_bool(&json, "ok",
	    cause == NULL || cause->grade != DOCTOR_WRONG);
	jsonwrite_text(&json, "next",
	    cause != NULL && cause->next.text[0] != '\0' ? cause->next.text :
							   NULL);
	jsonwrite_close(&json, '}');
	return jsonwrite_end(&json, diag);
}

enum status
doctor_print_end(struct doctor *doctor, struct diag *diag)
{
	const struct doctor_finding *cause = doctor_cause(doctor);

	if (doctor->form == DOCTOR_JSON)
		return write_json(doctor, diag);
	if (doctor->form == DOCTOR_REPORT)
		return doctor_report(doctor, diag);
	if (cause == NULL)
		puts("\nNothing is wrong.");
	else if (cause->next.text[0] != '\0')
		printf("\nNext: %s\n", cause->next.text);
	else
		printf("\nThe cause: %s\n", cause->text.text);
	return STATUS_OK;
}
