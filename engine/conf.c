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
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "conf.h"
#include "conf_check.h"
#include "file.h"
#include "provider.h"

#define SECTION_ACCOUNT "account"
#define SECTION_PROVIDER "provider"

struct value {
	char *text;
	int seconds;
	int line; /* 0: not set */
};

struct section {
	unsigned scope; /* OPTION_IN_... */
	char *title;
	struct value values[OPTION_COUNT];
};

struct conf {
	char *path;
	struct section *sections; /* the first is what is outside of them */
	size_t count;
};

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

static struct section *
add_section(struct conf *conf, unsigned scope, const char *title)
{
	struct section *sections, *section;

	sections = realloc(conf->sections,
	    (conf->count + 1) * sizeof(*sections));
	if (sections == NULL)
		return NULL;
	conf->sections = sections;
	section = &sections[conf->count];
	memset(section, 0, sizeof(*section));
	section->scope = scope;
	if ((section->title = string_copy(title)) == NULL)
		return NULL;
	conf->count++;
	return section;
}

static struct section *
find_section(const struct conf *conf, unsigned scope, const char *title)
{
	size_t i;

	for (i = 0; i < conf->count; i++)
		if (conf->sections[i].scope == scope &&
		    strcmp(conf->sections[i].title, title) == 0)
			return &conf->sections[i];
	return NULL;
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
		    OPTION_IN_ACCOUNT : OPTION_IN_PROVIDER;
	}
	section = find_section(parse.conf, scope, title);
	if (section == NULL)
		section = add_section(parse.conf, scope, title);
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

static enum status
read_file(struct conf *conf, struct buf *text, struct diag *diag)
{
	enum status r;

	r = file_read_path(conf->path, text, diag);
	if (r == STATUS_NOACCOUNT)
		r = STATUS_OK;
	if (r == STATUS_OK && text->length != strlen(buf_text(text)))
		return diag_set(diag, STATUS_CONFIG,
		    "%s contains a NUL byte, so it is not a configuration",
		    conf->path);
	if (text->length > 0 && text->data[text->length - 1] != '\n')
		buf_add(text, "\n", 1);
	buf_add_string(text, END_LINE);
	return r;
}

enum status
conf_load(struct conf **result, const char *path, struct diag *diag)
{
	struct conf *conf = calloc(1, sizeof(*conf));
	enum status r = STATUS_NOMEM;
	struct buf text;

	buf_init(&text, CONF_MAX_FILE);
	if (conf == NULL || (conf->path = string_copy(path)) == NULL ||
	    add_section(conf, OPTION_IN_GLOBAL, "") == NULL) {
		diag_set_nomem(diag);
		goto out;
	}
	if ((r = read_file(conf, &text, diag)) != STATUS_OK)
		goto out;
	pthread_mutex_lock(&parse_lock);
	parse.conf = conf;
	parse.diag = diag;
	parse.status = STATUS_OK;
	parse.is_whole = false;
	r = parse_text(buf_text(&text));
	pthread_mutex_unlock(&parse_lock);
	if (r != STATUS_OK)
		goto out;
	*result = conf;
	conf = NULL; /* now the caller's */
out:
	conf_free(&conf);
	buf_clear(&text);
	return r;
}

void
conf_free(struct conf **conf)
{
	size_t i, option;

	if (*conf == NULL)
		return;
	for (i = 0; i < (*conf)->count; i++) {
		for (option = 0; option < OPTION_COUNT; option++)
			free((*conf)->sections[i].values[option].text);
		free((*conf)->sections[i].title);
	}
	free((*conf)->sections);
	free((*conf)->path);
	free(*conf);
	*conf = NULL;
}

const char *
conf_path(const struct conf *conf)
{
	return conf->path;
}

bool
conf_has_account(const struct conf *conf, const char *account)
{
	return find_section(conf, OPTION_IN_ACCOUNT, account) != NULL;
}

const char *
conf_account_at(const struct conf *conf, size_t index)
{
	size_t i;

	for (i = 0; i < conf->count; i++)
		if (conf->sections[i].scope == OPTION_IN_ACCOUNT &&
		    index-- == 0)
			return conf->sections[i].title;
	return NULL;
}

/* The section's value, where it has one and nothing nearer had. */
static void
apply_section(struct settings *settings, const struct section *section)
{
	size_t i;

	if (section == NULL)
		return;
	for (i = 0; i < OPTION_COUNT; i++) {
		const struct value *value = &section->values[i];

		if (value->line == 0 || settings->origin[i] != ORIGIN_UNSET)
			continue;
		settings->text[i] = value->text;
		settings->seconds[i] = value->seconds;
		settings->origin[i] = ORIGIN_FILE;
		settings->line[i] = value->line;
	}
}

