/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a login with -v says before it asks. See login.h.
 *
 * It names things, and never shows what proves anything: no secret, no key, no
 * token.
 */

#include <stdio.h>

#include "http.h"
#include "login.h"
#include "message.h"
#include "provider.h"

/* Room for a host and a port. */
#define MAX_HOST 300

static const char *
say_proof(const struct login *login)
{
	static const char *const proofs[] = {
		[OAUTH_AUTH_NONE] = "nothing, for it is a public client",
		[OAUTH_AUTH_BODY] = "a secret in the request's body",
		[OAUTH_AUTH_BASIC] = "a secret by HTTP Basic",
		[OAUTH_AUTH_KEY] = "an assertion that its key signs",
		[OAUTH_AUTH_FEDERATED] = "an assertion of another issuer",
	};

	return proofs[login->endpoint.client.auth];
}

/* How its provider was chosen. */
static const char *
say_choice(const struct settings *settings)
{
	if (settings->text[OPTION_PROVIDER] == NULL)
		return "endpoints that are configured";
	return settings->origin[OPTION_PROVIDER] == ORIGIN_LOGIN ?
	    "chosen by this login or the last one" :
	    "configured";
}

static void
narrate_client(const struct login *login)
{
	const struct endpoint *endpoint = &login->endpoint;

	if (endpoint->grant == OAUTH_GRANT_IDENTITY)
		message("this machine proves itself; asking for the resource "
			"%s",
		    endpoint->settings.text[OPTION_RESOURCE]);
	else if (endpoint->grant == OAUTH_GRANT_SERVICE_ACCOUNT)
		message("the service account proves itself by an assertion "
			"that its key signs, for %s",
		    endpoint->settings.text[OPTION_SUBJECT]);
	else
		message("the application is %s, and proves itself by %s",
		    endpoint->client.id, say_proof(login));
}

void
login_narrate(const struct login *login, const char *way)
{
	const struct settings *settings = &login->endpoint.settings;
	const char *const *text = settings->text;
	const char *url = text[OPTION_TOKEN_ENDPOINT];
	char host[MAX_HOST];

	if ((login->command->flags & FLAG_VERBOSE) == 0)
		return;
	if (login->endpoint.grant == OAUTH_GRANT_IDENTITY)
		url = text[OPTION_IDENTITY_ENDPOINT];
	http_host(url != NULL ? url : "", host, sizeof(host));
	message("provider: %s (%s)",
	    text[OPTION_PROVIDER] != NULL ? text[OPTION_PROVIDER] : "none",
	    say_choice(settings));
	message("asking %s for a token for %s, by %s", host, login->account,
	    way);
	narrate_client(login);
	if (login->endpoint.grant != OAUTH_GRANT_IDENTITY)
		message("the scope asked for is \"%s\"",
		    text[OPTION_SCOPE] != NULL ? text[OPTION_SCOPE] : "");
}
