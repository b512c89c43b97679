/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Which words mean what, in English (other languages: explain_foreign.c), and
 * which of them together say something.
 */

#include "explain_table.h"

#define WORDS(concept, patterns) \
	{ \
		CONCEPT_##concept, patterns \
	}

const struct explain_words explain_words[] = {
	WORDS(AUTH,
	    "auth|auths|authent*|authori*|authn|authz|authfail*|authmech*|"
	    "login|logon|log in|log on|logging in|sign in|sign on|"
	    "grant|credential*|signin|signing in|logged in|signed in|oauth*|"
	    "xoauth2"),
	WORDS(FAILED,
	    "fail*|unsuccessful|could not|couldnt|cannot|cant|unable|error|"
	    "not accept*|did not|problem|not ok|unhappy"),
	WORDS(TOKEN, "*token|tokens|jwt|bearer"),
	WORDS(REFRESH, "refresh*|offline"),
	WORDS(EXPIRED,
	    "expired|expiry|expiration|expire|has expired|no longer valid|"
	    "stale|too old|outdated|lapsed|"
	    "past its|out of date|has ended|not valid anymore"),
	WORDS(REVOKED,
	    "terminated|ended|revok*|withdrawn|invalidated|taken back"),
	WORDS(PASSWORD, "password*|passphrase|passwd|pwd"),
	WORDS(WRONG,
	    "not expected|incorrect|wrong|invalid|bad token|bad password|"
	    "bad credential*|bad client|"
	    "bad secret|bad audience|bad signature|bad user*|bad scope|"
	    "is bad|are bad|bad login|not accepted|not correct|"
	    "not valid|mistyped|malformed|not recognized|not acceptable|"
	    "unacceptable"),
	WORDS(DENIED,
	    "denied|deny|denies|refused|refuse*|reject*|forbid*|block*|"
	    "not allowed|not permitted|prohibit*|disallow*|prevent*|"
	    "declin*"),
	WORDS(CERTIFICATE, "certificate*|cert|certs|x509|x 509|ssl cert"),
	WORDS(TRUST,
	    "untrusted|not trusted|trust|verify|verified|verification|"
	    "validate|validation|unverified"),
	WORDS(ISSUER, "issuer|authority|root ca|ca|signed by|chain"),
	WORDS(TIMEOUT,
	    "timeout|timed out|time out|too long to respond|"
	    "did not respond|no response|no answer|deadline|"
	    "not responding|took too long"),
	WORDS(CONNECT,
	    "connections|connect|connecting|connection|connected|socket|dial"),
	WORDS(RESOLVE,
	    "resolv*|translate host*|dns|lookup of|lookup for|lookup fail*|"
	    "lookup host*|look up host*|host lookup|name lookup|name server|nameserver"),
	WORDS(HOST,
	    "service|network|peer|host|hostname|server|address|domain|"
	    "port"),
	WORDS(ADMIN,
	    "admin|admins|administrator*|it department|it team|helpdesk|"
	    "service desk"),
	WORDS(APPROVE, "approv*|grant permission|permission from"),
	WORDS(CONSENT, "consent*"),
	WORDS(MANY,
	    "too many|limit exceeded|exceeded|exceeds|over the limit|"
	    "rate limit*|too often|too frequent*|throttl*|quota"),
	WORDS(TEMPORARY,
	    "busy|right now|at this time|temporar*|transient|intermittent|"
	    "momentarily|"
	    "for the moment|at the moment|currently unavailable"),
	WORDS(AGAIN, "try again|retry|later|in a few|in a moment|come back"),
	WORDS(USER, "user|users|account|accounts|username|identity"),
	WORDS(UNKNOWN,
	    "not be located|could not be found|cannot be found|"
	    "no record of|unknown|not known|isnt known|not found|not defined|"
	    "undefined|isnt defined|no matching|does not exist|doesnt exist|"
	    "no such|"
	    "not exist|nonexistent|not registered|couldnt find|"
	    "could not find|cannot find|isnt in|is not in|"
	    "not recognised|unregistered"),
	WORDS(DISABLED,
	    "disabled|deactivat*|turned off|switched off|suspended|"
	    "not enabled|inactive|not active|disable|blocked"),
	WORDS(LOCKED, "locked|lockout|lock out"),
	WORDS(FACTOR,
	    "mfa|2fa|otp|totp|multifactor|multi factor|two factor|"
	    "second factor|two step|2 step|authenticator|passkey|"
	    "security key|webauthn|fido2"),
	WORDS(DEVICE, "device|devices|computer"),
	WORDS(POLICY, "policy|policies|rule|restriction*|compliance|criteria"),
	WORDS(PROXY, "proxy|proxies|firewall"),
	WORDS(CLIENT, "client|app|application|applications|clientid"),
	WORDS(SECRET, "secret|secrets|client credential*"),
	WORDS(SCOPE, "scope|scopes|audience|permission scope"),
	WORDS(REDIRECT,
	    "redirect address|redirect uri*|redirect url*|redirect_uri|"
	    "callback|reply url*|"
	    "redirecturi|redirection"),
	WORDS(SESSION, "session|sessions"),
	WORDS(REQUIRED,
	    "required|requires|must|need|needs|needed|mandatory|expected"),
	WORDS(MISSING,
	    "not been given|not given|hasnt been given|not granted|missing|"
	    "absent|not provided|not present|omitted|empty|"
	    "lacks|not included|not supplied|not specified|without"),
	WORDS(CLOCK,
	    "clock|skew|not yet valid|in the future|nbf|iat|system time"),
	WORDS(TENANT, "tenant|tenants|directory|realm"),
	WORDS(MAILBOX, "mailbox|mailboxes|inbox"),
	WORDS(CODE,
	    "device code|user code|auth* code|this code|that code|"
	    "the code|your code|verification code|entered code|login code|"
	    "code you"),
	WORDS(UNSUPPORTED,
	    "unsupported|not supported|unrecognized|unrecognised|"
	    "not support|doesnt support|dont support|cannot support|"
	    "not implemented|not available|unavailable|arent available|"
	    "isnt available|is down|are down"),
	WORDS(MECHANISM,
	    "mechanism|mechanisms|authentication type|mech|auth* method*"),
	WORDS(GRANT, "grant type|grant_type|granttype|flow"),
	WORDS(CHANGED, "changed|reset*|modified|updated|changing|renew*"),
	WORDS(MISMATCH,
	    "instead of|another|other than|belongs to|not the same|"
	    "mismatch*|not match*|doesnt match|different|differs|"
	    "not correspond"),
	WORDS(SELF_SIGNED, "self signed"),
	WORDS(TLS, "tls|ssl|handshake|starttls|https"),
	WORDS(RESET,
	    "abort|reset by|was reset|were reset|closed|dropped|broke|broken|"
	    "lost|aborted|"
	    "terminated|interrupted|hangup|eof"),
	WORDS(UNREACHABLE, "unreachable|not reachable|no route|offline"),
	WORDS(BROWSER, "browser|web page|webpage"),
	WORDS(SENDER, "sender|send as|from address|mail from"),
	WORDS(LICENCE, "licen*|subscri*"),
	WORDS(UNKNOWN, "deleted|removed|purged"),
	WORDS(RISK, "risk*|suspicious|unusual|compromised|leaked"),
	WORDS(DECLINED, "cancel*|aborted by user"),
	WORDS(INTERNAL,
	    "internal|outage|maintenance|overload*|unexpected|crash*|"
	    "service error|server error"),
	WORDS(RIGHTS,
	    "permission*|privilege*|rights|unauthorized|"
	    "unauthorised|authorized|authorised|access"),
	WORDS(SUCCESS, "succeeded|successful|successfully|success"),
	WORDS(LONG, "too long|too large|too big|oversize*"),
	WORDS(PROTOCOL, "imap|imap4|pop|pop3|smtp|smtp auth"),
	WORDS(NOT_OFFERED,
	    "not advertise*|doesnt advertise|not offer*|doesnt offer|"
	    "isnt offered|not installed|isnt installed|not speak|"
	    "doesnt speak|no plugin|not loaded|no support for|"
	    "not in the list"),
	WORDS(REQUEST, "request|requests|attempt|attempts|tries|calls|queries"),
	WORDS(LOOPBACK, "localhost|127 0 0 1"),
	WORDS(BASIC, "legacy prot*|basic auth*|legacy auth*|password auth*"),
};

