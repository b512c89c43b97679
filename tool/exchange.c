/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The administrator's steps for Exchange Online. See exchange.h.
 *
 * BUGS: that a role is missing can be told only where the token names roles;
 * those of Exchange's own role assignments are in no token.
 */

#include <string.h>

#include "claims.h"
#include "exchange.h"
#include "provider.h"
#include "services.h"

/* Names that stand for what is not known. */
#define NO_OBJECT "OBJECT_ID"
#define NO_CLIENT "CLIENT_ID"
#define NO_TENANT "TENANT_ID"

/* As Exchange lists this application. */
#define DISPLAY_NAME "sasl-bearer"

/* Exchange Online among the applications of every tenant. */
#define EXCHANGE_ID "00000002-0000-0ff1-ce00-000000000000"

/* What the steps are made of. */
struct steps {
	const struct provider *preset;
	const char *tenant, *client, *object, *mailbox;
	unsigned services;
	unsigned roles; /* of services, that the token names */
	bool is_identity;
};

bool
exchange_has_steps(const struct endpoint *endpoint)
{
	return endpoint->settings.preset != NULL &&
	    endpoint->settings.preset->is_exchange &&
	    (endpoint->grant == OAUTH_GRANT_CLIENT ||
		endpoint->grant == OAUTH_GRANT_IDENTITY);
}

/*
 * How many bytes of the text are a quotation mark to PowerShell: ', or one of
 * U+2018 to U+201B, which count as the same.
 */
static size_t
quote_length(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;

	if (at[0] == '\'')
		return 1;
	return at[0] == 0xe2 && at[1] == 0x80 && at[2] >= 0x98 &&
		at[2] <= 0x9b ?
	    3 :
	    0;
}

void
exchange_quote(struct buf *out, const char *value)
{
	struct buf copy;
	const char *at;
	size_t length;

	buf_init(&copy, EXCHANGE_MAX_STEPS);
	buf_add_string(&copy, value);
	if (copy.data != NULL)
		diag_clean(copy.data);
	buf_add(out, "'", 1);
	for (at = buf_text(&copy); *at != '\0'; at += length) {
		if ((length = quote_length(at)) != 0)
			buf_add(out, at, length);
		else
			length = 1;
		buf_add(out, at, length);
	}
	buf_add(out, "'", 1);
	buf_clear(&copy);
}

/* A command of words; every second one is a value. NULL ends it. */
static void
add_command(struct buf *out, const char *const words[])
{
	size_t i;

	buf_add_string(out, "    ");
	for (i = 0; words[i] != NULL; i++)
		if (i % 2 == 0)
			buf_add_string(out, words[i]);
		else
			exchange_quote(out, words[i]);
	buf_add_string(out, "\n");
}

#define COMMAND(out, ...) \
	add_command(out, (const char *const[]){ __VA_ARGS__, NULL })

/* Where the national clouds' Exchange is. */
static const char *
environment(const struct provider *preset)
{
	static const struct {
		const char *preset, *option;
	} clouds[] = {
		{ "office365-gcc-high",
		    " -ExchangeEnvironmentName O365USGovGCCHigh" },
		{ "office365-dod", " -ExchangeEnvironmentName O365USGovDoD" },
		{ "office365-china", " -ExchangeEnvironmentName O365China" },
	};
	size_t i;

	for (i = 0; i < sizeof(clouds) / sizeof(clouds[0]); i++)
		if (strcmp(preset->name, clouds[i].preset) == 0)
			return clouds[i].option;
	return "";
}

static void
add_beginning(const struct steps *steps, struct buf *out)
{
	buf_add_format(out,
	    "An administrator of %s now lets the application into the\n"
	    "mailbox, with Exchange Online PowerShell. It takes effect within "
	    "an hour or so.\n\n",
	    steps->preset->title);
	COMMAND(out, "Connect-ExchangeOnline -Organization ", steps->tenant,
	    environment(steps->preset));
	buf_add_string(out,
	    "\nOnce for the application. The object id is the enterprise "
	    "application's,\nand never that of the app registration, which "
	    "looks the same:\n\n");
	COMMAND(out, "New-ServicePrincipal -AppId ", steps->client,
	    " -ObjectId ", steps->object, " -DisplayName ", DISPLAY_NAME);
	if (strcmp(steps->object, NO_OBJECT) == 0)
		buf_add_string(out,
		    "\n(" NO_OBJECT ": Entra admin center, Enterprise "
		    "applications, the application,\nObject ID.)\n");
}

static void
add_mailbox(const struct steps *steps, struct buf *out)
{
	buf_add_format(out,
	    "\nOnce for each mailbox that is meant, and for no other. "
	    "FullAccess also reads\nand deletes%s:\n\n",
	    (steps->services & ~SERVICE_SMTP) == 0 ?
		"; for sending alone the second way, below, reaches less" :
		"");
	COMMAND(out, "Add-MailboxPermission -Identity ", steps->mailbox,
	    " -User ", steps->object, " -AccessRights FullAccess");
	if ((steps->services & SERVICE_SMTP) != 0) {
		COMMAND(out, "Add-RecipientPermission -Identity ",
		    steps->mailbox, " -Trustee ", steps->object,
		    " -AccessRights SendAs -Confirm:$false");
		COMMAND(out, "Set-CASMailbox -Identity ", steps->mailbox,
		    " -SmtpClientAuthenticationDisabled $false");
	}
	if ((steps->services & SERVICE_IMAP) != 0)
		COMMAND(out, "Set-CASMailbox -Identity ", steps->mailbox,
		    " -ImapEnabled $true");
	if ((steps->services & SERVICE_POP) != 0)
		COMMAND(out, "Set-CASMailbox -Identity ", steps->mailbox,
		    " -PopEnabled $true");
}

