/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The authorization code with PKCE. See oauth_code.h.
 *
 * What comes back is written by whoever reaches the redirect address, so the
 * state is looked at before anything else is believed.
 */

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "explain.h"
#include "hex.h"
#include "oauth.h"
#include "oauth_code.h"

#define RANDOM_BYTES 32

/* How much of the provider's own words is shown. */
#define MAX_QUOTE 120

/* What to do with a text that is not the address. */
#define PASTE_ADVICE "paste the whole address that the browser ends up at"

/* The fields of a redirect that mean something; others are ignored. */
enum field { CODE, STATE, ISS, ERROR, DESCRIPTION, FIELD_COUNT };

static const char *const field_names[FIELD_COUNT] = {
	[CODE] = "code",
	[STATE] = "state",
	[ISS] = "iss",
	[ERROR] = "error",
	[DESCRIPTION] = "error_description",
};

/* A redirect, decoded; NULL where a field is absent. */
struct redirect {
	char *fields[FIELD_COUNT];
};

/* RFC 7636, appendix A. */
static void
encode_base64url(const unsigned char *bytes, char *text)
{
	unsigned char padded[OAUTH_CODE_RANDOM + 2];
	size_t i;

	EVP_EncodeBlock(padded, bytes, RANDOM_BYTES);
	for (i = 0; i < OAUTH_CODE_RANDOM; i++)
		text[i] = padded[i] == '+' ? '-' :
		    padded[i] == '/'       ? '_' :
					     (char)padded[i];
	text[OAUTH_CODE_RANDOM] = '\0';
	explicit_bzero(padded, sizeof(padded));
}

enum status
oauth_code_start(struct oauth_code_request *request, struct diag *diag)
{
	unsigned char state[RANDOM_BYTES], verifier[RANDOM_BYTES];
	unsigned char digest[EVP_MAX_MD_SIZE];
	enum status r = STATUS_OK;

	if (RAND_bytes(state, sizeof(state)) != 1 ||
	    RAND_bytes(verifier, sizeof(verifier)) != 1) {
		r = diag_set(diag, STATUS_BUG,
		    "OpenSSL has no random bytes; check its configuration");
		goto out;
	}
	request->issuer = NULL;
	request->is_issuer_sent = false;
	encode_base64url(state, request->state);
	encode_base64url(verifier, request->verifier);
	if (EVP_Digest(request->verifier, OAUTH_CODE_RANDOM, digest, NULL,
		EVP_sha256(), NULL) != 1) {
		r = diag_set(diag, STATUS_BUG,
		    "OpenSSL has no SHA-256; check its configuration");
		goto out;
	}
	encode_base64url(digest, request->challenge);
out:
	explicit_bzero(verifier, sizeof(verifier));
	return r;
}

void
oauth_code_clear(struct oauth_code_request *request)
{
	explicit_bzero(request, sizeof(*request));
}

void
oauth_code_build_url(const struct oauth_code_request *request,
    const struct oauth_code_question *question, struct buf *url)
{
	const char *endpoint = question->endpoint;
	size_t length = strlen(endpoint);

	buf_add_string(url, endpoint);
	if (strchr(endpoint, '?') == NULL)
		buf_add(url, "?", 1);
	else if (endpoint[length - 1] != '?' && endpoint[length - 1] != '&')
		buf_add(url, "&", 1);
	buf_add_string(url, "response_type=code");
	oauth_add_field(url, "client_id", question->client_id);
	oauth_add_field(url, "redirect_uri", question->redirect_uri);
	if (question->scope != NULL)
		oauth_add_field(url, "scope", question->scope);
	oauth_add_field(url, "state", request->state);
	oauth_add_field(url, "code_challenge", request->challenge);
	oauth_add_field(url, "code_challenge_method", "S256");
	if (question->login_hint != NULL)
		oauth_add_field(url, "login_hint", question->login_hint);
	if (question->extra != NULL) {
		buf_add(url, "&", 1);
		buf_add_string(url, question->extra);
	}
}

static void
redirect_clear(struct redirect *redirect)
{
	size_t i;

	for (i = 0; i < FIELD_COUNT; i++)
		secret_free(&redirect->fields[i]);
}

/*
 * Decodes a form's value; the result is the caller's. STATUS_DATA for a broken
 * escape, and for a NUL, which no string of ours could hold.
 */
static enum status
decode(const char *value, size_t length, char **text)
{
	char *out = secret_copy_n(value, length);
	size_t from, to = 0;
	int high, low;

	if (out == NULL)
		return STATUS_NOMEM;
	for (from = 0; from < length; from++, to++) {
		out[to] = value[from] == '+' ? ' ' : value[from];
		if (value[from] == '%') {
			high =
			    from + 2 < length ? hex_value(value[from + 1]) : -1;
			low = high >= 0 ? hex_value(value[from + 2]) : -1;
			out[to] = low >= 0 ? (char)(high * 16 + low) : '\0';
			from += 2;
		}
		if (out[to] == '\0') {
			secret_free(&out);
			return STATUS_DATA;
		}
	}
	out[to] = '\0';
	*text = out;
	return STATUS_OK;
}

