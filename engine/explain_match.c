/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Finds the phrases and words of the tables in folded text, and judges which
 * words stand together. See explain_table.h for the patterns.
 */

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain_marks.h"

/* More words than one text needs. */
#define MAX_HITS 512

/* How far apart words may be, in characters, to belong together; and what the
 * end of a sentence adds. */
#define NEAR 100
#define SENTENCE 40

/* How many words a ~ stands for at most. */
#define MAX_GAP 7

/* Other languages join words to one: a stem as long counts within a word. */
#define MIN_STEM 7

/* Of a word that the text's end cuts, so much must be there, and may miss. */
#define MIN_CUT 8
#define MAX_CUT 5

/* A word is shown so far. */
#define MAX_NAME 32

/* From here on a byte begins a character of a script without spaces. */
#define FIRST_CJK 0xe3

_Static_assert(CONCEPT_COUNT <= 64, "a set of concepts is one number");

struct pattern {
	const char *text;
	uint16_t next; /* in its list, plus 1; 0 ends it */
	uint16_t row;
	uint8_t length;
	int8_t set; /* which table of phrases; -1: words */
};

/* The patterns by their first byte. */
struct index {
	struct pattern patterns[MARKS_MAX_PATTERNS];
	uint16_t count;
	uint16_t heads[2][256]; /* at the start of words; anywhere */
};

struct hits {
	struct {
		unsigned at; /* in characters */
		uint8_t concept;
		uint8_t length;
		unsigned offset; /* in bytes */
	} hit[MAX_HITS];
	size_t count;
};

static const struct explain_words *
find_words(unsigned row)
{
	return row < explain_words_count ?
	    &explain_words[row] :
	    &explain_foreign_words[row - explain_words_count];
}

static bool
is_cjk(char c)
{
	return (unsigned char)c >= FIRST_CJK && (unsigned char)c <= 0xed;
}

static bool
is_separator(char c)
{
	return c == ' ' || c == '_' || c == '\n' || c == '\f' || c == '\v';
}

static void
index_pattern(struct index *index, const char *text, size_t length, int set,
    unsigned row)
{
	struct pattern *pattern;
	bool is_foreign = set < 0 && row >= explain_words_count;
	bool anywhere = length > 0 &&
	    (text[0] == '*' || is_cjk(text[0]) ||
		(is_foreign && length >= MIN_STEM && text[length - 1] == '*'));
	uint16_t *head;

	if (length > 0 && text[0] == '*') {
		text++;
		length--;
	}
	if (length == 0 || length > 255 || index->count == MARKS_MAX_PATTERNS)
		return;
	head = &index->heads[anywhere][(unsigned char)text[0]];
	pattern = &index->patterns[index->count++];
	*pattern = (struct pattern){ text, *head, (uint16_t)row,
		(uint8_t)length, (int8_t)set };
	*head = index->count;
}

/* The patterns of one row, which | separates. The last row is found first. */
static void
index_row(struct index *index, const char *patterns, int set, unsigned row)
{
	size_t length;

	for (;; patterns += length + 1) {
		length = strcspn(patterns, "|");
		index_pattern(index, patterns, length, set, row);
		if (patterns[length] == '\0')
			return;
	}
}

static void
index_tables(struct index *index)
{
	size_t set, row;

	index->count = 0;
	memset(index->heads, 0, sizeof(index->heads));
	for (row = 0; row < explain_words_count + explain_foreign_words_count;
	     row++)
		index_row(index, find_words((unsigned)row)->patterns, -1,
		    (unsigned)row);
	/* Behind the words: noise is found before them. */
	for (set = 0; set < explain_phrases_count; set++)
		for (row = 0; row < explain_phrases[set]->count; row++)
			index_row(index,
			    explain_phrases[set]->rows[row].pattern, (int)set,
			    (unsigned)row);
}

/* A text to match, and where. */
struct cursor {
	const char *text;
	size_t length;
	bool is_exact; /* every _ was one */
	bool is_quiet; /* within what is only named (explain_quiet.h) */
	size_t noise;  /* up to there words mean nothing */
};

static bool
ends_word(const struct cursor *cursor, size_t at, const char *pattern,
    size_t length)
{
	return at >= cursor->length || is_separator(cursor->text[at]) ||
	    is_cjk(cursor->text[at]) ||
	    (length > 0 && (unsigned char)pattern[0] >= FIRST_CJK);
}

