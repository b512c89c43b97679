/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What SELinux and AppArmor have to say of a program and of files, as far as it
 * can be known from outside of that program. `root` is put before each path:
 * "" is this system, anything else a tree that looks like one.
 *
 * libselinux is not needed: what it would read is read here.
 */

#ifndef DOCTOR_LABEL_H
#define DOCTOR_LABEL_H

#include <stdbool.h>
#include <stddef.h>

/* "system_u:object_r:var_lib_t:s0" and longer ones. */
#define LABEL_MAX_TEXT 256

enum label_mode {
	LABEL_OFF,
	LABEL_PERMISSIVE, /* it would deny, and only notes it */
	LABEL_ENFORCING,
};

/* Is SELinux on? */
enum label_mode label_selinux(const char *root);

/* The label of a file, by its extended attribute; false: it has none. */
bool label_of_file(const char *path, char label[LABEL_MAX_TEXT]);

/* The label of a process, "self" or its id; false: it cannot be read. */
bool label_of_process(const char *root, const char *process,
    char label[LABEL_MAX_TEXT]);

/* The type in a label, its third part; false: it has none. */
bool label_type(const char *label, char type[LABEL_MAX_TEXT]);

enum label_answer {
	LABEL_ALLOWED,
	LABEL_DENIED,
	LABEL_UNKNOWN, /* the policy could not be asked */
};

/*
 * Asks the kernel's policy whether a process with the label `source` may do
 * all of that (words, separated by spaces) to what is labelled `target` and is
 * of that class. denied gets the words that it may not.
 */
enum label_answer label_ask(const char *root, const char *source,
    const char *target, const char *class, const char *permissions,
    char denied[LABEL_MAX_TEXT]);

/* The first number of the kernel's answer: a bit for each permission. */
bool label_parse_decision(const char *text, unsigned *allowed);

/* An AppArmor profile that confines a program. */
struct label_profile {
	char name[LABEL_MAX_TEXT];
	char file[LABEL_MAX_TEXT]; /* below /etc/apparmor.d/ */
	enum label_mode mode;
	bool has_rule; /* it, or its local part, names the path */
};

/*
 * Finds the profile of one of these programs (words: a path, or a name that
 * the profile's ends with), and whether it names that path. False: there is
 * none, or AppArmor is off. *is_unsure: it is on, and the profiles cannot be
 * read.
 */
bool label_find_profile(const char *root, const char *programs,
    const char *path, struct label_profile *profile, bool *is_unsure);

#endif
