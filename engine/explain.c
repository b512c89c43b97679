/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * OAuth errors in words. See explain.h.
 */

#include <stddef.h>
#include <string.h>

#include "explain.h"

static const struct explanation explanations[] = {
	{ "invalid_grant", STATUS_REAUTH,
	    "the login has ended: it was revoked, has expired, or was made "
	    "for another application",
	    NULL },
	{ "interaction_required", STATUS_REAUTH,
	    "the provider wants to see a person", NULL },
	{ "login_required", STATUS_REAUTH, "the provider wants to see a person",
	    NULL },
	{ "consent_required", STATUS_REAUTH,
	    "nobody has consented to this access yet",
	    "an administrator may have to consent" },
	{ "account_selection_required", STATUS_REAUTH,
	    "the provider wants to see a person", NULL },
	{ "access_denied", STATUS_REAUTH,
	    "access was denied by the person or by a policy", NULL },
	{ "authorization_declined", STATUS_REAUTH, "the person declined",
	    NULL },
	{ "expired_token", STATUS_REAUTH, "the code was not used in time",
	    NULL },
	{ "bad_verification_code", STATUS_REAUTH,
	    "the provider does not know the code", NULL },
	{ "invalid_client", STATUS_CONFIG,
	    "the provider does not accept the application",
	    "check client_id, client_secret_file and client_auth, and whether "
	    "the secret has expired" },
	{ "unauthorized_client", STATUS_CONFIG,
	    "the application may not do this",
	    "check client_id and tenant, and what the application is allowed "
	    "at the provider" },
	{ "invalid_scope", STATUS_CONFIG,
	    "the provider does not know the scope, or it is too wide",
	    "check scope" },
	{ "invalid_resource", STATUS_CONFIG,
	    "the scope belongs to no service that this tenant has",
	    "check scope and tenant" },
	{ "invalid_target", STATUS_CONFIG,
	    "the scope belongs to no service that the provider has",
	    "check scope" },
	{ "unsupported_grant_type", STATUS_CONFIG,
	    "the endpoint does not do this kind of login",
	    "check token_endpoint and what the application is allowed" },
	{ "invalid_request", STATUS_CONFIG,
	    "the provider does not understand the request",
	    "check token_endpoint, client_id and scope" },
	{ "temporarily_unavailable", STATUS_AGAIN, "the provider is overloaded",
	    "it is tried again" },
	{ "server_error", STATUS_AGAIN, "the provider has an internal error",
	    "it is tried again" },
	{ "slow_down", STATUS_AGAIN, "the provider is asked too often",
	    "it is tried again" },
};

const struct explanation *
explain_find(const char *error)
{
	size_t i;

	for (i = 0; i < sizeof(explanations) / sizeof(explanations[0]); i++)
		if (strcmp(explanations[i].error, error) == 0)
			return &explanations[i];
	return NULL;
}
