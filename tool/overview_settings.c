/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the configuration says of an account: who, by which provider and grant,
 * and when what the application proves itself with will end. See overview.h.
 *
 * No key is opened for that: one in a token or TPM may want a PIN.
 */

#include <stdlib.h>
#include <string.h>

#include "endpoint.h"
#include "key.h"
#include "overview.h"
#include "provider.h"

/* One copy; what is there already stays. */
static enum status
note(char **member, const char *text)
{
	if (*member != NULL || text == NULL)
		return STATUS_OK;
	*member = string_copy(text);
	return *member != NULL ? STATUS_OK : STATUS_NOMEM;
}

/* Of a file that cannot be read nothing is known; renewals tell why. */
static int64_t
read_certificate_end(const char *path)
{
	struct buf pem;
	int64_t end = 0;

	if (path == NULL)
		return 0;
	buf_init(&pem, KEY_MAX_FILE);
	if (file_read_path(path, &pem, NULL) == STATUS_OK)
		end = key_read_end(buf_text(&pem), pem.length);
	buf_clear(&pem);
	return end;
}

static void
note_credentials(struct overview *overview, struct endpoint *endpoint)
{
	const char *const *text = endpoint->settings.text;
	const char *day = text[OPTION_CLIENT_SECRET_EXPIRES];

	if (endpoint->grant == OAUTH_GRANT_SERVICE_ACCOUNT ||
	    endpoint->grant == OAUTH_GRANT_IDENTITY)
		return;
	switch (endpoint_auth(endpoint)) {
	case OAUTH_AUTH_KEY:
		overview->certificate_expires_at =
		    read_certificate_end(text[OPTION_CLIENT_CERTIFICATE]);
		break;
	case OAUTH_AUTH_BODY:
	case OAUTH_AUTH_BASIC:
		overview->secret_expires_at = day != NULL ? conf_date(day) : 0;
		break;
	default:
		break;
	}
}

static enum status
note_names(struct overview *overview, const struct settings *settings)
{
	const char *const *text = settings->text;
	const struct provider *preset = settings->preset;
	const char *provider = text[OPTION_PROVIDER];
	const char *login = text[OPTION_LOGIN], *mailbox = text[OPTION_USER];
	char host[FILE_MAX_NAME];
	enum status r;

	if (preset != NULL) {
		overview->unused_days = preset->unused_days;
		overview->testing_days = preset->testing_days;
	}
	if (provider == NULL && text[OPTION_TOKEN_ENDPOINT] != NULL) {
		http_host(text[OPTION_TOKEN_ENDPOINT], host, sizeof(host));
		if ((r = note(&overview->title, host)) != STATUS_OK)
			return r;
	}
	if ((r = note(&overview->login,
		 login != NULL ? login : overview->account)) != STATUS_OK ||
	    (r = note(&overview->mailbox,
		 mailbox != NULL ? mailbox : overview->account)) != STATUS_OK ||
	    (r = note(&overview->grant, text[OPTION_GRANT])) != STATUS_OK ||
	    (r = note(&overview->provider, provider)) != STATUS_OK)
		return r;
	return note(&overview->title,
	    preset != NULL ? preset->title : provider);
}

/*
 * Can it be renewed, by the grant that is configured now? Without a person
 * there is nothing that somebody must do first.
 */
static void
note_renewal(struct overview *overview)
{
	if (overview->is_personal || !overview_is_known(overview))
		return;
	overview->can_renew = true;
	if (overview->state == OVERVIEW_LOGGED_OUT)
		overview->state = OVERVIEW_EXPIRED;
}

enum status
overview_use_settings(struct overview *overview, const struct session *session,
    const char *chosen, bool has_secret)
{
	static char typed[] = "";
	struct endpoint endpoint = { .secret = has_secret ? typed : NULL };
	enum status r;

	/* One that does not exist is no provider, and may be anything else. */
	if (conf_resolve_with(session->conf, overview->account, chosen,
		&endpoint.settings, NULL) != STATUS_OK)
		endpoint.settings.text[OPTION_PROVIDER] = NULL;
	endpoint.grant = oauth_grant_find(endpoint.settings.text[OPTION_GRANT]);
	overview->is_personal = oauth_grant_needs_person(endpoint.grant);
	note_renewal(overview);
	r = note_names(overview, &endpoint.settings);
	if (r == STATUS_OK)
		note_credentials(overview, &endpoint);
	settings_clear(&endpoint.settings);
	return r;
}
