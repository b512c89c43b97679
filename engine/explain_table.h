/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * The table of explanations, in parts: what there is to say (meanings), and
 * which codes, phrases and words lead there. Data only.
 */

#ifndef EXPLAIN_TABLE_H
#define EXPLAIN_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "explain.h"

/* What can be said. explain_meaning.c has a row for each. */
enum meaning {
	/* nothing to say */
	MEANS_UNKNOWN,
	MEANS_SUCCESS,
	MEANS_NEWS, /* an error code that is not in the table */
	/* passes by itself */
	MEANS_OUTAGE,
	MEANS_THROTTLED,
	MEANS_LOOP,
	MEANS_TIMEOUT,
	MEANS_CONNECTION_REFUSED,
	MEANS_CONNECTION_LOST,
	MEANS_NO_ROUTE,
	MEANS_NO_NAME,
	MEANS_PENDING,
	MEANS_TOO_MANY_CONNECTIONS,
	MEANS_QUOTA,
	MEANS_LOCKED_FOR_NOW,
	MEANS_MAIL_TROUBLE,
	MEANS_TOKEN_ENDS_SOON,
	MEANS_IN_USE,
	MEANS_GREYLISTED,
	MEANS_LOCAL_SHORTAGE,
	MEANS_MAILBOX_FULL,
	/* somebody logs in again */
	MEANS_LOGIN_ENDED,
	MEANS_LOGIN_EXPIRED,
	MEANS_LOGIN_REVOKED,
	MEANS_LOGIN_MISSING,
	MEANS_PASSWORD_EXPIRED,
	MEANS_PASSWORD_CHANGED,
	MEANS_PASSWORD_WRONG,
	MEANS_SECOND_FACTOR,
	MEANS_SECOND_FACTOR_SETUP,
	MEANS_PERSON_NEEDED,
	MEANS_CONSENT,
	MEANS_DECLINED,
	MEANS_CODE_EXPIRED,
	MEANS_CODE_USED,
	MEANS_CODE_WRONG,
	MEANS_BROWSER_NEEDED,
	MEANS_LOOPBACK_ENDED,
	MEANS_ACCOUNT_SETUP,
	MEANS_FLOW_BROKEN,
	/* our configuration, or the mail program's */
	MEANS_CLIENT_REFUSED,
	MEANS_CLIENT_MAY_NOT,
	MEANS_CLIENT_UNKNOWN,
	MEANS_CLIENT_DELETED,
	MEANS_SECRET_WRONG,
	MEANS_SECRET_EXPIRED,
	MEANS_SECRET_MISSING,
	MEANS_SECRET_UNWANTED,
	MEANS_SCOPE,
	MEANS_SCOPE_TOO_SMALL,
	MEANS_RESOURCE,
	MEANS_TENANT,
	MEANS_TENANT_NEEDED,
	MEANS_CLOUD,
	MEANS_WRONG_ACCOUNT,
	MEANS_USER_UNKNOWN,
	MEANS_REDIRECT,
	MEANS_GRANT_TYPE,
	MEANS_REQUEST,
	MEANS_ENDPOINT,
	MEANS_CLOCK,
	MEANS_ASSERTION,
	MEANS_FEDERATED,
	MEANS_DPOP,
	MEANS_CERTIFICATE,
	MEANS_CERTIFICATE_EXPIRED,
	MEANS_CERTIFICATE_NAME,
	MEANS_CERTIFICATE_REVOKED,
	MEANS_CERTIFICATE_SELF_SIGNED,
	MEANS_CERTIFICATE_TOO_EARLY,
	MEANS_CA_FILE,
	MEANS_CLIENT_CERTIFICATE,
	MEANS_TLS_VERSION,
	MEANS_TLS_NOT_SPOKEN,
	MEANS_TLS_FAILED,
	MEANS_STARTTLS,
	MEANS_PROXY_PASSWORD,
	MEANS_PROXY_DENIES,
	MEANS_PROXY_GONE,
	MEANS_PORTAL,
	MEANS_NO_MECHANISM,
	MEANS_MECHANISM_UNKNOWN,
	MEANS_BASIC_USED,
	MEANS_PASSWORD_UNSET,
	MEANS_NOT_LOGGED_IN,
	MEANS_RESPONSE_BROKEN,
	MEANS_RESPONSE_TOO_LONG,
	MEANS_LOCAL_FILE,
	MEANS_SASL_FAILED,
	MEANS_OUT_OF_SEQUENCE,
	MEANS_EMBEDDED_BROWSER,
	/* something must change at the provider */
	MEANS_POLICY,
	MEANS_DEVICE,
	MEANS_LOCATION,
	MEANS_RISK,
	MEANS_ADMIN_CONSENT,
	MEANS_NOT_ASSIGNED,
	MEANS_USER_DISABLED,
	MEANS_USER_LOCKED,
	MEANS_APP_DISABLED,
	MEANS_APP_UNVERIFIED,
	MEANS_ORG_ONLY,
	MEANS_PROVIDER_SETUP,
	MEANS_LICENCE,
	MEANS_SMTP_OFF_TENANT,
	MEANS_SMTP_OFF_MAILBOX,
	MEANS_PROTOCOL_OFF,
	MEANS_SECURITY_DEFAULTS,
	MEANS_BASIC_OFF,
	MEANS_SEND_AS,
	MEANS_SENDER_BLOCKED,
	MEANS_RELAY,
	MEANS_ACCESS_DENIED,
	/* the server said no */
	MEANS_TOKEN_REFUSED,
	MEANS_TOKEN_EXPIRED,
	MEANS_MAILBOX_REFUSED,
	MEANS_USER_MISMATCH,
	MEANS_NO_RIGHTS,
	MEANS_ADDRESS,
	MEANS_MESSAGE,
	MEANS_COUNT,
};