static size_t
skip_word(const struct cursor *cursor, size_t at)
{
	while (at < cursor->length && !is_separator(cursor->text[at]))
		at++;
	return at;
}

static size_t match_from(struct cursor *cursor, size_t at, const char *pattern,
    size_t length);

/* What stands behind a ~, at one of the next words of the sentence. */
static size_t /* NOLINTNEXTLINE(misc-no-recursion): see match_from() */
match_gap(struct cursor *cursor, size_t at, const char *pattern, size_t length)
{
	size_t end;
	int words;

	if (length == 0)
		return at;
	for (words = 0; words <= MAX_GAP; words++) {
		/* "client_secret=x invalid_grant" has no invalid secret. */
		if ((end = match_from(cursor, at, pattern, length)) > 0 &&
		    (end == cursor->length || cursor->text[end] != '_'))
			return end;
		at = skip_word(cursor, at);
		if (at >= cursor->length || cursor->text[at] == '\n')
			return 0;
		at++;
	}
	return 0;
}

/* Did the text end within an error word, as answers in logs do? */
static bool
is_cut_off(struct cursor *cursor, const char *pattern, size_t length,
    size_t matched)
{
	if (matched < MIN_CUT || length - matched > MAX_CUT ||
	    memchr(pattern, '_', matched) == NULL ||
	    memchr(pattern, ' ', length) != NULL)
		return false;
	cursor->is_exact = false;
	return true;
}

/*
 * Where the match of the pattern at that place ends; 0: there is none. It
 * calls itself once for each ~ of the pattern, of which no row has many.
 */
static size_t /* NOLINTNEXTLINE(misc-no-recursion): as deep as has a row ~ */
match_from(struct cursor *cursor, size_t at, const char *pattern, size_t length)
{
	size_t i;
	char c;

	for (i = 0; i < length; i++) {
		if (pattern[i] == '~')
			return match_gap(cursor, at,
			    pattern + i + 1 + (i + 1 < length),
			    length - i - 1 - (i + 1 < length));
		if (pattern[i] == '*') {
			at = skip_word(cursor, at);
			continue;
		}
		if (at >= cursor->length)
			return is_cut_off(cursor, pattern, length, i) ? at : 0;
		c = cursor->text[at++];
		if (pattern[i] == ' ' && is_separator(c))
			continue;
		if (pattern[i] == '_' && c == ' ')
			cursor->is_exact = false;
		else if (pattern[i] != c)
			return 0;
	}
	return pattern[length - 1] == '*' ||
		ends_word(cursor, at, pattern, length) ?
	    at :
	    0;
}

/*
 * What is shown of a pattern that leaves open what stands in the text: the
 * pattern. The text has there what may be a secret.
 */
static void
name_pattern(char *code, const struct pattern *pattern)
{
	size_t i, n = 0;

	for (i = 0; i < pattern->length && n + 4 < EXPLAIN_MAX_CODE; i++) {
		if (pattern->text[i] == '~') {
			memcpy(code + n, "...", 3);
			n += 3;
		} else if (pattern->text[i] != '*') {
			code[n++] = pattern->text[i];
		}
	}
	code[n] = '\0';
}

/* What is shown of a phrase: the words of the text. */
static void
name_phrase(char *code, const char *text, size_t length)
{
	size_t n =
	    length < EXPLAIN_MAX_CODE - 1 ? length : EXPLAIN_MAX_CODE - 1;

	if (length > 8 && memcmp(text, "bracket ", 8) == 0) {
		snprintf(code, EXPLAIN_MAX_CODE, "[%.*s]", (int)(length - 8),
		    text + 8);
		return;
	}
	memcpy(code, text, n);
	code[n] = '\0';
	while (n > 0 && ((unsigned char)code[n - 1] & 0xc0) == 0x80 &&
	    length >= EXPLAIN_MAX_CODE)
		code[--n] = '\0';
	for (n = 0; code[n] != '\0'; n++)
		if (code[n] == '\n')
			code[n] = ' ';
	diag_clean(code);
}

