/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The libraries that the engine runs with.
 */

#ifndef LIBRARIES_H
#define LIBRARIES_H

#include <stddef.h>

/*
 * Name and version of each, one by one: "libcurl/7.88.1 OpenSSL/3.0.17 ...",
 * "json-c 0.16"; NULL after the last. Static storage.
 */
const char *libraries_at(size_t index);

#endif
