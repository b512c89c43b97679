/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Clocks. See clock.h.
 */

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "clock.h"

#define MINUTE_S 60
#define HOUR_S (60 * MINUTE_S)
#define DAY_S (24 * HOUR_S)
#define MAX_YEAR 9999

int64_t
clock_unix_s(void)
{
	return (int64_t)time(NULL);
}

int64_t
clock_elapsed_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool
is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

const char *
clock_format(int64_t unix_s, char text[CLOCK_TEXT_SIZE])
{
	static const int lengths[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
		30, 31 };
	int64_t days = unix_s / DAY_S;
	int year = 1970, month = 0, length;
	int left = (int)(unix_s % DAY_S);

	while (year <= MAX_YEAR && days >= (length = 365 + is_leap(year))) {
		days -= length;
		year++;
	}
	if (unix_s < 0 || year > MAX_YEAR) {
		snprintf(text, CLOCK_TEXT_SIZE, "a time beyond reckoning");
		return text;
	}
	while (
	    days >= (length = lengths[month] + (month == 1 && is_leap(year)))) {
		days -= length;
		month++;
	}
	snprintf(text, CLOCK_TEXT_SIZE, "%04d-%02d-%02d %02d:%02d:%02d UTC",
	    year, month + 1, (int)days + 1, left / HOUR_S,
	    left % HOUR_S / MINUTE_S, left % MINUTE_S);
	return text;
}
