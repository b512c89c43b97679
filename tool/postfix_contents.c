/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Tables whose name is what they hold. See postfix_contents.h.
 *
 * BUGS: a value that main.cf gives a name of its own ("pw = ...", for
 * "static:me:$pw") cannot be told from other settings.
 */

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "postfix_contents.h"
#include "postfix_relay.h"

#define BLANKS " \t\r\n"

#define NAME_CHARS \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

#define HIDDEN "..."

static bool
is_contents_type(const char *type, size_t length)
{
	static const char *const types[] = { "static", "inline", "unionmap",
		"pipemap", "randmap", "debug", "fail" };
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strlen(types[i]) == length &&
		    strncmp(types[i], type, length) == 0)
			return true;
	return false;
}

bool
postfix_map_is_contents(const struct postfix_map *map)
{
	return is_contents_type(map->type, strlen(map->type)) ||
	    strchr(map->path, '{') != NULL;
}

void
postfix_map_show(const struct postfix_map *map, char shown[POSTFIX_MAX_SHOWN])
{
	bool is_file = map->path[0] == '/' && !postfix_map_is_contents(map);

	snprintf(shown, POSTFIX_MAX_SHOWN, "%s%s%.470s", map->type,
	    map->type[0] != '\0' ? ":" : "", is_file ? map->path : HIDDEN);
}

void
postfix_maps_show(const char *maps, char shown[POSTFIX_MAX_SHOWN])
{
	char one[POSTFIX_MAX_SHOWN];
	struct postfix_map map;
	size_t used = 0;

	shown[0] = '\0';
	while (used < POSTFIX_MAX_SHOWN && postfix_map_next(&maps, &map)) {
		postfix_map_show(&map, one);
		used += (size_t)snprintf(shown + used, POSTFIX_MAX_SHOWN - used,
		    "%s%s", used > 0 ? ", " : "", one);
	}
}

static void
strip_blanks(const char **text, size_t *length)
{
	while (*length > 0 && strchr(BLANKS, (*text)[*length - 1]) != NULL)
		--*length;
	while (*length > 0 && strchr(BLANKS, **text) != NULL) {
		++*text;
		--*length;
	}
}

/* Takes blanks from both ends, and then one pair of braces. False: it is not
 * in braces, and stays. */
static bool
strip_braces(const char **text, size_t *length)
{
	strip_blanks(text, length);
	if (*length < 2 || (*text)[0] != '{' || (*text)[*length - 1] != '}')
		return false;
	++*text;
	*length -= 2;
	return true;
}

/* "key = value", in braces or not. False: it is another key's. */
static bool
take_value(const char *item, const char *key, struct buf *value)
{
	size_t length = strlen(item), name;
	const char *equals;

	(void)strip_braces(&item, &length);
	if ((equals = memchr(item, '=', length)) == NULL)
		return false;
	name = (size_t)(equals - item);
	length -= name + 1;
	strip_blanks(&item, &name);
	if (name != strlen(key) || strncasecmp(item, key, name) != 0)
		return false;
	equals++;
	strip_blanks(&equals, &length);
	buf_add(value, equals, length);
	return true;
}

/* "{ key = value, { key = value } }". */
static enum status
look_up_inline(const char *text, const char *key, struct buf *value,
    struct diag *diag)
{
	char inside[POSTFIX_MAX_PATH], item[POSTFIX_MAX_PATH];
	size_t length = strlen(text);
	const char *rest = inside;
	bool found = false;

	if (!strip_braces(&text, &length))
		return diag_set(diag, STATUS_DATA,
		    "inline:" HIDDEN " is not in braces");
	snprintf(inside, sizeof(inside), "%.*s", (int)length, text);
	while (!found && postfix_item_next(&rest, item, sizeof(item)))
		found = take_value(item, key, value);
	explicit_bzero(inside, sizeof(inside));
	explicit_bzero(item, sizeof(item));
	if (!found)
		return diag_set(diag, STATUS_NOACCOUNT, "%s", "");
	return buf_status(value) == STATUS_OK ? STATUS_OK :
						diag_set_nomem(diag);
}

enum status
postfix_contents_lookup(const struct postfix_map *map, const char *key,
    struct buf *value, struct diag *diag)
{
	if (!map->is_cut && strcmp(map->type, "inline") == 0)
		return look_up_inline(map->path, key, value, diag);
	if (!map->is_cut && strcmp(map->type, "static") == 0 &&
	    map->path[0] != '{') {
		buf_add_string(value, map->path);
		return buf_status(value) == STATUS_OK ? STATUS_OK :
							diag_set_nomem(diag);
	}
	return diag_set(diag, STATUS_DATA,
	    "%s:" HIDDEN " is not looked into, for what it holds is in its "
	    "name",
	    map->type);
}

/* Does a setting end there? */
static bool
is_end(const char *text)
{
	return text[0] == '\n' &&
	    (text[1] == '\0' || strchr(" \t#", text[1]) == NULL);
}

/* How long a name is that begins there: to a blank or comma out of braces, or
 * to the end of the setting. */
static size_t
span_name(const char *text)
{
	size_t at, depth = 0;

	for (at = 0; text[at] != '\0'; at++) {
		if (is_end(text + at))
			break;
		if (text[at] == '{')
			depth++;
		else if (text[at] == '}' && depth > 0)
			depth--;
		else if (depth == 0 && strchr(BLANKS ",", text[at]) != NULL)
			break;
	}
	return at;
}

static bool
is_word(const char *text, size_t length, const char *word)
{
	return strlen(word) == length && strncmp(text, word, length) == 0;
}

/* "static:rest", as the manual of smtp_sasl_mechanism_filter has it. */
static bool
is_rest(const char *text, size_t length)
{
	const char *name = text + length + 1;

	return is_word(text, length, "static") &&
	    is_word(name, span_name(name), "rest");
}

/* Is what follows the name, and a colon, to be hidden? Of passwords it is
 * whatever is no path, for a type may be misspelt. */
static bool
is_secret(const char *text, size_t length, bool is_of_passwords)
{
	if (text[length] != ':' || is_word(text, length, "proxy") ||
	    (!is_of_passwords && is_rest(text, length)))
		return false;
	return is_contents_type(text, length) || text[length + 1] == '{' ||
	    (is_of_passwords && text[length + 1] != '/');
}

void
postfix_contents_hide(const char *text, struct buf *out)
{
	bool is_of_passwords = false;
	size_t length;

	while (*text != '\0') {
		if (is_end(text))
			is_of_passwords = false;
		length = strspn(text, NAME_CHARS);
		if (length == 0) {
			buf_add(out, text++, 1);
			continue;
		}
		buf_add(out, text, length);
		if (is_word(text, length, POSTFIX_PASSWORDS))
			is_of_passwords = true;
		if (is_secret(text, length, is_of_passwords)) {
			buf_add_string(out, ":" HIDDEN);
			length += 1 + span_name(text + length + 1);
		}
		text += length;
	}
}
