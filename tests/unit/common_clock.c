/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Times for people, beside what the C library says.
 */

#include "unit.h"

#include <time.h>

#include "clock.h"

#define LAST_S INT64_C(253402300799) /* of the year 9999 */

static void
a_time_is_written_as_gmtime_would(void **state)
{
	char text[CLOCK_TEXT_SIZE], expected[CLOCK_TEXT_SIZE];
	int64_t at;
	time_t moment;
	struct tm tm;

	(void)state;
	/* a step of nearly 41 hours meets each day of a year some time */
	for (at = 0; at < LAST_S; at += 147551 + at / 1000) {
		moment = (time_t)at;
		unit_row("%lld", (long long)at);
		assert_non_null(gmtime_r(&moment, &tm));
		strftime(expected, sizeof(expected), "%Y-%m-%d %H:%M:%S UTC",
		    &tm);
		assert_row_text(clock_format(at, text), expected);
	}
}

static const struct {
	int64_t at;
	const char *text;
} edges[] = {
	{ 0, "1970-01-01 00:00:00 UTC" },
	{ 951782399, "2000-02-28 23:59:59 UTC" },
	{ 951868799, "2000-02-29 23:59:59 UTC" },
	{ 951868800, "2000-03-01 00:00:00 UTC" },
	{ 4107542399, "2100-02-28 23:59:59 UTC" },
	{ 4107542400, "2100-03-01 00:00:00 UTC" },
	{ 1798761599, "2026-12-31 23:59:59 UTC" },
	{ LAST_S, "9999-12-31 23:59:59 UTC" },
	{ LAST_S + 1, "a time beyond reckoning" },
	{ INT64_MAX, "a time beyond reckoning" },
	{ -1, "a time beyond reckoning" },
	{ INT64_MIN, "a time beyond reckoning" },
};

static void
leap_days_turns_of_years_and_what_is_out_of_range(void **state)
{
	char text[CLOCK_TEXT_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(edges); i++) {
		unit_row("%lld", (long long)edges[i].at);
		assert_row_text(clock_format(edges[i].at, text), edges[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_time_is_written_as_gmtime_would),
		cmocka_unit_test(
		    leap_days_turns_of_years_and_what_is_out_of_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
