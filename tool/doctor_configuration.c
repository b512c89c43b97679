/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The examination of sasl-bearer.conf. See doctor.h.
 */

#include "doctor.h"

void
doctor_examine_configuration(struct doctor *doctor)
{
	struct session *session = &doctor->session;
	struct diag diag;
	enum status r;

	if ((r = session_load(session, &diag)) != STATUS_OK) {
		doctor_wrong(doctor, r, "%s", diag.text);
		doctor_next(doctor, "mend that line, and run this again");
		return;
	}
	if (!session->place.conf_exists) {
		doctor_warn(doctor, "there is no %s", session->place.conf);
		doctor_next(doctor, "run: sasl-bearer login ACCOUNT");
		return;
	}
	doctor_ok(doctor, "%s is understood", session->place.conf);
}
