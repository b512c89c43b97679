/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Reads what the kernel tells of SELinux and AppArmor. See doctor_label.h.
 *
 * BUGS: an AppArmor profile is not understood, only searched for a path; one
 * whose rules reach it by a pattern is not seen to.
 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "doctor_label.h"
#include "words.h"

#define MAX_PATH 1024
#define MAX_QUESTION (2 * LABEL_MAX_TEXT + 16)

/* A profile with its comments; hundreds of profiles. */
#define MAX_FILE (1024 * 1024)

/* A file of /sys or /proc, without the white space at its end. */
static bool
read_short(const char *root, const char *path, char text[LABEL_MAX_TEXT])
{
	char full[MAX_PATH];
	ssize_t length;
	int fd;

	snprintf(full, sizeof(full), "%s%s", root, path);
	if ((fd = open(full, O_RDONLY | O_CLOEXEC)) < 0)
		return false;
	length = read(fd, text, LABEL_MAX_TEXT - 1);
	close(fd);
	if (length < 0)
		return false;
	while (length > 0 && strchr(" \n", text[length - 1]) != NULL)
		length--;
	text[length] = '\0';
	return true;
}

enum label_mode
label_selinux(const char *root)
{
	char text[LABEL_MAX_TEXT];

	if (!read_short(root, "/sys/fs/selinux/enforce", text))
		return LABEL_OFF;
	return strcmp(text, "0") == 0 ? LABEL_PERMISSIVE : LABEL_ENFORCING;
}

bool
label_of_file(const char *path, char label[LABEL_MAX_TEXT])
{
	ssize_t length =
	    getxattr(path, "security.selinux", label, LABEL_MAX_TEXT - 1);

	if (length <= 0)
		return false;
	label[length] = '\0'; /* it mostly has one, too */
	return true;
}

bool
label_of_process(const char *root, const char *process,
    char label[LABEL_MAX_TEXT])
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%s/attr/current", process);
	return read_short(root, path, label) && label[0] != '\0';
}

bool
label_type(const char *label, char type[LABEL_MAX_TEXT])
{
	size_t length;
	int i;

	for (i = 0; i < 2; i++) {
		if ((label = strchr(label, ':')) == NULL)
			return false;
		label++;
	}
	length = strcspn(label, ":");
	if (length == 0 || length >= LABEL_MAX_TEXT)
		return false;
	memcpy(type, label, length);
	type[length] = '\0';
	return true;
}

bool
label_parse_decision(const char *text, unsigned *allowed)
{
	char *end;
	unsigned long number = strtoul(text, &end, 16);

	if (end == text || *end != ' ')
		return false;
	*allowed = (unsigned)number;
	return true;
}

/* A number by which the kernel knows a class or a permission. */
static bool
read_number(const char *root, const char *path, unsigned *number)
{
	char text[LABEL_MAX_TEXT];

	if (!read_short(root, path, text))
		return false;
	*number = (unsigned)strtoul(text, NULL, 10);
	return *number > 0;
}

/* The bit of one permission; 0: the policy does not know it. */
static unsigned
find_bit(const char *root, const char *class, const struct word *word)
{
	char path[MAX_PATH];
	unsigned number;

	snprintf(path, sizeof(path), "/sys/fs/selinux/class/%s/perms/%.*s",
	    class, (int)word->length, word->text);
	if (!read_number(root, path, &number) || number > 32)
		return 0;
	return 1U << (number - 1);
}

/* The question and its answer go by one descriptor. */
static bool
ask(const char *root, const char *question, unsigned *allowed)
{
	char path[MAX_PATH], answer[LABEL_MAX_TEXT];
	size_t length = strlen(question);
	ssize_t count = -1;
	int fd;

	snprintf(path, sizeof(path), "%s/sys/fs/selinux/access", root);
	if ((fd = open(path, O_RDWR | O_CLOEXEC)) < 0)
		return false;
	if (write(fd, question, length) == (ssize_t)length)
		count = read(fd, answer, sizeof(answer) - 1);
	close(fd);
	if (count <= 0)
		return false;
	answer[count] = '\0';
	return label_parse_decision(answer, allowed);
}