/* A managed identity has no page for permissions: Microsoft Graph does it. */
static void
add_identity_role(const struct steps *steps, const char *role, struct buf *out)
{
	struct buf filter;

	buf_init(&filter, EXCHANGE_MAX_STEPS);
	buf_add_string(&filter, "appId eq ");
	exchange_quote(&filter, EXCHANGE_ID);
	COMMAND(out, "$exchange = Get-MgServicePrincipal -Filter ",
	    buf_text(&filter));
	COMMAND(out, "$role = $exchange.AppRoles | Where-Object Value -eq ",
	    role);
	COMMAND(out,
	    "New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId ",
	    steps->object, " -PrincipalId ", steps->object,
	    " -ResourceId $exchange.Id -AppRoleId $role.Id");
	buf_clear(&filter);
}

/* The permissions that the token does not name yet. */
static void
add_roles(const struct steps *steps, struct buf *out)
{
	const char *const *roles = steps->preset->role_of;
	unsigned missing = steps->services & ~steps->roles;
	size_t i;

	if (missing == 0)
		return;
	buf_add_string(out,
	    "\nThe token names no role for what is wanted; this way needs, "
	    "with an\nadministrator's consent");
	buf_add_string(out,
	    steps->is_identity ?
		", by Microsoft Graph PowerShell:\n\n    Connect-MgGraph "
		"-Scopes AppRoleAssignment.ReadWrite.All\n" :
		", the application permissions of\n"
		"Office 365 Exchange Online (app registration, API "
		"permissions):\n\n");
	for (i = 0; i < SERVICE_COUNT; i++) {
		if ((missing & services[i].bit) == 0 || roles[i] == NULL)
			continue;
		if (steps->is_identity)
			add_identity_role(steps, roles[i], out);
		else
			buf_add_format(out, "    %s\n", roles[i]);
	}
}

/* Exchange's own role assignment, which sends and does nothing else. */
static void
add_sending(const struct steps *steps, struct buf *out)
{
	struct buf filter, scope;

	if ((steps->services & SERVICE_SMTP) == 0)
		return;
	buf_init(&filter, EXCHANGE_MAX_STEPS);
	buf_init(&scope, EXCHANGE_MAX_STEPS);
	buf_add_string(&filter, "PrimarySmtpAddress -eq ");
	exchange_quote(&filter, steps->mailbox);
	buf_add_format(&scope, DISPLAY_NAME " %s", steps->mailbox);
	buf_add_string(out,
	    "\nThe second way is for SMTP alone, instead of the permissions "
	    "of the mailbox. The\napplication must then not have "
	    "SMTP.SendAsApp among its API permissions: with\nthat Exchange "
	    "goes by the mailbox's. Without a scope it could send as "
	    "everybody:\n\n");
	COMMAND(out, "New-ManagementScope -Name ", buf_text(&scope),
	    " -RecipientRestrictionFilter ", buf_text(&filter));
	COMMAND(out, "New-ManagementRoleAssignment -App ", steps->client,
	    " -Role ", "Application SMTP.SendAsApp", " -CustomResourceScope ",
	    buf_text(&scope));
	COMMAND(out, "Test-ServicePrincipalAuthorization -Identity ",
	    steps->client, " -Resource ", steps->mailbox);
	COMMAND(out, "Set-CASMailbox -Identity ", steps->mailbox,
	    " -SmtpClientAuthenticationDisabled $false");
	buf_clear(&filter);
	buf_clear(&scope);
}

/* The services that the token names a role for. */
static unsigned
find_roles(const struct provider *preset, const struct claims *claims)
{
	unsigned set = 0;
	size_t i;

	for (i = 0; i < SERVICE_COUNT; i++)
		if (preset->role_of[i] != NULL &&
		    claims_has_role(claims, preset->role_of[i]))
			set |= services[i].bit;
	return set;
}

static const char *
first_of(const char *a, const char *b)
{
	return a != NULL ? a : b;
}

/* common and organizations are no tenant; the token knows better. */
static const char *
find_tenant(const char *configured, const struct claims *claims)
{
	if (configured != NULL && strpbrk(configured, ".-") != NULL)
		return configured;
	return first_of(claims->tenant, NO_TENANT);
}

static void
find_steps(const struct endpoint *endpoint, const char *account,
    const struct claims *claims, struct steps *steps)
{
	const char *const *text = endpoint->settings.text;
	const char *wanted = text[OPTION_SERVICES];

	steps->preset = endpoint->settings.preset;
	steps->is_identity = endpoint->grant == OAUTH_GRANT_IDENTITY;
	steps->tenant = find_tenant(text[OPTION_TENANT], claims);
	steps->client = first_of(text[OPTION_CLIENT_ID],
	    first_of(claims->application, NO_CLIENT));
	steps->object = first_of(claims->object, NO_OBJECT);
	steps->mailbox = first_of(text[OPTION_USER], account);
	steps->roles = find_roles(steps->preset, claims);
	steps->services =
	    wanted != NULL ? services_parse(wanted) : steps->roles;
	if (steps->services == 0)
		steps->services = SERVICE_SMTP;
}

enum status
exchange_add_steps(const struct endpoint *endpoint, const char *account,
    const struct oauth_token *token, struct buf *out)
{
	struct claims claims;
	struct steps steps;
	enum status r;

	if ((r = claims_read(token->access_token, &claims)) != STATUS_NOMEM) {
		find_steps(endpoint, account, &claims, &steps);
		add_beginning(&steps, out);
		add_mailbox(&steps, out);
		add_roles(&steps, out);
		add_sending(&steps, out);
		r = buf_status(out);
	}
	claims_clear(&claims);
	return r;
}
