/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Whole scenarios in which one call after the other fails: memory, files and
 * libraries. Whatever it is, there is a sentence, nothing is left open, no
 * refresh token is lost, and the next attempt succeeds.
 *
 * Linked with the calls of fuzz/fail.wraps wrapped.
 */

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "engine_fake.h"
#include "fail.h"
#include "made_key.h"
#include "revoke.h"

/* More calls than any scenario makes. */
#define MAX_CALLS 5000

#define ISSUER "https://login.example.com"
#define DOCUMENT \
	"{\"issuer\":\"" ISSUER "\"," \
	"\"token_endpoint\":\"" ENDPOINT "\"}"
#define DRAFT_FILE "grants/." ME ".tmp"
#define CREDENTIALS \
	"client_id = \"app\"\nscope = \"mail\"\ntimeout = 5\n" \
	"grant = \"client_credentials\"\n"

struct scenario {
	const char *name;
	void (*prepare)(struct fake *fake);
	enum status (*run)(struct fake *fake);
	bool rotates; /* R2 comes with the answer */
	bool gives;   /* a token */
};

static http_function *real_send;

/* The endpoint itself has all the memory that it needs. */
static enum status
send_calmly(const struct http_request *request, struct http_answer *answer,
    struct diag *diag)
{
	enum status r;

	fail_pause(true);
	if (strstr(request->url, "/.well-known/") != NULL) {
		answer->code = 200;
		buf_add_string(&answer->body, DOCUMENT);
		r = STATUS_OK;
	} else
		r = real_send(request, answer, diag);
	fail_pause(false);
	return r;
}

static enum status
renew(struct fake *fake)
{
	return fake_renew(fake, RENEW_FORCE);
}

static void
prepare_refresh(struct fake *fake)
{
	fake_grant(fake, "");
	fake_record(fake, "OLD", -4000, -1000, -1, "x y\n");
	fake_answer(fake, 200, ROTATED_ANSWER);
}

static void
prepare_sealed(struct fake *fake)
{
	char more[256];

	scratch_write(fake->scratch, "key", "0123456789abcdef0123456789abcdef");
	snprintf(more, sizeof(more), "grant_key = \"%s\"\n",
	    scratch_path(fake->scratch, "key"));
	fake_configure(fake, more);
	prepare_refresh(fake);
}

static void
configure_at(struct fake *fake, const char *text, const char *key)
{
	char conf[1024];

	snprintf(conf, sizeof(conf), "%sca_file = \"%s\"\n%s\"%s\"\n", text,
	    scratch_path(fake->scratch, "ca.pem"), key,
	    scratch_path(fake->scratch, "key.pem"));
	fake_configure_only(fake, conf);
}

static void
prepare_key(struct fake *fake)
{
	char *pem = made_pem(MADE_RSA, NULL);
	char *certificate = made_certificate(MADE_RSA, NOW - 1000, NOW + 9000);
	char text[8192];

	snprintf(text, sizeof(text), "%s%s", pem, certificate);
	scratch_write(fake->scratch, "key.pem", text);
	free(pem);
	free(certificate);
	configure_at(fake, CREDENTIALS "token_endpoint = \"" ENDPOINT "\"\n",
	    "client_key = ");
	fake_answer(fake, 200, GOOD_ANSWER);
}

static int daemon_fd = -1;

/* A log daemon that has read whatever it was sent. */
static void
prepare_audited(struct fake *fake)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	prepare_refresh(fake);
	if (daemon_fd >= 0)
		close(daemon_fd);
	strcpy(address.sun_path, scratch_path(fake->scratch, "log"));
	unlink(address.sun_path);
	daemon_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	assert_true(daemon_fd >= 0);
	assert_int_equal(
	    bind(daemon_fd, (const struct sockaddr *)&address, sizeof(address)),
	    0);
}

/* A renewal leaves a line, there or in the program's own log. */
static enum status
renew_audited(struct fake *fake)
{
	char line[4096];
	enum status r;

	record_clear(&fake->record);
	memset(&fake->diag, 0, sizeof(fake->diag));
	if ((r = audit_new_at(&fake->renewer.audit, AUDIT_FORM_SYSLOG,
		 scratch_path(fake->scratch, "log"), &fake->diag)) != STATUS_OK)
		return r;
	audit_connect(fake->renewer.audit);
	r = renew(fake);
	/* What it cannot see to be its own descriptor it leaves open. */
	fail_pause(true);
	audit_free(&fake->renewer.audit);
	fail_pause(false);
	if (r == STATUS_OK && fake->notices == 0)
		assert_true(recv(daemon_fd, line, sizeof(line), 0) > 0);
	return r;
}