/* One name=value. A field that comes twice is no redirect of a provider. */
static enum status
take_pair(const char *pair, size_t length, struct redirect *redirect)
{
	const char *equals = memchr(pair, '=', length);
	size_t i, name_length;

	if (equals == NULL)
		return STATUS_OK;
	name_length = (size_t)(equals - pair);
	for (i = 0; i < FIELD_COUNT; i++) {
		if (strlen(field_names[i]) != name_length ||
		    memcmp(field_names[i], pair, name_length) != 0)
			continue;
		if (redirect->fields[i] != NULL)
			return STATUS_DATA;
		return decode(equals + 1, length - name_length - 1,
		    &redirect->fields[i]);
	}
	return STATUS_OK;
}

static enum status
parse(const char *query, size_t length, struct redirect *redirect)
{
	const char *end = query + length, *next;
	enum status r;

	if (length > OAUTH_CODE_MAX_REDIRECT)
		return STATUS_DATA;
	while (query < end) {
		next = memchr(query, '&', (size_t)(end - query));
		if (next == NULL)
			next = end;
		if ((r = take_pair(query, (size_t)(next - query), redirect)) !=
		    STATUS_OK)
			return r;
		query = next + 1;
	}
	return STATUS_OK;
}

static enum status
check_origin(const struct oauth_code_request *request,
    const struct redirect *redirect, const char *advice, struct diag *diag)
{
	const char *state = redirect->fields[STATE];
	const char *iss = redirect->fields[ISS];

	if (state == NULL)
		return diag_set(diag, STATUS_DATA,
		    "this address lacks the state that the login gave the "
		    "provider; %s",
		    advice);
	if (strlen(state) != OAUTH_CODE_RANDOM ||
	    CRYPTO_memcmp(state, request->state, OAUTH_CODE_RANDOM) != 0)
		return diag_set(diag, STATUS_DATA,
		    "this address does not belong to the login that waits here "
		    "(its state differs); use the page that this login named");
	if (iss == NULL ?
		request->is_issuer_sent :
		request->issuer != NULL && strcmp(iss, request->issuer) != 0)
		return diag_set(diag, STATUS_DATA,
		    "this address comes from another provider (%.100s, not "
		    "%.100s); the code in it is not used",
		    iss != NULL ? iss : "it names none",
		    request->issuer != NULL ? request->issuer : "ours");
	return STATUS_OK;
}

/* RFC 6749, 4.1.2.1. The description often has a number that says more. */
static enum status
judge_error(const char *error, const char *description, struct diag *diag)
{
	struct explanation explanation;
	struct buf text;
	bool is_described = description != NULL && description[0] != '\0';
	char said[MAX_QUOTE], next[EXPLAIN_MAX_NEXT + 1];
	enum status r;

	buf_init(&text, EXPLAIN_MAX_INPUT);
	buf_add_string(&text, error);
	if (is_described)
		buf_add_format(&text, ": %s", description);
	explain_text(buf_text(&text), text.length, &explanation);
	buf_clear(&text);
	said[0] = '\0';
	if (is_described)
		explain_show(description, strcspn(description, "\r\n"), said,
		    sizeof(said));
	r = explanation.class == EXPLAIN_UNKNOWN ?
	    STATUS_REAUTH :
	    explain_status(explanation.class);
	explain_shorten_next(explanation.next, next);
	if (next[0] == '\0' || r == STATUS_AGAIN)
		snprintf(next, sizeof(next), "start the login again%s",
		    r == STATUS_AGAIN ? " a little later" : "");
	return diag_set(diag, r, "%s (%.60s); %s%s%s",
	    explanation.class == EXPLAIN_UNKNOWN ?
		"the provider refuses the login" :
		explanation.cause,
	    error, next, is_described ? "; the provider says: " : "", said);
}

/* RFC 6749, A.11: visible characters and spaces. */
static bool
is_code(const char *code)
{
	if (*code == '\0')
		return false;
	for (; *code != '\0'; code++)
		if (*code < 0x20 || *code > 0x7e)
			return false;
	return true;
}

