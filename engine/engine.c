/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The engine as an object of its own, for the plugin: the exported table. See
 * engine_abi.h.
 */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "engine_abi.h"
#include "forklock.h"
#include "hide.h"
#include "place.h"
#include "renew.h"
#include "secret.h"
#include "shellquote.h"
#include "xoauth2.h"

struct engine {
	struct conf *conf; /* NULL: broken, and why in trouble */
	enum status conf_status;
	struct diag trouble;
	struct preload *preload;
	struct renewer renewer;
};

/* The export list names it too. */
engine_function sasl_bearer_engine __attribute__((visibility("default")));

static void
engine_close(struct engine **engine)
{
	if (*engine == NULL)
		return;
	audit_free(&(*engine)->renewer.audit);
	conf_free(&(*engine)->conf);
	preload_free(&(*engine)->preload);
	free(*engine);
	*engine = NULL;
}

/*
 * Root may read the renewer's secrets for it, before a chroot: the directory of
 * grants belongs to the renewer.
 */
static void
trust_renewer(struct preload *preload, const struct place *place)
{
	struct dir state;
	uid_t owner;

	if (geteuid() != 0 || dir_open(&state, place->state, NULL) != STATUS_OK)
		return;
	if (dir_check_owner(&state, ACCOUNT_GRANTS_DIR, &owner, NULL) ==
	    STATUS_OK)
		preload_trust(preload, owner);
	dir_close(&state);
}

static enum status
engine_open(struct engine **result, struct diag *diag)
{
	struct engine *engine = calloc(1, sizeof(*engine));
	struct place place;

	if (engine == NULL || preload_new(&engine->preload) != STATUS_OK) {
		free(engine);
		return diag_set_nomem(diag);
	}
	place_find(&place, PLACE_READ);
	trust_renewer(engine->preload, &place);
	engine->conf_status = http_start(&engine->trouble);
	if (engine->conf_status == STATUS_OK)
		engine->conf_status =
		    conf_load(&engine->conf, place.conf, &engine->trouble);
	if (audit_new(&engine->renewer.audit, engine->conf, diag) !=
	    STATUS_OK) {
		engine_close(&engine);
		return STATUS_NOMEM;
	}
	/* Who is root may enter a chroot yet; others connect when they must. */
	if (geteuid() == 0)
		audit_connect(engine->renewer.audit);
	engine->renewer.conf = engine->conf;
	engine->renewer.preload = engine->preload;
	engine->renewer.send = http_send;
	engine->renewer.now = clock_unix_s;
	if (engine->conf != NULL)
		endpoint_preload(&engine->renewer);
	*result = engine;
	return STATUS_OK;
}

static enum status
check_conf(const struct engine *engine, struct diag *diag)
{
	if (engine->conf_status == STATUS_OK)
		return STATUS_OK;
	return diag_set(diag, engine->conf_status, "%s", engine->trouble.text);
}

static enum status
engine_find(struct engine *engine, const struct engine_request *request,
    struct diag *diag)
{
	struct account_files files;
	enum status r;

	if ((r = check_conf(engine, diag)) != STATUS_OK)
		return r;
	if (conf_has_account(engine->conf, request->account))
		return STATUS_OK;
	if ((r = account_files(request->account, &files, diag)) != STATUS_OK)
		return r;
	return file_exists(request->state, files.grant) ? STATUS_OK :
							  STATUS_NOACCOUNT;
}

/*
 * With a broken configuration nothing can be renewed, but a token that is
 * still good is as good as ever.
 */
static enum status
use_unconfigured(struct engine *engine, struct store *store,
    const struct log *log, struct record *record, struct diag *diag)
{
	enum record_age age;
	enum status r;

	r = store_read(store, record, diag);
	age = record_judge(record, clock_unix_s());
	if (r == STATUS_OK && (age == RECORD_FRESH || age == RECORD_DUE)) {
		log_line(log, LOG_LEVEL_WARNING, "%s", engine->trouble.text);
		return STATUS_OK;
	}
	record_clear(record);
	return check_conf(engine, diag);
}

