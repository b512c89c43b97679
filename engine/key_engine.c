/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * PKCS#11 where OpenSSL has no provider for it, as on Debian 12: by the engine
 * of libp11. See key_store.h.
 *
 * Engines are deprecated, and there is nothing else to use there; those
 * warnings are silenced in this file. The engine is not put on OpenSSL's list,
 * so that a host program never finds ours, nor we its own.
 *
 * BUGS: engines live in the default library context, which is the host's. A
 * module of PKCS#11 that is loaded twice in one process, by the host and by
 * us, is initialised once, and finalised by whoever ends first.
 */

#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/crypto.h>
#ifndef OPENSSL_NO_ENGINE
#include <openssl/engine.h>
#endif
#include <string.h>
#include <unistd.h>

#include "hex.h"
#include "key_store.h"

#ifndef OPENSSL_NO_ENGINE

/* The longest path of a PKCS#11 module. */
#define MAX_MODULE 1024

#define MODULE_PATH "module-path="

/* Percent-encoded text into path; "" when it does not fit. */
static void
decode(const char *text, size_t length, char *path, size_t size)
{
	size_t i, count = 0;

	for (i = 0; i < length; i++) {
		if (count + 1 >= size) {
			count = 0;
			break;
		}
		path[count] = text[i];
		if (text[i] == '%' && i + 2 < length &&
		    hex_value(text[i + 1]) >= 0 &&
		    hex_value(text[i + 2]) >= 0) {
			path[count] = (char)(hex_value(text[i + 1]) << 4 |
			    hex_value(text[i + 2]));
			i += 2;
		}
		count++;
	}
	path[count] = '\0';
}

/*
 * Takes module-path= (RFC 7512, 2.4) out of what is behind the '?', for libp11
 * understands no URI with it. module is as it was when there is none.
 */
static void
split_uri(const char *uri, struct buf *rest, char *module, size_t size)
{
	const char *at = strchr(uri, '?');
	size_t length = at == NULL ? strlen(uri) : (size_t)(at - uri);
	char mark = '?';

	buf_add(rest, uri, length);
	while (at != NULL) {
		at++;
		length = strcspn(at, "&");
		if (strncmp(at, MODULE_PATH, strlen(MODULE_PATH)) == 0) {
			decode(at + strlen(MODULE_PATH),
			    length - strlen(MODULE_PATH), module, size);
		} else {
			buf_add(rest, &mark, 1);
			buf_add(rest, at, length);
			mark = '&';
		}
		at = strchr(at, '&');
	}
}

static int
set(ENGINE *engine, const char *name, const char *value)
{
	return ENGINE_ctrl_cmd_string(engine, name, value, 0);
}

/* The engine out of its file, not registered with OpenSSL. */
static ENGINE *
load_engine(void)
{
	ENGINE *engine;

	ENGINE_load_dynamic();
	if ((engine = ENGINE_by_id("dynamic")) == NULL)
		return NULL;
	if (set(engine, "ID", "pkcs11") && set(engine, "DIR_LOAD", "2") &&
	    set(engine, "DIR_ADD", OPENSSL_info(OPENSSL_INFO_ENGINES_DIR)) &&
	    set(engine, "LIST_ADD", "0") && set(engine, "LOAD", NULL))
		return engine;
	ENGINE_free(engine);
	return NULL;
}

/* Its settings: silence, and the module, if one is named. */
static enum status
start_engine(struct key *key, ENGINE *engine, const char *module,
    struct diag *diag)
{
	/* It writes to standard error otherwise. */
	set(engine, "QUIET", NULL);
	if (module != NULL) {
		if (module[0] != '/' || access(module, R_OK) != 0)
			return diag_set(diag, STATUS_CONFIG,
			    "cannot read the PKCS#11 module that module-path "
			    "of %s names",
			    key->name);
		if (!set(engine, "MODULE_PATH", module))
			return diag_set(diag, STATUS_CONFIG,
			    "OpenSSL's pkcs11 engine takes no module-path");
	}
	if (ENGINE_init(engine) != 1)
		return diag_set(diag, STATUS_AGAIN,
		    "OpenSSL's pkcs11 engine does not start");
	key->engine = engine;
	return STATUS_OK;
}

static enum status
load(struct key *key, const char *uri, const char *pin, struct diag *diag)
{
	UI_METHOD *method = key_secret_method();
	struct key_secret secret = { pin, 0 };
	struct key_errors errors;
	enum status r = STATUS_OK;

	if (method == NULL)
		return diag_set_nomem(diag);
	key_errors_begin(&errors);
	key->pkey = ENGINE_load_private_key(key->engine, uri, method, &secret);
	if (key->pkey == NULL) {
		key_errors_read(&errors);
		r = key_judge_token(key, &secret, &errors, diag);
	}
	key_errors_end(&errors);
	UI_destroy_method(method);
	return r;
}

static enum status
open_engine(struct key *key, const char *module, struct diag *diag)
{
	struct key_errors errors;
	ENGINE *engine;
	enum status r;

	key_errors_begin(&errors);
	if ((engine = load_engine()) == NULL)
		r = STATUS_NOACCOUNT;
	else
		r = start_engine(key, engine, module, diag);
	ENGINE_free(engine);
	key_errors_end(&errors);
	return r;
}

enum status
key_engine_open(struct key *key, const char *uri, const char *pin,
    struct diag *diag)
{
	char module[MAX_MODULE] = "";
	struct buf rest;
	enum status r;

	buf_init(&rest, strlen(uri));
	split_uri(uri, &rest, module, sizeof(module));
	if (buf_status(&rest) != STATUS_OK)
		r = diag_set_nomem(diag);
	else
		r = open_engine(key,
		    strstr(uri, MODULE_PATH) != NULL ? module : NULL, diag);
	if (r == STATUS_OK)
		r = load(key, buf_text(&rest), pin, diag);
	buf_clear(&rest);
	return r;
}

void
key_engine_free(struct key *key)
{
	if (key->engine != NULL)
		ENGINE_finish(key->engine);
	key->engine = NULL;
}

#else

enum status
key_engine_open(struct key *key, const char *uri, const char *pin,
    struct diag *diag)
{
	(void)key;
	(void)uri;
	(void)pin;
	(void)diag;
	return STATUS_NOACCOUNT;
}

void
key_engine_free(struct key *key)
{
	(void)key;
}

#endif
