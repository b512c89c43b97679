/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Answers about device codes (RFC 8628), and what mail servers' challenges
 * mean.
 */

#include "json.h"
#include "oauth.h"
#include "unit.h"

#define HOST "login.example.com"

#define CODE \
	"{\"device_code\":\"D\",\"user_code\":\"U-1\"," \
	"\"verification_uri\":\"https://x/d\""

static const struct device {
	const char *name;
	long code;
	const char *body;
	enum status status;
	const char *uri, *complete;
	int64_t lifetime;
	int interval;
} devices[] = {
	{ "plain", 200, CODE ",\"expires_in\":900,\"interval\":7}", STATUS_OK,
	    "https://x/d", NULL, 900, 7 },
	{ "no times", 200, CODE "}", STATUS_OK, "https://x/d", NULL, 86400, 5 },
	{ "odd times", 200, CODE ",\"expires_in\":-1,\"interval\":0}",
	    STATUS_OK, "https://x/d", NULL, 86400, 5 },
	{ "times of the wrong type", 200,
	    CODE ",\"expires_in\":[],\"interval\":\"x\"}", STATUS_OK,
	    "https://x/d", NULL, 86400, 5 },
	{ "long times", 200, CODE ",\"expires_in\":9999999,\"interval\":999}",
	    STATUS_OK, "https://x/d", NULL, 86400, 120 },
	{ "complete", 200,
	    CODE ",\"verification_uri_complete\":"
		 "\"https://x/d?c=U-1\"}",
	    STATUS_OK, "https://x/d", "https://x/d?c=U-1", 86400, 5 },
	{ "Google's older name", 200,
	    "{\"device_code\":\"D\","
	    "\"user_code\":\"U-1\",\"verification_url\":\"https://g/d\"}",
	    STATUS_OK, "https://g/d", NULL, 86400, 5 },
	{ "cleaned for a terminal", 200,
	    "{\"device_code\":\"D\","
	    "\"user_code\":\"U-1\",\"verification_uri\":\"https://x/"
	    "\\u001b[2J\"}",
	    STATUS_OK, "https://x/?[2J", NULL, 86400, 5 },
	{ "no device_code", 200,
	    "{\"user_code\":\"U\","
	    "\"verification_uri\":\"https://x\"}",
	    STATUS_AGAIN, NULL, NULL, 0, 0 },
	{ "no user_code", 200,
	    "{\"device_code\":\"D\","
	    "\"verification_uri\":\"https://x\"}",
	    STATUS_AGAIN, NULL, NULL, 0, 0 },
	{ "no uri", 200, "{\"device_code\":\"D\",\"user_code\":\"U\"}",
	    STATUS_AGAIN, NULL, NULL, 0, 0 },
	{ "uri empty", 200,
	    "{\"device_code\":\"D\",\"user_code\":\"U\",\"verification_uri\":\"\"}",
	    STATUS_AGAIN, NULL, NULL, 0, 0 },
	{ "user_code empty", 200,
	    "{\"device_code\":\"D\",\"user_code\":\"\",\"verification_uri\":\"https://x\"}",
	    STATUS_AGAIN, NULL, NULL, 0, 0 },
	{ "HTML", 200, "<html>", STATUS_AGAIN, NULL, NULL, 0, 0 },
	{ "unauthorized", 400, "{\"error\":\"unauthorized_client\"}",
	    STATUS_CONFIG, NULL, NULL, 0, 0 },
	{ "503", 503, "", STATUS_AGAIN, NULL, NULL, 0, 0 },
};

static void
a_device_answer_is_understood_or_explained(void **state)
{
	struct oauth_device device;
	struct diag diag;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(devices); i++) {
		unit_row("%s", devices[i].name);
		memset(&device, 0, sizeof(device));
		assert_status(oauth_judge_device(devices[i].code,
				  devices[i].body, strlen(devices[i].body),
				  HOST, &device, &diag),
		    devices[i].status, &diag);
		if (devices[i].status != STATUS_OK)
			assert_contains(diag.text, HOST);
		else
			assert_row_text(device.user_code, "U-1");
		assert_row_text(device.verification_uri, devices[i].uri);
		assert_row_text(device.verification_uri_complete,
		    devices[i].complete);
		assert_row_int(device.expires_in_s, devices[i].lifetime);
		assert_row_int(device.interval_s, devices[i].interval);
		oauth_device_clear(&device);
	}
}

