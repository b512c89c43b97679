/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * HTTP by libcurl. See http.h.
 *
 * The process may be anybody's: no signal handler is touched, no descriptor is
 * inherited, nothing is kept between two requests, and curl_global_cleanup()
 * is left to the host.
 *
 * BUGS: the header lines of a request are copied by libcurl as they grow, and it
 * frees what it has copied as it is. To have it wipe that would take memory
 * functions that serve the whole process.
 */

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "http.h"
#include "sockets.h"
#include "staple.h"
#include "trip.h"

#ifndef HTTP_USER_AGENT
#define HTTP_USER_AGENT "sasl-bearer/" PACKAGE_VERSION
#endif

/* Room for a host name, a colon and a port. */
#define MAX_HOST 300

static pthread_once_t started = PTHREAD_ONCE_INIT;
static CURLcode start_result;

static void
start(void)
{
	start_result = curl_global_init(CURL_GLOBAL_DEFAULT);
}

enum status
http_start(struct diag *diag)
{
	pthread_once(&started, start);
	if (start_result == CURLE_OK)
		return STATUS_OK;
	return diag_set(diag, STATUS_BUG, "libcurl does not start: %s",
	    curl_easy_strerror(start_result));
}

const char *
http_version(void)
{
	return curl_version();
}

void
http_answer_init(struct http_answer *answer)
{
	memset(answer, 0, sizeof(*answer));
	buf_init_secret(&answer->body, HTTP_MAX_ANSWER);
	buf_init_secret(&answer->sent, HTTP_MAX_SENT);
}

void
http_answer_clear(struct http_answer *answer)
{
	buf_clear(&answer->body);
	buf_clear(&answer->sent);
	http_answer_init(answer);
}

/* One part of a URL, to be freed with curl_free(); NULL if it has none. */
static char *
url_part(CURLU *url, CURLUPart part)
{
	char *text;

	return curl_url_get(url, part, &text, 0) == CURLUE_OK ? text : NULL;
}

enum status
http_check_url(const char *text, struct diag *diag)
{
	CURLU *url = curl_url();
	char *user = NULL, *fragment = NULL, *host = NULL;
	enum status r = STATUS_OK;

	if (url == NULL)
		return diag_set_nomem(diag);
	if (strncasecmp(text, "https://", 8) != 0) {
		r = diag_set(diag, STATUS_CONFIG,
		    "the address \"%.100s\" does not begin with https://; "
		    "secrets are sent nowhere else (and an address stands in "
		    "quotes)",
		    text);
		goto out;
	}
	if (curl_url_set(url, CURLUPART_URL, text, 0) != CURLUE_OK ||
	    (host = url_part(url, CURLUPART_HOST)) == NULL ||
	    strchr(host, '{') != NULL) {
		r = diag_set(diag, STATUS_CONFIG,
		    "\"%.100s\" is not an address", text);
		goto out;
	}
	user = url_part(url, CURLUPART_USER);
	fragment = url_part(url, CURLUPART_FRAGMENT);
	if (user != NULL || fragment != NULL)
		r = diag_set(diag, STATUS_CONFIG,
		    "the address has a user name or a # in it; remove that");
out:
	curl_free(user);
	curl_free(fragment);
	curl_free(host);
	curl_url_cleanup(url);
	return r;
}

/* The host of an http URL without a user, to be freed; NULL: it is none. */
static char *
plain_host(const char *text)
{
	CURLU *url = curl_url();
	char *host = NULL, *user = NULL;

	if (url == NULL || strncasecmp(text, "http://", 7) != 0 ||
	    curl_url_set(url, CURLUPART_URL, text, 0) != CURLUE_OK)
		goto out;
	host = url_part(url, CURLUPART_HOST);
	user = url_part(url, CURLUPART_USER);
	if (user != NULL) {
		curl_free(host);
		host = NULL;
	}
out:
	curl_free(user);
	curl_url_cleanup(url);
	return host;
}

/* Is it an IPv4 address of that network of 8 or 16 bits? */
static bool
is_in(const char *host, const char *network)
{
	struct in_addr address;

	return strncmp(host, network, strlen(network)) == 0 &&
	    inet_pton(AF_INET, host, &address) == 1;
}

