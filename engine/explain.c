/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Takes a text apart and chooses what to say. See explain.h.
 */

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "explain.h"
#include "explain_fold.h"
#include "explain_marks.h"

/* How often a text may be wrapped: a query in JSON in base64 in a log. */
#define MAX_LAYERS 6

static const char class_names[EXPLAIN_CLASS_COUNT][8] = {
	[EXPLAIN_UNKNOWN] = "UNKNOWN",
	[EXPLAIN_AGAIN] = "AGAIN",
	[EXPLAIN_REAUTH] = "REAUTH",
	[EXPLAIN_CONFIG] = "CONFIG",
	[EXPLAIN_ADMIN] = "ADMIN",
	[EXPLAIN_REFUSED] = "REFUSED",
};

static const char *const who_names[EXPLAIN_WHO_COUNT] = {
	[EXPLAIN_NOBODY] = "nobody",
	[EXPLAIN_USER] = "user",
	[EXPLAIN_MAIL_ADMIN] = "mail administrator",
	[EXPLAIN_TENANT_ADMIN] = "tenant administrator",
	[EXPLAIN_PROVIDER] = "provider",
};

const char *explain_class_name(enum explain_class class)
{
	return class_names[(unsigned)class < EXPLAIN_CLASS_COUNT ? class : 0];
}

const char *
explain_who_name(enum explain_who who)
{
	return who_names[(unsigned)who < EXPLAIN_WHO_COUNT ? who : 0];
}

enum status explain_status(enum explain_class class)
{
	static const enum status statuses[EXPLAIN_CLASS_COUNT] = {
		[EXPLAIN_UNKNOWN] = STATUS_OK,
		[EXPLAIN_AGAIN] = STATUS_AGAIN,
		[EXPLAIN_REAUTH] = STATUS_REAUTH,
		[EXPLAIN_CONFIG] = STATUS_CONFIG,
		[EXPLAIN_ADMIN] = STATUS_CONFIG,
		[EXPLAIN_REFUSED] = STATUS_REFUSED,
	};

	return statuses[(unsigned)class < EXPLAIN_CLASS_COUNT ? class : 0];
}

/* Is it about the way to a server, not about what the server says? */
static bool
is_way(unsigned meaning)
{
	return (meaning >= MEANS_TIMEOUT && meaning <= MEANS_NO_NAME) ||
	    (meaning >= MEANS_CERTIFICATE && meaning <= MEANS_PORTAL);
}

/*
 * The same words mean other things where they come from a mail server than
 * where they come from an authorization server.
 */
static void
refine(struct marks *marks)
{
	struct mark *best = &marks->best;
	bool is_mail = (marks->seen & SEEN_MAIL) != 0 &&
	    (marks->seen & (SEEN_GRANT | SEEN_ENTRA)) == 0;

	/* Words of the kernel or of sshd say nothing about mail. */
	if ((marks->seen & SEEN_FOREIGN) != 0 && best->is_guess &&
	    (marks->seen & (SEEN_MAIL | SEEN_ENTRA | SEEN_GRANT)) == 0) {
		memset(best, 0, sizeof(*best));
		return;
	}
	/* What answers with an error word was reached. */
	if (marks->word.strength > 0 && best->is_guess && is_way(best->meaning))
		*best = marks->word;
	if (marks->word.strength > 0 &&
	    explain_meanings[best->meaning].class == EXPLAIN_REFUSED &&
	    best->meaning != MEANS_TOKEN_EXPIRED)
		*best = marks->word;
	if (best->meaning == MEANS_PASSWORD_WRONG && is_mail &&
	    best->strength < STRENGTH_CODE)
		best->meaning = MEANS_TOKEN_REFUSED;
	if (best->meaning == MEANS_TOKEN_EXPIRED &&
	    (marks->seen & SEEN_GRANT) != 0)
		best->meaning = MEANS_LOGIN_EXPIRED;
	if ((marks->seen & SEEN_ADDRESS) != 0 && best->is_guess &&
	    (best->meaning == MEANS_USER_UNKNOWN ||
		best->meaning == MEANS_NO_NAME ||
		best->meaning == MEANS_MAILBOX_REFUSED))
		best->meaning = MEANS_ADDRESS;
	if (best->meaning == MEANS_ACCESS_DENIED && best->is_guess && is_mail)
		best->meaning = MEANS_NO_RIGHTS;
	if (best->meaning == MEANS_LOOPBACK_ENDED && is_mail)
		best->meaning = MEANS_CONNECTION_REFUSED;
	if (best->meaning == MEANS_MAIL_TROUBLE && !is_mail)
		best->meaning = MEANS_OUTAGE;
	/* A server that says "later" means it, whatever else it says. */
	if ((marks->seen & (SEEN_LATER | SEEN_FINAL)) == SEEN_LATER &&
	    best->strength < STRENGTH_WORDS - 5 &&
	    explain_meanings[best->meaning].class != EXPLAIN_AGAIN) {
		best->meaning = MEANS_MAIL_TROUBLE;
		best->cause = best->next = NULL;
	}
}

