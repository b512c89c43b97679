/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Reads the configuration file with libconfuse. See conf.h.
 *
 * libconfuse knows the grammar. Which option may stand where, what it may say
 * and which line it is on is decided here, in the callback for each value.
 *
 * BUGS: libconfuse's scanner has one state for the whole process, so files are
 * read one at a time, under a lock.
 */

#include <confuse.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "conf_check.h"
#include "conf_sections.h"
#include "file.h"

#define SECTION_ACCOUNT "account"
#define SECTION_PROVIDER "provider"

/* What the callbacks work on; see BUGS. */
static pthread_mutex_t parse_lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
	struct conf *conf;
	struct diag *diag;
	enum status status;
	bool is_whole; /* the end was reached outside of all sections */
} parse;

/*
 * libconfuse takes the end of the file for the end of a section. So a line is
 * added behind the file, with an option that can stand outside only.
 */
#define END_OPTION "__end_of_file"
#define END_LINE END_OPTION " = 1\n"

static void
fail(enum status status, int line, const char *text)
{
	if (parse.status == STATUS_OK)
		parse.status = diag_set(parse.diag, status, "%s, line %d: %s",
		    parse.conf->path, line, text);
}

/* The section that libconfuse is in, made when it is met first. */
static struct section *
current_section(cfg_t *cfg)
{
	unsigned scope = OPTION_IN_GLOBAL;
	const char *title = "";
	struct section *section;

	if (cfg_title(cfg) != NULL) {
		title = cfg_title(cfg);
		scope = strcmp(cfg_name(cfg), SECTION_ACCOUNT) == 0 ?
		    OPTION_IN_ACCOUNT :
		    OPTION_IN_PROVIDER;
	}
	section = conf_find_section(parse.conf, scope, title);
	if (section == NULL)
		section = conf_add_section(parse.conf, scope, title);
	if (section == NULL)
		parse.status = diag_set_nomem(parse.diag);
	return section;
}

/* One value; called by libconfuse, which goes on if this returns 0. */
static int
take_value(cfg_t *cfg, cfg_opt_t *opt, const char *text, void *result)
{
	enum option option;
	struct section *section;
	struct value *value;
	struct diag reason;
	char repeated[128];

	*(const char **)result = text;
	if ((section = current_section(cfg)) == NULL ||
	    !conf_find_option(opt->name, &option))
		return -1;
	value = &section->values[option];
	if (value->line != 0) {
		snprintf(repeated, sizeof(repeated),
		    "%s stands in line %d already; remove one of them",
		    opt->name, value->line);
		fail(STATUS_CONFIG, cfg->line, repeated);
		return -1;
	}
	if (conf_check_value(option, text, &value->seconds, &reason) !=
	    STATUS_OK) {
		fail(STATUS_CONFIG, cfg->line, reason.text);
		return -1;
	}
	value->line = cfg->line;
	if ((value->text = string_copy(text)) != NULL)
		return 0;
	parse.status = diag_set_nomem(parse.diag);
	return -1;
}

static int
take_end(cfg_t *cfg, cfg_opt_t *opt, const char *text, void *result)
{
	(void)cfg;
	(void)opt;
	parse.is_whole = true;
	*(const char **)result = text;
	return 0;
}

/* An account or provider section has ended; an empty one counts as well. */
static int
take_section(cfg_t *cfg, cfg_opt_t *opt)
{
	struct diag reason;
	cfg_t *section;

	section = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);
	if (section == NULL || current_section(section) == NULL)
		return -1;
	if (conf_check_title(cfg_title(section), &reason) == STATUS_OK)
		return 0;
	fail(STATUS_CONFIG, cfg->line, reason.text);
	return -1;
}

