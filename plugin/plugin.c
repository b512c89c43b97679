/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The entry: what libsasl2 loads in every program that uses SASL, nearly all
 * of which never use OAuth.
 *
 * It registers the two mechanisms, ranked by whether there is anything to use
 * them with, and passes calls on to the client object, which it loads when the
 * first connection has chosen one of them.
 *
 * Every symbol that it imports costs each of those programs some 900
 * instructions, and the C runtime's start files 3000. So it is linked without
 * those, imports four functions, looks up two more when it needs them, and
 * copies its strings by hand. It must not know how anything is done.
 *
 * BUGS: as libsasl2 itself, sasl_client_plug_init() may run in one thread only.
 */

#include <dlfcn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include <sasl/sasl.h>
#include <sasl/saslplug.h>

#include "client_abi.h"
#include "place.h"
#include "reply.h"

/* Users of sasl-xoauth2 have this; their token files are taken as they are. */
#ifndef PLUGIN_XOAUTH2_CONF
#define PLUGIN_XOAUTH2_CONF "/etc/sasl-xoauth2.conf"
#endif

/* What dlerror(3) says is cut here: with its prefix it is one line in a log. */
#define PLUGIN_MAX_PROBLEM 300

/*
 * With these a mechanism ranks above PLAIN and LOGIN, which lack NODICTIONARY.
 * NOPLAINTEXT is not among them: the token could be read off the wire.
 */
#define PLUGIN_FLAGS (SASL_SEC_NODICTIONARY | SASL_SEC_PASS_CREDENTIALS)
#define PLUGIN_FLAGS_IN_SIGHT (PLUGIN_FLAGS | SASL_SEC_NOANONYMOUS)

/* The object persists when libsasl2 unloads it, and so do these. */
static struct place place;
static _Atomic(const struct client_table *) client;
static char problem[PLUGIN_MAX_PROBLEM]; /* that plug_init met, or "" */

/* Appends to path; returns the new length, or PLACE_MAX_PATH: no room. */
static size_t
append(char *path, size_t length, const char *bytes, size_t count)
{
	size_t i;

	if (count >= PLACE_MAX_PATH - length)
		return PLACE_MAX_PATH;
	for (i = 0; i < count; i++)
		path[length++] = bytes[i];
	return length;
}

/*
 * Where the client object is: with the engine, if another one than the
 * installed is named. Returns whether that fits.
 */
static bool
client_path(char path[PLACE_MAX_PATH])
{
	static const char installed[] = PKGLIBDIR "/";
	static const char object[] = CLIENT_OBJECT;
	const char *engine;
	size_t length = 0, i;

	if ((engine = secure_getenv("SASL_BEARER_ENGINE")) != NULL) {
		for (i = 0; engine[i] != '\0'; i++)
			if (engine[i] == '/')
				length = i + 1;
		length = append(path, 0, engine, length);
	} else
		length = append(path, 0, installed, sizeof(installed) - 1);
	if (length < PLACE_MAX_PATH)
		length = append(path, length, object, sizeof(object));
	return length < PLACE_MAX_PATH;
}

/*
 * dlopen(3) and the table's own check. NULL: the reason is in error. dlopen and
 * dlerror are looked up here because nearly no process comes here.
 */
static const struct client_table *
load_table(const char *path, const char **error)
{
	const struct client_table *table;
	client_function *function;
	void *(*open)(const char *, int);
	char *(*get_error)(void);
	void *object;

	*(void **)&open = dlsym(RTLD_DEFAULT, "dlopen");
	*(void **)&get_error = dlsym(RTLD_DEFAULT, "dlerror");
	if (open == NULL || get_error == NULL) {
		*error = "this program cannot load objects";
		return NULL;
	}
	if ((object = open(path, RTLD_NOW | RTLD_LOCAL)) == NULL ||
	    (*(void **)&function = dlsym(object, CLIENT_SYMBOL)) == NULL) {
		if ((*error = get_error()) == NULL)
			*error = CLIENT_OBJECT " has no " CLIENT_SYMBOL;
		return NULL;
	}
	table = function();
	if (table->abi != CLIENT_ABI) {
		*error = CLIENT_OBJECT " is of another version; install one "
				       "version everywhere and restart";
		return NULL;
	}
	return table;
}

/*
 * The client object's table, loaded when it is not yet; NULL when that fails,
 * with the reason in error. Two threads may load it at once: both get the same.
 */
static const struct client_table *
client_load(const char **error)
{
	const struct client_table *table;
	char path[PLACE_MAX_PATH];

	if ((table = atomic_load_explicit(&client, memory_order_acquire)) !=
	    NULL)
		return table;
	if (!client_path(path)) {
		*error = "the path of " CLIENT_OBJECT " is too long";
		return NULL;
	}
	if ((table = load_table(path, error)) != NULL)
		atomic_store_explicit(&client, table, memory_order_release);
	return table;
}

