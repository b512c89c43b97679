/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Which browser is found, by what the environment says, and that it is started
 * with the address as one argument, away from us.
 */

#include <sys/stat.h>
#include <unistd.h>

#include "browser.h"
#include "unit.h"

#define URL "https://login.example.com/a?b=c&d=$(touch%20x);e=%s"

static const char *const variables[] = { "BROWSER", "DISPLAY",
	"WAYLAND_DISPLAY", "SSH_CONNECTION", "SSH_TTY", "WSL_DISTRO_NAME" };

/* {} stands for the scratch directory, which PATH is too. */
static const struct row {
	const char *name;
	const char *programs; /* that there are, separated by spaces */
	const char *browser;  /* $BROWSER */
	const char *set;      /* other variables, set to "x" */
	bool for_root, for_person;
} rows[] = {
	{ "nothing", "xdg-open", NULL, NULL, false, false },
	{ "a display", "xdg-open", NULL, "DISPLAY", false, true },
	{ "Wayland", "xdg-open", NULL, "WAYLAND_DISPLAY", false, true },
	{ "another opener", "x-www-browser", NULL, "DISPLAY", false, true },
	{ "a display without a program", "firefox", NULL, "DISPLAY", false,
	    false },
	{ "WSL", "wslview", NULL, "WSL_DISTRO_NAME", false, true },
	{ "ssh", "xdg-open wslview", NULL, "SSH_CONNECTION", false, false },
	{ "WSL over ssh", "wslview", NULL, "WSL_DISTRO_NAME SSH_TTY", false,
	    false },
	{ "a display over ssh", "xdg-open", NULL, "DISPLAY SSH_TTY", false,
	    true },
	{ "a choice", "mine", "mine", NULL, true, true },
	{ "a choice that is a path", "mine", "{}/mine", NULL, true, true },
	{ "a list", "mine", "other:mine --new %s", NULL, true, true },
	{ "a choice that is not there", "xdg-open", "mine", "DISPLAY", false,
	    false },
	{ "a directory", "mine", "{}", NULL, false, false },
	{ "an empty choice", "xdg-open", "", "DISPLAY", false, true },
	{ "a list of nothing", "mine", ": :", NULL, false, false },
	{ "too many words", "mine", "mine 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15",
	    NULL, false, false },
};

static void
make_program(const struct scratch *scratch, const char *name, const char *text)
{
	scratch_write(scratch, name, text);
	scratch_chmod(scratch, name, 0755);
}

static void
clear_environment(const struct scratch *scratch)
{
	size_t i;

	for (i = 0; i < COUNT(variables); i++)
		unsetenv(variables[i]);
	setenv("PATH", scratch->path, 1);
}

static void
set_browser(const struct scratch *scratch, const char *value)
{
	char text[256];

	if (value == NULL)
		return;
	snprintf(text, sizeof(text), "%s%s",
	    strncmp(value, "{}", 2) == 0 ? scratch->path : "",
	    strncmp(value, "{}", 2) == 0 ? value + 2 : value);
	setenv("BROWSER", text, 1);
}

static void
set_all(const char *names)
{
	char text[64], *name, *rest = text;

	snprintf(text, sizeof(text), "%s", names != NULL ? names : "");
	while ((name = strsep(&rest, " ")) != NULL)
		if (*name != '\0')
			setenv(name, "x", 1);
}

static int
look(void *context)
{
	(void)context;
	return browser_exists();
}

static void
a_browser_is_found_where_a_person_can_see_it(void **state)
{
	struct scratch *scratch = *state;
	char programs[64], *program, *rest;
	const struct row *row;

	chmod(scratch->path, 0755);
	for (row = rows; row < rows + COUNT(rows); row++) {
		unit_row("%s", row->name);
		clear_environment(scratch);
		set_browser(scratch, row->browser);
		set_all(row->set);
		snprintf(programs, sizeof(programs), "%s", row->programs);
		for (rest = programs; (program = strsep(&rest, " ")) != NULL;)
			make_program(scratch, program, "#!/bin/sh\n");
		assert_row_int(unit_person(look, NULL), row->for_person);
		if (geteuid() == 0)
			assert_row_int(unit_child(look, NULL), row->for_root);
		snprintf(programs, sizeof(programs), "%s", row->programs);
		for (rest = programs; (program = strsep(&rest, " ")) != NULL;)
			unlink(scratch_path(scratch, program));
	}
	setenv("PATH", "/usr/bin:/bin", 1);
}

