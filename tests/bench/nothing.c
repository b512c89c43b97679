/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The least that a plugin can be: it links libc and does nothing. What it
 * costs to load is what libsasl2 takes for any plugin.
 */

#include <stddef.h>

#include <sasl/sasl.h>
#include <sasl/saslplug.h>

sasl_client_plug_init_t sasl_client_plug_init;

int
sasl_client_plug_init(const sasl_utils_t *utils, int max_version,
    int *out_version, sasl_client_plug_t **pluglist, int *plugcount)
{
	(void)utils;
	(void)max_version;
	*out_version = SASL_CLIENT_PLUG_VERSION;
	*pluglist = NULL;
	*plugcount = 0;
	return SASL_OK;
}
