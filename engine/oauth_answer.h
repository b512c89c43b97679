/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the two halves of oauth.h share.
 */

#ifndef OAUTH_ANSWER_H
#define OAUTH_ANSWER_H

#include <json-c/json.h>

#include "oauth.h"

/* Adds what identifies the client, unless that is in HTTP Basic. */
void oauth_add_client(struct buf *body, const struct oauth_client *client);

/* The JSON object of an answer, owned by the caller; AGAIN if it is none. */
enum status oauth_read_answer(long code, const char *body, size_t length,
    const char *host, struct json_object **json, struct diag *diag);

/* The status and sentence for an answer that is an error. Never OK. */
enum status oauth_judge_error(long code, struct json_object *json,
    const char *host, struct diag *diag);

#endif
