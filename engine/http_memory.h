/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Memory of libcurl's that is wiped before it is freed: it holds the header
 * lines of a request, and libcurl moves them about as they grow.
 */

#ifndef HTTP_MEMORY_H
#define HTTP_MEMORY_H

#include <curl/curl.h>

/*
 * Starts libcurl with such memory, once in a process. Where the program has
 * started libcurl before, it keeps what it has. Blocks are malloc(3)'s, so that
 * either side may free what the other one took.
 */
CURLcode http_memory_start(void);

#endif