static void
set_result(const struct marks *marks, struct explanation *result)
{
	const struct mark *best = &marks->best;
	const struct explain_meaning *meaning =
	    &explain_meanings[best->meaning];

	result->class = meaning->class;
	result->who = meaning->who;
	result->is_temporary = meaning->class == EXPLAIN_AGAIN;
	result->is_guess = best->is_guess;
	result->is_specific =
	    !best->is_guess && best->strength >= STRENGTH_REASON;
	result->cause = best->cause != NULL ? best->cause : meaning->cause;
	result->next = best->next != NULL ? best->next : meaning->next;
	if (marks->entra[0] != '\0' && strncmp(best->code, "AADSTS", 6) != 0 &&
	    best->code[0] != '\0')
		snprintf(result->code, sizeof(result->code), "%s, %.*s",
		    marks->entra, EXPLAIN_MAX_CODE - 30, best->code);
	else
		memcpy(result->code, best->code, sizeof(result->code));
	diag_clean(result->code);
}

void
explain_shorten_next(const char *next, char out[EXPLAIN_MAX_NEXT + 1])
{
	const char *command = strstr(next, EXPLAIN_LOGIN);

	if (command == NULL)
		snprintf(out, EXPLAIN_MAX_NEXT + 1, "%s", next);
	else if (strcmp(next, EXPLAIN_LOGIN) == 0)
		out[0] = '\0';
	else
		snprintf(out, EXPLAIN_MAX_NEXT + 1, "%.*slog in%s",
		    (int)(command - next), next,
		    command + sizeof(EXPLAIN_LOGIN) - 1);
}

#define HEX_DIGITS "0123456789abcdefABCDEF"
#define HEX_BYTES HEX_DIGITS "-"
#define TIME_BYTES "0123456789-:.TZ +"

/* The value behind a label, of bytes that ids and times are made of. */
static void
read_id(const char *text, size_t length, const char *bytes, size_t least,
    char *out)
{
	size_t i = 0, n = 0;

	while (i < length && i < 8 &&
	    (text[i] == '\0' || strchr(HEX_DIGITS, text[i]) == NULL))
		i++;
	while (i + n < length && n < EXPLAIN_MAX_ID - 1 &&
	    text[i + n] != '\0' && strchr(bytes, text[i + n]) != NULL)
		n++;
	while (n > 0 && strchr(" -:.", text[i + n - 1]) != NULL)
		n--;
	if (n < least || out[0] != '\0')
		return;
	memcpy(out, text + i, n);
	out[n] = '\0';
}

/* Is that label here? Returns its length; a space stands for any separator. */
static size_t
match_label(const char *text, size_t left, const char *label)
{
	size_t i = 0;

	for (; *label != '\0'; label++) {
		if (*label == ' ') {
			if (i < left && text[i] != '\0' &&
			    strchr(" _-", text[i]) != NULL)
				i++;
			continue;
		}
		if (i >= left || (text[i] | 32) != *label)
			return 0;
		i++;
	}
	return i;
}

