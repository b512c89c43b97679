/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The device code's two requests, and when the second one is repeated. See
 * device.h. It prints nothing.
 */

#include <string.h>

#include "device.h"
#include "hide.h"

/* Room for a host and a port. */
#define MAX_HOST 300

/* One poll: what is asked, and what came of it. */
struct poll {
	const struct renewer *renewer;
	const struct endpoint *endpoint;
	const struct oauth_device *device;
	enum oauth_poll outcome;
	int64_t retry_after_s;
	int64_t asked_at;
};

/* How long to wait before the next one. */
struct pace {
	int64_t interval_s; /* what the provider wants */
	int64_t pause_s;    /* longer, after trouble */
};

enum status
device_ask(const struct renewer *renewer, const struct endpoint *endpoint,
    struct oauth_device *device, struct diag *diag)
{
	const char *const *text = endpoint->settings.text;
	const char *url = text[OPTION_DEVICE_ENDPOINT];
	const struct oauth_field field = { "scope", text[OPTION_SCOPE] };
	char host[MAX_HOST];
	struct http_answer answer;
	enum status r;

	http_answer_init(&answer);
	http_host(url, host, sizeof(host));
	r = endpoint_post(renewer, endpoint, url, &field, 1,
	    endpoint->settings.seconds[OPTION_TIMEOUT] * 1000, &answer, diag);
	if (r == STATUS_OK)
		r = oauth_judge_device(answer.code, buf_text(&answer.body),
		    answer.body.length, host, device, diag);
	if (r != STATUS_OK)
		hide_secrets(&answer.sent, diag);
	http_answer_clear(&answer);
	return r;
}

static enum status
poll_once(struct poll *poll, struct oauth_token *token, struct diag *diag)
{
	const struct settings *settings = &poll->endpoint->settings;
	const char *url = settings->text[OPTION_TOKEN_ENDPOINT];
	const struct oauth_field fields[] = {
		{ "grant_type", OAUTH_DEVICE_GRANT },
		{ "device_code", poll->device->device_code },
	};
	char host[MAX_HOST];
	struct http_answer answer;
	enum status r;

	http_answer_init(&answer);
	http_host(url, host, sizeof(host));
	poll->outcome = OAUTH_POLL_FAILED;
	poll->asked_at = poll->renewer->now();
	r = endpoint_post(poll->renewer, poll->endpoint, url, fields,
	    sizeof(fields) / sizeof(fields[0]),
	    settings->seconds[OPTION_TIMEOUT] * 1000, &answer, diag);
	poll->retry_after_s = answer.retry_after_s;
	if (r == STATUS_OK)
		r = oauth_judge_poll(answer.code, buf_text(&answer.body),
		    answer.body.length, host, token, &poll->outcome, diag);
	if (r != STATUS_OK)
		hide_secrets(&answer.sent, diag);
	http_answer_clear(&answer);
	return r;
}

/*
 * RFC 8628, 3.5: the interval, longer by five seconds with each slow_down, and
 * after network trouble an exponential back-off.
 */
static void
adjust(struct pace *pace, const struct poll *poll)
{
	switch (poll->outcome) {
	case OAUTH_POLL_SLOW_DOWN:
		pace->interval_s += DEVICE_SLOW_DOWN_S;
		pace->pause_s = pace->interval_s;
		break;
	case OAUTH_POLL_PENDING:
		pace->pause_s = pace->interval_s;
		break;
	case OAUTH_POLL_FAILED:
		pace->pause_s *= 2;
		if (pace->pause_s > DEVICE_MAX_PAUSE_S)
			pace->pause_s = DEVICE_MAX_PAUSE_S;
		if (pace->pause_s < pace->interval_s)
			pace->pause_s = pace->interval_s;
		if (pace->pause_s < poll->retry_after_s)
			pace->pause_s = poll->retry_after_s;
		break;
	case OAUTH_POLL_DONE:
		break;
	}
}

/*
 * When to ask next. The last time is when the code expires, or an interval
 * after the poll before: who entered it late hears the provider's own verdict.
 */
static int64_t
next_poll_ms(const struct pace *pace, int64_t now_ms, int64_t expires_ms)
{
	int64_t next_ms = now_ms + pace->pause_s * 1000;

	if (next_ms > expires_ms)
		next_ms = expires_ms;
	if (next_ms < now_ms + pace->interval_s * 1000)
		next_ms = now_ms + pace->interval_s * 1000;
	return next_ms;
}

enum status
device_poll(const struct renewer *renewer, const struct endpoint *endpoint,
    const struct oauth_device *device, const struct device_clock *clock,
    struct oauth_token *token, int64_t *asked_at, struct diag *diag)
{
	struct poll poll = { renewer, endpoint, device, OAUTH_POLL_FAILED, 0,
		0 };
	struct pace pace = { device->interval_s, device->interval_s };
	int64_t now_ms = clock->now_ms();
	int64_t expires_ms = now_ms + device->expires_in_s * 1000;
	enum status r = STATUS_OK;

	while (now_ms < expires_ms) {
		if ((r = clock->wait(clock->context,
			 next_poll_ms(&pace, now_ms, expires_ms), expires_ms,
			 diag)) != STATUS_OK)
			return r;
		r = poll_once(&poll, token, diag);
		if (poll.outcome == OAUTH_POLL_DONE) {
			*asked_at = poll.asked_at;
			return STATUS_OK;
		}
		if (r != STATUS_OK && r != STATUS_AGAIN)
			return r;
		adjust(&pace, &poll);
		now_ms = clock->now_ms();
	}
	if (r == STATUS_AGAIN)
		return r; /* network trouble to the end */
	return diag_set(diag, STATUS_REAUTH,
	    "the code was not entered in time, or the page refused it; start the "
	    "login again, and if the page says no, give its words to sasl-bearer "
	    "explain, or use --browser");
}
