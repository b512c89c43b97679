/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Postfix's tables as files: whether they can be opened, whether they are new,
 * and what stands in them by line. See postfix_relay.h.
 */

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "postfix_contents.h"
#include "postfix_relay.h"
#include "shellquote.h"

/* In one source; counts down *index for each that is wanted. */
static bool
find_in(const struct postfix_source *source, postfix_is_wanted *is_wanted,
    const void *wanted, size_t *index, struct postfix_entry_place *place)
{
	size_t i;

	for (i = 0; i < source->count; i++) {
		if (!is_wanted(&source->entries[i], wanted) || (*index)-- > 0)
			continue;
		snprintf(place->key, sizeof(place->key), "%s",
		    source->entries[i].key);
		place->line = source->entries[i].line;
		return true;
	}
	return false;
}

static bool
find_at(const struct postfix_judgement *judgement, const char *parameter,
    postfix_is_wanted *is_wanted, const void *wanted, size_t index,
    struct postfix_entry_place *place)
{
	const char *list = postfix_get(judgement->postfix, parameter);
	struct postfix_source source;
	struct postfix_map map;
	bool found = false;

	while (!found && postfix_map_next(&list, &map)) {
		if (!postfix_map_has_source(&map))
			continue;
		postfix_source_init(&source);
		if (postfix_source_read(&source, map.path, NULL) == STATUS_OK)
			found =
			    find_in(&source, is_wanted, wanted, &index, place);
		postfix_source_clear(&source);
		if (!found)
			continue;
		if (strchr(place->key, '@') != NULL)
			doctor_hide_know_login(judgement->hide, place->key);
		else
			doctor_hide_know_server(judgement->hide, place->key);
		snprintf(place->map, sizeof(place->map), "%s:%s", map.type,
		    map.path);
		snprintf(place->path, sizeof(place->path), "%s", map.path);
	}
	return found;
}

bool
postfix_find_entry(const struct postfix_judgement *judgement,
    const char *parameter, postfix_is_wanted *is_wanted, const void *wanted,
    struct postfix_entry_place *place)
{
	return find_at(judgement, parameter, is_wanted, wanted, 0, place);
}

static bool
is_sender(const struct postfix_entry *entry, const void *wanted)
{
	(void)wanted;
	return strchr(entry->key, '@') != NULL;
}

bool
postfix_find_sender(const struct postfix_judgement *judgement, size_t index,
    struct postfix_entry_place *place)
{
	return find_at(judgement, POSTFIX_PASSWORDS, is_sender, NULL, index,
	    place);
}

/* May Postfix's user read it? Groups beside its own are not asked for. */
static bool
may_read(const struct postfix *postfix, const char *path)
{
	const struct passwd *user =
	    getpwnam(postfix_get(postfix, "mail_owner"));
	struct stat st;

	if (user == NULL || stat(path, &st) != 0)
		return false;
	if (st.st_uid == user->pw_uid)
		return (st.st_mode & S_IRUSR) != 0;
	if (st.st_gid == user->pw_gid)
		return (st.st_mode & S_IRGRP) != 0;
	return (st.st_mode & S_IROTH) != 0;
}

/* The file that postmap(1) makes; path is the source's. */
static bool
judge_made(struct postfix_judgement *judgement, const struct postfix_map *map)
{
	const char *suffix = postfix_map_suffix(map);
	char made[POSTFIX_MAX_PATH + 8], text[POSTFIX_MAX_MAP];
	struct stat source, table;
	bool is_there;

	if (suffix == NULL || stat(map->path, &source) != 0)
		return true;
	snprintf(made, sizeof(made), "%s%s", map->path, suffix);
	snprintf(text, sizeof(text), "%s:%s", map->type, map->path);
	is_there = stat(made, &table) == 0;
	if (is_there && table.st_mtime >= source.st_mtime)
		return true;
	if (!is_there)
		postfix_find(judgement, DOCTOR_WRONG, STATUS_CONFIG,
		    "there is no %s: Postfix reads that, and not the text %s",
		    made, map->path);
	else
		postfix_find(judgement, DOCTOR_WARNING, STATUS_CONFIG,
		    "%s is older than %s: Postfix does not know what was "
		    "changed there",
		    made, map->path);
	postfix_change(judgement, POSTFIX_POSTMAP, text, NULL, "%s", "");
	return is_there;
}

static bool
judge_text(struct postfix_judgement *judgement, const struct postfix_map *map,
    const char *parameter)
{
	const char *suffix = postfix_map_suffix(map);
	char made[POSTFIX_MAX_PATH + 8];
	const char *account = postfix_only_account(judgement);

	snprintf(made, sizeof(made), "%s%s", map->path,
	    suffix != NULL ? suffix : "");
	if (access(map->path, F_OK) == 0 || access(made, F_OK) == 0)
		return true;
	postfix_find(judgement, DOCTOR_WRONG, STATUS_CONFIG,
	    "%s names %s, and there is no such file: Postfix delivers nothing",
	    parameter, map->path);
	if (strcmp(parameter, POSTFIX_PASSWORDS) != 0)
		postfix_next(judgement,
		    "make the file %s, or take it out of %s", map->path,
		    parameter);
	else if (account != NULL && judgement->relay.text[0] != '\0')
		postfix_want_login_of(judgement, &judgement->relay, account);
	else
		postfix_next_login(judgement, judgement->account);
	return false;
}

/* proxymap(8) opens it as Postfix's user, smtp(8) as root. */
static void
judge_owner(struct postfix_judgement *judgement, const struct postfix_map *map)
{
	const char *owner = postfix_get(judgement->postfix, "mail_owner");

	if (!map->is_proxied || may_read(judgement->postfix, map->path))
		return;
	postfix_find(judgement, DOCTOR_WRONG, STATUS_CONFIG,
	    "%s is opened by way of proxy:, as %s, who may not read it",
	    map->path, owner);
	postfix_next(judgement, "run: chgrp %s %s && chmod g+r %s", owner,
	    shell_operand(map->path).text, shell_operand(map->path).text);
}

static bool
judge_table(struct postfix_judgement *judgement, const struct postfix_map *map,
    const char *parameter)
{
	char shown[POSTFIX_MAX_SHOWN];

	if (map->type[0] == '\0' ||
	    !postfix_has_type(judgement->postfix, map->type)) {
		postfix_map_show(map, shown);
		postfix_find(judgement, DOCTOR_WRONG, STATUS_CONFIG,
		    "%s: this Postfix has no tables of the type '%s' (%s)",
		    parameter, map->type, shown);
		postfix_next(judgement,
		    "use one of those that postconf -m shows: texthash needs "
		    "no postmap");
		return false;
	}
	if (!postfix_map_has_source(map))
		return true;
	judge_owner(judgement, map);
	return judge_text(judgement, map, parameter) &&
	    judge_made(judgement, map);
}

bool
postfix_judge_tables(struct postfix_judgement *judgement, const char *parameter)
{
	const char *list = postfix_get(judgement->postfix, parameter);
	struct postfix_map map;
	bool is_usable = true;

	while (postfix_map_next(&list, &map))
		is_usable =
		    judge_table(judgement, &map, parameter) && is_usable;
	return is_usable;
}
