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

/* libsasl2's own PLAIN and LOGIN. */
static void
link_others(struct fixture *f)
{
	static const char *const patterns[] = {
		"/usr/lib/*/sasl2/lib%s.so", "/usr/lib64/sasl2/lib%s.so",
		"/usr/lib/sasl2/lib%s.so", "/usr/local/lib/sasl2/lib%s.so",
	};
	static const char *const names[] = { "plain", "login" };
	char pattern[100], target[100];
	glob_t found = { 0 };
	size_t i, j;

	for (j = 0; j < 2; j++) {
		for (i = 0; i < 4 && found.gl_pathc == 0; i++) {
			snprintf(pattern, sizeof(pattern),
			    i == 0 ? "/usr/lib/*/sasl2/lib%s.so" :
			    i == 1 ? "/usr/lib64/sasl2/lib%s.so" :
			    i == 2 ? "/usr/lib/sasl2/lib%s.so" :
			    "/usr/local/lib/sasl2/lib%s.so", names[j]);
			(void)glob(pattern, 0, NULL, &found);
		}
		(void)patterns;
		if (found.gl_pathc == 0)
			fail_msg("libsasl2's module for %s is not installed",
			    names[j]);
		snprintf(target, sizeof(target), "others/lib%s.so", names[j]);
		assert_int_equal(symlink(found.gl_pathv[0], at(f, target)), 0);
		globfree(&found);
		memset(&found, 0, sizeof(found));
	}
}
