/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Whether Postfix lets XOAUTH2 and OAUTHBEARER through. See postfix_judge.h.
 */

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "file.h"
#include "postfix_judge.h"

#define SEPARATORS " ,\t\r\n"

/* What our mechanisms do not claim, and Postfix would keep them out for. */
static const char *const unmet[] = {
	"noplaintext",
	"noactive",
	"forward_secrecy",
	"mutual_auth",
};

#define UNMET_COUNT (sizeof(unmet) / sizeof(unmet[0]))

/* One word of a list, cut to its space. */
static bool
take_word(const char **list, char *word, size_t space)
{
	size_t length;

	*list += strspn(*list, SEPARATORS);
	length = strcspn(*list, SEPARATORS);
	snprintf(word, space, "%.*s", (int)length, *list);
	*list += length;
	return length > 0;
}

static bool
has_word(const char *list, const char *word)
{
	char one[POSTFIX_MAX_PATH];

	while (take_word(&list, one, sizeof(one)))
		if (strcasecmp(one, word) == 0)
			return true;
	return false;
}

/* Is the word in the file, as a pattern each line or blank? */
static int
file_has(const char *path, const char *word)
{
	struct buf text;
	int answer = -1;

	buf_init(&text, POSTFIX_MAX_SOURCE);
	if (file_read_path(path, &text, NULL) == STATUS_OK)
		answer = has_word(buf_text(&text), word);
	buf_clear(&text);
	return answer;
}

/* Is it in the table? static: has everything. */
static int
table_has(const char *table, const char *word)
{
	struct buf value;
	enum status r;

	if (strncmp(table, "static:", strlen("static:")) == 0)
		return 1;
	buf_init_secret(&value, POSTFIX_MAX_SOURCE);
	r = postfix_map_lookup(table, word, &value, NULL);
	buf_clear(&value);
	return r == STATUS_OK ? 1 : r == STATUS_NOACCOUNT ? 0 : -1;
}

int
postfix_list_has(const char *list, const char *word)
{
	char item[POSTFIX_MAX_PATH];
	const char *pattern;
	bool is_negated;
	int answer;

	while (take_word(&list, item, sizeof(item))) {
		is_negated = false;
		for (pattern = item; *pattern == '!'; pattern++)
			is_negated = !is_negated;
		if (*pattern == '/')
			answer = file_has(pattern, word);
		else if (strchr(pattern, ':') != NULL)
			answer = table_has(pattern, word);
		else
			answer = strcasecmp(pattern, word) == 0;
		if (answer != 0)
			return answer < 0 ? -1 : !is_negated;
	}
	return 0;
}

static void
judge_filter(struct postfix_judgement *judgement)
{
	static const char name[] = "smtp_sasl_mechanism_filter";
	const char *filter = postfix_get(judgement->postfix, name);
	int xoauth2, oauthbearer;

	if (filter[0] == '\0')
		return;
	xoauth2 = postfix_list_has(filter, "XOAUTH2");
	oauthbearer = postfix_list_has(filter, "OAUTHBEARER");
	if (xoauth2 > 0) {
		postfix_find(judgement, DOCTOR_OK, STATUS_OK,
		    "%s lets XOAUTH2 through", name);
		return;
	}
	if (xoauth2 == 0 && oauthbearer > 0) {
		postfix_find(judgement, DOCTOR_WARNING, STATUS_CONFIG,
		    "%s lets OAUTHBEARER through and keeps XOAUTH2 out, which "
		    "is all that Microsoft's servers offer",
		    name);
		postfix_change(judgement, POSTFIX_SET, name, NULL,
		    "xoauth2, %s", filter);
		return;
	}
	if (xoauth2 < 0 || oauthbearer < 0) {
		postfix_find(judgement, DOCTOR_UNSURE, STATUS_OK,
		    "%s: cannot tell whether '%s' has XOAUTH2", name, filter);
		return;
	}
	postfix_find(judgement, DOCTOR_WRONG, STATUS_CONFIG,
	    "%s is '%s', which keeps XOAUTH2 and OAUTHBEARER out, so Postfix "
	    "finds that the server offers no mechanism that it can use",
	    name, filter);
	postfix_change(judgement, POSTFIX_SET, name, NULL,
	    "xoauth2, oauthbearer, %s", filter);
}

/* The first of our unmet ones in the list; NULL: the mechanism passes. */
static const char *
find_unmet(const char *list)
{
	size_t i;

	for (i = 0; i < UNMET_COUNT; i++)
		if (has_word(list, unmet[i]))
			return unmet[i];
	return NULL;
}

