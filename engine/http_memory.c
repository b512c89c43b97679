/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * libcurl's memory. See http_memory.h.
 *
 * The functions stay with libcurl for as long as the process lives; this object
 * is never unloaded (-z nodelete).
 *
 * BUGS: libcurl takes them from whoever starts it first. In a program that has
 * done so, or with a libc that does not tell a block's size, an Authorization
 * line stays in freed memory until it is used again.
 */

#include <stdlib.h>
#include <string.h>

#include "http_memory.h"

#ifdef HAVE_MALLOC_USABLE_SIZE

#include <malloc.h>

static void
wipe_and_free(void *block)
{
	if (block == NULL)
		return;
	explicit_bzero(block, malloc_usable_size(block));
	free(block);
}

/* Always to another place: realloc(3) would leave the old one as it is. */
static void *
move(void *block, size_t size)
{
	size_t old;
	void *new;

	if ((new = malloc(size)) == NULL || block == NULL)
		return new;
	old = malloc_usable_size(block);
	memcpy(new, block, old < size ? old : size);
	wipe_and_free(block);
	return new;
}

CURLcode
http_memory_start(void)
{
	return curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, wipe_and_free,
	    move, strdup, calloc);
}

#else

CURLcode
http_memory_start(void)
{
	return curl_global_init(CURL_GLOBAL_DEFAULT);
}

#endif
