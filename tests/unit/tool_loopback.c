/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The server that a browser comes back to. Visitors are sockets of this same
 * process: what they send waits in the kernel until the server looks.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "interrupt.h"
#include "loopback.h"
#include "unit.h"
#include "visit.h"

#define HOST "Host: localhost:1\r\n"

static const struct visit_row {
	const char *name, *request;
	enum visit visit;
	const char *query;
} visits[] = {
	{ "a redirect", "GET /?code=a&state=b HTTP/1.1\r\n" HOST "\r\n",
	    VISIT_REDIRECT, "code=a&state=b" },
	{ "no query", "GET / HTTP/1.1\r\n" HOST "\r\n", VISIT_REDIRECT, "" },
	{ "the host is compared in any case",
	    "GET /?x HTTP/1.1\r\nhOST:  LOCALHOST \r\n\r\n", VISIT_REDIRECT,
	    "x" },
	{ "another name of the loopback",
	    "GET /?x HTTP/1.1\r\nHost: 127.0.0.1:8400\r\n\r\n", VISIT_REDIRECT,
	    "x" },
	{ "IPv6", "GET /?x HTTP/1.1\r\nHost: [::1]:8400\r\n\r\n",
	    VISIT_REDIRECT, "x" },
	{ "other headers",
	    "GET /?x HTTP/1.1\r\nA: b\r\n" HOST "Cookie: Host: x\r\n\r\n",
	    VISIT_REDIRECT, "x" },
	{ "bare line ends", "GET /?x HTTP/1.0\nHost: localhost\n\n",
	    VISIT_REDIRECT, "x" },
	{ "an icon", "GET /favicon.ico HTTP/1.1\r\n" HOST "\r\n",
	    VISIT_WRONG_PATH, NULL },
	{ "a longer path", "GET //?x HTTP/1.1\r\n" HOST "\r\n",
	    VISIT_WRONG_PATH, NULL },
	{ "POST", "POST /?x HTTP/1.1\r\n" HOST "\r\n", VISIT_WRONG_METHOD,
	    NULL },
	{ "HEAD", "HEAD /?x HTTP/1.1\r\n" HOST "\r\n", VISIT_WRONG_METHOD,
	    NULL },
	{ "another host", "GET /?x HTTP/1.1\r\nHost: evil.example.com\r\n\r\n",
	    VISIT_WRONG_HOST, NULL },
	{ "another host that begins alike",
	    "GET /?x HTTP/1.1\r\nHost: localhost.example.com\r\n\r\n",
	    VISIT_WRONG_HOST, NULL },
	{ "another host of one word",
	    "GET /?x HTTP/1.1\r\nHost: localhost1\r\n\r\n", VISIT_WRONG_HOST,
	    NULL },
	{ "another host behind a port",
	    "GET /?x HTTP/1.1\r\nHost: localhost:1.example.com\r\n\r\n",
	    VISIT_WRONG_HOST, NULL },
	{ "no host", "GET /?x HTTP/1.1\r\n\r\n", VISIT_BAD, NULL },
	{ "two hosts", "GET /?x HTTP/1.1\r\n" HOST "Host: example.com\r\n\r\n",
	    VISIT_BAD, NULL },
	{ "no HTTP", "GET /?x\r\n" HOST "\r\n", VISIT_BAD, NULL },
	{ "a space too many", "GET /?x y HTTP/1.1\r\n" HOST "\r\n", VISIT_BAD,
	    NULL },
	{ "a proxy's request",
	    "GET http://localhost:1/?x HTTP/1.1\r\n" HOST "\r\n", VISIT_BAD,
	    NULL },
	{ "TLS", "\x16\x03\x01\n\n", VISIT_BAD, NULL },
	{ "nothing", "", VISIT_INCOMPLETE, NULL },
	{ "half", "GET /?x HTTP/1.1\r\n" HOST "\r", VISIT_INCOMPLETE, NULL },
};

static void
a_visit_is_a_redirect_or_refused(void **state)
{
	const char *query;
	size_t i, length;
	enum visit visit;
	char *copy;

	(void)state;
	for (i = 0; i < COUNT(visits); i++) {
		unit_row("%s", visits[i].name);
		visit = visit_read(visits[i].request, strlen(visits[i].request),
		    "/", &query, &length);
		assert_row_int(visit, visits[i].visit);
		if (visit != VISIT_REDIRECT)
			continue;
		copy = string_copy_n(query, length);
		assert_row_text(copy, visits[i].query);
		free(copy);
	}
}

