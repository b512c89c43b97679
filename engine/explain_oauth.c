/* SPDX-FileCopyrightText: the sasl-bearer authors */
/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Error words: RFC 6749, 6750, 8628, 8707, 9101, 9126, 9396, 9449, OpenID
 * Connect, and what providers add to them.
 */

#include "explain_table.h"

#define WORD(word, meaning) \
	{ \
		word, MEANS_##meaning, STRENGTH_WORD, NULL, NULL \
	}
#define SAY(word, meaning, cause) \
	{ \
		word, MEANS_##meaning, STRENGTH_WORD, cause, NULL \
	}
#define ACT(word, meaning, cause, next) \
	{ \
		word, MEANS_##meaning, STRENGTH_WORD, cause, next \
	}
/* Words with many reasons: what stands beside them decides. */
#define VAGUE(word, meaning) \
	{ \
		word, MEANS_##meaning, STRENGTH_VAGUE, NULL, NULL \
	}
/* suberror and error_subtype: they say more than the error. */
#define SUB(word, meaning) \
	{ \
		word, MEANS_##meaning, STRENGTH_REASON, NULL, NULL \
	}

static const struct explain_phrase words[] = {
	/* RFC 6749 */
	VAGUE("invalid_grant", LOGIN_ENDED),
	VAGUE("invalid_request", REQUEST),
	VAGUE("invalid_client", CLIENT_REFUSED),
	VAGUE("unauthorized_client", CLIENT_MAY_NOT),
	VAGUE("unsupported_grant_type", GRANT_TYPE),
	VAGUE("unsupported_response_type", GRANT_TYPE),
	VAGUE("unsupported_response_mode", GRANT_TYPE),
	VAGUE("invalid_scope", SCOPE),
	VAGUE("access_denied", ACCESS_DENIED),
	VAGUE("server_error", OUTAGE),
	SAY("temporarily_unavailable", OUTAGE, "the provider is overloaded"),
	/* RFC 6750, 7628 */
	VAGUE("invalid_token", TOKEN_REFUSED),
	WORD("insufficient_scope", SCOPE_TOO_SMALL),
	/* RFC 8628 */
	WORD("authorization_pending", PENDING),
	SAY("slow_down", THROTTLED, "the provider is asked too often"),
	WORD("expired_token", CODE_EXPIRED),
	WORD("authorization_declined", DECLINED),
	WORD("bad_verification_code", CODE_WRONG),
	WORD("code_expired", CODE_EXPIRED),
	WORD("incorrect_device_code", CODE_WRONG),
	WORD("device_flow_disabled", CLIENT_MAY_NOT),
	/* RFC 8707, 9101, 9126, 9396, 9449, 7009, 7521, 7591 */
	SAY("invalid_target", RESOURCE,
	    "the scope belongs to no service that the provider has"),
	WORD("invalid_resource", RESOURCE),
	WORD("invalid_request_uri", REQUEST),
	WORD("invalid_request_object", REQUEST),
	WORD("request_not_supported", REQUEST),
	WORD("request_uri_not_supported", REQUEST),
	WORD("registration_not_supported", REQUEST),
	WORD("invalid_authorization_details", SCOPE),
	WORD("invalid_dpop_proof", DPOP),
	WORD("use_dpop_nonce", DPOP),
	WORD("unsupported_token_type", REQUEST),
	WORD("invalid_assertion", ASSERTION),
	WORD("invalid_redirect_uri", REDIRECT),
	WORD("invalid_client_metadata", CLIENT_REFUSED),
	WORD("unmet_authentication_requirements", SECOND_FACTOR),
	WORD("insufficient_user_authentication", SECOND_FACTOR),
	WORD("invalid_issuer", ENDPOINT),
	WORD("transaction_failed", FLOW_BROKEN),
	/* OpenID Connect */
	WORD("interaction_required", PERSON_NEEDED),
	WORD("login_required", PERSON_NEEDED),
	WORD("ui_required", PERSON_NEEDED),
	WORD("account_selection_required", PERSON_NEEDED),
	WORD("session_selection_required", PERSON_NEEDED),
	WORD("consent_required", CONSENT),
	WORD("unknown_user_id", USER_UNKNOWN),
	WORD("missing_user_code", REQUEST),
	WORD("invalid_user_code", CODE_WRONG),
	WORD("invalid_binding_message", REQUEST),
	/* Microsoft: suberror */
	SUB("user_password_expired", PASSWORD_EXPIRED),
	SUB("bad_token", LOGIN_ENDED),
	SUB("token_expired", LOGIN_EXPIRED),
	SUB("protection_policy_required", POLICY),
	SUB("client_mismatch", LOGIN_ENDED),
	SUB("device_authentication_failed", DEVICE),
	SUB("basic_action", PERSON_NEEDED),
	SUB("additional_action", SECOND_FACTOR),
	SUB("message_only", POLICY),
	WORD("native_client_blocked", POLICY),
	WORD("invalid_tenant", TENANT),
	WORD("invalid_instance", CLOUD),
	WORD("redirect_uri_mismatch", REDIRECT),
	/* Google */
	SUB("invalid_rapt", LOGIN_EXPIRED),
	SUB("rapt_required", LOGIN_EXPIRED),
	ACT("admin_policy_enforced", POLICY,
	    "the Workspace administrator does not allow this application",
	    "have it trusted in the admin console (API controls)"),
	WORD("org_internal", ORG_ONLY),
	WORD("disallowed_useragent", EMBEDDED_BROWSER),
	WORD("deleted_client", CLIENT_DELETED),
	WORD("disabled_client", APP_DISABLED),
	WORD("restricted_client", SCOPE),
	WORD("rate_limit_exceeded", THROTTLED),
	WORD("user_rate_limit_exceeded", THROTTLED),
	WORD("quota_exceeded", QUOTA),
	WORD("account_disabled", USER_DISABLED),
	WORD("user_disabled", USER_DISABLED),
	WORD("access_not_configured", PROVIDER_SETUP),
	WORD("service_disabled", PROVIDER_SETUP),
	WORD("policy_enforced", POLICY),
	WORD("web_login_required", BROWSER_NEEDED),
	/* Keycloak, Okta, Auth0, GitLab, Ory and others */
	VAGUE("not_allowed", CLIENT_MAY_NOT),
	WORD("unauthorized_user", NO_RIGHTS),
	WORD("mfa_required", SECOND_FACTOR),
	WORD("mfa_enrollment_required", SECOND_FACTOR_SETUP),
	WORD("mfa_registration_required", SECOND_FACTOR_SETUP),
	WORD("password_expired", PASSWORD_EXPIRED),
	WORD("password_change_required", PASSWORD_EXPIRED),
	WORD("account_locked", USER_LOCKED),
	WORD("locked_out", USER_LOCKED),
	WORD("user_locked", USER_LOCKED),
	WORD("too_many_attempts", LOCKED_FOR_NOW),
	WORD("too_many_requests", THROTTLED),
	WORD("too_many_logins", LOCKED_FOR_NOW),
	WORD("unverified_email", ACCOUNT_SETUP),
	WORD("email_not_verified", ACCOUNT_SETUP),
	VAGUE("unauthorized", NO_RIGHTS),
	WORD("invalid_user_password", PASSWORD_WRONG),
	WORD("incorrect_client_credentials", SECRET_WRONG),
	WORD("application_suspended", APP_DISABLED),
	WORD("refresh_token_error", LOGIN_ENDED),
	WORD("token_inactive", LOGIN_ENDED),
	WORD("inactive_token", LOGIN_ENDED),
	WORD("token_revoked", LOGIN_REVOKED),
	WORD("token_not_found", LOGIN_ENDED),
	WORD("user_not_found", USER_UNKNOWN),
	WORD("user_session_not_found", LOGIN_ENDED),
	WORD("session_expired", LOGIN_EXPIRED),
	WORD("expired_code", CODE_EXPIRED),
	WORD("invalid_code", CODE_USED),
	WORD("client_not_found", CLIENT_UNKNOWN),
	WORD("client_disabled", APP_DISABLED),
	WORD("invalid_client_credentials", SECRET_WRONG),
	WORD("invalid_user_credentials", PASSWORD_WRONG),
	WORD("resolve_required_actions", ACCOUNT_SETUP),
	WORD("user_temporarily_disabled", LOCKED_FOR_NOW),
	WORD("unknown_error", OUTAGE),
	/* Yahoo, Zoho, Yandex */
	WORD("invalid_refresh_token", LOGIN_ENDED),
	WORD("invalid_access_token", TOKEN_REFUSED),
	WORD("invalid_authentication_token", TOKEN_REFUSED),
	WORD("account_not_verified", ACCOUNT_SETUP),
};

const struct explain_phrases explain_oauth_words = { words,
	EXPLAIN_ROWS(words) };
