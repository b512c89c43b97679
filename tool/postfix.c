/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What postconf(1) says. See postfix.h.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "postfix.h"

/* Where the chroot of a service that does not say is the default: since this
 * compatibility_level it is no. */
#define LEVEL_NO_CHROOT 1

void
postfix_init(struct postfix *postfix)
{
	memset(postfix, 0, sizeof(*postfix));
	program_output_init(&postfix->values.output, POSTFIX_MAX_OUTPUT);
	program_output_init(&postfix->own.output, POSTFIX_MAX_OUTPUT);
	program_output_init(&postfix->overrides.output, POSTFIX_MAX_OUTPUT);
	program_output_init(&postfix->types, POSTFIX_MAX_OUTPUT);
}

static void
clear_pairs(struct postfix_pairs *pairs)
{
	free(pairs->pairs);
	program_output_clear(&pairs->output);
}

void
postfix_clear(struct postfix *postfix)
{
	clear_pairs(&postfix->values);
	clear_pairs(&postfix->own);
	clear_pairs(&postfix->overrides);
	program_output_clear(&postfix->types);
	postfix_init(postfix);
}

bool
postfix_parse_pairs(struct postfix_pairs *pairs)
{
	struct buf *text = &pairs->output.out;
	char *line, *end, *value;
	size_t i, count = 1;

	for (i = 0; i < text->length; i++)
		count += text->data[i] == '\n';
	if ((pairs->pairs = calloc(count, sizeof(*pairs->pairs))) == NULL)
		return false;
	for (line = text->data; line != NULL && *line != '\0'; line = end) {
		end = line + strcspn(line, "\n");
		if (*end == '\n')
			*end++ = '\0';
		if ((value = strchr(line, '=')) == NULL)
			continue;
		pairs->pairs[pairs->count].name = line;
		pairs->pairs[pairs->count++].value =
		    value + 1 + strspn(value + 1, " ");
		while (value > line && value[-1] == ' ')
			value--;
		*value = '\0';
	}
	return true;
}

/* NULL: there is none. */
static const char *
find(const struct postfix_pairs *pairs, const char *name)
{
	size_t i;

	for (i = 0; i < pairs->count; i++)
		if (strcmp(pairs->pairs[i].name, name) == 0)
			return pairs->pairs[i].value;
	return NULL;
}

/* One field of a line; "" behind the last. */
static void
take_field(const char **line, char *field, size_t space)
{
	size_t length;

	*line += strspn(*line, " \t");
	length = strcspn(*line, " \t\n");
	snprintf(field, space, "%.*s", (int)length, *line);
	*line += length;
}

bool
postfix_find_service(const char *lines, const char *name,
    struct postfix_service *service)
{
	char fields[8][POSTFIX_MAX_SERVICE];
	size_t i;

	while (*lines != '\0') {
		for (i = 0; i < 8; i++)
			take_field(&lines, fields[i], sizeof(fields[i]));
		lines += strcspn(lines, "\n");
		lines += *lines == '\n';
		if (strcmp(fields[0], name) != 0 ||
		    strcmp(fields[1], "unix") != 0)
			continue;
		snprintf(service->name, sizeof(service->name), "%s", fields[0]);
		snprintf(service->command, sizeof(service->command), "%s",
		    fields[7]);
		service->chroot = fields[4][0];
		return true;
	}
	return false;
}

/* "smtp/unix/NAME", under which postconf -P knows it. */
static const char *
find_override(const struct postfix *postfix, const char *name)
{
	char key[3 * POSTFIX_MAX_SERVICE];

	if (snprintf(key, sizeof(key), "%s/unix/%s", postfix->service.name,
		name) >= (int)sizeof(key))
		return NULL;
	return find(&postfix->overrides, key);
}

const char *
postfix_get(const struct postfix *postfix, const char *name)
{
	const char *value = find_override(postfix, name);

	if (value == NULL)
		value = find(&postfix->values, name);
	return value != NULL ? value : "";
}

bool
postfix_is_yes(const struct postfix *postfix, const char *name)
{
	return strcasecmp(postfix_get(postfix, name), "yes") == 0;
}

bool
postfix_is_override(const struct postfix *postfix, const char *name)
{
	return find_override(postfix, name) != NULL;
}

bool
postfix_is_own(const struct postfix *postfix, const char *name)
{
	return find(&postfix->own, name) != NULL;
}

