/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Files of modules. See doctor_object.h.
 */

#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doctor_object.h"
#include "program.h"

/* A package manager that is asked who owns one file. */
#define TIMEOUT_MS 10000
#define MAX_SAID 4096

/* The beginning of an ELF object, as far as it says for which machine it is:
 * the class and the order of bytes, and at its place the machine. */
#define ELF_LENGTH 20
#define ELF_MAGIC "\177ELF"
#define ELF_CLASS 4
#define ELF_DATA 5
#define ELF_MACHINE 18

static const char *const plugin_directories[] = {
	"/usr/lib/*/sasl2",
	"/usr/lib64/sasl2",
	"/usr/lib/sasl2",
	"/usr/local/lib/*/sasl2",
	"/usr/local/lib64/sasl2",
	"/usr/local/lib/sasl2",
};

#define DIRECTORY_COUNT \
	(sizeof(plugin_directories) / sizeof(plugin_directories[0]))

const char *
doctor_object_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

bool
doctor_object_is_ours(const char *path)
{
	return path != NULL &&
	    strcmp(doctor_object_name(path), DOCTOR_MODULE_OBJECT) == 0;
}

/* Reads its beginning; returns how much of it there was, or -1. */
static ssize_t
read_head(const char *path, unsigned char head[ELF_LENGTH])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t length;

	if (fd < 0)
		return -1;
	length = read(fd, head, ELF_LENGTH);
	close(fd);
	return length;
}

const char *
doctor_object_mismatch(const char *path)
{
	unsigned char head[ELF_LENGTH], own[ELF_LENGTH];
	ssize_t length = read_head(path, head);

	if (length < 0)
		return NULL;
	if (length < ELF_LENGTH ||
	    memcmp(head, ELF_MAGIC, strlen(ELF_MAGIC)) != 0)
		return "it is no shared object";
	if (read_head("/proc/self/exe", own) != ELF_LENGTH)
		return NULL;
	if (head[ELF_CLASS] != own[ELF_CLASS] ||
	    head[ELF_DATA] != own[ELF_DATA] ||
	    memcmp(head + ELF_MACHINE, own + ELF_MACHINE, 2) != 0)
		return "it is for another kind of processor than this program";
	return NULL;
}

/* The first line that a program says; false: it fails. */
static bool
ask_program(const char *const *argv, char *line, size_t space)
{
	struct program_output output;
	struct diag diag;
	const char *said;
	bool is_known;

	program_output_init(&output, MAX_SAID);
	is_known = program_run(argv, TIMEOUT_MS, &output, &diag) == STATUS_OK &&
	    output.code == 0;
	said = buf_text(&output.out);
	snprintf(line, space, "%.*s", (int)strcspn(said, "\n"), said);
	program_output_clear(&output);
	return is_known && line[0] != '\0';
}

/* "libsasl2-modules:amd64: /usr/lib/...", or several names with ", ". */
bool
doctor_object_parse_dpkg(const char *said, struct doctor_package *package)
{
	size_t length = strcspn(said, ":, ");

	if (length == 0 || said[length] == '\0' ||
	    length >= sizeof(package->name))
		return false;
	memcpy(package->name, said, length);
	package->name[length] = '\0';
	package->remove = "apt-get remove";
	return true;
}

void
doctor_object_package(const char *path, struct doctor_package *package)
{
	const char *const dpkg[] = { "dpkg", "-S", path, NULL };
	const char *const rpm[] = { "rpm", "-q", "--qf", "%{NAME}\\n", "-f",
		path, NULL };
	char *real = realpath(path, NULL), line[MAX_SAID];
	const char *const really[] = { "dpkg", "-S", real, NULL };

	memset(package, 0, sizeof(*package));
	/* dpkg knows a file by the path that the package has. */
	if ((ask_program(dpkg, line, sizeof(line)) ||
		(real != NULL && ask_program(really, line, sizeof(line)))) &&
	    doctor_object_parse_dpkg(line, package)) {
		free(real);
		return;
	}
	free(real);
	if (ask_program(rpm, line, sizeof(line)) &&
	    strlen(line) < sizeof(package->name)) {
		memcpy(package->name, line, strlen(line) + 1);
		package->remove = "dnf remove";
	}
}

static bool
is_in(const char *directory, int length, char *path, size_t space)
{
	int written = snprintf(path, space, "%.*s/%s", length, directory,
	    DOCTOR_MODULE_OBJECT);

	return written > 0 && (size_t)written < space &&
	    access(path, F_OK) == 0;
}

static bool
is_in_pattern(const char *pattern, char *path, size_t space)
{
	glob_t found;
	bool is_found = false;
	size_t i;

	memset(&found, 0, sizeof(found));
	if (glob(pattern, GLOB_ONLYDIR, NULL, &found) == 0)
		for (i = 0; !is_found && i < found.gl_pathc; i++)
			is_found = is_in(found.gl_pathv[i],
			    (int)strlen(found.gl_pathv[i]), path, space);
	globfree(&found);
	return is_found;
}

bool
doctor_object_find(char *path, size_t space)
{
	const char *engine = secure_getenv("SASL_BEARER_ENGINE");
	size_t i;

	if (engine != NULL && strchr(engine, '/') != NULL &&
	    is_in(engine, (int)(strrchr(engine, '/') - engine), path, space))
		return true;
	if (is_in(PLUGINDIR, (int)strlen(PLUGINDIR), path, space))
		return true;
	for (i = 0; i < DIRECTORY_COUNT; i++)
		if (is_in_pattern(plugin_directories[i], path, space))
			return true;
	return false;
}
