/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Discovery documents: where they are, and what is believed of them. See
 * discovery.h.
 *
 * Whoever can answer for an issuer decides where refresh tokens are sent. So
 * the document must come from that issuer and be for it, and its endpoints
 * must be https; that they lie on other hosts is usual.
 */

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "discovery.h"
#include "json.h"

/* Room for a host name, a colon and a port. */
#define MAX_HOST 300

#define OIDC_SUFFIX "/.well-known/openid-configuration"
#define OAUTH_INFIX "/.well-known/oauth-authorization-server"

void
discovery_clear(struct discovery *discovery)
{
	secret_free(&discovery->issuer);
	secret_free(&discovery->token_endpoint);
	secret_free(&discovery->authorization_endpoint);
	secret_free(&discovery->device_endpoint);
	secret_free(&discovery->revocation_endpoint);
	memset(discovery, 0, sizeof(*discovery));
}

void
discovery_url(const char *issuer, bool is_oidc, struct buf *url)
{
	const char *host = strstr(issuer, "://");
	size_t length = strlen(issuer);
	size_t path;

	host = host != NULL ? host + 3 : issuer;
	path = (size_t)(host - issuer) + strcspn(host, "/");
	while (length > path && issuer[length - 1] == '/')
		length--;
	if (is_oidc) {
		buf_add(url, issuer, length);
		buf_add_string(url, OIDC_SUFFIX);
		return;
	}
	buf_add(url, issuer, path);
	buf_add_string(url, OAUTH_INFIX);
	buf_add(url, issuer + path, length - path);
}

/*
 * Documents of Microsoft's shared tenants: those of work accounts have a
 * template for an issuer, that of personal accounts has their one tenant's id.
 */
static bool
is_shared_tenant(const char *issuer, const char *found)
{
	static const char *const logins[] = {
		"https://login.microsoftonline.com/",
		"https://login.microsoftonline.us/",
		"https://login.partner.microsoftonline.cn/",
	};
	static const struct {
		const char *name, *found;
	} tenants[] = {
		{ "common/v2.0", "{tenantid}/v2.0" },
		{ "organizations/v2.0", "{tenantid}/v2.0" },
		{ "consumers/v2.0", "{tenantid}/v2.0" },
		{ "consumers/v2.0",
		    "9188040d-6c67-4c5b-b112-36a304b66dad/v2.0" },
	};
	size_t i, j, length;

	for (i = 0; i < sizeof(logins) / sizeof(logins[0]); i++) {
		length = strlen(logins[i]);
		if (strncmp(issuer, logins[i], length) != 0 ||
		    strncmp(found, logins[i], length) != 0)
			continue;
		for (j = 0; j < sizeof(tenants) / sizeof(tenants[0]); j++)
			if (strcmp(issuer + length, tenants[j].name) == 0 &&
			    strcmp(found + length, tenants[j].found) == 0)
				return true;
	}
	return false;
}

static enum status
check_issuer(struct json_object *json, const char *issuer, const char *host,
    struct discovery *discovery, struct diag *diag)
{
	const char *found = json_text(json, "issuer");
	struct json_object *member;

	if (found == NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "the discovery document of %s does not say for which "
		    "issuer it is; check issuer",
		    host);
	if (strcmp(found, issuer) == 0)
		discovery->sends_iss =
		    json_object_object_get_ex(json,
			"authorization_response_iss_parameter_supported",
			&member) &&
		    json_object_is_type(member, json_type_boolean) &&
		    json_object_get_boolean(member);
	else if (!is_shared_tenant(issuer, found))
		return diag_set(diag, STATUS_CONFIG,
		    "the discovery document of %s is for the issuer "
		    "\"%.110s\", not for \"%.110s\"; if that is the right "
		    "one, set issuer to exactly that",
		    host, found, issuer);
	discovery->issuer = string_copy(issuer);
	return discovery->issuer != NULL ? STATUS_OK : diag_set_nomem(diag);
}

/* An endpoint that the document may name, but not such that it is unsafe. */
static enum status
read_endpoint(struct json_object *json, const char *name, const char *host,
    char **endpoint, struct diag *diag)
{
	const char *url = json_text(json, name);
	struct diag why;
	enum status r;

	if (url == NULL)
		return STATUS_OK;
	if (strlen(url) > DISCOVERY_MAX_URL)
		return diag_set(diag, STATUS_CONFIG,
		    "the discovery document of %s has a %s of more than %d "
		    "bytes; check issuer",
		    host, name, DISCOVERY_MAX_URL);
	if ((r = http_check_url(url, &why)) == STATUS_NOMEM)
		return diag_set_nomem(diag);
	if (r != STATUS_OK)
		return diag_set(diag, STATUS_CONFIG,
		    "the %s that %s names in its discovery document cannot be "
		    "used: %s",
		    name, host, why.text);
	*endpoint = string_copy(url);
	return *endpoint != NULL ? STATUS_OK : diag_set_nomem(diag);
}

