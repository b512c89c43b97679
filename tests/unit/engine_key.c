/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Private keys in files, and their certificates. Tokens and TPMs are tested
 * for real.
 *
 * Linked with malloc() and free() wrapped, to look at what is given back:
 * wrap: malloc free EVP_PKEY_free
 */

#include <malloc.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <pthread.h>
#include <unistd.h>

#include "json.h"
#include "jws.h"
#include "key_store.h"
#include "made_key.h"
#include "preload.h"
#include "service_account.h"
#include "unit.h"

#define PASSPHRASE "correct-horse"

/* 2001-09-09, 2033-05-18 and the day before. */
#define BEGIN INT64_C(1000000000)
#define END INT64_C(2000000000)
#define NOW (END - 86400)

void __real_free(void *block);
void __wrap_free(void *block);
void *__wrap_malloc(size_t size);

void __real_EVP_PKEY_free(EVP_PKEY *pkey);
void __wrap_EVP_PKEY_free(EVP_PKEY *pkey);

static unsigned freed_keys;

void
__wrap_EVP_PKEY_free(EVP_PKEY *pkey)
{
	freed_keys += pkey != NULL;
	__real_EVP_PKEY_free(pkey);
}

static const char *secret; /* that no block may have when it is freed */
static unsigned spilt;

/* So that every byte of a block may be looked at. */
void *
__wrap_malloc(size_t size)
{
	return calloc(1, size);
}

void
__wrap_free(void *block)
{
	if (block != NULL && secret != NULL &&
	    memmem(block, malloc_usable_size(block), secret, strlen(secret)) !=
		NULL)
		spilt++;
	__real_free(block);
}

static void
write_pem(const struct scratch *s, const char *name, enum made made,
    const char *passphrase)
{
	char *pem = made_pem(made, passphrase);

	scratch_write(s, name, pem);
	free(pem);
}

static void
write_bio(const struct scratch *s, const char *name, BIO *bio)
{
	char *bytes;
	long length = BIO_get_mem_data(bio, &bytes);

	assert_true(length > 0);
	scratch_write_bytes(s, name, bytes, (size_t)length);
	BIO_free(bio);
}

static X509 *
read_certificate(const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	X509 *x509 = PEM_read_bio_X509(bio, NULL, NULL, NULL);

	BIO_free(bio);
	assert_non_null(x509);
	return x509;
}

static void
write_pkcs12(const struct scratch *s, const char *name, const char *passphrase)
{
	char *pem = made_certificate(MADE_RSA, BEGIN, END);
	X509 *x509 = read_certificate(pem);
	PKCS12 *bag = PKCS12_create(passphrase, "name", made_key(MADE_RSA),
	    x509, NULL, 0, 0, 0, 0, 0);
	BIO *bio = BIO_new(BIO_s_mem());

	assert_int_equal(i2d_PKCS12_bio(bio, bag), 1);
	write_bio(s, name, bio);
	PKCS12_free(bag);
	X509_free(x509);
	free(pem);
}

/* Every file that the tables below name. */
static void
write_files(const struct scratch *s)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *pem;

	write_pem(s, "rsa.pem", MADE_RSA, NULL);
	write_pem(s, "p256.pem", MADE_P256, NULL);
	write_pem(s, "p384.pem", MADE_P384, NULL);
	write_pem(s, "small.pem", MADE_SMALL, NULL);
	write_pem(s, "ed25519.pem", MADE_ED25519, NULL);
	write_pem(s, "locked.pem", MADE_RSA, PASSPHRASE);
	write_pkcs12(s, "rsa.p12", PASSPHRASE);
	PEM_write_bio_PrivateKey_traditional(bio, made_key(MADE_RSA),
	    EVP_aes_128_cbc(), (const unsigned char *)PASSPHRASE,
	    (int)strlen(PASSPHRASE), NULL, NULL);
	write_bio(s, "old.pem", bio);
	bio = BIO_new(BIO_s_mem());
	i2d_PrivateKey_bio(bio, made_key(MADE_RSA));
	write_bio(s, "rsa.der", bio);
	bio = BIO_new(BIO_s_mem());
	PEM_write_bio_PUBKEY(bio, made_key(MADE_RSA));
	write_bio(s, "public.pem", bio);
	pem = made_certificate(MADE_RSA, BEGIN, END);
	scratch_write(s, "rsa.crt", pem);
	free(pem);
	scratch_write(s, "text", "no key at all\n");
	scratch_write(s, "empty", "");
	write_pem(s, "open.pem", MADE_RSA, NULL);
	scratch_chmod(s, "open.pem", 0666);
}

