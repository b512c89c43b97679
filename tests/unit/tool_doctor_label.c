/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What SELinux and AppArmor say, in a tree that looks like a system's. A
 * regular file stands for the kernel's: what is written to it is the question,
 * and the answer is what the test has put behind.
 */

#include "doctor_label.h"
#include "unit.h"

#define SMTP "system_u:system_r:postfix_smtp_t:s0"
#define STATE "system_u:object_r:var_lib_t:s0"
#define QUESTION SMTP " " STATE " 6"

static void
make_directories(const struct scratch *scratch, const char *const *names)
{
	for (; *names != NULL; names++)
		if (!scratch_has(scratch, *names))
			scratch_mkdir(scratch, *names);
}

static void
put_selinux(const struct scratch *scratch, const char *answer)
{
	static const char *const names[] = { "sys", "sys/fs", "sys/fs/selinux",
		"sys/fs/selinux/class", "sys/fs/selinux/class/file",
		"sys/fs/selinux/class/file/perms", NULL };
	char text[512];

	make_directories(scratch, names);
	scratch_write(scratch, "sys/fs/selinux/enforce", "1");
	scratch_write(scratch, "sys/fs/selinux/class/file/index", "6");
	scratch_write(scratch, "sys/fs/selinux/class/file/perms/read", "2");
	scratch_write(scratch, "sys/fs/selinux/class/file/perms/write", "3");
	scratch_write(scratch, "sys/fs/selinux/class/file/perms/lock", "32");
	snprintf(text, sizeof(text), "%*s%s", (int)strlen(QUESTION), "",
	    answer);
	scratch_write(scratch, "sys/fs/selinux/access", text);
}

static enum label_answer
ask(const struct scratch *scratch, const char *class, const char *words,
    char *denied)
{
	return label_ask(scratch->path, SMTP, STATE, class, words, denied);
}

static void
the_policy_is_asked(void **state)
{
	const struct scratch *scratch = *state;
	char denied[LABEL_MAX_TEXT];
	char *asked;

	put_selinux(scratch, "80000002 ffffffff 0 ffffffff 1 0");
	assert_int_equal(label_selinux(scratch->path), LABEL_ENFORCING);
	assert_int_equal(ask(scratch, "file", "read lock", denied),
	    LABEL_ALLOWED);
	assert_string_equal(denied, "");
	asked = scratch_read(scratch, "sys/fs/selinux/access");
	assert_memory_equal(asked, QUESTION, strlen(QUESTION));
	free(asked);
	assert_int_equal(ask(scratch, "file", "write read", denied),
	    LABEL_DENIED);
	assert_string_equal(denied, "write");
}

static void
what_cannot_be_asked_is_unknown(void **state)
{
	const struct scratch *scratch = *state;
	char denied[LABEL_MAX_TEXT];

	assert_int_equal(label_selinux(scratch->path), LABEL_OFF);
	assert_int_equal(ask(scratch, "file", "read", denied), LABEL_UNKNOWN);
	put_selinux(scratch, "no number");
	assert_int_equal(ask(scratch, "file", "read", denied), LABEL_UNKNOWN);
	put_selinux(scratch, "");
	assert_int_equal(ask(scratch, "file", "read", denied), LABEL_UNKNOWN);
	put_selinux(scratch, "ffffffff ffffffff 0 0 1 0");
	assert_int_equal(ask(scratch, "dir", "read", denied), LABEL_UNKNOWN);
	assert_int_equal(ask(scratch, "file", "fly", denied), LABEL_UNKNOWN);
	scratch_write(scratch, "sys/fs/selinux/enforce", "0");
	assert_int_equal(label_selinux(scratch->path), LABEL_PERMISSIVE);
}

static void
a_type_is_the_third_part(void **state)
{
	char type[LABEL_MAX_TEXT];

	(void)state;
	assert_true(label_type(STATE, type));
	assert_string_equal(type, "var_lib_t");
	assert_true(label_type("u:r:t", type));
	assert_string_equal(type, "t");
	assert_false(label_type("unconfined", type));
	assert_false(label_type("u:r:", type));
	assert_false(label_type("", type));
}

static void
put_apparmor(const struct scratch *scratch, const char *profiles)
{
	static const char *const names[] = { "sys", "sys/module",
		"sys/module/apparmor", "sys/module/apparmor/parameters",
		"sys/kernel", "sys/kernel/security",
		"sys/kernel/security/apparmor", "etc", "etc/apparmor.d",
		"etc/apparmor.d/local", NULL };

	make_directories(scratch, names);
	scratch_write(scratch, "sys/module/apparmor/parameters/enabled", "Y\n");
	if (profiles != NULL)
		scratch_write(scratch, "sys/kernel/security/apparmor/profiles",
		    profiles);
}

static void
a_profile_is_found_by_its_program(void **state)
{
	const struct scratch *scratch = *state;
	struct label_profile profile;
	bool is_unsure;

	assert_false(label_find_profile(scratch->path, "msmtp", "/state",
	    &profile, &is_unsure));
	assert_false(is_unsure);
	put_apparmor(scratch, NULL);
	assert_false(label_find_profile(scratch->path, "msmtp", "/state",
	    &profile, &is_unsure));
	assert_true(is_unsure);
	scratch_write(scratch, "sys/kernel/security/apparmor/profiles",
	    "man_filter (complain)\nnot\n/usr/bin/msmtp (enforce)\n"
	    "/usr/bin/othermsmtpd (enforce)\nlsb_release (unconfined)\n");
	assert_true(label_find_profile(scratch->path, "mbsync msmtp", "/state",
	    &profile, &is_unsure));
	assert_string_equal(profile.name, "/usr/bin/msmtp");
	assert_string_equal(profile.file, "usr.bin.msmtp");
	assert_int_equal(profile.mode, LABEL_ENFORCING);
	assert_false(profile.has_rule);
	assert_true(label_find_profile(scratch->path, "lsb_release", "/state",
	    &profile, &is_unsure));
	assert_int_equal(profile.mode, LABEL_PERMISSIVE);
	assert_false(label_find_profile(scratch->path, "smtp /bin/msmtp",
	    "/state", &profile, &is_unsure));
}

static void
a_rule_may_be_in_the_local_part(void **state)
{
	const struct scratch *scratch = *state;
	struct label_profile profile;
	bool is_unsure;

	put_apparmor(scratch, "/usr/bin/msmtp (enforce)\n");
	scratch_write(scratch, "etc/apparmor.d/usr.bin.msmtp", "/other r,\n");
	assert_true(label_find_profile(scratch->path, "msmtp", "/state",
	    &profile, &is_unsure));
	assert_false(profile.has_rule);
	scratch_write(scratch, "etc/apparmor.d/local/usr.bin.msmtp",
	    "/state/** rwk,\n");
	assert_true(label_find_profile(scratch->path, "msmtp", "/state",
	    &profile, &is_unsure));
	assert_true(profile.has_rule);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_policy_is_asked,
		    scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(what_cannot_be_asked_is_unknown,
		    scratch_setup, scratch_teardown),
		cmocka_unit_test(a_type_is_the_third_part),
		cmocka_unit_test_setup_teardown(
		    a_profile_is_found_by_its_program, scratch_setup,
		    scratch_teardown),
		cmocka_unit_test_setup_teardown(a_rule_may_be_in_the_local_part,
		    scratch_setup, scratch_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
