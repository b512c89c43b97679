/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * libsasl2 as a mail program uses it.
 */

#ifndef CONNECTION_H
#define CONNECTION_H

#include <stdbool.h>

#include "probeline.h"

/* sasl_client_init(3), and which plugins there are then. */
enum status connection_load(struct diag *diag);

/* A connection, chosen or started: the fields are those of the request. */
void connection_start(const struct probeline *request, bool wants_message);

/* What the server said. */
void connection_step(const struct probeline *request);

void connection_end(void);

#endif
