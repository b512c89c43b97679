# SPDX-FileCopyrightText: the sasl-bearer authors
# SPDX-License-Identifier: BSD-2-Clause
"""What a provider does not let happen, made on purpose: it sends no browser
back, has moved, or its tenant has rules. Whoever asks afterwards must read what
is the matter, and what to do or whom to ask.
"""

import json
import re

import pytest

from lab.issuer import OIDC
from lab.process import wait_for
from lab.provider import PUBLIC
from lab.scripted import token_answer
from lab.webserver import WebServer
from test_browser import make_terminal
from test_discovery import know_by
from test_pains_network import (CONFIG, NO_SERVER, NOPERM, NOUSER, OBJECT,
                                TEMPFAIL, answer, app_token, application,
                                configure, doctor, error_answer, login_at,
                                person_token, refuse, the)
from test_pains_status import notes

__all__ = ["application", "configure", "make_terminal"]

toolonly = pytest.mark.toolonly


@pytest.fixture
def webserver(ca):
    """An https server with a page."""
    server = WebServer(ca).start()
    yield server
    server.stop()


# 10: redirect addresses.

TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d"

UNKNOWN = {
    # what is configured: the beginning of what is sent
    "http://127.0.0.1/elsewhere": "http://127.0.0.1:",
    "http://localhost/elsewhere": "http://localhost:",
    "https://login.example.com/elsewhere":
        "https://login.example.com/elsewhere",
}
"""None of them is registered with the lab's application."""


@pytest.fixture(params=UNKNOWN)
def unknown(request):
    """A redirect address that the provider does not know."""
    return request.param


@pytest.fixture
def redirected(make_site, account):
    """Makes a site with such an address, whose account nobody has logged in
    and that can log in by browser alone."""
    def make(uri, extra='grant = "authorization_code"'):
        return make_site(accounts=[account],
                         extra=f'redirect_uri = "{uri}"\n{extra}')
    return make


def must_name_the_redirect(text, site, uri):
    """What was sent, of which application, and what is to be registered."""
    assert f"sends no browser back to {UNKNOWN[uri]}" in text, text
    assert f"no redirect address of the application {PUBLIC}" \
        in text.replace("not a", "no"), text
    assert "(invalid_redirect); register " in text, text
    must_say_what_to_register(text, site, uri)


def must_say_what_to_register(text, site, uri):
    """The next step."""
    assert f"register {uri} " in text, text
    assert f"or set redirect_uri in {site.conf} to what" in text, text


@toolonly
def test_pain_10_a_login_by_browser_tells_it_before_anybody_is_troubled(
        unknown, redirected, account, make_terminal):
    site = redirected(unknown)
    terminal = make_terminal(site, account)
    said = " ".join(terminal.wait(CONFIG).split())
    must_name_the_redirect(said, site, unknown)
    assert "open" not in said.replace("opens", ""), "a page that leads nowhere"


@toolonly
def test_pain_10_it_is_known_after_a_login_that_failed(
        unknown, redirected, account, make_terminal):
    """status asks nobody."""
    site = redirected(unknown)
    make_terminal(site, account).wait(CONFIG)
    _, said = notes(site, NOPERM)
    assert re.match(rf"the last login, {TIME}, failed: ", said)
    must_name_the_redirect(said, site, unknown)


@toolonly
def test_pain_10_what_is_registered_afterwards_works(
        redirected, account, make_terminal, provider):
    """The same terminal, the same person."""
    site = redirected("http://127.0.0.1/elsewhere")
    make_terminal(site, account).wait(CONFIG)
    site.conf.write_text(site.conf.read_text().replace(
        "/elsewhere", "/signed/in?by=lab"))
    terminal = make_terminal(site, account)
    terminal.type(provider.sign_in(terminal.url, account) + "\n")
    assert f"{account} is logged in" in terminal.wait()
    assert notes(site, 0) == []


@toolonly
def test_pain_10_doctor_knows_it_before_a_login(unknown, redirected, account):
    site = redirected(unknown)
    lines, after = doctor(site, account, code=CONFIG)
    must_name_the_redirect(
        the(lines, "wrong", "grant")[0] + "; " + after, site, unknown)
    must_say_what_to_register(after, site, unknown)


@toolonly
def test_pain_10_doctor_knows_that_it_is_right(redirected, account):
    for uri in ("http://127.0.0.1/", "http://localhost",
                "https://login.example.com/done"):
        lines, after = doctor(redirected(uri), account, code=NOPERM)
        assert the(lines, "ok", "grant") == [
            f"grant: the provider sends browsers back to {uri} after a login"]
        assert f"login --browser {account}" in after


@toolonly
def test_pain_10_another_way_to_log_in_is_offered(redirected, account):
    """Codes need no redirect address."""
    site = redirected("http://127.0.0.1/elsewhere", extra="")
    site.more_env["BROWSER"] = "/bin/true"
    lines, after = doctor(site, account, code=NOPERM)
    said, = the(lines, "warning", "grant")
    assert "sends no browser back to http://127.0.0.1:" in said
    assert f"login --device {account}" in after
    del site.more_env["BROWSER"]
    site.login(account)
    site.more_env["BROWSER"] = "/bin/true"
    lines, after = doctor(site, NO_SERVER, account, code=TEMPFAIL)
    assert not the(lines, "warning", "grant"), "it was by a code"


