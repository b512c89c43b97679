/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a request to the endpoint shows: who answers, TLS, the clock. See
 * doctor_way.h.
 *
 * What is sent holds nothing: an empty form, which no endpoint takes, and whose
 * refusal shows that there is one.
 */

#include <inttypes.h>
#include <string.h>

#include "ask.h"
#include "check.h"
#include "clock.h"
#include "doctor_way.h"
#include "explain.h"
#include "interrupt.h"

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
find_failure(struct doctor_way *way, enum status r, const struct diag *diag)
{
	struct explanation explanation;
	const char *next = advise(r, diag->text, &explanation);
	struct diag text, advice;
	char issuer[TRIP_MAX_NAME];

	explain_show(way->trip.issuer, strlen(way->trip.issuer), issuer,
	    sizeof(issuer));
	if (r != STATUS_CONFIG || issuer[0] == '\0')
		return doctor_way_find(way, r, diag->text, next);
	diag_set(&text, r, "%.250s; its issuer is \"%.100s\"", diag->text,
	    issuer);
	diag_set(&advice, r,
	    "%s; where \"%.60s\" is a proxy that looks into TLS, add its CA "
	    "certificate to the bundle that ca_file names",
	    next, issuer);
	return doctor_way_find(way, r, text.text, advice.text);
}

/* Does the application sign what the provider judges by its own clock? */
static bool
needs_clock(const struct doctor_way *way)
{
	return doctor_way_option(way, OPTION_CLIENT_KEY) != NULL ||
	    way->endpoint.grant == OAUTH_GRANT_SERVICE_ACCOUNT;
}

static void
look_at_clock(struct doctor_way *way)
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
judge_answer(struct doctor_way *way, const struct http_answer *answer)
{
	struct explanation explanation;
	struct diag text;

	explain_text(buf_text(&answer->body), answer->body.length,
	    &explanation);
	if (answer->code >= 500 || answer->code == 429 || answer->code == 408) {
		diag_set(&text, STATUS_AGAIN,
		    "%s has trouble of its own (HTTP status %ld)", way->host,
		    answer->code);
		return doctor_way_find(way, STATUS_AGAIN, text.text,
		    "wait: it is asked again by itself");
	}
	if (answer->code == 404 || answer->code == 410) {
		diag_set(&text, STATUS_CONFIG,
		    "there is nothing at %.200s (HTTP status %ld)", way->url,
		    answer->code);
		return doctor_way_find(way, STATUS_CONFIG, text.text,
		    "check token_endpoint, tenant and provider in the "
		    "configuration; the provider may have moved it");
	}
	if (is_no_tenant(&explanation)) {
		diag_set(&text, STATUS_CONFIG, "%s: %s (%s)", way->host,
		    explanation.cause, explanation.code);
		return doctor_way_find(way, STATUS_CONFIG, text.text,
		    explanation.next);
	}
	doctor_ok(way->doctor,
	    "the token endpoint at %s answers (HTTP status %ld to an empty "
	    "request)",
	    way->host, answer->code);
	return STATUS_OK;
}

static struct http_request
make_request(struct doctor_way *way)
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
tell_tls(struct doctor_way *way)
{
	char issuer[TRIP_MAX_NAME];

	explain_show(way->trip.issuer, strlen(way->trip.issuer), issuer,
	    sizeof(issuer));
	doctor_ok(way->doctor,
	    "TLS to %s within %" PRId64 " ms; its certificate is by \"%s\"",
	    way->host, way->trip.connect_ms, issuer[0] != '\0' ? issuer : "?");
}

/* Instance metadata, which another machine does not have. */
static enum status
find_no_identity(struct doctor_way *way, enum status r, const struct diag *diag)
{
	struct diag text;

	diag_set(&text, r,
	    "%.300s; a managed identity exists only on a machine of Azure",
	    diag->text);
	return doctor_way_find(way, r, text.text,
	    "choose another grant in the configuration, or run this on the "
	    "virtual machine that has the identity");
}

/* The request itself, and all that it shows of the way. */
enum status
doctor_way_visit(struct doctor_way *way)
{
	struct http_request request = make_request(way);
	struct http_answer answer;
	struct diag diag;
	enum status r;

	request.is_local = way->endpoint.grant == OAUTH_GRANT_IDENTITY;
	if (!request.is_local)
		request.body = "";
	else if (request.connect_timeout_ms > ASK_IDENTITY_CONNECT_MS)
		request.connect_timeout_ms = ASK_IDENTITY_CONNECT_MS;
	http_answer_init(&answer);
	doctor_wait(way->doctor, "asking %s", way->host);
	r = http_send(&request, &answer, &diag);
	doctor_hide_know(way->doctor->hide, DOCTOR_HIDE_NAME, way->trip.issuer);
	if (r != STATUS_OK) {
		r = request.is_local ? find_no_identity(way, r, &diag) :
				       find_failure(way, r, &diag);
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

/* An issuer tells where the token endpoint is. */
enum status
doctor_way_discover(struct doctor_way *way, struct discovery *discovery)
{
	struct http_request like = make_request(way);
	struct diag diag;
	enum status r;

	doctor_wait(way->doctor, "asking %s", way->host);
	r = discovery_fetch(http_send, way->url, &like, discovery, &diag);
	doctor_hide_know(way->doctor->hide, DOCTOR_HIDE_NAME, way->trip.issuer);
	if (r != STATUS_OK)
		return find_failure(way, r, &diag);
	doctor_ok(way->doctor, "the issuer at %s tells its endpoints",
	    way->host);
	way->url = discovery->token_endpoint;
	return STATUS_OK;
}
