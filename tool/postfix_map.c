/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Lookup tables of Postfix. See postfix_map.h.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "file.h"
#include "postfix.h"
#include "postfix_contents.h"

#define SEPARATORS " ,\t\r\n"

/* How postmap(1) begins where it cannot do it. */
#define FATAL "fatal: "

/* How many bytes there are up to a separator that is in no braces. Where those
 * do not end, it is all: as Postfix sees it. */
static size_t
span_item(const char *text)
{
	size_t at, depth = 0;

	for (at = 0; text[at] != '\0'; at++) {
		if (text[at] == '{')
			depth++;
		else if (text[at] == '}' && depth > 0)
			depth--;
		else if (depth == 0 && strchr(SEPARATORS, text[at]) != NULL)
			break;
	}
	return at;
}

bool
postfix_item_next(const char **list, char *item, size_t space)
{
	size_t length;

	*list += strspn(*list, SEPARATORS);
	length = span_item(*list);
	snprintf(item, space, "%.*s", (int)length, *list);
	*list += length;
	return length > 0;
}

bool
postfix_destination_next(const char **list,
    struct postfix_destination *destination)
{
	const char *text, *end;

	memset(destination, 0, sizeof(*destination));
	text = destination->text;
	if (!postfix_item_next(list, destination->text,
		sizeof(destination->text)))
		return false;
	destination->is_bracketed =
	    text[0] == '[' && (end = strchr(text, ']')) != NULL;
	if (destination->is_bracketed)
		text++;
	else
		end = text + strcspn(text, ":");
	snprintf(destination->host, sizeof(destination->host), "%.*s",
	    (int)(end - text), text);
	end += *end == ']';
	if (*end == ':')
		snprintf(destination->port, sizeof(destination->port), "%.*s",
		    POSTFIX_MAX_PORT - 1, end + 1);
	return true;
}

unsigned
postfix_destination_port(const struct postfix_destination *one)
{
	static const struct {
		const char *name;
		unsigned port;
	} known[] = {
		{ "", 25 },
		{ "smtp", 25 },
		{ "submission", 587 },
		{ "submissions", 465 },
		{ "smtps", 465 },
		{ "urd", 465 },
	};
	char *end;
	unsigned long number;
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcasecmp(one->port, known[i].name) == 0)
			return known[i].port;
	number = strtoul(one->port, &end, 10);
	return *end == '\0' && number < 65536 ? (unsigned)number : 0;
}

bool
postfix_destination_is_same(const struct postfix_destination *one,
    const struct postfix_destination *other)
{
	return strcasecmp(one->host, other->host) == 0 &&
	    postfix_destination_port(one) == postfix_destination_port(other);
}

bool
postfix_map_next(const char **list, struct postfix_map *map)
{
	char item[POSTFIX_MAX_PATH + POSTFIX_MAX_TYPE];
	const char *rest = item, *colon;

	memset(map, 0, sizeof(*map));
	if (!postfix_item_next(list, item, sizeof(item)))
		return false;
	map->is_cut = strlen(item) == sizeof(item) - 1;
	while (strncmp(rest, "proxy:", strlen("proxy:")) == 0) {
		map->is_proxied = true;
		rest += strlen("proxy:");
	}
	if ((colon = strchr(rest, ':')) != NULL)
		snprintf(map->type, sizeof(map->type), "%.*s",
		    (int)(colon - rest), rest);
	rest = colon != NULL ? colon + 1 : rest;
	map->is_cut = map->is_cut || strlen(rest) >= sizeof(map->path);
	snprintf(map->path, sizeof(map->path), "%.*s", POSTFIX_MAX_PATH - 1,
	    rest);
	explicit_bzero(item, sizeof(item));
	return true;
}

/* What postmap(1) makes of a source. */
static const struct {
	const char *type, *suffix;
} kinds[] = {
	{ "texthash", NULL },
	{ "hash", ".db" },
	{ "btree", ".db" },
	{ "lmdb", ".lmdb" },
	{ "cdb", ".cdb" },
	{ "dbm", ".pag" },
	{ "sdbm", ".pag" },
};

#define KIND_COUNT (sizeof(kinds) / sizeof(kinds[0]))

bool
postfix_map_has_source(const struct postfix_map *map)
{
	size_t i;

	for (i = 0; i < KIND_COUNT; i++)
		if (strcmp(map->type, kinds[i].type) == 0)
			return true;
	return false;
}

const char *
postfix_map_suffix(const struct postfix_map *map)
{
	size_t i;

	for (i = 0; i < KIND_COUNT; i++)
		if (strcmp(map->type, kinds[i].type) == 0)
			return kinds[i].suffix;
	return NULL;
}

bool
postfix_map_lacks_source(const struct postfix_map *map)
{
	const char *suffix = postfix_map_suffix(map);
	char made[POSTFIX_MAX_PATH + 8];

	if (suffix == NULL)
		return false;
	snprintf(made, sizeof(made), "%s%s", map->path, suffix);
	return access(map->path, F_OK) != 0 && access(made, F_OK) == 0;
}

