/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Folds text for the tables. See explain_fold.h.
 *
 * BUGS: letters beyond Latin, Cyrillic and Greek have no case here, and Latin
 * ones beyond those of Europe and Vietnam keep their accents.
 */

#include <stdint.h>
#include <string.h>

#include "explain_fold.h"
#include "explain_quiet.h"

/* The longest name of a header. */
#define MAX_FIELD 40

/* U+00C0 to U+017F without accents and case; two letters where one is not
 * enough. A blank: no letter. */
static const char latin[] = "aaaaaa\1"
			    "ceeeeiiiidnooooo ouuuuy\2\3"
			    "aaaaaa\1"
			    "ceeeeiiiidnooooo ouuuuy\2y";
static const char latin_a[] =
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkk"
    "llllllllllnnnnnnnnnoooooo\4\4rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

struct folder {
	struct buf *out;
	const char *text;
	size_t length, at;
	bool split_camel;
	char last; /* what was written last, to write no two spaces */
	struct quiet quiet;
};

static void
put(struct folder *folder, const char *bytes, size_t length)
{
	buf_add(folder->out, bytes, length);
	folder->last = bytes[length - 1];
}

static void
put_separator(struct folder *folder, char separator)
{
	if (folder->last == '\n' ||
	    (separator == ' ' && strchr(" \f\v", folder->last) != NULL))
		return;
	put(folder, &separator, 1);
}

static void
put_point(struct folder *folder, uint32_t c)
{
	char bytes[4];

	if (c < 0x800) {
		bytes[0] = (char)(0xc0 | (c >> 6));
		bytes[1] = (char)(0x80 | (c & 0x3f));
		put(folder, bytes, 2);
	} else if (c < 0x10000) {
		bytes[0] = (char)(0xe0 | (c >> 12));
		bytes[1] = (char)(0x80 | ((c >> 6) & 0x3f));
		bytes[2] = (char)(0x80 | (c & 0x3f));
		put(folder, bytes, 3);
	}
}

/* Arabic letters with what scribes leave away, as one form. */
static uint32_t
fold_arabic(uint32_t c)
{
	if (c == 0x622 || c == 0x623 || c == 0x625)
		return 0x627;
	if (c == 0x649)
		return 0x64a;
	return c == 0x629 ? 0x647 : c;
}

/*
 * Latin letters of Vietnamese and Romanian, from U+01A0 on; 0: it is none of
 * them.
 */
static char
fold_far_latin(uint32_t c)
{
	static const struct {
		uint16_t last;
		char letter;
	} rows[] = { { 0x1eb7, 'a' }, { 0x1ec7, 'e' }, { 0x1ecb, 'i' },
		{ 0x1ee3, 'o' }, { 0x1ef1, 'u' }, { 0x1ef9, 'y' } };
	size_t i = 0;

	if (c == 0x1a0 || c == 0x1a1)
		return 'o';
	if (c == 0x1af || c == 0x1b0)
		return 'u';
	if (c >= 0x218 && c <= 0x21b)
		return c < 0x21a ? 's' : 't';
	if (c < 0x1ea0 || c > 0x1ef9)
		return '\0';
	while (rows[i].last < c)
		i++;
	return rows[i].letter;
}

/* Cyrillic and Greek in lower case, Greek without accents. */
static uint32_t
lower_point(uint32_t c)
{
	static const uint16_t greek[][2] = {
		{ 0x386, 0x3b1 },
		{ 0x388, 0x3b5 },
		{ 0x389, 0x3b7 },
		{ 0x38a, 0x3b9 },
		{ 0x38c, 0x3bf },
		{ 0x38e, 0x3c5 },
		{ 0x38f, 0x3c9 },
		{ 0x390, 0x3b9 },
		{ 0x3ac, 0x3b1 },
		{ 0x3ad, 0x3b5 },
		{ 0x3ae, 0x3b7 },
		{ 0x3af, 0x3b9 },
		{ 0x3b0, 0x3c5 },
		{ 0x3ca, 0x3b9 },
		{ 0x3cb, 0x3c5 },
		{ 0x3cc, 0x3bf },
		{ 0x3cd, 0x3c5 },
		{ 0x3ce, 0x3c9 },
	};
	size_t i;

	if (c >= 0x400 && c < 0x410)
		c += 80;
	else if (c >= 0x410 && c < 0x430)
		c += 32;
	if (c == 0x451)
		return 0x435;
	if (c >= 0x391 && c <= 0x3ab)
		c += 32;
	for (i = 0; i < sizeof(greek) / sizeof(greek[0]); i++)
		if (greek[i][0] == c)
			return greek[i][1];
	return c;
}

