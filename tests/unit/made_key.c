/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Keys for tests. See made_key.h. What is wrong here ends the test.
 */

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "json.h"
#include "key.h"
#include "made_key.h"
#include "unit.h"

/* The keys that RFC 7515 has as JWK in A.2.1 and A.3.1. */
static const char rsa_pem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCh+BYK4uPJtGXO\n"
    "jS1lYmM2K5J9vinh8CR3/BYlzJChNuOL2TSXxbbqY913EeZ8dCn5VrD7io8ImtxL\n"
    "aYk8wTM/U+3QGbh3hCUv7JFP5IV3aVlL6kKA0ywPVb9ilE8TA5a8bpvfbr3SvaNn\n"
    "juygxmj3AbONv/s4yDQs4v5tJ/reSlpIdJed1LnPmt7Ex1sFhSwsD174pcF1A5L5\n"
    "ROjtZMEQxrZHYJqkeDrrnGya11UxMFBji4NmXG9veoKjlnAqH2QbgtPr8jkiGUkf\n"
    "toaHLFcW9Qr4NY2ai50Xw0Byj3+H2JoY2PyrZ62EWQwuz3WTOTY8BwNNb2BvniHg\n"
    "VFbK5emhAgMBAAECggEAEq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyW\n"
    "PEAeP88vLNO97IjlA7/GQ5sLKMgvfTeXZx9SE+7YwVol2NXOoAJe46sui395IW/G\n"
    "O+pWJ1O0BkTGoVEn2bKVRUCgu+GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzj\n"
    "kn439X0M/V51gfpRLI9JYanrC4D4qAdGcopV/0ZHHzQlBjudU2QvXt4ehNYTCBr6\n"
    "XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl/x/jTj3ccPDVZFD9pIuhLhBOneufuBiB\n"
    "4cS98l2SR/RQyGWSeWjnczT0QU91p1DhOVRuOopznQKBgQDgHMQQ60imZV1URk0K\n"
    "pLttoLhyt3SmqdEf/kgHePDdtzEafpAu+cS191R2JiuoF2yzWXnwFDcqGigp5BNr\n"
    "0AHQfD8/Lk8l1Mk09jxxCfui5nYooNyac8YFjm3vItzVCVDnEd3BbVWG8qf6deqE\n"
    "lMGAg+C2V0L4oNXnP7LZcPAZRwKBgQC5A8R+CZW2MvRTLLHzwZkUXV866cff7tx6\n"
    "kqa0finGG0KgeqlaZPxgCZnFp7AeAcCMtiynVlJ7vMVgePsLq6XtON4tB5kP9jAP\n"
    "rq3rbAOal78eUH5OcED6eNuCV8ixEu1eWcPNCS/l1OW1EnXUEoEHKl54Xrrz2uNw\n"
    "kgMTP1FZ1wKBgAcCn1dwJKufzBWQxWQp1vsM5fggqPN1qGb5y0MAk3g7/Ls5bkUp\n"
    "5u9SN0Ai3Ya6hNnvWJMb7sXQX6U/zyO2M/hTip7tUeh7CXgwo59dkpN75gJLVds2\n"
    "9+DAncu3KXU4f2Fa+7bLNrur53k8KwPOq2bbuTG69QtV7Jr5MR0AHWKNAoGBAIf/\n"
    "evpitUf+4JYbLpvNXWcY052Mpz22aR84mY3nh3F2LF2mjMJDpTg7FmuyPcVw6EcG\n"
    "yoAe9fa65iNqCq+jdw6PVNGo2hxfjSiZ8IIzHdsPXI89//pMjZcQK9r+CCoRjaZj\n"
    "OYiIDktVWZzmevJuv6WywUqd57LE3Zar3dLSIkx1AoGAIYd7DHOhrWvxkwPQsRM2\n"
    "tOgrjbcrfvtQJipd+DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd/QJQ3\n"
    "ydy5cY7YIBi87w93IKLEdfnbJtoOPLUW0ITrJReOgo1cq9SbsxYawBgfp/gh6A56\n"
    "03k2+ZQwVK0JKSHuLFkuQ3U=\n"
    "-----END PRIVATE KEY-----\n";

