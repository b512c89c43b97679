/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The wiping byte buffer. See buf.h.
 *
 * Growing copies to a new block and wipes the old one: realloc() would leave
 * secrets in freed memory.
 */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"

#define BUF_MIN_SPACE 256

/* Where the bytes are. By pointers, so that a program whose buffers hold no
 * secret is linked without the other kind. */
struct buf_memory {
	void *(*take)(size_t size);
	void (*give_back)(void *block);
};

static const struct buf_memory secret_memory = { secret_alloc, secret_release };

void
buf_init(struct buf *buf, size_t max)
{
	memset(buf, 0, sizeof(*buf));
	buf->max = max;
}

void
buf_init_secret(struct buf *buf, size_t max)
{
	buf_init(buf, max);
	buf->memory = &secret_memory;
}

static void *
take(const struct buf *buf, size_t space)
{
	return buf->memory != NULL ? buf->memory->take(space) : malloc(space);
}

static void
give_back(const struct buf *buf)
{
	if (buf->data == NULL)
		return;
	if (buf->memory != NULL) {
		buf->memory->give_back(buf->data); /* wipes */
		return;
	}
	explicit_bzero(buf->data, buf->space);
	free(buf->data);
}

void
buf_clear(struct buf *buf)
{
	const struct buf_memory *memory = buf->memory;

	give_back(buf);
	buf_init(buf, buf->max);
	buf->memory = memory;
}

char *
buf_reserve(struct buf *buf, size_t length)
{
	size_t need, space;
	char *data;

	if (buf->failed != STATUS_OK)
		return NULL;
	if (length > buf->max || buf->length > buf->max - length) {
		buf->failed = STATUS_DATA;
		return NULL;
	}
	need = buf->length + length + 1;
	if (need <= buf->space)
		return buf->data + buf->length;
	/* At first what is asked for, which is often all there will be. */
	space = buf->space == 0 ? need : buf->space;
	while (space < need)
		space += space;
	if (space < BUF_MIN_SPACE)
		space = BUF_MIN_SPACE;
	if (space > buf->max + 1)
		space = buf->max + 1;
	if ((data = take(buf, space)) == NULL) {
		buf->failed = STATUS_NOMEM;
		return NULL;
	}
	if (buf->data != NULL)
		memcpy(data, buf->data, buf->length);
	give_back(buf);
	data[buf->length] = '\0';
	buf->data = data;
	buf->space = space;
	return data + buf->length;
}

void
buf_grow(struct buf *buf, size_t length)
{
	if (buf->failed != STATUS_OK || length == 0)
		return;
	buf->length += length;
	buf->data[buf->length] = '\0';
}

void
buf_add(struct buf *buf, const void *bytes, size_t length)
{
	char *room;

	if (length == 0 || (room = buf_reserve(buf, length)) == NULL)
		return;
	memcpy(room, bytes, length);
	buf_grow(buf, length);
}

void
buf_add_string(struct buf *buf, const char *string)
{
	buf_add(buf, string, strlen(string));
}

void
buf_add_format(struct buf *buf, const char *format, ...)
{
	va_list arguments;
	int length;
	char *room;

	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0) {
		buf->failed = STATUS_DATA;
		return;
	}
	if ((room = buf_reserve(buf, (size_t)length)) == NULL)
		return;
	va_start(arguments, format);
	vsnprintf(room, (size_t)length + 1, format, arguments);
	va_end(arguments);
	buf_grow(buf, (size_t)length);
}

enum status
buf_status(const struct buf *buf)
{
	return buf->failed;
}

const char *
buf_text(const struct buf *buf)
{
	return buf->data == NULL ? "" : buf->data;
}

char *
string_copy(const char *string)
{
	return string_copy_n(string, strlen(string));
}

char *
string_copy_n(const char *bytes, size_t length)
{
	char *copy = malloc(length + 1);

	if (copy != NULL) {
		memcpy(copy, bytes, length);
		copy[length] = '\0';
	}
	return copy;
}
