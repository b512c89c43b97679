/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Providers that need no endpoints in the configuration. They are data: a
 * new one is a new row in provider.c.
 */

#ifndef PROVIDER_H
#define PROVIDER_H

#include <stddef.h>

#include "conf.h"

struct provider {
	const char *name;
	/* Values for options; "{tenant}" stands for the tenant. */
	const char *values[OPTION_COUNT];
	/* Why a login by device code cannot work there; NULL where it can. */
	const char *no_device_code;
};

/* The preset of that name; NULL if there is none. */
const struct provider *provider_find(const char *name);

/* The presets, one by one; NULL after the last. */
const struct provider *provider_at(size_t index);

#endif