static void
add_phrase(struct marks *marks, const struct pattern *pattern,
    struct cursor *cursor, size_t at, size_t end)
{
	const struct explain_phrase *row =
	    &explain_phrases[pattern->set]->rows[pattern->row];
	bool is_code = memchr(pattern->text, '_', pattern->length) != NULL &&
	    memchr(pattern->text, ' ', pattern->length) == NULL;
	struct mark mark = { row->meaning, row->strength, !is_code, row->cause,
		row->next, "" };

	if (row->strength == STRENGTH_NONE) {
		cursor->noise = end;
		return;
	}
	if (row->meaning == MEANS_LOGIN_ENDED &&
	    (strncmp(pattern->text, "invalid_grant", 13) == 0 ||
		strncmp(pattern->text, "refresh_token_error", 19) == 0))
		marks->seen |= SEEN_GRANT;
	/* A part of a longer name is not the word itself. */
	if (is_code &&
	    ((at > 0 && cursor->text[at - 1] == '_') ||
		(end < cursor->length && cursor->text[end] == '_')))
		cursor->is_exact = false;
	if (is_code && !cursor->is_exact) {
		mark.is_guess = true;
		mark.strength = (uint8_t)(mark.strength -
		    (mark.strength > STRENGTH_LOOSE ? 20 : 5));
	} else if (row->strength >= STRENGTH_PHRASE - 2 ||
	    memcmp(cursor->text + at, "bracket ", 8) == 0) {
		mark.is_guess = false;
	}
	if (strncmp(pattern->text, "bracket ", 8) == 0)
		marks->seen |= SEEN_MAIL;
	if (memchr(pattern->text, '~', pattern->length) != NULL ||
	    memchr(pattern->text, '*', pattern->length) != NULL)
		name_pattern(mark.code, pattern);
	else
		name_phrase(mark.code, cursor->text + at, end - at);
	marks_add(marks, &mark);
	/* The words that an error word is made of have been judged by it. */
	if (explain_phrases[pattern->set] == &explain_oauth_words &&
	    cursor->is_exact && is_code)
		cursor->noise = end;
	if (explain_phrases[pattern->set] == &explain_oauth_words &&
	    cursor->is_exact && is_code &&
	    explain_meanings[row->meaning].class != EXPLAIN_REFUSED &&
	    mark.strength > marks->word.strength)
		marks->word = mark;
}

/* Of a word only so much is shown as is no secret behind a known beginning. */
static size_t
name_length(const char *text, size_t length)
{
	size_t n = 0;

	while (
	    n < length && n < MAX_NAME && !(text[n] >= '0' && text[n] <= '9'))
		n++;
	return n;
}

static void
add_hit(struct hits *hits, unsigned concept, unsigned at, size_t offset,
    size_t length)
{
	if (hits->count == MAX_HITS)
		return;
	hits->hit[hits->count].at = at;
	hits->hit[hits->count].concept = (uint8_t) concept;
	hits->hit[hits->count].offset = (unsigned)offset;
	hits->hit[hits->count++].length = (uint8_t)length;
}

/* All patterns of one list at that place. */
static void
match_list(const struct index *index, uint16_t head, struct cursor *cursor,
    size_t at, unsigned position, struct marks *marks, struct hits *hits)
{
	const struct pattern *pattern;
	size_t end;

	for (; head != 0; head = pattern->next) {
		pattern = &index->patterns[head - 1];
		cursor->is_exact = true;
		end = match_from(cursor, at, pattern->text, pattern->length);
		if (end == 0)
			continue;
		if (pattern->set >= 0)
			add_phrase(marks, pattern, cursor, at, end);
		else if (!cursor->is_quiet && at >= cursor->noise)
			add_hit(hits, find_words(pattern->row)->concept,
			    position, at,
			    name_length(cursor->text + at, end - at));
	}
}

/* Are two hits, the earlier one first, within reach of each other? */
static bool
is_near(const struct hits *hits, size_t first, size_t last)
{
	return hits->hit[last].at - hits->hit[first].at <= NEAR;
}

/* The concepts that stand within reach behind that hit, it included. */
static uint64_t
gather(const struct hits *hits, size_t first)
{
	uint64_t mask = 0;
	size_t i;

	for (i = first; i < hits->count && is_near(hits, first, i); i++) {
		mask |= UINT64_C(1) << hits->hit[i].concept;
	}
	return mask;
}

