/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Other programs: what they say, how they end, and that they do.
 */

#include <unistd.h>

#include "program.h"
#include "unit.h"

#define LONG_MS 30000

static enum status
run_shell(const char *script, int timeout_ms, struct program_output *output,
    struct diag *diag)
{
	const char *const argv[] = { "sh", "-c", script, NULL };

	program_output_init(output, 4096);
	return program_run(argv, timeout_ms, output, diag);
}

static void
it_takes_words_and_the_code(void **state)
{
	struct program_output output;
	struct diag diag;

	(void)state;
	assert_status(run_shell("echo out; echo one >&2; echo two >&2; exit 3",
			  LONG_MS, &output, &diag),
	    STATUS_OK, &diag);
	assert_int_equal(output.code, 3);
	assert_string_equal(buf_text(&output.out), "out\n");
	assert_string_equal(program_last_words(&output), "two");
	program_output_clear(&output);
}

static void
it_has_nothing_to_read(void **state)
{
	struct program_output output;
	struct diag diag;

	(void)state;
	assert_status(run_shell("cat; echo end", LONG_MS, &output, &diag),
	    STATUS_OK, &diag);
	assert_string_equal(buf_text(&output.out), "end\n");
	assert_string_equal(program_last_words(&output), "");
	program_output_clear(&output);
}

static void
there_is_no_such_program(void **state)
{
	const char *const argv[] = { "no-such-program-here", NULL };
	struct program_output output;
	struct diag diag;
	char path[64];

	(void)state;
	program_output_init(&output, 64);
	assert_status(program_run(argv, LONG_MS, &output, &diag), STATUS_CONFIG,
	    &diag);
	assert_contains(diag.text, "no-such-program-here");
	assert_false(program_find(argv[0], path, sizeof(path)));
	assert_true(program_find("sh", path, sizeof(path)));
	assert_true(program_find("/bin/sh", path, sizeof(path)));
	program_output_clear(&output);
}

static void
nobody_else_says_what_runs(void **state)
{
	const struct scratch *scratch = *state;
	char path[4096];

	scratch_write(scratch, "program-of-ours", "#!/bin/sh\n");
	scratch_chmod(scratch, "program-of-ours", 0755);
	scratch_chmod(scratch, ".", 0755);
	assert_int_equal(chdir(scratch->path), 0);
	setenv("PATH", "::.", 1);
	assert_false(program_find("program-of-ours", path, sizeof(path)));
	setenv("PATH", scratch->path, 1);
	assert_true(program_find("program-of-ours", path, sizeof(path)));
	scratch_chmod(scratch, ".", 0777);
	assert_int_equal(program_find("program-of-ours", path, sizeof(path)),
	    geteuid() != 0);
	assert_int_equal(chdir("/"), 0);
}

/* Also one that closes what it says, and goes on. */
static void
it_is_killed_when_its_time_is_over(void **state)
{
	static const char *const scripts[] = {
		"exec sleep 1000",
		"exec >&- 2>&-; exec sleep 1000",
	};
	struct program_output output;
	struct diag diag;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(scripts); i++) {
		unit_row("%s", scripts[i]);
		assert_status(run_shell(scripts[i], 100, &output, &diag),
		    STATUS_AGAIN, &diag);
		program_output_clear(&output);
	}
}

static void
it_may_not_say_too_much(void **state)
{
	struct program_output output;
	struct diag diag;

	(void)state;
	assert_status(
	    run_shell("while :; do echo x; done", LONG_MS, &output, &diag),
	    STATUS_DATA, &diag);
	program_output_clear(&output);
	/* Of mere words, the rest is dropped. */
	assert_status(run_shell("i=0; while [ $i -lt 3000 ]; do echo "
				"0123456789 >&2; i=$((i + 1)); done; echo x",
			  LONG_MS, &output, &diag),
	    STATUS_OK, &diag);
	assert_int_equal(output.err.length, PROGRAM_MAX_WORDS);
	assert_string_equal(buf_text(&output.out), "x\n");
	program_output_clear(&output);
}

static void
a_signal_is_no_code(void **state)
{
	struct program_output output;
	struct diag diag;

	(void)state;
	assert_status(run_shell("kill -9 $$", LONG_MS, &output, &diag),
	    STATUS_OK, &diag);
	assert_int_equal(output.code, -1);
	program_output_clear(&output);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_takes_words_and_the_code,
		    scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(it_has_nothing_to_read,
		    scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(there_is_no_such_program,
		    scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(
		    it_is_killed_when_its_time_is_over, scratch_setup,
		    scratch_teardown),
		cmocka_unit_test_setup_teardown(it_may_not_say_too_much,
		    scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(nobody_else_says_what_runs,
		    scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(a_signal_is_no_code,
		    scratch_setup, scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
