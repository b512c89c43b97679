/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Who owns the state, and who may read a record: what the options renewer and
 * reader mean on this host.
 */

#ifndef OWNERS_H
#define OWNERS_H

#include <stdbool.h>
#include <sys/types.h>

#include "conf.h"
#include "status.h"

struct owners {
	bool by_root;         /* it can give files away */
	uid_t renewer;        /* who owns tokens, grants, and the files there */
	gid_t renewer_group;  /* of grants, and of the files there */
	gid_t reader;         /* group of tokens; what is configured for all */
	gid_t account_reader; /* group of the account's record */
	struct diag warning;  /* what will not work well; "": nothing */
};

/*
 * Works it out for one account. For root, `renewer` is the user of that
 * option or else root, and a reader that is not set is the renewer's primary
 * group; for anybody else it is that user, and the options are passed over.
 * The warning tells of a renewer who is not in the reader's group, and of root
 * without a renewer.
 * STATUS_CONFIG names file and line of an unknown user or group;
 * STATUS_ACCESS when the users of the system cannot be asked; STATUS_NOMEM.
 */
enum status owners_look(const struct conf *conf, const char *account,
    struct owners *owners, struct diag *diag);

/* The same, and the warning goes to standard error. */
enum status owners_find(const struct conf *conf, const char *account,
    struct owners *owners, struct diag *diag);

/*
 * Is the user, whose own group is primary, in that group? True also where that
 * cannot be found out.
 */
bool owners_is_member(const char *user, gid_t primary, gid_t group);

#endif
