/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Any text for a report, behind a host that is known, with a NUL between them.
 * What comes of it has no such host in it, and no address but those that
 * everybody has and those that stand for others.
 */

#include <string.h>
#include <strings.h>

#include "doctor_hide.h"
#include "fuzz.h"

const char fuzz_name[] = "hide";

/* What has as many bytes is found in the middle of a word too. */
#define MIN_KNOWN 8

#define OUT_MAX (1024 * 1024)

static bool
begins(const char *text, const char *beginning)
{
	return strncasecmp(text, beginning, strlen(beginning)) == 0;
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9');
}

static void
check_addresses(const char *text)
{
	static const char *const hosts[] = { "host", "ip", "id", "user",
		"localhost", "127." };
	size_t i;

	while ((text = strchr(text, '@')) != NULL) {
		text++;
		for (i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
			if (begins(text, hosts[i]))
				break;
		MUST(!is_letter(*text) || i < sizeof(hosts) / sizeof(hosts[0]));
	}
}

/* A name that is a part of those that are given, or of [hidden], may stay. */
static bool
can_be_told(const char *known)
{
	return strlen(known) >= MIN_KNOWN && strchr(known, '.') != NULL &&
	    strpbrk(known, "0123456789@[]()%/: ") == NULL &&
	    strcasestr("...", known) == NULL;
}

static void
check(const char *known, const char *text)
{
	struct doctor_hide *hide = NULL;
	struct buf out;
	size_t i;

	buf_init(&out, OUT_MAX);
	if (!WORKS(doctor_hide_new(&hide) == STATUS_OK))
		return;
	doctor_hide_know(hide, DOCTOR_HIDE_HOST, known);
	if (WORKS(doctor_hide_text(hide, text, &out) == STATUS_OK)) {
		check_addresses(buf_text(&out));
		for (i = 0; i < out.length; i++)
			MUST((unsigned char)out.data[i] >= ' ');
		MUST(!can_be_told(known) ||
		    strcasestr(buf_text(&out), known) == NULL);
	}
	doctor_hide_free(&hide);
	buf_clear(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t length = strnlen((const char *)data, size);
	char *known = string_copy_n((const char *)data, length);
	char *text = NULL;

	if (length < size)
		text = string_copy_n((const char *)data + length + 1,
		    size - length - 1);
	if (known != NULL && text != NULL)
		check(known, text);
	free(known);
	free(text);
	return 0;
}
