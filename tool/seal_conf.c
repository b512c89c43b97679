/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Another grant_key. See seal_conf.h.
 *
 * The parser tells the line of each option; the value is looked for in it. What
 * comes of that is given to the parser again, so that a line that is written
 * unlike others cannot be spoilt.
 */

#include <string.h>

#include "seal_conf.h"

static bool
is_same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static void
add_line(struct buf *out, enum option option, const char *value)
{
	buf_add_string(out, conf_options[option].name);
	buf_add_string(out, " = \"");
	buf_add_string(out, value);
	buf_add_string(out, "\"\n");
}

/* One line, with the value that it has replaced; quotes stay as they are. */
static void
add_changed(struct buf *out, const char *line, size_t length, const char *value,
    const char *new)
{
	const char *found = memmem(line, length, value, strlen(value));
	size_t before;

	if (found == NULL) {
		buf_add(out, line, length);
		return;
	}
	before = (size_t)(found - line);
	buf_add(out, line, before);
	buf_add_string(out, new);
	before += strlen(value);
	buf_add(out, line + before, length - before);
}

static void
edit(const struct settings *settings, const struct buf *before,
    const char *path, struct buf *out)
{
	const char *present = settings->text[OPTION_GRANT_KEY];
	const char *old = settings->text[OPTION_GRANT_KEY_OLD];
	int at = settings->line[OPTION_GRANT_KEY];
	int at_old = settings->line[OPTION_GRANT_KEY_OLD];
	const char *line = buf_text(before), *end = line + before->length;
	size_t length;
	int number;

	for (number = 1; line < end; line += length, number++) {
		length = strcspn(line, "\n");
		length += line[length] == '\n';
		if (present != NULL && number == at)
			add_changed(out, line, length, present, path);
		else if (present != NULL && old != NULL && number == at_old)
			add_changed(out, line, length, old, present);
		else
			buf_add(out, line, length);
		if (length > 0 && line[length - 1] != '\n')
			buf_add(out, "\n", 1);
		if (present != NULL && old == NULL && number == at)
			add_line(out, OPTION_GRANT_KEY_OLD, present);
	}
	if (present == NULL) {
		buf_add_string(out, before->length > 0 ? "\n" : "");
		add_line(out, OPTION_GRANT_KEY, path);
	}
}

/* Does the text mean what it shall? */
static bool
is_right(const struct buf *text, const char *path, const char *old)
{
	struct conf *conf = NULL;
	struct settings settings;
	bool is_right;

	if (conf_load_with(&conf, "", buf_text(text), NULL) != STATUS_OK)
		return false;
	(void)conf_resolve(conf, NULL, &settings, NULL);
	is_right = is_same(settings.text[OPTION_GRANT_KEY], path) &&
	    is_same(settings.text[OPTION_GRANT_KEY_OLD], old);
	settings_clear(&settings);
	conf_free(&conf);
	return is_right;
}

enum status
seal_conf_edit(const struct conf *conf, const struct buf *before,
    const char *path, struct buf *out, struct diag *diag)
{
	struct settings settings;
	const char *old;
	enum status r;

	(void)conf_resolve(conf, NULL, &settings, NULL);
	old = settings.text[OPTION_GRANT_KEY];
	if (old == NULL)
		old = settings.text[OPTION_GRANT_KEY_OLD];
	edit(&settings, before, path, out);
	if ((r = buf_status(out)) != STATUS_OK)
		r = diag_set_nomem(diag);
	else if (!is_right(out, path, old))
		r = diag_set(diag, STATUS_CONFIG,
		    "%s is not written so that it can be changed here; write "
		    "grant_key = \"%s\"%s%s%s into it yourself, and run this "
		    "again",
		    conf_path(conf), path,
		    old != NULL ? " and grant_key_old = \"" : "",
		    old != NULL ? old : "", old != NULL ? "\"" : "");
	settings_clear(&settings);
	return r;
}