/* A preset's value with the tenant in it. */
static enum status
expand(struct settings *settings, enum option option, const char *value)
{
	static const char mark[] = "{tenant}";
	const char *found = strstr(value, mark);
	const char *tenant = settings->text[OPTION_TENANT];
	struct buf text;

	if (found == NULL || tenant == NULL) {
		settings->text[option] = value;
		return STATUS_OK;
	}
	buf_init(&text, CONF_MAX_VALUE);
	buf_add(&text, value, (size_t)(found - value));
	buf_add_string(&text, tenant);
	buf_add_string(&text, found + strlen(mark));
	if (buf_status(&text) == STATUS_OK)
		settings->expanded[option] = string_copy(buf_text(&text));
	buf_clear(&text);
	settings->text[option] = settings->expanded[option];
	return settings->text[option] != NULL ? STATUS_OK : STATUS_NOMEM;
}

/* OPTION_TENANT comes before the options that it is put into. */
static enum status
apply_preset(struct settings *settings, const struct provider *preset)
{
	enum status r;
	size_t i;

	for (i = 0; preset != NULL && i < OPTION_COUNT; i++) {
		if (preset->values[i] == NULL ||
		    settings->origin[i] != ORIGIN_UNSET)
			continue;
		settings->origin[i] = ORIGIN_PRESET;
		if ((r = expand(settings, (enum option)i, preset->values[i])) !=
		    STATUS_OK)
			return r;
	}
	return STATUS_OK;
}

static void
apply_defaults(struct settings *settings)
{
	size_t i;

	for (i = 0; i < OPTION_COUNT; i++) {
		if (conf_options[i].fallback == NULL ||
		    settings->origin[i] != ORIGIN_UNSET)
			continue;
		settings->text[i] = conf_options[i].fallback;
		settings->origin[i] = ORIGIN_DEFAULT;
		conf_check_value((enum option)i, settings->text[i],
		    &settings->seconds[i], NULL);
	}
}

/* The account's provider, which may be the default one; NULL: none. */
static const char *
choose_provider(struct settings *settings, const struct section *global)
{
	const struct value *value = &global->values[OPTION_DEFAULT_PROVIDER];

	if (settings->origin[OPTION_PROVIDER] == ORIGIN_UNSET &&
	    value->line != 0) {
		settings->text[OPTION_PROVIDER] = value->text;
		settings->origin[OPTION_PROVIDER] = ORIGIN_FILE;
		settings->line[OPTION_PROVIDER] = value->line;
	}
	return settings->text[OPTION_PROVIDER];
}

enum status
conf_resolve(const struct conf *conf, const char *account,
    struct settings *settings, struct diag *diag)
{
	const struct section *section = NULL, *provider = NULL;
	const struct provider *preset = NULL;
	const char *name;

	memset(settings, 0, sizeof(*settings));
	if (account != NULL)
		section = find_section(conf, OPTION_IN_ACCOUNT, account);
	apply_section(settings, section);
	name = choose_provider(settings, &conf->sections[0]);
	if (name != NULL) {
		provider = find_section(conf, OPTION_IN_PROVIDER, name);
		preset = provider_find(name);
	}
	apply_section(settings, provider);
	apply_section(settings, &conf->sections[0]);
	if (name != NULL && provider == NULL && preset == NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "%s, line %d: there is no provider \"%s\"; it is neither a "
		    "preset (office365, google) nor a provider section",
		    conf->path, settings->line[OPTION_PROVIDER], name);
	if (apply_preset(settings, preset) != STATUS_OK) {
		settings_clear(settings);
		return diag_set_nomem(diag);
	}
	apply_defaults(settings);
	return STATUS_OK;
}

void
settings_clear(struct settings *settings)
{
	size_t i;

	for (i = 0; i < OPTION_COUNT; i++)
		free(settings->expanded[i]);
	memset(settings, 0, sizeof(*settings));
}

void
settings_apply_users(const struct settings *settings, struct record *record)
{
	static const enum option users[RECORD_SERVICE_COUNT] = {
		[RECORD_SERVICE_ANY] = OPTION_USER,
		[RECORD_SERVICE_SMTP] = OPTION_USER_SMTP,
		[RECORD_SERVICE_IMAP] = OPTION_USER_IMAP,
		[RECORD_SERVICE_POP] = OPTION_USER_POP,
		[RECORD_SERVICE_LDAP] = OPTION_USER_LDAP,
	};
	int service;

	for (service = 0; service < RECORD_SERVICE_COUNT; service++)
		record_set_user(record, (enum record_service)service,
		    settings->text[users[service]]);
}
