/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * sasl-bearer completion: the script for a shell, and what such a script asks
 * for when somebody presses a key: the names of accounts and of providers. That
 * must not disturb the line that is being typed, so it knows no errors: what
 * cannot be read is not listed.
 */

#include <string.h>

#include "accounts.h"
#include "completion.h"
#include "message.h"
#include "provider.h"
#include "session.h"

static void
print_accounts(const struct session *session)
{
	struct accounts accounts;
	size_t i;

	accounts_init(&accounts);
	(void)accounts_find(session, session->conf != NULL, &accounts, NULL);
	for (i = 0; i < accounts.count; i++)
		puts(accounts.names[i]);
	accounts_clear(&accounts);
}

static void
print_providers(const struct session *session)
{
	const struct provider *preset;
	const char *name;
	size_t i;

	for (i = 0; (preset = provider_at(i)) != NULL; i++)
		puts(preset->name);
	for (i = 0; session->conf != NULL &&
	     (name = conf_provider_at(session->conf, i)) != NULL;
	     i++)
		if (provider_find(name) == NULL)
			puts(name);
}

/* With as much of a session as there is. */
static void
print_list(const struct command *command,
    void (*print)(const struct session *session))
{
	struct session session;

	session_init(&session, command, PLACE_READ);
	(void)session_load(&session, NULL);
	(void)session_open_state(&session, NULL);
	print(&session);
	session_close(&session);
}

static const struct {
	const char *name;
	void (*write)(FILE *file); /* a script; or NULL, and */
	void (*print)(const struct session *session);
} kinds[] = {
	{ "bash", completion_write_bash, NULL },
	{ "zsh", completion_write_zsh, NULL },
	{ "fish", completion_write_fish, NULL },
	{ "accounts", NULL, print_accounts },
	{ "providers", NULL, print_providers },
};

#define KIND_COUNT (sizeof(kinds) / sizeof(kinds[0]))

/* KIND_COUNT: there is none. */
static size_t
find_kind(const char *name)
{
	size_t i;

	for (i = 0; i < KIND_COUNT && strcmp(kinds[i].name, name) != 0; i++)
		;
	return i;
}

bool
verb_check_completion(const struct command *command)
{
	if (find_kind(command->operands[0]) < KIND_COUNT)
		return true;
	message("there is no completion for %s; there is one for bash, zsh and "
		"fish",
	    command->operands[0]);
	return false;
}

enum status
verb_completion(const struct command *command, struct diag *diag)
{
	size_t i = find_kind(command->operands[0]);

	(void)diag;
	if (kinds[i].write != NULL)
		kinds[i].write(stdout);
	else
		print_list(command, kinds[i].print);
	return STATUS_OK;
}
