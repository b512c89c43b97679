/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The lines between the tool and its probe. See probeline.h.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "probeline.h"

#define NO_FIELD "-"
#define EMPTY_FIELD "="

/* A number of any type, and a sign. */
#define NUMBER_SPACE 24

void
probeline_init(struct probeline *line)
{
	size_t i;

	memset(line, 0, sizeof(*line));
	for (i = 0; i < PROBELINE_MAX_FIELDS; i++)
		buf_init_secret(&line->fields[i], PROBELINE_MAX_LENGTH);
}

void
probeline_clear(struct probeline *line)
{
	size_t i;

	for (i = 0; i < PROBELINE_MAX_FIELDS; i++)
		buf_clear(&line->fields[i]);
	probeline_init(line);
}

static enum status
parse_field(struct probeline *line, const char *text)
{
	struct buf *field = &line->fields[line->count];
	enum status r = STATUS_OK;

	if (text[0] == '\0')
		return STATUS_DATA;
	line->is_there[line->count++] = strcmp(text, NO_FIELD) != 0;
	if (strcmp(text, NO_FIELD) == 0 || strcmp(text, EMPTY_FIELD) == 0)
		return STATUS_OK;
	if ((r = base64_decode(field, text, strlen(text))) != STATUS_OK)
		return r;
	return buf_status(field);
}

enum status
probeline_parse(struct probeline *line, char *text)
{
	char *word, *rest = text;
	enum status r;

	probeline_clear(line);
	line->word = strsep(&rest, " ");
	if (line->word[0] == '\0')
		return STATUS_DATA;
	while ((word = strsep(&rest, " ")) != NULL) {
		if (line->count == PROBELINE_MAX_FIELDS)
			return STATUS_DATA;
		if ((r = parse_field(line, word)) != STATUS_OK)
			return r;
	}
	return STATUS_OK;
}

const char *
probeline_text(const struct probeline *line, size_t index)
{
	if (index >= line->count || !line->is_there[index])
		return NULL;
	return buf_text(&line->fields[index]);
}

long
probeline_number(const struct probeline *line, size_t index)
{
	const char *text = probeline_text(line, index);
	char *end;
	long number;

	if (text == NULL || text[0] < '0' || text[0] > '9')
		return -1;
	errno = 0;
	number = strtol(text, &end, 10);
	return errno != 0 || *end != '\0' ? -1 : number;
}

void
probeline_begin(struct buf *out, const char *word)
{
	buf_add_string(out, word);
}

void
probeline_add(struct buf *out, const void *bytes, size_t length)
{
	buf_add_string(out, " ");
	if (bytes == NULL)
		buf_add_string(out, NO_FIELD);
	else if (length == 0)
		buf_add_string(out, EMPTY_FIELD);
	else
		base64_encode(out, bytes, length);
}

void
probeline_add_text(struct buf *out, const char *text)
{
	probeline_add(out, text, text != NULL ? strlen(text) : 0);
}

void
probeline_add_number(struct buf *out, long number)
{
	char text[NUMBER_SPACE];

	snprintf(text, sizeof(text), "%ld", number);
	probeline_add_text(out, text);
}

void
probeline_end(struct buf *out)
{
	buf_add_string(out, "\n");
}

bool
probeline_take(struct buf *input, struct buf *text)
{
	size_t length;
	char *end;

	if (input->length == 0 ||
	    (end = memchr(input->data, '\n', input->length)) == NULL)
		return false;
	length = (size_t)(end - input->data);
	buf_clear(text);
	buf_add(text, input->data, length);
	length++;
	input->length -= length;
	memmove(input->data, input->data + length, input->length);
	explicit_bzero(input->data + input->length, length);
	return true;
}