void
postfix_source_init(struct postfix_source *source)
{
	memset(source, 0, sizeof(*source));
	buf_init_secret(&source->text, POSTFIX_MAX_SOURCE);
}

void
postfix_source_clear(struct postfix_source *source)
{
	free(source->entries);
	buf_clear(&source->text);
	postfix_source_init(source);
}

/* The lines that begin with a blank belong to the one before: joins them. */
static void
join_lines(char *text)
{
	for (; *text != '\0'; text++)
		if (text[0] == '\n' && (text[1] == ' ' || text[1] == '\t'))
			text[0] = '\r';
}

/* A line "key value", with "\r" for the ends of the lines that it is made of. */
static void
add_entry(struct postfix_source *source, char *line, unsigned number)
{
	struct postfix_entry *entry = &source->entries[source->count];
	size_t length;
	char *end;

	line += strspn(line, " \t\r");
	if (*line == '\0' || *line == '#')
		return;
	length = strcspn(line, " \t\r");
	entry->key = line;
	entry->value = line + length + strspn(line + length, " \t\r");
	line[length] = '\0';
	for (end = entry->value + strlen(entry->value);
	     end > entry->value && strchr(" \t\r", end[-1]) != NULL;)
		*--end = '\0';
	entry->line = number;
	source->count++;
}

static unsigned
count_joined(const char *line)
{
	unsigned count = 1;

	for (; *line != '\0'; line++)
		count += *line == '\r';
	return count;
}

enum status
postfix_source_parse(struct postfix_source *source, struct diag *diag)
{
	char *line = source->text.data, *end;
	unsigned number = 1, joined;
	size_t i, count = 1;

	for (i = 0; i < source->text.length; i++)
		count += source->text.data[i] == '\n';
	source->entries = calloc(count, sizeof(*source->entries));
	if (source->entries == NULL)
		return diag_set_nomem(diag);
	if (line == NULL)
		return STATUS_OK;
	join_lines(line);
	for (; *line != '\0'; line = end, number += joined) {
		end = line + strcspn(line, "\n");
		if (*end == '\n')
			*end++ = '\0';
		joined = count_joined(line);
		add_entry(source, line, number);
	}
	return STATUS_OK;
}

enum status
postfix_source_read(struct postfix_source *source, const char *path,
    struct diag *diag)
{
	enum status r;

	if (access(path, F_OK) != 0)
		return diag_set(diag, STATUS_NOACCOUNT, "there is no %s", path);
	if ((r = file_read_path(path, &source->text, diag)) != STATUS_OK)
		return r;
	return postfix_source_parse(source, diag);
}

const struct postfix_entry *
postfix_source_find(const struct postfix_source *source, const char *key)
{
	size_t i;

	for (i = 0; i < source->count; i++)
		if (strcasecmp(source->entries[i].key, key) == 0)
			return &source->entries[i];
	return NULL;
}

static enum status
ask(const char *map, const char *key, struct buf *value, struct diag *diag)
{
	const char *const argv[] = { "postmap", "-q", key, map, NULL };
	struct program_output output;
	const char *words;
	enum status r;

	program_output_init(&output, 0);
	buf_init_secret(&output.out, POSTFIX_MAX_SOURCE);
	r = program_run(argv, POSTFIX_TIMEOUT_MS, &output, diag);
	words = program_last_words(&output);
	if (r == STATUS_OK && strstr(words, FATAL) != NULL)
		r = diag_set(diag, STATUS_CONFIG, "%s",
		    strstr(words, FATAL) + strlen(FATAL));
	else if (r == STATUS_OK && output.code != 0)
		r = diag_set(diag, STATUS_NOACCOUNT, "%s", "");
	if (r == STATUS_OK)
		buf_add(value, buf_text(&output.out),
		    strcspn(buf_text(&output.out), "\n"));
	program_output_clear(&output);
	if (r == STATUS_OK && buf_status(value) != STATUS_OK)
		return diag_set_nomem(diag);
	return r;
}

enum status
postfix_map_lookup(const char *maps, const char *key, struct buf *value,
    struct diag *diag)
{
	char text[POSTFIX_MAX_PATH + POSTFIX_MAX_TYPE + 1];
	struct postfix_map map;
	enum status r = diag_set(diag, STATUS_NOACCOUNT, "%s", "");

	/* proxymap(8), which may not run, opens what is behind "proxy:". */
	while (r == STATUS_NOACCOUNT && postfix_map_next(&maps, &map)) {
		if (map.is_cut || postfix_map_is_contents(&map)) {
			r = postfix_contents_lookup(&map, key, value, diag);
			continue;
		}
		snprintf(text, sizeof(text), "%s%s%s", map.type,
		    map.type[0] != '\0' ? ":" : "", map.path);
		r = ask(text, key, value, diag);
	}
	return r;
}
