/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Compact JWS. See jws.h. It knows no JSON.
 */

#include <string.h>

#include "base64.h"
#include "jws.h"
#include "key.h"

enum status
jws_sign(const struct key *key, enum assertion_alg alg, const char *header,
    const char *payload, struct buf *out, struct diag *diag)
{
	size_t start = out->length;
	struct buf signature;
	enum status r;

	buf_init(&signature, KEY_MAX_SIGNATURE);
	base64_encode_url(out, header, strlen(header));
	buf_add(out, ".", 1);
	base64_encode_url(out, payload, strlen(payload));
	if ((r = buf_status(out)) == STATUS_OK)
		r = key_sign(key, alg, out->data + start, out->length - start,
		    &signature, diag);
	else
		diag_set(diag, r,
		    "a signed message is too long, or memory is "
		    "out");
	if (r == STATUS_OK) {
		buf_add(out, ".", 1);
		base64_encode_url(out, signature.data, signature.length);
		if ((r = buf_status(out)) != STATUS_OK)
			diag_set(diag, r,
			    "a signed message is too long, or "
			    "memory is out");
	}
	buf_clear(&signature);
	return r;
}
