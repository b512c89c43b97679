/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The assertions' headers and claims. See assertion.h.
 */

#include <openssl/rand.h>
#include <string.h>

#include "assertion.h"
#include "base64.h"
#include "json.h"
#include "jws.h"
#include "key.h"
#include "service_account.h"

/* As random as a UUID should be (RFC 9562, 5.4), and more than enough. */
#define ID_LENGTH 16

static const char *const alg_names[] = {
	[ASSERTION_RS256] = "RS256",
	[ASSERTION_PS256] = "PS256",
	[ASSERTION_ES256] = "ES256",
};

bool
assertion_alg_find(const char *name, enum assertion_alg *alg)
{
	size_t i;

	for (i = 0; i < sizeof(alg_names) / sizeof(*alg_names); i++)
		if (strcmp(name, alg_names[i]) == 0) {
			*alg = (enum assertion_alg)i;
			return true;
		}
	return false;
}

const char *
assertion_alg_name(enum assertion_alg alg)
{
	return alg_names[alg];
}

/* A member in base64url. */
static enum status
set_bytes(struct json_object *object, const char *name,
    const unsigned char *bytes, size_t length)
{
	struct buf text;
	enum status r;

	buf_init_secret(&text, 2 * length + 4);
	base64_encode_url(&text, bytes, length);
	if ((r = buf_status(&text)) == STATUS_OK)
		r = json_set_text(object, name, buf_text(&text));
	buf_clear(&text);
	return r;
}

static enum status
set_header(struct json_object *header, const struct key *key,
    enum assertion_alg alg, const char *key_id)
{
	const unsigned char *thumbprint = key_thumbprint(key);
	enum status r;

	if ((r = json_set_text(header, "alg", alg_names[alg])) != STATUS_OK ||
	    (r = json_set_text(header, "typ", "JWT")) != STATUS_OK ||
	    (r = json_set_text(header, "kid", key_id)) != STATUS_OK)
		return r;
	if (thumbprint == NULL)
		return STATUS_OK;
	return set_bytes(header, "x5t#S256", thumbprint, KEY_THUMBPRINT_LENGTH);
}

/* What both assertions have; a claim of NULL is left out. */
static enum status
set_claims(struct json_object *claims, const char *issuer, const char *subject,
    const char *audience, int64_t now)
{
	enum status r;

	if ((r = json_set_text(claims, "iss", issuer)) != STATUS_OK ||
	    (r = json_set_text(claims, "sub", subject)) != STATUS_OK ||
	    (r = json_set_text(claims, "aud", audience)) != STATUS_OK ||
	    (r = json_set_whole(claims, "iat", now)) != STATUS_OK)
		return r;
	return json_set_whole(claims, "exp", now + ASSERTION_LIFETIME_S);
}

static enum status
set_client_claims(struct json_object *claims, int64_t now)
{
	unsigned char id[ID_LENGTH];
	enum status r;

	if (RAND_bytes(id, sizeof(id)) != 1)
		return STATUS_BUG;
	if ((r = json_set_whole(claims, "nbf", now)) != STATUS_OK)
		return r;
	return set_bytes(claims, "jti", id, sizeof(id));
}

static enum status
sign(const struct key *key, enum assertion_alg alg, struct json_object *header,
    struct json_object *claims, struct buf *out, struct diag *diag)
{
	const int flags =
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE;
	const char *one = json_object_to_json_string_ext(header, flags);
	const char *other = json_object_to_json_string_ext(claims, flags);

	if (one == NULL || other == NULL)
		return diag_set_nomem(diag);
	return jws_sign(key, alg, one, other, out, diag);
}

/* What could not be put together; both statuses have but one cause. */
static enum status
judge(enum status status, struct diag *diag)
{
	if (status == STATUS_BUG)
		return diag_set(diag, status,
		    "OpenSSL has no random numbers for an assertion");
	return diag_set_nomem(diag);
}

enum status
assertion_client(const struct key *key, enum assertion_alg alg,
    const char *key_id, const char *client_id, const char *audience,
    int64_t now, struct buf *out, struct diag *diag)
{
	struct json_object *header = NULL, *claims = NULL;
	enum status r;

	if ((r = key_check_time(key, now, diag)) != STATUS_OK)
		return r;
	header = json_object_new_object();
	claims = json_object_new_object();
	r = header == NULL || claims == NULL ?
	    STATUS_NOMEM :
	    set_header(header, key, alg, key_id);
	if (r == STATUS_OK)
		r = set_claims(claims, client_id, client_id, audience, now);
	if (r == STATUS_OK)
		r = set_client_claims(claims, now);
	if (r == STATUS_OK)
		r = sign(key, alg, header, claims, out, diag);
	else
		r = judge(r, diag);
	json_object_put(header);
	json_object_put(claims);
	return r;
}

enum status
assertion_service_account(const struct service_account *account,
    const char *scope, const char *subject, const char *audience, int64_t now,
    struct buf *out, struct diag *diag)
{
	struct json_object *header = json_object_new_object();
	struct json_object *claims = json_object_new_object();
	enum status r;

	r = header == NULL || claims == NULL ?
	    STATUS_NOMEM :
	    set_header(header, account->key, ASSERTION_RS256, account->key_id);
	if (r == STATUS_OK)
		r = set_claims(claims, account->email, subject, audience, now);
	if (r == STATUS_OK)
		r = json_set_text(claims, "scope", scope);
	if (r == STATUS_OK)
		r = sign(account->key, ASSERTION_RS256, header, claims, out,
		    diag);
	else
		r = judge(r, diag);
	json_object_put(header);
	json_object_put(claims);
	return r;
}