# As Entra, Google and Keycloak tell it.
PAGES = {
    "AADSTS50011": (200, "<html><title>Sign in</title><p>AADSTS50011: The "
                    "redirect URI 'http://localhost:1/' specified in the "
                    "request does not match the redirect URIs configured for "
                    "the application. Make sure the redirect URI sent in the "
                    "request matches one added to your application."),
    "redirect_uri_mismatch": (400, "<html><h1>Access blocked</h1><p>Error 400: "
                              "redirect_uri_mismatch</p>"),
    "Invalid parameter": (400, "<html><h1>We are sorry...</h1><p>Invalid "
                          "parameter: redirect_uri</p>"),
}
# Which say nothing of it.
OTHERS = {
    "sign in": (200, "<html><form action='/login?redirect_uri=http%3A%2F%2F"
                "localhost'><input name=password><script>var t={mismatch:"
                "'redirect_uri is invalid, redirect uri mismatch'}</script>"),
    "nothing": (404, "none"), "trouble": (503, "redirect_uri mismatch"),
    "client": (400, "<p>AADSTS700016: Application not found in the directory"),
}


@pytest.fixture
def page(webserver, configure, entra):
    """A site at whose authorization endpoint there is that page."""
    entra.answers["/token"] = error_answer("invalid_request", "it is empty")

    def make(status, text):
        webserver.serve = lambda request: (status, {}, text)
        site = configure(own='grant = "authorization_code"')
        site.conf.write_text(re.sub(
            "(?<=authorization_endpoint = ).*", f'"{webserver.url}/authorize"',
            site.conf.read_text()))
        return site
    return make


@toolonly
@pytest.mark.parametrize("name", PAGES)
def test_pain_10_the_pages_of_the_large_providers_are_understood(
        name, page, account, make_terminal):
    site = page(*PAGES[name])
    for said in (make_terminal(site, account).wait(CONFIG),
                 the(doctor(site, account, code=CONFIG)[0], "wrong",
                     "grant")[0]):
        assert "sends no browser back to http://localhost:" in said, said
    _, after = doctor(site, account, code=CONFIG)
    assert after.startswith("register http://localhost (mobile and desktop) "
                            "with that application"), after


@toolonly
@pytest.mark.parametrize("name", OTHERS)
def test_pain_10_another_page_keeps_nobody_from_logging_in(
        name, page, account, make_terminal):
    site = page(*OTHERS[name])
    terminal = make_terminal(site, account)
    assert terminal.url.startswith("https://localhost:")
    lines, _ = doctor(site, account, code=NOPERM)
    assert "sends no browser back" not in str(lines)


@toolonly
@pytest.mark.parametrize("text", [
    "AADSTS50011: The redirect URI 'http://localhost:8400/' specified in the "
    "request does not match the redirect URIs configured for the application",
    "Error 400: redirect_uri_mismatch"])
def test_pain_10_the_words_of_the_page_are_pasted(
        text, make_site, account, make_terminal):
    """At the terminal that waits, or to explain."""
    site = make_site(accounts=[account])
    terminal = make_terminal(site, account)
    assert terminal.url
    terminal.type(text + "\n")
    wait_for("an explanation", lambda: "register the address that login uses"
             in terminal.said(), detail=terminal.said)
    assert "the redirect address is not registered" in terminal.said()
    assert terminal.ended() is None
    said = site.tool("explain", text).stdout
    assert "the redirect address is not registered" in said
    assert "register the address that login uses (http://localhost)" in said


# 10: what has moved.

def gone(status):
    """What the token endpoint answers then."""
    return {"status": status, "body": "<h1>Not here</h1>",
            "headers": {"Content-Type": "text/html"}}


@pytest.mark.parametrize("status, code", [(404, TEMPFAIL), (410, CONFIG)])
def test_pain_10_a_token_endpoint_that_has_moved(
        status, code, logged_in, make_postfix, dovecot, account, provider):
    """It was there at the login."""
    words = f"has no endpoint at that address (HTTP status {status})"
    step = "the provider may have moved it: set token_endpoint"
    provider.set(outage=gone(status))
    logged_in.expire(account)
    postfix = make_postfix(logged_in, dovecot, account)
    postfix.submit("pain 10")
    (came, _), = postfix.wait_for_deliveries(1)
    assert came == "deferred", postfix.log()
    said, = [line for line in postfix.warnings() if "SASL" in line]
    assert words in said and step in said and account in said, said
    why = notes(logged_in, code)[0]
    assert words in why and step in why, why
    lines, after = doctor(logged_in, account, code=CONFIG)
    assert the(lines, "wrong", "network") == [
        f"network: there is nothing at {provider.token_endpoint} (HTTP status "
        f"{status})"]
    assert after.startswith("check token_endpoint, tenant and provider in the "
                            "configuration; the provider may have moved it")
    # It is where it was.
    provider.set(outage=None)
    logged_in.tool("refresh", "--force", account)
    assert notes(logged_in, 0) == []


