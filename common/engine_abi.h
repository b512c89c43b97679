/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Between the plugin and the engine, which are separate objects: what the
 * engine's one exported function returns.
 *
 * The plugin loads the engine when a token must be renewed, so that a program
 * that only presents one never maps libcurl, OpenSSL and json-c.
 *
 * Every call may be made inside a chroot(2) and without privileges once
 * open() has returned. Calls on one engine may be made from several threads.
 */

#ifndef ENGINE_ABI_H
#define ENGINE_ABI_H

#include "file.h"
#include "log.h"
#include "record.h"
#include "status.h"

/* Counted up with every change to this header or to struct record. */
#define ENGINE_ABI 2

#define ENGINE_OBJECT "sasl-bearer-engine.so"
#define ENGINE_SYMBOL "sasl_bearer_engine"

struct engine;

/* Which token is wanted, and where the answer's story may be told. */
struct engine_request {
	const struct dir *state; /* the open state directory; not owned */
	const char *account;     /* account name, or the path of a token file */
	const struct log *log;   /* warnings and notices; may be NULL */
};

typedef bool engine_at_work_function(void);

struct engine_table {
	unsigned abi; /* ENGINE_ABI; first in every version */

	/*
	 * Reads the configuration and the CA bundle and starts libcurl. A
	 * broken configuration is not a failure here: it is kept, and reported
	 * by every later call. STATUS_NOMEM.
	 */
	enum status (*open)(struct engine **engine, struct diag *diag);
	void (*close)(struct engine **engine);

	/*
	 * Is the account configured or logged in, as opposed to unknown?
	 * STATUS_OK, STATUS_NOACCOUNT, STATUS_CONFIG (the configuration is
	 * broken, so it cannot be known), STATUS_ACCESS.
	 */
	enum status (*find)(struct engine *engine,
	    const struct engine_request *request, struct diag *diag);

	/*
	 * Gives the account's usable token, renewed where that is due
	 * (renew.h says when). record is initialised by the caller, and is set
	 * only on success. Blocks until the configured deadline at most.
	 */
	enum status (*renew)(struct engine *engine,
	    const struct engine_request *request, struct record *record,
	    struct diag *diag);

	/* The same for a token file in the form of sasl-xoauth2. */
	enum status (*renew_file)(struct engine *engine,
	    const struct engine_request *request, struct record *record,
	    struct diag *diag);

	/*
	 * The mail server answered the record's token with this challenge:
	 * marks the token as refused and says in diag, always, what the
	 * server meant. Returns STATUS_REFUSED, or STATUS_CONFIG where another
	 * token would not help. is_file tells a token file from an account.
	 * Waits two seconds at most.
	 */
	enum status (*refuse)(struct engine *engine,
	    const struct engine_request *request, bool is_file,
	    const struct record *record, const char *challenge, size_t length,
	    struct diag *diag);

	/*
	 * For fork(2): between these two no other thread holds a lock of the
	 * engine, so that a child can use it. The latter is called in both
	 * processes. Waits for what is at work in other threads with a lock
	 * held: reading a file, signing, a line for the audit; never for the
	 * network.
	 */
	void (*lock)(struct engine *engine);
	void (*unlock)(struct engine *engine);

	/*
	 * Is this thread within the software of a token or TPM, with a lock of
	 * the engine held? lock() would then wait for ever. No engine need be
	 * open.
	 */
	engine_at_work_function *is_at_work;
};

/* The exported function's type. */
typedef const struct engine_table *engine_function(void);

#endif
