/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Times in words. See when.h.
 */

#include <stdio.h>
#include <time.h>

#include "when.h"

static struct when
format(int64_t when, const char *form)
{
	time_t seconds = (time_t)when;
	struct when result = { "-" };
	struct tm local;

	if (when != 0 &&
	    (localtime_r(&seconds, &local) == NULL ||
		strftime(result.text, sizeof(result.text), form, &local) == 0))
		snprintf(result.text, sizeof(result.text), "far away");
	return result;
}

struct when
when_local(int64_t when)
{
	return format(when, "%Y-%m-%d %H:%M:%S %z");
}

struct when
when_short(int64_t when)
{
	return format(when, "%Y-%m-%d %H:%M");
}