const size_t explain_words_count = EXPLAIN_ROWS(explain_words);

#define BIT(concept) (UINT64_C(1) << CONCEPT_##concept)
#define TWO(a, b) (BIT(a) | BIT(b))
#define THREE(a, b, c) (TWO(a, b) | BIT(c))
#define FOUR(a, b, c, d) (THREE(a, b, c) | BIT(d))

#define RULE(need, meaning, more) \
	{ \
		need, 0, MEANS_##meaning, STRENGTH_WORDS + (more) \
	}
#define UNLESS(need, bar, meaning, more) \
	{ \
		need, bar, MEANS_##meaning, STRENGTH_WORDS + (more) \
	}
/* Rules that say little, below what a code says. */
#define LOOSE(need, meaning, more) \
	{ \
		need, 0, MEANS_##meaning, STRENGTH_LOOSE + (more) \
	}
#define UNLIKE(need, bar, meaning, more) \
	{ \
		need, bar, MEANS_##meaning, STRENGTH_LOOSE + (more) \
	}

const struct explain_rule explain_rules[] = {
	/* passwords, accounts, people */
	RULE(TWO(PASSWORD, EXPIRED), PASSWORD_EXPIRED, 4),
	RULE(THREE(PASSWORD, REQUIRED, CHANGED), PASSWORD_EXPIRED, 5),
	RULE(TWO(PASSWORD, CHANGED), PASSWORD_CHANGED, 2),
	UNLESS(TWO(PASSWORD, WRONG), BIT(SECRET), PASSWORD_WRONG, 0),
	LOOSE(TWO(PASSWORD, UNKNOWN), PASSWORD_WRONG, 5),
	LOOSE(TWO(PASSWORD, FAILED), PASSWORD_WRONG, 7),
	LOOSE(TWO(PASSWORD, MISSING), PASSWORD_UNSET, 8),
	LOOSE(TWO(PASSWORD, REQUIRED), PASSWORD_UNSET, 8),
	UNLESS(TWO(USER, DISABLED), BIT(CLIENT) | BIT(PROTOCOL), USER_DISABLED,
	    1),
	RULE(TWO(USER, LOCKED), USER_LOCKED, 3),
	RULE(THREE(USER, LOCKED, TEMPORARY), LOCKED_FOR_NOW, 6),
	RULE(THREE(USER, DISABLED, TEMPORARY), LOCKED_FOR_NOW, 6),
	RULE(THREE(USER, LOCKED, MANY), LOCKED_FOR_NOW, 6),
	RULE(THREE(USER, LOCKED, AGAIN), LOCKED_FOR_NOW, 6),
	UNLESS(TWO(USER, UNKNOWN),
	    BIT(CLIENT) | BIT(SESSION) | BIT(TOKEN) | BIT(PASSWORD),
	    USER_UNKNOWN, -8),
	RULE(THREE(USER, UNKNOWN, TENANT), WRONG_ACCOUNT, 3),
	RULE(TWO(USER, RISK), RISK, 0),
	RULE(TWO(AUTH, RISK), RISK, 0),
	RULE(TWO(FACTOR, REQUIRED), SECOND_FACTOR, 4),
	RULE(TWO(FACTOR, AUTH), SECOND_FACTOR, 0),
	RULE(TWO(FACTOR, FAILED), SECOND_FACTOR, 0),
	RULE(TWO(FACTOR, DENIED), SECOND_FACTOR, 0),
	RULE(TWO(FACTOR, EXPIRED), SECOND_FACTOR, 0),
	RULE(TWO(DECLINED, CONSENT), DECLINED, 6),
	RULE(TWO(DENIED, CONSENT), DECLINED, 4),
	LOOSE(TWO(DECLINED, AUTH), DECLINED, 6),
	RULE(TWO(CONSENT, REQUIRED), CONSENT, 0),
	RULE(TWO(CONSENT, MISSING), CONSENT, 0),
	RULE(TWO(CONSENT, CLIENT), CONSENT, -2),
	RULE(TWO(CONSENT, REVOKED), LOGIN_REVOKED, 3),
	RULE(TWO(CONSENT, ADMIN), ADMIN_CONSENT, 4),
	RULE(THREE(APPROVE, ADMIN, REQUIRED), ADMIN_CONSENT, 3),
	RULE(THREE(APPROVE, ADMIN, CLIENT), ADMIN_CONSENT, 3),
	RULE(THREE(ADMIN, CLIENT, REQUIRED), ADMIN_CONSENT, -4),
	RULE(THREE(ADMIN, CLIENT, RIGHTS), ADMIN_CONSENT, -4),
	RULE(TWO(AUTH, BROWSER), BROWSER_NEEDED, -6),
	RULE(TWO(LICENCE, USER), LICENCE, 0),
	RULE(TWO(LICENCE, MAILBOX), LICENCE, 0),
	RULE(TWO(LICENCE, MISSING), LICENCE, 0),
	RULE(THREE(LICENCE, EXPIRED, TENANT), LICENCE, 5),
	RULE(THREE(LICENCE, EXPIRED, USER), LICENCE, 5),
	/* logins and tokens */
	RULE(THREE(TOKEN, REFRESH, EXPIRED), LOGIN_EXPIRED, 5),
	RULE(THREE(TOKEN, REFRESH, REVOKED), LOGIN_REVOKED, 6),
	RULE(THREE(TOKEN, REFRESH, WRONG), LOGIN_ENDED, 3),
	RULE(THREE(TOKEN, REFRESH, UNKNOWN), LOGIN_ENDED, 3),
	RULE(TWO(TOKEN, REVOKED), LOGIN_REVOKED, 4),
	RULE(TWO(AUTH, REVOKED), LOGIN_REVOKED, 2),
	UNLESS(TWO(TOKEN, EXPIRED), BIT(REFRESH) | BIT(CERTIFICATE),
	    TOKEN_EXPIRED, 2),
	RULE(TWO(SESSION, EXPIRED), LOGIN_EXPIRED, 3),
	UNLESS(TWO(SESSION, TIMEOUT), THREE(CONNECT, HOST, PROTOCOL),
	    LOGIN_EXPIRED, 4),
	RULE(TWO(SESSION, UNKNOWN), LOGIN_ENDED, 1),
	RULE(TWO(SESSION, REVOKED), LOGIN_REVOKED, 3),
	RULE(TWO(SESSION, DISABLED), LOGIN_EXPIRED, 1),
	LOOSE(TWO(CONNECT, EXPIRED), LOGIN_EXPIRED, 10),
	UNLESS(TWO(AUTH, EXPIRED),
	    FOUR(CERTIFICATE, SECRET, PASSWORD, CODE) | BIT(TOKEN),
	    LOGIN_EXPIRED, -4),
	LOOSE(TWO(TOKEN, WRONG), TOKEN_REFUSED, 14),
	LOOSE(TWO(TOKEN, DENIED), TOKEN_REFUSED, 14),
	LOOSE(THREE(TOKEN, FAILED, TRUST), TOKEN_REFUSED, 14),
	LOOSE(TWO(TOKEN, DISABLED), TOKEN_REFUSED, 14),
	RULE(THREE(TOKEN, USER, MISMATCH), USER_MISMATCH, 4),
	RULE(THREE(TOKEN, AUTH, MISMATCH), USER_MISMATCH, 3),
	RULE(FOUR(TOKEN, REFRESH, CLIENT, MISMATCH), LOGIN_ENDED, 6),
	RULE(TWO(CODE, EXPIRED), CODE_EXPIRED, 1),
	UNLESS(TWO(CODE, WRONG), BIT(CLIENT) | BIT(TOKEN), CODE_WRONG, -14),
	/* applications */
	RULE(THREE(CLIENT, SECRET, EXPIRED), SECRET_EXPIRED, 6),
	RULE(THREE(CLIENT, SECRET, MISSING), SECRET_MISSING, 5),
	RULE(THREE(CLIENT, SECRET, REQUIRED), SECRET_MISSING, 3),
	RULE(THREE(CLIENT, SECRET, WRONG), SECRET_WRONG, 5),
	RULE(TWO(SECRET, EXPIRED), SECRET_EXPIRED, 4),
	RULE(TWO(SECRET, WRONG), SECRET_WRONG, 3),
	UNLESS(TWO(CLIENT, UNKNOWN), BIT(USER) | BIT(CERTIFICATE),
	    CLIENT_UNKNOWN, -2),
	RULE(TWO(CLIENT, DISABLED), APP_DISABLED, -6),
	RULE(TWO(TENANT, UNKNOWN), TENANT, 0),
	RULE(TWO(REDIRECT, WRONG), REDIRECT, 4),
	RULE(TWO(REDIRECT, MISMATCH), REDIRECT, 5),
	RULE(TWO(REDIRECT, UNKNOWN), REDIRECT, 4),
	RULE(TWO(REDIRECT, DENIED), REDIRECT, 4),
	RULE(TWO(SCOPE, WRONG), SCOPE, 2),
	RULE(TWO(SCOPE, UNKNOWN), SCOPE, 2),
	RULE(TWO(SCOPE, UNSUPPORTED), SCOPE, 2),
	RULE(TWO(SCOPE, MANY), SCOPE, 2),
	RULE(TWO(SCOPE, MISSING), SCOPE_TOO_SMALL, 3),
	RULE(TWO(SCOPE, MISMATCH), SCOPE_TOO_SMALL, 3),
	RULE(TWO(SCOPE, REQUIRED), SCOPE_TOO_SMALL, 1),
	RULE(TWO(GRANT, UNSUPPORTED), GRANT_TYPE, 2),
	RULE(TWO(GRANT, DENIED), CLIENT_MAY_NOT, 3),
	RULE(TWO(GRANT, DISABLED), CLIENT_MAY_NOT, 3),
	/* policies */
	RULE(TWO(POLICY, DENIED), POLICY, 2),
	RULE(TWO(POLICY, AUTH), POLICY, -6),
	RULE(THREE(POLICY, DEVICE, REQUIRED), DEVICE, 3),
	RULE(THREE(DEVICE, POLICY, DENIED), DEVICE, 4),
	RULE(THREE(ADMIN, DENIED, CLIENT), POLICY, -12),
	RULE(THREE(ADMIN, DENIED, AUTH), POLICY, -12),
	RULE(THREE(ADMIN, DENIED, RIGHTS), POLICY, -12),
	RULE(THREE(ADMIN, DENIED, USER), POLICY, -12),
	RULE(THREE(ADMIN, DISABLED, AUTH), POLICY, -4),
	RULE(THREE(ADMIN, DISABLED, CLIENT), APP_DISABLED, -2),
	RULE(TWO(SUCCESS, POLICY), POLICY, 5),
	RULE(THREE(DEVICE, REQUIRED, RIGHTS), DEVICE, -2),
	RULE(THREE(PROTOCOL, DISABLED, USER), PROTOCOL_OFF, 4),
	RULE(THREE(PROTOCOL, DISABLED, MAILBOX), PROTOCOL_OFF, 4),
	UNLESS(TWO(PROTOCOL, DISABLED), BIT(BASIC), PROTOCOL_OFF, -2),
	RULE(TWO(BASIC, DISABLED), BASIC_OFF, 4),
	RULE(TWO(BASIC, UNSUPPORTED), BASIC_OFF, 4),
	RULE(TWO(BASIC, DENIED), BASIC_OFF, 4),
	UNLESS(TWO(SENDER, DENIED), BIT(TOKEN), SEND_AS, -8),
	RULE(TWO(MAILBOX, UNKNOWN), MAILBOX_REFUSED, 0),
	RULE(TWO(MAILBOX, DISABLED), MAILBOX_REFUSED, 0),
	/* TLS */
	RULE(TWO(CERTIFICATE, EXPIRED), CERTIFICATE_EXPIRED, 6),
	RULE(TWO(CERTIFICATE, REVOKED), CERTIFICATE_REVOKED, 6),
	RULE(TWO(CERTIFICATE, SELF_SIGNED), CERTIFICATE_SELF_SIGNED, 6),
	RULE(THREE(CERTIFICATE, HOST, MISMATCH), CERTIFICATE_NAME, 6),
	RULE(TWO(CERTIFICATE, MISMATCH), CERTIFICATE_NAME, 4),
	RULE(TWO(CERTIFICATE, TRUST), CERTIFICATE, 3),
	RULE(TWO(CERTIFICATE, ISSUER), CERTIFICATE, 3),
	RULE(TWO(CERTIFICATE, WRONG), CERTIFICATE, 0),
	RULE(TWO(TRUST, ISSUER), CERTIFICATE, -6),
	RULE(TWO(CERTIFICATE, CLOCK), CERTIFICATE_TOO_EARLY, 5),
	LOOSE(TWO(CERTIFICATE, FAILED), CERTIFICATE, 10),
	LOOSE(TWO(TLS, FAILED), TLS_FAILED, 8),
	RULE(TWO(TLS, UNSUPPORTED), TLS_VERSION, -10),
	/* the network */
	RULE(TWO(PROXY, TIMEOUT), PROXY_GONE, 3),
	RULE(THREE(PROXY, CONNECT, FAILED), PROXY_GONE, 3),
	RULE(THREE(PROXY, CONNECT, DENIED), PROXY_GONE, 3),
	RULE(TWO(PROXY, AUTH), PROXY_PASSWORD, 2),
	RULE(TWO(PROXY, PASSWORD), PROXY_PASSWORD, 3),
	RULE(TWO(PROXY, DENIED), PROXY_DENIES, 0),
	RULE(TWO(PROXY, REQUIRED), PROXY_PASSWORD, -6),
	RULE(TWO(PROXY, RESOLVE), PROXY_GONE, 4),
	UNLESS(TWO(CONNECT, TIMEOUT), BIT(PROXY), TIMEOUT, 2),
	RULE(TWO(HOST, TIMEOUT), TIMEOUT, 0),
	LOOSE(BIT(TIMEOUT), TIMEOUT, 0),
	UNLESS(TWO(CONNECT, DENIED), BIT(PROXY) | BIT(POLICY),
	    CONNECTION_REFUSED, 0),
	UNLESS(THREE(CONNECT, DENIED, LOOPBACK), BIT(PROXY), LOOPBACK_ENDED, 8),
	RULE(TWO(CONNECT, RESET), CONNECTION_LOST, 0),
	RULE(TWO(CONNECT, UNREACHABLE), NO_ROUTE, 0),
	RULE(TWO(HOST, UNREACHABLE), NO_ROUTE, 0),
	RULE(TWO(RESOLVE, FAILED), NO_NAME, 1),
	RULE(TWO(RESOLVE, HOST), NO_NAME, -6),
	RULE(TWO(RESOLVE, UNKNOWN), NO_NAME, 1),
	UNLIKE(TWO(HOST, UNKNOWN), THREE(AUTH, USER, TOKEN), NO_NAME, 6),
	UNLIKE(TWO(CONNECT, FAILED), BIT(AUTH), CONNECTION_REFUSED, 4),
	/* trouble that passes */
	RULE(TWO(TEMPORARY, UNSUPPORTED), MAIL_TROUBLE, 0),
	RULE(TWO(TEMPORARY, FAILED), MAIL_TROUBLE, 0),
	RULE(TWO(TEMPORARY, AGAIN), MAIL_TROUBLE, 0),
	RULE(TWO(INTERNAL, FAILED), OUTAGE, -8),
	LOOSE(TWO(INTERNAL, HOST), OUTAGE, 2),
	LOOSE(TWO(UNSUPPORTED, AGAIN), MAIL_TROUBLE, 15),
	LOOSE(TWO(FAILED, AGAIN), MAIL_TROUBLE, 5),
	LOOSE(TWO(TEMPORARY, AUTH), MAIL_TROUBLE, 15),
	LOOSE(TWO(HOST, AGAIN), MAIL_TROUBLE, 2),
	LOOSE(TWO(TEMPORARY, HOST), MAIL_TROUBLE, 15),
	RULE(THREE(MANY, CONNECT, USER), TOO_MANY_CONNECTIONS, 4),
	RULE(TWO(MANY, CONNECT), TOO_MANY_CONNECTIONS, 2),
	RULE(TWO(MANY, SESSION), TOO_MANY_CONNECTIONS, 2),
	RULE(TWO(MANY, AUTH), THROTTLED, 0),
	RULE(TWO(MANY, REQUEST), THROTTLED, 1),
	RULE(TWO(MANY, FAILED), THROTTLED, -4),
	RULE(TWO(MANY, AGAIN), THROTTLED, 1),
	RULE(TWO(MANY, SENDER), QUOTA, 0),
	RULE(TWO(MANY, MAILBOX), QUOTA, -2),
	/* mail programs */
	RULE(TWO(MECHANISM, UNSUPPORTED), MECHANISM_UNKNOWN, 2),
	RULE(TWO(MECHANISM, UNKNOWN), NO_MECHANISM, 2),
	UNLESS(TWO(AUTH, LONG), BIT(TIMEOUT), RESPONSE_TOO_LONG, 0),
	RULE(TWO(TOKEN, LONG), RESPONSE_TOO_LONG, 0),
	RULE(TWO(TLS, REQUIRED), STARTTLS, -6),
	RULE(TWO(TLS, NOT_OFFERED), TLS_NOT_SPOKEN, 1),
	RULE(TWO(MECHANISM, NOT_OFFERED), MECHANISM_UNKNOWN, 3),
	RULE(TWO(AUTH, NOT_OFFERED), MECHANISM_UNKNOWN, 1),
	RULE(TWO(TOKEN, CLOCK), CLOCK, 4),
	RULE(TWO(AUTH, CLOCK), CLOCK, 2),
	RULE(TWO(CLOCK, WRONG), CLOCK, 2),
	/* and the rest, below any code */
	LOOSE(TWO(AUTH, FAILED), TOKEN_REFUSED, -6),
	LOOSE(TWO(AUTH, DENIED), TOKEN_REFUSED, -6),
	LOOSE(TWO(AUTH, WRONG), TOKEN_REFUSED, -6),
	LOOSE(TWO(AUTH, REQUIRED), NOT_LOGGED_IN, -7),
	LOOSE(TWO(MECHANISM, FAILED), MECHANISM_UNKNOWN, 2),
	LOOSE(TWO(RIGHTS, DENIED), NO_RIGHTS, -5),
	LOOSE(TWO(RIGHTS, MISSING), NO_RIGHTS, 4),
	LOOSE(TWO(USER, DENIED), NO_RIGHTS, -6),
	LOOSE(TWO(AUTH, SUCCESS), SUCCESS, -16),
};

const size_t explain_rules_count = EXPLAIN_ROWS(explain_rules);
