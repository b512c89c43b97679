/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * A provider's endpoints by its issuer: the document of OpenID Connect
 * Discovery 1.0, or that of RFC 8414 where there is none. It keeps nothing;
 * who asks stores what was found.
 */

#ifndef DISCOVERY_H
#define DISCOVERY_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "http.h"
#include "status.h"

/* An issuer or an endpoint; a configured value may be as long. */
#define DISCOVERY_MAX_URL 2048

/* What a document names; strings are owned, NULL where it has none. */
struct discovery {
	char *issuer; /* as it was asked for */
	char *token_endpoint;
	char *authorization_endpoint;
	char *device_endpoint;
	char *revocation_endpoint;
	/*
	 * Answers of the authorization endpoint carry iss (RFC 9207), and it
	 * must be the issuer.
	 */
	bool sends_iss;
};
void discovery_clear(struct discovery *discovery);

/*
 * Appends where an issuer's document is: for OpenID behind the issuer
 * (Discovery 1.0, 4), for OAuth between its host and its path (RFC 8414, 3.1).
 * Slashes at the end of the issuer do not count here.
 */
void discovery_url(const char *issuer, bool is_oidc, struct buf *url);

/*
 * Understands a document, which may be any bytes. Its issuer must be the one
 * asked for, byte for byte (RFC 8414, 3.3); only Microsoft's shared tenants
 * (common, organizations, consumers) have another one by design. host names
 * the source in the sentence.
 *
 * STATUS_CONFIG: another issuer, no token endpoint, or an endpoint that
 * secrets may not be sent to. STATUS_AGAIN: no document at all, as from the
 * sign-in page of a network. STATUS_NOMEM. Opens nothing.
 */
enum status discovery_read(const char *bytes, size_t length, const char *issuer,
    const char *host, struct discovery *discovery, struct diag *diag);

/*
 * Asks for the document: OpenID's, then RFC 8414's. like has the certificates,
 * the proxy, the times and what cancels; both requests share its timeout, and
 * this blocks as long at most.
 *
 * STATUS_CONFIG also for an issuer that is no https address or has a query,
 * and where neither document exists. STATUS_AGAIN also for trouble there (HTTP
 * status 429 and 5xx). Else as http_send() and discovery_read().
 */
enum status discovery_fetch(http_function *send, const char *issuer,
    const struct http_request *like, struct discovery *discovery,
    struct diag *diag);

#endif
