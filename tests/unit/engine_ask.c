/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What each grant asks, to the byte where no signature is in it; and the
 * renewal of accounts that no person logs in.
 */

#include <unistd.h>

#include "ask.h"
#include "engine_fake.h"
#include "failure.h"
#include "json.h"
#include "made_key.h"

#define PLACE "token_endpoint = \"" ENDPOINT "\"\n"
#define CLIENT PLACE "client_id = \"app\"\ngrant = \"client_credentials\"\n"
#define SECRET CLIENT "client_secret_file = \"@secret\"\n"
#define IDENTITY \
	"grant = \"managed_identity\"\n" \
	"identity_endpoint = \"http://127.0.0.1:8080/token\"\n" \
	"resource = \"https://outlook.office365.com/\"\n"
#define TOKEN_FIELD "client_assertion="

/* The paths that stand for @NAME in a configuration. */
static void
configure(struct fake *fake, const char *more)
{
	char text[2048];
	size_t used;
	const char *at;

	used = (size_t)snprintf(text, sizeof(text), "ca_file = \"%s\"\n",
	    scratch_path(fake->scratch, "ca.pem"));
	while ((at = strchr(more, '@')) != NULL) {
		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    "%.*s%s/", (int)(at - more), more, fake->scratch->path);
		more = at + 1;
	}
	snprintf(text + used, sizeof(text) - used, "%s", more);
	preload_free(&fake->renewer.preload); /* it keeps files */
	assert_int_equal(preload_new(&fake->renewer.preload), STATUS_OK);
	fake_configure_only(fake, text);
}

/* One request by what is configured; asks as a first login does. */
static enum status
ask_once(struct fake *fake, const char *conf, struct ask *ask)
{
	const struct grant none = { .client_secret = NULL };
	struct endpoint endpoint;
	struct oauth_token token = { .access_token = NULL };
	enum status r;

	configure(fake, conf);
	memset(ask, 0, sizeof(*ask));
	ask->renewer = &fake->renewer;
	ask->endpoint = &endpoint;
	ask->timeout_ms = 5000;
	r = endpoint_prepare(&fake->renewer, ME, NULL, &endpoint, &fake->diag);
	if (r == STATUS_OK)
		r = endpoint_complete(&fake->renewer, &endpoint, &none, 5000,
		    &fake->diag);
	if (r == STATUS_OK)
		r = ask_token(ask, "R1", &token, &fake->diag);
	assert_row_int(token.access_token != NULL, r == STATUS_OK);
	oauth_token_clear(&token);
	endpoint_clear(&endpoint);
	return r;
}

static const struct request {
	const char *conf, *body, *authorization;
} requests[] = {
	{ PLACE "client_id = \"app\"\n",
	    "grant_type=refresh_token&refresh_token=R1&client_id=app",
	    "(none)" },
	{ PLACE "client_id = \"app\"\nscope = \"a b\"\n"
		"resource = \"api://mail\"\n",
	    "grant_type=refresh_token&refresh_token=R1&scope=a%20b"
	    "&resource=api%3A%2F%2Fmail&client_id=app",
	    "(none)" },
	{ SECRET,
	    "grant_type=client_credentials&client_id=app"
	    "&client_secret=s%26%3D%20t",
	    "(none)" },
	{ SECRET "scope = \"a b\"\nresource = \"api://mail\"\n",
	    "grant_type=client_credentials&scope=a%20b"
	    "&resource=api%3A%2F%2Fmail&client_id=app"
	    "&client_secret=s%26%3D%20t",
	    "(none)" },
	{ SECRET "client_auth = \"basic\"\nscope = \"m\"\n",
	    "grant_type=client_credentials&scope=m",
	    "Authorization: Basic YXBwOnMlMjYlM0QlMjB0" },
	/* a preset's resource is in its scope already */
	{ "default_provider = \"office365\"\ntenant = \"contoso.com\"\n" SECRET,
	    "grant_type=client_credentials"
	    "&scope=https%3A%2F%2Foutlook.office365.com%2F.default"
	    "&client_id=app&client_secret=s%26%3D%20t",
	    "(none)" },
	{ CLIENT "client_assertion_file = \"@token\"\n",
	    "grant_type=client_credentials&client_id=app"
	    "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3A"
	    "client-assertion-type%3Ajwt-bearer&client_assertion=h.p.s",
	    "(none)" },
};

