/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What is said of the application's secret and certificate, which end.
 */

#include "check.h"
#include "engine_fake.h"
#include "key.h"
#include "made_key.h"

static const struct end {
	const char *day;
	const char *sentence;
} ends[] = {
	/* NOW is 2023-11-14T22:13:20Z */
	{ "2023-12-15", NULL },
	{ "2023-12-14",
	    "the secret by which " ME
	    " gets its tokens ends on 2023-12-14; make a new one "
	    "at the provider and set client_secret_expires" },
	{ "2023-11-15", "ends on 2023-11-15" },
	{ "2023-11-14", "ended on 2023-11-14" },
	{ NULL, NULL },
};

static void
a_secret_that_ends_within_a_month_is_told(void **state)
{
	struct endpoint endpoint = { .client = { .id = "app", .secret = "s" } };
	struct oauth_token token = { .expires_in_s = 1 };
	struct check check = { .endpoint = &endpoint, .account = ME };
	size_t i;

	(void)state;
	check.now = NOW;
	for (i = 0; i < COUNT(ends); i++) {
		unit_row("%s", ends[i].day != NULL ? ends[i].day : "none");
		endpoint.settings.text[OPTION_CLIENT_SECRET_EXPIRES] =
		    ends[i].day;
		assert_row_int(check_token(&check, &token), STATUS_OK);
		assert_row_int(check.count, ends[i].sentence != NULL);
		if (ends[i].sentence == NULL)
			continue;
		assert_row_int(check.findings[0].grade, CHECK_WARNING);
		assert_contains(check.findings[0].diag.text, ends[i].sentence);
	}
}

static const struct certificate {
	int64_t days; /* 0: there is none */
	const char *sentence;
} certificates[] = {
	{ 0, NULL },
	{ 31, NULL },
	{ 30,
	    "the certificate by which " ME " gets its tokens ends on "
	    "2023-12-14; make a new one at the provider and set client_key" },
};

static void
a_certificate_that_ends_within_a_month_is_told(void **state)
{
	struct endpoint endpoint = { .client = { .id = "app" } };
	struct oauth_token token = { .expires_in_s = 1 };
	struct check check = { .endpoint = &endpoint, .account = ME };
	struct key *key;
	struct diag diag;
	char *pem;
	size_t i;

	(void)state;
	check.now = NOW;
	endpoint.client.auth = OAUTH_AUTH_KEY;
	for (i = 0; i < COUNT(certificates); i++) {
		unit_row("%d days", (int)certificates[i].days);
		endpoint.key = key = made_load(MADE_P256);
		pem = made_certificate(MADE_P256, NOW - 1,
		    NOW + certificates[i].days * 24 * 3600);
		if (certificates[i].days > 0)
			assert_status(
			    key_set_certificate(key, pem, strlen(pem), &diag),
			    STATUS_OK, &diag);
		assert_row_int(check_token(&check, &token), STATUS_OK);
		assert_row_int(check.count, certificates[i].sentence != NULL);
		if (certificates[i].sentence != NULL)
			assert_contains(check.findings[0].diag.text,
			    certificates[i].sentence);
		key_free(&key);
		free(pem);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_secret_that_ends_within_a_month_is_told),
		cmocka_unit_test(
		    a_certificate_that_ends_within_a_month_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
