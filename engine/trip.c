/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a request met on its way. See trip.h.
 */

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "trip.h"

#define DATE "Date:"

/* A date has 29 bytes; a header line that is much longer is none. */
#define MAX_LINE 128

/* One header line, with its end. */
static size_t
take_header(char *bytes, size_t size, size_t count, void *context)
{
	struct trip *trip = context;
	size_t length = size * count;
	char line[MAX_LINE];
	time_t date;

	if (length >= sizeof(line) || length <= strlen(DATE) ||
	    strncasecmp(bytes, DATE, strlen(DATE)) != 0)
		return length;
	memcpy(line, bytes, length);
	line[length] = '\0';
	date = curl_getdate(line + strlen(DATE), NULL);
	trip->date = date > 0 ? (int64_t)date : 0;
	return length;
}

CURLcode
trip_watch(CURL *curl, struct trip *trip)
{
	CURLcode r;

	/* A proxy's own clock is of no interest. */
	r = curl_easy_setopt(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	if (r == CURLE_OK)
		r = curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
	if (r == CURLE_OK)
		r = curl_easy_setopt(curl, CURLOPT_HEADERDATA, trip);
	return r;
}

void
trip_end(CURL *curl, struct trip *trip)
{
	curl_off_t spent_us = 0;
	char *location = NULL;

	curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &location);
	snprintf(trip->location, sizeof(trip->location), "%s",
	    location != NULL ? location : "");
	curl_easy_getinfo(curl, CURLINFO_APPCONNECT_TIME_T, &spent_us);
	if (spent_us == 0)
		curl_easy_getinfo(curl, CURLINFO_CONNECT_TIME_T, &spent_us);
	trip->connect_ms = (spent_us + 999) / 1000;
}
