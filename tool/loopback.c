/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The loopback server's address and its sockets. See loopback.h;
 * loopback_wait.c has what they are used for.
 */

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "loopback.h"

/* Room for a colon and a port. */
#define MAX_PORT_TEXT 6

/* How often another free port is tried, when one family lacks it. */
#define MAX_TRIES 20

#define BACKLOG 64

/* A redirect address, understood. */
struct address {
	bool ipv4, ipv6;
	int port;           /* 0: none */
	size_t host_length; /* scheme and host */
	const char *rest;   /* from the path on, maybe empty */
};

void
loopback_init(struct loopback *loopback)
{
	size_t i;

	memset(loopback, 0, sizeof(*loopback));
	for (i = 0; i < LOOPBACK_MAX_LISTENERS; i++)
		loopback->listeners[i] = -1;
	for (i = 0; i < LOOPBACK_MAX_VISITORS; i++)
		loopback->visitors[i].fd = -1;
	loopback->guest.fd = -1;
}

static bool
find_host(const char *uri, struct address *address)
{
	static const struct {
		const char *start;
		bool ipv4, ipv6;
	} hosts[] = {
		{ "http://localhost", true, true },
		{ "http://127.0.0.1", true, false },
		{ "http://[::1]", false, true },
	};
	size_t i;

	for (i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		address->host_length = strlen(hosts[i].start);
		address->ipv4 = hosts[i].ipv4;
		address->ipv6 = hosts[i].ipv6;
		if (strncasecmp(uri, hosts[i].start, address->host_length) == 0)
			return true;
	}
	return false;
}

/* Has it only bytes that an address may have, and no fragment? */
static bool
is_plain(const char *uri)
{
	for (; *uri != '\0'; uri++)
		if (*uri <= 0x20 || *uri > 0x7e || *uri == '#')
			return false;
	return true;
}

static enum status
parse(const char *uri, struct address *address, struct diag *diag)
{
	char *end;
	long port = 0;

	if (!is_plain(uri) || strlen(uri) >= LOOPBACK_MAX_URI - MAX_PORT_TEXT ||
	    !find_host(uri, address))
		goto bad;
	address->rest = uri + address->host_length;
	if (address->rest[0] == ':') {
		if (address->rest[1] < '0' || address->rest[1] > '9')
			goto bad;
		port = strtol(address->rest + 1, &end, 10);
		if (port > 65535)
			goto bad;
		address->rest = end;
	}
	if (address->rest[0] != '\0' && address->rest[0] != '/' &&
	    address->rest[0] != '?')
		goto bad;
	address->port = (int)port;
	return STATUS_OK;
bad:
	return diag_set(diag, STATUS_CONFIG,
	    "redirect address \"%.100s\" is none of this machine; it must "
	    "begin with http://localhost, http://127.0.0.1 or http://[::1], "
	    "perhaps with a port and a path",
	    uri);
}

static void
close_listeners(struct loopback *loopback)
{
	size_t i;

	for (i = 0; i < LOOPBACK_MAX_LISTENERS; i++) {
		if (loopback->listeners[i] >= 0)
			close(loopback->listeners[i]);
		loopback->listeners[i] = -1;
	}
}

static int
bind_loopback(int fd, int family, int port)
{
	struct sockaddr_in ipv4;
	struct sockaddr_in6 ipv6;
	static const int on = 1;

	/* A login that has just ended does not block the next one's port. */
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (family == AF_INET) {
		memset(&ipv4, 0, sizeof(ipv4));
		ipv4.sin_family = AF_INET;
		ipv4.sin_port = htons((uint16_t)port);
		ipv4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		return bind(fd, (struct sockaddr *)&ipv4, sizeof(ipv4));
	}
	setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	memset(&ipv6, 0, sizeof(ipv6));
	ipv6.sin6_family = AF_INET6;
	ipv6.sin6_port = htons((uint16_t)port);
	ipv6.sin6_addr = in6addr_loopback;
	return bind(fd, (struct sockaddr *)&ipv6, sizeof(ipv6));
}