bool
http_is_loopback(const char *text)
{
	char *host = plain_host(text);
	bool is_loopback = host != NULL &&
	    (strcasecmp(host, "localhost") == 0 || is_in(host, "127.") ||
		strcmp(host, "[::1]") == 0);

	curl_free(host);
	return is_loopback;
}

bool
http_is_local(const char *text)
{
	char *host;
	bool is_local;

	if (http_is_loopback(text))
		return true;
	host = plain_host(text);
	is_local = host != NULL && is_in(host, "169.254.");
	curl_free(host);
	return is_local;
}

void
http_host(const char *text, char *host, size_t space)
{
	CURLU *url = curl_url();
	char *name, *port;

	snprintf(host, space, "the endpoint");
	if (url == NULL)
		return;
	if (curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK &&
	    (name = url_part(url, CURLUPART_HOST)) != NULL) {
		port = url_part(url, CURLUPART_PORT);
		snprintf(host, space, "%s%s%s", name, port != NULL ? ":" : "",
		    port != NULL ? port : "");
		curl_free(port);
		curl_free(name);
	}
	curl_url_cleanup(url);
}

/*
 * What is between the answer and us: the cap. The bytes lie in a buffer of
 * libcurl's, which will free it as it is.
 */
static size_t
take_body(char *bytes, size_t size, size_t count, void *context)
{
	struct buf *body = context;

	buf_add(body, bytes, size * count);
	explicit_bzero(bytes, size * count);
	return buf_status(body) == STATUS_OK ? size * count : 0;
}

/* How far the request's body has been given to libcurl. */
struct sending {
	const struct http_request *request;
	size_t given;
};

/* Not CURLOPT_POSTFIELDS, which libcurl copies behind the header lines. */
static size_t
give_body(char *bytes, size_t size, size_t count, void *context)
{
	struct sending *sending = context;
	size_t left = sending->request->body_length - sending->given;
	size_t length = size * count < left ? size * count : left;

	memcpy(bytes, sending->request->body + sending->given, length);
	sending->given += length;
	return length;
}

/* A connection that was lost at once is tried again with the same body. */
static int
give_again(void *context, curl_off_t offset, int origin)
{
	struct sending *sending = context;

	if (origin != SEEK_SET || offset < 0 ||
	    (curl_off_t)sending->request->body_length < offset)
		return CURL_SEEKFUNC_FAIL;
	sending->given = (size_t)offset;
	return CURL_SEEKFUNC_OK;
}

/*
 * libcurl shows what it has sent, in its own buffer, which holds it until it
 * is freed unless something is sent after it. Of the header lines that is one
 * copy of several: see BUGS.
 */
static int
wipe_sent(CURL *curl, curl_infotype kind, char *bytes, size_t length,
    void *context)
{
	(void)curl;
	(void)context;
	if (kind == CURLINFO_DATA_OUT || kind == CURLINFO_HEADER_OUT)
		explicit_bzero(bytes, length);
	return 0;
}

static int
check_cancelled(void *context, curl_off_t a, curl_off_t b, curl_off_t c,
    curl_off_t d)
{
	const volatile sig_atomic_t *cancelled = context;

	(void)a;
	(void)b;
	(void)c;
	(void)d;
	return cancelled != NULL && *cancelled != 0;
}

/* libcurl takes the pointer of a callback's context without its const. */
static void *
unqualified(const volatile sig_atomic_t *pointer)
{
	union {
		const volatile sig_atomic_t *from;
		void *to;
	} both = { .from = pointer };

	return both.to;
}

#define SET(option, value) \
	do { \
		if (r == CURLE_OK) \
			r = curl_easy_setopt(curl, option, value); \
	} while (0)

/* A service of this machine: no TLS, and nobody in between. */
static CURLcode
set_local(CURL *curl)
{
	CURLcode r = CURLE_OK;

#if LIBCURL_VERSION_NUM >= 0x075500
	SET(CURLOPT_PROTOCOLS_STR, "http");
#else
	SET(CURLOPT_PROTOCOLS, (long)CURLPROTO_HTTP);
#endif
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NOPROXY, "*");
	return r;
}