static bool
signs(const struct key *key, enum made made)
{
	enum assertion_alg alg = key_choose_alg(key, NULL);
	struct diag diag;
	struct buf out;
	bool valid;

	buf_init(&out, ASSERTION_MAX_LENGTH);
	assert_status(jws_sign(key, alg, "{}", "{}", &out, &diag), STATUS_OK,
	    &diag);
	valid = made_verify(made, alg, buf_text(&out));
	buf_clear(&out);
	return valid;
}

static const struct form {
	const char *before, *name, *passphrase;
	enum made made;
} forms[] = {
	{ "", "rsa.pem", NULL, MADE_RSA },
	{ "", "rsa.pem", "needless", MADE_RSA },
	{ "file:", "rsa.pem", NULL, MADE_RSA },
	{ "file://", "rsa.pem", NULL, MADE_RSA },
	{ "FILE://localhost", "rsa.pem", NULL, MADE_RSA },
	{ "", "p256.pem", NULL, MADE_P256 },
	{ "", "rsa.der", NULL, MADE_RSA },
	{ "", "locked.pem", PASSPHRASE, MADE_RSA },
	{ "", "old.pem", PASSPHRASE, MADE_RSA },
	{ "", "rsa.p12", PASSPHRASE, MADE_RSA },
};

static void
a_key_file_of_every_form_signs(void **state)
{
	const struct scratch *s = *state;
	struct key *key = NULL;
	struct diag diag;
	char uri[300];
	size_t i;

	write_files(s);
	for (i = 0; i < COUNT(forms); i++) {
		unit_row("%s %s", forms[i].before, forms[i].name);
		snprintf(uri, sizeof(uri), "%s%s", forms[i].before,
		    scratch_path(s, forms[i].name));
		assert_status(key_load(&key, uri, FILE_NOBODY,
				  forms[i].passphrase, &diag),
		    STATUS_OK, &diag);
		assert_row_int(signs(key, forms[i].made), true);
		key_free(&key);
		assert_null(key);
	}
	key_free(&key);
}

static const struct refused {
	const char *before, *name, *passphrase;
	enum status status;
	const char *sentence;
} refusals[] = {
	{ "", "none", NULL, STATUS_CONFIG, "there is no key file" },
	{ "", "open.pem", NULL, STATUS_ACCESS, "chmod g-w,o-rwx" },
	{ "", "", NULL, STATUS_ACCESS, "not a regular file" },
	{ "", "text", NULL, STATUS_CONFIG, "holds no private key" },
	{ "", "empty", NULL, STATUS_CONFIG, "holds no private key" },
	{ "", "public.pem", NULL, STATUS_CONFIG, "holds a public key but" },
	{ "", "rsa.crt", NULL, STATUS_CONFIG, "holds a certificate but" },
	{ "", "locked.pem", NULL, STATUS_CONFIG, "client_key_pin_file" },
	{ "", "locked.pem", "wrong", STATUS_CONFIG, "does not open" },
	{ "", "old.pem", NULL, STATUS_CONFIG, "is encrypted and no" },
	{ "", "old.pem", "wrong", STATUS_CONFIG, "does not open" },
	{ "", "rsa.p12", NULL, STATUS_CONFIG, "is encrypted and no" },
	{ "", "rsa.p12", "wrong", STATUS_CONFIG, "does not open" },
	{ "", "small.pem", NULL, STATUS_CONFIG, "1024 bits" },
	{ "", "p384.pem", NULL, STATUS_CONFIG, "another curve than P-256" },
	{ "", "ed25519.pem", NULL, STATUS_CONFIG, "neither an RSA nor" },
	{ "file://host", "rsa.pem", NULL, STATUS_CONFIG, "absolute path" },
	{ "file:.", "rsa.pem", NULL, STATUS_CONFIG, "absolute path" },
	{ "nowhere:", "rsa.pem", NULL, STATUS_CONFIG,
	    "no provider for nowhere: keys" },
};

