/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Token files in the JSON form of sasl-xoauth2, read, renewed and written in
 * place, so that its users switch by replacing the module.
 *
 * One object holds access_token, refresh_token and expiry (Unix time), and may
 * hold client_id, client_secret, token_endpoint, proxy, ca_bundle_file,
 * ca_certs_dir, refresh_window, scope and user. What is missing comes from
 * /etc/sasl-xoauth2.conf, which has the same names. All other members are
 * kept; our own history is in the member "sasl-bearer".
 */

#ifndef XOAUTH2_H
#define XOAUTH2_H

#include "renew.h"
#include "store.h"

#define XOAUTH2_MAX_FILE 65536

/*
 * The store of a token file: opens its directory, which inside a chroot(2) is
 * found there. STATUS_CONFIG when there is no such directory.
 */
enum status xoauth2_open(struct store *store, const char *path,
    struct diag *diag);

/* Works out the endpoint from both files, as endpoint_prepare() does. */
enum status xoauth2_prepare(const struct renewer *renewer, struct store *store,
    struct endpoint *endpoint, struct diag *diag);

/*
 * Loads what any token file may need of sasl-xoauth2's own configuration: the
 * file, and the certificates that it names. As endpoint_preload().
 */
void xoauth2_preload(const struct renewer *renewer);

#endif
