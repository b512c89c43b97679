/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Where the configuration and the state of this process's user lie.
 *
 *	system	SYSCONFDIR/sasl-bearer.conf  LOCALSTATEDIR/lib/sasl-bearer
 *	own	$XDG_CONFIG_HOME/sasl-bearer.conf  $XDG_STATE_HOME/sasl-bearer
 *
 * with ~/.config and ~/.local/state where the XDG variables are not set (XDG
 * Base Directory Specification 0.8). Root and system users have the system's.
 * Anybody else has their own where it exists, and else the system's; where
 * there is no configuration at all, its path is that of their own.
 * SASL_BEARER_CONF and SASL_BEARER_STATE name another place. The environment
 * is read with secure_getenv(): a set-user-id program has the system's.
 *
 * This is part of what every SASL program runs when it starts, so it parses
 * nothing, allocates nothing and takes three functions from libc.
 */

#ifndef PLACE_H
#define PLACE_H

#include <stdbool.h>

/* Longer paths are as if they did not exist. */
#define PLACE_MAX_PATH 1024

/* Users below have no home of their own (Debian's and Fedora's UID_MIN). */
#define PLACE_MIN_PERSON_UID 1000

struct place {
	char conf[PLACE_MAX_PATH];  /* file; "" when the path is too long */
	char state[PLACE_MAX_PATH]; /* directory; likewise */
	bool conf_exists;
	bool state_exists; /* and may be entered */
};

/* What the caller is about to do with the state. */
enum place_use {
	PLACE_READ,   /* use what is there */
	PLACE_CREATE, /* log somebody in: a person's state is their own */
};

/* Fills the place. Makes at most four access(2) calls. */
void place_find(struct place *place, enum place_use use);

#endif
