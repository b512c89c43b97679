/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The login by browser, before a person's eyes. See login.h; loopback.c has
 * the address that the browser comes back to.
 *
 * The browser shows what the terminal says, and not before the login has come
 * to its end, saved or not.
 */

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "browser.h"
#include "clock.h"
#include "explain.h"
#include "login.h"
#include "loopback.h"
#include "message.h"
#include "oauth_code.h"
#include "paste.h"
#include "provider.h"
#include "redirect.h"
#include "words.h"

/* How long a person may take to sign in. */
#define MAX_WAIT_MS (15 * 60 * 1000)

/* Room for this machine's name. */
#define MAX_HOST 256

struct login_browser {
	struct oauth_code_request request;
	struct loopback loopback;
	struct paste paste;
	char *code; /* what came back */
};

int
login_read_port(const char *text)
{
	char *end;
	long value = strtol(text, &end, 10);

	return isdigit((unsigned char)text[0]) && *end == '\0' &&
		value <= 65535 ?
	    (int)value :
	    0;
}

static enum status
judge_redirect(void *context, const char *query, size_t length,
    struct diag *diag)
{
	struct login_browser *browser = context;

	return oauth_code_read_query(&browser->request, query, length,
	    &browser->code, diag);
}

/*
 * Is it the words of a page, where the provider has refused? Then it is told
 * what they mean. An address or a code has no spaces in it.
 */
static bool
tell_words(const struct buf *text)
{
	struct explanation found;

	if (memchr(buf_text(text), ' ', text->length) == NULL ||
	    strstr(buf_text(text), "code=") != NULL)
		return false;
	explain_text(buf_text(text), text->length, &found);
	if (found.class == EXPLAIN_UNKNOWN || found.is_guess)
		return false;
	message("%s (%s); %s", found.cause, found.code, found.next);
	return true;
}

/* What is not the address is told at once, for the person is waiting. */
static enum status
judge_pasted(void *context, int *fd, struct diag *diag)
{
	struct login_browser *browser = context;
	struct paste *paste = &browser->paste;
	struct diag why;
	enum status r;

	r = paste_read(paste, diag);
	*fd = paste->fd;
	if (r != STATUS_OK)
		return r;
	if (tell_words(&paste->text)) {
		paste_clear(paste);
		return STATUS_DATA;
	}
	r = oauth_code_read_pasted(&browser->request, buf_text(&paste->text),
	    paste->text.length, &browser->code, &why);
	if (r == STATUS_DATA)
		message("%s", why.text);
	else if (r != STATUS_OK && diag != NULL)
		*diag = why;
	paste_clear(paste);
	return r;
}

/*
 * What the provider wants besides. OpenID Connect (Core, 11) ignores
 * offline_access where nobody is asked for consent. Entra does not, and would
 * in many tenants ask for an administrator instead.
 */
static const char *
find_extra(const struct settings *settings)
{
	const char *endpoint = settings->text[OPTION_AUTHORIZATION_ENDPOINT];

	if (settings->preset != NULL)
		return settings->preset->authorization_query;
	if (!words_have(settings->text[OPTION_SCOPE], "offline_access") ||
	    strstr(endpoint, "prompt=") != NULL ||
	    strstr(endpoint, ".microsoftonline.") != NULL)
		return NULL;
	return "prompt=consent";
}

static enum status
build_url(const struct login *login, struct buf *url, struct diag *diag)
{
	const struct settings *settings = &login->endpoint.settings;
	const struct oauth_code_question question = {
		.endpoint = settings->text[OPTION_AUTHORIZATION_ENDPOINT],
		.client_id = login->endpoint.client.id,
		.redirect_uri = loopback_uri(&login->browser->loopback),
		.scope = settings->text[OPTION_SCOPE],
		.login_hint = login_who(login),
		.extra = find_extra(settings),
	};

	oauth_code_build_url(&login->browser->request, &question, url);
	if (buf_status(url) == STATUS_NOMEM)
		return diag_set_nomem(diag);
	if (buf_status(url) != STATUS_OK)
		return diag_set(diag, STATUS_CONFIG,
		    "the address for signing in is longer than %d bytes; "
		    "shorten scope",
		    OAUTH_CODE_MAX_URL);
	return STATUS_OK;
}

/* The port and "host:port" of http://host:port/path, as ssh -L has them. */
static void
print_forwarding(const char *uri)
{
	const char *place = uri + strlen("http://");
	int length = (int)strcspn(place, "/?");
	const char *port = memrchr(place, ':', (size_t)length);
	char host[MAX_HOST];

	if (port == NULL || gethostname(host, sizeof(host)) != 0)
		return;
	host[sizeof(host) - 1] = '\0';
	printf("With a browser on another machine, first run there\n"
	       "ssh -L %.*s:%.*s %s\n",
	    (int)(place + length - (port + 1)), port + 1, length, place, host);
}

/* How the browser finds back here, where it is not on this machine. */
static void
print_ways_back(const struct login_browser *browser)
{
	bool listens = loopback_listens(&browser->loopback);

	if (listens)
		print_forwarding(loopback_uri(&browser->loopback));
	if (browser->paste.fd >= 0)
		printf("%s the address that the browser ends up at.\n",
		    listens ? "or paste here" : "Then paste here");
}

