/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * OCSP staples, by OpenSSL beneath libcurl. See staple.h.
 */

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/ssl.h>
#include <string.h>

#include "staple.h"

/* Is it this certificate's, and does it say "revoked"? */
static bool
says_revoked(OCSP_SINGLERESP *single, const X509 *certificate)
{
	/* OpenSSL takes without const what it gives with it. */
	union {
		const OCSP_CERTID *from;
		OCSP_CERTID *to;
	} id = { .from = OCSP_SINGLERESP_get0_id(single) };
	ASN1_INTEGER *serial = NULL;
	int reason;

	OCSP_id_get0_info(NULL, NULL, NULL, &serial, id.to);
	return serial != NULL &&
	    ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(certificate)) ==
	    0 &&
	    OCSP_single_get0_status(single, &reason, NULL, NULL, NULL) ==
	    V_OCSP_CERTSTATUS_REVOKED;
}

static bool
is_revoked(const unsigned char *bytes, long length, const X509 *certificate)
{
	OCSP_RESPONSE *response = d2i_OCSP_RESPONSE(NULL, &bytes, length);
	OCSP_BASICRESP *basic = NULL;
	bool is_so = false;
	int i;

	if (response != NULL)
		basic = OCSP_response_get1_basic(response);
	for (i = 0; basic != NULL && i < OCSP_resp_count(basic); i++)
		is_so |= says_revoked(OCSP_resp_get0(basic, i), certificate);
	OCSP_BASICRESP_free(basic);
	OCSP_RESPONSE_free(response);
	return is_so;
}

/* OpenSSL calls it in the handshake; 0 ends that, 1 lets it go on. */
static int
look_at_staple(SSL *ssl, void *context)
{
	const X509 *certificate = SSL_get0_peer_certificate(ssl);
	const unsigned char *bytes = NULL;
	long length = SSL_get_tlsext_status_ocsp_resp(ssl, &bytes);
	bool *found = context;

	if (certificate == NULL || bytes == NULL || length <= 0)
		return 1;
	ERR_set_mark();
	*found = is_revoked(bytes, length, certificate);
	ERR_pop_to_mark();
	return *found ? 0 : 1;
}

static CURLcode
prepare(CURL *curl, void *ssl_ctx, void *context)
{
	SSL_CTX *ctx = ssl_ctx;

	(void)curl;
	SSL_CTX_set_tlsext_status_type(ctx, TLSEXT_STATUSTYPE_ocsp);
	SSL_CTX_set_tlsext_status_cb(ctx, look_at_staple);
	SSL_CTX_set_tlsext_status_arg(ctx, context);
	SSL_CTX_set_options(ctx, SSL_OP_CLEANSE_PLAINTEXT);
	return CURLE_OK;
}

/* The context that libcurl gives is of the library that we know too. */
static bool
is_openssl(void)
{
	const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);

	return info->ssl_version != NULL &&
	    strncmp(info->ssl_version, "OpenSSL/3", 9) == 0;
}

CURLcode
staple_watch(CURL *curl, bool *revoked)
{
	CURLcode r;

	*revoked = false;
	if (!is_openssl())
		return CURLE_OK;
	r = curl_easy_setopt(curl, CURLOPT_SSL_CTX_DATA, revoked);
	if (r == CURLE_OK)
		r = curl_easy_setopt(curl, CURLOPT_SSL_CTX_FUNCTION, prepare);
	return r;
}
