/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What the two halves of oauth.h share.
 */

#ifndef OAUTH_ANSWER_H
#define OAUTH_ANSWER_H

#include <json-c/json.h>

#include "oauth.h"

/*
 * The JSON object of an answer that is none of an error; the caller owns it.
 * Else status and sentence are those of oauth_judge_token().
 */
enum status oauth_read_success(long code, const char *body, size_t length,
    const char *host, struct json_object **json, struct diag *diag);

#endif