static void
a_key_that_cannot_be_used_says_why(void **state)
{
	const struct scratch *s = *state;
	const struct refused *row;
	struct key *key = NULL;
	struct diag diag;
	char uri[300];

	write_files(s);
	for (row = refusals; row < refusals + COUNT(refusals); row++) {
		unit_row("%s %s %s", row->before, row->name, row->sentence);
		snprintf(uri, sizeof(uri), "%s%s", row->before,
		    scratch_path(s, row->name));
		assert_status(
		    key_load(&key, uri, FILE_NOBODY, row->passphrase, &diag),
		    row->status, &diag);
		assert_contains(diag.text, row->sentence);
		assert_null(key);
	}
}

static void
a_pin_in_the_uri_is_not_told(void **state)
{
	struct key *key = NULL;
	struct diag diag;

	(void)state;
	assert_status(key_load(&key, "nowhere:object=x?pin-value=" PASSPHRASE,
			  FILE_NOBODY, NULL, &diag),
	    STATUS_CONFIG, &diag);
	assert_lacks(diag.text, PASSPHRASE);
	/* a key that has the URI for a name */
	assert_status(
	    key_parse(&key, "", 0, "x:y?pin-value=" PASSPHRASE, NULL, &diag),
	    STATUS_CONFIG, &diag);
	assert_contains(diag.text, "x:y");
	assert_lacks(diag.text, PASSPHRASE);
}

/* The certificates in that order, as one text. */
static enum status
certify(struct key *key, const enum made *mades, size_t count,
    struct diag *diag)
{
	struct buf text;
	enum status r;
	char *pem;
	size_t i;

	buf_init(&text, 65536);
	buf_add_string(&text, "subject=CN = test\n");
	for (i = 0; i < count; i++) {
		pem = made_certificate(mades[i], BEGIN, END);
		buf_add_string(&text, pem);
		free(pem);
	}
	r = key_set_certificate(key, buf_text(&text), text.length, diag);
	buf_clear(&text);
	return r;
}

static const struct chain {
	enum made key, mades[3];
	size_t count;
	const char *sentence; /* NULL: its certificate is found */
} chains[] = {
	{ MADE_RSA, { MADE_RSA }, 1, NULL },
	{ MADE_P256, { MADE_P256 }, 1, NULL },
	{ MADE_P256, { MADE_RSA, MADE_OTHER, MADE_P256 }, 3, NULL },
	{ MADE_PSS, { MADE_PSS }, 1, NULL },
	{ MADE_RSA, { MADE_P256 }, 1, "another key than KEY" },
	{ MADE_P256, { MADE_OTHER, MADE_RSA }, 2, "another key than KEY" },
	{ MADE_RSA, { MADE_RSA }, 0, "no certificate in PEM form for KEY" },
};

static void
a_certificate_is_its_keys_or_refused(void **state)
{
	struct diag diag;
	struct key *key;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(chains); i++) {
		unit_row("row %zu", i);
		key = made_load(chains[i].key);
		assert_status(
		    certify(key, chains[i].mades, chains[i].count, &diag),
		    chains[i].sentence == NULL ? STATUS_OK : STATUS_CONFIG,
		    &diag);
		assert_row_int(key_expires_at(key),
		    chains[i].sentence == NULL ? END : 0);
		assert_row_int(key_thumbprint(key) != NULL,
		    chains[i].sentence == NULL);
		if (chains[i].sentence != NULL)
			assert_contains(diag.text, chains[i].sentence);
		key_free(&key);
	}
}

static void
the_thumbprints_are_of_the_certificates_der(void **state)
{
	char *pem = made_certificate(MADE_P256, BEGIN, END);
	X509 *x509 = read_certificate(pem);
	struct key *key = made_load(MADE_P256);
	unsigned char expected[32], sha1[20];
	char text[41];
	struct diag diag;
	unsigned char *der = NULL;
	int i, length = i2d_X509(x509, &der);

	(void)state;
	assert_string_equal(key_thumbprint_text(key), "");
	assert_status(key_set_certificate(key, pem, strlen(pem), &diag),
	    STATUS_OK, &diag);
	EVP_Digest(der, (size_t)length, expected, NULL, EVP_sha256(), NULL);
	EVP_Digest(der, (size_t)length, sha1, NULL, EVP_sha1(), NULL);
	assert_memory_equal(key_thumbprint(key), expected, sizeof(expected));
	for (i = 0; i < 20; i++)
		snprintf(text + 2 * i, 3, "%02X", sha1[i]);
	assert_string_equal(key_thumbprint_text(key), text);
	OPENSSL_free(der);
	X509_free(x509);
	key_free(&key);
	free(pem);
}

