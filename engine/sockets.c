/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The descriptors of a request. See sockets.h.
 *
 * BUGS: libcurl's own pair of sockets can be below 3 after all where another
 * thread was at the same before; no secret passes through it.
 */

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "file.h"
#include "sockets.h"

static curl_socket_t
open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct sockets *sockets = context;
	int fd;

	(void)purpose;
	fd = file_high_fd(socket(address->family,
	    address->socktype | SOCK_CLOEXEC, address->protocol));
	/* Others, such as no IPv6 here, libcurl knows its way around. */
	if (fd < 0 && (errno == EMFILE || errno == ENFILE))
		sockets->error = errno;
	return fd < 0 ? CURL_SOCKET_BAD : fd;
}

CURLcode
sockets_watch(CURL *curl, struct sockets *sockets)
{
	CURLcode r;

	sockets->error = 0;
	r = curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	if (r == CURLE_OK)
		r = curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, sockets);
	return r;
}

void
sockets_fill_low(struct sockets_low *low)
{
	int i, fd;

	for (i = 0; i < 3; i++)
		low->fd[i] = -1;
	for (i = 0; i < 3; i++) {
		fd = open("/", O_PATH | O_CLOEXEC);
		if (fd > STDERR_FILENO)
			close(fd);
		if (fd < 0 || fd > STDERR_FILENO)
			return;
		low->fd[i] = fd;
	}
}

void
sockets_free_low(struct sockets_low *low)
{
	int i, flags;

	for (i = 0; i < 3 && low->fd[i] >= 0; i++) {
		flags = fcntl(low->fd[i], F_GETFL);
		if (flags >= 0 && (flags & O_PATH) != 0)
			close(low->fd[i]);
		low->fd[i] = -1;
	}
}
