/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The built objects under the real libsasl2: loading, ranking, and a login
 * from a record on disk.
 *
 *	PLUGIN_DIR		the directory of libsaslbearer.so
 *	SASL_BEARER_ENGINE	an engine's object, whose directory has
 *				sasl-bearer-client.so
 *
 * The objects stay in a process once they are loaded, so each test has a copy
 * of its own.
 */

#include <dirent.h>
#include <ftw.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <sasl/sasl.h>

#define ME "me@example.com"
#define ENTRY "libsaslbearer.so"
#define CLIENT "sasl-bearer-client.so"
#define ALL "PLAIN LOGIN XOAUTH2 OAUTHBEARER"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define STRONG (SASL_SEC_NOANONYMOUS)

/* Any user other than root. */
#define SOMEBODY 1234

struct fixture {
	char root[64];
	char path[512]; /* the last that at() made */
	sasl_conn_t *conn;
	char warning[512];
	unsigned warnings;
};

/* What the environment says; kept, as tests change it. */
static char plugin_dir[400], engine[400], engine_dir[400];

static const char *
at(struct fixture *f, const char *name)
{
	snprintf(f->path, sizeof(f->path), "%s/%s", f->root, name);
	return f->path;
}

static void
set(const char *name, const char *value)
{
	assert_int_equal(setenv(name, value, 1), 0);
}

static void
copy_file(const char *directory, const char *name, const char *to)
{
	char from[900], block[4096];
	size_t count;
	FILE *in, *out;

	snprintf(from, sizeof(from), "%s/%s", directory, name);
	if ((in = fopen(from, "r")) == NULL)
		fail_msg("there is no %s", from);
	assert_non_null(out = fopen(to, "w"));
	while ((count = fread(block, 1, sizeof(block), in)) > 0)
		assert_int_equal(fwrite(block, 1, count, out), count);
	assert_int_equal(fclose(out), 0);
	fclose(in);
}

/* Where libsasl2's own modules are. */
static void
find_others(char directory[400])
{
	static const char *const patterns[] = {
		"/usr/lib/*/sasl2/libplain.so",
		"/usr/lib64/sasl2/libplain.so",
		"/usr/lib/sasl2/libplain.so",
		"/usr/local/lib/sasl2/libplain.so",
	};
	glob_t found;
	size_t i;

	for (i = 0; i < COUNT(patterns); i++) {
		if (glob(patterns[i], 0, NULL, &found) != 0)
			continue;
		snprintf(directory, 400, "%s", found.gl_pathv[0]);
		*strrchr(directory, '/') = '\0';
		globfree(&found);
		return;
	}
	fail_msg("libsasl2's modules for PLAIN and LOGIN are not installed");
}

static void
link_others(struct fixture *f)
{
	static const char *const names[] = { "libplain.so", "liblogin.so" };
	char directory[400], target[500], name[50];
	size_t i;

	find_others(directory);
	for (i = 0; i < COUNT(names); i++) {
		snprintf(target, sizeof(target), "%s/%s", directory, names[i]);
		if (access(target, R_OK) != 0)
			fail_msg("there is no %s", target);
		snprintf(name, sizeof(name), "others/%s", names[i]);
		assert_int_equal(symlink(target, at(f, name)), 0);
	}
}

/* SASL_PATH of these two directories of the fixture. */
static void
set_path(struct fixture *f, const char *first, const char *second)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/%s:%s/%s", f->root, first, f->root,
	    second);
	set("SASL_PATH", path);
}