static void
a_page_escapes_what_came_from_outside(void **state)
{
	const struct visit_page page = { 200, "<b>&\"'</b>", "a<script>b" };
	struct buf answer;

	(void)state;
	buf_init(&answer, VISIT_MAX_ANSWER);
	visit_format(&page, &answer);
	assert_int_equal(buf_status(&answer), STATUS_OK);
	assert_contains(buf_text(&answer),
	    "<h1>&#60;b&#62;&#38;&#34;&#39;&#60;/b&#62;</h1>");
	assert_contains(buf_text(&answer), "<p>a&#60;script&#62;b.</p>");
	assert_lacks(buf_text(&answer), "<script");
	assert_contains(buf_text(&answer), "default-src 'none'");
	assert_contains(buf_text(&answer), "Referrer-Policy: no-referrer\r\n");
	assert_contains(buf_text(&answer), "Cache-Control: no-store\r\n");
	assert_contains(buf_text(&answer), "nosniff\r\n");
	assert_contains(buf_text(&answer), "Connection: close\r\n");
	buf_clear(&answer);
}

static const struct sentence {
	const char *text, *shown;
} sentences[] = {
	{ "access was denied; log in again",
	    "<p>Access was denied; log in again.</p>" },
	{ "login.example.com is silent",
	    "<p>login.example.com is silent.</p>" },
	{ "me@contoso.com is unknown", "<p>me@contoso.com is unknown.</p>" },
	{ "You may close it.", "<p>You may close it.</p>" },
	{ "", "<p></p>" },
};

static void
a_sentence_gets_a_capital_but_a_name_does_not(void **state)
{
	struct visit_page page = { 400, "Not logged in", NULL };
	struct buf answer;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(sentences); i++) {
		unit_row("%s", sentences[i].text);
		page.text = sentences[i].text;
		buf_init(&answer, VISIT_MAX_ANSWER);
		visit_format(&page, &answer);
		assert_contains(buf_text(&answer), sentences[i].shown);
		buf_clear(&answer);
	}
}

/* The longest sentence, in the worst bytes, must not be lost. */
static void
a_page_has_room_for_the_longest_sentence(void **state)
{
	struct visit_page page = { 400, "Not logged in", NULL };
	char text[DIAG_MAX_TEXT];
	struct buf answer;

	(void)state;
	memset(text, '<', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	page.text = text;
	buf_init(&answer, VISIT_MAX_ANSWER);
	visit_format(&page, &answer);
	assert_int_equal(buf_status(&answer), STATUS_OK);
	buf_clear(&answer);
}

/* %d stands for the port. */
static const struct address {
	const char *uri;
	int port;
	enum status status;
	const char *result;
} addresses[] = {
	{ "http://localhost", 0, STATUS_OK, "http://localhost:%d" },
	{ "http://localhost/", 0, STATUS_OK, "http://localhost:%d/" },
	{ "http://127.0.0.1", 0, STATUS_OK, "http://127.0.0.1:%d" },
	{ "http://127.0.0.1/a/B%20c?d=e", 0, STATUS_OK,
	    "http://127.0.0.1:%d/a/B%%20c?d=e" },
	{ "http://127.0.0.1:0/", 0, STATUS_OK, "http://127.0.0.1:%d/" },
	{ "http://127.0.0.1?d=e", 0, STATUS_OK, "http://127.0.0.1:%d?d=e" },
	{ "https://login.example.com/done", 0, STATUS_OK,
	    "https://login.example.com/done" },
	{ "http://login.example.com/", 0, STATUS_CONFIG, NULL },
	{ "http://localhost.example.com/", 0, STATUS_CONFIG, NULL },
	{ "http://127.0.0.1.example.com/", 0, STATUS_CONFIG, NULL },
	{ "http://0.0.0.0/", 0, STATUS_CONFIG, NULL },
	{ "http://me@localhost/", 0, STATUS_CONFIG, NULL },
	{ "http://localhost:65536/", 0, STATUS_CONFIG, NULL },
	{ "http://localhost:99999999999999999999/", 0, STATUS_CONFIG, NULL },
	{ "http://localhost:/", 0, STATUS_CONFIG, NULL },
	{ "http://localhost:+1/", 0, STATUS_CONFIG, NULL },
	{ "http://localhost:80x", 0, STATUS_CONFIG, NULL },
	{ "http://localhost/#a", 0, STATUS_CONFIG, NULL },
	{ "http://localhost/a b", 0, STATUS_CONFIG, NULL },
	{ "http://localhost/\r\nX: y", 0, STATUS_CONFIG, NULL },
	{ "localhost", 0, STATUS_CONFIG, NULL },
	{ "", 0, STATUS_CONFIG, NULL },
};

static int
port_of(const struct loopback *loopback)
{
	union {
		struct sockaddr any;
		struct sockaddr_in ipv4;
		struct sockaddr_in6 ipv6;
	} name;
	socklen_t length = sizeof(name);
	int fd = loopback->listeners[1] >= 0 ? loopback->listeners[1] :
					       loopback->listeners[0];

	if (fd < 0)
		return 0;
	assert_int_equal(getsockname(fd, &name.any, &length), 0);
	return name.any.sa_family == AF_INET ? ntohs(name.ipv4.sin_port) :
					       ntohs(name.ipv6.sin6_port);
}

static void
the_redirect_address_keeps_all_but_its_port(void **state)
{
	struct loopback loopback;
	char expected[256];
	struct diag diag;
	enum status r;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(addresses); i++) {
		unit_row("%s", addresses[i].uri);
		loopback_init(&loopback);
		r = loopback_open(&loopback, addresses[i].uri,
		    addresses[i].port, &diag);
		assert_status(r, addresses[i].status, &diag);
		if (r == STATUS_OK) {
			snprintf(expected, sizeof(expected),
			    addresses[i].result, port_of(&loopback));
			assert_row_text(loopback_uri(&loopback), expected);
			assert_row_int(loopback_listens(&loopback),
			    addresses[i].uri[4] == ':');
		}
		loopback_close(&loopback);
	}
}