/* Standard output may be a pipe whose reader waits for these lines. */
static void
show(const struct login *login, const char *url)
{
	struct diag why;
	enum status r = STATUS_CONFIG;

	if (browser_exists() && (r = browser_open(url, &why)) != STATUS_OK)
		message("%s", why.text);
	if (r == STATUS_OK)
		printf("A browser opens, to sign in as %s. If it does not, "
		       "open\n",
		    login_who(login));
	else
		printf("To sign in as %s, open\n", login_who(login));
	printf("%s\n", url);
	if (r != STATUS_OK || !loopback_listens(&login->browser->loopback))
		print_ways_back(login->browser);
	fflush(stdout);
}

static enum status
await_code(struct login *login, struct diag *diag)
{
	struct login_browser *browser = login->browser;
	const struct loopback_watch watch = {
		.judge = judge_redirect,
		.read = judge_pasted,
		.fd = browser->paste.fd,
		.context = browser,
	};

	return loopback_wait(&browser->loopback, &watch,
	    clock_elapsed_ms() + MAX_WAIT_MS, diag);
}

/* RFC 6749, 4.1.3; RFC 7636, 4.5. */
static enum status
exchange(struct login *login, struct login_result *result, struct diag *diag)
{
	const struct login_browser *browser = login->browser;
	const struct oauth_field fields[] = {
		{ "grant_type", "authorization_code" },
		{ "code", browser->code },
		{ "redirect_uri", loopback_uri(&browser->loopback) },
		{ "code_verifier", browser->request.verifier },
	};
	struct ask ask = {
		.renewer = &login->session.renewer,
		.endpoint = &login->endpoint,
		.timeout_ms =
		    login->endpoint.settings.seconds[OPTION_TIMEOUT] * 1000,
	};
	enum status r;

	r = ask_with(&ask, fields, sizeof(fields) / sizeof(fields[0]),
	    &result->token, diag);
	result->asked_at = ask.asked_at;
	return r;
}

/* Nobody is sent to a page that leads nowhere. */
static enum status
check_redirect(const struct login *login, struct diag *diag)
{
	const struct session *session = &login->session;
	const char *uri = loopback_uri(&login->browser->loopback);
	struct redirect_answer answer;
	struct diag what, next;

	redirect_ask(&session->renewer, &login->endpoint, uri, &answer);
	if (answer.verdict != REDIRECT_REFUSED)
		return STATUS_OK;
	redirect_say(&login->endpoint, uri, &answer, conf_path(session->conf),
	    &what, &next);
	return diag_set(diag, STATUS_CONFIG, "%s; %s", what.text, next.text);
}

/* Is there any way for the answer to come back? */
static enum status
check_way_back(const struct login_browser *browser, struct diag *diag)
{
	if (loopback_listens(&browser->loopback) || browser->paste.fd >= 0)
		return STATUS_OK;
	return diag_set(diag, STATUS_CONFIG,
	    "redirect_uri is no address of this machine, and there is no "
	    "terminal to paste at; run it at a terminal, or set redirect_uri "
	    "to http://127.0.0.1/ if that is registered");
}

static enum status
sign_in(struct login *login, int port, struct diag *diag)
{
	struct login_browser *browser = login->browser;
	const struct settings *settings = &login->endpoint.settings;
	struct buf url;
	enum status r;

	buf_init(&url, OAUTH_CODE_MAX_URL);
	if ((r = loopback_open(&browser->loopback,
		 settings->text[OPTION_REDIRECT_URI], port, diag)) !=
		STATUS_OK ||
	    (r = oauth_code_start(&browser->request, diag)) != STATUS_OK)
		goto out;
	browser->request.issuer = settings->text[OPTION_ISSUER];
	browser->request.is_issuer_sent = login->endpoint.sends_issuer;
	if ((r = build_url(login, &url, diag)) != STATUS_OK)
		goto out;
	paste_open(&browser->paste, STDIN_FILENO);
	if ((r = check_way_back(browser, diag)) == STATUS_OK &&
	    (r = check_redirect(login, diag)) == STATUS_OK) {
		show(login, buf_text(&url));
		r = await_code(login, diag);
	}
	paste_close(&browser->paste);
out:
	buf_clear(&url);
	return r;
}

enum status
login_by_browser(struct login *login, struct login_result *result,
    struct diag *diag)
{
	const char *port = login->command->port;
	enum status r;

	if ((login->browser = calloc(1, sizeof(*login->browser))) == NULL)
		return diag_set_nomem(diag);
	loopback_init(&login->browser->loopback);
	r = sign_in(login, port != NULL ? login_read_port(port) : 0, diag);
	if (r == STATUS_OK)
		r = exchange(login, result, diag);
	return r;
}

void
login_browser_finish(struct login *login, enum status status,
    const struct diag *diag)
{
	struct login_browser *browser = login->browser;
	const char *text = "You may close this window.";
	char title[DIAG_MAX_TEXT];

	if (browser == NULL)
		return;
	snprintf(title, sizeof(title), "%s is %slogged in", login->account,
	    status == STATUS_OK ? "" : "not ");
	if (status == STATUS_CANCELLED)
		text = "the login was interrupted; nothing was changed";
	else if (status != STATUS_OK)
		text = diag->text;
	loopback_answer(&browser->loopback, status == STATUS_OK, title, text);
	loopback_close(&browser->loopback);
	oauth_code_clear(&browser->request);
	secret_free(&browser->code);
	free(browser);
	login->browser = NULL;
}