static int
setup(void **state)
{
	static const char *const directories[] = { "plugin", "lib", "others",
		"state", "state/tokens" };
	struct fixture *f = calloc(1, sizeof(*f));
	size_t i;

	assert_non_null(f);
	strcpy(f->root, "/tmp/load-test.XXXXXX");
	assert_non_null(mkdtemp(f->root));
	for (i = 0; i < COUNT(directories); i++)
		assert_int_equal(mkdir(at(f, directories[i]), 0700), 0);
	copy_file(plugin_dir, ENTRY, at(f, "plugin/" ENTRY));
	copy_file(engine_dir, CLIENT, at(f, "lib/" CLIENT));
	assert_int_equal(symlink(engine, at(f, "lib/engine.so")), 0);
	link_others(f);
	set("SASL_BEARER_ENGINE", at(f, "lib/engine.so"));
	set("SASL_BEARER_STATE", at(f, "nothing"));
	set("SASL_BEARER_CONF", at(f, "nothing"));
	set_path(f, "plugin", "others");
	*state = f;
	return 0;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	sasl_dispose(&f->conn);
	sasl_done();
	nftw(f->root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(f);
	return 0;
}

/* An account's record, good for ten minutes. */
static void
write_record(struct fixture *f, const char *name, const char *token)
{
	long now = (long)time(NULL);
	FILE *file;

	assert_non_null(file = fopen(at(f, name), "w"));
	fprintf(file,
	    "sasl-bearer-token 1\naccess_token %s\nobtained_at %ld\n"
	    "renew_at %ld\nexpires_at %ld\n",
	    token, now - 60, now + 600, now + 1200);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(f->path, 0600), 0);
}

/* There is an account, so that the mechanisms are of use. */
static void
configure(struct fixture *f)
{
	write_record(f, "state/tokens/" ME, "TOKEN");
	set("SASL_BEARER_STATE", at(f, "state"));
}

static int
tell_name(void *context, int id, const char **result, unsigned *length)
{
	(void)context;
	(void)id;
	*result = ME;
	if (length != NULL)
		*length = (unsigned)strlen(ME);
	return SASL_OK;
}

static int
tell_password(sasl_conn_t *conn, void *context, int id, sasl_secret_t **secret)
{
	static union {
		sasl_secret_t secret;
		char space[sizeof(sasl_secret_t) + 10];
	} password;

	(void)conn;
	(void)context;
	(void)id;
	password.secret.len = 9;
	memcpy(password.secret.data, "pass word", 10);
	*secret = &password.secret;
	return SASL_OK;
}

static int
take_line(void *context, int level, const char *line)
{
	struct fixture *f = context;

	if (level <= SASL_LOG_WARN) {
		f->warnings++;
		snprintf(f->warning, sizeof(f->warning), "%s", line);
	}
	return SASL_OK;
}

#define CALLBACK(function) ((int (*)(void))(void (*)(void))(function))

/* Loads the modules and opens a connection that demands these flags. */
static void
begin(struct fixture *f, unsigned flags)
{
	static sasl_callback_t callbacks[] = {
		{ SASL_CB_LOG, NULL, NULL },
		{ SASL_CB_AUTHNAME, CALLBACK(tell_name), NULL },
		{ SASL_CB_PASS, CALLBACK(tell_password), NULL },
		{ SASL_CB_LIST_END, NULL, NULL },
	};
	sasl_security_properties_t demands = { .security_flags = flags };

	callbacks[0].proc = CALLBACK(take_line);
	callbacks[0].context = f;
	assert_int_equal(sasl_client_init(callbacks), SASL_OK);
	assert_int_equal(sasl_client_new("imap", "imap.example", NULL,
			     "192.0.2.2;993", callbacks, 0, &f->conn),
	    SASL_OK);
	assert_int_equal(sasl_setprop(f->conn, SASL_SEC_PROPS, &demands),
	    SASL_OK);
}

static void
end(struct fixture *f)
{
	sasl_dispose(&f->conn);
	sasl_done();
}

/* Which of the server's mechanisms is taken? NULL: none. */
static const char *
choose(struct fixture *f, const char *offered, unsigned flags)
{
	const char *out, *mechanism = NULL;
	static char chosen[SASL_MECHNAMEMAX + 1];
	unsigned length;
	int code;

	begin(f, flags);
	code = sasl_client_start(f->conn, offered, NULL, &out, &length,
	    &mechanism);
	if (mechanism == NULL)
		assert_int_equal(code, SASL_NOMECH);
	else
		snprintf(chosen, sizeof(chosen), "%s", mechanism);
	end(f);
	return mechanism == NULL ? NULL : chosen;
}

