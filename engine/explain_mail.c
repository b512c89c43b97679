/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What mail servers and mail programs say: enhanced statuses (RFC 3463, 4954),
 * reply codes, response codes of IMAP (RFC 5530) and POP3 (RFC 2449, 3206),
 * numbers of libsasl2, and the words of Exchange, Gmail, Dovecot and Postfix.
 */

#include "explain_phrase.h"

#define CODE(a, b, c, meaning, strength) \
	{ \
		ENHANCED(a, b, c), MEANS_##meaning, STRENGTH_##strength, NULL, \
		    NULL \
	}

static const struct explain_code enhanced[] = {
	CODE(2, 7, 0, SUCCESS, LOOSE),
	CODE(4, 3, 2, MAIL_TROUBLE, REPLY),
	CODE(4, 7, 0, MAIL_TROUBLE, LOOSE),
	CODE(4, 7, 12, PASSWORD_EXPIRED, REPLY),
	CODE(4, 7, 66, TLS_VERSION, REPLY),
	CODE(4, 4, 62, RELAY, REPLY),
	CODE(4, 5, 3, TOO_MANY_CONNECTIONS, REPLY),
	CODE(5, 1, 8, SENDER_BLOCKED, REPLY),
	CODE(5, 1, 90, QUOTA, WORD),
	CODE(5, 1, 20, MESSAGE, REPLY),
	CODE(5, 2, 1, USER_DISABLED, REPLY),
	CODE(5, 2, 2, MAILBOX_FULL, REPLY),
	CODE(5, 2, 252, SEND_AS, WORD),
	CODE(5, 3, 4, MESSAGE, REPLY),
	CODE(5, 5, 1, OUT_OF_SEQUENCE, REPLY),
	CODE(5, 5, 2, RESPONSE_BROKEN, REPLY),
	CODE(5, 5, 4, MECHANISM_UNKNOWN, LOOSE),
	CODE(5, 5, 6, RESPONSE_TOO_LONG, WORD),
	{ ENHANCED(5, 5, 127), MEANS_TOKEN_ENDS_SOON, STRENGTH_WORD, NULL,
	    NULL },
	CODE(5, 7, 0, NOT_LOGGED_IN, LOOSE),
	{ ENHANCED(5, 7, 1), MEANS_NO_RIGHTS, STRENGTH_CLASS + 5, NULL, NULL },
	CODE(5, 7, 3, TOKEN_REFUSED, REPLY),
	CODE(5, 7, 4, MECHANISM_UNKNOWN, WORD),
	CODE(5, 7, 8, TOKEN_REFUSED, REPLY),
	CODE(5, 7, 9, BASIC_USED, REPLY),
	CODE(5, 7, 10, STARTTLS, WORD),
	CODE(5, 7, 11, STARTTLS, WORD),
	CODE(5, 7, 13, USER_DISABLED, WORD),
	CODE(5, 7, 14, BROWSER_NEEDED, WORD),
	CODE(5, 7, 26, MESSAGE, REPLY),
	CODE(5, 7, 30, BASIC_OFF, WORD),
	CODE(5, 7, 57, NOT_LOGGED_IN, REPLY),
	CODE(5, 7, 60, SEND_AS, WORD),
	CODE(5, 7, 64, RELAY, WORD),
	CODE(5, 7, 139, POLICY, REPLY),
	CODE(5, 7, 501, SENDER_BLOCKED, WORD),
	CODE(5, 7, 502, SENDER_BLOCKED, WORD),
	CODE(5, 7, 503, SENDER_BLOCKED, WORD),
	CODE(5, 7, 705, SENDER_BLOCKED, WORD),
	CODE(5, 7, 708, SENDER_BLOCKED, WORD),
	CODE(5, 7, 750, SENDER_BLOCKED, WORD),
};
const struct explain_codes explain_mail_enhanced = { "", enhanced,
	EXPLAIN_ROWS(enhanced) };

#define REPLY(number, meaning, strength) \
	{ \
		number, MEANS_##meaning, STRENGTH_##strength, NULL, NULL \
	}

