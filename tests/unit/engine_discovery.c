/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Discovery: where the document is, what is believed of it, and what each
 * answer to the two requests means.
 */

#include <time.h>

#include "discovery.h"
#include "unit.h"

#define ISSUER "https://login.example.com"
#define TOKEN "https://login.example.com/token"

static const struct place {
	const char *issuer, *oidc, *oauth;
} places[] = {
	{ ISSUER, ISSUER "/.well-known/openid-configuration",
	    ISSUER "/.well-known/oauth-authorization-server" },
	{ ISSUER "/", ISSUER "/.well-known/openid-configuration",
	    ISSUER "/.well-known/oauth-authorization-server" },
	{ ISSUER ":8443/realms/mail",
	    ISSUER ":8443/realms/mail/.well-known/openid-configuration",
	    ISSUER ":8443/.well-known/oauth-authorization-server/realms/mail" },
	{ ISSUER "/a/", ISSUER "/a/.well-known/openid-configuration",
	    ISSUER "/.well-known/oauth-authorization-server/a" },
};

static void
both_documents_have_their_place(void **state)
{
	struct buf url;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(places); i++) {
		unit_row("%s", places[i].issuer);
		buf_init(&url, DISCOVERY_MAX_URL);
		discovery_url(places[i].issuer, true, &url);
		assert_row_text(buf_text(&url), places[i].oidc);
		buf_clear(&url);
		discovery_url(places[i].issuer, false, &url);
		assert_row_text(buf_text(&url), places[i].oauth);
		buf_clear(&url);
	}
}

#define WHOLE \
	"{\"issuer\":\"" ISSUER "\",\"token_endpoint\":\"" TOKEN "\"," \
	"\"authorization_endpoint\":\"https://sso.example.net/auth?x=1\"," \
	"\"device_authorization_endpoint\":\"" ISSUER "/device\"," \
	"\"revocation_endpoint\":\"" ISSUER "/revoke\"," \
	"\"jwks_uri\":17,\"scopes_supported\":[\"openid\",{}]," \
	"\"authorization_response_iss_parameter_supported\":true}"

static enum status
read_text(const char *text, const char *issuer, struct discovery *discovery,
    struct diag *diag)
{
	return discovery_read(text, strlen(text), issuer, "login.example.com",
	    discovery, diag);
}

static void
a_document_gives_the_endpoints(void **state)
{
	struct discovery found;
	struct diag diag;

	(void)state;
	assert_status(read_text(WHOLE, ISSUER, &found, &diag), STATUS_OK,
	    &diag);
	assert_string_equal(found.issuer, ISSUER);
	assert_string_equal(found.token_endpoint, TOKEN);
	assert_string_equal(found.authorization_endpoint,
	    "https://sso.example.net/auth?x=1");
	assert_string_equal(found.device_endpoint, ISSUER "/device");
	assert_string_equal(found.revocation_endpoint, ISSUER "/revoke");
	assert_true(found.sends_iss);
	discovery_clear(&found);
	assert_null(found.token_endpoint);
}

#define NAMES(issuer) \
	"{\"issuer\":\"" issuer "\",\"token_endpoint\":\"" TOKEN "\""

static const char bare[] = NAMES(
    ISSUER) ",\"device_authorization_endpoint\":null,"
	    "\"authorization_response_iss_parameter_supported\":\"true\"}";

static void
what_a_document_leaves_out_is_not_there(void **state)
{
	struct discovery found;
	struct diag diag;

	(void)state;
	assert_status(read_text(bare, ISSUER, &found, &diag), STATUS_OK, &diag);
	assert_null(found.device_endpoint);
	assert_null(found.authorization_endpoint);
	assert_null(found.revocation_endpoint);
	assert_false(found.sends_iss);
	discovery_clear(&found);
}

