/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Starting the probe, with the environment of the client.
 */

#ifndef DOCTOR_PROBE_START_H
#define DOCTOR_PROBE_START_H

#include "doctor.h"

/*
 * Starts it, with a pipe to its standard input and one from its standard
 * output; how is as in probeline.h. It has the client's SASL_PATH, and of
 * another user the home directory. STATUS_CONFIG: there is no probe;
 * STATUS_ACCESS, STATUS_NOMEM.
 */
enum status doctor_probe_spawn(const struct doctor_client *client,
    const char *how, pid_t *pid, int *in, int *out, struct diag *diag);

/*
 * The environment of the client, made from one that is given: an array that
 * ends with NULL, to be freed by doctor_probe_environment_free(). home is the
 * home directory of another user, or NULL: they have none. NULL: out of
 * memory.
 */
char **doctor_probe_environment(const struct doctor_client *client,
    const char *how, const char *home, char *const *from);
void doctor_probe_environment_free(char **environment);

#endif