static void
each_grant_has_its_fields(void **state)
{
	struct fake *fake = *state;
	struct ask ask;
	size_t i;

	scratch_write(fake->scratch, "secret", "s&= t\n");
	scratch_write(fake->scratch, "token", "h.p.s\n\n");
	for (i = 0; i < COUNT(requests); i++) {
		unit_row("%s", requests[i].conf);
		assert_status(ask_once(fake, requests[i].conf, &ask), STATUS_OK,
		    &fake->diag);
		assert_row_text(fake->url, ENDPOINT);
		assert_row_text(fake->body, requests[i].body);
		assert_row_text(fake->authorization, requests[i].authorization);
		assert_row_text(fake->header, "(none)");
		assert_false(fake->is_local);
		assert_row_int(ask.asked_at, NOW);
	}
}

/* The member of the JSON object that is part of a JWS. */
static struct json_object *
read_part(const char *jws, unsigned index)
{
	char *text = made_part(jws, index);
	struct json_object *json = NULL;
	const char *reason;

	assert_non_null(text);
	assert_int_equal(json_read_object(text, strlen(text), &json, &reason),
	    STATUS_OK);
	free(text);
	return json;
}

static void
write_key(const struct fake *fake, enum made made)
{
	char *pem = made_pem(made, NULL);
	char *certificate = made_certificate(made, NOW - 100, NOW + 100);

	scratch_write(fake->scratch, "key.pem", pem);
	scratch_write(fake->scratch, "certificate.pem", certificate);
	free(pem);
	free(certificate);
}

#define WITH_KEY CLIENT "client_key = \"@key.pem\"\n"
#define WITH_CERTIFICATE WITH_KEY "client_certificate = \"@certificate.pem\"\n"

static const struct signing {
	const char *name, *conf;
	enum made key;
	enum assertion_alg alg;
	bool has_thumbprint;
	const char *kid, *audience;
} signings[] = {
	{ "RSA", WITH_KEY, MADE_RSA, ASSERTION_RS256, false, NULL, ENDPOINT },
	{ "P-256", WITH_KEY, MADE_P256, ASSERTION_ES256, false, NULL,
	    ENDPOINT },
	{ "an algorithm and a key id",
	    WITH_KEY "client_assertion_alg = \"PS256\"\n"
		     "client_key_id = \"2027-a\"\n",
	    MADE_RSA, ASSERTION_PS256, false, "2027-a", ENDPOINT },
	{ "a certificate", WITH_CERTIFICATE, MADE_RSA, ASSERTION_RS256, true,
	    NULL, ENDPOINT },
	{ "Microsoft",
	    "default_provider = \"office365\"\ntenant = \"contoso.com\"\n"
	    "client_id = \"app\"\ngrant = \"client_credentials\"\n"
	    "client_key = \"@key.pem\"\n"
	    "client_certificate = \"@certificate.pem\"\n",
	    MADE_RSA, ASSERTION_PS256, true, NULL,
	    "https://login.microsoftonline.com/contoso.com/oauth2/v2.0/"
	    "token" },
};