/* libconfuse's own complaints: grammar, unknown options, equal titles. */
static void take_error(cfg_t *cfg, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

static void
take_error(cfg_t *cfg, const char *format, va_list arguments)
{
	char text[DIAG_MAX_TEXT];
	struct diag better;

	if (vsnprintf(text, sizeof(text), format, arguments) < 0)
		text[0] = '\0';
	if (strstr(text, END_OPTION) != NULL)
		diag_set(&better, STATUS_CONFIG,
		    "the file ends within a section; close it with }");
	else
		conf_improve_error(text, &better);
	fail(STATUS_CONFIG, cfg->line, better.text);
}

/* The rows of one scope as libconfuse wants them, ended by CFG_END. */
static void
fill_options(cfg_opt_t *options, unsigned scope)
{
	const cfg_opt_t end = CFG_END();
	size_t count = 0, i;

	for (i = 0; i < OPTION_COUNT; i++) {
		const cfg_opt_t row = CFG_STR_CB(conf_options[i].name, NULL,
		    CFGF_NODEFAULT, take_value);

		if ((conf_options[i].scopes & scope) != 0)
			options[count++] = row;
	}
	options[count] = end;
}

static enum status
parse_text(const char *text)
{
	cfg_opt_t account[OPTION_COUNT + 1], provider[OPTION_COUNT + 1];
	cfg_opt_t global[OPTION_COUNT + 4];
	const cfg_opt_t others[] = {
		CFG_SEC(SECTION_ACCOUNT, account,
		    CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
		CFG_SEC(SECTION_PROVIDER, provider,
		    CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
		CFG_STR_CB(END_OPTION, NULL, CFGF_NODEFAULT, take_end),
		CFG_END(),
	};
	size_t end = 0;
	cfg_t *cfg;

	fill_options(account, OPTION_IN_ACCOUNT);
	fill_options(provider, OPTION_IN_PROVIDER);
	fill_options(global, OPTION_IN_GLOBAL);
	while (global[end].name != NULL)
		end++;
	memcpy(&global[end], others, sizeof(others));

	if ((cfg = cfg_init(global, CFGF_NONE)) == NULL)
		return diag_set_nomem(parse.diag);
	cfg_set_error_function(cfg, take_error);
	cfg_set_validate_func(cfg, SECTION_ACCOUNT, take_section);
	cfg_set_validate_func(cfg, SECTION_PROVIDER, take_section);
	if (cfg_parse_buf(cfg, text) != CFG_SUCCESS)
		fail(STATUS_CONFIG, cfg->line, "this is not understood");
	else if (!parse.is_whole)
		fail(STATUS_CONFIG, cfg->line,
		    "the file ends within a string or a comment");
	cfg_free(cfg);
	return parse.status;
}

/* The end of the quoted string at p: behind its closing quote. */
static char *
skip_string(char *p)
{
	char quote = *p++;

	while (*p != '\0' && *p != quote)
		p += *p == '\\' && p[1] != '\0' ? 2 : 1;
	return *p == '\0' ? p : p + 1;
}

/*
 * Makes comments blank: libconfuse 3.3 counts a line with one as two or three,
 * and would name the wrong line in every sentence. A comment without an end is
 * left for it to complain of.
 */
static void
blank_comments(char *text)
{
	char *p = text, *end;

	while (*p != '\0') {
		if (*p == '"' || *p == '\'') {
			p = skip_string(p);
			continue;
		}
		end = NULL;
		if (*p == '#' || strncmp(p, "//", 2) == 0)
			end = p + strcspn(p, "\n");
		else if (strncmp(p, "/*", 2) == 0 &&
		    (end = strstr(p + 2, "*/")) != NULL)
			end += 2;
		if (end == NULL)
			p++;
		for (; end != NULL && p < end; p++)
			if (*p != '\n')
				*p = ' ';
	}
}

/*
 * What libconfuse would take for something else than is meant: it drops a +
 * outside of quotes, and puts the host program's environment in place of ${}.
 * NULL when there is no such thing; else what it is, and its line.
 */
static const char *
find_trap(char *text, int *line)
{
	char *p = text, *end;

	for (*line = 1; *p != '\0'; p = end) {
		end = *p == '"' || *p == '\'' ? skip_string(p) : p + 1;
		if (*p == '+')
			return "there is a + outside of quotes; put the value "
			       "in quotes";
		for (; p < end; p++) {
			if (strncmp(p, "${", 2) == 0)
				return "${ has no meaning here; write the "
				       "value itself";
			*line += *p == '\n';
		}
	}
	return NULL;
}

static enum status
read_file(struct conf *conf, struct buf *text, struct diag *diag)
{
	const char *trap;
	int line;
	enum status r;

	conf->owner = FILE_NOBODY;
	r = file_read_path_owner(conf->path, &conf->owner, text, diag);
	if (r == STATUS_NOACCOUNT)
		r = STATUS_OK;
	if (r != STATUS_OK)
		return r;
	if (text->length != strlen(buf_text(text)))
		return diag_set(diag, STATUS_CONFIG,
		    "%s contains a NUL byte, so it is not a configuration",
		    conf->path);
	if (text->length > 0 && text->data[text->length - 1] != '\n')
		buf_add(text, "\n", 1);
	if (conf->addition != NULL) {
		buf_add_string(text, conf->addition);
		buf_add(text, "\n", 1);
	}
	buf_add_string(text, END_LINE);
	if (buf_status(text) != STATUS_OK)
		return diag_set_nomem(diag);
	blank_comments(text->data);
	if ((trap = find_trap(text->data, &line)) != NULL)
		return diag_set(diag, STATUS_CONFIG, "%s, line %d: %s",
		    conf->path, line, trap);
	return STATUS_OK;
}

enum status
conf_parse_file(struct conf *conf, struct diag *diag)
{
	struct buf text;
	enum status r;

	buf_init(&text,
	    CONF_MAX_FILE + sizeof(END_LINE) + 2 +
		(conf->addition != NULL ? strlen(conf->addition) : 0));
	if ((r = read_file(conf, &text, diag)) == STATUS_OK) {
		pthread_mutex_lock(&parse_lock);
		parse.conf = conf;
		parse.diag = diag;
		parse.status = STATUS_OK;
		parse.is_whole = false;
		r = parse_text(buf_text(&text));
		pthread_mutex_unlock(&parse_lock);
	}
	buf_clear(&text);
	return r;
}
