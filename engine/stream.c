/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A connection by OpenSSL. See stream.h.
 *
 * The socket never blocks. Every call is an attempt, which the calls with a
 * deadline repeat when the socket is ready.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "await.h"
#include "clock.h"
#include "resolve.h"
#include "stream.h"

/* What OpenSSL says is shown no longer than that. */
#define MAX_REASON 120

struct stream {
	const struct stream_target *target;
	int fd;
	SSL *ssl; /* NULL before the handshake */
};

static enum status
broken(const struct stream *stream, const char *reason, struct diag *diag)
{
	return diag_set(diag, STATUS_AGAIN,
	    "the connection to %.200s broke (%.*s); try again later",
	    stream->target->host, MAX_REASON, reason);
}

static enum status
late(const struct stream *stream, struct diag *diag)
{
	return diag_set(diag, STATUS_AGAIN,
	    "%.200s (port %s) did not answer in time; check host and port, or "
	    "try again later",
	    stream->target->host, stream->target->port);
}

/* Waits, and says whose time is over. */
static enum status
await(const struct stream *stream, short events, int64_t deadline_ms,
    struct diag *diag)
{
	enum status r = await_fd(stream->fd, events, deadline_ms,
	    stream->target->cancelled, diag);

	return r == STATUS_AGAIN ? late(stream, diag) : r;
}

/* TCP. */

static enum status
finish_connect(struct stream *stream, int64_t deadline_ms, struct diag *diag)
{
	socklen_t size = sizeof(int);
	int error = 0;
	enum status r;

	if ((r = await(stream, POLLOUT, deadline_ms, diag)) != STATUS_OK)
		return r;
	if (getsockopt(stream->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
		error = errno;
	errno = error;
	return error == 0 ? STATUS_OK : STATUS_AGAIN;
}

static enum status
connect_address(struct stream *stream, const struct addrinfo *address,
    int64_t deadline_ms, struct diag *diag)
{
	const int on = 1;
	enum status r = STATUS_AGAIN;

	stream->fd = socket(address->ai_family,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	diag_set(diag, r, "%s", "");
	if (stream->fd >= 0) {
		setsockopt(stream->fd, IPPROTO_TCP, TCP_NODELAY, &on,
		    sizeof(on));
		setsockopt(stream->fd, SOL_SOCKET, SO_KEEPALIVE, &on,
		    sizeof(on));
		if (connect(stream->fd, address->ai_addr,
			address->ai_addrlen) == 0)
			return STATUS_OK;
		if (errno == EINPROGRESS || errno == EINTR)
			r = finish_connect(stream, deadline_ms, diag);
	}
	if (r == STATUS_OK)
		return r;
	if (diag->text[0] == '\0')
		diag_set(diag, r,
		    "cannot connect to %.200s, port %s: %s; check host and port, "
		    "or try again later",
		    stream->target->host, stream->target->port,
		    strerror(errno));
	if (stream->fd >= 0)
		close(stream->fd);
	stream->fd = -1;
	return r;
}

/* Each address gets a fair share of the time that is left. */
static enum status
connect_any(struct stream *stream, const struct addrinfo *addresses,
    int64_t deadline_ms, struct diag *diag)
{
	const struct addrinfo *address;
	enum status r = STATUS_AGAIN;
	int64_t now_ms;
	int left = 0;

	for (address = addresses; address != NULL; address = address->ai_next)
		left++;
	for (address = addresses; address != NULL && r == STATUS_AGAIN;
	     address = address->ai_next) {
		now_ms = clock_elapsed_ms();
		r = connect_address(stream, address,
		    now_ms + (deadline_ms - now_ms) / left--, diag);
	}
	return r;
}

enum status
stream_open(struct stream **result, const struct stream_target *target,
    int64_t deadline_ms, struct diag *diag)
{
	struct stream *stream = calloc(1, sizeof(*stream));
	struct addrinfo *addresses = NULL;
	struct diag trouble;
	enum status r;

	if (stream == NULL)
		return diag_set_nomem(diag);
	stream->target = target;
	stream->fd = -1;
	if ((r = resolve_host(target->host, target->port, deadline_ms,
		 target->cancelled, &addresses, &trouble)) == STATUS_OK)
		r = connect_any(stream, addresses, deadline_ms, &trouble);
	if (addresses != NULL)
		freeaddrinfo(addresses);
	if (r != STATUS_OK) {
		stream_close(&stream);
		return diag_set(diag, r, "%s", trouble.text);
	}
	*result = stream;
	return STATUS_OK;
}

void
stream_close(struct stream **stream)
{
	if (*stream == NULL)
		return;
	SSL_free((*stream)->ssl);
	if ((*stream)->fd >= 0)
		close((*stream)->fd);
	free(*stream);
	*stream = NULL;
}

int
stream_fd(const struct stream *stream)
{
	return stream->fd;
}

const char *
stream_protocol(const struct stream *stream)
{
	return stream->ssl != NULL ? SSL_get_version(stream->ssl) : "";
}

/* TLS. */

/* Adds every certificate of the PEM text; returns how many. */
static int
add_certificates(X509_STORE *store, const struct buf *pem)
{
	BIO *bio = BIO_new_mem_buf(buf_text(pem), (int)pem->length);
	X509 *certificate;
	int count = 0;

	if (bio == NULL)
		return 0;
	while ((certificate = PEM_read_bio_X509_AUX(bio, NULL, NULL, NULL)) !=
	    NULL) {
		count += X509_STORE_add_cert(store, certificate);
		X509_free(certificate);
	}
	BIO_free(bio);
	ERR_clear_error();
	return count;
}

static enum status
make_context(const struct stream *stream, SSL_CTX **result, struct diag *diag)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());

	if (context == NULL ||
	    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1) {
		SSL_CTX_free(context);
		return diag_set(diag, STATUS_BUG, "OpenSSL does not start");
	}
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_options(context,
	    SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
		SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_mode(context,
	    SSL_MODE_ENABLE_PARTIAL_WRITE |
		SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	/* As libcurl has it: what ca_file names is trusted as it stands. */
	X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context),
	    X509_V_FLAG_PARTIAL_CHAIN);
	if (add_certificates(SSL_CTX_get_cert_store(context),
		stream->target->certificates) == 0) {
		SSL_CTX_free(context);
		return diag_set(diag, STATUS_CONFIG,
		    "what ca_file or ca_dir names, or the system's bundle, has "
		    "no usable CA certificates; check that file");
	}
	*result = context;
	return STATUS_OK;
}

static bool
is_address(const char *host)
{
	struct in6_addr address;

	return inet_pton(AF_INET, host, &address) == 1 ||
	    inet_pton(AF_INET6, host, &address) == 1;
}

/* SNI. OpenSSL's macro wants a string that is not constant. */
static bool
tell_name(SSL *ssl, const char *host)
{
	char *name = string_copy(host);
	bool told;

	told = name != NULL && SSL_set_tlsext_host_name(ssl, name) == 1;
	free(name);
	return told;
}

/* The certificate must be of this host; a name is told to the server. */
static bool
set_host(SSL *ssl, const char *host)
{
	if (is_address(host))
		return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl),
			   host) == 1;
	SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	return SSL_set1_host(ssl, host) == 1 && tell_name(ssl, host);
}

