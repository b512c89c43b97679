/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The proxy that libcurl takes from the environment, told before it does.
 */

#ifndef DOCTOR_PROXY_H
#define DOCTOR_PROXY_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The proxy for https to a host ("HOST" or "HOST:PORT"), as the environment
 * has it: https_proxy, HTTPS_PROXY, all_proxy, ALL_PROXY, unless no_proxy or
 * NO_PROXY excepts the host. *variable is then the name of the one that has
 * it. NULL: none.
 */
const char *doctor_find_proxy(const char *host, const char **variable);

/*
 * A proxy's host and port, without a name and password before them. *had_login
 * tells whether those were there.
 */
void doctor_name_proxy(const char *proxy, char *host, size_t space,
    bool *had_login);

/* Its scheme with "://" as it is written; "http://" where there is none. */
void doctor_name_proxy_scheme(const char *proxy, char *scheme, size_t space);

#endif
