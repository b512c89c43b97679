/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * An account that logs in to a mail server. See mailaccount.h.
 */

#include "interrupt.h"
#include "mailaccount.h"
#include "store.h"

static enum status
load_certificates(const struct session *session,
    const struct settings *settings, const struct buf **result,
    struct diag *diag)
{
	const char *const *text = settings->text;
	struct preload *preload = session->preload;

	if (text[OPTION_CA_FILE] != NULL)
		return preload_get(preload, PRELOAD_CA_FILE,
		    text[OPTION_CA_FILE], result, diag);
	if (text[OPTION_CA_DIR] != NULL)
		return preload_get(preload, PRELOAD_CA_DIRECTORY,
		    text[OPTION_CA_DIR], result, diag);
	return preload_get(preload, PRELOAD_CA_SYSTEM, "", result, diag);
}

enum status
mailaccount_load(const struct session *session, const char *account,
    struct settings *settings, struct mailserver_login *login,
    struct diag *diag)
{
	enum status r;

	if ((r = conf_resolve(session->conf, account, settings, diag)) !=
		STATUS_OK ||
	    (r = load_certificates(session, settings,
		 &login->target.certificates, diag)) != STATUS_OK)
		return r;
	login->log = &session->log;
	login->connect_timeout_ms =
	    settings->seconds[OPTION_CONNECT_TIMEOUT] * 1000;
	login->timeout_ms = settings->seconds[OPTION_TIMEOUT] * 1000;
	login->target.cancelled = interrupt_flag();
	return STATUS_OK;
}

char *
mailaccount_granted(const struct session *session, const char *account)
{
	char *granted = NULL;
	struct store store;

	if (store_open_account(&store, &session->state, account, NULL, NULL) ==
	    STATUS_OK)
		granted = renew_read_granted(&session->renewer, &store);
	store_close(&store);
	return granted;
}