/* For those who must not open the key. */
static void
the_end_of_a_certificate_is_read_without_its_key(void **state)
{
	char *pem = made_certificate(MADE_P256, BEGIN, END);

	(void)state;
	assert_int_equal(key_read_end(pem, strlen(pem)), END);
	assert_int_equal(key_read_end(pem, strlen(pem) / 2), 0);
	assert_int_equal(key_read_end("", 0), 0);
	assert_int_equal(key_read_end(pem, KEY_MAX_FILE + 1), 0);
	free(pem);
}

static void
a_certificate_has_its_time(void **state)
{
	static const enum made mades[] = { MADE_P256 };
	struct key *key = made_load(MADE_P256);
	struct diag diag;

	(void)state;
	assert_int_equal(key_check_time(key, 0, &diag), STATUS_OK);
	assert_status(certify(key, mades, 1, &diag), STATUS_OK, &diag);
	assert_status(key_check_time(key, BEGIN, &diag), STATUS_OK, &diag);
	assert_status(key_check_time(key, END, &diag), STATUS_OK, &diag);
	assert_status(key_check_time(key, END + 1, &diag), STATUS_CONFIG,
	    &diag);
	assert_contains(diag.text, "expired on 2033-05-18 03:33:20 UTC");
	assert_status(key_check_time(key, BEGIN - 1, &diag), STATUS_CONFIG,
	    &diag);
	assert_contains(diag.text, "not valid before 2001-09-09 01:46:40 UTC");
	key_free(&key);
}

/* A table's row that leaves errors behind inside OpenSSL. */
static void
fail_in_openssl(const struct scratch *s)
{
	struct key *key = NULL;
	struct diag diag;

	assert_int_equal(key_load(&key, scratch_path(s, "locked.pem"),
			     FILE_NOBODY, "wrong", &diag),
	    STATUS_CONFIG);
	assert_int_equal(key_load(&key, "nowhere:x", FILE_NOBODY, NULL, &diag),
	    STATUS_CONFIG);
	key = made_load(MADE_P256);
	assert_int_equal(key_set_certificate(key, "x", 1, &diag),
	    STATUS_CONFIG);
	assert_true(signs(key, MADE_P256));
	key_free(&key);
}

static void
the_hosts_errors_stay_as_they_were(void **state)
{
	const struct scratch *s = *state;
	const char *file, *function, *data;
	int line, flags;

	write_files(s);
	made_key(MADE_RSA);
	ERR_clear_error();
	fail_in_openssl(s);
	assert_int_equal(ERR_peek_error(), 0);
	ERR_raise_data(ERR_LIB_USER, 7, "the %s own", "host's");
	ERR_raise(ERR_LIB_SYS, 2);
	fail_in_openssl(s);
	assert_int_equal(ERR_GET_REASON(ERR_get_error_all(&file, &line,
			     &function, &data, &flags)),
	    7);
	assert_string_equal(data, "the host's own");
	assert_string_equal(file, __FILE__);
	assert_int_equal(ERR_GET_REASON(ERR_peek_error()), 2);
	assert_int_equal(ERR_GET_LIB(ERR_get_error()), ERR_LIB_SYS);
	assert_int_equal(ERR_get_error(), 0);
}

static int
sign_in_child(void *context)
{
	return signs(context, MADE_P256) ? 0 : 1;
}

static void
a_child_signs_with_its_parents_key(void **state)
{
	struct key *key = made_load(MADE_P256);

	(void)state;
	assert_int_equal(unit_child(sign_in_child, key), 0);
	assert_true(signs(key, MADE_P256));
	assert_int_equal(unit_child(sign_in_child, key), 0);
	key_free(&key);
}

static int
free_in_child(void *context)
{
	/* what is left alone is no leak to valgrind then */
	static EVP_PKEY *pkey;
	static OSSL_LIB_CTX *libraries;
	struct key *key = context;

	pkey = key->pkey;
	libraries = key->context;
	freed_keys = 0;
	key_free(&key);
	return pkey != NULL && libraries != NULL ? (int)freed_keys : 99;
}

static void
a_child_leaves_what_the_parent_has_in_a_token(void **state)
{
	struct key *key = made_load(MADE_P256);

	(void)state;
	assert_int_equal(unit_child(free_in_child, key), 1);
	/* as a key that a provider of tokens has */
	strcpy(key->properties, "?provider=default");
	assert_int_equal(unit_child(free_in_child, key), 0);
	assert_true(signs(key, MADE_P256));
	assert_int_equal(free_in_child(key), 1);
}