static CURLcode
set_security(CURL *curl, const struct http_request *request)
{
	struct curl_blob bundle = { request->certificates->data,
		request->certificates->length, CURL_BLOB_NOCOPY };
	CURLcode r = CURLE_OK;

#if LIBCURL_VERSION_NUM >= 0x075500
	SET(CURLOPT_PROTOCOLS_STR, "https");
#else
	SET(CURLOPT_PROTOCOLS, (long)CURLPROTO_HTTPS);
#endif
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_CAINFO, NULL);
	SET(CURLOPT_CAPATH, NULL);
	SET(CURLOPT_CAINFO_BLOB, &bundle);
	SET(CURLOPT_PROXY_CAINFO, NULL);
	SET(CURLOPT_PROXY_CAPATH, NULL);
	SET(CURLOPT_PROXY_CAINFO_BLOB, &bundle);
	SET(CURLOPT_PROXY_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (request->proxy != NULL)
		SET(CURLOPT_PROXY, request->proxy);
	return r;
}

static CURLcode
set_body(CURL *curl, struct sending *sending)
{
	CURLcode r = CURLE_OK;

	SET(CURLOPT_POST, 1L);
	SET(CURLOPT_POSTFIELDSIZE_LARGE,
	    (curl_off_t)sending->request->body_length);
	SET(CURLOPT_READFUNCTION, give_body);
	SET(CURLOPT_READDATA, sending);
	SET(CURLOPT_SEEKFUNCTION, give_again);
	SET(CURLOPT_SEEKDATA, sending);
	SET(CURLOPT_DEBUGFUNCTION, wipe_sent);
	SET(CURLOPT_VERBOSE, 1L);
	return r;
}

static CURLcode
set_request(CURL *curl, const struct http_request *request,
    struct http_answer *answer, struct curl_slist *headers, char *error)
{
	CURLcode r =
	    request->is_local ? set_local(curl) : set_security(curl, request);

	SET(CURLOPT_ERRORBUFFER, error);
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	SET(CURLOPT_URL, request->url);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_USERAGENT, HTTP_USER_AGENT);
	SET(CURLOPT_HTTPHEADER, headers);
	SET(CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
	SET(CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
	/* A name server that never answers must not outlast the deadline. */
	SET(CURLOPT_QUICK_EXIT, 1L);
#endif
	SET(CURLOPT_FORBID_REUSE, 1L);
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)request->connect_timeout_ms);
	SET(CURLOPT_TIMEOUT_MS, (long)request->timeout_ms);
	SET(CURLOPT_WRITEFUNCTION, take_body);
	SET(CURLOPT_WRITEDATA, &answer->body);
	SET(CURLOPT_XFERINFOFUNCTION, check_cancelled);
	SET(CURLOPT_XFERINFODATA, unqualified(request->cancelled));
	SET(CURLOPT_NOPROGRESS, 0L);
	return r;
}

#undef SET

/* SIGPIPE, blocked while libcurl writes, and what was blocked before. */
struct pipe_guard {
	sigset_t before;
	bool was_pending;
};

static bool
is_pipe_pending(void)
{
	sigset_t pending;

	return sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
}

static void
block_pipe(struct pipe_guard *guard)
{
	sigset_t pipe;

	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	guard->was_pending = is_pipe_pending();
	pthread_sigmask(SIG_BLOCK, &pipe, &guard->before);
}

static void
unblock_pipe(const struct pipe_guard *guard)
{
	const struct timespec at_once = { 0, 0 };
	sigset_t pipe;

	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	if (!guard->was_pending && is_pipe_pending())
		while (
		    sigtimedwait(&pipe, NULL, &at_once) < 0 && errno == EINTR)
			;
	pthread_sigmask(SIG_SETMASK, &guard->before, NULL);
}