static void
prepare_discovery(struct fake *fake)
{
	scratch_write(fake->scratch, "key.pem", "secret\n");
	configure_at(fake,
	    CREDENTIALS "issuer = \"" ISSUER "\"\nclient_auth = \"body\"\n",
	    "client_secret_file = ");
	fake_answer(fake, 200, GOOD_ANSWER);
}

static void
prepare_basic(struct fake *fake)
{
	scratch_write(fake->scratch, "key.pem", "secret\n");
	configure_at(fake,
	    CREDENTIALS "token_endpoint = \"" ENDPOINT "\"\n"
			"client_auth = \"basic\"\n",
	    "client_secret_file = ");
	fake_answer(fake, 200, GOOD_ANSWER);
}

static void
prepare_interrupted(struct fake *fake)
{
	prepare_refresh(fake);
	scratch_write(fake->scratch, DRAFT_FILE,
	    "{\"format\":1,\"serial\":1,\"refresh_token\":\"R1\","
	    "\"token_endpoint\":\"" ENDPOINT "\",\"client_id\":\"app\"}");
}

static void
prepare_file(struct fake *fake)
{
	char more[256];

	snprintf(more, sizeof(more), "xoauth2_conf = \"%s\"\n",
	    scratch_path(fake->scratch, "xoauth2.conf"));
	fake_configure(fake, more);
	fake_forget_requests(fake, ".token.lock");
	scratch_write(fake->scratch, "token",
	    "{\"access_token\":\"OLD\",\"expiry\":1600000000,\"x\":[1],"
	    "\"client_id\":\"app\",\"token_endpoint\":\"" ENDPOINT "\","
	    "\"refresh_token\":\"R1\",\"user\":\"u@x\"}");
	fake_answer(fake, 200, ROTATED_ANSWER);
}

static enum status
renew_the_file(struct fake *fake)
{
	record_clear(&fake->record);
	memset(&fake->diag, 0, sizeof(fake->diag));
	return renew_file(&fake->renewer, scratch_path(fake->scratch, "token"),
	    &fake->log, &fake->record, &fake->diag);
}

static void
prepare_fresh(struct fake *fake)
{
	fake_record(fake, "NEW", -10, 1000, 2000, "x y\n");
}

static enum status
mark(struct fake *fake)
{
	struct record seen;
	struct store store;
	enum status r;

	record_init(&seen);
	memset(&fake->diag, 0, sizeof(fake->diag));
	r = store_open_account(&store, &fake->scratch->dir, ME, NULL,
	    &fake->diag);
	if (r == STATUS_OK)
		r = store_read(&store, &seen, &fake->diag);
	if (r == STATUS_OK)
		r = renew_mark_refused(&store, &seen, &fake->diag);
	store_close(&store);
	record_clear(&seen);
	return r;
}

static void
prepare_revoke(struct fake *fake)
{
	fake_configure(fake,
	    "revocation_endpoint = \"https://login.example.com/revoke\"\n");
	fake_grant(fake, "");
	fake_answer(fake, 200, "");
}

static enum status
revoke_it(struct fake *fake)
{
	enum revoke_result result;
	struct store store;
	struct grant grant;
	enum status r;

	grant_init(&grant);
	memset(&fake->diag, 0, sizeof(fake->diag));
	r = store_open_account(&store, &fake->scratch->dir, ME, NULL,
	    &fake->diag);
	if (r == STATUS_OK)
		r = store_load(&store, &grant, &fake->diag);
	if (r == STATUS_OK)
		r = revoke_login(&fake->renewer, ME, &grant, "NEW", &result,
		    &fake->diag);
	store_close(&store);
	grant_clear(&grant);
	return r;
}

static void
prepare_conf(struct fake *fake)
{
	fake_configure(fake,
	    "default_provider = \"corp\"\nprovider \"corp\" {\n"
	    "issuer = \"" ISSUER "\"\n}\n"
	    "account \"" ME "\" { timeout = 1\nuser = \"u@x\" }\n");
}