static enum status
make_ssl(struct stream *stream, struct diag *diag)
{
	SSL_CTX *context = NULL;
	enum status r;

	if ((r = make_context(stream, &context, diag)) != STATUS_OK)
		return r;
	stream->ssl = SSL_new(context);
	SSL_CTX_free(context); /* the SSL has its own hold of it */
	if (stream->ssl == NULL || SSL_set_fd(stream->ssl, stream->fd) != 1 ||
	    !set_host(stream->ssl, stream->target->host))
		return diag_set(diag, STATUS_BUG,
		    "OpenSSL cannot make a session for %.200s",
		    stream->target->host);
	return STATUS_OK;
}

/* OpenSSL's words for what has just failed. */
static const char *
reason_text(int saved_errno)
{
	unsigned long error = ERR_peek_last_error();
	const char *text = NULL;

	if (error != 0 && !ERR_SYSTEM_ERROR(error))
		text = ERR_reason_error_string(error);
	if (text == NULL)
		text = saved_errno != 0 ? strerror(saved_errno) :
					  "the server hung up";
	ERR_clear_error();
	return text;
}

/* What a call of OpenSSL that did not succeed asks for. */
static enum stream_try
judge_ssl(struct stream *stream, int returned, struct diag *diag)
{
	int saved_errno = errno;

	switch (SSL_get_error(stream->ssl, returned)) {
	case SSL_ERROR_WANT_READ:
		return STREAM_WANT_READ;
	case SSL_ERROR_WANT_WRITE:
		return STREAM_WANT_WRITE;
	case SSL_ERROR_ZERO_RETURN:
		return STREAM_END;
	default:
		broken(stream, reason_text(saved_errno), diag);
		return STREAM_BROKEN;
	}
}

static enum status
judge_handshake(const struct stream *stream, enum stream_try last,
    struct diag *diag)
{
	long verified = SSL_get_verify_result(stream->ssl);
	struct diag trouble;

