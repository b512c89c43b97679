/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The redirect address, as a login would send it. See doctor_redirect.h.
 */

#include "doctor_redirect.h"
#include "loopback.h"
#include "redirect.h"

static void
tell(struct doctor *doctor, const struct endpoint *endpoint, const char *uri,
    const struct redirect_answer *answer, bool is_wrong)
{
	struct diag what, next;

	redirect_say(endpoint, uri, answer, doctor->session.place.conf, &what,
	    &next);
	if (is_wrong)
		doctor_wrong(doctor, STATUS_CONFIG, "%s", what.text);
	else
		doctor_warn(doctor, "%s", what.text);
	doctor_next(doctor, "%s", next.text);
}

bool
doctor_examine_redirect(struct doctor *doctor, const struct endpoint *endpoint,
    bool is_wrong)
{
	const char *uri = endpoint->settings.text[OPTION_REDIRECT_URI];
	struct redirect_answer answer;
	struct loopback loopback;

	loopback_init(&loopback);
	/* For a port that a login could have; nobody comes there. */
	if (loopback_open(&loopback, uri, 0, NULL) == STATUS_OK)
		uri = loopback_uri(&loopback);
	loopback_stop(&loopback);
	doctor_wait(doctor, "asking where the provider sends browsers");
	redirect_ask(&doctor->session.renewer, endpoint, uri, &answer);
	if (answer.verdict == REDIRECT_REFUSED)
		tell(doctor, endpoint, uri, &answer, is_wrong);
	else if (answer.verdict == REDIRECT_TAKEN)
		doctor_ok(doctor,
		    "the provider sends browsers back to %s after a login",
		    endpoint->settings.text[OPTION_REDIRECT_URI]);
	loopback_close(&loopback);
	return answer.verdict != REDIRECT_REFUSED;
}