static void
check_signed(const struct signing *row, const char *jws)
{
	struct json_object *header = read_part(jws, 0);
	struct json_object *claims = read_part(jws, 1);
	int64_t iat = 0, exp = 0;

	assert_true(made_verify(row->key, row->alg, jws));
	assert_row_text(json_text(header, "alg"), assertion_alg_name(row->alg));
	assert_row_text(json_text(header, "kid"), row->kid);
	assert_row_int(json_text(header, "x5t#S256") != NULL,
	    row->has_thumbprint);
	assert_row_text(json_text(claims, "iss"), "app");
	assert_row_text(json_text(claims, "sub"), "app");
	assert_row_text(json_text(claims, "aud"), row->audience);
	json_whole(claims, "iat", &iat);
	json_whole(claims, "exp", &exp);
	assert_row_int(iat, NOW);
	assert_row_int(exp, NOW + ASSERTION_LIFETIME_S);
	assert_true(strlen(json_text(claims, "jti")) >= 16);
	json_object_put(header);
	json_object_put(claims);
}

static void
a_key_signs_each_request_anew(void **state)
{
	struct fake *fake = *state;
	char first[sizeof(fake->body)];
	struct ask ask;
	size_t i;

	for (i = 0; i < COUNT(signings); i++) {
		unit_row("%s", signings[i].name);
		write_key(fake, signings[i].key);
		assert_status(ask_once(fake, signings[i].conf, &ask), STATUS_OK,
		    &fake->diag);
		assert_row_text(fake->url, signings[i].audience);
		assert_contains(fake->body, "grant_type=client_credentials");
		assert_contains(fake->body, "&client_id=app&");
		assert_contains(fake->body, "jwt-bearer&" TOKEN_FIELD);
		assert_lacks(fake->body, "client_secret");
		check_signed(&signings[i],
		    strstr(fake->body, TOKEN_FIELD) + strlen(TOKEN_FIELD));
		strcpy(first, fake->body);
		ask_once(fake, signings[i].conf, &ask);
		assert_true(strcmp(first, fake->body) != 0);
	}
}

/* A connection that failed: the repetition has an assertion of its own. */
static void
a_repeated_request_is_signed_anew_too(void **state)
{
	struct fake *fake = *state;
	static char bodies[2][4096];
	struct ask ask;

	write_key(fake, MADE_P256);
	fake->replies[0] = (struct fake_reply){ .status = STATUS_AGAIN,
		.body = "the connection failed",
		.can_repeat = true };
	fake->replies[1] =
	    (struct fake_reply){ .code = 200, .body = GOOD_ANSWER };
	assert_status(ask_once(fake, WITH_KEY, &ask), STATUS_OK, &fake->diag);
	assert_int_equal(fake->requests, 2);
	strcpy(bodies[0], fake->body);
	fake->requests = 0;
	fake->replies[0].can_repeat = false;
	assert_status(ask_once(fake, WITH_KEY, &ask), STATUS_AGAIN,
	    &fake->diag);
	assert_int_equal(fake->requests, 1);
	assert_int_equal(ask.asked_at, NOW);
}

static void
what_fails_here_was_not_asked(void **state)
{
	static const struct {
		const char *conf, *sentence;
	} rows[] = {
		{ CLIENT "client_assertion_file = \"@none\"\n",
		    "/none, which the configuration names; whatever makes it "
		    "has not done so yet" },
		{ CLIENT "client_assertion_file = \"@empty\"\n",
		    "/empty holds no secret: it is empty" },
		{ CLIENT "client_assertion_file = \"@html\"\n",
		    "/html of client_assertion_file holds no token" },
		{ WITH_CERTIFICATE, "certificate" }, /* it is over */
	};
	struct fake *fake = *state;
	struct ask ask;
	size_t i;

	write_key(fake, MADE_RSA);
	fake->now += 101;
	scratch_write(fake->scratch, "empty", " \n");
	scratch_write(fake->scratch, "html", "<html>");
	for (i = 0; i < COUNT(rows); i++) {
		unit_row("%s", rows[i].sentence);
		assert_status(ask_once(fake, rows[i].conf, &ask), STATUS_CONFIG,
		    &fake->diag);
		assert_contains(fake->diag.text, rows[i].sentence);
		assert_row_int(fake->requests, 0);
		assert_row_int(ask.asked_at, 0);
	}
}

