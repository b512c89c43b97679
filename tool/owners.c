/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Users and groups behind the options. See owners.h.
 */

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "message.h"
#include "owners.h"
#include "shellquote.h"

/* More groups than that are not looked at. */
#define MAX_GROUPS 1024

static enum status
unknown(const struct conf *conf, const struct settings *settings,
    enum option option, const char *what, int error, struct diag *diag)
{
	if (error != 0)
		return diag_set(diag, STATUS_ACCESS,
		    "cannot ask for the %s %s: %s", what,
		    settings->text[option], strerror(error));
	return diag_set(diag, STATUS_CONFIG,
	    "%s, line %d: %s is \"%s\", but there is no such %s; create it or "
	    "name another",
	    conf_path(conf), settings->line[option], conf_options[option].name,
	    settings->text[option], what);
}

static enum status
find_renewer(const struct conf *conf, const struct settings *settings,
    struct owners *owners, struct diag *diag)
{
	const char *name = settings->text[OPTION_RENEWER];
	const struct passwd *user;

	if (name == NULL)
		return STATUS_OK;
	errno = 0;
	if ((user = getpwnam(name)) == NULL)
		return unknown(conf, settings, OPTION_RENEWER, "user", errno,
		    diag);
	owners->renewer = user->pw_uid;
	owners->renewer_group = user->pw_gid;
	return STATUS_OK;
}

/* The group of the option reader in these settings. */
static enum status
find_reader(const struct conf *conf, const struct settings *settings,
    gid_t fallback, gid_t *reader, struct diag *diag)
{
	const char *name = settings->text[OPTION_READER];
	const struct group *group;

	*reader = fallback;
	if (name == NULL)
		return STATUS_OK;
	errno = 0;
	if ((group = getgrnam(name)) == NULL)
		return unknown(conf, settings, OPTION_READER, "group", errno,
		    diag);
	*reader = group->gr_gid;
	return STATUS_OK;
}

bool
owners_is_member(const char *user, gid_t primary, gid_t group)
{
	static gid_t groups[MAX_GROUPS];
	int count = MAX_GROUPS, i;

	if (getgrouplist(user, primary, groups, &count) < 0)
		return true; /* in more than can be looked at */
	for (i = 0; i < count; i++)
		if (groups[i] == group)
			return true;
	return false;
}

/* What will not work well. */
static void
judge(const struct conf *conf, const struct settings *settings,
    struct owners *owners)
{
	const char *renewer = settings->text[OPTION_RENEWER];
	const char *reader = settings->text[OPTION_READER];

	if (renewer == NULL)
		diag_set(&owners->warning, STATUS_OK,
		    "no renewer is configured, so only root can renew the "
		    "token; for Postfix set renewer = \"postfix\" in %s and "
		    "log in again",
		    conf_path(conf));
	else if (reader != NULL && owners->renewer != 0 &&
	    !owners_is_member(renewer, owners->renewer_group,
		owners->account_reader))
		diag_set(&owners->warning, STATUS_OK,
		    "the renewer %s is not in the group %s, so a renewed "
		    "token is kept from its readers; run: usermod -aG %s %s",
		    renewer, reader, shell_quote(reader).text,
		    shell_operand(renewer).text);
}

static enum status
find_for_root(const struct conf *conf, const struct settings *common,
    const struct settings *settings, struct owners *owners, struct diag *diag)
{
	enum status r;

	if ((r = find_renewer(conf, settings, owners, diag)) != STATUS_OK)
		return r;
	if ((r = find_reader(conf, common, owners->renewer_group,
		 &owners->reader, diag)) != STATUS_OK)
		return r;
	if ((r = find_reader(conf, settings, owners->reader,
		 &owners->account_reader, diag)) != STATUS_OK)
		return r;
	judge(conf, settings, owners);
	return STATUS_OK;
}

enum status
owners_look(const struct conf *conf, const char *account, struct owners *owners,
    struct diag *diag)
{
	struct settings common, settings;
	enum status r;

	memset(&common, 0, sizeof(common));
	memset(&settings, 0, sizeof(settings));
	owners->warning.text[0] = '\0';
	owners->by_root = geteuid() == 0;
	owners->renewer = geteuid();
	owners->renewer_group = getegid();
	owners->reader = getegid();
	owners->account_reader = getegid();
	if (!owners->by_root)
		return STATUS_OK;
	if ((r = conf_resolve(conf, NULL, &common, diag)) == STATUS_OK &&
	    (r = conf_resolve(conf, account, &settings, diag)) == STATUS_OK)
		r = find_for_root(conf, &common, &settings, owners, diag);
	settings_clear(&common);
	settings_clear(&settings);
	return r;
}

enum status
owners_find(const struct conf *conf, const char *account, struct owners *owners,
    struct diag *diag)
{
	enum status r = owners_look(conf, account, owners, diag);

	if (r == STATUS_OK && owners->warning.text[0] != '\0')
		message("%s", owners->warning.text);
	return r;
}
