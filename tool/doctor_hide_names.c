/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What stands for whom. See doctor_hide_names.h.
 */

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "conf_check.h"
#include "doctor_hide_names.h"
#include "place.h"
#include "provider.h"
#include "words.h"

/* A label that says whose a name is has more letters than "co" and "com". */
#define MIN_LABEL 4

#define MIN_VALUE 2

#define NOBODY "nobody"

/* Names before an "@" that say of nobody who it is, and words of sentences. */
#define ROLES \
	"abuse account accounts admin administrator backup billing client " \
	"configuration contact grant help helpdesk hello hostmaster info " \
	"invoice login mail mailer marketing module monitor monitoring " \
	"network news nobody noreply no-reply notifications office postfix " \
	"postmaster program relay root sales scanner security server " \
	"service smtp state support system test token user webmaster"

static const char *const kind_names[DOCTOR_HIDE_KIND_COUNT] = {
	[DOCTOR_HIDE_USER] = "user",
	[DOCTOR_HIDE_HOST] = "host",
	[DOCTOR_HIDE_IP] = "ip",
	[DOCTOR_HIDE_ID] = "id",
	[DOCTOR_HIDE_NAME] = "name",
	[DOCTOR_HIDE_SECRET] = "[hidden]",
};

enum status
doctor_hide_new(struct doctor_hide **hide)
{
	*hide = calloc(1, sizeof(**hide));
	return *hide != NULL ? STATUS_OK : STATUS_NOMEM;
}

