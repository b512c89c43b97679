/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The polling rules of a login by device code (RFC 8628, 3.5), with a clock
 * and a provider that are made up here.
 */

#include "unit.h"

#include "device.h"

#define MAX_POLLS 12

#define PENDING "{\"error\":\"authorization_pending\"}"
#define SLOW_DOWN "{\"error\":\"slow_down\"}"
#define DENIED "{\"error\":\"access_denied\"}"
#define EXPIRED "{\"error\":\"expired_token\"}"
#define TOKEN \
	"{\"access_token\":\"at\",\"token_type\":\"Bearer\"," \
	"\"expires_in\":3600,\"refresh_token\":\"rt\"}"

/* What the provider answers to one poll. */
struct answer {
	enum status status; /* of the transport */
	long code;
	const char *body;
	int64_t retry_after_s;
};

static const struct answer pending = { STATUS_OK, 400, PENDING, 0 };
static const struct answer slow_down = { STATUS_OK, 400, SLOW_DOWN, 0 };
static const struct answer denied = { STATUS_OK, 400, DENIED, 0 };
static const struct answer expired = { STATUS_OK, 400, EXPIRED, 0 };
static const struct answer token = { STATUS_OK, 200, TOKEN, 0 };
static const struct answer silence = { STATUS_AGAIN, 0, NULL, 0 };
static const struct answer busy = { STATUS_OK, 503, "", 30 };
static const struct answer bad_client = { STATUS_OK, 401,
	"{\"error\":\"invalid_client\"}", 0 };
static const struct answer cancelled = { STATUS_CANCELLED, 0, NULL, 0 };

/* A login: what the device code says, what comes back, what must happen. */
static const struct row {
	const char *name;
	int interval_s, expires_in_s;
	const struct answer *answers[MAX_POLLS]; /* the last one is repeated */
	enum status status;
	int64_t polls_s[MAX_POLLS + 1]; /* when; 0 behind the last */
} rows[] = {
	{ "the first poll comes after an interval", 5, 900, { &token },
	    STATUS_OK, { 5 } },
	{ "pending keeps the interval", 5, 900, { &pending, &pending, &token },
	    STATUS_OK, { 5, 10, 15 } },
	{ "slow_down adds five seconds for good", 5, 900,
	    { &slow_down, &pending, &slow_down, &pending, &token }, STATUS_OK,
	    { 5, 15, 25, 40, 55 } },
	{ "silence doubles the pause, an answer ends that", 5, 900,
	    { &silence, &silence, &silence, &pending, &token }, STATUS_OK,
	    { 5, 15, 35, 75, 80 } },
	{ "the pause has an end", 5, 900,
	    { &silence, &silence, &silence, &silence, &silence, &silence,
		&token },
	    STATUS_OK, { 5, 15, 35, 75, 135, 195, 255 } },
	{ "Retry-After is obeyed", 5, 900, { &busy, &token }, STATUS_OK,
	    { 5, 35 } },
	{ "a no is final", 5, 900, { &pending, &denied }, STATUS_REAUTH,
	    { 5, 10 } },
	{ "so is an expired code", 5, 900, { &expired }, STATUS_REAUTH, { 5 } },
	{ "so is an unknown client", 5, 900, { &bad_client }, STATUS_CONFIG,
	    { 5 } },
	{ "nobody asks after the end, but once at it", 5, 18, { &pending },
	    STATUS_REAUTH, { 5, 10, 15, 20 } },
	{ "a long pause does not outlast the code", 5, 50, { &silence },
	    STATUS_AGAIN, { 5, 15, 35, 50 } },
	{ "an interval longer than the code", 30, 20, { &token }, STATUS_OK,
	    { 30 } },
	{ "an interrupt within a request", 5, 900, { &pending, &cancelled },
	    STATUS_CANCELLED, { 5, 10 } },
};

/* The row that is played, and how far it is. */
static struct {
	const struct row *row;
	int64_t now_ms;
	int64_t polls_ms[MAX_POLLS + 1];
	size_t polls, answered;
	int64_t interrupt_ms; /* 0: never */
} stage;

static int64_t
stage_now_ms(void)
{
	return stage.now_ms;
}

static int64_t
stage_now(void)
{
	return 1000000 + stage.now_ms / 1000;
}

static enum status
stage_wait(void *context, int64_t until_ms, int64_t expires_ms,
    struct diag *diag)
{
	assert_ptr_equal(context, &stage);
	assert_row_int(expires_ms, stage.row->expires_in_s * 1000);
	if (stage.interrupt_ms != 0 && until_ms > stage.interrupt_ms)
		return diag_set(diag, STATUS_CANCELLED, "interrupted");
	assert_true(until_ms >= stage.now_ms);
	stage.now_ms = until_ms;
	return STATUS_OK;
}

static enum status
stage_send(const struct http_request *request, struct http_answer *answer,
    struct diag *diag)
{
	const struct answer *next = stage.row->answers[stage.answered];

	assert_string_equal(request->url, "https://example.com/token");
	assert_non_null(strstr(request->body,
	    "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3A"
	    "device_code"));
	assert_non_null(strstr(request->body, "device_code=d%26c"));
	assert_true(stage.polls < MAX_POLLS);
	stage.polls_ms[stage.polls++] = stage.now_ms;
	if (stage.row->answers[stage.answered + 1] != NULL)
		stage.answered++;
	if (next->status != STATUS_OK)
		return diag_set(diag, next->status, "silence");
	answer->code = next->code;
	answer->retry_after_s = next->retry_after_s;
	buf_add_string(&answer->body, next->body);
	return STATUS_OK;
}

