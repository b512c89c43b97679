/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Owners and modes, compared. See doctor_mend.h.
 *
 * BUGS: in a directory of the renewer, a file can become another one between
 * our look and the command: chown(1) is told to follow no link, chmod(1) cannot
 * be. A login by root mends the same with more care (setup.c).
 */

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "doctor_mend.h"
#include "shellquote.h"

#define MODE_ALL 07777U

#define MAX_OWNER 128

void
mends_init(struct mends *mends)
{
	mends->count = 0;
}

/* "postfix:postfix", or numbers. */
static void
name_owner(uid_t uid, gid_t gid, char *text, size_t space)
{
	const struct passwd *user = getpwuid(uid);
	const struct group *group;
	char name[MAX_OWNER / 2];

	if (user != NULL)
		snprintf(name, sizeof(name), "%s", user->pw_name);
	else
		snprintf(name, sizeof(name), "%ld", (long)uid);
	if ((group = getgrgid(gid)) != NULL)
		snprintf(text, space, "%s:%s", name, group->gr_name);
	else
		snprintf(text, space, "%s:%ld", name, (long)gid);
}

static void
write_command(struct diag *command, const char *path, const char *owner,
    mode_t mode, bool is_other_owner, bool is_other_mode)
{
	const struct shell_word who = shell_quote(owner),
				what = shell_operand(path);

	if (is_other_owner && is_other_mode)
		diag_set(command, STATUS_OK, "chown -h %s %s && chmod %04o %s",
		    who.text, what.text, (unsigned)mode, what.text);
	else if (is_other_owner)
		diag_set(command, STATUS_OK, "chown -h %s %s", who.text,
		    what.text);
	else
		diag_set(command, STATUS_OK, "chmod %04o %s", (unsigned)mode,
		    what.text);
}

void
mends_add(struct mends *mends, const struct session *session,
    const struct owners *owners, enum setup_thing thing, const char *name)
{
	const struct setup_owner wanted = setup_expect(owners, thing);
	char found[MAX_OWNER], owner[MAX_OWNER],
	    path[FILE_MAX_PATH + FILE_MAX_NAME];
	bool is_other_owner, is_other_mode;
	struct stat st;

	if (fstatat(session->state.fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
	    S_ISLNK(st.st_mode) || mends->count == MENDS_MAX)
		return;
	is_other_owner = st.st_uid != wanted.uid ||
	    (owners->by_root && st.st_gid != wanted.gid);
	is_other_mode =
	    owners->by_root && (st.st_mode & MODE_ALL) != wanted.mode;
	if (!is_other_owner && !is_other_mode)
		return;
	name_owner(st.st_uid, st.st_gid, found, sizeof(found));
	name_owner(wanted.uid, wanted.gid, owner, sizeof(owner));
	snprintf(path, sizeof(path), "%s%s", session->state.path,
	    strcmp(name, ".") == 0 ? "" : name);
	diag_set(&mends->of[mends->count].what, STATUS_OK,
	    "%s belongs to %s with mode %04o, not to %s with mode %04o", path,
	    found, (unsigned)(st.st_mode & MODE_ALL), owner,
	    (unsigned)wanted.mode);
	write_command(&mends->of[mends->count].command, path, owner,
	    wanted.mode, is_other_owner, is_other_mode);
	mends->of[mends->count].uid = st.st_uid;
	mends->of[mends->count].gid = st.st_gid;
	mends->count++;
}

static void
know_owner(struct doctor_hide *hide, uid_t uid, gid_t gid)
{
	const struct passwd *user = getpwuid(uid);
	const struct group *group;

	if (user != NULL)
		doctor_hide_know_login(hide, user->pw_name);
	if (gid >= PLACE_MIN_PERSON_UID && (group = getgrgid(gid)) != NULL)
		doctor_hide_know(hide, DOCTOR_HIDE_NAME, group->gr_name);
}

void
mends_tell(const struct mends *mends, struct doctor *doctor)
{
	size_t i;

	for (i = 0; i < mends->count; i++) {
		know_owner(doctor->hide, mends->of[i].uid, mends->of[i].gid);
		doctor_line(doctor, "%s", mends->of[i].command.text);
	}
	if (mends->count == 1)
		doctor_next(doctor, "run, as root: %s",
		    mends->of[0].command.text);
	else
		doctor_next(doctor,
		    "run, as root, the %zu commands above, below %s, which "
		    "begin with: %s",
		    mends->count, doctor_area_name(doctor->area),
		    mends->of[0].command.text);
}
