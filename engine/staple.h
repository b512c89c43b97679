/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a server staples to its certificate: the word of its issuer on whether
 * the certificate is revoked (RFC 6066, 8, and RFC 6960).
 *
 * A staple is asked for and need not come. One that says "revoked" ends the
 * handshake, before a secret is sent. Its signature is not looked at: who could
 * forge it is the server itself, and would only shut itself out.
 */

#ifndef STAPLE_H
#define STAPLE_H

#include <curl/curl.h>
#include <stdbool.h>

#include "trip.h"

/* What is seen during the handshake; it must live as long as the handle. */
struct staple {
	bool is_revoked;
	struct trip
	    *trip; /* gets the certificate's issuer; NULL: nobody asks */
};

/*
 * Lets one request look at staples, and has OpenSSL wipe what it decrypts.
 * Without effect where libcurl does TLS by something else.
 */
CURLcode staple_watch(CURL *curl, struct staple *staple);

#endif
