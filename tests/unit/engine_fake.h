/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The world around a renewal, for tests: a clock that stands still, a token
 * endpoint that answers as it is told, a log that is counted, and a state
 * directory in which ME is logged in.
 */

#ifndef ENGINE_FAKE_H
#define ENGINE_FAKE_H

#include "renew.h"
#include "unit.h"

#define ME "me@example.com"
#define TOKEN_FILE "tokens/" ME
#define GRANT_FILE "grants/" ME
#define LOCK_FILE "grants/" ME ".lock"

/* What the clock says at first. */
#define NOW INT64_C(1700000000)

#define ENDPOINT "https://login.example.com/token"

/* What every configuration here says; the CA file comes on top. */
#define FAKE_CONF \
	"client_id = \"app\"\n" \
	"scope = \"mail\"\n" \
	"token_endpoint = \"" ENDPOINT "\"\n" \
	"timeout = 5\n"

#define TOKEN_ANSWER(token, more) \
	"{\"access_token\":\"" token "\"," \
	"\"token_type\":\"Bearer\",\"expires_in\":3600" more "}"
#define GOOD_ANSWER TOKEN_ANSWER("NEW", "")
#define ROTATED_ANSWER TOKEN_ANSWER("NEW", ",\"refresh_token\":\"R2\"")

/* One answer of the endpoint. */
struct fake_reply {
	enum status status; /* not OK: there is none, and this is why */
	long code;
	const char *body;
	int64_t retry_after_s;
	bool can_repeat;
};

struct fake {
	struct scratch *scratch;
	struct conf *conf;
	struct renewer renewer;
	struct log log;
	int64_t now;

	/* the endpoint: answers in their order, the last one for ever */
	struct fake_reply replies[3];
	void (*during)(const struct scratch *scratch); /* a request */
	unsigned requests;
	char url[512], body[4096], authorization[128], proxy[64];
	char header[64];
	int timeout_ms, connect_timeout_ms;
	bool is_local;

	/* the log */
	unsigned warnings, notices;
	char warning[DIAG_MAX_TEXT], notice[DIAG_MAX_TEXT];

	/* of the last fake_renew() */
	struct record record;
	struct diag diag;
};

int fake_setup(void **state);
int fake_teardown(void **state);

/* Reads a configuration of FAKE_CONF and more. */
void fake_configure(struct fake *fake, const char *more);

/* Reads exactly this one. */
void fake_configure_only(struct fake *fake, const char *text);

/* Writes ME's record: times are relative to the clock; lines may follow. */
void fake_record(const struct fake *fake, const char *token, int64_t obtained,
    int64_t renew, int64_t expires, const char *lines);

/* Writes ME's grant; members begin with a comma. */
void fake_grant(const struct fake *fake, const char *members);

/* Sets the first and only answer. */
void fake_answer(struct fake *fake, long code, const char *body);

/* renew_account() for ME. */
enum status fake_renew(struct fake *fake, enum renew_why why);

/* As if nobody had asked for a lock file's account yet. */
void fake_forget_requests(const struct fake *fake, const char *lock);

/* ME's grant and record as they are on the disk, to be cleared. */
void fake_load_grant(const struct fake *fake, struct grant *grant);
void assert_refresh_token(const struct fake *fake, const char *token);
void assert_token_on_disk(const struct fake *fake, const char *token);

/* How many files are temporary ones. */
unsigned fake_temporaries(const struct fake *fake);

#define FAKE_TEST(name) \
	cmocka_unit_test_setup_teardown(name, fake_setup, fake_teardown)

#endif