static void
fold_latin(struct folder *folder, uint32_t c)
{
	char letter = c < 0x100 ? latin[c - 0xc0] : latin_a[c - 0x100];

	switch (letter) {
	case '\1':
		put(folder, "ae", 2);
		break;
	case '\2':
		put(folder, "th", 2);
		break;
	case '\3':
		put(folder, "ss", 2);
		break;
	case '\4':
		put(folder, "oe", 2);
		break;
	case ' ':
		put_separator(folder, ' ');
		break;
	default:
		put(folder, &letter, 1);
	}
}

/* Beyond ASCII. */
static void
fold_point(struct folder *folder, uint32_t c)
{
	char letter;

	if (c == 0xad || (c >= 0x300 && c < 0x370) || c == 0x200b ||
	    c == 0x2060 || c == 0xfeff || c == 0x200c || c == 0x200d ||
	    c == 0x640 || (c >= 0x64b && c <= 0x652))
		return; /* soft hyphens, accents of their own, widths of zero */
	if ((letter = fold_far_latin(c)) != '\0')
		put(folder, &letter, 1);
	else if (c >= 0xc0 && c < 0x180) {
		fold_latin(folder, c);
	} else if (c >= 0xff10 && c <= 0xff5a) {
		/* the wide forms of ASCII */
		letter = (char)(c - 0xfee0);
		if (letter >= 'A' && letter <= 'Z')
			letter += 32;
		put(folder, &letter, 1);
	} else if (c == 0x3002 || c == 0xff01) {
		put_separator(folder, '\n');
	} else if (c < 0xc0 || c == 0x60c || c == 0x61b || c == 0x61f ||
	    (c >= 0x2000 && c < 0x2e80) || (c >= 0x3000 && c < 0x3005) ||
	    (c >= 0x3008 && c < 0x3020) || (c >= 0xff00 && c < 0xff66) ||
	    c >= 0x10000) {
		put_separator(folder, ' ');
	} else {
		put_point(folder, lower_point(fold_arabic(c)));
	}
}

static bool
is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool
is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool
is_alpha(char c)
{
	return is_upper(c) || is_lower(c);
}

static char
peek(const struct folder *folder, size_t ahead)
{
	return folder->at + ahead < folder->length ?
	    folder->text[folder->at + ahead] :
	    ' ';
}

static void
fold_letter(struct folder *folder, char c)
{
	char before = folder->at > 0 ? folder->text[folder->at - 1] : ' ';
	char lower = is_upper(c) ? (char)(c + 32) : c;

	if (folder->split_camel && is_upper(c) &&
	    (is_lower(before) ||
		(is_upper(before) && is_lower(peek(folder, 1)))))
		put(folder, "_", 1);
	put(folder, &lower, 1);
}

