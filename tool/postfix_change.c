/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Changes in Postfix's configuration. See postfix_change.h.
 *
 * main.cf and master.cf are edited by postconf(1) alone: to be shown, in a copy
 * of both in a directory of our own.
 *
 * BUGS: What somebody else changes between the yes and the change is changed
 * as well as what was shown, for postconf(1) edits the file as it is then.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "postfix_change.h"
#include "postfix_contents.h"
#include "shellquote.h"
#include "textdiff.h"

/* A password map of ours holds no password, but others' entries may. */
#define MAP_MODE 0600

/* More parameters there are never to be changed. */
#define MAX_SETTINGS 32

static const char *const conf_names[] = { "main.cf", "master.cf" };

#define CONF_COUNT (sizeof(conf_names) / sizeof(conf_names[0]))

/* The name of a map without its type. */
static const char *
map_path(const char *map)
{
	const char *colon = strchr(map, ':');

	return colon != NULL ? colon + 1 : map;
}

void
postfix_change_format(const struct postfix *postfix,
    const struct postfix_change *change, char *line, size_t space)
{
	switch (change->kind) {
	case POSTFIX_SET:
		if (postfix_is_override(postfix, change->name))
			snprintf(line, space, "postconf -P '%s/unix/%s=%s'",
			    postfix->service.name, change->name, change->value);
		else
			snprintf(line, space, "%s =%s%s", change->name,
			    change->value[0] != '\0' ? " " : "", change->value);
		break;
	case POSTFIX_ENTRY:
		snprintf(line, space, "%s %s", change->key, change->value);
		break;
	case POSTFIX_RENAME:
		snprintf(line, space, "%s in the place of %s", change->value,
		    change->key);
		break;
	case POSTFIX_POSTMAP:
		snprintf(line, space, "postmap %s",
		    shell_operand(change->name).text);
		break;
	}
}

static enum status
run(const char *const *argv, struct diag *diag)
{
	struct program_output output;
	enum status r;

	program_output_init(&output, POSTFIX_MAX_OUTPUT);
	r = program_run(argv, POSTFIX_TIMEOUT_MS, &output, diag);
	if (r == STATUS_OK && output.code != 0)
		r = diag_set(diag, STATUS_CONFIG, "%s failed: %s", argv[0],
		    program_last_words(&output));
	program_output_clear(&output);
	return r;
}

/* Sets the parameters of main.cf, or those of a service in master.cf. */
static enum status
set_parameters(const struct postfix_judgement *judgement, const char *directory,
    bool is_master, struct diag *diag)
{
	const struct postfix *postfix = judgement->postfix;
	const char *argv[MAX_SETTINGS + 5] = { "postconf", "-c", directory,
		is_master ? "-P" : "-e" };
	char *settings[MAX_SETTINGS] = { NULL };
	const struct postfix_change *change;
	size_t i, count = 0;
	enum status r = STATUS_OK;

	for (i = 0; i < judgement->change_count && count < MAX_SETTINGS; i++) {
		change = &judgement->changes[i];
		if (change->kind != POSTFIX_SET ||
		    postfix_is_override(postfix, change->name) != is_master)
			continue;
		if (asprintf(&settings[count], "%s%s%s = %s",
			is_master ? postfix->service.name : "",
			is_master ? "/unix/" : "", change->name,
			change->value) < 0) {
			settings[count] = NULL;
			r = diag_set_nomem(diag);
			break;
		}
		argv[4 + count] = settings[count];
		count++;
	}
	if (r == STATUS_OK && count > 0)
		r = run(argv, diag);
	for (i = 0; i < count; i++)
		free(settings[i]);
	return r;
}

static enum status
set_all(const struct postfix_judgement *judgement, const char *directory,
    struct diag *diag)
{
	enum status r;

	r = set_parameters(judgement, directory, false, diag);
	if (r == STATUS_OK)
		r = set_parameters(judgement, directory, true, diag);
	return r;
}

/* "DIRECTORY/NAME" of Postfix's configuration. */
static void
conf_path_of(const struct postfix_judgement *judgement, const char *name,
    char path[POSTFIX_MAX_PATH])
{
	snprintf(path, POSTFIX_MAX_PATH, "%s/%s",
	    postfix_get(judgement->postfix, "config_directory"), name);
}

/* Both files in the directory of our own, before and after. */
static enum status
copy_conf(const struct postfix_judgement *judgement, const struct dir *copy,
    struct buf before[CONF_COUNT], struct diag *diag)
{
	char path[POSTFIX_MAX_PATH];
	enum status r = STATUS_OK;
	size_t i;

