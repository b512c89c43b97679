/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * What there is to say. See explain_table.h.
 */

#include "explain_table.h"

#define LOGIN EXPLAIN_LOGIN
#define WAIT "try again later"

#define AGAIN(who, cause, next) \
	{ \
		EXPLAIN_AGAIN, EXPLAIN_##who, cause, next \
	}
#define REAUTH(cause, next) \
	{ \
		EXPLAIN_REAUTH, EXPLAIN_USER, cause, next \
	}
#define CONFIG(cause, next) \
	{ \
		EXPLAIN_CONFIG, EXPLAIN_MAIL_ADMIN, cause, next \
	}
#define ADMIN(cause, next) \
	{ \
		EXPLAIN_ADMIN, EXPLAIN_TENANT_ADMIN, cause, next \
	}
#define REFUSED(who, cause, next) \
	{ \
		EXPLAIN_REFUSED, EXPLAIN_##who, cause, next \
	}

const struct explain_meaning explain_meanings[MEANS_COUNT] = {
	[MEANS_UNKNOWN] = { EXPLAIN_UNKNOWN, EXPLAIN_MAIL_ADMIN,
	    "nothing in this text is known here",
	    "look for the mail log's line of the failed login, sasl-bearer "
	    "status, and the provider's sign-in log at that time" },
	[MEANS_SUCCESS] = { EXPLAIN_UNKNOWN, EXPLAIN_NOBODY,
	    "this is no error: it says that something succeeded",
	    "nothing; if mail fails all the same, look for a later line of "
	    "the mail log" },
	[MEANS_NEWS] = { EXPLAIN_UNKNOWN, EXPLAIN_MAIL_ADMIN,
	    "this is an error code, but not one that is known here",
	    "look it up in the provider's documentation, and in its sign-in "
	    "log at that time" },

	[MEANS_OUTAGE] = AGAIN(PROVIDER,
	    "the provider has an internal error or an outage", WAIT),
	[MEANS_THROTTLED] =
	    AGAIN(PROVIDER, "the provider is asked too often and wants a pause",
		WAIT "; if it lasts, see what else asks with this client_id"),
	[MEANS_LOOP] = AGAIN(MAIL_ADMIN,
	    "the provider saw the same request again and again, and pauses",
	    "stop what asks in a loop with this client_id; then it passes by "
	    "itself"),
	[MEANS_TIMEOUT] = AGAIN(MAIL_ADMIN, "the server did not answer in time",
	    WAIT "; if it lasts, check the firewall, proxy and timeout"),
	[MEANS_CONNECTION_REFUSED] = AGAIN(MAIL_ADMIN,
	    "nothing accepts connections at that address and port",
	    WAIT "; if it lasts, check host, port, firewall and proxy"),
	[MEANS_CONNECTION_LOST] = AGAIN(MAIL_ADMIN,
	    "the connection broke before the answer was there",
	    WAIT "; if it lasts, check the firewall and proxy"),
	[MEANS_NO_ROUTE] = AGAIN(MAIL_ADMIN, "the network has no way there",
	    WAIT "; if it lasts, check routes, IPv6 and the firewall"),
	[MEANS_NO_NAME] =
	    AGAIN(MAIL_ADMIN, "the name of the server cannot be resolved",
		WAIT "; check the spelling, DNS, and inside a chroot its "
		     "etc/resolv.conf"),
	[MEANS_PENDING] = AGAIN(USER,
	    "the provider waits for a person to finish in the browser",
	    "finish the login in the browser; the login goes on by itself"),
	[MEANS_TOO_MANY_CONNECTIONS] = AGAIN(MAIL_ADMIN,
	    "the mail server has too many connections of this account",
	    WAIT "; use fewer at once (Postfix: "
		 "smtp_destination_concurrency_limit)"),
	[MEANS_QUOTA] = AGAIN(MAIL_ADMIN,
	    "the account has used up what it may send or do for now",
	    "wait some hours, and send less or from several accounts"),
	[MEANS_LOCKED_FOR_NOW] = AGAIN(USER,
	    "the account is locked for a while after failed attempts",
	    "wait, find what tries a wrong password, and ask an administrator "
	    "if it stays"),
	[MEANS_MAIL_TROUBLE] = AGAIN(PROVIDER,
	    "the mail server has trouble of its own that passes", WAIT),
	[MEANS_TOKEN_ENDS_SOON] = AGAIN(MAIL_ADMIN,
	    "the mail server wants a token that lives longer than this one",
	    "run: sasl-bearer refresh ACCOUNT; set renew_before to 900 or "
	    "more"),
	[MEANS_IN_USE] = AGAIN(USER, "another program has the mailbox open",
	    "wait, or close the other program"),
	[MEANS_GREYLISTED] = AGAIN(PROVIDER,
	    "the mail server takes this message only at a later attempt", WAIT),
	[MEANS_LOCAL_SHORTAGE] = AGAIN(MAIL_ADMIN,
	    "this machine or the server is out of memory, space or files",
	    "look at free memory, disk space and limits"),
	[MEANS_MAILBOX_FULL] = AGAIN(USER, "the mailbox is full",
	    "make room in the mailbox, or ask for a larger one"),

	[MEANS_LOGIN_ENDED] = REAUTH(
	    "the login has ended: it was revoked, has expired, or was made "
	    "for another application",
	    LOGIN),
	[MEANS_LOGIN_EXPIRED] = REAUTH(
	    "the login has expired, by age or because it was not used", LOGIN),
	[MEANS_LOGIN_REVOKED] = REAUTH(
	    "the login was revoked, by the person, an administrator or a "
	    "password change",
	    LOGIN),
	[MEANS_LOGIN_MISSING] =
	    REAUTH("nobody is logged in for this yet", LOGIN),
	[MEANS_PASSWORD_EXPIRED] =
	    REAUTH("the person's password has expired or must be changed",
		"change the password at the provider, then " LOGIN),
	[MEANS_PASSWORD_CHANGED] =
	    REAUTH("the password was changed, which ended the login", LOGIN),
	[MEANS_PASSWORD_WRONG] =
	    REAUTH("the user name or password typed at the provider is wrong",
		LOGIN ", and take care of name and password"),
	[MEANS_SECOND_FACTOR] =
	    REAUTH("the provider wants a second factor from the person", LOGIN),
	[MEANS_SECOND_FACTOR_SETUP] =
	    REAUTH("the person must first set up a second factor",
		"sign in once in a browser and set it up, then " LOGIN),
	[MEANS_PERSON_NEEDED] =
	    REAUTH("the provider wants to see a person", LOGIN),
	[MEANS_CONSENT] = REAUTH("nobody has consented to this access yet",
	    LOGIN " and agree; an administrator may have to consent"),
	[MEANS_DECLINED] = REAUTH("the person declined, or closed the page",
	    LOGIN " and agree"),
	[MEANS_CODE_EXPIRED] = REAUTH("the code was not used in time",
	    LOGIN " and enter the new code soon"),
	[MEANS_CODE_USED] =
	    REAUTH("the code was used already, or belongs to another login",
		LOGIN " for a new one"),
	[MEANS_CODE_WRONG] = REAUTH("the provider does not know the code",
	    LOGIN " and enter the code exactly as it is shown"),
	[MEANS_BROWSER_NEEDED] = REAUTH(
	    "the provider wants the person to sign in with a browser first",
	    "sign in there with a browser, answer what it asks, then " LOGIN),
	[MEANS_LOOPBACK_ENDED] = REAUTH(
	    "the browser came back to this machine, but no login was waiting "
	    "there any more",
	    LOGIN ", and use the browser while it runs"),
	[MEANS_ACCOUNT_SETUP] = REAUTH(
	    "the account is not complete: something is open for its person",
	    "sign in there with a browser, finish what it asks, then " LOGIN),
	[MEANS_FLOW_BROKEN] = REAUTH(
	    "this attempt to log in is stale or was mixed up with another",
	    LOGIN ", in a fresh browser window"),

	[MEANS_CLIENT_REFUSED] = CONFIG(
	    "the provider does not accept the application",
	    "check client_id, client_secret_file and client_auth, and whether "
	    "the secret has expired"),
	[MEANS_CLIENT_MAY_NOT] = CONFIG("the application may not do this",
	    "check client_id and tenant, and what the application is allowed "
	    "at the provider"),
	[MEANS_CLIENT_UNKNOWN] =
	    CONFIG("the provider does not know the application here",
		"check client_id, tenant and the provider's address"),
	[MEANS_CLIENT_DELETED] = CONFIG(
	    "the application was deleted at the provider",
	    "register the application anew and set its client_id, then log in"),
	[MEANS_SECRET_WRONG] = CONFIG("the application's secret is wrong",
	    "put the secret's value (not its id) into client_secret_file; "
	    "check client_auth"),
	[MEANS_SECRET_EXPIRED] = CONFIG("the application's secret has expired",
	    "make a new secret at the provider and put it into "
	    "client_secret_file"),
	[MEANS_SECRET_MISSING] =
	    CONFIG("the provider wants a secret from this application",
		"set client_secret_file, or allow public client flows for the "
		"application"),
	[MEANS_SECRET_UNWANTED] =
	    CONFIG("a secret was sent, but this application is a public one",
		"remove client_secret_file, or set client_auth to none"),
	[MEANS_SCOPE] =
	    CONFIG("the provider does not know the scope, or it is too wide",
		"check scope"),
	[MEANS_SCOPE_TOO_SMALL] =
	    CONFIG("the token was made for another scope than the server wants",
		"set scope to what the server wants, then "
		"run: sasl-bearer login ACCOUNT"),
	[MEANS_RESOURCE] =
	    CONFIG("the scope belongs to no service that this tenant has",
		"check scope and tenant"),
	[MEANS_TENANT] = CONFIG("the provider does not know the tenant",
	    "check tenant: its domain or its GUID, and the right cloud"),
	[MEANS_TENANT_NEEDED] = CONFIG(
	    "the request must name the tenant itself",
	    "set tenant to the domain or GUID, not common or organizations"),
	[MEANS_CLOUD] =
	    CONFIG("the account or application lives in another national cloud",
		"set token_endpoint and device_endpoint of that cloud"),
	[MEANS_WRONG_ACCOUNT] =
	    CONFIG("this account does not belong to the tenant that was asked",
		"check tenant, and log in with the right account; or have it "
		"added as a guest"),
	[MEANS_USER_UNKNOWN] = CONFIG("the provider does not know this user",
	    "check the account's spelling, user and tenant"),
	[MEANS_REDIRECT] =
	    CONFIG("the redirect address is not registered for the application",
		"register the address that login uses (http://localhost) with "
		"the application"),
	[MEANS_GRANT_TYPE] =
	    CONFIG("the endpoint does not do this kind of login",
		"check token_endpoint and what the application is allowed"),
	[MEANS_REQUEST] = CONFIG("the provider does not understand the request",
	    "check token_endpoint, client_id and scope"),
	[MEANS_ENDPOINT] = CONFIG(
	    "that address is not an endpoint that takes such a request",
	    "check token_endpoint, device_endpoint and tenant; redirects are "
	    "not followed"),
	[MEANS_CLOCK] = CONFIG(
	    "a time in the request is off: this machine's clock is wrong",
	    "set the clock (NTP), then try again"),
	[MEANS_ASSERTION] = CONFIG(
	    "the provider does not accept the application's assertion",
	    "check the key, the certificate registered with the application, "
	    "and the clock"),
	[MEANS_FEDERATED] = CONFIG(
	    "no federated credential of the application fits the assertion",
	    "compare issuer, subject and audience with what is registered"),
	[MEANS_DPOP] = CONFIG(
	    "the provider wants tokens that are bound to a key",
	    "let the application have plain bearer tokens; mail servers take "
	    "no others"),
	[MEANS_CERTIFICATE] = CONFIG(
	    "the server's certificate comes from no authority trusted here",
	    "set ca_file to the authority's certificate, or find out what "
	    "intercepts TLS there"),
	[MEANS_CERTIFICATE_EXPIRED] = CONFIG(
	    "a certificate of the server has expired, or the clock is wrong",
	    "check this machine's clock; else the server needs a new "
	    "certificate"),
	[MEANS_CERTIFICATE_NAME] = CONFIG(
	    "the server's certificate is for another name",
	    "use the name that is in the certificate, and check DNS and proxy"),
	[MEANS_CERTIFICATE_REVOKED] =
	    CONFIG("the server's certificate was revoked",
		"do not trust it; the server needs a new certificate"),
	[MEANS_CERTIFICATE_SELF_SIGNED] =
	    CONFIG("the server's certificate is self-signed, or signed by an "
		   "authority that is not trusted here",
		"set ca_file to that authority's certificate, or find out what "
		"intercepts TLS there"),
	[MEANS_CERTIFICATE_TOO_EARLY] = CONFIG(
	    "the server's certificate is not valid yet, or the clock is wrong",
	    "check this machine's clock"),
	[MEANS_CA_FILE] = CONFIG("the certificates to trust cannot be read",
	    "check ca_file, ca_dir or the system's bundle (package "
	    "ca-certificates)"),
	[MEANS_CLIENT_CERTIFICATE] = CONFIG(
	    "the server does not accept, or lacks, this side's certificate",
	    "check the certificate and key that the mail program or proxy "
	    "presents"),
	[MEANS_TLS_VERSION] = CONFIG(
	    "the two sides have no TLS version or cipher in common",
	    "update the older side, or allow what it needs for this server"),
	[MEANS_TLS_NOT_SPOKEN] = CONFIG(
	    "the other side does not speak TLS on this port",
	    "check host and port (465 and 993 are TLS, 587 and 143 STARTTLS), "
	    "and proxy"),
	[MEANS_TLS_FAILED] = CONFIG("the TLS handshake failed",
	    "check the clock, the port and what intercepts TLS; openssl "
	    "s_client shows more"),
	[MEANS_STARTTLS] =
	    CONFIG("the mail server wants TLS before a login, or has none",
		"let the mail program use TLS (Postfix: "
		"smtp_tls_security_level = encrypt) at the right port"),
	[MEANS_PROXY_PASSWORD] = CONFIG("the proxy wants a password",
	    "set it in proxy, or use another way out"),
	[MEANS_PROXY_DENIES] = CONFIG(
	    "a proxy or filter on the way does not let the request through",
	    "have it allow the provider's host, or set proxy to another or "
	    "to none"),
	[MEANS_PROXY_GONE] = CONFIG("the proxy cannot be reached",
	    "check proxy, or set it to none"),
	[MEANS_PORTAL] = CONFIG("a web page answered where the provider should",
	    "check token_endpoint and proxy; a portal or filter may stand "
	    "between"),
	[MEANS_NO_MECHANISM] = CONFIG(
	    "the mail program found no login method that both sides have",
	    "check that the module is installed and the server offers XOAUTH2 "
	    "(Postfix: smtp_sasl_tls_security_options = noanonymous)"),
	[MEANS_MECHANISM_UNKNOWN] =
	    CONFIG("the mail server does not offer this login method here",
		"use TLS and the provider's own host and port; XOAUTH2 must be "
		"among what it offers"),
	[MEANS_BASIC_USED] = CONFIG(
	    "a password was sent (LOGIN or PLAIN) where only OAuth is taken",
	    "let the mail program use XOAUTH2 for this server "
	    "(smtp_sasl_mechanism_filter)"),
	[MEANS_PASSWORD_UNSET] = CONFIG(
	    "the mail program wants a password before it logs in",
	    "give it any word where this module sends the token; elsewhere let "
	    "it run: sasl-bearer token ACCOUNT"),
	[MEANS_NOT_LOGGED_IN] =
	    CONFIG("the mail program did not log in before it sent",
		"check that it uses SASL for this server (Postfix: "
		"smtp_sasl_auth_enable, smtp_sasl_password_maps)"),
	[MEANS_RESPONSE_BROKEN] = CONFIG(
	    "the mail server cannot read what the mail program sent as login",
	    "check for another XOAUTH2 module, and that nothing changes the "
	    "token on its way"),
	[MEANS_RESPONSE_TOO_LONG] = CONFIG(
	    "the login is longer than the server or the mail program takes",
	    "make the token smaller: fewer groups, roles or scopes in it"),
	[MEANS_LOCAL_FILE] = CONFIG("a file cannot be read or written here",
	    "check path, owner and mode; see reader and renewer in "
	    "sasl-bearer.conf(5)"),
	[MEANS_SASL_FAILED] = CONFIG(
	    "the SASL library failed; its text does not say why",
	    "look for the line of sasl-bearer just before it in the log, and "
	    "run: sasl-bearer status"),
	[MEANS_OUT_OF_SEQUENCE] =
	    CONFIG("the server does not take this command now or at all",
		"check host and port, and that TLS comes before the login"),
	[MEANS_EMBEDDED_BROWSER] =
	    CONFIG("the provider does not accept this browser for a login",
		"open the address in an ordinary browser"),

	[MEANS_POLICY] = ADMIN("a policy of the organisation blocks this",
	    "ask the organisation's administrator for an exception for this "
	    "account and application"),
	[MEANS_DEVICE] =
	    ADMIN("a policy wants a managed, registered or compliant device",
		"ask for an exception for this account, or log in on such a "
		"device"),
	[MEANS_LOCATION] =
	    ADMIN("a policy does not allow this network or place",
		"have this host's address allowed in conditional access"),
	[MEANS_RISK] =
	    ADMIN("the provider takes the login or the account for a risk",
		"an administrator checks and dismisses the risk; then "
		"run: sasl-bearer login ACCOUNT"),
	[MEANS_ADMIN_CONSENT] = ADMIN(
	    "an administrator must approve the application first",
	    "ask an administrator to approve the application and its scope for "
	    "the organisation, then " LOGIN),
	[MEANS_NOT_ASSIGNED] =
	    ADMIN("the user is not assigned to the application",
		"have the user assigned to it (enterprise applications)"),
	[MEANS_USER_DISABLED] = ADMIN("the account is disabled or suspended",
	    "have the account enabled, then run: sasl-bearer login ACCOUNT"),
	[MEANS_USER_LOCKED] = ADMIN("the account is locked",
	    "have an administrator unlock the account"),
	[MEANS_APP_DISABLED] =
	    ADMIN("the application is disabled or blocked at the provider",
		"have the application enabled there"),
	[MEANS_APP_UNVERIFIED] = ADMIN(
	    "the application is in testing or not verified by the provider",
	    "add the account as a test user, or have the application "
	    "published or internal"),
	[MEANS_ORG_ONLY] = ADMIN(
	    "the application is only for users of its own organisation",
	    "log in with an account of it, or have the application opened to "
	    "others"),
	[MEANS_PROVIDER_SETUP] =
	    ADMIN("something is not set up for this at the provider",
		"have the provider's administrator look at the sign-in log"),
	[MEANS_LICENCE] =
	    ADMIN("the account or tenant has no subscription for this",
		"have a licence with a mailbox assigned to the account"),
	[MEANS_SMTP_OFF_TENANT] = ADMIN(
	    "SMTP AUTH is switched off for the whole tenant",
	    "Set-CASMailbox USER -SmtpClientAuthenticationDisabled $false (or "
	    "Set-TransportConfig for all)"),
	[MEANS_SMTP_OFF_MAILBOX] =
	    ADMIN("SMTP AUTH is switched off for this mailbox",
		"Set-CASMailbox USER -SmtpClientAuthenticationDisabled $false"),
	[MEANS_PROTOCOL_OFF] = ADMIN(
	    "the protocol is switched off for this mailbox",
	    "have IMAP, POP or SMTP enabled for the mailbox (Set-CASMailbox, "
	    "or the mail settings)"),
	[MEANS_SECURITY_DEFAULTS] =
	    ADMIN("the tenant's security defaults block this login",
		"see that XOAUTH2 is used, not a password; else have SMTP AUTH "
		"allowed by conditional access instead"),
	[MEANS_BASIC_OFF] = CONFIG(
	    "a password was sent, but password logins are switched off there",
	    "let the mail program use XOAUTH2 for this server "
	    "(smtp_sasl_mechanism_filter)"),
	[MEANS_SEND_AS] = ADMIN(
	    "the login is good, but it may not send with this sender address",
	    "send as the mailbox itself, or have Send As granted for that "
	    "address"),
	[MEANS_SENDER_BLOCKED] =
	    ADMIN("the provider has blocked this sender, mostly for spam",
		"stop what sent it; then have the sender unblocked (restricted "
		"entities)"),
	[MEANS_RELAY] = ADMIN(
	    "the server does not relay for this sender, host or recipient",
	    "check that the mail program logs in there, and the server's "
	    "connectors"),
	[MEANS_ACCESS_DENIED] =
	    REAUTH("access was denied by the person or by a policy",
		LOGIN " and agree; if it comes again, ask the administrator"),

	[MEANS_TOKEN_REFUSED] = REFUSED(MAIL_ADMIN,
	    "the server did not accept this token for this user",
	    "run: sasl-bearer refresh ACCOUNT; then check user, scope and the "
	    "rights of the mailbox"),
	[MEANS_TOKEN_EXPIRED] = REFUSED(MAIL_ADMIN,
	    "the access token had expired when it was presented",
	    "run: sasl-bearer refresh ACCOUNT, and check the clocks of both "
	    "sides"),
	[MEANS_MAILBOX_REFUSED] = REFUSED(TENANT_ADMIN,
	    "the token is good, but the mailbox did not open",
	    "check user, and that the mailbox exists, has IMAP or POP "
	    "enabled and grants FullAccess"),
	[MEANS_USER_MISMATCH] = REFUSED(MAIL_ADMIN,
	    "the token belongs to another user than the one named",
	    "check user, user_imap and user_smtp, and who logged in"),
	[MEANS_NO_RIGHTS] = REFUSED(TENANT_ADMIN,
	    "the login is good, but it has no right to do this",
	    "check user, scope and the rights of the mailbox"),
	[MEANS_ADDRESS] =
	    REFUSED(USER, "the mail server does not take this address",
		"check the recipient's and the sender's address; the login is "
		"not the cause"),
	[MEANS_MESSAGE] =
	    REFUSED(USER, "the mail server does not take this message",
		"read the server's reason; the login is not the cause"),
};

const struct explain_codes *const explain_codes[CODE_KIND_COUNT] = {
	[CODE_AADSTS] = &explain_entra_codes,
	[CODE_MSIS] = &explain_entra_msis,
	[CODE_HEX] = &explain_entra_hex,
	[CODE_ENHANCED] = &explain_mail_enhanced,
	[CODE_SMTP] = &explain_mail_smtp,
	[CODE_HTTP] = &explain_net_http,
	[CODE_CURL] = &explain_net_curl,
	[CODE_VERIFY] = &explain_net_verify,
	[CODE_OPENSSL] = &explain_net_openssl,
	[CODE_SASL] = &explain_mail_sasl,
	[CODE_ERRNO] = &explain_net_errno,
};

const struct explain_phrases *const explain_phrases[] = {
	&explain_oauth_words,
	&explain_mail_phrases,
	&explain_net_phrases,
	&explain_page_phrases,
};
const size_t explain_phrases_count = EXPLAIN_ROWS(explain_phrases);