static const struct identity {
	const char *more, *query;
} identities[] = {
	{ "",
	    "api-version=2018-02-01"
	    "&resource=https%3A%2F%2Foutlook.office365.com%2F" },
	{ "client_id = \"11111111-2222-3333-4444-555555555555\"\n",
	    "api-version=2018-02-01"
	    "&resource=https%3A%2F%2Foutlook.office365.com%2F"
	    "&client_id=11111111-2222-3333-4444-555555555555" },
};

static void
the_machine_is_asked_by_its_metadata_service(void **state)
{
	struct fake *fake = *state;
	char conf[1024], url[512];
	struct ask ask;
	size_t i;

	/* it says its numbers in strings */
	fake_answer(fake, 200,
	    "{\"access_token\":\"NEW\",\"client_id\":\"c\","
	    "\"expires_in\":\"86399\",\"expires_on\":\"1700086399\","
	    "\"ext_expires_in\":\"86399\",\"not_before\":\"1699999999\","
	    "\"resource\":\"https://outlook.office365.com/\","
	    "\"token_type\":\"Bearer\"}");
	for (i = 0; i < COUNT(identities); i++) {
		unit_row("row %zu", i);
		snprintf(conf, sizeof(conf), IDENTITY "%s", identities[i].more);
		snprintf(url, sizeof(url), "http://127.0.0.1:8080/token?%s",
		    identities[i].query);
		assert_status(ask_once(fake, conf, &ask), STATUS_OK,
		    &fake->diag);
		assert_row_text(fake->url, url);
		assert_row_text(fake->body, "(none)"); /* a GET */
		assert_row_text(fake->header, "Metadata: true");
		assert_row_text(fake->authorization, "(none)");
		assert_true(fake->is_local);
		assert_row_int(fake->connect_timeout_ms,
		    ASK_IDENTITY_CONNECT_MS);
		assert_row_int(fake->timeout_ms, 5000);
		assert_row_int(ask.asked_at, NOW);
	}
	/* a shorter time that is configured is kept */
	assert_status(ask_once(fake, IDENTITY "connect_timeout = 1\n", &ask),
	    STATUS_OK, &fake->diag);
	assert_int_equal(fake->connect_timeout_ms, 1000);
}

static const struct refusal {
	struct fake_reply reply;
	enum status status;
	const char *sentence;
} refusals[] = {
	{ { .status = STATUS_AGAIN, .body = "no connection" }, STATUS_AGAIN,
	    "no connection; a managed identity exists only on a machine of "
	    "Azure" },
	{ { .code = 404, .body = "" }, STATUS_AGAIN,
	    "is being updated (HTTP status 404); try again in a minute" },
	{ { .code = 410, .body = "" }, STATUS_AGAIN, "HTTP status 410" },
	{ { .code = 429, .body = "{}", .retry_after_s = 7 }, STATUS_AGAIN,
	    "127.0.0.1:8080 has trouble (HTTP status 429)" },
	{ { .code = 500, .body = "{\"error\":\"unknown\"}" }, STATUS_AGAIN,
	    "HTTP status 500" },
	{ { .code = 400,
	      .body = "{\"error\":\"invalid_request\","
		      "\"error_description\":\"Identity not found\"}" },
	    STATUS_CONFIG, "Identity not found" },
};

static void
trouble_of_the_metadata_service_is_told_apart(void **state)
{
	struct fake *fake = *state;
	struct ask ask;
	size_t i;

	for (i = 0; i < COUNT(refusals); i++) {
		unit_row("%ld %s", refusals[i].reply.code,
		    refusals[i].reply.body);
		memset(fake->replies, 0, sizeof(fake->replies));
		fake->replies[0] = refusals[i].reply;
		assert_status(ask_once(fake, IDENTITY, &ask),
		    refusals[i].status, &fake->diag);
		assert_contains(fake->diag.text, refusals[i].sentence);
		assert_row_int(ask.retry_after_s,
		    refusals[i].reply.retry_after_s);
	}
}

static void
write_service_account(const struct fake *fake)
{
	char *json = made_service_account(MADE_RSA, NULL);

	scratch_write(fake->scratch, "sa.json", json);
	free(json);
}