	for (i = 0; r == STATUS_OK && i < CONF_COUNT; i++) {
		conf_path_of(judgement, conf_names[i], path);
		if ((r = file_read_path(path, &before[i], diag)) == STATUS_OK)
			r = file_replace(copy, conf_names[i], 0600,
			    buf_text(&before[i]), before[i].length, diag);
	}
	return r;
}

/* What is no secret of it. */
static void
show_diff(const char *path, const char *before, const char *after,
    struct buf *out)
{
	const char *const texts[] = { before, after };
	struct buf shown[2];
	size_t i;

	for (i = 0; i < 2; i++) {
		buf_init(&shown[i], POSTFIX_MAX_SOURCE);
		postfix_contents_hide(texts[i], &shown[i]);
	}
	textdiff(path, buf_text(&shown[0]), buf_text(&shown[1]), out);
	for (i = 0; i < 2; i++)
		buf_clear(&shown[i]);
}

static enum status
show_conf_in(const struct postfix_judgement *judgement, const struct dir *copy,
    struct buf *out, struct diag *diag)
{
	struct buf before[CONF_COUNT], after;
	char path[POSTFIX_MAX_PATH];
	enum status r;
	size_t i;

	for (i = 0; i < CONF_COUNT; i++)
		buf_init_secret(&before[i], POSTFIX_MAX_SOURCE);
	r = copy_conf(judgement, copy, before, diag);
	if (r == STATUS_OK)
		r = set_all(judgement, copy->path, diag);
	for (i = 0; i < CONF_COUNT; i++) {
		buf_init_secret(&after, POSTFIX_MAX_SOURCE);
		if (r == STATUS_OK)
			r = file_read(copy, conf_names[i], &after, diag);
		conf_path_of(judgement, conf_names[i], path);
		if (r == STATUS_OK)
			show_diff(path, buf_text(&before[i]), buf_text(&after),
			    out);
		buf_clear(&after);
		buf_clear(&before[i]);
	}
	return r;
}

static enum status
show_conf(const struct postfix_judgement *judgement, struct buf *out,
    struct diag *diag)
{
	char path[] = "/tmp/sasl-bearer-XXXXXX";
	struct dir copy;
	enum status r;
	size_t i;

	if (mkdtemp(path) == NULL)
		return diag_set(diag, STATUS_ACCESS,
		    "cannot make a directory in /tmp: %s", strerror(errno));
	if ((r = dir_open(&copy, path, diag)) == STATUS_OK) {
		r = show_conf_in(judgement, &copy, out, diag);
		for (i = 0; i < CONF_COUNT; i++)
			(void)file_remove(&copy, conf_names[i], NULL);
		dir_close(&copy);
	}
	(void)rmdir(path);
	return r;
}

/* Is it the first change of that map's text? */
static bool
is_first_of_map(const struct postfix_judgement *judgement, size_t index)
{
	const struct postfix_change *change = judgement->changes;
	size_t i;

	if (change[index].kind == POSTFIX_SET ||
	    change[index].kind == POSTFIX_POSTMAP)
		return false;
	for (i = 0; i < index; i++)
		if ((change[i].kind == POSTFIX_ENTRY ||
			change[i].kind == POSTFIX_RENAME) &&
		    strcmp(change[i].name, change[index].name) == 0)
			return false;
	return true;
}

/* A map's text as it is, "" where there is none, and with all its changes. */
static enum status
change_map(const struct postfix_judgement *judgement, const char *map,
    struct buf *before, struct buf *after, struct diag *diag)
{
	const struct postfix_change *change;
	enum status r = STATUS_OK;
	struct buf text;
	size_t i;

	if (access(map_path(map), F_OK) == 0 &&
	    (r = file_read_path(map_path(map), before, diag)) != STATUS_OK)
		return r;
	buf_add_string(after, buf_text(before));
	for (i = 0; i < judgement->change_count; i++) {
		change = &judgement->changes[i];
		if (change->kind == POSTFIX_SET ||
		    change->kind == POSTFIX_POSTMAP ||
		    strcmp(change->name, map) != 0)
			continue;
		text = *after;
		buf_init_secret(after, POSTFIX_MAX_SOURCE);
		postfix_source_change(buf_text(&text), change, after);
		buf_clear(&text);
	}
	return buf_status(after) == STATUS_OK ? r : diag_set_nomem(diag);
}

/* Servers by sender are no secret, and have colons. */
static bool
is_route(const struct postfix_change *change)
{
	return change->kind == POSTFIX_ENTRY && change->value[0] == '[';
}

