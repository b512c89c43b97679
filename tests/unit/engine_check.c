/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Which tokens are not what was meant, and what is said of them.
 */

#include "base64.h"
#include "check.h"
#include "engine_fake.h"
#include "provider.h"

#define TENANT "11111111-2222-3333-4444-555555555555"
#define OTHER_TENANT "66666666-7777-8888-9999-000000000000"
#define SMTP_SCOPE "https://outlook.office.com/SMTP.Send"
#define IMAP_SCOPE "https://outlook.office.com/IMAP.AccessAsUser.All"
#define DELEGATED "\"aud\":\"https://outlook.office.com\","
#define APP "\"aud\":\"https://outlook.office365.com\",\"idtyp\":\"app\""
#define GRAPH_ID "00000003-0000-0000-c000-000000000000"

/* What a check is about; a payload of NULL stands for an opaque token. */
struct scene {
	const char *name;
	const char *preset;
	enum oauth_grant grant;
	const char *tenant, *asked, *services, *resource;
	const char *access, *id, *scope, *person;
	/* what must come of it; a sentence of NULL: nothing at all */
	enum check_grade grade;
	const char *sentence;
};

static char *
jwt(const char *payload)
{
	struct buf token;

	if (payload == NULL)
		return NULL;
	buf_init(&token, CONF_MAX_FILE);
	buf_add_string(&token, "e30.");
	base64_encode_url(&token, payload, strlen(payload));
	buf_add_string(&token, ".c2ln");
	assert_int_equal(buf_status(&token), STATUS_OK);
	return token.data;
}

static void
set(struct settings *settings, enum option option, const char *text)
{
	settings->text[option] = text;
	settings->origin[option] = text != NULL ? ORIGIN_FILE : ORIGIN_UNSET;
}

static void
prepare(const struct scene *scene, struct endpoint *endpoint)
{
	struct settings *settings = &endpoint->settings;

	memset(endpoint, 0, sizeof(*endpoint));
	endpoint->grant = scene->grant;
	if (scene->preset != NULL)
		settings->preset = provider_find(scene->preset);
	set(settings, OPTION_TENANT, scene->tenant);
	set(settings, OPTION_SCOPE, scene->asked);
	set(settings, OPTION_SERVICES, scene->services);
	set(settings, OPTION_RESOURCE, scene->resource);
}

static void
run(const struct scene *scene, struct check *check)
{
	struct oauth_token token = { .access_token = jwt(scene->access) };
	struct endpoint endpoint;
	char opaque[] = "OPAQUE";

	unit_row("%s", scene->name);
	prepare(scene, &endpoint);
	if (scene->access == NULL)
		token.access_token = opaque;
	token.id_token = jwt(scene->id);
	token.scope = scene->scope != NULL ? strdup(scene->scope) : NULL;
	check->endpoint = &endpoint;
	check->account = ME;
	check->person = scene->person;
	check->now = NOW;
	assert_row_int(check_token(check, &token), STATUS_OK);
	if (scene->access == NULL)
		token.access_token = NULL;
	oauth_token_clear(&token);
	check->endpoint = NULL;
}

static void
expect(const struct scene *scene, const struct check *check)
{
	if (scene->sentence == NULL) {
		if (check->count > 0)
			fail_msg("%s: %s", scene->name,
			    check->findings[0].diag.text);
		return;
	}
	assert_row_int(check->count, 1);
	assert_row_int(check->findings[0].grade, scene->grade);
	assert_contains(check->findings[0].diag.text, scene->sentence);
}

static void
run_all(const struct scene *scenes, size_t count)
{
	struct check check;
	size_t i;

	for (i = 0; i < count; i++) {
		run(&scenes[i], &check);
		expect(&scenes[i], &check);
	}
}

