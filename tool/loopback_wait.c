/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the loopback server does with its visitors. See loopback.h.
 *
 * Nothing here blocks but one poll(2) for all of them, so that no visitor,
 * silent or slow, stands in the way of another.
 */

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "interrupt.h"
#include "loopback.h"
#include "visit.h"

/* A signal that comes just before the poll is seen this much later. */
#define MAX_POLL_MS 1000

#define MAX_POLLED (1 + LOOPBACK_MAX_LISTENERS + LOOPBACK_MAX_VISITORS)

/* A wait under way. */
struct wait {
	struct loopback *loopback;
	const struct loopback_watch *watch;
	int fd; /* of the watch, as long as it is looked at */
	struct pollfd polled[MAX_POLLED];
};

static bool
is_answered(const struct loopback_visitor *visitor)
{
	return visitor->answer.length > 0;
}

static bool
is_sent(const struct loopback_visitor *visitor)
{
	return is_answered(visitor) && visitor->sent >= visitor->answer.length;
}

static short
wanted_events(const struct loopback_visitor *visitor)
{
	return is_answered(visitor) && !is_sent(visitor) ? POLLOUT : POLLIN;
}

/*
 * Sends what can be sent. A connection that was closed with a request half
 * read would take the page with it, so the browser closes first.
 */
static void
send_answer(struct loopback_visitor *visitor)
{
	ssize_t count;

	count = send(visitor->fd, visitor->answer.data + visitor->sent,
	    visitor->answer.length - visitor->sent, MSG_NOSIGNAL);
	if (count < 0) {
		if (errno != EAGAIN && errno != EINTR)
			loopback_drop(visitor);
		return;
	}
	visitor->sent += (size_t)count;
	if (is_sent(visitor))
		shutdown(visitor->fd, SHUT_WR);
}

static void
answer(struct loopback_visitor *visitor, const struct visit_page *page)
{
	buf_init(&visitor->answer, VISIT_MAX_ANSWER);
	visit_format(page, &visitor->answer);
	if (buf_status(&visitor->answer) != STATUS_OK) {
		loopback_drop(visitor);
		return;
	}
	visitor->expires_ms = clock_elapsed_ms() + LOOPBACK_GOODBYE_MS;
	send_answer(visitor);
}

/* Takes what the visitor has sent. False when it is gone. */
static bool
take(struct loopback_visitor *visitor)
{
	char bytes[4096];
	ssize_t count = recv(visitor->fd, bytes, sizeof(bytes), 0);

	if (count <= 0) {
		if (count < 0 && (errno == EAGAIN || errno == EINTR))
			return true;
		loopback_drop(visitor);
		return false;
	}
	if (!is_answered(visitor)) {
		if (visitor->request.length == 0)
			visitor->expires_ms =
			    clock_elapsed_ms() + LOOPBACK_REQUEST_MS;
		buf_add(&visitor->request, bytes, (size_t)count);
	}
	explicit_bzero(bytes, sizeof(bytes));
	return true;
}

/* A redirect. STATUS_DATA: the wait goes on. */
static enum status
judge(struct wait *wait, struct loopback_visitor *visitor, const char *query,
    size_t length, struct diag *diag)
{
	const struct loopback_watch *watch = wait->watch;
	struct diag sentence = { "" };
	const struct visit_page page = { 400, "Not the login that waits here",
		sentence.text };
	enum status r;

	r = watch->judge(watch->context, query, length, &sentence);
	if (r == STATUS_DATA) {
		answer(visitor, &page);
		return r;
	}
	if (r != STATUS_OK && diag != NULL)
		*diag = sentence;
	wait->loopback->guest = *visitor; /* now the guest */
	memset(visitor, 0, sizeof(*visitor));
	visitor->fd = -1;
	return r;
}

/* One visitor that has sent something. As judge(). */
static enum status
listen_to(struct wait *wait, struct loopback_visitor *visitor,
    struct diag *diag)
{
	const char *query;
	size_t length;
	enum visit visit;

	if (!take(visitor) || is_answered(visitor))
		return STATUS_DATA;
	if (buf_status(&visitor->request) != STATUS_OK)
		visit = VISIT_BAD;
	else
		visit = visit_read(buf_text(&visitor->request),
		    visitor->request.length, wait->loopback->path, &query,
		    &length);
	if (visit == VISIT_REDIRECT)
		return judge(wait, visitor, query, length, diag);
	if (visit != VISIT_INCOMPLETE)
		answer(visitor, visit_refusal(visit));
	return STATUS_DATA;
}

/* A free place, or that of the oldest visitor. */
static struct loopback_visitor *
find_place(struct loopback *loopback)
{
	struct loopback_visitor *oldest = &loopback->visitors[0];
	size_t i;

	for (i = 0; i < LOOPBACK_MAX_VISITORS; i++) {
		if (loopback->visitors[i].fd < 0)
			return &loopback->visitors[i];
		if (loopback->visitors[i].since_ms < oldest->since_ms)
			oldest = &loopback->visitors[i];
	}
	loopback_drop(oldest);
	return oldest;
}

