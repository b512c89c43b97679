/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Questions to name servers. See dns.h.
 *
 * libc's resolver asks, in a child process. It keeps to no deadline of ours
 * (over TCP to none at all) and a signal does not end it; a child can be.
 */

#include <sys/types.h>
#include <sys/wait.h>
#include <netinet/in.h>
#include <arpa/nameser.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <resolv.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "dns.h"
#include "interrupt.h"

/* How often Ctrl-C is looked for besides. */
#define TICK_MS 250

#define MAX_QUESTION 512

/* The child: it says nothing where there is no answer. */
static void
resolve(const unsigned char *question, int length, int out)
{
	static unsigned char answer[DNS_MAX_ANSWER];
	int size = res_send(question, length, answer, sizeof(answer));
	int done = 0;
	ssize_t count;

	if (size > (int)sizeof(answer))
		size = (int)sizeof(answer);
	while (done < size) {
		count = write(out, answer + done, (size_t)(size - done));
		if (count <= 0)
			break;
		done += (int)count;
	}
}

/* Never outlives its parent by much. */
static void
run_child(const unsigned char *question, int length, int out, int timeout_ms)
{
	signal(SIGALRM, SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	alarm((unsigned)timeout_ms / 1000 + 1);
	resolve(question, length, out);
	_exit(0);
}

/* Everything that the child writes; nothing at all is no answer. */
static enum status
collect(int in, int timeout_ms, struct buf *answer)
{
	int64_t deadline = clock_elapsed_ms() + timeout_ms;
	struct pollfd ready = { .fd = in, .events = POLLIN };
	char chunk[4096];
	int64_t left;
	ssize_t count;

	while ((left = deadline - clock_elapsed_ms()) > 0) {
		if (*interrupt_flag() != 0)
			return STATUS_CANCELLED;
		if (poll(&ready, 1, left < TICK_MS ? (int)left : TICK_MS) <= 0)
			continue;
		count = read(in, chunk, sizeof(chunk));
		if (count > 0)
			buf_add(answer, chunk, (size_t)count);
		else if (count == 0)
			return answer->length > 0 ? buf_status(answer) :
						    STATUS_AGAIN;
	}
	return STATUS_AGAIN;
}

static enum status
ask_by_child(const unsigned char *question, int length, int timeout_ms,
    struct buf *answer)
{
	int ends[2];
	enum status r;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return STATUS_AGAIN;
	if ((child = fork()) == 0)
		run_child(question, length, ends[1], timeout_ms);
	close(ends[1]);
	r = child < 0 ? STATUS_AGAIN : collect(ends[0], timeout_ms, answer);
	close(ends[0]);
	if (child > 0) {
		kill(child, SIGKILL);
		while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
			;
	}
	return r;
}

enum status
dns_ask(const char *name, int type, int timeout_ms, struct buf *answer,
    struct diag *diag)
{
	unsigned char question[MAX_QUESTION];
	int length;

	length = res_mkquery(ns_o_query, name, ns_c_in, type, NULL, 0, NULL,
	    question, sizeof(question));
	if (length <= 0)
		return diag_set(diag, STATUS_CONFIG,
		    "\"%.100s\" is not the name of a domain", name);
	switch (ask_by_child(question, length, timeout_ms, answer)) {
	case STATUS_OK:
		return STATUS_OK;
	case STATUS_CANCELLED:
		return diag_set(diag, STATUS_CANCELLED, "interrupted");
	case STATUS_NOMEM:
		return diag_set_nomem(diag);
	default:
		return diag_set(diag, STATUS_AGAIN,
		    "the name servers that resolv.conf(5) names have no answer "
		    "about %.100s",
		    name);
	}
}