static const struct wrong {
	const char *name, *text;
	enum status status;
	const char *says, *too;
} wrong[] = {
	{ "another issuer", NAMES("https://evil.example.com") "}",
	    STATUS_CONFIG, "\"https://evil.example.com\"", "\"" ISSUER "\"" },
	{ "a slash more", NAMES(ISSUER "/") "}", STATUS_CONFIG,
	    "\"" ISSUER "/\"", "\"" ISSUER "\"" },
	{ "another case", NAMES("https://Login.example.com") "}", STATUS_CONFIG,
	    "https://Login.example.com", "set issuer" },
	{ "no issuer", "{\"token_endpoint\":\"" TOKEN "\"}", STATUS_CONFIG,
	    "issuer", "login.example.com" },
	{ "a NUL in the issuer", NAMES(ISSUER "\\u0000") "}", STATUS_CONFIG,
	    "issuer", "login.example.com" },
	{ "a template that is not Microsoft's",
	    NAMES("https://login.example.com/{tenantid}/v2.0") "}",
	    STATUS_CONFIG, "{tenantid}", "set issuer" },
	{ "no token endpoint", "{\"issuer\":\"" ISSUER "\"}", STATUS_CONFIG,
	    "token_endpoint", "login.example.com" },
	{ "an endpoint without TLS",
	    "{\"issuer\":\"" ISSUER
	    "\",\"token_endpoint\":\"http://login.example.com/t\"}",
	    STATUS_CONFIG, "token_endpoint", "https://" },
	{ "an optional endpoint without TLS",
	    NAMES(ISSUER) ",\"revocation_endpoint\":\"http://x.example/\"}",
	    STATUS_CONFIG, "revocation_endpoint", "https://" },
	{ "an endpoint with a line break",
	    NAMES(ISSUER) ",\"revocation_endpoint\":\"https://x/\\r\\nA: b\"}",
	    STATUS_CONFIG, "revocation_endpoint", "not an address" },
	{ "an endpoint with a password",
	    NAMES(ISSUER) ",\"authorization_endpoint\":\"https://a:b@x/\"}",
	    STATUS_CONFIG, "authorization_endpoint", "user name" },
	{ "a page", "<html>sign in to this network</html>", STATUS_AGAIN,
	    "not JSON", "check issuer" },
	{ "nothing", "", STATUS_AGAIN, "empty", "login.example.com" },
	{ "cut off", NAMES(ISSUER), STATUS_AGAIN, "cut off", "issuer" },
	{ "two documents", "{}{}", STATUS_AGAIN, "follows", "issuer" },
	{ "a list", "[]", STATUS_AGAIN, "not a JSON object", "issuer" },
};

static void
what_is_wrong_in_a_document_is_named(void **state)
{
	struct discovery found, before;
	struct diag diag;
	size_t i;

	(void)state;
	memset(&found, 0, sizeof(found));
	memset(&before, 0, sizeof(before));
	for (i = 0; i < COUNT(wrong); i++) {
		unit_row("%s", wrong[i].name);
		assert_status(read_text(wrong[i].text, ISSUER, &found, &diag),
		    wrong[i].status, &diag);
		assert_contains(diag.text, wrong[i].says);
		assert_contains(diag.text, wrong[i].too);
		assert_memory_equal(&found, &before, sizeof(found));
	}
}

static void
an_endpoint_has_a_longest_length(void **state)
{
	static char text[8192];
	struct discovery found;
	struct diag diag;

	(void)state;
	snprintf(text, sizeof(text),
	    "{\"issuer\":\"" ISSUER "\",\"token_endpoint\":\"https://x/%04000d"
	    "\"}",
	    0);
	assert_status(read_text(text, ISSUER, &found, &diag), STATUS_CONFIG,
	    &diag);
	assert_contains(diag.text, "token_endpoint of more than 2048 bytes");
}

#define ENTRA "https://login.microsoftonline.com/"
#define CHINA "https://login.partner.microsoftonline.cn/"
#define TENANT "11111111-2222-3333-4444-555555555555"

static const struct shared {
	const char *issuer, *found;
	bool is_right;
} shared[] = {
	{ ENTRA "common/v2.0", ENTRA "{tenantid}/v2.0", true },
	{ ENTRA "organizations/v2.0", ENTRA "{tenantid}/v2.0", true },
	{ ENTRA "consumers/v2.0",
	    ENTRA "9188040d-6c67-4c5b-b112-36a304b66dad/v2.0", true },
	{ "https://login.microsoftonline.us/common/v2.0",
	    "https://login.microsoftonline.us/{tenantid}/v2.0", true },
	{ CHINA "common/v2.0", CHINA "{tenantid}/v2.0", true },
	{ ENTRA TENANT "/v2.0", ENTRA TENANT "/v2.0", true },
	/* one tenant has its own document */
	{ ENTRA TENANT "/v2.0", ENTRA "{tenantid}/v2.0", false },
	{ ENTRA "common/v2.0", ENTRA TENANT "/v2.0", false },
	{ ENTRA "common/v2.0", CHINA "{tenantid}/v2.0", false },
	{ ENTRA "common/v2.0", "https://sts.windows.net/{tenantid}/", false },
	{ "https://login.microsoftonline.org/common/v2.0",
	    ENTRA "{tenantid}/v2.0", false },
	{ "https://login.microsoftonline.com.example.com/common/v2.0",
	    "https://login.microsoftonline.com.example.com/{tenantid}/v2.0",
	    false },
};