struct explain_meaning {
	enum explain_class class;
	enum explain_who who;
	const char *cause, *next;
};
extern const struct explain_meaning explain_meanings[MEANS_COUNT];

/*
 * How much a mark decides; the strongest mark of a text wins. A row may have
 * a strength of its own between these.
 */
enum strength {
	STRENGTH_NONE = 0,
	STRENGTH_HINT = 10,   /* a shape: 4yz, a line that says NO */
	STRENGTH_CLASS = 20,  /* an HTTP status, an enhanced status by class */
	STRENGTH_LOOSE = 30,  /* words that say little */
	STRENGTH_REPLY = 40,  /* a reply that has several reasons */
	STRENGTH_VAGUE = 50,  /* invalid_grant and its kind */
	STRENGTH_FAMILY = 60, /* an unknown number of a known family */
	STRENGTH_WORDS = 70,  /* words that belong together */
	STRENGTH_WORD = 80,   /* an error word, or the number of a library */
	STRENGTH_PHRASE = 90, /* a reason in a product's own words */
	STRENGTH_REASON = 97, /* suberror, error_subtype */
	STRENGTH_CODE = 100,  /* a number that has one reason */
};

/* A number. cause and next may be NULL: as in the meaning. */
struct explain_code {
	uint32_t number;
	uint8_t meaning;
	uint8_t strength;
	const char *cause, *next;
};

/* Kinds of numbers. explain_codes[] has the rows of each. */
enum code_kind {
	CODE_AADSTS,
	CODE_MSIS,
	CODE_HEX,
	CODE_ENHANCED,
	CODE_SMTP,
	CODE_HTTP,
	CODE_CURL,
	CODE_VERIFY,  /* X509_V_ERR_... of OpenSSL */
	CODE_OPENSSL, /* reasons of its SSL library */
	CODE_SASL,    /* SASL_..., without the sign */
	CODE_ERRNO,   /* of Linux, and of Winsock */
	CODE_KIND_COUNT,
};

struct explain_codes {
	const char *prefix; /* of the code as it is shown */
	const struct explain_code *rows;
	size_t count;
};
extern const struct explain_codes *const explain_codes[CODE_KIND_COUNT];

/* An enhanced status (RFC 3463) as a number. */
#define ENHANCED(class, subject, detail) \
	((class) * 1000000U + (subject)*1000U + (detail))