	if (verified != X509_V_OK)
		return diag_set(diag, STATUS_CONFIG,
		    "the certificate of %.200s is not accepted (%s); check "
		    "the clock, ca_file and who answers there",
		    stream->target->host,
		    X509_verify_cert_error_string(verified));
	if (last == STREAM_END)
		return broken(stream, "the server hung up", diag);
	trouble = *diag;
	return diag_set(diag, STATUS_AGAIN, "no TLS with port %s: %s",
	    stream->target->port, trouble.text);
}

enum status
stream_secure(struct stream *stream, int64_t deadline_ms, struct diag *diag)
{
	enum stream_try tried;
	enum status r;
	int returned;

	if ((r = make_ssl(stream, diag)) != STATUS_OK)
		return r;
	for (;;) {
		ERR_clear_error();
		errno = 0;
		if ((returned = SSL_connect(stream->ssl)) == 1)
			return STATUS_OK;
		tried = judge_ssl(stream, returned, diag);
		if (tried != STREAM_WANT_READ && tried != STREAM_WANT_WRITE)
			return judge_handshake(stream, tried, diag);
		r = await(stream, tried == STREAM_WANT_READ ? POLLIN : POLLOUT,
		    deadline_ms, diag);
		if (r != STATUS_OK)
			return r;
	}
}

/* Bytes. */

static enum stream_try
judge_socket(struct stream *stream, bool is_read, struct diag *diag)
{
	if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
		return is_read ? STREAM_WANT_READ : STREAM_WANT_WRITE;
	broken(stream, strerror(errno), diag);
	return STREAM_BROKEN;
}

enum stream_try
stream_try_read(struct stream *stream, void *bytes, size_t space,
    size_t *length, struct diag *diag)
{
	ssize_t count;
	int returned;

	*length = 0;
	if (stream->ssl == NULL) {
		if ((count = recv(stream->fd, bytes, space, 0)) < 0)
			return judge_socket(stream, true, diag);
		*length = (size_t)count;
		return count > 0 ? STREAM_DONE : STREAM_END;
	}
	ERR_clear_error();
	errno = 0;
	returned = SSL_read_ex(stream->ssl, bytes, space, length);
	return returned == 1 ? STREAM_DONE : judge_ssl(stream, returned, diag);
}

enum stream_try
stream_try_write(struct stream *stream, const void *bytes, size_t length,
    size_t *written, struct diag *diag)
{
	ssize_t count;
	int returned;

	*written = 0;
	if (stream->ssl == NULL) {
		count = send(stream->fd, bytes, length, MSG_NOSIGNAL);
		if (count < 0)
			return judge_socket(stream, false, diag);
		*written = (size_t)count;
		return STREAM_DONE;
	}
	ERR_clear_error();
	errno = 0;
	returned = SSL_write_ex(stream->ssl, bytes, length, written);
	return returned == 1 ? STREAM_DONE : judge_ssl(stream, returned, diag);
}

/* After an attempt: waits if that is what it takes. */
static enum status
settle(struct stream *stream, enum stream_try tried, int64_t deadline_ms,
    struct diag *diag)
{
	switch (tried) {
	case STREAM_DONE:
	case STREAM_END:
		return STATUS_OK;
	case STREAM_WANT_READ:
		return await(stream, POLLIN, deadline_ms, diag);
	case STREAM_WANT_WRITE:
		return await(stream, POLLOUT, deadline_ms, diag);
	case STREAM_BROKEN:
		break;
	}
	return STATUS_AGAIN;
}

enum status
stream_read(struct stream *stream, void *bytes, size_t space, size_t *length,
    int64_t deadline_ms, struct diag *diag)
{
	enum stream_try tried;
	enum status r;

	do {
		/* Whoever talks without end has a deadline too. */
		if (clock_elapsed_ms() >= deadline_ms)
			return late(stream, diag);
		tried = stream_try_read(stream, bytes, space, length, diag);
		r = settle(stream, tried, deadline_ms, diag);
	} while (r == STATUS_OK && tried != STREAM_DONE && tried != STREAM_END);
	return r;
}

enum status
stream_write(struct stream *stream, const void *bytes, size_t length,
    int64_t deadline_ms, struct diag *diag)
{
	const char *next = bytes;
	enum stream_try tried;
	size_t written;
	enum status r = STATUS_OK;

	while (length > 0 && r == STATUS_OK) {
		tried = stream_try_write(stream, next, length, &written, diag);
		if (tried == STREAM_END)
			return broken(stream, "the server hung up", diag);
		next += written;
		length -= written;
		r = settle(stream, tried, deadline_ms, diag);
	}
	return r;
}

void
stream_finish(struct stream *stream)
{
	if (stream->ssl != NULL)
		(void)SSL_shutdown(stream->ssl);
	else
		(void)shutdown(stream->fd, SHUT_WR);
	ERR_clear_error();
}