@toolonly
def test_pain_10_an_issuer_tells_where_it_has_moved_to(
        site, account, issuer, entra):
    """Nobody does anything: the next use finds it."""
    issuer.documents[OIDC] = issuer.document(
        token_endpoint=f"{entra.url}/token",
        device_authorization_endpoint=f"{entra.url}/device")
    entra.answers["/token"] = token_answer("old", refresh_token="made-up")
    know_by(site, account, issuer.url)
    site.tool("login", "--device", account)
    entra.answers["/token"] = 404, [], {}
    entra.answers["/new"] = token_answer("new", refresh_token="made-up")
    issuer.documents[OIDC] = issuer.document(
        token_endpoint=f"{entra.url}/new")
    site.expire_here(account)
    text = site.tool("token", account, code=TEMPFAIL).stderr
    assert "the issuer is asked anew at the next attempt" in text, text
    lines, _ = doctor(site, "--renew", NO_SERVER, account, code=TEMPFAIL)
    assert "gave a new token" in str(the(lines, "ok", "grant")), lines
    assert site.record(account)["access_token"] == "new"
    assert notes(site, 0) == []


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
    text, error, code, cause, step = rule
    site = configure()
    ready = entra.answers["/device"]
    entra.answers[where] = error_answer(error, text)
    done = site.tool("login", "--device", "--for=smtp", account, code=code)
    said = done.stderr
    assert said.count("\n") == 1 and cause in said, said
    assert code_of(text) in said, said
    if code == CONFIG:
        assert "administrator" in said, said
    if text in (BLOCKED, NO_CODES):
        assert "run: sasl-bearer login --browser" in said, said
    # Whoever comes later reads it, too.
    who, tried = notes(site, NOPERM)
    assert who.startswith("nobody has logged it in here")
    assert re.match(rf"the last login, {TIME}, failed: ", tried)
    assert cause in tried and code_of(text) in tried, tried
    entra.answers["/token"] = answer(error_answer("invalid_grant", "none"))
    lines, after = doctor(site, account, code=NOPERM)
    assert not the(lines, "wrong", "state"), lines
    told, = the(lines, "wrong", "grant")
    assert f"nobody has logged {account} in on this host; the last attempt, " \
        in told
    assert cause in told and code_of(text) in told, told
    assert after.startswith(step.replace("refresh --force", "login")
                            .replace("{}", account)), after
    failed, = json.loads(site.tool("status", "--json", code=NOPERM).stdout)
    assert failed["login_failed"]["text"].startswith(
        tried.split("failed: ")[1][:300])
    # It is forgotten once somebody has.
    entra.answers["/device"] = ready
    login_at(site, entra, account, person_token())
    assert notes(site, 0) == []


NO_SECRET = "AADSTS7000218: The request body must contain the following " \
    "parameter: 'client_assertion' or 'client_secret'."


@toolonly
def test_pain_11_a_login_that_wants_a_secret_is_explained_afterwards(
        configure, entra, account):
    site = configure()
    entra.answers["/device"] = error_answer("invalid_client", NO_SECRET)
    site.tool("login", "--device", account, code=CONFIG)
    entra.answers["/token"] = answer(error_answer("invalid_grant", "none"))
    lines, after = doctor(site, account, code=NOPERM)
    told, = the(lines, "wrong", "grant")
    assert "AADSTS7000218" in told, told
    assert "public client flows" in after, after
    assert after.endswith(f"then run: sasl-bearer login {account}"), after
    # Not even that stays of a name that nobody uses.
    site.tool("logout", account, code=NOUSER)
    assert [text.split(";")[0] for text in notes(site, NOPERM)] \
        == ["nobody has logged it in here"]


@toolonly
def test_pain_20_what_an_application_could_not_at_first_is_over_later(
        application, entra, account):
    """Nobody logs in there: the next token ends the story."""
    entra.answers["/token"] = 503, {}, "down"
    application.tool("login", account, code=TEMPFAIL)
    assert "the last login" in " ".join(notes(application, 0))
    entra.answers["/token"] = answer(token_answer(app_token()))
    application.tool("token", account)
    assert notes(application, 0) == []


@toolonly
def test_pain_24_a_rule_ends_a_login_that_was_to_mend_another(
        configure, entra, account):
    site = configure()
    login_at(site, entra, account, person_token())
    entra.answers["/token"] = error_answer("invalid_grant", NO_CODES)
    site.tool("login", "--device", account, code=CONFIG)
    tried, = notes(site, 0)
    assert tried.startswith("the last login, ")
    assert "AADSTS530036" in tried and "--browser" in tried
    entra.answers["/token"] = answer(error_answer("invalid_grant", "none"))
    lines, _ = doctor(site, NO_SERVER, account, code=TEMPFAIL)
    assert [text for text in the(lines, "unsure", "grant")
            if "the last attempt to log in" in text
            and "AADSTS530036" in text], lines


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