static enum status
judge(const struct oauth_code_request *request, struct redirect *redirect,
    const char *advice, char **code, struct diag *diag)
{
	char **fields = redirect->fields;
	enum status r;

	if ((r = check_origin(request, redirect, advice, diag)) != STATUS_OK)
		return r;
	if (fields[ERROR] != NULL)
		return judge_error(fields[ERROR], fields[DESCRIPTION], diag);
	if (fields[CODE] == NULL || !is_code(fields[CODE]))
		return diag_set(diag, STATUS_DATA,
		    "this address has no code in it; %s", advice);
	*code = fields[CODE];
	fields[CODE] = NULL; /* now the caller's */
	return STATUS_OK;
}

/* advice: what to do where a part of it is missing. */
static enum status
read_query(const struct oauth_code_request *request, const char *query,
    size_t length, const char *advice, char **code, struct diag *diag)
{
	struct redirect redirect = { { NULL } };
	enum status r;

	r = parse(query, length, &redirect);
	if (r == STATUS_OK)
		r = judge(request, &redirect, advice, code, diag);
	else if (r == STATUS_NOMEM)
		diag_set_nomem(diag);
	else
		diag_set(diag, r,
		    "this address is malformed: too long, with a broken "
		    "escape, or with a field twice; start the login again");
	redirect_clear(&redirect);
	return r;
}

/* It is told by the page that came here: there is nothing to be pasted. */
enum status
oauth_code_read_query(const struct oauth_code_request *request,
    const char *query, size_t length, char **code, struct diag *diag)
{
	return read_query(request, query, length,
	    "begin again at the page that the login named", code, diag);
}

/* The length of a terminal's escape at text, such as ESC [ 2 0 0 ~, or 0. */
static size_t
escape_length(const char *text, size_t length)
{
	size_t i;

	if (length < 2 || text[0] != '\033' || text[1] != '[')
		return 0;
	for (i = 2; i < length; i++)
		if (text[i] >= 0x40 && text[i] <= 0x7e)
			return i + 1;
	return length;
}

static void
clean_pasted(const char *text, size_t length, struct buf *clean)
{
	static const char entity[] = "&amp;";
	size_t i, skipped;

	for (i = 0; i < length; i += skipped) {
		skipped = escape_length(text + i, length - i);
		if (skipped > 0)
			continue;
		skipped = 1;
		if ((unsigned char)text[i] <= 0x20 || text[i] == 0x7f ||
		    strchr("\\\"'`<>", text[i]) != NULL)
			continue;
		buf_add(clean, text + i, 1);
		if (length - i >= sizeof(entity) - 1 &&
		    memcmp(text + i, entity, sizeof(entity) - 1) == 0)
			skipped = sizeof(entity) - 1;
	}
}

static bool
is_query(const char *text)
{
	size_t i, length;

	for (i = 0; i < FIELD_COUNT; i++) {
		length = strlen(field_names[i]);
		if (strncmp(text, field_names[i], length) == 0 &&
		    text[length] == '=')
			return true;
	}
	return false;
}

/*
 * The code alone: as a page shows it, or with escapes, cut out of an address.
 */
static enum status
read_bare(const char *text, size_t length, char **code, struct diag *diag)
{
	char *bare = NULL;
	enum status r = STATUS_OK;

	if (memchr(text, '%', length) != NULL)
		r = decode(text, length, &bare);
	else if ((bare = secret_copy_n(text, length)) == NULL)
		r = STATUS_NOMEM;
	if (r == STATUS_NOMEM)
		return diag_set_nomem(diag);
	if (r != STATUS_OK || length < OAUTH_CODE_MIN_PASTED ||
	    strstr(text, "://") != NULL || !is_code(bare)) {
		secret_free(&bare);
		return diag_set(diag, STATUS_DATA,
		    "that has no code in it; " PASTE_ADVICE);
	}
	*code = bare;
	return STATUS_OK;
}

static enum status
read_clean(const struct oauth_code_request *request, const char *text,
    char **code, struct diag *diag)
{
	size_t length = strcspn(text, "#");
	const char *query = memchr(text, '?', length);

	if (query != NULL)
		query++;
	else if (is_query(text))
		query = text;
	else
		return read_bare(text, length, code, diag);
	return read_query(request, query, length - (size_t)(query - text),
	    PASTE_ADVICE, code, diag);
}

enum status
oauth_code_read_pasted(const struct oauth_code_request *request,
    const char *text, size_t length, char **code, struct diag *diag)
{
	struct buf clean;
	enum status r;

	buf_init_secret(&clean, OAUTH_CODE_MAX_REDIRECT);
	clean_pasted(text, length, &clean);
	r = buf_status(&clean);
	if (r == STATUS_OK)
		r = read_clean(request, buf_text(&clean), code, diag);
	else if (r == STATUS_NOMEM)
		diag_set_nomem(diag);
	else
		diag_set(diag, r,
		    "that is too long for the address of a login; paste the "
		    "address that the browser ends up at");
	buf_clear(&clean);
	return r;
}
