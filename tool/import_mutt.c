/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The token file of mutt_oauth2.py, decrypted: a JSON object with the name of
 * a registration, which stands in the script itself with the application's id
 * and secret; who signed in; and the tokens. See import.h.
 */

#include <string.h>

#include "import_json.h"
#include "words.h"

/* The registrations that the script comes with; its users add others. */
static const struct {
	const char *name;
	const char *preset;
} registrations[] = {
	{ "google", "google" },
	{ "microsoft", "office365" },
};

/* Members that are of no use here. */
static const char spent[] =
    "registration authflow access_token access_token_expiration";

static const char *
find_preset(const char *registration)
{
	size_t i;

	for (i = 0; i < sizeof(registrations) / sizeof(registrations[0]); i++)
		if (registration != NULL &&
		    strcmp(registrations[i].name, registration) == 0)
			return registrations[i].preset;
	return NULL;
}

enum status
import_take_mutt(struct import_facts *facts, struct json_object *json,
    const char *what, struct diag *diag)
{
	/* The latter are not in all versions of the script. */
	const struct {
		const char *name;
		char **value;
	} members[] = {
		{ "email", &facts->account },
		{ "refresh_token", &facts->refresh_token },
		{ "client_id", &facts->values[OPTION_CLIENT_ID] },
		{ "client_secret", &facts->client_secret },
		{ "tenant", &facts->values[OPTION_TENANT] },
		{ "scope", &facts->values[OPTION_SCOPE] },
	};
	const size_t count = sizeof(members) / sizeof(members[0]);
	enum status r;
	size_t i;

	facts->form = IMPORT_MUTT;
	facts->preset = find_preset(json_text(json, "registration"));
	for (i = 0; i < count; i++)
		if ((r = import_take_text(json, members[i].name, what,
			 members[i].value, diag)) != STATUS_OK)
			return r;
	json_object_object_foreach(json, name, member)
	{
		for (i = 0; i < count; i++)
			if (strcmp(members[i].name, name) == 0)
				break;
		if (i == count && !words_have(spent, name) && member != NULL)
			import_ignore(facts, name);
	}
	return STATUS_OK;
}
