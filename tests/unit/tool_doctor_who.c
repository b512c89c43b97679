/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Whose rights count, and whether the mail program looks where we do.
 */

#include <unistd.h>

#include "doctor_who.h"
#include "unit.h"

#define CLIENT_UID 103
#define OWN "/home/me/.config/sasl-bearer.conf"
#define SYSTEM "/etc/sasl-bearer.conf"

/* An examination of a mail program of the system. */
static void
begin(struct doctor *doctor)
{
	memset(doctor, 0, sizeof(*doctor));
	doctor->form = DOCTOR_JSON; /* prints nothing before its end */
	doctor->session.state.fd = -1;
	doctor->client.name = "Postfix";
	doctor->client.user = strdup("postfix");
	doctor->client.uid = CLIENT_UID;
	doctor->client.gid = CLIENT_UID + 1;
	spinner_init(&doctor->spinner);
	accounts_init(&doctor->accounts);
	unsetenv("SASL_BEARER_CONF");
}

static bool
is_elsewhere(struct doctor *doctor, const char *path)
{
	return doctor_is_elsewhere(doctor, "configuration", path, SYSTEM,
	    "SASL_BEARER_CONF");
}

static void
a_file_of_ones_own_is_not_the_systems(void **state)
{
	struct doctor doctor;

	(void)state;
	begin(&doctor);
	assert_true(is_elsewhere(&doctor, OWN));
	assert_int_equal(doctor.count, 1);
	assert_int_equal(doctor.findings[0].grade, DOCTOR_WRONG);
	assert_contains(doctor.findings[0].text.text, OWN);
	assert_contains(doctor.findings[0].text.text,
	    "Postfix, as postfix, uses " SYSTEM);
	assert_contains(doctor.findings[0].next.text, "as root");
	doctor_clear(&doctor);
}

static void
the_same_file_and_a_person_are_no_matter(void **state)
{
	struct doctor doctor;

	(void)state;
	begin(&doctor);
	assert_false(is_elsewhere(&doctor, SYSTEM));
	doctor.client.uid = PLACE_MIN_PERSON_UID;
	assert_false(is_elsewhere(&doctor, OWN));
	doctor.client.uid = geteuid();
	assert_false(is_elsewhere(&doctor, OWN));
	doctor.client.uid = CLIENT_UID;
	setenv("SASL_BEARER_CONF", OWN, 1);
	assert_false(is_elsewhere(&doctor, OWN));
	unsetenv("SASL_BEARER_CONF");
	free(doctor.client.user);
	doctor.client.user = NULL;
	assert_false(is_elsewhere(&doctor, OWN));
	assert_int_equal(doctor.count, 0);
	doctor_clear(&doctor);
}

static void
the_client_is_who_was_found(void **state)
{
	const struct scratch *scratch = *state;
	struct doctor_who who;
	struct doctor doctor;
	struct diag diag, name;

	begin(&doctor);
	assert_status(conf_load(&doctor.session.conf,
			  scratch_path(scratch, "none"), &diag),
	    STATUS_OK, &diag);
	doctor.client.root = strdup("/jail");
	assert_status(doctor_find_who(&doctor, "me@example.com", &who, &diag),
	    STATUS_OK, &diag);
	assert_int_equal(who.client.uid, CLIENT_UID);
	assert_int_equal(who.client.gid, CLIENT_UID + 1);
	assert_string_equal(who.client.root, "/jail");
	assert_int_equal(who.renewer.uid, geteuid());
	assert_null(who.renewer.root);
	assert_true(doctor_is_postfix(&doctor));
	doctor_name_client(&doctor, &who, &name);
	assert_string_equal(name.text, "Postfix (as postfix, in /jail)");
	doctor.client.name = "mbsync";
	assert_false(doctor_is_postfix(&doctor));
	doctor_clear(&doctor);
}

static void
without_one_it_is_the_renewer(void **state)
{
	const struct scratch *scratch = *state;
	struct doctor_who who;
	struct doctor doctor;
	struct diag diag;

	begin(&doctor);
	free(doctor.client.user);
	doctor.client.user = NULL;
	doctor.client.name = NULL;
	scratch_write(scratch, "conf", "renewer = \"mail\"\n");
	assert_status(conf_load(&doctor.session.conf,
			  scratch_path(scratch, "conf"), &diag),
	    STATUS_OK, &diag);
	assert_status(doctor_find_who(&doctor, NULL, &who, &diag), STATUS_OK,
	    &diag);
	assert_int_equal(who.client.uid, who.renewer.uid);
	if (geteuid() == 0)
		assert_string_equal(who.client.name, "mail");
	else
		assert_int_equal(who.client.uid, geteuid());
	assert_false(doctor_is_postfix(&doctor));
	doctor_clear(&doctor);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_of_ones_own_is_not_the_systems),
		cmocka_unit_test(the_same_file_and_a_person_are_no_matter),
		cmocka_unit_test_setup_teardown(the_client_is_who_was_found,
		    scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(without_one_it_is_the_renewer,
		    scratch_setup, scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