static const char p256_pem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjpsQnnGQmL+YBIff\n"
    "H1136cspYG6+0iY7X1fCE9+E9LKhRANCAAR/zc4ncPbEXUGDy+5v20t7WAczNXvp\n"
    "7xO6z248e9FURcfxRM0bvZt+hyzf7bnuufSzaV1uqQskrYpGIyiFiOWt\n"
    "-----END PRIVATE KEY-----\n";

static EVP_PKEY *
read_pem(const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);

	BIO_free(bio);
	return key;
}

/* The same numbers under the name that allows PSS alone. */
static EVP_PKEY *
make_pss(void)
{
	EVP_PKEY_CTX *context =
	    EVP_PKEY_CTX_new_from_name(NULL, "RSA-PSS", NULL);
	OSSL_PARAM *numbers = NULL;
	EVP_PKEY *key = NULL;

	assert_int_equal(
	    EVP_PKEY_todata(made_key(MADE_RSA), EVP_PKEY_KEYPAIR, &numbers), 1);
	assert_int_equal(EVP_PKEY_fromdata_init(context), 1);
	assert_int_equal(
	    EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, numbers), 1);
	OSSL_PARAM_free(numbers);
	EVP_PKEY_CTX_free(context);
	return key;
}

static EVP_PKEY *
make(enum made made)
{
	switch (made) {
	case MADE_RSA:
		return read_pem(rsa_pem);
	case MADE_P256:
		return read_pem(p256_pem);
	case MADE_OTHER:
		return EVP_EC_gen("P-256");
	case MADE_PSS:
		return make_pss();
	case MADE_P384:
		return EVP_EC_gen("P-384");
	case MADE_SMALL:
		return EVP_RSA_gen(1024);
	default:
		return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	}
}

EVP_PKEY *
made_key(enum made made)
{
	static EVP_PKEY *keys[MADE_COUNT];

	if (keys[made] == NULL)
		keys[made] = make(made);
	assert_non_null(keys[made]);
	return keys[made];
}

/* Takes over the BIO. */
static char *
to_text(BIO *bio)
{
	char *bytes, *text;
	long length = BIO_get_mem_data(bio, &bytes);

	assert_true(length > 0);
	assert_non_null(text = strndup(bytes, (size_t)length));
	BIO_free(bio);
	return text;
}

char *
made_pem(enum made made, const char *passphrase)
{
	const EVP_CIPHER *cipher =
	    passphrase == NULL ? NULL : EVP_aes_128_cbc();
	int length = passphrase == NULL ? 0 : (int)strlen(passphrase);
	BIO *bio = BIO_new(BIO_s_mem());

	assert_int_equal(PEM_write_bio_PKCS8PrivateKey(bio, made_key(made),
			     cipher, passphrase, length, NULL, NULL),
	    1);
	return to_text(bio);
}

char *
made_certificate(enum made made, int64_t begins_at, int64_t ends_at)
{
	BIO *bio = BIO_new(BIO_s_mem());
	X509 *x509 = X509_new();
	X509_NAME *name = X509_get_subject_name(x509);

	X509_set_version(x509, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
	ASN1_TIME_set(X509_getm_notBefore(x509), (time_t)begins_at);
	ASN1_TIME_set(X509_getm_notAfter(x509), (time_t)ends_at);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
	    (const unsigned char *)"test", -1, -1, 0);
	X509_set_issuer_name(x509, name);
	assert_int_equal(X509_set_pubkey(x509, made_key(made)), 1);
	assert_true(X509_sign(x509, made_key(made), EVP_sha256()) > 0);
	assert_int_equal(PEM_write_bio_X509(bio, x509), 1);
	X509_free(x509);
	return to_text(bio);
}

/* Base64 of that one byte; nothing else is base64url. */
static char
to_base64(char c)
{
	assert_true(c != '+' && c != '/' && c != '=');
	if (c == '-')
		return '+';
	return c == '_' ? '/' : c;
}

