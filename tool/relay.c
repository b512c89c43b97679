/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The relay. See relay.h.
 *
 * One chunk a direction is under way: nothing more is read from a side before
 * the other has taken what there is, so memory stays flat. The mail program's
 * descriptors may be shared with others and are left as they are: a socket is
 * asked not to block call by call, and a pipe that poll() calls writable takes
 * PIPE_BUF bytes.
 */

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "relay.h"

/* A TLS record's worth. */
#define CHUNK 16384

/* One direction: what is still to be written. */
struct flow {
	struct buf *bytes;
	size_t done;
};

struct traffic {
	struct relay *relay;
	struct buf to_server;
	struct flow up, down;
	bool client_ended; /* nothing more to read there */
	bool client_gone;  /* nobody reads there */
	bool server_ended; /* the same of the server */
	bool server_deaf;
	bool said_goodbye;
	int64_t deadline_ms; /* 0: none */
	short stream_events; /* what the last attempts wait for */
	bool moved;
};

static bool
is_empty(const struct flow *flow)
{
	return flow->done == flow->bytes->length;
}

/* Some of it was written. The room is kept for the next chunk. */
static void
advance(struct flow *flow, size_t count)
{
	flow->done += count;
	if (is_empty(flow))
		flow->bytes->length = flow->done = 0;
}

static void
drop(struct flow *flow)
{
	advance(flow, flow->bytes->length - flow->done);
}