static void
only_shared_tenants_of_microsoft_may_have_another_issuer(void **state)
{
	struct discovery found;
	struct diag diag;
	char text[1024];
	enum status r;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(shared); i++) {
		unit_row("%s, %s", shared[i].issuer, shared[i].found);
		snprintf(text, sizeof(text),
		    "{\"issuer\":\"%s\",\"token_endpoint\":\"" TOKEN
		    "\",\"authorization_response_iss_parameter_supported\":"
		    "true}",
		    shared[i].found);
		memset(&found, 0, sizeof(found));
		r = read_text(text, shared[i].issuer, &found, &diag);
		assert_status(r, shared[i].is_right ? STATUS_OK : STATUS_CONFIG,
		    &diag);
		if (r != STATUS_OK)
			continue;
		assert_row_text(found.issuer, shared[i].issuer);
		/* an iss of another form could not be compared */
		assert_row_int(found.sends_iss,
		    strcmp(shared[i].issuer, shared[i].found) == 0);
		discovery_clear(&found);
	}
}

/* How long each answer takes. */
#define PAUSE_MS 20

/* The two answers of one server, and what it was asked. */
static struct server {
	long code[2];
	const char *body[2];
	enum status status;
	unsigned requests;
	char url[2][256];
	int timeout_ms[2];
	struct http_request last;
} server;

static enum status
answer_as_told(const struct http_request *request, struct http_answer *answer,
    struct diag *diag)
{
	const struct timespec pause = { 0, PAUSE_MS * 1000000L };
	unsigned i = server.requests++;

	assert_true(i < 2);
	snprintf(server.url[i], sizeof(server.url[i]), "%s", request->url);
	server.timeout_ms[i] = request->timeout_ms;
	server.last = *request;
	if (server.status != STATUS_OK)
		return diag_set(diag, server.status, "no answer");
	nanosleep(&pause, NULL);
	answer->code = server.code[i];
	buf_add_string(&answer->body, server.body[i]);
	return STATUS_OK;
}

static const struct buf certificates;
static const volatile sig_atomic_t cancelled;

static enum status
fetch(const char *issuer, struct discovery *found, struct diag *diag)
{
	const struct http_request like = {
		.url = "https://elsewhere.example.com/",
		.body = "secret=1",
		.body_length = 8,
		.header = "Metadata: true",
		.is_local = true,
		.authorization = (char[]){ "Authorization: Basic YTpi" },
		.proxy = "http://proxy.example.com:3128",
		.certificates = &certificates,
		.connect_timeout_ms = 3000,
		.timeout_ms = 5000,
		.cancelled = &cancelled,
	};

	memset(found, 0, sizeof(*found));
	return discovery_fetch(answer_as_told, issuer, &like, found, diag);
}

static void
a_request_carries_no_secret(void **state)
{
	struct discovery found;
	struct diag diag;

	(void)state;
	server = (struct server){ .code = { 200 }, .body = { WHOLE } };
	assert_status(fetch(ISSUER, &found, &diag), STATUS_OK, &diag);
	discovery_clear(&found);
	assert_int_equal(server.requests, 1);
	assert_null(server.last.body);
	assert_null(server.last.header);
	assert_null(server.last.authorization);
	assert_false(server.last.is_local);
	assert_string_equal(server.last.proxy, "http://proxy.example.com:3128");
	assert_ptr_equal(server.last.certificates, &certificates);
	assert_ptr_equal(server.last.cancelled, &cancelled);
	assert_int_equal(server.last.connect_timeout_ms, 3000);
	assert_int_equal(server.timeout_ms[0], 5000);
}

static const struct course {
	const char *name;
	long code[2];
	const char *body[2];
	unsigned requests;
	enum status status;
	const char *says;
} courses[] = {
	{ "OpenID's", { 200 }, { WHOLE }, 1, STATUS_OK, NULL },
	{ "RFC 8414's", { 404, 200 }, { "no", WHOLE }, 2, STATUS_OK, NULL },
	{ "gone", { 410, 200 }, { "", WHOLE }, 2, STATUS_OK, NULL },
	{ "bad request", { 400, 200 }, { "{}", WHOLE }, 2, STATUS_OK, NULL },
	{ "neither", { 404, 404 }, { "", "" }, 2, STATUS_CONFIG,
	    "(HTTP status 404)" },
	{ "forbidden", { 403, 403 }, { "", "" }, 2, STATUS_CONFIG,
	    "no discovery document" },
	{ "trouble", { 503 }, { WHOLE }, 1, STATUS_AGAIN, "status 503" },
	{ "too many", { 429 }, { WHOLE }, 1, STATUS_AGAIN, "status 429" },
	{ "too slow", { 408 }, { WHOLE }, 1, STATUS_AGAIN, "status 408" },
	{ "trouble at the second", { 404, 500 }, { "", WHOLE }, 2, STATUS_AGAIN,
	    "status 500" },
	{ "no content", { 204 }, { WHOLE }, 1, STATUS_AGAIN, "status 204" },
	{ "a page", { 200 }, { "<html>" }, 1, STATUS_AGAIN, "not JSON" },
	{ "a page at the second", { 404, 200 }, { "", "<html>" }, 2,
	    STATUS_AGAIN, "not JSON" },
};

