/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Which mail program an examination is about. See doctor_client.h.
 */

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doctor_client.h"
#include "known_server.h"
#include "message.h"
#include "postfix.h"
#include "postfix_where.h"
#include "recipe.h"

#define POSTFIX_NAME "postfix"

bool
doctor_client_check(const struct command *command)
{
	const unsigned names = FLAG_POSTFIX | FLAG_MBSYNC | FLAG_CLIENT;
	unsigned named = command->flags & names;
	bool is_other = (command->flags & FLAG_MBSYNC) != 0 ||
	    (command->client != NULL &&
		strcmp(command->client, POSTFIX_NAME) != 0);

	/* One bit alone, or none. */
	if ((named & (named - 1)) != 0) {
		message("--postfix, --mbsync and --client each name the mail "
			"program; choose one");
		return false;
	}
	if ((command->flags & FLAG_FIX) == 0)
		return true;
	if (is_other) {
		message("--fix is for Postfix; for other programs the lines "
			"are printed");
		return false;
	}
	if ((command->flags & (FLAG_JSON | FLAG_REPORT)) != 0) {
		message("--fix asks a person, so it does not go with --json "
			"or --report");
		return false;
	}
	return true;
}

void
doctor_client_clear(struct doctor_client *client)
{
	if (client->postfix != NULL)
		postfix_clear(client->postfix);
	free(client->postfix);
	free(client->user);
	free(client->root);
	free(client->sasl_path);
	free(client->server);
	memset(client, 0, sizeof(*client));
}

enum status
doctor_client_accounts(struct doctor *doctor, struct accounts *accounts,
    struct diag *diag)
{
	struct session *session = &doctor->session;
	enum status r = STATUS_OK;

	accounts_init(accounts);
	if (session->state.fd < 0)
		r = session_open_state(session, diag);
	if (r == STATUS_OK)
		r = accounts_find(session, session->conf != NULL, accounts,
		    diag);
	return r;
}

/* Copies of what is not empty; false: out of memory. */
static bool
keep(char **kept, const char *text)
{
	if (text == NULL || text[0] == '\0')
		return true;
	return (*kept = string_copy(text)) != NULL;
}

/* The relay host as --server would name it; "": there is none. */
static void
name_relay(const struct postfix *postfix, char *url, size_t space)
{
	const char *list = postfix_relays(postfix);
	struct postfix_destination relay;

	url[0] = '\0';
	if (postfix_destination_next(&list, &relay))
		postfix_where_url(postfix, &relay, url, space);
}

static enum status
describe_postfix(struct doctor_client *client, const char *server,
    struct diag *diag)
{
	const struct postfix *postfix = client->postfix;
	const char *owner = postfix_get(postfix, "mail_owner");
	char url[POSTFIX_MAX_URL];
	const struct passwd *user = getpwnam(owner);

	name_relay(postfix, url, sizeof(url));
	client->name = "Postfix";
	if (user == NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "Postfix's mail_owner is '%s', and there is no such user",
		    owner);
	client->uid = user->pw_uid;
	client->gid = user->pw_gid;
	if (!keep(&client->user, owner) ||
	    !keep(&client->root,
		postfix->is_chrooted ? postfix_get(postfix, "queue_directory") :
				       NULL) ||
	    !keep(&client->sasl_path,
		postfix_environment(postfix, "SASL_PATH")) ||
	    !keep(&client->server, server != NULL ? server : url))
		return diag_set_nomem(diag);
	return STATUS_OK;
}

static enum status
load_postfix(struct doctor *doctor, struct diag *diag)
{
	struct doctor_client *client = &doctor->client;
	enum status r;

	if ((client->postfix = malloc(sizeof(*client->postfix))) == NULL)
		return diag_set_nomem(diag);
	postfix_init(client->postfix);
	if ((r = postfix_load(client->postfix, diag)) != STATUS_OK)
		return r;
	return describe_postfix(client, doctor->command->server, diag);
}

/* Does it log in anywhere, or hand its mail to a provider? */
static bool
logs_in(const struct postfix *postfix)
{
	const char *list = postfix_relays(postfix);
	struct postfix_destination relay;

	return postfix_is_yes(postfix, "smtp_sasl_auth_enable") ||
	    (postfix_destination_next(&list, &relay) &&
		known_server_is_relay(relay.host));
}

/* Nobody has named one: that there is no Postfix is fine. */
static enum status
guess(struct doctor *doctor, struct diag *diag)
{
	char path[POSTFIX_MAX_PATH];
	enum status r;

	if (geteuid() != 0 || !program_find("postconf", path, sizeof(path)))
		return STATUS_OK;
	r = load_postfix(doctor, diag);
	if (r == STATUS_NOMEM || r == STATUS_CANCELLED)
		return r;
	if (r != STATUS_OK || !logs_in(doctor->client.postfix))
		doctor_client_clear(&doctor->client);
	return STATUS_OK;
}

/* Somebody has named it, so that it cannot be looked at is a finding. */
static enum status
take_postfix(struct doctor *doctor, struct diag *diag)
{
	struct doctor_client *client = &doctor->client;
	enum status r;

	r = load_postfix(doctor, diag);
	if (r == STATUS_OK || r == STATUS_NOMEM || r == STATUS_CANCELLED)
		return r;
	doctor_client_clear(client);
	client->name = "Postfix";
	client->trouble = r;
	client->trouble_text = *diag;
	return STATUS_OK;
}

/* Programs that a person runs. */
static enum status
take_recipe(struct doctor *doctor, const char *name, struct diag *diag)
{
	struct doctor_client *client = &doctor->client;
	const struct passwd *user = getpwuid(geteuid());
	char known[DIAG_MAX_TEXT] = POSTFIX_NAME;
	size_t i;

	if ((client->recipe = recipe_find(name)) == NULL) {
		for (i = 0; recipe_at(i) != NULL; i++)
			snprintf(known + strlen(known),
			    sizeof(known) - strlen(known), ", %s",
			    recipe_at(i)->name);
		return diag_set(diag, STATUS_CONFIG,
		    "nothing is known of the mail program '%.100s'; --client "
		    "takes %s",
		    name, known);
	}
	client->name = client->recipe->name;
	client->uid = geteuid();
	client->gid = getegid();
	if (!keep(&client->user, user != NULL ? user->pw_name : NULL) ||
	    !keep(&client->sasl_path, getenv("SASL_PATH")) ||
	    !keep(&client->server, doctor->command->server))
		return diag_set_nomem(diag);
	return STATUS_OK;
}

enum status
doctor_client_find(struct doctor *doctor, struct diag *diag)
{
	const struct command *command = doctor->command;
	const char *name = command->client;

	if ((command->flags & FLAG_MBSYNC) != 0)
		name = "mbsync";
	if ((command->flags & (FLAG_POSTFIX | FLAG_FIX)) != 0)
		name = POSTFIX_NAME;
	if (name == NULL)
		return guess(doctor, diag);
	if (strcmp(name, POSTFIX_NAME) == 0)
		return take_postfix(doctor, diag);
	return take_recipe(doctor, name, diag);
}