/* Connects to the loopback interface; -1 if nobody listens. */
static int
visit_family(int family, int port)
{
	struct sockaddr_in ipv4 = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 ipv6 = { .sin6_family = AF_INET6,
		.sin6_port = htons((uint16_t)port),
		.sin6_addr = IN6ADDR_LOOPBACK_INIT };
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0), r;

	if (fd < 0)
		return -1;
	r = family == AF_INET ?
	    connect(fd, (struct sockaddr *)&ipv4, sizeof(ipv4)) :
	    connect(fd, (struct sockaddr *)&ipv6, sizeof(ipv6));
	if (r == 0)
		return fd;
	close(fd);
	return -1;
}

static int
visitor(const struct loopback *loopback, const char *says)
{
	int fd = visit_family(AF_INET, port_of(loopback));

	assert_true(fd >= 0);
	assert_int_equal(send(fd, says, strlen(says), 0), strlen(says));
	return fd;
}

/* The visitor has nothing more to say, and takes what it is told. */
static void
assert_told(int fd, const char *part)
{
	char text[VISIT_MAX_ANSWER + 1];
	size_t length = 0;
	ssize_t count;

	shutdown(fd, SHUT_WR);
	while (
	    (count = recv(fd, text + length, sizeof(text) - 1 - length, 0)) > 0)
		length += (size_t)count;
	text[length] = '\0';
	assert_contains(text, part);
	close(fd);
}

/* A login for these tests. */
struct login {
	enum status verdict; /* of the query "right"; else it is DATA */
	unsigned judged;
	int pipe[2];
	struct loopback loopback;
	struct loopback_watch watch;
};

static enum status
judge(void *context, const char *query, size_t length, struct diag *diag)
{
	struct login *login = context;

	login->judged++;
	if (length == 5 && memcmp(query, "right", 5) == 0)
		return diag_set(diag, login->verdict, "denied");
	return diag_set(diag, STATUS_DATA, "of <another> login");
}

static enum status
read_pipe(void *context, int *fd, struct diag *diag)
{
	char byte;

	(void)context;
	if (read(*fd, &byte, 1) != 1) {
		*fd = -1;
		return STATUS_DATA;
	}
	return diag_set(diag, byte == 'x' ? STATUS_DATA : STATUS_CANCELLED,
	    "typed");
}

static int
login_setup(void **state)
{
	struct login *login = calloc(1, sizeof(*login));

	loopback_init(&login->loopback);
	login->watch.judge = judge;
	login->watch.read = read_pipe;
	login->watch.context = login;
	login->watch.fd = -1;
	if (pipe(login->pipe) != 0)
		return -1;
	*state = login;
	return loopback_open(&login->loopback, "http://127.0.0.1", 0, NULL) ==
		STATUS_OK ?
	    0 :
	    -1;
}

static int
login_teardown(void **state)
{
	struct login *login = *state;

	loopback_close(&login->loopback);
	close(login->pipe[0]);
	close(login->pipe[1]);
	free(login);
	return 0;
}