/* Logs in, and compares what is sent ('|' is 0x01). */
static void
log_in(struct fixture *f, const char *offered, const char *message)
{
	const char *out = "?", *mechanism = NULL;
	unsigned length = 1, i;

	begin(f, STRONG);
	assert_int_equal(sasl_client_start(f->conn, offered, NULL, &out,
			     &length, &mechanism),
	    SASL_CONTINUE);
	assert_null(out); /* the token is not in the command */
	assert_int_equal(
	    sasl_client_step(f->conn, NULL, 0, NULL, &out, &length),
	    SASL_CONTINUE);
	assert_int_equal(length, strlen(message));
	for (i = 0; i < length; i++)
		assert_int_equal(out[i],
		    message[i] == '|' ? '\001' : message[i]);
	assert_int_equal(
	    sasl_client_step(f->conn, NULL, 0, NULL, &out, &length), SASL_OK);
	assert_int_equal(length, 0);
	assert_int_equal(f->warnings, 0);
	end(f);
}

/* Lines of a file that have this text. */
static unsigned
count_lines(const char *path, const char *text)
{
	char line[1000];
	unsigned count = 0;
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL)
		count += strstr(line, text) != NULL;
	fclose(file);
	return count;
}

static unsigned
count_descriptors(void)
{
	DIR *directory = opendir("/proc/self/fd");
	unsigned count = 0;

	assert_non_null(directory);
	while (readdir(directory) != NULL)
		count++;
	closedir(directory);
	return count;
}

static void
both_mechanisms_send_the_token_of_the_record(void **state)
{
	struct fixture *f = *state;

	configure(f);
	log_in(f, "XOAUTH2", "user=" ME "|auth=Bearer TOKEN||");
	log_in(f, "OAUTHBEARER",
	    "n,a=" ME ",|host=imap.example|port=993|auth=Bearer TOKEN||");
}

static void
it_can_be_loaded_again_with_another_state(void **state)
{
	struct fixture *f = *state;
	unsigned descriptors;
	int i;

	configure(f);
	log_in(f, "XOAUTH2", "user=" ME "|auth=Bearer TOKEN||");
	descriptors = count_descriptors();
	assert_int_equal(mkdir(at(f, "other"), 0700), 0);
	assert_int_equal(mkdir(at(f, "other/tokens"), 0700), 0);
	write_record(f, "other/tokens/" ME, "OTHER");
	for (i = 0; i < 3; i++) {
		set("SASL_BEARER_STATE", at(f, "other"));
		log_in(f, "XOAUTH2", "user=" ME "|auth=Bearer OTHER||");
		set("SASL_BEARER_STATE", at(f, "state"));
		log_in(f, "XOAUTH2", "user=" ME "|auth=Bearer TOKEN||");
	}
	set("SASL_BEARER_STATE", at(f, "nothing"));
	assert_string_equal(choose(f, ALL, STRONG), "PLAIN");
	assert_int_equal(count_descriptors(), descriptors);
}

static void
who_does_not_use_it_does_not_load_it(void **state)
{
	struct fixture *f = *state;

	/* Root prepares for a chroot where there is something in sight. */
	if (geteuid() != 0)
		configure(f);
	choose(f, "PLAIN", STRONG);
	assert_true(count_lines("/proc/self/maps", at(f, "plugin")) > 0);
	assert_int_equal(count_lines("/proc/self/maps", at(f, "lib")), 0);
	configure(f);
	choose(f, "XOAUTH2", STRONG);
	assert_true(count_lines("/proc/self/maps", at(f, "lib")) > 0);
}

