/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Values that are in the form of what they should be, and cannot be it; names
 * that are nearly others. Opens nothing.
 */

#ifndef DOCTOR_VALUES_H
#define DOCTOR_VALUES_H

#include <stdbool.h>

#include "accounts.h"

/* "01234567-89ab-cdef-0123-456789abcdef", in either case. */
bool doctor_is_guid(const char *text);

/*
 * Does the text stand for a value, as manuals write it: a GUID of one digit or
 * of ours, "YOUR-CLIENT-ID", "<id>", "changeme", "xxxx"?
 */
bool doctor_is_placeholder(const char *text);

/* Is it a domain or an address of manuals: example.com, contoso.com? */
bool doctor_is_example(const char *text);

/*
 * The account among those whose name is nearly that one: but for case, for two
 * slips at most that are no numbers, or for its domain where only one has none.
 * NULL: none is.
 */
const char *doctor_find_similar(const struct accounts *accounts,
    const char *name);

#endif