bool
postfix_has_type(const struct postfix *postfix, const char *type)
{
	const char *line = buf_text(&postfix->types.out);
	size_t length = strlen(type), end;

	for (; *line != '\0'; line += end + (line[end] == '\n')) {
		end = strcspn(line, "\n");
		if (end == length && strncmp(line, type, end) == 0)
			return true;
	}
	return false;
}

const char *
postfix_default_hop(const struct postfix *postfix)
{
	const char *colon =
	    strchr(postfix_get(postfix, "default_transport"), ':');

	/* What follows another service is no server: "error:no mail". */
	return colon != NULL && postfix->has_service ? colon + 1 : "";
}

const char *
postfix_relays(const struct postfix *postfix)
{
	const char *hop = postfix_default_hop(postfix);

	return hop[0] != '\0' ? hop : postfix_get(postfix, "relayhost");
}

const char *
postfix_delimiters(const struct postfix *postfix)
{
	const char *delimiters =
	    postfix_get(postfix, "smtp_sasl_password_result_delimiter");

	return delimiters[0] != '\0' ? delimiters : ":";
}

const char *
postfix_environment(const struct postfix *postfix, const char *name)
{
	static char found[1024];
	const char *at = postfix_get(postfix, "import_environment");
	size_t length = strlen(name), end;

	for (; *at != '\0'; at += end) {
		at += strspn(at, " ,\t{}");
		end = strcspn(at, " ,\t{}");
		if (end <= length || strncmp(at, name, length) != 0 ||
		    at[length] != '=' || end - length > sizeof(found))
			continue;
		snprintf(found, sizeof(found), "%.*s", (int)(end - length - 1),
		    at + length + 1);
		return found;
	}
	return NULL;
}

bool
postfix_imports(const struct postfix *postfix, const char *name)
{
	const char *at = postfix_get(postfix, "import_environment");
	size_t length = strlen(name), end;

	for (; *at != '\0'; at += end) {
		at += strspn(at, " ,\t{}");
		end = strcspn(at, " ,\t{}");
		if (end == length && strncmp(at, name, length) == 0)
			return true;
	}
	return false;
}

/* One question. Postfix's own words where it cannot answer. */
static enum status
ask(struct program_output *output, const char *option, struct diag *diag)
{
	const char *const argv[] = { "postconf", option, NULL };
	enum status r;

	r = program_run(argv, POSTFIX_TIMEOUT_MS, output, diag);
	if (r != STATUS_OK || output->code == 0)
		return r;
	return diag_set(diag, STATUS_CONFIG,
	    "Postfix's configuration cannot be read: %s",
	    program_last_words(output));
}

static enum status
ask_pairs(struct postfix_pairs *pairs, const char *option, struct diag *diag)
{
	enum status r;

	if ((r = ask(&pairs->output, option, diag)) != STATUS_OK)
		return r;
	return postfix_parse_pairs(pairs) ? STATUS_OK : diag_set_nomem(diag);
}

/* Which service takes what is for other hosts, and how it runs. */
static enum status
find_delivery(struct postfix *postfix, struct diag *diag)
{
	struct program_output services;
	char name[POSTFIX_MAX_SERVICE];
	const char *transport;
	enum status r;

	program_output_init(&services, POSTFIX_MAX_OUTPUT);
	transport = find(&postfix->values, "default_transport");
	snprintf(name, sizeof(name), "%.*s",
	    transport != NULL ? (int)strcspn(transport, ":") : 0,
	    transport != NULL ? transport : "");
	if ((r = ask(&services, "-M", diag)) == STATUS_OK)
		postfix->has_service =
		    postfix_find_service(buf_text(&services.out), name,
			&postfix->service) &&
		    strcmp(postfix->service.command, "smtp") == 0;
	program_output_clear(&services);
	postfix->is_chrooted = postfix->service.chroot == 'y' ||
	    (postfix->service.chroot == '-' &&
		strtod(postfix_get(postfix, "compatibility_level"), NULL) <
		    LEVEL_NO_CHROOT);
	return r;
}

enum status
postfix_load(struct postfix *postfix, struct diag *diag)
{
	enum status r;

	if ((r = ask_pairs(&postfix->values, "-x", diag)) != STATUS_OK ||
	    (r = ask_pairs(&postfix->own, "-n", diag)) != STATUS_OK ||
	    (r = ask_pairs(&postfix->overrides, "-Px", diag)) != STATUS_OK ||
	    (r = ask(&postfix->types, "-m", diag)) != STATUS_OK)
		return r;
	return find_delivery(postfix, diag);
}
