/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The mail servers of the providers that are known by name.
 */

#ifndef KNOWN_SERVER_H
#define KNOWN_SERVER_H

#include <stdbool.h>

#include "services.h"
#include "session.h"

/*
 * The URL of a preset's server for one service, SERVICE_..., in the form of
 * --server; NULL where it is not known. The preset may be NULL.
 */
const char *known_server(const struct provider *preset, unsigned service);

/* The preset that the account's section or its login names; NULL: none, or the
 * session has no configuration that can be read. */
const struct provider *known_server_preset(const struct session *session,
    const char *account);

/*
 * The same of an account: by the provider that its section or its login names.
 * NULL where it is not known.
 */
const char *known_server_of(const struct session *session, const char *account,
    unsigned service);

/*
 * Is the host, without a port, one of another provider than the account's? Not
 * where its provider is none of those known by name, or has any server in
 * common with the other.
 */
bool known_server_is_of_other(const struct session *session,
    const char *account, const char *host);

/* Is it the host, without a port, of one that mail is handed to? */
bool known_server_is_relay(const char *host);

#endif
