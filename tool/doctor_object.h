/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Files of modules: whose they are, and for which machine.
 */

#ifndef DOCTOR_OBJECT_H
#define DOCTOR_OBJECT_H

#include <stdbool.h>
#include <stddef.h>

#include "status.h"

#define DOCTOR_MODULE_OBJECT "libsaslbearer.so"

/* What Debian and RPM allow of a name is shorter. */
#define DOCTOR_PACKAGE_SPACE 128

/* The name behind the last slash. */
const char *doctor_object_name(const char *path);

/* Is it the module of this product, by its name? */
bool doctor_object_is_ours(const char *path);

/*
 * Is it an object for another processor than this program, or no object at
 * all? The reason as the end of a sentence; NULL: neither, or it cannot be
 * read.
 */
const char *doctor_object_mismatch(const char *path);

/*
 * The package that the file came with, and the command that removes one; ""
 * where dpkg and rpm do not know, or are not there.
 */
struct doctor_package {
	char name[DOCTOR_PACKAGE_SPACE];
	const char *remove; /* "apt-get remove" */
};
void doctor_object_package(const char *path, struct doctor_package *package);

/* The name of the package in what dpkg -S says; false: there is none. */
bool doctor_object_parse_dpkg(const char *said, struct doctor_package *package);

/*
 * Where the module is, apart from where libsasl2 looks: where it would be
 * installed, beside the engine object, and where others have plugins. False:
 * nowhere.
 */
bool doctor_object_find(char *path, size_t space);

#endif