enum label_answer
label_ask(const char *root, const char *source, const char *target,
    const char *class, const char *permissions, char denied[LABEL_MAX_TEXT])
{
	char question[MAX_QUESTION], path[MAX_PATH];
	unsigned index, allowed, bit;
	struct word word;
	size_t used = 0;

	denied[0] = '\0';
	snprintf(path, sizeof(path), "/sys/fs/selinux/class/%s/index", class);
	if (!read_number(root, path, &index))
		return LABEL_UNKNOWN;
	snprintf(question, sizeof(question), "%s %s %u", source, target, index);
	if (!ask(root, question, &allowed))
		return LABEL_UNKNOWN;
	while (words_next(&permissions, &word)) {
		if ((bit = find_bit(root, class, &word)) == 0)
			return LABEL_UNKNOWN;
		if ((allowed & bit) == 0 &&
		    used + word.length + 2 < LABEL_MAX_TEXT)
			used += (size_t)snprintf(denied + used,
			    LABEL_MAX_TEXT - used, "%s%.*s",
			    used > 0 ? " " : "", (int)word.length, word.text);
	}
	return used == 0 ? LABEL_ALLOWED : LABEL_DENIED;
}

/* A file as a string, to be freed; NULL: it cannot be read. */
static char *
read_long(const char *root, const char *directory, const char *name)
{
	char path[MAX_PATH], *text = NULL;
	size_t length;
	FILE *file;

	snprintf(path, sizeof(path), "%s%s%s", root, directory, name);
	if ((file = fopen(path, "re")) == NULL)
		return NULL;
	if ((text = malloc(MAX_FILE + 1)) != NULL) {
		length = fread(text, 1, MAX_FILE, file);
		text[length] = '\0';
	}
	(void)fclose(file);
	return text;
}

/* Is it that program, or one of that name in some directory? */
static bool
is_of(const char *name, const struct word *program)
{
	size_t length = strlen(name);
	const char *end;

	if (length < program->length)
		return false;
	end = name + length - program->length;
	return strncasecmp(end, program->text, program->length) == 0 &&
	    (end == name || (end[-1] == '/' && program->text[0] != '/'));
}

/* "NAME (MODE)", one line of the list; false: it is another form. */
static bool
parse_line(const char *line, size_t length, struct label_profile *profile)
{
	size_t end = length;

	while (end > 0 && line[end - 1] != '(')
		end--;
	if (end < 3 || end - 2 >= sizeof(profile->name))
		return false;
	profile->mode = strncmp(line + end, "enforce", 7) == 0 ||
		strncmp(line + end, "kill", 4) == 0 ?
	    LABEL_ENFORCING :
	    LABEL_PERMISSIVE;
	memcpy(profile->name, line, end - 2);
	profile->name[end - 2] = '\0';
	return true;
}

static bool
is_one_of(const char *name, const char *programs)
{
	struct word program;

	while (words_next(&programs, &program))
		if (is_of(name, &program))
			return true;
	return false;
}

static bool
find_in_list(const char *list, const char *programs,
    struct label_profile *profile)
{
	size_t length;

	for (; *list != '\0'; list += length + (list[length] == '\n')) {
		length = strcspn(list, "\n");
		if (parse_line(list, length, profile) &&
		    is_one_of(profile->name, programs))
			return true;
	}
	return false;
}

/* "usr.bin.msmtp" for /usr/bin/msmtp, as such files are called. */
static void
name_file(struct label_profile *profile)
{
	const char *name = profile->name;
	size_t i;

	name += name[0] == '/';
	for (i = 0; name[i] != '\0'; i++)
		profile->file[i] = name[i] == '/' ? '.' : name[i];
	profile->file[i] = '\0';
}

static bool
names_path(const char *root, const char *directory, const char *file,
    const char *path)
{
	char *text = read_long(root, directory, file);
	bool found = text != NULL && strstr(text, path) != NULL;

	free(text);
	return found;
}

bool
label_find_profile(const char *root, const char *programs, const char *path,
    struct label_profile *profile, bool *is_unsure)
{
	char enabled[LABEL_MAX_TEXT], *list;
	bool found;

	*is_unsure = false;
	memset(profile, 0, sizeof(*profile));
	if (!read_short(root, "/sys/module/apparmor/parameters/enabled",
		enabled) ||
	    enabled[0] != 'Y')
		return false;
	list = read_long(root, "/sys/kernel/security/apparmor/", "profiles");
	if (list == NULL) {
		*is_unsure = true;
		return false;
	}
	found = find_in_list(list, programs, profile);
	free(list);
	if (!found)
		return false;
	name_file(profile);
	profile->has_rule =
	    names_path(root, "/etc/apparmor.d/local/", profile->file, path) ||
	    names_path(root, "/etc/apparmor.d/", profile->file, path);
	return true;
}