/* What the file says of the endpoint is not believed. */
static void
a_service_account_asks_google_for_a_mailbox(void **state)
{
	static const char before[] = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3A"
				     "grant-type%3Ajwt-bearer&assertion=";
	struct fake *fake = *state;
	struct json_object *header, *claims;
	int64_t iat = 0, exp = 0;
	const char *jws;
	struct ask ask;

	write_service_account(fake);
	assert_status(ask_once(fake,
			  "default_provider = \"google\"\n"
			  "grant = \"service_account\"\n"
			  "service_account_file = \"@sa.json\"\n",
			  &ask),
	    STATUS_OK, &fake->diag);
	assert_string_equal(fake->url, "https://oauth2.googleapis.com/token");
	assert_memory_equal(fake->body, before, strlen(before));
	jws = fake->body + strlen(before);
	assert_null(strpbrk(jws, "&%"));
	assert_true(made_verify(MADE_RSA, ASSERTION_RS256, jws));
	header = read_part(jws, 0);
	claims = read_part(jws, 1);
	assert_string_equal(json_text(header, "alg"), "RS256");
	assert_string_equal(json_text(header, "typ"), "JWT");
	assert_string_equal(json_text(header, "kid"), MADE_KEY_ID);
	assert_string_equal(json_text(claims, "iss"), MADE_EMAIL);
	assert_string_equal(json_text(claims, "sub"), ME);
	assert_string_equal(json_text(claims, "scope"),
	    "https://mail.google.com/");
	assert_string_equal(json_text(claims, "aud"),
	    "https://oauth2.googleapis.com/token");
	json_whole(claims, "iat", &iat);
	json_whole(claims, "exp", &exp);
	assert_int_equal(iat, NOW);
	assert_in_range(exp, NOW + 60, NOW + 3600);
	json_object_put(header);
	json_object_put(claims);
}

/* Renewals of accounts that no person logs in. */

static void
no_login_is_needed_where_no_person_is(void **state)
{
	static const char *const confs[] = { SECRET, IDENTITY };
	struct fake *fake = *state;
	struct grant grant;
	size_t i;

	scratch_write(fake->scratch, "secret", "s");
	for (i = 0; i < COUNT(confs); i++) {
		unit_row("%s", confs[i]);
		unlink(scratch_path(fake->scratch, GRANT_FILE));
		unlink(scratch_path(fake->scratch, TOKEN_FILE));
		configure(fake, confs[i]);
		assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK,
		    &fake->diag);
		assert_token_on_disk(fake, "NEW");
		fake_load_grant(fake, &grant);
		assert_true(grant_can_renew(&grant));
		assert_null(grant.refresh_token);
		grant_clear(&grant);
		/* and again, when the token is over */
		fake->now += 3600;
		assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK,
		    &fake->diag);
		assert_row_int(fake->requests, 2 * (i + 1));
	}
}

static void
nobody_is_told_to_log_in_where_no_person_is(void **state)
{
	static const char *const bodies[] = {
		"{\"error\":\"invalid_grant\"}",
		"{\"error\":\"interaction_required\"}",
		"{\"error\":\"access_denied\"}",
		"{\"error\":\"an_error_that_is_news\"}",
	};
	struct fake *fake = *state;
	struct grant grant;
	size_t i;

	scratch_write(fake->scratch, "secret", "s");
	configure(fake, SECRET);
	for (i = 0; i < COUNT(bodies); i++) {
		unit_row("%s", bodies[i]);
		unlink(scratch_path(fake->scratch, GRANT_FILE));
		fake_answer(fake, 400, bodies[i]);
		assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_CONFIG,
		    &fake->diag);
		assert_contains(fake->diag.text,
		    "the token of " ME " cannot be renewed: ");
		assert_lacks(fake->diag.text, "sasl-bearer login");
		assert_lacks(fake->diag.text, "must be logged in");
		fake_load_grant(fake, &grant);
		assert_row_int(grant.failure.status, STATUS_CONFIG);
		grant_clear(&grant);
	}
}

