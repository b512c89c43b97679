/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A text that names nobody. See doctor_hide.h.
 *
 * The text is freed of percent-encoding and of secrets (explain_show()), and is
 * then read once from its beginning: at each place the first of the rules that
 * fits takes what it fits and says what stands for it.
 *
 * BUGS: a host without a dot, and a user's name, that nothing here knows and
 * that stand in running text, cannot be told from words.
 */

#include <stdlib.h>
#include <string.h>

#include "doctor_reader.h"
#include "explain.h"
#include "hex.h"

#define HIDDEN "[hidden]"

/* Percent-encoding of percent-encoding, and so on. */
#define MAX_DECODINGS 4

/* A sentence of so many bytes has been cut; a character may be gone besides. */
#define MIN_CUT_TEXT (DIAG_MAX_TEXT - 4)

static void
read_all(struct doctor_reader *reader)
{
	static doctor_rule *const rules[] = { reader_take_value,
		reader_take_url, reader_take_token_uri, reader_take_home,
		reader_take_mail_address, reader_take_guid, reader_take_ip6,
		reader_take_coded, reader_take_dotted, reader_take_word };
	size_t i;

	while (reader->at < reader->length) {
		for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
			if (rules[i](reader))
				break;
		if (i == sizeof(rules) / sizeof(rules[0]))
			buf_add(reader->out, reader->text + reader->at++, 1);
	}
}

/* Frees the text of percent-encoding, in place. Was there any? */
static bool
decode(char *text)
{
	const char *from = text;
	bool is_changed = false;
	char *to = text;
	int byte;

	while (*from != '\0') {
		byte = 0;
		if (from[0] == '%' && reader_is_hex(from[1]) &&
		    reader_is_hex(from[2]))
			byte = hex_value(from[1]) * 16 + hex_value(from[2]);
		if (byte == 0) {
			*to++ = *from++;
			continue;
		}
		*to++ = (char)byte;
		from += 3;
		is_changed = true;
	}
	*to = '\0';
	return is_changed;
}

/* A text that was cut may end in the middle of one. */
static void
drop_half(char *text)
{
	size_t length = strlen(text);

	if (length > 0 && text[length - 1] == '%')
		text[length - 1] = '\0';
	else if (length > 1 && text[length - 2] == '%' &&
	    reader_is_hex(text[length - 1]))
		text[length - 2] = '\0';
}

/* Half of what was cut looks like nothing: the last word goes. */
static void
drop_last_word(char *text)
{
	size_t length = strlen(text), mark = strlen(DOCTOR_READER_CUT);
	bool is_marked = length >= mark &&
	    strcmp(text + length - mark, DOCTOR_READER_CUT) == 0;

	if (length < MIN_CUT_TEXT && !is_marked)
		return;
	while (length > 0 && text[length - 1] != ' ')
		length--;
	/* What is cut was longer than the mark. */
	if (strlen(text + length) >= mark)
		memcpy(text + length, DOCTOR_READER_CUT, mark + 1);
	else
		text[length] = '\0';
}

enum status
doctor_hide_text(struct doctor_hide *hide, const char *text, struct buf *out)
{
	size_t length = strnlen(text, DOCTOR_HIDE_MAX_TEXT), space, i;
	struct doctor_reader reader = { .hide = hide, .out = out };
	char *plain, *shown = NULL;

	/* A secret may become longer when it is hidden. */
	space = 4 * length + sizeof(HIDDEN);
	if ((plain = string_copy_n(text, length)) == NULL ||
	    (shown = malloc(space)) == NULL) {
		hide->failed = STATUS_NOMEM;
		goto out;
	}
	drop_last_word(plain);
	for (i = 0; i < MAX_DECODINGS && decode(plain); i++)
		;
	drop_half(plain);
	explain_show(plain, strlen(plain), shown, space);
	reader.text = shown;
	reader.length = strlen(shown);
	read_all(&reader);
out:
	free(plain);
	free(shown);
	return hide->failed != STATUS_OK ? hide->failed : buf_status(out);
}