static enum status
show_map(const struct postfix_judgement *judgement,
    const struct postfix_change *change, struct buf *out, struct diag *diag)
{
	struct buf text[2], shown[2];
	enum status r;
	size_t i;

	for (i = 0; i < 2; i++) {
		buf_init_secret(&text[i], POSTFIX_MAX_SOURCE);
		buf_init(&shown[i], POSTFIX_MAX_SOURCE);
	}
	r = change_map(judgement, change->name, &text[0], &text[1], diag);
	for (i = 0; i < 2; i++) {
		if (is_route(change))
			buf_add_string(&shown[i], buf_text(&text[i]));
		else
			postfix_source_hide(buf_text(&text[i]),
			    postfix_delimiters(judgement->postfix), &shown[i]);
	}
	if (r == STATUS_OK)
		textdiff(map_path(change->name), buf_text(&shown[0]),
		    buf_text(&shown[1]), out);
	for (i = 0; i < 2; i++) {
		buf_clear(&text[i]);
		buf_clear(&shown[i]);
	}
	return r;
}

/* Is postmap(1) to be run once that change is made? */
static bool
needs_postmap(const struct postfix_change *change)
{
	const char *list = change->name;
	struct postfix_map map;

	return change->kind == POSTFIX_POSTMAP ||
	    (change->kind != POSTFIX_SET && postfix_map_next(&list, &map) &&
		postfix_map_suffix(&map) != NULL);
}

/* Each table once. */
static bool
is_postmap_due(const struct postfix_judgement *judgement, size_t index)
{
	const struct postfix_change *change = judgement->changes;
	size_t i;

	if (!needs_postmap(&change[index]))
		return false;
	for (i = 0; i < index; i++)
		if (needs_postmap(&change[i]) &&
		    strcmp(change[i].name, change[index].name) == 0)
			return false;
	return true;
}

enum status
postfix_change_show(const struct postfix_judgement *judgement, struct buf *out,
    struct diag *diag)
{
	const struct postfix_change *change = judgement->changes;
	enum status r;
	size_t i;

	r = show_conf(judgement, out, diag);
	for (i = 0; r == STATUS_OK && i < judgement->change_count; i++)
		if (is_first_of_map(judgement, i))
			r = show_map(judgement, &change[i], out, diag);
	for (i = 0; i < judgement->change_count; i++)
		if (is_postmap_due(judgement, i))
			buf_add_format(out, "postmap %s\n",
			    shell_operand(change[i].name).text);
	if (r == STATUS_OK && buf_status(out) != STATUS_OK)
		return diag_set_nomem(diag);
	return r;
}

/* Splits a path that is no link into an open directory and a name in it. */
static enum status
open_parent(const char *path, struct dir *dir, char name[FILE_MAX_NAME],
    struct diag *diag)
{
	char real[PATH_MAX], *slash;

	if (realpath(path, real) == NULL)
		snprintf(real, sizeof(real), "%s", path);
	slash = strrchr(real, '/');
	if (slash == NULL)
		return diag_set(diag, STATUS_CONFIG, "%s is no absolute path",
		    path);
	snprintf(name, FILE_MAX_NAME, "%s", slash + 1);
	*slash = '\0';
	return dir_open(dir, real[0] != '\0' ? real : "/", diag);
}

/* Keeps what is there, beside it, for whoever wants it back. */
static enum status
keep_file(const struct dir *dir, const char *name, struct diag *diag)
{
	char kept[FILE_MAX_NAME], now[CLOCK_TEXT_SIZE];
	struct stat st;
	struct buf text;
	enum status r;

	if (fstatat(dir->fd, name, &st, 0) != 0)
		return STATUS_OK;
	clock_format(clock_unix_s(), now);
	now[CLOCK_DATE_LENGTH] = 'T';
	now[strcspn(now, " ")] = '\0';
	snprintf(kept, sizeof(kept), "%.400s.before-%s", name, now);
	buf_init_secret(&text, POSTFIX_MAX_SOURCE);
	if ((r = file_read(dir, name, &text, diag)) == STATUS_OK)
		r = file_replace(dir, kept, st.st_mode & 07777, buf_text(&text),
		    text.length, diag);
	buf_clear(&text);
	return r;
}

static enum status
make_map(const struct postfix_judgement *judgement, const char *map,
    struct diag *diag)
{
	struct buf before, after;
	char name[FILE_MAX_NAME];
	struct dir dir;
	enum status r;

