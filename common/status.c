/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Statuses and their sentences. See status.h.
 */

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "status.h"

static const char status_words[STATUS_COUNT][10] = {
	[STATUS_OK] = "ok",
	[STATUS_AGAIN] = "again",
	[STATUS_REAUTH] = "reauth",
	[STATUS_CONFIG] = "config",
	[STATUS_NOACCOUNT] = "noaccount",
	[STATUS_REFUSED] = "refused",
	[STATUS_DATA] = "data",
	[STATUS_ACCESS] = "access",
	[STATUS_NOMEM] = "nomem",
	[STATUS_BUG] = "bug",
	[STATUS_CANCELLED] = "cancelled",
};

/*
 * The length of the well-formed UTF-8 sequence at p (RFC 3629), 1 to 4; 0 if
 * there is none. p is NUL-terminated, so it is never read past its end: a NUL
 * is no continuation byte.
 */
static size_t
utf8_sequence(const unsigned char *p)
{
	size_t length, i;

	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		length = 2;
	else if (p[0] >= 0xe0 && p[0] <= 0xef)
		length = 3;
	else if (p[0] >= 0xf0 && p[0] <= 0xf4)
		length = 4;
	else
		return 0;
	for (i = 1; i < length; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return length;
}

void
diag_clean(char *text)
{
	unsigned char *p = (unsigned char *)text;
	size_t length;

	while (*p != '\0') {
		length = utf8_sequence(p);
		/* U+0080 to U+009F are controls that some terminals obey. */
		if (length == 0 || *p < 0x20 || *p == 0x7f ||
		    (*p == 0xc2 && p[1] < 0xa0)) {
			*p++ = '?';
			continue;
		}
		p += length;
	}
}

enum status
diag_set(struct diag *diag, enum status status, const char *format, ...)
{
	size_t length;
	va_list arguments;

	if (diag == NULL)
		return status;
	va_start(arguments, format);
	if (vsnprintf(diag->text, sizeof(diag->text), format, arguments) < 0)
		diag->text[0] = '\0';
	va_end(arguments);
	/* A cut may have left half a character: drop its bytes. */
	length = strlen(diag->text);
	if (length == sizeof(diag->text) - 1) {
		while (length > 0 &&
		    ((unsigned char)diag->text[length - 1] & 0xc0) == 0x80)
			length--;
		if (length > 0 && (unsigned char)diag->text[length - 1] >= 0xc0)
			length--;
		diag->text[length] = '\0';
	}
	diag_clean(diag->text);
	return status;
}

enum status
diag_set_nomem(struct diag *diag)
{
	return diag_set(diag, STATUS_NOMEM, "out of memory");
}

const char *
status_name(enum status status)
{
	if ((unsigned)status >= STATUS_COUNT)
		return "bug";
	return status_words[status];
}

enum status
status_find(const char *name)
{
	unsigned i;

	for (i = 0; i < STATUS_COUNT; i++)
		if (strcmp(status_words[i], name) == 0)
			return (enum status)i;
	return STATUS_BUG;
}
