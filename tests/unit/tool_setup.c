/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The state directory as login makes it: for an ordinary user, and by root
 * for the renewer, who is not trusted. The tests of root's part need root.
 */

#include "unit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "setup.h"

/* No such user or group need exist. */
#define RENEWER 12346
#define RENEWER_GROUP 12347
#define READER 12348
#define ACCOUNT_READER 12349

#define ACCOUNT "me@example.com"

static const struct owners by_root = { true, RENEWER, RENEWER_GROUP, READER,
	ACCOUNT_READER, { "" } };

static struct owners
by_person(void)
{
	struct owners owners = { false, geteuid(), getegid(), getegid(),
		getegid(), { "" } };

	return owners;
}

static void
assert_owner(const char *path, uid_t uid, gid_t gid, mode_t mode)
{
	struct stat st;

	unit_row("%s", path);
	assert_row_int(lstat(path, &st), 0);
	assert_row_int(st.st_uid, uid);
	assert_row_int(st.st_gid, gid);
	assert_row_int(st.st_mode & 07777, mode);
}

/* A record as login saves one. */
static void
save_record(const struct owners *owners, const struct dir *state)
{
	struct record empty, record;
	struct store store;
	struct diag diag;

	record_init(&empty);
	record_init(&record);
	assert_status(store_open_account(&store, state, ACCOUNT, NULL, &diag),
	    STATUS_OK, &diag);
	assert_status(setup_prove(&store, 0, &diag), STATUS_OK, &diag);
	assert_int_equal(record_renew(&record, &empty, "token", 1, 2, 3),
	    STATUS_OK);
	assert_status(setup_save_record(&store, owners, &record, &diag),
	    STATUS_OK, &diag);
	store_close(&store);
	record_clear(&record);
}

static int
set_up_as_person(void *context)
{
	const struct scratch *scratch = context;
	struct owners owners = by_person();
	uid_t uid = geteuid();
	gid_t gid = getegid();
	struct dir state;
	struct diag diag;

	umask(077);
	assert_status(setup_directories(scratch_path(scratch, "a/b/state"),
			  &owners, &state, &diag),
	    STATUS_OK, &diag);
	save_record(&owners, &state);
	dir_close(&state);
	assert_owner(scratch_path(scratch, "a"), uid, gid, 0700);
	assert_owner(scratch_path(scratch, "a/b"), uid, gid, 0700);
	assert_owner(scratch_path(scratch, "a/b/state"), uid, gid, 0700);
	assert_owner(scratch_path(scratch, "a/b/state/tokens"), uid, gid, 0700);
	assert_owner(scratch_path(scratch, "a/b/state/grants"), uid, gid, 0700);
	assert_owner(scratch_path(scratch, "a/b/state/tokens/" ACCOUNT), uid,
	    gid, 0600);
	assert_int_equal(scratch_count(scratch, "a/b/state/tokens"), 1);
	/* Only the lock: the drafts that proved it are gone. */
	assert_int_equal(scratch_count(scratch, "a/b/state/grants"), 1);
	return 0;
}

static void
what_a_person_makes_is_for_that_person_alone(void **state)
{
	struct scratch *scratch = *state;

	scratch_chmod(scratch, ".", 0777);
	assert_int_equal(unit_person(set_up_as_person, scratch), 0);
}

static int
set_up_unsafe(void *context)
{
	const struct scratch *scratch = context;
	struct owners owners = by_person();
	struct dir state;
	struct diag diag;

	scratch_mkdir(scratch, "state");
	scratch_mkdir(scratch, "state/tokens");
	scratch_chmod(scratch, "state/tokens", 0770);
	assert_status(setup_directories(scratch_path(scratch, "state"), &owners,
			  &state, &diag),
	    STATUS_ACCESS, &diag);
	assert_contains(diag.text, "chmod go-w ");
	return 0;
}

static void
what_others_may_write_is_refused_not_mended(void **state)
{
	struct scratch *scratch = *state;

	scratch_chmod(scratch, ".", 0777);
	assert_int_equal(unit_person(set_up_unsafe, scratch), 0);
}

static int
set_up_elsewhere(void *context)
{
	const struct scratch *scratch = context;
	struct owners owners = by_person();
	struct dir state;
	struct diag diag;

	assert_status(setup_directories(scratch_path(scratch, "state"), &owners,
			  &state, &diag),
	    STATUS_ACCESS, &diag);
	assert_contains(diag.text, "state");
	return 0;
}

static void
a_place_that_cannot_be_written_is_named(void **state)
{
	struct scratch *scratch = *state;

	scratch_chmod(scratch, ".", 0555);
	assert_int_equal(unit_person(set_up_elsewhere, scratch), 0);
	scratch_chmod(scratch, ".", 0755);
}

