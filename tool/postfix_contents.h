/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Postfix's tables whose name is what they hold: "static:me:password",
 * "inline:{ host = me:password }", "pcre:{ ... }". Such a name is as secret as
 * a password map: it is shown as "static:...", and no program is given it.
 */

#ifndef POSTFIX_CONTENTS_H
#define POSTFIX_CONTENTS_H

#include "postfix_map.h"

#define POSTFIX_MAX_SHOWN 512

/* May its name hold what is in it? */
bool postfix_map_is_contents(const struct postfix_map *map);

/* "type:path"; "type:..." for what is no path of a file. */
void postfix_map_show(const struct postfix_map *map,
    char shown[POSTFIX_MAX_SHOWN]);

/* The same for a list of them. */
void postfix_maps_show(const char *maps, char shown[POSTFIX_MAX_SHOWN]);

/*
 * Looks a key up in such a table, without Postfix: value, a buffer for secrets,
 * gets what it has. STATUS_NOACCOUNT: it has none. STATUS_DATA: that cannot be
 * told here. STATUS_NOMEM.
 */
enum status postfix_contents_lookup(const struct postfix_map *map,
    const char *key, struct buf *value, struct diag *diag);

/* Appends the text of main.cf or master.cf with such names as they may be
 * shown, those in comments, too. */
void postfix_contents_hide(const char *text, struct buf *out);

#endif
