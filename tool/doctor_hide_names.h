/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The names that doctor_hide.h gives, by kind and value.
 */

#ifndef DOCTOR_HIDE_NAMES_H
#define DOCTOR_HIDE_NAMES_H

#include <stdbool.h>

#include "doctor_hide.h"

/* "user1@host1" and the like. */
#define DOCTOR_HIDE_MAX_NAME 64

/* One value, and what stands for it. */
struct doctor_hide_name {
	enum doctor_hide_kind kind;
	char *value; /* lower case */
	unsigned number;
	bool is_known;    /* to be found as it is */
	bool is_labelled; /* its provider has been told */
};

struct doctor_hide {
	struct doctor_hide_name *names;
	size_t count;
	unsigned numbers[DOCTOR_HIDE_KIND_COUNT];
	enum status failed;
};

/* The value's entry, new if need be; NULL: out of memory, which is kept. */
struct doctor_hide_name *doctor_hide_find(struct doctor_hide *hide,
    enum doctor_hide_kind kind, const char *value, size_t length);

/* Appends what stands for a value. An address has an @ in it. */
void doctor_hide_add(struct doctor_hide *hide, enum doctor_hide_kind kind,
    const char *value, size_t length, struct buf *out);

/* Appends what stands for an entry. */
void doctor_hide_add_name(struct doctor_hide *hide, size_t index,
    struct buf *out);

/* localhost, and addresses of the loopback. */
bool doctor_hide_is_local(const char *value, size_t length);

/* The preset that a host belongs to, by its name; NULL: none. */
const char *doctor_hide_preset(const char *host, size_t length);

#endif