static void
root_gives_everything_to_the_renewer_and_readers(void **state)
{
	struct scratch *scratch = *state;
	struct dir dir;
	struct diag diag;

	if (geteuid() != 0)
		skip(); /* only root can give files away */
	umask(077);
	scratch_mkdir(scratch, "state");
	scratch_mkdir(scratch, "state/tokens");
	scratch_chmod(scratch, "state/tokens", 0777);
	scratch_chmod(scratch, "state", 0777);
	assert_status(setup_directories(scratch_path(scratch, "state"),
			  &by_root, &dir, &diag),
	    STATUS_OK, &diag);
	save_record(&by_root, &dir);
	dir_close(&dir);
	assert_owner(scratch_path(scratch, "state"), 0, 0, 0755);
	assert_owner(scratch_path(scratch, "state/tokens"), RENEWER, READER,
	    0711);
	assert_owner(scratch_path(scratch, "state/grants"), RENEWER,
	    RENEWER_GROUP, 0700);
	assert_owner(scratch_path(scratch, "state/tokens/" ACCOUNT), RENEWER,
	    ACCOUNT_READER, 0640);
	assert_owner(scratch_path(scratch, "state/grants/" ACCOUNT ".lock"),
	    RENEWER, RENEWER_GROUP, 0600);
}

/* Files of an account that belong to root, and what mending them does. */
static void
mend(struct scratch *scratch, enum status expected)
{
	struct account_files files;
	struct dir dir;
	struct diag diag;

	assert_status(setup_directories(scratch_path(scratch, "state"),
			  &by_root, &dir, &diag),
	    STATUS_OK, &diag);
	assert_int_equal(account_files(ACCOUNT, &files, NULL), STATUS_OK);
	assert_status(setup_mend_files(&dir, &by_root, &files, &diag), expected,
	    &diag);
	dir_close(&dir);
	assert_owner(scratch_path(scratch, "state/grants"), RENEWER,
	    RENEWER_GROUP, 0700);
	assert_owner(scratch_path(scratch, "state/tokens"), RENEWER, READER,
	    0711);
}

static void
make_files(struct scratch *scratch)
{
	umask(077);
	scratch_mkdir(scratch, "state");
	scratch_mkdir(scratch, "state/tokens");
	scratch_mkdir(scratch, "state/grants");
	scratch_write(scratch, "state/tokens/" ACCOUNT, "record");
	scratch_write(scratch, "state/grants/" ACCOUNT ".lock", "");
}

static void
root_mends_the_owners_of_files_that_are_there(void **state)
{
	struct scratch *scratch = *state;

	if (geteuid() != 0)
		skip();
	make_files(scratch);
	scratch_write(scratch, "state/grants/" ACCOUNT, "grant");
	mend(scratch, STATUS_OK);
	assert_owner(scratch_path(scratch, "state/tokens/" ACCOUNT), RENEWER,
	    ACCOUNT_READER, 0640);
	assert_owner(scratch_path(scratch, "state/grants/" ACCOUNT), RENEWER,
	    RENEWER_GROUP, 0600);
	assert_owner(scratch_path(scratch, "state/grants/" ACCOUNT ".lock"),
	    RENEWER, RENEWER_GROUP, 0600);
}

static void
root_gives_no_file_away_that_has_another_name_elsewhere(void **state)
{
	struct scratch *scratch = *state;

	if (geteuid() != 0)
		skip();
	make_files(scratch);
	scratch_write(scratch, "shadow", "root's");
	scratch_chmod(scratch, "shadow", 0600);
	assert_int_equal(link(scratch_path(scratch, "shadow"),
			     scratch_path(scratch, "state/grants/" ACCOUNT)),
	    0);
	mend(scratch, STATUS_ACCESS);
	assert_owner(scratch_path(scratch, "shadow"), 0, 0, 0600);
}

static void
root_follows_no_link_to_a_file(void **state)
{
	struct scratch *scratch = *state;

	if (geteuid() != 0)
		skip();
	make_files(scratch);
	scratch_write(scratch, "shadow", "root's");
	scratch_chmod(scratch, "shadow", 0600);
	assert_int_equal(symlink(scratch_path(scratch, "shadow"),
			     scratch_path(scratch, "state/grants/" ACCOUNT)),
	    0);
	mend(scratch, STATUS_ACCESS);
	assert_owner(scratch_path(scratch, "shadow"), 0, 0, 0600);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_a_person_makes_is_for_that_person_alone),
		TEST(what_others_may_write_is_refused_not_mended),
		TEST(a_place_that_cannot_be_written_is_named),
		TEST(root_gives_everything_to_the_renewer_and_readers),
		TEST(root_mends_the_owners_of_files_that_are_there),
		TEST(root_gives_no_file_away_that_has_another_name_elsewhere),
		TEST(root_follows_no_link_to_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