/* As an engine is opened: the configuration, and what it names. */
static enum status
open_and_resolve(struct fake *fake)
{
	struct settings settings;
	struct conf *conf = NULL;
	enum status r;

	memset(&fake->diag, 0, sizeof(fake->diag));
	memset(&settings, 0, sizeof(settings));
	r = conf_load(&conf, scratch_path(fake->scratch, "bearer.conf"),
	    &fake->diag);
	if (r == STATUS_OK) {
		r = conf_resolve(conf, ME, &settings, &fake->diag);
		settings_clear(&settings);
	}
	conf_free(&conf);
	return r;
}

static const struct scenario scenarios[] = {
	{ "refresh", prepare_refresh, renew, true, true },
	{ "sealed", prepare_sealed, renew, true, true },
	{ "audited", prepare_audited, renew_audited, true, true },
	{ "key", prepare_key, renew, false, true },
	{ "discovery", prepare_discovery, renew, false, true },
	{ "basic", prepare_basic, renew, false, true },
	{ "interrupted", prepare_interrupted, renew, true, true },
	{ "token file", prepare_file, renew_the_file, true, true },
	{ "mark", prepare_fresh, mark, false, false },
	{ "revoke", prepare_revoke, revoke_it, false, false },
	{ "conf", prepare_conf, open_and_resolve, false, false },
};

/* A preload of its own for each run: nothing is there from the last one. */
static void
begin(struct fake *fake, const struct scenario *scenario)
{
	preload_free(&fake->renewer.preload);
	assert_int_equal(preload_new(&fake->renewer.preload), STATUS_OK);
	unlink(scratch_path(fake->scratch, DRAFT_FILE));
	unlink(scratch_path(fake->scratch, "tokens/." ME ".tmp"));
	unlink(scratch_path(fake->scratch, GRANT_FILE));
	unlink(scratch_path(fake->scratch, TOKEN_FILE));
	fake_configure(fake, "");
	scenario->prepare(fake);
	if (fake->renewer.send != send_calmly)
		real_send = fake->renewer.send;
	fake->renewer.send = send_calmly;
	fake->requests = fake->warnings = fake->notices = 0;
}

/* What was asked for last had the refresh token that the provider gave last. */
static void
try_again(struct fake *fake, const struct scenario *scenario, bool has_rotated)
{
	enum status r;

	fake->body[0] = '\0';
	fake->requests = 0;
	fake->now += 7200; /* what is remembered of the failure is over */
	r = scenario->run(fake);
	fake->now -= 7200;
	assert_status(r, STATUS_OK, &fake->diag);
	if (has_rotated)
		assert_contains(fake->body, "refresh_token=R2");
}

/* The n-th call fails. Returns whether there was one. */
static bool
run_once(struct fake *fake, const struct scenario *scenario, unsigned long n)
{
	unsigned descriptors;
	bool has_rotated;
	enum status r;

	begin(fake, scenario);
	descriptors = unit_descriptors();
	fail_at(n);
	r = scenario->run(fake);
	if (fail_end() == 0) {
		assert_status(r, STATUS_OK, &fake->diag);
		return false;
	}
	unit_row("%s, call %lu (%s)", scenario->name, n, fail_name());
	assert_row_int(unit_descriptors(), descriptors);
	if (r != STATUS_OK)
		assert_contains(fake->diag.text, " ");
	if (r == STATUS_OK && scenario->gives)
		assert_row_text(fake->record.access_token, "NEW");
	if (r != STATUS_OK && scenario->gives)
		assert_true(fake->record.access_token == NULL);
	has_rotated = scenario->rotates && fake->requests > 0;
	try_again(fake, scenario, has_rotated);
	return true;
}

static void
whatever_fails_nothing_is_lost(void **state)
{
	struct fake *fake = *state;
	unsigned long n;
	size_t i;

	for (i = 0; i < COUNT(scenarios); i++) {
		for (n = 1; n < MAX_CALLS; n++)
			if (!run_once(fake, &scenarios[i], n))
				break;
		print_message("%s: %lu calls\n", scenarios[i].name, n - 1);
		assert_true(n > 5 && n < MAX_CALLS);
	}
	close(daemon_fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		FAKE_TEST(whatever_fails_nothing_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
