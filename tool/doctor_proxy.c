/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Proxies of the environment. See doctor_proxy.h.
 *
 * BUGS: networks in no_proxy ("10.0.0.0/8") except nothing here.
 */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "doctor_proxy.h"

/* The host alone, without a port. */
static size_t
host_length(const char *host)
{
	const char *end = strrchr(host, ':');

	if (end == NULL || (host[0] == '[' && end[-1] != ']'))
		return strlen(host);
	return (size_t)(end - host);
}

/* Is the host that name, or below it? A dot before the name does not count. */
static bool
is_below(const char *host, size_t length, const char *name, size_t name_length)
{
	if (name_length > 0 && name[0] == '.') {
		name++;
		name_length--;
	}
	if (name_length == 0 || length < name_length ||
	    strncasecmp(host + length - name_length, name, name_length) != 0)
		return false;
	return length == name_length || host[length - name_length - 1] == '.';
}

static bool
is_excepted(const char *host, const char *list)
{
	static const char separators[] = ", \t";
	size_t length = host_length(host), one;

	if (list == NULL)
		return false;
	if (strcmp(list, "*") == 0)
		return true;
	for (list += strspn(list, separators); *list != '\0';
	     list += one + strspn(list + one, separators)) {
		one = strcspn(list, separators);
		if (is_below(host, length, list, one))
			return true;
	}
	return false;
}

const char *
doctor_find_proxy(const char *host, const char **variable)
{
	static const char *const names[] = { "https_proxy", "HTTPS_PROXY",
		"all_proxy", "ALL_PROXY" };
	const char *list = getenv("no_proxy"), *proxy;
	size_t i;

	if (is_excepted(host, list != NULL ? list : getenv("NO_PROXY")))
		return NULL;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		proxy = getenv(names[i]);
		if (proxy == NULL)
			continue;
		*variable = names[i];
		return proxy[0] != '\0' ? proxy : NULL;
	}
	return NULL;
}

void
doctor_name_proxy(const char *proxy, char *host, size_t space, bool *had_login)
{
	const char *start = strstr(proxy, "://"), *at;
	size_t length;

	start = start != NULL ? start + 3 : proxy;
	length = strcspn(start, "/?#");
	/* A password may hold what it must not. */
	at = strrchr(start, '@');
	*had_login = at != NULL;
	if (at != NULL) {
		start = at + 1;
		length = strcspn(start, "/?#");
	}
	snprintf(host, space, "%.*s", (int)length, start);
}

void
doctor_name_proxy_scheme(const char *proxy, char *scheme, size_t space)
{
	const char *end = strstr(proxy, "://");

	if (end == NULL)
		snprintf(scheme, space, "http://");
	else
		snprintf(scheme, space, "%.*s", (int)(end + 3 - proxy), proxy);
}
