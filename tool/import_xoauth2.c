/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The token file of sasl-xoauth2 and its configuration, which have the same
 * members: what the file does not say, the configuration does. Files of other
 * programs with such members are read alike. See import.h.
 */

#include <string.h>
#include <strings.h>

#include "import_json.h"
#include "provider.h"
#include "words.h"

/* The longest window that renew_before takes. */
#define MAX_WINDOW_S 86400

/* A member and where it goes. */
struct member {
	const char *name;
	char **value;
};

/*
 * Members that are of no use here, or are looked at by themselves; one is our
 * own, see xoauth2.h.
 */
static const char others[] = "access_token expiry expires_in token_type "
			     "refresh_window use_client_credentials "
			     "sasl-bearer";

/* A flag as that program understands it: true, or a word that means it. */
static bool
is_true(struct json_object *json, const char *name)
{
	struct json_object *member;
	const char *text = json_text(json, name);

	if (text != NULL)
		return strcasecmp(text, "yes") == 0 ||
		    strcasecmp(text, "true") == 0 || strcmp(text, "1") == 0;
	return json_object_object_get_ex(json, name, &member) &&
	    json_object_get_boolean(member);
}

static void
note_unknown(struct import_facts *facts, struct json_object *json,
    const struct member *members, size_t count)
{
	size_t i;

	json_object_object_foreach(json, name, member)
	{
		for (i = 0; i < count; i++)
			if (strcmp(members[i].name, name) == 0)
				break;
		if (i == count && !words_have(others, name) && member != NULL)
			import_ignore(facts, name);
	}
}

enum status
import_take_xoauth2(struct import_facts *facts, struct json_object *json,
    const char *what, struct diag *diag)
{
	char **values = facts->values;
	const struct member members[] = {
		{ "user", &facts->account },
		{ "refresh_token", &facts->refresh_token },
		{ "client_id", &values[OPTION_CLIENT_ID] },
		{ "client_secret", &facts->client_secret },
		{ "token_endpoint", &values[OPTION_TOKEN_ENDPOINT] },
		{ "token_uri", &values[OPTION_TOKEN_ENDPOINT] }, /* Google's */
		{ "scope", &values[OPTION_SCOPE] },
		{ "proxy", &values[OPTION_PROXY] },
		{ "ca_bundle_file", &values[OPTION_CA_FILE] },
		{ "ca_certs_dir", &values[OPTION_CA_DIR] },
	};
	const size_t count = sizeof(members) / sizeof(members[0]);
	enum status r;
	size_t i;

	facts->form = IMPORT_XOAUTH2;
	for (i = 0; i < count; i++)
		if ((r = import_take_text(json, members[i].name, what,
			 members[i].value, diag)) != STATUS_OK)
			return r;
	if (facts->window_s == 0 &&
	    (json_whole(json, "refresh_window", &facts->window_s) !=
		    JSON_NUMBER_VALID ||
		facts->window_s < 0 || facts->window_s > MAX_WINDOW_S))
		facts->window_s = 0;
	facts->is_alone =
	    facts->is_alone || is_true(json, "use_client_credentials");
	note_unknown(facts, json, members, count);
	return STATUS_OK;
}

enum status
import_parse_conf(struct import_facts *facts, const char *bytes, size_t length,
    const char *what, struct diag *diag)
{
	char **endpoint = &facts->values[OPTION_TOKEN_ENDPOINT];
	struct json_object *json;
	enum status r;

	if ((r = import_read_json(bytes, length, what, &json, diag)) !=
	    STATUS_OK)
		return r;
	r = import_take_xoauth2(facts, json, what, diag);
	json_free(json);
	if (r != STATUS_OK || *endpoint != NULL)
		return r;
	*endpoint =
	    string_copy(provider_find("google")->values[OPTION_TOKEN_ENDPOINT]);
	return *endpoint != NULL ? STATUS_OK : diag_set_nomem(diag);
}
