# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""What a provider does not let happen, made on purpose: it sends no browser
back, has moved, or its tenant has rules. Whoever asks afterwards must read what
is the matter, and what to do or whom to ask.
"""

import pytest

from lab.scripted import token_answer
from test_pains_network import (CONFIG, NO_SERVER, NOPERM, OBJECT, answer,
                                app_token, application, configure, doctor,
                                error_answer, login_at, person_token, refuse,
                                the)
from test_pains_status import notes

__all__ = ["application", "configure"]

toolonly = pytest.mark.toolonly


# 10: redirect addresses.

@toolonly
@pytest.mark.parametrize("text", [
    "AADSTS50011: The redirect URI 'http://localhost:8400/' specified in the "
    "request does not match the redirect URIs configured for the application",
    "Error 400: redirect_uri_mismatch"])
def test_pain_10_a_redirect_that_does_not_match(text, site):
    said = site.tool("explain", text).stdout
    assert "the redirect address is not registered" in said
    assert "register the address that login uses (http://localhost)" in said


# 24: a tenant's rules.

BLOCKED = "AADSTS53003: Access has been blocked by Conditional Access " \
    "policies. The access policy does not allow token issuance."
NO_CODES = "AADSTS530036: Access has been blocked by Conditional Access " \
    "policies. Authentication flows policy blocks device code flow."
FACTOR = "AADSTS50076: Due to a configuration change made by your " \
    "administrator, or because you moved to a new location, you must use " \
    "multi-factor authentication to access the resource."
ENROL = "AADSTS50079: Due to a configuration change made by your " \
    "administrator, you must enroll in multi-factor authentication."
CONSENT = "AADSTS65001: The user or administrator has not consented to use " \
    "the application with that ID."
APPROVAL = "AADSTS90094: The grant requires admin permission. Ask an admin " \
    "to grant permission to this app before you can use it."

RULES = {
    # text: (error, exit code, what is the cause, what is to be done)
    BLOCKED: ("invalid_grant", CONFIG, "conditional access blocks this login",
              "if it blocks codes alone, run: sasl-bearer login --browser {}; "
              "else ask the tenant's administrator for an exception, and "
              "then run: sasl-bearer refresh --force {}"),
    NO_CODES: ("invalid_grant", CONFIG,
               "the policy blocks logging in with a code",
               "run: sasl-bearer login --browser {}; or ask the tenant's "
               "administrator to allow the device code flow, and then run: "
               "sasl-bearer refresh --force {}"),
    FACTOR: ("interaction_required", NOPERM, "wants a second factor: a policy",
             "run: sasl-bearer login --device {}"),
    ENROL: ("interaction_required", NOPERM,
            "the person must first set up a second factor",
            "run: sasl-bearer login --device {}"),
    CONSENT: ("invalid_grant", NOPERM,
              "neither the person nor an administrator consented",
              "run: sasl-bearer login --device {}"),
    APPROVAL: ("invalid_grant", CONFIG,
               "an administrator must approve the application first",
               "ask an administrator to approve the application and its scope "
               "for the organisation, then run: sasl-bearer login {}"),
}


def code_of(text):
    """The number that it begins with."""
    return text.split(":")[0]


@pytest.fixture(params=RULES, ids=code_of)
def rule(request):
    """(what the tenant says, how, exit code, cause, what to do)."""
    return request.param, *RULES[request.param]


@toolonly
def test_pain_24_a_rule_ends_a_renewal(rule, configure, entra, account):
    """The rule came after the login."""
    text, error, code, cause, step = rule
    site = configure()
    login_at(site, entra, account, person_token())
    entra.answers["/token"] = answer(error_answer(
        error, f"{text} Trace ID: {OBJECT}"))
    lines, after = doctor(site, "--renew", account, code=code)
    said, = the(lines, "wrong", "grant")
    assert cause in said and code_of(text) in said, said
    assert after.startswith(step.replace("{}", account)), after
    # It is kept.
    why, = notes(site, code)
    assert cause in why and code_of(text) in why, why
    lines, after = doctor(site, NO_SERVER, account, code=code)
    assert the(lines, "wrong", "grant") == [said]
    assert after.startswith(step.replace("{}", account)), after


@toolonly
@pytest.mark.parametrize("where", ["/device", "/token"])
def test_pain_24_a_rule_ends_a_login(where, rule, configure, entra, account):
    """Before the code is there, or after it was entered."""
    text, error, code, cause, _ = rule
    site = configure()
    entra.answers[where] = error_answer(error, text)
    done = site.tool("login", "--device", "--for=smtp", account, code=code)
    said = done.stderr
    assert said.count("\n") == 1 and cause in said, said
    assert code_of(text) in said, said
    if code == CONFIG:
        assert "administrator" in said, said
    if text in (BLOCKED, NO_CODES):
        assert "run: sasl-bearer login --browser" in said, said


def test_pain_24_the_mail_log_names_the_rule(
        rule, logged_in, make_postfix, dovecot, account, provider):
    text, error, code, cause, _ = rule
    refuse(logged_in, account, provider, {
        "error": error, "error_description": text})
    postfix = make_postfix(logged_in, dovecot, account)
    postfix.submit("pain 24")
    (status, _), = postfix.wait_for_deliveries(1)
    assert status == "deferred", postfix.log()
    said, = [line for line in postfix.warnings() if "SASL" in line]
    assert account in said and cause in said and code_of(text) in said, said
    if code == CONFIG:
        assert "administrator" in said, said
    if text in (BLOCKED, NO_CODES):
        assert "run: sasl-bearer login --browser" in said, said


@toolonly
def test_pain_24_an_application_has_no_other_way_to_log_in(
        application, entra, account):
    entra.answers["/token"] = answer(token_answer(app_token()))
    application.tool("login", account)
    entra.answers["/token"] = answer(error_answer("invalid_grant", BLOCKED))
    lines, after = doctor(application, "--renew", account, code=CONFIG)
    said, = the(lines, "wrong", "grant")
    assert "conditional access blocks this login" in said, said
    assert "ask the tenant's administrator for an exception" in said, said
    assert "--browser" not in said + after


@toolonly
def test_pain_24_a_page_that_refuses_is_thought_of(configure, entra, account):
    """A person enters the code, and the page says no: the provider tells that
    nobody else, and the code expires."""
    site = configure()
    status, headers, body = entra.answers["/device"]
    entra.answers["/device"] = status, headers, {**body, "expires_in": 1}
    entra.answers["/token"] = error_answer(
        "authorization_pending", "AADSTS70016: OAuth 2.0 device flow error. "
        "Authorization is pending. Continue polling.")
    said = site.tool("login", "--device", "--for=smtp", account,
                     code=NOPERM).stderr
    assert "the code was not entered in time, or the page refused it" in said
    assert "sasl-bearer explain" in said and "--browser" in said


@toolonly
def test_pain_24_the_question_of_the_sign_in_page_is_explained(site):
    said = site.tool("explain", "AADSTS50199").stdout
    assert "finish the login in the browser" in said
