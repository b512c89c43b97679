/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Between the two objects of the plugin: what the client object's one exported
 * function returns.
 *
 * libsasl2 loads the entry (plugin.c) in every program that uses SASL, so the
 * entry is as small as it can be. Everything else is in the client object,
 * which is loaded when a program has chosen one of our mechanisms.
 */

#ifndef CLIENT_ABI_H
#define CLIENT_ABI_H

#include <sasl/sasl.h>
#include <sasl/saslplug.h>

#include "place.h"
#include "reply.h"

/* Counted up with every change to this header or to struct place. */
#define CLIENT_ABI 1

#define CLIENT_OBJECT "sasl-bearer-client.so"
#define CLIENT_SYMBOL "sasl_bearer_client"

struct client_table {
	unsigned abi; /* CLIENT_ABI; first in every version */

	/*
	 * Opens the state directory and the engine, for a process that will
	 * enter a chroot(2). What fails is reported when it is needed. The
	 * place must outlive all that was made from it.
	 */
	void (*prepare)(const struct place *place);

	/*
	 * Closes what the process has open. No connection may be left. All may
	 * be used again afterwards.
	 */
	void (*close)(void);

	/* As in sasl_client_plug_t, with the mechanism and the place. */
	int (*mech_new)(enum reply_form form, const struct place *place,
	    sasl_client_params_t *params, void **context);
	int (*mech_step)(void *context, sasl_client_params_t *params,
	    const char *serverin, unsigned serverinlen,
	    sasl_interact_t **prompt_need, const char **clientout,
	    unsigned *clientoutlen, sasl_out_params_t *oparams);
	void (*mech_dispose)(void *context, const sasl_utils_t *utils);
};

/* The exported function's type. */
typedef const struct client_table *client_function(void);

#endif