static const struct explain_code smtp[] = {
	REPLY(235, SUCCESS, CLASS),
	REPLY(250, SUCCESS, HINT),
	REPLY(334, PENDING, NONE),
	REPLY(354, SUCCESS, HINT),
	REPLY(421, MAIL_TROUBLE, CLASS),
	REPLY(432, PASSWORD_EXPIRED, CLASS),
	REPLY(450, GREYLISTED, CLASS),
	REPLY(451, MAIL_TROUBLE, CLASS),
	REPLY(452, LOCAL_SHORTAGE, CLASS),
	REPLY(454, MAIL_TROUBLE, CLASS),
	REPLY(500, RESPONSE_TOO_LONG, CLASS),
	REPLY(501, RESPONSE_BROKEN, CLASS),
	REPLY(502, OUT_OF_SEQUENCE, CLASS),
	REPLY(503, OUT_OF_SEQUENCE, CLASS),
	REPLY(504, MECHANISM_UNKNOWN, CLASS),
	REPLY(530, NOT_LOGGED_IN, CLASS),
	REPLY(534, BASIC_USED, CLASS),
	REPLY(535, TOKEN_REFUSED, CLASS),
	REPLY(538, STARTTLS, CLASS),
	REPLY(550, ADDRESS, HINT),
	REPLY(551, ADDRESS, HINT),
	REPLY(552, QUOTA, HINT),
	REPLY(553, ADDRESS, HINT),
	REPLY(554, MESSAGE, HINT),
};
const struct explain_codes explain_mail_smtp = { "SMTP ", smtp,
	EXPLAIN_ROWS(smtp) };

/* The numbers of sasl.h, without their sign. */
static const struct explain_code sasl[] = {
	REPLY(1, SASL_FAILED, REPLY),
	REPLY(2, LOCAL_SHORTAGE, REPLY),
	REPLY(3, RESPONSE_TOO_LONG, REPLY),
	REPLY(4, NO_MECHANISM, WORD),
	REPLY(5, SASL_FAILED, REPLY),
	REPLY(6, SASL_FAILED, REPLY),
	REPLY(7, SASL_FAILED, REPLY),
	REPLY(8, OUTAGE, REPLY),
	REPLY(9, TOKEN_REFUSED, REPLY),
	REPLY(10, TOKEN_REFUSED, REPLY),
	REPLY(11, SASL_FAILED, REPLY),
	REPLY(12, SASL_FAILED, REPLY),
	REPLY(13, TOKEN_REFUSED, REPLY),
	REPLY(14, NO_RIGHTS, REPLY),
	REPLY(15, NO_MECHANISM, WORD),
	REPLY(16, STARTTLS, WORD),
	REPLY(17, PASSWORD_EXPIRED, REPLY),
	REPLY(18, LOGIN_EXPIRED, REPLY),
	REPLY(19, USER_DISABLED, REPLY),
	REPLY(20, USER_UNKNOWN, REPLY),
	REPLY(23, SASL_FAILED, REPLY),
	REPLY(24, OUTAGE, REPLY),
	REPLY(26, LOGIN_MISSING, REPLY),
};
const struct explain_codes explain_mail_sasl = { "SASL -", sasl,
	EXPLAIN_ROWS(sasl) };

#define KIND(words, meaning) \
	{ \
		words, MEANS_##meaning, STRENGTH_REPLY, NULL, NULL \
	}

/* Words that mean nothing here, however they sound. */
#define NOISE(words) \
	{ \
		words, MEANS_UNKNOWN, STRENGTH_NONE, NULL, NULL \
	}