/* Waits as long as any test may take. */
static enum status
wait_for(struct login *login, struct diag *diag)
{
	diag->text[0] = '\0';
	return loopback_wait(&login->loopback, &login->watch,
	    clock_elapsed_ms() + 30000, diag);
}

#define GET(query) "GET /?" query " HTTP/1.1\r\n" HOST "\r\n"

static void
the_redirect_gets_the_page_that_the_login_deserves(void **state)
{
	struct login *login = *state;
	struct diag diag;
	int port = port_of(&login->loopback), fd;

	fd = visitor(&login->loopback, GET("right"));
	assert_status(wait_for(login, &diag), STATUS_OK, &diag);
	shutdown(fd, SHUT_WR);
	loopback_answer(&login->loopback, true, "me is logged in", "Close it.");
	assert_told(fd, "<h1>me is logged in</h1>\n<p>Close it.</p>");
	assert_int_equal(visit_family(AF_INET, port), -1);
}

static void
a_refusal_ends_the_wait_with_its_sentence(void **state)
{
	struct login *login = *state;
	struct diag diag;
	int fd;

	login->verdict = STATUS_REAUTH;
	fd = visitor(&login->loopback, GET("right"));
	assert_status(wait_for(login, &diag), STATUS_REAUTH, &diag);
	assert_string_equal(diag.text, "denied");
	shutdown(fd, SHUT_WR);
	loopback_answer(&login->loopback, false, "Not logged in", diag.text);
	assert_told(fd, "HTTP/1.1 400 Bad Request\r\n");
}

static void
other_visitors_neither_end_nor_hold_up_the_wait(void **state)
{
	struct login *login = *state;
	struct diag diag;
	int silent = visitor(&login->loopback, "");
	int half = visitor(&login->loopback, "GET /?ri");
	int gone = visitor(&login->loopback, "GET /?ri");
	int icon = visitor(&login->loopback,
	    "GET /favicon.ico HTTP/1.1\r\n" HOST "\r\n");
	int other = visitor(&login->loopback, GET("wrong"));
	int right = visitor(&login->loopback, GET("right"));

	close(gone);
	assert_status(wait_for(login, &diag), STATUS_OK, &diag);
	assert_int_equal(login->judged, 2);
	assert_told(icon, "HTTP/1.1 404 ");
	assert_told(other, "<p>Of &#60;another&#62; login.</p>");
	shutdown(right, SHUT_WR);
	loopback_answer(&login->loopback, true, "in", "Close it.");
	assert_told(right, "HTTP/1.1 200 ");
	assert_told(half, "");
	close(silent);
}

static void
a_crowd_of_silent_visitors_gives_way(void **state)
{
	struct login *login = *state;
	int crowd[LOOPBACK_MAX_VISITORS + 1], right;
	char byte;
	struct diag diag;
	size_t i;

	for (i = 0; i < COUNT(crowd); i++)
		crowd[i] = visitor(&login->loopback, "G");
	right = visitor(&login->loopback, GET("right"));
	assert_status(wait_for(login, &diag), STATUS_OK, &diag);
	for (i = 0; i < COUNT(crowd); i++) {
		if (recv(crowd[i], &byte, 1, MSG_DONTWAIT) < 0)
			assert_int_not_equal(errno, EAGAIN); /* it hung up */
		close(crowd[i]);
	}
	close(right);
	loopback_answer(&login->loopback, true, "in", "The browser is gone.");
}

static void
a_request_without_an_end_is_refused(void **state)
{
	struct login *login = *state;
	static char text[VISIT_MAX_REQUEST + 2];
	struct diag diag;
	int endless, right;

	memset(text, 'a', sizeof(text) - 1);
	endless = visitor(&login->loopback, text);
	login->watch.fd = login->pipe[0];
	assert_int_equal(write(login->pipe[1], "xxxxxxxx", 8), 8);
	right = visitor(&login->loopback, "GET /?right HTTP/1.1\r\n" HOST);
	/* It ends only after the other one has been read. */
	assert_int_equal(write(login->pipe[1], "c", 1), 1);
	assert_status(wait_for(login, &diag), STATUS_CANCELLED, &diag);
	assert_told(endless, "HTTP/1.1 400 ");
	close(right);
}

static void
the_other_descriptor_is_read_meanwhile(void **state)
{
	struct login *login = *state;
	struct diag diag;

	login->watch.fd = login->pipe[0];
	assert_int_equal(write(login->pipe[1], "xc", 2), 2);
	assert_status(wait_for(login, &diag), STATUS_CANCELLED, &diag);
	assert_string_equal(diag.text, "typed");
	/* Nobody waits for a page. */
	loopback_answer(&login->loopback, true, "in", "Close it.");
}

