/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What a request met on its way, for who examines the way and not the answer.
 */

#ifndef TRIP_H
#define TRIP_H

#include <curl/curl.h>
#include <stdint.h>

/* The longest name of an issuer that is kept; what is longer is cut. */
#define TRIP_MAX_NAME 160

/* The same for an address; an answer to a browser has some hundred bytes. */
#define TRIP_MAX_LOCATION 2048

/* Zero at first. As they came: to be cleaned before they are shown. */
struct trip {
	char issuer[TRIP_MAX_NAME]; /* of the certificate, also of one that is
				     * not accepted; "": none was seen */
	int64_t date; /* what time it is there (RFC 9110, 6.6.1); 0: not
			     * said */
	int64_t
	    connect_ms; /* name, connection and TLS; 0: it came not so far */
	char location[TRIP_MAX_LOCATION]; /* where a redirect leads, which is
					   * not followed; "": it is none */
};

/* Has the answer's Date noted. staple.h notes the issuer. */
CURLcode trip_watch(CURL *curl, struct trip *trip);

/* After the transfer, however it ended. */
void trip_end(CURL *curl, struct trip *trip);

#endif
