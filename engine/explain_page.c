/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What providers say in sentences: pages of a browser, and descriptions of
 * errors, of Microsoft, Google, Keycloak, Okta, Auth0, Ory, GitLab, Authentik,
 * Zitadel and others.
 */

#include "explain_phrase.h"

#define KIND(words, meaning) \
	{ \
		words, MEANS_##meaning, STRENGTH_WORDS, NULL, NULL \
	}

static const struct explain_phrase phrases[] = {
	/* Microsoft's pages */
	SAID("need admin approval|needs admin approval|approval required|"
	     "admin approval|administrator approval|admin consent|"
	     "only an admin can grant|ask an admin to grant|"
	     "approval from ~ admin*|approved by ~ admin*|"
	     "contact ~ admin* ~ approve|admin* ~ must ~ approve|"
	     "admin* needs to approve|administrator must grant|"
	     "request approval|admin* ~ grant ~ consent|"
	     "not approved by your|not ~ approved ~ organization|"
	     "ask your it|contact your it ~ approv*",
	    ADMIN_CONSENT),
	SAID("you cant get there from here|cant get there from here|"
	     "you cannot access this right now|you cant access this|"
	     "your sign in was successful but|"
	     "access has been blocked by conditional|"
	     "access policy does not allow|blocked by ~ policy|"
	     "blocked by your organization|policy ~ prohibits|"
	     "not allowed by ~ policy|restricted by your organization|"
	     "your organization ~ blocked|your it department ~ block*",
	    POLICY),
	SAID("device must be managed|device ~ compliant|"
	     "device to be managed|enroll ~ device|"
	     "register your device|device is not registered|"
	     "set up your device to get access|domain joined device|"
	     "managed device|compliant device|intune",
	    DEVICE),
	SAID("this app is blocked|app is blocked|"
	     "application ~ is disabled|application ~ disabled by|"
	     "app has been disabled|app ~ been blocked|"
	     "application ~ been disabled|client ~ disabled|"
	     "client ~ not enabled|application is not enabled|"
	     "application ~ suspended|oauth client ~ disabled",
	    APP_DISABLED),
	SAID("more information required|"
	     "your organization needs more information|"
	     "keep your account secure|set up ~ authenticator|"
	     "enroll ~ multi* factor|register ~ multi* factor|"
	     "set up multi* factor|must enroll in multi* factor",
	    SECOND_FACTOR_SETUP),
	SAID("help us protect your account|verify your identity|"
	     "unusual sign in activity|sign in attempt was blocked|"
	     "unusual activity|suspicious ~ sign in|suspicious activity|"
	     "protect your account|we detected something unusual|"
	     "critical security alert|confirm its you|verify its you",
	    BROWSER_NEEDED),
	{ "locked until you", MEANS_BROWSER_NEEDED, STRENGTH_PHRASE + 3, NULL,
	    NULL },
	KIND("enter a valid email address", USER_UNKNOWN),
	{ "sorry but were having trouble signing you in|"
	  "trouble signing you in|we couldnt sign you in|"
	  "we received a bad request|cant sign you in|"
	  "couldnt sign you in",
	    MEANS_PERSON_NEEDED, STRENGTH_REPLY, NULL, NULL },
	LOOSE("something went wrong|an error occurred|error occurred|"
	      "we are unable to process|please try again",
	    OUTAGE),
	SAID("pick an account that ~|select a different account|"
	     "does not exist in tenant|doesnt exist in tenant|"
	     "account doesnt exist in|not exist in ~ organization|"
	     "account ~ does not exist in this organization|"
	     "not found in the ~ tenant|use a different account|"
	     "personal account ~ not|work or school account*|"
	     "account is not in ~ tenant",
	    WRONG_ACCOUNT),
	SAID("tenant ~ not found|tenant ~ does not exist|"
	     "realm does not exist|realm not found|realm ~ not exist|"
	     "no tenant identifying|invalid tenant|unknown tenant|"
	     "tenant ~ unknown|no such tenant",
	    TENANT),
	SAID("not assigned to a role|not assigned to ~ application|"
	     "user is not assigned|user not assigned|"
	     "not been granted access to ~ application|"
	     "user ~ not ~ assigned|permission to sign in|"
	     "not permitted to sign in|not allowed to sign in|"
	     "not have access to this app*",
	    NOT_ASSIGNED),
	SAID("not licensed|no valid license*|license* ~ mailbox|"
	     "license* ~ required|license* ~ missing|"
	     "no ~ mailbox ~ license|subscription within the tenant|"
	     "mailboxnotenabledforrestapi|"
	     "mailbox ~ inactive soft deleted or is hosted on premise",
	    LICENCE),
	/* Google's */
	SAID(
	    "has not completed the google verification|"
	    "app isnt verified|app is not verified|isnt verified|"
	    "currently being tested|developer approved testers|"
	    "is in testing|access blocked ~ request is invalid|"
	    "hasnt verified this app|has not been verified|"
	    "google hasnt verified|not completed ~ verification|"
	    "as a test user|not a test user|not verified by|publishing status testing",
	    APP_UNVERIFIED),
	SAID("is restricted to users within its organization|"
	     "only available to users within|"
	     "restricted to users within|can only be used within its org*|"
	     "limited to ~ members|limited to ~ users|restricted to ~ members|"
	     "only ~ members ~ organization|"
	     "only ~ users ~ within ~ organization",
	    ORG_ONLY),
	/* Azure's instance metadata */
	ACT("identity not found|identity ~ not ~ assigned", CLIENT_UNKNOWN,
	    "no such identity is assigned to this machine",
	    "assign it to the machine in Azure, or remove or correct "
	    "client_id"),
	ACT("unauthorized to retrieve access tokens|"
	    "not authorized for any of the scopes|"
	    "domain wide delegation|domain wide authority",
	    PROVIDER_SETUP,
	    "the service account may not act for users with these scopes",
	    "have its client id and scope entered under domain-wide delegation "
	    "in the admin console"),
	ACT("api has not been used|api ~ not ~ enabled|api ~ is disabled|"
	    "enable it by visiting|access_not_configured|service_disabled",
	    PROVIDER_SETUP,
	    "an API that the token is for is not enabled in the project",
	    "have it enabled in the project of the application, then wait some "
	    "minutes"),
	SAID("verificacion de google|verification de google|"
	     "verification par google|verifica di google|verifica da parte "
	     "di google|verificacao do google|verificacao da google|"
	     "uberprufung durch google|google uberprufung*|"
	     "verificatie ~ google|verifieringsprocess*|weryfikac* google|"
	     "weryfikac* ~ przez google|"
	     "проверк* google|проверк* ~ google|google ~ dogrulama*|"
	     "google の審査|google の確認|google 验证|google 인증 절차|"
	     "google 의 확인",
	    APP_UNVERIFIED),
	SAID("token has been expired or revoked|expired or revoked|"
	     "revoked or expired|expired or been revoked|"
	     "expired revoked|invalid expired or revoked|"
	     "token has been revoked|grant ~ revoked|login ~ revoked|"
	     "consent ~ revoked|consent was revoked|"
	     "authorization ~ revoked|token was revoked|"
	     "refresh token ~ revoked|token ~ is revoked|"
	     "access ~ revoked",
	    LOGIN_REVOKED),
	SAID("invalid jwt|short lived token|"
	     "iat and exp|reasonable timeframe|check your iat",
	    CLOCK),
	SAID("account has been deleted|user ~ deleted|"
	     "account ~ deleted|account ~ has been removed",
	    USER_UNKNOWN),
	SAID("oauth client was not found|oauth client was deleted|"
	     "client was not found|client not found|client_not_found|"
	     "unknown client|no such client|"
	     "application ~ was not found|application with identifier|"
	     "client ~ does not exist|no client with|"
	     "client ~ not registered|app ~ not found in the directory|"
	     "client authentication failed ~ unknown client|"
	     "client identifier ~ invalid|client id ~ invalid|"
	     "invalid client id|client_id ~ not found|client is unknown|"
	     "client id ~ unknown|wrong client id|invalid client_id",
	    CLIENT_UNKNOWN),
	SAID("oauth client was deleted", CLIENT_DELETED),
	SAID("invalid client secret|client secret is incorrect|"
	     "client secret ~ incorrect|client secret ~ invalid|"
	     "wrong client secret|client secret ~ wrong|"
	     "bad client secret|incorrect client secret|"
	     "invalid client credentials|client credentials ~ invalid|"
	     "client credentials ~ incorrect|secret ~ mismatch|"
	     "client secret ~ not match|client secret does not match|"
	     "secret provided is ~",
	    SECRET_WRONG),
	{ "client secret ~ expired|client secret keys ~ expired|"
	  "secret ~ expired|expired client secret",
	    MEANS_SECRET_EXPIRED, STRENGTH_PHRASE + 2, NULL, NULL },
	{ "client_secret ~ missing|client secret ~ missing|"
	  "client secret ~ required|client_secret ~ required|"
	  "missing client secret|client secret not provided|"
	  "must contain ~ client_assertion|"
	  "client secret ~ not provided|client secret ~ must|"
	  "no client authentication|client authentication ~ not included|"
	  "client authentication ~ missing",
	    MEANS_SECRET_MISSING, STRENGTH_PHRASE + 1, NULL, NULL },
	SAID("public ~ cannot send a client secret|"
	     "public client ~ secret|client is public so|"
	     "public ~ should not ~ secret|must not ~ client secret|"
	     "public so neither client_assertion|"
	     "secret ~ not ~ public client",
	    SECRET_UNWANTED),
	{ "invalid parameter redirect_uri", MEANS_REDIRECT, STRENGTH_PHRASE + 1,
	    NULL, NULL },
	SAID("redirect uri ~ mismatch|redirect_uri ~ mismatch|"
	     "redirect uri ~ not match*|"
	     "redirect_uri ~ not match*|reply url ~|reply address ~|"
	     "redirect uri ~ not registered|redirect uri ~ invalid|"
	     "redirect_uri ~ invalid|redirect_uri ~ not registered|"
	     "invalid redirect|redirect uri included is not|"
	     "callback url ~|mismatching redirect*|"
	     "redirect uri ~ not ~ allowed|redirect uri error|"
	     "redirect_uri ~ not ~ allowed|redirect_uri ~ not valid|"
	     "oob ~ blocked|out of band ~ blocked",
	    REDIRECT),
	/* logins that ended */
	SAID("refresh token ~ expired|refresh token ~ too old|"
	     "refresh_token ~ expired|session not active|"
	     "offline user session not found|session ~ not found|"
	     "session doesnt have required client|no active session|"
	     "offline session not active|session ~ expired|"
	     "session has ended|expired session|session timed out|"
	     "refresh token ~ inactivity|inactive for|"
	     "login ~ expired|sign in ~ expired|session ~ idle",
	    LOGIN_EXPIRED),
	SAID("stale token|maximum allowed refresh token reuse|"
	     "refresh token ~ already ~ used|refresh token reuse|"
	     "reuse detected|refresh token ~ rotated|token reuse|"
	     "unknown or invalid refresh token|invalid refresh token|"
	     "refresh token ~ invalid|refresh token ~ not found|"
	     "refresh token ~ malformed|refresh_token ~ invalid|"
	     "not issued ~ client|issued to ~ client|"
	     "issued to another client|malformed refresh|"
	     "refresh token ~ does not exist|refresh token ~ unknown|"
	     "provided authorization grant|grant ~ not found|"
	     "grant request is invalid|grant not found|"
	     "refresh token does not belong",
	    LOGIN_ENDED),
	SAID(
	    "code ~ already ~ redeemed|code ~ already ~ used|"
	    "malformed auth code|code not valid|code is invalid|"
	    "incorrect code|code has ~ been used|code was ~ used|invalid authorization code|"
	    "authorization code ~ invalid|pkce verification failed|"
	    "code verifier|code_verifier",
	    CODE_USED),
	SAID("device code ~ expired|user code ~ expired|"
	     "code ~ has expired|code expired|code has expired|"
	     "expired code|code is expired|code you entered ~ expired",
	    CODE_EXPIRED),
	SAID("code didnt work|code is incorrect|that code didnt work|"
	     "wrong code|invalid user code|user code ~ invalid|"
	     "code you entered ~",
	    CODE_WRONG),
	SAID("too long to login|too long to log in|too long to sign in|"
	     "your sign in has timed out|your login has timed out|"
	     "login process ~ starting|action expired|page has expired|"
	     "restart ~ login process|start signing in again|"
	     "login attempt timed out",
	    FLOW_BROKEN),
	SAID("credentials not found|no credentials found|"
	     "no saved credentials|not contain the necessary fields|"
	     "no stored credentials|no account or login hint|"
	     "no stored token|no refresh token|token cache is empty|"
	     "no valid credentials|no accounts in ~ cache",
	    LOGIN_MISSING),
	{ "use a web browser to open|enter the code ~ to authenticate|"
	  "open the page ~ enter the code|open ~ and enter the code",
	    MEANS_PENDING, STRENGTH_PHRASE + 1, NULL, NULL },
	SAID("waiting for ~ user|authorization ~ pending|"
	     "authorization ~ still pending|not yet authorized|"
	     "user has not yet|hasnt finished|pending end user",
	    PENDING),
	/* accounts */
	SAID("account is not fully set up|account is not fully setup|"
	     "required action*|verify your email|accept ~ terms|"
	     "terms ~ accepted|update your account|"
	     "account ~ not activated|activate your account|"
	     "confirm your email|email ~ not ~ verified|"
	     "complete your profile",
	    ACCOUNT_SETUP),
	SAID("account is disabled|account disabled|user disabled|"
	     "user account is disabled|account ~ suspended|"
	     "account ~ deactivated|user ~ suspended|user is disabled|"
	     "account ~ has been disabled|account ~ been blocked|"
	     "user ~ deactivated|user ~ is inactive|account is inactive|"
	     "user is not active|user ~ disabled|account ~ disabled|"
	     "account ~ is blocked|user ~ is blocked|user is blocked|"
	     "account ~ banned|user ~ banned|account is closed",
	    USER_DISABLED),
	{ "account ~ temporarily|too many times|wait before|"
	  "too many incorrect|too many unsuccessful|"
	  "too many wrong|smart lockout|temporarily ~ lock*",
	    MEANS_LOCKED_FOR_NOW, STRENGTH_PHRASE + 2, NULL, NULL },
	SAID("account ~ locked|user ~ locked|locked out|locked account",
	    USER_LOCKED),
	SAID("password ~ expired|expired password|"
	     "update your password|change your password|"
	     "password ~ must be changed|reset your password|"
	     "password ~ needs to be changed|must change ~ password|"
	     "password change ~ required|password reset ~ required",
	    PASSWORD_EXPIRED),
	SAID("password ~ changed|changed ~ password|password was reset|"
	     "password ~ been reset|since ~ password ~ was|"
	     "since ~ password ~ changed",
	    PASSWORD_CHANGED),
	KIND("invalid username or password|invalid user name or password|"
	     "incorrect password|wrong password|password is incorrect|"
	     "account or password is incorrect|invalid user credentials|"
	     "invalid password|bad password|password ~ incorrect|"
	     "username or password|user name or password",
	    PASSWORD_WRONG),
	SAID("multi* factor|multifactor|two factor|2fa|mfa|second factor|"
	     "2 step verification|two step verification|"
	     "strong authentication|authenticator app|"
	     "one time pass*|verification code ~ required|"
	     "didnt hear from you|approve sign in request|"
	     "approve ~ authenticator|"
	     "otp ~ required|step up auth*|additional authentication",
	    SECOND_FACTOR),
	SAID("user interaction required|user interaction is required|"
	     "interactive sign in|sign in again|log in again|"
	     "login again|reauthenticat*|re authenticat*|"
	     "reauthorize|re authorize|reconnect your account|"
	     "authenticate again|authorize again",
	    PERSON_NEEDED),
	SAID("user denied|denied by ~ user|user declined|"
	     "user cancel*|cancelled by ~ user|canceled by ~ user|"
	     "declined to consent|user did not authorize|"
	     "user did not consent|access was denied by|"
	     "user rejected|resource owner denied|owner ~ denied|"
	     "resource owner or authorization server denied",
	    DECLINED),
	KIND("has not consented|consent ~ required|user consent|"
	     "not consented|no consent|requires consent|"
	     "consent ~ missing|missing consent|grant ~ consent",
	    CONSENT),
	/* clients */
	ACT("not allowed for direct access|direct access grants|"
	    "client not allowed ~ grant*|not authorized to use ~ grant|"
	    "client not allowed ~ flow|client is not allowed ~ flow|"
	    "client ~ not enabled ~ flow|"
	    "client ~ not allowed to use|grant type ~ not allowed|"
	    "not allowed to initiate|unauthorized grant|"
	    "not enabled ~ device|device ~ grant ~ disabled|"
	    "flow ~ is disabled|flow ~ not enabled|not ~ enabled ~ flow|"
	    "standard flow is disabled|grant type ~ disabled|"
	    "only allowed ~ limited input|invalid client type",
	    CLIENT_MAY_NOT, "the application is not allowed this kind of login",
	    "have the flow (device, code or refresh) enabled for the "
	    "application"),
	SAID("grant type ~ not supported|unsupported grant|"
	     "grant_type ~ not supported|grant type ~ unsupported|"
	     "grant type ~ invalid|unknown grant|grant_type ~ invalid",
	    GRANT_TYPE),
	SAID("scope ~ invalid|invalid scope*|unknown scope*|"
	     "scope ~ not valid|scope ~ unknown|scope ~ not supported|"
	     "scope ~ not allowed|scopes ~ not allowed|"
	     "scope ~ does not exist|scope ~ not exist|"
	     "restricted scope*|scopes requested are invalid|"
	     "not ~ allowed ~ scope|no registered scope",
	    SCOPE),
	SAID("resource principal ~ not found|resource ~ not found ~ tenant|"
	     "unknown resource|invalid resource",
	    RESOURCE),
	SAID("clock skew|time skew|clock ~ sync*|system clock|"
	     "issued in the future|token used before issued|"
	     "iat ~ future|time range|nbf|not before time|"
	     "used too early|token ~ not yet valid|check ~ clock|"
	     "clock ~ wrong|clock ~ off|clock ~ ahead|clock ~ behind",
	    CLOCK),
	SAID("client assertion|assertion ~ invalid|jwt bearer|"
	     "assertion ~ expired|assertion audience|invalid signature",
	    ASSERTION),
	SAID("federated identity|federated credential", FEDERATED),
	SAID("missing ~ parameter|parameter ~ missing|missing ~ client_id|"
	     "request body must contain|required parameter|"
	     "malformed request|invalid parameter|missing form parameter|"
	     "unknown parameter|duplicate parameter|"
	     "content type ~ not",
	    REQUEST),
	/* access of programs: Graph, EWS */
	SAID("access token ~ expired|bearer token ~ expired|"
	     "lifetime validation failed|jwt expired|jwt is expired|"
	     "expired jwt|token is expired|tokenexpiredexception|"
	     "access token has expired|expired access token",
	    TOKEN_EXPIRED),
	KIND("erroraccessdenied|access is denied|insufficient privileges|"
	     "authorizationrequestdenied|authorization_requestdenied|"
	     "insufficient permission*|not entitled|no permission|no rights|"
	     "no access|may not access|insufficient access|"
	     "not have access|no right to|not authorized|not permitted|"
	     "not have permission*|insufficient rights|"
	     "lacks permission*|missing permission*|"
	     "privileges|erroritemnotfound",
	    NO_RIGHTS),
	{ "permission_denied", MEANS_NO_RIGHTS, STRENGTH_VAGUE + 5, NULL,
	    NULL },
	SAID("errornonexistentmailbox|mailbox ~ not found|"
	     "mailbox ~ does not exist|no such mailbox|"
	     "no mailbox ~|errormissingemailaddress|"
	     "mailbox unavailable",
	    MAILBOX_REFUSED),
	SAID("application_throttled|errorexceeded*|"
	     "activity_limit_reached|too many login|request rate|"
	     "app ~ over its request limit",
	    THROTTLED),
};

const struct explain_phrases explain_page_phrases = { phrases,
	EXPLAIN_ROWS(phrases) };