/*
 * Words in the order of a text. pattern is of folded text (explain_fold.h):
 * lower case, without accents and punctuation. Several are separated by |.
 *
 *	word*	a word that begins so
 *	*word	also within a word
 *	~	up to seven words, or none
 *	a_b	a_b or aB; "a b" counts too, for less
 */
struct explain_phrase {
	const char *pattern;
	uint8_t meaning;
	uint8_t strength;
	const char *cause, *next;
};

struct explain_phrases {
	const struct explain_phrase *rows;
	size_t count;
};
extern const struct explain_phrases *const explain_phrases[];
extern const size_t explain_phrases_count;

/* The tables that the two above are made of. */
extern const struct explain_phrases explain_oauth_words, explain_mail_phrases,
    explain_net_phrases, explain_page_phrases;
extern const struct explain_codes explain_mail_enhanced, explain_mail_smtp,
    explain_mail_sasl, explain_net_http, explain_net_curl, explain_net_verify,
    explain_net_openssl, explain_net_errno, explain_entra_codes,
    explain_entra_msis, explain_entra_hex;

/* What words mean in any language; a rule below needs some of them together. */
enum concept {
	CONCEPT_AUTH,
	CONCEPT_FAILED,
	CONCEPT_TOKEN,
	CONCEPT_REFRESH,
	CONCEPT_EXPIRED,
	CONCEPT_REVOKED,
	CONCEPT_PASSWORD,
	CONCEPT_WRONG,
	CONCEPT_DENIED,
	CONCEPT_CERTIFICATE,
	CONCEPT_TRUST,
	CONCEPT_TIMEOUT,
	CONCEPT_CONNECT,
	CONCEPT_RESOLVE,
	CONCEPT_HOST,
	CONCEPT_ADMIN,
	CONCEPT_APPROVE,
	CONCEPT_CONSENT,
	CONCEPT_MANY,
	CONCEPT_TEMPORARY,
	CONCEPT_USER,
	CONCEPT_UNKNOWN,
	CONCEPT_DISABLED,
	CONCEPT_LOCKED,
	CONCEPT_FACTOR,
	CONCEPT_DEVICE,
	CONCEPT_POLICY,
	CONCEPT_PROXY,
	CONCEPT_CLIENT,
	CONCEPT_SECRET,
	CONCEPT_SCOPE,
	CONCEPT_REDIRECT,
	CONCEPT_SESSION,
	CONCEPT_REQUIRED,
	CONCEPT_MISSING,
	CONCEPT_CLOCK,
	CONCEPT_TENANT,
	CONCEPT_MAILBOX,
	CONCEPT_CODE,
	CONCEPT_UNSUPPORTED,
	CONCEPT_MECHANISM,
	CONCEPT_GRANT,
	CONCEPT_CHANGED,
	CONCEPT_MISMATCH,
	CONCEPT_SELF_SIGNED,
	CONCEPT_TLS,
	CONCEPT_RESET,
	CONCEPT_UNREACHABLE,
	CONCEPT_BROWSER,
	CONCEPT_SENDER,
	CONCEPT_LICENCE,
	CONCEPT_RISK,
	CONCEPT_DECLINED,
	CONCEPT_INTERNAL,
	CONCEPT_RIGHTS,
	CONCEPT_SUCCESS,
	CONCEPT_LONG,
	CONCEPT_PROTOCOL,
	CONCEPT_BASIC,
	CONCEPT_AGAIN,
	CONCEPT_ISSUER,
	CONCEPT_LOOPBACK,
	CONCEPT_NOT_OFFERED,
	CONCEPT_REQUEST,
	CONCEPT_COUNT,
};

/* Patterns as above, without _ and ~, for one language or several. */
struct explain_words {
	uint8_t concept;
	const char *patterns;
};
extern const struct explain_words explain_words[];
extern const size_t explain_words_count;
extern const struct explain_words explain_foreign_words[];
extern const size_t explain_foreign_words_count;

/* All concepts of need close together, and none of bar. */
struct explain_rule {
	uint64_t need, bar;
	uint8_t meaning;
	uint8_t strength;
};
extern const struct explain_rule explain_rules[];
extern const size_t explain_rules_count;

#define EXPLAIN_ROWS(rows) (sizeof(rows) / sizeof((rows)[0]))

#endif
