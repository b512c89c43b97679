/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The world around a renewal. See engine_fake.h.
 */

#include <inttypes.h>
#include <unistd.h>

#include "engine_fake.h"

static struct fake *current; /* clock and transport have no context */

static int64_t
fake_now(void)
{
	return current->now;
}

static void
keep(char *to, size_t space, const char *text)
{
	snprintf(to, space, "%s", text != NULL ? text : "(none)");
}

static enum status
fake_send(const struct http_request *request, struct http_answer *answer,
    struct diag *diag)
{
	struct fake *fake = current;
	const struct fake_reply *reply = fake->replies;
	unsigned i;

	for (i = 0; i < fake->requests && i + 1 < COUNT(fake->replies) &&
	     (reply[1].code != 0 || reply[1].status != STATUS_OK);
	     i++)
		reply++;
	fake->requests++;
	keep(fake->url, sizeof(fake->url), request->url);
	keep(fake->body, sizeof(fake->body), request->body);
	keep(fake->authorization, sizeof(fake->authorization),
	    request->authorization);
	keep(fake->proxy, sizeof(fake->proxy), request->proxy);
	keep(fake->header, sizeof(fake->header), request->header);
	fake->timeout_ms = request->timeout_ms;
	fake->connect_timeout_ms = request->connect_timeout_ms;
	fake->is_local = request->is_local;
	if (fake->during != NULL)
		fake->during(fake->scratch);
	answer->can_repeat = reply->can_repeat;
	answer->retry_after_s = reply->retry_after_s;
	if (reply->status != STATUS_OK)
		return diag_set(diag, reply->status, "%s", reply->body);
	answer->code = reply->code;
	buf_add_string(&answer->body, reply->body);
	return STATUS_OK;
}

static void
fake_write(void *context, enum log_level level, const char *line)
{
	struct fake *fake = context;

	if (level == LOG_LEVEL_WARNING) {
		fake->warnings++;
		keep(fake->warning, sizeof(fake->warning), line);
	} else if (level == LOG_LEVEL_NOTICE) {
		fake->notices++;
		keep(fake->notice, sizeof(fake->notice), line);
	}
}

int
fake_setup(void **state)
{
	struct fake *fake = calloc(1, sizeof(*fake));
	void *scratch = NULL;

	if (fake == NULL || scratch_setup(&scratch) != 0 ||
	    preload_new(&fake->renewer.preload) != STATUS_OK)
		return -1;
	current = fake;
	fake->scratch = scratch;
	fake->now = NOW;
	fake->renewer.send = fake_send;
	fake->renewer.now = fake_now;
	fake->log.write = fake_write;
	fake->log.context = fake;
	record_init(&fake->record);
	scratch_mkdir(scratch, "tokens");
	scratch_mkdir(scratch, "grants");
	scratch_write(scratch, "ca.pem", "-----BEGIN CERTIFICATE-----\n");
	fake_configure(fake, "");
	fake_grant(fake, "");
	fake_answer(fake, 200, GOOD_ANSWER);
	*state = fake;
	return 0;
}

int
fake_teardown(void **state)
{
	struct fake *fake = *state;
	void *scratch = fake->scratch;

	record_clear(&fake->record);
	conf_free(&fake->conf);
	preload_free(&fake->renewer.preload);
	free(fake);
	current = NULL;
	return scratch_teardown(&scratch);
}

void
fake_configure_only(struct fake *fake, const char *text)
{
	scratch_write(fake->scratch, "bearer.conf", text);
	conf_free(&fake->conf);
	assert_status(conf_load(&fake->conf,
			  scratch_path(fake->scratch, "bearer.conf"),
			  &fake->diag),
	    STATUS_OK, &fake->diag);
	fake->renewer.conf = fake->conf;
}

void
fake_configure(struct fake *fake, const char *more)
{
	char text[2048];

	snprintf(text, sizeof(text), FAKE_CONF "ca_file = \"%s\"\n%s",
	    scratch_path(fake->scratch, "ca.pem"), more);
	fake_configure_only(fake, text);
}

void
fake_record(const struct fake *fake, const char *token, int64_t obtained,
    int64_t renew, int64_t expires, const char *lines)
{
	char text[1024];

	snprintf(text, sizeof(text),
	    "sasl-bearer-token 1\naccess_token %s\n"
	    "obtained_at %" PRId64 "\nrenew_at %" PRId64 "\nexpires_at %" PRId64
	    "\n%s",
	    token, fake->now + obtained, fake->now + renew, fake->now + expires,
	    lines);
	scratch_write(fake->scratch, TOKEN_FILE, text);
}

void
fake_grant(const struct fake *fake, const char *members)
{
	char text[1024];

	snprintf(text, sizeof(text),
	    "{\"format\":1,\"refresh_token\":\"R1\","
	    "\"token_endpoint\":\"" ENDPOINT "\",\"client_id\":\"app\"%s}",
	    members);
	scratch_write(fake->scratch, GRANT_FILE, text);
}

void
fake_answer(struct fake *fake, long code, const char *body)
{
	memset(fake->replies, 0, sizeof(fake->replies));
	fake->replies[0].code = code;
	fake->replies[0].body = body;
}

enum status
fake_renew(struct fake *fake, enum renew_why why)
{
	record_clear(&fake->record);
	memset(&fake->diag, 0, sizeof(fake->diag));
	return renew_account(&fake->renewer, &fake->scratch->dir, ME, why,
	    &fake->log, &fake->record, &fake->diag);
}

void
fake_forget_requests(const struct fake *fake, const char *lock)
{
	unlink(scratch_path(fake->scratch, lock));
}

void
fake_load_grant(const struct fake *fake, struct grant *grant)
{
	struct store store;
	struct diag diag;

	grant_init(grant);
	assert_int_equal(
	    store_open_account(&store, &fake->scratch->dir, ME, NULL, &diag),
	    STATUS_OK);
	assert_status(store_load(&store, grant, &diag), STATUS_OK, &diag);
	store_close(&store);
}

void
assert_refresh_token(const struct fake *fake, const char *token)
{
	struct grant grant;

	fake_load_grant(fake, &grant);
	assert_row_text(grant.refresh_token, token);
	grant_clear(&grant);
}

void
assert_token_on_disk(const struct fake *fake, const char *token)
{
	struct record record;
	struct store store;
	struct diag diag;

	record_init(&record);
	assert_int_equal(
	    store_open_account(&store, &fake->scratch->dir, ME, NULL, &diag),
	    STATUS_OK);
	assert_status(store_read(&store, &record, &diag), STATUS_OK, &diag);
	assert_row_text(record.access_token, token);
	store_close(&store);
	record_clear(&record);
}

unsigned
fake_temporaries(const struct fake *fake)
{
	return scratch_has(fake->scratch, "tokens/." ME ".tmp") +
	    scratch_has(fake->scratch, "grants/." ME ".tmp");
}
