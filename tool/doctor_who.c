/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Whose rights count. See doctor_who.h.
 */

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "account.h"
#include "doctor_who.h"
#include "message.h"

#define POSTFIX "postfix"

static void
set_user(struct doctor_user *user, const char *name, uid_t uid, gid_t gid)
{
	const struct passwd *known;

	memset(user, 0, sizeof(*user));
	user->uid = uid;
	user->gid = gid;
	if (name == NULL && (known = getpwuid(uid)) != NULL)
		name = known->pw_name;
	if (name != NULL)
		snprintf(user->name, sizeof(user->name), "%s", name);
	else
		snprintf(user->name, sizeof(user->name), "user id %ld",
		    (long)uid);
}

/* Who owns the grants; where there are none yet, this user would. */
static void
find_owner(const struct doctor *doctor, struct doctor_who *who)
{
	struct stat st;

	if (doctor->session.state.fd >= 0 &&
	    fstatat(doctor->session.state.fd, ACCOUNT_GRANTS_DIR, &st, 0) == 0)
		set_user(&who->renewer, NULL, st.st_uid, st.st_gid);
	else
		set_user(&who->renewer, NULL, geteuid(), getegid());
}

/* A directory in the state of a person that root has made is still theirs. */
static bool
is_own_state(const struct doctor *doctor)
{
	struct stat st;

	return doctor->session.state.fd >= 0 &&
	    fstatat(doctor->session.state.fd, ".", &st, 0) == 0 &&
	    st.st_uid == geteuid();
}

enum status
doctor_find_who(const struct doctor *doctor, const char *account,
    struct doctor_who *who, struct diag *diag)
{
	const struct doctor_client *client = &doctor->client;
	struct owners *owners = &who->owners;
	enum status r;

	memset(who, 0, sizeof(*who));
	if ((r = owners_look(doctor->session.conf, account, owners, diag)) !=
	    STATUS_OK)
		return r;
	who->is_ours = owners->by_root || is_own_state(doctor);
	if (who->is_ours)
		set_user(&who->renewer, NULL, owners->renewer,
		    owners->renewer_group);
	else
		find_owner(doctor, who);
	if (client->user != NULL)
		set_user(&who->client, client->user, client->uid, client->gid);
	else
		set_user(&who->client, NULL, owners->renewer,
		    owners->renewer_group);
	who->client.root = client->root;
	return STATUS_OK;
}

bool
doctor_is_postfix(const struct doctor *doctor)
{
	struct settings settings;
	const char *renewer;
	bool is;

	if (doctor->client.name != NULL)
		return strcasecmp(doctor->client.name, POSTFIX) == 0;
	if (doctor->session.conf == NULL)
		return false;
	(void)conf_resolve(doctor->session.conf, NULL, &settings, NULL);
	renewer = settings.text[OPTION_RENEWER];
	is = renewer != NULL && strcmp(renewer, POSTFIX) == 0;
	settings_clear(&settings);
	return is;
}

void
doctor_name_client(const struct doctor *doctor, const struct doctor_who *who,
    struct diag *name)
{
	const char *program = doctor->client.name, *root = who->client.root;

	if (program != NULL)
		diag_set(name, STATUS_OK, "%s (as %s%s%s)", program,
		    who->client.name, root != NULL ? ", in " : "",
		    root != NULL ? root : "");
	else
		diag_set(name, STATUS_OK, "%s", who->client.name);
}

bool
doctor_is_elsewhere(struct doctor *doctor, const char *what, const char *path,
    const char *system, const char *variable)
{
	const struct doctor_client *client = &doctor->client;

	if (client->user == NULL || client->uid == geteuid() ||
	    client->uid >= PLACE_MIN_PERSON_UID ||
	    secure_getenv(variable) != NULL || strcmp(path, system) == 0)
		return false;
	doctor_wrong(doctor, STATUS_CONFIG,
	    "this user's own %s is %s, but %s, as %s, uses %s", what, path,
	    client->name, client->user, system);
	doctor_next(doctor, "run this as root: sudo " PROGRAM " doctor");
	return true;
}