static const struct scene audiences[] = {
	{ .name = "the mail servers'",
	    .preset = "office365",
	    .access = "{" DELEGATED "\"ver\":\"1.0\"}" },
	{ .name = "their other name, with a slash, in capitals",
	    .preset = "office365",
	    .access = "{\"aud\":\"HTTPS://Outlook.Office365.COM/\"}" },
	{ .name = "their id",
	    .preset = "office365",
	    .access = "{\"aud\":\"00000002-0000-0FF1-CE00-000000000000\"}" },
	{ .name = "one of several",
	    .preset = "office365",
	    .access = "{\"aud\":[\"" GRAPH_ID "\","
		      "\"https://outlook.office.com\"]}" },
	{ .name = "none", .preset = "office365", .access = "{}" },
	{ .name = "Graph",
	    .preset = "office365",
	    .access = "{\"aud\":\"https://graph.microsoft.com\"}",
	    .grade = CHECK_WRONG,
	    .sentence = "is for Microsoft Graph, and no mail server takes it; "
			"ask for https://outlook.office.com/SMTP.Send" },
	{ .name = "Graph with a slash",
	    .preset = "office365",
	    .access = "{\"aud\":\"https://Graph.microsoft.com/\"}",
	    .grade = CHECK_WRONG,
	    .sentence = "Microsoft Graph" },
	{ .name = "Graph by its id, in another cloud",
	    .preset = "office365-china",
	    .access = "{\"aud\":[\"" GRAPH_ID "\"]}",
	    .grade = CHECK_WRONG,
	    .sentence = "ask for https://partner.outlook.cn/SMTP.Send" },
	{ .name = "Graph, for an application",
	    .preset = "office365",
	    .grant = OAUTH_GRANT_CLIENT,
	    .access = "{\"aud\":\"https://graph.microsoft.com\"}",
	    .grade = CHECK_WRONG,
	    .sentence = "ask for https://outlook.office365.com/.default" },
	{ .name = "Graph, for a machine",
	    .preset = "office365",
	    .grant = OAUTH_GRANT_IDENTITY,
	    .access = "{\"aud\":\"https://graph.microsoft.com\"}",
	    .grade = CHECK_WRONG,
	    .sentence = "ask for resource = https" },
	{ .name = "Graph, without a preset",
	    .access = "{\"aud\":\"https://graph.microsoft.com\"}",
	    .grade = CHECK_WRONG,
	    .sentence = "Microsoft Graph" },
	{ .name = "Graph hides wrong rights",
	    .preset = "office365",
	    .asked = SMTP_SCOPE,
	    .access = "{\"aud\":\"" GRAPH_ID "\",\"scp\":\"User.Read\"}",
	    .grade = CHECK_WRONG,
	    .sentence = "Microsoft Graph" },
	{ .name = "another cloud's",
	    .preset = "office365",
	    .access = "{\"aud\":\"https://partner.outlook.cn\"}",
	    .grade = CHECK_WRONG,
	    .sentence = "is for https://partner.outlook.cn (aud) and not for "
			"Microsoft 365" },
	{ .name = "a longer host",
	    .preset = "office365",
	    .access = "{\"aud\":\"https://outlook.office.com.example.net\"}",
	    .grade = CHECK_WRONG,
	    .sentence = "example.net" },
	{ .name = "a path",
	    .preset = "office365",
	    .access = "{\"aud\":\"https://outlook.office.com/x\"}",
	    .grade = CHECK_WRONG,
	    .sentence = "office.com/x" },
	{ .name = "anything, where none is known",
	    .preset = "google",
	    .access = "{\"aud\":\"whatever\"}" },
	{ .name = "anything, without a preset",
	    .access = "{\"aud\":\"whatever\"}" },
	{ .name = "the resource",
	    .resource = "https://mail.example.com/Api",
	    .access = "{\"aud\":[\"x\",\"https://MAIL.example.com/Api/\"]}" },
	{ .name = "the case of a path counts",
	    .resource = "https://mail.example.com/Api",
	    .access = "{\"aud\":\"https://mail.example.com/api\"}",
	    .grade = CHECK_WRONG,
	    .sentence = "not for https://mail.example.com/Api" },
	{ .name = "a part of the resource",
	    .resource = "https://mail.example.com/Api/v2",
	    .access = "{\"aud\":\"https://mail.example.com/Api\"}",
	    .grade = CHECK_WRONG,
	    .sentence = "not for https://mail.example.com/Api/v2" },
	{ .name = "not the resource",
	    .resource = "mail",
	    .access = "{\"aud\":[\"x\",\"y\"]}",
	    .grade = CHECK_WRONG,
	    .sentence = "is for x (aud) and not for mail" },
	{ .name = "Graph as the resource",
	    .resource = "https://graph.microsoft.com",
	    .access = "{\"aud\":\"https://graph.microsoft.com\"}",
	    .grade = CHECK_WRONG,
	    .sentence = "Microsoft Graph" },
	{ .name = "cleaned and cut",
	    .preset = "office365",
	    .access = "{\"aud\":\"\\u001b[2J\"}",
	    .grade = CHECK_WRONG,
	    .sentence = "is for ?[2J (aud)" },
};