/* What libsasl2 takes of a server's offer, whatever was loaded first. */
static const struct {
	bool configured;
	unsigned flags;
	const char *offered;
	const char *chosen;
} rankings[] = {
	{ true, STRONG, ALL, "OAUTHBEARER" },
	{ true, STRONG, "LOGIN PLAIN XOAUTH2", "XOAUTH2" },
	{ true, 0, "LOGIN XOAUTH2", "XOAUTH2" },
	{ true, STRONG | SASL_SEC_PASS_CREDENTIALS | SASL_SEC_NODICTIONARY, ALL,
	    "OAUTHBEARER" },
	/* a token can be read off the wire: that is not denied */
	{ true, STRONG | SASL_SEC_NOPLAINTEXT, ALL, NULL },
	{ false, STRONG, ALL, "PLAIN" },
	{ false, 0, "LOGIN XOAUTH2 OAUTHBEARER", "LOGIN" },
	/* found only by a program that names them */
	{ false, 0, "XOAUTH2 OAUTHBEARER", "OAUTHBEARER" },
	{ false, 0, "XOAUTH2", "XOAUTH2" },
	{ false, STRONG, "XOAUTH2 OAUTHBEARER", NULL },
};

static void
mechanisms_rank_by_what_is_in_sight(void **state)
{
	struct fixture *f = *state;
	const char *chosen;
	size_t i;
	int order;

	if (access("/etc/sasl-xoauth2.conf", F_OK) == 0)
		fail_msg("/etc/sasl-xoauth2.conf exists: move it away");
	write_record(f, "state/tokens/" ME, "TOKEN");
	for (order = 0; order < 2; order++)
		for (i = 0; i < COUNT(rankings); i++) {
			set_path(f, order == 0 ? "plugin" : "others",
			    order == 0 ? "others" : "plugin");
			set("SASL_BEARER_STATE",
			    at(f, rankings[i].configured ? "state" : "none"));
			chosen =
			    choose(f, rankings[i].offered, rankings[i].flags);
			if (rankings[i].chosen == NULL)
				assert_null(chosen);
			else
				assert_string_equal(chosen, rankings[i].chosen);
		}
}

static void
a_configuration_alone_is_in_sight_too(void **state)
{
	struct fixture *f = *state;
	FILE *file;

	assert_non_null(file = fopen(at(f, "conf"), "w"));
	fclose(file);
	set("SASL_BEARER_CONF", f->path);
	assert_string_equal(choose(f, ALL, STRONG), "OAUTHBEARER");
}

/* Starts a login that fails at once; the reason is in f->warning, once. */
static void
fail_to_log_in(struct fixture *f, int code)
{
	const char *out, *mechanism = NULL;
	unsigned length;

	f->warnings = 0;
	begin(f, 0);
	assert_int_equal(sasl_client_start(f->conn, "XOAUTH2", NULL, &out,
			     &length, &mechanism),
	    code);
	assert_int_equal(f->warnings, 1);
	if (strstr(sasl_errdetail(f->conn), f->warning) == NULL)
		fail_msg("\"%s\" lacks \"%s\"", sasl_errdetail(f->conn),
		    f->warning);
}

static void
what_is_broken_stops_nobody_else(void **state)
{
	struct fixture *f = *state;
	FILE *file;

	assert_non_null(file = fopen(at(f, "broken"), "w"));
	fputs("}}} this is no configuration \001\n", file);
	fclose(file);
	set("SASL_BEARER_CONF", f->path);
	set("SASL_BEARER_STATE", f->path); /* not even a directory */
	assert_string_equal(choose(f, "PLAIN", STRONG), "PLAIN");
	assert_string_equal(choose(f, "LOGIN", STRONG), "LOGIN");
	fail_to_log_in(f, SASL_FAIL);
	assert_non_null(strstr(f->warning, f->path));
}

static void
a_record_that_is_broken_is_reported_at_use(void **state)
{
	struct fixture *f = *state;
	FILE *file;

	configure(f);
	assert_non_null(file = fopen(at(f, "state/tokens/" ME), "w"));
	fputs("rubbish\n", file);
	fclose(file);
	assert_string_equal(choose(f, "PLAIN", STRONG), "PLAIN");
	fail_to_log_in(f, SASL_FAIL);
	assert_non_null(strstr(f->warning, f->path));
}

