/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What is in force, and where it comes from. See inforce.h.
 *
 * Secrets stand in files of their own, so there is but one value to hide: a
 * proxy's password.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "endpoint.h"
#include "inforce.h"
#include "store.h"

/* How place_find() came to a path. */
static const char *
say_choice(const char *variable, const char *path, const char *system)
{
	if (secure_getenv(variable) != NULL)
		return "named by the environment";
	return strcmp(path, system) == 0 ? "the system's" : "your own";
}

const char *
inforce_conf_choice(const struct session *session)
{
	return say_choice("SASL_BEARER_CONF", session->place.conf,
	    SYSCONFDIR "/sasl-bearer.conf");
}

const char *
inforce_state_choice(const struct session *session)
{
	return say_choice("SASL_BEARER_STATE", session->place.state,
	    LOCALSTATEDIR "/lib/sasl-bearer");
}

/* The value with what stands before the @ of a proxy's address left out. */
static void
show_proxy(const char *value, char *out, size_t space)
{
	const char *start = strstr(value, "://"), *at = strrchr(value, '@');

	if (start == NULL || at == NULL || at < start)
		snprintf(out, space, "%s", value);
	else
		snprintf(out, space, "%.*s://...%s", (int)(start - value),
		    value, at);
}

static void
show_from(const struct session *session, const struct settings *settings,
    enum option option, struct inforce_shown *shown)
{
	switch (settings->origin[option]) {
	case ORIGIN_UNSET:
		snprintf(shown->from, sizeof(shown->from), "not set");
		break;
	case ORIGIN_DEFAULT:
		snprintf(shown->from, sizeof(shown->from), "default");
		break;
	case ORIGIN_PRESET:
		snprintf(shown->from, sizeof(shown->from), "preset %s",
		    settings->text[OPTION_PROVIDER]);
		break;
	case ORIGIN_LOGIN:
		snprintf(shown->from, sizeof(shown->from), "login");
		break;
	case ORIGIN_DISCOVERED:
		snprintf(shown->from, sizeof(shown->from), "issuer");
		break;
	case ORIGIN_FILE:
		snprintf(shown->from, sizeof(shown->from), "%s:%d",
		    conf_path(session->conf), settings->line[option]);
		break;
	}
}

void
inforce_show(const struct session *session, const struct settings *settings,
    enum option option, struct inforce_shown *shown)
{
	const char *text = settings->text[option];

	shown->value[0] = '\0';
	if (settings->origin[option] != ORIGIN_UNSET && text != NULL) {
		if (option == OPTION_PROXY)
			show_proxy(text, shown->value, sizeof(shown->value));
		else
			snprintf(shown->value, sizeof(shown->value), "%s",
			    text);
	}
	diag_clean(shown->value);
	show_from(session, settings, option, shown);
}

/*
 * What a login has chosen, as far as this user may know; the grant is empty
 * where nobody has logged in. False: it is there, and cannot be read.
 */
static bool
load_grant(const struct session *session, const char *account,
    struct grant *grant)
{
	struct grant_keys keys;
	enum status r = STATUS_NOACCOUNT;
	struct store store;
	struct dir state;

	if (account == NULL ||
	    dir_open(&state, session->place.state, NULL) != STATUS_OK)
		return true;
	(void)endpoint_grant_keys(&session->renewer, &keys, NULL);
	if (store_open_account(&store, &state, account, &keys, NULL) ==
	    STATUS_OK)
		r = store_load(&store, grant, NULL);
	store_close(&store);
	dir_close(&state);
	return r == STATUS_OK || r == STATUS_NOACCOUNT;
}

/* As renewals have it: see prepare_account() of renew.c. */
static enum status
resolve(const struct session *session, const char *account,
    struct inforce *inforce, struct diag *diag)
{
	const struct grant *grant = &inforce->grant;
	struct settings *settings = &inforce->settings;
	enum status r;

	r = conf_resolve_with(session->conf, account, grant->provider, settings,
	    diag);
	/* A section that is gone since keeps nobody from seeing the rest. */
	if (r == STATUS_CONFIG && grant->provider != NULL)
		inforce->missing = *diag;
	else if (r != STATUS_OK)
		return r;
	if (settings->text[OPTION_SCOPE] == NULL &&
	    grant->asked_scope != NULL &&
	    settings_set(settings, OPTION_SCOPE, grant->asked_scope,
		ORIGIN_LOGIN) != STATUS_OK)
		return diag_set_nomem(diag);
	return STATUS_OK;
}

enum status
inforce_find(const struct session *session, const char *account,
    struct inforce *inforce, struct diag *diag)
{
	memset(inforce, 0, sizeof(*inforce));
	grant_init(&inforce->grant);
	inforce->is_hidden = !load_grant(session, account, &inforce->grant);
	return resolve(session, account, inforce, diag);
}

void
inforce_clear(struct inforce *inforce)
{
	grant_clear(&inforce->grant);
	settings_clear(&inforce->settings);
}
