/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The engine for tests. See fake_engine.h. Built with FAKE_ENGINE_ABI set to
 * another number, it is an engine of another version.
 */

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "engine_abi.h"
#include "fake_engine.h"

#ifndef FAKE_ENGINE_ABI
#define FAKE_ENGINE_ABI ENGINE_ABI
#endif

#define EXPORTED __attribute__((visibility("default")))

static struct fake_engine fake;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static _Thread_local bool is_signing;

static void
note(const char *call, const char *argument)
{
	size_t used;

	pthread_mutex_lock(&mutex);
	used = strlen(fake.calls);
	snprintf(fake.calls + used, sizeof(fake.calls) - used,
	    argument == NULL ? "%s%s" : "%s%s(%s)", used > 0 ? " " : "", call,
	    argument == NULL ? "" : argument);
	pthread_mutex_unlock(&mutex);
}

static enum status
answer(enum status status, struct diag *diag)
{
	if (status == STATUS_OK)
		return STATUS_OK;
	return diag_set(diag, status, "%s", fake.sentence);
}

static enum status
fake_open(struct engine **engine, struct diag *diag)
{
	note("open", NULL);
	if (fake.opening != NULL)
		fake.opening();
	if (fake.open != STATUS_OK)
		return answer(fake.open, diag);
	fake.is_open++;
	*engine = (struct engine *)&fake;
	return STATUS_OK;
}

static void
fake_close(struct engine **engine)
{
	note("close", NULL);
	fake.is_open--;
	*engine = NULL;
}

static enum status
fake_find(struct engine *engine, const struct engine_request *request,
    struct diag *diag)
{
	(void)engine;
	note("find", request->account);
	if (fake.find == STATUS_NOACCOUNT)
		return STATUS_NOACCOUNT;
	return answer(fake.find, diag);
}

/* With the lock that a fork takes. */
static void
sign(void)
{
	if (fake.signing == NULL)
		return;
	pthread_mutex_lock(&mutex);
	is_signing = true;
	fake.signing();
	is_signing = false;
	pthread_mutex_unlock(&mutex);
}

static enum status
give(const struct engine_request *request, struct record *record,
    struct diag *diag)
{
	sign();
	if (fake.warning != NULL)
		log_line(request->log, LOG_LEVEL_WARNING, "%s", fake.warning);
	log_line(request->log, LOG_LEVEL_NOTICE, "asked for a token");
	log_line(request->log, LOG_LEVEL_DEBUG, "thought about it");
	if (fake.renew != STATUS_OK)
		return answer(fake.renew, diag);
	buf_add_format(&record->text,
	    "sasl-bearer-token 1\naccess_token %s\nobtained_at 1\n"
	    "renew_at 4000000000\nexpires_at 4000000000\n",
	    fake.token);
	if (fake.user != NULL)
		buf_add_format(&record->text, "user %s\n", fake.user);
	return record_parse(record, "the fake engine's record", diag);
}

static enum status
fake_renew(struct engine *engine, const struct engine_request *request,
    struct record *record, struct diag *diag)
{
	(void)engine;
	note("renew", request->account);
	return give(request, record, diag);
}

static enum status
fake_renew_file(struct engine *engine, const struct engine_request *request,
    struct record *record, struct diag *diag)
{
	(void)engine;
	note("renew_file", request->account);
	return give(request, record, diag);
}

static enum status
fake_refuse(struct engine *engine, const struct engine_request *request,
    bool is_file, const struct record *record, const char *challenge,
    size_t length, struct diag *diag)
{
	(void)engine;
	(void)challenge;
	note(is_file ? "refuse_file" : "refuse", request->account);
	note("token", record->access_token);
	pthread_mutex_lock(&mutex);
	fake.challenge_length = length;
	pthread_mutex_unlock(&mutex);
	log_line(request->log, LOG_LEVEL_WARNING, "marked as refused");
	return diag_set(diag, fake.refuse, "%s", fake.sentence);
}

static void
fake_lock(struct engine *engine)
{
	(void)engine;
	pthread_mutex_lock(&mutex);
}

static void
fake_unlock(struct engine *engine)
{
	(void)engine;
	pthread_mutex_unlock(&mutex);
}

static bool
fake_is_at_work(void)
{
	return is_signing;
}

fake_engine_function fake_engine EXPORTED;

struct fake_engine *
fake_engine(void)
{
	return &fake;
}

engine_function sasl_bearer_engine EXPORTED;

const struct engine_table *
sasl_bearer_engine(void)
{
	static const struct engine_table table = {
		.abi = FAKE_ENGINE_ABI,
		.open = fake_open,
		.close = fake_close,
		.find = fake_find,
		.renew = fake_renew,
		.renew_file = fake_renew_file,
		.refuse = fake_refuse,
		.lock = fake_lock,
		.unlock = fake_unlock,
		.is_at_work = fake_is_at_work,
	};

	return &table;
}
