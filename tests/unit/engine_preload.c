/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Files that are read once and kept.
 */

#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "forklock.h"
#include "preload.h"
#include "unit.h"

#define CERTIFICATE \
	"-----BEGIN CERTIFICATE-----\nAA==\n" \
	"-----END CERTIFICATE-----\n"

static struct preload *
new_preload(void)
{
	struct preload *preload = NULL;

	assert_int_equal(preload_new(&preload), STATUS_OK);
	return preload;
}

static void
what_was_read_stays_when_the_file_goes(void **state)
{
	struct scratch *s = *state;
	struct preload *preload = new_preload();
	const struct buf *bytes, *again;
	struct diag diag;

	scratch_write(s, "file", "text\n");
	assert_int_equal(preload_get(preload, PRELOAD_FILE,
			     scratch_path(s, "file"), &bytes, &diag),
	    STATUS_OK);
	assert_string_equal(buf_text(bytes), "text\n");
	scratch_write(s, "file", "other");
	assert_int_equal(preload_get(preload, PRELOAD_FILE,
			     scratch_path(s, "file"), &again, &diag),
	    STATUS_OK);
	assert_ptr_equal(again, bytes);
	unlink(scratch_path(s, "file"));
	assert_int_equal(preload_get(preload, PRELOAD_FILE,
			     scratch_path(s, "file"), &again, &diag),
	    STATUS_OK);
	/* as a secret it was not read yet */
	assert_int_equal(preload_get(preload, PRELOAD_SECRET,
			     scratch_path(s, "file"), &again, &diag),
	    STATUS_CONFIG);
	preload_free(&preload);
	assert_null(preload);
	preload_free(&preload);
}

static void
what_could_not_be_read_is_tried_again(void **state)
{
	struct scratch *s = *state;
	struct preload *preload = new_preload();
	const struct buf *bytes;
	struct diag diag;

	assert_int_equal(preload_get(preload, PRELOAD_FILE,
			     scratch_path(s, "later"), &bytes, &diag),
	    STATUS_CONFIG);
	assert_contains(diag.text, "there is no file");
	assert_contains(diag.text, "/later");
	scratch_write(s, "later", "x");
	assert_int_equal(preload_get(preload, PRELOAD_FILE,
			     scratch_path(s, "later"), &bytes, &diag),
	    STATUS_OK);
	preload_free(&preload);
}

static const struct secret {
	const char *text;
	size_t length;
	const char *secret; /* NULL: none */
} secrets[] = {
	{ "s3cret", 6, "s3cret" },
	{ "s3cret\n", 7, "s3cret" },
	{ " two words \r\n\t ", 15, " two words" },
	{ "", 0, NULL },
	{ "\n\n", 2, NULL },
	{ "a\0b", 3, NULL },
};

static void
a_secret_ends_before_its_white_space(void **state)
{
	struct scratch *s = *state;
	struct preload *preload;
	const struct buf *bytes;
	struct diag diag;
	size_t i;

	for (i = 0; i < COUNT(secrets); i++) {
		unit_row("row %zu", i);
		preload = new_preload();
		scratch_write_bytes(s, "secret", secrets[i].text,
		    secrets[i].length);
		assert_status(preload_get(preload, PRELOAD_SECRET,
				  scratch_path(s, "secret"), &bytes, &diag),
		    secrets[i].secret != NULL ? STATUS_OK : STATUS_CONFIG,
		    &diag);
		if (secrets[i].secret != NULL)
			assert_row_text(buf_text(bytes), secrets[i].secret);
		else
			assert_contains(diag.text, "holds no secret");
		preload_free(&preload);
	}
}

static void
a_credential_is_below_its_directory(void **state)
{
	struct scratch *s = *state;
	struct preload *preload = new_preload();
	const struct buf *bytes;
	struct diag diag;

	unsetenv("CREDENTIALS_DIRECTORY");
	assert_int_equal(
	    preload_get(preload, PRELOAD_FILE, "credential:key", &bytes, &diag),
	    STATUS_CONFIG);
	assert_contains(diag.text, "LoadCredential=");
	setenv("CREDENTIALS_DIRECTORY", s->path, 1);
	scratch_write(s, "key", "bytes");
	assert_status(
	    preload_get(preload, PRELOAD_FILE, "credential:key", &bytes, &diag),
	    STATUS_OK, &diag);
	assert_string_equal(buf_text(bytes), "bytes");
	scratch_write(s, "key", "s3cret\n");
	assert_status(preload_get(preload, PRELOAD_SECRET, "credential:key",
			  &bytes, &diag),
	    STATUS_OK, &diag);
	assert_string_equal(buf_text(bytes), "s3cret");
	unsetenv("CREDENTIALS_DIRECTORY");
	preload_free(&preload);
}