static enum status
judge_redirect(CURL *curl, const char *host, long code, struct diag *diag)
{
	char target[MAX_HOST];
	char *location = NULL;

	curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &location);
	if (location == NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "%s answers with a redirect (HTTP status %ld) to nowhere; "
		    "check the endpoint",
		    host, code);
	http_host(location, target, sizeof(target));
	return diag_set(diag, STATUS_CONFIG,
	    "%s redirects to %s (HTTP status %ld); secrets do not follow: if "
	    "that is right, configure the new address as the endpoint",
	    host, target, code);
}

/* The proxy in words, without a password that its address may hold. */
static void
name_proxy(const struct http_request *request, char *name, size_t space)
{
	if (request->proxy == NULL || request->proxy[0] == '\0')
		snprintf(name, space, "from the environment");
	else
		http_host(request->proxy, name, space);
}

static enum status
judge_proxy(CURL *curl, const struct http_request *request, const char *error,
    struct diag *diag)
{
	char proxy[MAX_HOST];
	long code = 0;

	name_proxy(request, proxy, sizeof(proxy));
	curl_easy_getinfo(curl, CURLINFO_HTTP_CONNECTCODE, &code);
	if (code == 0)
		return diag_set(diag, STATUS_AGAIN,
		    "the proxy %s cannot be reached (%s); try again later; if "
		    "it lasts, check proxy",
		    proxy, error);
	if (code == 407)
		return diag_set(diag, STATUS_CONFIG,
		    "the proxy %s wants a password; set it in proxy or use "
		    "another way out",
		    proxy);
	return diag_set(diag, STATUS_CONFIG,
	    "the proxy %s does not help (%s); check proxy", proxy, error);
}

/* Why there is no answer. */
static enum status
judge_failure(CURL *curl, CURLcode code, const struct http_request *request,
    struct http_answer *answer, const char *host, const char *error,
    struct diag *diag)
{
	bool has_proxy = request->proxy != NULL && request->proxy[0] != '\0';
	long proxy_code = 0;
	curl_off_t spent_us = 0;

	curl_easy_getinfo(curl, CURLINFO_HTTP_CONNECTCODE, &proxy_code);
	if (proxy_code >= 300 || code == CURLE_COULDNT_RESOLVE_PROXY ||
	    code == CURLE_PROXY || (code == CURLE_COULDNT_CONNECT && has_proxy))
		return judge_proxy(curl, request, error, diag);
	switch (code) {
	case CURLE_OUT_OF_MEMORY:
		return diag_set_nomem(diag);
	case CURLE_ABORTED_BY_CALLBACK:
		return diag_set(diag, STATUS_CANCELLED, "interrupted");
	case CURLE_WRITE_ERROR:
		return diag_set(diag, STATUS_AGAIN,
		    "%s answers with more than %d bytes, so it is no token "
		    "endpoint; check the endpoint",
		    host, HTTP_MAX_ANSWER);
	case CURLE_OPERATION_TIMEDOUT:
		/* The connection has a deadline of its own. */
		curl_easy_getinfo(curl, CURLINFO_TOTAL_TIME_T, &spent_us);
		return diag_set(diag, STATUS_AGAIN,
		    "%s did not answer within %ld seconds%s; try again later",
		    host, (long)((spent_us + 500000) / 1000000),
		    has_proxy ? " through the proxy" : "");
	case CURLE_COULDNT_RESOLVE_HOST:
		return diag_set(diag, STATUS_AGAIN,
		    "the name of %s cannot be resolved; check DNS, and inside "
		    "a chroot its etc/resolv.conf",
		    host);
	case CURLE_SSL_CACERT_BADFILE:
		return diag_set(diag, STATUS_CONFIG,
		    "what ca_file or ca_dir names, or the system's bundle, has "
		    "no usable CA certificates (%s); check that file",
		    error);
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_INVALIDCERTSTATUS:
		return diag_set(diag, STATUS_CONFIG,
		    "the certificate of %s is not accepted (%s); check the "
		    "clock, ca_file and who answers there",
		    host, error);
	default:
		answer->can_repeat = true;
		return diag_set(diag, STATUS_AGAIN,
		    "the connection to %s failed (%s); try again later", host,
		    error);
	}
}