/* Nobody has logged in here yet; as root that makes the directory. */
static enum status
no_state(const struct engine *engine, const struct engine_request *request,
    struct diag *diag)
{
	struct settings settings;
	bool needs_person = true;

	if (engine->conf != NULL) {
		(void)conf_resolve(engine->conf, request->account, &settings,
		    NULL);
		needs_person = oauth_grant_needs_person(
		    oauth_grant_find(settings.text[OPTION_GRANT]));
		settings_clear(&settings);
	}
	if (!needs_person)
		return diag_set(diag, STATUS_CONFIG,
		    "the token of %s has no place: there is no state directory "
		    "yet; make it, once, by: sasl-bearer login %s",
		    request->account, shell_operand(request->account).text);
	return diag_set(diag, STATUS_REAUTH,
	    "%s must be logged in (run: sasl-bearer login %s): there is no "
	    "state directory yet",
	    request->account, shell_operand(request->account).text);
}

static enum status
engine_renew(struct engine *engine, const struct engine_request *request,
    struct record *record, struct diag *diag)
{
	struct store store;
	enum status r;

	if (request->state->fd < 0)
		return no_state(engine, request, diag);
	if (engine->conf_status == STATUS_OK)
		return renew_account(&engine->renewer, request->state,
		    request->account, RENEW_IF_DUE, request->log, record, diag);
	r = store_open_account(&store, request->state, request->account, NULL,
	    diag);
	if (r == STATUS_OK)
		r = use_unconfigured(engine, &store, request->log, record,
		    diag);
	store_close(&store);
	return r;
}

static enum status
engine_renew_file(struct engine *engine, const struct engine_request *request,
    struct record *record, struct diag *diag)
{
	enum status r;

	if ((r = check_conf(engine, diag)) != STATUS_OK)
		return r;
	return renew_file(&engine->renewer, request->account, request->log,
	    record, diag);
}

static enum status
engine_refuse(struct engine *engine, const struct engine_request *request,
    bool is_file, const struct record *record, const char *challenge,
    size_t length, struct diag *diag)
{
	struct diag trouble;
	struct store store;
	char *granted = NULL;
	enum status judgement, r;

	if (is_file)
		r = xoauth2_open(&store, request->account, &trouble);
	else
		r = store_open_account(&store, request->state, request->account,
		    NULL, &trouble);
	if (r == STATUS_OK && engine->conf_status == STATUS_OK)
		granted = renew_read_granted(&engine->renewer, &store);
	if (r == STATUS_OK)
		r = renew_mark_refused(&store, record, &trouble);
	store_close(&store);
	judgement = oauth_judge_challenge(challenge, length, request->account,
	    granted, diag);
	free(granted);
	hide_secret(record->access_token, diag);
	if (r != STATUS_OK)
		log_line(request->log, LOG_LEVEL_NOTICE,
		    "that the token of %s was refused could not be written "
		    "down: %s",
		    request->account, trouble.text);
	audit_event(engine->renewer.audit, request->log, AUDIT_REFUSAL,
	    request->account, judgement, diag);
	return judgement;
}

/* In the order in which they nest. */
static void
engine_lock(struct engine *engine)
{
	preload_lock(engine->preload);
	audit_lock(engine->renewer.audit);
	secret_lock();
}

static void
engine_unlock(struct engine *engine)
{
	secret_unlock();
	audit_unlock(engine->renewer.audit);
	preload_unlock(engine->preload);
}

const struct engine_table *
sasl_bearer_engine(void)
{
	static const struct engine_table table = {
		.abi = ENGINE_ABI,
		.open = engine_open,
		.close = engine_close,
		.find = engine_find,
		.renew = engine_renew,
		.renew_file = engine_renew_file,
		.refuse = engine_refuse,
		.lock = engine_lock,
		.unlock = engine_unlock,
		.is_at_work = forklock_is_held,
	};

	return &table;
}