static void
a_directory_of_certificates_is_read_without_what_is_none(void **state)
{
	struct scratch *s = *state;
	struct preload *preload = new_preload();
	const struct buf *bytes;
	struct diag diag;

	alarm(20);
	scratch_mkdir(s, "certs");
	assert_int_equal(preload_get(preload, PRELOAD_CA_DIRECTORY,
			     scratch_path(s, "certs"), &bytes, &diag),
	    STATUS_CONFIG);
	assert_contains(diag.text, "no PEM certificate");
	assert_int_equal(mkfifo(scratch_path(s, "certs/fifo"), 0600), 0);
	scratch_mkdir(s, "certs/sub");
	scratch_write(s, "certs/.hidden", "hidden");
	scratch_write(s, "outside.pem", CERTIFICATE);
	assert_int_equal(
	    symlink("../outside.pem", scratch_path(s, "certs/1a2b.0")), 0);
	assert_status(preload_get(preload, PRELOAD_CA_DIRECTORY,
			  scratch_path(s, "certs"), &bytes, &diag),
	    STATUS_OK, &diag);
	assert_string_equal(buf_text(bytes), CERTIFICATE "\n");
	assert_int_equal(preload_get(preload, PRELOAD_CA_DIRECTORY,
			     scratch_path(s, "none"), &bytes, &diag),
	    STATUS_CONFIG);
	assert_contains(diag.text, "cannot open the directory");
	preload_free(&preload);
	alarm(0);
}

static void
the_systems_bundle_can_be_named_by_the_environment(void **state)
{
	struct scratch *s = *state;
	struct preload *preload = new_preload();
	const struct buf *bytes;
	struct diag diag;

	scratch_write(s, "bundle", CERTIFICATE);
	setenv("SSL_CERT_FILE", scratch_path(s, "bundle"), 1);
	assert_status(
	    preload_get(preload, PRELOAD_CA_SYSTEM, "", &bytes, &diag),
	    STATUS_OK, &diag);
	assert_string_equal(buf_text(bytes), CERTIFICATE);
	unsetenv("SSL_CERT_FILE");
	preload_free(&preload);
}

static void
an_unsafe_secret_is_refused_with_the_remedy(void **state)
{
	struct scratch *s = *state;
	struct preload *preload = new_preload();
	const struct buf *bytes;
	struct diag diag;

	scratch_write(s, "secret", "x");
	scratch_chmod(s, "secret", 0622);
	assert_int_equal(preload_get(preload, PRELOAD_SECRET,
			     scratch_path(s, "secret"), &bytes, &diag),
	    STATUS_ACCESS);
	assert_contains(diag.text, "chmod g-w,o-rwx");
	preload_free(&preload);
}

/* Kubernetes: mounted -> ..data/mounted, and ..data -> a directory. */
static void
a_mounted_file_is_read_anew_by_the_directory_that_was_open(void **state)
{
	struct scratch *s = *state;
	struct preload *preload = new_preload();
	char path[128], moved[128];
	struct diag diag;
	struct buf bytes;
	size_t i;

	scratch_mkdir(s, "dir");
	scratch_mkdir(s, "dir/..1");
	scratch_mkdir(s, "dir/..2");
	scratch_write(s, "dir/..1/mounted", "first\n");
	scratch_write(s, "dir/..2/mounted", "second\n");
	assert_int_equal(symlink("..1", scratch_path(s, "dir/..data")), 0);
	assert_int_equal(
	    symlink("..data/mounted", scratch_path(s, "dir/mounted")), 0);
	snprintf(path, sizeof(path), "%s", scratch_path(s, "dir/mounted"));
	preload_mounted(preload, path);

	/* What a chroot would do: the path is gone, the directory is not. */
	snprintf(moved, sizeof(moved), "%s", scratch_path(s, "moved"));
	assert_int_equal(rename(scratch_path(s, "dir"), moved), 0);
	for (i = 0; i < 2; i++) {
		buf_init(&bytes, PRELOAD_MAX_SECRET);
		assert_status(
		    preload_read_mounted(preload, path, &bytes, &diag),
		    STATUS_OK, &diag);
		assert_string_equal(buf_text(&bytes),
		    i == 0 ? "first" : "second");
		buf_clear(&bytes);
		unlink(scratch_path(s, "moved/..data"));
		assert_int_equal(
		    symlink("..2", scratch_path(s, "moved/..data")), 0);
	}
	preload_free(&preload);
}

