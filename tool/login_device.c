/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The login by device code, before a person's eyes. See login.h; device.c has
 * its requests.
 */

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "countdown.h"
#include "device.h"
#include "login.h"
#include "qr.h"

/* Standard output may be a pipe whose reader waits for these lines. */
static void
print_code(const struct login *login, const struct oauth_device *device)
{
	const char *complete = device->verification_uri_complete;

	printf("To sign in as %s, open %s\n", login_who(login),
	    device->verification_uri);
	printf("and enter the code %s\n", device->user_code);
	if (complete != NULL)
		printf("or, with the code in it, open %s\n", complete);
	fflush(stdout);
	if (qr_print(complete != NULL ? complete : device->verification_uri))
		printf("%s\n",
		    complete != NULL ?
			"(a telephone reads that address with its camera)" :
			"(a telephone reads the first address with its "
			"camera)");
	fflush(stdout);
}

enum status
login_by_device(struct login *login, struct login_result *result,
    struct diag *diag)
{
	struct countdown countdown;
	const struct device_clock clock = { clock_elapsed_ms, countdown_wait,
		&countdown };
	struct oauth_device device;
	enum status r;

	memset(&device, 0, sizeof(device));
	countdown_init(&countdown);
	r = device_ask(&login->session.renewer, &login->endpoint, &device,
	    diag);
	if (r == STATUS_OK) {
		print_code(login, &device);
		r = device_poll(&login->session.renewer, &login->endpoint,
		    &device, &clock, &result->token, &result->asked_at, diag);
	}
	countdown_clear(&countdown);
	oauth_device_clear(&device);
	return r;
}
