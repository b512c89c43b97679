/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Whose configuration and state it is.
 */

#include <sys/stat.h>
#include <unistd.h>

#include "place.h"
#include "unit.h"

#define SYSTEM_CONF SYSCONFDIR "/sasl-bearer.conf"
#define SYSTEM_STATE LOCALSTATEDIR "/lib/sasl-bearer"

/* "@" stands for the test's directory. */
struct look {
	const char *name;
	const char *conf, *state;             /* SASL_BEARER_... */
	const char *config_home, *state_home; /* XDG_... */
	const char *home;
	enum place_use use;
	const char *expected_conf, *expected_state;
	bool conf_exists, state_exists;
};

struct trial {
	const struct scratch *scratch;
	const struct look *look;
};

/* In the test's directory there are these two, made by fill(). */
#define OWN "@/home"
#define OWN_CONF OWN "/.config/sasl-bearer.conf"
#define OWN_STATE OWN "/.local/state/sasl-bearer"

static const struct look anybody[] = {
	{ "named by the environment", "@/my.conf", "@/mine", NULL, NULL, NULL,
	    PLACE_READ, "@/my.conf", "@/mine", true, true },
	{ "named, but not there", "@/no.conf", "@/none", NULL, NULL, OWN,
	    PLACE_READ, "@/no.conf", "@/none", false, false },
	{ "named before all others", "@/my.conf", "@/mine", OWN "/.config",
	    OWN "/.local/state", OWN, PLACE_CREATE, "@/my.conf", "@/mine", true,
	    true },
};

static const struct look of_persons[] = {
	{ "own, by HOME", NULL, NULL, NULL, NULL, OWN, PLACE_READ, OWN_CONF,
	    OWN_STATE, true, true },
	{ "own, by XDG", NULL, NULL, OWN "/.config", OWN "/.local/state",
	    "@/nobody", PLACE_READ, OWN_CONF, OWN_STATE, true, true },
	{ "XDG directories are absolute", NULL, NULL, ".config", "state", OWN,
	    PLACE_READ, OWN_CONF, OWN_STATE, true, true },
	{ "a state of one's own is made", NULL, NULL, NULL, NULL, "@/nobody",
	    PLACE_CREATE, "@/nobody/.config/sasl-bearer.conf",
	    "@/nobody/.local/state/sasl-bearer", false, false },
	{ "where there is no configuration, one's own would be read", NULL,
	    NULL, NULL, NULL, "@/nobody", PLACE_READ,
	    "@/nobody/.config/sasl-bearer.conf", SYSTEM_STATE, false, false },
	{ "the same by XDG", NULL, NULL, "@/nobody", NULL, NULL, PLACE_READ,
	    "@/nobody/sasl-bearer.conf", SYSTEM_STATE, false, false },
	{ "a shut state is none", NULL, "@/shut", NULL, NULL, OWN, PLACE_READ,
	    OWN_CONF, "@/shut", true, false },
	{ "without a home, the system's", NULL, NULL, NULL, NULL, NULL,
	    PLACE_CREATE, SYSTEM_CONF, SYSTEM_STATE, false, false },
	{ "a relative home is none", NULL, NULL, NULL, NULL, "home",
	    PLACE_CREATE, SYSTEM_CONF, SYSTEM_STATE, false, false },
	{ "an empty home is none", NULL, NULL, "", "", "", PLACE_READ,
	    SYSTEM_CONF, SYSTEM_STATE, false, false },
};

static const struct look of_root[] = {
	{ "the system's", NULL, NULL, OWN "/.config", OWN "/.local/state", OWN,
	    PLACE_READ, SYSTEM_CONF, SYSTEM_STATE, false, false },
	{ "made too", NULL, NULL, NULL, NULL, OWN, PLACE_CREATE, SYSTEM_CONF,
	    SYSTEM_STATE, false, false },
};

static const char *
expand(const struct scratch *scratch, const char *text)
{
	if (text == NULL || text[0] != '@')
		return text;
	return scratch_path(scratch, text + 2);
}

static void
set(const struct scratch *scratch, const char *name, const char *value)
{
	if (value == NULL)
		unsetenv(name);
	else
		setenv(name, expand(scratch, value), 1);
}