/* "can't" is one word, "d'une" two. */
static bool
is_contraction(const struct folder *folder)
{
	size_t n = 0;

	while (n < 3 && is_alpha(peek(folder, n + 1)))
		n++;
	return (n == 1 && strchr("tsdmTSDM", peek(folder, 1)) != NULL) ||
	    (n == 2 && strchr("rvlRVL", peek(folder, 1)) != NULL &&
		strchr("elEL", peek(folder, 2)) != NULL);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Does the name of a header follow? */
static bool
begins_header(const struct folder *folder)
{
	size_t n = 0;
	char c;

	do {
		c = peek(folder, ++n);
	} while (n < MAX_FIELD && (is_alpha(c) || c == '_' || c == '-'));
	return n > 2 && c == ':';
}

/* Is the next line empty? */
static bool
ends_paragraph(const struct folder *folder)
{
	return peek(folder, 1) == '\n' ||
	    (peek(folder, 1) == '\r' && peek(folder, 2) == '\n');
}

/* A sentence, a member of an object, a header, a paragraph. */
static bool
ends_statement(const struct folder *folder, char c)
{
	char next = peek(folder, 1);

	if (c == '\n')
		return ends_paragraph(folder) || begins_header(folder);
	return (strchr(".!?;", c) != NULL && is_blank(next)) || c == '}' ||
	    c == '|' || (c == '"' && next == ',') || (c == ',' && next == '"');
}

static void
fold_sign(struct folder *folder, char c)
{
	char next = peek(folder, 1);

	if (c == '_')
		put(folder, "_", 1);
	else if (c == '\'' && is_contraction(folder))
		return;
	else if (c == '[' && is_alpha(next))
		put_separator(folder, ' '), put(folder, "bracket ", 8);
	else if (ends_statement(folder, c))
		put_separator(folder, '\n');
	else
		put_separator(folder, ' ');
}

/* One character of well-formed UTF-8 that is not ASCII. */
static size_t
read_point(const struct folder *folder, uint32_t *point)
{
	const unsigned char *p =
	    (const unsigned char *)folder->text + folder->at;
	size_t left = folder->length - folder->at;

	*point = 0xfffd;
	if (p[0] >= 0xf0 && left >= 4) {
		*point = 0x10000;
		return 4;
	}
	if (p[0] >= 0xe0 && left >= 3) {
		*point = (uint32_t)(p[0] & 15) << 12 |
		    (uint32_t)(p[1] & 63) << 6 | (p[2] & 63);
		return 3;
	}
	if (p[0] >= 0xc0 && left >= 2) {
		*point = (uint32_t)(p[0] & 31) << 6 | (p[1] & 63);
		return 2;
	}
	return 1;
}

/* In the place of a space, if one is there. */
static void
put_mark(struct folder *folder, char mark)
{
	if (folder->last == ' ' && folder->out->length > 0)
		folder->out->data[folder->out->length - 1] = mark;
	else
		put(folder, &mark, 1);
	folder->last = mark;
}

/*
 * Around what is quiet stand \f and \v, which separate words as a space does.
 * Returns how much is left out.
 */
static size_t
fold_quiet(struct folder *folder)
{
	struct quiet *quiet = &folder->quiet;
	size_t n = quiet_frame(folder->text, folder->length, folder->at);

	if (n > 0) {
		put_separator(folder, '\n');
		return n;
	}
	if (is_alpha(folder->text[folder->at]))
		n = quiet_name(folder->text, folder->length, folder->at, quiet);
	if (folder->at == quiet->from && quiet->from < quiet->to)
		put_mark(folder, '\f');
	else if (folder->at == quiet->to && quiet->from < quiet->to)
		put_mark(folder, '\v');
	return n;
}

static size_t
fold_wide(struct folder *folder)
{
	uint32_t point;
	size_t n = read_point(folder, &point);

	if (point != 0x2019 && point != 0x2bc) {
		fold_point(folder, point);
		return n;
	}
	/* an apostrophe of the printers */
	folder->at += n - 1;
	fold_sign(folder, '\'');
	return 1;
}

void
fold_text(const char *text, size_t length, bool split_camel, struct buf *out)
{
	struct folder folder = { out, text, length, 0, split_camel, '\n',
		{ 0, 0 } };
	size_t n;
	char c;

	while (folder.at < length) {
		if ((n = fold_quiet(&folder)) > 0) {
			folder.at += n;
			continue;
		}
		n = 1;
		c = text[folder.at];
		if ((unsigned char)c >= 0x80)
			n = fold_wide(&folder);
		else if (is_alpha(c))
			fold_letter(&folder, c);
		else if (c >= '0' && c <= '9')
			put(&folder, &c, 1);
		else
			fold_sign(&folder, c);
		folder.at += n;
	}
}