/* The same list without them. */
static void
remove_unmet(const char *list, char *rest, size_t space)
{
	char word[POSTFIX_MAX_PATH];
	size_t used = 0;

	rest[0] = '\0';
	while (take_word(&list, word, sizeof(word)) && used < space)
		if (find_unmet(word) == NULL)
			used += (size_t)snprintf(rest + used, space - used,
			    "%s%s", used > 0 ? ", " : "", word);
}

static void
judge_option_list(struct postfix_judgement *judgement, const char *name)
{
	const char *list = postfix_wanted(judgement, name), *word;
	char rest[POSTFIX_MAX_PATH];

	if ((word = find_unmet(list)) == NULL) {
		postfix_find(judgement, DOCTOR_OK, STATUS_OK,
		    "%s lets the mechanisms through", name);
		return;
	}
	remove_unmet(list, rest, sizeof(rest));
	postfix_find(judgement, DOCTOR_WRONG, STATUS_CONFIG,
	    "%s has %s%s, which keeps XOAUTH2 and OAUTHBEARER out: \"No worthy "
	    "mechs found\" in the log",
	    name, word,
	    postfix_is_own(judgement->postfix, name) ||
		    postfix_is_override(judgement->postfix, name) ?
		"" :
		" by default");
	postfix_change(judgement, POSTFIX_SET, name, NULL, "%s", rest);
}

/* What goes over TLS. Where the server has proved its name there is a list of
 * its own, which is that one unless it is set. */
static void
judge_options(struct postfix_judgement *judgement)
{
	static const char tls[] = "smtp_sasl_tls_security_options";
	static const char verified[] =
	    "smtp_sasl_tls_verified_security_options";
	const struct postfix *postfix = judgement->postfix;

	judge_option_list(judgement, tls);
	if (strcmp(postfix_get(postfix, tls), postfix_get(postfix, verified)) !=
	    0)
		judge_option_list(judgement, verified);
}

static void
judge_enabled(struct postfix_judgement *judgement)
{
	static const char name[] = "smtp_sasl_auth_enable";

	if (postfix_is_yes(judgement->postfix, name)) {
		postfix_find(judgement, DOCTOR_OK, STATUS_OK, "%s is yes",
		    name);
		return;
	}
	postfix_find(judgement, DOCTOR_WRONG, STATUS_CONFIG,
	    "%s is not yes, so Postfix never logs in anywhere", name);
	postfix_change(judgement, POSTFIX_SET, name, NULL, "yes");
}

static void
judge_type(struct postfix_judgement *judgement)
{
	static const char name[] = "smtp_sasl_type";
	const char *type = postfix_get(judgement->postfix, name);

	if (strcmp(type, "cyrus") == 0)
		return;
	postfix_find(judgement, DOCTOR_WRONG, STATUS_CONFIG,
	    "%s is '%s', and this module is one of Cyrus SASL", name, type);
	postfix_change(judgement, POSTFIX_SET, name, NULL, "cyrus");
}

static void
judge_soft_bounce(struct postfix_judgement *judgement)
{
	static const char name[] = "smtp_sasl_auth_soft_bounce";

	if (postfix_is_yes(judgement->postfix, name))
		return;
	postfix_find(judgement, DOCTOR_WARNING, STATUS_CONFIG,
	    "%s is no: when the server refuses a token once, mail goes back to "
	    "its sender instead of waiting",
	    name);
	postfix_change(judgement, POSTFIX_SET, name, NULL, "yes");
}

static void
judge_cache(struct postfix_judgement *judgement)
{
	static const char name[] = "smtp_sasl_auth_cache_name";

	if (postfix_get(judgement->postfix, name)[0] == '\0')
		return;
	postfix_find(judgement, DOCTOR_WARNING, STATUS_CONFIG,
	    "%s is set: after one refusal Postfix does not log in again for "
	    "%s, for the password, which it goes by, stays the same while "
	    "tokens change",
	    name, postfix_get(judgement->postfix, "smtp_sasl_auth_cache_time"));
	postfix_change(judgement, POSTFIX_SET, name, NULL, "%s", "");
}

void
postfix_judge_sasl(struct postfix_judgement *judgement)
{
	judge_enabled(judgement);
	judge_type(judgement);
	judge_options(judgement);
	judge_filter(judgement);
	judge_soft_bounce(judgement);
	judge_cache(judgement);
}