	buf_init_secret(&before, POSTFIX_MAX_SOURCE);
	buf_init_secret(&after, POSTFIX_MAX_SOURCE);
	r = change_map(judgement, map, &before, &after, diag);
	if (r == STATUS_OK &&
	    (r = open_parent(map_path(map), &dir, name, diag)) == STATUS_OK) {
		if ((r = keep_file(&dir, name, diag)) == STATUS_OK)
			r = file_replace(&dir, name, MAP_MODE, buf_text(&after),
			    after.length, diag);
		dir_close(&dir);
	}
	buf_clear(&before);
	buf_clear(&after);
	return r;
}

/* main.cf and, where a service is changed, master.cf. */
static enum status
keep_conf(const struct postfix_judgement *judgement, struct diag *diag)
{
	const struct postfix_change *change;
	bool is_changed[CONF_COUNT] = { false };
	char path[POSTFIX_MAX_PATH], name[FILE_MAX_NAME];
	enum status r = STATUS_OK;
	struct dir dir;
	size_t i;

	for (i = 0; i < judgement->change_count; i++) {
		change = &judgement->changes[i];
		if (change->kind == POSTFIX_SET)
			is_changed[postfix_is_override(judgement->postfix,
			    change->name)] = true;
	}
	for (i = 0; r == STATUS_OK && i < CONF_COUNT; i++) {
		conf_path_of(judgement, conf_names[i], path);
		if (!is_changed[i] ||
		    (r = open_parent(path, &dir, name, diag)) != STATUS_OK)
			continue;
		r = keep_file(&dir, name, diag);
		dir_close(&dir);
	}
	return r;
}

/* Owner and mode as they were: postconf(1) lets everybody read what it has
 * written, and in main.cf there may be a password. */
static enum status
keep_modes(const struct postfix_judgement *judgement,
    const struct stat before[CONF_COUNT], struct diag *diag)
{
	char path[POSTFIX_MAX_PATH];
	struct stat now;
	int fd, done;
	size_t i;

	for (i = 0; i < CONF_COUNT; i++) {
		conf_path_of(judgement, conf_names[i], path);
		if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) < 0)
			continue;
		done = fstat(fd, &now);
		if (done == 0 &&
		    (now.st_uid != before[i].st_uid ||
			now.st_gid != before[i].st_gid))
			done = fchown(fd, before[i].st_uid, before[i].st_gid);
		if (done == 0 && now.st_mode != before[i].st_mode)
			done = fchmod(fd, before[i].st_mode & 07777);
		close(fd);
		if (done != 0)
			return diag_set(diag, STATUS_ACCESS,
			    "cannot give %s its owner and mode back: %s", path,
			    strerror(errno));
	}
	return STATUS_OK;
}

/* Sets them where Postfix reads them. */
static enum status
set_in_force(const struct postfix_judgement *judgement, struct diag *diag)
{
	struct stat before[CONF_COUNT];
	char path[POSTFIX_MAX_PATH];
	enum status r;
	size_t i;

	for (i = 0; i < CONF_COUNT; i++) {
		conf_path_of(judgement, conf_names[i], path);
		if (stat(path, &before[i]) != 0)
			return diag_set(diag, STATUS_ACCESS,
			    "cannot look at %s: %s", path, strerror(errno));
	}
	r = set_all(judgement,
	    postfix_get(judgement->postfix, "config_directory"), diag);
	return r == STATUS_OK ? keep_modes(judgement, before, diag) : r;
}

enum status
postfix_change_make(const struct postfix_judgement *judgement,
    struct diag *diag)
{
	const struct postfix_change *change = judgement->changes;
	const char *postmap[] = { "postmap", NULL, NULL };
	enum status r = STATUS_OK;
	size_t i;

	/* The maps first: main.cf may not name one that is not there. */
	for (i = 0; r == STATUS_OK && i < judgement->change_count; i++)
		if (is_first_of_map(judgement, i))
			r = make_map(judgement, change[i].name, diag);
	for (i = 0; r == STATUS_OK && i < judgement->change_count; i++) {
		if (!is_postmap_due(judgement, i))
			continue;
		postmap[1] = change[i].name;
		r = run(postmap, diag);
	}
	if (r == STATUS_OK)
		r = keep_conf(judgement, diag);
	if (r == STATUS_OK)
		r = set_in_force(judgement, diag);
	return r;
}

enum status
postfix_reload(bool *is_running, struct diag *diag)
{
	static const char *const status[] = { "postfix", "status", NULL };
	static const char *const reload[] = { "postfix", "reload", NULL };

	*is_running = run(status, diag) == STATUS_OK;
	return *is_running ? run(reload, diag) : STATUS_OK;
}