static enum status
read_members(struct json_object *json, const char *issuer, const char *host,
    struct discovery *discovery, struct diag *diag)
{
	const struct {
		const char *name;
		char **endpoint;
	} rows[] = {
		{ "token_endpoint", &discovery->token_endpoint },
		{ "authorization_endpoint",
		    &discovery->authorization_endpoint },
		{ "device_authorization_endpoint",
		    &discovery->device_endpoint },
		{ "revocation_endpoint", &discovery->revocation_endpoint },
	};
	enum status r;
	size_t i;

	if ((r = check_issuer(json, issuer, host, discovery, diag)) !=
	    STATUS_OK)
		return r;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if ((r = read_endpoint(json, rows[i].name, host,
			 rows[i].endpoint, diag)) != STATUS_OK)
			return r;
	if (discovery->token_endpoint == NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "the discovery document of %s names no token_endpoint; "
		    "check issuer, or set token_endpoint",
		    host);
	return STATUS_OK;
}

enum status
discovery_read(const char *bytes, size_t length, const char *issuer,
    const char *host, struct discovery *discovery, struct diag *diag)
{
	struct json_object *json;
	struct discovery new;
	const char *reason;
	enum status r;

	r = json_read_object(bytes, length, &json, &reason);
	if (r == STATUS_NOMEM)
		return diag_set_nomem(diag);
	if (r != STATUS_OK)
		return diag_set(diag, STATUS_AGAIN,
		    "%s answered with something that is not a discovery "
		    "document (%s); if it lasts, check issuer and the proxy",
		    host, reason);
	memset(&new, 0, sizeof(new));
	r = read_members(json, issuer, host, &new, diag);
	json_object_put(json);
	if (r == STATUS_OK)
		*discovery = new; /* now the caller's */
	else
		discovery_clear(&new);
	return r;
}

/* An issuer has neither query nor fragment (RFC 8414, 2). */
static enum status
check_asked(const char *issuer, struct diag *diag)
{
	struct diag why;
	enum status r;

	if ((r = http_check_url(issuer, &why)) == STATUS_NOMEM)
		return diag_set_nomem(diag);
	if (r != STATUS_OK)
		return diag_set(diag, r, "issuer cannot be used: %s", why.text);
	if (strchr(issuer, '?') != NULL)
		return diag_set(diag, STATUS_CONFIG,
		    "the issuer \"%.100s\" has a ? in it; set issuer to the "
		    "address without what follows",
		    issuer);
	return STATUS_OK;
}

/* Says the server that there is no such document? */
static bool
is_absent(long code)
{
	return code >= 400 && code < 500 && code != 408 && code != 429;
}

static enum status
judge(const struct http_answer *answer, const char *issuer, const char *host,
    struct discovery *discovery, struct diag *diag)
{
	if (answer->code == 200)
		return discovery_read(buf_text(&answer->body),
		    answer->body.length, issuer, host, discovery, diag);
	if (is_absent(answer->code))
		return diag_set(diag, STATUS_CONFIG,
		    "%s has no discovery document for the issuer \"%.110s\" "
		    "(HTTP status %ld), neither OpenID's nor that of RFC 8414; "
		    "check issuer, or set token_endpoint",
		    host, issuer, answer->code);
	return diag_set(diag, STATUS_AGAIN,
	    "%s has trouble with its discovery document (HTTP status %ld); try "
	    "again later",
	    host, answer->code);
}

static enum status
get(http_function *send, const char *issuer, bool is_oidc,
    struct http_request *request, struct http_answer *answer, struct diag *diag)
{
	struct buf url;
	enum status r;

	buf_init(&url, DISCOVERY_MAX_URL + sizeof(OAUTH_INFIX));
	discovery_url(issuer, is_oidc, &url);
	r = buf_status(&url);
	if (r == STATUS_OK) {
		request->url = buf_text(&url);
		http_answer_clear(answer);
		r = send(request, answer, diag);
	} else if (r == STATUS_NOMEM) {
		diag_set_nomem(diag);
	} else {
		r = diag_set(diag, STATUS_CONFIG,
		    "issuer has more than %d bytes", DISCOVERY_MAX_URL);
	}
	buf_clear(&url);
	return r;
}

enum status
discovery_fetch(http_function *send, const char *issuer,
    const struct http_request *like, struct discovery *discovery,
    struct diag *diag)
{
	int64_t deadline = clock_elapsed_ms() + like->timeout_ms;
	struct http_request request = {
		.certificates = like->certificates,
		.proxy = like->proxy,
		.connect_timeout_ms = like->connect_timeout_ms,
		.timeout_ms = like->timeout_ms,
		.cancelled = like->cancelled,
		.trip = like->trip,
	};
	struct http_answer answer;
	char host[MAX_HOST];
	int64_t left;
	enum status r;

	if ((r = check_asked(issuer, diag)) != STATUS_OK)
		return r;
	http_host(issuer, host, sizeof(host));
	http_answer_init(&answer);
	r = get(send, issuer, true, &request, &answer, diag);
	if (r == STATUS_OK && is_absent(answer.code)) {
		/* 0 would stand for no limit. */
		left = deadline - clock_elapsed_ms();
		request.timeout_ms = left > 0 ? (int)left : 1;
		r = get(send, issuer, false, &request, &answer, diag);
	}
	if (r == STATUS_OK)
		r = judge(&answer, issuer, host, discovery, diag);
	http_answer_clear(&answer);
	return r;
}