static const struct explain_phrase phrases[] = {
	NOISE("max retries exceeded with|exceptions occurred during|"
	      "node internal|no errors|no error|without error*|0 errors|"
	      "without problem*|error free|verify return 1|verify ok|"
	      "verify return code 0|no problem*|access log|access point|"
	      "error log|error_uri|error_log|exit code 0|internal reference|"
	      "max_retries|user agent|please visit|learn more|"
	      "for more information|postfix smtp|postfix smtpd|"
	      "postfix out smtp"),
	/* Exchange, 5.7.139 in its kinds */
	SAID("smtpclientauthentication ~ disabled ~ tenant|"
	     "smtp client authentication ~ disabled ~ tenant|"
	     "smtp_auth_disabled",
	    SMTP_OFF_TENANT),
	{ "smtpclientauthentication ~ disabled ~ mailbox|"
	  "smtp client authentication ~ disabled ~ mailbox",
	    MEANS_SMTP_OFF_MAILBOX, STRENGTH_PHRASE + 2, NULL, NULL },
	{ "smtpclientauthentication ~ disabled|"
	  "smtp client authentication ~ disabled|"
	  "authenticated client smtp submission ~ disabled|"
	  "smtp auth ~ disabled",
	    MEANS_SMTP_OFF_TENANT, STRENGTH_PHRASE - 2, NULL, NULL },
	SAID("security defaults", SECURITY_DEFAULTS),
	SAID("did not meet the criteria|does not meet the criteria|"
	     "doesnt meet the criteria|"
	     "configuration ~ doesnt allow ~ authentication request|"
	     "organization configuration doesnt allow|"
	     "conditional access",
	    POLICY),
	SAID("basic auth* ~ disabled|logon denied basic auth blocked|"
	     "basic auth blocked|basic authentication is not supported|"
	     "legacy auth* ~ blocked|legacy auth* ~ disabled",
	    BASIC_OFF),
	ACT("user credentials were incorrect", BASIC_USED,
	    "a password was sent and is wrong; here only OAuth is taken",
	    "let the mail program use XOAUTH2 for this server "
	    "(smtp_sasl_mechanism_filter)"),
	SAID("federated sts ~ unreachable|sts url ~ not support",
	    PROVIDER_SETUP),
	SAID("token will expire soon|token ~ expires too soon|"
	     "token is about to expire",
	    TOKEN_ENDS_SOON),
	SAID("user is authenticated but not connected|"
	     "authenticated but not connected",
	    MAILBOX_REFUSED),
	SAID("mailbox ~ not enabled for this service|"
	     "imap access is disabled|imap4 access is disabled|"
	     "pop3 access is disabled|pop access is disabled|"
	     "imap is disabled|pop is disabled|pop3 is disabled|"
	     "protocol disabled|protocol is disabled|"
	     "imap ~ not enabled|pop ~ not enabled|pop3 ~ not enabled|"
	     "service is not enabled|not enabled for imap*|"
	     "yet to enable imap|yet to enable pop*|enable imap ~ account|"
	     "not enabled for pop*|"
	     "imap ~ disabled for|pop3 ~ disabled for",
	    PROTOCOL_OFF),
	KIND("logon denied", TOKEN_REFUSED),
	SAID("sender thread limit|concurrent connection* limit|"
	     "concurrent connections|too many simultaneous connections|"
	     "too many connections|maximum number of connections|"
	     "too many concurrent|mail_max_userip_connections|"
	     "connection limit|connections from your ip",
	    TOO_MANY_CONNECTIONS),
	SAID("submissionquotaexceeded*|submission quota|"
	     "recipient ~ quota|sending limit*|sending quota|"
	     "daily ~ limit|message rate limit|sending rate|"
	     "outgoing message* limit|exceeded ~ sending",
	    QUOTA),
	SAID("bad outbound sender|outbound spam|blocked for sending|"
	     "suspended ~ sending|restricted ~ sending|"
	     "blocked from sending",
	    SENDER_BLOCKED),
	SAID("send as denied|sendasdenied|permission* to send as|"
	     "not allowed to send as|sender address rejected ~ not owned|"
	     "not authorized to send ~ as|not owned by user|"
	     "cannot send as|right* to send ~ on behalf",
	    SEND_AS),
	{ "client not authenticated to send|client was not authenticated|"
	  "must authenticate|authentication required|"
	  "authentication is required|must issue a starttls first",
	    MEANS_NOT_LOGGED_IN, STRENGTH_REPLY + 5, NULL, NULL },
	SAID("must issue a starttls|issue starttls first|"
	     "starttls ~ required|tls is required but was not offered|"
	     "tls ~ not offered|starttls ~ not offered|"
	     "host offered starttls|starttls ~ first|"
	     "encryption required|encryption needed|"
	     "requires tls|tls required|require ssl|requires ssl|"
	     "requires ~ encrypt*|plaintext authentication disallowed|"
	     "plaintext auth* ~ not allowed|plaintext auth* ~ without|"
	     "cleartext auth* ~ not allowed|plaintext login ~ not allowed|"
	     "disallowed on non secure|cleartext ~ disallowed|"
	     "plaintext auth* ~ disabled|tls connection required|"
	     "secure connection ~ required|logindisabled|"
	     "login is disabled ~ starttls|privacyrequired|"
	     "secure connection before",
	    STARTTLS),
	SAID("unrecognized authentication type|"
	     "unrecognised authentication type|"
	     "unsupported authentication mechanism|"
	     "authentication mechanism ~ not supported|"
	     "mechanism not supported|mechanism not available|"
	     "unknown authentication mechanism|mechanism unavailable|"
	     "authentication type not supported|unknown auth* mech*|"
	     "unsupported auth* mech*|authentication not enabled|"
	     "authentication ~ not offered|does not support auth*|"
	     "not support ~ auth* method|not support ~ auth* mechanism|"
	     "not support ~ selected auth*|change the authentication method|"
	     "auth* ~ not advertised|unrecognized auth* mech*",
	    MECHANISM_UNKNOWN),
	ACT("unsafe login", RESPONSE_BROKEN,
	    "the server wants the mail program to name itself (IMAP ID), or "
	    "an authorization code",
	    "look at the provider's help for its authorization codes; it may "
	    "have no OAuth for mail programs"),
	{ "username field ~ not present|field is not present in response|"
	  "username ~ not ~ present in ~ token|no username ~ token",
	    MEANS_SCOPE_TOO_SMALL, STRENGTH_PHRASE + 1,
	    "the mail server finds no user name in the token",
	    "set the mail server's username attribute to a claim that the "
	    "token has" },
	ACT("session invalidated|access_token_expired session|"
	    "session ~ access_token_expired",
	    TOKEN_ENDS_SOON,
	    "the server ended the session: the token it began with has expired",
	    "nothing: the mail program connects again, with a new token"),
	/* libsasl2 and the programs that use it */
	KIND("sasl_nomech|sasl_tooweak|sasl_wrongmech", NO_MECHANISM),
	KIND("sasl_badauth|sasl_badmac", TOKEN_REFUSED),
	KIND("sasl_noauthz", NO_RIGHTS),
	KIND("sasl_encrypt", STARTTLS),
	KIND("sasl_expired", LOGIN_EXPIRED),
	KIND("sasl_unavail|sasl_trans", OUTAGE),
	KIND("sasl_fail|sasl_badprot|sasl_badparam|sasl_interact|"
	     "sasl_notinit|sasl_notdone|sasl_config|sasl_badserv",
	    SASL_FAILED),
	SAID("no worthy mech*|no mechanism available|"
	     "no ~ authentication mechanism* ~ available|"
	     "no ~ usable ~ mechanism*|no suitable ~ mechanism*|"
	     "no supported ~ mechanism*|no compatible ~ mechanism*|"
	     "no common ~ mechanism*|mechanism too weak|"
	     "no authenticator* available|no ~ authenticators ~ available|"
	     "no acceptable ~ mechanism*|no matching ~ mechanism*|"
	     "no auth* method* supported|mechanisms do not fulfill",
	    NO_MECHANISM),
	KIND("bad protocol cancel|bad protocol|generic failure|"
	     "invalid parameter supplied|requested* user interaction|"
	     "needs user interaction|sasl ~ internal error",
	    SASL_FAILED),
	SAID("could not open ~ plugin|unable to dlopen|dlopen ~ failed|"
	     "undefined symbol|cannot open shared object|"
	     "couldnt find mech|couldnt find mechanism|"
	     "cannot find ~ plugin|no ~ sasl ~ plugin",
	    NO_MECHANISM),
	KIND("command ~ unrecognized|unrecognized command|unknown command|"
	     "command ~ unknown|command ~ not valid|invalid command|"
	     "bad command|not valid in this state|bad sequence|"
	     "command ~ not recognized|syntax error|"
	     "command not allowed|command ~ not implemented",
	    OUT_OF_SEQUENCE),
	{ "command error", MEANS_OUT_OF_SEQUENCE, STRENGTH_CLASS, NULL, NULL },
	KIND("overflowed buffer|buffer overflow", RESPONSE_TOO_LONG),
	SAID("line too long|command line too long|token too long|"
	     "request line too long|response too long|"
	     "authentication exchange line is too long|"
	     "auth* ~ too long",
	    RESPONSE_TOO_LONG),
	SAID("cannot decode|cant decode|could not decode|invalid base64|"
	     "base64 ~ decod*|malformed auth*|"
	     "invalid auth* data|cannot decode response|"
	     "imap wants more steps|invalid base 64|invalid sasl|"
	     "malformed ~ response|invalid initial response",
	    RESPONSE_BROKEN),
	{ "user ~ not found sasl|no such user sasl", MEANS_USER_UNKNOWN,
	    STRENGTH_REPLY, NULL, NULL },
	KIND("invalid xoauth2 auth data|invalid xoauth2", RESPONSE_BROKEN),
	/* Gmail */
	SAID("log in via your web browser|web_login_required|"
	     "web login required|sign in via ~ web browser|"
	     "sign in with ~ web browser|sign in using ~ web browser|"
	     "login via your web browser|log in with your web browser",
	    BROWSER_NEEDED),
	ACT("application specific password required|"
	    "app password required|requires an app password|"
	    "invalid_second_factor|app specific password|app password|"
	    "application password*|parol prilozheniya|парол* приложени*|"
	    "парол* для внешн*|mot de passe ~ application|app passwort|"
	    "anwendungspasswor*|anwendungsspezifisch* ~ passwort|"
	    "contrasena ~ aplicacion|senha ~ aplicativo|senha de app|"
	    "password ~ applicazione|password ~ per le app|"
	    "appwachtwoord|app wachtwoord|haslo ~ aplikacji|"
	    "授权码|アプリ パスワード|アプリパスワード|앱 비밀번호|"
	    "uygulama sifre*|uygulama parola*",
	    BASIC_USED,
	    "a password was sent, and this account takes none but app "
	    "passwords",
	    "let the mail program use XOAUTH2 for this server "
	    "(smtp_sasl_mechanism_filter)"),
	ACT("username and password not accepted|bad_credentials|"
	    "user name and password not accepted",
	    TOKEN_REFUSED,
	    "the server did not accept the token, or what the program sent as "
	    "password",
	    NULL),
	SAID("lookup failed|lookup error", MAIL_TROUBLE),
	SAID("too many login attempts|too many ~ login* ~ attempts|"
	     "too many ~ auth* ~ attempts|too many failed|"
	     "too many bad|too many invalid|too many errors|"
	     "account exceeded command|bandwidth limits|"
	     "too many ~ failures|login rate limit*|login_delay",
	    THROTTLED),
	SAID("account ~ temporarily locked|temporarily blocked|"
	     "temporarily disabled|temporarily locked",
	    LOCKED_FOR_NOW),
	/* Dovecot */
	SAID("introspection failed|temporary authentication failure|"
	     "temp_fail|tempfail|temporary auth* ~ fail*|"
	     "temporary internal failure|internal login failure|"
	     "internal auth* failure|auth* server* ~ unavailable|"
	     "auth service ~ unavailable|temporary lookup failure",
	    MAIL_TROUBLE),
	SAID("username mismatch|user name mismatch|user mismatch|"
	     "username ~ does not match|login user mismatch|"
	     "user ~ does not match ~ token|token ~ another user|"
	     "token ~ different user|token ~ other user|"
	     "token ~ not ~ belong",
	    USER_MISMATCH),
	SAID("token is not valid|token is invalid|token not valid|"
	     "token validation failed|token failed validation|"
	     "token is malformed|malformed token|token is not active|"
	     "token ~ not active|local validation failed|"
	     "token signature ~ invalid|token ~ invalid signature|"
	     "bearer token ~ invalid|"
	     "token verification failed|cannot verify token|"
	     "no bearer token|failed to validate token",
	    TOKEN_REFUSED),
	{ "invalid token|invalid access token", MEANS_TOKEN_REFUSED,
	    STRENGTH_VAGUE, NULL, NULL },
	{ "issuer ~ not allowed|issuer mismatch|issuer ~ not match|"
	  "issuer ~ does not match|wrong issuer|invalid issuer|"
	  "unexpected issuer|issuer ~ not trusted|untrusted token issuer|"
	  "issuer validation failed|issuer is invalid",
	    MEANS_SCOPE_TOO_SMALL, STRENGTH_PHRASE + 1,
	    "the mail server takes no tokens of the issuer that made this one",
	    "compare the issuer in the mail server's OAuth settings with the "
	    "provider's" },
	SAID("scope mismatch|missing scope|insufficient scope|"
	     "scope ~ insufficient|required scope|missing required scope|"
	     "token ~ lacks ~ scope|scope ~ not granted|"
	     "insufficient authentication scopes|scopes ~ missing|"
	     "wrong audience|audience ~ invalid|audience ~ mismatch|"
	     "invalid audience|audience validation failed|"
	     "token ~ wrong audience|audience ~ not match*",
	    SCOPE_TOO_SMALL),
	SAID("auth failed ~ attempts", TOKEN_REFUSED),
	/* other replies */
	ACT("spf or dkim|dmarc policy|dkim ~ fail*|spf ~ fail*|"
	    "dmarc ~ fail*|sender is unauthenticated|"
	    "likely unsolicited|unsolicited mail",
	    MESSAGE, "the mail server takes the message for forged or for spam",
	    "set up SPF, DKIM and DMARC for the sender's domain; the login is "
	    "not the cause"),
	SAID("mailbox ~ locked|mailbox is in use|maildrop ~ locked|"
	     "mailbox ~ in use|already locked|in_use by another|"
	     "unable to lock maildrop|maildrop already",
	    IN_USE),
	SAID("greylist*|greylisted", GREYLISTED),
	SAID("relay access denied|relaying denied|relay not permitted|"
	     "unable to relay|relaying not allowed",
	    RELAY),
	SAID("insufficient system ~|out of memory|no space left|"
	     "disk full|too many open files|cannot allocate memory|"
	     "disk quota exceeded",
	    LOCAL_SHORTAGE),
	KIND("overquota", MAILBOX_FULL),
	SAID("mailbox full|mailbox is full|over quota|"
	     "quota ~ exceeded ~ mailbox|storage ~ exceeded",
	    MAILBOX_FULL),
	/* before what a program makes of it, such as "could not connect" */
	{ "authentication failed|authentication failure|"
	  "authentication unsuccessful|authenticate failed|"
	  "auth failed|login failed|invalid credentials|"
	  "bad username or password|unknown user name or bad password|"
	  "authentication credentials invalid|authorization failed|"
	  "login incorrect|logon failure|sasl authentication failed|"
	  "authentication rejected|invalid user or password|"
	  "invalid login|incorrect authentication data|"
	  "authentication error|could not authenticate|"
	  "cannot authenticate|authenticationfailed",
	    MEANS_TOKEN_REFUSED, STRENGTH_LOOSE + 1, NULL, NULL },
	LOOSE("active false", TOKEN_EXPIRED),
	/* where a server says how it goes on */
	KIND("service not active", MAIL_TROUBLE),
	LOOSE("service not available|service unavailable|"
	      "service temporarily unavailable|not available try again|"
	      "server busy|system ~ busy|please try again later|"
	      "try again later|temporary server error|server too busy",
	    MAIL_TROUBLE),
	/* an error challenge of XOAUTH2, in JSON */
	{ "schemes bearer|schemes ~ bearer", MEANS_TOKEN_REFUSED,
	    STRENGTH_REPLY + 5, NULL, NULL },
	/* response codes, which fold_text() puts so */
	{ "bracket authenticationfailed", MEANS_TOKEN_REFUSED,
	    STRENGTH_REPLY + 5, NULL, NULL },
	KIND("bracket authorizationfailed", NO_RIGHTS),
	KIND("bracket auth", TOKEN_REFUSED),
	{ "bracket unavailable|bracket sys temp|bracket serverbug",
	    MEANS_MAIL_TROUBLE, STRENGTH_WORDS + 5, NULL, NULL },
	KIND("bracket contactadmin|bracket sys perm", PROVIDER_SETUP),
	KIND("bracket expired", TOKEN_EXPIRED),
	KIND("bracket privacyrequired", STARTTLS),
	KIND("bracket inuse|bracket in use", IN_USE),
	KIND("bracket login delay|bracket limit", THROTTLED),
	KIND("bracket overquota", MAILBOX_FULL),
	KIND("bracket noperm", NO_RIGHTS),
	KIND("bracket webalert", BROWSER_NEEDED),
	KIND("bracket nonexistent", MAILBOX_REFUSED),
	KIND("bracket clientbug|bracket badcharset", OUT_OF_SEQUENCE),
	KIND("bracket cannot", NO_RIGHTS),
	/* something succeeded */
	{ "access_token ~ token_type|token_type bearer|active true",
	    MEANS_SUCCESS, STRENGTH_LOOSE + 5, NULL, NULL },
	{ "authentication successful|authentication succeeded|"
	  "logged in|authenticate completed|login completed|"
	  "status sent|login ok|accepted for delivery|"
	  "authenticated successfully|queued mail for delivery|"
	  "ok completed|ok success",
	    MEANS_SUCCESS, STRENGTH_HINT + 5, NULL, NULL },
};

const struct explain_phrases explain_mail_phrases = { phrases,
	EXPLAIN_ROWS(phrases) };
