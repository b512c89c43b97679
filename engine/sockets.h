/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The sockets of a request, in a program that may have closed its descriptors
 * 0 to 2: what is written to standard output must not end up in one.
 */

#ifndef SOCKETS_H
#define SOCKETS_H

#include <curl/curl.h>
#include <stdbool.h>

/* What must live as long as the transfer; zero at first. */
struct sockets {
	int error; /* EMFILE or ENFILE where one could not be made, or 0 */
};

/*
 * Sockets are above 2 and close-on-exec from now on. Why there is none is then
 * in sockets.
 */
CURLcode sockets_watch(CURL *curl, struct sockets *sockets);

/* The descriptors that stand in for closed ones; -1 where none does. */
struct sockets_low {
	int fd[3];
};

/*
 * Puts something that can neither be read nor written where 0 to 2 are closed,
 * so that nothing else comes to be there, and takes it away again.
 */
void sockets_fill_low(struct sockets_low *low);
void sockets_free_low(struct sockets_low *low);

#endif
