/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What can be looked at before a request: proxy, certificates, name. See
 * doctor_way.h.
 */

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "doctor_proxy.h"
#include "doctor_way.h"
#include "interrupt.h"
#include "resolve.h"
#include "shellquote.h"

/* How long a name may take. */
#define NAME_MS 10000

#define CERTIFICATE "-----BEGIN CERTIFICATE-----"

const char *
doctor_way_option(const struct doctor_way *way, enum option which)
{
	return way->endpoint.settings.text[which];
}

/* What keeps it from being reached, and the one step. */
enum status
doctor_way_find(struct doctor_way *way, enum status status, const char *trouble,
    const char *advice)
{
	if (status == STATUS_NOMEM || status == STATUS_CANCELLED) {
		way->doctor->failed = status;
		return status;
	}
	way->found->status = status;
	diag_set(&way->found->trouble, status, "%s", trouble);
	diag_set(&way->found->advice, status, "%s", advice);
	return status;
}

/* "socks5h://". */
#define MAX_SCHEME 32

/* The option takes no other schemes than these, and the environment does. */
static void
advise_proxy(struct doctor_way *way, const char *proxy, const char *variable,
    const char *host, bool had_login)
{
	const char *conf = way->doctor->session.place.conf;
	char scheme[MAX_SCHEME];

	doctor_name_proxy_scheme(proxy, scheme, sizeof(scheme));
	if (strcmp(scheme, "http://") == 0 || strcmp(scheme, "https://") == 0)
		doctor_next(way->doctor, "write proxy = \"%s%s\" into %s%s",
		    scheme, host, conf,
		    had_login ? ", with the name and password that are left "
				"out here" :
				"");
	else
		doctor_next(way->doctor,
		    "give %s = %s%s%s to the mail program too (Postfix: in "
		    "import_environment of main.cf), for the option proxy in "
		    "%s takes http:// and https:// alone",
		    variable, scheme, host,
		    had_login ? " (a name and password are left out here)" : "",
		    conf);
}

/* A proxy that only this shell knows is none for a mail program. */
void
doctor_way_look_at_proxy(struct doctor_way *way)
{
	struct doctor *doctor = way->doctor;
	const char *proxy = doctor_way_option(way, OPTION_PROXY),
		   *variable = NULL;
	char host[DOCTOR_WAY_MAX_HOST];
	bool had_login;

	if (proxy != NULL && strcmp(proxy, "none") == 0) {
		doctor_ok(doctor, "no proxy is used, as the option proxy says");
		return;
	}
	if (proxy == NULL &&
	    (proxy = doctor_find_proxy(way->host, &variable)) == NULL) {
		doctor_ok(doctor, "no proxy is set, so none is used");
		return;
	}
	doctor_name_proxy(proxy, host, sizeof(host), &had_login);
	doctor_hide_know_server(doctor->hide, host);
	if (variable == NULL) {
		doctor_ok(doctor, "the proxy %s is used, by the option proxy",
		    host);
		return;
	}
	doctor_warn(doctor,
	    "the proxy %s is known from this shell's environment alone (%s): "
	    "Postfix, which hands none on, and what a system starts do not see "
	    "it, and connect directly",
	    host, variable);
	advise_proxy(way, proxy, variable, host, had_login);
}

static size_t
count_certificates(const struct buf *bytes)
{
	const char *at = buf_text(bytes);
	size_t count = 0;

	while ((at = strstr(at, CERTIFICATE)) != NULL) {
		at += strlen(CERTIFICATE);
		count++;
	}
	return count;
}

enum status
doctor_way_look_at_certificates(struct doctor_way *way)
{
	const char *path = doctor_way_option(way, OPTION_CA_FILE);
	enum preload_kind kind = PRELOAD_CA_FILE;
	struct diag diag;
	enum status r;
	size_t count;

	if (path == NULL) {
		path = doctor_way_option(way, OPTION_CA_DIR);
		kind = path != NULL ? PRELOAD_CA_DIRECTORY : PRELOAD_CA_SYSTEM;
	}
	r = preload_get(way->doctor->session.preload, kind,
	    path != NULL ? path : "", &way->endpoint.certificates, &diag);
	if (r != STATUS_OK)
		return doctor_way_find(way, r, diag.text,
		    "install ca-certificates, or set ca_file");
	if (path == NULL)
		path = preload_find_system_bundle();
	count = count_certificates(way->endpoint.certificates);
	if (count == 0) {
		diag_set(&diag, r, "%s holds no CA certificate in PEM form",
		    path);
		return doctor_way_find(way, STATUS_CONFIG, diag.text,
		    "set ca_file to a bundle of CA certificates");
	}
	doctor_ok(way->doctor,
	    "%s holds %zu CA certificate%s; Postfix's smtp reads it before it "
	    "enters its chroot",
	    path, count, count == 1 ? "" : "s");
	return STATUS_OK;
}