static void
a_token_for_something_else_than_mail_is_wrong(void **state)
{
	(void)state;
	run_all(audiences, COUNT(audiences));
}

static const struct scene tenants[] = {
	{ .name = "the one",
	    .tenant = TENANT,
	    .access = "{\"tid\":\"" TENANT "\"}" },
	{ .name = "another",
	    .tenant = TENANT,
	    .access = "{\"tid\":\"" OTHER_TENANT "\"}",
	    .grade = CHECK_WRONG,
	    .sentence = "is of the tenant " OTHER_TENANT ", and " TENANT
			" is configured" },
	{ .name = "another, by the id_token",
	    .tenant = TENANT,
	    .id = "{\"tid\":\"" OTHER_TENANT "\"}",
	    .grade = CHECK_WRONG,
	    .sentence = "is of the tenant" },
	{ .name = "a domain cannot be compared",
	    .tenant = "contoso.com",
	    .access = "{\"tid\":\"" OTHER_TENANT "\"}" },
	{ .name = "organizations",
	    .tenant = "organizations",
	    .access = "{\"tid\":\"" OTHER_TENANT "\"}" },
	{ .name = "no tenant", .tenant = TENANT, .access = "{}" },
	{ .name = "no GUID", .tenant = TENANT, .access = "{\"tid\":\"x\"}" },
};

static void
a_token_of_another_tenant_is_wrong(void **state)
{
	(void)state;
	run_all(tenants, COUNT(tenants));
}

/* NOW is 1700000000. */
static const struct scene times[] = {
	{ .name = "good",
	    .access = "{\"exp\":1700000001,"
		      "\"nbf\":1700000300}" },
	{ .name = "ended",
	    .access = "{\"exp\":1699999990}",
	    .grade = CHECK_WRONG,
	    .sentence = "just obtained, ended 10 s ago (exp); set the clock" },
	{ .name = "ends now",
	    .access = "{\"exp\":1700000000}",
	    .grade = CHECK_WRONG,
	    .sentence = "set the clock" },
	{ .name = "begins later",
	    .access = "{\"nbf\":1700000301}",
	    .grade = CHECK_WRONG,
	    .sentence = "not valid for another 301 s (nbf); set the clock" },
};

static void
a_token_that_is_not_valid_now_is_wrong(void **state)
{
	(void)state;
	run_all(times, COUNT(times));
}

