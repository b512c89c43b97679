/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The probe's messages for a mail server. See doctor_login.h.
 */

#include <stdlib.h>
#include <string.h>

#include "doctor_login.h"
#include "hide.h"
#include "mailaccount.h"

/* Beside a renewal, which has its own timeout. */
#define MORE_MS 10000

#define MECHANISMS "OAUTHBEARER XOAUTH2"
#define NO_HOST "mail.example.invalid"

void
doctor_login_init(struct doctor_login *login, const char *account)
{
	memset(login, 0, sizeof(*login));
	login->account = account;
	doctor_probe_init(&login->probe);
	buf_init(&login->rest, MAILSESSION_MAX_LINE);
	buf_init(&login->user, REPLY_MAX_LENGTH);
	buf_init_secret(&login->token, REPLY_MAX_LENGTH);
}

void
doctor_login_clear(struct doctor_login *login)
{
	if (login->mail.dialogue != NULL)
		mailsession_clear(&login->mail);
	stream_close(&login->stream);
	doctor_probe_clear(&login->probe);
	buf_clear(&login->rest);
	buf_clear(&login->user);
	buf_clear(&login->token);
	secret_free(&login->granted);
	settings_clear(&login->settings);
	free(login->object);
	login->object = NULL;
}

/* The bytes between a mark and a byte that ends them. */
static void
take_between(const struct buf *message, const char *mark, const char *ends,
    struct buf *out)
{
	const char *start, *end;

	if (message->length == 0 ||
	    (start = memmem(message->data, message->length, mark,
		 strlen(mark))) == NULL)
		return;
	start += strlen(mark);
	end = start + strcspn(start, ends); /* the buffer ends with a NUL */
	buf_add(out, start, (size_t)(end - start));
}

void
doctor_login_take_apart(const struct buf *message, struct buf *user,
    struct buf *token)
{
	if (message->length > 5 && memcmp(message->data, "user=", 5) == 0)
		take_between(message, "user=", "\001", user);
	else
		take_between(message, ",a=", ",\001", user);
	take_between(message, "auth=Bearer ", "\001", token);
}

static const struct {
	const char *code;
	enum status status;
} codes[] = {
	{ PROBE_OK, STATUS_OK },
	{ PROBE_CONTINUE, STATUS_OK },
	{ PROBE_NO_USER, STATUS_NOACCOUNT },
	{ PROBE_AGAIN, STATUS_AGAIN },
	{ PROBE_REAUTH, STATUS_REAUTH },
	{ PROBE_REFUSED, STATUS_REFUSED },
};

/* What a plugin's failure is about; its sentence is libsasl2's. */
static enum status
judge(struct doctor_login *login, const struct doctor_result *result,
    struct diag *diag)
{
	size_t i;

	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(codes[i].code, result->code) == 0 &&
		    codes[i].status == STATUS_OK)
			return STATUS_OK;
		else if (strcmp(codes[i].code, result->code) == 0)
			break;
	login->is_local = true;
	diag_set(diag, STATUS_CONFIG, "%s", doctor_probe_words(result));
	hide_secret(buf_text(&login->token), diag);
	return i < sizeof(codes) / sizeof(codes[0]) ? codes[i].status :
						      STATUS_CONFIG;
}

static int
timeout_ms(const struct doctor_login *login)
{
	return login->settings.seconds[OPTION_TIMEOUT] * 1000 + MORE_MS;
}

/* The plugin that was chosen, and the name of its mechanism. */
static enum status
take_choice(struct doctor_login *login, const struct doctor_result *result,
    struct diag *diag)
{
	const struct doctor_plugin *plugin =
	    doctor_probe_find(&login->probe, result);

	free(login->object);
	login->object = NULL;
	login->name[0] = '\0';
	if (result->mechanism != NULL &&
	    strlen(result->mechanism) < sizeof(login->name))
		memcpy(login->name, result->mechanism,
		    strlen(result->mechanism) + 1);
	if (plugin != NULL && plugin->object != NULL &&
	    (login->object = strdup(plugin->object)) == NULL)
		return diag_set_nomem(diag);
	return STATUS_OK;
}