static void
the_end_of_the_other_descriptor_is_not_the_end(void **state)
{
	struct login *login = *state;
	struct diag diag;
	int fd;

	login->watch.fd = login->pipe[0];
	close(login->pipe[1]);
	login->pipe[1] = -1;
	fd = visitor(&login->loopback, GET("right"));
	assert_status(wait_for(login, &diag), STATUS_OK, &diag);
	close(fd);
}

static void
the_wait_has_an_end(void **state)
{
	struct login *login = *state;
	struct diag diag;

	assert_status(loopback_wait(&login->loopback, &login->watch,
			  clock_elapsed_ms() + 1, &diag),
	    STATUS_REAUTH, &diag);
	assert_contains(diag.text, "start the login again");
	assert_false(loopback_listens(&login->loopback));
}

static void
a_port_that_is_taken_is_named(void **state)
{
	struct login *login = *state;
	struct loopback second;
	char uri[64], number[16];
	struct diag diag;

	snprintf(number, sizeof(number), "port %d ", port_of(&login->loopback));
	snprintf(uri, sizeof(uri), "http://localhost:%d",
	    port_of(&login->loopback));
	loopback_init(&second);
	assert_status(loopback_open(&second, uri, 0, &diag), STATUS_AGAIN,
	    &diag);
	assert_contains(diag.text, number);
	assert_status(loopback_open(&second, "http://127.0.0.1/",
			  port_of(&login->loopback), &diag),
	    STATUS_AGAIN, &diag);
	/* The one given takes the place of the one in the address. */
	assert_status(loopback_open(&second, "http://127.0.0.1:1/",
			  port_of(&login->loopback), &diag),
	    STATUS_AGAIN, &diag);
	assert_contains(diag.text, number);
	loopback_close(&second);
}

static void
localhost_is_both_families_and_ipv6_is_itself(void **state)
{
	struct loopback loopback;
	struct diag diag;
	int fd;

	(void)state;
	loopback_init(&loopback);
	if (loopback_open(&loopback, "http://[::1]/", 0, &diag) != STATUS_OK) {
		assert_contains(diag.text, "choose");
		skip(); /* this machine has no IPv6 */
	}
	assert_int_equal(visit_family(AF_INET, port_of(&loopback)), -1);
	fd = visit_family(AF_INET6, port_of(&loopback));
	assert_true(fd >= 0);
	close(fd);
	loopback_close(&loopback);
	assert_status(loopback_open(&loopback, "http://localhost", 0, &diag),
	    STATUS_OK, &diag);
	fd = visit_family(AF_INET6, port_of(&loopback));
	assert_true(fd >= 0);
	close(fd);
	loopback_close(&loopback);
}

/* The last one, for the flag stays. */
static void
a_signal_ends_the_wait(void **state)
{
	struct login *login = *state;
	struct diag diag;

	signal(SIGHUP, SIG_DFL); /* nohup ignores it */
	interrupt_catch();
	raise(SIGHUP);
	assert_status(wait_for(login, &diag), STATUS_CANCELLED, &diag);
}

#define WITH_LOGIN(test) \
	cmocka_unit_test_setup_teardown(test, login_setup, login_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_visit_is_a_redirect_or_refused),
		cmocka_unit_test(a_page_escapes_what_came_from_outside),
		cmocka_unit_test(a_sentence_gets_a_capital_but_a_name_does_not),
		cmocka_unit_test(a_page_has_room_for_the_longest_sentence),
		cmocka_unit_test(the_redirect_address_keeps_all_but_its_port),
		WITH_LOGIN(the_redirect_gets_the_page_that_the_login_deserves),
		WITH_LOGIN(a_refusal_ends_the_wait_with_its_sentence),
		WITH_LOGIN(other_visitors_neither_end_nor_hold_up_the_wait),
		WITH_LOGIN(a_crowd_of_silent_visitors_gives_way),
		WITH_LOGIN(a_request_without_an_end_is_refused),
		WITH_LOGIN(the_other_descriptor_is_read_meanwhile),
		WITH_LOGIN(the_end_of_the_other_descriptor_is_not_the_end),
		WITH_LOGIN(the_wait_has_an_end),
		WITH_LOGIN(a_port_that_is_taken_is_named),
		cmocka_unit_test(localhost_is_both_families_and_ipv6_is_itself),
		WITH_LOGIN(a_signal_ends_the_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