static const struct poll {
	long code;
	const char *body;
	enum status status;
	enum oauth_poll poll;
} polls[] = {
	{ 400, "{\"error\":\"authorization_pending\"}", STATUS_OK,
	    OAUTH_POLL_PENDING },
	{ 200, "{\"error\":\"authorization_pending\"}", STATUS_OK,
	    OAUTH_POLL_PENDING },
	{ 428, "{\"error\":\"authorization_pending\"}", STATUS_OK,
	    OAUTH_POLL_PENDING },
	{ 400, "{\"error\":\"slow_down\"}", STATUS_OK, OAUTH_POLL_SLOW_DOWN },
	{ 429, "{\"error\":\"slow_down\"}", STATUS_OK, OAUTH_POLL_SLOW_DOWN },
	{ 200, "{\"access_token\":\"T\",\"token_type\":\"Bearer\"}", STATUS_OK,
	    OAUTH_POLL_DONE },
	{ 400, "{\"error\":\"expired_token\"}", STATUS_REAUTH,
	    OAUTH_POLL_FAILED },
	{ 400, "{\"error\":\"access_denied\"}", STATUS_REAUTH,
	    OAUTH_POLL_FAILED },
	{ 400, "{\"error\":\"authorization_declined\"}", STATUS_REAUTH,
	    OAUTH_POLL_FAILED },
	{ 400, "{\"error\":\"bad_verification_code\"}", STATUS_REAUTH,
	    OAUTH_POLL_FAILED },
	{ 503, "<html>", STATUS_AGAIN, OAUTH_POLL_FAILED },
	{ 400, "", STATUS_AGAIN, OAUTH_POLL_FAILED },
	{ 200, "{}", STATUS_DATA, OAUTH_POLL_FAILED },
};

static void
a_poll_is_pending_done_or_over(void **state)
{
	struct oauth_token token;
	enum oauth_poll poll;
	struct diag diag;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(polls); i++) {
		unit_row("%ld %s", polls[i].code, polls[i].body);
		memset(&token, 0, sizeof(token));
		assert_status(oauth_judge_poll(polls[i].code, polls[i].body,
				  strlen(polls[i].body), HOST, &token, &poll,
				  &diag),
		    polls[i].status, &diag);
		assert_row_int(poll, polls[i].poll);
		assert_row_int(token.access_token != NULL,
		    poll == OAUTH_POLL_DONE);
		oauth_token_clear(&token);
	}
}

