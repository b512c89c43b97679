/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The way to the token endpoint: proxy, certificates, name, TLS, clock. See
 * doctor.h.
 *
 * What is sent holds nothing: an empty form, which no endpoint takes, and whose
 * refusal shows that there is one. Each endpoint is looked at once; for the
 * other accounts that use it, what came of it is told again.
 */

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "check.h"
#include "clock.h"
#include "discovery.h"
#include "doctor_grant.h"
#include "doctor_proxy.h"
#include "explain.h"
#include "interrupt.h"
#include "resolve.h"
#include "trip.h"
#include "when.h"

/* A host and a port for a sentence. */
#define MAX_HOST 300

/* What an endpoint is known by: its address, proxy and certificates. */
#define MAX_KEY 8192

/* How long a name may take. */
#define NAME_MS 10000

#define CERTIFICATE "-----BEGIN CERTIFICATE-----"

struct doctor_network {
	struct doctor_network *next;
	char *key;
	char host[MAX_HOST];
	enum status status; /* STATUS_OK: it can be reached */
	struct diag trouble, advice;
};

/* One endpoint, and the way to it so far. */
struct way {
	struct doctor *doctor;
	struct endpoint endpoint; /* settings and certificates alone */
	struct doctor_network *found;
	const char *url;
	char host[MAX_HOST];
	struct trip trip;
};

void
doctor_network_free(struct doctor_network **network)
{
	struct doctor_network *one, *next;

	for (one = *network; one != NULL; one = next) {
		next = one->next;
		free(one->key);
		free(one);
	}
	*network = NULL;
}

static const char *
option(const struct way *way, enum option which)
{
	return way->endpoint.settings.text[which];
}