static void
a_directory_that_is_replaced_as_a_whole_is_found(void **state)
{
	struct scratch *s = *state;
	struct preload *preload = new_preload();
	char path[128], moved[128];
	struct diag diag;
	struct buf bytes;

	scratch_mkdir(s, "dir");
	snprintf(path, sizeof(path), "%s", scratch_path(s, "dir/mounted"));
	preload_mounted(preload, path);
	snprintf(moved, sizeof(moved), "%s", scratch_path(s, "moved"));
	assert_int_equal(rename(scratch_path(s, "dir"), moved), 0);
	scratch_mkdir(s, "dir");
	scratch_write(s, "dir/mounted", "new\n");
	buf_init(&bytes, PRELOAD_MAX_SECRET);
	assert_status(preload_read_mounted(preload, path, &bytes, &diag),
	    STATUS_OK, &diag);
	assert_string_equal(buf_text(&bytes), "new");
	buf_clear(&bytes);
	preload_free(&preload);
}

static void
a_mounted_file_that_is_missing_is_named(void **state)
{
	struct scratch *s = *state;
	struct preload *preload = new_preload();
	const char *const names[] = { "none", "nowhere/none" };
	struct diag diag;
	struct buf bytes;
	size_t i;

	buf_init(&bytes, PRELOAD_MAX_SECRET);
	for (i = 0; i < COUNT(names); i++) {
		assert_int_equal(preload_read_mounted(preload,
				     scratch_path(s, names[i]), &bytes, &diag),
		    STATUS_CONFIG);
		assert_contains(diag.text, names[i]);
	}
	buf_clear(&bytes);
	preload_free(&preload);
}

#define FORKS 100
#define PATIENCE_S 20

/* What the handlers of a fork, the busy thread and the child have in common. */
static struct busy {
	struct preload *preload; /* NULL: forks are nobody's business */
	const char *path;
	atomic_bool is_over;
} busy;

static void
lock_busy(void)
{
	if (busy.preload != NULL)
		preload_lock(busy.preload);
}

static void
unlock_busy(void)
{
	if (busy.preload != NULL)
		preload_unlock(busy.preload);
}

static void *
load_without_end(void *context)
{
	const struct buf *bytes;

	(void)context;
	while (!atomic_load(&busy.is_over))
		(void)preload_get(busy.preload, PRELOAD_FILE, busy.path, &bytes,
		    NULL);
	return NULL;
}

static int
load_in_child(void *context)
{
	const struct buf *bytes;

	(void)context;
	alarm(PATIENCE_S);
	return preload_get(busy.preload, PRELOAD_FILE, busy.path, &bytes,
		   NULL) == STATUS_CONFIG ?
	    0 :
	    1;
}

static void
a_child_can_load_while_another_thread_was_loading(void **state)
{
	struct scratch *s = *state;
	pthread_t thread;
	int i;

	if (!unit_child_has_memory())
		skip();
	busy.path = scratch_path(s, "none"); /* so it is tried each time */
	busy.preload = new_preload();
	assert_int_equal(pthread_atfork(lock_busy, unlock_busy, unlock_busy),
	    0);
	assert_int_equal(pthread_create(&thread, NULL, load_without_end, NULL),
	    0);
	for (i = 0; i < FORKS; i++)
		assert_int_equal(unit_child(load_in_child, NULL), 0);
	atomic_store(&busy.is_over, true);
	pthread_join(thread, NULL);
	assert_false(forklock_is_held());
	preload_free(&busy.preload);
}

#define PRELOAD_TEST(name) \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PRELOAD_TEST(what_was_read_stays_when_the_file_goes),
		PRELOAD_TEST(what_could_not_be_read_is_tried_again),
		PRELOAD_TEST(a_secret_ends_before_its_white_space),
		PRELOAD_TEST(a_credential_is_below_its_directory),
		PRELOAD_TEST(
		    a_directory_of_certificates_is_read_without_what_is_none),
		PRELOAD_TEST(
		    the_systems_bundle_can_be_named_by_the_environment),
		PRELOAD_TEST(an_unsafe_secret_is_refused_with_the_remedy),
		PRELOAD_TEST(
		    a_mounted_file_is_read_anew_by_the_directory_that_was_open),
		PRELOAD_TEST(a_directory_that_is_replaced_as_a_whole_is_found),
		PRELOAD_TEST(a_mounted_file_that_is_missing_is_named),
		PRELOAD_TEST(a_child_can_load_while_another_thread_was_loading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
