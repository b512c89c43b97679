/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Another user's rights. See become.h.
 */

#include <errno.h>
#include <grp.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#elif defined(__FreeBSD__)
#include <sys/procctl.h>
#endif
#include <sys/resource.h>
#include <unistd.h>

#include "become.h"

enum status
become_private(void)
{
	const struct rlimit no_core = { 0, 0 };

	if (setrlimit(RLIMIT_CORE, &no_core) != 0)
		return STATUS_ACCESS;
#ifdef __linux__
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 ? STATUS_OK :
							 STATUS_ACCESS;
#elif defined(__FreeBSD__)
	int closed = PROC_TRACE_CTL_DISABLE;

	return procctl(P_PID, getpid(), PROC_TRACE_CTL, &closed) == 0 ?
	    STATUS_OK :
	    STATUS_ACCESS;
#else
	return STATUS_OK;
#endif
}

static enum status
refused(const struct become *become, const char *what, struct diag *diag)
{
	return diag_set(diag, STATUS_ACCESS, "cannot become %.60s: %s: %s",
	    become->user, what, strerror(errno));
}

static enum status
take_rights(const struct become *become, struct diag *diag)
{
	if (setgid(become->gid) != 0)
		return refused(become, "setgid", diag);
	if (setuid(become->uid) != 0)
		return refused(become, "setuid", diag);
	if (become->uid != 0 && setuid(0) == 0)
		return diag_set(diag, STATUS_BUG, "rights could be got back");
	/* A change of user may have opened the process again. */
	if (become_private() != STATUS_OK)
		return refused(become, "not to be looked into", diag);
	return STATUS_OK;
}

enum status
become_user(const struct become *become, struct diag *diag)
{
	/* The groups' names are outside of the root. */
	if (become->user != NULL && initgroups(become->user, become->gid) != 0)
		return refused(become, "its groups", diag);
	if (become->root != NULL &&
	    (chroot(become->root) != 0 || chdir("/") != 0))
		return diag_set(diag, STATUS_ACCESS, "cannot enter %.200s: %s",
		    become->root, strerror(errno));
	return become->user != NULL ? take_rights(become, diag) : STATUS_OK;
}
