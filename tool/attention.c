/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * When on_attention is run, and with what. See attention.h.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attention.h"
#include "clock.h"
#include "interrupt.h"
#include "message.h"
#include "need.h"
#include "store.h"

/* How long to wait for the lock: a renewal has it for as long as it takes. */
#define LOCK_WAIT_MS 5000

/* All variables begin with it; those that are there already are left out. */
#define PREFIX "ATTENTION"

#define MAX_FACTS 8

/* One look at an account, and what comes of it. */
struct look {
	struct overview overview;
	struct need need;
	int64_t now;
	enum attention_event event;
};

enum attention_event
attention_judge(const struct overview *overview, const struct need *need,
    int64_t now, bool told)
{
	bool needed = need_left_s(need, now) <= NEED_SOON_S;

	if (needed)
		return told ? ATTENTION_NONE : ATTENTION_BEGINS;
	if (!told || overview->grant_hidden ||
	    overview_judge(overview) != STATUS_OK ||
	    (overview->forced_at != 0 &&
		overview->obtained_at == overview->forced_at))
		return ATTENTION_NONE;
	return ATTENTION_ENDS;
}

/*
 * The command, and that it is this user's or root's to say. NULL: there is
 * none, or none that may be run, which is told.
 */
static char *
find_command(const struct session *session)
{
	struct settings settings;
	uid_t owner = conf_owner(session->conf);
	char *command = NULL;

	(void)conf_resolve(session->conf, NULL, &settings, NULL);
	if (settings.text[OPTION_ON_ATTENTION] == NULL)
		goto out;
	if (owner != 0 && owner != geteuid()) {
		message("on_attention is not run: %s belongs to user id %ld, "
			"and a command is taken from root's configuration or "
			"one's own alone",
		    conf_path(session->conf), (long)owner);
		goto out;
	}
	command = string_copy(settings.text[OPTION_ON_ATTENTION]);
out:
	settings_clear(&settings);
	return command;
}

/* A mark that cannot be set is told of, and nothing is run. */
static bool
write_marks(struct store *store, const struct ledger *ledger)
{
	if (ledger_write(store->lock, ledger) == 0)
		return true;
	message("on_attention of %s cannot be marked in %s%s, so it is not run",
	    store->account, store->dir->path, store->files.lock);
	return false;
}

/* With the lock: is there something to tell, and nobody telling it? */
static bool
claim(struct store *store, struct look *look)
{
	struct ledger ledger;
	int64_t since;

	ledger_read(store->lock, &ledger);
	look->event = attention_judge(&look->overview, &look->need, look->now,
	    ledger.told_at != 0);
	if (look->event == ATTENTION_NONE)
		return false;
	since = look->now - ledger.telling_at;
	if (ledger.telling_at != 0 && since >= 0 && since < ATTENTION_CLAIM_S)
		return false;
	ledger.telling_at = look->now;
	return write_marks(store, &ledger);
}

/* With the lock: it was told, or is to be told again. */
static void
settle(struct store *store, const struct look *look, bool is_told)
{
	struct ledger ledger;

	ledger_read(store->lock, &ledger);
	ledger.telling_at = 0;
	if (is_told)
		ledger.told_at =
		    look->event == ATTENTION_BEGINS ? look->now : 0;
	(void)write_marks(store, &ledger);
}

/* The sentence for those who want only one. */
static void
make_text(const struct look *look, struct diag *text)
{
	const char *account = look->overview.account;
	char when[CLOCK_TEXT_SIZE];

	if (look->event == ATTENTION_ENDS)
		diag_set(text, STATUS_OK, "%s is well again", account);
	else if (look->need.by == 0)
		diag_set(text, STATUS_OK, "%s needs somebody now: %s", account,
		    look->need.why.text);
	else
		diag_set(text, STATUS_OK, "%s needs somebody by %s: %s",
		    account, clock_format(look->need.by, when),
		    look->need.why.text);
}

/* One variable; false where memory is out. */
static bool
add_fact(char **facts, size_t *count, const char *name, const char *value)
{
	size_t space = strlen(name) + strlen(value) + 2;

	if ((facts[*count] = malloc(space)) == NULL)
		return false;
	snprintf(facts[(*count)++], space, "%s=%s", name, value);
	return true;
}

/* A time; nothing where it is not known. */
static bool
add_time(char **facts, size_t *count, const char *name, int64_t time)
{
	char text[24] = "";

	if (time != 0)
		snprintf(text, sizeof(text), "%" PRId64, time);
	return add_fact(facts, count, name, text);
}