char *
made_decode(const char *text, size_t length, size_t *size)
{
	size_t padded = (length + 3) / 4 * 4, i;
	unsigned char *plain = malloc(padded + 1);
	unsigned char *bytes = calloc(1, padded + 1);
	int count;

	assert_non_null(plain);
	assert_non_null(bytes);
	for (i = 0; i < padded; i++)
		plain[i] = i < length ? (unsigned char)to_base64(text[i]) : '=';
	count = EVP_DecodeBlock(bytes, plain, (int)padded);
	assert_true(count >= 0);
	*size = (size_t)count - (padded - length);
	free(plain);
	return (char *)bytes;
}

/* ECDSA's signature as OpenSSL wants it; *size is its length then. */
static unsigned char *
pack_ecdsa(const unsigned char *raw, size_t *size)
{
	ECDSA_SIG *pair = ECDSA_SIG_new();
	unsigned char *der = NULL;

	assert_int_equal(*size, 64);
	ECDSA_SIG_set0(pair, BN_bin2bn(raw, 32, NULL),
	    BN_bin2bn(raw + 32, 32, NULL));
	*size = (size_t)i2d_ECDSA_SIG(pair, &der);
	ECDSA_SIG_free(pair);
	return der;
}

static bool
verify(enum made made, enum assertion_alg alg, const char *text, size_t length,
    const unsigned char *signature, size_t size)
{
	EVP_MD_CTX *digest = EVP_MD_CTX_new();
	EVP_PKEY_CTX *context;
	int valid;

	assert_int_equal(EVP_DigestVerifyInit(digest, &context, EVP_sha256(),
			     NULL, made_key(made)),
	    1);
	if (alg == ASSERTION_PS256) {
		assert_true(EVP_PKEY_CTX_set_rsa_padding(context,
				RSA_PKCS1_PSS_PADDING) > 0);
		assert_true(EVP_PKEY_CTX_set_rsa_pss_saltlen(context, 32) > 0);
		assert_true(
		    EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) > 0);
	}
	valid = EVP_DigestVerify(digest, signature, size,
	    (const unsigned char *)text, length);
	EVP_MD_CTX_free(digest);
	return valid == 1;
}

bool
made_verify(enum made made, enum assertion_alg alg, const char *jws)
{
	const char *dot = strrchr(jws, '.');
	unsigned char *der = NULL, *signature;
	size_t size;
	bool valid;

	assert_non_null(dot);
	signature =
	    (unsigned char *)made_decode(dot + 1, strlen(dot + 1), &size);
	if (alg == ASSERTION_ES256)
		der = pack_ecdsa(signature, &size);
	valid = verify(made, alg, jws, (size_t)(dot - jws),
	    der != NULL ? der : signature, size);
	OPENSSL_free(der);
	free(signature);
	return valid;
}

char *
made_part(const char *jws, unsigned index)
{
	size_t size;

	for (; index > 0; index--)
		jws = strchr(jws, '.') + 1;
	return made_decode(jws, strcspn(jws, "."), &size);
}

struct key *
made_load(enum made made)
{
	char *pem = made_pem(made, NULL);
	struct key *key = NULL;
	struct diag diag;

	assert_status(key_parse(&key, pem, strlen(pem), "KEY", NULL, &diag),
	    STATUS_OK, &diag);
	free(pem);
	return key;
}

char *
made_service_account(enum made made, const char *without)
{
	struct json_object *json = json_object_new_object();
	char *pem = made_pem(made, NULL), *text;

	json_set_text(json, "type", "service_account");
	json_set_text(json, "project_id", "project");
	json_set_text(json, "private_key_id", MADE_KEY_ID);
	json_set_text(json, "private_key", pem);
	json_set_text(json, "client_email", MADE_EMAIL);
	json_set_text(json, "client_id", "123456789012345678901");
	json_set_text(json, "token_uri", MADE_TOKEN_URI);
	if (without != NULL)
		json_object_object_del(json, without);
	text = strdup(json_object_to_json_string(json));
	assert_non_null(text);
	json_object_put(json);
	free(pem);
	return text;
}