static void
welcome(struct loopback *loopback, int listener)
{
	struct loopback_visitor *visitor;
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	visitor = find_place(loopback);
	visitor->fd = fd;
	visitor->sent = 0;
	buf_init_secret(&visitor->request, VISIT_MAX_REQUEST);
	visitor->since_ms = clock_elapsed_ms();
	visitor->expires_ms = visitor->since_ms + LOOPBACK_IDLE_MS;
}

static void
drop_expired(struct loopback *loopback)
{
	int64_t now_ms = clock_elapsed_ms();
	size_t i;

	for (i = 0; i < LOOPBACK_MAX_VISITORS; i++)
		if (loopback->visitors[i].fd >= 0 &&
		    loopback->visitors[i].expires_ms <= now_ms)
			loopback_drop(&loopback->visitors[i]);
}

/* In this order: the watch, the listeners, the visitors. poll() skips -1. */
static void
fill_polled(struct wait *wait)
{
	struct pollfd *polled = wait->polled;
	struct loopback *loopback = wait->loopback;
	size_t i;

	*polled++ = (struct pollfd){ .fd = wait->fd, .events = POLLIN };
	for (i = 0; i < LOOPBACK_MAX_LISTENERS; i++)
		*polled++ = (struct pollfd){ .fd = loopback->listeners[i],
			.events = POLLIN };
	for (i = 0; i < LOOPBACK_MAX_VISITORS; i++)
		*polled++ = (struct pollfd){ .fd = loopback->visitors[i].fd,
			.events = wanted_events(&loopback->visitors[i]) };
}

/* Those that poll() has named. As judge(). */
static enum status
serve(struct wait *wait, struct diag *diag)
{
	const struct pollfd *polled = wait->polled;
	struct loopback *loopback = wait->loopback;
	struct loopback_visitor *visitor;
	enum status r = STATUS_DATA;
	size_t i;

	if (polled->revents != 0)
		r = wait->watch->read(wait->watch->context, &wait->fd, diag);
	polled += 1 + LOOPBACK_MAX_LISTENERS;
	for (i = 0; i < LOOPBACK_MAX_VISITORS && r == STATUS_DATA; i++) {
		visitor = &loopback->visitors[i];
		if (polled[i].revents == 0)
			continue;
		if (polled[i].events == POLLOUT)
			send_answer(visitor);
		else
			r = listen_to(wait, visitor, diag);
	}
	/* Last, for a newcomer may get the place of one in the list. */
	polled = wait->polled + 1;
	for (i = 0; i < LOOPBACK_MAX_LISTENERS && r == STATUS_DATA; i++)
		if (polled[i].revents != 0)
			welcome(loopback, loopback->listeners[i]);
	return r;
}

static enum status
wait_once(struct wait *wait, int64_t left_ms, struct diag *diag)
{
	int count;

	fill_polled(wait);
	count = poll(wait->polled, MAX_POLLED,
	    (int)(left_ms < MAX_POLL_MS ? left_ms : MAX_POLL_MS));
	if (count < 0 && errno != EINTR)
		return diag_set(diag, STATUS_BUG, "poll failed: %s",
		    strerror(errno));
	return count > 0 ? serve(wait, diag) : STATUS_DATA;
}

enum status
loopback_wait(struct loopback *loopback, const struct loopback_watch *watch,
    int64_t deadline_ms, struct diag *diag)
{
	struct wait wait = { .loopback = loopback,
		.watch = watch,
		.fd = watch->fd };
	enum status r = STATUS_DATA;
	int64_t left_ms;

	while (r == STATUS_DATA) {
		left_ms = deadline_ms - clock_elapsed_ms();
		if (*interrupt_flag() != 0)
			r = diag_set(diag, STATUS_CANCELLED, "interrupted");
		else if (left_ms <= 0)
			r = diag_set(diag, STATUS_REAUTH,
			    "nobody has signed in within the time for it; "
			    "start the login again");
		else
			r = wait_once(&wait, left_ms, diag);
		drop_expired(loopback);
	}
	loopback_stop(loopback);
	return r;
}

void
loopback_answer(struct loopback *loopback, bool is_success, const char *title,
    const char *text)
{
	struct loopback_visitor *guest = &loopback->guest;
	const struct visit_page page = { is_success ? 200 : 400, title, text };
	struct pollfd polled;
	int64_t left_ms;

	if (guest->fd < 0)
		return;
	answer(guest, &page);
	while (guest->fd >= 0 &&
	    (left_ms = guest->expires_ms - clock_elapsed_ms()) > 0) {
		polled = (struct pollfd){ .fd = guest->fd,
			.events = wanted_events(guest) };
		if (poll(&polled, 1, (int)left_ms) <= 0)
			continue;
		if (polled.events == POLLOUT)
			send_answer(guest);
		else
			take(guest);
	}
	loopback_drop(guest);
}