static const struct scene scopes[] = {
	{ .name = "as asked",
	    .preset = "office365",
	    .asked = SMTP_SCOPE,
	    .access = "{" DELEGATED "\"scp\":\"SMTP.Send\"}" },
	{ .name = "case and order",
	    .preset = "office365",
	    .asked = SMTP_SCOPE " " IMAP_SCOPE " offline_access",
	    .access =
		"{" DELEGATED "\"scp\":\"imap.accessasuser.all smtp.send\"}" },
	{ .name = "one is missing",
	    .preset = "office365",
	    .asked = SMTP_SCOPE " " IMAP_SCOPE,
	    .access = "{" DELEGATED "\"scp\":\"SMTP.Send\"}",
	    .grade = CHECK_WRONG,
	    .sentence = "lacks " IMAP_SCOPE ", so the mail server will refuse "
			"it for imap" },
	{ .name = "a longer name is another",
	    .preset = "office365",
	    .asked = SMTP_SCOPE,
	    .access = "{" DELEGATED "\"scp\":\"SMTP.Sender xSMTP.Send\"}",
	    .grade = CHECK_WRONG,
	    .sentence = "lacks " SMTP_SCOPE },
	{ .name = "what was not asked for may be missing",
	    .preset = "office365",
	    .asked = SMTP_SCOPE,
	    .access = "{" DELEGATED "\"scp\":\"SMTP.Send\"}" },
	{ .name = "the token counts, not the answer",
	    .preset = "office365",
	    .asked = SMTP_SCOPE,
	    .scope = SMTP_SCOPE,
	    .access = "{" DELEGATED "\"scp\":\"User.Read\"}",
	    .grade = CHECK_WRONG,
	    .sentence = "lacks" },
	{ .name = "opaque: the answer counts",
	    .preset = "outlook",
	    .asked = SMTP_SCOPE " offline_access",
	    .scope = "https://outlook.office365.com/SMTP.Send" },
	{ .name = "opaque, and one is missing",
	    .preset = "outlook",
	    .asked = SMTP_SCOPE " " IMAP_SCOPE,
	    .scope = SMTP_SCOPE,
	    .grade = CHECK_WRONG,
	    .sentence = "lacks " IMAP_SCOPE },
	{ .name = "opaque, and Graph's of the same name",
	    .preset = "outlook",
	    .asked = SMTP_SCOPE,
	    .scope = "https://graph.microsoft.com/SMTP.Send",
	    .grade = CHECK_WRONG,
	    .sentence = "lacks " SMTP_SCOPE },
	{ .name = "an answer without it is as asked",
	    .preset = "outlook",
	    .asked = SMTP_SCOPE },
	{ .name = "all that is allowed",
	    .preset = "office365",
	    .asked = "https://outlook.office.com/.default",
	    .scope = SMTP_SCOPE },
	{ .name = "Google's one, missing",
	    .preset = "google",
	    .asked = "https://mail.google.com/ openid email",
	    .scope = "openid https://www.googleapis.com/auth/userinfo.email",
	    .grade = CHECK_WRONG,
	    .sentence = "lacks https://mail.google.com/" },
	{ .name = "another that ends with a slash",
	    .preset = "google",
	    .asked = "https://mail.google.com/",
	    .scope = "https://mail.example.com/",
	    .grade = CHECK_WRONG,
	    .sentence = "lacks https://mail.google.com/" },
	{ .name = "Google's one, there",
	    .preset = "google",
	    .asked = "https://mail.google.com/ openid email",
	    .scope = "https://mail.google.com/ openid" },
	{ .name = "an application's is no matter",
	    .preset = "office365",
	    .grant = OAUTH_GRANT_CLIENT,
	    .asked = SMTP_SCOPE,
	    .scope = "x" },
	{ .name = "without a preset, all there",
	    .asked = "openid mail offline_access",
	    .scope = "mail" },
	{ .name = "without a preset, one is missing",
	    .asked = "openid mail imap",
	    .scope = "openid imap",
	    .grade = CHECK_NOTE,
	    .sentence = "mail is not in its answer" },
};

static void
a_token_without_the_scope_of_a_service_is_wrong(void **state)
{
	(void)state;
	run_all(scopes, COUNT(scopes));
}

#define ROLES(list) "{" APP ",\"roles\":[" list "]}"