/* As write(2), but only as much as does not block after a POLLOUT. */
static ssize_t
write_some(int fd, const char *bytes, size_t length)
{
	ssize_t count = send(fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (count >= 0 || errno != ENOTSOCK)
		return count;
	return write(fd, bytes, length < PIPE_BUF ? length : PIPE_BUF);
}

static ssize_t
read_some(int fd, char *bytes, size_t space)
{
	ssize_t count = recv(fd, bytes, space, MSG_DONTWAIT);

	if (count >= 0 || errno != ENOTSOCK)
		return count;
	return read(fd, bytes, space);
}

static bool
is_for_later(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

static enum status
judge_buffers(const struct traffic *traffic, struct diag *diag)
{
	if (buf_status(traffic->up.bytes) == STATUS_OK &&
	    buf_status(traffic->down.bytes) == STATUS_OK)
		return STATUS_OK;
	if (buf_status(traffic->up.bytes) == STATUS_DATA ||
	    buf_status(traffic->down.bytes) == STATUS_DATA)
		return diag_set(diag, STATUS_DATA,
		    "more comes at once than the other side takes; look at "
		    "what the mail program and the server say");
	return diag_set_nomem(diag);
}

/* What an attempt on the stream waits for. */
static void
note_want(struct traffic *traffic, enum stream_try tried)
{
	if (tried == STREAM_WANT_READ)
		traffic->stream_events |= POLLIN;
	else if (tried == STREAM_WANT_WRITE)
		traffic->stream_events |= POLLOUT;
}

static enum status
from_server(struct traffic *traffic, struct diag *diag)
{
	char bytes[CHUNK];
	enum stream_try tried;
	size_t length;
	enum status r;

	if (traffic->server_ended || !is_empty(&traffic->down))
		return STATUS_OK;
	tried = stream_try_read(traffic->relay->stream, bytes, sizeof(bytes),
	    &length, diag);
	note_want(traffic, tried);
	if (tried == STREAM_BROKEN && !traffic->client_ended)
		return STATUS_AGAIN;
	if (tried == STREAM_END || tried == STREAM_BROKEN)
		traffic->server_ended = true;
	if (tried != STREAM_DONE)
		return STATUS_OK;
	traffic->moved = true;
	r = front_from_server(traffic->relay->front, bytes, length,
	    traffic->up.bytes, traffic->down.bytes, diag);
	if (traffic->client_gone)
		drop(&traffic->down);
	return r == STATUS_OK ? judge_buffers(traffic, diag) : r;
}

/* A server that reads no more may still have something to say. */
static void
to_server(struct traffic *traffic)
{
	struct flow *up = &traffic->up;
	enum stream_try tried;
	struct diag trouble;
	size_t written;

	if (traffic->server_deaf)
		drop(up);
	if (is_empty(up))
		return;
	tried =
	    stream_try_write(traffic->relay->stream, up->bytes->data + up->done,
		up->bytes->length - up->done, &written, &trouble);
	note_want(traffic, tried);
	if (tried == STREAM_DONE) {
		advance(up, written);
		traffic->moved = true;
	} else if (tried == STREAM_END || tried == STREAM_BROKEN)
		traffic->server_deaf = true;
}

static enum status
from_client(struct traffic *traffic, struct diag *diag)
{
	char bytes[CHUNK];
	ssize_t count;
	enum status r;

	count = read_some(traffic->relay->in, bytes, sizeof(bytes));
	if (count < 0 && is_for_later())
		return STATUS_OK;
	if (count <= 0) {
		traffic->client_ended = true;
		return STATUS_OK;
	}
	r = front_from_client(traffic->relay->front, bytes, (size_t)count,
	    traffic->up.bytes, traffic->down.bytes, diag);
	return r == STATUS_OK ? judge_buffers(traffic, diag) : r;
}

static void
to_client(struct traffic *traffic)
{
	struct flow *down = &traffic->down;
	ssize_t count;

	count = write_some(traffic->relay->out, down->bytes->data + down->done,
	    down->bytes->length - down->done);
	if (count >= 0)
		advance(down, (size_t)count);
	else if (!is_for_later())
		traffic->client_gone = true;
}

/* How long the server has, now that the client is done or gone. */
static void
set_deadline(struct traffic *traffic)
{
	const struct front *front = traffic->relay->front;
	bool has_all = traffic->client_ended && is_empty(&traffic->up);
	bool waits = front->is_open || front->has_asked;

	if (traffic->said_goodbye || (!has_all && !traffic->client_gone))
		return;
	if (has_all && (traffic->client_gone || !waits))
		traffic->deadline_ms = clock_elapsed_ms();
	else if (traffic->client_gone && traffic->deadline_ms == 0)
		traffic->deadline_ms = clock_elapsed_ms() + RELAY_GOODBYE_MS;
	else if (has_all && (traffic->deadline_ms == 0 || traffic->moved))
		traffic->deadline_ms = clock_elapsed_ms() + RELAY_SILENCE_MS;
}

/* Is it all over? Says good-bye to the server where it is time to. */
static bool
is_over(struct traffic *traffic)
{
	if (traffic->server_ended && is_empty(&traffic->down))
		return true;
	set_deadline(traffic);
	if (traffic->deadline_ms == 0 || !is_empty(&traffic->down) ||
	    clock_elapsed_ms() < traffic->deadline_ms)
		return false;
	if (traffic->said_goodbye)
		return true;
	stream_finish(traffic->relay->stream);
	traffic->said_goodbye = true;
	traffic->deadline_ms = clock_elapsed_ms() + RELAY_GOODBYE_MS;
	return traffic->client_gone;
}

static int
pause_ms(const struct traffic *traffic)
{
	int64_t left_ms;

	if (traffic->moved)
		return 0;
	if (traffic->deadline_ms == 0 || !is_empty(&traffic->down))
		return -1;
	left_ms = traffic->deadline_ms - clock_elapsed_ms();
	return left_ms > 0 ? (int)left_ms : 0;
}

/* Waits until something can be done, and does what concerns the client. */
static enum status
serve_client(struct traffic *traffic, struct diag *diag)
{
	struct pollfd fds[] = {
		{ traffic->relay->in, POLLIN, 0 },
		{ traffic->relay->out, 0, 0 },
		{ stream_fd(traffic->relay->stream), traffic->stream_events,
		    0 },
	};

	if (traffic->client_ended || !is_empty(&traffic->up) ||
	    !front_has_room(traffic->relay->front, CHUNK))
		fds[0].fd = -1;
	if (traffic->client_gone)
		fds[1].fd = -1;
	else if (!is_empty(&traffic->down))
		fds[1].events = POLLOUT;
	if (traffic->stream_events == 0)
		fds[2].fd = -1;
	if (poll(fds, 3, pause_ms(traffic)) < 0)
		return errno == EINTR ? STATUS_OK :
					diag_set(diag, STATUS_BUG,
					    "cannot wait for mail program and "
					    "server");
	if (fds[1].revents != 0 && (fds[1].revents & POLLOUT) == 0)
		traffic->client_gone = true;
	else if (fds[1].revents != 0)
		to_client(traffic);
	if (traffic->client_gone)
		drop(&traffic->down);
	if (fds[0].revents != 0)
		return from_client(traffic, diag);
	/* Who does not read any more and says nothing has ended too. */
	if (traffic->client_gone && fds[0].fd >= 0)
		traffic->client_ended = true;
	return STATUS_OK;
}

enum status
relay_run(struct relay *relay, struct diag *diag)
{
	struct traffic traffic = {
		.relay = relay,
		.up = { &traffic.to_server, 0 },
		.down = { &relay->to_client, 0 },
	};
	enum status r;

	buf_init(&traffic.to_server, RELAY_MAX_BYTES);
	do {
		traffic.stream_events = 0;
		traffic.moved = false;
		if ((r = from_server(&traffic, diag)) != STATUS_OK)
			break;
		to_server(&traffic);
		if (is_over(&traffic))
			break;
		r = serve_client(&traffic, diag);
	} while (r == STATUS_OK);
	if (!traffic.said_goodbye)
		stream_finish(relay->stream);
	buf_clear(&traffic.to_server);
	return r;
}

bool
relay_write(int out, const char *bytes, size_t length)
{
	ssize_t count;

	for (; length > 0; bytes += count, length -= (size_t)count) {
		count = write(out, bytes, length);
		if (count < 0 && errno != EINTR)
			return false;
		if (count < 0)
			count = 0;
	}
	return true;
}