static enum status
perform(CURL *curl, const struct http_request *request,
    struct http_answer *answer, struct curl_slist *headers, struct diag *diag)
{
	char error[CURL_ERROR_SIZE] = "";
	char host[MAX_HOST];
	struct pipe_guard guard;
	struct sending sending = { .request = request };
	struct sockets sockets;
	struct sockets_low low;
	struct staple staple = { .trip = request->trip };
	curl_off_t retry_after = 0;
	CURLcode code;

	http_host(request->url, host, sizeof(host));
	code = set_request(curl, request, answer, headers, error);
	if (code == CURLE_OK && request->body != NULL)
		code = set_body(curl, &sending);
	if (code == CURLE_OK)
		code = sockets_watch(curl, &sockets);
	if (code == CURLE_OK)
		code = staple_watch(curl, &staple);
	if (code == CURLE_OK && request->trip != NULL)
		code = trip_watch(curl, request->trip);
	if (code != CURLE_OK)
		return diag_set(diag, STATUS_BUG,
		    "this libcurl does not do what is needed: %s",
		    curl_easy_strerror(code));
	block_pipe(&guard);
	sockets_fill_low(&low);
	code = curl_easy_perform(curl);
	sockets_free_low(&low);
	unblock_pipe(&guard);
	if (request->trip != NULL)
		trip_end(curl, request->trip);
	/* Nothing that is worth remembering of the endpoint. */
	if (code != CURLE_OK && sockets.error != 0)
		return diag_set(diag, STATUS_ACCESS,
		    "no connection to %s can be made from this program (%s); "
		    "it may need more descriptors (ulimit -n)",
		    host, strerror(sockets.error));
	if (staple.is_revoked)
		return diag_set(diag, STATUS_CONFIG,
		    "the certificate of %s is revoked, as its issuer says; "
		    "nothing was sent: wait for another one, and ask those who "
		    "run that host",
		    host);
	if (code != CURLE_OK)
		return judge_failure(curl, code, request, answer, host,
		    error[0] != '\0' ? error : curl_easy_strerror(code), diag);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer->code);
	if (answer->code >= 300 && answer->code < 400)
		return judge_redirect(curl, host, answer->code, diag);
	curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &retry_after);
	answer->retry_after_s = retry_after < HTTP_MAX_RETRY_AFTER_S ?
	    retry_after :
	    HTTP_MAX_RETRY_AFTER_S;
	return STATUS_OK;
}

/* libcurl writes the keys of TLS sessions where this names a file. */
static enum status
check_environment(struct diag *diag)
{
	if (getenv("SSLKEYLOGFILE") == NULL ||
	    secure_getenv("SSLKEYLOGFILE") != NULL)
		return STATUS_OK;
	return diag_set(diag, STATUS_CONFIG,
	    "SSLKEYLOGFILE is set for a program that has more rights than its "
	    "user; unset it");
}

/* An empty Expect: keeps libcurl from waiting for a 100 first. */
static enum status
make_headers(const struct http_request *request, struct curl_slist **headers)
{
	const char *const lines[] = { "Accept: application/json",
		"Expect:", request->header };
	struct curl_slist *more;
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (lines[i] == NULL)
			continue;
		if ((more = curl_slist_append(*headers, lines[i])) == NULL)
			return STATUS_NOMEM;
		*headers = more;
	}
	return STATUS_OK;
}

enum status
http_send(const struct http_request *request, struct http_answer *answer,
    struct diag *diag)
{
	struct curl_slist secret = { .data = request->authorization };
	struct curl_slist *headers = NULL;
	CURL *curl = NULL;
	enum status r;

	if ((r = http_start(diag)) != STATUS_OK ||
	    (r = check_environment(diag)) != STATUS_OK)
		return r;
	if (make_headers(request, &headers) == STATUS_OK &&
	    (curl = curl_easy_init()) != NULL) {
		/* In front of the others, and not copied as they are. */
		secret.next = headers;
		r = perform(curl, request, answer,
		    secret.data != NULL ? &secret : headers, diag);
	} else
		r = diag_set_nomem(diag);
	curl_easy_cleanup(curl);
	curl_slist_free_all(headers);
	return r;
}