#define ISSUER "https://id.example.com"
#define BY_ISSUER \
	"issuer = \"" ISSUER "\"\nclient_id = \"app\"\n" \
	"grant = \"client_credentials\"\nclient_auth = \"body\"\n" \
	"client_secret_file = \"@secret\"\n"
#define DOCUMENT \
	"{\"issuer\":\"" ISSUER "\"," \
	"\"token_endpoint\":\"" ISSUER "/token\"}"

/* Endpoints that were not there before must not make it another request. */
static void
a_failure_is_remembered_where_endpoints_are_discovered(void **state)
{
	struct fake *fake = *state;

	scratch_write(fake->scratch, "secret", "s");
	unlink(scratch_path(fake->scratch, GRANT_FILE));
	configure(fake, BY_ISSUER);
	fake->replies[0] = (struct fake_reply){ .code = 200, .body = DOCUMENT };
	fake->replies[1] = (struct fake_reply){ .code = 401,
		.body = "{\"error\":\"invalid_client\"}" };
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_CONFIG,
	    &fake->diag);
	assert_int_equal(fake->requests, 2);
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_CONFIG,
	    &fake->diag);
	assert_contains(fake->diag.text, "not asked again for");
	assert_int_equal(fake->requests, 2);
	/* another secret is another request */
	scratch_write(fake->scratch, "secret", "mended");
	configure(fake, BY_ISSUER);
	fake->requests = 0;
	fake->replies[1] =
	    (struct fake_reply){ .code = 200, .body = GOOD_ANSWER };
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
}

static void
an_issuer_that_does_not_answer_is_left_alone_for_a_while(void **state)
{
	struct fake *fake = *state;

	scratch_write(fake->scratch, "secret", "s");
	unlink(scratch_path(fake->scratch, GRANT_FILE));
	configure(fake, BY_ISSUER);
	fake->replies[0] =
	    (struct fake_reply){ .status = STATUS_AGAIN, .body = "no answer" };
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_AGAIN,
	    &fake->diag);
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_AGAIN,
	    &fake->diag);
	assert_contains(fake->diag.text, "not asked again for");
	assert_int_equal(fake->requests, 1);
	fake->now += FAILURE_MIN_PAUSE_S;
	fake->requests = 0;
	fake->replies[0] = (struct fake_reply){ .code = 200, .body = DOCUMENT };
	fake->replies[1] =
	    (struct fake_reply){ .code = 200, .body = GOOD_ANSWER };
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	assert_string_equal(fake->url, ISSUER "/token");
	/* from now on it is known */
	assert_status(fake_renew(fake, RENEW_NOW), STATUS_OK, &fake->diag);
	assert_int_equal(fake->requests, 3);
}

/* Nothing was asked, so nothing is to be waited for once it is there. */
static void
a_token_that_is_mounted_late_is_used_at_once(void **state)
{
	static const char conf[] =
	    CLIENT "client_assertion_file = \"@token\"\n";
	struct fake *fake = *state;

	unlink(scratch_path(fake->scratch, GRANT_FILE));
	configure(fake, conf);
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_CONFIG,
	    &fake->diag);
	assert_contains(fake->diag.text, "has not done so yet");
	scratch_write(fake->scratch, "token", "one");
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	assert_contains(fake->body, TOKEN_FIELD "one");
	/* in the same process, with another one in its place */
	scratch_write(fake->scratch, "token", "two");
	assert_status(fake_renew(fake, RENEW_NOW), STATUS_OK, &fake->diag);
	assert_contains(fake->body, TOKEN_FIELD "two");
}