/* Plays a row up to the interrupt, and returns what device_poll() did. */
static enum status
play(const struct row *row, int64_t interrupt_ms, struct oauth_token *result,
    int64_t *asked_at, struct diag *diag)
{
	const struct device_clock clock = { stage_now_ms, stage_wait, &stage };
	const struct renewer renewer = { .send = stage_send, .now = stage_now };
	const struct buf none = { .data = NULL };
	struct endpoint endpoint = { .certificates = &none };
	char device_code[] = "d&c";
	struct oauth_device device = {
		.device_code = device_code,
		.expires_in_s = row->expires_in_s,
		.interval_s = row->interval_s,
	};

	unit_row("%s", row->name);
	memset(&stage, 0, sizeof(stage));
	stage.row = row;
	stage.interrupt_ms = interrupt_ms;
	endpoint.client.id = "client";
	endpoint.settings.text[OPTION_TOKEN_ENDPOINT] =
	    "https://example.com/token";
	endpoint.settings.seconds[OPTION_TIMEOUT] = 25;
	diag->text[0] = '\0';
	return device_poll(&renewer, &endpoint, &device, &clock, result,
	    asked_at, diag);
}

static void
polling_follows_the_rules(void **state)
{
	struct oauth_token result;
	int64_t asked_at;
	struct diag diag;
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		memset(&result, 0, sizeof(result));
		asked_at = 0;
		assert_status(play(&rows[i], 0, &result, &asked_at, &diag),
		    rows[i].status, &diag);
		for (j = 0; j <= stage.polls; j++)
			assert_row_int(stage.polls_ms[j],
			    rows[i].polls_s[j] * 1000);
		if (rows[i].status == STATUS_OK) {
			assert_row_text(result.access_token, "at");
			assert_row_text(result.refresh_token, "rt");
			assert_row_int(asked_at, stage_now());
		} else {
			assert_true(diag.text[0] != '\0');
			assert_null(result.access_token);
		}
		oauth_token_clear(&result);
	}
}

static void
an_interrupt_ends_the_wait(void **state)
{
	static const struct row row = { "interrupt", 5, 900, { &pending },
		STATUS_CANCELLED, { 5 } };
	struct oauth_token result = { .access_token = NULL };
	int64_t asked_at = 0;
	struct diag diag;

	(void)state;
	assert_status(play(&row, 7000, &result, &asked_at, &diag),
	    STATUS_CANCELLED, &diag);
	assert_int_equal(stage.polls, 1);
	assert_null(result.access_token);
}

/* What one request to the device endpoint was. */
static char asked_url[64], asked_body[256];

static enum status
note_send(const struct http_request *request, struct http_answer *answer,
    struct diag *diag)
{
	(void)diag;
	snprintf(asked_url, sizeof(asked_url), "%s", request->url);
	snprintf(asked_body, sizeof(asked_body), "%s", request->body);
	answer->code = 200;
	buf_add_string(&answer->body,
	    strstr(request->url, "/token") != NULL ?
		TOKEN :
		"{\"device_code\":\"D/1\",\"user_code\":\"U-1\","
		"\"verification_uri\":\"https://example.com/d\"}");
	return STATUS_OK;
}

static enum status
wait_not(void *context, int64_t until_ms, int64_t expires_ms, struct diag *diag)
{
	(void)context;
	(void)until_ms;
	(void)expires_ms;
	(void)diag;
	return STATUS_OK;
}

static void
the_code_and_its_token_are_asked_for_as_rfc_8628_says(void **state)
{
	const struct device_clock clock = { stage_now_ms, wait_not, NULL };
	const struct renewer renewer = { .send = note_send, .now = stage_now };
	const struct buf none = { .data = NULL };
	struct endpoint endpoint = { .certificates = &none };
	struct oauth_token result = { .access_token = NULL };
	struct oauth_device device;
	struct diag diag;
	int64_t asked_at;

	(void)state;
	endpoint.client = (struct oauth_client){ .id = "app",
		.secret = "s",
		.auth = OAUTH_AUTH_BODY };
	endpoint.settings.text[OPTION_TOKEN_ENDPOINT] =
	    "https://example.com/token";
	endpoint.settings.text[OPTION_DEVICE_ENDPOINT] =
	    "https://example.com/device";
	endpoint.settings.text[OPTION_SCOPE] = "a b";
	endpoint.settings.seconds[OPTION_TIMEOUT] = 25;
	assert_status(device_ask(&renewer, &endpoint, &device, &diag),
	    STATUS_OK, &diag);
	assert_string_equal(asked_url, "https://example.com/device");
	assert_string_equal(asked_body,
	    "scope=a%20b&client_id=app&client_secret=s");
	assert_status(device_poll(&renewer, &endpoint, &device, &clock, &result,
			  &asked_at, &diag),
	    STATUS_OK, &diag);
	assert_string_equal(asked_url, "https://example.com/token");
	assert_string_equal(asked_body,
	    "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3A"
	    "device_code&device_code=D%2F1&client_id=app&client_secret=s");
	oauth_token_clear(&result);
	oauth_device_clear(&device);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(polling_follows_the_rules),
		cmocka_unit_test(an_interrupt_ends_the_wait),
		cmocka_unit_test(
		    the_code_and_its_token_are_asked_for_as_rfc_8628_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