static void
fill(const struct scratch *scratch)
{
	scratch_mkdir(scratch, "home");
	scratch_mkdir(scratch, "home/.config");
	scratch_mkdir(scratch, "home/.local");
	scratch_mkdir(scratch, "home/.local/state");
	scratch_mkdir(scratch, "home/.local/state/sasl-bearer");
	scratch_write(scratch, "home/.config/sasl-bearer.conf", "");
	scratch_mkdir(scratch, "mine");
	scratch_mkdir(scratch, "shut");
	scratch_chmod(scratch, "shut", 0);
	scratch_write(scratch, "my.conf", "");
	/* Who looks here may be somebody else. */
	scratch_chmod(scratch, "home", 0755);
	scratch_chmod(scratch, "home/.config", 0755);
	scratch_chmod(scratch, "home/.local", 0755);
	scratch_chmod(scratch, "home/.local/state", 0755);
	scratch_chmod(scratch, "home/.local/state/sasl-bearer", 0755);
	scratch_chmod(scratch, "mine", 0755);
	chmod(scratch->path, 0755);
}

/* 0 if the place is as the row says. */
static int
look(void *context)
{
	const struct trial *trial = context;
	const struct look *row = trial->look;
	const struct scratch *scratch = trial->scratch;
	struct place place;

	set(scratch, "SASL_BEARER_CONF", row->conf);
	set(scratch, "SASL_BEARER_STATE", row->state);
	set(scratch, "XDG_CONFIG_HOME", row->config_home);
	set(scratch, "XDG_STATE_HOME", row->state_home);
	set(scratch, "HOME", row->home);
	place_find(&place, row->use);
	if (strcmp(place.conf, expand(scratch, row->expected_conf)) != 0 ||
	    strcmp(place.state, expand(scratch, row->expected_state)) != 0) {
		print_error("%s: %s and %s\n", row->name, place.conf,
		    place.state);
		return 1;
	}
	/* A machine may have the system's, so these are not asked about. */
	if (row->expected_conf[0] == '@' &&
	    place.conf_exists != row->conf_exists)
		return 2;
	return row->expected_state[0] == '@' &&
		place.state_exists != row->state_exists ?
	    3 :
	    0;
}

static void
look_at_all(const struct scratch *scratch, const struct look *rows,
    size_t count, int (*as)(int (*)(void *), void *))
{
	struct trial trial = { .scratch = scratch };
	size_t i;

	fill(scratch);
	for (i = 0; i < count; i++) {
		unit_row("%s", rows[i].name);
		trial.look = &rows[i];
		assert_row_int(as(look, &trial), 0);
	}
}

static void
the_environment_names_another_place(void **state)
{
	look_at_all(*state, anybody, COUNT(anybody), unit_child);
}

static void
a_person_has_their_own_where_it_exists(void **state)
{
	if (geteuid() != 0 && geteuid() < PLACE_MIN_PERSON_UID)
		skip(); /* a system user cannot become a person */
	look_at_all(*state, of_persons, COUNT(of_persons), unit_person);
}

static void
root_and_system_users_have_the_systems(void **state)
{
	if (geteuid() >= PLACE_MIN_PERSON_UID)
		skip(); /* a person cannot become root */
	look_at_all(*state, of_root, COUNT(of_root), unit_child);
}

static void
a_path_that_is_too_long_does_not_exist(void **state)
{
	char path[PLACE_MAX_PATH + 1];
	struct place place;

	(void)state;
	memset(path, '/', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	setenv("SASL_BEARER_STATE", path, 1);
	path[PLACE_MAX_PATH - 1] = '\0';
	setenv("SASL_BEARER_CONF", path, 1);
	place_find(&place, PLACE_READ);
	assert_string_equal(place.state, "");
	assert_false(place.state_exists);
	assert_string_equal(place.conf, path);
	assert_true(place.conf_exists); /* it is the root directory */
	unsetenv("SASL_BEARER_STATE");
	unsetenv("SASL_BEARER_CONF");
}

#define PLACE_TEST(name) \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PLACE_TEST(the_environment_names_another_place),
		PLACE_TEST(a_person_has_their_own_where_it_exists),
		PLACE_TEST(root_and_system_users_have_the_systems),
		PLACE_TEST(a_path_that_is_too_long_does_not_exist),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