/* What keeps it from being reached, and the one step. */
static enum status
find(struct way *way, enum status status, const char *trouble,
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

/* A proxy that only this shell knows is none for a mail program. */
static void
look_at_proxy(struct way *way)
{
	struct doctor *doctor = way->doctor;
	const char *proxy = option(way, OPTION_PROXY), *variable = NULL;
	char host[MAX_HOST];

	if (proxy != NULL && strcmp(proxy, "none") == 0) {
		doctor_ok(doctor, "no proxy is used, as the option proxy says");
		return;
	}
	if (proxy == NULL &&
	    (proxy = doctor_find_proxy(way->host, &variable)) == NULL) {
		doctor_ok(doctor, "no proxy is set, so none is used");
		return;
	}
	doctor_name_proxy(proxy, host, sizeof(host));
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
	doctor_next(doctor, "write proxy = \"http://%s\" into %s", host,
	    doctor->session.place.conf);
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

static enum status
look_at_certificates(struct way *way)
{
	const char *path = option(way, OPTION_CA_FILE);
	enum preload_kind kind = PRELOAD_CA_FILE;
	struct diag diag;
	enum status r;
	size_t count;

	if (path == NULL) {
		path = option(way, OPTION_CA_DIR);
		kind = path != NULL ? PRELOAD_CA_DIRECTORY : PRELOAD_CA_SYSTEM;
	}
	r = preload_get(way->doctor->session.preload, kind,
	    path != NULL ? path : "", &way->endpoint.certificates, &diag);
	if (r != STATUS_OK)
		return find(way, r, diag.text,
		    "install ca-certificates, or set ca_file");
	if (path == NULL)
		path = preload_find_system_bundle();
	count = count_certificates(way->endpoint.certificates);
	if (count == 0) {
		diag_set(&diag, r, "%s holds no CA certificate in PEM form",
		    path);
		return find(way, STATUS_CONFIG, diag.text,
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
split_host(const char *text, char host[MAX_HOST], const char **port)
{
	const char *end;

	*port = "443";
	snprintf(host, MAX_HOST, "%s", text[0] == '[' ? text + 1 : text);
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
look_at_chroot(struct way *way)
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
		doctor_next(doctor, "run: cp %s %s", here, there);
	}
	buf_clear(&ours);
	buf_clear(&theirs);
}

static enum status
look_at_name(struct way *way)
{
	struct addrinfo *addresses, *one;
	char host[MAX_HOST], shown[NI_MAXHOST] = "?";
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
		return find(way, r, diag.text, advice.text);
	for (one = addresses; one != NULL; one = one->ai_next)
		count++;
	(void)getnameinfo(addresses->ai_addr, addresses->ai_addrlen, shown,
	    sizeof(shown), NULL, 0, NI_NUMERICHOST);
	freeaddrinfo(addresses);
	if (count > 1)
		doctor_ok(way->doctor, "%s is %s, and %zu more", host, shown,
		    count - 1);
	else
		doctor_ok(way->doctor, "%s is %s", host, shown);
	look_at_chroot(way);
	return STATUS_OK;
}

/* The next step by what a library said, which stands in brackets. */
static const char *
advise(enum status r, const char *sentence, struct explanation *explanation)
{
	const char *said = strchr(sentence, '('), *end = strrchr(sentence, ')');

	if (said == NULL || end < said)
		said = end = sentence + strlen(sentence);
	explain_text(said, (size_t)(end - said), explanation);
	if (explanation->class != EXPLAIN_UNKNOWN)
		return explanation->next;
	return r == STATUS_AGAIN ?
	    "wait, and run this again" :
	    "check ca_file, proxy, and who answers there";
}

/* Why there is no answer; and who has issued a certificate that is refused. */
static enum status
find_failure(struct way *way, enum status r, const struct diag *diag)
{
	struct explanation explanation;
	const char *next = advise(r, diag->text, &explanation);
	struct diag text, advice;
	char issuer[TRIP_MAX_NAME];

	explain_show(way->trip.issuer, strlen(way->trip.issuer), issuer,
	    sizeof(issuer));
	if (r != STATUS_CONFIG || issuer[0] == '\0')
		return find(way, r, diag->text, next);
	diag_set(&text, r, "%.250s; its issuer is \"%.100s\"", diag->text,
	    issuer);
	diag_set(&advice, r,
	    "%s; where \"%.60s\" is a proxy that looks into TLS, add its CA "
	    "certificate to the bundle that ca_file names",
	    next, issuer);
	return find(way, r, text.text, advice.text);
}

/* Does the application sign what the provider judges by its own clock? */
static bool
needs_clock(const struct way *way)
{
	return option(way, OPTION_CLIENT_KEY) != NULL ||
	    way->endpoint.grant == OAUTH_GRANT_SERVICE_ACCOUNT;
}

static void
look_at_clock(struct way *way)
{
	struct doctor *doctor = way->doctor;
	int64_t skew_s = clock_unix_s() - way->trip.date;
	int64_t size_s = skew_s < 0 ? -skew_s : skew_s;

	if (way->trip.date == 0) {
		doctor_unsure(doctor, "%s does not say what time it is there",
		    way->host);
		return;
	}
	if (size_s <= CHECK_MAX_SKEW_S) {
		doctor_ok(doctor, "the clock agrees with that of %s",
		    way->host);
		return;
	}
	if (needs_clock(way))
		doctor_wrong(doctor, STATUS_CONFIG,
		    "the clock of this host is %" PRId64 " s %s that of %s, "
		    "which refuses what is signed at another time",
		    size_s, skew_s > 0 ? "ahead of" : "behind", way->host);
	else
		doctor_warn(doctor,
		    "the clock of this host is %" PRId64 " s %s that of %s; "
		    "tokens may seem good that are over, or the reverse",
		    size_s, skew_s > 0 ? "ahead of" : "behind", way->host);
	doctor_next(doctor,
	    "set the clock of this host: timedatectl set-ntp true");
}

/* Microsoft answers for tenants that there are none of, too. */
static bool
is_no_tenant(const struct explanation *explanation)
{
	static const char *const codes[] = { "AADSTS90002", "AADSTS900021",
		"AADSTS900023", "AADSTS90013" };
	size_t i;

	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(explanation->code, codes[i]) == 0)
			return true;
	return false;
}

static enum status
judge_answer(struct way *way, const struct http_answer *answer)
{
	struct explanation explanation;
	struct diag text;

	explain_text(buf_text(&answer->body), answer->body.length,
	    &explanation);
	if (answer->code >= 500 || answer->code == 429 || answer->code == 408) {
		diag_set(&text, STATUS_AGAIN,
		    "%s has trouble of its own (HTTP status %ld)", way->host,
		    answer->code);
		return find(way, STATUS_AGAIN, text.text,
		    "wait: it is asked again by itself");
	}
	if (answer->code == 404 || answer->code == 410) {
		diag_set(&text, STATUS_CONFIG,
		    "there is nothing at %.200s (HTTP status %ld)", way->url,
		    answer->code);
		return find(way, STATUS_CONFIG, text.text,
		    "check token_endpoint, tenant and provider in the "
		    "configuration");
	}
	if (is_no_tenant(&explanation)) {
		diag_set(&text, STATUS_CONFIG, "%s: %s (%s)", way->host,
		    explanation.cause, explanation.code);
		return find(way, STATUS_CONFIG, text.text, explanation.next);
	}
	doctor_ok(way->doctor,
	    "the token endpoint at %s answers (HTTP status %ld to an empty "
	    "request)",
	    way->host, answer->code);
	return STATUS_OK;
}

static struct http_request
make_request(struct way *way)
{
	const struct settings *settings = &way->endpoint.settings;
	struct http_request request =
	    endpoint_request(&way->doctor->session.renewer, &way->endpoint,
		way->url, settings->seconds[OPTION_TIMEOUT] * 1000);

	request.cancelled = interrupt_flag();
	request.trip = &way->trip;
	return request;
}

static void
tell_tls(struct way *way)
{
	char issuer[TRIP_MAX_NAME];

	explain_show(way->trip.issuer, strlen(way->trip.issuer), issuer,
	    sizeof(issuer));
	doctor_ok(way->doctor,
	    "TLS to %s within %" PRId64 " ms; its certificate is by \"%s\"",
	    way->host, way->trip.connect_ms, issuer[0] != '\0' ? issuer : "?");
}

/* The request itself, and all that it shows of the way. */
static enum status
visit(struct way *way)
{
	struct http_request request = make_request(way);
	struct http_answer answer;
	struct diag diag;
	enum status r;

	request.body = "";
	request.is_local = way->endpoint.grant == OAUTH_GRANT_IDENTITY;
	if (request.is_local)
		request.body = NULL;
	http_answer_init(&answer);
	doctor_wait(way->doctor, "asking %s", way->host);
	r = http_send(&request, &answer, &diag);
	if (r != STATUS_OK) {
		r = find_failure(way, r, &diag);
		goto out;
	}
	if (!request.is_local) {
		tell_tls(way);
		look_at_clock(way);
	}
	r = judge_answer(way, &answer);
out:
	http_answer_clear(&answer);
	return r;
}

static enum status
look_at_host(struct way *way)
{
	const char *proxy = option(way, OPTION_PROXY), *variable;
	bool is_direct = proxy != NULL && strcmp(proxy, "none") == 0;

	/* A proxy looks for the name itself. */
	if (proxy == NULL)
		is_direct = doctor_find_proxy(way->host, &variable) == NULL;
	return is_direct ? look_at_name(way) : STATUS_OK;
}

/* An issuer tells where the token endpoint is. */
static enum status
discover(struct way *way, struct discovery *discovery)
{
	struct http_request like = make_request(way);
	struct diag diag;
	enum status r;

	doctor_wait(way->doctor, "asking %s", way->host);
	r = discovery_fetch(http_send, way->url, &like, discovery, &diag);
	if (r != STATUS_OK)
		return find_failure(way, r, &diag);
	doctor_ok(way->doctor, "the issuer at %s tells its endpoints",
	    way->host);
	way->url = discovery->token_endpoint;
	return STATUS_OK;
}

static enum status
examine_way(struct way *way, bool is_issuer)
{
	struct discovery discovery = { .issuer = NULL };
	char issuer[MAX_HOST];
	enum status r;

	if (way->endpoint.grant == OAUTH_GRANT_IDENTITY)
		return visit(way);
	look_at_proxy(way);
	if ((r = look_at_certificates(way)) != STATUS_OK ||
	    (r = look_at_host(way)) != STATUS_OK)
		return r;
	if (is_issuer) {
		if ((r = discover(way, &discovery)) != STATUS_OK)
			goto out;
		memcpy(issuer, way->host, sizeof(issuer));
		http_host(way->url, way->host, sizeof(way->host));
		if (strcmp(issuer, way->host) != 0 &&
		    (r = look_at_host(way)) != STATUS_OK)
			goto out;
	}
	r = visit(way);
out:
	discovery_clear(&discovery);
	return r;
}

/* While a token is good, trouble that passes keeps nobody from logging in. */
static void
tell_trouble(struct doctor *doctor, const struct doctor_network *found,
    const struct doctor_kept *kept)
{
	if (found->status == STATUS_AGAIN &&
	    doctor_has_token(kept, clock_unix_s()))
		doctor_warn(doctor,
		    "%s; mail goes on with the token that is there, until %s",
		    found->trouble.text,
		    when_local(kept->record.expires_at).text);
	else
		doctor_wrong(doctor, found->status, "%s", found->trouble.text);
	doctor_next(doctor, "%s", found->advice.text);
}

static bool
make_key(const struct way *way, struct buf *key)
{
	static const enum option options[] = { OPTION_PROXY, OPTION_CA_FILE,
		OPTION_CA_DIR, OPTION_GRANT, OPTION_CLIENT_KEY };
	const char *text;
	size_t i;

	buf_add_string(key, way->url);
	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		text = option(way, options[i]);
		buf_add_format(key, "\n%s", text != NULL ? text : "");
	}
	return buf_status(key) == STATUS_OK;
}

/* The endpoint as one of those that were met; is_new: for the first time. */
static struct doctor_network *
meet(struct way *way, bool *is_new)
{
	struct doctor *doctor = way->doctor;
	struct doctor_network *one = NULL;
	struct buf key;

	buf_init(&key, MAX_KEY);
	if (make_key(way, &key))
		for (one = doctor->network; one != NULL; one = one->next)
			if (strcmp(one->key, buf_text(&key)) == 0)
				break;
	*is_new = one == NULL;
	if (one == NULL && (one = calloc(1, sizeof(*one))) != NULL) {
		one->key = string_copy(buf_text(&key));
		one->next = doctor->network;
		doctor->network = one;
	}
	if (one == NULL || one->key == NULL) {
		doctor->failed = STATUS_NOMEM;
		one = NULL;
	}
	buf_clear(&key);
	return one;
}

/* Where to begin; NULL: nowhere. */
static const char *
choose_url(struct way *way, bool *is_issuer)
{
	const struct settings *settings = &way->endpoint.settings;

	*is_issuer = false;
	if (way->endpoint.grant == OAUTH_GRANT_IDENTITY)
		return option(way, OPTION_IDENTITY_ENDPOINT);
	if (option(way, OPTION_ISSUER) != NULL &&
	    settings->origin[OPTION_TOKEN_ENDPOINT] != ORIGIN_FILE) {
		*is_issuer = true;
		return option(way, OPTION_ISSUER);
	}
	return option(way, OPTION_TOKEN_ENDPOINT);
}

static void
examine_endpoint(struct way *way, const struct doctor_kept *kept)
{
	struct doctor *doctor = way->doctor;
	bool is_issuer, is_new;

	if ((way->url = choose_url(way, &is_issuer)) == NULL) {
		doctor_unsure(doctor,
		    "no provider is known for this account, so there is no "
		    "endpoint to look at");
		return;
	}
	http_host(way->url, way->host, sizeof(way->host));
	if ((way->found = meet(way, &is_new)) == NULL)
		return;
	if (is_new) {
		snprintf(way->found->host, sizeof(way->found->host), "%s",
		    way->host);
		(void)examine_way(way, is_issuer);
	} else if (way->found->status == STATUS_OK) {
		doctor_ok(doctor, "%s is reached, as above", way->found->host);
	}
	if (doctor->failed == STATUS_OK && way->found->status != STATUS_OK)
		tell_trouble(doctor, way->found, kept);
}

void
doctor_examine_network(struct doctor *doctor)
{
	struct way way = { .doctor = doctor };
	struct doctor_kept kept;
	struct diag diag;
	enum status r;

	doctor_read_kept(doctor, &kept);
	r = conf_resolve_with(doctor->session.conf, doctor->account,
	    kept.grant.provider, &way.endpoint.settings, &diag);
	if (r == STATUS_OK) {
		way.endpoint.grant =
		    oauth_grant_find(option(&way, OPTION_GRANT));
		examine_endpoint(&way, &kept);
	} else {
		doctor_wrong(doctor, r, "%s", diag.text);
	}
	settings_clear(&way.endpoint.settings);
	doctor_clear_kept(&kept);
}
