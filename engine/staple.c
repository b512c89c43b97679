/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * OCSP staples, by OpenSSL beneath libcurl. See staple.h.
 */

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/ssl.h>
#include <stdio.h>
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
	struct staple *staple = context;

	if (certificate == NULL || bytes == NULL || length <= 0)
		return 1;
	ERR_set_mark();
	staple->is_revoked = is_revoked(bytes, length, certificate);
	ERR_pop_to_mark();
	return staple->is_revoked ? 0 : 1;
}

/* Appends one part of a name, as far as there is space. */
static void
add_part(const X509_NAME *name, int nid, char *text, size_t space)
{
	int index = X509_NAME_get_index_by_NID(name, nid, -1);
	size_t used = strlen(text);
	unsigned char *utf8 = NULL;

	if (index < 0 ||
	    ASN1_STRING_to_UTF8(&utf8,
		X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index))) < 0)
		return;
	snprintf(text + used, space - used, "%s%s", used > 0 ? ", " : "",
	    (const char *)utf8);
	OPENSSL_free(utf8);
}

/* Judges nothing: the issuer is noted, whether it is known here or not. */
static int
note_issuer(int is_good, X509_STORE_CTX *store)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(store,
	    SSL_get_ex_data_X509_STORE_CTX_idx());
	const X509 *certificate = X509_STORE_CTX_get0_cert(store);
	const X509_NAME *name;
	void *context = NULL;
	struct staple *staple;

	if (ssl == NULL || certificate == NULL)
		return is_good;
	SSL_CTX_get_tlsext_status_arg(SSL_get_SSL_CTX(ssl), &context);
	staple = context;
	name = X509_get_issuer_name(certificate);
	staple->trip->issuer[0] = '\0';
	ERR_set_mark();
	add_part(name, NID_organizationName, staple->trip->issuer,
	    sizeof(staple->trip->issuer));
	add_part(name, NID_commonName, staple->trip->issuer,
	    sizeof(staple->trip->issuer));
	ERR_pop_to_mark();
	return is_good;
}

static CURLcode
prepare(CURL *curl, void *ssl_ctx, void *context)
{
	const struct staple *staple = context;
	SSL_CTX *ctx = ssl_ctx;

	(void)curl;
	SSL_CTX_set_tlsext_status_type(ctx, TLSEXT_STATUSTYPE_ocsp);
	SSL_CTX_set_tlsext_status_cb(ctx, look_at_staple);
	SSL_CTX_set_tlsext_status_arg(ctx, context);
	SSL_CTX_set_options(ctx, SSL_OP_CLEANSE_PLAINTEXT);
	if (staple->trip != NULL)
		SSL_CTX_set_verify(ctx, SSL_CTX_get_verify_mode(ctx),
		    note_issuer);
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
staple_watch(CURL *curl, struct staple *staple)
{
	CURLcode r;

	if (!is_openssl())
		return CURLE_OK;
	r = curl_easy_setopt(curl, CURLOPT_SSL_CTX_DATA, staple);
	if (r == CURLE_OK)
		r = curl_easy_setopt(curl, CURLOPT_SSL_CTX_FUNCTION, prepare);
	return r;
}
