/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * getaddrinfo() with a deadline. See resolve.h.
 *
 * The thread and the one who waits share a lookup. The thread closes its end
 * of a pipe when it is done; whoever lets go of the lookup last frees it.
 */

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "await.h"
#include "buf.h"
#include "resolve.h"

struct lookup {
	char *host, *port;
	struct addrinfo *addresses;
	int error;   /* of getaddrinfo() */
	int done[2]; /* [0] is the waiter's, [1] the thread's */
	atomic_int holders;
};

static void
lookup_release(struct lookup *lookup)
{
	if (atomic_fetch_sub(&lookup->holders, 1) > 1)
		return;
	if (lookup->addresses != NULL)
		freeaddrinfo(lookup->addresses);
	free(lookup->host);
	free(lookup->port);
	free(lookup);
}

static void *
run(void *context)
{
	struct lookup *lookup = context;
	struct addrinfo hints;
	int done = lookup->done[1];

	memset(&hints, 0, sizeof(hints));
	hints.ai_socktype = SOCK_STREAM;
	lookup->error =
	    getaddrinfo(lookup->host, lookup->port, &hints, &lookup->addresses);
	if (lookup->error != 0)
		lookup->addresses = NULL;
	lookup_release(lookup);
	close(done);
	return NULL;
}

/* A thread that no signal reaches: those are for who waits. */
static bool
start_thread(struct lookup *lookup)
{
	sigset_t all, before;
	pthread_attr_t attributes;
	pthread_t thread;
	bool started;

	if (pthread_attr_init(&attributes) != 0)
		return false;
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	started = pthread_create(&thread, &attributes, run, lookup) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	return started;
}

static struct lookup *
lookup_new(const char *host, const char *port)
{
	struct lookup *lookup = calloc(1, sizeof(*lookup));

	if (lookup == NULL)
		return NULL;
	atomic_init(&lookup->holders, 1);
	lookup->host = string_copy(host);
	lookup->port = string_copy(port);
	if (lookup->host == NULL || lookup->port == NULL ||
	    pipe2(lookup->done, O_CLOEXEC) != 0) {
		lookup_release(lookup);
		return NULL;
	}
	return lookup;
}

static enum status
take_result(struct lookup *lookup, struct addrinfo **addresses,
    struct diag *diag)
{
	if (lookup->error == EAI_MEMORY)
		return diag_set_nomem(diag);
	if (lookup->error != 0)
		return diag_set(diag, STATUS_AGAIN,
		    "the name of %.200s cannot be resolved (%s); check the "
		    "name and DNS",
		    lookup->host, gai_strerror(lookup->error));
	*addresses = lookup->addresses;
	lookup->addresses = NULL; /* now the caller's */
	return STATUS_OK;
}

enum status
resolve_host(const char *host, const char *port, int64_t deadline_ms,
    const volatile sig_atomic_t *cancelled, struct addrinfo **addresses,
    struct diag *diag)
{
	struct lookup *lookup = lookup_new(host, port);
	enum status r;

	if (lookup == NULL)
		return diag_set_nomem(diag);
	atomic_store(&lookup->holders, 2);
	if (!start_thread(lookup)) {
		atomic_store(&lookup->holders, 1);
		close(lookup->done[0]);
		close(lookup->done[1]);
		lookup_release(lookup);
		return diag_set_nomem(diag);
	}
	r = await_fd(lookup->done[0], POLLIN, deadline_ms, cancelled, diag);
	close(lookup->done[0]);
	if (r == STATUS_OK)
		r = take_result(lookup, addresses, diag);
	else if (r == STATUS_AGAIN)
		diag_set(diag, r,
		    "the name of %.200s was not resolved in time; check DNS",
		    host);
	lookup_release(lookup);
	return r;
}
