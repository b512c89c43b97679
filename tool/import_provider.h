/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Which provider an imported account is at: by its token endpoint, or by what
 * the file calls it.
 */

#ifndef IMPORT_PROVIDER_H
#define IMPORT_PROVIDER_H

#include "import_plan.h"

/*
 * Is the URL that of the template, which may have {tenant} in it? Then *tenant
 * and *length are what stands there, or NULL and 0.
 */
bool import_match_endpoint(const char *template, const char *url,
    const char **tenant, size_t *length);

/*
 * Sets the plan's line for the provider, where the one in force is another:
 * a provider section of the configuration, a preset, or a new section. Sets
 * its tenant. STATUS_CONFIG, STATUS_NOMEM.
 */
enum status import_plan_provider(struct import_plan *plan,
    const struct conf *conf, const char *account, const char *provider,
    const struct import_facts *facts, struct diag *diag);

/*
 * Sets the lines for tenant and token endpoint, by what is in force with that
 * provider. STATUS_DATA for an endpoint that cannot be used.
 */
enum status import_plan_endpoint(struct import_plan *plan,
    const struct settings *settings, const struct import_facts *facts,
    struct diag *diag);

#endif
