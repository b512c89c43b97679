/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Placeholders and slips. See doctor_values.h.
 */

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "doctor_values.h"
#include "words.h"

/* More than two slips make another name. */
#define MAX_SLIPS 2

#define GUID_LENGTH 36

bool
doctor_is_guid(const char *text)
{
	size_t i;

	if (strlen(text) != GUID_LENGTH)
		return false;
	for (i = 0; i < GUID_LENGTH; i++) {
		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (text[i] != '-')
				return false;
		} else if (!isxdigit((unsigned char)text[i])) {
			return false;
		}
	}
	return true;
}

/* One digit again and again, or in each group; or the digits in order. */
static bool
is_made_up_guid(const char *text)
{
	static const char ordered[] = "12345678-1234-1234-1234-123456789";
	size_t i;

	if (strncasecmp(text, ordered, strlen(ordered)) == 0)
		return true;
	for (i = 1; text[i] != '\0'; i++)
		if (text[i] != '-' && text[i - 1] != '-' &&
		    text[i] != text[i - 1])
			return false;
	return true;
}

/* Letters x, dots and dashes alone. */
static bool
is_crossed_out(const char *text)
{
	return text[0] != '\0' && text[strspn(text, "xX.-_*")] == '\0' &&
	    strlen(text) > 2;
}

static bool
has_word(const char *text, const char *word)
{
	size_t length = strlen(word);

	for (; *text != '\0'; text++)
		if (strncasecmp(text, word, length) == 0)
			return true;
	return false;
}

bool
doctor_is_placeholder(const char *text)
{
	static const char *const whole[] = { "its-id", "client-id", "client_id",
		"clientid", "tenant-id", "tenant_id", "tenant", "app-id", "id",
		"todo", "none", "secret" };
	static const char *const parts[] = { "changeme", "change-me", "replace",
		"your-", "your_", "yourclient", "placeholder", "insert-" };
	size_t i;

	if (doctor_is_guid(text))
		return is_made_up_guid(text);
	if (strchr(text, '<') != NULL || strchr(text, '{') != NULL ||
	    is_crossed_out(text))
		return true;
	for (i = 0; i < sizeof(whole) / sizeof(whole[0]); i++)
		if (strcasecmp(text, whole[i]) == 0)
			return true;
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (has_word(text, parts[i]))
			return true;
	return false;
}

bool
doctor_is_example(const char *text)
{
	static const char *const domains[] = { "example.com", "example.org",
		"example.net", "contoso.com", "contoso.onmicrosoft.com",
		"fabrikam.com" };
	const char *at = strrchr(text, '@');
	size_t i;

	text = at != NULL ? at + 1 : text;
	for (i = 0; i < sizeof(domains) / sizeof(domains[0]); i++)
		if (strcasecmp(text, domains[i]) == 0)
			return true;
	return false;
}

/* The same before the @, which only one of them has. */
static bool
is_without_domain(const char *a, const char *b)
{
	size_t a_length = strcspn(a, "@"), b_length = strcspn(b, "@");

	return (a[a_length] == '\0') != (b[b_length] == '\0') &&
	    a_length == b_length && strncasecmp(a, b, a_length) == 0;
}

/* Is it numbers that tell them apart, as of "desk1" and "desk2"? */
static bool
is_other_number(const char *a, const char *b)
{
	static const char digits[] = "0123456789";

	for (;;) {
		a += strspn(a, digits);
		b += strspn(b, digits);
		if (*a == '\0' ||
		    tolower((unsigned char)*a) != tolower((unsigned char)*b))
			return *a == *b;
		a++;
		b++;
	}
}

/* How far they are apart; case is less than a slip, and a number more. */
static size_t
judge(const char *a, const char *b)
{
	if (strcasecmp(a, b) == 0)
		return 0;
	if (is_other_number(a, b))
		return MAX_SLIPS + 1;
	return is_without_domain(a, b) ? MAX_SLIPS : words_distance(a, b);
}

const char *
doctor_find_similar(const struct accounts *accounts, const char *name)
{
	const char *closest = NULL;
	size_t best = MAX_SLIPS + 1, i, d;

	for (i = 0; i < accounts->count; i++) {
		if (strcmp(accounts->names[i], name) == 0)
			continue;
		if ((d = judge(accounts->names[i], name)) < best) {
			best = d;
			closest = accounts->names[i];
		}
	}
	return closest;
}