/* A listening socket, or -1 and errno. */
static int
listen_on(int family, int port)
{
	int fd, failed;

	fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	if (bind_loopback(fd, family, port) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	failed = errno;
	close(fd);
	errno = failed;
	return -1;
}

static int
port_of(int fd)
{
	union {
		struct sockaddr any;
		struct sockaddr_in ipv4;
		struct sockaddr_in6 ipv6;
	} name = { .any = { .sa_family = AF_UNSPEC } };
	socklen_t length = sizeof(name);

	if (getsockname(fd, &name.any, &length) != 0)
		return -1;
	return name.any.sa_family == AF_INET ? ntohs(name.ipv4.sin_port) :
					       ntohs(name.ipv6.sin6_port);
}

/* Is the whole family missing on this host? */
static bool
is_missing(int error)
{
	return error == EAFNOSUPPORT || error == EADDRNOTAVAIL ||
	    error == EPROTONOSUPPORT;
}

/*
 * Listens with each family, on one port. A family that this host lacks is left
 * out, if there is another. Returns the port, or -1 and errno.
 */
static int
listen_families(struct loopback *loopback, const struct address *address,
    int port)
{
	const int families[LOOPBACK_MAX_LISTENERS] = { AF_INET6, AF_INET };
	const bool wanted[LOOPBACK_MAX_LISTENERS] = { address->ipv6,
		address->ipv4 };
	int i, failed = 0;

	for (i = 0; i < LOOPBACK_MAX_LISTENERS; i++) {
		if (!wanted[i])
			continue;
		loopback->listeners[i] = listen_on(families[i], port);
		if (loopback->listeners[i] >= 0)
			port = port_of(loopback->listeners[i]);
		else if (!is_missing(failed = errno))
			break;
	}
	if (loopback_listens(loopback) && i == LOOPBACK_MAX_LISTENERS)
		return port;
	close_listeners(loopback);
	errno = failed;
	return -1;
}

static enum status
listen_or_say(struct loopback *loopback, const struct address *address,
    int *port, struct diag *diag)
{
	int tries = 0, found;

	do
		found = listen_families(loopback, address, *port);
	while (found < 0 && *port == 0 && errno == EADDRINUSE &&
	    ++tries < MAX_TRIES);
	if (found >= 0) {
		*port = found;
		return STATUS_OK;
	}
	if (errno == EADDRINUSE)
		return diag_set(diag, STATUS_AGAIN,
		    "port %d of this machine is taken, perhaps by another "
		    "login that waits; end that one, or choose another port",
		    *port);
	return diag_set(diag,
	    errno == EACCES || errno == EPERM ? STATUS_ACCESS : STATUS_CONFIG,
	    "cannot listen on port %d of the loopback interface (%s); choose "
	    "another port or another redirect address",
	    *port, strerror(errno));
}

enum status
loopback_open(struct loopback *loopback, const char *redirect_uri, int port,
    struct diag *diag)
{
	struct address address = { .port = 0 };
	enum status r;

	if (strncasecmp(redirect_uri, "https://", 8) == 0 &&
	    is_plain(redirect_uri) && strlen(redirect_uri) < LOOPBACK_MAX_URI) {
		strcpy(loopback->uri, redirect_uri);
		return STATUS_OK;
	}
	if ((r = parse(redirect_uri, &address, diag)) != STATUS_OK)
		return r;
	if (port == 0)
		port = address.port;
	if ((r = listen_or_say(loopback, &address, &port, diag)) != STATUS_OK)
		return r;
	snprintf(loopback->uri, sizeof(loopback->uri), "%.*s:%d%s",
	    (int)address.host_length, redirect_uri, port, address.rest);
	snprintf(loopback->path, sizeof(loopback->path), "%.*s",
	    (int)strcspn(address.rest, "?"), address.rest);
	if (loopback->path[0] == '\0')
		strcpy(loopback->path, "/"); /* what a browser asks for */
	return STATUS_OK;
}

const char *
loopback_uri(const struct loopback *loopback)
{
	return loopback->uri;
}

bool
loopback_listens(const struct loopback *loopback)
{
	size_t i;

	for (i = 0; i < LOOPBACK_MAX_LISTENERS; i++)
		if (loopback->listeners[i] >= 0)
			return true;
	return false;
}

void
loopback_drop(struct loopback_visitor *visitor)
{
	if (visitor->fd >= 0)
		close(visitor->fd);
	buf_clear(&visitor->request);
	buf_clear(&visitor->answer);
	memset(visitor, 0, sizeof(*visitor));
	visitor->fd = -1;
}

void
loopback_stop(struct loopback *loopback)
{
	size_t i;

	close_listeners(loopback);
	for (i = 0; i < LOOPBACK_MAX_VISITORS; i++)
		loopback_drop(&loopback->visitors[i]);
}

void
loopback_close(struct loopback *loopback)
{
	loopback_stop(loopback);
	loopback_drop(&loopback->guest);
}