static void
a_program_that_goes_on_after_a_failure_gets_nothing(void **state)
{
	struct fixture *f = *state;
	const char *out = "?";
	unsigned length = 1;

	/* No account, and "pass word" is no token. */
	fail_to_log_in(f, SASL_NOUSER);
	assert_non_null(strstr(f->warning, "sasl-bearer login " ME));
	assert_int_equal(
	    sasl_client_step(f->conn, NULL, 0, NULL, &out, &length),
	    SASL_BADPARAM);
	assert_null(out);
	assert_int_equal(length, 0);
}

static void
a_missing_client_object_is_reported_at_use(void **state)
{
	struct fixture *f = *state;

	configure(f);
	assert_int_equal(remove(at(f, "lib/" CLIENT)), 0);
	assert_string_equal(choose(f, "PLAIN", STRONG), "PLAIN");
	fail_to_log_in(f, SASL_FAIL);
	assert_non_null(strstr(f->warning, f->path));
	assert_non_null(strstr(f->warning, "not installed completely"));
}

/* As Postfix's smtp(8): loads as root, then chroot(2), then no root. */
static int
log_in_within_a_chroot(struct fixture *f)
{
	const char *out, *mechanism;
	unsigned length;

	begin(f, STRONG);
	if (chroot(at(f, "plugin")) != 0 || chdir("/") != 0 ||
	    setgid(SOMEBODY) != 0 || setuid(SOMEBODY) != 0)
		return 2;
	if (sasl_client_start(f->conn, "XOAUTH2", NULL, &out, &length,
		&mechanism) != SASL_CONTINUE)
		return 3;
	if (sasl_client_step(f->conn, NULL, 0, NULL, &out, &length) !=
	    SASL_CONTINUE)
		return 4;
	return 0;
}

static void
records_are_found_within_a_chroot(void **state)
{
	static const char record[] = "state/tokens/" ME;
	static const char *const theirs[] = { "state", "state/tokens", record };
	struct fixture *f = *state;
	int status;
	size_t i;
	pid_t pid;

	if (geteuid() != 0)
		skip(); /* only root can chroot */
	configure(f);
	for (i = 0; i < COUNT(theirs); i++)
		assert_int_equal(chown(at(f, theirs[i]), SOMEBODY, SOMEBODY),
		    0);
	assert_int_not_equal(pid = fork(), -1);
	if (pid == 0)
		_exit(log_in_within_a_chroot(f));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void
get(const char *name, char *value, size_t space)
{
	const char *found = getenv(name);

	if (found == NULL) {
		fprintf(stderr, "%s is not set: see the head of this file\n",
		    name);
		exit(1);
	}
	snprintf(value, space, "%s", found);
}

#define LOAD_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LOAD_TEST(both_mechanisms_send_the_token_of_the_record),
		LOAD_TEST(it_can_be_loaded_again_with_another_state),
		LOAD_TEST(who_does_not_use_it_does_not_load_it),
		LOAD_TEST(mechanisms_rank_by_what_is_in_sight),
		LOAD_TEST(a_configuration_alone_is_in_sight_too),
		LOAD_TEST(what_is_broken_stops_nobody_else),
		LOAD_TEST(a_record_that_is_broken_is_reported_at_use),
		LOAD_TEST(a_program_that_goes_on_after_a_failure_gets_nothing),
		LOAD_TEST(a_missing_client_object_is_reported_at_use),
		LOAD_TEST(records_are_found_within_a_chroot),
	};

	get("PLUGIN_DIR", plugin_dir, sizeof(plugin_dir));
	get("SASL_BEARER_ENGINE", engine, sizeof(engine));
	snprintf(engine_dir, sizeof(engine_dir), "%s", engine);
	if (engine[0] != '/' || strlen(engine) >= sizeof(engine) - 1) {
		fprintf(stderr, "SASL_BEARER_ENGINE is no absolute path\n");
		return 1;
	}
	*strrchr(engine_dir, '/') = '\0';
	return cmocka_run_group_tests(tests, NULL, NULL);
}