static void
each_answer_has_its_meaning(void **state)
{
	struct discovery found;
	struct diag diag;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(courses); i++) {
		unit_row("%s", courses[i].name);
		memset(&server, 0, sizeof(server));
		memcpy(server.code, courses[i].code, sizeof(server.code));
		memcpy(server.body, courses[i].body, sizeof(server.body));
		assert_status(fetch(ISSUER, &found, &diag), courses[i].status,
		    &diag);
		assert_row_int(server.requests, courses[i].requests);
		if (courses[i].says != NULL) {
			assert_contains(diag.text, courses[i].says);
			assert_contains(diag.text, "login.example.com");
		}
		assert_true((found.token_endpoint != NULL) ==
		    (courses[i].status == STATUS_OK));
		assert_row_text(server.url[0],
		    ISSUER "/.well-known/openid-configuration");
		if (server.requests == 2) {
			assert_row_text(server.url[1],
			    ISSUER "/.well-known/oauth-authorization-server");
			assert_true(server.timeout_ms[1] > 0 &&
			    server.timeout_ms[1] <= 5000 - PAUSE_MS);
		}
		discovery_clear(&found);
	}
}

static void
a_request_without_an_answer_is_not_followed_by_another(void **state)
{
	static const enum status statuses[] = { STATUS_AGAIN, STATUS_CONFIG,
		STATUS_CANCELLED };
	struct discovery found;
	struct diag diag;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(statuses); i++) {
		server = (struct server){ .status = statuses[i] };
		assert_status(fetch(ISSUER, &found, &diag), statuses[i], &diag);
		assert_string_equal(diag.text, "no answer");
		assert_int_equal(server.requests, 1);
	}
}

static const struct refused {
	const char *issuer, *says;
} refused[] = {
	{ "http://login.example.com", "https://" },
	{ "login.example.com", "https://" },
	{ "", "https://" },
	{ ISSUER "/?x=1", "? in it" },
	{ ISSUER "/#x", "#" },
	{ "https://me:pw@login.example.com", "user name" },
	{ "https://", "not an address" },
};

static void
an_issuer_that_cannot_be_one_is_not_asked(void **state)
{
	struct discovery found;
	struct diag diag;
	char *text;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(refused); i++) {
		unit_row("%s", refused[i].issuer);
		memset(&server, 0, sizeof(server));
		assert_status(fetch(refused[i].issuer, &found, &diag),
		    STATUS_CONFIG, &diag);
		assert_contains(diag.text, "issuer");
		assert_contains(diag.text, refused[i].says);
		assert_row_int(server.requests, 0);
	}
	text = calloc(1, DISCOVERY_MAX_URL + 100);
	assert_non_null(text);
	memset(text, 'a', DISCOVERY_MAX_URL + 99);
	memcpy(text, ISSUER "/", strlen(ISSUER "/"));
	assert_status(fetch(text, &found, &diag), STATUS_CONFIG, &diag);
	assert_contains(diag.text, "more than 2048 bytes");
	assert_int_equal(server.requests, 0);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_documents_have_their_place),
		cmocka_unit_test(a_document_gives_the_endpoints),
		cmocka_unit_test(what_a_document_leaves_out_is_not_there),
		cmocka_unit_test(what_is_wrong_in_a_document_is_named),
		cmocka_unit_test(an_endpoint_has_a_longest_length),
		cmocka_unit_test(
		    only_shared_tenants_of_microsoft_may_have_another_issuer),
		cmocka_unit_test(a_request_carries_no_secret),
		cmocka_unit_test(each_answer_has_its_meaning),
		cmocka_unit_test(
		    a_request_without_an_answer_is_not_followed_by_another),
		cmocka_unit_test(an_issuer_that_cannot_be_one_is_not_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