static const struct command {
	const char *browser, *arguments;
} commands[] = {
	{ "mine", "<" URL ">" },
	{ "mine  --new", "<--new><" URL ">" },
	{ "mine %s last", "<" URL "><last>" },
	{ "absent:mine", "<" URL ">" },
};

/* Not before the file is whole: it is renamed. */
static char *
wait_for_file(const struct scratch *scratch, const char *name)
{
	int tries;

	for (tries = 0; tries < 1000; tries++) {
		if (scratch_has(scratch, name))
			return scratch_read(scratch, name);
		usleep(10000);
	}
	fail_msg("%s was not written", name);
	return NULL;
}

static void
the_address_is_one_argument(void **state)
{
	struct scratch *scratch = *state;
	char program[512], *text;
	struct diag diag;
	size_t i;

	clear_environment(scratch);
	snprintf(program, sizeof(program),
	    "#!/bin/sh\ncd %s && PATH=/usr/bin:/bin\n"
	    "printf '<%%s>' \"$@\" > new && mv new said\n",
	    scratch->path);
	make_program(scratch, "mine", program);
	for (i = 0; i < COUNT(commands); i++) {
		unit_row("%s", commands[i].browser);
		setenv("BROWSER", commands[i].browser, 1);
		assert_status(browser_open(URL, &diag), STATUS_OK, &diag);
		text = wait_for_file(scratch, "said");
		assert_row_text(text, commands[i].arguments);
		free(text);
		unlink(scratch_path(scratch, "said"));
	}
	setenv("PATH", "/usr/bin:/bin", 1);
}

/* It goes on without us, and what it prints is seen by nobody. */
static void
the_browser_has_a_session_of_its_own_and_no_terminal(void **state)
{
	struct scratch *scratch = *state;
	char program[512], expected[64], *text;
	struct diag diag;

	clear_environment(scratch);
	snprintf(program, sizeof(program),
	    "#!/bin/sh\ncd %s && PATH=/usr/bin:/bin\n"
	    "said=$(cut -d' ' -f6 < /proc/$$/stat; readlink /proc/$$/fd/0 "
	    "/proc/$$/fd/1 /proc/$$/fd/2)\n"
	    "echo \"$said\" > new\n"
	    "mv new said\n",
	    scratch->path);
	make_program(scratch, "mine", program);
	setenv("BROWSER", "mine", 1);
	assert_status(browser_open(URL, &diag), STATUS_OK, &diag);
	text = wait_for_file(scratch, "said");
	snprintf(expected, sizeof(expected), "%d\n", (int)getsid(0));
	assert_int_not_equal(strncmp(text, expected, strlen(expected)), 0);
	assert_contains(text, "\n/dev/null\n/dev/null\n/dev/null\n");
	free(text);
	setenv("PATH", "/usr/bin:/bin", 1);
}

/* One that cannot be started is for tests/real: valgrind cannot do that. */
static void
a_browser_that_is_not_there_is_told(void **state)
{
	struct scratch *scratch = *state;
	struct diag diag;

	clear_environment(scratch);
	setenv("BROWSER", "absent", 1);
	assert_status(browser_open(URL, &diag), STATUS_CONFIG, &diag);
	assert_contains(diag.text, "no browser");
	setenv("PATH", "/usr/bin:/bin", 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_browser_is_found_where_a_person_can_see_it, scratch_setup,
		    scratch_teardown),
		cmocka_unit_test_setup_teardown(the_address_is_one_argument,
		    scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(
		    the_browser_has_a_session_of_its_own_and_no_terminal,
		    scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(
		    a_browser_that_is_not_there_is_told, scratch_setup,
		    scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
