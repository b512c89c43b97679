/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the verbs work with. See session.h.
 */

#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "account.h"
#include "clock.h"
#include "message.h"
#include "session.h"
#include "shellquote.h"

void
session_init(struct session *session, const struct command *command,
    enum place_use use)
{
	memset(session, 0, sizeof(*session));
	session->state.fd = -1;
	session->log = message_log((command->flags & FLAG_VERBOSE) != 0);
	place_find(&session->place, use);
}

/* Root may read the renewer's secrets for it. */
static void
trust_renewer(struct session *session)
{
	const struct passwd *user;
	struct settings settings;

	if (geteuid() != 0)
		return;
	(void)conf_resolve(session->conf, NULL, &settings, NULL);
	if (settings.text[OPTION_RENEWER] != NULL &&
	    (user = getpwnam(settings.text[OPTION_RENEWER])) != NULL)
		preload_trust(session->preload, user->pw_uid);
	settings_clear(&settings);
}

/*
 * Root does what the configuration says, with root's rights, so whoever can
 * write there could do it, too.
 */
static enum status
check_owner(struct session *session, struct diag *diag)
{
	uid_t owner = conf_owner(session->conf);

	if (geteuid() != 0 || owner == 0 || owner == FILE_NOBODY)
		return STATUS_OK;
	conf_free(&session->conf);
	return diag_set(diag, STATUS_ACCESS,
	    "%s belongs to user id %ld, and root takes a configuration from "
	    "root alone; run: chown root:root %s",
	    session->place.conf, (long)owner,
	    shell_operand(session->place.conf).text);
}

enum status
session_load(struct session *session, struct diag *diag)
{
	enum status r;

	if (session->place.conf[0] == '\0')
		return diag_set(diag, STATUS_CONFIG,
		    "the path of the configuration is empty or longer than %d "
		    "bytes; check SASL_BEARER_CONF, XDG_CONFIG_HOME and HOME",
		    PLACE_MAX_PATH - 1);
	r = conf_load_with(&session->conf, session->place.conf,
	    session->addition, diag);
	if (r == STATUS_OK)
		r = check_owner(session, diag);
	if (r != STATUS_OK) {
		/* A logout goes on without one, and has its line. */
		(void)audit_new(&session->renewer.audit, NULL, NULL);
		return r;
	}
	if ((r = audit_new(&session->renewer.audit, session->conf, diag)) !=
	    STATUS_OK)
		return r;
	if (preload_new(&session->preload) != STATUS_OK)
		return diag_set_nomem(diag);
	trust_renewer(session);
	session->renewer.conf = session->conf;
	session->renewer.preload = session->preload;
	session->renewer.send = http_send;
	session->renewer.now = clock_unix_s;
	return STATUS_OK;
}

enum status
session_open_state(struct session *session, struct diag *diag)
{
	static const char *const names[] = {
		".",
		ACCOUNT_TOKENS_DIR,
		ACCOUNT_GRANTS_DIR,
	};
	enum status r;
	size_t i;

	if (session->place.state[0] == '\0')
		return diag_set(diag, STATUS_CONFIG,
		    "the path of the state directory is empty or longer than "
		    "%d bytes; check SASL_BEARER_STATE, XDG_STATE_HOME and "
		    "HOME",
		    PLACE_MAX_PATH - 1);
	r = dir_open(&session->state, session->place.state, diag);
	if (r == STATUS_NOACCOUNT)
		return diag_set(diag, STATUS_OK, "%s", "");
	for (i = 0; r == STATUS_OK && i < sizeof(names) / sizeof(names[0]);
	     i++) {
		r = dir_check(&session->state, names[i], diag);
		if (r == STATUS_NOACCOUNT)
			r = STATUS_OK; /* made by the first login */
	}
	if (r != STATUS_OK)
		dir_close(&session->state);
	return r;
}

enum status
session_open(struct session *session, const struct command *command,
    struct diag *diag)
{
	enum status r;

	session_init(session, command, PLACE_READ);
	if ((r = session_load(session, diag)) != STATUS_OK)
		return r;
	return session_open_state(session, diag);
}

void
session_close(struct session *session)
{
	dir_close(&session->state);
	audit_free(&session->renewer.audit);
	preload_free(&session->preload);
	conf_free(&session->conf);
}