/* What a person typed at the login is in the grant, and stays there. */
static void
a_typed_secret_renews_for_ever(void **state)
{
	struct fake *fake = *state;
	struct grant grant;

	scratch_write(fake->scratch, GRANT_FILE,
	    "{\"format\":1,\"kind\":\"client_credentials\","
	    "\"client_secret\":\"typed\",\"client_id\":\"app\"}");
	configure(fake, CLIENT);
	assert_status(fake_renew(fake, RENEW_NOW), STATUS_OK, &fake->diag);
	assert_contains(fake->body, "&client_secret=typed");
	fake_load_grant(fake, &grant);
	assert_string_equal(grant.client_secret, "typed");
	grant_clear(&grant);
	assert_status(fake_renew(fake, RENEW_NOW), STATUS_OK, &fake->diag);
	assert_contains(fake->body, "&client_secret=typed");
	/* where another way is configured it has no use, and goes */
	scratch_write(fake->scratch, "secret", "filed");
	configure(fake, SECRET);
	assert_status(fake_renew(fake, RENEW_NOW), STATUS_OK, &fake->diag);
	assert_contains(fake->body, "&client_secret=filed");
	fake_load_grant(fake, &grant);
	assert_null(grant.client_secret);
	grant_clear(&grant);
}

/* A change of the configuration takes nothing away that can be revoked. */
static void
the_login_of_a_person_outlives_the_change_to_an_application(void **state)
{
	struct fake *fake = *state;
	struct grant grant;

	scratch_write(fake->scratch, "secret", "filed");
	scratch_write(fake->scratch, GRANT_FILE,
	    "{\"format\":1,\"refresh_token\":\"PERSONS\",\"client_id\":\"p\","
	    "\"token_endpoint\":\"https://old.example.com/token\","
	    "\"revocation_endpoint\":\"https://old.example.com/revoke\"}");
	configure(fake, SECRET);
	assert_status(fake_renew(fake, RENEW_NOW), STATUS_OK, &fake->diag);
	assert_contains(fake->body, "grant_type=client_credentials");
	fake_load_grant(fake, &grant);
	assert_string_equal(grant.refresh_token, "PERSONS");
	assert_string_equal(grant.client_id, "p");
	assert_string_equal(grant.token_endpoint,
	    "https://old.example.com/token");
	assert_null(grant.kind);
	grant_clear(&grant);
}

/* The sentence names the only way to another one. */
static void
a_typed_secret_that_is_refused_can_be_typed_anew(void **state)
{
	struct fake *fake = *state;

	scratch_write(fake->scratch, GRANT_FILE,
	    "{\"format\":1,\"kind\":\"client_credentials\","
	    "\"client_secret\":\"typed\",\"client_id\":\"app\"}");
	configure(fake, CLIENT);
	fake_answer(fake, 401, "{\"error\":\"invalid_client\"}");
	assert_status(fake_renew(fake, RENEW_NOW), STATUS_CONFIG, NULL);
	assert_contains(fake->diag.text, "sasl-bearer login --ask " ME);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FAKE_TEST(each_grant_has_its_fields),
		FAKE_TEST(a_key_signs_each_request_anew),
		FAKE_TEST(a_repeated_request_is_signed_anew_too),
		FAKE_TEST(what_fails_here_was_not_asked),
		FAKE_TEST(the_machine_is_asked_by_its_metadata_service),
		FAKE_TEST(trouble_of_the_metadata_service_is_told_apart),
		FAKE_TEST(a_service_account_asks_google_for_a_mailbox),
		FAKE_TEST(no_login_is_needed_where_no_person_is),
		FAKE_TEST(nobody_is_told_to_log_in_where_no_person_is),
		FAKE_TEST(
		    a_failure_is_remembered_where_endpoints_are_discovered),
		FAKE_TEST(
		    an_issuer_that_does_not_answer_is_left_alone_for_a_while),
		FAKE_TEST(a_token_that_is_mounted_late_is_used_at_once),
		FAKE_TEST(a_typed_secret_renews_for_ever),
		FAKE_TEST(a_typed_secret_that_is_refused_can_be_typed_anew),
		FAKE_TEST(
		    the_login_of_a_person_outlives_the_change_to_an_application),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