/* What cannot be asked of a plugin is the probe's failure. */
static enum status
local(struct doctor_login *login, enum status status)
{
	login->is_local = login->is_local || status != STATUS_OK;
	return status;
}

/* The first message; an empty step gets it where the server speaks first. */
static enum status
first_message(struct doctor_login *login, const char *service, const char *host,
    const char *mechanisms, struct doctor_result *result, struct diag *diag)
{
	struct doctor_probe *probe = &login->probe;
	enum status r;

	if ((r = doctor_probe_start(probe, service, host, login->account,
		 mechanisms, true, timeout_ms(login), result, diag)) !=
		STATUS_OK ||
	    (r = take_choice(login, result, diag)) != STATUS_OK)
		return local(login, r);
	if ((r = judge(login, result, diag)) != STATUS_OK ||
	    result->has_message)
		return r;
	if ((r = doctor_probe_step(probe, "", 0, timeout_ms(login), result,
		 diag)) != STATUS_OK)
		return local(login, r);
	return judge(login, result, diag);
}

static enum status
start(void *context, const char *mechanisms, char name[MAILSESSION_NAME_SPACE],
    struct reply *reply, struct buf *message, struct diag *diag)
{
	struct doctor_login *login = context;
	const struct mailserver *server = login->login.server;
	struct doctor_result result;
	enum status r;

	if ((r = first_message(login, server->service, server->host, mechanisms,
		 &result, diag)) != STATUS_OK)
		return r;
	memcpy(name, login->name, sizeof(login->name));
	buf_add(message, buf_text(result.message), result.message->length);
	buf_clear(&login->user);
	buf_clear(&login->token);
	doctor_login_take_apart(message, &login->user, &login->token);
	if (login->user.length > 0)
		reply->user = buf_text(&login->user);
	reply->token = buf_text(&login->token);
	reply->token_length = login->token.length;
	return buf_status(message) == STATUS_OK ? STATUS_OK :
						  diag_set_nomem(diag);
}

static enum status
step(void *context, const struct buf *challenge, struct buf *answer,
    struct diag *diag)
{
	struct doctor_login *login = context;
	struct doctor_result result;
	enum status r;

	if ((r = doctor_probe_step(&login->probe, challenge->data,
		 challenge->length, timeout_ms(login), &result, diag)) !=
	    STATUS_OK)
		return local(login, r);
	if ((r = judge(login, &result, diag)) == STATUS_OK)
		buf_add(answer, buf_text(result.message),
		    result.message->length);
	return r;
}

enum status
doctor_login_load(struct doctor_login *login, const struct doctor *doctor,
    struct diag *diag)
{
	enum status r;

	if ((r = mailaccount_load(&doctor->session, login->account,
		 &login->settings, &login->login, diag)) != STATUS_OK)
		return r;
	if ((r = doctor_probe_load(&login->probe, &doctor->client, diag)) !=
	    STATUS_OK)
		return local(login, r);
	login->sasl = (struct mailsession_sasl){ start, step, login };
	login->granted = mailaccount_granted(&doctor->session, login->account);
	login->login.user = login->account;
	login->login.token = "";
	login->login.granted = login->granted;
	login->login.sasl = &login->sasl;
	return STATUS_OK;
}

enum status
doctor_login_run(struct doctor_login *login, const struct mailserver *server,
    struct diag *diag)
{
	login->login.server = server;
	return mailserver_connect(&login->login, &login->stream, &login->mail,
	    &login->rest, diag);
}

enum status
doctor_login_try(struct doctor_login *login, const char *service,
    struct diag *diag)
{
	struct doctor_result result;

	return local(login,
	    first_message(login, service, NO_HOST, MECHANISMS, &result, diag));
}
