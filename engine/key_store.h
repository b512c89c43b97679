/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the files of key.h share: the key itself, and where it comes from.
 */

#ifndef KEY_STORE_H
#define KEY_STORE_H

#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/ui.h>
#include <pthread.h>
#include <stdbool.h>
#include <sys/types.h>

#include "key.h"

/* How a key is called in a sentence. */
#define KEY_MAX_NAME 160

/* What OpenSSL has to say about a failure. */
#define KEY_MAX_REASON 160

/* SHA-1 as text. */
#define KEY_MAX_THUMBPRINT 41

struct key {
	char name[KEY_MAX_NAME]; /* without a secret */
	OSSL_LIB_CTX *context;
	OSSL_PROVIDER *providers[2]; /* that we have loaded into it */
	EVP_PKEY *pkey;
	void *engine;         /* struct engine_st, or NULL */
	char properties[80];  /* prefers the key's own provider, or "" */
	pthread_mutex_t lock; /* tokens' software is not made for threads */
	bool refused;         /* a TPM said no to the PIN: not again */
	pid_t loader;         /* the process that has loaded it */
	bool fails_to_start;  /* a provider that is installed */
	bool certified;
	unsigned char thumbprint[KEY_THUMBPRINT_LENGTH];
	char thumbprint_text[KEY_MAX_THUMBPRINT];
	int64_t begins_at;
	int64_t expires_at;
};

/* The passphrase, and how often OpenSSL has asked for it. */
struct key_secret {
	const char *text; /* or NULL */
	unsigned asked;
};

/* A way to ask that only knows the key_secret; NULL: no memory. */
UI_METHOD *key_secret_method(void);

/* As many as OpenSSL keeps. */
#define KEY_MAX_ERRORS 16

/* An error of the host program, while we are at work. */
struct key_error {
	unsigned long code;
	int line;
	char *file, *function, *data;
};

/*
 * OpenSSL's errors between begin() and end(), which must be on every way out;
 * they may be nested. read() takes what is there and fills the rest.
 */
struct key_errors {
	size_t count;
	struct key_error saved[KEY_MAX_ERRORS];
	bool pin_wrong;
	bool pin_locked;
	bool no_token;
	char reason[KEY_MAX_REASON]; /* the first one, or that there is none */
};
void key_errors_begin(struct key_errors *errors);
void key_errors_read(struct key_errors *errors);
void key_errors_end(struct key_errors *errors);

/* Loads one more; false when it is not there. */
bool key_add_provider(struct key *key, const char *name);

/* Is the name of a provider's scheme before the colon? */
bool key_has_scheme(const char *uri, const char *scheme);

/*
 * Each sets key->pkey. From the bytes of a file; from a provider's store,
 * which sets *known when there is one; by PKCS#11 with the engine of libp11,
 * which is STATUS_NOACCOUNT, without a sentence, where that is not installed.
 */
enum status key_store_parse(struct key *key, const char *bytes, size_t length,
    const char *passphrase, struct diag *diag);
enum status key_store_open(struct key *key, const char *uri, const char *pin,
    bool *known, struct diag *diag);
enum status key_engine_open(struct key *key, const char *uri, const char *pin,
    struct diag *diag);
void key_engine_free(struct key *key);

/* The sentence for a TPM that its provider cannot open. */
enum status key_judge_tpm(const struct key *key, struct diag *diag);

/* The sentence for a token that did not give its key. */
enum status key_judge_token(const struct key *key,
    const struct key_secret *secret, const struct key_errors *errors,
    struct diag *diag);

#endif
