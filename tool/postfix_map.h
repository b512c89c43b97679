/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Postfix's lookup tables, and the mail servers that are named in them. What
 * is in a password map may be secret.
 */

#ifndef POSTFIX_MAP_H
#define POSTFIX_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "status.h"

#define POSTFIX_MAX_HOST 256
#define POSTFIX_MAX_PORT 32
#define POSTFIX_MAX_TYPE 32
#define POSTFIX_MAX_PATH 1024

/* A source with more is not read: nobody writes it by hand. */
#define POSTFIX_MAX_SOURCE (1024 * 1024)

/* Where mail is handed to: "[smtp.example.com]:587". */
struct postfix_destination {
	char text[POSTFIX_MAX_HOST + POSTFIX_MAX_PORT]; /* as it is written */
	char host[POSTFIX_MAX_HOST];
	char port[POSTFIX_MAX_PORT]; /* "" where none is written */
	bool is_bracketed;           /* no MX is looked up */
};

/*
 * Takes the next one from a list that is separated by commas or blanks, moving
 * the pointer behind it. What is in braces is not parted. False at its end;
 * what is longer than the space is cut.
 */
bool postfix_item_next(const char **list, char *item, size_t space);

/* The same for destinations. */
bool postfix_destination_next(const char **list,
    struct postfix_destination *destination);

/* The port as a number, by its well-known names too; 0: unknown. */
unsigned postfix_destination_port(const struct postfix_destination *one);

/* Are both the same host and port, however they are written? */
bool postfix_destination_is_same(const struct postfix_destination *one,
    const struct postfix_destination *other);

/* One table of a list: "texthash:/etc/postfix/sasl_passwd". */
struct postfix_map {
	char type[POSTFIX_MAX_TYPE]; /* "" where there is no type */
	char path[POSTFIX_MAX_PATH]; /* what follows */
	bool is_proxied;             /* proxy: stood before it */
	bool is_cut;                 /* the path was longer */
};

/* The same for tables. The path may be secret (postfix_contents.h). */
bool postfix_map_next(const char **list, struct postfix_map *map);

/* Is it made from a text that can be read, of lines "key value"? */
bool postfix_map_has_source(const struct postfix_map *map);

/* The file that postmap(1) makes of the source: ".db"; NULL: it makes none. */
const char *postfix_map_suffix(const struct postfix_map *map);

/* Is the source gone, and what was made of it still there? Then that alone has
 * the entries, and a new source would take them away. */
bool postfix_map_lacks_source(const struct postfix_map *map);

/* A line of a source. */
struct postfix_entry {
	char *key, *value;
	unsigned line; /* its number, from 1 */
};

struct postfix_source {
	struct buf text; /* secret; owns what is pointed to */
	struct postfix_entry *entries;
	size_t count;
};

/* Makes it empty. */
void postfix_source_init(struct postfix_source *source);
void postfix_source_clear(struct postfix_source *source);

/*
 * Reads the source of a map. STATUS_NOACCOUNT: there is no such file.
 * STATUS_ACCESS, STATUS_DATA, STATUS_NOMEM. To be cleared in any case.
 */
enum status postfix_source_read(struct postfix_source *source, const char *path,
    struct diag *diag);

/* The same of the text that is in the source already, which it takes apart. */
enum status postfix_source_parse(struct postfix_source *source,
    struct diag *diag);

/* The entry of that key, however its letters are written; NULL: none. */
const struct postfix_entry *postfix_source_find(
    const struct postfix_source *source, const char *key);

/*
 * Asks postmap(1) for a key in a list of tables, which it does as Postfix
 * would; value, a buffer for secrets, gets what the first of them has.
 * STATUS_NOACCOUNT: none has it. STATUS_CONFIG with Postfix's words where a
 * table cannot be opened; else as program_run(). A table whose name is what it
 * holds is not shown to postmap(1): as postfix_contents_lookup().
 */
enum status postfix_map_lookup(const char *maps, const char *key,
    struct buf *value, struct diag *diag);

#endif