static const struct scene roles[] = {
	{ .name = "absent is never an error",
	    .access = "{" APP "}",
	    .services = "smtp imap pop" },
	{ .name = "as wanted",
	    .access = ROLES("\"SMTP.SendAsApp\""),
	    .services = "smtp" },
	{ .name = "as it is, where nothing is configured",
	    .access = ROLES("\"IMAP.AccessAsApp\"") },
	{ .name = "not the one",
	    .access = ROLES(""),
	    .services = "smtp",
	    .grade = CHECK_WARNING,
	    .sentence = "lack SMTP.SendAsApp, so smtp works only where a role "
			"assignment" },
	{ .name = "none of all",
	    .access = ROLES(""),
	    .grade = CHECK_WARNING,
	    .sentence = "none of the roles" },
	{ .name = "more than wanted",
	    .services = "smtp",
	    .access = ROLES("\"SMTP.SendAsApp\",\"IMAP.AccessAsApp\""),
	    .grade = CHECK_NOTE,
	    .sentence = "IMAP.AccessAsApp; that reaches each mailbox that "
			"Exchange lets it into" },
	{ .name = "everybody's mail",
	    .services = "smtp imap pop",
	    .access = ROLES("\"POP.AccessAsApp\",\"SMTP.SendAsApp\","
			    "\"IMAP.AccessAsApp\",\"full_access_as_app\""),
	    .grade = CHECK_NOTE,
	    .sentence = "full_access_as_app; that reaches every mailbox of the "
			"tenant" },
	{ .name = "no roles of ours",
	    .preset = "google",
	    .access = "{\"roles\":[\"x\"]}" },
};

static void
roles_are_never_more_than_a_warning(void **state)
{
	struct scene scene;
	struct check check;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(roles); i++) {
		scene = roles[i];
		scene.grant = OAUTH_GRANT_CLIENT;
		if (scene.preset == NULL)
			scene.preset = "office365";
		run(&scene, &check);
		expect(&scene, &check);
	}
}

static const struct scene people[] = {
	{ .name = "opaque, and no id_token", .person = ME },
	{ .name = "the one", .person = ME, .id = "{\"email\":\"" ME "\"}" },
	{ .name = "case is no matter",
	    .person = ME,
	    .id = "{\"email\":\"Me@Example.COM\"}" },
	{ .name = "one right name is enough",
	    .person = ME,
	    .id = "{\"upn\":\"x@example.com\",\"email\":\"" ME "\"}" },
	{ .name = "another, by the id_token",
	    .person = ME,
	    .id = "{\"preferred_username\":\"admin@example.com\"}",
	    .grade = CHECK_WRONG,
	    .sentence = "admin@example.com signed in, and " ME
			" was meant; sign in as " ME },
	{ .name = "what to do for a shared mailbox",
	    .person = ME,
	    .id = "{\"preferred_username\":\"you@example.com\"}",
	    .grade = CHECK_WRONG,
	    .sentence = "set login = \"you@example.com\"" },
	{ .name = "another, by the access token",
	    .person = ME,
	    .access = "{\"unique_name\":\"you@example.com\"}",
	    .grade = CHECK_WRONG,
	    .sentence = "you@example.com signed in" },
	{ .name = "the id_token comes first",
	    .person = ME,
	    .id = "{\"email\":\"" ME "\"}",
	    .access = "{\"upn\":\"you@example.com\"}" },
	{ .name = "a bare name tells nothing of an address",
	    .person = ME,
	    .id = "{\"preferred_username\":\"jdoe\"}" },
	{ .name = "an address tells nothing of a bare name",
	    .person = "relay",
	    .id = "{\"email\":\"" ME "\"}" },
	{ .name = "two bare names",
	    .person = "relay",
	    .id = "{\"preferred_username\":\"jdoe\"}",
	    .grade = CHECK_WRONG,
	    .sentence = "jdoe signed in" },
	{ .name = "nobody is meant", .id = "{\"email\":\"x@example.com\"}" },
	{ .name = "nobody signs in",
	    .person = ME,
	    .grant = OAUTH_GRANT_SERVICE_ACCOUNT,
	    .id = "{\"email\":\"x@example.com\"}",
	    .grade = CHECK_NOTE,
	    .sentence = "can act for every user" },
	{ .name = "cleaned",
	    .person = ME,
	    .id = "{\"email\":\"\\n\\u001b@x\"}",
	    .grade = CHECK_WRONG,
	    .sentence = "??@x signed in" },
};