static int
mech_new(void *glob_context, sasl_client_params_t *params, void **context)
{
	const enum reply_form *form = glob_context;
	const struct client_table *table;
	const sasl_utils_t *utils = params->utils;
	const char *error = "";

	*context = NULL;
	if ((table = client_load(&error)) != NULL)
		return table->mech_new(*form, &place, params, context);
	/* What failed before a chroot(2) tells more than what fails within. */
	if (problem[0] != '\0')
		error = problem;
	utils->log(utils->conn, SASL_LOG_WARN,
	    "sasl-bearer is not installed completely: %s", error);
	utils->seterror(utils->conn, SASL_NOLOG,
	    "sasl-bearer is not installed completely: %s", error);
	return SASL_FAIL;
}

/* Programs that go on after mech_new() has failed come here without context. */
static int
mech_step(void *context, sasl_client_params_t *params, const char *serverin,
    unsigned serverinlen, sasl_interact_t **prompt_need, const char **clientout,
    unsigned *clientoutlen, sasl_out_params_t *oparams)
{
	const struct client_table *table =
	    atomic_load_explicit(&client, memory_order_acquire);

	*clientout = NULL;
	*clientoutlen = 0;
	if (context == NULL || table == NULL)
		return SASL_BADPARAM;
	return table->mech_step(context, params, serverin, serverinlen,
	    prompt_need, clientout, clientoutlen, oparams);
}

static void
mech_dispose(void *context, const sasl_utils_t *utils)
{
	const struct client_table *table =
	    atomic_load_explicit(&client, memory_order_acquire);

	if (context != NULL && table != NULL)
		table->mech_dispose(context, utils);
}

/* The last sasl_done(3): no connection is left. */
static void
mech_free(void *glob_context, const sasl_utils_t *utils)
{
	const struct client_table *table =
	    atomic_load_explicit(&client, memory_order_acquire);

	(void)glob_context;
	(void)utils;
	if (table != NULL)
		table->close();
}

static enum reply_form oauthbearer = REPLY_OAUTHBEARER;
static enum reply_form xoauth2 = REPLY_XOAUTH2;

static const unsigned long required_prompts[] = {
	SASL_CB_AUTHNAME,
	SASL_CB_LIST_END,
};

/*
 * SERVER_FIRST keeps the token out of the command line, which some programs
 * show when the server refuses it. Among equals the first is preferred.
 */
#define PLUGIN_MECHANISM(name, form) \
	{ \
		.mech_name = (name), .max_ssf = 0, \
		.security_flags = PLUGIN_FLAGS, \
		.features = SASL_FEAT_ALLOWS_PROXY | SASL_FEAT_SERVER_FIRST, \
		.required_prompts = required_prompts, .glob_context = (form), \
		.mech_new = mech_new, .mech_step = mech_step, \
		.mech_dispose = mech_dispose, .mech_free = mech_free, \
		.idle = NULL, .spare_fptr1 = NULL, .spare_fptr2 = NULL, \
	}

static sasl_client_plug_t mechanisms[] = {
	PLUGIN_MECHANISM("OAUTHBEARER", &oauthbearer),
	PLUGIN_MECHANISM("XOAUTH2", &xoauth2),
};

#define PLUGIN_COUNT (sizeof(mechanisms) / sizeof(mechanisms[0]))

/*
 * Root may be about to enter a chroot(2), as Postfix's smtp(8) is, and must
 * take with it what it may need inside. There is nobody to report to yet.
 */
static void
prepare(void)
{
	const struct client_table *table;
	const char *error = "";
	size_t i;

	if ((table = client_load(&error)) != NULL) {
		table->prepare(&place);
		return;
	}
	for (i = 0; i < sizeof(problem) - 1 && error[i] != '\0'; i++)
		problem[i] = error[i];
	problem[i] = '\0';
}

/* The one exported function; libsasl2 declares its type. */
sasl_client_plug_init_t sasl_client_plug_init
    __attribute__((visibility("default")));

int
sasl_client_plug_init(const sasl_utils_t *utils, int max_version,
    int *out_version, sasl_client_plug_t **pluglist, int *plugcount)
{
	bool in_sight;
	size_t i;

	(void)utils;
	if (max_version < SASL_CLIENT_PLUG_VERSION)
		return SASL_BADVERS;
	place_find(&place, PLACE_READ);
	in_sight = place.conf_exists || place.state_exists ||
	    access(PLUGIN_XOAUTH2_CONF, F_OK) == 0;
	for (i = 0; i < PLUGIN_COUNT; i++)
		mechanisms[i].security_flags =
		    in_sight ? PLUGIN_FLAGS_IN_SIGHT : PLUGIN_FLAGS;
	problem[0] = '\0';
	if (in_sight && geteuid() == 0)
		prepare();
	*out_version = SASL_CLIENT_PLUG_VERSION;
	*pluglist = mechanisms;
	*plugcount = PLUGIN_COUNT;
	return SASL_OK;
}