#define SIGNATURES 50

/* Assertions of cmocka do not work in a thread. */
static void *
sign_in_thread(void *context)
{
	unsigned *good = NULL;
	struct buf out;
	unsigned i;

	if ((good = calloc(1, sizeof(*good))) == NULL)
		return NULL;
	for (i = 0; i < SIGNATURES; i++) {
		buf_init(&out, ASSERTION_MAX_LENGTH);
		*good += jws_sign(context, ASSERTION_ES256, "{}", "{}", &out,
			     NULL) == STATUS_OK &&
		    made_verify(MADE_P256, ASSERTION_ES256, buf_text(&out));
		buf_clear(&out);
	}
	return good;
}

static void
two_threads_sign_at_once(void **state)
{
	struct key *key = made_load(MADE_P256);
	pthread_t threads[2];
	void *good;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(threads); i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, sign_in_thread, key), 0);
	for (i = 0; i < COUNT(threads); i++) {
		assert_int_equal(pthread_join(threads[i], &good), 0);
		assert_int_equal(*(unsigned *)good, SIGNATURES);
		free(good);
	}
	key_free(&key);
}

/* preload.h */

static struct preload *
new_preload(void)
{
	struct preload *preload = NULL;

	assert_int_equal(preload_new(&preload), STATUS_OK);
	return preload;
}

static void
a_preloaded_key_outlives_its_files(void **state)
{
	const struct scratch *s = *state;
	struct preload *preload = new_preload();
	const struct key *key = NULL, *again = NULL, *bare = NULL;
	char path[100], pin[100], certificate[100];
	struct diag diag;

	write_files(s);
	scratch_write(s, "pin", PASSPHRASE "\n");
	strcpy(path, scratch_path(s, "locked.pem"));
	strcpy(pin, scratch_path(s, "pin"));
	strcpy(certificate, scratch_path(s, "rsa.crt"));
	assert_status(
	    preload_get_key(preload, path, certificate, pin, &key, &diag),
	    STATUS_OK, &diag);
	assert_int_equal(key_expires_at(key), END);
	assert_status(preload_get_key(preload, path, NULL, pin, &bare, &diag),
	    STATUS_OK, &diag);
	assert_int_equal(key_expires_at(bare), 0);
	assert_int_equal(unlink(path) | unlink(pin) | unlink(certificate), 0);
	assert_status(
	    preload_get_key(preload, path, certificate, pin, &again, &diag),
	    STATUS_OK, &diag);
	assert_ptr_equal(again, key);
	assert_true(signs(again, MADE_RSA));
	preload_free(&preload);
}

static void
what_hinders_a_key_can_be_mended(void **state)
{
	const struct scratch *s = *state;
	struct preload *preload = new_preload();
	const struct key *key = NULL;
	char path[100], pin[100], certificate[100];
	struct diag diag;
	char *pem;

	strcpy(path, scratch_path(s, "key.pem"));
	strcpy(pin, scratch_path(s, "pin"));
	strcpy(certificate, scratch_path(s, "key.crt"));
	write_pem(s, "key.pem", MADE_P256, PASSPHRASE);
	assert_status(
	    preload_get_key(preload, path, certificate, pin, &key, &diag),
	    STATUS_CONFIG, &diag);
	assert_contains(diag.text, "/pin");
	scratch_write(s, "pin", "wrong\n");
	assert_status(
	    preload_get_key(preload, path, certificate, pin, &key, &diag),
	    STATUS_CONFIG, &diag);
	assert_contains(diag.text, "does not open");
	scratch_write(s, "pin", PASSPHRASE);
	assert_status(
	    preload_get_key(preload, path, certificate, pin, &key, &diag),
	    STATUS_CONFIG, &diag);
	assert_contains(diag.text, "/key.crt");
	pem = made_certificate(MADE_P256, BEGIN, END);
	scratch_write(s, "key.crt", pem);
	free(pem);
	assert_status(
	    preload_get_key(preload, path, certificate, pin, &key, &diag),
	    STATUS_OK, &diag);
	preload_free(&preload);
}