static void
find_ids(const char *text, size_t length, struct explanation *result)
{
	size_t i, n;

	for (i = 0; i + 5 < length; i++) {
		n = match_label(text + i, length - i, "correlation id");
		if (n > 0)
			read_id(text + i + n, length - i - n, HEX_BYTES, 8,
			    result->correlation_id);
		n = match_label(text + i, length - i, "trace id");
		if (n == 0)
			n = match_label(text + i, length - i, "request id");
		if (n > 0)
			read_id(text + i + n, length - i - n, HEX_BYTES, 8,
			    result->trace_id);
		n = match_label(text + i, length - i, "timestamp");
		if (n > 0)
			read_id(text + i + n, length - i - n, TIME_BYTES, 10,
			    result->timestamp);
	}
}

static void
scan_layer(struct marks *marks, const struct index *index,
    const struct buf *layer)
{
	struct buf folded, split;

	buf_init(&folded, 4 * EXPLAIN_MAX_INPUT);
	buf_init(&split, 4 * EXPLAIN_MAX_INPUT);
	marks->seen |= marks_find_topics(buf_text(layer), layer->length);
	marks_scan_codes(marks, buf_text(layer), layer->length);
	fold_text(buf_text(layer), layer->length, false, &folded);
	fold_text(buf_text(layer), layer->length, true, &split);
	marks_scan_words(marks, index, buf_text(&folded), folded.length);
	if (split.length != folded.length)
		marks_scan_words(marks, index, buf_text(&split), split.length);
	buf_clear(&folded);
	buf_clear(&split);
}

/* Scans the text as it is and with each layer taken off. */
static void
scan_layers(struct marks *marks, const struct index *index, struct buf *layer,
    struct explanation *result)
{
	struct buf next;
	bool is_same;
	int depth;

	for (depth = 0; depth < MAX_LAYERS; depth++) {
		scan_layer(marks, index, layer);
		find_ids(buf_text(layer), layer->length, result);
		buf_init(&next, 4 * EXPLAIN_MAX_INPUT);
		fold_decode(buf_text(layer), layer->length, &next);
		is_same = next.length == layer->length &&
		    memcmp(buf_text(&next), buf_text(layer), next.length) == 0;
		if (is_same || buf_status(&next) != STATUS_OK) {
			buf_clear(&next);
			return;
		}
		buf_clear(layer);
		/* Broken sequences may have come out of it. */
		buf_init(layer, 4 * EXPLAIN_MAX_INPUT);
		fold_to_utf8(buf_text(&next), next.length, layer);
		buf_clear(&next);
	}
}

void
explain_text(const char *text, size_t length, struct explanation *result)
{
	struct marks marks;
	struct buf layer;
	struct index *index = marks_index_new();

	memset(&marks, 0, sizeof(marks));
	memset(result, 0, sizeof(*result));
	if (length > EXPLAIN_MAX_INPUT)
		length = EXPLAIN_MAX_INPUT;
	buf_init(&layer, 4 * EXPLAIN_MAX_INPUT);
	if (index != NULL) {
		fold_to_utf8(text, length, &layer);
		scan_layers(&marks, index, &layer, result);
		refine(&marks);
	}
	set_result(&marks, result);
	explain_show(buf_text(&layer), layer.length, result->shown,
	    sizeof(result->shown));
	buf_clear(&layer);
	marks_index_free(&index);
}

/* Is the word one of the patterns of that row? */
static bool
has_pattern(const char *patterns, const char *word)
{
	size_t n, length = strlen(word);

	for (;; patterns += n + 1) {
		n = strcspn(patterns, "|");
		if (n == length && memcmp(patterns, word, n) == 0)
			return true;
		if (patterns[n] == '\0')
			return false;
	}
}

bool
explain_find(const char *word, struct explanation *result)
{
	const struct explain_phrase *row;
	struct marks marks;
	size_t i;

	for (i = 0; i < explain_oauth_words.count; i++) {
		row = &explain_oauth_words.rows[i];
		if (!has_pattern(row->pattern, word))
			continue;
		memset(&marks, 0, sizeof(marks));
		memset(result, 0, sizeof(*result));
		marks.best = (struct mark){ row->meaning, row->strength, false,
			row->cause, row->next, "" };
		snprintf(marks.best.code, sizeof(marks.best.code), "%s", word);
		set_result(&marks, result);
		return true;
	}
	return false;
}