void
doctor_hide_free(struct doctor_hide **hide)
{
	size_t i;

	if (*hide == NULL)
		return;
	for (i = 0; i < (*hide)->count; i++) {
		explicit_bzero((*hide)->names[i].value,
		    strlen((*hide)->names[i].value));
		free((*hide)->names[i].value);
	}
	free((*hide)->names);
	free(*hide);
	*hide = NULL;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static struct doctor_hide_name *
add_entry(struct doctor_hide *hide, enum doctor_hide_kind kind,
    const char *value, size_t length)
{
	struct doctor_hide_name *more, *name;
	size_t i;

	more = realloc(hide->names, (hide->count + 1) * sizeof(*hide->names));
	if (more == NULL)
		return NULL;
	hide->names = more;
	name = &more[hide->count];
	memset(name, 0, sizeof(*name));
	if ((name->value = string_copy_n(value, length)) == NULL)
		return NULL;
	for (i = 0; i < length; i++)
		name->value[i] = lower(name->value[i]);
	name->kind = kind;
	name->number = ++hide->numbers[kind];
	hide->count++;
	return name;
}

struct doctor_hide_name *
doctor_hide_find(struct doctor_hide *hide, enum doctor_hide_kind kind,
    const char *value, size_t length)
{
	struct doctor_hide_name *name;
	size_t i;

	for (i = 0; i < hide->count; i++)
		if (hide->names[i].kind == kind &&
		    strlen(hide->names[i].value) == length &&
		    strncasecmp(hide->names[i].value, value, length) == 0)
			return &hide->names[i];
	if ((name = add_entry(hide, kind, value, length)) == NULL)
		hide->failed = STATUS_NOMEM;
	return name;
}

bool
doctor_hide_is_local(const char *value, size_t length)
{
	static const char *const names[] = { "localhost", "::1",
		"localhost.localdomain" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (length == strlen(names[i]) &&
		    strncasecmp(value, names[i], length) == 0)
			return true;
	return length > 4 && strncmp(value, "127.", 4) == 0 &&
	    strspn(value, "0123456789.") >= length;
}

/* The part of a host that somebody has registered: the last labels. */
static const char *
registered(const char *host, size_t length, size_t *rest)
{
	size_t at = length, label = length;
	unsigned count = 0;

	while (at > 0) {
		if (host[--at] != '.' && at > 0)
			continue;
		count++;
		label = label - at - (host[at] == '.');
		if (count > 1 && label >= MIN_LABEL)
			break;
		label = at;
	}
	if (host[at] == '.')
		at++;
	*rest = length - at;
	return host + at;
}

/* Is it of the same registered name as one in the list, URLs or hosts? */
static bool
is_of(const char *name, size_t length, const char *list)
{
	const char *host, *end, *other;
	struct word word;
	size_t size;

	while (words_next(&list, &word)) {
		host = memmem(word.text, word.length, "://", 3);
		host = host != NULL ? host + 3 : word.text;
		end =
		    memchr(host, '/', word.length - (size_t)(host - word.text));
		if (end == NULL)
			end = word.text + word.length;
		other = registered(host, (size_t)(end - host), &size);
		if (size == length && strncasecmp(other, name, size) == 0)
			return true;
	}
	return false;
}

const char *
doctor_hide_preset(const char *host, size_t length)
{
	const struct provider *preset;
	const char *name;
	size_t i, k, size;

	name = registered(host, length, &size);
	for (i = 0; (preset = provider_at(i)) != NULL; i++) {
		if (is_of(name, size, preset->domains) ||
		    is_of(name, size, preset->mx) ||
		    is_of(name, size, preset->audiences))
			return preset->name;
		for (k = 0; k < OPTION_COUNT; k++)
			if (preset->values[k] != NULL &&
			    strncmp(preset->values[k], "https://", 8) == 0 &&
			    is_of(name, size, preset->values[k]))
				return preset->name;
	}
	return NULL;
}

/* "host1 (office365)"; the preset once. */
static void
add_label(struct doctor_hide_name *name, struct buf *out)
{
	const char *preset = NULL;

	if (name->kind == DOCTOR_HIDE_SECRET) {
		buf_add_string(out, kind_names[name->kind]);
		return;
	}
	buf_add_format(out, "%s%u", kind_names[name->kind], name->number);
	if (name->kind == DOCTOR_HIDE_HOST && !name->is_labelled) {
		preset = doctor_hide_preset(name->value, strlen(name->value));
		name->is_labelled = true;
	}
	if (preset != NULL)
		buf_add_format(out, " (%s)", preset);
}

void
doctor_hide_add_name(struct doctor_hide *hide, size_t index, struct buf *out)
{
	struct doctor_hide_name *name = &hide->names[index];
	const char *at;

	add_label(name, out);
	if (name->kind != DOCTOR_HIDE_USER ||
	    (at = strrchr(name->value, '@')) == NULL)
		return;
	at++;
	buf_add_string(out, "@");
	if (doctor_hide_is_local(at, strlen(at))) {
		buf_add_string(out, at);
		return;
	}
	/* This may move the entries, but not what they point to. */
	name = doctor_hide_find(hide, DOCTOR_HIDE_HOST, at, strlen(at));
	if (name != NULL)
		add_label(name, out);
}

void
doctor_hide_add(struct doctor_hide *hide, enum doctor_hide_kind kind,
    const char *value, size_t length, struct buf *out)
{
	const struct doctor_hide_name *name;

	if (kind != DOCTOR_HIDE_USER && doctor_hide_is_local(value, length)) {
		buf_add(out, value, length);
		return;
	}
	name = doctor_hide_find(hide, kind, value, length);
	if (name != NULL)
		doctor_hide_add_name(hide, (size_t)(name - hide->names), out);
}

static void
know(struct doctor_hide *hide, enum doctor_hide_kind kind, const char *value,
    size_t length)
{
	struct doctor_hide_name *name;

	if (length < MIN_VALUE || doctor_hide_is_local(value, length))
		return;
	if ((name = doctor_hide_find(hide, kind, value, length)) != NULL)
		name->is_known = true;
}

/* A host, and by what name its owner goes: the label that was registered. */
static void
know_host(struct doctor_hide *hide, const char *host, size_t length)
{
	const char *name, *dot;
	size_t size;

	know(hide, DOCTOR_HIDE_HOST, host, length);
	if (memchr(host, '.', length) == NULL ||
	    doctor_hide_is_local(host, length) ||
	    strspn(host, "0123456789.") >= length ||
	    doctor_hide_preset(host, length) != NULL)
		return;
	name = registered(host, length, &size);
	know(hide, DOCTOR_HIDE_HOST, name, size);
	dot = memchr(name, '.', size);
	if (dot != NULL && dot - name >= MIN_LABEL)
		know(hide, DOCTOR_HIDE_NAME, name, (size_t)(dot - name));
}

/* Servers name people without their domain, too. */
static void
know_local(struct doctor_hide *hide, const char *address, size_t length)
{
	char local[64];

	if (length < MIN_LABEL || length >= sizeof(local))
		return;
	memcpy(local, address, length);
	local[length] = '\0';
	if (!words_have_like(ROLES, &(struct word){ local, length }))
		know(hide, DOCTOR_HIDE_NAME, local, length);
}

void
doctor_hide_know(struct doctor_hide *hide, enum doctor_hide_kind kind,
    const char *value)
{
	const char *at;

	if (hide == NULL || value == NULL)
		return;
	if (kind == DOCTOR_HIDE_HOST) {
		know_host(hide, value, strlen(value));
		return;
	}
	know(hide, kind, value, strlen(value));
	if (kind == DOCTOR_HIDE_USER && (at = strrchr(value, '@')) != NULL) {
		know_host(hide, at + 1, strlen(at + 1));
		know_local(hide, value, (size_t)(at - value));
	}
}

void
doctor_hide_know_login(struct doctor_hide *hide, const char *name)
{
	const struct passwd *user = name != NULL ? getpwnam(name) : NULL;

	/* It says that of many things. */
	if (name != NULL && strcmp(name, NOBODY) == 0)
		return;
	if (user == NULL || user->pw_uid >= PLACE_MIN_PERSON_UID)
		doctor_hide_know(hide, DOCTOR_HIDE_USER, name);
}

void
doctor_hide_know_server(struct doctor_hide *hide, const char *server)
{
	const char *host = server + (server[0] == '[');
	char *copy;

	if (hide == NULL)
		return;
	copy = string_copy_n(host, strcspn(host, host == server ? ":" : "]"));
	if (copy == NULL)
		hide->failed = STATUS_NOMEM;
	doctor_hide_know(hide, DOCTOR_HIDE_HOST, copy);
	free(copy);
}

/* Options and presets. */
static bool
is_own_word(const char *word)
{
	enum option option;

	return conf_find_option(word, &option) || provider_find(word) != NULL;
}

void
doctor_hide_know_quoted(struct doctor_hide *hide, const char *text)
{
	const char *end;
	char *copy;

	if (hide == NULL)
		return;
	while ((text = strchr(text, '"')) != NULL) {
		text++;
		end = text + strcspn(text, "\"");
		if ((copy = string_copy_n(text, (size_t)(end - text))) == NULL)
			hide->failed = STATUS_NOMEM;
		else if (!is_own_word(copy))
			doctor_hide_know(hide,
			    strchr(copy, '@') != NULL ? DOCTOR_HIDE_USER :
							DOCTOR_HIDE_NAME,
			    copy);
		free(copy);
		text = end + (*end == '"');
	}
}