static const struct challenge {
	const char *text;
	enum status status;
	const char *sentence;
	const char *granted;
} challenges[] = {
	/* Google's, XOAUTH2 */
	{ "{\"status\":\"400\",\"schemes\":\"Bearer\","
	  "\"scope\":\"https://mail.google.com/\"}",
	    STATUS_REFUSED, "(400, it wants scope https://mail.google.com/)",
	    NULL },
	{ "{\"status\":\"401\",\"schemes\":\"bearer mac\",\"scope\":\"m\"}",
	    STATUS_REFUSED, "(401, it wants scope m)", NULL },
	/* which it does whatever it minds */
	{ "{\"status\":\"400\",\"scope\":\"https://mail.google.com/\"}",
	    STATUS_REFUSED, "it wants scope https://mail.google.com/",
	    "openid https://mail.google.com/" },
	{ "{\"status\":\"400\",\"scope\":\"https://mail.google.com/\"}",
	    STATUS_CONFIG,
	    "another scope for me@x: \"https://mail.google.com/\"; set scope",
	    "https://www.googleapis.com/auth/gmail.send" },
	{ "{\"status\":\"401\",\"scope\":\"a b\"}", STATUS_CONFIG,
	    "wants another scope for me@x: \"a b\"", "a c" },
	{ "{\"status\":\"401\"}", STATUS_REFUSED, "(401)", "a" },
	/* RFC 7628 */
	{ "{\"status\":\"invalid_token\",\"scope\":\"mail\","
	  "\"openid-configuration\":\"https://x/\"}",
	    STATUS_REFUSED, "(invalid_token, it wants scope mail)", NULL },
	{ "{\"status\":\"invalid_request\"}", STATUS_REFUSED,
	    "(invalid_request)", NULL },
	{ "{\"status\":\"insufficient_scope\",\"scope\":\"mail.send\"}",
	    STATUS_CONFIG, "wants another scope for me@x: \"mail.send\"",
	    NULL },
	{ "{\"status\":\"insufficient_scope\"}", STATUS_CONFIG,
	    "it does not say which", NULL },
	/* anything */
	{ "{}", STATUS_REFUSED, "(no status)", NULL },
	{ "{\"status\":\"\"}", STATUS_REFUSED, "(no status)", NULL },
	{ "{\"status\":{}}", STATUS_REFUSED, "(no status)", NULL },
	{ "", STATUS_REFUSED, "without a reason that can be read", NULL },
	{ "[]", STATUS_REFUSED, "without a reason", NULL },
	{ "Invalid credentials", STATUS_REFUSED, "without a reason", NULL },
	{ "{\"status\":\"a\\r\\nb\\u001b\"}", STATUS_REFUSED, "(a??b?)", NULL },
};

static void
every_challenge_has_a_sentence_with_the_account(void **state)
{
	struct diag diag;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(challenges); i++) {
		unit_row("%s, granted %s", challenges[i].text,
		    challenges[i].granted != NULL ? challenges[i].granted :
						    "what is not known");
		memset(&diag, 'x', sizeof(diag));
		assert_status(oauth_judge_challenge(challenges[i].text,
				  strlen(challenges[i].text), "me@x",
				  challenges[i].granted, &diag),
		    challenges[i].status, &diag);
		assert_contains(diag.text, challenges[i].sentence);
		assert_contains(diag.text, "me@x");
	}
}

static void
a_challenge_of_a_megabyte_is_bounded(void **state)
{
	size_t length = 1024 * 1024;
	char *text = malloc(length + 1);
	struct diag diag;

	(void)state;
	memset(text, 'a', length);
	memcpy(text, "{\"status\":\"", 11);
	memcpy(text + length - 2, "\"}", 3);
	assert_int_equal(
	    oauth_judge_challenge(text, length, "me@x", NULL, &diag),
	    STATUS_REFUSED);
	/* what the server sent is cut, and not what we say */
	assert_contains(diag.text, "the rights of the mailbox");
	memset(text, '[', length);
	assert_int_equal(
	    oauth_judge_challenge(text, length, "me@x", NULL, &diag),
	    STATUS_REFUSED);
	free(text);
}

static unsigned put;   /* objects that were freed */
static unsigned whole; /* and had a text in them */

int __real_json_object_put(struct json_object *json);
int __wrap_json_object_put(struct json_object *json);

int
__wrap_json_object_put(struct json_object *json)
{
	const char *text = json_object_is_type(json, json_type_object) ?
	    json_text(json, "status") :
	    NULL;

	put++;
	if (text != NULL && text[0] != '\0')
		whole++;
	return __real_json_object_put(json);
}

/* It may repeat the token that it refuses. */
static void
a_challenge_is_wiped(void **state)
{
	static const char text[] = "{\"status\":\"Bearer ya29.secret\"}";
	struct diag diag;

	(void)state;
	put = whole = 0;
	assert_int_equal(
	    oauth_judge_challenge(text, strlen(text), "me@x", NULL, &diag),
	    STATUS_REFUSED);
	assert_true(put > 0);
	assert_int_equal(whole, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_device_answer_is_understood_or_explained),
		cmocka_unit_test(a_poll_is_pending_done_or_over),
		cmocka_unit_test(
		    every_challenge_has_a_sentence_with_the_account),
		cmocka_unit_test(a_challenge_of_a_megabyte_is_bounded),
		cmocka_unit_test(a_challenge_is_wiped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