static void
another_person_than_was_meant_is_wrong(void **state)
{
	struct check check;

	(void)state;
	run_all(people, COUNT(people));
	run(&people[4], &check);
	assert_int_equal(check.findings[0].status, STATUS_REAUTH);
}

static const struct scene kinds[] = {
	{ .name = "an application's for a person",
	    .access = "{\"idtyp\":\"app\"}",
	    .grade = CHECK_NOTE,
	    .sentence = "is an application's, where a person's is meant" },
	{ .name = "the same without idtyp",
	    .access = "{\"oid\":\"a\",\"sub\":\"a\"}",
	    .grade = CHECK_NOTE,
	    .sentence = "is an application's" },
	{ .name = "a person's for an application",
	    .grant = OAUTH_GRANT_CLIENT,
	    .access = "{\"tid\":\"t\",\"scp\":\"s\"}",
	    .grade = CHECK_NOTE,
	    .sentence = "is a person's, where an application's is meant" },
	{ .name = "a person's", .access = "{\"idtyp\":\"user\"}" },
	{ .name = "a person's, who is their own subject",
	    .access = "{\"oid\":\"a\",\"sub\":\"a\",\"scp\":\"s\"}" },
	{ .name = "an application's",
	    .grant = OAUTH_GRANT_CLIENT,
	    .access = "{\"idtyp\":\"app\",\"scope\":\"s\",\"tid\":\"t\"}" },
	{ .name = "not known",
	    .grant = OAUTH_GRANT_CLIENT,
	    .access = "{\"scope\":\"mail\",\"sub\":\"a\"}" },
};

static void
a_person_and_an_application_are_told_apart(void **state)
{
	(void)state;
	run_all(kinds, COUNT(kinds));
}

static void
several_faults_are_all_told(void **state)
{
	const struct scene scene = {
		.name = "all",
		.preset = "office365",
		.tenant = TENANT,
		.asked = SMTP_SCOPE " " IMAP_SCOPE,
		.access = "{" DELEGATED "\"scp\":\"x\",\"exp\":1,"
			  "\"tid\":\"" OTHER_TENANT "\",\"upn\":\"x@y\"}",
		.person = ME,
	};
	struct check check;

	(void)state;
	run(&scene, &check);
	assert_int_equal(check.count, 5);
	assert_int_equal(check_count(&check, CHECK_WRONG), 5);
	assert_int_equal(check_count(&check, CHECK_NOTE), 5);
}

static void
who_signed_in_is_read_from_either_token(void **state)
{
	struct oauth_token token = { .expires_in_s = 1 };
	char *login;

	(void)state;
	assert_int_equal(check_read_login(&token, &login), STATUS_OK);
	assert_null(login);
	token.access_token = jwt("{\"upn\":\"a@x\"}");
	assert_int_equal(check_read_login(&token, &login), STATUS_OK);
	assert_string_equal(login, "a@x");
	secret_free(&login);
	token.id_token = jwt("{\"sub\":\"s\"}");
	assert_int_equal(check_read_login(&token, &login), STATUS_OK);
	assert_string_equal(login, "a@x");
	secret_free(&login);
	secret_free(&token.id_token);
	token.id_token = jwt("{\"email\":\"b@x\"}");
	assert_int_equal(check_read_login(&token, &login), STATUS_OK);
	assert_string_equal(login, "b@x");
	secret_free(&login);
	oauth_token_clear(&token);
}

/* At a renewal. */

static void
answer_with(struct fake *fake, const char *payload, char **body)
{
	char *token = jwt(payload);

	assert_true(asprintf(body,
			"{\"access_token\":\"%s\",\"token_type\":\"Bearer\","
			"\"expires_in\":3600}",
			token) > 0);
	free(token);
	fake_answer(fake, 200, *body);
}

