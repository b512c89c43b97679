/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Redirect addresses, before anybody signs in. See redirect.h.
 *
 * A wrong "no" would keep people from logging in, so what is no clear one is
 * none: an error page's status with words for it, or, on a page that any status
 * may have, the provider's own number or error word.
 */

#include <stdio.h>
#include <string.h>

#include "oauth_code.h"
#include "provider.h"
#include "redirect.h"
#include "trip.h"

/* The error word for it, which has the meaning that is looked for. */
#define ERROR_WORD "redirect_uri_mismatch"

#define SILENTLY "prompt=none"

/* Does the provider's answer lead there? */
static bool
leads_to(const char *location, const char *uri)
{
	size_t length = strlen(uri);

	return strncmp(location, uri, length) == 0 &&
	    (location[length] == '\0' ||
		strchr("?&#/", location[length]) != NULL);
}

/* Where the words stand. */
enum place {
	ON_A_PAGE,     /* which may have any words in it, and its own script */
	ON_ERROR_PAGE, /* by its status */
	IN_AN_ADDRESS,
};

/* Is what has decided clear enough there? */
static bool
is_clear(const struct explanation *found, enum place place)
{
	if (place == ON_ERROR_PAGE)
		return true;
	if (found->is_guess || strchr(found->code, ' ') != NULL)
		return false;
	return place == IN_AN_ADDRESS ||
	    strncmp(found->code, "AADSTS", strlen("AADSTS")) == 0;
}

/* Are the words for an address that is not registered, and clear ones? */
static bool
is_refusal(const char *text, size_t length, enum place place,
    struct redirect_answer *answer)
{
	struct explanation found, meant;

	explain_text(text, length, &found);
	if (!explain_find(ERROR_WORD, &meant) ||
	    strcmp(found.cause, meant.cause) != 0 || !is_clear(&found, place))
		return false;
	if (!found.is_guess && strchr(found.code, ' ') == NULL)
		snprintf(answer->code, sizeof(answer->code), "%s", found.code);
	return true;
}

/* The status says as much as words do. */
static void
judge(const struct http_answer *got, const struct trip *trip, const char *uri,
    struct redirect_answer *answer)
{
	enum place place =
	    got->code >= 400 && got->code < 500 ? ON_ERROR_PAGE : ON_A_PAGE;

	snprintf(answer->code, sizeof(answer->code), "HTTP status %ld",
	    got->code);
	if (leads_to(trip->location, uri)) {
		answer->verdict = REDIRECT_TAKEN;
	} else if (trip->location[0] != '\0') {
		if (is_refusal(trip->location, strlen(trip->location),
			IN_AN_ADDRESS, answer))
			answer->verdict = REDIRECT_REFUSED;
	} else if (is_refusal(buf_text(&got->body), got->body.length, place,
		       answer)) {
		answer->verdict = REDIRECT_REFUSED;
	}
}

/* Is there an endpoint that belongs to this provider, and can be asked so? */
static const char *
find_endpoint(const struct settings *settings)
{
	const char *url = settings->text[OPTION_AUTHORIZATION_ENDPOINT];

	if (url == NULL || strstr(url, "prompt=") != NULL ||
	    (settings->origin[OPTION_AUTHORIZATION_ENDPOINT] == ORIGIN_PRESET &&
		settings->origin[OPTION_TOKEN_ENDPOINT] != ORIGIN_PRESET))
		return NULL;
	return url;
}

void
redirect_ask(const struct renewer *renewer, const struct endpoint *endpoint,
    const char *uri, struct redirect_answer *answer)
{
	const char *scope = endpoint->settings.text[OPTION_SCOPE];
	const struct oauth_code_question question = {
		.endpoint = find_endpoint(&endpoint->settings),
		.client_id = endpoint->client.id,
		.redirect_uri = uri,
		/* prompt is one of OpenID Connect's. */
		.scope = scope != NULL ? scope : "openid",
		.extra = SILENTLY,
	};
	struct oauth_code_request code;
	struct http_request request;
	struct http_answer got;
	struct trip trip = { .date = 0 };
	struct buf url;

	memset(answer, 0, sizeof(*answer));
	if (question.endpoint == NULL || question.client_id == NULL ||
	    oauth_code_start(&code, NULL) != STATUS_OK)
		return;
	buf_init(&url, OAUTH_CODE_MAX_URL);
	http_answer_init(&got);
	oauth_code_build_url(&code, &question, &url);
	request = endpoint_request(renewer, endpoint, buf_text(&url),
	    REDIRECT_ASK_MS);
	request.trip = &trip;
	/* A redirect is a failure to those who send secrets, and none here. */
	if (buf_status(&url) == STATUS_OK &&
	    (http_send(&request, &got, NULL) == STATUS_OK ||
		trip.location[0] != '\0'))
		judge(&got, &trip, uri, answer);
	http_answer_clear(&got);
	oauth_code_clear(&code);
	buf_clear(&url);
}

/* Has the address a port in it? */
static bool
has_port(const char *uri)
{
	const char *host = strstr(uri, "://");

	if (host == NULL)
		return false;
	host += strlen("://");
	if (*host == '[')
		host += strcspn(host, "]");
	return host[strcspn(host, ":/?")] == ':';
}

void
redirect_say(const struct endpoint *endpoint, const char *uri,
    const struct redirect_answer *answer, const char *path, struct diag *what,
    struct diag *next)
{
	const struct settings *settings = &endpoint->settings;
	const char *configured = settings->text[OPTION_REDIRECT_URI];
	bool is_entra =
	    settings->preset != NULL && settings->preset->is_exchange;
	bool has_any_port =
	    strncmp(uri, "https:", 6) != 0 && !has_port(configured);

	diag_set(what, STATUS_CONFIG,
	    "the provider sends no browser back to %.100s, which is not a "
	    "redirect address of the application %.60s (%s)",
	    uri, endpoint->client.id, answer->code);
	diag_set(next, STATUS_CONFIG,
	    "register %.100s%s%s with that application, or set redirect_uri in "
	    "%.80s to what is registered there",
	    configured, is_entra ? " (mobile and desktop)" : "",
	    has_any_port && !is_entra ?
		" (with a port for login --port, if it compares ports)" :
		"",
	    path);
}