static bool
make_facts(const struct look *look, char **facts, size_t *count)
{
	bool begins = look->event == ATTENTION_BEGINS;
	const struct overview *overview = &look->overview;
	struct diag text, account;

	make_text(look, &text);
	diag_set(&account, STATUS_OK, "%s", overview->account);
	return add_fact(facts, count, PREFIX, begins ? "begins" : "ends") &&
	    add_fact(facts, count, PREFIX "_ACCOUNT", account.text) &&
	    add_fact(facts, count, PREFIX "_STATE",
		overview_state_name(overview->state)) &&
	    add_fact(facts, count, PREFIX "_WHO",
		begins ? need_who_name(look->need.who) : "") &&
	    add_fact(facts, count, PREFIX "_WHY",
		begins ? look->need.why.text : "") &&
	    add_fact(facts, count, PREFIX "_TEXT", text.text) &&
	    add_time(facts, count, PREFIX "_BY", begins ? look->need.by : 0) &&
	    add_time(facts, count, PREFIX "_VALID_UNTIL", overview->expires_at);
}

/* What this process has, and the facts. NULL: memory is out. */
static char **
make_environment(char *const *facts, size_t fact_count)
{
	size_t count = 0, used = 0, i;
	char **environment;

	while (environ[count] != NULL)
		count++;
	environment = calloc(count + fact_count + 1, sizeof(*environment));
	if (environment == NULL)
		return NULL;
	for (i = 0; i < count; i++)
		if (strncmp(environ[i], PREFIX, strlen(PREFIX)) != 0)
			environment[used++] = environ[i];
	memcpy(environment + used, facts, fact_count * sizeof(*facts));
	return environment;
}

static enum status
tell(const struct look *look, const char *command, struct diag *diag)
{
	char *facts[MAX_FACTS] = { NULL }, **environment = NULL;
	size_t count = 0, i;
	enum status r;

	if (!make_facts(look, facts, &count) ||
	    (environment = make_environment(facts, count)) == NULL)
		r = diag_set_nomem(diag);
	else
		r = attention_run(command, environment, ATTENTION_DEADLINE_MS,
		    diag);
	free(environment);
	for (i = 0; i < count; i++)
		free(facts[i]);
	return r;
}

/* False: nothing is known of it, or that it is refused was to be known. */
static bool
look_at(const struct session *session, const char *account, bool only_refusal,
    struct look *look)
{
	overview_clear(&look->overview);
	look->now = clock_unix_s();
	if (overview_find(session, account, look->now, &look->overview, NULL) !=
	    STATUS_OK)
		return false;
	need_judge(&look->overview, look->now, &look->need);
	return overview_is_known(&look->overview) &&
	    (!only_refusal || look->overview.state == OVERVIEW_REFUSED);
}

/* What was seen without the lock may be over: somebody has logged in. */
static void
claim_and_tell(const struct session *session, bool only_refusal,
    struct look *look, struct store *store, const char *command)
{
	struct diag why;
	bool is_told;

	if (store_lock(store, LOCK_WAIT_MS, NULL) != STATUS_OK)
		return;
	if (!look_at(session, store->account, only_refusal, look) ||
	    !claim(store, look))
		return;
	file_unlock(&store->lock);
	is_told = tell(look, command, &why) == STATUS_OK;
	if (!is_told)
		message("on_attention has failed for %s, and is run again at "
			"the next refresh: %s",
		    look->overview.account, why.text);
	if (store_lock(store, LOCK_WAIT_MS, NULL) == STATUS_OK)
		settle(store, look, is_told);
}

static void
check(const struct session *session, const char *account, bool only_refusal)
{
	struct look look = { .now = 0 };
	struct store store;
	char *command;

	if (session->state.fd < 0 || *interrupt_flag() != 0 ||
	    (command = find_command(session)) == NULL)
		return;
	if (look_at(session, account, only_refusal, &look) &&
	    store_open_account(&store, &session->state, account, NULL, NULL) ==
		STATUS_OK) {
		claim_and_tell(session, only_refusal, &look, &store, command);
		store_close(&store);
	}
	overview_clear(&look.overview);
	free(command);
}

void
attention_check(const struct session *session, const char *account)
{
	check(session, account, false);
}

void
attention_check_refusal(const struct session *session, const char *account)
{
	check(session, account, true);
}