/* The host of "host:port" or "[address]:port", and the port. */
static void
split_host(const char *text, char host[DOCTOR_WAY_MAX_HOST], const char **port)
{
	const char *end;

	*port = "443";
	snprintf(host, DOCTOR_WAY_MAX_HOST, "%s",
	    text[0] == '[' ? text + 1 : text);
	if (text[0] == '[') {
		if ((end = strchr(text, ']')) != NULL && end[1] == ':')
			*port = end + 2;
		host[strcspn(host, "]")] = '\0';
	} else if ((end = strchr(text, ':')) != NULL) {
		*port = end + 1;
		host[end - text] = '\0';
	}
}

/* How a name is looked up in a chroot: glibc reads this there. */
static void
look_at_chroot(struct doctor_way *way)
{
	static const char here[] = "/etc/resolv.conf";
	struct doctor *doctor = way->doctor;
	char there[PLACE_MAX_PATH + sizeof(here)];
	struct buf ours, theirs;

	if (doctor->client.root == NULL)
		return;
	snprintf(there, sizeof(there), "%s%s", doctor->client.root, here);
	buf_init(&ours, HTTP_MAX_ANSWER);
	buf_init(&theirs, HTTP_MAX_ANSWER);
	if (file_read_path(here, &ours, NULL) == STATUS_OK &&
	    (file_read_path(there, &theirs, NULL) != STATUS_OK ||
		strcmp(buf_text(&ours), buf_text(&theirs)) != 0)) {
		doctor_warn(doctor,
		    "%s is %s, so a renewal inside that chroot may find no "
		    "names",
		    there, theirs.length == 0 ? "missing" : "not like /etc's");
		doctor_next(doctor, "run: cp %s %s", shell_operand(here).text,
		    shell_operand(there).text);
	}
	buf_clear(&ours);
	buf_clear(&theirs);
}

static enum status
look_at_name(struct doctor_way *way)
{
	struct addrinfo *addresses, *one;
	char host[DOCTOR_WAY_MAX_HOST], shown[NI_MAXHOST] = "?";
	struct diag diag, advice;
	const char *port;
	size_t count = 0;
	enum status r;

	split_host(way->host, host, &port);
	doctor_wait(way->doctor, "looking for %s", host);
	r = resolve_host(host, port, clock_elapsed_ms() + NAME_MS,
	    interrupt_flag(), &addresses, &diag);
	diag_set(&advice, r, "find out why: getent hosts %s", host);
	if (r != STATUS_OK)
		return doctor_way_find(way, r, diag.text, advice.text);
	for (one = addresses; one != NULL; one = one->ai_next)
		count++;
	if (addresses != NULL)
		(void)getnameinfo(addresses->ai_addr, addresses->ai_addrlen,
		    shown, sizeof(shown), NULL, 0, NI_NUMERICHOST);
	freeaddrinfo(addresses);
	if (count > 1)
		doctor_ok(way->doctor, "%s is %s, and %zu more", host, shown,
		    count - 1);
	else
		doctor_ok(way->doctor, "%s is %s", host, shown);
	look_at_chroot(way);
	return STATUS_OK;
}

enum status
doctor_way_look_at_host(struct doctor_way *way)
{
	const char *proxy = doctor_way_option(way, OPTION_PROXY), *variable;
	bool is_direct = proxy != NULL && strcmp(proxy, "none") == 0;

	/* A proxy looks for the name itself. */
	if (proxy == NULL)
		is_direct = doctor_find_proxy(way->host, &variable) == NULL;
	return is_direct ? look_at_name(way) : STATUS_OK;
}
