/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Paths of configuration and state. See place.h.
 *
 * Strings are joined by hand: each function taken from libc is looked up by
 * the dynamic linker in every program that loads the plugin.
 */

#include <stdlib.h>
#include <unistd.h>

#include "place.h"

/* One of the two things that have a place. */
struct thing {
	const char *variable;     /* names another place altogether */
	const char *xdg_variable; /* the user's directory for such things */
	const char *xdg_default;  /* the same, below HOME */
	const char *name;         /* in that directory */
	const char *system;       /* the system's */
	int mode;                 /* of access(2): what is shut is not there */
	bool own_is_first; /* where there is none, it is the user's to make */
};

static const struct thing conf_thing = {
	"SASL_BEARER_CONF",
	"XDG_CONFIG_HOME",
	"/.config",
	"/sasl-bearer.conf",
	SYSCONFDIR "/sasl-bearer.conf",
	F_OK,
	true,
};

static const struct thing state_thing = {
	"SASL_BEARER_STATE",
	"XDG_STATE_HOME",
	"/.local/state",
	"/sasl-bearer",
	LOCALSTATEDIR "/lib/sasl-bearer",
	X_OK,
	false,
};

/* path = a + b + c; "" when that does not fit. */
static void
join(char *path, const char *a, const char *b, const char *c)
{
	const char *parts[] = { a, b, c };
	unsigned length = 0, i;
	const char *p;

	for (i = 0; i < 3; i++)
		for (p = parts[i]; *p != '\0'; p++) {
			if (length == PLACE_MAX_PATH - 1) {
				path[0] = '\0';
				return;
			}
			path[length++] = *p;
		}
	path[length] = '\0';
}

static bool
exists(const char *path, const struct thing *thing)
{
	return path[0] != '\0' && access(path, thing->mode) == 0;
}

/* The user's own path; false where the environment does not tell one. */
static bool
own_path(char *path, const struct thing *thing)
{
	const char *base;

	if ((base = secure_getenv(thing->xdg_variable)) != NULL &&
	    base[0] == '/')
		join(path, base, "", thing->name);
	else if ((base = secure_getenv("HOME")) != NULL && base[0] == '/')
		join(path, base, thing->xdg_default, thing->name);
	else
		return false;
	return true;
}

/* Returns whether the thing exists. */
static bool
find(char *path, const struct thing *thing, bool person, bool create)
{
	const char *named;

	if ((named = secure_getenv(thing->variable)) != NULL) {
		join(path, named, "", "");
		return exists(path, thing);
	}
	if (person && own_path(path, thing)) {
		if (exists(path, thing))
			return true;
		if (create)
			return false;
	}
	join(path, thing->system, "", "");
	if (exists(path, thing))
		return true;
	if (person && thing->own_is_first && !own_path(path, thing))
		join(path, thing->system, "", "");
	return false;
}

void
place_find(struct place *place, enum place_use use)
{
	bool person = geteuid() >= PLACE_MIN_PERSON_UID;

	place->conf_exists = find(place->conf, &conf_thing, person, false);
	place->state_exists =
	    find(place->state, &state_thing, person, use == PLACE_CREATE);
}