static void
a_renewal_warns_once_and_goes_on(void **state)
{
	struct fake *fake = *state;
	struct grant grant;
	char *body;

	answer_with(fake, "{\"upn\":\"you@example.com\"}", &body);
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	assert_int_equal(fake->warnings, 1);
	assert_contains(fake->warning, "you@example.com signed in");
	fake_load_grant(fake, &grant);
	assert_string_equal(grant.login, "you@example.com");
	grant_clear(&grant);
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	assert_int_equal(fake->warnings, 1);
	assert_int_equal(fake->requests, 1);
	free(body);
}

static void
the_option_login_says_who_is_meant(void **state)
{
	struct fake *fake = *state;
	char *body;

	fake_configure(fake,
	    "account \"" ME "\" { login = \"you@example.com\" }\n");
	answer_with(fake, "{\"upn\":\"you@example.com\"}", &body);
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	assert_int_equal(fake->warnings, 0);
	free(body);
}

static void
a_note_is_no_warning_at_a_renewal(void **state)
{
	struct fake *fake = *state;
	char *body;

	answer_with(fake, "{\"idtyp\":\"app\"}", &body);
	assert_status(fake_renew(fake, RENEW_IF_DUE), STATUS_OK, &fake->diag);
	assert_int_equal(fake->warnings, 0);
	free(body);
}

/* Judges a token that is there already. */
static void
run_kept(const char *payload, const char *scope, const char *login,
    struct check *check)
{
	const struct scene scene = {
		.preset = "office365",
		.tenant = TENANT,
		.asked = SMTP_SCOPE,
	};
	struct endpoint endpoint;
	char *token = jwt(payload);

	prepare(&scene, &endpoint);
	memset(check, 0, sizeof(*check));
	check->endpoint = &endpoint;
	check->account = ME;
	check->person = ME;
	check->now = NOW;
	assert_int_equal(check_kept_token(check, token, scope, login),
	    STATUS_OK);
	free(token);
	check->endpoint = NULL;
}

static void
a_token_that_is_there_is_judged_by_what_the_grant_says(void **state)
{
	struct check check;

	(void)state;
	/* That it has ended is no fault of the clock. */
	run_kept("{" DELEGATED "\"exp\":1000}", SMTP_SCOPE, ME, &check);
	assert_int_equal(check.count, 0);
	run_kept("{" DELEGATED "\"exp\":1000}", "openid", ME, &check);
	assert_int_equal(check.count, 1);
	assert_contains(check.findings[0].diag.text, "lacks " SMTP_SCOPE);
	run_kept("{" DELEGATED "\"exp\":1000}", NULL, "you@example.com",
	    &check);
	assert_int_equal(check.count, 1);
	assert_contains(check.findings[0].diag.text,
	    "you@example.com signed in");
	run_kept(NULL, NULL, NULL, &check);
	assert_int_equal(check.count, 0);
	run_kept("{\"aud\":\"" GRAPH_ID "\"}", NULL, NULL, &check);
	assert_contains(check.findings[0].diag.text, "Microsoft Graph");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_for_something_else_than_mail_is_wrong),
		cmocka_unit_test(a_token_of_another_tenant_is_wrong),
		cmocka_unit_test(a_token_that_is_not_valid_now_is_wrong),
		cmocka_unit_test(
		    a_token_without_the_scope_of_a_service_is_wrong),
		cmocka_unit_test(roles_are_never_more_than_a_warning),
		cmocka_unit_test(another_person_than_was_meant_is_wrong),
		cmocka_unit_test(a_person_and_an_application_are_told_apart),
		cmocka_unit_test(several_faults_are_all_told),
		cmocka_unit_test(who_signed_in_is_read_from_either_token),
		cmocka_unit_test(
		    a_token_that_is_there_is_judged_by_what_the_grant_says),
		FAKE_TEST(a_renewal_warns_once_and_goes_on),
		FAKE_TEST(the_option_login_says_who_is_meant),
		FAKE_TEST(a_note_is_no_warning_at_a_renewal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
