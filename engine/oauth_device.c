/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The device authorization grant, RFC 8628. See oauth.h.
 */

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "oauth.h"
#include "oauth_answer.h"

/* RFC 8628, 3.2 and 3.5. */
#define DEFAULT_INTERVAL_S 5

/* Longer waits between polls would outlast any code. */
#define MAX_INTERVAL_S 120

/* A code is for minutes; Microsoft's for 15. */
#define MAX_CODE_LIFETIME_S 86400

void
oauth_device_clear(struct oauth_device *device)
{
	secret_free(&device->device_code);
	secret_free(&device->user_code);
	secret_free(&device->verification_uri);
	secret_free(&device->verification_uri_complete);
	memset(device, 0, sizeof(*device));
}

static bool
is_present(const char *text)
{
	return text != NULL && text[0] != '\0';
}

/* A copy that can be shown on a terminal; NULL for NULL. */
static enum status
copy_clean(const char *text, char **copy)
{
	if (!is_present(text))
		return STATUS_OK;
	if ((*copy = string_copy(text)) == NULL)
		return STATUS_NOMEM;
	diag_clean(*copy);
	return STATUS_OK;
}

static void
read_times(struct json_object *json, struct oauth_device *device)
{
	int64_t seconds;

	device->expires_in_s = MAX_CODE_LIFETIME_S;
	if (json_whole(json, "expires_in", &seconds) == JSON_NUMBER_VALID &&
	    seconds > 0 && seconds < MAX_CODE_LIFETIME_S)
		device->expires_in_s = seconds;
	device->interval_s = DEFAULT_INTERVAL_S;
	if (json_whole(json, "interval", &seconds) == JSON_NUMBER_VALID &&
	    seconds > 0)
		device->interval_s =
		    seconds < MAX_INTERVAL_S ? (int)seconds : MAX_INTERVAL_S;
}

static enum status
read_device(struct json_object *json, const char *host,
    struct oauth_device *device, struct diag *diag)
{
	const char *code = json_text(json, "device_code");
	const char *user_code = json_text(json, "user_code");
	const char *uri = json_text(json, "verification_uri");

	if (uri == NULL) /* Google's older name for it */
		uri = json_text(json, "verification_url");
	if (!is_present(code) || !is_present(user_code) || !is_present(uri))
		return diag_set(diag, STATUS_AGAIN,
		    "%s answered with something that is not a device code "
		    "(RFC 8628); check device_endpoint",
		    host);
	if ((device->device_code = secret_copy(code)) == NULL ||
	    copy_clean(uri, &device->verification_uri) != STATUS_OK ||
	    copy_clean(user_code, &device->user_code) != STATUS_OK ||
	    copy_clean(json_text(json, "verification_uri_complete"),
		&device->verification_uri_complete) != STATUS_OK)
		return diag_set_nomem(diag);
	read_times(json, device);
	return STATUS_OK;
}

enum status
oauth_judge_device(long code, const char *body, size_t length, const char *host,
    struct oauth_device *device, struct diag *diag)
{
	struct json_object *json;
	struct oauth_device new;
	enum status r;

	if ((r = oauth_read_success(code, body, length, host, &json, diag)) !=
	    STATUS_OK)
		return r;
	memset(&new, 0, sizeof(new));
	r = read_device(json, host, &new, diag);
	json_free(json);
	if (r == STATUS_OK)
		*device = new;
	else
		oauth_device_clear(&new);
	return r;
}

enum status
oauth_judge_poll(long code, const char *body, size_t length, const char *host,
    struct oauth_token *token, enum oauth_poll *poll, struct diag *diag)
{
	struct json_object *json;
	const char *error, *reason;
	enum status r;

	*poll = OAUTH_POLL_FAILED;
	if (json_read_object(body, length, &json, &reason) == STATUS_OK) {
		error = json_text(json, "error");
		if (error != NULL && strcmp(error, "slow_down") == 0)
			*poll = OAUTH_POLL_SLOW_DOWN;
		else if (error != NULL &&
		    strcmp(error, "authorization_pending") == 0)
			*poll = OAUTH_POLL_PENDING;
		json_free(json);
		if (*poll != OAUTH_POLL_FAILED)
			return STATUS_OK;
	}
	r = oauth_judge_token(code, body, length, host, token, diag);
	if (r == STATUS_OK)
		*poll = OAUTH_POLL_DONE;
	return r;
}