/* The concepts within reach on both sides of that hit. */
static uint64_t
gather_around(const struct hits *hits, size_t middle)
{
	uint64_t mask = gather(hits, middle);
	size_t i;

	for (i = middle; i > 0 && is_near(hits, i - 1, middle); i--) {
		mask |= UINT64_C(1) << hits->hit[i - 1].concept;
	}
	return mask;
}

/* The words that fulfilled a rule, for people. */
static void
name_words(char *code, const struct explain_rule *rule, const struct hits *hits,
    size_t first, const char *text)
{
	uint64_t open = rule->need;
	size_t i, length = 0;

	for (i = first; i < hits->count && open != 0; i++) {
		if ((open & UINT64_C(1) << hits->hit[i].concept) == 0)
			continue;
		open &= ~(UINT64_C(1) << hits->hit[i].concept);
		if (length + hits->hit[i].length + 4 >= EXPLAIN_MAX_CODE)
			break;
		length += (size_t)snprintf(code + length,
		    EXPLAIN_MAX_CODE - length, "%s%.*s", length > 0 ? ", " : "",
		    (int)hits->hit[i].length, text + hits->hit[i].offset);
	}
	diag_clean(code);
}

/* Words of their own for each concept: "authenticator" is not two. */
static bool
is_fulfilled(const struct explain_rule *rule, const struct hits *hits,
    size_t first)
{
	unsigned last = UINT_MAX, words = 0, needed = 0;
	uint64_t need;
	size_t i;

	for (need = rule->need; need != 0; need &= need - 1)
		needed++;
	for (i = first;
	     i < hits->count && hits->hit[i].at - hits->hit[first].at <= NEAR;
	     i++)
		if ((rule->need & UINT64_C(1) << hits->hit[i].concept) != 0 &&
		    hits->hit[i].offset != last) {
			last = hits->hit[i].offset;
			words++;
		}
	return words >= needed;
}

static void
judge_hits(struct marks *marks, const struct hits *hits, const char *text)
{
	const struct explain_rule *rule;
	struct mark mark;
	uint64_t mask, around;
	size_t i, j;

	for (i = 0; i < hits->count; i++) {
		mask = gather(hits, i);
		around = gather_around(hits, i);
		if (mask & UINT64_C(1) << CONCEPT_PROXY)
			marks->seen |= SEEN_PROXY;
		for (j = 0; j < explain_rules_count; j++) {
			rule = &explain_rules[j];
			if ((mask & rule->need) != rule->need ||
			    (around & rule->bar) != 0 ||
			    rule->strength <= marks->best.strength ||
			    !is_fulfilled(rule, hits, i))
				continue;
			mark = (struct mark){ rule->meaning, rule->strength,
				true, NULL, NULL, "" };
			name_words(mark.code, rule, hits, i, text);
			marks_add(marks, &mark);
		}
	}
}

static void
match_text(const struct index *index, const char *text, size_t length,
    struct marks *marks, struct hits *hits)
{
	struct cursor cursor = { text, length, true, false, 0 };
	unsigned position = 0;
	unsigned char c;
	size_t at;

	for (at = 0; at < length; at++) {
		c = (unsigned char)text[at];
		if ((c & 0xc0) != 0x80)
			position++;
		if (c == '\n')
			position += SENTENCE;
		if (c == '\f' || c == '\v')
			cursor.is_quiet = c == '\f';
		if (is_separator(text[at]) || (c & 0xc0) == 0x80)
			continue;
		if (at == 0 || is_separator(text[at - 1]) ||
		    ((unsigned char)text[at - 1] >= 0x80 && c < 0x80))
			match_list(index, index->heads[0][c], &cursor, at,
			    position, marks, hits);
		match_list(index, index->heads[1][c], &cursor, at, position,
		    marks, hits);
	}
}

struct index *
marks_index_new(void)
{
	struct index *index = malloc(sizeof(*index));

	if (index != NULL)
		index_tables(index);
	return index;
}

void
marks_index_free(struct index **index)
{
	free(*index);
	*index = NULL;
}

void
marks_scan_words(struct marks *marks, const struct index *index,
    const char *text, size_t length)
{
	struct hits *hits = calloc(1, sizeof(*hits));

	if (hits != NULL) {
		match_text(index, text, length, marks, hits);
		judge_hits(marks, hits, text);
	}
	free(hits);
}