static void
a_key_and_its_pin_can_be_credentials(void **state)
{
	const struct scratch *s = *state;
	struct preload *preload = new_preload();
	const struct key *key = NULL;
	struct diag diag;

	write_files(s);
	scratch_write(s, "pin", PASSPHRASE "\n");
	unsetenv("CREDENTIALS_DIRECTORY");
	assert_status(preload_get_key(preload, "credential:locked.pem", NULL,
			  "credential:pin", &key, &diag),
	    STATUS_CONFIG, &diag);
	assert_contains(diag.text, "LoadCredential=");
	setenv("CREDENTIALS_DIRECTORY", s->path, 1);
	assert_status(preload_get_key(preload, "credential:locked.pem", NULL,
			  "credential:pin", &key, &diag),
	    STATUS_OK, &diag);
	assert_true(signs(key, MADE_RSA));
	unsetenv("CREDENTIALS_DIRECTORY");
	preload_free(&preload);
}

static void
a_service_account_is_read_once(void **state)
{
	const struct scratch *s = *state;
	struct preload *preload = new_preload();
	const struct service_account *account = NULL, *again = NULL;
	char *pem = made_pem(MADE_RSA, NULL);
	struct json_object *json;
	struct diag diag;

	scratch_write(s, "sa.json", "{}");
	assert_status(preload_get_service_account(preload,
			  scratch_path(s, "sa.json"), &account, &diag),
	    STATUS_CONFIG, &diag);
	assert_contains(diag.text, "/sa.json");
	json = json_object_new_object();
	json_set_text(json, "type", "service_account");
	json_set_text(json, "client_email", "a@b");
	json_set_text(json, "private_key", pem);
	scratch_write(s, "sa.json", json_object_to_json_string(json));
	json_object_put(json);
	free(pem);
	assert_status(preload_get_service_account(preload,
			  scratch_path(s, "sa.json"), &account, &diag),
	    STATUS_OK, &diag);
	assert_int_equal(unlink(scratch_path(s, "sa.json")), 0);
	assert_status(preload_get_service_account(preload,
			  scratch_path(s, "sa.json"), &again, &diag),
	    STATUS_OK, &diag);
	assert_ptr_equal(again, account);
	assert_true(signs(again->key, MADE_RSA));
	preload_free(&preload);
}

static void
nothing_secret_stays_in_memory_given_back(void **state)
{
	const struct scratch *s = *state;
	const char *secrets[2] = { PASSPHRASE, NULL };
	char path[100], pin[100], *pem = made_pem(MADE_P256, PASSPHRASE);
	const struct key *key = NULL;
	struct preload *preload;
	struct diag diag;
	char *part;
	size_t i;

	strcpy(path, scratch_path(s, "key.pem"));
	strcpy(pin, scratch_path(s, "pin"));
	scratch_write(s, "key.pem", pem);
	scratch_write(s, "pin", PASSPHRASE "\n");
	secrets[1] = part = strndup(pem + strlen(pem) / 2, 24);
	assert_non_null(part);
	for (i = 0; i < COUNT(secrets); i++) {
		unit_row("secret %zu", i);
		preload = new_preload();
		spilt = 0;
		secret = secrets[i];
		assert_status(
		    preload_get_key(preload, path, NULL, pin, &key, &diag),
		    STATUS_OK, &diag);
		preload_free(&preload);
		secret = NULL;
		assert_row_int(spilt, 0);
	}
	free(part);
	free(pem);
}

#define KEY_TEST(name) \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		KEY_TEST(a_key_file_of_every_form_signs),
		KEY_TEST(a_key_that_cannot_be_used_says_why),
		KEY_TEST(a_pin_in_the_uri_is_not_told),
		KEY_TEST(a_certificate_is_its_keys_or_refused),
		KEY_TEST(the_thumbprints_are_of_the_certificates_der),
		KEY_TEST(the_end_of_a_certificate_is_read_without_its_key),
		KEY_TEST(a_certificate_has_its_time),
		KEY_TEST(the_hosts_errors_stay_as_they_were),
		KEY_TEST(a_child_signs_with_its_parents_key),
		KEY_TEST(a_child_leaves_what_the_parent_has_in_a_token),
		KEY_TEST(two_threads_sign_at_once),
		KEY_TEST(a_preloaded_key_outlives_its_files),
		KEY_TEST(what_hinders_a_key_can_be_mended),
		KEY_TEST(a_key_and_its_pin_can_be_credentials),
		KEY_TEST(a_service_account_is_read_once),
		KEY_TEST(nothing_secret_stays_in_memory_given_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
